//! TNEF, the winmail.dat of Outlook ([MS-OXTNEF]): a message in attributes and properties, its
//! attachments with their titles.

use std::io::Read;

use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::{names, rtf_compressed, strings, text};
use crate::model::{Format, GapReason, Limit, Part, PartKind};

/// Reads winmail.dat.
pub(in crate::extract) struct Tnef;

/// Attributes ([MS-OXTNEF] 2.1.3.2) by the low half of their number.
const BODY: u16 = 0x800C;
const ATTACH_TITLE: u16 = 0x8010;
const ATTACH_DATA: u16 = 0x800F;
const ATTACH_METAFILE: u16 = 0x8011;
const ATTACH_BEGINS: u16 = 0x9002;
const MESSAGE_PROPERTIES: u16 = 0x9003;
const ATTACH_PROPERTIES: u16 = 0x9005;

/// Property types ([MS-OXCDATA] 2.11.1).
const STRING8: u16 = 0x1E;
const UNICODE: u16 = 0x1F;
const OBJECT: u16 = 0x0D;
const BINARY: u16 = 0x102;
const MULTIPLE: u16 = 0x1000;

/// Properties ([MS-OXPROPS]).
const RTF: u16 = 0x1009;
const HTML: u16 = 0x1013;
const ATTACHED: u16 = 0x3701;
const NAMES: [u16; 3] = [0x3707, 0x3001, 0x3704];

/// Values in all properties together.
const VALUES: usize = 100_000;

impl Extractor for Tnef {
    fn formats(&self) -> &'static [Format] {
        &[Format::Tnef]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let room = cx.budget().holdable();
        let mut bytes = Vec::new();
        input.into_reader().take(room + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        if bytes.len() as u64 > room {
            return Err(GapReason::Limit(Limit::HeldBytes));
        }
        let _held = cx.budget().hold(bytes.len() as u64)?;
        let mut cursor = Cursor(bytes.get(6..).unwrap_or_default());
        let mut attachment = Attachment::default();
        let mut outcome = Ok(());
        while !cursor.0.is_empty() && outcome.is_ok() {
            cx.budget().check()?;
            outcome = attribute(&mut cursor, &mut attachment, cx);
        }
        attachment.hand_on(cx);
        outcome
    }
}

/// What belongs to one attachment.
#[derive(Default)]
struct Attachment<'b> {
    names: Vec<String>,
    data: Vec<&'b [u8]>,
}

impl Attachment<'_> {
    fn hand_on(&mut self, cx: &mut Context<'_>) {
        // Long names before short ones: the first is shown, all are scanned.
        for name in self.names.iter().skip(1) {
            cx.short(Part::only(PartKind::EntryName), name);
        }
        let name = self.names.first().map_or("attachment", String::as_str);
        for data in &self.data {
            cx.member(name, Input::bytes(data));
        }
        if self.data.is_empty() && !self.names.is_empty() {
            cx.short(Part::only(PartKind::EntryName), name);
        }
        *self = Attachment::default();
    }
}

/// Level, number, length, data, checksum.
fn attribute<'b>(
    cursor: &mut Cursor<'b>,
    attachment: &mut Attachment<'b>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    cursor.take(1)?;
    let number = cursor.long()? as u16;
    let length = cursor.long()? as usize;
    let cut = length > cursor.0.len();
    let data = cursor.take(length.min(cursor.0.len()))?;
    match number {
        ATTACH_BEGINS => attachment.hand_on(cx),
        ATTACH_TITLE => attachment.names.push(shown(data, cx)),
        ATTACH_DATA if !data.is_empty() => attachment.data.push(data),
        // The icon an attachment is shown by.
        ATTACH_METAFILE => strings::scan(data, Part::only(PartKind::Strings), data.len() as u64, cx)?,
        MESSAGE_PROPERTIES => properties(data, None, cx)?,
        ATTACH_PROPERTIES => properties(data, Some(attachment), cx)?,
        BODY => text::read(data, PartKind::Body, cx)?,
        _ => strings::scan(data, Part::only(PartKind::Property), data.len() as u64, cx)?,
    }
    if cut {
        return Err(GapReason::Damaged);
    }
    cursor.take(2.min(cursor.0.len())).map(|_| ())
}

