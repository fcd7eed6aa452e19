//! Staging: a file is copied into a folder of ours, hashed on the way. Whoever decides looks at
//! the copy, so what is judged and what is released are the same bytes.

use std::fs::{File, FileTimes, Permissions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{Attempt, CONTENT, GateRefusal, hidden_name};
use crate::disk::{Disk, FileKind, FileRef, FileStamp, Folder, Key, Mac, Writer, fresh_id, writer};

/// Files up to this size are read once, into memory; larger ones are copied piece by piece.
const WHOLE: u64 = 4 << 20;

/// A file whose writers the kernel does not tell of has to lie unchanged for so long before it is copied, and so long
/// again, under its hidden name, after its copy has arrived.
pub const UNTOLD: Duration = Duration::from_secs(10);

/// A copy, and what it is a copy of.
#[derive(Debug)]
pub struct Staged {
    /// The identifier it keeps on its way, and in the quarantine.
    pub id: String,
    /// The original.
    pub from: FileRef,
    /// How the original looked before and after it was copied.
    pub look: FileStamp,
    /// The copy, for reading.
    pub file: File,
    /// The keyed hash of the copy.
    pub mac: Mac,
    /// The keyed hash of the original's bytes as they were copied: that of the copy, unless it was sealed since.
    pub content: Mac,
    /// Permissions it gets when it is released: those of the original, unless whoever decides knows better.
    pub mode: u32,
    pub(super) original: File,
    pub(super) place: FileRef,
    /// What was written to the copy, if it is small.
    bytes: Option<Vec<u8>>,
    /// The kernel does not say whether somebody writes the original.
    untold: bool,
}

impl Staged {
    /// The bytes of the copy, if they are still in memory. Whoever looks at them takes them away,
    /// so that waiting copies need no memory.
    pub fn take_bytes(&mut self) -> Option<Vec<u8>> {
        self.bytes.take()
    }

    /// Gives the copy the permissions of the original, as it is about to be released.
    pub(super) fn open_up(&self) -> io::Result<()> {
        self.file.set_permissions(Permissions::from_mode(self.mode & 0o777 | 0o600))
    }

    /// The original still holds what was copied, and nobody is known to write it. Its times cannot tell: a program may
    /// have put them back, and some file systems count in seconds.
    pub(super) fn is_unchanged(&self, key: &Key) -> io::Result<bool> {
        Ok(key.mac_file(CONTENT, &self.original)? == self.content && writer(&self.original) != Writer::Somebody)
    }

    /// The kernel does not say whether somebody writes the original.
    pub(super) fn writer_is_unknown(&self) -> bool {
        self.untold
    }

    /// The hidden name the original has on its way.
    pub(super) fn hidden(&self) -> FileRef {
        self.from.beside(hidden_name(&self.id))
    }
}

/// What has been written to a new copy.
struct StagedBytes {
    mac: Mac,
    bytes: Option<Vec<u8>>,
}

/// Copies files aside. A copy of it can go on with the next files while the gate carries the last.
#[derive(Debug, Clone)]
pub struct Stager {
    pub(super) disk: Disk,
    pub(super) key: Key,
    pub(super) folder: Arc<Folder>,
}

impl Stager {
    /// Copies a file aside.
    ///
    /// # Errors
    /// When it is no regular file, a program still writes it, it changes, or the system refuses.
    pub fn stage(&self, from: &FileRef) -> Result<Staged, GateRefusal> {
        let original = from.open().map_err(|e| match e.raw_os_error() {
            // A link, a socket.
            Some(libc::ELOOP | libc::ENXIO) => GateRefusal::Special,
            _ => GateRefusal::Io(Attempt::Open, e),
        })?;
        let look = FileStamp::of(&original).map_err(GateRefusal::at(Attempt::LookAt))?;
        if look.kind != FileKind::File {
            return Err(GateRefusal::Special);
        }
        let written = writer(&original);
        match written {
            Writer::Nobody => {}
            Writer::Somebody => return Err(GateRefusal::Busy),
            Writer::Unknown if has_rested(&look, UNTOLD) => {}
            Writer::Unknown => return Err(GateRefusal::Untold),
        }
        let mut staged = self.copy(from.clone(), look, original, |from, to| {
            if look.bytes > WHOLE {
                return Ok(StagedBytes { mac: self.key.mac_through(CONTENT, from, to)?, bytes: None });
            }
            let mut bytes = Vec::with_capacity(look.bytes as usize + 1);
            from.take(WHOLE + 1).read_to_end(&mut bytes)?;
            to.write_all(&bytes)?;
            Ok(StagedBytes { mac: self.key.mac(CONTENT, &bytes), bytes: Some(bytes) })
        })?;
        staged.untold = written == Writer::Unknown;
        let read = staged.bytes.as_ref().map_or(look.bytes, |bytes| bytes.len() as u64);
        // Whether someone writes it by now is asked once more when it is taken.
        if read != look.bytes || !FileStamp::of(&staged.original).is_ok_and(|now| now.same_content(&look)) {
            self.discard(staged);
            return Err(GateRefusal::Changed);
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
    ) -> Result<Staged, GateRefusal> {
        let mut copy = &staged.file;
        let sources = copy.rewind().and_then(|()| Ok((staged.file.try_clone()?, staged.original.try_clone()?)));
        let made = sources.map_err(GateRefusal::at(Attempt::ReadCopy)).and_then(|(mut source, original)| {
            let made = self.copy(staged.from.clone(), staged.look, original, |_, to| {
                make(&mut source, to)?;
                Ok(StagedBytes { mac: self.key.mac_file(CONTENT, to)?, bytes: None })
            })?;
            Ok(Staged { content: staged.content.clone(), untold: staged.untold, ..made })
        });
        self.discard(staged);
        made
    }

    /// A new copy, with the time of the original.
    fn copy(
        &self,
        from: FileRef,
        look: FileStamp,
        mut original: File,
        write: impl FnOnce(&mut File, &mut File) -> io::Result<StagedBytes>,
    ) -> Result<Staged, GateRefusal> {
        let id = fresh_id().map_err(GateRefusal::at(Attempt::NameCopy))?;
        let place = FileRef::new(&self.folder, &id);
        let mut file = self.disk.create(&place).map_err(GateRefusal::at(Attempt::MakeCopy))?;
        let filled = self
            .disk
            .step_write(&place.path())
            .and_then(|()| write(&mut original, &mut file))
            .and_then(|written| file.flush().map(|()| written))
            .and_then(|written| {
                file.set_times(FileTimes::new().set_modified(time(look.modified)))?;
                if written.bytes.is_none() {
                    file.rewind()?;
                }
                Ok(written)
            });
        match filled {
            Ok(StagedBytes { mac, bytes }) => {
                let (content, mode) = (mac.clone(), look.mode);
                Ok(Staged { id, from, look, file, content, mac, mode, original, place, bytes, untold: false })
            }
            Err(e) => {
                let _ = self.disk.remove_if_there(&place);
                Err(GateRefusal::Io(Attempt::Copy, e))
            }
        }
    }

    /// Gives up a copy that is not wanted after all.
    pub fn discard(&self, staged: Staged) {
        if let Err(e) = self.disk.remove_if_there(&staged.place) {
            tracing::warn!(error = %e.kind(), "a copy could not be removed");
        }
    }
}

/// Nothing of the file changed for so long. A time in the future is of a clock that was put back: it counts as long ago.
pub(super) fn has_rested(look: &FileStamp, rest: Duration) -> bool {
    let since = SystemTime::now().duration_since(time(look.changed));
    since.map_or(true, |since| since >= rest)
}

fn time((seconds, nanos): (i64, u32)) -> SystemTime {
    let nanos = Duration::from_nanos(nanos.into());
    match u64::try_from(seconds) {
        Ok(seconds) => SystemTime::UNIX_EPOCH + Duration::from_secs(seconds) + nanos,
        Err(_) => SystemTime::UNIX_EPOCH - Duration::from_secs(seconds.unsigned_abs()) + nanos,
    }
}
