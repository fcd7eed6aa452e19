//! An administrator's policy above a user's settings: nothing a user writes loosens it, and a user's file that cannot
//! be read does not stop a daemon whose policy is good. The real /etc, seen by the tested program alone as it is to be.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Desk, Watch, clean};
use crate::requirement::Requirement;

const SECRET: &str = "机密★10年\n\n植树通知\n";

/// A desk under a policy: what lies in `etc` lies over the machine's /etc.
pub(super) struct Office {
    pub(super) desk: Desk,
    etc: PathBuf,
    /// The account the program runs as, if it is not ours.
    pub(super) daemon: Option<u32>,
}

impl Office {
    pub(super) fn new(policy: impl Fn(&Path) -> String) -> Self {
        let desk = Desk::new();
        let etc = desk.config.with_file_name("etc");
        fs::create_dir_all(etc.join("mizha")).expect("a folder");
        fs::write(etc.join("mizha/config.toml"), policy(desk.config.parent().expect("a folder"))).expect("written");
        Office { desk, etc, daemon: None }
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mount = "mount -t overlay overlay -o lowerdir=\"$1\":/etc /etc && shift && exec \"$@\"";
        let inner = self.desk.mizha(arguments);
        let mut command = Command::new("unshare");
        if !rustix::process::geteuid().is_root() {
            command.args(["--user", "--map-root-user"]);
        }
        command.args(["--mount", "sh", "-c", mount, "sh"]).arg(&self.etc);
        if let Some(account) = self.daemon {
            let id = account.to_string();
            command.args(["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups"]);
        }
        // Nothing of the account that runs the test: another one may not read it.
        let home = self.desk.config.with_file_name("home");
        command.arg(inner.get_program()).args(inner.get_args()).env("LC_ALL", "C").env("HOME", home);
        command
    }

    /// The daemon; none where the machine does not let us.
    pub(super) fn watch(&self) -> Option<Watch> {
        let child = self.command(&["watch"]).stderr(Stdio::null()).spawn();
        let mut watch = Watch { child: child.ok()? };
        while self.desk.status()["walks"].as_u64() < Some(1) {
            if watch.child.try_wait().expect("its state").is_some() {
                return None;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        Some(watch)
    }
}

#[test]
fn a_users_settings_do_not_loosen_the_policy_and_a_broken_file_does_not_stop_it() {
    let watched = |root: &Path| root.join("drop");
    let office = Office::new(|root| {
        format!(
            "[hold]\nwarn = \"hold\"\n[[watch]]\npath = {:?}\naction = \"quarantine\"\nsettle_millis = 100\n",
            watched(root).display().to_string()
        )
    });
    let desk = &office.desk;
    let drop_folder = watched(desk.config.parent().expect("a folder"));
    let inner = drop_folder.join("inner");
    fs::create_dir_all(&inner).expect("folders");
    let gate = fs::read_to_string(&desk.config).expect("readable");
    let own = format!(
        "[hold]\nwarn = \"release\"\nofficer_tiers = []\n{gate}\n[[watch]]\npath = {:?}\naction = \"report\"\nskip = [\"*\"]\n",
        inner.display().to_string()
    );
    fs::write(&desk.config, &own).expect("written");
    let Some(watch) = office.watch() else {
        return Requirement::Mount.is_missing("no mounts of one's own here");
    };
    fs::write(inner.join("a.txt"), SECRET).expect("written");
    desk.until("held, not reported", || desk.held().len() == 1 && !inner.join("a.txt").exists());
    assert_eq!(desk.held()[0]["officer"], true, "{:#}", desk.held()[0]);
    // The user's own gate works beside it, under the policy's word on warnings.
    fs::write(desk.yard.pending.join("warned.txt"), "TLP:AMBER\n\nAbout trees.\n").expect("written");
    desk.until("held as the policy says", || desk.held().len() == 2);
    // A broken file while it runs changes nothing and is told.
    fs::write(&desk.config, "[hold\n").expect("broken");
    desk.until("told", || desk.status()["degraded"].to_string().contains("your settings are not used"));
    fs::write(inner.join("b.txt"), SECRET).expect("written");
    desk.until("held still", || desk.held().len() == 3);
    watch.stop();
    // And it starts with one.
    let watch = office.watch().expect("it starts with the policy alone");
    desk.until("told", || desk.status()["degraded"].to_string().contains("your settings are not used"));
    fs::write(inner.join("c.txt"), SECRET).expect("written");
    fs::write(inner.join("d.txt"), clean(1)).expect("written");
    desk.until("held", || desk.held().len() == 4);
    assert!(inner.join("d.txt").exists());
    fs::write(&desk.config, &own).expect("mended");
    desk.until("in order", || !desk.status()["degraded"].to_string().contains("your settings"));
    watch.stop();
}
