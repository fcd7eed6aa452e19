//! The compressions of members that are read here and not by the zip crate: LZMA, xz and zstd,
//! whose dictionaries must be bounded, and whatever stands behind a stray local header.

use std::io::{self, Read};

use zip::CompressionMethod;

use super::local::Local;
use crate::extract::archive::{Codec, decoder};
use crate::extract::{Budget, reason_of};
use crate::model::GapReason;

/// Methods of APPNOTE 4.4.5.
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const BZIP2: u16 = 12;
const LZMA: u16 = 14;
const ZSTD: u16 = 93;
const XZ: u16 = 95;

/// A method that is read here.
pub(super) fn is_ours(method: CompressionMethod) -> bool {
    [CompressionMethod::LZMA, CompressionMethod::ZSTD, CompressionMethod::XZ].contains(&method)
}

/// Inflates a member whose data begins where `source` stands.
pub(super) fn inflate<'r>(
    source: &'r mut impl Read,
    member: &Local,
    budget: &Budget<'_>,
) -> Result<Box<dyn Read + 'r>, GapReason> {
    let kib = u32::try_from(budget.holdable() / 1024).unwrap_or(u32::MAX);
    let mut data = source.take(member.size.unwrap_or(u64::MAX));
    let inflated: Box<dyn Read + 'r> = match member.method {
        STORED if member.size.is_some() => Box::new(data),
        STORED => return Err(GapReason::Damaged),
        DEFLATED => Box::new(flate2::read::DeflateDecoder::new(data)),
        BZIP2 => coded(Codec::Bzip2, data, kib)?,
        LZMA => {
            let header = lzma_header(&mut data, member).map_err(|e| reason_of(&e))?;
            coded(Codec::Lzma, io::Cursor::new(header).chain(data), kib)?
        }
        ZSTD => coded(Codec::Zstd, data, kib)?,
        XZ => coded(Codec::Xz, data, kib)?,
        _ => return Err(GapReason::Unsupported),
    };
    Ok(match member.whole {
        Some((size, crc)) => Box::new(Checked { inner: inflated, crc: flate2::Crc::new(), size, wanted: crc }),
        None => inflated,
    })
}

fn coded<'r>(codec: Codec, data: impl Read + 'r, kib: u32) -> Result<Box<dyn Read + 'r>, GapReason> {
    decoder(codec, data, kib).map_err(|e| reason_of(&e))
}

/// The header of a bare LZMA stream from that of a member: version, length, properties.
fn lzma_header(data: &mut impl Read, member: &Local) -> io::Result<Vec<u8>> {
    let mut header = [0; 9];
    data.read_exact(&mut header)?;
    let size = if member.ends_itself { u64::MAX } else { member.whole.map_or(u64::MAX, |(size, _)| size) };
    Ok([&header[4..], &size.to_le_bytes()].concat())
}

/// Holds what was inflated against the size and checksum of the member's header.
struct Checked<R> {
    inner: R,
    crc: flate2::Crc,
    size: u64,
    wanted: u32,
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
