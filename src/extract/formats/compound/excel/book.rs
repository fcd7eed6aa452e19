//! The records of one workbook stream, from the first to the last.

use encoding_rs::Encoding;

use super::chunks::Chunks;
use crate::extract::driver::{Context, TextStream};
use crate::extract::formats::compound::art;
use crate::extract::formats::compound::unread_ranges::UnreadRanges;
use crate::extract::support::bytes::{Bytes, u16_at, u32_at};
use crate::extract::support::code_page;
use crate::extract::support::counted::{Forms, find};
use crate::extract::support::paragraphs::{SideText, without_codes};
use crate::extract::support::property;
use crate::model::{Cell, GapReason, Part, PartKind, Unit};

/// Continues the record before it.
const CONTINUE: u16 = 0x3C;

/// A sheet as the workbook lists it.
struct Sheet {
    start: usize,
    is_hidden: bool,
    name: String,
    /// Its beginning was met.
    is_met: bool,
}

/// The shared strings, one behind the other, for there can be millions of them.
#[derive(Default)]
struct Strings {
    text: String,
    /// Where each ends, and whether a cell shows it.
    ends: Vec<(u32, bool)>,
}

impl Strings {
    fn add(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push((u32::try_from(self.text.len()).unwrap_or(u32::MAX), false));
    }

    fn get(&self, number: usize) -> Option<&str> {
        let end = self.ends.get(number)?.0 as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before].0 as usize);
        self.text.get(start..end)
    }

    /// The string, which a cell shows.
    fn use_up(&mut self, number: usize) -> Option<&str> {
        self.ends.get_mut(number)?.1 = true;
        self.get(number)
    }

    fn unused(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter(|number| !self.ends[*number].1).filter_map(|number| self.get(number))
    }
}

/// What is known while the records go by.
#[derive(Default)]
pub(super) struct Book {
    encoding: Option<&'static Encoding>,
    /// Strings are UTF-16 with a flag, rather than bytes of the code page.
    is_biff8: bool,
    strings: Strings,
    /// Strings the table says it has.
    announced: usize,
    /// A cell shows a string that was announced and is not there.
    lacks_string: bool,
    sheets: Vec<Sheet>,
    /// Streams of sheets and charts begun and not ended.
    depth: usize,
    /// The object that came last is the box of a comment.
    in_comment: bool,
    /// The cell whose formula came last.
    formula: Option<Cell>,
    cells: Option<TextStream>,
    sides: Option<SideText>,
}

impl Book {
    /// Reads all records of a stream.
    pub(super) fn read(mut self, stream: &[u8], label: &str, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut remains = UnreadRanges::of(stream);
        let mut outcome = Ok(());
        let mut records = Bytes::new(stream);
        while records.rest().len() >= 4 && outcome.is_ok() {
            cx.budget().check()?;
            let start = records.at();
            let kind = records.u16().unwrap_or(0);
            let length = records.u16().map_or(0, usize::from);
            // Zeros behind the last record fill the stream up.
            if kind == 0 && length == 0 {
                continue;
            }
            let mut chunks = vec![records.up_to(length)];
            if chunks[0].len() < length {
                if self.depth == 0 {
                    break;
                }
                outcome = Err(GapReason::Damaged);
            }
            while u16_at(records.rest(), 0) == Some(CONTINUE) {
                let length = u16_at(records.rest(), 2).map_or(0, usize::from);
                records.up_to(4);
                let chunk = records.up_to(length);
                if !chunk.is_empty() {
                    chunks.push(chunk);
                }
            }
            match self.record(kind, start, &chunks, &mut remains, cx) {
                Ok(true) => remains.read(start..records.at()),
                Ok(false) => {}
                Err(reason) => outcome = Err(reason),
            }
        }
        // Records that are not where the list of sheets says were not read right.
        let is_short = self.depth > 0 || self.lacks_string;
        if (is_short || self.sheets.iter().any(|sheet| !sheet.is_met)) && outcome.is_ok() {
            outcome = Err(GapReason::Damaged);
        }
        self.end_sheet(cx);
        self.emit_unused(cx);
        if outcome == Err(GapReason::Encrypted) {
            return outcome;
        }
        outcome.and(remains.search(label, cx))
    }

