//! The hammer: people, programs and other accounts do what they do to a gate, all at once, while the daemon is killed
//! again and again; afterwards every version that anybody finished is accounted for. `MIZHA_HAMMER=10x40` makes ten runs
//! of forty seconds; without it one short one is made.

#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use rustix::process::Signal;

use super::policy::Office;
use super::{NOBODY, Unmount, Watch, clean, documents, files, marked};

/// Which folder lies on a file system that counts times in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coarse {
    Neither,
    Pending,
    Export,
}

/// What was found afterwards that must not be.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    /// Versions that are nowhere.
    lost: usize,
    /// Marked ones in export.
    leaked: usize,
    /// Originals, copies and pieces under names nobody sees.
    hidden: usize,
    /// Halves that were taken for whole, in export.
    torn: usize,
    /// Marked ones that are not held.
    loose: usize,
    /// Clean ones that are not in export.
    stuck: usize,
}

/// One run.
struct Hammer {
    /// Taken off first.
    _mounts: Vec<Unmount>,
    office: Office,
    random: u64,
    number: usize,
    /// The daemon's account, if it is not ours: then files of others come as well.
    daemon: Option<u32>,
    /// Versions somebody finished, and whether they are marked.
    finished: BTreeMap<String, bool>,
    /// Versions that were replaced, so that it does not matter whether they came through.
    drafts: BTreeSet<String>,
    others: Vec<Child>,
    kills: usize,
}

impl Hammer {
    fn new(seed: u64, daemon: Option<u32>, coarse: Coarse) -> Self {
        let mut office = Office::new(|root| {
            let [pending, export] = ["pending", "export"].map(|name| root.join(name).display().to_string());
            format!(
                "[tell]\nnotify = false\n[[gate]]\npending = {pending:?}\nexport = {export:?}\nsettle_millis = 100\n"
            )
        });
        office.daemon = daemon;
        let yard = &office.desk.yard;
        let folder = match coarse {
            Coarse::Neither => None,
            Coarse::Pending => Some(&yard.pending),
            Coarse::Export => Some(&yard.export),
        };
        let mounts = folder.and_then(|folder| coarse_drive(folder)).into_iter().collect();
        let hammer = Hammer {
            random: 0x9E37_79B9_7F4A_7C15 ^ (seed << 17 | seed),
            number: 0,
            daemon,
            finished: BTreeMap::new(),
            // What a placeholder holds.
            drafts: BTreeSet::from([String::new()]),
            others: Vec::new(),
            kills: 0,
            _mounts: mounts,
            office,
        };
        hammer.settings("");
        let yard = &hammer.office.desk.yard;
        let root = yard.pending.parent().expect("a folder");
        for folder in [root, &yard.pending, &yard.export] {
            hammer.own(folder);
        }
        let shared = hammer.shared();
        fs::create_dir(&shared).expect("a folder");
        hammer.own(&shared);
        for (folder, mode) in [(root, 0o755), (&shared, 0o777)] {
            fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("permissions");
        }
        hammer
    }

    fn below(&mut self, below: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % below
    }

    fn pause(&mut self, millis: u64) {
        let millis = self.below(millis + 1);
        std::thread::sleep(Duration::from_millis(millis));
    }

    fn pending(&self) -> PathBuf {
        self.office.desk.yard.pending.clone()
    }

    fn export(&self) -> PathBuf {
        self.office.desk.yard.export.clone()
    }

    fn shared(&self) -> PathBuf {
        self.pending().join("shared")
    }

    /// Gives a file to the daemon's account: it is one person's.
    fn own(&self, path: &Path) {
        if let Some(account) = self.daemon {
            let _ = std::os::unix::fs::chown(path, Some(account), Some(account));
        }
    }

    fn settings(&self, text: &str) {
        fs::write(&self.office.desk.config, text).expect("written");
        self.own(&self.office.desk.config);
    }

