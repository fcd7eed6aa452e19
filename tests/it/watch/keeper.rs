//! The keeper, where no service manager is: what was killed comes back, what ended stays ended, there is never a second
//! daemon, and nothing outlives the session.

use std::fs;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::{Desk, Watch, clean, marked};

impl Desk {
    fn kept(&self) -> Watch {
        let said = fs::File::create(self.config.with_file_name("said")).expect("a file");
        let child = self.mizha(&["watch", "--restart"]).stderr(said).spawn().expect("the program starts");
        let watch = Watch { child };
        self.until("the first walk", || self.status()["walks"].as_u64() >= Some(1));
        watch
    }

    /// The daemon's process, as it says itself.
    fn worker(&self) -> Option<Pid> {
        Pid::from_raw(i32::try_from(self.status()["pid"].as_u64()?).ok()?)
    }
}

fn is_gone(pid: Pid) -> bool {
    // One that has ended and is not waited for yet counts as gone.
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_pid())).unwrap_or_default();
    test_kill_process(pid).is_err() || stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z'))
}

#[test]
fn what_was_killed_comes_back_and_a_stop_ends_both() {
    let desk = Desk::new();
    let watch = desk.kept();
    let first = desk.worker().expect("a process");
    assert_ne!(first, Pid::from_child(&watch.child), "the keeper is a process of its own");
    kill_process(first, Signal::KILL).expect("killed");
    fs::write(desk.yard.pending.join("a.txt"), clean(1)).expect("written");
    fs::write(desk.yard.pending.join("b.txt"), marked(2)).expect("written");
    desk.until("it is back and works", || desk.yard.export.join("a.txt").exists() && desk.held().len() == 1);
    let second = desk.worker().expect("a process");
    assert_ne!(first, second);
    // There is one, and another keeper finds it and ends.
    let other = desk.run(&["watch", "--restart"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&other.stderr).contains("another mizha watch"), "{other:?}");
    assert_eq!(desk.worker(), Some(second));
    // The daemon's signs of life reach the keeper.
    let socket = desk.yard.state.join(format!("run/keeper-{}", watch.child.id()));
    let said = fs::read_to_string(desk.config.with_file_name("said")).expect("readable");
    assert!(socket.exists() && said.contains("the daemon died") && !said.contains("cannot be told"), "{said}");
    // It keeps next to nothing in memory and few threads.
    let said = fs::read_to_string(format!("/proc/{}/status", watch.child.id())).expect("its state");
    let number = |name: &str| -> u64 {
        let line = said.lines().find(|line| line.starts_with(name)).expect("a line");
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
    };
    assert!(number("Threads:") <= 4 && number("RssAnon:") < 8192, "{said}");
    // New settings are passed on.
    let since = desk.status()["since"].clone();
    watch.signal(Signal::HUP);
    desk.until("reloaded", || desk.status()["since"] != since && desk.worker() == Some(second));
    watch.stop();
    assert!(is_gone(second) && !socket.exists(), "the daemon outlived its keeper");
    assert_eq!(desk.run(&["status"]).status.code(), Some(2));
}

#[test]
fn a_keeper_that_dies_takes_the_daemon_with_it_and_a_stop_of_the_daemon_is_no_crash() {
    let desk = Desk::new();
    let watch = desk.kept();
    let worker = desk.worker().expect("a process");
    drop(watch);
    desk.until("the daemon ends", || is_gone(worker));
    let mut watch = desk.kept();
    let worker = desk.worker().expect("a process");
    kill_process(worker, Signal::TERM).expect("a signal");
    assert!(watch.child.wait().expect("it ends").success());
    assert_eq!(desk.run(&["status"]).status.code(), Some(2));
    // Wrong settings are told once, and not tried again and again.
    fs::write(&desk.config, "[hold]\nwarm = 1\n").expect("written");
    assert_eq!(desk.run(&["watch", "--restart"]).status.code(), Some(2));
}

/// Ends what it started, if the test did not.
struct Session(Child);

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn all_of_it_ends_with_the_session() {
    let desk = Desk::new();
    let watch = desk.mizha(&["watch", "--restart"]);
    // As a display manager does it: the first process of a session of its own starts what the desktop needs.
    let mut command = Command::new("setsid");
    command.args(["sh", "-c", "\"$@\" & exec sleep 600", "sh"]).arg(watch.get_program()).args(watch.get_args());
    command.env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut session = Session(command.spawn().expect("setsid starts"));
    desk.until("the first walk", || desk.status()["walks"].as_u64() >= Some(1));
    let worker = desk.worker().expect("a process");
    session.0.kill().expect("killed");
    session.0.wait().expect("it ended");
    desk.until("the daemon ends", || is_gone(worker) && desk.run(&["status"]).status.code() == Some(2));
}
