//! Folders held open. Below one of them every step is taken without following a link.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};

/// A folder held open.
#[derive(Debug)]
pub struct Folder {
    fd: OwnedFd,
    path: PathBuf,
}

impl Folder {
    /// Opens a folder a person named; links on the way to it are theirs to set.
    ///
    /// # Errors
    /// When there is none or the system refuses.
    pub fn open(path: &Path) -> io::Result<Arc<Self>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd = rustix::fs::open(path, flags, Mode::empty())?;
        Ok(Arc::new(Folder { fd, path: path.to_path_buf() }))
    }

    /// Opens a folder below this one, name by name, following no link.
    ///
    /// # Errors
    /// When a name on the way is not a folder, or the path leads elsewhere.
    pub fn below(self: &Arc<Self>, below: &Path) -> io::Result<Arc<Self>> {
        let mut folder = Arc::clone(self);
        for component in below.components() {
            let Component::Normal(name) = component else {
                return Err(io::ErrorKind::InvalidInput.into());
            };
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let fd = rustix::fs::openat(&folder.fd, name, flags, Mode::empty())?;
            folder = Arc::new(Folder { fd, path: folder.path.join(name) });
        }
        Ok(folder)
    }

    /// Opens a file of ours for reading and writing at its end; no link is followed.
    pub(crate) fn update(&self, name: &std::ffi::OsStr) -> io::Result<std::fs::File> {
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(std::fs::File::from(rustix::fs::openat(&self.fd, name, flags, Mode::empty())?))
    }

    /// The names in it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn names(&self) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.fd)? {
            let name = entry?.file_name().to_bytes().to_vec();
            if name != b"." && name != b".." {
                names.push(OsString::from_vec(name));
            }
        }
        Ok(names)
    }

    /// How the folder looks.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn look(&self) -> io::Result<super::FileStamp> {
        Ok(super::FileStamp::from(&rustix::fs::fstat(&self.fd)?))
    }

    /// The folder's path as it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The handle.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Opens a folder of our own, making it if needed: 0700, whatever it was before.
///
/// # Errors
/// When it cannot be made, or belongs to someone else.
pub fn private_folder(path: &Path) -> io::Result<Arc<Folder>> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let folder = Folder::open(path)?;
    let meta = std::fs::metadata(path)?;
    if meta.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the state folder belongs to another user"));
    }
    if meta.mode() & 0o077 != 0 {
        rustix::fs::fchmod(&folder.fd, Mode::RWXU)?;
    }
    Ok(folder)
}
