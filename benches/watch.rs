//! What the gate costs: how long a 100 KB docx takes from its last close in `pending` to its
//! appearance in `export`; how fast 10,000 files drain beside a plain scan of the same files in the
//! same run; what the daemon costs when nothing happens. Run on the disk in question:
//! `TMPDIR=/somewhere cargo bench --bench watch`. `FILES` and `IDLE` (seconds) change the sizes.

#![cfg_attr(not(target_os = "linux"), allow(unused))]
#![allow(clippy::print_stdout, clippy::expect_used)]

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The rest a file has to take (`settle_millis`).
const SETTLE: f64 = 300.0;

fn main() {
    if !cfg!(target_os = "linux") {
        println!("NOT RUN: the daemon is for Linux");
        return;
    }
    let number = |name: &str, usual| std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual);
    let document = document(900);
    println!("document: {} bytes", document.len());
    latency(&document, number("IDLE", 65));
    let files = number("FILES", 10_000);
    burst("the same 100 KB docx", &document, files as usize);
    let small = sample();
    burst("a docx of 1 KB", &small, files as usize);
}

fn sample() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/docx/clean-letter.docx");
    fs::read(path).expect("a sample")
}

/// A document of invented office text with this many paragraphs.
fn document(paragraphs: u32) -> Vec<u8> {
    let mut seed = 1_u32;
    let mut random = |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    let mut body = String::new();
    for _ in 0..paragraphs {
        body.push_str("<w:p><w:r><w:t>植树通知：");
        for _ in 0..60 {
            body.extend(char::from_u32(0x4E00 + random(3_000)));
        }
        body.push_str("</w:t></w:r></w:p>");
    }
    let sample = sample();
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(&sample)).expect("a package");
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut member = from.by_index(at).expect("a member");
        let name = member.name().expect("a name").into_owned();
        let mut text = Vec::new();
        member.read_to_end(&mut text).expect("read");
        if name == "word/document.xml" {
            text =
                String::from_utf8(text).expect("text").replace("</w:body>", &format!("{body}</w:body>")).into_bytes();
        }
        to.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
        to.write_all(&text).expect("written");
    }
    to.finish().expect("a package").into_inner()
}

struct Watch {
    root: tempfile::TempDir,
    child: Child,
}

impl Watch {
    fn start() -> Self {
        let root = tempfile::tempdir().expect("a folder");
        let child = mizha(root.path())
            .args(["watch", "--pending", "pending", "--export", "export", "--state", "state"])
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let watch = Watch { root, child };
        while !watch.root.path().join("state/run/status.json").exists() {
            std::thread::sleep(Duration::from_millis(20));
        }
        watch
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Switches of context so far, resident memory in KB.
    fn cost(&self) -> (u64, u64) {
        let field = |text: &str, name: &str| {
            let values =
                text.lines().filter(|line| line.contains(name)).filter_map(|line| line.split_whitespace().nth(1));
            values.filter_map(|value| value.parse::<u64>().ok()).sum::<u64>()
        };
        let process = format!("/proc/{}", self.child.id());
        let tasks = fs::read_dir(format!("{process}/task")).expect("its threads").flatten();
        let switches = tasks.filter_map(|task| fs::read_to_string(task.path().join("status")).ok());
        let memory = fs::read_to_string(format!("{process}/status")).expect("its status");
        (switches.map(|text| field(&text, "ctxt_switches")).sum(), field(&memory, "VmRSS"))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn mizha(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mizha"));
    command.current_dir(root).env("XDG_CONFIG_HOME", root).env("LC_ALL", "C");
    command
}

fn latency(document: &[u8], idle: u64) {
    let watch = Watch::start();
    let mut millis = Vec::new();
    for number in 0..50_u8 {
        let name = format!("{number}.docx");
        fs::write(watch.path("pending").join(&name), [document, &[number]].concat()).expect("written");
        let closed = Instant::now();
        while !watch.path("export").join(&name).exists() {
            std::thread::sleep(Duration::from_micros(500));
        }
        millis.push(closed.elapsed().as_secs_f64() * 1000.0);
    }
    millis.sort_by(f64::total_cmp);
    let median = millis[millis.len() / 2];
    println!("latency: median {median:.1} ms, {:.1} ms beside the rest; limit 50", median - SETTLE);
    std::thread::sleep(Duration::from_secs(5));
    let before = watch.cost();
    std::thread::sleep(Duration::from_secs(idle));
    let after = watch.cost();
    println!("idle for {idle} s: {} switches of context, {} KB resident; limit 30,000", after.0 - before.0, after.1);
}

fn burst(title: &str, document: &[u8], count: usize) {
    let watch = Watch::start();
    let source = watch.path("source");
    for number in 0..count {
        let folder = source.join((number / 100).to_string());
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(format!("{number}.docx")), document).expect("written");
    }
    let scan = |folder: &Path| {
        let begun = Instant::now();
        let status = mizha(watch.root.path()).args(["scan", "--quiet"]).arg(folder).status().expect("it runs");
        assert!(status.success(), "the files are clean");
        begun.elapsed().as_secs_f64()
    };
    let first = scan(&source);
    fs::rename(&source, watch.path("pending/source")).expect("moved");
    let begun = Instant::now();
    while released(&watch.path("export/source")) < count {
        std::thread::sleep(Duration::from_millis(150));
    }
    let drained = begun.elapsed().as_secs_f64();
    let scanned = first.min(scan(&watch.path("export/source")));
    println!(
        "{count} times {title}: scan {scanned:.2} s, gate {drained:.2} s, ratio {:.2}; limit 0.7",
        scanned / drained
    );
}

fn released(folder: &Path) -> usize {
    let folders = fs::read_dir(folder).into_iter().flatten().flatten();
    folders.map(|folder| fs::read_dir(folder.path()).map_or(0, Iterator::count)).sum()
}
