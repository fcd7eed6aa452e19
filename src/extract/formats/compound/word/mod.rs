//! Word documents of the binary format ([MS-DOC]) and of Word 6 and 95: the characters by the
//! table of pieces, sub-document by sub-document, with what formatting says about them; tables
//! of strings; drawings; and what is left of the stream, where a fast save leaves old text.

mod characters;
mod fib;
mod formatting;
mod labels;
mod pieces;
mod tables;

use std::ops::Range;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::art;
use super::store::Store;
use super::unread_ranges::UnreadRanges;
use crate::extract::driver::Context;
use crate::extract::support::bytes::{u16_at, u32_at};
use crate::extract::support::code_page;
use crate::extract::support::paragraphs::SideText;
use crate::model::{GapReason, Part, PartKind};

use characters::Characters;
use fib::{Fib, TableEntry};
use formatting::{Formatting, Tables};
use pieces::TextPiece;

/// Reads the document of a storage. Adds the streams that were read.
pub(super) fn read(
    store: &mut Store<'_>,
    storage: usize,
    main: usize,
    read: &mut Vec<usize>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let stream = store.read(main, cx.budget())?;
    read.push(main);
    let mut outcome = stream.trouble.map_or(Ok(()), Err);
    let mut remains = UnreadRanges::of(&stream.bytes);
    let fib = match Fib::read(&stream.bytes, 0) {
        Ok(fib) => fib,
        Err(GapReason::Encrypted) => {
            // Its table is noise as well.
            read.extend(["0Table", "1Table", "Data"].iter().filter_map(|name| store.child(storage, name)));
            return Err(GapReason::Encrypted);
        }
        Err(reason) => {
            remains.search("WordDocument", cx)?;
            return Err(reason);
        }
    };
    let name = if fib.second_table { "1Table" } else { "0Table" };
    let table = match store.child(storage, name).filter(|_| !fib.is_old) {
        Some(table) => {
            read.push(table);
            let content = store.read(table, cx.budget())?;
            outcome = outcome.and(content.trouble.map_or(Ok(()), Err));
            Some(content)
        }
        None => None,
    };
    if table.is_none() && !fib.is_old {
        outcome = Err(GapReason::Damaged);
    }
    // Before Word 97 the tables stand in the stream itself.
    let table_bytes = table.as_ref().map_or(&stream.bytes[..], |table| &table.bytes[..]);
    let mut table_remains = UnreadRanges::of(table.as_ref().map_or(&[], |table| &table.bytes[..]));
    let glossary = match fib.glossary {
        0 => None,
        at => Fib::read(&stream.bytes, at).ok(),
    };
    for (fib, base) in [(Some(&fib), None), (glossary.as_ref(), Some(PartKind::Glossary))] {
        let Some(fib) = fib else { continue };
        let mut document = Document { fib, stream: &stream.bytes, table: table_bytes, base };
        outcome = outcome.and(document.emit(&mut remains, &mut table_remains, cx));
    }
    if let Some(data) = store.child(storage, "Data") {
        read.push(data);
        let content = store.read(data, cx.budget())?;
        outcome = outcome.and(content.trouble.map_or(Ok(()), Err));
        pictures(&content.bytes, cx);
    }
    outcome.and(remains.search("WordDocument", cx)).and(table_remains.search(name, cx))
}

/// A document in the stream: the main one, or that of the AutoText entries.
struct Document<'b> {
    fib: &'b Fib,
    stream: &'b [u8],
    table: &'b [u8],
    /// The kind of all its parts, where they are not those of a main document.
    base: Option<PartKind>,
}

