//! ID3 tags of sound files (ID3v2.2 to 2.4, ID3v1): titles, comments, lyrics, and the pictures
//! and files that were put in.

use std::borrow::Cow;

use super::{emit_decoded, emit_text, inflated, number, piece, search, xmp};
use crate::extract::driver::{Context, Input, ReadSeek, reason_of};
use crate::model::GapReason;

/// Bytes of a tag that are read; the length of one has 28 bits.
const TAG: u64 = 32 << 20;

/// Reads the tag at the beginning of a file, and the short one of old at its end.
pub(super) fn read(source: &mut dyn ReadSeek, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let head = piece(source, 0, 10)?;
    let length = head.get(6..10).map(safe).ok_or(GapReason::Damaged)? as u64 + 10;
    let bytes = piece(source, 0, length.min(TAG).min(cx.budget().holdable()))?;
    let held = cx.budget().hold(bytes.len() as u64)?;
    let outcome = tag(&bytes, cx);
    drop(held);
    let end = source.seek(std::io::SeekFrom::End(0)).map_err(|e| reason_of(&e))?;
    let last = piece(source, end.saturating_sub(128), 128)?;
    if last.len() == 128 && last.starts_with(b"TAG") {
        for (key, range) in [("title", 3..33), ("artist", 33..63), ("album", 63..93), ("comment", 97..127)] {
            emit_decoded(key, &last[range], cx)?;
        }
    }
    outcome
}

/// Reads one ID3v2 tag.
pub(super) fn tag(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let Some((header, rest)) = bytes.split_at_checked(10).filter(|(header, _)| header.starts_with(b"ID3")) else {
        return search("ID3", bytes, cx);
    };
    let (version, flags, length) = (header[3], header[5], safe(&header[6..]));
    let whole = rest.len() >= length;
    let body = &rest[..length.min(rest.len())];
    // Up to 2.3 the whole tag was freed of what looks like the sound's own marks.
    let body = if flags & 0x80 != 0 && version < 4 { Cow::Owned(restored(body)) } else { Cow::Borrowed(body) };
    let mut rest = &body[..];
    if flags & 0x40 != 0 && version > 2 {
        let size = rest.get(..4).map_or(0, |size| if version == 4 { safe(size) } else { number(size) + 4 });
        rest = rest.get(size..).ok_or(GapReason::Damaged)?;
    }
    let mut outcome = Ok(());
    while rest.first().is_some_and(|byte| *byte != 0) {
        cx.budget().check()?;
        let Some((frame, after)) = Frame::of(rest, version) else {
            search("ID3", rest, cx)?;
            outcome = Err(GapReason::Damaged);
            break;
        };
        rest = after;
        outcome = outcome.and(frame.read(cx));
    }
    if whole { outcome } else { Err(GapReason::Damaged) }
}

/// Numbers of seven bits a byte.
fn safe(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |n, byte| n << 7 | usize::from(byte & 0x7F))
}

/// Without the zeros that stand behind each 0xFF.
fn restored(bytes: &[u8]) -> Vec<u8> {
    let mut before = 0;
    let keep = |byte: &&u8| {
        let stuffed = before == 0xFF && **byte == 0;
        before = **byte;
        !stuffed
    };
    bytes.iter().filter(keep).copied().collect()
}

/// One frame, its identifier and what its flags say.
struct Frame<'b> {
    id: &'b [u8],
    data: &'b [u8],
    encrypted: bool,
    compressed: bool,
    stuffed: bool,
    /// Bytes before the data that tell of it.
    aside: usize,
}

impl<'b> Frame<'b> {
    fn of(bytes: &'b [u8], version: u8) -> Option<(Self, &'b [u8])> {
        if version == 2 {
            let (header, rest) = bytes.split_at_checked(6)?;
            let (data, after) = rest.split_at_checked(number(&header[3..]))?;
            let plain = Frame { id: &header[..3], data, encrypted: false, compressed: false, stuffed: false, aside: 0 };
            return Some((plain, after));
        }
        let (header, rest) = bytes.split_at_checked(10)?;
        let size = match version {
            // Some writers count in eight bits all the same.
            4 if header[4..8].iter().all(|byte| *byte < 0x80) => safe(&header[4..8]),
            _ => number(&header[4..8]),
        };
        let (data, after) = rest.split_at_checked(size)?;
        let flags = header[9];
        let bit = |three: u8, four: u8| flags & if version == 4 { four } else { three } != 0;
        let (compressed, encrypted, grouped) = (bit(0x80, 0x08), bit(0x40, 0x04), bit(0x20, 0x40));
        let told = if version == 4 { flags & 0x01 != 0 } else { compressed };
        let aside = usize::from(told) * 4 + usize::from(grouped) + usize::from(encrypted);
        let stuffed = version == 4 && flags & 0x02 != 0;
        Some((Frame { id: &header[..4], data, encrypted, compressed, stuffed, aside }, after))
    }

