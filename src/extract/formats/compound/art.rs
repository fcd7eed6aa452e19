//! Drawings of the binary formats ([MS-ODRAW]): a tree of records with one kind of header,
//! which presentations use for everything. Texts of shapes, alternative texts, WordArt, links;
//! pictures are read.

use std::borrow::Cow;
use std::io::Read;

use crate::extract::driver::{Context, reason_of};
use crate::extract::support::bytes::{Bytes, u16_at, u32_at, utf16};
use crate::extract::support::picture;
use crate::extract::support::picture_size::bitmap_file;
use crate::extract::support::strings;
use crate::model::{GapReason, Limit, Part, PartKind};

/// Bytes of an unfolded metafile.
const METAFILE: u64 = 16 << 20;

/// The header of a record ([MS-ODRAW] 2.2.1).
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) version: u16,
    pub(super) instance: u16,
    pub(super) kind: u16,
    pub(super) length: usize,
}

/// Bytes of a header.
pub(super) const HEADER: usize = 8;

impl Header {
    /// The header at the beginning of `bytes`.
    pub(super) fn read(bytes: &mut Bytes<'_>) -> Option<Header> {
        let first = bytes.u16()?;
        let kind = bytes.u16()?;
        Some(Header { version: first & 0xF, instance: first >> 4, kind, length: bytes.count()? })
    }

    /// The record holds records.
    pub(super) fn is_container(self) -> bool {
        self.version == 0xF
    }
}

/// Hands on what a record of a drawing says; `false` if it is of no kind known here.
pub(super) fn emit(header: Header, data: &[u8], cx: &mut Context<'_>) -> bool {
    match header.kind {
        0xF00B | 0xF121 | 0xF122 => properties(header, data, cx),
        0xF007 => blip_name(data, cx),
        0xF01A..=0xF01C => {
            metafile(header, data, cx);
        }
        0xF01D..=0xF02A => {
            bitmap(header, data, cx);
        }
        _ => return false,
    }
    true
}

/// Reads the records of a drawing; bytes between drawings are passed over.
pub(super) fn walk(bytes: &[u8], cx: &mut Context<'_>) {
    let mut at = 0;
    while at + HEADER <= bytes.len() && cx.budget().check().is_ok() {
        let mut reader = Bytes::from(bytes, at);
        let Some(header) = Header::read(&mut reader) else { return };
        if !(0xF000..=0xF1FF).contains(&header.kind) {
            at += 1;
            continue;
        }
        let data = &reader.rest()[..header.length.min(reader.rest().len())];
        at += HEADER;
        // A container's records follow one another; a picture's entry holds the picture.
        if header.is_container() {
            continue;
        }
        emit(header, data, cx);
        at += if header.kind == 0xF007 { 36.min(data.len()) } else { data.len() };
    }
}

/// A table of properties: six bytes each, then the long values in the same order
/// ([MS-ODRAW] 2.2.9).
fn properties(header: Header, data: &[u8], cx: &mut Context<'_>) {
    let count = usize::from(header.instance);
    let mut values = Bytes::from(data, count * 6);
    for number in 0..count {
        let (Some(id), Some(size)) = (u16_at(data, number * 6), u32_at(data, number * 6 + 2)) else { return };
        if id & 0x8000 == 0 {
            continue;
        }
        let value = values.up_to(size as usize);
        let kind = match id & 0x3FFF {
            // gtextUNICODE: WordArt.
            0x00C0 => PartKind::Watermark,
            // wzName, wzDescription, wzTooltip.
            0x0380 => PartKind::Markup,
            0x0381 | 0x038D => PartKind::AltText,
            // pihlShape: a link.
            0x0382 => {
                link(value, cx);
                continue;
            }
            // pibName, wzScript and other texts.
            0x0105 | 0x0187 | 0x01C7 | 0x038E | 0x00C5 => PartKind::Markup,
            _ => continue,
        };
        cx.short(Part::only(kind), utf16(value).trim_end_matches('\0'));
    }
}

/// The texts of a link ([MS-OSHARED] 2.3.7.1): strings with their lengths.
pub(super) fn link(value: &[u8], cx: &mut Context<'_>) {
    let _ = strings::scan(value, Part::labelled(PartKind::Markup, "link"), value.len() as u64, cx);
}

/// The entry of a picture holds its name behind 36 bytes ([MS-ODRAW] 2.2.32).
fn blip_name(data: &[u8], cx: &mut Context<'_>) {
    let length = data.get(33).copied().unwrap_or(0);
    if let Some(name) = data.get(36..36 + usize::from(length)) {
        cx.short(Part::only(PartKind::Markup), utf16(name).trim_end_matches('\0'));
    }
}

/// A picture behind one or two identifiers and a tag ([MS-ODRAW] 2.2.27 to 2.2.31).
fn bitmap(header: Header, data: &[u8], cx: &mut Context<'_>) {
    let file = data.get(identifiers(header) + 1..).unwrap_or_default();
    // What programs call a device-independent bitmap lacks the header of a file.
    let file = if header.kind == 0xF01F { bitmap_file(file).map_or(file.into(), Cow::Owned) } else { file.into() };
    picture::inside("picture", &file, cx);
}

/// An odd instance means a second identifier.
fn identifiers(header: Header) -> usize {
    if header.instance & 1 == 1 { 32 } else { 16 }
}

/// A metafile, mostly deflated: identifiers, 34 bytes of header, data ([MS-ODRAW] 2.2.24).
fn metafile(header: Header, data: &[u8], cx: &mut Context<'_>) {
    let identifiers = identifiers(header);
    let Some(body) = data.get(identifiers + 34..) else { return };
    if data.get(identifiers + 32) != Some(&0) {
        return picture::inside("picture", body, cx);
    }
    let mut bytes = Vec::new();
    let budget = cx.budget();
    let inflated = budget.metered(flate2::read::ZlibDecoder::new(body)).take(METAFILE + 1).read_to_end(&mut bytes);
    let is_whole = bytes.len() as u64 <= METAFILE;
    picture::inside("picture", &bytes, cx);
    match inflated {
        Ok(_) if is_whole => {}
        Ok(_) => cx.member_gap("picture", GapReason::Limit(Limit::EntryBytes)),
        Err(e) => cx.member_gap("picture", reason_of(&e)),
    }
}
