//! Report: how things are (folders, counts, packs, the last walk, what does not work as it should),
//! written where `mizha status` finds it, and what the person is to be told. No file names in the status.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::act::notify::Notification;
use crate::act::quarantine::pack;
use crate::disk::{Disk, FileRef, RawPath, private_folder};
use crate::gate::Older;
use crate::scan::Scanner;

use super::discovery::Discovered;
use super::handling::FileOutcome;
use super::queue::Queue;
use super::{Duty, Pause, Root, WatchProblem};

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
    /// Nothing is held here; what would have been is written down.
    #[serde(default)]
    pub observes: bool,
    /// Files that would have been held.
    #[serde(default)]
    pub observed: u64,
    /// Files in a watch folder that could not be inspected: left, and not called clear.
    #[serde(default)]
    pub unread: u64,
    /// Links, pipes and the like that stay where they are.
    pub refused: usize,
    /// Files that lay in `export` without having come through the gate, and went back to be looked at.
    #[serde(default)]
    pub taken_back: u64,
    /// Files that arrived under the highest number, because an older one has their name.
    #[serde(default)]
    pub numbered: u64,
    /// Files that arrived under their name, and the older one that had it was put aside.
    #[serde(default)]
    pub put_aside: u64,
    /// Folders below it that could not be read on the last walk: what lies there is not looked at.
    #[serde(default)]
    pub closed: usize,
    /// Why the folder cannot be read now.
    pub unreachable: Option<WatchProblem>,
    /// Why a file in it could not be carried; none once all could.
    pub stuck: Option<WatchProblem>,
    #[serde(skip)]
    refusals: BTreeSet<PathBuf>,
    /// Files that cannot be carried, while they wait.
    #[serde(skip)]
    stuck_files: BTreeMap<PathBuf, WatchProblem>,
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
    /// When this was written: the last sign of life.
    #[serde(default)]
    pub written: String,
    /// The last walk over all folders.
    pub last_walk: String,
    /// Walks so far.
    pub walks: u64,
    /// How often events were lost; a walk found what they would have told.
    pub overflows: u64,
    /// Files under way that cannot be put in order now, as on a drive that is gone; given up after a day.
    #[serde(default)]
    pub unsettled: usize,
    /// Folders.
    pub folders: Vec<FolderStatus>,
    /// Packs and versions.
    pub packs: Vec<String>,
    /// How far the kernel keeps the daemon to its folders.
    #[serde(default)]
    pub confined: Confinement,
    /// What does not work as it should.
    pub degraded: BTreeSet<WatchProblem>,
    /// The person paused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Paused>,
}

/// A pause, as the daemon keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// Until when, in UTC.
    pub until: String,
    /// Minutes left, begun ones counted: what changes is a sign of life.
    pub minutes: u64,
}

/// How far the kernel keeps the daemon to its folders.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confinement {
    /// Not asked yet.
    #[default]
    Unknown,
    /// In everything that was asked for.
    Full,
    /// In what this kernel knows.
    Partial,
    /// Not at all, and why.
    None(WatchProblem),
}

