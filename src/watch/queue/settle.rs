//! Files on their way to being looked at: each has to rest for a while, unchanged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::disk::FileStamp;

/// First pause before a file that was refused is tried again; doubled each time.
pub(in crate::watch) const AGAIN: Duration = Duration::from_millis(500);
/// The least first pause of a file that changed while it was looked at: it may be whole already, and its last
/// event may have come before it was looked at.
pub(in crate::watch) const CHANGED: Duration = Duration::from_millis(1);
/// From this size on a file is dealt with on a thread of its own.
pub(in crate::watch) const LARGE: u64 = 32 << 20;
/// Longest pause.
const LONGEST: Duration = Duration::from_secs(30);

/// Files that wait.
#[derive(Debug, Default)]
pub(in crate::watch) struct Settle {
    /// In the order of paths: files of one folder are carried together and share its sync.
    waiting: BTreeMap<PathBuf, Waiting>,
    /// Handed out and not dealt with yet, each with its folder: not handed out a second time meanwhile.
    in_hand: BTreeMap<PathBuf, usize>,
}

#[derive(Debug, Clone)]
struct Waiting {
    look: FileStamp,
    root: usize,
    due: Instant,
    tries: u32,
}

/// A file that rested.
#[derive(Debug, Clone)]
pub(in crate::watch) struct Rested {
    pub(in crate::watch) path: PathBuf,
    pub(in crate::watch) look: FileStamp,
    pub(in crate::watch) root: usize,
    pub(in crate::watch) tries: u32,
}

impl Settle {
    /// A file was seen; it waits anew if it looks different.
    pub(super) fn note(&mut self, path: &Path, look: FileStamp, root: usize, rest: Duration, now: Instant) {
        if self.in_hand.contains_key(path) {
            return;
        }
        match self.waiting.get_mut(path) {
            Some(known) if known.look == look => {}
            Some(known) => *known = Waiting { look, root, due: now + rest, tries: 0 },
            None => {
                self.waiting.insert(path.to_path_buf(), Waiting { look, root, due: now + rest, tries: 0 });
            }
        }
    }

    /// A file that waits was closed by its writer: however long it was to wait, it is tried once it has rested from
    /// now on. No other event does that, for a file that is given back a name makes one itself.
    pub(super) fn closed(&mut self, path: &Path, rest: Duration, now: Instant) {
        if let Some(waiting) = self.waiting.get_mut(path) {
            waiting.due = waiting.due.min(now + rest);
        }
    }

    /// A file that could not be carried is tried again, after this time and then ever later.
    pub(super) fn again(&mut self, file: Rested, first: Duration, now: Instant) {
        let pause = (first * 2_u32.pow(file.tries.min(8))).min(LONGEST);
        let waiting = Waiting { look: file.look, root: file.root, due: now + pause, tries: file.tries + 1 };
        self.waiting.entry(file.path).or_insert(waiting);
    }

    /// A file has rested, and there was no time for it: it is the next one's turn.
    pub(super) fn put_back(&mut self, file: Rested, now: Instant) {
        let waiting = Waiting { look: file.look, root: file.root, due: now, tries: file.tries };
        self.waiting.entry(file.path).or_insert(waiting);
    }

    /// When the next one has rested.
    pub(super) fn next(&self) -> Option<Instant> {
        self.waiting.values().map(|waiting| waiting.due).min()
    }

    /// Files that have rested, at most so many with at most so many bytes: small ones first, that none of them waits
    /// behind a large one.
    pub(super) fn rested(&mut self, now: Instant, most: usize, mut bytes: u64) -> Vec<Rested> {
        let mut rested = Vec::new();
        for large in [false, true] {
            for (path, waiting) in &self.waiting {
                if waiting.due > now || (waiting.look.bytes >= LARGE) != large {
                    continue;
                }
                if rested.len() == most || (waiting.look.bytes > bytes && !rested.is_empty()) {
                    break;
                }
                bytes = bytes.saturating_sub(waiting.look.bytes);
                let Waiting { look, root, tries, .. } = *waiting;
                rested.push(Rested { path: path.clone(), look, root, tries });
            }
        }
        for file in &rested {
            self.waiting.remove(&file.path);
        }
        rested
    }

    /// A file takes its time: until it is let go, it counts as waiting and is not handed out again.
    pub(super) fn hold(&mut self, file: &Rested) {
        self.in_hand.insert(file.path.clone(), file.root);
    }

    /// What was to be done with it is done.
    pub(super) fn let_go(&mut self, path: &Path) {
        self.in_hand.remove(path);
    }

    /// The file waits or is being dealt with.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.waiting.contains_key(path) || self.in_hand.contains_key(path)
    }

    /// A file waits that was tried fewer times than this.
    pub(super) fn has_hope(&self, tries: u32) -> bool {
        self.waiting.values().any(|waiting| waiting.tries < tries)
    }

    /// The folders were numbered anew: the next walk notes everything again.
    pub(super) fn forget_folders(&mut self) {
        self.waiting.clear();
    }

    /// How many wait in a folder.
    pub(super) fn count(&self, root: usize) -> usize {
        let waiting = self.waiting.values().map(|waiting| waiting.root);
        waiting.chain(self.in_hand.values().copied()).filter(|at| *at == root).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_refused_is_tried_soon_after_it_is_closed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.txt");
        std::fs::write(&path, "trees").expect("a file");
        let look = FileStamp::at(&path).expect("its look");
        let (rest, now) = (Duration::from_millis(300), Instant::now());
        let mut settle = Settle::default();
        settle.note(&path, look, 0, rest, now);
        assert!(settle.rested(now, 1, 1000).is_empty());
        let mut file = settle.rested(now + rest, 1, 1000).remove(0);
        file.tries = 6;
        settle.again(file, AGAIN, now);
        assert_eq!(settle.next(), Some(now + LONGEST));
        // A walk that meets it unchanged tells nothing new; an event does.
        settle.note(&path, look, 0, rest, now + rest);
        assert_eq!(settle.next(), Some(now + LONGEST));
        settle.closed(&path, rest, now + rest);
        assert_eq!(settle.next(), Some(now + 2 * rest));
        settle.closed(&path, rest, now + 9 * rest);
        assert_eq!(settle.next(), Some(now + 2 * rest), "an event never makes it wait longer");
        settle.closed(Path::new("elsewhere"), rest, now);
        assert_eq!(settle.count(0), 1);
    }
}
