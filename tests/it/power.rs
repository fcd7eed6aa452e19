//! A power cut at every step, on the weakest file system the protocol may meet: what was written
//! is there only after a sync of the file, a name only after a sync of its folder, and names not
//! yet synced are there or not as it happens, in the order they were made in each folder. Every
//! such outcome is built as real files and put in order by the real daemon. That the check can
//! fail is shown by ignoring syncs: then it must find a loss.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::yard::{Yard, clean, files, marked, quick_folder};
use mizha::disk::{Disk, DiskOp};

/// What lies where: inode and content.
type Tree = BTreeMap<PathBuf, (u64, Vec<u8>)>;

/// A step, kept.
#[derive(Debug, Clone)]
enum Kept {
    Name { made: Option<PathBuf>, gone: Option<PathBuf> },
    Folder,
    SyncFile(PathBuf),
    SyncFolder(PathBuf),
    SyncAll,
    Write,
}

fn keep(step: DiskOp<'_>) -> Kept {
    let name = |made: Option<&Path>, gone: Option<&Path>| Kept::Name {
        made: made.map(Path::to_path_buf),
        gone: gone.map(Path::to_path_buf),
    };
    match step {
        DiskOp::Create(at) => name(Some(at), None),
        DiskOp::Rename(from, to) => name(Some(to), Some(from)),
        DiskOp::Link(_, to) => name(Some(to), None),
        DiskOp::Remove(at) => name(None, Some(at)),
        DiskOp::MakeFolder(_) | DiskOp::RemoveFolder(_) => Kept::Folder,
        DiskOp::SyncFile(at) => Kept::SyncFile(at.to_path_buf()),
        DiskOp::SyncFolder(at) => Kept::SyncFolder(at.to_path_buf()),
        DiskOp::SyncAll(_) => Kept::SyncAll,
        DiskOp::Write(_) => Kept::Write,
    }
}

fn tree(root: &Path) -> Tree {
    let entry = |path: PathBuf| {
        let inode = fs::symlink_metadata(&path).ok()?.ino();
        Some((path.clone(), (inode, fs::read(&path).unwrap_or_default())))
    };
    files(root).into_iter().filter_map(entry).collect()
}

/// A change of names not known to have reached the disk.
#[derive(Debug, Clone)]
struct Change {
    made: Option<(PathBuf, u64)>,
    gone: Option<PathBuf>,
}

impl Change {
    fn folders(&self) -> BTreeSet<&Path> {
        self.made.iter().map(|(path, _)| path).chain(&self.gone).filter_map(|path| path.parent()).collect()
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, u64>) {
        if let Some(gone) = &self.gone {
            names.remove(gone);
        }
        if let Some((made, inode)) = &self.made {
            names.insert(made.clone(), *inode);
        }
    }
}

/// What is on the disk for certain, and what may be.
struct Medium {
    names: BTreeMap<PathBuf, u64>,
    content: BTreeMap<u64, Vec<u8>>,
    pending: Vec<Change>,
}

impl Medium {
    fn of(tree: &Tree) -> Self {
        Medium {
            names: tree.iter().map(|(path, (inode, _))| (path.clone(), *inode)).collect(),
            content: tree.values().cloned().collect(),
            pending: Vec::new(),
        }
    }

    fn take(&mut self, step: &Kept, after: &Tree, ignored: Ignored) {
        match step {
            Kept::Name { made, gone } => {
                let made = made.as_ref().and_then(|path| Some((path.clone(), after.get(path)?.0)));
                let gone = gone.clone().filter(|path| !after.contains_key(path));
                if made.is_some() || gone.is_some() {
                    self.pending.push(Change { made, gone });
                }
            }
            Kept::SyncFile(path) if ignored != Ignored::Files => {
                if let Some((inode, bytes)) = after.get(path) {
                    self.content.insert(*inode, bytes.clone());
                }
            }
            Kept::SyncFolder(path) if ignored != Ignored::Folders => {
                let last = self.pending.iter().rposition(|change| change.folders().contains(path.as_path()));
                if let Some(last) = last {
                    self.settle(last);
                }
            }
            Kept::SyncAll if ignored == Ignored::Nothing => {
                if let Some(last) = self.pending.len().checked_sub(1) {
                    (0..=last).for_each(|_| self.settle(0));
                }
                self.content.extend(after.values().cloned());
            }
            _ => {}
        }
    }

    /// A change and all it stands on are on the disk.
    fn settle(&mut self, at: usize) {
        let needed = self.needs(at);
        let pending = std::mem::take(&mut self.pending);
        for (number, change) in pending.into_iter().enumerate() {
            if needed.contains(&number) {
                change.apply(&mut self.names);
            } else {
                self.pending.push(change);
            }
        }
    }

    /// A change and the earlier ones in the same folders.
    fn needs(&self, at: usize) -> BTreeSet<usize> {
        let mut needed = BTreeSet::from([at]);
        let mut folders: BTreeSet<&Path> = self.pending[at].folders();
        for earlier in (0..at).rev() {
            let own = self.pending[earlier].folders();
            if !own.is_disjoint(&folders) {
                needed.insert(earlier);
                folders.extend(own);
            }
        }
        needed
    }

