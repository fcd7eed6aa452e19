//! A file on its way, in pieces: what has come and was not read yet is bounded, and so is how long the next piece may take.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::{PIECE, WINDOW};

/// How long the next piece may take.
const SILENCE: Duration = Duration::from_secs(60);

/// What both ends know.
#[derive(Default)]
struct Shared {
    /// Pieces that were taken and not read.
    unread: AtomicUsize,
    /// Nobody waits for the answer.
    cancelled: AtomicBool,
}

/// The end at which pieces come in.
pub(super) struct Transfer {
    pieces: Sender<Vec<u8>>,
    shared: Arc<Shared>,
    /// Bytes that may still come.
    left: u64,
}

/// The end at which they are read.
pub(super) struct Pieces<'a> {
    from: Receiver<Vec<u8>>,
    shared: Arc<Shared>,
    piece: Vec<u8>,
    at: usize,
    /// Bytes handed on.
    pub(super) read: u64,
    /// Called for each piece that is begun: another may come.
    more: Box<dyn Fn() + Send + 'a>,
}

/// Both ends of a file of so many bytes.
pub(super) fn transfer<'a>(bytes: u64, more: Box<dyn Fn() + Send + 'a>) -> (Transfer, Pieces<'a>) {
    let (pieces, from) = channel();
    let shared = Arc::<Shared>::default();
    let transfer = Transfer { pieces, shared: Arc::clone(&shared), left: bytes };
    (transfer, Pieces { from, shared, piece: Vec::new(), at: 0, read: 0, more })
}

impl Transfer {
    /// Takes a piece; none if it may not come now, or is more than was said.
    pub(super) fn take(&mut self, piece: Vec<u8>) -> Option<()> {
        self.left = self.left.checked_sub(piece.len() as u64)?;
        if piece.is_empty() || piece.len() > PIECE || self.shared.unread.fetch_add(1, Ordering::Relaxed) >= WINDOW {
            return None;
        }
        // Whoever read it may have seen enough.
        let _ = self.pieces.send(piece);
        Some(())
    }

    /// Nobody waits any more.
    pub(super) fn cancel(self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }
}

impl Pieces<'_> {
    /// Nobody waits for what comes of it.
    pub(super) fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::Relaxed)
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.at == self.piece.len() {
            self.piece = match self.from.recv_timeout(SILENCE) {
                Ok(piece) => piece,
                Err(RecvTimeoutError::Timeout) => return Err(io::ErrorKind::TimedOut.into()),
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            };
            self.at = 0;
            self.shared.unread.fetch_sub(1, Ordering::Relaxed);
            (self.more)();
        }
        let n = buf.len().min(self.piece.len() - self.at);
        buf[..n].copy_from_slice(&self.piece[self.at..self.at + n]);
        self.at += n;
        self.read += n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_read_as_they_came() {
        let (mut transfer, mut pieces) = transfer(6, Box::new(|| {}));
        transfer.take(b"abc".to_vec()).expect("room");
        transfer.take(b"def".to_vec()).expect("room");
        drop(transfer);
        let mut all = String::new();
        pieces.read_to_string(&mut all).expect("text");
        assert_eq!((all.as_str(), pieces.read), ("abcdef", 6));
    }

    #[test]
    fn no_more_comes_than_was_said_or_has_room() {
        let (mut short, _pieces) = transfer(2, Box::new(|| {}));
        assert!(short.take(b"abc".to_vec()).is_none(), "more than was said");
        let (mut full, _pieces) = transfer(1 << 30, Box::new(|| {}));
        (0..WINDOW).for_each(|_| full.take(vec![0]).expect("room"));
        assert!(full.take(vec![0]).is_none(), "more than has room");
        let (mut long, _pieces) = transfer(1 << 30, Box::new(|| {}));
        assert!(long.take(vec![0; PIECE + 1]).is_none(), "a piece that is too long");
    }
}