    /// Reads one record that begins at `start`; `true` if nothing in it is left for the strings
    /// pass.
    fn record(
        &mut self,
        kind: u16,
        start: usize,
        chunks: &[&[u8]],
        remains: &mut UnreadRanges<'_>,
        cx: &mut Context<'_>,
    ) -> Result<bool, GapReason> {
        let data = chunks[0];
        match kind {
            0x0809 | 0x0409 | 0x0209 | 0x0009 => self.begin(kind, start, data, cx),
            0x000A => self.end(cx),
            // FILEPASS: the rest is noise.
            0x002F => return Err(GapReason::Encrypted),
            0x0042 => self.encoding = u16_at(data, 0).and_then(|page| code_page::encoding(page.into())),
            0x0085 => self.sheet(data, cx),
            0x008F if !self.is_biff8 => self.sheet_of_old(data, cx),
            0x00FC => self.shared_strings(chunks, cx)?,
            0x00FD => self.shared_cell(data, cx)?,
            0x0204 | 0x00D6 | 0x0004 => self.text_cell(kind, chunks, cx),
            0x0006 | 0x0206 | 0x0406 => {
                self.formula = Some(cell(data));
                return Ok(self.other(kind, start, chunks, remains, cx));
            }
            0x0207 | 0x0007 => {
                let text = if self.is_biff8 {
                    Chunks::new(chunks).text().map(|t| t.text)
                } else {
                    self.short(data, kind > 0xFF)
                };
                self.emit_cell(self.formula.unwrap_or(Cell { row: 1, column: 1 }), &text.unwrap_or_default(), cx);
            }
            0x0014 | 0x0015 => {
                let text =
                    if self.is_biff8 { Chunks::new(chunks).text().map(|t| t.text) } else { self.short(data, false) };
                let kind = if kind == 0x14 { PartKind::Header } else { PartKind::Footer };
                self.emit(kind, &without_codes(&text.unwrap_or_default()), cx);
            }
            0x001C => self.note(chunks, cx),
            0x01B6 if self.is_biff8 => self.text_box(chunks, cx),
            // OBJ: the kind of object stands behind the first header ([MS-XLS] 2.5.143).
            0x005D if self.is_biff8 => {
                self.in_comment = u16_at(data, 4) == Some(0x19);
                return Ok(self.other(kind, start, chunks, remains, cx));
            }
            0x00EB | 0x00EC => art::walk(&chunks.concat(), cx),
            0x005C => {
                let text =
                    if self.is_biff8 { Chunks::new(chunks).text().map(|t| t.text) } else { self.short(data, false) };
                property::emit(PartKind::Property, "lastModifiedBy", text.unwrap_or_default().trim(), cx);
            }
            // Numbers, blanks, rows, columns, formats and where things are.
            0x0203 | 0x027E | 0x00BD | 0x0201 | 0x00BE | 0x0208 | 0x00E0 | 0x00D7 | 0x020B | 0x0205 | 0x00FF
            | 0x0092 | 0x007D | 0x087D | 0x0031 | 0x00E5 => {}
            _ => return Ok(self.other(kind, start, chunks, remains, cx)),
        }
        Ok(true)
    }

    /// The beginning of the workbook, of a sheet or of a chart in a sheet.
    fn begin(&mut self, kind: u16, start: usize, data: &[u8], cx: &mut Context<'_>) {
        self.depth += 1;
        if start == 0 {
            self.is_biff8 = kind == 0x0809 && u16_at(data, 0) == Some(0x0600);
        }
        let Some(number) = self.sheets.iter().position(|sheet| sheet.start == start) else { return };
        self.end_sheet(cx);
        self.sheets[number].is_met = true;
        let sheet = &self.sheets[number];
        let kind = if sheet.is_hidden { PartKind::HiddenSheet } else { PartKind::Sheet };
        let part = Part { index: u32::try_from(number + 1).ok(), ..Part::labelled(kind, &sheet.name) };
        self.sides = Some(SideText::labelled(Some(sheet.name.clone())));
        self.cells = Some(TextStream::new(part, Unit::Paragraph));
    }

