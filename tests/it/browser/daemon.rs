//! Where a daemon works it answers, by what is in force there and in its record; whoever it does not answer has an engine of
//! its own. The real programs, both ends.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::MARKED;
use super::native::Host;

struct Daemon {
    child: Child,
}

impl Daemon {
    /// Started, and answering.
    fn start(home: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mizha"));
        command.args(["watch", "--state"]).arg(home.join("state")).env("HOME", home).env_remove("XDG_CONFIG_HOME");
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("our program runs");
        until("its socket", || home.join("state/channels.sock").exists());
        Daemon { child }
    }

    /// Conversations it has now.
    fn talks(&self) -> usize {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("its threads").flatten();
        let names = tasks.filter_map(|task| fs::read_to_string(task.path().join("comm")).ok());
        names.filter(|name| name.trim() == "channel").count()
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("ours");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn until(what: &str, condition: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(120);
    while !condition() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A home with a gate and these settings of the door.
fn home(settings: &str) -> tempfile::TempDir {
    let home = crate::yard::quick_folder();
    configure(home.path(), settings);
    home
}

fn configure(home: &Path, settings: &str) {
    let at = |name: &str| -> PathBuf { home.join(name) };
    let gate = format!("[[gate]]\npending = {:?}\nexport = {:?}\n", at("pending"), at("export"));
    fs::create_dir_all(at(".config/mizha")).expect("a folder");
    fs::write(at(".config/mizha/config.toml"), format!("{settings}\n[tell]\nnotify = false\n{gate}")).expect("written");
}

fn policy(host: &mut Host) -> Value {
    host.say(&json!({ "type": "hello", "version": 1 }));
    host.hear()
}

/// What becomes of a marked text.
fn marked(host: &mut Host) -> Value {
    host.say(&json!({ "type": "text", "id": 1, "site": "oa.example.cn", "text": MARKED, "purpose": "sending" }));
    host.hear()["do"].clone()
}

#[test]
fn a_daemon_answers_and_writes_down() {
    let home = home("");
    let daemon = Daemon::start(home.path());
    let mut host = Host::at(home.path(), &[]);
    assert_eq!(policy(&mut host)["guard"], true);
    assert_eq!(daemon.talks(), 1, "it is the daemon that answers");
    assert_eq!(marked(&mut host), "hold");
    host.say(&json!({ "type": "begin", "id": 2, "site": "oa.example.cn", "name": "报名.txt", "bytes": 3 }));
    host.say(&json!({ "type": "piece", "id": 2, "data": "YWJj" }));
    host.say(&json!({ "type": "end", "id": 2 }));
    let answers: Vec<Value> = (0..2).map(|_| host.hear()).collect();
    assert!(answers.iter().any(|answer| answer["do"] == "go"), "{answers:?}");
    // One that stays must not be closed with the line.
    assert_eq!(host.end(), (Some(0), String::new()));
    let read = |name: &str| fs::read_to_string(home.path().join("state").join(name)).expect("a log");
    assert!(read("audit.jsonl").contains("\"upload-held\""), "{}", read("audit.jsonl"));
    let releases = read("releases.jsonl");
    assert!(releases.contains("\"cleared\"") && releases.contains("\"oa.example.cn\""), "{releases}");
    assert!(!releases.contains("报名") && !releases.contains("abc"), "neither name nor content: {releases}");
}

#[test]
fn what_changes_in_force_reaches_browsers_and_a_daemon_that_goes_is_not_waited_for() {
    let home = home("");
    let daemon = Daemon::start(home.path());
    let mut host = Host::at(home.path(), &[]);
    assert_eq!(policy(&mut host)["guard"], true);
    configure(home.path(), "[browser]\nguard = false\n");
    // The conversation ends by itself; the browser begins the next.
    assert_eq!(host.ends(), Some(0));
    let mut host = Host::at(home.path(), &[]);
    assert_eq!(policy(&mut host)["guard"], false);
    assert_eq!(daemon.talks(), 1);
    configure(home.path(), "");
    assert_eq!(host.ends(), Some(0));

    // Killed in the middle: whatever waits is not answered, the next has an engine of its own.
    let mut host = Host::at(home.path(), &[]);
    assert_eq!(policy(&mut host)["guard"], true);
    daemon.signal(Signal::KILL);
    assert_eq!(host.ends(), Some(0));
    let mut host = Host::at(home.path(), &[]);
    assert_eq!(policy(&mut host)["guard"], true);
    assert_eq!(marked(&mut host), "hold");
}

#[test]
fn who_asks_for_other_settings_or_meets_a_daemon_that_hangs_has_an_engine_of_its_own() {
    let home = home("");
    let daemon = Daemon::start(home.path());
    let other = home.path().join("other.toml");
    fs::write(&other, "[browser]\nguard = false\n").expect("written");
    let mut host = Host::at(home.path(), &["--config", &other.display().to_string()]);
    assert_eq!((policy(&mut host)["guard"].clone(), daemon.talks()), (json!(false), 0));
    daemon.signal(Signal::STOP);
    let mut host = Host::at(home.path(), &[]);
    assert_eq!(policy(&mut host)["guard"], true);
    assert_eq!(marked(&mut host), "hold");
    daemon.signal(Signal::CONT);
}

#[test]
fn somebody_else_at_the_socket_is_an_error() {
    if !rustix::process::geteuid().is_root() {
        return crate::requirement::Requirement::Mount.is_missing("this account cannot be another one");
    }
    let home = home("");
    let state = home.path().join("state");
    fs::create_dir(&state).expect("a folder");
    // Another account's process listens where the daemon would.
    let script = "import os, socket, sys, time\ns = socket.socket(socket.AF_UNIX)\nos.chmod(os.path.dirname(sys.argv[1]), 0o777)\nos.setuid(65534)\ns.bind(sys.argv[1])\ns.listen()\ntime.sleep(600)\n";
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o711)).expect("ours");
    let mut other =
        Command::new("python3").args(["-c", script]).arg(state.join("channels.sock")).spawn().expect("python");
    until("its socket", || state.join("channels.sock").exists());
    let mut host = Host::at(home.path(), &[]);
    assert_eq!(host.ends(), Some(2), "nothing is asked of it");
    other.kill().expect("ours");
    other.wait().expect("ours");
}
