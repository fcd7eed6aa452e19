//! What the person at the desktop sees: real notifications on a real bus, shown by dunst under
//! Xvfb, and a real clipboard under X11 and under Wayland. Where these programs are not installed
//! the test says so and proves nothing.

#![allow(clippy::print_stdout)]

mod tray;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::requirement::Requirement;
use crate::ui::Page;
use crate::yard::{Yard, quick_folder};

/// Ends what was started, the last first.
struct Desktop {
    root: tempfile::TempDir,
    programs: Vec<Child>,
    variables: Vec<(&'static str, String)>,
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for program in self.programs.iter_mut().rev() {
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

/// How sway is started.
struct Headless {
    config: String,
}

fn installed(programs: &[&str]) -> bool {
    let path = std::env::var("PATH").unwrap_or_default();
    let missing: Vec<&&str> = programs
        .iter()
        .filter(|program| !path.split(':').any(|folder| Path::new(folder).join(program).exists()))
        .collect();
    if !missing.is_empty() {
        Requirement::Desktop.is_missing(&format!("not installed: {missing:?}"));
    }
    missing.is_empty()
}

fn until(what: &str, condition: impl FnMut() -> bool) {
    assert!(soon(Duration::from_secs(60), condition), "{what}: not within a minute");
}

fn soon(patience: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + patience;
    loop {
        if condition() {
            return true;
        }
        if Instant::now() > end {
            return false;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

impl Desktop {
    fn new() -> Self {
        let root = quick_folder();
        let run = root.path().join("run");
        fs::create_dir(&run).expect("a folder");
        fs::set_permissions(&run, fs::Permissions::from_mode(0o700)).expect("permissions");
        let bin = root.path().join("bin");
        fs::create_dir(&bin).expect("a folder");
        // Stands for the browser: it writes down what it was asked to open.
        let opened = root.path().join("opened");
        fs::write(bin.join("xdg-open"), format!("#!/bin/sh\necho \"$1\" > {}\n", opened.display())).expect("written");
        fs::set_permissions(bin.join("xdg-open"), fs::Permissions::from_mode(0o755)).expect("permissions");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
        let variables = vec![
            ("HOME", root.path().display().to_string()),
            ("XDG_RUNTIME_DIR", run.display().to_string()),
            ("XDG_CONFIG_HOME", root.path().join("config").display().to_string()),
            ("PATH", path),
        ];
        fs::write(root.path().join("config.toml"), "").expect("written");
        Desktop { root, programs: Vec::new(), variables }
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"] {
            command.env_remove(name);
        }
        command.args(arguments).envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn start(&mut self, program: &str, arguments: &[&str]) {
        let child = self.command(program, arguments).stdout(Stdio::null()).spawn().expect("it starts");
        self.programs.push(child);
    }

    /// Starts a program that says on its first line where it is to be found.
    fn start_told(&mut self, program: &str, arguments: &[&str]) -> String {
        let mut child = self.command(program, arguments).stdout(Stdio::piped()).spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        self.programs.push(child);
        line.trim().to_string()
    }

    fn output(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program, arguments).output().expect("it runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn with_x11(mut self) -> Self {
        let display = self.start_told("Xvfb", &["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"]);
        self.variables.push(("DISPLAY", format!(":{display}")));
        self
    }

    fn with_bus(mut self) -> Self {
        let address = self.start_told("dbus-daemon", &["--session", "--nofork", "--print-address=1"]);
        self.variables.push(("DBUS_SESSION_BUS_ADDRESS", address));
        self
    }

    /// A bus that knows no service, or this one alone.
    fn with_bus_of(mut self, service: Option<&str>) -> Self {
        let folder = self.root.path().join("services");
        fs::create_dir(&folder).expect("a folder");
        if let Some(service) = service {
            fs::write(folder.join("notifications.service"), service).expect("written");
        }
        let settings = format!(
            "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><servicedir>{}</servicedir>\
             <policy context=\"default\"><allow user=\"*\"/><allow send_destination=\"*\"/><allow receive_sender=\"*\"/><allow own=\"*\"/></policy></busconfig>",
            folder.display()
        );
        let file = self.root.path().join("bus.conf");
        fs::write(&file, settings).expect("written");
        let file = format!("--config-file={}", file.display());
        let address = self.start_told("dbus-daemon", &[&file, "--nofork", "--print-address=1"]);
        self.variables.push(("DBUS_SESSION_BUS_ADDRESS", address));
        self
    }

    /// Wayland without a screen.
    fn with_sway(mut self, headless: Headless) -> Self {
        for (name, value) in [
            ("WLR_BACKENDS", "headless"),
            ("WLR_LIBINPUT_NO_DEVICES", "1"),
            ("WLR_RENDERER", "pixman"),
            ("LIBSEAT_BACKEND", "noop"),
        ] {
            self.variables.push((name, value.to_string()));
        }
        let run = self.root.path().join("run");
        let sway = ["--config", &headless.config, "--unsupported-gpu"];
        if rustix::process::geteuid().is_root() {
            // Sway does not work as root.
            const NOBODY: u32 = 65_534;
            for folder in [self.root.path(), &run] {
                std::os::unix::fs::chown(folder, Some(NOBODY), Some(NOBODY)).expect("chown");
            }
            let id = NOBODY.to_string();
            let before = ["--reuid", &id, "--regid", &id, "--clear-groups", "sway"];
            self.start("setpriv", &[&before[..], &sway[..]].concat());
        } else {
            self.start("sway", &sway);
        }
        let socket = || {
            let names = fs::read_dir(&run).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
            names.into_iter().find(|name| name.starts_with("wayland-") && !name.ends_with(".lock"))
        };
        until("sway", || socket().is_some());
        let socket = socket().expect("a socket");
        self.variables.push(("WAYLAND_DISPLAY", socket));
        self
    }

    /// The page that was opened, entered as a browser would.
    fn page(&self) -> Page {
        let opened = self.root.path().join("opened");
        // The file is there before its line is.
        until("opened", || fs::read_to_string(&opened).is_ok_and(|address| address.ends_with('\n')));
        let door = fs::read_to_string(&opened).expect("readable");
        fs::remove_file(&opened).expect("removed");
        Page::at(Path::new(door.trim())).entered()
    }

    fn with_notifications(mut self) -> Self {
        self.start("dunst", &["-config", "/dev/null"]);
        until("dunst", || !self.output("dunstctl", &["count", "displayed"]).is_empty());
        self
    }

    fn mizha(&self, arguments: &[&str]) -> Command {
        let program = std::env::var("MIZHA_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_mizha").to_string());
        let mut command = self.command(&program, arguments);
        command.args(["--config", &self.config().display().to_string(), "--state", &self.state()]);
        command
    }

    fn config(&self) -> PathBuf {
        self.root.path().join("config.toml")
    }

    fn state(&self) -> String {
        self.root.path().join("state").display().to_string()
    }

    fn watch(&mut self, lang: &str, clipboard: bool) -> Yard {
        let yard = Yard::at(self.root.path());
        let settings = format!(
            "lang = \"{lang}\"\n[tell]\nclipboard = {clipboard}\n[[gate]]\npending = {:?}\nexport = {:?}\n",
            yard.pending.display().to_string(),
            yard.export.display().to_string()
        );
        fs::write(self.config(), settings).expect("written");
        let child = self.mizha(&["watch"]).stdout(Stdio::null()).spawn().expect("it starts");
        self.programs.push(child);
        until("the first walk", || self.status()["walks"].as_u64() >= Some(1));
        yard
    }

    fn status(&self) -> serde_json::Value {
        let output = self.mizha(&["status", "--json"]).output().expect("it runs");
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    fn audit(&self) -> String {
        let output = self.mizha(&["audit", "show", "--json"]).output().expect("it runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Copies a text with a program that reads it from its input.
    /// Copies a text, and waits until it is what would be pasted: of two programs started one
    /// after the other the first may come last.
    fn copy(&mut self, copy: &[&str], paste: &[&str], text: &str) {
        let mut command = self.command(copy[0], &copy[1..]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
        child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("written");
        self.programs.push(child);
        until("copied", || self.output(paste[0], &paste[1..]) == text);
    }
}

#[test]
fn a_notification_says_enough_and_leads_to_the_page() {
    if !installed(&["Xvfb", "dbus-daemon", "dunst", "dunstctl"]) {
        return;
    }
    let mut desktop = Desktop::new().with_x11().with_bus().with_notifications();
    let yard = desktop.watch("zh", false);
    for number in 0..5 {
        let text = format!("机密★10年\n\n关于昆仑植树的通知 {number}\n");
        fs::write(yard.pending.join(format!("昆仑植树 {number}.txt")), text).expect("written");
    }
    until("shown", || desktop.output("dunstctl", &["count", "displayed"]).trim() == "1");
    assert!(files_held(&desktop) == 5 && desktop.status()["degraded"] == serde_json::json!([]), "{}", desktop.status());
    desktop.output("dunstctl", &["action"]);
    let page = desktop.page();
    assert_eq!(page.first, "/held", "several are held: the page of all of them");
    let held = page.get("/held").body;
    assert!(held.contains("暂扣的文件") && held.contains("机密★…") && !held.contains("关于昆仑植树"), "{held}");
    assert_eq!(held.matches("<article").count(), 5);
    desktop.output("dunstctl", &["close-all"]);
    let history = desktop.output("dunstctl", &["history"]);
    assert!(history.contains("已暂扣 5 个文件") && !history.contains("昆仑"), "{history}");
}

#[test]
fn the_button_for_one_held_file_leads_to_it() {
    if !installed(&["Xvfb", "dbus-daemon", "dunst", "dunstctl"]) {
        return;
    }
    let mut desktop = Desktop::new().with_x11().with_bus().with_notifications();
    let yard = desktop.watch("en", false);
    fs::write(yard.pending.join("a.txt"), "机密★10年\n").expect("written");
    until("shown", || desktop.output("dunstctl", &["count", "displayed"]).trim() == "1");
    desktop.output("dunstctl", &["action"]);
    let page = desktop.page();
    let id = page.first.strip_prefix("/held#").expect("the entry");
    assert!(page.get("/held").body.contains(&format!("id=\"{id}\"")), "{}", page.first);
}

fn files_held(desktop: &Desktop) -> u64 {
    desktop.status()["folders"][0]["held"].as_u64().unwrap_or_default()
}

#[test]
fn without_a_notification_service_the_status_says_so() {
    let mut desktop = Desktop::new();
    let yard = desktop.watch("en", false);
    fs::write(yard.pending.join("a.txt"), "机密★10年\n").expect("written");
    until("told", || desktop.status()["degraded"].to_string().contains("notifications"));
    assert_eq!(files_held(&desktop), 1);
}

#[test]
fn what_happened_together_is_told_together_and_each_kind_speaks() {
    if !installed(&["Xvfb", "dbus-daemon", "dunst", "dunstctl"]) {
        return;
    }
    let mut desktop = Desktop::new().with_x11().with_bus().with_notifications();
    let yard = desktop.watch("zh", false);
    fs::write(yard.pending.join("letter.txt"), "植树通知，第一稿\n").expect("written");
    until("released", || yard.export.join("letter.txt").exists());
    fs::write(yard.pending.join("letter.txt"), "植树通知，第二稿\n").expect("written");
    fs::write(yard.pending.join("a.txt"), "机密★10年\n").expect("written");
    fs::write(yard.export.join("wrong.txt"), "植树通知，另一份\n").expect("written");
    until("all is done", || {
        let folder = &desktop.status()["folders"][0];
        folder["held"] == 1 && folder["taken_back"] == 1 && folder["numbered"] == 1
    });
    until("shown", || desktop.output("dunstctl", &["count", "displayed"]).trim() != "0");
    // What came too late for the first is told in a second one.
    std::thread::sleep(Duration::from_secs(3));
    desktop.output("dunstctl", &["close-all"]);
    let history = desktop.output("dunstctl", &["history"]);
    for words in [
        "已暂扣 1 个文件",
        "已从外发目录收回 1 个文件",
        "1 个文件与已外发的文件同名",
        "编号最大的是最新的一份",
        "请存入待检目录",
    ] {
        assert!(history.contains(words), "{words}: {history}");
    }
    assert!(!history.contains("letter"), "names are not shown unless that is asked for: {history}");
}

#[test]
fn what_keeps_notifications_away_is_said_in_the_readers_language() {
    if !installed(&["dbus-daemon"]) {
        return;
    }
    let broken = "[D-BUS Service]\nName=org.freedesktop.Notifications\nExec=/bin/false\n";
    for (desktop, en, zh) in [
        (Desktop::new(), "no message bus of a desktop session can be reached", "无法连接桌面会话的消息总线"),
        (Desktop::new().with_bus_of(None), "no notification service on this desktop", "当前桌面没有通知服务"),
        (Desktop::new().with_bus_of(Some(broken)), "the notification service does not start", "通知服务无法启动"),
    ] {
        let mut desktop = desktop;
        let yard = desktop.watch("en", false);
        fs::write(yard.pending.join("a.txt"), "机密★10年\n").expect("written");
        until("told", || desktop.status()["degraded"].to_string().contains(en));
        let said = desktop.mizha(&["status", "--lang", "zh"]).output().expect("it runs").stdout;
        let said = String::from_utf8(said).expect("text");
        assert!(said.contains(&format!("无法显示桌面通知：{zh}")), "{said}");
    }
}

#[test]
fn a_marked_text_copied_under_x11_is_warned_of_and_another_is_not() {
    if !installed(&["Xvfb", "xclip"]) {
        return;
    }
    let mut desktop = Desktop::new().with_x11();
    desktop.watch("en", true);
    let copy = ["xclip", "-selection", "clipboard", "-quiet"];
    warned_of_the_marked_one(&mut desktop, &copy, &["xclip", "-selection", "clipboard", "-out"]);
}

#[test]
fn a_marked_text_copied_under_wayland_is_warned_of_and_another_is_not() {
    if !installed(&["sway", "wl-copy"]) {
        return;
    }
    let mut desktop = Desktop::new().with_sway(Headless { config: "/dev/null".to_string() });
    desktop.watch("en", true);
    warned_of_the_marked_one(&mut desktop, &["wl-copy", "--foreground"], &["wl-paste", "--no-newline"]);
}

fn warned_of_the_marked_one(desktop: &mut Desktop, copy: &[&str], paste: &[&str]) {
    let first = "绝密★\n\n关于植树的通知\n";
    // The guard begins to listen on a thread of its own: copied again until it does.
    let warned = (0..20).any(|_| {
        desktop.copy(copy, paste, first);
        soon(Duration::from_secs(3), || warnings(desktop) > 0)
    });
    assert!(warned, "never warned of: {}", desktop.status());
    let before = warnings(desktop);
    desktop.copy(copy, paste, "植树节快乐\n");
    desktop.copy(copy, paste, "机密★10年\n");
    until("the second", || warnings(desktop) > before);
    let log = desktop.audit();
    assert_eq!(warnings(desktop), before + 1, "the harmless one is nothing: {log}");
    assert!(!log.contains("植树"), "{log}");
    let kept = crate::yard::files(Path::new(&desktop.state()));
    assert!(kept.iter().all(|path| !fs::read_to_string(path).unwrap_or_default().contains("植树")));
}

fn warnings(desktop: &Desktop) -> usize {
    desktop.audit().matches("\"clipboard\"").count()
}
