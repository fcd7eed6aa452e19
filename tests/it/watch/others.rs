//! Folders shared with others: writers of another account, folders mounted under a second name, gates in a ring, and a
//! system that has no events left to give.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Desk, Unmount, Watch, clean, documents, files, unprivileged};
use crate::requirement::Requirement;

#[test]
fn a_file_that_another_account_writes_in_parts_is_not_released_before_its_end() {
    // Some account that is neither ours nor the daemon's.
    const OTHER: u32 = 65_533;
    if !rustix::process::geteuid().is_root() {
        return Requirement::Mount.is_missing("only root can write as another account");
    }
    let desk = Desk::new();
    let root = desk.config.parent().expect("a folder");
    let shared = desk.yard.pending.join("shared");
    fs::create_dir(&shared).expect("a folder");
    let mut command = desk.mizha(&["watch"]);
    command.env("HOME", root);
    unprivileged(&mut command, &[root, &desk.yard.pending, &desk.yard.export, &shared]);
    fs::set_permissions(root, fs::Permissions::from_mode(0o755)).expect("permissions");
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o777)).expect("permissions");
    let watch = Watch { child: command.stderr(Stdio::null()).spawn().expect("the program starts") };
    desk.until("the first walk", || desk.status()["walks"].as_u64() >= Some(1));
    // Opened anew for each part, as a copy over the network is: between them nobody has it open.
    let script = "for part in 1 2 3 4 5 6; do printf 'Tree planting, part %s.\\n' $part >> \"$1\"; sleep 1; done";
    let mut writers: Vec<_> = (0..5)
        .map(|number| {
            let path = shared.join(format!("{number}.txt"));
            let mut writer = Command::new("sh");
            writer.args(["-c", script, "sh"]).arg(path).uid(OTHER).gid(OTHER).spawn().expect("sh starts")
        })
        .collect();
    desk.until("told", || desk.status()["folders"][0]["stuck"].to_string().contains("programs of others"));
    assert_eq!(desk.run(&["status"]).status.code(), Some(1), "files wait for what nobody can tell");
    while writers.iter_mut().any(|writer| writer.try_wait().expect("its state").is_none()) {
        assert!(files(&desk.yard.export).is_empty(), "released before its end");
        std::thread::sleep(Duration::from_millis(100));
    }
    desk.until("released", || files(&desk.yard.export).len() == 5);
    let whole: String = (1..=6).map(|part| format!("Tree planting, part {part}.\n")).collect();
    for path in files(&desk.yard.export) {
        assert_eq!(fs::read_to_string(path).expect("readable"), whole);
    }
    // Kept for a while under hidden names, and then gone.
    desk.until("nothing is left hidden", || documents(&desk.yard.pending).is_empty());
    desk.until("in order", || desk.run(&["status"]).status.code() == Some(0));
    watch.stop();
}

#[test]
fn gates_in_a_ring_and_an_export_mounted_on_pending_are_refused_by_name() {
    let desk = Desk::new();
    let settings = fs::read_to_string(&desk.config).expect("readable");
    let back = format!("[[gate]]\npending = {:?}\nexport = {:?}\n", desk.yard.export, desk.yard.pending);
    let refused = |what: &str, folders: &[&Path]| {
        for arguments in [&["watch"][..], &["watch", "--once"], &["config", "check"]] {
            let output = desk.run(arguments);
            let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            assert_eq!(output.status.code(), Some(2), "{what}: {said}");
            assert!(folders.iter().all(|path| said.contains(&path.display().to_string())), "{what}: {said}");
        }
    };
    fs::write(&desk.config, format!("{settings}{back}")).expect("written");
    refused("a ring", &[&desk.yard.export]);
    fs::write(&desk.config, settings).expect("written");
    let mut mount = Command::new("mount");
    mount.arg("--bind").arg(&desk.yard.export).arg(&desk.yard.pending).stderr(Stdio::null());
    if !mount.status().is_ok_and(|status| status.success()) {
        return Requirement::Mount.is_missing("this account may not mount");
    }
    let _unmount = Unmount(desk.yard.pending.clone());
    refused("mounted on it", &[&desk.yard.pending, &desk.yard.export]);
}

/// A mizha that the system gives no events at all.
fn without_events(desk: &Desk) -> Command {
    let limited = "echo 0 > /proc/sys/user/max_inotify_instances && exec \"$@\"";
    let watch = desk.mizha(&["watch"]);
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "sh", "-c", limited, "sh"]).arg(watch.get_program());
    command.args(watch.get_args()).env("LC_ALL", "C").stderr(Stdio::null());
    command
}

#[test]
fn without_any_events_folders_are_looked_at_every_few_seconds() {
    let desk = Desk::new();
    let Ok(child) = without_events(&desk).spawn() else {
        return Requirement::Mount.is_missing("unshare is not installed");
    };
    let mut watch = Watch { child };
    while desk.status()["walks"].as_u64() < Some(1) {
        if watch.child.try_wait().expect("its state").is_some() {
            return Requirement::Mount.is_missing("no user namespaces here");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    desk.until("told", || desk.status()["degraded"].to_string().contains("changes are not told by the system"));
    let walks = desk.status()["walks"].as_u64().expect("a number");
    fs::create_dir(desk.yard.pending.join("new")).expect("a folder");
    fs::write(desk.yard.pending.join("new/unseen.txt"), clean(1)).expect("written");
    desk.until("arrived", || Path::new(&desk.yard.export).join("new/unseen.txt").exists());
    assert!(desk.status()["walks"].as_u64() > Some(walks), "a walk found it");
    watch.stop();
}
