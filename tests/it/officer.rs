//! What a security officer asks of the record: an account of a period, what a gate that only observes would
//! have held, and what a clerk says is held by mistake. The real program over real folders.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::yard::{Yard, files, quick_folder};

const MARKED: &str = "机密★10年\n\n植树通知\n";
const CLEAN: &str = "Tree planting. Bring gloves and a spade.\n";

struct Office {
    _root: tempfile::TempDir,
    yard: Yard,
    config: PathBuf,
}

impl Office {
    /// An office whose gate has these settings, beside others.
    fn new(settings: &str, gate: &str) -> Self {
        let root = quick_folder();
        let yard = Yard::at(root.path());
        let config = root.path().join("config.toml");
        let text = format!(
            "{settings}\n[[gate]]\npending = {:?}\nexport = {:?}\nsettle_millis = 50\n{gate}\n",
            yard.pending.display().to_string(),
            yard.export.display().to_string()
        );
        fs::write(&config, text).expect("written");
        Office { _root: root, yard, config }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let program = std::env::var("MIZHA_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_mizha").to_string());
        let mut command = Command::new(program);
        command.args(arguments).arg("--config").arg(&self.config).arg("--state").arg(&self.yard.state);
        command.env("LC_ALL", "C").output().expect("the program runs")
    }

    fn save(&self, name: &str, text: &str) {
        fs::write(self.yard.pending.join(name), text).expect("written");
    }

    fn report(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.run(&[&["audit", "report", "--format", "json"], arguments].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&output.stderr)))
    }

    fn held(&self) -> String {
        let list = self.run(&["quarantine", "list", "--json"]).stdout;
        let list: serde_json::Value = serde_json::from_slice(&list).expect("JSON");
        list[0]["id"].as_str().expect("a held file").to_string()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn officer(folder: &Path) -> (String, String) {
    use age::secrecy::ExposeSecret;
    let identity = age::x25519::Identity::generate();
    let path = folder.join("officer.key");
    fs::write(&path, identity.to_string().expose_secret()).expect("written");
    (identity.to_public().to_string(), path.display().to_string())
}

#[test]
fn a_report_says_what_left_what_was_held_why_and_on_whose_authority() {
    let keys = tempfile::tempdir().expect("a temporary folder");
    let (public, identity) = officer(keys.path());
    let office = Office::new(&format!("[tell]\nunit = \"某某县植树办\"\n[hold]\nofficer_key = \"{public}\""), "");
    office.save("报名.txt", CLEAN);
    office.save("植树.txt", MARKED);
    assert_eq!(office.run(&["watch", "--once"]).status.code(), Some(1));
    let id = office.held();
    let released = office.run(&["quarantine", "release", &id, "--reason", "declassified", "--identity", &identity]);
    assert_eq!(released.status.code(), Some(0), "{}", text(&released.stderr));

    let report = office.report(&[]);
    assert_eq!(report["unit"], "某某县植树办");
    for (what, n) in [("cleared", 1), ("held", 1), ("released", 1), ("started", 1), ("stopped", 1)] {
        assert_eq!(report["counts"][what], n, "{what}: {report:#}");
    }
    assert_eq!(report["rules"]["prc.state-secret.mark"]["held"], 1, "{report:#}");
    assert_eq!(report["held_now"]["all"], 0);
    let entries = report["incidents"].as_array().expect("a list");
    let release = entries.iter().find(|entry| entry["what"] == "released").expect("the release");
    assert_eq!((&release["authority"], &release["reason"]), (&"officer's key".into(), &"declassified".into()));
    assert!(report["books"].as_array().expect("books").iter().all(|book| book["fault"].is_null()), "{report:#}");
    let masked = report.to_string();
    assert!(!masked.contains("植树.txt") && !masked.contains("报名"), "{report:#}");
    let open = office.report(&["--identity", &identity]).to_string();
    assert!(open.contains("植树.txt") && open.contains("报名.txt"), "{open}");
    // The log itself holds no name either.
    for file in ["audit.jsonl", "releases.jsonl"] {
        let log = fs::read_to_string(office.yard.state.join(file)).expect("a log");
        assert!(!log.contains("植树") && !log.contains("报名"), "{log}");
    }
    let wrong = officer(keys.path()).1;
    assert_eq!(office.run(&["audit", "report", "--identity", &wrong]).status.code(), Some(2));

    let page = keys.path().join("report.html").display().to_string();
    let written = office.run(&["audit", "report", "--format", "html", "--output", &page, "--lang", "zh"]);
    assert_eq!(written.status.code(), Some(0), "{}", text(&written.stderr));
    assert_eq!(fs::metadata(&page).expect("a page").permissions().mode() & 0o777, 0o600);
    let page = fs::read_to_string(&page).expect("a page");
    for wanted in ["外发文件保密检查报告", "某某县植树办", "检查人", "保密管理员密钥", "declassified"]
    {
        assert!(page.contains(wanted), "{wanted}");
    }
    assert_eq!(office.run(&["audit", "report", "--since", "soon"]).status.code(), Some(2));
    assert!(text(&office.run(&["audit", "show", "--releases"]).stdout).contains("cleared"));
}

#[test]
fn a_changed_record_of_a_release_is_told_by_the_report_and_by_verify() {
    let office = Office::new("", "");
    office.save("a.txt", CLEAN);
    assert_eq!(office.run(&["watch", "--once"]).status.code(), Some(0));
    assert_eq!(office.run(&["audit", "verify"]).status.code(), Some(0));
    let log = office.yard.state.join("releases.jsonl");
    let changed = fs::read_to_string(&log).expect("a log").replace("\"bytes\":4", "\"bytes\":5");
    fs::write(&log, changed).expect("changed");
    assert_eq!(office.run(&["audit", "verify"]).status.code(), Some(1));
    let report = office.run(&["audit", "report"]);
    assert_eq!(report.status.code(), Some(1));
    assert!(text(&report.stdout).contains("NOT in order: record 1 was changed"), "{}", text(&report.stdout));
}

#[test]
fn clear_releases_are_written_down_unless_the_settings_say_not() {
    let office = Office::new("[tell]\nrecord_releases = false", "");
    office.save("a.txt", CLEAN);
    assert_eq!(office.run(&["watch", "--once"]).status.code(), Some(0));
    assert_eq!(office.report(&[])["counts"]["cleared"], serde_json::Value::Null);
    assert!(!office.yard.state.join("releases.jsonl").exists());
}

#[test]
fn a_gate_that_observes_lets_everything_through_and_the_report_tells_the_cost() {
    let office = Office::new("", "action = \"observe\"");
    office.save("a.txt", CLEAN);
    office.save("植树.txt", MARKED);
    let once = office.run(&["watch", "--once"]);
    assert_eq!(once.status.code(), Some(1), "found is found");
    assert!(text(&once.stdout).contains("1 of them would have been held"), "{}", text(&once.stdout));
    assert_eq!(files(&office.yard.export).len(), 2);
    let report = office.report(&[]);
    assert_eq!((&report["counts"]["observed"], &report["counts"]["cleared"]), (&1.into(), &1.into()));
    assert_eq!(report["counts"]["held"], serde_json::Value::Null);
    assert_eq!(report["rules"]["prc.state-secret.mark"]["observed"], 1);
    let human = text(&office.run(&["audit", "report", "--lang", "zh"]).stdout);
    assert!(human.contains("本应暂扣 1 个文件"), "{human}");
}

#[test]
fn a_watch_folder_that_observes_leaves_the_file_and_writes_it_down() {
    let office = Office::new("", "");
    let folder = office.yard.pending.with_file_name("drive");
    fs::create_dir(&folder).expect("a folder");
    let settings = fs::read_to_string(&office.config).expect("readable");
    let watched =
        format!("[[watch]]\npath = {:?}\nsettle_millis = 50\naction = \"observe\"\n", folder.display().to_string());
    fs::write(&office.config, settings + &watched).expect("written");
    fs::write(folder.join("植树.txt"), MARKED).expect("written");
    fs::write(folder.join("a.txt"), CLEAN).expect("written");
    assert_eq!(office.run(&["watch", "--once"]).status.code(), Some(1));
    assert_eq!(files(&folder).len(), 2);
    let report = office.report(&[]);
    assert_eq!(report["counts"]["observed"], 1, "{report:#}");
    assert_eq!(report["counts"]["reported"], serde_json::Value::Null);
}

#[test]
fn what_a_clerk_says_is_held_by_mistake_reaches_the_report_with_rule_and_place() {
    let office = Office::new("", "");
    office.save("植树.txt", MARKED);
    assert_eq!(office.run(&["watch", "--once"]).status.code(), Some(1));
    let id = office.held();
    assert_eq!(office.run(&["quarantine", "dispute", &id, "--reason", " "]).status.code(), Some(2));
    let said = office.run(&["quarantine", "dispute", &id[..4], "--reason", "a poem, not a mark"]);
    assert_eq!(said.status.code(), Some(0), "{}", text(&said.stderr));
    assert_eq!(office.held(), id, "it stays held");
    let report = office.report(&[]);
    assert_eq!(report["rules"]["prc.state-secret.mark"]["disputed"], 1);
    let entries = report["incidents"].as_array().expect("a list");
    let dispute = entries.iter().find(|entry| entry["what"] == "disputed").expect("the dispute");
    assert_eq!(dispute["reason"], "a poem, not a mark");
    assert!(dispute["places"][0]["en"].as_str().is_some_and(|place| place.contains("line 1")), "{dispute:#}");
    assert!(!report.to_string().contains("植树"));
}

/// What `config check` says is not in force; its exit code is 2 exactly if there is anything.
fn complaints(office: &Office) -> String {
    let program = std::env::var("MIZHA_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_mizha").to_string());
    let mut command = Command::new(program);
    command.args(["config", "check", "--config"]).arg(&office.config).env("LC_ALL", "C");
    let output =
        command.env("XDG_STATE_HOME", office.yard.state.parent().expect("a folder")).output().expect("it runs");
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(if said.contains("error: ") { 2 } else { 0 }), "{said}");
    said
}

