//! A filter in front of an exact comparison. Of each word one *window* is looked for, the rarest:
//! two characters of three bytes, two of two bytes, or four ASCII bytes. A bitmap says which windows
//! occur in no word, which settles nearly every place; a table leads from the others to the words.
//! The idea is that of Wu and Manber (1994), with the window chosen as in YARA's atoms.
//!
//! The walk stops where characters begin and steps over ASCII text at once when no word wants it.

mod build;

pub(super) use build::chosen;

use super::{Found, rarity};

/// Bits of the bitmap for each word: the more, the fewer false alarms; the fewer, the nearer the memory.
const BITS_A_WORD: usize = 40;
/// Smallest and largest bitmap, as powers of two: 8 KiB and 1 MiB.
const BITMAP: std::ops::RangeInclusive<u32> = 16..=23;
/// An odd number whose bits are well mixed (2^64 divided by the golden ratio).
const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

/// The bytes of a window of two three-byte characters.
const WIDE: u64 = 0xFFFF_FFFF_FFFF;
/// The bytes of the other windows.
const NARROW: u64 = 0xFFFF_FFFF;
/// Of a pair of three-byte characters: the bits that make them such.
const LEADS: u64 = 0x0000_0000_F000_00F0;
const THREE_BYTES: u64 = 0x0000_0000_E000_00E0;
/// ASCII letters differ from their other case by this bit; what it does to other bytes does no harm,
/// since the comparison is exact.
const CASE: u64 = 0x2020_2020;
const HIGH: u64 = 0x8080_8080_8080_8080;

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
    /// Some window is of ASCII bytes, or of characters of two.
    ascii: bool,
    pairs: bool,
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

/// A window of a word: where it begins, and its key.
struct Window {
    at: usize,
    key: u64,
    kind: Kind,
}

/// Kinds of windows, from the one that is taken last: ASCII has to be looked for at every byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Ascii,
    Pair,
    Wide,
}

impl Windows {
    pub(super) fn find(&self, text: &[u8], out: &mut Vec<Found>) {
        match (self.ascii, self.pairs) {
            (false, false) => self.walk::<false, false>(text, out),
            (false, true) => self.walk::<false, true>(text, out),
            (true, false) => self.walk::<true, false>(text, out),
            (true, true) => self.walk::<true, true>(text, out),
        }
    }

    fn walk<const ASCII: bool, const PAIRS: bool>(&self, text: &[u8], out: &mut Vec<Found>) {
        let mut at = 0;
        // What is loaded in one round ends at most so many bytes on.
        while at + 20 <= text.len() {
            let here = load(text, at);
            if here & LEADS == THREE_BYTES {
                let (second, third) = (load(text, at + 3), load(text, at + 6));
                if third & LEADS == THREE_BYTES {
                    let fourth = load(text, at + 9);
                    if self.may(here) | self.may(second) | self.may(third) | self.may(fourth) != 0 {
                        for (n, window) in [here, second, third, fourth].into_iter().enumerate() {
                            self.look(text, at + 3 * n, window & WIDE, out);
                        }
                    }
                    at += 12;
                } else {
                    if self.may(here) | self.may(second) != 0 {
                        self.look(text, at, here & WIDE, out);
                        self.look(text, at + 3, second & WIDE, out);
                    }
                    at += 6;
                }
            } else if here & HIGH == 0 {
                if ASCII {
                    self.eight(text, at, here, out);
                }
                at += 8;
            } else {
                at += self.step::<ASCII, PAIRS>(text, at, here, out);
            }
        }
        while at < text.len() {
            let mut padded = [0; 8];
            let rest = &text[at..text.len().min(at + 8)];
            padded[..rest.len()].copy_from_slice(rest);
            at += self.step::<ASCII, PAIRS>(text, at, u64::from_le_bytes(padded), out);
        }
    }

    /// Looks at one character; says how far the next is.
    #[inline]
    fn step<const ASCII: bool, const PAIRS: bool>(
        &self,
        text: &[u8],
        at: usize,
        here: u64,
        out: &mut Vec<Found>,
    ) -> usize {
        match here as u8 {
            0..=0x7F if ASCII => {
                self.look(text, at, here & NARROW | CASE, out);
                1
            }
            0..=0x7F => (here & HIGH).trailing_zeros() as usize / 8,
            0x80..=0xBF => 1,
            0xC0..=0xDF => {
                if PAIRS {
                    self.look(text, at, here & NARROW, out);
                }
                2
            }
            0xE0..=0xEF => {
                self.look(text, at, here & WIDE, out);
                3
            }
            _ => 4,
        }
    }

