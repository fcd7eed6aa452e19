//! Folds the anchors of the built-in packs, so that it need not be done at each start, as far as the program's table of
//! single characters tells. What depends on more is left to the program; a test holds both against each other.

#[allow(dead_code, unreachable_pub)]
#[path = "../src/normalize/table.rs"]
mod table;

use table::{Fate, fate};

/// Words of one character from which on a text may be a letter-spaced one.
const SINGLES: usize = 3;

/// A word as it stands in folded text, if that is sure.
pub(crate) fn folded(word: &str) -> Option<String> {
    let folded: String = word.chars().map(alone).collect::<Option<_>>()?;
    let characters: Vec<char> = folded.chars().collect();
    let is_visible = |c: Option<&char>| c.is_some_and(char::is_ascii_graphic);
    let stays =
        |at: usize| is_visible(at.checked_sub(1).map(|at| &characters[at])) && is_visible(characters.get(at + 1));
    let stay = (0..characters.len()).filter(|at| characters[*at] == ' ').all(stays);
    let singles = folded.split(' ').filter(|word| word.chars().count() == 1).count();
    // A letter and a sign may be the beginning of characters that are all set apart by that sign, three at least.
    let mut letters = folded.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().skip(1);
    let is_joined = characters.len() < 5 || letters.next().is_none_or(|c| c.is_alphanumeric() || c == ' ');
    (stay && singles < SINGLES && is_joined).then_some(folded)
}

/// What becomes of a character, whatever stands beside it.
fn alone(c: char) -> Option<char> {
    match fate(c) {
        Fate::Keep => Some(c),
        Fate::Become(other) => Some(other),
        Fate::Blank if c == ' ' => Some(c),
        Fate::Blank | Fate::Break | Fate::Drop | Fate::Compat => None,
    }
}
