//! What discovery asks of the world: how things look and what lies in a folder. One trait, so that
//! discovery is tested without a disk.

use std::path::{Path, PathBuf};

use super::mounts;
use crate::disk::{FileStamp, Identity};
use crate::model::{GapReason, SystemFault};
use crate::source::walk;

/// The folders as they are now.
pub(super) trait Tree: std::fmt::Debug + Send {
    /// How what lies at a path looks; none when nothing does.
    fn look(&self, path: &Path) -> Option<FileStamp>;
    /// Which folder lies at a path; none when nothing does.
    fn identity(&self, path: &Path) -> Option<Identity>;
    /// Why a folder cannot be read, if so.
    fn fault(&self, folder: &Path) -> Option<SystemFault>;
    /// Everything below a folder: files and what else is no folder; none for a folder that cannot be read.
    fn below(&self, folder: &Path) -> Box<dyn Iterator<Item = Option<PathBuf>>>;
    /// Something is mounted at this folder.
    fn is_mount(&self, folder: &Path) -> bool;
    /// The file system does not tell of all changes.
    fn is_silent(&self, folder: &Path) -> bool;
}

/// The real one.
#[derive(Debug)]
pub(super) struct RealTree;

impl Tree for RealTree {
    fn look(&self, path: &Path) -> Option<FileStamp> {
        FileStamp::at(path).ok()
    }

    fn identity(&self, path: &Path) -> Option<Identity> {
        Identity::at(path)
    }

    fn fault(&self, folder: &Path) -> Option<SystemFault> {
        std::fs::read_dir(folder).err().map(|e| SystemFault::from(&e))
    }

    fn below(&self, folder: &Path) -> Box<dyn Iterator<Item = Option<PathBuf>>> {
        Box::new(walk(folder).map(|entry| (!entry.gap.is_some_and(GapReason::is_io)).then_some(entry.path)))
    }

    fn is_mount(&self, folder: &Path) -> bool {
        mounts::is_mount(folder)
    }

    fn is_silent(&self, folder: &Path) -> bool {
        mounts::is_silent(folder)
    }
}
