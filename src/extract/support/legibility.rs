//! How much of a page is drawn with glyphs that stand for no known text, and with outlines instead of
//! text.

use std::collections::{HashMap, HashSet};

use crate::model::GapReason;

/// Different unreadable glyphs of one font that make a gap, and their share among its glyphs.
const UNREAD: usize = 4;
const UNREAD_SHARE: usize = 2;
/// Curves and lines that may be letters, on a page without any.
const OUTLINES: usize = 400;

/// What was drawn on a page.
#[derive(Default)]
pub(in crate::extract) struct Legibility {
    fonts: HashMap<u64, Font>,
    /// Lines and curves.
    pub(in crate::extract) strokes: usize,
}

/// The glyphs of one font.
#[derive(Default)]
struct Font {
    shown: usize,
    unread: usize,
    /// Some of the different codes among those that are not read.
    codes: HashSet<u32>,
}

impl Legibility {
    /// Counts a glyph of a font, known by its code.
    pub(in crate::extract) fn count(&mut self, font: u64, code: u32, is_read: bool) {
        let font = self.fonts.entry(font).or_default();
        font.shown += 1;
        if !is_read {
            font.unread += 1;
            if font.codes.len() < UNREAD {
                font.codes.insert(code);
            }
        }
    }

    /// Glyphs that stand for no known text.
    pub(in crate::extract) fn unread(&self) -> usize {
        self.fonts.values().map(|font| font.unread).sum()
    }

    /// Too many of its glyphs, or of one of its fonts, stand for no known text.
    pub(in crate::extract) fn is_unreadable(&self) -> bool {
        let shown: usize = self.fonts.values().map(|font| font.shown).sum();
        if self.unread() > 1 && self.unread() * UNREAD_SHARE >= shown {
            return true;
        }
        self.fonts.values().any(|font| font.codes.len() >= UNREAD && font.unread * UNREAD_SHARE >= font.shown)
    }

    /// There are lines and curves enough to be letters.
    pub(in crate::extract) fn may_be_outlines(&self) -> bool {
        self.strokes >= OUTLINES
    }

    /// Why a page with a text cannot be read, where that is so.
    pub(in crate::extract) fn gap(&self, is_blank: bool) -> Option<GapReason> {
        if self.is_unreadable() {
            return Some(GapReason::Glyphs);
        }
        (is_blank && self.may_be_outlines()).then_some(GapReason::Picture)
    }
}

/// A private use character: it means something in one font only.
pub(in crate::extract) fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// A character that stands for no known text, as writers put where they know the glyph only.
pub(in crate::extract) fn is_unknown(c: char) -> bool {
    is_private(c) && !matches!(c, '\u{F020}'..='\u{F0FF}') || c == '\u{FFFD}' || c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_unknown_glyphs_are_no_gap_and_half_of_a_font_is() {
        let drawn = |unread: u32, read: u32| {
            let mut page = Legibility::default();
            (0..unread).for_each(|code| page.count(1, code, false));
            (0..read).for_each(|code| page.count(1, code, true));
            (0..1000).for_each(|code| page.count(2, code, true));
            page.gap(false)
        };
        assert_eq!(drawn(5, 5), Some(GapReason::Glyphs));
        assert_eq!((drawn(5, 6), drawn(3, 0)), (None, None));
    }

    #[test]
    fn outlines_are_a_gap_where_there_is_no_text() {
        let page = Legibility { strokes: OUTLINES, ..Legibility::default() };
        assert_eq!((page.gap(true), page.gap(false)), (Some(GapReason::Picture), None));
        assert_eq!(Legibility { strokes: OUTLINES - 1, ..Legibility::default() }.gap(true), None);
    }
}
