//! Finding what is there: which folders lie at the paths looked after, whether their events are
//! heard, and the walks that find what no event told of.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::{Daemon, Duty, EMPTY, Identities, POLL, STRAY, TIMED, hints, mounts, roots};
use crate::disk::{Folder, Identity, Kind, Look, Place};
use crate::gate::UNDERWAY;
use crate::model::GapReason;
use crate::source::walk;

impl Daemon {
    /// Asks for events from every folder that is another one than when it was last asked.
    pub(super) fn hear_all(&mut self) {
        self.heard.resize(self.roots.len(), None);
        for at in 0..self.roots.len() {
            let path = self.roots[at].path.clone();
            let now = Identity::at(&path);
            if now == self.heard[at] {
                continue;
            }
            let Some(hints) = &mut self.hints else { return };
            let asked = match now {
                Some(_) => hints.watch(&path),
                // It may come back: the folder it lay in will say so.
                None => path.parent().map_or(Ok(()), |parent| hints.watch_flat(parent)),
            };
            self.heard[at] = now;
            match asked {
                Err(e) if now.is_some() => self.poll_because(&format!("{}: {}", path.display(), hints::problem(&e))),
                _ if mounts::is_silent(&path) => {
                    self.poll_because(&format!("{}: this file system does not tell of all changes", path.display()));
                }
                _ => {}
            }
        }
    }

    /// The target was on a drive, and the drive is not there now.
    pub(super) fn is_gone(&self, target: &Path) -> bool {
        self.drives.contains(target) && !mounts::is_mount(target)
    }

    pub(super) fn exports(&self) -> impl Iterator<Item = &PathBuf> {
        self.roots.iter().filter_map(|root| match &root.duty {
            Duty::Gate { export } => Some(export),
            Duty::Watch { .. } => None,
        })
    }

    /// A folder came, or came back, that the kernel was not told of.
    pub(super) fn outgrown(&self) -> bool {
        let Some(then) = &self.confined else { return false };
        if self.exports().any(|export| self.is_gone(export)) {
            return false;
        }
        let now = self.identities();
        now.len() != then.len() || now.iter().zip(then).any(|(now, then)| now.is_some() && now != then)
    }

    pub(super) fn identities(&self) -> Identities {
        let paths = self.roots.iter().map(|root| &root.path).chain(self.exports());
        paths.map(|path| Identity::at(path)).collect()
    }

    /// The folder a path belongs to; the innermost, if several.
    pub(super) fn root_of(&self, path: &Path) -> Option<usize> {
        let inside = self.roots.iter().enumerate().filter(|(_, root)| path.starts_with(&root.path));
        inside.max_by_key(|(_, root)| root.path.as_os_str().len()).map(|(at, _)| at)
    }

    /// Walks all folders and notes every file that was not looked at as it is now.
    pub(super) fn walk(&mut self) {
        let started = Instant::now();
        self.walk_at = None;
        self.first_hint = None;
        if self.gate.is_unsettled() {
            self.gate.recover();
        }
        if self.timed_at <= started {
            self.find_folders();
        }
        self.hear_all();
        let drives: Vec<PathBuf> = self.exports().filter(|export| mounts::is_mount(export)).cloned().collect();
        self.drives.extend(drives);
        self.seen.begin();
        let mut whole = true;
        for at in 0..self.roots.len() {
            let path = self.roots[at].path.clone();
            whole &= self.walk_below(&path, at);
        }
        if whole {
            self.seen.forget_the_rest();
        }
        self.remove_emptied();
        self.walk_took = started.elapsed();
        self.timed_at = Instant::now() + if self.polling { POLL } else { TIMED };
        self.status.walked();
    }

    /// Looks again which folders there are: presets find others when drives and accounts come.
    pub(super) fn find_folders(&mut self) {
        let Ok(roots) = roots(&self.config, &self.state) else { return };
        if roots.iter().map(|root| &root.path).ne(self.roots.iter().map(|root| &root.path)) {
            self.status.folders_changed(&roots);
            self.settle.forget_folders();
            self.heard.clear();
            self.roots = roots;
        }
    }

    /// Notes what lies below a folder; false if the folder, or one below it, cannot be read.
    pub(super) fn walk_below(&mut self, path: &Path, root: usize) -> bool {
        let now = Instant::now();
        let readable = std::fs::read_dir(path);
        self.status.reach(root, readable.as_ref().err().map(|e| e.kind().to_string()));
        if readable.is_err() {
            return false;
        }
        let (mut whole, mut unread) = (true, 0);
        self.status.begin_walk(root);
        for entry in walk(path) {
            if entry.gap.is_some_and(GapReason::is_io) {
                unread += 1;
                whole = false;
            } else if self.root_of(&entry.path) == Some(root) {
                self.consider(&entry.path, root, now);
            }
        }
        self.status.unread_below(root, unread);
        whole
    }

    /// Notes a file that has to be looked at once it rests.
    pub(super) fn consider(&mut self, path: &Path, at: usize, now: Instant) {
        let Ok(look) = Look::at(path) else { return };
        let root = &self.roots[at];
        let name = path.file_name().unwrap_or_default();
        match look.kind {
            Kind::Folder => {
                if path != root.path {
                    // Events inside a new folder may be missed: look at once, and again when it is quiet.
                    for entry in walk(path).filter(|entry| entry.gap.is_none()) {
                        self.consider(&entry.path, at, now);
                    }
                }
                return;
            }
            Kind::Link | Kind::Special => {
                self.status.refuse(at, path);
                return;
            }
            Kind::File => {}
        }
        if name.as_encoded_bytes().starts_with(UNDERWAY.as_bytes()) {
            self.adopt(path, &look);
            return;
        }
        if root.skips(path) || (matches!(root.duty, Duty::Watch { .. }) && self.seen.knows(path, &look)) {
            return;
        }
        self.settle.note(path, look, at, root.settle, now);
    }

    /// A hidden file on its way whose journal was lost gets a name again. Not at once: a release
    /// by another process may be what it belongs to.
    pub(super) fn adopt(&self, path: &Path, look: &Look) {
        let now = jiff::Timestamp::now().as_second();
        if now.abs_diff(look.changed.0) < STRAY.as_secs() {
            return;
        }
        let stray = path.parent().zip(path.file_name());
        let Some((folder, name)) = stray.and_then(|(f, n)| Some((Folder::open(f).ok()?, n))) else {
            return;
        };
        if let Err(e) = self.gate.adopt(&Place::new(&folder, name)) {
            tracing::warn!(error = %e.kind(), "a file under way cannot be adopted");
        }
    }

    pub(super) fn remove_emptied(&mut self) {
        let due: Vec<PathBuf> =
            self.emptied.iter().filter(|(_, since)| since.elapsed() > EMPTY).map(|(path, _)| path.clone()).collect();
        for path in due {
            self.emptied.remove(&path);
            let Some((parent, name)) = path.parent().zip(path.file_name()) else { continue };
            let removed = Folder::open(parent).and_then(|folder| self.disk.remove_folder(&Place::new(&folder, name)));
            if removed.is_ok() && !self.roots.iter().any(|root| root.path == parent) {
                // Its parent may be empty now as well.
                self.emptied.insert(parent.to_path_buf(), Instant::now());
            }
        }
    }
}