impl Document<'_> {
    fn emit(
        &mut self,
        remains: &mut UnreadRanges<'_>,
        table: &mut UnreadRanges<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), GapReason> {
        let (pieces, complete) = self.pieces();
        let at = |place: TableEntry| self.table.get(self.fib.place(place)).unwrap_or_default();
        let formatting = match self.fib.is_old {
            true => Formatting::default(),
            false => {
                let (characters, paragraphs) = (at(TableEntry::Formatting), at(TableEntry::Paragraphs));
                Formatting::read(
                    self.stream,
                    &Tables { characters, paragraphs, fonts: at(TableEntry::Fonts) },
                    cx.budget(),
                )
            }
        };
        let mut sides = SideText::labelled(None);
        let mut characters = Characters {
            stream: self.stream,
            pieces: &pieces,
            formatting: &formatting,
            encoding: WINDOWS_1252,
            is_second: false,
        };
        let first = if self.fib.is_old { self.fib.encoding } else { WINDOWS_1252 };
        let mut encodings: Vec<&'static Encoding> = vec![first];
        // Eight-bit text with characters side by side that are no Western letters may be in
        // the code page of its language, or in that of the desk it comes from.
        if characters.has_double_bytes() {
            encodings.extend([self.fib.encoding, encoding_rs::GB18030]);
        }
        let mut tried: Vec<&Encoding> = Vec::new();
        let mut outcome = if complete { Ok(()) } else { Err(GapReason::Damaged) };
        for encoding in encodings {
            if tried.contains(&encoding) {
                continue;
            }
            characters.encoding = encoding;
            characters.is_second = !tried.is_empty();
            tried.push(encoding);
            outcome = outcome.and(self.sub_documents(&characters, &mut sides, cx));
        }
        for piece in &pieces {
            remains.read(piece.bytes(&piece.characters).unwrap_or(0..0));
        }
        if !self.fib.is_old {
            tables::emit(self.fib, self.table, table, &mut sides, cx);
            let drawings = self.fib.place(TableEntry::Drawings);
            art::walk(self.table.get(drawings.clone()).unwrap_or_default(), cx);
            table.read(drawings);
        }
        sides.finish(cx);
        outcome
    }

    /// The pieces, and whether they are all there.
    fn pieces(&self) -> (Vec<TextPiece>, bool) {
        let clx = self.table.get(self.fib.place(TableEntry::Pieces)).unwrap_or_default();
        let old = self.fib.is_old.then_some(self.fib.is_wide);
        if let Some(pieces) = pieces::read(clx, old).filter(|pieces| !pieces.is_empty()) {
            return (pieces, true);
        }
        // Text that was never fast-saved stands in one piece.
        let width = if self.fib.is_wide { 2 } else { 1 };
        let text = self.fib.text.start.min(self.stream.len())..self.fib.text.end.min(self.stream.len());
        let length = u32::try_from(text.len() / width).unwrap_or(0);
        (vec![TextPiece { characters: 0..length, start: text.start, is_wide: self.fib.is_wide }], self.fib.is_old)
    }

    /// The text of each sub-document in its own part.
    fn sub_documents(
        &self,
        characters: &Characters<'_>,
        sides: &mut SideText,
        cx: &mut Context<'_>,
    ) -> Result<(), GapReason> {
        let last = characters.pieces.last().map_or(0, |piece| piece.characters.end);
        let mut at = 0u32;
        for (number, (kind, length)) in self.fib.documents.iter().enumerate() {
            let range = at..at.saturating_add(*length);
            at = range.end;
            let kind = self.base.unwrap_or(*kind);
            match kind {
                PartKind::Header => self.headers(characters, range, sides, cx)?,
                // The last of them holds the text boxes of the headers.
                PartKind::TextBox if number == 7 => {
                    characters.emit(range, Part::labelled(kind, "header"), sides, cx)?;
                }
                _ => characters.emit(range, Part::only(kind), sides, cx)?,
            }
        }
        // A count that is too small must not hide the rest.
        characters.emit(at..last, Part::only(self.base.unwrap_or(PartKind::Body)), sides, cx)
    }

    /// Headers and footers: six separators of notes, then six stories for each section, for
    /// even, odd and first pages ([MS-DOC] 2.3.2).
    fn headers(
        &self,
        characters: &Characters<'_>,
        range: Range<u32>,
        sides: &mut SideText,
        cx: &mut Context<'_>,
    ) -> Result<(), GapReason> {
        let table = self.table.get(self.fib.place(TableEntry::Headers)).unwrap_or_default();
        let border = |number: usize| Some(range.start.saturating_add(u32_at(table, number * 4)?).min(range.end));
        let (mut at, mut headers, mut footers) = (range.start, 0, 0);
        for number in 0..table.len() / 4 {
            let Some(end) = border(number + 1) else { break };
            if end <= at {
                continue;
            }
            let part = match number.checked_sub(6).map(|number| number % 6) {
                None => Part::labelled(PartKind::Footnote, "separator"),
                Some(0 | 1 | 4) => {
                    headers += 1;
                    Part::nth(PartKind::Header, headers)
                }
                Some(_) => {
                    footers += 1;
                    Part::nth(PartKind::Footer, footers)
                }
            };
            characters.emit(at..end, part, sides, cx)?;
            at = end;
        }
        characters.emit(at..range.end, Part::only(PartKind::Header), sides, cx)
    }
}

/// The pictures of a `Data` stream ([MS-DOC] 2.9.192): a length, the length of a header, the
/// header, a drawing. What is between them, such as the texts of form fields, is searched.
fn pictures(data: &[u8], cx: &mut Context<'_>) {
    let mut remains = UnreadRanges::of(data);
    let mut at = 0;
    while let (Some(length), Some(header)) = (u32_at(data, at), u16_at(data, at + 4)) {
        let (length, header) = (length as usize, usize::from(header));
        if header != 0x44 || length < header || cx.budget().check().is_err() {
            break;
        }
        let end = at.saturating_add(length).min(data.len());
        // A linked picture has its name between the header and the drawing.
        let name = if u16_at(data, at + 6) == Some(0x66) {
            1 + data.get(at + header).map_or(0, |n| usize::from(*n))
        } else {
            0
        };
        let drawing = (at + header + name).min(end);
        if matches!(u16_at(data, drawing + 2), Some(0xF000..=0xF1FF)) {
            art::walk(&data[drawing..end], cx);
            remains.read(drawing..end);
        }
        at = end;
    }
    let _ = remains.search("Data", cx);
}

/// The name of a second reading, for its label.
fn reading(encoding: &'static Encoding) -> &'static str {
    if encoding == code_page::of_language(0x0804) { "GB18030" } else { encoding.name() }
}
