//! Is a file open for writing somewhere? Asked of the kernel by taking a read lease, which it
//! refuses while there is a writer, and giving it back at once. The one `unsafe` call of the
//! crate: no safe wrapper of this request exists. Sources: fcntl(2), "Leases".

use std::fs::File;
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::Once;
use std::sync::atomic::AtomicBool;

/// Someone has the file open for writing, or mapped for writing. Where the file system knows no
/// leases, or the file is another user's, the answer is no: the settle time is all there is.
pub fn has_writer(file: &File) -> bool {
    // A writer that opens the file in the instant we hold the lease has us told by SIGIO, which
    // would end the process if nobody listened.
    static LISTEN: Once = Once::new();
    LISTEN.call_once(|| {
        let told = Arc::new(AtomicBool::new(false));
        if let Err(e) = signal_hook::flag::register(signal_hook::consts::SIGIO, told) {
            tracing::warn!(error = %e.kind(), "no handler for SIGIO");
        }
    });
    let refused = lease(file, libc::F_RDLCK).is_err_and(|e| e.kind() == std::io::ErrorKind::WouldBlock);
    if !refused {
        // Never held: nothing to give back. Held: the close would do it as well.
        let _ = lease(file, libc::F_UNLCK);
    }
    refused
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
        assert!(has_writer(&reader));
        drop(writer);
        let _other = File::open(&path).expect("opened");
        assert!(!has_writer(&reader));
        let _writer = File::options().append(true).open(&path).expect("the lease was given back");
        assert!(has_writer(&reader));
    }
}
