//! The real daemon while packs are switched under it: it takes the new pack over without a restart,
//! loses no file that comes meanwhile, holds what the new pack finds, and lets go by itself what the
//! old one held by mistake. A broken pack leaves the folders guarded.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A desktop with a home of its own.
struct Desktop {
    home: PathBuf,
    daemon: Option<Child>,
}

impl Drop for Desktop {
    fn drop(&mut self) {
        if let Some(daemon) = &mut self.daemon {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

impl Desktop {
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mizha"));
        command.env("HOME", &self.home).env("LC_ALL", "C").current_dir(&self.home);
        for name in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS"] {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, args: &[&str]) -> String {
        let output = self.command().args(args).output().expect("runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {said}");
        said
    }

    /// Signs a pack of one term and installs it.
    fn install(&self, term: &str) {
        fs::write(self.home.join("trees.toml"), pack(term)).expect("written");
        self.run(&["pack", "sign", "trees.toml", "--key", "officer.key"]);
        self.run(&["pack", "install", "trees.mzpack"]);
    }

    fn start(&mut self) {
        let args = ["watch", "--pending", "pending", "--export", "export"];
        let daemon = self.command().args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        self.daemon = Some(daemon);
        until("the daemon is there", || self.status().contains("\"packs\""));
    }

    fn status(&self) -> String {
        fs::read_to_string(self.home.join(".local/state/mizha/run/status.json")).unwrap_or_default()
    }

    fn save(&self, name: &str, text: &str) {
        fs::write(self.home.join("pending").join(name), text).expect("saved");
    }

    fn out(&self, name: &str) -> bool {
        self.home.join("export").join(name).is_file()
    }

    fn held(&self) -> usize {
        let listed = self.run(&["quarantine", "list", "--json"]);
        serde_json::from_str::<serde_json::Value>(&listed).expect("JSON").as_array().expect("a list").len()
    }
}

/// A pack of one term that blocks and that its finder may release.
fn pack(term: &str) -> String {
    format!(
        "schema_version = 1\nid = \"trees\"\nversion = \"1\"\ntitle = {{ en = \"Trees\", zh = \"树木\" }}\n\
         [[list]]\nid = \"trees.names\"\ntitle = {{ en = \"Names\", zh = \"名称\" }}\ntier = \"personal\"\n\
         confidence = \"high\"\nreferences = [\"invented\"]\nterms = [\"{term}\"]\n"
    )
}

fn desktop(home: &Path) -> Desktop {
    let desktop = Desktop { home: home.to_path_buf(), daemon: None };
    let line = desktop.run(&["pack", "keygen", "officer", "--no-password"]);
    let keys = line.lines().find(|line| line.starts_with("keys")).expect("the key's line");
    fs::create_dir_all(home.join(".config/mizha")).expect("a folder");
    fs::write(home.join(".config/mizha/config.toml"), format!("[packs]\n{keys}\n")).expect("written");
    desktop
}

/// Waits for something that must come.
fn until(what: &str, holds: impl Fn() -> bool) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < patience, "not in a minute: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_switch_loses_no_file_and_what_was_held_is_judged_again() {
    let home = tempfile::tempdir().expect("a home");
    let mut desktop = desktop(home.path());
    desktop.install("昆仑苗圃");
    desktop.start();
    desktop.save("mistake.txt", "今年的昆仑苗圃开放日\n");
    until("the first pack holds it", || desktop.held() == 1);
    std::thread::scope(|scope| {
        let desktop = &desktop;
        scope.spawn(move || {
            for number in 0..200 {
                desktop.save(&format!("note{number}.txt"), &format!("植树记录，第 {number} 页\n"));
                std::thread::sleep(Duration::from_millis(10));
            }
        });
        desktop.install("祁连苗圃");
        until("the daemon has the new pack", || desktop.status().contains("trees 1 #2"));
    });
    desktop.save("secret.txt", "祁连苗圃的选址\n");
    until("what was held by mistake is out", || desktop.out("mistake.txt"));
    until("all notes are out", || (0..200).all(|number| desktop.out(&format!("note{number}.txt"))));
    until("the new pack holds", || desktop.held() == 1);
    assert!(!desktop.out("secret.txt"));
    desktop.run(&["audit", "verify"]);
    // Back, and the other way round: what the left pack held is let go.
    desktop.run(&["pack", "rollback", "trees"]);
    until("the daemon has the old pack again", || desktop.status().contains("trees 1 #1"));
    until("released after the rollback", || desktop.out("secret.txt"));
}

#[test]
fn a_broken_pack_in_the_configuration_is_told_and_the_folders_stay_guarded() {
    let home = tempfile::tempdir().expect("a home");
    let mut desktop = desktop(home.path());
    let config = home.path().join(".config/mizha/config.toml");
    let text = fs::read_to_string(&config).expect("read");
    fs::write(home.path().join("broken.toml"), "schema_version = 1\nrules = 7\n").expect("written");
    fs::write(&config, format!("[scan]\npacks = [\"{}\"]\n{text}", home.path().join("broken.toml").display()))
        .expect("written");
    desktop.start();
    until("it is told", || desktop.status().contains("P012"));
    desktop.save("marked.txt", "机密★10年\n植树通知\n");
    until("held all the same", || desktop.held() == 1);
    assert!(!desktop.out("marked.txt"));
}

#[test]
fn a_pack_is_fetched_from_a_plain_web_server() {
    use std::io::{Read, Write};
    let home = tempfile::tempdir().expect("a home");
    let desktop = desktop(home.path());
    fs::write(home.path().join("trees.toml"), pack("昆仑苗圃")).expect("written");
    desktop.run(&["pack", "sign", "trees.toml", "--key", "officer.key"]);
    let bytes = fs::read(home.path().join("trees.mzpack")).expect("read");
    let server = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = server.local_addr().expect("an address");
    let answers = std::thread::spawn(move || {
        for status in ["200 OK", "404 Not Found"] {
            let (mut client, _) = server.accept().expect("a client");
            let mut asked = [0; 4096];
            let read = client.read(&mut asked).expect("a request");
            assert!(asked[..read].starts_with(b"GET /trees.mzpack "));
            let body: &[u8] = if status.starts_with("200") { &bytes } else { b"" };
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            client.write_all(&[head.as_bytes(), body].concat()).expect("sent");
        }
    });
    let from = format!("http://{address}/trees.mzpack");
    assert!(desktop.run(&["pack", "update", &from]).contains("trees: sequence 1 is in force"));
    let missing = desktop.command().args(["pack", "update", &from]).output().expect("runs");
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("404"));
    answers.join().expect("both were asked for");
}
