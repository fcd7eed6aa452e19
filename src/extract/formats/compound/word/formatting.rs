//! What formatting says about text ([MS-DOC] 2.6.1, 2.9.33): deleted or inserted under change
//! tracking, hidden, set in a symbol font, or a symbol in place of a character; and which paragraphs
//! are the large first letter of the next one.

use std::ops::Range;

use crate::extract::driver::Budget;
use crate::extract::support::bytes::{Bytes, u16_at, u32_at, utf16};
use crate::extract::support::paragraphs::RunProperties;
use crate::extract::support::symbols::{SymbolFont, symbol};

/// Runs that are remembered; text of further ones is read as plain.
const RUNS: usize = 1 << 20;
/// Bytes of a page of formatting.
const PAGE: usize = 512;

/// Formatting of a run of bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FormattedRun {
    pub(super) standing: RunProperties,
    pub(super) symbol: Option<char>,
    pub(super) font: Option<SymbolFont>,
    /// It is the large first letter of the next paragraph.
    pub(super) is_initial: bool,
}

/// Where formatting stands: the tables of its pages, and the fonts of the document.
pub(super) struct Tables<'t> {
    pub(super) characters: &'t [u8],
    pub(super) paragraphs: &'t [u8],
    pub(super) fonts: &'t [u8],
}

/// The runs whose formatting says something, by their first byte.
#[derive(Default)]
pub(super) struct Formatting {
    runs: Vec<(Range<usize>, FormattedRun)>,
}

impl Formatting {
    /// Reads the pages of the stream that the tables name.
    pub(super) fn read(stream: &[u8], tables: &Tables<'_>, budget: &Budget<'_>) -> Self {
        let mut formatting = Formatting::default();
        let fonts = symbol_fonts(tables.fonts);
        for page in pages(stream, tables.characters) {
            formatting.add_page(page, &fonts);
            if budget.check().is_err() {
                break;
            }
        }
        formatting.runs.sort_by_key(|(range, _)| range.start);
        let initials: Vec<Range<usize>> =
            pages(stream, tables.paragraphs).take_while(|_| budget.check().is_ok()).flat_map(initials).collect();
        let free = |range: &Range<usize>| {
            let first = formatting.runs.partition_point(|(run, _)| run.end <= range.start);
            formatting.runs.get(first).is_none_or(|(run, _)| run.start >= range.end)
        };
        let initials: Vec<_> = initials.into_iter().filter(free).take(RUNS).collect();
        if !initials.is_empty() {
            let run = FormattedRun { is_initial: true, ..FormattedRun::default() };
            formatting.runs.extend(initials.into_iter().map(|range| (range, run)));
            formatting.runs.sort_by_key(|(range, _)| range.start);
        }
        formatting
    }

    /// Borders of the runs, then a byte for each that tells where its formatting stands.
    fn add_page(&mut self, page: &[u8], fonts: &[Option<SymbolFont>]) {
        let count = usize::from(page[PAGE - 1]);
        for number in 0..count {
            let (Some(start), Some(end)) = (u32_at(page, number * 4), u32_at(page, number * 4 + 4)) else { return };
            let Some(at) = page.get((count + 1) * 4 + number).map(|half| usize::from(*half) * 2) else { return };
            let Some(length) = page.get(at).filter(|_| at > 0).map(|length| usize::from(*length)) else { continue };
            let Some(changes) = page.get(at + 1..(at + 1 + length).min(PAGE)) else { continue };
            let run = run(changes, fonts);
            if run != FormattedRun::default() && start < end && self.runs.len() < RUNS {
                self.runs.push((start as usize..end as usize, run));
            }
        }
    }

    /// Splits a range of bytes into pieces of one formatting, in steps of `width` bytes.
    pub(super) fn split(&self, range: Range<usize>, width: usize) -> Vec<(Range<usize>, FormattedRun)> {
        let mut pieces = Vec::new();
        let mut at = range.start;
        let first = self.runs.partition_point(|(run, _)| run.end <= range.start);
        for (run, said) in &self.runs[first..] {
            let whole =
                |border: usize| range.start + (border.clamp(range.start, range.end) - range.start) / width * width;
            let (start, end) = (whole(run.start).max(at), whole(run.end));
            if run.start >= range.end {
                break;
            }
            if start > at {
                pieces.push((at..start, FormattedRun::default()));
            }
            if end > start {
                pieces.push((start..end, *said));
                at = end;
            }
        }
        if at < range.end {
            pieces.push((at..range.end, FormattedRun::default()));
        }
        pieces
    }
}

/// The pages a table names: borders (4 bytes each, one more than pages), then page numbers (4 bytes each).
fn pages<'s>(stream: &'s [u8], table: &[u8]) -> impl Iterator<Item = &'s [u8]> {
    let count = table.len().saturating_sub(4) / 8;
    // More pages than the stream has are pages named again.
    (0..count.min(stream.len() / PAGE)).filter_map(move |number| {
        let page = u32_at(table, (count + 1) * 4 + number * 4)?;
        let start = (page & 0x003F_FFFF) as usize * PAGE;
        stream.get(start..start + PAGE)
    })
}