impl Status {
    fn new(roots: &[Root], scanner: &Scanner) -> Self {
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

    fn folders_changed(&mut self, roots: &[Root]) {
        let known = std::mem::take(&mut self.folders);
        self.folders = roots
            .iter()
            .filter(|root| !matches!(root.duty, Duty::Export { .. }))
            .map(|root| {
                let path: RawPath = root.path.clone().into();
                let before = known.iter().find(|folder| folder.path.as_ref() == Some(&path)).cloned();
                let export = match &root.duty {
                    Duty::Gate { export, .. } => Some(export.clone().into()),
                    Duty::Export { .. } | Duty::Watch { .. } => None,
                };
                FolderStatus { path: Some(path), export, observes: root.observes(), ..before.unwrap_or_default() }
            })
            .collect();
    }

    /// Writes the status where it is looked for.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &Path, disk: &Disk) -> std::io::Result<()> {
        let folder = private_folder(folder)?;
        disk.replace(&FileRef::new(&folder, NAME), &serde_json::to_vec_pretty(self)?)
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

/// What the daemon has to say: how things are, and the news since it was last asked.
#[derive(Debug)]
pub(super) struct DaemonReport {
    status: Status,
    news: Vec<Notification>,
    /// For each export folder that is guarded, the gate whose it is.
    guards: BTreeMap<usize, usize>,
}

impl DaemonReport {
    pub(super) fn new(roots: &[Root], scanner: &Scanner) -> Self {
        DaemonReport { status: Status::new(roots, scanner), news: Vec::new(), guards: guards(roots) }
    }

    pub(super) fn status(&self) -> &Status {
        &self.status
    }

    pub(super) fn take_news(&mut self) -> Vec<Notification> {
        std::mem::take(&mut self.news)
    }

    pub(super) fn confined(&mut self, confinement: Confinement) {
        self.status.confined = confinement;
    }

    /// The work rests for this pause, or goes on.
    pub(super) fn paused(&mut self, pause: Option<&Pause>) {
        let paused =
            |pause: &Pause| Paused { until: pause.until.clone(), minutes: pause.left().as_secs().div_ceil(60) };
        self.status.paused = pause.map(paused);
    }

    pub(super) fn degrade(&mut self, problem: WatchProblem) {
        self.status.degraded.insert(problem);
    }

    /// The folders are others now; what was counted for those that stay is kept.
    pub(super) fn folders_changed(&mut self, roots: &[Root]) {
        self.status.folders_changed(roots);
        self.guards = guards(roots);
    }

    /// Takes note of what discovery met, as far as it counts here.
    pub(super) fn found(&mut self, found: &Discovered) {
        match found {
            Discovered::Begin { root, fault } => self.with(*root, |folder| {
                folder.unreachable = fault.map(WatchProblem::Unreadable);
                if fault.is_none() {
                    // Links that are gone count no longer.
                    folder.refusals.clear();
                    folder.refused = 0;
                }
            }),
            Discovered::End { root, closed } => self.with(*root, |folder| folder.closed = *closed),
            Discovered::Special { root, path } => self.refuse(*root, path),
            Discovered::Problem(problem) => self.degrade(problem.clone()),
            Discovered::Lost => self.status.overflows += 1,
            Discovered::Walked => {
                self.status.last_walk = jiff::Timestamp::now().to_string();
                self.status.walks += 1;
            }
            Discovered::File { .. } | Discovered::Underway { .. } | Discovered::Closed { .. } => {}
        }
    }

    /// Takes note of what became of a file.
    pub(super) fn take(&mut self, outcome: FileOutcome) {
        match outcome {
            FileOutcome::Passed(root) => self.with(root, |folder| folder.passed += 1),
            FileOutcome::Observed(root) => self.with(root, |folder| folder.observed += 1),
            FileOutcome::Held(root) => self.with(root, |folder| folder.held += 1),
            FileOutcome::Unread(root) => self.with(root, |folder| folder.unread += 1),
            FileOutcome::Special(file) => self.refuse(file.root, &file.path),
            FileOutcome::Stuck(file, problem) => {
                let gate = self.guards.get(&file.root).copied().unwrap_or(file.root);
                self.with(gate, |folder| drop(folder.stuck_files.insert(file.path, problem)));
            }
            FileOutcome::TakenBack(root) => {
                let gate = self.guards.get(&root).copied().unwrap_or(root);
                self.with(gate, |folder| folder.taken_back += 1);
            }
            FileOutcome::Newer(root, Older::Kept) => self.with(root, |folder| folder.numbered += 1),
            FileOutcome::Newer(root, Older::Aside) => self.with(root, |folder| folder.put_aside += 1),
            FileOutcome::Restored => self.status.degraded.retain(|problem| !matches!(problem, WatchProblem::Audit(_))),
            FileOutcome::Unsettled(count) => self.status.unsettled = count,
            FileOutcome::News(news) => self.news.push(news),
            FileOutcome::Problem(problem) => self.degrade(problem),
            FileOutcome::Again { .. }
            | FileOutcome::Left(_)
            | FileOutcome::Seen(_)
            | FileOutcome::Placed(..)
            | FileOutcome::InHand(_)
            | FileOutcome::LetGo(_) => {}
        }
    }

    /// Takes note of how many files wait in each folder, and forgets what was stuck and waits no longer.
    pub(super) fn waiting(&mut self, queue: &Queue) {
        for (at, folder) in self.status.folders.iter_mut().enumerate() {
            let guarded = self.guards.iter().filter(|(_, gate)| **gate == at).map(|(guard, _)| queue.count(*guard));
            folder.waiting = queue.count(at) + guarded.sum::<usize>();
            folder.stuck_files.retain(|path, _| queue.has(path));
            folder.stuck = folder.stuck_files.values().next_back().cloned();
        }
    }

    fn refuse(&mut self, root: usize, path: &Path) {
        const KEPT: usize = 1000;
        self.with(root, |folder| {
            if folder.refusals.len() < KEPT {
                folder.refusals.insert(path.to_path_buf());
            }
            folder.refused = folder.refusals.len();
        });
    }

    fn with(&mut self, root: usize, change: impl FnOnce(&mut FolderStatus)) {
        if let Some(folder) = self.status.folders.get_mut(root) {
            change(folder);
        }
    }
}

fn guards(roots: &[Root]) -> BTreeMap<usize, usize> {
    let guard = |(at, root): (usize, &Root)| match root.duty {
        Duty::Export { gate, .. } => Some((at, gate)),
        Duty::Gate { .. } | Duty::Watch { .. } => None,
    };
    roots.iter().enumerate().filter_map(guard).collect()
}
