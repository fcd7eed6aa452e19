//! Staging: a file is copied into a folder of ours, hashed on the way. Whoever decides looks at
//! the copy, so what is judged and what is released are the same bytes.

use std::fs::{File, FileTimes, Permissions};
use std::io::{self, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use super::{CONTENT, Gate, Refusal, hidden_name};
use crate::disk::{Kind, Look, Mac, Place, fresh_id, has_writer};

/// A copy, and what it is a copy of.
#[derive(Debug)]
pub struct Staged {
    /// The identifier it keeps on its way, and in the quarantine.
    pub id: String,
    /// The original.
    pub from: Place,
    /// How the original looked before and after it was copied.
    pub look: Look,
    /// The copy, for reading.
    pub file: File,
    /// The keyed hash of the copy.
    pub mac: Mac,
    pub(super) place: Place,
}

impl Staged {
    /// The hidden name the original has on its way.
    pub(super) fn hidden(&self) -> Place {
        self.from.beside(hidden_name(&self.id))
    }
}

impl Gate {
    /// Copies a file aside.
    ///
    /// # Errors
    /// When it is no regular file, a program still writes it, it changes, or the system refuses.
    pub fn stage(&self, from: &Place) -> Result<Staged, Refusal> {
        if from.look().map_err(Refusal::at("look at"))?.kind != Kind::File {
            return Err(Refusal::Special);
        }
        let original = from.open().map_err(Refusal::at("open"))?;
        let look = Look::of(&original).map_err(Refusal::at("look at"))?;
        if look.kind != Kind::File {
            return Err(Refusal::Special);
        }
        if has_writer(&original) {
            return Err(Refusal::Busy);
        }
        let staged = self.copy(from.clone(), look, |to| io::copy(&mut &original, to).map(|_| ()))?;
        let unchanged = Look::of(&original).is_ok_and(|now| now.same_content(&look));
        if !unchanged || has_writer(&original) {
            self.discard(staged);
            return Err(Refusal::Changed);
        }
        Ok(staged)
    }

    /// Replaces a copy by what `make` writes when it reads the copy, such as a sealed form.
    ///
    /// # Errors
    /// When reading or writing fails; the copy is then gone and the original untouched.
    pub fn restage(
        &self,
        staged: Staged,
        make: impl FnOnce(&mut File, &mut File) -> io::Result<()>,
    ) -> Result<Staged, Refusal> {
        let mut copy = &staged.file;
        let made = copy.rewind().map_err(Refusal::at("read the copy")).and_then(|()| {
            let mut source = staged.file.try_clone().map_err(Refusal::at("read the copy"))?;
            self.copy(staged.from.clone(), staged.look, |to| make(&mut source, to))
        });
        self.discard(staged);
        made
    }

    /// A new copy with the look of the original: its time, its permissions, never less than ours.
    fn copy(
        &self,
        from: Place,
        look: Look,
        write: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<Staged, Refusal> {
        let id = fresh_id().map_err(Refusal::at("name the copy"))?;
        let place = Place::new(&self.stage, &id);
        let mut file = self.disk.create(&place).map_err(Refusal::at("make the copy"))?;
        let filled = self
            .disk
            .step_write(&place.path())
            .and_then(|()| write(&mut file))
            .and_then(|()| file.flush())
            .and_then(|()| file.set_times(FileTimes::new().set_modified(time(look.modified))))
            .and_then(|()| self.key.mac_file(CONTENT, &file))
            .and_then(|mac| file.rewind().map(|()| mac));
        match filled {
            Ok(mac) => Ok(Staged { id, from, look, file, mac, place }),
            Err(e) => {
                let _ = self.disk.remove_if_there(&place);
                Err(Refusal::Io("copy", e))
            }
        }
    }

    /// The permissions of the original, on a copy about to be released.
    pub(super) fn open_up(&self, staged: &Staged) -> io::Result<()> {
        staged.file.set_permissions(Permissions::from_mode(staged.look.mode & 0o777 | 0o600))
    }
}

fn time((seconds, nanos): (i64, u32)) -> SystemTime {
    let nanos = Duration::from_nanos(nanos.into());
    match u64::try_from(seconds) {
        Ok(seconds) => SystemTime::UNIX_EPOCH + Duration::from_secs(seconds) + nanos,
        Err(_) => SystemTime::UNIX_EPOCH - Duration::from_secs(seconds.unsigned_abs()) + nanos,
    }
}
