//! A window of extracted text on its way to the matcher. Long texts arrive in several
//! windows that overlap, so that no mark is lost at a border and memory stays bounded.

use std::ops::Range;

use super::{Location, Spot};

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
    /// Number of non-blank lines before this window.
    pub lines_before: u64,
    /// The window holds the end of the part.
    pub last: bool,
    /// The first line of `text` began before the window.
    pub cut_start: bool,
    /// The last line of `text` goes on after the window.
    pub cut_end: bool,
    /// What a line end means.
    pub unit: Unit,
    /// Where in `text` the cells of a sheet begin, in order; empty for other parts.
    pub cells: &'a [(usize, Spot)],
    /// The text is program source, where marks are quoted in lists and tests.
    pub source_code: bool,
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
        }
    }

    /// The cell that a place in the text stands in.
    pub fn cell(&self, at: usize) -> Option<Spot> {
        let cells = self.cells.partition_point(|(start, _)| *start <= at);
        cells.checked_sub(1).map(|last| self.cells[last].1)
    }

    /// The window holds the beginning of the part.
    pub fn is_first(&self) -> bool {
        self.units_before == 0 && self.lines_before == 0 && !self.cut_start
    }
}