#[test]
fn what_a_configuration_says_and_is_not_in_force_fails_its_check() {
    let settled = complaints(&Office::new("", ""));
    assert!(!settled.contains("error: "), "{settled}");
    let exempt = "[[policy.exempt]]\nrule = \"no.such-rule\"\nreason = \"r\"\nexpires = \"2099-01-01\"";
    for (settings, wanted) in [
        ("[packs]\nkeys = [\"RWnone\"]", "packs.keys: "),
        ("[packs]\nfrom = [\"https://packs.example.org/a.mzpack\"]", "packs.keys is empty"),
        ("[packs.floor]\nacme-terms = 3", "the pack acme-terms is not installed"),
        (exempt, "no pack in force has the rule no.such-rule"),
        ("[tell]\nanchor = \"/nowhere/mizha.anchor\"", "tell.anchor: /nowhere/mizha.anchor: it cannot be appended to"),
        ("[tell]\nanchor = \"anchor\"", "tell.anchor: anchor is relative"),
        ("[scan]\npacks = [\"acme.toml\"]", "scan.packs: acme.toml is relative"),
        ("[scan]\npacks = [\"/nowhere/acme.toml\"]", "/nowhere/acme.toml"),
        ("[[watch]]\npath = \"drive\"", "watch.path: drive is relative"),
        (
            "[mail]\nmessage_bytes = 2000\nmemory_bytes = 1000",
            "mail: message_bytes = 2000 is more than memory_bytes = 1000",
        ),
        (
            "[[gate]]\npending = \"/a\"\nexport = \"/b\"\n[[gate]]\npending = \"/b\"\nexport = \"/a\"",
            "files would go round",
        ),
    ] {
        let said = complaints(&Office::new(settings, ""));
        assert!(said.lines().any(|line| line.contains("error: ") && line.contains(wanted)), "{wanted}: {said}");
    }
    // All at once, not one after the other.
    let both = complaints(&Office::new(&format!("{exempt}\n[scan]\npacks = [\"/nowhere/acme.toml\"]"), ""));
    assert_eq!(both.matches("error: ").count(), 2, "{both}");
}

