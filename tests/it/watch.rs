//! The daemon as people meet it: the real program over real folders. Nothing is missed, whatever
//! the events do; nothing is released that was not looked at; nothing is overwritten or followed.

#![allow(clippy::print_stdout)]

mod chat;
mod hammer;
mod keeper;
mod life;
mod names;
mod note;
mod others;
mod pause;
mod policy;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::requirement::Requirement;
use crate::yard::{Yard, clean, documents, files, marked, quick_folder};
use rustix::process::{Pid, Signal, kill_process};

/// How long anything may take before it counts as missed.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running `mizha watch`.
struct Watch {
    child: Child,
}

struct Desk {
    _root: tempfile::TempDir,
    yard: Yard,
    config: PathBuf,
}

impl Desk {
    fn new() -> Self {
        Desk::configured("")
    }

    /// A desk whose configuration has these settings besides a gate.
    fn configured(settings: &str) -> Self {
        let root = quick_folder();
        let yard = Yard::at(root.path());
        let config = root.path().join("config.toml");
        let gate = format!(
            "[[gate]]\npending = {:?}\nexport = {:?}\nsettle_millis = 100\n",
            yard.pending.display().to_string(),
            yard.export.display().to_string()
        );
        fs::write(&config, format!("[tell]\nnotify = false\n{settings}\n{gate}")).expect("written");
        Desk { _root: root, yard, config }
    }

    /// The export folder is not guarded: what lies there was there before.
    fn unguarded(self) -> Self {
        let settings = fs::read_to_string(&self.config).expect("readable");
        fs::write(&self.config, settings + "guard_export = false\n").expect("written");
        self
    }

    fn mizha(&self, arguments: &[&str]) -> Command {
        let program = std::env::var("MIZHA_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_mizha").to_string());
        let mut command = Command::new(program);
        command.args(arguments).arg("--config").arg(&self.config).env("LC_ALL", "C");
        if !arguments.contains(&"config") {
            command.arg("--state").arg(&self.yard.state);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.mizha(arguments).output().expect("the program runs")
    }

    fn watch(&self) -> Watch {
        let child = self.mizha(&["watch"]).stderr(Stdio::null()).spawn().expect("the program starts");
        let watch = Watch { child };
        self.until("the first walk", || self.status()["walks"].as_u64() >= Some(1));
        watch
    }

    fn status(&self) -> serde_json::Value {
        serde_json::from_slice(&self.run(&["status", "--json"]).stdout).unwrap_or_default()
    }

    fn held(&self) -> Vec<serde_json::Value> {
        serde_json::from_slice(&self.run(&["quarantine", "list", "--json"]).stdout).expect("JSON")
    }

    fn until(&self, what: &str, condition: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !condition() {
            assert!(Instant::now() < end, "{what}: not within {PATIENCE:?}; status {:#}", self.status());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Everything in `pending` has gone somewhere.
    fn drained(&self) {
        self.until("drained", || documents(&self.yard.pending).is_empty());
    }
}

impl Watch {
    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("a signal");
    }

    /// Asks it to stop; it ends by itself, with success.
    fn stop(mut self) {
        // It may have ended already, asked before.
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        assert!(self.child.wait().expect("it ends").success());
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The names of a process's threads, and whether each has bound itself: that goes with Landlock.
fn threads(process: u32) -> Vec<(String, bool)> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("its threads");
    let mut threads: Vec<(String, bool)> = tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("status")).ok())
        .map(|status| {
            let name = status.lines().find_map(|line| line.strip_prefix("Name:\t")).unwrap_or_default();
            (name.to_string(), status.contains("NoNewPrivs:\t1\n"))
        })
        .collect();
    threads.sort();
    threads
}

/// A tree of 221 folders with 1,000 files; every tenth is marked.
fn grow(root: &Path) -> (usize, usize) {
    for number in 0..1_000 {
        let folder = root.join(format!("{}/{}/{}", number % 10, number % 20, number % 190));
        fs::create_dir_all(&folder).expect("a folder");
        let text = if number % 10 == 3 { marked(number) } else { clean(number) };
        fs::write(folder.join(format!("{number}.txt")), text).expect("written");
    }
    (900, 100)
}

/// Every clean text lies in export once, no marked one does, and each marked one is held.
fn accounted(desk: &Desk, clean_files: usize, marked_files: usize) {
    let mut contents = desk.yard.contents();
    // Earlier versions may have been looked at, or written over before.
    contents.retain(|text, _| !text.starts_with("draft"));
    let exported = contents.values().filter(|places| **places == ["export"]).count();
    assert_eq!(exported, clean_files);
    let leaked = contents
        .iter()
        .filter(|(text, places)| text.starts_with("TLP:RED") && places.iter().any(|place| place.ends_with("export")));
    assert_eq!(leaked.count(), 0);
    let held = contents.values().filter(|places| **places == ["quarantine"]).count();
    assert_eq!((held, desk.held().len()), (marked_files, marked_files));
    assert_eq!(contents.len(), clean_files + marked_files);
}

#[test]
fn a_copied_tree_a_moved_tree_and_one_made_while_stopped_arrive_whole() {
    let desk = Desk::new();
    let outside = quick_folder();
    let tree = outside.path().join("tree");
    let (clean_files, marked_files) = grow(&tree);
    let watch = desk.watch();
    let copied = Command::new("cp").arg("-r").arg(&tree).arg(desk.yard.pending.join("copied")).status();
    assert!(copied.expect("cp").success());
    desk.drained();
    accounted(&desk, clean_files, marked_files);
    watch.stop();

    let desk = Desk::new();
    let watch = desk.watch();
    let moved = Command::new("mv").arg(&tree).arg(desk.yard.pending.join("moved")).status();
    assert!(moved.expect("mv").success());
    desk.drained();
    accounted(&desk, clean_files, marked_files);
    watch.stop();

    let desk = Desk::new();
    desk.watch().stop();
    grow(&desk.yard.pending.join("while stopped"));
    let watch = desk.watch();
    desk.drained();
    accounted(&desk, clean_files, marked_files);
    watch.stop();
}

