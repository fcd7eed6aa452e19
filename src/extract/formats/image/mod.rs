//! What pictures and recordings say of themselves: titles, captions, authors, comments, each
//! as a property with its key. A file a container; the text one sees in pictures is in `pixels`.

mod gif;
mod id3;
mod iptc;
mod jpeg;
mod metafile;
mod mp4;
mod png;
mod riff;
mod tiff;

use std::io::{Cursor, Read};

use crate::extract::driver::{Context, Extractor, Fingerprint, Glance, Input, ReadScope, reason_of};
use crate::extract::formats::xml;
use crate::extract::formats::xml::TextNodes;
use crate::extract::support::{names, strings};
use crate::model::{Format, GapReason, Limit, Part, PartKind};
use crate::ocr;

use crate::extract::support::bytes::piece;
use crate::extract::support::picture::is_metafile;
use crate::extract::support::{picture_size as size, pixels::pixels};

/// Reads the metadata of pictures and, where there is a model, the text one sees in them.
pub(super) struct Picture;

/// Reads the metadata of sound and film. The rest of them is a gap.
pub(super) struct Recording;

/// Bytes searched for readable text beside what the containers tell.
const SEARCHED: u64 = 64 << 20;
/// Bytes of a picture inside a document that are searched for readable text: its metadata.
const METADATA: u64 = 256 * 1024;
/// Bytes of one inflated text.
const INFLATED: u64 = 4 << 20;
/// Bytes at either end of a picture that are looked at before it is hashed.
const ENDS: usize = 64;

impl Extractor for Picture {
    fn formats(&self) -> &'static [Format] {
        &[Format::Image]
    }

    fn reads(&self) -> bool {
        ocr::IS_BUILT
    }

    fn aim(&self) -> ReadScope {
        ReadScope::Picture
    }

    fn extract_contained(&self, name: &str, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let trouble = input.trouble();
        let (input, _held) = input.settled(cx.budget());
        trouble.or(pictured(name, input, cx))
    }

    fn extract(&self, mut input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        if is_metafile(input.head()) {
            return if drawn(&mut input, cx)? { Ok(()) } else { Err(GapReason::PictureFormat) };
        }
        // The text one sees comes last: where it blocks, the rest of it is not read.
        match input.source() {
            Some(source) => beside(Input::from(source, 0).map_err(|e| reason_of(&e))?, cx)?,
            None => return beside(input, cx).and(Err(GapReason::Limit(Limit::HeldBytes))),
        }
        pixels(&mut input, cx)
    }
}

impl Extractor for Recording {
    fn formats(&self) -> &'static [Format] {
        &[Format::Media]
    }

    fn reads(&self) -> bool {
        false
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        beside(input, cx)?;
        Err(GapReason::Unsupported)
    }
}

/// Reads a picture inside a document. One that is not read is a gap when it can show a page, and else
/// told of: every letter has an emblem.
fn pictured(name: &str, mut input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut inner = cx.inside(name);
    inner.appended(&mut input, Format::Image);
    if is_metafile(input.head()) {
        match drawn(&mut input, &mut inner) {
            Ok(true) => {}
            // Lines and areas only: a curve, an emblem.
            Ok(false) => inner.sink.picture(&inner.at),
            Err(reason) => inner.gap(None, reason),
        }
        return Ok(());
    }
    match pixels(&mut input, &mut inner) {
        Ok(()) => {}
        Err(reason @ (GapReason::Limit(_) | GapReason::Timeout | GapReason::Damaged | GapReason::Illegible)) => {
            inner.gap(None, reason);
        }
        Err(reason) if is_page(&mut input) => inner.gap(None, reason),
        Err(_) => inner.sink.picture(&inner.at),
    }
    match metadata(&mut input, &mut inner) {
        Ok(true) => return Ok(()),
        // What it is cannot be told, or its end is missing.
        Ok(false) | Err(GapReason::Damaged) => {}
        Err(reason) => return Err(reason),
    }
    strings::scan(input.into_reader().take(METADATA), Part::labelled(PartKind::Strings, name), METADATA, cx)
}

/// What stands in a file beside pixels and sound.
fn beside(mut input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
    if let Err(reason) = metadata(&mut input, cx) {
        cx.gap(None, reason);
    }
    strings::scan(input.into_reader(), Part::only(PartKind::Strings), SEARCHED, cx)
}

