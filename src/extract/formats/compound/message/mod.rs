//! Outlook messages ([MS-OXMSG]): properties as streams named after their number, recipients
//! and attachments as storages. Bodies go through the readers of their formats, attachments and
//! messages in messages are members.

use std::collections::HashMap;

use encoding_rs::Encoding;

use super::store::Store;
use crate::extract::driver::{Context, Input, TextStream};
use crate::extract::support::bytes::{Bytes, u16_at, u32_at, utf16};
use crate::extract::support::code_page;
use crate::extract::support::header;
use crate::extract::support::text::marked;
use crate::extract::support::{property, rtf_compressed, strings};
use crate::model::{Format, GapReason, Limit, Part, PartKind, Unit};

/// Begins the name of a stream that holds a property.
const PROPERTY: &str = "__substg1.0_";

/// Reads the message of a storage. Adds the nodes that were read.
pub(super) fn read(
    store: &mut Store<'_>,
    storage: usize,
    read: &mut Vec<usize>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let names = named_properties(store, storage, cx).unwrap_or_default();
    message(store, storage, &names, 32, read, cx)
}

/// What a storage is read with.
struct StorageReader<'n> {
    names: &'n HashMap<u16, String>,
    encoding: Option<&'static Encoding>,
}

fn message(
    store: &mut Store<'_>,
    storage: usize,
    names: &HashMap<u16, String>,
    header: usize,
    read: &mut Vec<usize>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let numbers = fixed(store, storage, header, cx);
    // The code page of the message, else that of the sender's program.
    let page = numbers.get(&0x3FFD).or_else(|| numbers.get(&0x3FDE)).copied().unwrap_or(0);
    let reading = StorageReader { names, encoding: code_page::encoding(page) };
    let mut outcome = Ok(());
    for child in store.node(storage).children.clone() {
        cx.budget().check()?;
        let node = store.node(child);
        let name = node.name.clone();
        let lower = name.to_ascii_lowercase();
        let result = if !node.is_storage && lower.starts_with(PROPERTY) {
            stream(store, child, &name, &reading, cx)
        } else if node.is_storage && lower.starts_with("__recip_version1.0_") {
            properties(store, child, &reading, cx)
        } else if node.is_storage && lower.starts_with("__attach_version1.0_") {
            attachment(store, child, &reading, cx)
        } else if matches!(lower.as_str(), "__properties_version1.0" | "__nameid_version1.0") {
            Ok(())
        } else {
            continue;
        };
        outcome = outcome.and(result);
        read.push(child);
    }
    outcome
}

/// The properties of a recipient.
fn properties(
    store: &mut Store<'_>,
    storage: usize,
    reading: &StorageReader<'_>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let mut outcome = Ok(());
    for child in store.node(storage).children.clone() {
        let name = store.node(child).name.clone();
        if !store.node(child).is_storage && name.to_ascii_lowercase().starts_with(PROPERTY) {
            outcome = outcome.and(stream(store, child, &name, reading, cx));
        }
    }
    outcome
}

/// An attachment: its names, then its bytes, a message or an object.
fn attachment(
    store: &mut Store<'_>,
    storage: usize,
    reading: &StorageReader<'_>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let mut texts: HashMap<u16, String> = HashMap::new();
    let (mut data, mut inner) = (None, None);
    for child in store.node(storage).children.clone() {
        let name = store.node(child).name.clone();
        let Some((id, kind)) = number(&name) else { continue };
        match (id, kind) {
            (0x3701, 0x000D) => inner = Some(child),
            (0x3701, _) => data = Some(child),
            (_, 0x001E | 0x001F) => {
                let content = store.read(child, cx.budget())?;
                texts.insert(id, text(&content.bytes, kind, reading.encoding));
            }
            _ => {}
        }
    }
    // Long name, short name, title.
    let name = [0x3707, 0x3704, 0x3001].iter().find_map(|id| texts.get(id)).filter(|name| !name.is_empty());
    let name = name.cloned().unwrap_or_else(|| "attachment".to_string());
    for (id, text) in texts.iter().filter(|(_, text)| **text != name) {
        cx.short(Part::labelled(PartKind::EntryName, &key(*id, reading)), text);
    }
    if let Some(data) = data {
        let content = store.read(data, cx.budget())?;
        cx.member(&name, Input::bytes(&content.bytes));
        return content.trouble.map_or(Ok(()), Err);
    }
    let Some(inner) = inner else { return Ok(()) };
    cx.short(Part::only(PartKind::EntryName), &name);
    cx.within(&name, |cx| {
        if store.child(inner, "__properties_version1.0").is_some() {
            // An embedded message has the names of the outermost one ([MS-OXMSG] 2.2.3).
            message(store, inner, reading.names, 24, &mut Vec::new(), cx)
        } else {
            super::read_storage(store, inner, cx).map(|_| ())
        }
    });
    Ok(())
}