/// A name in the message's code page; its other readings are scanned.
fn shown(raw: &[u8], cx: &mut Context<'_>) -> String {
    let raw = raw.split(|b| *b == 0).next().unwrap_or_default();
    names::other_readings(raw, PartKind::EntryName, cx);
    names::decoded(raw)
}

/// A list of properties: count, then type, number, perhaps a name, and values.
fn properties<'b>(
    bytes: &'b [u8],
    mut attachment: Option<&mut Attachment<'b>>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let mut cursor = Cursor(bytes);
    let count = cursor.long()?;
    let mut values = 0;
    for _ in 0..count {
        let kind = cursor.short()?;
        let number = cursor.short()?;
        if number >= 0x8000 {
            cursor.take(16)?;
            if cursor.long()? == 0 {
                cursor.long()?;
            } else {
                let name = cursor.sized()?;
                cx.short(Part::only(PartKind::Property), &utf16(name));
            }
        }
        let sized = matches!(kind & !MULTIPLE, STRING8 | UNICODE | OBJECT | BINARY);
        // A single string or binary has a count of its own too.
        let several = if sized || kind & MULTIPLE != 0 { cursor.long()? } else { 1 };
        for _ in 0..several {
            values += 1;
            if values > VALUES {
                return Err(GapReason::Limit(Limit::Entries));
            }
            cx.budget().check()?;
            if sized {
                let data = cursor.sized()?;
                value(kind & !MULTIPLE, number, data, attachment.as_deref_mut(), cx)?;
            } else {
                let width = match kind & !MULTIPLE {
                    0x05 | 0x06 | 0x07 | 0x14 | 0x40 => 8,
                    0x48 => 16,
                    _ => 4,
                };
                cursor.take(width)?;
            }
        }
    }
    Ok(())
}

fn value<'b>(
    kind: u16,
    number: u16,
    data: &'b [u8],
    attachment: Option<&mut Attachment<'b>>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let label = Part::labelled(PartKind::Property, &format!("{number:04X}"));
    match (kind, attachment) {
        (STRING8 | UNICODE, attachment) => {
            let text = if kind == UNICODE { utf16(data) } else { shown(data, cx) };
            match attachment {
                Some(attachment) if NAMES.contains(&number) => {
                    let at = if number == NAMES[0] { 0 } else { attachment.names.len() };
                    attachment.names.insert(at, text);
                }
                _ => cx.short(label, &text),
            }
        }
        // An object begins with the identifier of its interface.
        (BINARY | OBJECT, Some(attachment)) if number == ATTACHED => {
            let data = if kind == OBJECT { data.get(16..).unwrap_or_default() } else { data };
            attachment.data.push(data);
        }
        (BINARY, None) if number == RTF => {
            let most = cx.budget().holdable().min(cx.budget().limits.entry_bytes);
            let (rtf, outcome) = rtf_compressed::inflate(data, most);
            cx.budget().charge(rtf.len() as u64)?;
            let _held = cx.budget().hold(rtf.len() as u64)?;
            cx.embedded("body.rtf", Input::bytes(&rtf));
            outcome?;
        }
        (BINARY, None) if number == HTML => cx.embedded("body.html", Input::bytes(data)),
        _ => strings::scan(data, label, data.len() as u64, cx)?,
    }
    Ok(())
}

fn utf16(data: &[u8]) -> String {
    encoding_rs::UTF_16LE.decode_without_bom_handling(data).0.trim_end_matches('\0').to_string()
}

/// Bytes still to be read.
struct Cursor<'b>(&'b [u8]);

impl<'b> Cursor<'b> {
    fn take(&mut self, n: usize) -> Result<&'b [u8], GapReason> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or(GapReason::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn short(&mut self) -> Result<u16, GapReason> {
        self.take(2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn long(&mut self) -> Result<u32, GapReason> {
        self.take(4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// A length, as many bytes, and what fills them up to a multiple of four.
    fn sized(&mut self) -> Result<&'b [u8], GapReason> {
        let length = self.long()? as usize;
        let data = self.take(length)?;
        self.take(((4 - length % 4) % 4).min(self.0.len()))?;
        Ok(data)
    }
}
