//! Property sets ([MS-OLEPS]): title, author, company and the properties people or label
//! programs add, each handed on under its key.

use std::collections::HashMap;

use encoding_rs::Encoding;

use crate::extract::driver::Context;
use crate::extract::support::bytes::{Bytes, u32_at, utf16};
use crate::extract::support::code_page;
use crate::extract::support::property;
use crate::model::PartKind;

/// Format identifier of the document summary ([MS-OLEPS] 2.25.1), first field.
const DOCUMENT: u32 = 0xD5CD_D502;
/// Format identifier of the summary ([MS-OLEPS] 2.25.1), first field.
const SUMMARY: u32 = 0xF29F_85E0;
/// Properties of one set that are read.
const MOST: usize = 10_000;

/// Hands on all properties; nothing if these bytes are no property set.
pub(super) fn read(bytes: &[u8], cx: &mut Context<'_>) -> Option<()> {
    let mut header = Bytes::new(bytes);
    if header.u16()? != 0xFFFE {
        return None;
    }
    header.skip(22)?;
    let sets = header.count()?;
    for _ in 0..sets.min(8) {
        let format = header.u32()?;
        header.skip(12)?;
        let offset = header.count()?;
        read_set(format, bytes.get(offset..)?, cx);
    }
    Some(())
}

fn read_set(format: u32, set: &[u8], cx: &mut Context<'_>) -> Option<()> {
    let mut list = Bytes::new(set);
    list.skip(4)?;
    let count = list.count()?.min(MOST);
    let mut places = Vec::new();
    for _ in 0..count {
        let (Some(id), Some(offset)) = (list.u32(), list.count()) else { break };
        places.push((id, offset));
    }
    // Property 1 is the code page of the others ([MS-OLEPS] 2.16).
    let page = places.iter().find(|(id, _)| *id == 1).and_then(|(_, at)| u32_at(set, *at + 4)).unwrap_or(0) & 0xFFFF;
    let names = places.iter().find(|(id, _)| *id == 0).and_then(|(_, at)| dictionary(set.get(*at..)?, page));
    let names = names.unwrap_or_default();
    for name in names.values() {
        property::emit(PartKind::Property, "name", name, cx);
    }
    for (id, offset) in places.iter().filter(|(id, _)| *id > 1) {
        if cx.budget().check().is_err() {
            return None;
        }
        let key = names.get(id).cloned().unwrap_or_else(|| key(format, *id));
        let mut value = Bytes::from(set, *offset);
        let mut texts = Vec::new();
        let kind = value.u32();
        if let Some(kind) = kind {
            read_value(kind, &mut value, page, 0, &mut texts);
        }
        for text in &texts {
            // Many properties may share one long value: it counts each time.
            cx.budget().charge(text.len() as u64).ok()?;
            property::emit(PartKind::Property, &key, text, cx);
        }
    }
    Some(())
}

/// Names of the properties of a user's own ([MS-OLEPS] 2.17).
fn dictionary(bytes: &[u8], page: u32) -> Option<HashMap<u32, String>> {
    let mut list = Bytes::new(bytes);
    let count = list.count()?.min(MOST);
    let mut names = HashMap::new();
    for _ in 0..count {
        let id = list.u32()?;
        let length = list.count()?;
        let raw = if page == 1200 {
            let raw = list.take(length.checked_mul(2)?)?;
            list.skip((4 - raw.len() % 4) % 4)?;
            raw
        } else {
            list.take(length)?
        };
        names.insert(id, text(raw, page));
    }
    Some(names)
}

/// The texts of a value of a variant type ([MS-OLEPS] 2.15).
fn read_value(kind: u32, value: &mut Bytes<'_>, page: u32, depth: u8, texts: &mut Vec<String>) -> Option<()> {
    match kind {
        // A counted string of the code page.
        0x1E | 0x08 => {
            let length = value.count()?;
            texts.push(text(value.up_to(length), page));
            value.skip((4 - length % 4) % 4);
        }
        // A counted string of UTF-16.
        0x1F => {
            let length = value.count()?.saturating_mul(2);
            texts.push(text(value.up_to(length), 1200));
            value.skip((4 - length % 4) % 4);
        }
        0x0B => {
            let word = if value.u32()? & 0xFFFF == 0 { "false" } else { "true" };
            texts.push(word.to_string());
        }
        0x02 | 0x03 | 0x0A | 0x12 | 0x13 | 0x16 | 0x17 => value.skip(4)?,
        0x05 | 0x06 | 0x07 | 0x14 | 0x15 | 0x40 => value.skip(8)?,
        // Bytes: the links of a document stand there as strings.
        0x41 => {
            let length = value.count()?;
            links(value.up_to(length), texts);
        }
        // A list of values, each with its own type.
        0x100C => {
            for _ in 0..value.count()?.min(MOST) {
                let kind = value.u32()?;
                if depth > 4 {
                    return None;
                }
                read_value(kind, value, page, depth + 1, texts)?;
            }
        }
        0x101E | 0x101F => {
            for _ in 0..value.count()?.min(MOST) {
                read_value(kind & 0xFFF, value, page, depth + 1, texts)?;
            }
        }
        _ => return None,
    }
    Some(())
}

/// `_PID_HLINKS` is a list of values in a block of bytes ([MS-OSHARED] 2.3.3.1.18).
fn links(bytes: &[u8], texts: &mut Vec<String>) {
    let mut list = Bytes::new(bytes);
    let count = list.count().unwrap_or(0).min(MOST);
    for _ in 0..count {
        let Some(kind) = list.u32() else { return };
        if kind == 0x41 || read_value(kind, &mut list, 1200, 1, texts).is_none() {
            return;
        }
    }
}

fn text(raw: &[u8], page: u32) -> String {
    let named: Option<&'static Encoding> = code_page::encoding(page);
    let text = if page == 1200 { utf16(raw) } else { code_page::decoded(raw, named) };
    text.split('\0').next().unwrap_or_default().to_string()
}

/// The key of a well-known property, as Office Open XML calls it.
fn key(format: u32, id: u32) -> String {
    let known = match (format, id) {
        (SUMMARY, 2) => "title",
        (SUMMARY, 3) => "subject",
        (SUMMARY, 4) => "creator",
        (SUMMARY, 5) => "keywords",
        (SUMMARY, 6) => "description",
        (SUMMARY, 7) => "Template",
        (SUMMARY, 8) => "lastModifiedBy",
        (SUMMARY, 9) => "revision",
        (SUMMARY, 18) => "Application",
        (DOCUMENT, 2) => "category",
        (DOCUMENT, 3) => "PresentationFormat",
        (DOCUMENT, 12) => "HeadingPairs",
        (DOCUMENT, 13) => "TitlesOfParts",
        (DOCUMENT, 14) => "Manager",
        (DOCUMENT, 15) => "Company",
        (DOCUMENT, 26) => "contentType",
        (DOCUMENT, 27) => "contentStatus",
        (DOCUMENT, 28) => "language",
        _ => return format!("property {id}"),
    };
    known.to_string()
}
