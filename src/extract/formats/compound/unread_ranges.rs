//! What is left of a stream once its structure was read: bytes nothing refers to, such as text
//! that a fast save or an edit left behind. Only these are searched for strings, so that
//! nothing is found twice.

use std::io::{self, Read};
use std::ops::Range;

use crate::extract::driver::Context;
use crate::extract::support::strings;
use crate::model::{GapReason, Part, PartKind};

/// Stands between two pieces that are left, so that no string runs from one into the other.
const BORDER: &[u8] = &[0; 4];

/// A stream and what of it was read.
pub(super) struct UnreadRanges<'b> {
    bytes: &'b [u8],
    read: Vec<Range<usize>>,
}

impl<'b> UnreadRanges<'b> {
    /// Nothing of `bytes` was read yet.
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        UnreadRanges { bytes, read: Vec::new() }
    }

    /// This range was read.
    pub(super) fn read(&mut self, range: Range<usize>) {
        match self.read.last_mut() {
            _ if range.start >= range.end => {}
            Some(last) if range.start >= last.start && range.start <= last.end => last.end = last.end.max(range.end),
            _ => self.read.push(range),
        }
    }

    /// Searches what is left.
    pub(super) fn search(mut self, label: &str, cx: &mut Context<'_>) -> Result<(), GapReason> {
        self.read.sort_by_key(|range| range.start);
        let mut pieces = Pieces { pieces: Vec::new(), at: 0 };
        let mut at = 0;
        for range in self.read {
            pieces.add(self.bytes, at..range.start);
            at = at.max(range.end);
        }
        pieces.add(self.bytes, at..self.bytes.len());
        if pieces.pieces.iter().all(|piece| piece.iter().all(|byte| *byte == 0)) {
            return Ok(());
        }
        strings::scan(pieces, Part::labelled(PartKind::Strings, label), u64::MAX - 1, cx)
    }
}

/// Pieces one after another.
struct Pieces<'b> {
    pieces: Vec<&'b [u8]>,
    /// The piece being read; it is cut as it is.
    at: usize,
}

impl<'b> Pieces<'b> {
    fn add(&mut self, bytes: &'b [u8], range: Range<usize>) {
        if let Some(piece) = bytes.get(range.start..range.end.min(bytes.len())).filter(|piece| !piece.is_empty()) {
            self.pieces.extend([piece, BORDER]);
        }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while let Some(piece) = self.pieces.get_mut(self.at) {
            let read = piece.read(buf)?;
            if read > 0 || buf.is_empty() {
                return Ok(read);
            }
            self.at += 1;
        }
        Ok(0)
    }
}
