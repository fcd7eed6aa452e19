//! Recovery: what a crash left under way is finished or taken back, from the journal and from
//! what lies where. Running it again, or being killed in it, changes nothing of the outcome.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::arrive::{of_this_name, under_a_free_name};
use super::{Folders, Gate, Intent, UNDERWAY, UNTOLD, has_rested, hidden_name, now_seconds};
use crate::disk::{Disk, FileRef, FileStamp, Folder, Writer, writer};

/// What cannot be settled for so long is given up: what is left of it gets a name again where it lies.
const GIVEN_UP: Duration = Duration::from_secs(24 * 3600);

/// What recovery did.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Files that had arrived: their originals were removed.
    pub finished: usize,
    /// Files that had not: they are where they came from, to be looked at anew.
    pub given_back: usize,
    /// Files that could not be reached for a day: what was copied of them is thrown away, the originals keep
    /// what name they have.
    pub given_up: usize,
    /// Files that cannot be reached now, such as on a drive that is gone. Tried again later.
    pub waiting: usize,
}

impl Recovery {
    /// Takes over what another recovery did.
    pub fn add(&mut self, other: &Recovery) {
        self.finished += other.finished;
        self.given_back += other.given_back;
        self.given_up += other.given_up;
        self.waiting += other.waiting;
    }
}

