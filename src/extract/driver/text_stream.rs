//! A story: the text of one part, gathered piece by piece and handed on in windows that
//! overlap, so that memory stays bounded and no mark is lost at a border.

use super::Context;
use crate::model::{Cell, Part, Segment, Unit};

/// Bytes of text gathered before a window is handed on.
pub const WINDOW: usize = 512 * 1024;
/// Bytes a window shows of its neighbours on either side.
const CONTEXT: usize = 4 * 1024;
/// Longest text of a segment, in bytes: a window, its context, and what was added last.
pub const MOST_TEXT: usize = WINDOW + 2 * CONTEXT;
/// Lines that are not blank behind which nothing stands near the top, so that they are counted no further.
const TOP: u64 = 4096;

/// The text of one part on its way out.
pub struct TextStream {
    part: Part,
    unit: Unit,
    text: String,
    /// Where the part of `text` begins that no window has owned yet.
    owned: usize,
    units_before: u64,
    lines_before: u64,
    cut_start: bool,
    /// Units that ended so far.
    ended: u64,
    /// The cells of units in `text` and behind it.
    cells: Vec<(u64, Cell)>,
    /// The text was probably not meant to be read so.
    pub unlikely: bool,
}

impl TextStream {
    /// An empty story.
    pub fn new(part: Part, unit: Unit) -> Self {
        TextStream {
            part,
            unit,
            text: String::new(),
            owned: 0,
            units_before: 0,
            lines_before: 0,
            cut_start: false,
            ended: 0,
            cells: Vec::new(),
            unlikely: false,
        }
    }

    /// A story of which so many lines, which are units, went before.
    pub fn after(part: Part, unit: Unit, lines: u64) -> Self {
        TextStream { units_before: lines, lines_before: lines, ended: lines, ..TextStream::new(part, unit) }
    }

    /// Lines that are no part of it: what was gathered is handed on, and goes on behind them.
    pub fn leave_out(&mut self, lines: u64, cx: &mut Context<'_>) {
        if self.owned < self.text.len() {
            self.emit(self.text.len(), false, cx);
        }
        let gathered = newlines(&self.text);
        self.ended += lines;
        self.units_before += gathered + lines;
        self.lines_before += gathered + lines;
        self.text.clear();
        // It may go on in the middle of a line.
        (self.owned, self.cut_start) = (0, true);
        self.cells.clear();
    }

    /// Adds text; `\n` ends a unit, U+2028 breaks a line inside one, `\t` separates cells.
    pub fn push(&mut self, mut text: &str, cx: &mut Context<'_>) {
        while self.text.len() + text.len() >= WINDOW + CONTEXT {
            let take = floor(text, (WINDOW + CONTEXT).saturating_sub(self.text.len()).max(4));
            self.gather(&text[..take]);
            text = &text[take..];
            self.hand_on(cx);
        }
        self.gather(text);
    }

    fn gather(&mut self, text: &str) {
        self.ended += newlines(text);
        self.text.push_str(text);
    }

    /// The unit that begins now stands in this cell.
    pub fn stands_in(&mut self, cell: Cell) {
        if self.cells.last().is_none_or(|(unit, _)| *unit < self.ended) {
            self.cells.push((self.ended, cell));
        }
    }

    /// Adds the text of a cell, as a line of its own.
    pub fn cell(&mut self, cell: Cell, text: &str, cx: &mut Context<'_>) {
        self.stands_in(cell);
        self.push(&text.trim_end_matches('\n').replace('\n', "\u{2028}"), cx);
        self.end_unit(cx);
    }

    /// Ends the current line or paragraph, unless nothing stands in it yet.
    pub fn end_unit(&mut self, cx: &mut Context<'_>) {
        self.push("\n", cx);
    }

    /// The label of its part.
    pub fn label(&self) -> Option<&str> {
        self.part.label.as_deref()
    }

    /// Nothing was added yet.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.lines_before == 0
    }

    /// Hands on what is left. A story that is dropped without this loses its text.
    pub fn finish(mut self, cx: &mut Context<'_>) {
        if self.owned < self.text.len() {
            let end = self.text.len();
            self.emit(end, true, cx);
        }
    }

    fn hand_on(&mut self, cx: &mut Context<'_>) {
        if self.text.len() < CONTEXT * 2 {
            return;
        }
        let limit = floor(&self.text, self.text.len() - CONTEXT);
        let cut = self.text[self.owned..limit].rfind('\n').map_or(limit, |at| self.owned + at + 1);
        self.emit(cut, false, cx);
        self.forget_before(cut);
    }

    fn emit(&mut self, cut: usize, last: bool, cx: &mut Context<'_>) {
        let location = cx.at().with_part(self.part.clone());
        let segment = Segment {
            location: &location,
            text: &self.text,
            own: self.owned..cut,
            units_before: self.units_before,
            lines_before: self.lines_before,
            last,
            cut_start: self.cut_start,
            cut_end: !last && !self.text.ends_with('\n'),
            unit: self.unit,
            cells: &self.cells,
            source_code: cx.source_code(),
            unlikely: self.unlikely,
            layout: &[],
        };
        cx.segment(segment);
    }

    /// Drops what no later window needs: all but some context before `cut`.
    fn forget_before(&mut self, cut: usize) {
        let from = floor(&self.text, cut.saturating_sub(CONTEXT));
        let from = self.text[from..cut].find('\n').map_or(from, |at| from + at + 1);
        let (gone, left) = self.text.split_at(from);
        self.units_before = self.ended - newlines(left);
        if self.lines_before < TOP {
            self.lines_before += gone.lines().filter(|line| !line.trim().is_empty()).count() as u64;
        }
        self.cut_start = if gone.is_empty() { self.cut_start } else { !gone.ends_with('\n') };
        // The memory is kept for the next window.
        self.text.drain(..from);
        self.owned = cut - from;
        let gone = self.cells.partition_point(|(unit, _)| *unit < self.units_before);
        self.cells.drain(..gone);
    }
}

fn newlines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

/// The largest character boundary not above `at`.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}
