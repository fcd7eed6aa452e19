//! `mizha setup`: from nothing to a desktop on which a marked file is held.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn mizha(home: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mizha"));
    for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"] {
        command.env_remove(name);
    }
    command.env("HOME", home).env("LC_ALL", "C").stdin(Stdio::null()).args(args).output().expect("the program runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn after_one_command_a_marked_file_is_held_and_nothing_of_the_test_is_left() {
    for (mode, held) in [("gate", 1), ("watch", 1), ("observe", 0)] {
        let home = crate::yard::quick_folder();
        let home = home.path();
        let folder = home.join("外发 文件");
        let shown = folder.display().to_string();
        let asked = mizha(home, &["setup", "--folder", &shown]);
        assert_eq!(asked.status.code(), Some(2), "nobody can be asked: {}", said(&asked));
        assert!(!home.join(".config/mizha/config.toml").exists());
        let args = ["setup", "--yes", "--folder", &shown, "--mode", mode, "--officer", "Wang \"301\"", "--no-service"];
        let done = mizha(home, &args);
        assert_eq!(done.status.code(), Some(0), "{mode}: {}", said(&done));
        assert!(said(&done).contains("was stopped"), "{}", said(&done));
        let config = home.join(".config/mizha/config.toml");
        assert_eq!(fs::metadata(&config).expect("there").permissions().mode() & 0o777, 0o600);
        assert!(
            said(&mizha(home, &["config", "show"])).contains("Wang \\\"301\\\"")
                || said(&mizha(home, &["config", "show"])).contains("Wang \"301\"")
        );
        let left: Vec<_> = crate::yard::files(&folder);
        assert!(left.is_empty(), "{mode}: {left:?}");
        let list = |home: &Path| said(&mizha(home, &["quarantine", "list"]));
        assert!(list(home).contains("Nothing is held"), "{mode}");
        let at = if mode == "gate" { folder.join("pending/a.txt") } else { folder.join("a.txt") };
        fs::write(&at, "机密★10年\n\n植树通知\n").expect("written");
        mizha(home, &["watch", "--once"]);
        assert_eq!(list(home).matches("a.txt").count(), held, "{mode}");
        // What a person has written is never written over.
        let before = fs::read(&config).expect("readable");
        assert_eq!(mizha(home, &args).status.code(), Some(2));
        assert_eq!(fs::read(&config).expect("readable"), before);
    }
}

#[test]
fn the_guard_is_started_and_starts_at_every_login() {
    let home = crate::yard::quick_folder();
    let home = home.path();
    let done = mizha(home, &["setup", "--yes"]);
    let status = mizha(home, &["status", "--json"]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).expect("JSON");
    let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let pid = loop {
        let status = mizha(home, &["status", "--json"]);
        let status: serde_json::Value = serde_json::from_slice(&status.stdout).expect("JSON");
        if let Some(pid) = status["pid"].as_u64() {
            break pid;
        }
        assert!(std::time::Instant::now() < end, "{status}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).expect("a process")).expect("a process");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("ended");
    assert_eq!(done.status.code(), Some(0), "{} {status}", said(&done));
    let autostart = fs::read_to_string(home.join(".config/autostart/mizha-watch.desktop")).expect("written");
    let exec = format!("Exec=\"{}\" \"watch\"", env!("CARGO_BIN_EXE_mizha"));
    assert!(autostart.lines().any(|line| line.starts_with(&exec)), "{autostart}");
}
