//! What sealed words are made of, as a pack holds it.

use std::collections::BTreeMap;

use super::bitmap::Bitmap;
use crate::literal::window::Kind;

/// Characters of a core, at most.
const CORE: u8 = 14;
/// Shapes, at most.
const SHAPES: usize = 1024;

/// Sealed words.
#[derive(Clone, PartialEq, Eq)]
pub struct Parts {
    /// The key of their hashes.
    pub key: [u64; 4],
    /// ASCII letters match whatever their case.
    pub ignore_case: bool,
    /// A word of letters or digits does not begin or end inside another.
    pub words_apart: bool,
    /// Of the words' windows.
    pub windows: Bitmap,
    /// Of the windows with the shapes of their cores.
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
    /// The word begins where its core does, and ends.
    pub(super) begins: bool,
    pub(super) ends: bool,
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
            && self.shapes.len() <= SHAPES
            && self.shapes.iter().all(Shape::is_whole)
            && self.longer.keys().all(|word| (*word as usize) < self.tags.len())
    }
}

impl Shape {
    /// A shape of its numbers: the kind of its window, characters before that, characters in all, and whether the word
    /// begins with its core (1) and ends with it (2).
    pub fn new([kind, before, characters, ends]: [u8; 4]) -> Option<Self> {
        let kind = [Kind::Ascii, Kind::Pair, Kind::Wide].into_iter().find(|known| *known as u8 == kind)?;
        let (begins, goes_on) = (ends & 1 != 0, ends >= 4);
        let shape = Shape { kind, before, characters, begins, ends: ends & 2 != 0 };
        Some(shape).filter(|shape| shape.is_whole() && !goes_on)
    }

    /// Its numbers.
    pub fn numbers(self) -> [u8; 4] {
        [self.kind as u8, self.before, self.characters, u8::from(self.begins) | u8::from(self.ends) << 1]
    }

    fn is_whole(&self) -> bool {
        let window = if self.kind == Kind::Ascii { 4 } else { 2 };
        self.characters <= CORE && self.before.checked_add(window).is_some_and(|end| end <= self.characters)
    }
}
