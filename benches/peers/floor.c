/* The least a watcher can do: for every file closed after writing in a folder, read it, look for one mark,
 * write the name into a log. One folder, one thread, no rest, nothing synced. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

static char content[1 << 16];

static void look(const char *folder, const char *name, const char *mark, int log) {
    char path[PATH_MAX], line[NAME_MAX + 2];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t size = read(file, content, sizeof content);
    close(file);
    if (size <= 0 || !memmem(content, size, mark, strlen(mark))) return;
    int length = snprintf(line, sizeof line, "%s\n", name);
    if (write(log, line, length) != length) perror("log");
}

int main(int argc, char **argv) {
    if (argc != 4) { fprintf(stderr, "usage: floor FOLDER MARK LOG\n"); return 2; }
    static char events[1 << 16] __attribute__((aligned(__alignof__(struct inotify_event))));
    int log = open(argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int queue = inotify_init1(IN_CLOEXEC);
    if (log < 0 || queue < 0 || inotify_add_watch(queue, argv[1], IN_CLOSE_WRITE) < 0) { perror("floor"); return 1; }
    if (write(log, "ready\n", 6) != 6) return 1;
    for (;;) {
        ssize_t size = read(queue, events, sizeof events);
        if (size <= 0) { perror("floor"); return 1; }
        for (char *at = events; at < events + size;) {
            struct inotify_event *event = (struct inotify_event *)at;
            if (event->len) look(argv[1], event->name, argv[2], log);
            at += sizeof *event + event->len;
        }
    }
}
