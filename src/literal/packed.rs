//! A handful of words, found by comparing many bytes at once (the packed searcher of the
//! `aho-corasick` crate, after Hyperscan's Teddy). It yields one word at a place and goes on behind
//! it; here every word at the place is tried, and it goes on one byte further.

use aho_corasick::Span;
use aho_corasick::packed::{Config, MatchKind, Searcher};

use super::{Match, Word, rarity};

/// Words beyond which the windows are faster.
pub(super) const MOST: usize = 50;
/// Engines beyond which the automaton is faster.
const ENGINES: usize = 6;
/// Bytes of a word that are compared at once, if it has so many.
const COMPARED: usize = 3;
/// Letters whose cases are all written out.
const LETTERS: usize = 3;

#[derive(Debug)]
pub(super) struct PackedSearcher {
    searcher: Searcher,
    words: Vec<Needle>,
    /// Bytes of the shortest piece.
    least: usize,
}

/// A word and the piece of it that is looked for.
#[derive(Debug)]
struct Needle {
    number: usize,
    text: Box<[u8]>,
    /// Where in the text the piece begins.
    piece: usize,
}

/// Words for one engine.
struct Group<'w> {
    /// They have as many bytes as are compared at once.
    is_long: bool,
    /// How many they are with all their cases written out.
    cases: usize,
    words: Vec<(usize, Word<'w>)>,
}

impl PackedSearcher {
    /// `None` if the words are none, too many, or not for this engine.
    pub(super) fn new(words: &[(usize, Word<'_>)]) -> Option<Self> {
        let mut needles = Vec::new();
        for (number, word) in words {
            for text in cases(*word)? {
                needles.push(Needle { number: *number, piece: piece(&text), text });
            }
            if needles.len() > MOST {
                return None;
            }
        }
        let least = needles.iter().map(|needle| needle.text.len() - needle.piece).min()?;
        if least < 2 {
            return None;
        }
        let mut builder = Config::new().match_kind(MatchKind::LeftmostFirst).builder();
        builder.extend(needles.iter().map(|needle| &needle.text[needle.piece..]));
        Some(PackedSearcher { searcher: builder.build()?, words: needles, least })
    }

    /// The same for more words in several engines, each of words about as long: the shortest word decides how much
    /// of the others is compared at once. `None` if there are too many of them.
    pub(super) fn several(words: &[(usize, Word<'_>)]) -> Option<Vec<Self>> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for (number, word) in words {
            let (is_long, cases) = (word.text.len() >= COMPARED, cases(*word)?.len());
            match groups.iter_mut().find(|group| group.is_long == is_long && group.cases + cases <= MOST) {
                Some(group) => {
                    group.cases += cases;
                    group.words.push((*number, *word));
                }
                None => groups.push(Group { is_long, cases, words: vec![(*number, *word)] }),
            }
        }
        (groups.len() <= ENGINES).then(|| groups.iter().map(|group| PackedSearcher::new(&group.words)).collect())?
    }

    pub(super) fn find(&self, text: &[u8], out: &mut Vec<Match>) {
        let mut from = 0;
        while let Some(hit) = self.searcher.find_in(text, Span { start: from, end: text.len() }) {
            let at = hit.start();
            let mark = &text[at..at + self.least];
            for needle in &self.words {
                if needle.text[needle.piece..].starts_with(mark)
                    && let Some(start) = at.checked_sub(needle.piece)
                    && text[start..].starts_with(&needle.text)
                {
                    out.push(Match { word: needle.number, start, end: start + needle.text.len() });
                }
            }
            from = at + 1;
        }
    }

    pub(super) fn memory(&self) -> usize {
        let words = self.words.iter().map(|needle| needle.text.len() + size_of::<Needle>());
        self.searcher.memory_usage() + words.sum::<usize>()
    }
}

/// The word in every case its letters may have, if they are few.
fn cases(word: Word<'_>) -> Option<Vec<Box<[u8]>>> {
    let text: Box<[u8]> = word.text.as_bytes().into();
    let letters: Vec<usize> =
        (0..text.len()).filter(|at| word.ignore_case && text[*at].is_ascii_alphabetic()).collect();
    if letters.len() > LETTERS {
        return None;
    }
    let all = (0..1_usize << letters.len()).map(|upper| {
        let mut text = text.clone();
        for (bit, at) in letters.iter().enumerate() {
            text[*at] =
                if upper >> bit & 1 == 1 { text[*at].to_ascii_uppercase() } else { text[*at].to_ascii_lowercase() };
        }
        text
    });
    Some(all.collect())
}

/// Where the piece begins that is looked for: inside the rarest pair of characters, where the bytes
/// say most. The first byte of a Chinese character says little.
fn piece(text: &[u8]) -> usize {
    let pairs = (0..text.len().saturating_sub(5)).filter(|at| text[*at] >= 0xE0 && text[*at + 3] >= 0xE0);
    pairs.max_by_key(|at| (rarity::of_pair(&text[*at..]), std::cmp::Reverse(*at))).map_or(0, |at| at + 1)
}
