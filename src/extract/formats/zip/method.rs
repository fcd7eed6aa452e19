//! The compressions of members that are read here and not by the zip crate: LZMA, xz, zstd and PPMd,
//! whose memory must be bounded, and whatever stands behind a stray local header.

use std::io::{self, Read};

use ppmd_rust::Ppmd8Decoder;
use zip::CompressionMethod;

use super::local::Local;
use crate::extract::driver::{Budget, reason_of};
use crate::extract::support::checked::Checked;
use crate::extract::support::streams::{Codec, decoder};
use crate::model::{GapReason, Limit, Packing};

/// Methods of APPNOTE 4.4.5.
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const BZIP2: u16 = 12;
const LZMA: u16 = 14;
const ZSTD: u16 = 93;
const XZ: u16 = 95;
const PPMD: u16 = 98;

/// A method that is read here.
pub(super) fn is_ours(method: CompressionMethod) -> bool {
    use CompressionMethod as Method;
    [Method::LZMA, Method::ZSTD, Method::XZ, Method::PPMD].contains(&method)
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
        PPMD => ppmd(data, member, kib)?,
        method => return Err(unread(method)),
    };
    Ok(match member.whole {
        Some((size, crc)) => Box::new(Checked::new(inflated, size, crc)),
        None => inflated,
    })
}

/// PPMd, variant I: order, memory and what is done when that is full stand in front (APPNOTE 5.10).
/// Where the length is known, it ends there.
fn ppmd<'r>(mut data: impl Read + 'r, member: &Local, kib: u32) -> Result<Box<dyn Read + 'r>, GapReason> {
    let mut header = [0; 2];
    data.read_exact(&mut header).map_err(|e| reason_of(&e))?;
    let header = u32::from(u16::from_le_bytes(header));
    let (order, mib) = ((header & 0xF) + 1, (header >> 4 & 0xFF) + 1);
    if mib * 1024 > kib {
        return Err(GapReason::Limit(Limit::HeldBytes));
    }
    let inflated = Ppmd8Decoder::new(data, order, mib << 20, (header >> 12).into()).map_err(|_| GapReason::Damaged)?;
    Ok(match member.whole {
        Some((size, _)) => Box::new(inflated.take(size)),
        None => Box::new(inflated),
    })
}

/// The gap that nothing here unpacks a method.
pub(super) fn unread(method: u16) -> GapReason {
    match method {
        1 => GapReason::Packing(Packing::Shrink),
        2..=5 => GapReason::Packing(Packing::Reduce),
        6 => GapReason::Packing(Packing::Implode),
        _ => GapReason::Unsupported,
    }
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
