//! The strings of a workbook that its cells share (ISO/IEC 29500-1, 18.4). They are kept until the
//! sheets are read, so that each stands where a reader sees it: in its cell. What no cell shows is
//! read as well.

use crate::extract::driver::{Context, TextStream};
use crate::model::{Part, PartKind, Unit};

/// Bytes of strings that are kept; those behind them are read in their own part.
const KEPT: usize = 16 << 20;

/// Strings by number.
#[derive(Debug, Default)]
pub(in crate::extract::formats) struct Strings {
    text: String,
    ends: Vec<usize>,
    shown: Vec<bool>,
    full: bool,
}

impl Strings {
    /// There is room for this string; from the first that finds none, none is kept.
    pub(in crate::extract::formats) fn has_room(&mut self, string: &str) -> bool {
        self.full |= self.text.len() + (self.ends.len() + 1) * 9 + string.len() > KEPT;
        !self.full
    }

    pub(in crate::extract::formats) fn push(&mut self, string: &str) {
        self.text.push_str(string);
        self.ends.push(self.text.len());
        self.shown.push(false);
    }

    /// The string a cell shows.
    pub(in crate::extract::formats) fn show(&mut self, number: &str) -> Option<&str> {
        let number: usize = number.trim().parse().ok()?;
        *self.shown.get_mut(number)? = true;
        Some(self.get(number))
    }

    fn get(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[number]]
    }

    /// Hands on the strings that no cell shows.
    pub(in crate::extract::formats) fn finish(&self, cx: &mut Context<'_>) {
        let mut story = TextStream::new(Part::labelled(PartKind::Sheet, "sharedStrings"), Unit::Paragraph);
        for number in (0..self.ends.len()).filter(|number| !self.shown[*number]) {
            story.push(self.get(number), cx);
            story.push("\n", cx);
        }
        story.finish(cx);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_shown_by_number_and_wrong_numbers_show_nothing() {
        let mut strings = Strings::default();
        for string in ["计划", "", "机密"] {
            strings.push(string);
        }
        assert_eq!(strings.show("2"), Some("机密"));
        assert_eq!(strings.show(" 1 "), Some(""));
        for wrong in ["3", "-1", "x"] {
            assert_eq!(strings.show(wrong), None, "{wrong}");
        }
        assert_eq!(strings.shown, [false, true, true]);
    }
}