impl Gate {
    /// Finishes or takes back everything that was under way.
    pub fn recover(&mut self) -> Recovery {
        let mut recovery = Recovery::default();
        let kept: Vec<&str> = self.lingering.iter().map(|staged| staged.id.as_str()).collect();
        let open: Vec<Intent> = self.open.values().filter(|open| !kept.contains(&open.id.as_str())).cloned().collect();
        for intent in open {
            match self.resume(&intent) {
                Ok(true) => recovery.finished += 1,
                Ok(false) => recovery.given_back += 1,
                Err(e) if is_over(&intent) => {
                    tracing::error!(error = %e.kind(), "a file under way could not be reached for long: given up");
                    recovery.given_up += 1;
                }
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
        if crate::disk::FileStamp::at(&hidden).is_err() {
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
        let original = FileRef::new(&folder, from.file_name().unwrap_or_default());
        let hidden = original.beside(hidden_name(&intent.id));
        let copy = FileRef::new(&self.stager.folder, &intent.id);
        let taken = there(&hidden)?;
        if !taken && intent.folder.is_some() && folder.look().ok().map(|look| look.inode) != intent.folder {
            // Another folder under this name: the original lies in the one that had it, whatever that is called now.
            return Err(io::ErrorKind::NotFound.into());
        }
        let arrived = if there(&copy)? {
            // It did not; what was begun on another file system goes, unless its drive is gone.
            let _ = self
                .wanted(&intent.target, &mut Folders::default())
                .and_then(|wanted| self.remove_part(&wanted, intent));
            false
        } else {
            self.arrived(intent)?
        };
        if taken && arrived && writer_is_unknown(&hidden) {
            // Somebody may still write it: it keeps its hidden name a little longer.
            return Err(io::ErrorKind::WouldBlock.into());
        }
        if taken && arrived && self.is_original(&hidden, intent) {
            self.stager.disk.remove(&hidden)?;
        } else if taken {
            // It did not arrive, or it was written since: what it holds now is looked at anew.
            under_a_free_name(&original, |free| self.stager.disk.rename(&hidden, free))?;
            self.stager.disk.sync_folder(&folder)?;
        } else if arrived && self.is_original(&original, intent) {
            // The power went before its hidden name reached the disk; nothing new lies here.
            self.stager.disk.remove(&original)?;
        }
        self.stager.disk.remove_if_there(&copy)?;
        Ok(arrived)
    }

    /// What lies here is the original with the very bytes that arrived, and nobody writes it.
    fn is_original(&self, place: &FileRef, intent: &Intent) -> bool {
        let same = match &intent.content {
            Some(content) => self.holds(place, content),
            None => place.look().is_ok_and(|look| look.same_content(&intent.look)) || self.holds(place, &intent.mac),
        };
        same && place.open().is_ok_and(|file| writer(&file) != Writer::Somebody)
    }

    fn remove_part(&self, wanted: &FileRef, intent: &Intent) -> io::Result<()> {
        self.stager.disk.remove_if_there(&wanted.beside(hidden_name(&intent.id)))
    }

    /// The bytes lie at the target, under the wanted name or another one of its kind, for good.
    fn arrived(&self, intent: &Intent) -> io::Result<bool> {
        let wanted = self.wanted(&intent.target, &mut Folders::default())?;
        self.remove_part(&wanted, intent)?;
        if !there(&wanted)? {
            return Ok(false);
        }
        // The name itself first: a folder with many files is read for few.
        let found = match self.holds(&wanted, &intent.mac) {
            true => Some(wanted),
            false => of_this_name(&wanted, intent.target.older.as_deref())?
                .into_iter()
                .find(|place| self.holds(place, &intent.mac)),
        };
        found.map_or(Ok(false), |place| self.stager.disk.sync_folder(&place.folder).map(|()| true))
    }

    /// Removes copies nothing is known of: they were made and nothing was intended yet.
    fn sweep(&self) {
        let Ok(names) = std::fs::read_dir(self.stager.folder.path()) else { return };
        for name in names.flatten().map(|entry| entry.file_name()) {
            if name.to_str().is_none_or(|id| !self.open.contains_key(id)) {
                let _ = self.stager.disk.remove_if_there(&FileRef::new(&self.stager.folder, name));
            }
        }
    }

    /// A hidden file was met. One that is under way and lies in another folder than the journal has it (the folder got
    /// another name meanwhile) is put in order from where it lies; one that no journal knows of gets a name people
    /// can see, once `stray` says so.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn meet(&mut self, hidden: &FileRef, stray: bool) -> io::Result<()> {
        let id = hidden.name.to_str().and_then(|name| name.strip_prefix(UNDERWAY)).unwrap_or_default().to_string();
        let Some(intent) = self.open.get(&id) else {
            return if stray && !id.is_empty() { give_name(&self.stager.disk, hidden, &id) } else { Ok(()) };
        };
        self.met.insert(id.clone());
        let from: &Path = intent.from.as_ref();
        if self.lingering.iter().any(|staged| staged.id == id) || from.parent() == Some(hidden.folder.path()) {
            return Ok(());
        }
        let look = hidden.look()?;
        if look.inode != intent.look.inode {
            return Ok(());
        }
        let from = hidden.folder.path().join(from.file_name().unwrap_or_default());
        let moved = Intent { from: from.into(), folder: None, ..intent.clone() };
        self.resume(&moved)?;
        self.done.push(id);
        self.note_done();
        Ok(())
    }

    /// Everything in some folders was met, those `walked` says: what comes from there, and lies under no hidden name,
    /// was never taken. Its original is a file like any other, and its copy is not needed.
    pub fn settle_unmet(&mut self, walked: impl Fn(&Path) -> bool) {
        let met = std::mem::take(&mut self.met);
        let lingers = |id: &str| self.lingering.iter().any(|staged| staged.id == id);
        let is_there = |intent: &Intent| {
            let from: &Path = intent.from.as_ref();
            let folder = from.parent().and_then(|folder| Folder::open(folder).ok());
            folder.and_then(|folder| folder.look().ok()).is_some_and(|look| Some(look.inode) == intent.folder)
        };
        let unmet = self.open.values().filter(|intent| {
            intent.folder.is_some() && walked(intent.from.as_ref()) && !met.contains(&intent.id) && !lingers(&intent.id)
        });
        let unmet: Vec<String> = unmet.filter(|intent| !is_there(intent)).map(|intent| intent.id.clone()).collect();
        if unmet.is_empty() {
            return;
        }
        for id in unmet {
            let _ = self.stager.disk.remove_if_there(&FileRef::new(&self.stager.folder, &id));
            self.done.push(id);
        }
        self.note_done();
    }
}

/// The kernel does not say whether somebody writes it, and it changed a moment ago.
fn writer_is_unknown(place: &FileRef) -> bool {
    let untold =
        |file: std::fs::File| Ok(writer(&file) == Writer::Unknown && !has_rested(&FileStamp::of(&file)?, UNTOLD));
    place.open().and_then(untold).unwrap_or(false)
}

/// Nothing could be done about it for so long that nothing will be.
fn is_over(intent: &Intent) -> bool {
    intent.since > 0 && now_seconds().saturating_sub(intent.since) > GIVEN_UP.as_secs() as i64
}

fn give_name(disk: &Disk, stray: &FileRef, id: &str) -> io::Result<()> {
    let seen = stray.beside(OsStr::new(&format!("mizha-recovered-{id}")));
    under_a_free_name(&seen, |free| disk.rename(stray, free)).map(drop)
}

fn there(place: &FileRef) -> io::Result<bool> {
    match place.look() {
        Ok(_) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}