#[test]
fn a_hundred_thousand_files_made_at_full_speed_arrive_whole() {
    let desk = Desk::new();
    let watch = desk.watch();
    for number in 0..100_000 {
        let folder = desk.yard.pending.join((number / 1_000).to_string());
        if number % 1_000 == 0 {
            fs::create_dir(&folder).expect("a folder");
        }
        fs::write(folder.join(number.to_string()), b"planted\n").expect("written");
    }
    desk.drained();
    assert_eq!(files(&desk.yard.export).len(), 100_000);
    watch.stop();
}

#[test]
fn events_the_system_drops_are_told_and_every_file_is_found() {
    let kept = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").expect("a number");
    let kept: usize = kept.trim().parse().expect("a number");
    if kept > 20_000 {
        return Requirement::Mount.is_missing(&format!("{kept} events are kept, and so many files take too long"));
    }
    let desk = Desk::new();
    let watch = desk.watch();
    watch.signal(Signal::STOP);
    // Each is three events at least: made, written, closed.
    let number = kept / 3 + 500;
    for number in 0..number {
        fs::write(desk.yard.pending.join(number.to_string()), b"planted\n").expect("written");
    }
    watch.signal(Signal::CONT);
    desk.drained();
    assert_eq!(files(&desk.yard.export).len(), number);
    desk.until("told", || desk.status()["overflows"].as_u64() >= Some(1));
    watch.stop();
}

