//! Looking at files that have rested: staged where they may be carried, scanned, on all processors.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use crate::config::Action;
use crate::disk::{FileRef, FileStamp, Folder};
use crate::extract::{Input, reason_of};
use crate::gate::{Attempt, GateRefusal, Staged, Stager};
use crate::model::{GapReason, Report, Verdict};
use crate::scan::Scanner;
use crate::source::{WalkEntry, names_below};
use crate::watch::queue::Rested;
use crate::watch::{Duty, Root};

/// Processors this process may use; asking reads a dozen files.
static PROCESSORS: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));

/// A file that was looked at.
pub(super) struct Inspected {
    pub(super) file: Rested,
    pub(super) seen: Contents,
}

/// What was seen of it.
pub(super) enum Contents {
    /// It was scanned: the copy, or none where the file stays where it is.
    Judged { staged: Option<Staged>, report: Box<Report> },
    /// It lies in an export folder: a copy, to be compared with what the gate put there.
    Met(Staged),
}

/// A file looked at, or why it could not be.
pub(super) type InspectionResult = Result<Inspected, Box<(Rested, GateRefusal)>>;

/// What is needed to look at a file.
#[derive(Debug, Clone)]
pub(super) struct Viewer {
    pub(super) stager: Stager,
    pub(super) scanner: Scanner,
    /// Files larger than this are not even copied; none while the policy lets formats pass unread.
    pub(super) most: Option<u64>,
    /// Time for files that are looked at together. Whoever watches over the daemon hears from it after each turn.
    pub(super) turn: Duration,
}

/// Folders of the files looked at together, held open.
type Open = Mutex<HashMap<PathBuf, Arc<Folder>>>;

impl Viewer {
    /// Stages and scans, on all processors; gives what was seen, and the files there was no time for in this turn.
    pub(super) fn look_at(&self, roots: &[Root], mut files: Vec<Rested>) -> (Vec<InspectionResult>, Vec<Rested>) {
        let threads = PROCESSORS.min(files.len());
        let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(files.len())));
        let open = Mutex::new(HashMap::new());
        let began = Instant::now();
        let work = || {
            while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                let looked = self.look_in(&roots[file.root], file, &open);
                if let Ok(mut results) = results.lock() {
                    results.push(looked);
                }
                if began.elapsed() >= self.turn {
                    return;
                }
            }
        };
        if threads < 2 {
            work();
        } else {
            std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        }
        let left = files.split_off(next.into_inner().min(files.len()));
        (results.into_inner().unwrap_or_default(), left)
    }

    /// Looks at one file.
    pub(super) fn look(&self, root: &Root, file: &Rested) -> InspectionResult {
        self.look_in(root, file, &Mutex::default())
    }

    /// Gives up what was seen of a file.
    pub(super) fn discard(&self, sight: InspectionResult) {
        if let Ok(Inspected { seen: Contents::Met(staged) | Contents::Judged { staged: Some(staged), .. }, .. }) = sight
        {
            self.stager.discard(staged);
        }
    }

    /// In a gate a copy is looked at, elsewhere the file itself.
    fn look_in(&self, root: &Root, file: &Rested, open: &Open) -> InspectionResult {
        let fail = |refusal: GateRefusal| Box::new((file.clone(), refusal));
        let now = FileStamp::at(&file.path).map_err(|e| fail(GateRefusal::Io(Attempt::LookAt, e)))?;
        if now != file.look {
            return Err(fail(GateRefusal::Changed));
        }
        let seen = match &root.duty {
            Duty::Gate { .. } => {
                if let Some(most) = self.most.filter(|most| now.bytes > *most) {
                    return Err(fail(GateRefusal::TooLarge(most)));
                }
                self.staged(root, file, open).map_err(fail)?
            }
            Duty::Export { .. } => {
                let place = place(&root.path, &file.path, open);
                let place = place.map_err(|e| fail(GateRefusal::Io(Attempt::OpenFolder, e)))?;
                Contents::Met(self.stager.stage(&place).map_err(fail)?)
            }
            Duty::Watch { action } => match self.in_place(root, file).map_err(fail)? {
                report if *action != Action::Quarantine || report.verdict != Verdict::Block => {
                    Contents::Judged { staged: None, report: Box::new(report) }
                }
                _ => self.staged(root, file, open).map_err(fail)?,
            },
        };
        Ok(Inspected { file: file.clone(), seen })
    }

    /// Copies the file aside and scans the copy.
    fn staged(&self, root: &Root, file: &Rested, open: &Open) -> Result<Contents, GateRefusal> {
        let place = place(&root.path, &file.path, open).map_err(|e| GateRefusal::Io(Attempt::OpenFolder, e))?;
        let mut staged = self.stager.stage(&place)?;
        let scanner = self.scanner.on(root.channel);
        let (names, shown) = (names_below(&root.path, &file.path), file.path.to_string_lossy());
        let report = match staged.take_bytes() {
            Some(bytes) => scanner.scan(&shown, &names, staged.look.bytes, || Ok(Input::bytes(&bytes))),
            None => {
                scanner.scan(&shown, &names, staged.look.bytes, || Input::file(&staged.file).map_err(|e| reason_of(&e)))
            }
        };
        Ok(Contents::Judged { staged: Some(staged), report: Box::new(report) })
    }

    /// Scans the file itself.
    fn in_place(&self, root: &Root, file: &Rested) -> Result<Report, GateRefusal> {
        let names = names_below(&root.path, &file.path);
        let entry = WalkEntry { path: file.path.clone(), explicit: false, names, gap: None };
        let report = self.scanner.on(root.channel).scan_entry(&entry);
        let has =
            |is: fn(GapReason) -> bool| report.gaps.iter().any(|gap| is(gap.reason) && gap.location.steps.is_empty());
        if has(|reason| reason == GapReason::Changed) {
            return Err(GateRefusal::Changed);
        }
        // Not read, so not looked at: it is tried again, and not called seen.
        if has(GapReason::is_io) {
            let error = std::fs::File::open(&file.path).err().unwrap_or_else(|| ErrorKind::Other.into());
            return Err(GateRefusal::Io(Attempt::Read, error));
        }
        Ok(report)
    }
}

/// The file's place, its folder opened from the root without following a link.
fn place(root: &Path, path: &Path, open: &Open) -> std::io::Result<FileRef> {
    let parent = path.parent().unwrap_or(root);
    let known = open.lock().ok().and_then(|open| open.get(parent).cloned());
    let folder = match known {
        Some(folder) => folder,
        None => {
            let folder = Folder::open(root)?.below(parent.strip_prefix(root).unwrap_or(Path::new("")))?;
            if let Ok(mut open) = open.lock() {
                open.insert(parent.to_path_buf(), Arc::clone(&folder));
            }
            folder
        }
    };
    Ok(FileRef::new(&folder, path.file_name().unwrap_or_default()))
}
