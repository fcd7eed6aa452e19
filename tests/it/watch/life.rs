//! `mizha status` tells the truth at any time: while the daemon starts, in a backlog, when it is stopped, and once a
//! fault has passed.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::Signal;

use super::{Desk, Unmount, Watch, clean, files, marked};
use crate::requirement::Requirement;

#[test]
fn from_the_first_moment_on_it_names_its_process_or_says_that_it_starts() {
    let desk = Desk::new();
    for number in 0..2_000 {
        fs::write(desk.yard.pending.join(format!("{number}.txt")), clean(number)).expect("written");
    }
    let child = desk.mizha(&["watch"]).stderr(Stdio::null()).spawn().expect("the program starts");
    let watch = Watch { child };
    let pid = u64::from(watch.child.id());
    let answers = RefCell::new(BTreeSet::new());
    desk.until("everything has passed", || {
        let output = desk.run(&["status", "--json"]);
        let status: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let code = output.status.code().expect("a code");
        match status["pid"].as_u64() {
            // Not there yet, or on its way.
            None => assert_eq!(code, 2, "{status}"),
            Some(told) => {
                assert_eq!((told, code), (pid, 0), "{status}");
                assert!(status["age_seconds"].as_i64().expect("an age") < 30, "{status}");
            }
        }
        answers.borrow_mut().insert(status["folders"][0]["passed"].as_u64());
        status["folders"][0]["passed"] == 2_000
    });
    let answers = answers.into_inner();
    assert!(answers.iter().flatten().count() >= 2, "a backlog is told of as it goes: {answers:?}");
    let folder = &desk.status()["folders"][0];
    assert_eq!((folder["waiting"].as_u64(), folder["held"].as_u64()), (Some(0), Some(0)));
    watch.stop();
}

#[test]
fn held_files_are_counted_after_a_start_and_while_it_is_stopped() {
    let desk = Desk::new();
    for number in 0..3 {
        fs::write(desk.yard.pending.join(format!("{number}.txt")), marked(number)).expect("written");
    }
    let held = || desk.status()["folders"][0]["held"].clone();
    let watch = desk.watch();
    desk.until("held", || held() == 3);
    watch.stop();
    let watch = desk.watch();
    assert_eq!(held(), 3);
    watch.signal(Signal::STOP);
    desk.until("told", || desk.run(&["status"]).status.code() == Some(1));
    let said =
        String::from_utf8(desk.mizha(&["status", "--lang", "zh"]).output().expect("it runs").stdout).expect("text");
    assert!(said.contains("进程已被暂停") && said.contains("暂扣 3"), "{said}");
    let id = desk.held()[0]["id"].as_str().expect("an id").to_string();
    assert!(desk.run(&["quarantine", "purge", &id, "--reason", "not needed", "--yes"]).status.success());
    assert_eq!(held(), 2, "counted, not remembered");
    watch.signal(Signal::CONT);
    desk.until("in order", || desk.run(&["status"]).status.code() == Some(0));
    watch.stop();
}

/// The status as a daemon wrote it that has not been heard of since.
#[test]
fn a_daemon_not_heard_of_for_minutes_is_not_in_order() {
    let desk = Desk::new();
    let watch = desk.watch();
    let file = desk.yard.state.join("run/status.json");
    watch.signal(Signal::STOP);
    let mut status: serde_json::Value = serde_json::from_slice(&fs::read(&file).expect("readable")).expect("JSON");
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(400);
    status["written"] = jiff::Timestamp::try_from(then).expect("a time").to_string().into();
    // Of a process that is not stopped, so that only its age speaks.
    status["pid"] = std::process::id().into();
    fs::write(&file, status.to_string()).expect("written");
    let output = desk.run(&["status"]);
    let said = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("! no sign of life for 4"), "{said}");
    watch.signal(Signal::CONT);
    watch.stop();
}

fn mount(folder: &Path, size: &str) -> bool {
    let options = format!("size={size}");
    let mut command = Command::new("mount");
    command.args(["-t", "tmpfs", "-o", &options, "none"]).arg(folder).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[test]
fn a_full_disk_is_told_while_it_is_full_and_not_after() {
    let desk = Desk::new();
    // Where the copies lie that are looked at.
    let copies = desk.yard.state.join("gate");
    fs::create_dir_all(&copies).expect("a folder");
    if !mount(&copies, "2m") {
        return Requirement::Mount.is_missing("this account may not mount");
    }
    let _unmount = Unmount(copies.clone());
    let watch = desk.watch();
    let filler = copies.join("filler");
    let mut size = 2 << 20;
    while fs::write(&filler, vec![0; size]).is_err() {
        size -= 4096;
    }
    fs::write(desk.yard.pending.join("a.txt"), marked(1)).expect("written");
    fs::write(desk.yard.pending.join("b.txt"), clean(1)).expect("written");
    desk.until("told", || desk.run(&["status"]).status.code() == Some(1));
    assert_eq!((files(&desk.yard.pending).len(), files(&desk.yard.export).len()), (2, 0));
    fs::remove_file(&filler).expect("removed");
    desk.drained();
    desk.until("in order", || desk.run(&["status"]).status.code() == Some(0));
    assert_eq!((files(&desk.yard.export).len(), desk.held().len()), (1, 1));
    watch.stop();
}
