//! Chat programs as they leave files behind, replayed: how each writes, names and takes away what it sends or received, in the
//! folders where it keeps them. None of the programs themselves runs here.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{PATIENCE, Watch};
use crate::yard::quick_folder;

const MARKED: &str = "机密★10年\n\n关于植树的通知\n";
/// How long a copy made for sending lies there: field notes saw about two seconds.
const LIES: Duration = Duration::from_secs(2);

/// How a program leaves a file behind.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    /// A readable copy, taken away soon.
    Sends,
    /// Under its own name, for good.
    Keeps,
}
use Habit::{Keeps, Sends};

/// Where, below the home folder, by which preset.
const LAYOUTS: [(&str, &str, Habit); 13] = [
    ("wechat", "Documents/xwechat_files/wxid_a1/temp/RWTemp/2026-11", Sends),
    ("wechat", "Documents/xwechat_files/wxid_a1/temp/drag", Sends),
    ("wechat", "xwechat_files/wxid_a1/temp/RWTemp/2026-11", Sends),
    ("wechat", ".var/app/com.tencent.WeChat/xwechat_files/wxid_a1/temp/RWTemp/2026-11", Sends),
    ("wechat", "Documents/xwechat_files/wxid_a1/msg/file/2026-11", Keeps),
    ("wechat-wine", "Documents/WeChat Files/wxid_b2/FileStorage/File/2026-11", Keeps),
    ("wecom", "Documents/WXWork/1688/Cache/File/2026-11", Keeps),
    ("qq", ".config/QQ/nt_qq_1a2b/nt_data/File", Keeps),
    ("qq", ".config/QQ/nt_qq_1a2b/nt_data/Pic/2026-11/Ori", Keeps),
    ("qq", ".var/app/com.qq.QQ/config/QQ/nt_qq_1a2b/nt_data/File", Keeps),
    ("dingtalk", ".config/DingTalk/7_v2/resource_cache", Keeps),
    ("dingtalk", ".config/DingTalk/download", Keeps),
    ("feishu", ".config/LarkShell/sdk_storage/9f/resources/files", Keeps),
];

struct Desk {
    root: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Desk { root: quick_folder() };
        fs::create_dir(desk.at("home")).expect("a folder");
        let presets: std::collections::BTreeSet<&str> = LAYOUTS.iter().map(|(preset, ..)| *preset).collect();
        let watches: String = presets.iter().map(|preset| format!("[[watch]]\npreset = \"{preset}\"\n")).collect();
        fs::write(desk.at("config.toml"), format!("[tell]\nnotify = false\n{watches}")).expect("written");
        desk
    }

    fn at(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    fn home(&self, below: &str) -> PathBuf {
        self.at("home").join(below)
    }

    fn mizha(&self, verb: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mizha"));
        command.args(verb).env("HOME", self.at("home")).env("LC_ALL", "C").env_remove("XDG_CONFIG_HOME");
        command.arg("--config").arg(self.at("config.toml")).arg("--state").arg(self.at("state"));
        command
    }

    fn watch(&self) -> Watch {
        let child: Child = self.mizha(&["watch"]).stderr(Stdio::null()).spawn().expect("the program starts");
        let watch = Watch { child };
        until("the first walk", || {
            let status = self.mizha(&["status", "--json"]).output().expect("the program runs").stdout;
            let status: serde_json::Value = serde_json::from_slice(&status).unwrap_or_default();
            status["walks"].as_u64() >= Some(1)
        });
        watch
    }

    fn reported(&self) -> usize {
        fs::read_to_string(self.at("state/audit.jsonl")).unwrap_or_default().matches("\"reported\"").count()
    }
}

fn until(what: &str, condition: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < end, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Writes in pieces under another name, then gives it its own.
fn leave(folder: &Path, name: &str, text: &str) {
    let aside = folder.join("7f3a91.tmp");
    let mut file = fs::File::create(&aside).expect("a file");
    for piece in text.as_bytes().chunks(16) {
        file.write_all(piece).expect("written");
    }
    drop(file);
    fs::rename(&aside, folder.join(name)).expect("renamed");
}

#[test]
fn what_chat_programs_send_is_told_while_it_is_sent_and_what_they_keep_is_found() {
    let desk = Desk::new();
    // What was there before is found by the first walk; here are only the folders, as a program leaves them at its start.
    for (_, folder, _) in LAYOUTS {
        fs::create_dir_all(desk.home(folder)).expect("a folder");
    }
    let watch = desk.watch();
    for (told, (preset, folder, habit)) in LAYOUTS.into_iter().enumerate() {
        let folder = desk.home(folder);
        // Databases are nobody's business, whatever stands in them.
        fs::write(folder.join("message.db"), MARKED).expect("written");
        leave(&folder, "报名.txt", "关于报名的通知\n");
        leave(&folder, "通知.txt", MARKED);
        let begun = Instant::now();
        let taken_away = (habit == Sends).then(|| {
            let file = folder.join("通知.txt");
            std::thread::spawn(move || {
                std::thread::sleep(LIES);
                fs::remove_file(file).expect("there");
            })
        });
        until(preset, || desk.reported() > told);
        let took = begun.elapsed();
        assert!(habit == Keeps || took < LIES, "{}: told after {took:?}", folder.display());
        taken_away.into_iter().for_each(|thread| thread.join().expect("taken away"));
    }
    watch.stop();
    assert_eq!(desk.reported(), LAYOUTS.len(), "one for each, none for a database");
}

#[test]
fn an_account_and_a_month_that_come_later_are_seen() {
    let desk = Desk::new();
    let sending = desk.home("Documents/xwechat_files/wxid_a1/temp/RWTemp");
    fs::create_dir_all(&sending).expect("a folder");
    let watch = desk.watch();
    let month = sending.join("2026-12");
    fs::create_dir(&month).expect("a folder");
    leave(&month, "通知.txt", MARKED);
    until("a new month", || desk.reported() == 1);
    let other = desk.home("Documents/xwechat_files/wxid_b2/temp/RWTemp/2026-12");
    fs::create_dir_all(&other).expect("a folder");
    leave(&other, "通知.txt", MARKED);
    until("a new account", || desk.reported() == 2);
    watch.stop();
}
