//! What a taken child would try. In builds with debug assertions only: a file that ends with [`MAGIC`] and the name of an act makes the
//! child, once it is confined, try one act; the tests hold that it is ended for it or refused, and that this program
//! goes on. An act that succeeds says a mark, which is a finding.

#![allow(unsafe_code)]

use std::hint::black_box;
use std::io;

use crate::extract::Context;
use crate::model::{GapReason, Part, PartKind, Segment, Unit};

/// Stands before the name of the act, which ends with the line, at the end of such a file.
const MAGIC: &[u8] = b"mizha-act:";
/// A file with such a name is read as on a kernel without Landlock.
pub(super) const WITHOUT_LANDLOCK: &str = "without-landlock";

/// System calls by their names, with arguments that would do harm, or nothing if the call is refused unseen.
const CALLS: &[(&str, i64, [usize; 4])] = &[
    ("socket-unix", libc::SYS_socket, [1, 1, 0, 0]),
    ("socket-inet-tcp", libc::SYS_socket, [2, 1, 0, 0]),
    ("socket-inet-udp", libc::SYS_socket, [2, 2, 0, 0]),
    ("socket-inet-mptcp", libc::SYS_socket, [2, 1, 262, 0]),
    ("socket-inet6", libc::SYS_socket, [10, 1, 0, 0]),
    ("socket-netlink", libc::SYS_socket, [16, 3, 0, 0]),
    ("socket-packet", libc::SYS_socket, [17, 3, 0, 0]),
    ("socket-vsock", libc::SYS_socket, [40, 1, 0, 0]),
    ("socket-alg", libc::SYS_socket, [38, 5, 0, 0]),
    ("socketpair", libc::SYS_socketpair, [1, 1, 0, 0]),
    ("connect", libc::SYS_connect, [1, 0, 0, 0]),
    ("bind", libc::SYS_bind, [1, 0, 0, 0]),
    ("sendto", libc::SYS_sendto, [1, 0, 0, 0]),
    ("sendmsg", libc::SYS_sendmsg, [1, 0, 0, 0]),
    ("recvmsg", libc::SYS_recvmsg, [1, 0, 0, 0]),
    ("openat", libc::SYS_openat, [0, 0, 0, 0]),
    ("openat2", libc::SYS_openat2, [0, 0, 0, 0]),
    ("unlinkat", libc::SYS_unlinkat, [0, 0, 0, 0]),
    ("renameat2", libc::SYS_renameat2, [0, 0, 0, 0]),
    ("linkat", libc::SYS_linkat, [0, 0, 0, 0]),
    ("symlinkat", libc::SYS_symlinkat, [0, 0, 0, 0]),
    ("mkdirat", libc::SYS_mkdirat, [0, 0, 0, 0]),
    ("mknodat", libc::SYS_mknodat, [0, 0, 0, 0]),
    ("truncate", libc::SYS_truncate, [0, 0, 0, 0]),
    ("ftruncate", libc::SYS_ftruncate, [0, 0, 0, 0]),
    ("fchmod", libc::SYS_fchmod, [0, 0, 0, 0]),
    ("fchmodat", libc::SYS_fchmodat, [0, 0, 0, 0]),
    ("fchownat", libc::SYS_fchownat, [0, 0, 0, 0]),
    ("utimensat", libc::SYS_utimensat, [0, 0, 0, 0]),
    ("setxattr", libc::SYS_setxattr, [0, 0, 0, 0]),
    ("statx", libc::SYS_statx, [0, 0, 0, 0]),
    ("newfstatat", libc::SYS_newfstatat, [0, 0, 0, 0]),
    ("faccessat", libc::SYS_faccessat, [0, 0, 0, 0]),
    ("readlinkat", libc::SYS_readlinkat, [0, 0, 0, 0]),
    ("getdents64", libc::SYS_getdents64, [0, 0, 0, 0]),
    ("chdir", libc::SYS_chdir, [0, 0, 0, 0]),
    ("chroot", libc::SYS_chroot, [0, 0, 0, 0]),
    ("mount", libc::SYS_mount, [0, 0, 0, 0]),
    ("pivot_root", libc::SYS_pivot_root, [0, 0, 0, 0]),
    ("inotify_init1", libc::SYS_inotify_init1, [0, 0, 0, 0]),
    ("inotify_add_watch", libc::SYS_inotify_add_watch, [0, 0, 0, 0]),
    ("fanotify_init", libc::SYS_fanotify_init, [0, 0, 0, 0]),
    ("flock", libc::SYS_flock, [0, 1, 0, 0]),
    ("fcntl", libc::SYS_fcntl, [0, 0, 0, 0]),
    ("dup", libc::SYS_dup, [0, 0, 0, 0]),
    ("ioctl", libc::SYS_ioctl, [0, 0x5412, 0, 0]),
    ("execve", libc::SYS_execve, [0, 0, 0, 0]),
    ("execveat", libc::SYS_execveat, [0, 0, 0, 0]),
    ("clone", libc::SYS_clone, [17, 0, 0, 0]),
    ("clone3", libc::SYS_clone3, [0, 0, 0, 0]),
    ("kill-parent", libc::SYS_kill, [1, 0, 0, 0]),
    ("tgkill", libc::SYS_tgkill, [1, 1, 0, 0]),
    ("pidfd_open", libc::SYS_pidfd_open, [1, 0, 0, 0]),
    ("pidfd_getfd", libc::SYS_pidfd_getfd, [0, 0, 0, 0]),
    ("ptrace", libc::SYS_ptrace, [16, 1, 0, 0]),
    ("process_vm_readv", libc::SYS_process_vm_readv, [1, 0, 0, 0]),
    ("process_vm_writev", libc::SYS_process_vm_writev, [1, 0, 0, 0]),
    ("prlimit64", libc::SYS_prlimit64, [1, 7, 0, 0]),
    ("setpriority", libc::SYS_setpriority, [0, 1, 19, 0]),
    ("sched_setaffinity", libc::SYS_sched_setaffinity, [1, 0, 0, 0]),
    ("sched_setscheduler", libc::SYS_sched_setscheduler, [1, 0, 0, 0]),
    ("unshare-user", libc::SYS_unshare, [0x1000_0000, 0, 0, 0]),
    ("setns", libc::SYS_setns, [0, 0, 0, 0]),
    ("setuid", libc::SYS_setuid, [0, 0, 0, 0]),
    ("capset", libc::SYS_capset, [0, 0, 0, 0]),
    ("personality", libc::SYS_personality, [0x0040_0000, 0, 0, 0]),
    ("prctl", libc::SYS_prctl, [1, 0, 0, 0]),
    ("seccomp", libc::SYS_seccomp, [2, 0, 0, 0]),
    ("landlock_create_ruleset", libc::SYS_landlock_create_ruleset, [0, 0, 1, 0]),
    ("mmap-exec", libc::SYS_mmap, [0, 4096, 4, 0x22]),
    ("mprotect-exec", libc::SYS_mprotect, [0, 4096, 5, 0]),
    ("memfd_create", libc::SYS_memfd_create, [0, 0, 0, 0]),
    ("shmget", libc::SYS_shmget, [0, 4096, 0o1666, 0]),
    ("shmat", libc::SYS_shmat, [0, 0, 0, 0]),
    ("mq_open", libc::SYS_mq_open, [0, 0, 0, 0]),
    ("io_uring_setup", libc::SYS_io_uring_setup, [1, 0, 0, 0]),
    ("bpf", libc::SYS_bpf, [0, 0, 0, 0]),
    ("perf_event_open", libc::SYS_perf_event_open, [0, 0, 0, 0]),
    ("userfaultfd", libc::SYS_userfaultfd, [0, 0, 0, 0]),
    ("add_key", libc::SYS_add_key, [0, 0, 0, 0]),
    ("keyctl", libc::SYS_keyctl, [0, 0, 0, 0]),
    ("request_key", libc::SYS_request_key, [0, 0, 0, 0]),
    ("timer_create", libc::SYS_timer_create, [0, 0, 0, 0]),
    ("syslog", libc::SYS_syslog, [0, 0, 0, 0]),
    ("init_module", libc::SYS_init_module, [0, 0, 0, 0]),
    ("reboot", libc::SYS_reboot, [0, 0, 0, 0]),
];

