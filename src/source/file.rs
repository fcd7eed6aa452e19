//! One file, opened without following into devices, with what is needed to notice afterwards
//! that it changed while it was read.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::model::GapReason;

/// An open file and how it looked when it was opened.
#[derive(Debug)]
pub struct OpenFile {
    /// The file.
    pub file: File,
    /// Its size in bytes.
    pub bytes: u64,
    path: PathBuf,
    look: OpenedFacts,
}

#[derive(Debug, PartialEq, Eq)]
struct OpenedFacts {
    length: u64,
    modified: Option<SystemTime>,
    identity: (u64, u64),
}

impl OpenFile {
    /// Opens a regular file.
    ///
    /// # Errors
    /// `NotFound`, `Denied` or `Io` if it cannot be opened, `Special` if it is not a regular file.
    pub fn open(path: &Path) -> Result<Self, GapReason> {
        let meta = std::fs::metadata(path).map_err(|e| reason(&e))?;
        // Opening a pipe would wait for a writer.
        if !meta.is_file() {
            return Err(GapReason::Special);
        }
        let file = File::open(path).map_err(|e| reason(&e))?;
        let meta = file.metadata().map_err(|e| reason(&e))?;
        Ok(OpenFile { file, bytes: meta.len(), path: path.to_path_buf(), look: look(&meta) })
    }

    /// Everything in it, for files that are not long: read at once. What was added meanwhile is left out.
    ///
    /// # Errors
    /// If the system says so.
    pub fn whole(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.bytes).unwrap_or(usize::MAX).saturating_add(1));
        (&self.file).take(self.bytes).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// What `path` holds now is not what was opened.
    pub fn has_changed(&self) -> bool {
        // Where files have no identity, what was opened is asked as well.
        let asked = [(!cfg!(unix)).then(|| self.file.metadata()), Some(std::fs::metadata(&self.path))];
        !asked.into_iter().flatten().all(|meta| meta.is_ok_and(|meta| look(&meta) == self.look))
    }
}

/// Why the system did not give a file or a folder.
pub(super) fn reason(error: &io::Error) -> GapReason {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => GapReason::NotFound,
        io::ErrorKind::PermissionDenied => GapReason::Denied,
        _ => GapReason::Io,
    }
}

fn look(meta: &Metadata) -> OpenedFacts {
    OpenedFacts { length: meta.len(), modified: meta.modified().ok(), identity: identity(meta) }
}

#[cfg(unix)]
fn identity(meta: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (meta.dev(), meta.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_that_grows_shrinks_or_is_replaced_is_noticed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.txt");
        for change in 0..4 {
            std::fs::write(&path, "trees").expect("a file");
            let open = OpenFile::open(&path).expect("opened");
            assert!(!open.has_changed());
            match change {
                0 => drop(File::options().append(true).open(&path).and_then(|mut f| f.write_all(b"!"))),
                1 => drop(File::options().write(true).open(&path).and_then(|f| f.set_len(2))),
                2 => std::fs::remove_file(&path).expect("removed"),
                _ => {
                    let other = folder.path().join("b.txt");
                    std::fs::write(&other, "trees").expect("a file");
                    std::fs::rename(&other, &path).expect("replaced");
                }
            }
            assert!(open.has_changed(), "change {change}");
        }
    }
}
