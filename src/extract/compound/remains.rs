//! What is left of a stream once its structure was read: bytes nothing refers to, such as text
//! that a fast save or an edit left behind. Only these are searched for strings, so that
//! nothing is found twice.

use std::ops::Range;

use crate::extract::{Cx, strings};
use crate::model::{GapReason, Part, PartKind};

/// A stream from which what was read is blanked out.
pub(super) struct Remains {
    bytes: Vec<u8>,
}

impl Remains {
    /// Nothing of `bytes` was read yet.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Remains { bytes: bytes.to_vec() }
    }

    /// This range was read.
    pub(super) fn read(&mut self, range: Range<usize>) {
        let end = range.end.min(self.bytes.len());
        if range.start < end {
            self.bytes[range.start..end].fill(0);
        }
    }

    /// Searches what is left.
    pub(super) fn search(self, label: &str, cx: &mut Cx<'_>) -> Result<(), GapReason> {
        if self.bytes.iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        strings::scan(&self.bytes[..], Part::labelled(PartKind::Strings, label), u64::MAX - 1, cx)
    }
}
