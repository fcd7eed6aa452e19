//! Archives that follow something else in one file: a zip behind a text or a picture, the
//! members of a program that unpacks itself. It tells where one begins and reads none.

use std::io::{self, Read, SeekFrom};

use super::input::ReadSeek;
use crate::model::Format;

/// An archive inside a file of another format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) struct Appended {
    /// Where it begins: offsets in it count from there.
    pub(in crate::extract) start: u64,
    pub(in crate::extract) format: Format,
}

/// The end of central directory record and the longest comment behind it (APPNOTE 4.3.16).
pub(in crate::extract) const TAIL: u64 = 22 + 65_535;
const END: &[u8; 4] = b"PK\x05\x06";
const DIRECTORY: &[u8; 4] = b"PK\x01\x02";
/// Bytes of a program in which the archive it unpacks begins.
const STUB: u64 = 4 << 20;

/// The archive that a file of the given format carries behind its own content.
pub(in crate::extract) fn find(source: &mut dyn ReadSeek, format: Format) -> io::Result<Option<Appended>> {
    let length = source.seek(SeekFrom::End(0))?;
    let from = length.saturating_sub(TAIL);
    let tail = piece(source, from, TAIL)?;
    for end in ends(&tail) {
        // Files that lie in these as they are end with records of their own.
        if matches!(format, Format::Iso | Format::Ar | Format::Cfb) && from + end.over as u64 != length {
            continue;
        }
        let at = from + end.at as u64;
        let Some((size, offset)) = directory(source, &tail[end.at..], at)? else { continue };
        let Some(directory) = at.checked_sub(size) else { continue };
        if piece(source, directory, 4)? == DIRECTORY {
            // Offsets that count from the beginning of the file leave nothing before them.
            return Ok(Some(Appended { start: directory.saturating_sub(offset), format: Format::Zip }));
        }
    }
    if format == Format::Executable { in_program(source) } else { Ok(None) }
}

/// Bytes that end a stream, too long to be held, show the end of a zip.
pub(in crate::extract) fn ends_as_zip(tail: &[u8]) -> bool {
    ends(tail).any(|end| end.over == tail.len() && tail[end.at + 12..end.at + 16] != [0; 4])
}

/// An end record: where it stands, and where its comment is over.
struct End {
    at: usize,
    over: usize,
}

/// Plausible end records, the last one first.
fn ends(tail: &[u8]) -> impl Iterator<Item = End> {
    let ends = memchr::memmem::find_iter(tail, END).filter_map(|at| Some((at, tail.get(at..at + 22)?)));
    let ends = ends.filter_map(|(at, record)| {
        let over = at + 22 + usize::from(u16::from_le_bytes([record[20], record[21]]));
        (over <= tail.len()).then_some(End { at, over })
    });
    ends.collect::<Vec<_>>().into_iter().rev().take(16)
}

/// Size and offset of the directory by an end record that stands `at`; with the records of
/// zip64 before it (APPNOTE 4.3.14), their size counts too.
fn directory(source: &mut dyn ReadSeek, record: &[u8], at: u64) -> io::Result<Option<(u64, u64)>> {
    let long = |at: usize| u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]);
    let (size, offset) = (long(12), long(16));
    if size != u32::MAX && offset != u32::MAX {
        return Ok((size > 0).then_some((u64::from(size), u64::from(offset))));
    }
    let Some(from) = at.checked_sub(76) else { return Ok(None) };
    let wide = piece(source, from, 56)?;
    if !wide.starts_with(b"PK\x06\x06") || wide.len() < 56 {
        return Ok(None);
    }
    let wide = |at: usize| wide[at..at + 8].iter().rev().fold(0u64, |n, byte| n << 8 | u64::from(*byte));
    Ok(wide(40).checked_add(76).map(|size| (size, wide(48))))
}

/// A 7z or RAR archive behind the program that unpacks it: a signature whose header is sound,
/// because such programs hold the bare signature too.
fn in_program(source: &mut dyn ReadSeek) -> io::Result<Option<Appended>> {
    let stub = piece(source, 0, STUB)?;
    let sound = |at: usize| {
        let rest = &stub[at..];
        if rest.starts_with(b"7z\xBC\xAF\x27\x1C\0") && rest.len() >= 32 {
            return (crc(&rest[12..32]) == rest[8..12]).then_some(Format::SevenZip);
        }
        if rest.starts_with(b"Rar!\x1A\x07\x01\0") && rest.len() >= 64 {
            let size = usize::from(rest[12] & 0x7F);
            return (rest[12] < 0x80 && size < 50 && crc(&rest[12..13 + size]) == rest[8..12]).then_some(Format::Rar);
        }
        // The main header follows: checksum, then its type.
        let old = rest.starts_with(b"Rar!\x1A\x07\0") && rest.len() >= 20;
        (old && rest[9] == 0x73 && crc(&rest[9..20])[..2] == rest[7..9]).then_some(Format::Rar)
    };
    let found = (0..stub.len()).filter(|at| matches!(stub[*at], b'7' | b'R')).find_map(|at| Some((at, sound(at)?)));
    Ok(found.map(|(at, format)| Appended { start: at as u64, format }))
}

fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

fn piece(source: &mut dyn ReadSeek, from: u64, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.seek(SeekFrom::Start(from))?;
    source.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// A directory of one empty header and its end record.
    fn zip_end(offset: u32, comment: &[u8]) -> Vec<u8> {
        let mut bytes = [&DIRECTORY[..], &[0; 42]].concat();
        bytes.extend([&END[..], &[0, 0, 0, 0, 1, 0, 1, 0], &46u32.to_le_bytes(), &offset.to_le_bytes()].concat());
        bytes.extend((comment.len() as u16).to_le_bytes());
        [&bytes[..], comment].concat()
    }

    #[test]
    fn a_zip_is_found_behind_anything_else() {
        let find = |bytes: &[u8], format| find(&mut Cursor::new(bytes), format).expect("in memory");
        let zip = |start| Some(Appended { start, format: Format::Zip });
        let text = vec![b'x'; 1000];
        assert_eq!(find(&[&text[..], &zip_end(0, b"")].concat(), Format::Text), zip(1000));
        assert_eq!(find(&[&text[..], &zip_end(0, b"a comment")].concat(), Format::Image), zip(1000));
        // Offsets from the beginning of the file.
        assert_eq!(find(&[&text[..], &zip_end(1000, b"")].concat(), Format::Executable), zip(0));
        // A signature follows, or zeros.
        assert_eq!(find(&[&text[..], &zip_end(0, b""), &[7; 50]].concat(), Format::Executable), zip(1000));
        assert_eq!(find(&[&text[..], &zip_end(0, b""), &[0; 50]].concat(), Format::Cfb), None);
        // A record without the directory it tells of.
        let end = [&text[..], &zip_end(0, b"")[46..]].concat();
        assert_eq!(find(&end, Format::Text), None);
    }

    #[test]
    fn a_signature_in_a_program_counts_with_a_sound_header_only() {
        let next = [0u8; 20];
        let seven = [b"7z\xBC\xAF\x27\x1C\0\x04", &crc(&next)[..], &next].concat();
        let program = [&b"MZ 7z\xBC\xAF\x27\x1C\0\x04 not this one, which is long enough"[..], &seven].concat();
        let start = (program.len() - seven.len()) as u64;
        let found = find(&mut Cursor::new(&program), Format::Executable).expect("in memory");
        assert_eq!(found, Some(Appended { start, format: Format::SevenZip }));
        assert_eq!(find(&mut Cursor::new(&program[..40]), Format::Executable).expect("in memory"), None);
    }
}
