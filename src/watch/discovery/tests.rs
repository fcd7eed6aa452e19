//! Discovery over folders that exist only here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::config::{Config, Gate, Watch};
use crate::watch::roots;

/// Folders in memory: each path with what lies there; folders that cannot be read; drives.
#[derive(Debug, Default)]
struct Paper {
    things: BTreeMap<PathBuf, FileKind>,
    closed: Vec<PathBuf>,
    drives: Vec<PathBuf>,
}

#[derive(Debug, Clone, Default)]
struct Shared(Arc<Mutex<Paper>>);

impl Shared {
    fn put(&self, path: &str, kind: FileKind) {
        self.0.lock().expect("paper").things.insert(path.into(), kind);
    }

    fn with<T>(&self, change: impl FnOnce(&mut Paper) -> T) -> T {
        change(&mut self.0.lock().expect("paper"))
    }
}

fn look(kind: FileKind) -> FileStamp {
    FileStamp { kind, device: 1, inode: 1, bytes: 1, modified: (1, 0), changed: (1, 0), links: 1, mode: 0o644 }
}

impl Tree for Shared {
    fn look(&self, path: &Path) -> Option<FileStamp> {
        self.with(|paper| paper.things.get(path).copied().map(look))
    }

    fn identity(&self, path: &Path) -> Option<Identity> {
        self.with(|paper| paper.things.contains_key(path).then(|| Identity::numbered(1)))
    }

    fn fault(&self, folder: &Path) -> Option<SystemFault> {
        self.with(|paper| (!paper.things.contains_key(folder)).then_some(SystemFault::NotFound))
    }

    fn below(&self, folder: &Path) -> Box<dyn Iterator<Item = Option<PathBuf>>> {
        let all: Vec<Option<PathBuf>> = self.with(|paper| {
            let inside = paper.things.iter().filter(|(path, _)| path.starts_with(folder) && *path != folder);
            let closed = |path: &PathBuf| paper.closed.contains(path);
            inside
                .filter(|(path, kind)| **kind != FileKind::Folder || closed(path))
                .map(|(path, _)| (!closed(path)).then(|| path.clone()))
                .collect()
        });
        Box::new(all.into_iter())
    }

    fn is_mount(&self, folder: &Path) -> bool {
        self.with(|paper| paper.drives.iter().any(|drive| drive == folder))
    }

    fn is_silent(&self, _: &Path) -> bool {
        false
    }
}

/// A gate at /g/in and /g/out, and a watch folder inside it.
fn discovery() -> (Discovery, Shared) {
    let paper = Shared::default();
    for folder in ["/g/in", "/g/out", "/g/in/inner"] {
        paper.put(folder, FileKind::Folder);
    }
    let watch = Watch { path: Some("/g/in/inner".into()), ..Watch::default() };
    let config = Config {
        gate: vec![Gate::new(Path::new("/g/in"), Path::new("/g/out"))],
        watch: vec![watch],
        ..Config::default()
    };
    let roots = roots(&config, Path::new("/state")).expect("folders");
    (Discovery::of(roots, Box::new(paper.clone()), Instant::now()), paper)
}

fn walked(discovery: &mut Discovery) -> (Vec<Discovered>, bool) {
    let mut found = Vec::new();
    let whole = discovery.walk(&mut |one| found.push(one));
    (found, whole)
}

fn file(root: usize, path: &str) -> Discovered {
    Discovered::File { root, path: path.into(), look: look(FileKind::File) }
}

#[test]
fn a_walk_says_what_lies_where_each_in_the_innermost_folder_once() {
    let (mut discovery, paper) = discovery();
    for path in ["/g/in/a.txt", "/g/in/inner/b.txt", "/g/in/.mizha-01"] {
        paper.put(path, FileKind::File);
    }
    paper.put("/g/in/link", FileKind::Link);
    let (found, whole) = walked(&mut discovery);
    assert!(whole);
    let expected = [
        Discovered::Begin { root: 0, fault: None },
        Discovered::Underway { path: "/g/in/.mizha-01".into(), look: look(FileKind::File) },
        file(0, "/g/in/a.txt"),
        Discovered::Special { root: 0, path: "/g/in/link".into() },
        Discovered::End { root: 0, closed: 0 },
        Discovered::Begin { root: 1, fault: None },
        file(1, "/g/in/inner/b.txt"),
        Discovered::End { root: 1, closed: 0 },
        Discovered::Begin { root: 2, fault: None },
        Discovered::End { root: 2, closed: 0 },
        Discovered::Walked,
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_cannot_be_read_makes_the_walk_less_than_whole() {
    let (mut discovery, paper) = discovery();
    paper.put("/g/in/closed", FileKind::Folder);
    paper.with(|paper| paper.closed.push("/g/in/closed".into()));
    let (found, whole) = walked(&mut discovery);
    assert!(!whole && found.contains(&Discovered::End { root: 0, closed: 1 }), "{found:?}");
    paper.with(|paper| paper.things.remove(Path::new("/g/in/inner")));
    let (found, _) = walked(&mut discovery);
    assert!(found.contains(&Discovered::Begin { root: 1, fault: Some(SystemFault::NotFound) }), "{found:?}");
}

#[test]
fn a_hint_is_followed_at_once_and_a_walk_comes_after_it() {
    let (mut discovery, paper) = discovery();
    walked(&mut discovery);
    paper.put("/g/in/new", FileKind::Folder);
    paper.put("/g/in/new/a.txt", FileKind::File);
    let (mut found, now) = (Vec::new(), Instant::now());
    discovery.hint(Hint::Path("/g/in/new".into()), now, &mut |one| found.push(one));
    assert_eq!(found, [file(0, "/g/in/new/a.txt")], "what lies in a new folder may have had no event");
    assert!(discovery.next() < now + Duration::from_secs(2));
    found.clear();
    discovery.hint(Hint::Closed("/g/in/new/a.txt".into()), now, &mut |one| found.push(one));
    assert_eq!(found.last(), Some(&Discovered::Closed { root: 0, path: "/g/in/new/a.txt".into() }));
    found.clear();
    discovery.hint(Hint::Path("/elsewhere/a.txt".into()), now, &mut |one| found.push(one));
    assert!(found.is_empty());
    discovery.hint(Hint::Lost("overflow"), now, &mut |one| found.push(one));
    assert_eq!((found.as_slice(), discovery.next()), ([Discovered::Lost].as_slice(), now));
}

#[test]
fn a_drive_that_went_is_told_from_a_folder_that_was_never_one() {
    let (mut discovery, paper) = discovery();
    walked(&mut discovery);
    assert!(!discovery.is_gone(Path::new("/g/out")), "it was no drive");
    paper.with(|paper| paper.drives.push("/g/out".into()));
    walked(&mut discovery);
    discovery.confine();
    assert!(!discovery.is_gone(Path::new("/g/out")));
    paper.with(|paper| paper.drives.clear());
    assert!(discovery.is_gone(Path::new("/g/out")) && !discovery.has_outgrown());
}