/// A property in a stream of its own.
fn stream(
    store: &mut Store<'_>,
    child: usize,
    name: &str,
    reading: &StorageReader<'_>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let Some((id, kind)) = number(name) else { return Ok(()) };
    // Lists: the stream without a number holds lengths only.
    let is_list_of_lengths = kind & 0x1000 != 0 && !name.contains('-');
    if is_list_of_lengths {
        return Ok(());
    }
    let content = store.read(child, cx.budget())?;
    let bytes = &content.bytes[..];
    let trouble = content.trouble.map_or(Ok(()), Err);
    let said = match (id, kind & 0x0FFF) {
        (0x1013, 0x1E | 0x1F) => {
            let page = marked(&text(bytes, kind, reading.encoding));
            cx.read_as(Format::Html, Input::bytes(&page))
        }
        (0x1013, _) => cx.read_as(Format::Html, Input::bytes(bytes)),
        (0x1009, _) if bytes.is_empty() => Ok(()),
        (0x1009, _) => {
            let (body, outcome) = rtf_compressed::inflate(bytes, cx.budget().holdable());
            cx.budget().charge(body.len() as u64)?;
            let read = match body.is_empty() {
                true => Ok(()),
                false => cx.read_as(Format::Rtf, Input::bytes(&body)),
            };
            outcome.and(read)
        }
        (0x007D, 0x1E | 0x1F) => {
            header::headers(&text(bytes, kind, reading.encoding), cx);
            Ok(())
        }
        (0x1000, 0x1E | 0x1F) => {
            let mut story = TextStream::new(Part::only(PartKind::Body), Unit::Line);
            story.push(&text(bytes, kind, reading.encoding).replace("\r\n", "\n"), cx);
            story.finish(cx);
            Ok(())
        }
        (_, 0x1E | 0x1F) => {
            let part = if id >= 0x8000 { PartKind::Property } else { PartKind::MessageHeader };
            property::emit(part, &key(id, reading), &text(bytes, kind, reading.encoding), cx);
            Ok(())
        }
        _ => strings::scan(bytes, Part::labelled(PartKind::Strings, &key(id, reading)), u64::MAX - 1, cx),
    };
    trouble.and(said)
}

/// Number and type of a property, from the name of its stream.
fn number(name: &str) -> Option<(u16, u16)> {
    let digits = name.get(PROPERTY.len()..PROPERTY.len() + 8)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    Some(((number >> 16) as u16, (number & 0xFFFF) as u16))
}

fn text(bytes: &[u8], kind: u16, encoding: Option<&'static Encoding>) -> String {
    let text = if kind & 0x0FFF == 0x1F { utf16(bytes) } else { code_page::decoded(bytes, encoding) };
    text.trim_end_matches('\0').to_string()
}

/// Properties of a fixed length, by number ([MS-OXMSG] 2.4).
fn fixed(store: &mut Store<'_>, storage: usize, header: usize, cx: &mut Context<'_>) -> HashMap<u16, u32> {
    let Some(stream) = store.child(storage, "__properties_version1.0") else { return HashMap::new() };
    let Ok(content) = store.read(stream, cx.budget()) else { return HashMap::new() };
    let entries = content.bytes.get(header..).unwrap_or_default().chunks_exact(16);
    entries.filter_map(|entry| Some((u16_at(entry, 2)?, u32_at(entry, 8)?))).collect()
}

/// Names of the properties from 0x8000 on ([MS-OXMSG] 2.2.3): entries of eight bytes, a place
/// in the stream of strings among them.
fn named_properties(
    store: &mut Store<'_>,
    storage: usize,
    cx: &mut Context<'_>,
) -> Result<HashMap<u16, String>, GapReason> {
    let mut names = HashMap::new();
    let Some(map) = store.child(storage, "__nameid_version1.0") else { return Ok(names) };
    let stream = |id: &str| store.child(map, &format!("{PROPERTY}{id}"));
    let (Some(entries), Some(texts)) = (stream("00030102"), stream("00040102")) else { return Ok(names) };
    let entries = store.read(entries, cx.budget())?;
    let texts = store.read(texts, cx.budget())?;
    for entry in entries.bytes.chunks_exact(8) {
        let (Some(place), Some(kind), Some(index)) = (u32_at(entry, 0), u16_at(entry, 4), u16_at(entry, 6)) else {
            continue;
        };
        if kind & 1 == 0 || names.len() as u64 > cx.budget().limits.entries {
            continue;
        }
        let mut name = Bytes::from(&texts.bytes, place as usize);
        let length = name.count().unwrap_or(0);
        let name = utf16(name.up_to(length));
        property::emit(PartKind::Property, "name", &name, cx);
        names.insert(0x8000u16.saturating_add(index), name);
    }
    if cx.budget().check().is_err() {
        return Err(GapReason::Limit(Limit::TotalBytes));
    }
    Ok(names)
}

/// The name of a property: one known from mail, one the message names, or its number.
fn key(id: u16, reading: &StorageReader<'_>) -> String {
    let known = match id {
        0x0037 | 0x0E1D | 0x0070 => "subject",
        0x0C1A | 0x0C1F | 0x0042 | 0x0065 | 0x5D01 | 0x5D02 => "from",
        0x0E04 => "to",
        0x0E03 => "cc",
        0x0E02 => "bcc",
        0x3001 | 0x3003 | 0x39FE | 0x5FF6 => "recipient",
        0x1035 => "message-id",
        0x3704 | 0x3707 => "file name",
        _ => match reading.names.get(&id) {
            Some(name) => return name.clone(),
            None => return format!("{id:04X}"),
        },
    };
    known.to_string()
}
