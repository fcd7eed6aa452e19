//! Where the lines of one window begin and end, in its original and in its folded text,
//! looked up once so that weighing a hit never walks the window.

use std::ops::Range;

use memchr::{memchr_iter, memmem};

use crate::model::Segment;
use crate::normalize::Folded;

/// Non-blank lines at the top whose number is known.
const HEAD: usize = 64;

/// The lines of a window.
pub(super) struct WindowLines {
    /// Offsets of `\n` in the original text: ends of units.
    units: Vec<usize>,
    /// Offsets of U+2028 in the original text: breaks inside units.
    soft: Vec<usize>,
    /// The lines of the folded text that are not blank.
    folded: Vec<Range<usize>>,
    /// Non-blank lines before the window.
    before: u64,
}

impl WindowLines {
    pub(super) fn new(segment: &Segment<'_>, folded: &Folded) -> Self {
        let mut start = 0;
        let mut lines = Vec::new();
        for end in memchr_iter(b'\n', folded.text.as_bytes()).chain([folded.text.len()]) {
            if end > start {
                lines.push(start..end);
            }
            start = end + 1;
        }
        let text = segment.text.as_bytes();
        WindowLines {
            units: memchr_iter(b'\n', text).collect(),
            soft: memmem::find_iter(text, "\u{2028}").collect(),
            folded: lines,
            before: segment.lines_before,
        }
    }

    /// Units that end before an offset of the original text.
    pub(super) fn units_before(&self, at: usize) -> u64 {
        self.units.partition_point(|end| *end < at) as u64
    }

    /// Lines, units or not, that end before an offset of the original text.
    pub(super) fn lines_before(&self, at: usize) -> u64 {
        self.units_before(at) + self.soft.partition_point(|end| *end < at) as u64
    }

    /// Non-blank lines of the part before an offset of the folded text; exact near the top.
    pub(super) fn non_blank_before(&self, folded: usize) -> u64 {
        let here = self.folded.partition_point(|line| line.end <= folded);
        self.before + here.min(HEAD) as u64
    }

    /// Up to `most` non-blank lines before the folded offset, nearest first.
    pub(super) fn above(&self, folded: usize, most: usize) -> impl Iterator<Item = Range<usize>> + '_ {
        let own = self.folded.partition_point(|line| line.end <= folded);
        self.folded[..own].iter().rev().take(most).cloned()
    }

    /// Up to `most` non-blank lines that begin behind the folded offset.
    pub(super) fn below(&self, folded: usize, most: usize) -> impl Iterator<Item = Range<usize>> + '_ {
        let next = self.folded.partition_point(|line| line.start <= folded);
        self.folded[next..].iter().take(most).cloned()
    }
}