#[test]
fn a_walk_with_a_pack_missing_says_so_and_is_not_clear() {
    let office = Office::new("[scan]\npacks = [\"/nowhere/acme.toml\"]", "");
    office.save("a.txt", CLEAN);
    let once = office.run(&["watch", "--once"]);
    assert!(text(&once.stderr).contains("/nowhere/acme.toml"), "{}", text(&once.stderr));
    assert_eq!(once.status.code(), Some(2));
}

#[test]
fn an_anchor_is_each_users_own_and_one_that_everybody_can_write_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let anchor = folder.path().join("{user}.anchor");
    let office = Office::new(&format!("[tell]\nanchor = {:?}", anchor.display().to_string()), "");
    let name = text(&Command::new("id").arg("-un").output().expect("id runs").stdout);
    let mine = folder.path().join(format!("{}.anchor", name.trim()));
    assert!(complaints(&office).contains("cannot be appended to"));
    fs::write(&mine, "").expect("written");
    fs::set_permissions(&mine, fs::Permissions::from_mode(0o622)).expect("set");
    assert!(complaints(&office).contains("every user can write into it"));
    fs::set_permissions(&mine, fs::Permissions::from_mode(0o620)).expect("set");
    // Without the attribute that only root can set it holds nothing fast.
    let said = complaints(&office);
    assert!(said.contains("not append-only") || said.contains("root must own it"), "{said}");
    office.save("a.txt", CLEAN);
    assert_eq!(office.run(&["watch", "--once"]).status.code(), Some(0));
    assert!(fs::read_to_string(&mine).expect("an anchor").contains("\"number\""));
}

