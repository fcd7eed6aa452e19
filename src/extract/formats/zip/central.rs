//! Texts of a zip's directory that are neither the names nor the comments its reader shows:
//! names that differ, and extra fields, such as the name in Unicode (APPNOTE 4.6.9).

use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::extract::driver::TAIL;
use crate::extract::support::names;

const SIGNATURE: &[u8; 4] = b"PK\x01\x02";
const HEADER: usize = 46;
/// Bytes of a directory that are looked at.
const DIRECTORY: u64 = 16 << 20;
/// Extra fields with a checksum of the name or comment, then its text in UTF-8.
const UNICODE: [u16; 2] = [0x7075, 0x6375];
/// Extra fields of numbers: sizes, times, owners, encryption, padding.
const NUMBERS: [u16; 10] = [0x0001, 0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0x9901, 0xA11E, 0xA220, 0xCAFE];

/// What the directory tells beside its members.
#[derive(Debug, Default)]
pub(super) struct DirectoryTexts {
    /// Names that the zip crate does not show, and texts of extra fields.
    pub(super) texts: Vec<String>,
    /// Where the end record with its comment is over.
    pub(super) end: Option<u64>,
    /// The archive goes on in other files.
    pub(super) volumes: bool,
}

/// Reads the directory and the end record. `known` are names that need not be told.
pub(super) fn read(
    source: &mut (impl Read + Seek),
    range: Range<u64>,
    known: &HashSet<&[u8]>,
) -> io::Result<DirectoryTexts> {
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
    let mut told = DirectoryTexts { texts, ..DirectoryTexts::default() };
    if let Some((record, over)) = end_record(rest) {
        let place = (bytes.len() - rest.len() + over) as u64;
        told.end = Some(range.start + place);
        told.volumes = is_of_volumes(record);
    }
    Ok(told)
}

/// The end record tells of other disks: by its own number, by that of the one with the
/// directory, or by the entries here and in all. In the long form all bits are set.
fn is_of_volumes(record: &[u8]) -> bool {
    record[4..8] != [0; 4] && record[4..8] != [0xFF; 4] || record[8..10] != record[10..12]
}

/// The file ends as the last volume of a set does, whose directory no program can use alone.
pub(super) fn is_last_volume(source: &mut (impl Read + Seek), length: u64) -> io::Result<bool> {
    let mut tail = Vec::new();
    source.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    source.take(TAIL).read_to_end(&mut tail)?;
    Ok(tail.windows(22).rfind(|record| record.starts_with(b"PK\x05\x06")).is_some_and(is_of_volumes))
}

/// The end record behind the directory, and where its comment is over. A signature of the
/// directory and the records of zip64 may stand before it (APPNOTE 4.3.13 to 4.3.16).
fn end_record(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        let length = |from: usize| Some(usize::from(u16::from_le_bytes([*rest.get(from)?, *rest.get(from + 1)?])));
        at += match rest.get(..4)? {
            b"PK\x05\x05" => 6 + length(4)?,
            b"PK\x06\x06" => 12 + length(4)?,
            b"PK\x06\x07" => 20,
            b"PK\x05\x06" => return Some((rest.get(..22)?, at + 22 + length(20)?)),
            _ => rest.windows(4).position(|window| window == b"PK\x05\x06")?,
        };
    }
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
