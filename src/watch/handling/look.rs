//! Looking at files that have rested: staged where they may be carried, scanned, on all processors.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use crate::config::Action;
use crate::disk::{Folder, Look, Place};
use crate::extract::{Input, reason_of};
use crate::gate::{Attempt, Refusal, Staged, Stager};
use crate::model::{GapReason, Report, Verdict};
use crate::scan::Scanner;
use crate::source::{Entry, names_below};
use crate::watch::queue::Rested;
use crate::watch::{Duty, Root};

/// Processors this process may use; asking reads a dozen files.
static PROCESSORS: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));

/// A file that was looked at.
pub(super) struct Looked {
    pub(super) file: Rested,
    /// The copy; none where the file stays where it is.
    pub(super) staged: Option<Staged>,
    pub(super) report: Report,
}

/// A file looked at, or why it could not be.
pub(super) type Sight = Result<Looked, Box<(Rested, Refusal)>>;

/// Stages and scans, on all processors.
pub(super) fn look_at(stager: &Stager, scanner: &Scanner, roots: &[Root], files: Vec<Rested>) -> Vec<Sight> {
    let threads = PROCESSORS.min(files.len());
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(files.len())));
    let folders = Mutex::new(HashMap::new());
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let looked = look(stager, scanner, &roots[file.root], file, &folders);
            if let Ok(mut results) = results.lock() {
                results.push(looked);
            }
        }
    };
    if threads < 2 {
        work();
    } else {
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    }
    results.into_inner().unwrap_or_default()
}

/// Looks at one file: in a gate at a copy of it, elsewhere at the file itself.
fn look(stager: &Stager, scanner: &Scanner, root: &Root, file: &Rested, folders: &Folders) -> Sight {
    let fail = |refusal: Refusal| Box::new((file.clone(), refusal));
    let now = Look::at(&file.path).map_err(|e| fail(Refusal::Io(Attempt::LookAt, e)))?;
    if now != file.look {
        return Err(fail(Refusal::Changed));
    }
    let scanner = &scanner.on(root.channel);
    let names = names_below(&root.path, &file.path);
    let shown = file.path.to_string_lossy();
    let stage = || {
        let place = place(&root.path, &file.path, folders).map_err(|e| fail(Refusal::Io(Attempt::OpenFolder, e)))?;
        let mut staged = stager.stage(&place).map_err(fail)?;
        let report = match staged.take_bytes() {
            Some(bytes) => scanner.scan(&shown, &names, staged.look.bytes, || Ok(Input::bytes(&bytes))),
            None => scanner
                .scan(&shown, &names, staged.look.bytes, || Input::file(&staged.file).map_err(|e| reason_of(&e))),
        };
        Ok(Looked { file: file.clone(), staged: Some(staged), report })
    };
    match &root.duty {
        Duty::Gate { .. } => stage(),
        Duty::Watch { action } => {
            let entry = Entry { path: file.path.clone(), explicit: false, names: names.clone(), gap: None };
            let report = scanner.scan_entry(&entry);
            let has = |reason| report.gaps.iter().any(|gap| gap.reason == reason && gap.location.steps.is_empty());
            if has(GapReason::Changed) {
                return Err(fail(Refusal::Changed));
            }
            // Not read, so not looked at: it is tried again, and not called seen.
            if has(GapReason::Io) {
                let error = std::fs::File::open(&file.path).err().unwrap_or_else(|| ErrorKind::Other.into());
                return Err(fail(Refusal::Io(Attempt::Read, error)));
            }
            if *action == Action::Report || report.verdict != Verdict::Block {
                return Ok(Looked { file: file.clone(), staged: None, report });
            }
            stage()
        }
    }
}

/// Folders of the files looked at together, held open.
type Folders = Mutex<HashMap<PathBuf, Arc<Folder>>>;

/// The file's place, its folder opened from the root without following a link.
fn place(root: &Path, path: &Path, folders: &Folders) -> std::io::Result<Place> {
    let parent = path.parent().unwrap_or(root);
    let known = folders.lock().ok().and_then(|folders| folders.get(parent).cloned());
    let folder = match known {
        Some(folder) => folder,
        None => {
            let folder = Folder::open(root)?.below(parent.strip_prefix(root).unwrap_or(Path::new("")))?;
            if let Ok(mut folders) = folders.lock() {
                folders.insert(parent.to_path_buf(), Arc::clone(&folder));
            }
            folder
        }
    };
    Ok(Place::new(&folder, path.file_name().unwrap_or_default()))
}
