//! Lines by the shape of their characters: a line of one character, a letter-spaced line, a line of which nothing is
//! left. How such lines are folded is `fold`'s.

use unicode_normalization::char::is_combining_mark;

use super::cluster::joins_previous;
use super::table::{Fate, fate, is_cjk};

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
    let (mut words, mut length, mut at) = (Words::default(), 0, 0);
    loop {
        // A word of two characters is none of one, however it goes on.
        if length > 1 {
            at = next_blank(line.as_bytes(), at);
        }
        let Some(c) = line[at..].chars().next() else { break };
        at += c.len_utf8();
        match Visible::of(c, length) {
            Visible::Character => length += 1,
            Visible::Nothing => {}
            Visible::Blank => {
                words.add(std::mem::take(&mut length));
                // Not even if the rest were characters with a blank behind each.
                if !words.can_be_spaced((line.len() - at).div_ceil(2)) {
                    return false;
                }
            }
        }
    }
    words.add(length);
    words.singles >= 3 && words.are_spaced() && has_letters(line)
}

/// There are letters and digits enough.
fn has_letters(line: &str) -> bool {
    let mut length = 0;
    let mut letters = line.chars().filter(|c| {
        let seen = Visible::of(*c, length);
        length = if seen == Visible::Blank { 0 } else { length + usize::from(seen == Visible::Character) };
        seen == Visible::Character && c.is_alphanumeric()
    });
    letters.nth(ENOUGH - 1).is_some()
}

/// What is seen of a character behind so many others of its word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Visible {
    Blank,
    Character,
    /// It is dropped, or part of the character before it, or of none.
    Nothing,
}

impl Visible {
    fn of(c: char, length: usize) -> Self {
        match fate(c) {
            Fate::Blank => Visible::Blank,
            Fate::Drop => Visible::Nothing,
            fate if is_mark(c, fate) || length > 0 && joins_previous(c) => Visible::Nothing,
            _ => Visible::Character,
        }
    }
}

/// Where the next character begins that may be a blank, as far as its first byte tells.
fn next_blank(line: &[u8], at: usize) -> usize {
    line[at..].iter().position(|byte| begins_blank(*byte)).map_or(line.len(), |found| at + found)
}

/// Some blank begins with the byte.
pub(super) fn begins_blank(byte: u8) -> bool {
    const BEGINS: [bool; 256] = {
        let mut begins = [false; 256];
        let (firsts, mut at) = ([b' ', 0xC2, 0xE1, 0xE2, 0xE3, 0xEF], 0);
        while at < firsts.len() {
            begins[firsts[at] as usize] = true;
            at += 1;
        }
        begins
    };
    BEGINS[usize::from(byte)]
}

/// The words of a line, counted.
#[derive(Default)]
struct Words {
    words: usize,
    /// Of one character.
    singles: usize,
}

impl Words {
    /// A word of so many characters, if it has any.
    fn add(&mut self, length: usize) {
        self.words += usize::from(length > 0);
        self.singles += usize::from(length == 1);
    }

    fn are_spaced(&self) -> bool {
        self.can_be_spaced(0)
    }

    /// If all words to come, so many at most, were single characters.
    fn can_be_spaced(&self, to_come: usize) -> bool {
        self.singles * 5 + to_come >= self.words * 4
    }
}
