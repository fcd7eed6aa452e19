//! Is a file open for writing somewhere? Asked of the kernel by taking a read lease, which it
//! refuses while there is a writer, and giving it back at once. The one `unsafe` call of the
//! crate: no safe wrapper of this request exists. Sources: fcntl(2), "Leases".

use std::fs::File;
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::Once;
use std::sync::atomic::AtomicBool;

/// Whether somebody writes a file, as far as the kernel says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// Nobody has it open or mapped for writing.
    Nobody,
    /// Somebody has.
    Somebody,
    /// The kernel does not say: the file is another user's, or its file system knows no leases.
    Unknown,
}

/// Asks the kernel whether someone has the file open for writing, or mapped for writing.
pub fn writer(file: &File) -> Writer {
    // A writer that opens the file in the instant we hold the lease has us told by SIGIO, which
    // would end the process if nobody listened.
    static LISTEN: Once = Once::new();
    LISTEN.call_once(|| {
        let told = Arc::new(AtomicBool::new(false));
        if let Err(e) = signal_hook::flag::register(signal_hook::consts::SIGIO, told) {
            tracing::warn!(error = %e.kind(), "no handler for SIGIO");
        }
    });
    match lease(file, libc::F_RDLCK) {
        Ok(()) => {
            // The close would give it back as well.
            let _ = lease(file, libc::F_UNLCK);
            Writer::Nobody
        }
        Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => Writer::Somebody,
        Err(_) => Writer::Unknown,
    }
}

#[allow(unsafe_code)]
fn lease(file: &File, kind: libc::c_int) -> std::io::Result<()> {
    // SAFETY: the descriptor is open for as long as `file` is borrowed, F_SETLEASE takes an
    // integer and touches no memory of ours.
    match unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETLEASE, kind) } {
        -1 => Err(std::io::Error::last_os_error()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_is_seen_and_a_reader_is_none() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.txt");
        let writer = File::create(&path).expect("a file");
        let reader = File::open(&path).expect("opened");
        assert_eq!(super::writer(&reader), Writer::Somebody);
        drop(writer);
        let _other = File::open(&path).expect("opened");
        assert_eq!(super::writer(&reader), Writer::Nobody);
        let _writer = File::options().append(true).open(&path).expect("the lease was given back");
        assert_eq!(super::writer(&reader), Writer::Somebody);
    }
}
