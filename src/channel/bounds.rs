//! What all items on their way through a door share: places, memory, and turns to be judged. None is ever overdrawn.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an item waits for its turn before it is refused for now.
const TURN: Duration = Duration::from_secs(120);

/// Bytes that all items under way may still take.
pub(super) struct Memory {
    free: AtomicUsize,
}

impl Memory {
    pub(super) fn new(bytes: usize) -> Self {
        Memory { free: AtomicUsize::new(bytes) }
    }

    /// Takes so many bytes, or nothing.
    pub(super) fn take(&self, bytes: usize) -> bool {
        self.free.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |free| free.checked_sub(bytes)).is_ok()
    }

    pub(super) fn give_back(&self, bytes: usize) {
        self.free.fetch_add(bytes, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(super) fn free(&self) -> usize {
        self.free.load(Ordering::Relaxed)
    }
}

/// Places for so many at once.
pub(super) struct Slots {
    taken: AtomicUsize,
    most: usize,
}

/// A place, given back however its use ends.
pub(super) struct Place<'p>(&'p Slots);

impl Slots {
    pub(super) fn new(most: usize) -> Self {
        Slots { taken: AtomicUsize::new(0), most }
    }

    /// Takes a place, if one is free.
    pub(super) fn take(&self) -> Option<Place<'_>> {
        let more = |taken| (taken < self.most).then_some(taken + 1);
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok().then_some(Place(self))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::Relaxed);
    }
}

/// So many items are judged at once.
pub(super) struct Turns {
    free: Mutex<usize>,
    freed: Condvar,
}

impl Turns {
    /// As many as there are processors.
    pub(super) fn by_processors() -> Self {
        Turns::new(std::thread::available_parallelism().map_or(1, usize::from))
    }

    pub(super) fn new(free: usize) -> Self {
        Turns { free: Mutex::new(free), freed: Condvar::new() }
    }

    /// Does something when it is its turn; nothing when that takes too long.
    pub(super) fn take<T>(&self, act: impl FnOnce() -> T) -> Option<T> {
        let until = Instant::now() + TURN;
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            let left = until.checked_duration_since(Instant::now())?;
            free = self.freed.wait_timeout(free, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        *free -= 1;
        drop(free);
        let _turn = Turn(self);
        Some(act())
    }
}

/// One turn, given back however it ends.
struct Turn<'t>(&'t Turns);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_use_ends() {
        let places = Slots::new(2);
        let (first, _second) = (places.take(), places.take());
        assert!(first.is_some() && places.take().is_none());
        drop(first);
        assert!(places.take().is_some());
    }

    #[test]
    fn memory_is_never_overdrawn() {
        let memory = Memory::new(10);
        assert!(memory.take(7));
        assert!(!memory.take(4));
        memory.give_back(7);
        assert!(memory.take(10));
    }

    #[test]
    fn a_turn_is_given_back() {
        let turns = Turns::new(1);
        assert_eq!((turns.take(|| 1), turns.take(|| 2)), (Some(1), Some(2)));
    }
}
