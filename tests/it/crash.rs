//! kill -9 at every step, and again at steps of what puts it in order, a quarter of them or all: no file is lost, none
//! is released that was not found clear, none lies in two places. The process that is killed is
//! this test program, started again; the step is counted by the disk's observer.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::requirement::Requirement;
use crate::yard::{Yard, each_in_its_place, marked, nothing_leaked_or_lost, quick_folder, two_files, whole_audit};
use mizha::act::audit::Audit;
use mizha::act::quarantine::Decision;
use mizha::act::quarantine::RELEASE;
use mizha::config::Hold;
use mizha::disk::{Disk, Key, private_folder};
use mizha::gate::Gate;
use mizha::watch::Daemon;
use rustix::process::{Signal, getpid, kill_process};

/// What the child does.
const WORK: &str = "CRASH_WORK";
/// Where.
const ROOT: &str = "CRASH_ROOT";
/// Another file system for the export folder.
const EXPORT: &str = "CRASH_EXPORT";
/// At which step it is killed; 0 for none.
const AT: &str = "CRASH_AT";
/// Set to `all`, every second kill is tried behind every first one.
const PAIRS: &str = "MIZHA_CRASH";
/// Otherwise one of so many, another behind each first one: pairs grow with the square of the steps.
const ONE_OF: usize = 4;

fn yard() -> Yard {
    let yard = Yard::at(Path::new(&std::env::var(ROOT).expect("a folder")));
    match std::env::var(EXPORT) {
        Ok(export) => Yard { export: export.into(), ..yard },
        Err(_) => yard,
    }
}

/// A disk that kills this process at a step.
fn deadly(at: usize) -> Disk {
    let steps = AtomicUsize::new(0);
    Disk::observed(Arc::new(move |_| {
        if steps.fetch_add(1, Ordering::SeqCst) + 1 == at {
            kill_process(getpid(), Signal::KILL).expect("killed");
        }
        Ok(())
    }))
}

/// Not a test of its own: the process that gets killed.
#[test]
fn child() {
    let Ok(work) = std::env::var(WORK) else { return };
    let disk = deadly(std::env::var(AT).expect("a step").parse().expect("a number"));
    let yard = yard();
    match work.as_str() {
        "watch" => watch(yard.daemon(disk)),
        "watch one by one" => watch(yard.daemon(disk).in_batches_of(1)),
        "release" => release(&yard, disk),
        other => unreachable!("{other}"),
    }
}

fn watch(mut daemon: Daemon) {
    daemon.begin();
    daemon.once();
}

fn release(yard: &Yard, disk: Disk) {
    let state = private_folder(&yard.state).expect("a state folder");
    let key = Key::kept(&disk, &state).expect("a key");
    let audit = Audit::new(&disk, &key, &state, None);
    let quarantine = mizha::act::quarantine::Quarantine::open(&disk, &yard.state).expect("a quarantine");
    let mut gate = Gate::open(&yard.state.join(RELEASE), &disk, &key).expect("a gate");
    gate.recover();
    let hold = Hold::default();
    let release = Decision::own("checked by hand", &hold);
    for held in quarantine.list().expect("a list") {
        quarantine.release(&held, &release, &mut gate, &audit).expect("released");
    }
}

/// Runs the child; true if it was killed before it ended.
fn killed(root: &Path, export: Option<&Path>, work: &str, at: usize) -> bool {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["crash::child", "--exact"]).env(WORK, work).env(ROOT, root).env(AT, at.to_string());
    if let Some(export) = export {
        command.env(EXPORT, export);
    }
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the child starts");
    assert!(status.success() || status.code().is_none(), "{work} at {at}: the child failed by itself");
    !status.success()
}

