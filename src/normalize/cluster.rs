//! Which characters belong to the one before them, so that the standard must see both.

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

use super::table::{Fate, fate};

/// Starts a cluster that NFKC must see whole: a combining mark or a Hangul vowel or final follows.
pub(super) fn joins_previous(c: char) -> bool {
    (c as u32) >= 0x300
        && (matches!(c, '\u{1161}'..='\u{11FF}' | '\u{3099}' | '\u{309A}')
            || ((c as u32) < 0x3000 || (c as u32) > 0xD7FF)
                && fate(c) == Fate::Compat
                && (canonical_combining_class(c) != 0 || is_combining_mark(c)))
}