    /// Looks at the eight windows that begin in eight ASCII bytes.
    #[inline]
    fn eight(&self, text: &[u8], at: usize, here: u64, out: &mut Vec<Found>) {
        let later = load(text, at + 4);
        let window = |n: usize| (if n < 4 { here >> (8 * n) } else { later >> (8 * (n - 4)) }) & NARROW | CASE;
        let any = (0..8).fold(0, |any, n| any | self.may(window(n)));
        if any != 0 {
            (0..8).for_each(|n| self.look(text, at + n, window(n), out));
        }
    }

    /// Whether a window may stand in a word: 1 or 0. Bits above a wide window do not matter.
    #[inline]
    fn may(&self, window: u64) -> u64 {
        let (word, bits) = self.place(window);
        u64::from(bits & !self.bitmap[word] == 0)
    }

    /// The word of the bitmap that tells of a window, and the bits in it.
    #[inline]
    fn place(&self, window: u64) -> (usize, u64) {
        let hash = hash(window);
        ((hash >> self.shift) as usize, TWO_BITS[hash.to_le_bytes()[3] as usize])
    }

    #[inline]
    fn look(&self, text: &[u8], at: usize, window: u64, out: &mut Vec<Found>) {
        if self.may(window) != 0 {
            self.compare(text, at, window, out);
        }
    }

    fn compare(&self, text: &[u8], at: usize, window: u64, out: &mut Vec<Found>) {
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
                push(out, Found { word: entry.word as usize, start, end });
            }
        }
    }

    pub(super) fn memory(&self) -> usize {
        size_of_val(&*self.bitmap) + size_of_val(&*self.entries) + size_of_val(&*self.starts) + self.texts.len()
    }
}

/// Places nearly in order are put in order as they come.
#[inline]
fn push(out: &mut Vec<Found>, found: Found) {
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

#[inline]
fn load(text: &[u8], at: usize) -> u64 {
    text[at..].first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight))
}

/// The window of a word that is rarest in text, of the best kind it has; the first of those.
fn rarest(text: &[u8]) -> Option<Window> {
    let rarity = |window: &Window| match window.kind {
        Kind::Wide => rarity::of_pair(&text[window.at..]).unwrap_or(0),
        Kind::Pair => 0,
        Kind::Ascii => rarity::of_ascii(&text[window.at..window.at + 4]),
    };
    // What is in front of a window has to be counted in sixteen bits.
    let mut all = windows(&text[..text.len().min(u16::MAX.into())]);
    let mut best = all.next()?;
    // Told when there is another one to compare it with.
    let mut worth = None;
    for window in all {
        if window.kind > best.kind {
            (best, worth) = (window, None);
        } else if window.kind == best.kind {
            let other = rarity(&window);
            if other > *worth.get_or_insert_with(|| rarity(&best)) {
                (best, worth) = (window, Some(other));
            }
        }
    }
    Some(best)
}

/// Every window of a word; they begin with characters.
fn windows(text: &[u8]) -> impl Iterator<Item = Window> + '_ {
    let mut next = 0;
    std::iter::from_fn(move || {
        while let Some(first) = text.get(next) {
            let at = next;
            next += match first {
                0xE0..=0xEF => 3,
                0xC0..=0xDF => 2,
                0xF0.. => 4,
                _ => 1,
            };
            if let Some(window) = window(text, at) {
                return Some(window);
            }
        }
        None
    })
}

/// The window that begins there, if one does.
#[inline]
fn window(text: &[u8], at: usize) -> Option<Window> {
    let bytes = text.get(at..)?;
    let (kind, key) = match bytes.first()? {
        0xE0..=0xEF => (Kind::Wide, bytes.first_chunk::<6>().filter(|pair| pair[3] & 0xF0 == 0xE0).map(key)?),
        0xC0..=0xDF => (Kind::Pair, bytes.first_chunk::<4>().filter(|pair| pair[2] & 0xE0 == 0xC0).map(key)?),
        _ => (Kind::Ascii, bytes.first_chunk::<4>().filter(|four| four.is_ascii()).map(|four| key(four) | CASE)?),
    };
    Some(Window { at, key, kind })
}

fn key<const N: usize>(bytes: &[u8; N]) -> u64 {
    let mut eight = [0; 8];
    eight[..N].copy_from_slice(bytes);
    u64::from_le_bytes(eight)
}
