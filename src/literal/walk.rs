//! The walk over a text from one place to the next at which a window may begin. It stops where characters
//! begin and steps over ASCII text at once when no word wants it. What a window leads to is not known here.

use super::Match;

/// The bytes of a window of two three-byte characters.
pub(super) const WIDE: u64 = 0xFFFF_FFFF_FFFF;
/// The bytes of the other windows.
const NARROW: u64 = 0xFFFF_FFFF;
/// Of a pair of three-byte characters: the bits that make them such.
const LEADS: u64 = 0x0000_0000_F000_00F0;
const THREE_BYTES: u64 = 0x0000_0000_E000_00E0;
/// ASCII letters differ from their other case by this bit; what it does to other bytes does no harm,
/// since what follows compares exactly.
pub(super) const CASE: u64 = 0x2020_2020;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// What is asked at every window.
pub(super) trait Look {
    /// Whether a window may stand in a word: 1 or 0. Bits above a wide window do not matter.
    fn may(&self, window: u64) -> u64;

    /// Compares words with the text around a window that may stand in one.
    fn compare(&self, text: &[u8], at: usize, window: u64, out: &mut Vec<Match>);

    /// Asks, and compares if the answer is yes.
    #[inline]
    fn look(&self, text: &[u8], at: usize, window: u64, out: &mut Vec<Match>) {
        if self.may(window) != 0 {
            self.compare(text, at, window, out);
        }
    }
}

/// Which kinds of windows there are besides those of two three-byte characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kinds {
    /// Of four ASCII bytes.
    ascii: bool,
    /// Of two characters of two bytes.
    pairs: bool,
}

impl Kinds {
    /// A window there is.
    #[inline]
    pub(super) fn add(&mut self, window: u64) {
        self.ascii |= window & 0x80 == 0;
        self.pairs |= (0xC0..0xE0).contains(&(window & 0xFF));
    }
}

/// Looks at every window of a text that is of one of these kinds.
pub(super) fn walk<L: Look>(look: &L, kinds: Kinds, text: &[u8], out: &mut Vec<Match>) {
    match (kinds.ascii, kinds.pairs) {
        (false, false) => over::<false, false, L>(look, text, out),
        (false, true) => over::<false, true, L>(look, text, out),
        (true, false) => over::<true, false, L>(look, text, out),
        (true, true) => over::<true, true, L>(look, text, out),
    }
}

fn over<const ASCII: bool, const PAIRS: bool, L: Look>(look: &L, text: &[u8], out: &mut Vec<Match>) {
    let mut at = 0;
    // What is loaded in one round ends at most so many bytes on.
    while at + 20 <= text.len() {
        let here = load(text, at);
        if here & LEADS == THREE_BYTES {
            let (second, third) = (load(text, at + 3), load(text, at + 6));
            if third & LEADS == THREE_BYTES {
                let fourth = load(text, at + 9);
                if look.may(here) | look.may(second) | look.may(third) | look.may(fourth) != 0 {
                    for (n, window) in [here, second, third, fourth].into_iter().enumerate() {
                        look.look(text, at + 3 * n, window & WIDE, out);
                    }
                }
                at += 12;
            } else {
                if look.may(here) | look.may(second) != 0 {
                    look.look(text, at, here & WIDE, out);
                    look.look(text, at + 3, second & WIDE, out);
                }
                at += 6;
            }
        } else if here & HIGH == 0 {
            if ASCII {
                eight(look, text, at, here, out);
            }
            at += 8;
        } else {
            at += step::<ASCII, PAIRS, L>(look, text, at, here, out);
        }
    }
    while at < text.len() {
        let mut padded = [0; 8];
        let rest = &text[at..text.len().min(at + 8)];
        padded[..rest.len()].copy_from_slice(rest);
        at += step::<ASCII, PAIRS, L>(look, text, at, u64::from_le_bytes(padded), out);
    }
}

/// Looks at one character; says how far the next is.
#[inline]
fn step<const ASCII: bool, const PAIRS: bool, L: Look>(
    look: &L,
    text: &[u8],
    at: usize,
    here: u64,
    out: &mut Vec<Match>,
) -> usize {
    match here as u8 {
        0..=0x7F if ASCII => {
            look.look(text, at, here & NARROW | CASE, out);
            1
        }
        0..=0x7F => (here & HIGH).trailing_zeros() as usize / 8,
        0x80..=0xBF => 1,
        0xC0..=0xDF => {
            if PAIRS {
                look.look(text, at, here & NARROW, out);
            }
            2
        }
        0xE0..=0xEF => {
            look.look(text, at, here & WIDE, out);
            3
        }
        _ => 4,
    }
}

/// Looks at the eight windows that begin in eight ASCII bytes.
#[inline]
fn eight<L: Look>(look: &L, text: &[u8], at: usize, here: u64, out: &mut Vec<Match>) {
    let later = load(text, at + 4);
    let window = |n: usize| (if n < 4 { here >> (8 * n) } else { later >> (8 * (n - 4)) }) & NARROW | CASE;
    let any = (0..8).fold(0, |any, n| any | look.may(window(n)));
    if any != 0 {
        (0..8).for_each(|n| look.look(text, at + n, window(n), out));
    }
}

#[inline]
fn load(text: &[u8], at: usize) -> u64 {
    text[at..].first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight))
}
