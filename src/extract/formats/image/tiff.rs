//! TIFF, which is Exif too: directories of tagged values (TIFF 6.0; CIPA DC-008). Every text
//! value is said, whatever its tag.

use super::{emit_decoded, emit_text, iptc, search, xmp};
use crate::extract::driver::Context;
use crate::model::GapReason;

/// Directories of one file, and entries of one directory.
const DIRECTORIES: usize = 64;
const ENTRIES: usize = 1000;
/// Values shorter than this are numbers.
const SHORT: usize = 8;

const ASCII: u16 = 2;
/// BYTE, UNDEFINED and the text type of Exif 3.0.
const OPAQUE: [u16; 3] = [1, 7, 129];
/// Tags whose values are places of further directories: SubIFDs, Exif, GPS, interoperability.
const FURTHER: [u16; 4] = [0x014A, 0x8769, 0x8825, 0xA005];

/// Reads a TIFF file or an Exif block.
pub(super) fn read(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let tiff = Tiff { bytes, little: bytes.starts_with(b"II") };
    let mut waiting = vec![tiff.long(4).ok_or(GapReason::Damaged)?];
    let mut seen = Vec::new();
    // No honest file uses a byte for several values.
    let mut left = bytes.len() + 4096;
    let mut outcome = Ok(());
    while let Some(at) = waiting.pop() {
        if at == 0 || seen.contains(&at) {
            continue;
        }
        if seen.len() == DIRECTORIES {
            return Err(GapReason::Damaged);
        }
        seen.push(at);
        let Some(count) = tiff.short(at) else {
            outcome = Err(GapReason::Damaged);
            continue;
        };
        for entry in 0..usize::from(count).min(ENTRIES) {
            cx.budget().check()?;
            let at = at + 2 + entry * 12;
            let Some((tag, kind, value)) = tiff.entry(at) else {
                outcome = Err(GapReason::Damaged);
                continue;
            };
            left = left.checked_sub(value.len()).ok_or(GapReason::Damaged)?;
            if FURTHER.contains(&tag) {
                waiting.extend(value.chunks_exact(4).take(DIRECTORIES).map(|place| tiff.number(place)));
            } else {
                outcome = outcome.and(tiff.value(tag, kind, value, cx));
            }
        }
        waiting.extend(tiff.long(at + 2 + usize::from(count) * 12));
    }
    outcome
}

struct Tiff<'b> {
    bytes: &'b [u8],
    little: bool,
}

impl<'b> Tiff<'b> {
    fn number(&self, bytes: &[u8]) -> usize {
        if self.little {
            bytes.iter().rev().fold(0, |n, byte| n << 8 | usize::from(*byte))
        } else {
            super::number(bytes)
        }
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?;
        u16::try_from(self.number(bytes)).ok()
    }

    fn long(&self, at: usize) -> Option<usize> {
        Some(self.number(self.bytes.get(at..at.checked_add(4)?)?))
    }

    /// Tag, type and the bytes of the value, which stand in the entry if they fit there.
    fn entry(&self, at: usize) -> Option<(u16, u16, &'b [u8])> {
        let (tag, kind, count) = (self.short(at)?, self.short(at + 2)?, self.long(at + 4)?);
        let size = match kind {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        };
        let length = count.checked_mul(size)?;
        let start = if length <= 4 { at + 8 } else { self.long(at + 8)? };
        Some((tag, kind, self.bytes.get(start..start.checked_add(length)?)?))
    }

    fn value(&self, tag: u16, kind: u16, value: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
        match tag {
            0x02BC => xmp(value, cx),
            0x83BB => iptc::records(value, cx),
            0x8649 => iptc::resources(value, cx),
            0x9C9B..=0x9C9F => {
                emit_text(&key(tag), &self.wide(value, true), cx);
                Ok(())
            }
            // The processing method and the area of the GPS directory are written alike.
            0x9286 | 0x001B | 0x001C if OPAQUE.contains(&kind) => self.comment(&key(tag), value, cx),
            _ if kind == ASCII => emit_decoded(&key(tag), value, cx),
            _ if OPAQUE.contains(&kind) && value.len() > SHORT => search(&key(tag), value, cx),
            _ => Ok(()),
        }
    }

    /// Eight bytes that name the character code, then text in it.
    fn comment(&self, key: &str, value: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
        let Some((code, text)) = value.split_at_checked(8) else { return search(key, value, cx) };
        match code {
            b"UNICODE\0" => {
                // In the order of the file, or, by some cameras, in the other one.
                emit_text(key, &self.wide(text, self.little), cx);
                emit_text(key, &self.wide(text, !self.little), cx);
                Ok(())
            }
            b"JIS\0\0\0\0\0" => {
                emit_text(key, &encoding_rs::ISO_2022_JP.decode(text).0, cx);
                emit_decoded(key, text, cx)
            }
            b"ASCII\0\0\0" | b"\0\0\0\0\0\0\0\0" => emit_decoded(key, text, cx),
            _ => emit_decoded(key, value, cx),
        }
    }

    fn wide(&self, value: &[u8], little: bool) -> String {
        let encoding = if little { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE };
        encoding.decode(value).0.into_owned()
    }
}

fn key(tag: u16) -> String {
    let name = match tag {
        0x010D => "DocumentName",
        0x010E => "ImageDescription",
        0x010F => "Make",
        0x0110 => "Model",
        0x011D => "PageName",
        0x0131 => "Software",
        0x013B => "Artist",
        0x013C => "HostComputer",
        0x8298 => "Copyright",
        0x927C => "MakerNote",
        0x9286 => "UserComment",
        0x9C9B => "XPTitle",
        0x9C9C => "XPComment",
        0x9C9D => "XPAuthor",
        0x9C9E => "XPKeywords",
        0x9C9F => "XPSubject",
        _ => return format!("tag 0x{tag:04X}"),
    };
    name.to_string()
}
