//! Arriving: a copy gets its name at the target. A taken name gets a number, unless it holds
//! the same bytes already; another file system gets a copy that is read back before it is named.

use std::ffi::OsString;
use std::fs::{FileTimes, Permissions};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Attempt, CONTENT, Folders, Gate, Move, Refusal, Target, hidden_name};
use crate::disk::{Folder, Kind, Mac, Place};

/// Numbers tried before a name is given up.
const NUMBERS: u32 = 10_000;
/// Bytes a name may have on nearly every file system.
const NAME: usize = 255;

impl Gate {
    pub(super) fn arrive(&self, m: &Move, folders: &mut Folders) -> Result<Place, Refusal> {
        let wanted = self.wanted(&m.target, folders).map_err(|e| match obstacle(&m.target) {
            Some(path) if e.kind() == io::ErrorKind::NotADirectory => Refusal::Obstacle(path),
            _ => Refusal::Io(Attempt::OpenTarget, e),
        })?;
        if m.target.released {
            m.staged.open_up().map_err(Refusal::at(Attempt::SetPermissions))?;
        }
        let staged = &m.staged.place;
        let arrived = self.name_or_find(staged, &wanted, &m.staged.mac);
        match arrived {
            Err(e) if e.kind() == io::ErrorKind::CrossesDevices => {
                let part = wanted.beside(hidden_name(&m.staged.id));
                let arrived =
                    self.copy_across(m, &part).and_then(|()| self.name_or_find(&part, &wanted, &m.staged.mac));
                let _ = self.stager.disk.remove_if_there(&part);
                let place = arrived.map_err(Refusal::at(Attempt::CopyToTarget))?;
                self.stager.disk.remove_if_there(staged).map_err(Refusal::at(Attempt::RemoveCopy))?;
                Ok(place)
            }
            outcome => outcome.map_err(Refusal::at(Attempt::NameAtTarget)),
        }
    }

    /// The place wanted; folders on the way are made.
    pub(super) fn wanted(&self, target: &Target, folders: &mut Folders) -> io::Result<Place> {
        let (root, below): (&Path, &Path) = (target.root.as_ref(), target.below.as_ref());
        let name = below.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let parent = below.parent().unwrap_or(Path::new(""));
        let path = root.join(parent);
        let folder = match folders.get(&path) {
            Some(folder) => Arc::clone(folder),
            None => {
                let folder = self.stager.disk.make_below(&Folder::open(root)?, parent)?;
                folders.insert(path, Arc::clone(&folder));
                folder
            }
        };
        Ok(Place::new(&folder, name))
    }

    /// Gives the copy a free name, or finds that its bytes have the wanted one already.
    fn name_or_find(&self, from: &Place, wanted: &Place, mac: &Mac) -> io::Result<Place> {
        under_a_free_name(wanted, |place| match self.stager.disk.rename(from, place) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && self.holds(place, mac) => {
                self.stager.disk.remove(from)
            }
            outcome => outcome,
        })
    }

    /// The place holds a regular file with these bytes.
    pub(super) fn holds(&self, place: &Place, mac: &Mac) -> bool {
        place.look().is_ok_and(|look| look.kind == Kind::File)
            && place.open().and_then(|file| self.stager.key.mac_file(CONTENT, &file)).is_ok_and(|found| found == *mac)
    }

    /// Copies the approved bytes to another file system and reads them back.
    fn copy_across(&self, m: &Move, part: &Place) -> io::Result<()> {
        self.stager.disk.remove_if_there(part)?;
        let mut file = self.stager.disk.create(part)?;
        let mut copy = &m.staged.file;
        io::Seek::rewind(&mut copy)?;
        self.stager.disk.write(&part.path(), &mut copy, &mut file)?;
        let meta = m.staged.file.metadata()?;
        file.set_times(FileTimes::new().set_modified(meta.modified()?))?;
        // A stick without permissions refuses them, and that is no reason to hold a clear file.
        let _ = file.set_permissions(Permissions::from_mode(meta.permissions().mode() & 0o777));
        self.stager.disk.sync_file(&file, &part.path())?;
        if self.stager.key.mac_file(CONTENT, &file)? == m.staged.mac {
            Ok(())
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, "the target did not keep the bytes"))
        }
    }
}

/// What lies on the way to the target and is no folder.
fn obstacle(target: &Target) -> Option<PathBuf> {
    let (root, below): (&Path, &Path) = (target.root.as_ref(), target.below.as_ref());
    let way = below.parent()?.ancestors().map(|part| root.join(part));
    way.filter(|path| std::fs::symlink_metadata(path).is_ok_and(|meta| !meta.is_dir())).last()
}

/// Tries the wanted name, then numbered ones, until one is not taken.
pub(super) fn under_a_free_name(wanted: &Place, attempt: impl Fn(&Place) -> io::Result<()>) -> io::Result<Place> {
    for number in 1..=NUMBERS {
        let place = wanted.beside(numbered(&wanted.name, number));
        match attempt(&place) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            outcome => return outcome.map(|()| place),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// `a.docx`, `a (2).docx`, `a (3).docx`; cut short, at a character, where a name would be too long.
pub(super) fn numbered(name: &std::ffi::OsStr, number: u32) -> OsString {
    if number == 1 {
        return name.to_os_string();
    }
    let bytes = name.as_bytes();
    let dot = bytes.iter().rposition(|b| *b == b'.').filter(|dot| *dot > 0 && bytes.len() - dot <= 12);
    let (stem, extension) = bytes.split_at(dot.unwrap_or(bytes.len()));
    let suffix = format!(" ({number})");
    let mut keep = stem.len().min(NAME.saturating_sub(extension.len() + suffix.len()));
    while keep < stem.len() && keep > 0 && stem[keep] & 0xC0 == 0x80 {
        keep -= 1;
    }
    OsString::from_vec([&stem[..keep], suffix.as_bytes(), extension].concat())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn numbers_go_before_the_extension() {
        for (name, wanted) in [("通知.docx", "通知 (2).docx"), (".profile", ".profile (2)"), ("README", "README (2)")]
        {
            assert_eq!(numbered(OsStr::new(name), 2), wanted);
        }
        let long = format!("{}.docx", "密".repeat(83));
        let name = numbered(OsStr::new(&long), 10);
        assert!(name.len() <= NAME && name.to_str().is_some_and(|name| name.ends_with("密 (10).docx")));
    }
}
