//! What a member inflates to, held against the size and the checksum that its archive tells.

use std::io::{self, Read};

/// Holds what was inflated against the size and checksum of the member's header.
pub(in crate::extract) struct Checked<R> {
    inner: R,
    crc: flate2::Crc,
    size: u64,
    wanted: u32,
}

impl<R> Checked<R> {
    /// The member's size and checksum (CRC-32) are told apart from its data.
    pub(in crate::extract) fn new(inner: R, size: u64, wanted: u32) -> Self {
        Checked { inner, crc: flate2::Crc::new(), size, wanted }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.crc.update(&buf[..n]);
        let short = u64::from(self.crc.amount()) != self.size & u64::from(u32::MAX);
        if n == 0 && !buf.is_empty() && (short || self.crc.sum() != self.wanted) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "size or checksum differs"));
        }
        Ok(n)
    }
}
