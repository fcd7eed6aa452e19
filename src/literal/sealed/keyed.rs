//! The keyed hashes of sealed words: SHA-256 of a block that begins with the key, and of what is hashed; its first
//! eight bytes. The key is no secret, so that nothing more (HMAC) would be won. What is hashed is told apart by its
//! first byte: no hash of one kind is one of another.

use sha2::{Digest, Sha256};

use super::parts::Shape;

/// Bytes of a block of the hash.
const BLOCK: usize = 64;

/// The key of a list, ready to hash with.
#[derive(Clone)]
pub(super) struct Keyed {
    /// Behind the key's block.
    state: Sha256,
    salt: u64,
    ignore_case: bool,
}

impl Keyed {
    pub(super) fn new(key: &[u64; 4], ignore_case: bool) -> Self {
        let mut block = [0; BLOCK];
        for (bytes, word) in block.chunks_exact_mut(8).zip(key) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        let state = Sha256::new().chain_update(block);
        let mut keyed = Keyed { state, salt: 0, ignore_case };
        keyed.salt = keyed.hash(b"s", b"");
        keyed
    }

    /// What makes windows look otherwise in each list.
    #[inline]
    pub(super) fn salt(&self) -> u64 {
        self.salt
    }

    /// Of the core of a word that has such a shape.
    pub(super) fn core(&self, shape: Shape, text: &[u8]) -> u64 {
        let [kind, before, characters, ends] = shape.numbers();
        self.hash(&[b'c', kind, before, characters, ends], text)
    }

    /// Of a word that is longer than its core.
    pub(super) fn whole(&self, text: &[u8]) -> u64 {
        self.hash(b"w", text)
    }

    /// Of a text beside a word. Its case counts, as it does in an open list.
    pub(super) fn beside(&self, text: &str) -> u64 {
        let exact = Keyed { ignore_case: false, ..self.clone() };
        exact.hash(b"b", text.as_bytes())
    }

    fn hash(&self, what: &[u8], text: &[u8]) -> u64 {
        let mut state = self.state.clone();
        state.update(what);
        if self.ignore_case {
            let mut lower = [0; BLOCK];
            for chunk in text.chunks(BLOCK) {
                let lower = &mut lower[..chunk.len()];
                lower.copy_from_slice(chunk);
                lower.make_ascii_lowercase();
                state.update(lower);
            }
        } else {
            state.update(text);
        }
        let bytes = state.finalize();
        bytes.first_chunk().map_or(0, |eight| u64::from_be_bytes(*eight))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::literal::window::Kind;

    #[test]
    fn hashes_are_sha_256_of_key_what_and_text() {
        // Computed with Python's `hashlib`: 00..1f, 32 zero bytes, "w" and the text; the first eight bytes.
        let key = [0x0001_0203_0405_0607, 0x0809_0a0b_0c0d_0e0f, 0x1011_1213_1415_1617, 0x1819_1a1b_1c1d_1e1f];
        let keyed = Keyed::new(&key, true);
        assert_eq!(keyed.whole("昆仑苗圃 Oak".as_bytes()), WHOLE);
        assert_eq!(keyed.whole("昆仑苗圃 OAK".as_bytes()), WHOLE);
        assert_ne!(Keyed::new(&key, false).whole("昆仑苗圃 OAK".as_bytes()), WHOLE);
        let shape = |before| Shape { kind: Kind::Wide, before, characters: 4, begins: true, ends: true };
        assert_ne!(keyed.core(shape(0), b"x"), keyed.core(shape(1), b"x"));
        assert_ne!(keyed.beside("x"), keyed.whole(b"x"));
    }

    const WHOLE: u64 = 0xec7d_6436_101e_92db;
}
