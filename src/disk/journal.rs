//! A journal: lines of JSON, each with a checksum, only ever appended. What an interrupted
//! write left at its end is ignored: nothing was done yet for a line that was not synced.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Disk, FileRef};

/// A journal of records.
#[derive(Debug)]
pub struct Journal<T> {
    disk: Disk,
    place: FileRef,
    file: File,
    bytes: u64,
    records: PhantomData<T>,
}

impl<T: Serialize + DeserializeOwned> Journal<T> {
    /// Opens a journal and gives what stands in it, and how many lines were damaged.
    ///
    /// # Errors
    /// When it cannot be read or made.
    pub fn open(disk: &Disk, place: FileRef) -> io::Result<(Self, Vec<T>, usize)> {
        let mut file = match disk.create(&place) {
            Ok(file) => {
                disk.sync_folder(&place.folder)?;
                file
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => place.folder.update(&place.name)?,
            Err(e) => return Err(e),
        };
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let whole = text.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let torn = read::<T>(&text[whole..]).is_none() && whole < text.len();
        if torn {
            // An interrupted write: nothing was done yet for it.
            text.truncate(whole);
            file.set_len(whole as u64)?;
            file.seek(io::SeekFrom::End(0))?;
        }
        let lines: Vec<Option<T>> = text.split(|b| *b == b'\n').filter(|line| !line.is_empty()).map(read).collect();
        let damaged = lines.iter().filter(|line| line.is_none()).count();
        let mut journal = Journal { disk: disk.clone(), place, file, bytes: text.len() as u64, records: PhantomData };
        if text.last().is_some_and(|last| *last != b'\n') {
            journal.write(b"\n")?;
        }
        Ok((journal, lines.into_iter().flatten().collect(), damaged))
    }

    /// Appends records; they are on the disk when this returns.
    ///
    /// # Errors
    /// When they cannot be written: nothing may be done that they announce.
    pub fn append(&mut self, records: &[T]) -> io::Result<()> {
        self.note(records)?;
        self.disk.sync_file(&self.file, &self.place.path())
    }

    /// Appends records that may be lost in a crash.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn note(&mut self, records: &[T]) -> io::Result<()> {
        let mut text = String::new();
        for record in records {
            let json = serde_json::to_string(record)?;
            text.push_str(&format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes())));
        }
        self.write(text.as_bytes())
    }

    /// How much stands in it.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Empties the journal; to be called only when nothing in it is open.
    ///
    /// # Errors
    /// When it cannot be emptied; it is then as it was.
    pub fn trim(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.bytes = 0;
        self.disk.sync_file(&self.file, &self.place.path())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let written = self.disk.write(&self.place.path(), &mut &bytes[..], &mut self.file);
        if written.is_err() {
            // Half a line must not swallow the next one.
            self.file.set_len(self.bytes)?;
            self.file.seek(io::SeekFrom::Start(self.bytes))?;
        }
        self.bytes += written?;
        Ok(())
    }
}

fn read<T: DeserializeOwned>(line: &[u8]) -> Option<T> {
    let (sum, json) = line.split_at_checked(9)?;
    let sum = u32::from_str_radix(std::str::from_utf8(sum).ok()?.trim_end(), 16).ok()?;
    (crc32fast::hash(json) == sum).then(|| serde_json::from_slice(json).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::Folder;

    fn open(folder: &std::path::Path) -> (Journal<String>, Vec<String>, usize) {
        let folder = Folder::open(folder).expect("a folder");
        Journal::open(&Disk::default(), FileRef::new(&folder, "journal")).expect("a journal")
    }

    #[test]
    fn a_torn_end_is_no_damage_and_a_changed_line_is() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("journal");
        let (mut journal, before, _) = open(folder.path());
        assert!(before.is_empty());
        journal.append(&["one".into(), "two".into(), "three".into()]).expect("written");
        let whole = std::fs::read(&path).expect("read");
        for end in 0..whole.len() {
            std::fs::write(&path, &whole[..end]).expect("cut");
            let (mut journal, records, damaged) = open(folder.path());
            let complete = whole[..end].iter().filter(|b| **b == b'\n').count();
            assert!(damaged == 0 && (records.len() == complete || records.len() == complete + 1), "cut at {end}");
            journal.append(&["next".into()]).expect("written");
            assert_eq!(open(folder.path()).1.last().map(String::as_str), Some("next"), "cut at {end}");
        }
        let changed = String::from_utf8(whole).expect("text").replace("one", "own");
        std::fs::write(&path, changed).expect("changed");
        let (mut journal, records, damaged) = open(folder.path());
        assert_eq!((records, damaged), (vec!["two".to_string(), "three".to_string()], 1));
        journal.trim().expect("emptied");
        assert!(open(folder.path()).1.is_empty());
    }
}
