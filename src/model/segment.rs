//! A window of extracted text on its way to the matcher. Long texts arrive in several
//! windows that overlap, so that no mark is lost at a border and memory stays bounded.

use std::ops::Range;

use super::{Cell, Location};

/// Bytes below which a text is short.
pub const SHORT: usize = 512;

/// What the ends of lines mean in a part, for saying where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// Lines of a text.
    #[default]
    Line,
    /// Paragraphs of a document (a line break inside a paragraph is U+2028).
    Paragraph,
    /// The part has no units worth naming (a property, a name).
    None,
}

/// One window of a part's text.
#[derive(Debug, Clone)]
pub struct Segment<'a> {
    /// The part, without a spot.
    pub location: &'a Location,
    /// The text of the window. Lines end with `\n`; U+2028 is a break inside a unit; `\t` separates cells.
    pub text: &'a str,
    /// The bytes of `text` whose matches belong to this window; the rest is context seen by a neighbour.
    pub own: Range<usize>,
    /// Number of units before this window.
    pub units_before: u64,
    /// Number of non-blank lines before this window; exact near the top.
    pub lines_before: u64,
    /// The window holds the end of the part.
    pub last: bool,
    /// The first line of `text` began before the window.
    pub cut_start: bool,
    /// The last line of `text` goes on after the window.
    pub cut_end: bool,
    /// What a line end means.
    pub unit: Unit,
    /// The cells in which units stand, by the number of the unit; empty outside sheets.
    pub cells: &'a [(u64, Cell)],
    /// The text is program source, where marks are quoted in lists and tests.
    pub source_code: bool,
    /// The text was probably not meant to be read so: another encoding fits the bytes better. Only what stands
    /// there undisguised is looked for.
    pub unlikely: bool,
    /// How the units stand on the page of a picture, from the window's first on; empty elsewhere.
    pub layout: &'a [Layout],
}

/// How a line stands on the page of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// How far down the page, in percent.
    pub top: u8,
    /// Its height, in percent of the usual line's.
    pub height: u16,
}

impl<'a> Segment<'a> {
    /// A short text that fits in one window.
    pub fn whole(location: &'a Location, text: &'a str, unit: Unit) -> Self {
        Segment {
            location,
            text,
            own: 0..text.len(),
            units_before: 0,
            lines_before: 0,
            last: true,
            cut_start: false,
            cut_end: false,
            unit,
            cells: &[],
            source_code: false,
            unlikely: false,
            layout: &[],
        }
    }

    /// The cell a unit stands in, counted from 0.
    pub fn cell(&self, unit: u64) -> Option<Cell> {
        let at = self.cells.binary_search_by_key(&unit, |(unit, _)| *unit).ok()?;
        Some(self.cells[at].1)
    }

    /// The window is all of the part, and that is a name, a value, a line or two.
    pub fn is_short(&self) -> bool {
        self.text.len() < SHORT && self.is_first() && self.last && self.own == (0..self.text.len())
    }

    /// The window holds the beginning of the part.
    pub fn is_first(&self) -> bool {
        self.units_before == 0 && self.lines_before == 0 && !self.cut_start
    }
}
