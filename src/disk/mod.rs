//! Every change Mizha makes to people's folders and to its own state goes through here: create,
//! rename without replacing, remove, sync. Nothing follows a link, nothing overwrites. An
//! observer sees each step before it happens: tests kill the process there, or let it fail.
//! What steps belong together, and in which order, is the gate's business.

mod account;
mod file_stamp;
mod folder;
mod journal;
mod key;
mod lease;
mod raw;

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

pub use account::account;
pub use file_stamp::{FileKind, FileStamp, Identity};
pub use folder::{Folder, private_folder};
pub use journal::Journal;
pub use key::{Key, Mac, fresh_id, fresh_secret};
pub use lease::{Writer, writer};
pub use raw::RawPath;

/// A name in a folder that is held open, so that nobody can exchange the folder under us.
#[derive(Debug, Clone)]
pub struct FileRef {
    /// The folder.
    pub folder: Arc<Folder>,
    /// The name in it.
    pub name: OsString,
}

impl FileRef {
    /// A place.
    pub fn new(folder: &Arc<Folder>, name: impl Into<OsString>) -> Self {
        FileRef { folder: Arc::clone(folder), name: name.into() }
    }

    /// The path, for people and for journals.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(&self.name)
    }

    /// How what lies here looks, without following a link.
    ///
    /// # Errors
    /// When nothing lies here, or the system refuses.
    pub fn look(&self) -> io::Result<FileStamp> {
        let stat = rustix::fs::statat(self.folder.fd(), &self.name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(FileStamp::from(&stat))
    }

    /// Opens the file for reading; a link is not followed, a pipe is not waited for.
    ///
    /// # Errors
    /// When there is none, it is a link, or the system refuses.
    pub fn open(&self) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(File::from(rustix::fs::openat(self.folder.fd(), &self.name, flags, Mode::empty())?))
    }

    /// The same folder, another name.
    pub fn beside(&self, name: impl Into<OsString>) -> Self {
        FileRef::new(&self.folder, name)
    }
}

