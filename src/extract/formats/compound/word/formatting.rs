//! What formatting says about text ([MS-DOC] 2.6.1, 2.9.33): deleted or inserted under change
//! tracking, hidden, or a symbol in place of a character.

use std::ops::Range;

use crate::extract::driver::Budget;
use crate::extract::support::bytes::{Bytes, u16_at, u32_at};
use crate::extract::support::paragraphs::Standing;

/// Runs that are remembered; text of further ones is read as plain.
const RUNS: usize = 1 << 20;
/// Bytes of a page of formatting.
const PAGE: usize = 512;

/// Formatting of a run of bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) standing: Standing,
    pub(super) symbol: Option<char>,
}

/// The runs whose formatting says something, by their first byte.
#[derive(Default)]
pub(super) struct Formatting {
    runs: Vec<(Range<usize>, Run)>,
}

impl Formatting {
    /// Reads the pages of the stream that a table of pages names.
    pub(super) fn read(stream: &[u8], table: &[u8], budget: &Budget<'_>) -> Self {
        let mut formatting = Formatting::default();
        // Borders (4 bytes each, one more than pages), then page numbers (4 bytes each).
        let count = table.len().saturating_sub(4) / 8;
        // More pages than the stream has are pages named again.
        for number in 0..count.min(stream.len() / PAGE) {
            let Some(page) = u32_at(table, (count + 1) * 4 + number * 4) else { break };
            let start = (page & 0x003F_FFFF) as usize * PAGE;
            if let Some(page) = stream.get(start..start + PAGE) {
                formatting.add_page(page);
            }
            if budget.check().is_err() {
                break;
            }
        }
        formatting.runs.sort_by_key(|(range, _)| range.start);
        formatting
    }

    /// Borders of the runs, then a byte for each that tells where its formatting stands.
    fn add_page(&mut self, page: &[u8]) {
        let count = usize::from(page[PAGE - 1]);
        for number in 0..count {
            let (Some(start), Some(end)) = (u32_at(page, number * 4), u32_at(page, number * 4 + 4)) else { return };
            let Some(at) = page.get((count + 1) * 4 + number).map(|half| usize::from(*half) * 2) else { return };
            let Some(length) = page.get(at).filter(|_| at > 0).map(|length| usize::from(*length)) else { continue };
            let Some(changes) = page.get(at + 1..(at + 1 + length).min(PAGE)) else { continue };
            let run = run(changes);
            if run != Run::default() && start < end && self.runs.len() < RUNS {
                self.runs.push((start as usize..end as usize, run));
            }
        }
    }

    /// Splits a range of bytes into pieces of one formatting, in steps of `width` bytes.
    pub(super) fn split(&self, range: Range<usize>, width: usize) -> Vec<(Range<usize>, Run)> {
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
                pieces.push((at..start, Run::default()));
            }
            if end > start {
                pieces.push((start..end, *said));
                at = end;
            }
        }
        if at < range.end {
            pieces.push((at..range.end, Run::default()));
        }
        pieces
    }
}

/// Reads a list of property changes.
fn run(changes: &[u8]) -> Run {
    let mut run = Run::default();
    let mut bytes = Bytes::new(changes);
    while let Some(code) = bytes.u16() {
        // The top three bits tell how long the operand is ([MS-DOC] 2.2.5.1).
        let length = match code >> 13 {
            0 | 1 => 1,
            2 | 4 | 5 => 2,
            3 => 4,
            7 => 3,
            _ => match bytes.u8() {
                Some(length) => usize::from(length),
                None => break,
            },
        };
        let Some(operand) = bytes.take(length) else { break };
        let on = operand.first().is_some_and(|value| value & 1 == 1);
        match code {
            0x0800 => run.standing.deleted = on,
            0x0801 => run.standing.inserted = on,
            0x083C | 0x0811 => run.standing.hidden |= on,
            // sprmCSymbol: font, character; symbol fonts stand in the private use area.
            0x6A09 => {
                let code = u16_at(operand, 2).unwrap_or(0);
                let code = if (0xF000..=0xF0FF).contains(&code) { code - 0xF000 } else { code };
                run.symbol = char::from_u32(code.into()).filter(|c| !c.is_control());
            }
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
        let deleted = run(&[0x00, 0x08, 1]);
        assert!(deleted.standing.deleted && !deleted.standing.inserted);
        assert!(run(&[0x35, 0x08, 1, 0x3C, 0x08, 1]).standing.hidden);
        assert_eq!(run(&[0x09, 0x6A, 3, 0, 0x05, 0x26]).symbol, Some('★'));
        assert_eq!(run(&[0x00, 0xC0, 9]), Run::default());
    }

    #[test]
    fn runs_split_a_range_at_whole_characters() {
        let hidden = Run { standing: Standing { hidden: true, ..Standing::default() }, symbol: None };
        let formatting = Formatting { runs: vec![(4..8, hidden)] };
        let pieces = formatting.split(2..12, 2);
        assert_eq!(pieces, [(2..4, Run::default()), (4..8, hidden), (8..12, Run::default())]);
        assert_eq!(formatting.split(8..10, 2), [(8..10, Run::default())]);
    }
}
