//! Sealing words: their cores are chosen and hashed, and what is found is put in the order of the hashes, so that
//! nothing tells in which order the words came.

use std::collections::{BTreeMap, BTreeSet};

use super::bitmap::Bitmap;
use super::keyed::Keyed;
use super::parts::{Longer, Parts, Shape};
use super::{Sealed, mixed, outline};
use crate::literal::window::{Kind, Window, rarest};

/// Characters of a longer word's core that stand before its window, if they can.
const LEAD: usize = 3;

/// Sealed words, and which each of them was.
#[derive(Debug)]
pub struct Sealing {
    /// The words.
    pub sealed: Sealed,
    /// For each of them its place among those that were given.
    pub order: Vec<usize>,
}

/// Where the words of a list stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordRules {
    /// Whatever the case of ASCII letters.
    pub ignore_case: bool,
    /// Not inside other words, if they are of letters or digits.
    pub words_apart: bool,
}

/// The place of a word that has no window: three letters, a single character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsealable(pub usize);

/// A word on its way.
struct Word {
    /// Its place among those given.
    given: usize,
    tag: u64,
    shape: Shape,
    mixed: u64,
    longer: Option<Longer>,
}

impl Sealing {
    /// Seals words under a key.
    ///
    /// # Errors
    /// The first word that has no window.
    pub fn of(words: &[&str], rules: WordRules, key: [u64; 4]) -> Result<Self, Unsealable> {
        let WordRules { ignore_case, words_apart } = rules;
        let keyed = Keyed::new(&key, ignore_case);
        let sealed = words.iter().enumerate().map(|(given, text)| word(&keyed, given, text));
        let mut sealed = sealed.collect::<Result<Vec<Word>, _>>()?;
        sealed.sort_by_key(|word| (word.tag, word.longer.map(|longer| longer.tag), word.given));
        let windows: BTreeSet<u64> = sealed.iter().map(|word| word.mixed).collect();
        let longer: BTreeMap<u32, Longer> =
            (0..).zip(&sealed).filter_map(|(at, word)| Some((at, word.longer?))).collect();
        let shapes: BTreeSet<Shape> = sealed.iter().map(|word| word.shape).collect();
        let shapes: Vec<Shape> = shapes.into_iter().collect();
        let number = |shape| shapes.partition_point(|other| *other < shape) as u32;
        let outlines: BTreeSet<(u64, u32)> =
            sealed.iter().map(|word| (outline(word.mixed), number(word.shape))).collect();
        let parts = Bitmap::of(&windows).zip(Bitmap::of_numbers(&outlines)).map(|(windows, outlines)| Parts {
            key,
            ignore_case,
            words_apart,
            windows,
            outlines,
            shapes,
            tags: sealed.iter().map(|word| word.tag).collect(),
            longer,
        });
        let order = sealed.iter().map(|word| word.given).collect();
        let sealed = parts.and_then(Sealed::new).ok_or(Unsealable(words.len()))?;
        Ok(Sealing { sealed, order })
    }
}

fn word(keyed: &Keyed, given: usize, text: &str) -> Result<Word, Unsealable> {
    let window = rarest(text.as_bytes()).ok_or(Unsealable(given))?;
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let (all, most) = (starts.len() - 1, core_length(&window));
    let at = starts.partition_point(|start| *start < window.at);
    let first = if all <= most { 0 } else { at.saturating_sub(LEAD).min(all - most) };
    let characters = all.min(most);
    let core = &text[starts[first]..starts[first + characters]];
    let (begins, ends) = (first == 0, first + characters == all);
    let shape = Shape { kind: window.kind, before: (at - first) as u8, characters: characters as u8, begins, ends };
    let longer = (all > characters).then(|| Longer {
        before: first as u32,
        characters: all as u32,
        tag: keyed.whole(text.as_bytes()),
    });
    let tag = keyed.core(shape, core.as_bytes());
    Ok(Word { given, tag, shape, mixed: mixed(keyed.salt(), window.key), longer })
}

/// Characters of a core, at most: the more, the harder it is to guess and the more shapes there are.
fn core_length(window: &Window) -> usize {
    match window.kind {
        Kind::Wide => 8,
        Kind::Pair => 10,
        Kind::Ascii => 14,
    }
}

/// A word has a window, without which none is sealed.
pub fn can_be_sealed(word: &str) -> bool {
    rarest(word.as_bytes()).is_some()
}
