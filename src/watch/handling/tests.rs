//! Handling is given files and says what became of them: no events, no walks.

use std::fs;

use super::*;
use crate::config::Gate as GateFolder;
use crate::disk::private_folder;
use crate::pack::{RuleSet, load};
use crate::scan::Options;

struct Fixed(Vec<Root>, bool);

impl Folders for Fixed {
    fn roots(&self) -> &[Root] {
        &self.0
    }

    fn is_gone(&self, _: &Path) -> bool {
        self.1
    }
}

struct Bench {
    root: tempfile::TempDir,
    handling: Handling,
    folders: Fixed,
}

fn bench() -> Bench {
    let root = tempfile::tempdir().expect("a temporary folder");
    let (pending, export) = (root.path().join("pending"), root.path().join("export"));
    for folder in [&pending, &export] {
        fs::create_dir(folder).expect("a folder");
    }
    let config = Config { gate: vec![GateFolder::new(&pending, &export)], ..Config::default() };
    let state = root.path().join("state");
    let roots = crate::watch::roots(&config, &state).expect("folders");
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns/tlp.toml");
    let rules = RuleSet::new(&load(&pack).expect("a pack")).expect("rules");
    let scanner = Scanner::new(Arc::new(rules), Options::default());
    let state = private_folder(&state).expect("a state folder");
    let handling = Handling::new(&state, config, scanner, None, Disk::default()).expect("handling");
    Bench { root, handling, folders: Fixed(roots, false) }
}

impl Bench {
    fn rested(&self, name: &str, text: &str) -> Rested {
        let path = self.root.path().join("pending").join(name);
        fs::write(&path, text).expect("written");
        let look = FileStamp::at(&path).expect("its look");
        Rested { path, look, root: 0, tries: 0 }
    }

    /// What became of these files, once everything was carried.
    fn outcomes(&mut self, files: Vec<Rested>) -> Vec<FileOutcome> {
        self.handling.work(files, &self.folders);
        while self.handling.has_more() {
            self.handling.work(Vec::new(), &self.folders);
        }
        self.handling.outcomes()
    }
}

#[test]
fn a_clear_file_passes_a_marked_one_is_held_and_told() {
    let mut bench = bench();
    let files = vec![bench.rested("a.txt", "Tree planting.\n"), bench.rested("b.txt", "TLP:RED\n\nTrees.\n")];
    let outcomes = bench.outcomes(files);
    let count = |wanted: fn(&FileOutcome) -> bool| outcomes.iter().filter(|outcome| wanted(outcome)).count();
    assert_eq!(count(|outcome| matches!(outcome, FileOutcome::Passed(0))), 1, "{outcomes:?}");
    assert_eq!(count(|outcome| matches!(outcome, FileOutcome::Held(0))), 1, "{outcomes:?}");
    assert_eq!(count(|outcome| matches!(outcome, FileOutcome::News(_))), 1, "{outcomes:?}");
    assert_eq!(count(|outcome| matches!(outcome, FileOutcome::Placed(..))), 1, "{outcomes:?}");
    assert_eq!(outcomes.len(), 4, "{outcomes:?}");
    assert!(bench.root.path().join("export/a.txt").exists() && !bench.root.path().join("pending/b.txt").exists());
}

#[test]
fn a_turn_ends_in_time_and_what_is_left_gets_the_next_one() {
    let mut bench = bench();
    bench.handling.viewer.turn = Duration::ZERO;
    let files: Vec<Rested> = (0..100).map(|n| bench.rested(&format!("{n}.txt"), &format!("Tree {n}.\n"))).collect();
    let outcomes = bench.outcomes(files);
    let left = outcomes.iter().filter(|outcome| matches!(outcome, FileOutcome::Left(_))).count();
    let passed = outcomes.iter().filter(|outcome| matches!(outcome, FileOutcome::Passed(0))).count();
    assert_eq!(left + passed, 100, "{outcomes:?}");
    assert!(passed >= 1 && left >= 1, "{passed} passed, {left} left");
}