#[test]
fn too_few_watches_are_told_and_made_up_for_by_looking_more_often() {
    let desk = Desk::new();
    for number in 0..50 {
        fs::create_dir(desk.yard.pending.join(number.to_string())).expect("a folder");
    }
    // A limit of this process alone, in a user namespace of its own.
    let limited = "echo 20 > /proc/sys/user/max_inotify_watches && exec \"$@\"";
    let watch = desk.mizha(&["watch"]);
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "sh", "-c", limited, "sh"]).arg(watch.get_program());
    command.args(watch.get_args()).env("LC_ALL", "C").stderr(Stdio::null());
    let Ok(child) = command.spawn() else {
        return Requirement::Mount.is_missing("unshare is not installed");
    };
    let mut watch = Watch { child };
    while desk.status()["walks"].as_u64() < Some(1) {
        if watch.child.try_wait().expect("its state").is_some() {
            return Requirement::Mount.is_missing("no user namespaces here");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    desk.until("told", || desk.status()["degraded"].to_string().contains("too many folders"));
    fs::write(desk.yard.pending.join("49/unseen.txt"), clean(1)).expect("written");
    desk.until("arrived", || desk.yard.export.join("49/unseen.txt").exists());
    watch.stop();
}

#[test]
fn a_slow_writer_is_waited_for_and_an_atomic_save_is_one_file() {
    let desk = Desk::new();
    let watch = desk.watch();
    let path = desk.yard.pending.join("slow.txt");
    let mut slow = fs::File::create(&path).expect("a file");
    slow.write_all(b"begun, ").expect("written");
    // Long past its rest: looked at and refused several times, for it is open for writing.
    desk.until("waiting", || desk.status()["folders"][0]["waiting"] == 1);
    std::thread::sleep(Duration::from_millis(800));
    assert!(path.exists() && files(&desk.yard.export).is_empty(), "released while it was written");
    slow.write_all(b"and finished\n").expect("written");
    drop(slow);
    desk.until("arrived", || desk.yard.export.join("slow.txt").exists());
    assert_eq!(fs::read_to_string(desk.yard.export.join("slow.txt")).expect("readable"), "begun, and finished\n");

    fs::write(desk.yard.pending.join(".goutputstream-1"), clean(7)).expect("written");
    fs::rename(desk.yard.pending.join(".goutputstream-1"), desk.yard.pending.join("saved.txt")).expect("renamed");
    desk.until("arrived", || desk.yard.export.join("saved.txt").exists());
    watch.stop();
}

#[test]
fn restricted_by_the_kernel_it_still_starts_the_process_that_reads_pdf() {
    let desk = Desk::new();
    let watch = desk.watch();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/pdf");
    for name in ["clean-letter.pdf", "font-gbk.pdf"] {
        fs::copy(samples.join(name), desk.yard.pending.join(name)).expect("copied");
    }
    desk.drained();
    assert!(desk.yard.export.join("clean-letter.pdf").exists(), "held: {:?}", desk.held());
    let held = desk.held();
    assert_eq!((held.len(), held[0]["verdict"].as_str()), (1, Some("block")), "{held:?}");
    watch.stop();
}

#[test]
fn links_pipes_and_other_names_of_a_file_do_not_lead_out() {
    let desk = Desk::new();
    let secret = desk.config.with_file_name("outside.txt");
    fs::write(&secret, clean(1)).expect("written");
    let watch = desk.watch();
    symlink(&secret, desk.yard.pending.join("link.txt")).expect("a link");
    symlink(desk.config.parent().expect("a folder"), desk.yard.pending.join("folder")).expect("a link");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        desk.yard.pending.join("pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .expect("a pipe");
    desk.until("told", || desk.status()["folders"][0]["refused"] == 3);
    // A second name of a file elsewhere: the copy is released, and the file elsewhere stays.
    fs::hard_link(&secret, desk.yard.pending.join("second name.txt")).expect("a hard link");
    let released = desk.yard.export.join("second name.txt");
    desk.until("arrived", || released.exists());
    assert_ne!(fs::metadata(&released).expect("a file").ino(), fs::metadata(&secret).expect("a file").ino());
    assert_eq!(fs::metadata(&secret).expect("a file").nlink(), 1);
    assert_eq!(files(&desk.yard.export).len(), 1, "nothing else came out");
    watch.stop();
}

#[test]
fn a_taken_name_gets_a_number_and_time_and_permissions_are_kept() {
    let desk = Desk::new().unguarded();
    fs::write(desk.yard.export.join("note.txt"), "there before\n").expect("written");
    symlink("/nonexistent", desk.yard.export.join("dangling.txt")).expect("a link");
    let pending = desk.yard.pending.join("note.txt");
    fs::write(&pending, clean(1)).expect("written");
    fs::set_permissions(&pending, fs::Permissions::from_mode(0o644)).expect("permissions");
    let then = std::time::SystemTime::UNIX_EPOCH + Duration::new(981_173_106, 250_000_000);
    fs::File::options().write(true).open(&pending).expect("a file").set_modified(then).expect("a time");
    fs::write(desk.yard.pending.join("dangling.txt"), clean(2)).expect("written");
    let watch = desk.watch();
    desk.drained();
    assert_eq!(fs::read_to_string(desk.yard.export.join("note.txt")).expect("readable"), "there before\n");
    let second = desk.yard.export.join("note (2).txt");
    assert_eq!(fs::read_to_string(&second).expect("readable"), clean(1));
    let meta = fs::metadata(&second).expect("a file");
    assert_eq!((meta.modified().expect("a time"), meta.mode() & 0o777), (then, 0o644));
    assert_eq!(fs::read_to_string(desk.yard.export.join("dangling (2).txt")).expect("readable"), clean(2));
    // The same bytes again are no second file, unless another one is newer: that must have the highest number.
    fs::write(desk.yard.pending.join("note.txt"), clean(1)).expect("written");
    desk.drained();
    assert!(!desk.yard.export.join("note (3).txt").exists());
    fs::write(desk.yard.pending.join("note.txt"), "there before\n").expect("written");
    desk.until("the newest", || desk.yard.export.join("note (3).txt").exists());
    desk.until("counted", || desk.status()["folders"][0]["numbered"] == 3);
    let said = String::from_utf8(desk.mizha(&["status", "--lang", "zh"]).output().expect("it runs").stdout);
    assert!(said.expect("text").contains("与外发目录中已有文件同名：3 个，编号最大的是最新的一份"));
    let log = String::from_utf8(desk.run(&["audit", "show", "--releases"]).stdout).expect("text");
    assert_eq!(log.matches("newest of its name").count(), 3, "{log}");
    watch.stop();
}

#[test]
fn a_target_that_vanishes_holds_everything_and_goes_on_when_it_is_back() {
    let desk = Desk::new();
    let watch = desk.watch();
    fs::remove_dir(&desk.yard.export).expect("removed");
    fs::write(desk.yard.pending.join("note.txt"), clean(1)).expect("written");
    desk.until("told", || desk.status()["folders"][0]["stuck"].is_string());
    assert_eq!(desk.run(&["status"]).status.code(), Some(1));
    assert!(desk.yard.pending.join("note.txt").exists(), "it is where it was");
    fs::create_dir(&desk.yard.export).expect("a folder");
    desk.until("arrived", || desk.yard.export.join("note.txt").exists());
    // The same with the other side, and its events must be heard again.
    fs::remove_dir(&desk.yard.pending).expect("removed");
    desk.until("told", || desk.status()["folders"][0]["unreachable"].is_string());
    fs::create_dir(&desk.yard.pending).expect("a folder");
    fs::write(desk.yard.pending.join("second.txt"), clean(2)).expect("written");
    desk.until("arrived", || desk.yard.export.join("second.txt").exists());
    watch.stop();
}

#[test]
fn settings_are_taken_over_while_it_works_and_wrong_ones_are_not() {
    let desk = Desk::new();
    let watch = desk.watch();
    let good = fs::read_to_string(&desk.config).expect("readable");
    fs::write(&desk.config, "[hold]\nwarm = \"release\"\n").expect("written");
    desk.until("told", || desk.status()["degraded"].to_string().contains("warm"));
    fs::write(desk.yard.pending.join("a.txt"), marked(1)).expect("written");
    desk.until("still held", || desk.held().len() == 1);
    fs::write(&desk.config, format!("{good}\n[hold]\nwarn = \"release\"\n")).expect("written");
    desk.until("in order", || desk.status()["degraded"].as_array().is_some_and(|d| !format!("{d:?}").contains("warm")));
    fs::write(desk.yard.pending.join("b.txt"), marked(2)).expect("written");
    desk.until("released", || desk.yard.export.join("b.txt").exists());
    // And on request.
    watch.signal(Signal::HUP);
    fs::write(desk.yard.pending.join("c.txt"), clean(3)).expect("written");
    desk.until("released", || desk.yard.export.join("c.txt").exists());
    watch.stop();
}

#[test]
fn the_service_manager_hears_when_it_is_ready_reloads_and_stops() {
    use std::os::unix::net::UnixDatagram;
    let desk = Desk::new();
    let socket = desk.config.with_file_name("notify");
    let manager = UnixDatagram::bind(&socket).expect("a socket");
    manager.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let hear = |wanted: &str| {
        let mut buffer = [0; 4096];
        loop {
            let length = manager.recv(&mut buffer).expect("the service manager hears in time");
            if String::from_utf8_lossy(&buffer[..length]).lines().any(|line| line == wanted) {
                return;
            }
        }
    };
    let mut command = desk.mizha(&["watch"]);
    let child = command.env("NOTIFY_SOCKET", &socket).stderr(Stdio::null()).spawn().expect("it starts");
    let watch = Watch { child };
    hear("READY=1");
    hear("WATCHDOG=1");
    watch.signal(Signal::HUP);
    hear("RELOADING=1");
    hear("READY=1");
    watch.signal(Signal::TERM);
    hear("STOPPING=1");
    watch.stop();
}

#[test]
fn there_is_one_daemon_and_status_says_whether_there_is_any() {
    let desk = Desk::new();
    assert_eq!(desk.run(&["status"]).status.code(), Some(2));
    let watch = desk.watch();
    assert_eq!(desk.run(&["status"]).status.code(), Some(0), "{:#}", desk.status());
    let limits = fs::read_to_string(format!("/proc/{}/limits", watch.child.id())).expect("its limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a line");
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "a core dump would hold content");
    let unbound: Vec<String> =
        threads(watch.child.id()).into_iter().filter(|(_, bound)| !bound).map(|(name, _)| name).collect();
    assert_eq!(
        unbound,
        ["mizha", "settings", "signals"],
        "the others may change nothing but the folders and the state"
    );
    let second = desk.run(&["watch"]);
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another mizha watch"));
    assert_eq!(desk.status()["reading"]["seccomp"], true);
    // Where nothing confines what reads, that is told with its cause, and is not in order.
    let (told, json) = crate::isolation::without_seccomp(|| (desk.run(&["status"]), desk.status()));
    assert_eq!((told.status.code(), &json["reading"]["cause"]), (Some(1), &"seccomp".into()));
    assert!(String::from_utf8_lossy(&told.stdout).contains("this kernel has no seccomp"));
    watch.stop();
    assert_eq!(desk.run(&["status"]).status.code(), Some(2));
}

/// By files that `isolate::acts` obeys, in builds with debug assertions.
#[cfg(debug_assertions)]
#[test]
fn the_daemon_goes_on_whatever_a_file_makes_its_reader_do() {
    let desk = Desk::configured("[limits]\nitem_millis = 500\n");
    let watch = desk.watch();
    let acts = ["overflow", "memory", "panic", "stall", "flood", "nonsense", "mark-and-die", "kill-parent", "execve"];
    for act in acts {
        fs::write(desk.yard.pending.join(format!("{act}.zip")), format!("PK\x03\x04mizha-act:{act}\n"))
            .expect("written");
    }
    let letter = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/docx/clean-letter.docx");
    desk.drained();
    fs::copy(letter, desk.yard.pending.join("letter.docx")).expect("copied");
    desk.drained();
    assert_eq!(files(&desk.yard.export).len(), 1, "only the letter is clear");
    assert_eq!(desk.held().len(), acts.len());
    assert_eq!(desk.status()["pid"], watch.child.id());
    watch.stop();
}

#[test]
fn a_warning_is_released_with_a_reason_and_a_secret_only_by_the_officer() {
    let officer = age_key();
    let settings = format!("[hold]\nofficer_key = \"{}\"\n", officer.0);
    let desk = Desk::configured(&settings);
    let identity = desk.config.with_file_name("officer.key");
    fs::write(&identity, format!("# invented\n{}\n", officer.1)).expect("written");
    fs::write(desk.yard.pending.join("secret.txt"), "机密★10年\n\n植树通知\n").expect("written");
    let watch = desk.watch();
    desk.until("held", || desk.held().len() == 1);
    let id = desk.held()[0]["id"].as_str().expect("an id").to_string();
    let data = desk.yard.state.join(format!("quarantine/{id}.data"));
    let stored = fs::read(&data).expect("readable");
    assert!(stored.starts_with(b"age-encryption.org") && !String::from_utf8_lossy(&stored).contains("植树"));
    let mode = |path: &Path| fs::metadata(path).expect("a file").mode() & 0o777;
    assert_eq!((mode(&data), mode(data.parent().expect("a folder"))), (0o600, 0o700));
    let refused = desk.run(&["quarantine", "release", &id, "--reason", "please"]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(desk.held().len(), 1);
    let shown = String::from_utf8(desk.run(&["quarantine", "show", &id[..4]]).stdout).expect("text");
    assert!(shown.contains("机密★…") && !shown.contains("植树"), "{shown}");
    let identity = identity.display().to_string();
    let released = desk.run(&["quarantine", "release", &id, "--reason", "declassified", "--identity", &identity]);
    assert_eq!(released.status.code(), Some(0), "{}", String::from_utf8_lossy(&released.stderr));
    let text = fs::read_to_string(desk.yard.export.join("secret.txt")).expect("released");
    assert_eq!(text, "机密★10年\n\n植树通知\n");
    assert!(desk.held().is_empty());
    let log = String::from_utf8(desk.run(&["audit", "show", "--json"]).stdout).expect("text");
    for word in ["held", "refused", "released", "declassified"] {
        assert!(log.contains(word), "{word}: {log}");
    }
    for leak in ["植树", "secret.txt", "★"] {
        assert!(!log.contains(leak), "{leak}: {log}");
    }
    assert_eq!(desk.run(&["audit", "verify"]).status.code(), Some(0));
    let file = desk.yard.state.join("audit.jsonl");
    let text = fs::read_to_string(&file).expect("a log").replace("declassified", "reclassified");
    fs::write(&file, text).expect("changed");
    assert_eq!(desk.run(&["audit", "verify"]).status.code(), Some(1));
    watch.stop();
}

/// A key pair of the age tool, invented.
fn age_key() -> (String, String) {
    use age::secrecy::ExposeSecret;
    let identity = age::x25519::Identity::generate();
    (identity.to_public().to_string(), identity.to_string().expose_secret().to_string())
}

#[test]
fn a_purged_file_is_gone_and_written_down() {
    let desk = Desk::new();
    fs::write(desk.yard.pending.join("a.txt"), marked(1)).expect("written");
    assert_eq!(desk.run(&["watch", "--once"]).status.code(), Some(1));
    let id = desk.held()[0]["id"].as_str().expect("an id").to_string();
    let asked = desk.run(&["quarantine", "purge", &id, "--reason", "not needed"]);
    assert_eq!((asked.status.code(), desk.held().len()), (Some(2), 1));
    assert_eq!(desk.run(&["quarantine", "purge", &id, "--reason", "not needed", "--yes"]).status.code(), Some(0));
    assert!(desk.held().is_empty());
    assert!(String::from_utf8_lossy(&desk.run(&["audit", "show"]).stdout).contains("purged"));
}

#[test]
fn a_watch_folder_is_reported_or_emptied_of_what_is_blocked_and_a_release_lasts() {
    for action in ["report", "quarantine"] {
        let root = quick_folder();
        let watched = root.path().join("watched");
        fs::create_dir(&watched).expect("a folder");
        fs::write(watched.join("chat.db"), "机密★10年\n").expect("written");
        let settings = format!(
            "[[watch]]\npath = {:?}\naction = \"{action}\"\nskip = [\"*.db\"]\nsettle_millis = 100\n",
            watched.display().to_string()
        );
        // Blocked, and not for the officer alone.
        let desk = Desk::configured(&format!("[hold]\nofficer_tiers = []\n{settings}"));
        let watch = desk.watch();
        let path = watched.join("a.txt");
        fs::write(&path, "机密★10年\n\n植树通知\n").expect("written");
        fs::write(watched.join("b.txt"), clean(1)).expect("written");
        let log = || String::from_utf8(desk.run(&["audit", "show"]).stdout).expect("text");
        if action == "report" {
            desk.until("reported", || log().contains("reported"));
            assert!(path.exists() && desk.held().is_empty());
        } else {
            desk.until("held", || desk.held().len() == 1);
            assert!(!path.exists());
            let id = desk.held()[0]["id"].as_str().expect("an id").to_string();
            assert!(desk.run(&["quarantine", "release", &id, "--reason", "a template"]).status.success());
            desk.until("looked at again", || desk.status()["folders"][1]["waiting"] == 0);
            fs::write(watched.join("c.txt"), "绝密★\n").expect("written");
            desk.until("held", || desk.held().len() == 1 && !watched.join("c.txt").exists());
            assert!(path.exists(), "what a person released is not taken again");
        }
        assert!(watched.join("b.txt").exists() && watched.join("chat.db").exists());
        watch.stop();
    }
}

/// An account without rights of its own.
const NOBODY: u32 = 65_534;

/// A user who may not read everything; this one, unless it is root, who may.
fn unprivileged(command: &mut Command, folders: &[&Path]) {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    for folder in folders {
        std::os::unix::fs::chown(folder, Some(NOBODY), Some(NOBODY)).expect("root gives folders away");
    }
    command.uid(NOBODY).gid(NOBODY);
}

#[test]
fn what_cannot_be_read_in_a_watch_folder_is_told_and_read_once_it_can_be() {
    let desk = Desk::new();
    let watched = desk.config.with_file_name("watched");
    let closed = watched.join("closed");
    let secret = watched.join("secret.txt");
    fs::create_dir_all(&closed).expect("folders");
    fs::write(&secret, "机密★10年\n").expect("written");
    fs::write(closed.join("inner.txt"), "机密★10年\n").expect("written");
    fs::write(watched.join("sealed.zip"), b"PK\x03\x04damaged").expect("written");
    symlink("/etc/hostname", watched.join("link")).expect("a link");
    let settings = fs::read_to_string(&desk.config).expect("settings");
    let watch =
        format!("[[watch]]\npath = {:?}\naction = \"report\"\nsettle_millis = 100\n", watched.display().to_string());
    fs::write(&desk.config, format!("{settings}{watch}")).expect("written");
    for path in [&secret, &closed] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).expect("closed");
    }
    let root = desk.config.parent().expect("a folder").to_path_buf();
    let mut command = desk.mizha(&["watch"]);
    command.stderr(Stdio::null());
    let own: Vec<PathBuf> =
        [root, desk.yard.pending.clone(), desk.yard.export.clone(), watched.clone(), secret.clone(), closed.clone()]
            .into();
    unprivileged(&mut command, &own.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    let _watch = Watch { child: command.spawn().expect("the program starts") };
    let folder = || desk.status()["folders"][1].clone();
    desk.until("told", || folder()["stuck"].is_string() && folder()["closed"] == 1);
    desk.until("the damaged archive counted apart", || folder()["unread"] == 1);
    assert_eq!((folder()["refused"].as_u64(), folder()["passed"].as_u64()), (Some(1), Some(0)));
    let said =
        String::from_utf8(desk.mizha(&["status", "--lang", "zh"]).output().expect("it runs").stdout).expect("text");
    assert!(said.contains("有文件无法处理：读取文件：没有权限") && said.contains("1 个文件夹无法读取"), "{said}");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).expect("opened");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).expect("opened");
    fs::write(watched.join("hint.txt"), clean(1)).expect("a hint");
    let log = || {
        let mut show = desk.mizha(&["audit", "show"]);
        unprivileged(&mut show, &[]);
        String::from_utf8(show.output().expect("it runs").stdout).expect("text")
    };
    desk.until("both are looked at", || log().matches("reported").count() == 2);
    desk.until("nothing is amiss any more", || folder()["stuck"].is_null() && folder()["closed"] == 0);
}

