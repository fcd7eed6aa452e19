//! Presentations of the binary format ([MS-PPT]): one tree of records from the first byte to
//! the last, so that what earlier edits left is read too. The directory of the last edit tells
//! which records are slides and which slide a note belongs to.

use std::collections::HashMap;
use std::io::Read;

use super::art::{self, HEADER, Header};
use super::store::Store;
use super::unread_ranges::UnreadRanges;
use crate::extract::driver::{Context, Input, TextStream, reason_of};
use crate::extract::support::bytes::{Bytes, latin, u32_at, utf16};
use crate::model::{GapReason, Limit, Part, PartKind, Unit};

/// Containers inside containers.
const DEPTH: usize = 64;
/// Edits that are followed back.
const EDITS: usize = 10_000;
/// Records that an edit may name.
const PLACES: usize = 1 << 20;

/// Reads the presentation of a storage. Adds the streams that were read.
pub(super) fn read(
    store: &mut Store<'_>,
    storage: usize,
    main: usize,
    read: &mut Vec<usize>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let content = store.read(main, cx.budget())?;
    read.push(main);
    let mut outcome = content.trouble.map_or(Ok(()), Err);
    let user = store.child(storage, "Current User");
    let user = user.map(|user| store.read(user, cx.budget())).transpose()?;
    let edit = user.as_ref().and_then(|user| u32_at(&user.bytes, 16)).map(|at| at as usize);
    // The token of an encrypted presentation ([MS-PPT] 2.3.2).
    let encrypted = user.as_ref().and_then(|user| u32_at(&user.bytes, 12)) == Some(0xF3D1_C4DF);
    let stream = &content.bytes[..];
    if encrypted || store.child(storage, "EncryptedSummary").is_some() {
        read.extend(["Pictures", "EncryptedSummary"].iter().filter_map(|name| store.child(storage, name)));
        return Err(GapReason::Encrypted);
    }
    let mut walk = PresentationReader::new(stream, edit.map(|edit| directory(stream, edit)).unwrap_or_default());
    outcome = outcome.and(walk.top(cx));
    let PresentationReader { remains, .. } = walk;
    outcome = outcome.and(remains.search("PowerPoint Document", cx));
    drop(content);
    if let Some(pictures) = store.child(storage, "Pictures") {
        read.push(pictures);
        outcome = outcome.and(read_pictures(store, pictures, cx));
    }
    outcome
}

/// The pictures one after another, each held by itself.
fn read_pictures(store: &mut Store<'_>, pictures: usize, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let budget = cx.budget();
    let mut stream = budget.metered(store.open_stream(pictures));
    loop {
        budget.check()?;
        let mut head = [0; HEADER];
        if stream.read_exact(&mut head).is_err() {
            return Ok(());
        }
        let Some(header) = Header::read(&mut Bytes::new(&head)) else { return Ok(()) };
        let room = budget.holdable();
        if header.length as u64 > room {
            return Err(GapReason::Limit(Limit::HeldBytes));
        }
        let mut data = Vec::new();
        let read = (&mut stream).take(header.length as u64).read_to_end(&mut data);
        let _held = budget.hold(data.len() as u64)?;
        art::emit(header, &data, cx);
        if read.is_err() || data.len() < header.length {
            return Ok(());
        }
    }
}

/// Where the records of the last edit are, by their persist number; the newest edit wins
/// ([MS-PPT] 2.1.2).
fn directory(stream: &[u8], edit: usize) -> HashMap<u32, usize> {
    let mut places = HashMap::new();
    let mut edit = edit;
    for _ in 0..EDITS {
        let (Some(previous), Some(at)) = (u32_at(stream, edit + HEADER + 8), u32_at(stream, edit + HEADER + 12)) else {
            break;
        };
        let mut record = Bytes::from(stream, at as usize);
        let Some(header) = Header::read(&mut record) else { break };
        let mut entries = Bytes::new(record.up_to(header.length));
        while let Some(run) = entries.u32() {
            for number in 0..run >> 20 {
                let Some(place) = entries.u32() else { break };
                if places.len() >= PLACES {
                    return places;
                }
                places.entry((run & 0xF_FFFF) + number).or_insert(place as usize);
            }
        }
        if previous == 0 || previous as usize >= edit {
            break;
        }
        edit = previous as usize;
    }
    places
}

