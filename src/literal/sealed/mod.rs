//! Words that are found by whoever cannot read them. Of each word there is a keyed hash of its *core*: the word,
//! or of a long one the characters around its rarest window. In front stand two bitmaps, of the windows and of the
//! windows with the core's shape, which say at most places of a text that no hash need be made. Nothing leads from a
//! bit to a word: who guesses a window rightly has not found out whose it is.

mod bitmap;
mod keyed;
mod make;
mod parts;

use std::fmt;

use super::Match;
use super::walk::{Kinds, Look, WIDE, walk};
use super::window::Kind;
pub use bitmap::Bitmap;
use keyed::Keyed;
pub use make::{Sealing, Unsealable, WordRules, can_be_sealed};
pub use parts::{Longer, Parts, Shape};

/// An odd number whose bits are well mixed (2^64 divided by the golden ratio).
const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
/// Another one.
const OUTLINE: u64 = 0xC2B2_AE3D_27D4_EB4F;

/// Sealed words, ready to be found.
pub struct Sealed {
    parts: Parts,
    keyed: Keyed,
    kinds: Kinds,
    /// For each kind of window, its shapes as bits of their numbers.
    shapes: [u64; 3],
    /// Where the hashes of each stretch begin, and at last where all end.
    starts: Box<[u32]>,
    start_shift: u32,
}

impl Sealed {
    /// The words of these parts; `None` if the parts do not fit together.
    pub fn new(parts: Parts) -> Option<Self> {
        if !parts.is_whole() {
            return None;
        }
        let (mut shapes, mut kinds) = ([0; 3], Kinds::default());
        for (number, shape) in (0_u32..).zip(&parts.shapes) {
            shapes[shape.kind as usize] |= 1 << (number & 63);
            kinds.add(example(shape.kind));
        }
        let bits = parts.tags.len().next_power_of_two().trailing_zeros().max(1);
        let start_shift = u64::BITS - bits;
        let start = |stretch: u64| parts.tags.partition_point(|tag| tag >> start_shift < stretch) as u32;
        let starts = (0..=1 << bits).map(start).collect();
        let keyed = Keyed::new(&parts.key, parts.ignore_case);
        Some(Sealed { keyed, kinds, shapes, starts, start_shift, parts })
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.parts.tags.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.parts.tags.is_empty()
    }

    /// What they are made of.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The keyed hash of a text that stands beside words, such as one that must stand near them.
    pub fn beside(&self, text: &str) -> u64 {
        self.keyed.beside(text)
    }

    pub(super) fn find(&self, text: &[u8], out: &mut Vec<Match>) {
        walk(self, self.kinds, text, out);
    }

    /// Bytes they take in memory.
    pub(super) fn memory(&self) -> usize {
        8 * (self.parts.windows.words().len() + self.parts.outlines.words().len() + self.parts.tags.len())
            + size_of_val(&*self.starts)
    }

    /// Compares the hash of what stands around a window, taken for the core of a word.
    fn core(&self, text: &[u8], at: usize, shape: Shape, out: &mut Vec<Match>) -> Option<()> {
        let start = back(text, at, shape.before.into())?;
        let end = ahead(text, start, shape.characters.into())?;
        if shape.begins && self.parts.words_apart && is_cut(text, start)
            || shape.ends && self.parts.words_apart && is_cut(text, end)
        {
            return None;
        }
        let tag = self.keyed.core(shape, &text[start..end]);
        let stretch = (tag >> self.start_shift) as usize;
        let (first, last) = (self.starts[stretch] as usize, self.starts[stretch + 1] as usize);
        for word in (first..last).filter(|word| self.parts.tags[*word] == tag) {
            let whole = match self.parts.longer.get(&(word as u32)) {
                None => Some(start..end),
                Some(longer) => self.whole(text, start, longer),
            };
            out.extend(whole.map(|at| Match { word, start: at.start, end: at.end }));
        }
        Some(())
    }

    /// Where a word stands that is longer than its core, if it does.
    fn whole(&self, text: &[u8], core: usize, longer: &Longer) -> Option<std::ops::Range<usize>> {
        let start = back(text, core, longer.before as usize)?;
        let end = ahead(text, start, longer.characters as usize)?;
        (self.keyed.whole(&text[start..end]) == longer.tag).then_some(start..end)
    }
}

impl Look for Sealed {
    #[inline]
    fn may(&self, window: u64) -> u64 {
        self.parts.windows.holds(mixed(self.keyed.salt(), window))
    }

    fn compare(&self, text: &[u8], at: usize, window: u64, out: &mut Vec<Match>) {
        let kind = kind(window);
        let numbers = self.parts.outlines.numbers(outline(mixed(self.keyed.salt(), window & WIDE)));
        let mut left = numbers & self.shapes[kind as usize];
        while left != 0 {
            let number = left.trailing_zeros() as usize;
            left &= left - 1;
            for shape in self.parts.shapes.iter().skip(number).step_by(64).filter(|shape| shape.kind == kind) {
                // What would reach over an end of the text stands nowhere.
                let _ = self.core(text, at, *shape, out);
            }
        }
    }
}

/// The same words under the same key.
impl PartialEq for Sealed {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

/// Never the key.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({})", self.len())
    }
}

/// A window as the bitmaps know it. Bits above a wide one do not matter.
#[inline]
fn mixed(salt: u64, window: u64) -> u64 {
    ((window ^ salt) << 16).wrapping_mul(MIX)
}

/// A window as the bitmap of shapes knows it.
#[inline]
fn outline(mixed: u64) -> u64 {
    (mixed ^ mixed >> 32).wrapping_mul(OUTLINE)
}

/// Letters or digits on both sides: no word begins or ends there that has to stand apart. Letters beyond ASCII are
/// left to whoever knows what folding makes of them.
#[inline]
fn is_cut(text: &[u8], at: usize) -> bool {
    let beside = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    beside(text.get(at)) && beside(at.checked_sub(1).and_then(|before| text.get(before)))
}

#[inline]
fn kind(window: u64) -> Kind {
    match window as u8 {
        0..=0x7F => Kind::Ascii,
        0x80..=0xDF => Kind::Pair,
        _ => Kind::Wide,
    }
}

/// A window of a kind.
fn example(kind: Kind) -> u64 {
    match kind {
        Kind::Ascii => b'a'.into(),
        Kind::Pair => 0xC3,
        Kind::Wide => 0xE4,
    }
}

/// The place so many characters on.
fn ahead(text: &[u8], mut at: usize, characters: usize) -> Option<usize> {
    for _ in 0..characters {
        at += match text.get(at)? {
            0..=0x7F => 1,
            0x80..=0xDF => 2,
            0xE0..=0xEF => 3,
            _ => 4,
        };
    }
    (at <= text.len()).then_some(at)
}

/// The place so many characters before.
fn back(text: &[u8], mut at: usize, characters: usize) -> Option<usize> {
    for _ in 0..characters {
        at = at.checked_sub(1)?;
        while at > 0 && text[at] & 0xC0 == 0x80 {
            at -= 1;
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests;
