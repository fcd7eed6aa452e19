//! Discovery: what lies in the folders. Hints of the system make it look sooner, walks find what
//! no hint told of. It says what it finds, and decides nothing of it.

mod hints;
mod mounts;
mod schedule;
mod tree;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Instant;

pub use hints::{Hint, Hints};
pub use mounts::Mounts;
pub(super) use mounts::removable;

use super::note::is_note;
use super::{Duty, Root, WatchProblem};
use crate::disk::{FileKind, FileStamp, Identity};
use crate::gate::UNDERWAY;
use crate::model::SystemFault;
use schedule::Schedule;
use tree::Tree;

/// What discovery meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Discovered {
    /// A walk over a folder begins, unless it cannot be read.
    Begin { root: usize, fault: Option<SystemFault> },
    /// A file.
    File { root: usize, path: PathBuf, look: FileStamp },
    /// A file that its writer closed.
    Closed { root: usize, path: PathBuf },
    /// A file under a hidden name of ours.
    Underway { path: PathBuf, look: FileStamp },
    /// A link, a pipe or the like.
    Special { root: usize, path: PathBuf },
    /// A walk over a folder has ended: so many folders below it could not be read.
    End { root: usize, closed: usize },
    /// A walk over all folders has ended.
    Walked,
    /// Hints were lost.
    Lost,
    /// Something keeps events from us.
    Problem(WatchProblem),
}

/// Which folder lies at each path the daemon changes, none while missing.
type Identities = Vec<Option<Identity>>;

/// The folders, and when to look at them.
#[derive(Debug)]
pub(super) struct Discovery {
    roots: Arc<[Root]>,
    tree: Box<dyn Tree>,
    hints: Option<Hints>,
    schedule: Schedule,
    /// For each folder, which one it was when events were last asked for: none while it is missing.
    watched: Identities,
    /// Target folders that lie on a drive of their own: without it, what is left is not the target.
    drives: BTreeSet<PathBuf>,
    /// The folders the kernel lets us change, if it was told.
    confined: Option<Identities>,
}

impl Discovery {
    pub(super) fn new(roots: Vec<Root>) -> Self {
        Discovery::of(roots, Box::new(tree::RealTree), Instant::now())
    }

    fn of(roots: Vec<Root>, tree: Box<dyn Tree>, now: Instant) -> Self {
        Discovery {
            roots: roots.into(),
            tree,
            hints: None,
            schedule: Schedule::new(now),
            watched: Vec::new(),
            drives: BTreeSet::new(),
            confined: None,
        }
    }

    /// The folders looked after.
    pub(super) fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// The same, for whoever takes in what is found there meanwhile.
    pub(super) fn shared_roots(&self) -> Arc<[Root]> {
        Arc::clone(&self.roots)
    }

    /// Where others may wake whoever waits for hints; none while nobody listens.
    pub(super) fn wake(&self) -> Option<SyncSender<Hint>> {
        self.hints.as_ref().map(Hints::sender)
    }

    /// When the next walk is due.
    pub(super) fn next(&self) -> Instant {
        self.schedule.next()
    }

    /// The walk that is due now also has to look for folders: presets find others when drives and accounts come.
    pub(super) fn looks_for_folders(&self, now: Instant) -> bool {
        self.schedule.is_timed(now)
    }

    /// Takes over other folders; false when they are those it has.
    pub(super) fn change_folders(&mut self, roots: Vec<Root>) -> bool {
        if roots.iter().map(|root| &root.path).eq(self.roots.iter().map(|root| &root.path)) {
            return false;
        }
        self.watched.clear();
        self.roots = roots.into();
        true
    }

    /// Asks for events from all folders.
    pub(super) fn listen(&mut self, hints: Hints, emit: &mut dyn FnMut(Discovered)) {
        if let Some(problem) = hints.problem() {
            self.schedule.poll();
            emit(Discovered::Problem(problem.clone()));
        }
        self.hints = Some(hints);
        self.ask_for_events(emit);
    }

    /// The kernel was told that these folders may be changed.
    pub(super) fn confine(&mut self) {
        self.confined = Some(self.identities());
    }

    /// A folder came, or came back, that the kernel was not told of.
    pub(super) fn has_outgrown(&self) -> bool {
        let Some(then) = &self.confined else { return false };
        if self.exports().any(|export| self.is_gone(export)) {
            return false;
        }
        let now = self.identities();
        now.len() != then.len() || now.iter().zip(then).any(|(now, then)| now.is_some() && now != then)
    }

    /// The target was on a drive, and the drive is not there now.
    pub(super) fn is_gone(&self, target: &Path) -> bool {
        self.drives.contains(target) && !self.tree.is_mount(target)
    }

    /// The folder a path belongs to; the innermost, if several.
    pub(super) fn root_of(&self, path: &Path) -> Option<usize> {
        innermost(&self.roots, path)
    }