/// What a record at the top of the stream is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Top {
    Slide(u32),
    Notes,
    Document,
    Master,
    Handout,
}

struct PresentationReader<'b> {
    stream: &'b [u8],
    remains: UnreadRanges<'b>,
    /// What stands at which place.
    tops: HashMap<usize, Top>,
    /// Slide numbers by slide identifier.
    slides: HashMap<u32, u32>,
}

impl<'b> PresentationReader<'b> {
    fn new(stream: &'b [u8], places: HashMap<u32, usize>) -> Self {
        let mut walk = PresentationReader {
            stream,
            remains: UnreadRanges::of(stream),
            tops: HashMap::new(),
            slides: HashMap::new(),
        };
        for place in places.values() {
            let mut record = Bytes::from(stream, *place);
            let Some(header) = Header::read(&mut record) else { continue };
            let top = match header.kind {
                0x03E8 => Top::Document,
                0x03F0 => Top::Notes,
                0x03F8 => Top::Master,
                0x0FC9 => Top::Handout,
                // A slide no list names is shown by no program.
                0x03EE => Top::Slide(0),
                _ => continue,
            };
            if top == Top::Document {
                walk.number_slides(record.up_to(header.length), &places);
            }
            walk.tops.entry(*place).or_insert(top);
        }
        walk
    }

    /// The list of slides in the document names their records in order ([MS-PPT] 2.4.14.3).
    fn number_slides(&mut self, document: &[u8], places: &HashMap<u32, usize>) {
        let mut records = Bytes::new(document);
        while let Some(header) = Header::read(&mut records) {
            let data = records.up_to(header.length);
            if header.kind != 0x0FF0 || header.instance != 0 {
                continue;
            }
            let mut list = Bytes::new(data);
            let mut number = 0;
            while let Some(header) = Header::read(&mut list) {
                let atom = list.up_to(header.length);
                if header.kind != 0x03F3 {
                    continue;
                }
                number += 1;
                if let Some(place) = u32_at(atom, 0).and_then(|persist| places.get(&persist)) {
                    self.tops.insert(*place, Top::Slide(number));
                }
                if let Some(id) = u32_at(atom, 12) {
                    self.slides.insert(id, number);
                }
            }
        }
    }

    /// Reads the records at the top, each into a part of its own.
    fn top(&mut self, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut at = 0;
        let mut outcome = Ok(());
        while at + HEADER <= self.stream.len() {
            cx.budget().check()?;
            let mut record = Bytes::from(self.stream, at);
            let Some(header) = Header::read(&mut record) else { break };
            let data = record.up_to(header.length);
            // Zeros or rubbish where no record is: the strings pass sees it.
            if header.kind < 0x03E8 && header.kind != 0 || header.kind == 0 && header.length == 0 {
                break;
            }
            if data.len() < header.length {
                outcome = Err(GapReason::Damaged);
            }
            if header.kind == 0x2F14 {
                return Err(GapReason::Encrypted);
            }
            let part = self.part(at, header, data);
            let mut text = TextStream::new(part, Unit::Paragraph);
            outcome = outcome.and(self.record(header, at + HEADER, data, 0, &mut text, cx));
            text.finish(cx);
            at += HEADER + header.length;
        }
        outcome
    }