/// Performs the act a file names; false for a file that names none.
pub(super) fn perform(bytes: &[u8], cx: &mut Context<'_>) -> bool {
    let end = &bytes[bytes.len().saturating_sub(256)..];
    let Some(at) = memchr::memmem::rfind(end, MAGIC) else { return false };
    let act = String::from_utf8_lossy(end[at + MAGIC.len()..].split(|byte| *byte == b'\n').next().unwrap_or_default());
    if let Some((_, call, [a, b, c, d])) = CALLS.iter().find(|(name, ..)| *name == act) {
        // SAFETY: the kernel answers none of these calls; if it did, a test would fail, which is what they are for.
        let answer = unsafe { libc::syscall(*call, *a, *b, *c, *d, usize::MAX, 0usize) };
        let refused = io::Error::last_os_error().raw_os_error() == Some(libc::EAGAIN);
        match (answer, refused) {
            (-1, true) => {}
            // Seen by the kernel, which means that it was not refused.
            (-1, false) => cx.gap(None, GapReason::Unsupported),
            _ => mark(cx),
        }
        return true;
    }
    if let Some(text) = act.strip_prefix("see:") {
        see(text, cx);
        return true;
    }
    match &*act {
        "overflow" => drop(black_box(descend(cx, 0))),
        "memory" => drop(black_box(grow())),
        "panic" => drop(black_box(Vec::<u8>::new().remove(black_box(1)))),
        "see-and-die" => {
            see("内部文件", cx);
            std::process::abort();
        }
        "mark-and-die" => {
            mark(cx);
            std::process::abort();
        }
        "stall" => loop {
            std::thread::yield_now();
        },
        "flood" => loop {
            cx.gap(None, GapReason::Damaged);
        },
        "nonsense" => write(b"\x04\0\0\0null"),
        "long" => write(&u32::MAX.to_le_bytes()),
        "cut" => write(b"\xFF\0\0\0{"),
        _ => mark(cx),
    }
    true
}

fn mark(cx: &mut Context<'_>) {
    cx.short(Part::only(PartKind::Body), "机密★10年");
}

/// Says a line of a picture.
fn see(text: &str, cx: &mut Context<'_>) {
    let location = cx.at().with_part(Part::only(PartKind::Ocr));
    cx.segment(Segment::whole(&location, text, Unit::Line));
}

/// Writes to where records go, and ends.
fn write(bytes: &[u8]) {
    let _ = rustix::io::write(rustix::stdio::stdout(), bytes);
    std::process::abort();
}

/// Takes the stack without end.
fn descend(cx: &mut Context<'_>, depth: u64) -> u64 {
    let room = black_box([depth; 1024]);
    if cx.budget().check().is_err() {
        return depth;
    }
    descend(cx, depth + 1) + room[depth as usize % 1024]
}

/// Takes memory without end.
fn grow() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    loop {
        all.push(vec![black_box(1); 16 << 20]);
    }
}