    /// Follows a hint.
    pub(super) fn hint(&mut self, hint: Hint, now: Instant, emit: &mut dyn FnMut(Discovered)) {
        let is_closed = matches!(hint, Hint::Closed(_));
        match hint {
            Hint::Path(path) | Hint::Closed(path) => {
                let root = self.root_of(&path);
                // Beside a missing folder: it may be back. Anything else is none of ours.
                if root.is_none() && !self.watched.contains(&None) {
                    return;
                }
                self.schedule.hint(now);
                if let Some(root) = root {
                    self.meet(&path, root, emit);
                    if is_closed {
                        emit(Discovered::Closed { root, path });
                    }
                }
            }
            Hint::Lost(problem) => {
                tracing::warn!(problem, "events were lost; all folders are walked");
                self.schedule.lost(now);
                emit(Discovered::Lost);
            }
            Hint::Folders => self.schedule.folders(now),
            Hint::Wake => {}
        }
    }

    /// Walks all folders; false if one of them, or a folder below, cannot be read.
    pub(super) fn walk(&mut self, emit: &mut dyn FnMut(Discovered)) -> bool {
        let began = Instant::now();
        self.schedule.begin();
        self.ask_for_events(emit);
        let drives: Vec<PathBuf> = self.exports().filter(|export| self.tree.is_mount(export)).cloned().collect();
        self.drives.extend(drives);
        let mut whole = true;
        for root in 0..self.roots.len() {
            whole &= self.walk_below(root, emit);
        }
        self.schedule.end(began, Instant::now());
        emit(Discovered::Walked);
        whole
    }

    /// Asks for events from every folder that is another one than when it was last asked.
    fn ask_for_events(&mut self, emit: &mut dyn FnMut(Discovered)) {
        self.watched.resize(self.roots.len(), None);
        for at in 0..self.roots.len() {
            let path = self.roots[at].path.clone();
            let now = self.tree.identity(&path);
            if now == self.watched[at] {
                continue;
            }
            let Some(hints) = &mut self.hints else { return };
            let asked = match now {
                Some(_) => hints.watch(&path),
                // It may come back: the folder it lay in will say so.
                None => path.parent().map_or(Ok(()), |parent| hints.watch_flat(parent)),
            };
            self.watched[at] = now;
            let problem = match asked {
                Err(e) if now.is_some() => hints::problem(&e, Some(&path)),
                // What appears in an export folder is this machine's doing; the walk now and then finds the rest.
                _ if !matches!(self.roots[at].duty, Duty::Export { .. }) && self.tree.is_silent(&path) => {
                    WatchProblem::Silent(path.into())
                }
                _ => continue,
            };
            self.schedule.poll();
            emit(Discovered::Problem(problem));
        }
    }

    fn walk_below(&self, root: usize, emit: &mut dyn FnMut(Discovered)) -> bool {
        let path = &self.roots[root].path;
        let fault = self.tree.fault(path);
        emit(Discovered::Begin { root, fault });
        if fault.is_some() {
            return false;
        }
        let mut closed = 0;
        for entry in self.tree.below(path) {
            match entry {
                None => closed += 1,
                Some(entry) if self.root_of(&entry) == Some(root) => self.meet(&entry, root, emit),
                Some(_) => {}
            }
        }
        emit(Discovered::End { root, closed });
        closed == 0
    }

    /// Says what lies at a path.
    fn meet(&self, path: &Path, root: usize, emit: &mut dyn FnMut(Discovered)) {
        let Some(look) = self.tree.look(path) else { return };
        let owned = path.to_path_buf();
        match look.kind {
            FileKind::Folder if path == self.roots[root].path => {}
            FileKind::Folder => {
                // Events inside a new folder may be missed: look at once, and again when it is quiet.
                for entry in self.tree.below(path).flatten() {
                    self.meet(&entry, root, emit);
                }
            }
            FileKind::Link | FileKind::Special => emit(Discovered::Special { root, path: owned }),
            FileKind::File if is_ours(path) => emit(Discovered::Underway { path: owned, look }),
            FileKind::File if self.roots[root].skips(path) => {}
            FileKind::File if matches!(self.roots[root].duty, Duty::Gate { .. }) && is_note(path, &look) => {}
            FileKind::File => emit(Discovered::File { root, path: owned, look }),
        }
    }

    fn exports(&self) -> impl Iterator<Item = &PathBuf> {
        self.roots.iter().filter_map(|root| match &root.duty {
            Duty::Gate { export, .. } => Some(export),
            Duty::Export { .. } | Duty::Watch { .. } => None,
        })
    }

    fn identities(&self) -> Identities {
        let paths = self.roots.iter().map(|root| &root.path).chain(self.exports());
        paths.map(|path| self.tree.identity(path)).collect()
    }
}

/// The folder a path belongs to; the innermost, if several.
pub(super) fn innermost(roots: &[Root], path: &Path) -> Option<usize> {
    let inside = roots.iter().enumerate().filter(|(_, root)| path.starts_with(&root.path));
    inside.max_by_key(|(_, root)| root.path.as_os_str().len()).map(|(at, _)| at)
}

/// A name we gave ourselves.
fn is_ours(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(UNDERWAY.as_bytes()))
}

#[cfg(test)]
mod tests;