    fn read(&self, cx: &mut Context<'_>) -> Result<(), GapReason> {
        if self.encrypted {
            return Err(GapReason::Encrypted);
        }
        let data = self.data.get(self.aside..).ok_or(GapReason::Damaged)?;
        let data = if self.stuffed { Cow::Owned(restored(data)) } else { Cow::Borrowed(data) };
        let data = if self.compressed { Cow::Owned(inflated(&data, cx)?) } else { data };
        let key = String::from_utf8_lossy(self.id);
        match &self.id[..3] {
            b"PIC" | b"API" => picture(self.id, &data, cx),
            b"GEO" => file(&data, cx),
            b"COM" | b"ULT" | b"USL" | b"USE" => texts(&key, &data, 3, cx),
            [b'T', ..] | b"WXX" | b"OWN" => texts(&key, &data, 0, cx),
            b"PRI" if data.starts_with(b"XMP\0") => xmp(&data[4..], cx),
            _ => search(&key, &data, cx),
        }
    }
}

/// A byte that names the encoding, a language perhaps, then texts with zeros between them.
fn texts(key: &str, data: &[u8], language: usize, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let Some((encoding, text)) = data.split_first() else { return Ok(()) };
    let text = text.get(language..).unwrap_or_default();
    match encoding {
        1 | 2 => {
            let text = wide(text, *encoding == 2);
            text.split('\0').for_each(|piece| emit_text(key, piece.trim_start_matches('\u{FEFF}'), cx));
            Ok(())
        }
        0 | 3 => text.split(|b| *b == 0).try_for_each(|piece| emit_decoded(key, piece, cx)),
        _ => search(key, data, cx),
    }
}

fn wide(text: &[u8], big: bool) -> String {
    let encoding = if big { encoding_rs::UTF_16BE } else { encoding_rs::UTF_16LE };
    encoding.decode(text).0.into_owned()
}

/// What stands before the end of a text in the given encoding, and what stands behind it.
fn ended(encoding: u8, text: &[u8]) -> Option<(&[u8], &[u8])> {
    if matches!(encoding, 1 | 2) {
        let at = text.chunks_exact(2).position(|pair| pair == [0, 0])? * 2;
        return Some((&text[..at], &text[at + 2..]));
    }
    let at = text.iter().position(|b| *b == 0)?;
    Some((&text[..at], &text[at + 1..]))
}

/// A picture: encoding, type, kind, a description, the file.
fn picture(id: &[u8], data: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let (encoding, rest) = data.split_first().ok_or(GapReason::Damaged)?;
    let (_, rest) = if id.len() == 3 { rest.split_at_checked(3) } else { ended(0, rest) }.ok_or(GapReason::Damaged)?;
    let (described, file) = ended(*encoding, rest.get(1..).unwrap_or_default()).ok_or(GapReason::Damaged)?;
    texts("picture", &[&[*encoding], described].concat(), 0, cx)?;
    cx.contained("picture", Input::bytes(file))
}

/// A file of any kind: encoding, type, name, description, the file.
fn file(data: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let (encoding, rest) = data.split_first().ok_or(GapReason::Damaged)?;
    let (_, rest) = ended(0, rest).ok_or(GapReason::Damaged)?;
    let (name, rest) = ended(*encoding, rest).ok_or(GapReason::Damaged)?;
    let (described, file) = ended(*encoding, rest).ok_or(GapReason::Damaged)?;
    texts("file", &[&[*encoding], described].concat(), 0, cx)?;
    texts("file", &[&[*encoding], name].concat(), 0, cx)?;
    cx.member("file", Input::bytes(file));
    Ok(())
}