/// A small file system mounted at a folder; none where this account may not mount.
fn small_drive(root: &Path) -> Option<Unmount> {
    let small = root.join("drive");
    fs::create_dir(&small).expect("a folder");
    let mounted = mount(&small);
    if !mounted {
        Requirement::Mount.is_missing("this account may not mount");
    }
    mounted.then_some(Unmount(small))
}

fn mount(folder: &Path) -> bool {
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "none"]).arg(folder).status();
    mount.is_ok_and(|status| status.success())
}

/// A desk whose export folder is this one.
fn desk_onto(export: &Path) -> Desk {
    let mut desk = Desk::new();
    let settings = fs::read_to_string(&desk.config).expect("readable");
    let before = desk.yard.export.display().to_string();
    fs::write(&desk.config, settings.replace(&before, &export.display().to_string())).expect("written");
    desk.yard.export = export.to_path_buf();
    desk
}

#[test]
fn a_full_or_read_only_target_loses_nothing_and_is_told() {
    let root = quick_folder();
    let Some(small) = small_drive(root.path()) else { return };
    let desk = desk_onto(&small.0);
    let watch = desk.watch();
    let big = "Tree planting.\n".repeat(10_000);
    fs::write(desk.yard.pending.join("big.txt"), &big).expect("written");
    fs::write(desk.yard.pending.join("small.txt"), clean(1)).expect("written");
    desk.until("told", || desk.status()["folders"][0]["stuck"].is_string());
    desk.until("arrived", || small.0.join("small.txt").exists());
    assert_eq!(fs::read_to_string(desk.yard.pending.join("big.txt")).expect("it is where it was"), big);
    fs::remove_file(desk.yard.pending.join("big.txt")).expect("removed");
    assert_eq!(files(&small.0).len(), 1, "no piece is left behind");

    let remount = |options: &str| {
        let status = Command::new("mount").args(["-o", options]).arg(&small.0).status();
        assert!(status.expect("mount").success());
    };
    remount("remount,ro");
    fs::write(desk.yard.pending.join("second.txt"), clean(2)).expect("written");
    desk.until("told", || desk.status()["folders"][0]["stuck"].to_string().contains("read-only"));
    assert!(desk.yard.pending.join("second.txt").exists());
    remount("remount,rw");
    desk.until("arrived", || small.0.join("second.txt").exists());
    watch.stop();
}

