//! Texts of a zip's directory that are neither the names nor the comments its reader shows:
//! names that differ, and extra fields, such as the name in Unicode (APPNOTE 4.6.9).

use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::extract::names;

const SIGNATURE: &[u8; 4] = b"PK\x01\x02";
const HEADER: usize = 46;
/// Bytes of a directory that are looked at.
const DIRECTORY: u64 = 16 << 20;
/// Extra fields with a checksum of the name or comment, then its text in UTF-8.
const UNICODE: [u16; 2] = [0x7075, 0x6375];
/// Extra fields of numbers: sizes, times, owners, encryption, padding.
const NUMBERS: [u16; 10] = [0x0001, 0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0x9901, 0xA11E, 0xA220, 0xCAFE];

/// Names in the directory that `known` does not hold, and texts of its extra fields.
pub(super) fn texts(
    source: &mut (impl Read + Seek),
    range: Range<u64>,
    known: &HashSet<&[u8]>,
) -> io::Result<Vec<String>> {
    let mut bytes = Vec::new();
    source.seek(SeekFrom::Start(range.start))?;
    source.take((range.end - range.start).min(DIRECTORY)).read_to_end(&mut bytes)?;
    let mut texts = Vec::new();
    let mut rest = &bytes[..];
    while rest.starts_with(SIGNATURE) && rest.len() >= HEADER {
        let length = |at: usize| usize::from(u16::from_le_bytes([rest[at], rest[at + 1]]));
        let (name, extra, comment) = (length(28), length(30), length(32));
        let after = &rest[HEADER..];
        let piece = |from: usize, to: usize| after.get(from..to.min(after.len())).unwrap_or_default();
        let raw = piece(0, name);
        if !known.contains(raw) && !raw.ends_with(b"/") {
            texts.push(names::decoded(raw));
        }
        extras(piece(name, name + extra), &mut texts);
        rest = after.get(name + extra + comment..).unwrap_or_default();
    }
    Ok(texts)
}

fn extras(mut fields: &[u8], texts: &mut Vec<String>) {
    while let [a, b, c, d, rest @ ..] = fields {
        let id = u16::from_le_bytes([*a, *b]);
        let length = usize::from(u16::from_le_bytes([*c, *d])).min(rest.len());
        let (data, after) = rest.split_at(length);
        fields = after;
        if UNICODE.contains(&id) {
            texts.push(names::decoded(data.get(5..).unwrap_or_default()));
        } else if !NUMBERS.contains(&id) && !data.is_empty() {
            texts.push(names::decoded(data));
        }
    }
}
