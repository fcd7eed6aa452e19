/* Every place of every word of a file in a text, with Vectorscan: block mode, literals, pieces as in
 * benches/search.rs. Prints megabytes a second (CPU time of this thread, best of three), places found,
 * milliseconds to build. */
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PIECE (512 * 1024)

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static char *read_all(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file) { perror(path); exit(2); }
    fseek(file, 0, SEEK_END);
    *size = ftell(file);
    rewind(file);
    char *bytes = malloc(*size + 1);
    if (fread(bytes, 1, *size, file) != *size) { perror(path); exit(2); }
    bytes[*size] = 0;
    return bytes;
}

static int hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *count) {
    (void)id; (void)from; (void)to; (void)flags;
    ++*(size_t *)count;
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 3) { fprintf(stderr, "usage: vectorscan TEXT WORDS\n"); return 2; }
    size_t size, list_size, number = 0;
    char *text = read_all(argv[1], &size), *list = read_all(argv[2], &list_size);
    size_t most = 1;
    for (size_t i = 0; i < list_size; i++) most += list[i] == '\n';
    const char **words = malloc(most * sizeof *words);
    size_t *lengths = malloc(most * sizeof *lengths);
    unsigned *flags = calloc(most, sizeof *flags), *ids = malloc(most * sizeof *ids);
    for (char *word = strtok(list, "\n"); word; word = strtok(NULL, "\n")) {
        words[number] = word;
        lengths[number] = strlen(word);
        ids[number] = number;
        number++;
    }
    hs_database_t *database;
    hs_compile_error_t *error;
    double start = now();
    if (hs_compile_lit_multi(words, flags, ids, lengths, number, HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    double built = now() - start, best = 1e9;
    hs_scratch_t *scratch = NULL;
    hs_alloc_scratch(database, &scratch);
    size_t count = 0;
    for (int pass = 0; pass < 3; pass++) {
        count = 0;
        start = now();
        for (size_t at = 0; at < size;) {
            size_t end = at + PIECE < size ? at + PIECE : size;
            while (end < size && (text[end] & 0xC0) == 0x80) end--;
            hs_scan(database, text + at, end - at, 0, scratch, hit, &count);
            at = end;
        }
        double spent = now() - start;
        if (spent < best) best = spent;
    }
    printf("%.0f %zu %.0f\n", size / 1e6 / best, count, built * 1e3);
    return 0;
}