    fn end(&mut self, cx: &mut Context<'_>) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 {
            self.end_sheet(cx);
        }
    }

    fn end_sheet(&mut self, cx: &mut Context<'_>) {
        if let Some(cells) = self.cells.take() {
            cells.finish(cx);
        }
        if let Some(sides) = self.sides.take() {
            sides.finish(cx);
        }
    }

    fn emit(&mut self, kind: PartKind, text: &str, cx: &mut Context<'_>) {
        self.sides.get_or_insert_with(|| SideText::labelled(None)).emit(kind, text, cx);
    }

    fn emit_cell(&mut self, cell: Cell, text: &str, cx: &mut Context<'_>) {
        if !text.trim().is_empty() {
            let text = text.replace(['\n', '\r'], "\u{2028}");
            self.cells
                .get_or_insert_with(|| TextStream::new(Part::only(PartKind::Sheet), Unit::Paragraph))
                .cell(cell, &text, cx);
        }
    }

    /// BOUNDSHEET: where the sheet begins, its state, its name.
    fn sheet(&mut self, data: &[u8], cx: &mut Context<'_>) {
        let length = data.get(6).copied().map_or(0, usize::from);
        let name = match self.is_biff8 {
            true => Chunks::new(&[data.get(7..).unwrap_or_default()]).text_of(length).map(|text| text.text),
            false => data.get(7..).map(|name| code_page::decoded(&name[..name.len().min(length)], self.encoding)),
        };
        let name = name.unwrap_or_default();
        self.emit(PartKind::Markup, &name, cx);
        self.sheets.push(Sheet {
            start: u32_at(data, 0).unwrap_or(0) as usize,
            is_met: false,
            is_hidden: data.get(4).is_some_and(|state| state & 3 != 0),
            name,
        });
    }

    /// SHEETHDR of version 4: the length of the sheet that begins now, and its name.
    fn sheet_of_old(&mut self, data: &[u8], cx: &mut Context<'_>) {
        let name = self.short(data.get(4..).unwrap_or_default(), false).unwrap_or_default();
        self.end_sheet(cx);
        self.sides = Some(SideText::labelled(Some(name.clone())));
        self.cells = Some(TextStream::new(Part::labelled(PartKind::Sheet, &name), Unit::Paragraph));
        self.emit(PartKind::Markup, &name, cx);
    }

    /// SST: every text of the workbook once.
    fn shared_strings(&mut self, chunks: &[&[u8]], cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut reader = Chunks::new(chunks);
        let count = reader.u32().and_then(|_| reader.u32()).unwrap_or(0);
        self.announced = count as usize;
        for _ in 0..count {
            // Some writers announce more texts than they write: they are missed where a cell asks.
            if reader.is_empty() {
                break;
            }
            let Some(text) = reader.text() else { return Err(GapReason::Damaged) };
            cx.budget().charge(text.text.len() as u64)?;
            if !text.phonetic.is_empty() {
                self.emit(PartKind::Ruby, &text.phonetic, cx);
            }
            self.strings.add(&text.text);
        }
        Ok(())
    }

    /// LABELSST: a cell that shows a shared string.
    fn shared_cell(&mut self, data: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
        let number = u32_at(data, 6).map_or(usize::MAX, |number| number as usize);
        let Some(text) = self.strings.use_up(number).map(str::to_string) else {
            self.lacks_string |= number < self.announced;
            return Ok(());
        };
        // The same long text may be shown by many cells: it counts each time.
        cx.budget().charge(text.len() as u64)?;
        self.emit_cell(cell(data), &text, cx);
        Ok(())
    }

    /// LABEL and RSTRING: a cell with its own text.
    fn text_cell(&mut self, kind: u16, chunks: &[&[u8]], cx: &mut Context<'_>) {
        let data = chunks[0];
        let text = match (self.is_biff8, kind) {
            (true, _) => {
                let mut inner = chunks.to_vec();
                inner[0] = data.get(6..).unwrap_or_default();
                Chunks::new(&inner).text().map(|text| text.text)
            }
            // The first version has three bytes of formats and a short length.
            (false, 0x0004) => self.short(data.get(7..).unwrap_or_default(), false),
            (false, _) => self.short(data.get(6..).unwrap_or_default(), true),
        };
        self.emit_cell(cell(data), &text.unwrap_or_default(), cx);
    }

    /// NOTE: the cell and, from Excel 97 on, the author; before, the text.
    fn note(&mut self, chunks: &[&[u8]], cx: &mut Context<'_>) {
        let text = match self.is_biff8 {
            true => Chunks::new(&[chunks[0].get(8..).unwrap_or_default()]).text().map(|text| text.text),
            false => self.short(chunks[0].get(4..).unwrap_or_default(), true),
        };
        self.emit(PartKind::Comment, &text.unwrap_or_default(), cx);
    }

    /// TXO: the text stands in the first continuation ([MS-XLS] 2.4.329).
    fn text_box(&mut self, chunks: &[&[u8]], cx: &mut Context<'_>) {
        let count = u16_at(chunks[0], 10).map_or(0, usize::from);
        if count == 0 || chunks.len() < 2 {
            return;
        }
        let mut reader = Chunks::new(chunks);
        reader.continue_anew();
        let flags = reader.u8().unwrap_or(0);
        let text = reader.characters(count, flags & 1 == 1);
        let kind = if self.in_comment { PartKind::Comment } else { PartKind::TextBox };
        for line in text.split(['\n', '\r']) {
            self.emit(kind, line, cx);
        }
    }

    /// A record of any other kind: the strings in it. Gives whether it was read as a whole.
    fn other(
        &mut self,
        kind: u16,
        start: usize,
        chunks: &[&[u8]],
        remains: &mut UnreadRanges<'_>,
        cx: &mut Context<'_>,
    ) -> bool {
        if !self.is_biff8 {
            return false;
        }
        let part = match kind {
            0x100D => PartKind::Drawing,
            0x00CD => PartKind::Sheet,
            0x089C => PartKind::Header,
            _ => PartKind::Markup,
        };
        let whole = (chunks.len() > 1).then(|| chunks.concat());
        let mut any = false;
        find(whole.as_deref().unwrap_or(chunks[0]), Forms::Biff8, |at, text| {
            any = true;
            let text = if part == PartKind::Header { without_codes(&text) } else { text };
            self.emit(part, &text, cx);
            if whole.is_none() {
                remains.read(start + 4 + at.start..start + 4 + at.end);
            }
        });
        // A formula holds nothing else; a continued record was seen in one piece only here.
        kind == 0x0006 || any && whole.is_some()
    }

    /// Strings no cell shows.
    fn emit_unused(&mut self, cx: &mut Context<'_>) {
        let mut story = TextStream::new(Part::labelled(PartKind::Sheet, "unused strings"), Unit::None);
        for text in self.strings.unused() {
            story.push(&text.replace('\n', "\u{2028}"), cx);
            story.end_unit(cx);
        }
        story.finish(cx);
    }

    /// A string of the code page behind a length of one byte, or of two.
    fn short(&self, data: &[u8], two: bool) -> Option<String> {
        let mut bytes = Bytes::new(data);
        let length = if two { usize::from(bytes.u16()?) } else { usize::from(bytes.u8()?) };
        Some(code_page::decoded(bytes.up_to(length), self.encoding))
    }
}

/// Row and column at the beginning of a cell's record.
fn cell(data: &[u8]) -> Cell {
    let number = |at| u32::from(u16_at(data, at).unwrap_or(0)) + 1;
    Cell { row: number(0), column: number(2) }
}
