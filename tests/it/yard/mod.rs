//! A gate in a folder of its own, for tests: where things are, what lies where, and the invariants
//! that must hold whatever happened: nothing lost, nothing in two places, nothing marked released.

#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mizha::act::audit::Audit;
use mizha::act::quarantine::Quarantine;
use mizha::config::{Config, Gate};
use mizha::disk::{Disk, Key, private_folder};
use mizha::pack::{RuleSet, load};
use mizha::scan::{Options, Scanner};
use mizha::watch::Daemon;

/// A gate and its state.
pub(crate) struct Yard {
    pub(crate) pending: PathBuf,
    pub(crate) export: PathBuf,
    pub(crate) state: PathBuf,
}

impl Yard {
    /// A yard in this folder, its folders made.
    pub(crate) fn at(root: &Path) -> Self {
        let yard = Yard { pending: root.join("pending"), export: root.join("export"), state: root.join("state") };
        for folder in [&yard.pending, &yard.export] {
            fs::create_dir_all(folder).expect("a folder");
        }
        yard
    }

    /// Its configuration, with no rest.
    pub(crate) fn config(&self) -> Config {
        let gate = Gate { settle_millis: 0, ..Gate::new(&self.pending, &self.export) };
        Config { gate: vec![gate], ..Config::default() }
    }

    /// The daemon over it.
    pub(crate) fn daemon(&self, disk: Disk) -> Daemon {
        Daemon::new(&self.state, self.config(), scanner(), disk).expect("a daemon")
    }

    /// The quarantine.
    pub(crate) fn quarantine(&self) -> Quarantine {
        Quarantine::open(&Disk::default(), &self.state).expect("a quarantine")
    }

    /// Where each content lies, of all files outside our own bookkeeping.
    pub(crate) fn contents(&self) -> BTreeMap<String, Vec<String>> {
        let mut contents: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let folders = [
            ("pending", self.pending.clone()),
            ("export", self.export.clone()),
            ("stage", self.state.join("gate/stage")),
            ("release", self.state.join("release/stage")),
            ("quarantine", self.state.join("quarantine")),
        ];
        for (title, folder) in folders {
            // A note that got out, or was held, is a file too many.
            for path in if title == "pending" { documents(&folder) } else { files(&folder) } {
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                let ours =
                    ["json", "new"].iter().any(|end| name.ends_with(end)) || name == "released" || name == "lock";
                if title == "quarantine" && ours {
                    continue;
                }
                let text = fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).expect("readable");
                let hidden = if name.starts_with(".mizha-") { "hidden in " } else { "" };
                contents.entry(text).or_default().push(format!("{hidden}{title}"));
            }
        }
        contents
    }
}

/// One clean file in a folder, one marked.
pub(crate) fn two_files(yard: &Yard) {
    fs::create_dir(yard.pending.join("a")).expect("a folder");
    fs::write(yard.pending.join("a/clean.txt"), clean(1)).expect("written");
    fs::write(yard.pending.join("marked.txt"), marked(1)).expect("written");
}

/// Nothing lost, and the marked file not in export under any name.
pub(crate) fn nothing_leaked_or_lost(yard: &Yard, at: &str) {
    let contents = yard.contents();
    for text in [clean(1), marked(1)] {
        assert!(contents.contains_key(&text), "{at}: lost {text:?}: {contents:?}");
    }
    let places = &contents[&marked(1)];
    assert!(places.iter().all(|place| !place.ends_with("export")), "{at}: leaked: {places:?}");
}

/// The clean file is out, the marked one held, and nothing else is anywhere.
pub(crate) fn each_in_its_place(yard: &Yard, at: &str) {
    let contents = yard.contents();
    assert_eq!(contents[&clean(1)], ["export"], "{at}");
    assert_eq!(contents[&marked(1)], ["quarantine"], "{at}");
    assert_eq!(contents.len(), 2, "{at}: {contents:?}");
    assert!(yard.export.join("a/clean.txt").is_file(), "{at}: its name");
    let held = yard.quarantine().list().expect("a list");
    assert_eq!(held.len(), 1, "{at}: records");
    assert_eq!(held[0].name(), "marked.txt", "{at}");
    whole_audit(yard, at);
}

/// The audit log is whole.
pub(crate) fn whole_audit(yard: &Yard, at: &str) {
    let state = private_folder(&yard.state).expect("a state folder");
    let disk = Disk::default();
    let audit = Audit::new(&disk, &Key::kept(&disk, &state).expect("a key"), &state, None);
    assert_eq!(audit.verify().expect("readable").fault, None, "{at}: audit");
}

/// Every file below a folder but the note that says that some are held.
pub(crate) fn documents(folder: &Path) -> Vec<PathBuf> {
    let is_note = |path: &PathBuf| path.file_name().is_some_and(|name| name == NOTE);
    files(folder).into_iter().filter(|path| !is_note(path)).collect()
}

/// The name of the note in `pending`.
pub(crate) const NOTE: &str = "文件已暂扣 Files are held.txt";

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                _ => files.push(entry.path()),
            }
        }
    }
    files
}

/// A scanner with one small pack: quick to make in a process that lives for a moment.
pub(crate) fn scanner() -> Scanner {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns/tlp.toml");
    let rules = RuleSet::new(&load(&pack).expect("a pack")).expect("rules");
    Scanner::new(Arc::new(rules), Options::default())
}

/// A text of this length that carries no mark, another for each number.
pub(crate) fn clean(number: usize) -> String {
    format!("Tree planting, note {number}. Bring gloves and a spade.\n")
}

/// A text that carries one.
pub(crate) fn marked(number: usize) -> String {
    format!("TLP:RED\n\nInvented note {number} about trees.\n")
}

/// A folder in memory where there is one: what is tested is kill -9, not the disk.
pub(crate) fn quick_folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    match tempfile::tempdir_in(memory) {
        Ok(folder) => folder,
        Err(_) => tempfile::tempdir().expect("a temporary folder"),
    }
}