/// The fonts of a document by number ([MS-DOC] 2.9.286, 2.9.81): a count, then each with its length; the
/// name stands behind 39 bytes.
fn symbol_fonts(table: &[u8]) -> Vec<Option<SymbolFont>> {
    let mut bytes = Bytes::new(table);
    let count = bytes.u16().map_or(0, usize::from);
    bytes.skip(2);
    let mut fonts = Vec::new();
    while let Some(length) = bytes.u8().filter(|_| fonts.len() < count) {
        let font = bytes.up_to(usize::from(length));
        let name = utf16(font.get(39..).unwrap_or_default());
        fonts.push(SymbolFont::named(name.split('\0').next().unwrap_or_default()));
    }
    fonts
}

/// The paragraphs of a page that are the large first letter of the next one: borders, then thirteen bytes
/// for each, of which the first tells where its formatting stands ([MS-DOC] 2.9.174, 2.9.176).
fn initials(page: &[u8]) -> Vec<Range<usize>> {
    let count = usize::from(page[PAGE - 1]);
    let initial = |number: usize| {
        let range = u32_at(page, number * 4)? as usize..u32_at(page, number * 4 + 4)? as usize;
        let at = usize::from(*page.get((count + 1) * 4 + number * 13)?) * 2;
        let (start, length) = match *page.get(at).filter(|_| at > 0)? {
            0 => (at + 2, usize::from(*page.get(at + 1)?) * 2),
            half => (at + 1, usize::from(half) * 2 - 1),
        };
        let changes = page.get(start + 2..(start + length).min(PAGE))?;
        // sprmPDcs: how the letter is set, and over how many lines.
        let is_initial = changes_of(changes).any(|(code, operand)| code == 0x442C && operand[0] & 7 != 0);
        (is_initial && range.start < range.end).then_some(range)
    };
    (0..count).filter_map(initial).collect()
}

/// A list of property changes: each one's code and operand.
fn changes_of(changes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut bytes = Bytes::new(changes);
    std::iter::from_fn(move || {
        let code = bytes.u16()?;
        // The top three bits tell how long the operand is ([MS-DOC] 2.2.5.1).
        let length = match code >> 13 {
            0 | 1 => 1,
            2 | 4 | 5 => 2,
            3 => 4,
            7 => 3,
            _ => usize::from(bytes.u8()?),
        };
        Some((code, bytes.take(length)?))
    })
    .filter(|(_, operand)| !operand.is_empty())
}

/// Reads a list of property changes.
fn run(changes: &[u8], fonts: &[Option<SymbolFont>]) -> FormattedRun {
    let mut run = FormattedRun::default();
    for (code, operand) in changes_of(changes) {
        let font = |at| u16_at(operand, at).and_then(|number| *fonts.get(usize::from(number))?);
        let on = operand[0] & 1 == 1;
        match code {
            0x0800 => run.standing.deleted = on,
            0x0801 => run.standing.inserted = on,
            0x083C | 0x0811 => run.standing.hidden |= on,
            // sprmCSymbol: font, character; symbol fonts stand in the private use area.
            0x6A09 => {
                run.symbol = symbol(font(0), u16_at(operand, 2).unwrap_or(0).into());
            }
            // sprmCRgFtc0 and sprmCRgFtc2: the fonts of ASCII and of other characters.
            0x4A4F | 0x4A51 => run.font = run.font.or(font(0)),
            _ => {}
        }
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn property_changes_are_read() {
        let deleted = run(&[0x00, 0x08, 1], &[]);
        assert!(deleted.standing.deleted && !deleted.standing.inserted);
        assert!(run(&[0x35, 0x08, 1, 0x3C, 0x08, 1], &[]).standing.hidden);
        assert_eq!(run(&[0x09, 0x6A, 3, 0, 0x05, 0x26], &[]).symbol, Some('★'));
        let fonts = [None, Some(SymbolFont::Wingdings2)];
        assert_eq!(run(&[0x09, 0x6A, 1, 0, 0x52, 0xF0], &fonts).symbol, Some('☑'));
        assert_eq!(run(&[0x4F, 0x4A, 1, 0], &fonts).font, fonts[1]);
        assert_eq!(run(&[0x00, 0xC0, 9], &[]), FormattedRun::default());
    }

    #[test]
    fn runs_split_a_range_at_whole_characters() {
        let hidden = FormattedRun {
            standing: RunProperties { hidden: true, ..RunProperties::default() },
            ..FormattedRun::default()
        };
        let formatting = Formatting { runs: vec![(4..8, hidden)] };
        let pieces = formatting.split(2..12, 2);
        assert_eq!(pieces, [(2..4, FormattedRun::default()), (4..8, hidden), (8..12, FormattedRun::default())]);
        assert_eq!(formatting.split(8..10, 2), [(8..10, FormattedRun::default())]);
    }
}