    /// Every set of changes that may have reached the disk.
    fn outcomes(&self) -> BTreeSet<BTreeSet<usize>> {
        let mut outcomes = BTreeSet::from([BTreeSet::new()]);
        for at in 0..self.pending.len() {
            let needed = self.needs(at);
            let more: Vec<BTreeSet<usize>> = outcomes.iter().map(|set| set.union(&needed).copied().collect()).collect();
            outcomes.extend(more);
        }
        outcomes
    }

    /// The files of one outcome. What was not synced is empty, or all there.
    fn tree(&self, outcome: &BTreeSet<usize>, now: &Tree, lucky: bool) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut names = self.names.clone();
        outcome.iter().for_each(|at| self.pending[*at].apply(&mut names));
        let written: BTreeMap<u64, &Vec<u8>> = now.values().map(|(inode, bytes)| (*inode, bytes)).collect();
        let content = |inode: &u64| {
            let lost = || self.content.get(inode).cloned().unwrap_or_default();
            if lucky { written.get(inode).map_or_else(lost, |bytes| (*bytes).clone()) } else { lost() }
        };
        names.iter().map(|(path, inode)| (path.clone(), content(inode))).collect()
    }
}

/// Syncs the model takes for lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ignored {
    Nothing,
    Files,
    Folders,
}

/// Runs the daemon over files, keeping every step and what lay where before it.
fn record(yard: &Yard, root: &Path) -> Vec<(Kept, Tree)> {
    let steps: Arc<Mutex<Vec<(Kept, Tree)>>> = Arc::default();
    let (kept, root) = (Arc::clone(&steps), root.to_path_buf());
    let disk = Disk::observed(Arc::new(move |step: DiskOp<'_>| -> io::Result<()> {
        kept.lock().expect("steps").push((keep(step), tree(&root)));
        Ok(())
    }));
    let mut daemon = yard.daemon(disk);
    daemon.begin();
    daemon.once();
    drop(daemon);
    let mut steps = steps.lock().expect("steps");
    std::mem::take(&mut *steps)
}

/// Outcomes tried, and what was wrong with the first that was not put in order.
fn cut_everywhere(count: usize, ignored: Ignored) -> (usize, Option<String>) {
    let root = quick_folder();
    let yard = Yard::at(root.path());
    yard.daemon(Disk::default()).begin();
    fs::create_dir(yard.pending.join("a")).expect("a folder");
    for number in 0..count {
        fs::write(yard.pending.join(format!("a/clean{number}.txt")), clean(number)).expect("written");
        fs::write(yard.pending.join(format!("marked{number}.txt")), marked(number)).expect("written");
    }
    let before = tree(root.path());
    let steps = record(&yard, root.path());
    let end = tree(root.path());
    let mut medium = Medium::of(&before);
    let mut tried: BTreeSet<BTreeMap<PathBuf, Vec<u8>>> = BTreeSet::new();
    for (at, (step, now)) in steps.iter().enumerate() {
        for outcome in medium.outcomes() {
            for lucky in [false, true] {
                let left = medium.tree(&outcome, now, lucky);
                if !tried.insert(left.clone()) {
                    continue;
                }
                let checked = catch_unwind(AssertUnwindSafe(|| recovered(root.path(), &left, count)));
                if let Err(panic) = checked {
                    let words = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                    return (tried.len(), Some(format!("cut before step {at}, {step:?}: {words}")));
                }
            }
        }
        let after = steps.get(at + 1).map_or(&end, |(_, tree)| tree);
        medium.take(step, after, ignored);
    }
    (tried.len(), None)
}

/// Builds what the cut left and lets the daemon put it in order.
fn recovered(root: &Path, left: &BTreeMap<PathBuf, Vec<u8>>, count: usize) {
    for old in files(root) {
        fs::remove_file(old).expect("removed");
    }
    for (path, bytes) in left {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("written");
    }
    let yard = Yard::at(root);
    let mut daemon = yard.daemon(Disk::default());
    daemon.begin();
    daemon.once();
    let contents = yard.contents();
    for number in 0..count {
        assert_eq!(contents.get(&clean(number)), Some(&vec!["export".to_string()]), "{contents:?}");
        assert_eq!(contents.get(&marked(number)), Some(&vec!["quarantine".to_string()]), "{contents:?}");
    }
    assert_eq!(contents.len(), 2 * count, "{contents:?}");
    assert_eq!(yard.quarantine().list().expect("a list").len(), count, "records");
}

#[test]
fn no_power_cut_loses_a_file() {
    // A pair takes the way of few files, with a sync each; eight take that of many, with one for all.
    for count in [1, 4] {
        let (outcomes, fault) = cut_everywhere(count, Ignored::Nothing);
        println!("{} files: {outcomes} outcomes", 2 * count);
        assert_eq!(fault, None);
        assert!(outcomes > 50, "{outcomes}");
    }
}

#[test]
fn syncs_that_lie_are_found_out() {
    for ignored in [Ignored::Files, Ignored::Folders] {
        let (_, fault) = cut_everywhere(1, ignored);
        assert!(fault.is_some(), "{ignored:?}: no outcome lost anything: this check cannot fail");
    }
}
