//! Windows of words: two characters of three bytes, two of two bytes, or four ASCII bytes, by which a
//! word is found. Which of a word's windows is rarest is told here; what is done with it, elsewhere.

use super::rarity;
use super::walk::CASE;

/// A window of a word: where it begins, and its key.
pub(super) struct Window {
    pub(super) at: usize,
    pub(super) key: u64,
    pub(super) kind: Kind,
}

/// Kinds of windows, from the one that is taken last: ASCII has to be looked for at every byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Ascii,
    Pair,
    Wide,
}

/// The window of a word that is rarest in text, of the best kind it has; the first of those.
pub(super) fn rarest(text: &[u8]) -> Option<Window> {
    if text.is_ascii() {
        return rarest_ascii(text);
    }
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

/// The same for a word of ASCII bytes: what a window is worth follows from the one before.
fn rarest_ascii(text: &[u8]) -> Option<Window> {
    let text = &text[..text.len().min(u16::MAX.into())];
    let mut worth = rarity::of_ascii(text.first_chunk::<4>()?);
    let mut best = (worth, 0);
    for (at, gone) in text[..text.len() - 4].iter().enumerate() {
        worth = worth + rarity::of_ascii(&[text[at + 4]]) - rarity::of_ascii(&[*gone]);
        if worth > best.0 {
            best = (worth, at + 1);
        }
    }
    window(text, best.1)
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
pub(super) fn window(text: &[u8], at: usize) -> Option<Window> {
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
