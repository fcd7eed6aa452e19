//! The files and folders named when the page was started, walked piece by piece as the page asks for them, so that
//! progress is seen and stopping is no more than not asking.

use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::receipt::Hashing;
use crate::disk::FileStamp;
use crate::model::Report;
use crate::scan::Scanner;
use crate::source::{WalkEntry, walk};

/// How long a piece may take, and files in it at most.
const PIECE: Duration = Duration::from_millis(400);
const FILES: usize = 200;

/// What is still to be looked at.
pub(super) struct Listed {
    entries: Box<dyn Iterator<Item = WalkEntry> + Send>,
    done: bool,
}

impl Listed {
    /// Everything below these paths.
    pub(super) fn new(paths: &[PathBuf]) -> Self {
        let paths = paths.to_vec();
        Listed { done: paths.is_empty(), entries: Box::new(paths.into_iter().flat_map(|path| walk(&path))) }
    }

    /// The next files, looked at.
    /// Each with the hash of its content, unless it changed meanwhile.
    pub(super) fn next(&mut self, scanner: &Scanner) -> Vec<(Report, Option<String>)> {
        let started = Instant::now();
        let mut reports = Vec::new();
        while reports.len() < FILES && started.elapsed() < PIECE {
            let Some(entry) = self.entries.next() else {
                self.done = true;
                break;
            };
            let before = FileStamp::at(&entry.path).ok();
            let report = scanner.scan_entry(&entry);
            let hash = File::open(&entry.path).ok().and_then(|file| Hashing::new(file).finish());
            let same =
                before.zip(FileStamp::at(&entry.path).ok()).is_some_and(|(before, now)| before.same_content(&now));
            reports.push((report, hash.filter(|_| same)));
        }
        reports
    }

    /// Nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.done
    }
}