#[test]
fn only_what_needs_the_officer_is_sealed() {
    let keys = tempfile::tempdir().expect("a temporary folder");
    let office = Office::new(&format!("[hold]\nofficer_key = \"{}\"", officer(keys.path()).0), "");
    // A part of a zip archive that was cut: it cannot be read whole, and nothing was found in it.
    office.save("album.zip", "PK\u{3}\u{4} invented, and cut short");
    assert_eq!(office.run(&["watch", "--once"]).status.code(), Some(1));
    let id = office.held();
    let stored = fs::read(office.yard.state.join(format!("quarantine/{id}.data"))).expect("a held file");
    assert!(stored.starts_with(b"PK"), "the clerk's own to answer for");
    let released = office.run(&["quarantine", "release", &id, "--reason", "looked at it"]);
    assert_eq!(released.status.code(), Some(0), "{}", text(&released.stderr));
}

#[test]
fn a_self_inspection_looks_again_only_at_what_changed_or_was_not_clear() {
    let office = Office::new("", "");
    let disk = office.yard.pending.with_file_name("disk");
    fs::create_dir_all(disk.join("a/b")).expect("a folder");
    for number in 0..30 {
        fs::write(disk.join(format!("a/{number}.txt")), format!("{CLEAN}{number}\n")).expect("written");
    }
    fs::write(disk.join("a/b/植树.txt"), MARKED).expect("written");
    let shown = disk.display().to_string();
    let check = |more: &[&str]| {
        let output = office.run(&[&["check-disk", &shown, "--format", "jsonl"], more].concat());
        let lines = text(&output.stdout).lines().count();
        (output.status.code(), lines, text(&output.stderr))
    };
    let (code, lines, said) = check(&[]);
    assert_eq!((code, lines), (Some(1), 31), "{said}");
    assert!(said.contains("checked 100% (31/31)"), "{said}");
    // Again: the clear ones are known, the marked one stands in every report.
    let (code, lines, said) = check(&[]);
    assert_eq!((code, lines), (Some(1), 1), "{said}");
    assert!(said.contains("1 files looked at, 30 unchanged"), "{said}");
    fs::write(disk.join("a/7.txt"), "changed\n").expect("written");
    assert_eq!(check(&[]).1, 2);
    assert_eq!(check(&["--all"]).1, 31);
    // Other rules: everything is looked at.
    fs::remove_file(disk.join("a/b/植树.txt")).expect("removed");
    assert_eq!(
        check(&["--no-default-packs", "--pack", concat!(env!("CARGO_MANIFEST_DIR"), "/patterns/tlp.toml")]).1,
        30
    );
    let report = office.report(&[]);
    assert_eq!(report["counts"]["disk-checked"], 5, "{report:#}");
    let entries = report["incidents"].as_array().expect("a list");
    assert_eq!(entries[1]["tally"]["unchanged"], 30, "{report:#}");
}

