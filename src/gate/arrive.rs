//! Arriving: a copy gets its name at the target, and nothing is replaced. Of several files of one name the newest is
//! the one with the highest number, or has the name itself while the older ones are put aside. Another file system gets
//! a copy that is read back before it is named.

use std::ffi::{OsStr, OsString};
use std::fs::{FileTimes, Permissions};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Attempt, CONTENT, Destination, Folders, Gate, GateRefusal, Move, Named, Older, hidden_name};
use crate::disk::{FileKind, FileRef, Folder, Mac};

/// Numbers tried before a name is given up.
const NUMBERS: u32 = 10_000;
/// Numbers from which on one in a name is taken for a year or the like, and not for one of ours.
const YEAR: u32 = 1000;
/// Bytes a name may have on nearly every file system.
const NAME: usize = 255;

impl Gate {
    pub(super) fn arrive(&self, m: &Move, folders: &mut Folders) -> Result<Named, GateRefusal> {
        let wanted = self.wanted(&m.target, folders).map_err(|e| match obstacle(&m.target) {
            Some(path) if e.kind() == io::ErrorKind::NotADirectory => GateRefusal::Obstacle(path),
            _ => GateRefusal::Io(Attempt::OpenTarget, e),
        })?;
        if m.target.released {
            m.staged.open_up().map_err(GateRefusal::at(Attempt::SetPermissions))?;
        }
        let staged = &m.staged.place;
        match self.name(staged, &wanted, m) {
            Err(e) if e.kind() == io::ErrorKind::CrossesDevices => {
                let part = wanted.beside(hidden_name(&m.staged.id));
                let named = self.copy_across(m, &part).and_then(|()| self.name(&part, &wanted, m));
                let _ = self.stager.disk.remove_if_there(&part);
                let named = named.map_err(GateRefusal::at(Attempt::CopyToTarget))?;
                self.stager.disk.remove_if_there(staged).map_err(GateRefusal::at(Attempt::RemoveCopy))?;
                Ok(named)
            }
            outcome => outcome.map_err(GateRefusal::at(Attempt::NameAtTarget)),
        }
    }

    /// The place wanted; folders on the way are made.
    pub(super) fn wanted(&self, target: &Destination, folders: &mut Folders) -> io::Result<FileRef> {
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
        Ok(FileRef::new(&folder, name))
    }

