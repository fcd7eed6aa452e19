//! What sealed words are made of, as a pack holds it.

use std::collections::BTreeMap;

use super::bitmap::Bitmap;
use crate::literal::window::Kind;

/// Characters of a core, at most.
const CORE: u8 = 14;

/// Sealed words.
#[derive(Clone, PartialEq, Eq)]
pub struct Parts {
    /// The key of their hashes.
    pub key: [u64; 4],
    /// ASCII letters match whatever their case.
    pub ignore_case: bool,
    /// Of the words' windows.
    pub windows: Bitmap,
    /// Of the windows together with the shapes of their cores.
    pub outlines: Bitmap,
    /// Shapes there are.
    pub shapes: Vec<Shape>,
    /// The keyed hash of each word's core, in the order of the hashes.
    pub tags: Vec<u64>,
    /// What belongs to words that are longer than their core, by their places.
    pub longer: BTreeMap<u32, Longer>,
}

/// How long a core is, and where in it the window stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    pub(super) kind: Kind,
    /// Characters before the window.
    pub(super) before: u8,
    /// Characters of the core.
    pub(super) characters: u8,
}

/// What is known of a word beyond its core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Longer {
    /// Characters before the core.
    pub before: u32,
    /// Characters of the word.
    pub characters: u32,
    /// The keyed hash of the word.
    pub tag: u64,
}

impl Parts {
    /// Hashes are in order, shapes no larger than cores may be, and what is longer is a word.
    pub(super) fn is_whole(&self) -> bool {
        self.tags.is_sorted()
            && u32::try_from(self.tags.len()).is_ok()
            && self.shapes.len() <= 3 * usize::from(CORE) * usize::from(CORE)
            && self.shapes.iter().all(Shape::is_whole)
            && self.longer.keys().all(|word| (*word as usize) < self.tags.len())
    }
}

impl Shape {
    /// A shape of its numbers: the kind of its window, characters before that, characters in all.
    pub fn new([kind, before, characters]: [u8; 3]) -> Option<Self> {
        let kind = [Kind::Ascii, Kind::Pair, Kind::Wide].into_iter().find(|known| *known as u8 == kind)?;
        Some(Shape { kind, before, characters }).filter(Shape::is_whole)
    }

    /// Its numbers.
    pub fn numbers(self) -> [u8; 3] {
        [self.kind as u8, self.before, self.characters]
    }

    fn is_whole(&self) -> bool {
        let window = if self.kind == Kind::Ascii { 4 } else { 2 };
        self.characters <= CORE && self.before.checked_add(window).is_some_and(|end| end <= self.characters)
    }
}
