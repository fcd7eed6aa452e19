//! How things are: folders, counts, packs, the last walk, and what does not work as it should.
//! Written where `mizha status` finds it. No file names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::act::quarantine::pack;
use crate::disk::{Disk, Place, RawPath, private_folder};
use crate::scan::Scanner;

use super::{Duty, Root};

const NAME: &str = "status.json";

/// One folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderStatus {
    /// The folder.
    pub path: Option<RawPath>,
    /// Where cleared files appear, if it is a gate.
    pub export: Option<RawPath>,
    /// Files that wait for their rest, or for a program to close them.
    pub waiting: usize,
    /// Files released, or looked at and left.
    pub passed: u64,
    /// Files held.
    pub held: u64,
    /// Files in a watch folder that could not be inspected: left, and not called clear.
    #[serde(default)]
    pub unread: u64,
    /// Links, pipes and the like that stay where they are.
    pub refused: usize,
    /// Folders below it that could not be read on the last walk: what lies there is not looked at.
    #[serde(default)]
    pub closed: usize,
    /// Why the folder cannot be read now.
    pub unreachable: Option<String>,
    /// Why a file in it could not be carried; none once all could.
    pub stuck: Option<String>,
    #[serde(skip)]
    refusals: BTreeSet<PathBuf>,
}

/// How things are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The daemon's process.
    pub pid: u32,
    /// Its version.
    pub version: String,
    /// Since when, in UTC.
    pub since: String,
    /// The last walk over all folders.
    pub last_walk: String,
    /// Walks so far.
    pub walks: u64,
    /// How often events were lost; a walk found what they would have told.
    pub overflows: u64,
    /// Folders.
    pub folders: Vec<FolderStatus>,
    /// Packs and versions.
    pub packs: Vec<String>,
    /// How far the kernel keeps the daemon to its folders: `full`, `partial`, or why not at all.
    #[serde(default)]
    pub confined: String,
    /// What does not work as it should.
    pub degraded: BTreeSet<String>,
}

impl Status {
    pub(super) fn new(roots: &[Root], scanner: &Scanner) -> Self {
        let mut status = Status {
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            since: jiff::Timestamp::now().to_string(),
            packs: scanner.rules().packs().iter().map(pack).collect(),
            ..Status::default()
        };
        status.folders_changed(roots);
        status
    }

    pub(super) fn folders_changed(&mut self, roots: &[Root]) {
        let known = std::mem::take(&mut self.folders);
        self.folders = roots
            .iter()
            .map(|root| {
                let path: RawPath = root.path.clone().into();
                let before = known.iter().find(|folder| folder.path.as_ref() == Some(&path)).cloned();
                let export = match &root.duty {
                    Duty::Gate { export } => Some(export.clone().into()),
                    Duty::Watch { .. } => None,
                };
                FolderStatus { path: Some(path), export, ..before.unwrap_or_default() }
            })
            .collect();
    }

    pub(super) fn walked(&mut self) {
        self.last_walk = jiff::Timestamp::now().to_string();
        self.walks += 1;
    }

    pub(super) fn degrade(&mut self, problem: &str) {
        self.degraded.insert(problem.to_string());
    }

    pub(super) fn reach(&mut self, root: usize, problem: Option<String>) {
        if let Some(folder) = self.folders.get_mut(root) {
            folder.unreachable = problem;
        }
    }

    pub(super) fn stick(&mut self, root: usize, problem: String) {
        if let Some(folder) = self.folders.get_mut(root) {
            folder.stuck = Some(problem);
        }
    }

    /// A walk over a folder begins: links that are gone count no longer.
    pub(super) fn begin_walk(&mut self, root: usize) {
        if let Some(folder) = self.folders.get_mut(root) {
            folder.refusals.clear();
            folder.refused = 0;
        }
    }

    /// Folders below that could not be read on this walk.
    pub(super) fn unread_below(&mut self, root: usize, closed: usize) {
        if let Some(folder) = self.folders.get_mut(root) {
            folder.closed = closed;
        }
    }

    pub(super) fn refuse(&mut self, root: usize, path: &Path) {
        const KEPT: usize = 1000;
        if let Some(folder) = self.folders.get_mut(root) {
            if folder.refusals.len() < KEPT {
                folder.refusals.insert(path.to_path_buf());
            }
            folder.refused = folder.refusals.len();
        }
    }

    /// Writes the status where it is looked for.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &Path, disk: &Disk) -> std::io::Result<()> {
        let folder = private_folder(folder)?;
        disk.replace(&Place::new(&folder, NAME), &serde_json::to_vec_pretty(self)?)
    }

    /// Where the status lies in its folder.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join(NAME)
    }

    /// Reads the status a daemon wrote.
    ///
    /// # Errors
    /// When there is none.
    pub fn read(folder: &Path) -> std::io::Result<Self> {
        Ok(serde_json::from_slice(&std::fs::read(Self::path(folder))?)?)
    }
}