    /// Gives the copy its name, or finds that the newest file of that name has its bytes already.
    fn name(&self, from: &FileRef, wanted: &FileRef, m: &Move) -> io::Result<Named> {
        let disk = &self.stager.disk;
        match disk.rename(from, wanted) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            outcome => return outcome.map(|()| Named { place: wanted.clone(), older: None }),
        }
        if let Some(older) = &m.target.older
            && !self.holds(wanted, &m.staged.mac)
            && wanted.look().is_ok_and(|look| look.kind == FileKind::File)
        {
            self.put_aside(wanted, older)?;
            match disk.rename(from, wanted) {
                // Somebody was faster: a number, then.
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                outcome => return outcome.map(|()| Named { place: wanted.clone(), older: Some(Older::Aside) }),
            }
        }
        let newest = match m.target.older {
            Some(_) => wanted.clone(),
            None => wanted.beside(numbered(&wanted.name, highest(wanted)?)),
        };
        if self.holds(&newest, &m.staged.mac) {
            disk.remove(from)?;
            return Ok(Named { place: newest, older: None });
        }
        let place = under_the_next_name(wanted, |next| disk.rename(from, next))?;
        Ok(Named { place, older: Some(Older::Kept) })
    }

    /// An older file leaves its name to the newer one: it goes into a folder beside it that bears the day.
    fn put_aside(&self, wanted: &FileRef, older: &str) -> io::Result<()> {
        let disk = &self.stager.disk;
        let dated = format!("{older} {}", jiff::Zoned::now().date());
        let folder = disk.make_below(&wanted.folder, Path::new(&dated))?;
        match under_the_next_name(&FileRef::new(&folder, &wanted.name), |next| disk.rename(wanted, next)) {
            // Somebody took it away: its name is free.
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(e),
            // Before the newer one has the name: this one must not be lost with the power.
            Ok(_) => disk.sync_folder(&folder),
        }
    }

    /// The place holds a regular file with these bytes.
    pub(super) fn holds(&self, place: &FileRef, mac: &Mac) -> bool {
        place.look().is_ok_and(|look| look.kind == FileKind::File)
            && place.open().and_then(|file| self.stager.key.mac_file(CONTENT, &file)).is_ok_and(|found| found == *mac)
    }

    /// Copies the approved bytes to another file system and reads them back.
    fn copy_across(&self, m: &Move, part: &FileRef) -> io::Result<()> {
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
fn obstacle(target: &Destination) -> Option<PathBuf> {
    let (root, below): (&Path, &Path) = (target.root.as_ref(), target.below.as_ref());
    let way = below.parent()?.ancestors().map(|part| root.join(part));
    way.filter(|path| std::fs::symlink_metadata(path).is_ok_and(|meta| !meta.is_dir())).last()
}

/// Tries the wanted name, then numbered ones, until one is not taken.
pub(super) fn under_a_free_name(wanted: &FileRef, attempt: impl Fn(&FileRef) -> io::Result<()>) -> io::Result<FileRef> {
    for number in 1..=NUMBERS {
        let place = wanted.beside(numbered(&wanted.name, number));
        match attempt(&place) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            outcome => return outcome.map(|()| place),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Tries the wanted name, then the numbers behind the highest that is taken: the newest file has the highest.
fn under_the_next_name(wanted: &FileRef, attempt: impl Fn(&FileRef) -> io::Result<()>) -> io::Result<FileRef> {
    match attempt(wanted) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        outcome => return outcome.map(|()| wanted.clone()),
    }
    let highest = highest(wanted)?;
    for number in highest + 1..=highest + NUMBERS {
        let place = wanted.beside(numbered(&wanted.name, number));
        match attempt(&place) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            outcome => return outcome.map(|()| place),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// The highest number that a file of this name has; 1 is the name itself.
fn highest(wanted: &FileRef) -> io::Result<u32> {
    let numbers = wanted.folder.names()?.into_iter().filter_map(|name| number_of(&name, &wanted.name));
    Ok(numbers.max().unwrap_or(1))
}

/// Which number a name is of another.
fn number_of(name: &OsStr, of: &OsStr) -> Option<u32> {
    let bytes = name.as_bytes();
    let digits = &bytes[bytes.iter().rposition(|b| *b == b'(')? + 1..];
    let digits = std::str::from_utf8(digits.split(|b| *b == b')').next()?).ok()?;
    let number = digits.parse().ok().filter(|number| (2..YEAR).contains(number))?;
    (numbered(of, number) == name).then_some(number)
}

/// Everything that lies under this name or a number of it, also what was put aside into folders that begin with `older`.
pub(super) fn of_this_name(wanted: &FileRef, older: Option<&str>) -> io::Result<Vec<FileRef>> {
    let mut places = Vec::new();
    let names = wanted.folder.names()?;
    for name in names.iter().filter(|name| **name == wanted.name || number_of(name, &wanted.name).is_some()) {
        places.push(wanted.beside(name));
    }
    let Some(older) = older else { return Ok(places) };
    let prefix = format!("{older} ");
    for aside in names.iter().filter(|name| name.as_bytes().starts_with(prefix.as_bytes())) {
        if let Ok(folder) = wanted.folder.below(Path::new(aside)) {
            places.extend(of_this_name(&FileRef::new(&folder, &wanted.name), None)?);
        }
    }
    Ok(places)
}

/// `a.docx`, `a (2).docx`, `a (3).docx`; cut short, at a character, where a name would be too long.
fn numbered(name: &OsStr, number: u32) -> OsString {
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
    use super::*;

    #[test]
    fn numbers_go_before_the_extension() {
        for (name, wanted) in [("通知.docx", "通知 (2).docx"), (".profile", ".profile (2)"), ("README", "README (2)")]
        {
            assert_eq!(numbered(OsStr::new(name), 2), wanted);
        }
        let second = OsStr::new("a (2).docx");
        assert_eq!(number_of(second, OsStr::new("a.docx")), Some(2));
        for other in ["b.docx", "a.doc", "a", "a (2).docx"] {
            assert_eq!(number_of(second, OsStr::new(other)), None, "{other}");
        }
        // A year, not the two-thousand-and-twenty-sixth save.
        assert_eq!(number_of(OsStr::new("a (2026).docx"), OsStr::new("a.docx")), None);
        let long = format!("{}.docx", "密".repeat(83));
        let name = numbered(OsStr::new(&long), 10);
        assert!(name.len() <= NAME && name.to_str().is_some_and(|name| name.ends_with("密 (10).docx")));
    }
}
