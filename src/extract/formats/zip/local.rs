//! Local headers of a zip, for members its directory does not name: duplicates, leftovers, and
//! everything in a file whose directory is gone.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// A member as its local header tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Local {
    pub(super) name: Vec<u8>,
    pub(super) encrypted: bool,
    pub(super) method: u16,
    /// The compressed data itself says where it ends (flag bit 1 of LZMA).
    pub(super) ends_itself: bool,
    /// Bytes of extra fields between the name and the data.
    pub(super) extra: u64,
    /// Where the data begins.
    pub(super) data: u64,
    /// Compressed size, if the header tells it.
    pub(super) size: Option<u64>,
    /// Inflated size and checksum, if the header tells them.
    pub(super) whole: Option<(u64, u32)>,
}

const SIGNATURE: &[u8; 4] = b"PK\x03\x04";
const HEADER: usize = 30;

/// Finds local headers in a range of the file, at most `most`.
pub(super) fn find(source: &mut (impl Read + Seek), range: Range<u64>, most: usize) -> io::Result<Vec<Local>> {
    let mut found = Vec::new();
    let mut at = range.start;
    let mut chunk = vec![0; 64 * 1024];
    while at + HEADER as u64 <= range.end && found.len() < most {
        let length = (range.end - at).min(chunk.len() as u64) as usize;
        source.seek(SeekFrom::Start(at))?;
        source.read_exact(&mut chunk[..length])?;
        let hits: Vec<usize> =
            chunk[..length].windows(4).enumerate().filter(|(_, window)| *window == SIGNATURE).map(|(n, _)| n).collect();
        for hit in hits {
            found.extend(header(source, at + hit as u64)?);
        }
        if length < 4 || at + length as u64 >= range.end {
            break;
        }
        at += length as u64 - 3;
    }
    found.truncate(most);
    Ok(found)
}

/// Reads the local header at an offset, if it is a plausible one.
pub(super) fn header(source: &mut (impl Read + Seek), at: u64) -> io::Result<Option<Local>> {
    source.seek(SeekFrom::Start(at))?;
    let mut header = [0; HEADER];
    if source.read_exact(&mut header).is_err() {
        return Ok(None);
    }
    let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
    let long = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let (flags, method) = (short(6), short(8));
    let (name_length, extra_length) = (usize::from(short(26)), u64::from(short(28)));
    if short(4) & 0xFF > 63 || name_length > 4096 || method > 99 {
        return Ok(None);
    }
    let mut name = vec![0; name_length];
    if source.read_exact(&mut name).is_err() {
        return Ok(None);
    }
    let size = u64::from(long(18));
    let told = flags & 8 == 0 && size != u64::from(u32::MAX);
    Ok(Some(Local {
        name,
        encrypted: flags & 1 != 0,
        method,
        ends_itself: flags & 2 != 0,
        extra: extra_length,
        data: at + HEADER as u64 + name_length as u64 + extra_length,
        size: told.then_some(size),
        whole: told.then(|| (u64::from(long(22)), long(14))),
    }))
}