/// One way in which files travel.
struct Family {
    name: &'static str,
    /// What is killed, and what is killed after it.
    work: [&'static str; 2],
    /// The export folder lies on another file system.
    across: bool,
    /// Steps of two threads come in any order: every first kill, so many times, and no second one.
    rounds: Option<usize>,
    before: fn(&Yard),
    /// What must hold after every kill.
    always: fn(&Yard, &str),
    after: fn(&Yard, &str),
}

fn one_held(yard: &Yard) {
    fs::write(yard.pending.join("marked.txt"), marked(1)).expect("written");
    // Not in this process: a child that another thread starts would hold what is open here for an
    // instant, and the gate would see a writer.
    let root = yard.state.parent().expect("a folder");
    assert!(!killed(root, None, "watch", 0));
    assert_eq!(yard.contents()[&marked(1)], ["quarantine"]);
}

fn nothing_lost(yard: &Yard, at: &str) {
    assert!(yard.contents().contains_key(&marked(1)), "{at}: lost");
}

fn it_is_out(yard: &Yard, at: &str) {
    release(yard, Disk::default());
    let contents = yard.contents();
    assert_eq!(contents[&marked(1)], ["export"], "{at}");
    assert_eq!(contents.len(), 1, "{at}: {contents:?}");
    assert!(yard.export.join("marked.txt").is_file(), "{at}: its name");
    assert!(yard.quarantine().list().expect("a list").is_empty(), "{at}: records");
    whole_audit(yard, at);
}

const FAMILIES: [Family; 4] = [
    Family {
        name: "gate",
        work: ["watch", "watch"],
        across: false,
        rounds: None,
        before: two_files,
        always: nothing_leaked_or_lost,
        after: each_in_its_place,
    },
    Family {
        name: "gate to another file system",
        work: ["watch", "watch"],
        across: true,
        rounds: None,
        before: two_files,
        always: nothing_leaked_or_lost,
        after: each_in_its_place,
    },
    Family {
        name: "gate that carries one file while it looks at another",
        work: ["watch one by one", "watch"],
        across: false,
        rounds: Some(5),
        before: two_files,
        always: nothing_leaked_or_lost,
        after: each_in_its_place,
    },
    Family {
        name: "release",
        work: ["release", "watch"],
        across: false,
        rounds: None,
        before: one_held,
        always: nothing_lost,
        after: it_is_out,
    },
];

/// One sequence; true while the second kill still hits something.
fn sequence(family: &Family, first: usize, second: Option<usize>) -> (bool, bool) {
    let root = quick_folder();
    let other = family.across.then(|| tempfile::tempdir().expect("a temporary folder"));
    let export = other.as_ref().map(tempfile::TempDir::path);
    let plain = Yard::at(root.path());
    let yard = Yard { export: export.map_or(plain.export.clone(), Path::to_path_buf), ..plain };
    (family.before)(&yard);
    let at = format!("{}, killed at {first}, then at {second:?}", family.name);
    let one = killed(root.path(), export, family.work[0], first);
    (family.always)(&yard, &at);
    let two = second.is_some_and(|second| {
        let killed = killed(root.path(), export, family.work[1], second);
        (family.always)(&yard, &at);
        killed
    });
    killed(root.path(), export, family.work[1], 0);
    (family.after)(&yard, &at);
    (one, two)
}

#[test]
fn no_instant_of_death_loses_or_leaks_a_file() {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::metadata(path).expect("a folder").dev();
    let two_systems = device(quick_folder().path()) != device(tempfile::tempdir().expect("a folder").path());
    let sequences = AtomicUsize::new(0);
    let one_of = if std::env::var(PAIRS).is_ok_and(|pairs| pairs == "all") { 1 } else { ONE_OF };
    for family in FAMILIES.iter().filter(|family| two_systems || !family.across) {
        let next = AtomicUsize::new(1);
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let work = || {
            loop {
                let first = next.fetch_add(1, Ordering::SeqCst);
                let (hit, _) = sequence(family, first, None);
                sequences.fetch_add(1, Ordering::SeqCst);
                if !hit {
                    return;
                }
                for _ in 1..family.rounds.unwrap_or(1) {
                    sequence(family, first, None);
                    sequences.fetch_add(1, Ordering::SeqCst);
                }
                let seconds = if family.rounds.is_some() { 0..0 } else { 1 + first % one_of..usize::MAX };
                for second in seconds.step_by(one_of) {
                    let (_, hit) = sequence(family, first, Some(second));
                    sequences.fetch_add(1, Ordering::SeqCst);
                    if !hit {
                        break;
                    }
                }
            }
        };
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        println!("{}: {} steps", family.name, next.load(Ordering::SeqCst) - threads);
    }
    if !two_systems {
        Requirement::Mount.is_missing("/dev/shm and the temporary folder are one file system");
    }
    let sequences = sequences.load(Ordering::SeqCst);
    println!("{sequences} sequences");
    assert!(sequences >= 1_500 / one_of, "only {sequences} sequences");
}