#[test]
fn a_drive_that_vanishes_is_waited_for_and_its_empty_folder_is_not_taken_for_it() {
    let root = quick_folder();
    let Some(small) = small_drive(root.path()) else { return };
    let desk = desk_onto(&small.0);
    let watch = desk.watch();
    fs::write(desk.yard.pending.join("first.txt"), clean(1)).expect("written");
    desk.until("arrived", || small.0.join("first.txt").exists());
    let gone = Command::new("umount").arg("-l").arg(&small.0).status();
    assert!(gone.expect("umount").success());
    fs::write(desk.yard.pending.join("second.txt"), clean(2)).expect("written");
    desk.until("told", || desk.status()["folders"][0]["stuck"].is_string());
    assert!(files(&small.0).is_empty() && desk.yard.pending.join("second.txt").exists());
    assert!(mount(&small.0));
    desk.until("arrived", || small.0.join("second.txt").exists());
    watch.stop();
}

#[test]
fn a_target_that_does_not_tell_capitals_apart_is_not_overwritten() {
    let root = quick_folder();
    let (image, folder) = (root.path().join("image"), root.path().join("drive"));
    fs::create_dir(&folder).expect("a folder");
    fs::File::create(&image).and_then(|file| file.set_len(64 << 20)).expect("an image");
    let run = |program: &str, arguments: &[&str], last: &Path| {
        Command::new(program)
            .args(arguments)
            .arg(last)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    let export = folder.join("export");
    let _unmount = Unmount(folder.clone());
    let shown = image.display().to_string();
    let ext4 = || {
        run("mkfs.ext4", &["-q", "-F", "-O", "casefold", "-E", "encoding=utf8"], &image)
            && run("mount", &["-o", "loop", &shown], &folder)
            && fs::create_dir(&export).is_ok()
            && run("chattr", &["+F"], &export)
    };
    let ntfs = || {
        run("mkfs.ntfs", &["-q", "-F"], &image)
            && run("lowntfs-3g", &["-o", "ignore_case", &shown], &folder)
            && fs::create_dir(&export).is_ok()
    };
    if !ext4() && !ntfs() {
        return Requirement::Casefold.is_missing("no file system here that does not tell capitals apart");
    }
    fs::write(export.join("NOTE.TXT"), "there before\n").expect("written");
    let desk = desk_onto(&export).unguarded();
    fs::write(desk.yard.pending.join("note.txt"), clean(1)).expect("written");
    let watch = desk.watch();
    desk.until("arrived", || export.join("note (2).txt").exists());
    assert_eq!(fs::read_to_string(export.join("NOTE.TXT")).expect("readable"), "there before\n");
    watch.stop();
}

#[test]
fn files_of_a_clock_that_jumped_are_released_with_their_times() {
    let desk = Desk::new();
    let watch = desk.watch();
    for (number, seconds) in [-86_400_i64, 0, 4_102_444_800].into_iter().enumerate() {
        let aside = desk.config.with_file_name("aside");
        fs::write(&aside, clean(number)).expect("written");
        let time = rustix::fs::Timespec { tv_sec: seconds, tv_nsec: 0 };
        let times = rustix::fs::Timestamps { last_access: time, last_modification: time };
        rustix::fs::utimensat(rustix::fs::CWD, &aside, &times, rustix::fs::AtFlags::empty()).expect("a time");
        let name = format!("{number}.txt");
        fs::rename(&aside, desk.yard.pending.join(&name)).expect("renamed");
        let arrived = desk.yard.export.join(&name);
        desk.until("arrived", || arrived.exists());
        assert_eq!(fs::metadata(&arrived).expect("a file").mtime(), seconds);
    }
    watch.stop();
}

#[test]
fn what_did_not_come_through_the_gate_is_taken_out_of_export_looked_at_and_told() {
    let desk = Desk::new();
    let (export, pending) = (&desk.yard.export, &desk.yard.pending);
    fs::write(export.join("before.txt"), clean(1)).expect("written");
    let watch = desk.watch();
    desk.until("looked at and back", || desk.status()["folders"][0]["taken_back"] == 1);
    desk.until("released", || export.join("before.txt").exists());
    fs::write(export.join("wrong.txt"), marked(1)).expect("written");
    desk.until("held", || desk.held().len() == 1);
    assert!(!export.join("wrong.txt").exists());
    // What came through the gate stays there: under another name, and as a second file with the same bytes.
    fs::write(pending.join("a.txt"), clean(2)).expect("written");
    desk.until("released", || export.join("a.txt").exists());
    fs::rename(export.join("a.txt"), export.join("b.txt")).expect("renamed");
    fs::copy(export.join("b.txt"), export.join("c.txt")).expect("copied");
    // And after a death without a word, too.
    drop(watch);
    let watch = desk.watch();
    fs::write(export.join("b.txt"), format!("{}{}", clean(2), marked(2))).expect("written");
    desk.until("held", || desk.held().len() == 2);
    assert!(export.join("c.txt").exists() && !export.join("b.txt").exists());
    let log = String::from_utf8(desk.run(&["audit", "show"]).stdout).expect("text");
    assert_eq!(log.matches("taken back").count(), 3, "{log}");
    watch.stop();
}

#[test]
fn a_version_saved_with_its_time_put_back_is_not_lost() {
    let desk = Desk::new();
    let watch = desk.watch();
    let stamp = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let save = |path: &Path, text: &str| {
        // In place, as `rsync --inplace -t` does: the same file, size and time.
        let mut file = fs::File::options().write(true).create(true).truncate(false).open(path).expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        file.set_modified(stamp).expect("a time");
    };
    for number in 0..60_u64 {
        let path = desk.yard.pending.join(format!("{number}.txt"));
        save(&path, &format!("Tree planting, first {number:03}.\n"));
        std::thread::sleep(Duration::from_millis(95 + number % 30));
        save(&path, &format!("Tree planting, later {number:03}.\n"));
    }
    desk.drained();
    let contents = desk.yard.contents();
    for number in 0..60 {
        let later = format!("Tree planting, later {number:03}.\n");
        assert!(contents.contains_key(&later), "lost: {later}");
    }
    watch.stop();
}

#[test]
fn temporary_names_are_not_released_a_lock_is_waited_for_and_an_empty_file_rests() {
    let desk = Desk::new();
    let watch = desk.watch();
    let pending = &desk.yard.pending;
    let temporary =
        ["lu123.tmp", "~WRD0001.tmp", "wps0001.tmp", "#note#", "note~", ".nfs0000000012", ".a.txt.x7Gh2k", "c.part"];
    for name in temporary {
        fs::write(pending.join(name), clean(1)).expect("written");
    }
    fs::write(pending.join(".~lock.letter.txt#"), ",me;").expect("a lock");
    fs::write(pending.join("letter.txt"), clean(2)).expect("written");
    fs::write(pending.join("other.txt"), clean(3)).expect("written");
    desk.until("the other", || desk.yard.export.join("other.txt").exists());
    desk.until("counted", || desk.status()["folders"][0]["waiting"] == temporary.len() + 2);
    assert_eq!(files(&desk.yard.export).len(), 1);
    fs::remove_file(pending.join(".~lock.letter.txt#")).expect("closed");
    desk.until("the letter", || desk.yard.export.join("letter.txt").exists());
    assert_eq!(files(&desk.yard.export).len(), 2);
    let empty = Instant::now();
    fs::write(pending.join("empty.txt"), "").expect("written");
    desk.until("the empty one", || desk.yard.export.join("empty.txt").exists());
    assert!(empty.elapsed() > Duration::from_secs(4), "{:?}", empty.elapsed());
    watch.stop();
}

#[test]
fn a_held_file_can_be_had_back_for_correction_whatever_became_of_its_record() {
    let desk = Desk::new();
    fs::write(desk.yard.pending.join("secret.txt"), "机密★10年\n\n植树通知\n").expect("written");
    fs::write(desk.yard.pending.join("second.txt"), "机密★10年\n\n第二件\n").expect("written");
    assert_eq!(desk.run(&["watch", "--once"]).status.code(), Some(1));
    let mut held = desk.held();
    held.sort_by_key(|held| held["from"].as_str().expect("a path").to_string());
    let id = |at: usize| held[at]["id"].as_str().expect("an id").to_string();
    let (damaged, whole) = (id(0), id(1));
    // Nobody can release it here, for no officer's key is set, and that was said.
    let refused = desk.run(&["quarantine", "release", &whole, "--reason", "please"]);
    assert_eq!((refused.status.code(), desk.held().len()), (Some(2), 2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("quarantine return"));
    let checked = desk.run(&["config", "check"]);
    assert!(String::from_utf8_lossy(&checked.stderr).contains("hold.officer_sign_key"), "{checked:?}");
    // Nothing is everything's beginning.
    assert_eq!(desk.run(&["quarantine", "purge", "", "--reason", "x", "--yes"]).status.code(), Some(2));
    let back = desk.config.with_file_name("back");
    fs::create_dir(&back).expect("a folder");
    let give = |id: &str, to: &Path| {
        desk.run(&["quarantine", "return", id, "--to", &to.display().to_string(), "--reason", "to be corrected"])
    };
    assert_eq!(give(&whole, &desk.yard.export).status.code(), Some(2), "an exit is refused");
    let given = give(&whole, &back);
    assert_eq!(given.status.code(), Some(0), "{}", String::from_utf8_lossy(&given.stderr));
    assert_eq!(fs::read_to_string(back.join("secret.txt")).expect("readable"), "机密★10年\n\n植树通知\n");
    fs::write(desk.yard.state.join(format!("quarantine/{damaged}.json")), "{").expect("damaged");
    let shown = desk.run(&["quarantine", "show", &damaged]);
    assert_eq!(shown.status.code(), Some(0), "{}", String::from_utf8_lossy(&shown.stderr));
    assert_eq!(desk.run(&["quarantine", "release", &damaged, "--reason", "x"]).status.code(), Some(2));
    let given = give(&damaged, &back);
    assert_eq!(given.status.code(), Some(0), "{}", String::from_utf8_lossy(&given.stderr));
    assert_eq!(fs::read_to_string(back.join(format!("mizha-{damaged}"))).expect("readable"), "机密★10年\n\n第二件\n");
    assert!(desk.held().is_empty() && desk.run(&["audit", "verify"]).status.success());
    let log = String::from_utf8(desk.run(&["audit", "show"]).stdout).expect("text");
    assert_eq!(log.matches("returned").count(), 2, "{log}");
}

#[test]
fn a_record_edited_by_hand_is_told_and_a_signed_ticket_allows_what_it_says() {
    let keys = minisign::KeyPair::generate_unencrypted_keypair().expect("a key pair");
    let public = keys.pk.to_base64();
    let desk = Desk::configured(&format!("[hold]\nofficer_sign_key = \"{public}\"\n"));
    fs::write(desk.yard.pending.join("secret.txt"), "机密★10年\n\n植树通知\n").expect("written");
    assert_eq!(desk.run(&["watch", "--once"]).status.code(), Some(1));
    let id = desk.held()[0]["id"].as_str().expect("an id").to_string();
    let record = desk.yard.state.join(format!("quarantine/{id}.json"));
    let written = fs::read_to_string(&record).expect("readable");
    assert!(written.contains("\"officer\":true"), "{written}");
    fs::write(&record, written.replace("\"officer\":true", "\"officer\":false")).expect("edited");
    assert_eq!(desk.run(&["quarantine", "release", &id, "--reason", "mine"]).status.code(), Some(2));
    assert!(!desk.yard.export.join("secret.txt").exists());
    fs::write(&record, written).expect("as it was");
    let ticket = desk.config.with_file_name("ticket");
    let sign = |act: &str| {
        let text = desk.run(&["quarantine", "request", &id, "--for", act]).stdout;
        let signed = minisign::sign(None, &keys.sk, &text[..], None, None).expect("signed");
        fs::write(&ticket, &text).expect("written");
        fs::write(desk.config.with_file_name("ticket.minisig"), signed.into_string()).expect("written");
    };
    let shown = ticket.display().to_string();
    let release = || desk.run(&["quarantine", "release", &id, "--reason", "declassified", "--ticket", &shown]);
    sign("purge");
    assert_eq!(release().status.code(), Some(2), "a ticket for something else");
    sign("release");
    let text = fs::read_to_string(&ticket).expect("readable");
    fs::write(&ticket, text.replace("id ", "id  ")).expect("changed");
    assert_eq!(release().status.code(), Some(2), "a ticket that was changed");
    sign("release");
    let released = release();
    assert_eq!(released.status.code(), Some(0), "{}", String::from_utf8_lossy(&released.stderr));
    assert!(desk.yard.export.join("secret.txt").exists());
    let log = String::from_utf8(desk.run(&["audit", "show", "--json"]).stdout).expect("text");
    assert!(log.contains("\"authority\":\"ticket "), "{log}");
}

#[test]
fn status_says_when_the_process_is_stopped_and_reloads_leave_no_thread_behind() {
    let desk = Desk::new();
    let watch = desk.watch();
    let threads = || fs::read_dir(format!("/proc/{}/task", watch.child.id())).expect("its threads").count();
    let before = threads();
    for round in 0..20 {
        let since = desk.status()["since"].clone();
        watch.signal(Signal::HUP);
        desk.until("reloaded", || desk.status()["since"] != since && desk.status()["walks"].as_u64() >= Some(1));
        assert_ne!(desk.status()["pid"], 0, "round {round}");
    }
    desk.until("as many threads as before", || threads() <= before);
    fs::write(desk.yard.pending.join("a.txt"), marked(1)).expect("written");
    desk.until("held", || desk.status()["folders"][0]["held"] == 1);
    let since = desk.status()["since"].clone();
    watch.signal(Signal::HUP);
    desk.until("reloaded", || desk.status()["since"] != since);
    assert_eq!(desk.status()["folders"][0]["held"], 1, "after a reload as well");
    assert_eq!(desk.run(&["status"]).status.code(), Some(0), "{:#}", desk.status());
    watch.signal(Signal::STOP);
    desk.until("told", || desk.run(&["status"]).status.code() == Some(1));
    assert_eq!(desk.status()["stopped"], true);
    watch.signal(Signal::CONT);
    desk.until("in order", || desk.run(&["status"]).status.code() == Some(0));
    watch.stop();
}

#[test]
fn a_folder_renamed_while_its_files_are_under_way_loses_none_of_them() {
    let desk = Desk::new();
    let folder = desk.yard.pending.join("work");
    for round in 0..8 {
        let mut watch = Watch { child: desk.mizha(&["watch"]).stderr(Stdio::null()).spawn().expect("it starts") };
        fs::create_dir_all(&folder).expect("a folder");
        for number in 0..40 {
            fs::write(folder.join(format!("{number}.txt")), clean(round * 40 + number)).expect("written");
        }
        desk.until("begun", || files(&desk.yard.export).len() > round * 40 || files(&folder).len() < 40);
        let _ = fs::rename(&folder, desk.yard.pending.join(format!("work {round}")));
        watch.child.kill().expect("killed");
        watch.child.wait().expect("it ended");
    }
    let watch = desk.watch();
    desk.drained();
    let contents = desk.yard.contents();
    for number in 0..320 {
        assert_eq!(contents.get(&clean(number)).map(Vec::as_slice), Some(&["export".to_string()][..]), "{number}");
    }
    assert_eq!(desk.status()["unsettled"], 0);
    watch.stop();
}

#[test]
fn a_file_in_the_way_of_a_folder_is_named_and_a_small_file_does_not_wait_for_a_large_one() {
    let desk = Desk::new();
    let watch = desk.watch();
    fs::write(desk.yard.pending.join("report"), clean(1)).expect("written");
    desk.until("released", || desk.yard.export.join("report").is_file());
    fs::create_dir(desk.yard.pending.join("report")).expect("a folder");
    fs::write(desk.yard.pending.join("report/a.txt"), clean(2)).expect("written");
    let way = desk.yard.export.join("report").display().to_string();
    desk.until("named", || desk.status()["folders"][0]["stuck"].to_string().contains(&way));
    fs::remove_file(desk.yard.export.join("report")).expect("moved away");
    desk.until("released", || desk.yard.export.join("report/a.txt").exists());
    // Larger than may be looked at: not copied, told, and nothing waits for it.
    let sparse = fs::File::create(desk.yard.pending.join("large.bin")).expect("a file");
    sparse.set_len(2 << 30).expect("a hole");
    drop(sparse);
    fs::write(desk.yard.pending.join("small.txt"), clean(3)).expect("written");
    desk.until("small", || desk.yard.export.join("small.txt").exists());
    desk.until("told", || desk.status()["folders"][0]["stuck"].to_string().contains("MiB"));
    assert!(desk.yard.pending.join("large.bin").exists() && files(&desk.yard.state.join("gate/stage")).is_empty());
    watch.stop();
}

/// Nothing else happens in the folder while a large file is looked at: it arrives all the same.
#[test]
fn a_large_file_alone_is_released_as_soon_as_it_was_looked_at() {
    let desk = Desk::new();
    let watch = desk.watch();
    let text = "春季植树演练的安排由各科室负责。\n".repeat(48 << 20 >> 5);
    fs::write(desk.yard.pending.join("large.txt"), &text).expect("written");
    desk.until("released", || desk.yard.export.join("large.txt").exists());
    watch.stop();
}

struct Unmount(PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