    fn save(&self, path: &Path, text: &str) {
        // Its folder may have been renamed or removed just now, as empty.
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("a folder");
            self.own(folder);
        }
        fs::write(path, text).expect("written");
        self.own(path);
    }

    /// A new text that nobody has written yet.
    fn text(&mut self) -> String {
        self.number += 1;
        let is_marked = self.below(3) == 0;
        let text = if is_marked { marked(self.number) } else { clean(self.number) };
        self.finished.insert(text.clone(), is_marked);
        text
    }

    fn draft(&mut self, text: String) -> String {
        self.drafts.insert(text.clone());
        text
    }

    /// One thing that somebody does.
    fn deed(&mut self) {
        let text = self.text();
        let number = self.number;
        let (one, two) = (self.below(3), self.below(3));
        let folder = self.pending().join(format!("{one}/{two}"));
        fs::create_dir_all(&folder).expect("a folder");
        self.own(&folder);
        self.own(folder.parent().expect("a folder"));
        let path = folder.join(format!("{number}.txt"));
        match self.below(16) {
            0 => self.saved_aside(&path, &text),
            1 => self.in_parts(&path, &text),
            2 | 3 => self.time_put_back(&path, &text),
            4 => self.save(&self.export().join(format!("{number}.txt")), &text),
            5 => self.saved_thrice(&text),
            6 => self.locked(&path, &text),
            7 => self.downloaded(&path, &text),
            8 => self.placeholder(&path, &text),
            9 => {
                self.save(&path, &text);
                let to = self.pending().join(format!("renamed {number}"));
                let _ = fs::rename(self.pending().join(one.to_string()), to);
            }
            10 => {
                self.save(&path, &text);
                self.tamper();
            }
            11 if self.daemon.is_some() => self.another_account(&text),
            12 => {
                self.save(&path, &text);
                self.loosen();
            }
            _ => self.save(&path, &text),
        }
    }

    /// As editors save: under another name, then renamed.
    fn saved_aside(&mut self, path: &Path, text: &str) {
        let number = self.number;
        let names = [format!(".{number}.txt.swp"), format!("lu{number}.tmp"), format!(".goutputstream-X{number}")];
        let at = self.below(3) as usize;
        let aside = path.with_file_name(&names[at]);
        self.save(&aside, text);
        self.pause(200);
        fs::rename(&aside, path).expect("it is there still");
    }

    fn in_parts(&mut self, path: &Path, text: &str) {
        let (one, two) = text.split_at(text.len() / 2);
        self.save(path, "");
        let mut file = fs::File::options().append(true).open(path).expect("an empty file rests");
        file.write_all(one.as_bytes()).expect("written");
        self.pause(300);
        file.write_all(two.as_bytes()).expect("written");
    }

    /// `rsync --inplace -t`: the same file, size and time, another content.
    fn time_put_back(&mut self, path: &Path, text: &str) {
        let stamp = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let draft = self.draft(format!("draft{}", &text[5..]));
        for version in [draft.as_str(), text] {
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            let mut file = fs::File::options().write(true).create(true).truncate(false).open(path).expect("a file");
            file.write_all(version.as_bytes()).expect("written");
            file.set_modified(stamp).expect("a time");
            self.own(path);
            drop(file);
            self.pause(150);
        }
    }

    /// The same name again and again, within the second.
    fn saved_thrice(&mut self, text: &str) {
        let which = self.below(5);
        let path = self.pending().join(format!("letter {which}.txt"));
        for version in 0..2 {
            let draft = self.draft(format!("draft{version}{}", &text[6..]));
            self.save(&path, &draft);
            self.pause(200);
        }
        self.number += 1;
        self.save(&path, text);
        // The next letter of this name must not replace this one before it was taken.
        let gone = self.pending().join(format!("letter {which} of {}.txt", self.number));
        let _ = fs::rename(&path, gone);
    }

    /// An office program edits it: half of it lies there for a while.
    fn locked(&mut self, path: &Path, text: &str) {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let names = [format!(".~lock.{name}#"), format!("~${name}")];
        let at = self.below(2) as usize;
        let lock = path.with_file_name(&names[at]);
        self.save(&lock, "somebody");
        self.save(path, &text[..text.len() / 2]);
        self.pause(400);
        self.save(path, text);
        fs::remove_file(&lock).expect("it is there still");
    }

    fn downloaded(&mut self, path: &Path, text: &str) {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let names = [format!("{name}.part"), format!("{name}.crdownload"), format!(".{name}.x7Gh2k")];
        let at = self.below(3) as usize;
        let half = path.with_file_name(&names[at]);
        self.save(&half, &text[..text.len() / 2]);
        self.pause(300);
        self.save(&half, text);
        fs::rename(&half, path).expect("it is there still");
    }

    /// A browser puts an empty file down before it writes.
    fn placeholder(&mut self, path: &Path, text: &str) {
        self.save(path, "");
        self.pause(600);
        self.save(path, text);
    }

    /// Somebody works in the export folder itself.
    fn tamper(&mut self) {
        let there: Vec<PathBuf> =
            files(&self.export()).into_iter().filter(|path| !path.to_string_lossy().contains(".mizha-")).collect();
        if there.is_empty() {
            return;
        }
        let at = self.below(there.len() as u64) as usize;
        let path = &there[at];
        let number = self.number;
        match self.below(3) {
            0 => drop(fs::rename(path, self.export().join(format!("sorted {number}.txt")))),
            1 => {
                let copy = self.export().join(format!("copy {number}.txt"));
                if fs::copy(path, &copy).is_ok() {
                    self.own(&copy);
                }
            }
            _ => {
                // Only what is finished is edited: a draft's end is of no interest.
                let Ok(text) = fs::read_to_string(path) else { return };
                if self.finished.get(&text) != Some(&false) || fs::remove_file(path).is_err() {
                    return;
                }
                self.finished.remove(&text);
                self.drafts.insert(text.clone());
                let is_marked = self.below(2) == 0;
                let edited = if is_marked { format!("TLP:RED\n\nEdited: {text}") } else { format!("Edited: {text}") };
                self.finished.insert(edited.clone(), is_marked);
                self.save(&self.export().join(format!("edited {number}.txt")), &edited);
            }
        }
    }

    /// Another account writes into the shared folder, in parts, with nothing open between them.
    fn another_account(&mut self, text: &str) {
        const OTHER: u32 = 65_533;
        let path = self.shared().join(format!("{}.txt", self.number));
        let at: Vec<usize> = (0..=4).map(|part| text.len() * part / 4).collect();
        let script = "file=$1; shift; for part; do printf %s \"$part\" >> \"$file\"; sleep 0.7; done";
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh"]).arg(path);
        command.args(at.windows(2).map(|part| &text[part[0]..part[1]])).uid(OTHER).gid(OTHER);
        self.others.push(command.stderr(Stdio::null()).spawn().expect("sh starts"));
    }

    /// A user's settings that would loosen the policy, or are none at all.
    fn loosen(&mut self) {
        let inner = self.pending().display().to_string();
        let text = match self.below(4) {
            0 => format!("[hold]\nwarn = \"release\"\n[[watch]]\npath = \"{inner}/0\"\naction = \"report\"\n"),
            1 => format!("[[gate]]\npending = \"{inner}/1\"\nexport = {:?}\n", self.export().display().to_string()),
            2 => "[hold\n".to_string(),
            _ => String::new(),
        };
        self.settings(&text);
    }

    /// Works for so long, with a death now and then.
    fn run(&mut self, long: Duration) {
        let end = Instant::now() + long;
        while Instant::now() < end {
            let child = self.office.command(&["watch"]).stderr(Stdio::null()).spawn().expect("it starts");
            let mut watch = Watch { child };
            let life = 400 + self.below(3_000);
            let death = Instant::now() + Duration::from_millis(life);
            while Instant::now() < death.min(end) {
                self.deed();
                if self.below(40) == 0 {
                    watch.signal(Signal::HUP);
                }
                self.pause(12);
            }
            watch.child.kill().expect("killed");
            watch.child.wait().expect("it ended");
            self.kills += 1;
        }
        self.others.iter_mut().for_each(|other| drop(other.wait()));
    }

    /// Lets the daemon finish, and counts.
    fn count(&self) -> Count {
        self.settings("");
        let desk = &self.office.desk;
        let _watch = self.office.watch().expect("it starts");
        desk.until("nothing waits", || {
            let status = desk.status();
            let folder = &status["folders"][0];
            documents(&desk.yard.pending).is_empty() && folder["waiting"] == 0 && status["unsettled"] == 0
        });
        let contents = desk.yard.contents();
        let mut count = Count::default();
        for (text, is_marked) in &self.finished {
            let places = contents.get(text).map(Vec::as_slice).unwrap_or_default();
            let wanted = if *is_marked { "quarantine" } else { "export" };
            match places {
                [] => count.lost += 1,
                places if places.iter().any(|place| place == wanted) => {}
                _ if *is_marked => count.loose += 1,
                _ => count.stuck += 1,
            }
        }
        for (text, places) in &contents {
            let in_export = places.iter().any(|place| place == "export");
            count.leaked += usize::from(in_export && text.starts_with("TLP:RED\n"));
            count.torn += usize::from(in_export && !self.finished.contains_key(text) && !self.drafts.contains(text));
            let hidden = |place: &&String| place.starts_with("hidden") || *place == "stage" || *place == "release";
            count.hidden += places.iter().filter(hidden).count();
        }
        let verified = self.office.command(&["audit", "verify"]).output().expect("it runs");
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
        count
    }
}

