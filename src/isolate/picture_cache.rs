//! What was read in pictures lately, so that a copy of one is not read again: folders of chats are
//! full of them. In the memory of one process only, and bounded: what pictures say is never
//! written down. Kept is the text, not what was thought of it, so rules and policies that change
//! are used on it anew; engine and model are those of the process.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::record::ReadRecord;
use crate::model::Limits;

/// Pictures of which the text is kept, and bytes of it in all.
const PICTURES: usize = 256;
const BYTES: u64 = 4 << 20;

/// What tells a picture, read within the same limits, from every other one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Key([u8; 32]);

impl Key {
    /// The key of a picture's bytes.
    pub(super) fn of(bytes: &[u8], limits: &Limits) -> Self {
        let bounds = [limits.picture_pixels, limits.picture_pages].map(u64::to_le_bytes).concat();
        Key(Sha256::new().chain_update(bounds).chain_update(bytes).finalize().into())
    }
}

/// What was said of a picture, from the beginning.
#[derive(Clone, Default)]
pub(super) struct PictureReading {
    pub(super) records: Vec<ReadRecord>,
    /// It is all that can be said.
    pub(super) is_whole: bool,
    /// The length of what was said.
    pub(super) bytes: u64,
}

/// The readings, shared by the threads of a process.
#[derive(Clone, Default)]
pub(super) struct PictureCache(Arc<Mutex<PictureReadings>>);

#[derive(Default)]
struct PictureReadings {
    oldest_first: VecDeque<(Key, Arc<PictureReading>)>,
    bytes: u64,
}

impl PictureCache {
    /// What was said of a picture before.
    pub(super) fn find(&self, key: Key) -> Option<Arc<PictureReading>> {
        self.lock().oldest_first.iter().find(|(known, _)| *known == key).map(|(_, reading)| Arc::clone(reading))
    }

    /// Keeps a reading in place of what was kept of the same picture; the oldest ones make room.
    pub(super) fn keep(&self, key: Key, reading: PictureReading) {
        if reading.bytes > BYTES / 4 {
            return;
        }
        let mut kept = self.lock();
        if let Some(at) = kept.oldest_first.iter().position(|(known, _)| *known == key) {
            kept.remove(at);
        }
        kept.bytes += reading.bytes;
        kept.oldest_first.push_back((key, Arc::new(reading)));
        while kept.oldest_first.len() > PICTURES || kept.bytes > BYTES {
            kept.remove(0);
        }
    }

    fn lock(&self) -> MutexGuard<'_, PictureReadings> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PictureReadings {
    fn remove(&mut self, at: usize) {
        if let Some((_, reading)) = self.oldest_first.remove(at) {
            self.bytes -= reading.bytes;
        }
    }
}

impl fmt::Debug for PictureCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(bytes: u64) -> PictureReading {
        PictureReading { bytes, is_whole: true, ..PictureReading::default() }
    }

    #[test]
    fn a_picture_is_known_by_its_bytes_and_the_limits() {
        let limits = Limits::default();
        let narrower = Limits { picture_pages: 1, ..Limits::default() };
        assert!(Key::of(b"one", &limits) == Key::of(b"one", &limits));
        assert!(Key::of(b"one", &limits) != Key::of(b"two", &limits));
        assert!(Key::of(b"one", &limits) != Key::of(b"one", &narrower));
    }

    #[test]
    fn the_oldest_make_room_and_nothing_is_kept_twice() {
        let (kept, limits) = (PictureCache::default(), Limits::default());
        let key = |n: usize| Key::of(&n.to_le_bytes(), &limits);
        (0..PICTURES + 1).for_each(|n| kept.keep(key(n), reading(1)));
        assert!(kept.find(key(0)).is_none() && kept.find(key(1)).is_some());
        kept.keep(key(1), reading(2));
        assert_eq!(kept.lock().bytes, PICTURES as u64 + 1);
        kept.keep(key(0), reading(BYTES / 4 + 1));
        assert!(kept.find(key(0)).is_none(), "too long to be kept");
        (0..5).for_each(|n| kept.keep(key(n), reading(BYTES / 4)));
        assert!(kept.lock().bytes <= BYTES && kept.find(key(0)).is_none() && kept.find(key(4)).is_some());
    }
}
