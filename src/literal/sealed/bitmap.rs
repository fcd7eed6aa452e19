//! A bitmap over hashes: one bit for each, at a place told by its highest bits.

use std::collections::BTreeSet;

/// Bits for each different hash, at least. The fewer, the less a bitmap tells whoever tries guesses, and the more hashes have
/// to be made in vain.
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
        let bits = (hashes.len().max(1) * BITS_EACH).next_power_of_two();
        let mut bitmap = Bitmap::new(vec![0; bits / 64])?;
        for hash in hashes {
            let place = hash >> bitmap.shift;
            bitmap.words[(place >> 6) as usize] |= 1 << (place & 63);
        }
        Some(bitmap)
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
}
