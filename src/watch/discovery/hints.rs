//! Hints from the system that something changed. They may be late, doubled, wrong or lost, and
//! losing them is told. Nobody relies on a hint: it only makes the next look come sooner.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use crate::disk::RawPath;
use crate::gate::UNDERWAY;
use crate::watch::WatchProblem;
use notify::event::{AccessKind, AccessMode, ModifyKind, RemoveKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// Hints kept while the daemon is busy; more are lost, and told.
const KEPT: usize = 32_768;

/// A file that was written is closed.
const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));

/// Something may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Here.
    Path(PathBuf),
    /// Here, where somebody wrote and is done.
    Closed(PathBuf),
    /// Somewhere: hints were lost, and why.
    Lost(&'static str),
    /// The set of folders: a drive came or went.
    Folders,
    /// Nothing: look whether the work is to end.
    Wake,
}

/// The system's event interface.
#[derive(Debug)]
pub struct Hints {
    /// None where the system has no events left to give.
    watcher: Result<RecommendedWatcher, WatchProblem>,
    sender: SyncSender<Hint>,
}

impl Hints {
    /// The way on which hints come.
    pub fn channel() -> (SyncSender<Hint>, Receiver<Hint>) {
        sync_channel(KEPT)
    }

    /// Begins to listen, with a thread that is restricted as the calling one is; nothing is watched yet. Where the
    /// system has no events left to give, none ever comes.
    pub fn new(sender: SyncSender<Hint>) -> Self {
        let (to, lost) = (sender.clone(), Arc::new(AtomicBool::new(false)));
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let hints = match event {
                Ok(event) if event.need_rescan() => vec![Hint::Lost("overflow")],
                Ok(event) if is_change(event.kind) => {
                    let hint = if event.kind == CLOSED { Hint::Closed } else { Hint::Path };
                    event.paths.into_iter().filter(|path| !is_ours(path)).map(hint).collect()
                }
                Ok(_) => Vec::new(),
                Err(_) => vec![Hint::Lost("error")],
            };
            for hint in hints {
                match to.try_send(hint) {
                    Err(TrySendError::Full(_)) => lost.store(true, Ordering::Relaxed),
                    _ if lost.swap(false, Ordering::Relaxed) => {
                        let told = to.try_send(Hint::Lost("busy"));
                        lost.store(told.is_err(), Ordering::Relaxed);
                    }
                    _ => {}
                }
            }
        });
        let watcher = watcher.map_err(|e| problem(&e, None));
        Hints { watcher, sender }
    }

    /// Why no events come, if so.
    pub fn problem(&self) -> Option<&WatchProblem> {
        self.watcher.as_ref().err()
    }

    /// Watches a folder and everything below it.
    ///
    /// # Errors
    /// When the system refuses, such as for too many folders.
    pub fn watch(&mut self, path: &Path) -> notify::Result<()> {
        self.watcher.as_mut().map_or(Ok(()), |watcher| watcher.watch(path, RecursiveMode::Recursive))
    }

    /// Watches what lies directly in a folder.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn watch_flat(&mut self, path: &Path) -> notify::Result<()> {
        self.watcher.as_mut().map_or(Ok(()), |watcher| watcher.watch(path, RecursiveMode::NonRecursive))
    }

    /// Where others may send hints.
    pub fn sender(&self) -> SyncSender<Hint> {
        self.sender.clone()
    }
}

/// What keeps a folder's events from us; `None` stands for all folders.
pub(super) fn problem(e: &notify::Error, folder: Option<&Path>) -> WatchProblem {
    let folder = folder.map(|folder| RawPath::from(folder.to_path_buf()));
    match (&e.kind, folder) {
        (notify::ErrorKind::MaxFilesWatch, Some(folder)) => WatchProblem::TooManyFolders(folder),
        (notify::ErrorKind::Io(e), folder) => WatchProblem::NoEvents { folder, fault: Some(e.into()) },
        (_, folder) => WatchProblem::NoEvents { folder, fault: None },
    }
}

/// Events that can mean new content: reading a file is none, or the walk would wake itself, nor is
/// a name that goes, unless it may be a folder of ours.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(_) => kind == CLOSED,
        EventKind::Remove(RemoveKind::File) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => false,
        _ => true,
    }
}

/// A name we gave ourselves.
fn is_ours(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(UNDERWAY.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_is_no_hint_and_closing_a_written_file_is() {
        assert!(is_change(EventKind::Access(AccessKind::Close(AccessMode::Write))));
        assert!(!is_change(EventKind::Access(AccessKind::Open(AccessMode::Any))));
        assert!(!is_change(EventKind::Access(AccessKind::Close(AccessMode::Read))));
        assert!(is_change(EventKind::Create(notify::event::CreateKind::Any)));
    }
}
