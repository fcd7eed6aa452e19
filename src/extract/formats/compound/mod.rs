//! Compound files: the older Office formats and those of WPS, Outlook messages, macros, the
//! envelope of encrypted and of embedded files; also workbooks so old that they are one stream without
//! an envelope. Which it is, the names of the streams decide; a
//! storage in a document is read like a document. What no reader knows is searched for strings.

mod art;
mod excel;
mod message;
mod native;
mod presentation;
mod property_set;
mod store;
mod unlock;
mod unread_ranges;
mod vba;
mod word;

use std::io::{Cursor, Read, Seek, SeekFrom};

use crate::extract::driver::{Budget, Context, Extractor, Input, reason_of};
use crate::extract::support::strings;
use crate::identify;
use crate::model::{Format, GapReason, Limit, Limits, Part, PartKind};

use store::{ROOT, Store};

/// Reads compound files.
pub(super) struct Compound;

/// Bytes of a stream of no known kind that are searched for readable text.
const STREAM: u64 = 64 << 20;
/// Storages inside storages that are no documents of their own.
const DEPTH: usize = 32;
/// Streams of documents that are not read.
const UNREAD: [&str; 4] = ["VisioDocument", "Quill", "MatOST", "MM"];

/// The stream of this name at the top of a compound file, whole.
pub(in crate::extract) fn stream_of(bytes: &[u8], name: &str) -> Option<Vec<u8>> {
    let limits = Limits::default();
    let budget = Budget::new(&limits, &|| false);
    let mut source = Cursor::new(bytes);
    let mut store = Store::open(&mut source, &budget).ok()?;
    let stream = store.child(ROOT, name).filter(|id| !store.node(*id).is_storage)?;
    let content = store.read(stream, &budget).ok()?;
    content.trouble.is_none().then_some(content.bytes)
}

impl Extractor for Compound {
    fn formats(&self) -> &'static [Format] {
        &[Format::Cfb]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let is_bare = identify::is_bare_workbook(input.head());
        let mut source = input.into_random(cx.budget())?;
        if is_bare {
            let room = cx.budget().holdable();
            let mut bytes = Vec::new();
            source.take(room + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
            let _held = cx.budget().hold(bytes.len() as u64)?;
            return excel::read_bare(&bytes, cx);
        }
        let mut store = match Store::open(&mut source, cx.budget()) {
            Ok(store) => store,
            Err(reason) => {
                source.seek(SeekFrom::Start(0)).map_err(|e| reason_of(&e))?;
                strings::scan(source, Part::only(PartKind::Strings), STREAM, cx)?;
                return Err(reason);
            }
        };
        let damaged = store.damaged;
        let is_known = read_storage(&mut store, ROOT, cx)?;
        if damaged {
            return Err(GapReason::Damaged);
        }
        // Inside a document it is the wrapping of an embedded object; by itself it is a document
        // of an unknown program.
        if is_known || !cx.at().steps.is_empty() { Ok(()) } else { Err(GapReason::Unsupported) }
    }
}

/// Reads a storage that is a document; `true` if it is of a kind known here.
fn read_storage(store: &mut Store<'_>, storage: usize, cx: &mut Context<'_>) -> Result<bool, GapReason> {
    emit_names(store, storage, cx);
    let child = |name: &str| store.child(storage, name);
    let (word, slides) = (child("WordDocument"), child("PowerPoint Document"));
    let (book, message) = (child("Workbook").or_else(|| child("Book")), child("__properties_version1.0"));
    let envelope = child("EncryptedPackage");
    let mut read = Vec::new();
    let mut outcome = match envelope {
        Some(package) => read_envelope(store, storage, package, &mut read, cx),
        None => Ok(()),
    };
    if let Some(word) = word {
        outcome = outcome.and(word::read(store, storage, word, &mut read, cx));
    }
    if let Some(book) = book {
        outcome = outcome.and(excel::read(store, storage, book, &mut read, cx));
    }
    if let Some(slides) = slides {
        outcome = outcome.and(presentation::read(store, storage, slides, &mut read, cx));
    }
    if message.is_some() {
        outcome = outcome.and(message::read(store, storage, &mut read, cx));
    }
    let mut is_known = word.or(book).or(slides).or(message).is_some() || envelope.is_some();
    outcome = outcome.and(read_others(store, storage, &read, 0, &mut is_known, cx));
    cx.budget().check()?;
    outcome.map(|()| is_known)
}