    fn part(&self, at: usize, header: Header, data: &[u8]) -> Part {
        let slide = |label: &str| Part::labelled(PartKind::Slide, label);
        match self.tops.get(&at) {
            Some(Top::Slide(0)) => slide("unlisted slide"),
            Some(Top::Slide(number)) => Part::nth(PartKind::Slide, *number),
            Some(Top::Notes) => {
                // The first record of notes names their slide ([MS-PPT] 2.5.7).
                let mut first = Bytes::new(data);
                let id = Header::read(&mut first).filter(|first| first.kind == 0x03F1).and_then(|_| first.u32());
                Part { index: id.and_then(|id| self.slides.get(&id).copied()), ..slide("notes") }
            }
            Some(Top::Master) => slide("master"),
            Some(Top::Handout) => slide("handout"),
            Some(Top::Document) => slide("presentation"),
            // Nothing of the last edit refers to it.
            None if header.is_container() && !self.tops.is_empty() => slide("earlier edit"),
            None => slide("presentation"),
        }
    }

    /// Reads a record and what it holds.
    fn record(
        &mut self,
        header: Header,
        at: usize,
        data: &[u8],
        depth: usize,
        text: &mut TextStream,
        cx: &mut Context<'_>,
    ) -> Result<(), GapReason> {
        cx.budget().check()?;
        // What newer versions keep for themselves: a package of markup ([MS-PPT] 2.11).
        if data.starts_with(b"PK\x03\x04") {
            cx.embedded("round trip", Input::bytes(data));
            self.remains.read(at..at + data.len());
            return Ok(());
        }
        if header.is_container() {
            if depth > DEPTH {
                return Err(GapReason::Limit(Limit::Nesting));
            }
            let mut inner = Bytes::new(data);
            let mut outcome = Ok(());
            while let Some(next) = Header::read(&mut inner) {
                let start = at + inner.at();
                let held = inner.up_to(next.length);
                if held.len() < next.length {
                    outcome = Err(GapReason::Damaged);
                }
                outcome = outcome.and(self.record(next, start, held, depth + 1, text, cx));
            }
            return outcome;
        }
        let mut outcome = Ok(());
        match header.kind {
            0x0FA0 => emit_text(&utf16(data), text, cx),
            0x0FA8 => emit_text(&latin(data), text, cx),
            // CString: names, links, authors, headers and footers.
            0x0FBA => emit_text(utf16(data).trim_end_matches('\0'), text, cx),
            0x1011 => outcome = object(header, data, cx),
            // Names of fonts in a field of 64 bytes.
            0x0FB7 => {
                let name = utf16(&data[..data.len().min(64) / 2 * 2]);
                cx.short(Part::labelled(PartKind::Markup, "font"), name.split('\0').next().unwrap_or_default());
            }
            _ if art::emit(header, data, cx) => {}
            _ => return Ok(()),
        }
        self.remains.read(at..at + data.len());
        outcome
    }
}

/// Text of one record: paragraphs end with a carriage return, lines with a vertical tab.
fn emit_text(raw: &str, text: &mut TextStream, cx: &mut Context<'_>) {
    if !raw.trim().is_empty() {
        text.push(&raw.replace('\u{b}', "\u{2028}").replace("\r\n", "\n").replace('\r', "\n"), cx);
        text.end_unit(cx);
    }
}

/// An embedded object or the macros: a compound file, deflated behind its length if the
/// instance is one ([MS-PPT] 2.10.34).
fn object(header: Header, data: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    if header.instance == 0 {
        cx.embedded("object", Input::bytes(data));
        return Ok(());
    }
    let (Some(size), Some(deflated)) = (u32_at(data, 0), data.get(4..)) else { return Err(GapReason::Damaged) };
    let mut bytes = Vec::new();
    let room = cx.budget().holdable();
    let unfolded = cx.budget().metered(flate2::read::ZlibDecoder::new(deflated)).take(room).read_to_end(&mut bytes);
    let _held = cx.budget().hold(bytes.len() as u64)?;
    cx.embedded("object", Input::bytes(&bytes));
    match unfolded {
        // Some writers leave out the end, with nothing missing.
        Err(e) if (bytes.len() as u64) < u64::from(size) || e.kind() != std::io::ErrorKind::UnexpectedEof => {
            Err(reason_of(&e))
        }
        _ if bytes.len() as u64 == room => Err(GapReason::Limit(Limit::HeldBytes)),
        _ => Ok(()),
    }
}
