//! A filter in front of an exact comparison. Of each word one *window* is looked for, the rarest:
//! two characters of three bytes, two of two bytes, or four ASCII bytes. A bitmap says which windows
//! occur in no word, which settles nearly every place; a table leads from the others to the words.
//! The idea is that of Wu and Manber (1994), with the window chosen as in YARA's atoms.

mod build;

pub(super) use build::chosen;

use super::Match;
use super::walk::{Kinds, Look, WIDE, walk};
use super::window::{Kind, Window, rarest, window};

/// Bits of the bitmap for each word: the more, the fewer false alarms; the fewer, the nearer the memory.
const BITS_A_WORD: usize = 40;
/// Smallest and largest bitmap, as powers of two: 8 KiB and 1 MiB.
const BITMAP: std::ops::RangeInclusive<u32> = 16..=23;
/// An odd number whose bits are well mixed (2^64 divided by the golden ratio).
const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

/// Two bits of 64 for every byte. Looking them up is cheaper than shifting.
static TWO_BITS: [u64; 256] = two_bits();

const fn two_bits() -> [u64; 256] {
    let mut all = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mixed = (at as u64 + 1).wrapping_mul(MIX);
        let (first, apart) = (mixed >> 58, (mixed >> 52) % 63 + 1);
        all[at] = 1 << first | 1 << ((first + apart) % 64);
        at += 1;
    }
    all
}

#[derive(Debug)]
pub(super) struct Windows {
    /// Two bits of a word of 64 for each window (a blocked Bloom filter; Putze, Sanders and Singler, 2007).
    bitmap: Box<[u64]>,
    shift: u32,
    /// The words in the order of their windows' slots.
    entries: Box<[Entry]>,
    /// Where those of each stretch of slots begin, and at last where all end.
    starts: Box<[u32]>,
    start_shift: u32,
    /// The words one behind the other.
    texts: Box<[u8]>,
    kinds: Kinds,
}

/// A word and its window.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// The window; above it sixteen bits, one for each kind of byte that may come second behind it.
    key: u64,
    word: u32,
    text: u32,
    len: u32,
    /// Bytes of the word before the window.
    before: u16,
    ignore_case: bool,
    /// Nothing but the window.
    whole: bool,
}

/// Any byte may come second behind a window.
const ANY: u64 = 0xFFFF;

impl Windows {
    pub(super) fn find(&self, text: &[u8], out: &mut Vec<Match>) {
        walk(self, self.kinds, text, out);
    }

    /// The word of the bitmap that tells of a window, and the bits in it.
    #[inline]
    fn place(&self, window: u64) -> (usize, u64) {
        let hash = hash(window);
        ((hash >> self.shift) as usize, TWO_BITS[hash.to_le_bytes()[3] as usize])
    }

    pub(super) fn memory(&self) -> usize {
        size_of_val(&*self.bitmap) + size_of_val(&*self.entries) + size_of_val(&*self.starts) + self.texts.len()
    }
}

impl Look for Windows {
    #[inline]
    fn may(&self, window: u64) -> u64 {
        let (word, bits) = self.place(window);
        u64::from(bits & !self.bitmap[word] == 0)
    }

    fn compare(&self, text: &[u8], at: usize, window: u64, out: &mut Vec<Match>) {
        let stretch = (slot(window) >> self.start_shift) as usize;
        let entries = self.starts[stretch] as usize..self.starts[stretch + 1] as usize;
        let behind = text.get(at + 7).map_or(ANY, |second| kind(*second));
        for entry in &self.entries[entries] {
            if entry.key & WIDE != window || entry.key >> 48 & behind == 0 {
                continue;
            }
            let Some(start) = at.checked_sub(entry.before as usize) else { continue };
            let end = start + entry.len as usize;
            let word = &self.texts[entry.text as usize..(entry.text + entry.len) as usize];
            let same = entry.whole
                || text
                    .get(start..end)
                    .is_some_and(|there| there == word || entry.ignore_case && there.eq_ignore_ascii_case(word));
            if same {
                push(out, Match { word: entry.word as usize, start, end });
            }
        }
    }
}

/// Places nearly in order are put in order as they come.
#[inline]
fn push(out: &mut Vec<Match>, found: Match) {
    out.push(found);
    let mut at = out.len() - 1;
    let mut steps = 0;
    while at > 0 && steps < 32 && out[at - 1].order() > found.order() {
        out.swap(at, at - 1);
        at -= 1;
        steps += 1;
    }
}

#[inline]
fn hash(window: u64) -> u64 {
    (window << 16).wrapping_mul(MIX)
}

/// What the entries are in order of. Other bits of the product than the bitmap's, so that what shares a bit
/// there parts here; other windows, other slots.
#[inline]
fn slot(window: u64) -> u64 {
    hash(window).wrapping_mul(MIX)
}

/// The low bits of a byte that tells characters apart, whatever the case of a letter, as one bit of sixteen.
#[inline]
fn kind(byte: u8) -> u64 {
    1 << (byte & 15)
}