/// Reads the package of an envelope, where the default password opens it. Adds the streams that were read.
fn read_envelope(
    store: &mut Store<'_>,
    storage: usize,
    package: usize,
    read: &mut Vec<usize>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let Some(info) = store.child(storage, "EncryptionInfo") else { return Err(GapReason::Encrypted) };
    let budget = cx.budget();
    let said = store.read(info, budget)?;
    let Some(key) = unlock::Key::read(&said.bytes, cx) else { return Err(GapReason::Encrypted) };
    let mut content = store.read(package, budget)?;
    let bytes = key.open(&mut content.bytes).ok_or(GapReason::Damaged)?;
    read.extend([info, package]);
    cx.embedded("EncryptedPackage", Input::bytes(bytes));
    content.trouble.map_or(Ok(()), Err)
}

/// The names of everything in a storage, one a line.
fn emit_names(store: &Store<'_>, storage: usize, cx: &mut Context<'_>) {
    let mut names = String::new();
    for child in &store.node(storage).children {
        names.push_str(&store.node(*child).name);
        names.push('\n');
    }
    cx.short(Part::only(PartKind::EntryName), &names);
}

/// Reads the nodes of a storage that its document's reader did not.
fn read_others(
    store: &mut Store<'_>,
    storage: usize,
    read: &[usize],
    depth: usize,
    is_known: &mut bool,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    if depth > DEPTH {
        return Err(GapReason::Limit(Limit::Nesting));
    }
    let mut outcome = Ok(());
    let mut read = read.to_vec();
    if store.node(storage).name.eq_ignore_ascii_case("VBA") || store.child(storage, "_VBA_PROJECT").is_some() {
        *is_known = true;
        match vba::read(store, storage, cx) {
            Ok(streams) => read.extend(streams),
            Err(reason) => outcome = Err(reason),
        }
    }
    for (number, child) in store.node(storage).children.clone().into_iter().enumerate() {
        if number as u64 >= cx.budget().limits.entries {
            return Err(GapReason::Limit(Limit::Entries));
        }
        cx.budget().check()?;
        if read.contains(&child) {
            continue;
        }
        let name = store.node(child).name.clone();
        if UNREAD.iter().any(|unread| unread.eq_ignore_ascii_case(&name)) {
            outcome = outcome.and(Err(GapReason::Unsupported));
        }
        if !store.node(child).is_storage {
            outcome = outcome.and(read_stream(store, child, &name, cx));
        } else if is_object(store, child) {
            cx.within(&name, |cx| read_storage(store, child, cx).map(|_| ()));
        } else {
            emit_names(store, child, cx);
            outcome = outcome.and(read_others(store, child, &[], depth + 1, is_known, cx));
        }
    }
    outcome
}

/// The storage is an embedded object rather than a group of streams.
fn is_object(store: &Store<'_>, storage: usize) -> bool {
    const SIGNS: [&str; 9] = [
        "\u{1}Ole",
        "\u{1}CompObj",
        "\u{1}Ole10Native",
        "Package",
        "CONTENTS",
        "WordDocument",
        "Workbook",
        "Book",
        "PowerPoint Document",
    ];
    SIGNS.iter().any(|sign| store.child(storage, sign).is_some())
}

/// Reads a stream that belongs to no document's reader.
fn read_stream(store: &mut Store<'_>, stream: usize, name: &str, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let budget = cx.budget();
    match name {
        "EncryptedPackage" | "EncryptionInfo" | "EncryptedSummary" => Err(GapReason::Encrypted),
        "Package" | "CONTENTS" | "EmbeddedOdf" => {
            match Input::stream(budget.metered(store.open_stream(stream))) {
                // The private data of a control is no file.
                Ok(input)
                    if identify::identify(input.head(), None).format == Format::Unknown
                        && !cx.at().steps.is_empty() =>
                {
                    strings::scan(input.into_reader(), Part::labelled(PartKind::Strings, name), STREAM, cx)?;
                }
                Ok(input) => cx.member(name, input),
                Err(e) => cx.unreadable_member(name, reason_of(&e)),
            }
            Ok(())
        }
        "\u{1}Ole10Native" => {
            let content = store.read(stream, budget)?;
            native::read(&content.bytes, cx);
            content.trouble.map_or(Ok(()), Err)
        }
        _ if name.starts_with('\u{5}') => {
            let content = store.read(stream, budget)?;
            if property_set::read(&content.bytes, cx).is_none() {
                strings::scan(&content.bytes[..], Part::labelled(PartKind::Strings, name), STREAM, cx)?;
            }
            content.trouble.map_or(Ok(()), Err)
        }
        _ => {
            let part = Part::labelled(PartKind::Strings, name);
            strings::scan(budget.metered(store.open_stream(stream)), part, STREAM, cx)
        }
    }
}

#[cfg(test)]
mod tests;
