//! The calls of the reading process for which no safe form exists. All are made while it has one thread and
//! owns nothing but what it was started with.

#![allow(unsafe_code)]

use std::io;

use rustix::process::Pid;

/// Divides this process, which must have one thread. `None` in the new one.
///
/// # Errors
/// The system has no more processes or memory.
pub(super) fn fork() -> io::Result<Option<Pid>> {
    // SAFETY: with one thread no lock can be held by another, so the copy is as consistent as this process is.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        pid => Ok(Pid::from_raw(pid)),
    }
}

/// Ends this process at once. What the C library does at an exit touches twenty pages that a child shares until then, for
/// nothing: all it had to say is written.
pub(super) fn end(succeeded: bool) -> ! {
    // SAFETY: nothing runs after it, and nothing is owned outside this process.
    unsafe {
        // Whoever listens hears the end now, and not when all memory was given back.
        libc::close(0);
        libc::close(1);
        libc::_exit(i32::from(!succeeded))
    }
}

/// Closes what whoever started this program left open by accident: everything above stderr. Called before anything
/// else is opened.
pub(super) fn close_inherited() {
    // SAFETY: nothing in this process owns a descriptor above 2 yet.
    if unsafe { libc::syscall(libc::SYS_close_range, 3u32, u32::MAX, 0u32) } == 0 {
        return;
    }
    // Before Linux 5.9 one after the other.
    let most = rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(65_536).min(65_536);
    for descriptor in 3..i32::try_from(most).unwrap_or(65_536) {
        // SAFETY: as above.
        unsafe { libc::close(descriptor) };
    }
}
