//! Recovery: what a crash left under way is finished or taken back, from the journal and from
//! what lies where. Running it again, or being killed in it, changes nothing of the outcome.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use super::arrive::{numbered, under_a_free_name};
use super::{Folders, Gate, Intent, UNDERWAY, hidden_name};
use crate::disk::{Folder, Place};

/// What recovery did.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Files that had arrived: their originals were removed.
    pub finished: usize,
    /// Files that had not: they are where they came from, to be looked at anew.
    pub given_back: usize,
    /// Files that cannot be reached now, such as on a drive that is gone. Tried again later.
    pub waiting: usize,
}

impl Recovery {
    /// Takes over what another recovery did.
    pub fn add(&mut self, other: &Recovery) {
        self.finished += other.finished;
        self.given_back += other.given_back;
        self.waiting += other.waiting;
    }
}

impl Gate {
    /// Finishes or takes back everything that was under way.
    pub fn recover(&mut self) -> Recovery {
        let mut recovery = Recovery::default();
        for intent in self.open.values().cloned().collect::<Vec<_>>() {
            match self.resume(&intent) {
                Ok(true) => recovery.finished += 1,
                Ok(false) => recovery.given_back += 1,
                Err(e) => {
                    tracing::warn!(error = %e.kind(), "a file under way cannot be reached");
                    recovery.waiting += 1;
                    continue;
                }
            }
            self.done.push(intent.id);
        }
        self.note_done();
        for intent in std::mem::take(&mut self.over) {
            self.repeat(&intent, &mut recovery);
        }
        self.sweep();
        recovery
    }

    /// A file whose journey was over: its hidden name may have come back in a power cut.
    fn repeat(&mut self, intent: &Intent, recovery: &mut Recovery) {
        let from: &Path = intent.from.as_ref();
        let hidden = from.with_file_name(hidden_name(&intent.id));
        if crate::disk::Look::at(&hidden).is_err() {
            return;
        }
        match self.resume(intent) {
            Ok(true) => recovery.finished += 1,
            Ok(false) => recovery.given_back += 1,
            Err(e) => tracing::warn!(error = %e.kind(), "a file that was under way cannot be reached"),
        }
    }

    /// One file: true if it had arrived.
    fn resume(&mut self, intent: &Intent) -> io::Result<bool> {
        let from: &Path = intent.from.as_ref();
        let folder = Folder::open(from.parent().unwrap_or(Path::new("/")))?;
        let original = Place::new(&folder, from.file_name().unwrap_or_default());
        let hidden = original.beside(hidden_name(&intent.id));
        let copy = Place::new(&self.stager.folder, &intent.id);
        let taken = there(&hidden)?;
        let arrived = if there(&copy)? {
            // It did not; what was begun on another file system goes, unless its drive is gone.
            let _ = self
                .wanted(&intent.target, &mut Folders::default())
                .and_then(|wanted| self.remove_part(&wanted, intent));
            false
        } else {
            self.arrived(intent)?
        };
        if taken && arrived {
            self.stager.disk.remove(&hidden)?;
        } else if arrived && self.is_original(&original, intent) {
            // The power went before its hidden name reached the disk; nothing new lies here.
            self.stager.disk.remove(&original)?;
        } else if taken {
            under_a_free_name(&original, |free| self.stager.disk.rename(&hidden, free))?;
            self.stager.disk.sync_folder(&folder)?;
        }
        self.stager.disk.remove_if_there(&copy)?;
        Ok(arrived)
    }

    /// What lies under the original's own name is the original, or the very bytes that arrived.
    fn is_original(&self, place: &Place, intent: &Intent) -> bool {
        place.look().is_ok_and(|look| look.same_content(&intent.look)) || self.holds(place, &intent.mac)
    }

    fn remove_part(&self, wanted: &Place, intent: &Intent) -> io::Result<()> {
        self.stager.disk.remove_if_there(&wanted.beside(hidden_name(&intent.id)))
    }

    /// The bytes lie at the target, under the wanted name or a numbered one, for good.
    fn arrived(&self, intent: &Intent) -> io::Result<bool> {
        let wanted = self.wanted(&intent.target, &mut Folders::default())?;
        self.remove_part(&wanted, intent)?;
        for number in 1.. {
            let place = wanted.beside(numbered(&wanted.name, number));
            if !there(&place)? {
                return Ok(false);
            }
            if self.holds(&place, &intent.mac) {
                self.stager.disk.sync_folder(&place.folder)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Removes copies nothing is known of: they were made and nothing was intended yet.
    fn sweep(&self) {
        let Ok(names) = std::fs::read_dir(self.stager.folder.path()) else { return };
        for name in names.flatten().map(|entry| entry.file_name()) {
            if name.to_str().is_none_or(|id| !self.open.contains_key(id)) {
                let _ = self.stager.disk.remove_if_there(&Place::new(&self.stager.folder, name));
            }
        }
    }

    /// Gives a hidden file that no journal knows of a name people can see.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn adopt(&self, stray: &Place) -> io::Result<()> {
        let id = stray.name.to_str().and_then(|name| name.strip_prefix(UNDERWAY)).unwrap_or_default();
        if id.is_empty() || self.open.contains_key(id) {
            return Ok(());
        }
        let seen = stray.beside(OsStr::new(&format!("mizha-recovered-{id}")));
        under_a_free_name(&seen, |free| self.stager.disk.rename(stray, free)).map(|_| ())
    }
}

fn there(place: &Place) -> io::Result<bool> {
    match place.look() {
        Ok(_) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}