#[test]
fn a_self_inspection_that_is_stopped_goes_on_where_it_was() {
    let office = Office::new("", "");
    let disk = office.yard.pending.with_file_name("disk");
    fs::create_dir(&disk).expect("a folder");
    for number in 0..600 {
        fs::write(disk.join(format!("{number}.txt")), format!("{CLEAN}{number}\n")).expect("written");
    }
    let stopped = stopped_when_begun(&office, &disk);
    let looked = text(&stopped.stdout).lines().count();
    assert_eq!(stopped.status.code(), Some(130), "{}", text(&stopped.stderr));
    assert!(looked < 600 && text(&stopped.stderr).contains("stopped at "), "{looked}: {}", text(&stopped.stderr));
    let shown = disk.display().to_string();
    let rest = office.run(&["check-disk", &shown, "--format", "jsonl"]);
    assert_eq!((rest.status.code(), text(&rest.stdout).lines().count()), (Some(0), 600 - looked));
}

/// A self-inspection of a folder that is stopped once its first report is out, and all it printed.
fn stopped_when_begun(office: &Office, disk: &Path) -> Output {
    let program = std::env::var("MIZHA_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_mizha").to_string());
    let mut command = Command::new(program);
    command.arg("check-disk").arg(disk).args(["--format", "jsonl", "--lang", "en", "--config"]).arg(&office.config);
    command.arg("--state").arg(&office.yard.state);
    let piped = std::process::Stdio::piped;
    let mut child = command.stdout(piped()).stderr(piped()).spawn().expect("it starts");
    let mut first = [0];
    std::io::Read::read_exact(child.stdout.as_mut().expect("a pipe"), &mut first).expect("a report");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("a signal");
    let mut stopped = child.wait_with_output().expect("it ends");
    stopped.stdout.insert(0, first[0]);
    stopped
}

#[test]
fn a_self_inspection_that_goes_on_reaches_what_it_did_not_reach_before_what_was_not_clear() {
    let office = Office::new("", "");
    let disk = office.yard.pending.with_file_name("disk");
    fs::create_dir(&disk).expect("a folder");
    let shown = disk.display().to_string();
    let paths = |output: &Output| -> Vec<String> {
        let lines = text(&output.stdout);
        let path = |line: &str| {
            serde_json::from_str::<serde_json::Value>(line).expect("JSON")["path"].as_str().map(str::to_string)
        };
        lines.lines().filter_map(path).map(|path| path.rsplit('/').next().unwrap_or_default().to_string()).collect()
    };
    for number in 0..400 {
        fs::write(disk.join(format!("{number:03}.txt")), MARKED).expect("written");
    }
    let stopped = stopped_when_begun(&office, &disk);
    assert_eq!(stopped.status.code(), Some(130), "{}", text(&stopped.stderr));
    let before = paths(&stopped);
    assert!(!before.is_empty() && before.len() < 400, "{}", before.len());
    // Every one of them is in the report, those that were reached before at its end.
    let rest = paths(&office.run(&["check-disk", &shown, "--format", "jsonl"]));
    let (new, again) = rest.split_at(400 - before.len());
    assert!(rest.len() == 400 && new.iter().all(|path| !before.contains(path)), "{new:?}");
    assert!(again.iter().all(|path| before.contains(path)), "{again:?}");
    // One that has ended is followed by a whole one.
    assert_eq!(paths(&office.run(&["check-disk", &shown, "--format", "jsonl"])).len(), 400);
}

#[test]
fn the_record_is_shown_in_the_language_of_the_configuration_unless_another_is_asked_for() {
    let office = Office::new("lang = \"zh\"", "");
    office.save("a.txt", CLEAN);
    assert_eq!(office.run(&["watch", "--once"]).status.code(), Some(0));
    assert!(text(&office.run(&["audit", "report"]).stdout).contains("检查报告"));
    assert!(!text(&office.run(&["--lang", "en", "audit", "report"]).stdout).contains("检查报告"));
}
