//! Standard output of the verbs: a reader that goes away ends the printing, never the verb, whose exit code must
//! say the same whether anybody reads along. Holds no text; the report of a scan has its own (`output`).

use std::io::{self, StdoutLock, Write};

/// Standard output, locked.
pub(super) struct Stdout {
    lock: StdoutLock<'static>,
    closed: bool,
}

/// Standard output for one verb, locked until it is dropped.
pub(super) fn stdout() -> Stdout {
    Stdout { lock: io::stdout().lock(), closed: false }
}

impl Stdout {
    /// A closed pipe is no fault, but from then on nothing more is written.
    fn open<T>(&mut self, written: io::Result<T>, instead: T) -> io::Result<T> {
        match written {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(instead)
            }
            other => other,
        }
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        let written = self.lock.write(bytes);
        self.open(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let flushed = self.lock.flush();
        self.open(flushed, ())
    }
}
