//! Bitmaps over hashes. In the one each hash has a bit, at a place told by its highest bits; in the other each hash has a
//! word, in which its numbers are bits, turned by the hash so that the same numbers are other bits elsewhere.

use std::collections::BTreeSet;

/// Bits for each different hash, at least. The fewer, the less a bitmap tells whoever tries guesses, and the more hashes
/// have to be made in vain.
const BITS_EACH: usize = 64;

/// A bitmap of a power of two of bits, sixty-four at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    words: Vec<u64>,
    shift: u32,
}

impl Bitmap {
    /// A bitmap as it was written; `None` if its length is no power of two.
    pub fn new(words: Vec<u64>) -> Option<Self> {
        words.len().is_power_of_two().then(|| {
            let shift = u64::BITS - (words.len() as u64 * 64).trailing_zeros();
            Bitmap { words, shift }
        })
    }

    /// The bitmap of these hashes.
    pub(super) fn of(hashes: &BTreeSet<u64>) -> Option<Self> {
        let mut bitmap = Bitmap::sized(hashes.len())?;
        for hash in hashes {
            let place = hash >> bitmap.shift;
            bitmap.words[(place >> 6) as usize] |= 1 << (place & 63);
        }
        Some(bitmap)
    }

    /// The bitmap of these hashes with their numbers.
    pub(super) fn of_numbers(numbered: &BTreeSet<(u64, u32)>) -> Option<Self> {
        let mut bitmap = Bitmap::sized(numbered.len())?;
        for (hash, number) in numbered {
            let (word, turn) = bitmap.place(*hash);
            bitmap.words[word] |= (1_u64 << (number & 63)).rotate_left(turn);
        }
        Some(bitmap)
    }

    fn sized(hashes: usize) -> Option<Self> {
        let bits = (hashes.max(1) * BITS_EACH).next_power_of_two();
        Bitmap::new(vec![0; bits / 64])
    }

    /// Its bits.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Whether the bit of a hash is set: 1 or 0.
    #[inline]
    pub(super) fn holds(&self, hash: u64) -> u64 {
        let place = hash >> self.shift;
        self.words[(place >> 6) as usize] >> (place & 63) & 1
    }

    /// The numbers of a hash, as bits; others may be among them, and numbers from 64 on are counted anew.
    #[inline]
    pub(super) fn numbers(&self, hash: u64) -> u64 {
        let (word, turn) = self.place(hash);
        self.words[word].rotate_right(turn)
    }

    #[inline]
    fn place(&self, hash: u64) -> (usize, u32) {
        let place = hash >> self.shift;
        ((place >> 6) as usize, (place & 63) as u32)
    }
}