#[test]
fn of_several_files_of_one_name_the_newest_has_the_highest_number_and_is_told() {
    let mut bench = bench();
    let export = bench.root.path().join("export");
    let text = |name: &str| fs::read_to_string(export.join(name)).unwrap_or_default();
    for version in ["first\n", "second\n", "third\n"] {
        let file = bench.rested("letter.txt", version);
        let outcomes = bench.outcomes(vec![file]);
        let told = outcomes.iter().any(|outcome| matches!(outcome, FileOutcome::Newer(0, Older::Kept)));
        assert_eq!(told, version != "first\n", "{outcomes:?}");
    }
    assert_eq!(
        [text("letter.txt"), text("letter (2).txt"), text("letter (3).txt")],
        ["first\n", "second\n", "third\n"]
    );
    // One was sent and removed; its number does not come back for a newer one.
    fs::remove_file(export.join("letter (2).txt")).expect("removed");
    for version in ["third\n", "fourth\n", "first\n"] {
        let file = bench.rested("letter.txt", version);
        bench.outcomes(vec![file]);
    }
    assert_eq!([text("letter (4).txt"), text("letter (5).txt")], ["fourth\n", "first\n"], "the newest is the highest");
    assert_eq!(fs::read_dir(&export).expect("readable").count(), 4);
}

#[test]
fn where_older_files_are_put_aside_the_newest_has_the_name() {
    let mut bench = bench();
    let Duty::Gate { older, .. } = &mut bench.folders.0[0].duty else { unreachable!("a gate") };
    *older = Some("旧版".to_string());
    let export = bench.root.path().join("export");
    for version in ["first\n", "second\n", "third\n", "third\n"] {
        let file = bench.rested("letter.txt", version);
        let outcomes = bench.outcomes(vec![file]);
        assert!(!outcomes.iter().any(|outcome| matches!(outcome, FileOutcome::News(_))), "{outcomes:?}");
    }
    assert_eq!(fs::read_to_string(export.join("letter.txt")).expect("readable"), "third\n");
    let names: Vec<_> = fs::read_dir(&export).expect("readable").flatten().map(|entry| entry.file_name()).collect();
    let dated = names.iter().find(|name| name.to_string_lossy().starts_with("旧版 2")).expect("a dated folder");
    let aside = |name: &str| fs::read_to_string(export.join(dated).join(name)).unwrap_or_default();
    assert_eq!([aside("letter.txt"), aside("letter (2).txt")], ["first\n", "second\n"]);
    assert_eq!((names.len(), fs::read_dir(export.join(dated)).expect("readable").count()), (2, 2));
}

#[test]
fn a_file_that_is_written_or_changed_is_tried_again_and_one_whose_target_is_gone_is_told() {
    let mut bench = bench();
    let busy = bench.rested("busy.txt", "Tree ");
    let _writer = fs::File::options().append(true).open(&busy.path).expect("a writer");
    let changed = Rested { look: FileStamp { bytes: 1, ..busy.look }, ..bench.rested("changed.txt", "Trees.\n") };
    let outcomes = bench.outcomes(vec![busy, changed]);
    assert!(
        outcomes.len() == 2 && outcomes.iter().all(|outcome| matches!(outcome, FileOutcome::Again { .. })),
        "{outcomes:?}"
    );
    bench.folders.1 = true;
    let file = bench.rested("a.txt", "Tree planting.\n");
    let outcomes = bench.outcomes(vec![file]);
    let told = WatchProblem::Step(Attempt::OpenTarget, crate::model::SystemFault::Disconnected);
    assert!(
        matches!(&outcomes[..], [FileOutcome::Stuck(_, problem), FileOutcome::Again { .. }] if *problem == told),
        "{outcomes:?}"
    );
}
