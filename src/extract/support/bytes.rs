//! Little-endian numbers read from a slice one after another. A read beyond the end gives
//! `None`, never a panic; what was declared is never believed.

use std::io::{Read, SeekFrom};

use crate::extract::driver::{ReadSeek, reason_of};
use crate::model::GapReason;

/// A place in a slice.
#[derive(Debug, Clone, Copy)]
pub(in crate::extract) struct Bytes<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Bytes<'b> {
    /// From the beginning of `bytes`.
    pub(in crate::extract) fn new(bytes: &'b [u8]) -> Self {
        Bytes { bytes, at: 0 }
    }

    /// From `at`; beyond the end nothing is left.
    pub(in crate::extract) fn from(bytes: &'b [u8], at: usize) -> Self {
        Bytes { bytes, at: at.min(bytes.len()) }
    }

    /// Bytes read so far.
    pub(in crate::extract) fn at(&self) -> usize {
        self.at
    }

    /// What is left.
    pub(in crate::extract) fn rest(&self) -> &'b [u8] {
        &self.bytes[self.at..]
    }

    pub(in crate::extract) fn is_empty(&self) -> bool {
        self.at == self.bytes.len()
    }

    pub(in crate::extract) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let taken = self.rest().get(..count)?;
        self.at += count;
        Some(taken)
    }

    /// As many of `count` bytes as there are.
    pub(in crate::extract) fn up_to(&mut self, count: usize) -> &'b [u8] {
        let taken = &self.rest()[..count.min(self.rest().len())];
        self.at += taken.len();
        taken
    }

    pub(in crate::extract) fn skip(&mut self, count: usize) -> Option<()> {
        self.take(count).map(|_| ())
    }

    pub(in crate::extract) fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|taken| taken[0])
    }

    pub(in crate::extract) fn u16(&mut self) -> Option<u16> {
        self.take(2).map(|taken| u16::from_le_bytes([taken[0], taken[1]]))
    }

    pub(in crate::extract) fn u32(&mut self) -> Option<u32> {
        self.take(4).map(|taken| u32::from_le_bytes([taken[0], taken[1], taken[2], taken[3]]))
    }

    /// A count or an offset of 32 bits.
    pub(in crate::extract) fn count(&mut self) -> Option<usize> {
        self.u32().map(|count| count as usize)
    }
}

/// The 16-bit number at an offset.
pub(in crate::extract) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Bytes::from(bytes, at).u16()
}

/// The 32-bit number at an offset.
pub(in crate::extract) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Bytes::from(bytes, at).u32()
}

/// UTF-16 with the low byte first; halves of pairs become U+FFFD.
pub(in crate::extract) fn utf16(bytes: &[u8]) -> String {
    encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()
}

/// Bytes that are the low halves of UTF-16 units, as "compressed" strings are.
pub(in crate::extract) fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// At most `most` bytes from a place on.
pub(in crate::extract) fn piece(source: &mut dyn ReadSeek, from: u64, most: u64) -> Result<Vec<u8>, GapReason> {
    let mut bytes = Vec::new();
    source.seek(SeekFrom::Start(from)).map_err(|e| reason_of(&e))?;
    source.take(most).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
    Ok(bytes)
}
