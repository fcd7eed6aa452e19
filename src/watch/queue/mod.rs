//! The queue: which files wait to be looked at, and which were looked at as they are now.

mod seen;
mod settle;

use std::path::Path;
use std::time::Instant;

use super::{Duty, Root};
use crate::disk::{Disk, Look};
use crate::model::Policy;
use crate::pack::RuleSet;
use seen::Seen;
use settle::Settle;
pub(super) use settle::{AGAIN, CHANGED, Rested};

/// Files that wait, and files that need not.
#[derive(Debug)]
pub(super) struct Queue {
    settle: Settle,
    seen: Seen,
}

impl Queue {
    /// Nothing waits; what was seen before is known, unless rules or policy are others now.
    pub(super) fn new(state: &Path, rules: &RuleSet, policy: &Policy) -> Self {
        Queue { settle: Settle::default(), seen: Seen::kept(state, rules, policy) }
    }

    /// A file was met: it waits for its rest, unless it was looked at as it is now.
    pub(super) fn meet(&mut self, path: &Path, look: Look, at: usize, root: &Root, now: Instant) {
        if matches!(root.duty, Duty::Watch { .. }) && self.seen.knows(path, &look) {
            return;
        }
        self.settle.note(path, look, at, root.settle, now);
    }

    /// A file that waits was closed by its writer.
    pub(super) fn closed(&mut self, path: &Path, root: &Root, now: Instant) {
        self.settle.closed(path, root.settle, now);
    }

    /// Files that have rested, at most so many with at most so many bytes.
    pub(super) fn rested(&mut self, now: Instant, most: usize, bytes: u64) -> Vec<Rested> {
        self.settle.rested(now, most, bytes)
    }

    /// A file that could not be dealt with is tried again, after this time and then ever later.
    pub(super) fn again(&mut self, file: Rested, first: std::time::Duration, now: Instant) {
        self.settle.again(file, first, now);
    }

    /// A file was looked at and stays as it is.
    pub(super) fn seen(&mut self, file: &Rested) {
        self.seen.add(&file.path, &file.look);
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
        self.seen.keep(state, disk);
    }
}