/// One change about to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskOp<'a> {
    /// A new file.
    Create(&'a Path),
    /// Bytes into a file of ours.
    Write(&'a Path),
    /// What was written to a file reaches the disk.
    SyncFile(&'a Path),
    /// All of a file system reaches the disk.
    SyncAll(&'a Path),
    /// Names made, changed and removed in a folder reach the disk.
    SyncFolder(&'a Path),
    /// A new name for a file, never over another.
    Rename(&'a Path, &'a Path),
    /// A second name for a file, never over another.
    Link(&'a Path, &'a Path),
    /// A name goes.
    Remove(&'a Path),
    /// A new folder.
    MakeFolder(&'a Path),
    /// An empty folder goes.
    RemoveFolder(&'a Path),
}

/// Who reads a file of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Only its owner.
    Owner,
    /// Whoever reads its folder, what an administrator installs for all: everyone on the machine, or, where the folder is
    /// closed to others, the folder's group.
    Everyone,
}

/// Sees each step before it happens; an error is taken for the system's own.
pub type Observer = dyn Fn(DiskOp<'_>) -> io::Result<()> + Send + Sync;

/// The way to the file system.
#[derive(Clone, Default)]
pub struct Disk {
    observer: Option<Arc<Observer>>,
}

impl std::fmt::Debug for Disk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Disk").field("observed", &self.observer.is_some()).finish()
    }
}

impl Disk {
    /// A disk whose every step is seen first.
    pub fn observed(observer: Arc<Observer>) -> Self {
        Disk { observer: Some(observer) }
    }

    fn step(&self, step: DiskOp<'_>) -> io::Result<()> {
        self.observer.as_ref().map_or(Ok(()), |observer| observer(step))
    }

    /// A new file only its owner can read and write.
    ///
    /// # Errors
    /// When the name is taken or the system refuses.
    pub fn create(&self, at: &FileRef) -> io::Result<File> {
        self.step(DiskOp::Create(&at.path()))?;
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(File::from(rustix::fs::openat(at.folder.fd(), &at.name, flags, Mode::RUSR | Mode::WUSR)?))
    }

    /// Says that bytes are about to be written to a file of ours by other means than [`Disk::write`].
    ///
    /// # Errors
    /// When an observer lets it fail.
    pub fn step_write(&self, at: &Path) -> io::Result<()> {
        self.step(DiskOp::Write(at))
    }

    /// Copies bytes into a file of ours.
    ///
    /// # Errors
    /// When reading or writing fails.
    pub fn write(&self, at: &Path, from: &mut dyn io::Read, to: &mut dyn io::Write) -> io::Result<u64> {
        self.step(DiskOp::Write(at))?;
        io::copy(from, to)
    }

    /// What was written to the file reaches the disk.
    ///
    /// # Errors
    /// When the system cannot promise it.
    pub fn sync_file(&self, file: &File, at: &Path) -> io::Result<()> {
        self.step(DiskOp::SyncFile(at))?;
        file.sync_all()
    }

    /// Everything on the file system of the folder reaches the disk: one call for many files.
    ///
    /// # Errors
    /// When the system cannot promise it.
    pub fn sync_all(&self, folder: &Folder) -> io::Result<()> {
        self.step(DiskOp::SyncAll(folder.path()))?;
        Ok(rustix::fs::syncfs(folder.fd())?)
    }

    /// Names made, changed and removed in the folder reach the disk.
    ///
    /// # Errors
    /// When the system cannot promise it.
    pub fn sync_folder(&self, folder: &Folder) -> io::Result<()> {
        self.step(DiskOp::SyncFolder(folder.path()))?;
        match rustix::fs::fsync(folder.fd()) {
            // Some network and FUSE file systems cannot sync a folder and need not.
            Err(Errno::INVAL | Errno::OPNOTSUPP) => Ok(()),
            outcome => Ok(outcome?),
        }
    }

    /// Gives a file a new name, never one that is taken.
    ///
    /// # Errors
    /// `AlreadyExists` when it is taken, `CrossesDevices` between file systems.
    pub fn rename(&self, from: &FileRef, to: &FileRef) -> io::Result<()> {
        self.step(DiskOp::Rename(&from.path(), &to.path()))?;
        let (old, new) = (from.folder.fd(), to.folder.fd());
        match rustix::fs::renameat_with(old, &from.name, new, &to.name, RenameFlags::NOREPLACE) {
            // A file system without this form of rename: a link never replaces either.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                self.step(DiskOp::Link(&from.path(), &to.path()))?;
                rustix::fs::linkat(old, &from.name, new, &to.name, AtFlags::empty())?;
                self.remove(from)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Removes a file.
    ///
    /// # Errors
    /// When there is none or the system refuses.
    pub fn remove(&self, at: &FileRef) -> io::Result<()> {
        self.step(DiskOp::Remove(&at.path()))?;
        Ok(rustix::fs::unlinkat(at.folder.fd(), &at.name, AtFlags::empty())?)
    }

    /// Removes a file that may already be gone.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn remove_if_there(&self, at: &FileRef) -> io::Result<()> {
        match self.remove(at) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            outcome => outcome,
        }
    }

    /// Opens a folder below another and makes what is missing on the way; no link is followed.
    ///
    /// # Errors
    /// When something on the way is not a folder or the system refuses.
    pub fn make_below(&self, root: &Arc<Folder>, below: &Path) -> io::Result<Arc<Folder>> {
        let mut folder = Arc::clone(root);
        for name in below.iter() {
            folder = match folder.below(Path::new(name)) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => {
                    self.step(DiskOp::MakeFolder(&folder.path().join(name)))?;
                    let mode = Mode::RWXU | Mode::RGRP | Mode::XGRP | Mode::ROTH | Mode::XOTH;
                    match rustix::fs::mkdirat(folder.fd(), name, mode) {
                        Ok(()) => self.sync_folder(&folder)?,
                        Err(Errno::EXIST) => {}
                        Err(e) => return Err(e.into()),
                    }
                    folder.below(Path::new(name))?
                }
                outcome => outcome?,
            };
        }
        Ok(folder)
    }

    /// Removes an empty folder.
    ///
    /// # Errors
    /// When it is not empty or the system refuses.
    pub fn remove_folder(&self, at: &FileRef) -> io::Result<()> {
        self.step(DiskOp::RemoveFolder(&at.path()))?;
        Ok(rustix::fs::unlinkat(at.folder.fd(), &at.name, AtFlags::REMOVEDIR)?)
    }

    /// Writes a small file whole: aside first, then in place of the old one. Only for state of
    /// our own, which may be replaced.
    ///
    /// # Errors
    /// When the system refuses; the old file is then untouched.
    pub fn replace(&self, at: &FileRef, bytes: &[u8]) -> io::Result<()> {
        self.replace_for(at, bytes, Readers::Owner)
    }

    /// Writes small files of one folder whole, as [`Disk::replace`] does one, with one set of syncs for all.
    ///
    /// # Errors
    /// When the system refuses; files not yet replaced are then untouched.
    pub fn replace_all(&self, folder: &Arc<Folder>, files: &[(FileRef, Vec<u8>)]) -> io::Result<()> {
        if files.is_empty() {
            return Ok(());
        }
        let aside = |at: &FileRef| {
            let mut name = at.name.clone();
            name.push(".new");
            at.beside(name)
        };
        for (at, bytes) in files {
            let aside = aside(at);
            self.remove_if_there(&aside)?;
            let mut file = self.create(&aside)?;
            self.write(&aside.path(), &mut &bytes[..], &mut file)?;
        }
        self.sync_all(folder)?;
        for (at, _) in files {
            let aside = aside(at);
            self.step(DiskOp::Rename(&aside.path(), &at.path()))?;
            rustix::fs::renameat(at.folder.fd(), &aside.name, at.folder.fd(), &at.name)?;
        }
        self.sync_folder(folder)
    }

    /// The same, for a file that others may have to read.
    ///
    /// # Errors
    /// When the system refuses; the old file is then untouched.
    pub fn replace_for(&self, at: &FileRef, bytes: &[u8], readers: Readers) -> io::Result<()> {
        let mut aside = at.name.clone();
        aside.push(".new");
        let aside = at.beside(aside);
        self.remove_if_there(&aside)?;
        let mut file = self.create(&aside)?;
        if readers == Readers::Everyone {
            open_to_readers(&file, &at.folder)?;
        }
        self.write(&aside.path(), &mut &bytes[..], &mut file)?;
        self.sync_file(&file, &aside.path())?;
        self.step(DiskOp::Rename(&aside.path(), &at.path()))?;
        rustix::fs::renameat(at.folder.fd(), &aside.name, at.folder.fd(), &at.name)?;
        self.sync_folder(&at.folder)
    }
}

/// Lets those read a file who read its folder.
fn open_to_readers(file: &File, folder: &Folder) -> io::Result<()> {
    let stat = rustix::fs::fstat(folder.fd())?;
    let group = Mode::RUSR | Mode::WUSR | Mode::RGRP;
    if Mode::from_raw_mode(stat.st_mode).intersects(Mode::ROTH | Mode::XOTH) {
        return Ok(rustix::fs::fchmod(file, group | Mode::ROTH)?);
    }
    rustix::fs::fchown(file, None, Some(rustix::fs::Gid::from_raw(stat.st_gid)))?;
    Ok(rustix::fs::fchmod(file, group)?)
}

/// An exclusive lock on a file of ours, held until dropped; the system frees it when we die.
#[derive(Debug)]
pub struct Lock(#[allow(dead_code)] OwnedFd);

impl Lock {
    /// Takes the lock, or says who else could have it: `WouldBlock`.
    ///
    /// # Errors
    /// `WouldBlock` when another process has it.
    pub fn take(folder: &Folder, name: impl AsRef<OsStr>) -> io::Result<Self> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(folder.fd(), Path::new(name.as_ref()), flags, Mode::RUSR | Mode::WUSR)?;
        rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive)?;
        Ok(Lock(file))
    }

    /// Another process has the lock. Asking makes nothing: who asks may be another user than the one it belongs to.
    pub fn is_taken(folder: &Folder, name: impl AsRef<OsStr>) -> bool {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let Ok(file) = rustix::fs::openat(folder.fd(), Path::new(name.as_ref()), flags, Mode::empty()) else {
            return false;
        };
        rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_err()
    }

    /// Takes the lock, waiting for it for so long at most.
    ///
    /// # Errors
    /// `WouldBlock` when another process keeps it.
    pub fn take_soon(folder: &Folder, name: &str, patience: Duration) -> io::Result<Self> {
        let until = Instant::now() + patience;
        loop {
            match Lock::take(folder, name) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock && Instant::now() < until => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                outcome => return outcome,
            }
        }
    }
}
