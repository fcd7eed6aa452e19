//! The entries of file managers and of the application menu: each line that is run opens the page with the file looked at,
//! whatever the file is called.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{MARKED, Page};

/// The commands in `deploy`, each with the file it stands in.
fn commands() -> Vec<(String, Vec<String>)> {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let mut found = Vec::new();
    for folder in ["menus", "applications"] {
        for path in crate::yard::files(&deploy.join(folder)) {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).expect("text");
            if name.ends_with(".sh") {
                assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o111, 0o111, "{name}");
                found.push((name, vec![path.display().to_string(), "%F".to_string()]));
                continue;
            }
            let lines = text.lines().filter_map(|line| {
                let line = line.trim();
                line.strip_prefix("Exec=").or_else(|| line.strip_prefix("<command>")?.strip_suffix("</command>"))
            });
            let before = found.len();
            found.extend(lines.map(|line| (name.clone(), line.split(' ').map(str::to_string).collect())));
            assert!(found.len() > before, "{name}: no command");
        }
    }
    found
}

#[test]
fn every_menu_entry_opens_the_page_with_the_file_looked_at() {
    let with_files = |(_, words): &(String, Vec<String>)| words.iter().any(|word| word == "%F");
    let (commands, pages): (Vec<_>, Vec<_>) = commands().into_iter().partition(with_files);
    assert!(commands.len() >= 7 && pages.len() >= 3, "{commands:?} {pages:?}");
    for (menu, words) in commands.into_iter().chain(pages) {
        let home = crate::yard::quick_folder();
        let home = home.path();
        let bin = home.join("bin");
        fs::create_dir(&bin).expect("a folder");
        symlink(env!("CARGO_BIN_EXE_mizha"), bin.join("mizha")).expect("a link");
        // Stands for the browser: it says which file it was given.
        let opened = home.join("opened");
        let script = format!("#!/bin/sh\nprintf '%s' \"$1\" > {0}.new && mv {0}.new {0}\n", opened.display());
        fs::write(bin.join("xdg-open"), script).expect("written");
        fs::set_permissions(bin.join("xdg-open"), fs::Permissions::from_mode(0o755)).expect("permissions");
        let files: Vec<PathBuf> = ["a b.txt", "季度 名单（一）.txt", "-x\n二.txt", "100%F $(id).txt"]
            .iter()
            .map(|name| home.join(name))
            .collect();
        for file in &files {
            fs::write(file, MARKED).expect("written");
        }
        // Desktop Entry Specification: %F is every file, an argument each.
        let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let args: Vec<String> =
            words.iter().flat_map(|word| if word == "%F" { files.clone() } else { vec![word.clone()] }).collect();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
        let program = if args[0] == "mizha" { bin.join("mizha") } else { PathBuf::from(&args[0]) };
        let mut command = Command::new(program);
        command
            .args(&args[1..])
            .env("HOME", home)
            .env("PATH", path)
            .env_remove("XDG_RUNTIME_DIR")
            .env_remove("XDG_STATE_HOME");
        command.env_remove("XDG_CONFIG_HOME").env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().expect("it starts");
        let mut page = Page::unopened(child);
        let end = Instant::now() + Duration::from_secs(90);
        while !opened.exists() {
            assert!(Instant::now() < end, "{menu}: no browser was asked to open anything");
            std::thread::sleep(Duration::from_millis(20));
        }
        page.read(PathBuf::from(fs::read_to_string(&opened).expect("readable")));
        let page = page.entered();
        if !words.iter().any(|word| word == "%F") {
            let wanted = words.last().expect("a page");
            assert_eq!(page.first, format!("/{wanted}"), "{menu}");
            continue;
        }
        let mut said = String::new();
        loop {
            let answer = page.post("/check/given", &[], "");
            said += &answer.body;
            if answer.head.contains("X-Mizha-Done") {
                break;
            }
        }
        assert_eq!(said.matches("data-verdict=\"block\"").count(), 4, "{menu}: {said}");
    }
}

/// Autostart files and units start the program with arguments that it knows.
#[test]
fn whatever_is_started_by_itself_is_a_command_there_is() {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let mut tried = 0;
    for path in ["autostart", "systemd", "postfix"].iter().flat_map(|folder| crate::yard::files(&deploy.join(folder))) {
        let text = fs::read_to_string(&path).expect("text");
        let lines =
            text.lines().filter_map(|line| line.strip_prefix("Exec=").or_else(|| line.strip_prefix("ExecStart=")));
        for line in lines {
            let mut words = line.split(' ');
            let program = words.next().expect("a program");
            assert!(["mizha", "/usr/bin/mizha"].contains(&program), "{}: {line}", path.display());
            let output = Command::new(env!("CARGO_BIN_EXE_mizha")).args(words).arg("--help").output().expect("it runs");
            assert!(output.status.success(), "{}: {line}", path.display());
            tried += 1;
        }
    }
    assert!(tried >= 5, "{tried}");
}
