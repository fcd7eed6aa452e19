//! Lines by the shape of their characters: a line of one character, a letter-spaced line, a line of which nothing is
//! left. How such lines are folded is `fold`'s.

use unicode_normalization::char::is_combining_mark;

use super::fold::joins_previous;
use super::table::{Fate, fate, is_cjk, kept};

/// Longest line, in bytes, that is looked at for letter-spacing.
pub(super) const SPACED_LINE: usize = 400;
/// Letters and digits of a letter-spaced line, at least.
const ENOUGH: usize = 3;

/// A combining mark. What has another fate than to be looked up is none.
fn is_mark(c: char, fate: Fate) -> bool {
    fate == Fate::Compat && is_combining_mark(c)
}

/// A line of which nothing is left when it is folded.
pub(super) fn leaves_nothing(line: &str) -> bool {
    line.chars().all(|c| match fate(c) {
        Fate::Drop | Fate::Blank | Fate::Break => true,
        fate => is_mark(c, fate),
    })
}

/// A line of one visible character, as in vertical text; two digits count when a run is under way.
pub(super) fn is_single(line: &str, run: usize) -> bool {
    if line.len() > 64 {
        return false;
    }
    let mut visible = line.chars().filter(|c| match fate(*c) {
        Fate::Drop | Fate::Blank => false,
        fate => !is_mark(*c, fate),
    });
    let Some(first) = visible.next() else { return false };
    match visible.next() {
        None => is_cjk(first) || first.is_alphanumeric() || matches!(fate(first), Fate::Become(_)) || first == '*',
        Some(second) => run > 0 && first.is_numeric() && second.is_numeric() && visible.next().is_none(),
    }
}

/// A line that no other line is joined with, of which something is left: behind its end, folding is as
/// at the beginning of a text.
pub(super) fn stands_alone(line: &str) -> bool {
    line.chars().any(|c| matches!(fate(c), Fate::Keep | Fate::Become(_))) && !is_single(line, 1)
}

/// A line whose words are nearly all single characters: `S E C R E T`, `机 密 ★ 1 0 年`.
pub(super) fn is_spaced(line: &str) -> bool {
    if line.len() > SPACED_LINE {
        return false;
    }
    // Blanks that may still come; words, one more.
    let mut blanks = most_blanks(line.as_bytes());
    if blanks < 2 {
        return false;
    }
    let mut words = Words::default();
    let mut at = 0;
    while at < line.len() {
        let kept = kept(&line.as_bytes()[at..], false);
        if kept > 0 {
            words.take(&line[at..at + kept]);
            at += kept;
            continue;
        }
        let Some(c) = line[at..].chars().next() else { break };
        at += c.len_utf8();
        match fate(c) {
            Fate::Blank => {
                words.close();
                // Not even if every character to come were a word.
                blanks -= 1;
                if !words.can_be_spaced(blanks + 1) {
                    return false;
                }
            }
            Fate::Drop => {}
            // Part of the character before it, or of none.
            fate if is_mark(c, fate) || words.length > 0 && joins_previous(c) => {}
            _ => words.one(c),
        }
    }
    words.close();
    words.singles >= 3 && words.singles * 5 >= words.words * 4 && words.letters >= ENOUGH
}

/// At least as many as there are blanks in a line, told by the bytes they begin with. Every byte is
/// treated alike, so that many are looked at at once.
pub(super) fn most_blanks(line: &[u8]) -> usize {
    let mut blanks = 0_u16;
    for window in line.windows(3) {
        let [a, b, c] = [window[0], window[1], window[2]];
        let plain = (a == b' ') | (a == 0xC2) | (a == 0xE1) | (a == 0xE2);
        // U+3000 and U+3164, among the many signs that begin with the same byte; U+FFA0.
        let wide = (a == 0xE3) & ((b == 0x80) & (c == 0x80) | (b == 0x85)) | (a == 0xEF) & (b == 0xBE);
        blanks += u16::from(plain | wide);
    }
    // The last two bytes begin no window.
    let last = line.iter().rev().take(2).filter(|byte| matches!(byte, b' ' | 0xC2)).count();
    usize::from(blanks) + last
}

/// The words of a line, counted.
#[derive(Default)]
struct Words {
    words: usize,
    /// Of one character.
    singles: usize,
    /// Characters of the present word.
    length: usize,
    /// Letters and digits, as far as they matter.
    letters: usize,
}

impl Words {
    fn close(&mut self) {
        if self.length > 0 {
            self.words += 1;
            self.singles += usize::from(self.length == 1);
        }
        self.length = 0;
    }

    fn one(&mut self, c: char) {
        self.length += 1;
        if self.letters < ENOUGH {
            self.letters += usize::from(matches!(c, '\u{4E00}'..='\u{9FFF}') || c.is_alphanumeric());
        }
    }

    /// Characters none of which is a blank, dropped, or part of another.
    fn take(&mut self, text: &str) {
        let mut chars = text.chars();
        // Behind these nothing changes any more: the word is long, and there are letters enough.
        chars.by_ref().take(2).for_each(|c| self.one(c));
        while self.letters < ENOUGH
            && let Some(c) = chars.next()
        {
            self.one(c);
        }
    }

    /// If all words to come, so many at most, were single characters.
    fn can_be_spaced(&self, to_come: usize) -> bool {
        self.singles * 5 + to_come >= self.words * 4
    }
}