/// Reads the metadata of a container known here; false if it is none, or a stream too long to
/// be held.
pub(super) fn metadata(input: &mut Input<'_>, cx: &mut Context<'_>) -> Result<bool, GapReason> {
    let head = input.head().to_vec();
    let Some(source) = input.source() else { return Ok(false) };
    if head.starts_with(b"ID3") {
        return id3::read(source, cx).map(|()| true);
    }
    if head.get(4..8) == Some(b"ftyp") {
        // Of HEIC and AVIF only the boxes are known: what they hold is searched as well.
        let still = [&b"heic"[..], b"heix", b"mif1", b"msf1", b"avif"].contains(&head.get(8..12).unwrap_or_default());
        return mp4::read(source, cx).map(|()| !still);
    }
    let reader: fn(&[u8], &mut Context<'_>) -> Result<(), GapReason> = match &head[..] {
        [0xFF, 0xD8, 0xFF, ..] => jpeg::read,
        [0x89, b'P', b'N', b'G', ..] => png::read,
        [b'G', b'I', b'F', b'8', ..] => gif::read,
        [b'R', b'I', b'F', b'F', ..] => riff::read,
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => tiff::read,
        [b'8', b'B', b'P', b'S', ..] => iptc::photoshop_file,
        _ => return Ok(false),
    };
    let room = cx.budget().holdable();
    let bytes = piece(source, 0, room + 1)?;
    if bytes.len() as u64 > room {
        return Err(GapReason::Limit(Limit::HeldBytes));
    }
    let _held = cx.budget().hold(bytes.len() as u64)?;
    // An emblem lies in every letter.
    let ends = [&bytes[..bytes.len().min(ENDS)], &bytes[bytes.len().saturating_sub(ENDS)..]];
    let glance = Glance::of(&[&bytes.len().to_le_bytes(), ends[0], ends[1]]);
    let print = cx.has_glimpsed(glance).then(|| Fingerprint::of_picture(&bytes));
    cx.unless_quiet(print, |cx| reader(&bytes, cx)).map(|()| true)
}

/// Reads the orders of a metafile; `true` if they are more than lines and areas.
pub(super) fn drawn(input: &mut Input<'_>, cx: &mut Context<'_>) -> Result<bool, GapReason> {
    let room = cx.budget().holdable();
    let bytes = match input.source() {
        Some(source) => piece(source, 0, room + 1)?,
        None => return Err(GapReason::Limit(Limit::HeldBytes)),
    };
    if bytes.len() as u64 > room {
        return Err(GapReason::Limit(Limit::HeldBytes));
    }
    metafile::read(&bytes, cx)
}

/// A picture that can show a page, by the pixels its first bytes tell.
pub(super) fn is_page(input: &mut Input<'_>) -> bool {
    let front = input.source().and_then(|source| piece(source, 0, size::SEARCHED).ok());
    front.is_some_and(|front| size::is_page(&front))
}

/// Text as a property of its own, in whatever encoding its writer used.
fn emit_decoded(key: &str, raw: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let end = raw.iter().rposition(|b| *b != 0).map_or(0, |at| at + 1);
    let raw = &raw[..end];
    if raw.contains(&0) || raw.starts_with(b"\xFF\xFE") || raw.starts_with(b"\xFE\xFF") {
        return search(key, raw, cx);
    }
    names::other_readings(raw, PartKind::Property, cx);
    cx.short(Part::labelled(PartKind::Property, key), &names::decoded(raw));
    cx.budget().check()
}

/// Text that was decoded already.
fn emit_text(key: &str, text: &str, cx: &mut Context<'_>) {
    cx.short(Part::labelled(PartKind::Property, key), text.trim_matches('\0'));
}

/// A field of no known structure: what is readable in it.
fn search(key: &str, raw: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    strings::scan(raw, Part::labelled(PartKind::Property, key), raw.len() as u64, cx)
}

/// An XMP packet (ISO 16684-1): XML of properties.
fn xmp(packet: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let end = packet.iter().rposition(|b| *b == b'>').map_or(0, |at| at + 1);
    let mut leaves = TextNodes::new(PartKind::Property);
    let outcome = xml::walk(Cursor::new(&packet[..end]), &mut leaves, cx);
    leaves.finish(cx);
    if outcome.is_err() {
        search("XMP", packet, cx)?;
    }
    outcome
}

/// What a zlib stream inflates to, within the budget.
fn inflated(data: &[u8], cx: &Context<'_>) -> Result<Vec<u8>, GapReason> {
    let mut out = Vec::new();
    let mut reader = cx.budget().metered(flate2::read::ZlibDecoder::new(data)).take(INFLATED + 1);
    reader.read_to_end(&mut out).map_err(|e| reason_of(&e))?;
    if out.len() as u64 > INFLATED { Err(GapReason::Limit(Limit::EntryBytes)) } else { Ok(out) }
}

/// What follows the end of a picture; zeros are padding. The film of a photo that moves is one of its own.
fn behind(rest: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let Some(start) = rest.iter().position(|b| *b != 0) else { return Ok(()) };
    if let Some(film) = film(rest) {
        cx.embedded("trailing-film", Input::bytes(&rest[film..]));
    }
    strings::scan(&rest[start..], Part::labelled(PartKind::Strings, "trailing-data"), SEARCHED, cx)
}

/// Where a film begins: with a box that tells its kind (ISO/IEC 14496-12, 4.3).
fn film(rest: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(rest, b"ftyp").filter_map(|at| at.checked_sub(4)).find(|start| {
        let size = number(&rest[*start..*start + 4]);
        (16..=256).contains(&size) && size.is_multiple_of(4) && rest[*start..].len() > size
    })
}

/// A big-endian number of up to four bytes.
fn number(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |n, byte| n << 8 | usize::from(*byte))
}
