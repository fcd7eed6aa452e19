//! The queue: which files wait to be looked at, and which were looked at as they are now.

mod names;
mod seen_files;
mod settle;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Duty, Root};
use crate::disk::{Disk, FileStamp};
use crate::model::Policy;
use crate::pack::RuleSet;
use names::{Temporary, companions, has_partner, temporary};
pub use seen_files::SeenFiles;
use settle::Settle;
pub(super) use settle::{AGAIN, CHANGED, LARGE, Rested};

/// Rest of an empty file: a browser or an editor puts one down before it writes.
const EMPTY: Duration = Duration::from_secs(5);
/// Rest of a file under a name of one that is still worked on, where it is looked at at all.
const TEMPORARY: Duration = Duration::from_secs(5);
/// Age from which a lock is taken for one that a program left behind when it died.
const STALE: Duration = Duration::from_secs(24 * 3600);

/// What was seen of watch folders, in the state folder.
const SEEN: &str = "seen";

/// Files that wait, and files that need not.
#[derive(Debug)]
pub(super) struct Queue {
    settle: Settle,
    seen: SeenFiles,
    /// Locks and halves that were met: what they stand beside waits for them.
    beside: BTreeSet<PathBuf>,
}

impl Queue {
    /// Nothing waits; what was seen before is known, unless rules or policy are others now.
    pub(super) fn new(state: &Path, rules: &RuleSet, policy: &Policy) -> Self {
        Queue { settle: Settle::default(), seen: SeenFiles::kept(state, SEEN, rules, policy), beside: BTreeSet::new() }
    }

    /// A file was met: it waits for its rest, unless it was looked at as it is now.
    pub(super) fn meet(&mut self, path: &Path, look: FileStamp, at: usize, root: &Root, now: Instant) {
        let kind = temporary(path);
        if matches!(kind, Some(Temporary::Lock | Temporary::Partial)) {
            self.beside.insert(path.to_path_buf());
        }
        if !matches!(root.duty, Duty::Gate { .. }) && self.seen.knows(path, &look) {
            return;
        }
        let rest = match kind {
            Some(_) => root.settle.max(TEMPORARY),
            None if look.bytes == 0 => root.settle.max(EMPTY),
            None => root.settle,
        };
        self.settle.note(path, look, at, rest, now);
    }

    /// A file that waits was closed by its writer.
    pub(super) fn closed(&mut self, path: &Path, root: &Root, now: Instant) {
        let is_empty = || path.metadata().is_ok_and(|meta| meta.len() == 0);
        if temporary(path).is_none() && !is_empty() {
            self.settle.closed(path, root.settle, now);
        }
    }

    /// Files that have rested, at most so many with at most so many bytes.
    pub(super) fn rested(&mut self, now: Instant, most: usize, bytes: u64, roots: &[Root]) -> Vec<Rested> {
        let (ready, unfinished): (Vec<Rested>, Vec<Rested>) =
            self.settle.rested(now, most, bytes).into_iter().partition(|file| self.is_ready(file, &roots[file.root]));
        for file in unfinished {
            match FileStamp::at(&file.path) {
                Ok(look) => self.settle.again(Rested { look, ..file }, AGAIN, now),
                Err(_) => drop(self.beside.remove(&file.path)),
            }
        }
        ready
    }

    /// Nobody works on the file any more, as far as names can tell. Under a temporary name nothing leaves a gate.
    fn is_ready(&mut self, file: &Rested, root: &Root) -> bool {
        if temporary(&file.path).is_some() {
            return !matches!(root.duty, Duty::Gate { .. }) && !has_partner(&file.path);
        }
        if self.beside.is_empty() {
            return true;
        }
        let companions: Vec<PathBuf> =
            companions(&file.path).into_iter().filter(|name| self.beside.contains(name)).collect();
        companions.into_iter().all(|companion| match companion.symlink_metadata() {
            Err(_) => {
                self.beside.remove(&companion);
                true
            }
            // One that is old stays known: what lies beside it waits no longer.
            Ok(meta) => meta.modified().is_ok_and(|time| time.elapsed().is_ok_and(|age| age > STALE)),
        })
    }

    /// A file takes its time: it counts as waiting and is not handed out again until it is let go.
    pub(super) fn hold(&mut self, file: &Rested) {
        self.settle.hold(file);
    }

    /// What was to be done with it is done.
    pub(super) fn let_go(&mut self, path: &Path) {
        self.settle.let_go(path);
    }

    /// The file waits or is being dealt with.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.settle.has(path)
    }

    /// A file that could not be dealt with is tried again, after this time and then ever later.
    pub(super) fn again(&mut self, file: Rested, first: Duration, now: Instant) {
        self.settle.again(file, first, now);
    }

    /// A file has rested, and there was no time for it.
    pub(super) fn put_back(&mut self, file: Rested, now: Instant) {
        self.settle.put_back(file, now);
    }

    /// A file was looked at and stays as it is.
    pub(super) fn seen(&mut self, path: &Path, look: &FileStamp) {
        self.seen.add(path, look);
    }

    /// When the next file has rested.
    pub(super) fn next(&self) -> Option<Instant> {
        self.settle.next()
    }

    /// When the next file has rested, while one waits that was tried fewer times than this.
    pub(super) fn next_with_hope(&self, tries: u32) -> Option<Instant> {
        self.settle.next().filter(|_| self.settle.has_hope(tries))
    }

    /// How many wait in a folder.
    pub(super) fn count(&self, root: usize) -> usize {
        self.settle.count(root)
    }

    /// The folders were numbered anew: the next walk notes everything again.
    pub(super) fn forget_folders(&mut self) {
        self.settle.forget_folders();
    }

    /// A walk over everything begins.
    pub(super) fn begin_walk(&mut self) {
        self.seen.begin();
    }

    /// It has ended, and met everything there is.
    pub(super) fn end_walk(&mut self) {
        self.seen.forget_the_rest();
    }

    /// Keeps what was seen for the next start.
    pub(super) fn keep(&self, state: &Path, disk: &Disk) {
        self.seen.keep(state, SEEN, disk);
    }
}