/// A file system with times in whole seconds at this folder, where one can be made.
fn coarse_drive(folder: &Path) -> Option<Unmount> {
    let image = folder.with_extension("image");
    fs::File::create(&image).and_then(|file| file.set_len(128 << 20)).ok()?;
    let done = |program: &str, arguments: &[&str], last: &Path| {
        let mut command = Command::new(program);
        command.args(arguments).arg(last).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let shown = image.display().to_string();
    let made = done("mkfs.ext4", &["-q", "-F", "-I", "128", "-m", "0"], &image)
        && done("mount", &["-o", "loop", &shown], folder);
    let drive = made.then(|| Unmount(folder.to_path_buf()));
    // Its own folder is none of the gate's, and closed to others.
    let _ = fs::remove_dir(folder.join("lost+found"));
    drive
}

#[test]
fn hammered_and_killed_at_random_every_version_is_accounted_for() {
    let told = std::env::var("MIZHA_HAMMER").unwrap_or_else(|_| "1x10".to_string());
    let (runs, seconds) = told.split_once('x').expect("MIZHA_HAMMER is RUNSxSECONDS");
    let (runs, seconds) = (runs.parse::<u64>().expect("a number"), seconds.parse().expect("a number"));
    for run in 0..runs {
        let is_root = rustix::process::geteuid().is_root();
        let daemon = (is_root && run % 2 == 1).then_some(NOBODY);
        let coarse = [Coarse::Neither, Coarse::Pending, Coarse::Export][run as usize % 3];
        let mut hammer = Hammer::new(run + 1, daemon, coarse);
        if hammer.office.watch().is_none() {
            return crate::requirement::Requirement::Mount.is_missing("no mounts of one's own here");
        }
        hammer.run(Duration::from_secs(seconds));
        let count = hammer.count();
        let (versions, kills) = (hammer.finished.len(), hammer.kills);
        println!("run {run}: {versions} versions, {kills} kills, daemon as {daemon:?}, coarse {coarse:?}: {count:?}");
        assert_eq!(count, Count::default(), "run {run}");
    }
}
