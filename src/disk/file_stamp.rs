//! How a file looks from outside: enough to tell whether it is still the one that was read.

use serde::{Deserialize, Serialize};

/// What lies at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link.
    Link,
    /// A socket, a pipe or a device.
    Special,
}

/// How a file looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileStamp {
    /// What it is.
    pub kind: FileKind,
    /// The file system.
    pub device: u64,
    /// The file's number there.
    pub inode: u64,
    /// Size.
    pub bytes: u64,
    /// When the content changed: seconds and nanoseconds.
    pub modified: (i64, u32),
    /// When anything changed, the name included.
    pub changed: (i64, u32),
    /// Names this file has.
    pub links: u64,
    /// Permissions.
    pub mode: u32,
}

impl FileStamp {
    /// The same file with the same content, whatever became of its name.
    pub fn same_content(&self, other: &FileStamp) -> bool {
        let content = |look: &FileStamp| (look.kind, look.device, look.inode, look.bytes, look.modified);
        content(self) == content(other)
    }
}

impl From<&rustix::fs::Stat> for FileStamp {
    // The widths of these fields differ between processors.
    #[allow(clippy::unnecessary_cast, clippy::useless_conversion)]
    fn from(stat: &rustix::fs::Stat) -> Self {
        use rustix::fs::FileType;
        let kind = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => FileKind::File,
            FileType::Directory => FileKind::Folder,
            FileType::Symlink => FileKind::Link,
            _ => FileKind::Special,
        };
        FileStamp {
            kind,
            device: stat.st_dev as u64,
            inode: stat.st_ino as u64,
            bytes: stat.st_size as u64,
            modified: (stat.st_mtime as i64, stat.st_mtime_nsec as u32),
            changed: (stat.st_ctime as i64, stat.st_ctime_nsec as u32),
            links: stat.st_nlink as u64,
            mode: stat.st_mode as u32 & 0o7777,
        }
    }
}

/// Which folder lies at a path: another one under the same name, made anew or mounted anew, is
/// told apart even when numbers were given out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    device: (u32, u32),
    inode: u64,
    born: (i64, u32),
    mount: u64,
}

impl Identity {
    /// One for tests of what does not touch a disk.
    #[cfg(test)]
    pub(crate) fn numbered(inode: u64) -> Self {
        Identity { device: (0, 0), inode, born: (0, 0), mount: 0 }
    }

    /// Of what lies at a path; none when nothing does.
    pub fn at(path: &std::path::Path) -> Option<Self> {
        use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
        // STATX_MNT_ID_UNIQUE, never given out again, since Linux 6.8; before that the plain number.
        const UNIQUE: StatxFlags = StatxFlags::from_bits_retain(0x4000);
        let wanted = StatxFlags::BASIC_STATS | StatxFlags::BTIME | StatxFlags::MNT_ID;
        let ask = |wanted| statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, wanted);
        let stat = ask(wanted | UNIQUE).or_else(|_| ask(wanted)).ok()?;
        Some(Identity {
            device: (stat.stx_dev_major, stat.stx_dev_minor),
            inode: stat.stx_ino,
            born: (stat.stx_btime.tv_sec, stat.stx_btime.tv_nsec),
            mount: stat.stx_mnt_id,
        })
    }
}

impl FileStamp {
    /// How what lies at a path looks, without following a link at its end.
    ///
    /// # Errors
    /// When nothing lies there, or the system refuses.
    pub fn at(path: &std::path::Path) -> std::io::Result<Self> {
        Ok(FileStamp::from(&rustix::fs::lstat(path)?))
    }

    /// How an open file looks.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn of(file: &std::fs::File) -> std::io::Result<Self> {
        Ok(FileStamp::from(&rustix::fs::fstat(file)?))
    }
}
