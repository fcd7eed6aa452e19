//! Reading in a process apart: whatever that process does, the scan ends with a verdict that is
//! not clear, and what was found before it died is kept.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use mizha::extract::{Budget, Listener, ReadOutcome, Sink};
use mizha::isolate::Reader;
use mizha::model::{Gap, GapReason, Identified, Limit, Limits, Location, ReaderFault, Report, Segment, Verdict};
use mizha::pack::{self, RuleSet};
use mizha::scan::{Options, Scanner};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

fn sample(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).expect("a sample")
}

fn scan(reader: Option<Reader>, millis: u64, name: &str) -> Report {
    let rules = RuleSet::new(&pack::builtin().expect("built-in packs")).expect("valid rules");
    let limits = Limits { item_millis: millis, ..Limits::default() };
    let options = Options { limits, reader, ..Options::default() };
    Scanner::new(Arc::new(rules), options).scan_bytes(Some("信.pdf"), &sample(name))
}

fn reasons(report: &Report) -> Vec<GapReason> {
    report.gaps.iter().map(|gap| gap.reason).collect()
}

fn no_reader(fault: ReaderFault) -> GapReason {
    GapReason::NoReader(fault)
}

/// A program of a few lines of shell.
fn script(folder: &Path, lines: &str) -> PathBuf {
    let path = folder.join("program");
    fs::write(&path, format!("#!/bin/sh\n{lines}\n")).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("made executable");
    path
}

fn scanner(reader: Reader, millis: u64) -> Scanner {
    let rules = RuleSet::new(&pack::builtin().expect("built-in packs")).expect("valid rules");
    let limits = Limits { item_millis: millis, ..Limits::default() };
    Scanner::new(Arc::new(rules), Options { limits, reader: Some(reader), ..Options::default() })
}

/// A file that makes the child which reads it try something (`isolate::acts`, in builds with debug assertions).
fn act(name: &str) -> Vec<u8> {
    format!("PK\x03\x04mizha-act:{name}\n").into_bytes()
}

#[test]
fn without_a_reader_it_is_a_gap_that_says_so() {
    let report = scan(None, 60_000, "pdf/clean-letter.pdf");
    assert_eq!((report.verdict, reasons(&report)), (Verdict::Uninspected, vec![no_reader(ReaderFault::Unset)]));
    let report = scan(Some(Reader::new("/nowhere/mizha")), 60_000, "pdf/clean-letter.pdf");
    assert_eq!((report.verdict, reasons(&report)), (Verdict::Uninspected, vec![no_reader(ReaderFault::NotStarted)]));
    let json = serde_json::to_value(&report.gaps).expect("JSON");
    assert_eq!((&json[0]["reason"], &json[0]["cause"]), (&"no-reader".into(), &"not-started".into()));
}

#[test]
fn with_our_program_it_is_read() {
    let report = scan(Some(Reader::new(env!("CARGO_BIN_EXE_mizha"))), 60_000, "pdf/clean-letter.pdf");
    assert_eq!((report.verdict, reasons(&report)), (Verdict::Clear, vec![]));
}

#[test]
fn a_program_that_is_not_ours_reads_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for lines in ["exit 0", "kill -SEGV $$", "exec yes"] {
        let report = scan(Some(Reader::new(script(folder.path(), lines))), 60_000, "pdf/clean-letter.pdf");
        assert_eq!(
            (report.verdict, reasons(&report)),
            (Verdict::Uninspected, vec![no_reader(ReaderFault::NotStarted)]),
            "{lines}"
        );
    }
}

/// Does something as in a container, or on a kernel, that gives no program a filter of system calls (seccomp). What is started there has
/// none either.
pub(crate) fn without_seccomp<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let refuse = || -> Result<BpfProgram, BackendError> {
        let filters = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, libc::PR_SET_SECCOMP as u64)?;
        let refused = [(libc::SYS_seccomp, vec![]), (libc::SYS_prctl, vec![SeccompRule::new(vec![filters])?])];
        let no_such_call = SeccompAction::Errno(libc::ENOSYS as u32);
        let arch = TargetArch::try_from(std::env::consts::ARCH)?;
        let filter = SeccompFilter::new(refused.into_iter().collect(), SeccompAction::Allow, no_such_call, arch)?;
        BpfProgram::try_from(filter)
    };
    std::thread::scope(|scope| {
        let apart = scope.spawn(|| {
            // Of this thread only, and of all it starts.
            seccompiler::apply_filter(&refuse().expect("a filter")).expect("installed");
            work()
        });
        apart.join().expect("done")
    })
}

#[test]
fn why_a_child_cannot_be_confined_is_told_and_plain_text_is_read() {
    let run = |language: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mizha"));
        let output = command.args(arguments).env("LC_ALL", language).env("XDG_CONFIG_HOME", "/nonexistent").output();
        let output = output.expect("the program runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
    };
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let letter = samples.join("docx/clean-letter.docx").display().to_string();
    let text = samples.join("schemes/prc-exam.txt").display().to_string();
    without_seccomp(|| {
        let (code, json) = run("C", &["scan", "--format", "json", &letter]);
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let gap = &json.get(0).unwrap_or(&json)["gaps"][0];
        assert_eq!((code, &gap["reason"], &gap["cause"]), (Some(2), &"no-reader".into(), &"seccomp".into()), "{json}");
        assert_eq!(run("C", &["scan", &text]).0, Some(1), "plain text is read in this process");
        for (language, why, what_to_do, read) in [
            (
                "C",
                "this kernel has no seccomp, or withholds it",
                "have the administrator allow seccomp",
                "nothing but plain text is read",
            ),
            ("zh_CN.UTF-8", "内核不支持或禁止使用 seccomp", "请管理员在内核或容器中启用 seccomp", "仅读取纯文本"),
        ] {
            let (code, told) = run(language, &["scan", &letter]);
            assert!(code == Some(2) && told.contains(why) && told.contains(what_to_do), "{told}");
            let (code, told) = run(language, &["formats"]);
            assert!(code == Some(0) && told.contains(why) && told.contains(read), "{told}");
        }
    });
    let (code, told) = run("C", &["formats"]);
    assert!(code == Some(0) && told.contains("parsed in a sandbox: seccomp"), "{told}");
}

#[cfg(debug_assertions)]
mod hostile {
    use super::*;

    /// What is refused with an error, because reading asks for it in vain; all else ends the child.
    const REFUSED: [&str; 5] = ["openat", "clone", "clone3", "prctl", "seccomp"];

    /// The names of the system calls that are tried, from the list in the sources.
    fn calls() -> Vec<String> {
        let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/isolate/acts.rs"));
        let source = source.expect("the list of acts");
        let list = source.split("const CALLS").nth(1).and_then(|rest| rest.split("];").next()).expect("the list");
        list.split("(\"").skip(1).filter_map(|row| row.split('"').next()).map(String::from).collect()
    }

    fn every_call_is_refused(reader: Reader, name: &str) {
        let scanner = scanner(reader, 60_000);
        let calls = calls();
        assert!(calls.len() > 80, "{calls:?}");
        for call in calls {
            let report = scanner.scan_bytes(Some(name), &act(&call));
            let wanted = if REFUSED.contains(&call.as_str()) { vec![] } else { vec![GapReason::Damaged] };
            assert_eq!((reasons(&report), report.findings.len()), (wanted, 0), "{call}");
        }
        // An act that succeeds would be seen.
        assert_eq!(scanner.scan_bytes(Some(name), &act("nothing")).verdict, Verdict::Block);
    }

    #[test]
    fn every_forbidden_call_ends_the_child() {
        every_call_is_refused(Reader::new(env!("CARGO_BIN_EXE_mizha")), "a.zip");
    }

    #[test]
    fn every_forbidden_call_ends_the_child_without_landlock() {
        every_call_is_refused(Reader::new(env!("CARGO_BIN_EXE_mizha")), "without-landlock.zip");
    }

    #[test]
    fn every_forbidden_call_ends_the_child_of_an_ordinary_user() {
        if !rustix::process::geteuid().is_root() {
            return; // Then the tests above were it.
        }
        let folder = tempfile::tempdir().expect("a folder");
        let copy = folder.path().join("mizha");
        fs::copy(env!("CARGO_BIN_EXE_mizha"), &copy).expect("a copy");
        for path in [folder.path(), copy.as_path()] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("anybody may start it");
        }
        let program = script(
            folder.path(),
            &format!("exec setpriv --reuid 65534 --regid 65534 --clear-groups {} \"$@\"", copy.display()),
        );
        every_call_is_refused(Reader::new(&program), "a.zip");
        every_call_is_refused(Reader::new(program), "without-landlock.zip");
    }

    #[test]
    fn in_a_file_of_each_kind_a_parser_that_dies_is_a_gap() {
        // By how their formats begin; the broken extractor of builds with debug assertions takes it from there.
        let kinds: [(&str, &[u8]); 17] = [
            ("a.zip", b"PK\x03\x04"),
            ("a.docx", b"PK\x03\x04"),
            ("a.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
            ("a.pdf", b"%PDF-1.7\n"),
            ("a.rtf", b"{\\rtf1 "),
            ("a.html", b"<!DOCTYPE html><html>"),
            ("a.eml", b"From: a@example.invalid\r\nTo: b@example.invalid\r\nSubject: c\r\n\r\n"),
            ("a.7z", b"7z\xBC\xAF\x27\x1C\0\x04"),
            ("a.rar", b"Rar!\x1A\x07\x01\0"),
            ("a.cab", b"MSCF\0\0\0\0"),
            ("a.gz", b"\x1F\x8B\x08\0\0\0\0\0"),
            ("a.bz2", b"BZh91AY&SY"),
            ("a.xz", b"\xFD7zXZ\0"),
            ("a.zst", b"\x28\xB5\x2F\xFD"),
            ("a.png", b"\x89PNG\r\n\x1A\n"),
            ("a.jpg", b"\xFF\xD8\xFF\xE0"),
            ("a.heic", b"\0\0\0\x18ftypheic"),
        ];
        let scanner = scanner(Reader::new(env!("CARGO_BIN_EXE_mizha")), 60_000);
        for ((name, head), act) in kinds.into_iter().zip(["overflow", "memory"].into_iter().cycle()) {
            let file = [head, format!("\nmizha-act:{act}\n").as_bytes()].concat();
            let report = scanner.scan_bytes(Some(name), &file);
            let told = reasons(&report).contains(&GapReason::Damaged);
            assert!(told && report.verdict == Verdict::Uninspected, "{name} {act}: {:?}", report.gaps);
        }
        let after = scanner.scan_bytes(Some("信.pdf"), &sample("pdf/clean-letter.pdf"));
        assert_eq!((after.verdict, reasons(&after)), (Verdict::Clear, vec![]));
    }

    #[test]
    fn whoever_reads_ends_with_the_one_it_reads_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.zip");
        fs::write(&file, act("stall")).expect("a file");
        let mut scan = Command::new(env!("CARGO_BIN_EXE_mizha"))
            .args(["scan", "--no-progress"])
            .arg(&file)
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("the program starts");
        let begun = Instant::now();
        let family = loop {
            assert!(begun.elapsed() < Duration::from_secs(20), "no child was seen");
            let made = children(scan.id());
            let family: Vec<u32> = made.iter().copied().chain(made.iter().copied().flat_map(children)).collect();
            if family.len() == 2 {
                break family;
            }
            std::thread::yield_now();
        };
        scan.kill().expect("a process of ours");
        scan.wait().expect("it ends");
        let lives = |pid: &u32| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            stat.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.trim_start().starts_with(['Z', 'X']))
        };
        while family.iter().any(lives) {
            assert!(begun.elapsed() < Duration::from_secs(40), "they outlive the one they read for");
            std::thread::yield_now();
        }
    }

    #[test]
    fn whatever_a_child_does_is_a_gap_and_the_next_file_is_read() {
        let reader = Reader::new(env!("CARGO_BIN_EXE_mizha"));
        let (hurried, scanner) = (scanner(reader.clone(), 200), scanner(reader, 60_000));
        let damaged = || vec![GapReason::Damaged];
        for (name, verdict, wanted) in [
            ("overflow", Verdict::Uninspected, damaged()),
            ("memory", Verdict::Uninspected, damaged()),
            ("nonsense", Verdict::Uninspected, damaged()),
            ("long", Verdict::Uninspected, damaged()),
            ("cut", Verdict::Uninspected, damaged()),
            ("mark-and-die", Verdict::Block, damaged()),
            ("stall", Verdict::Uninspected, vec![GapReason::Timeout]),
        ] {
            let scan = if name == "stall" { &hurried } else { &scanner };
            let report = scan.scan_bytes(Some("a.zip"), &act(name));
            assert_eq!((report.verdict, reasons(&report)), (verdict, wanted), "{name}");
            let after = scanner.scan_bytes(Some("信.pdf"), &sample("pdf/clean-letter.pdf"));
            assert_eq!((after.verdict, reasons(&after)), (Verdict::Clear, vec![]), "after {name}");
        }
        let flooded = hurried.scan_bytes(Some("a.zip"), &act("flood"));
        assert_eq!(flooded.verdict, Verdict::Uninspected);
        assert!(reasons(&flooded).iter().any(|reason| matches!(reason, GapReason::Limit(_) | GapReason::Timeout)));
    }

    /// The numbers of the processes a process has made.
    fn children(pid: u32) -> Vec<u32> {
        // A process may end at any time.
        let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten();
        let made = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("children")).ok());
        made.flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>()).collect()
    }

    #[test]
    fn a_child_has_one_thread_two_filters_and_no_more_than_its_descriptors() {
        let reader = Reader::new(env!("CARGO_BIN_EXE_mizha"));
        let scanner = scanner(reader, 1_000);
        std::thread::scope(|scope| {
            let scan = scope.spawn(|| scanner.scan_bytes(Some("a.zip"), &act("stall")));
            let begun = Instant::now();
            let pid = loop {
                assert!(begun.elapsed() < Duration::from_secs(5), "no child was seen");
                let reading = children(std::process::id()).into_iter().flat_map(children).find_map(|pid| {
                    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
                    let lines = ["Seccomp:\t2\n", "Seccomp_filters:\t2\n", "Threads:\t1\n", "NoNewPrivs:\t1\n"];
                    lines.iter().all(|line| status.contains(line)).then_some(pid)
                });
                match reading {
                    Some(reading) => break reading,
                    None => std::thread::yield_now(),
                }
            };
            if let Ok(open) = fs::read_dir(format!("/proc/{pid}/fd")) {
                let open: Vec<_> = open.filter_map(|entry| Some(entry.ok()?.file_name())).collect();
                assert!(open.len() <= 3, "without a model and a file only stdin, stdout and stderr: {open:?}");
            }
            assert_eq!(reasons(&scan.join().expect("scanned")), vec![GapReason::Timeout]);
        });
    }
}

#[test]
fn lies_about_a_window_are_not_believed() {
    let window = |own: &str, text: &str| {
        let part = r#"{"steps":[],"part":[null,"body",null,null],"page":null}"#;
        let text = format!(
            r#"{{"text":"{text}","own":{own},"units_before":0,"lines_before":0,"last":true,"cut_start":false,"cut_end":false,"unit":0,"cells":[],"source_code":false}}"#
        );
        format!(r#"{{"Segment":[{part},{text}]}}"#)
    };
    let long = "x".repeat(600 * 1024);
    let whole = format!("[0,{}]", long.len());
    for (records, ended, texts) in [
        (
            vec![r#"{"Confined":"Full"}"#.to_string(), window("[0,14]", "机密★10年"), r#""Done""#.into()],
            ReadOutcome::Read,
            1,
        ),
        (
            vec![r#"{"Confined":"Full"}"#.into(), window("[0,14]", "机密★10年")],
            ReadOutcome::Died(GapReason::Damaged),
            1,
        ),
        (vec![window("[0,14]", "机密★10年")], ReadOutcome::Stopped(no_reader(ReaderFault::Ended)), 0),
        (vec![r#"{"Unconfined":"seccomp"}"#.into()], ReadOutcome::Stopped(no_reader(ReaderFault::Seccomp)), 0),
        (
            vec![r#"{"Confined":"Full"}"#.into(), window("[0,99]", "机密★10年")],
            ReadOutcome::Died(GapReason::Damaged),
            0,
        ),
        (
            vec![r#"{"Confined":"Full"}"#.into(), window("[1,14]", "机密★10年")],
            ReadOutcome::Died(GapReason::Damaged),
            0,
        ),
        (vec![r#"{"Confined":"Full"}"#.into(), window(&whole, &long)], ReadOutcome::Died(GapReason::Damaged), 0),
        (vec![], ReadOutcome::Stopped(no_reader(ReaderFault::Ended)), 0),
    ] {
        let wire: Vec<u8> = records
            .iter()
            .flat_map(|json| [&(json.len() as u32).to_le_bytes()[..], json.as_bytes()].concat())
            .collect();
        let (mut texts_seen, limits, at) = (Texts(0), Limits::default(), Location::item());
        let budget = Budget::new(&limits, &|| false);
        let heard = mizha::isolate::listen(&wire[..], &mut Listener::new(&mut texts_seen, &at, &budget));
        assert_eq!((heard, texts_seen.0), (ended, texts), "{}", &records.concat()[..records.concat().len().min(200)]);
    }
}

/// Counts texts.
struct Texts(u64);

impl Sink for Texts {
    fn segment(&mut self, _: Segment<'_>) {
        self.0 += 1;
    }
    fn gap(&mut self, _: Gap) {}
    fn identified(&mut self, _: &Location, _: &Identified) {}
}

/// A file of these objects, numbered from one; the first is the catalog. Readers find them by a scan.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    for (number, object) in objects.iter().enumerate() {
        file.extend(format!("{} 0 obj\n", number + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    file.extend(b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n");
    file
}

fn page(contents: &str) -> Vec<Vec<u8>> {
    vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {contents} >>").into_bytes(),
    ]
}

fn read(file: &[u8]) -> Report {
    let rules = RuleSet::new(&pack::builtin().expect("built-in packs")).expect("valid rules");
    let options = Options { reader: Some(Reader::new(env!("CARGO_BIN_EXE_mizha"))), ..Options::default() };
    Scanner::new(Arc::new(rules), options).scan_bytes(Some("信.pdf"), file)
}

#[test]
fn a_file_nested_without_end_ends_as_a_gap() {
    let mut objects = page("[]");
    objects.push(b"[".repeat(1 << 20));
    let report = read(&pdf(&objects));
    assert_eq!((report.verdict, reasons(&report)), (Verdict::Uninspected, vec![GapReason::Damaged]));
}

/// A page of blanks: runs of 128 of them, packed once more. A megabyte of runs takes 64 of memory.
fn blank_page(runs: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&b"\x81 ".repeat(runs)).expect("written to memory");
    encoder.write_all(&[128]).expect("written to memory");
    let packed = encoder.finish().expect("written to memory");
    let mut objects = page("4 0 R");
    let head = format!("<< /Filter [/FlateDecode /RunLengthDecode] /Length {} >>\nstream\n", packed.len());
    objects.push([head.as_bytes(), &packed, b"\nendstream"].concat());
    pdf(&objects)
}

#[test]
fn a_file_that_takes_all_memory_is_a_gap_and_the_next_file_is_read() {
    let scanner = scanner(Reader::new(env!("CARGO_BIN_EXE_mizha")), 60_000);
    let read = |file: &[u8]| {
        let begun = Instant::now();
        let report = scanner.scan_bytes(Some("信.pdf"), file);
        // A backstop: what would hang must not be waited for.
        assert!(begun.elapsed() < Duration::from_secs(300), "{:?}", begun.elapsed());
        (report.verdict, reasons(&report))
    };
    assert_eq!(read(&blank_page(1000)), (Verdict::Clear, vec![]));
    // Two gigabytes; the process may have half of one. The plainer second reading inflates and does no more.
    let wanted = vec![GapReason::Damaged, GapReason::Limit(Limit::EntryBytes)];
    assert_eq!(read(&blank_page(16 << 20)), (Verdict::Uninspected, wanted));
    assert_eq!(read(&sample("pdf/clean-letter.pdf")), (Verdict::Clear, vec![]));
}

#[test]
fn text_inside_a_glyph_and_in_a_font_that_is_missing_is_not_passed_over() {
    let stream = |text: &str| format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()).into_bytes();
    let mut objects = page("4 0 R /Resources << /Font << /T 5 0 R >> >>");
    objects.push(stream("BT /T 12 Tf 50 700 Td (a) Tj ET"));
    objects.push(
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 97 \
          /LastChar 97 /Widths [1000] /Encoding << /Differences [97 /a] >> /CharProcs << /a 6 0 R >> /Resources << \
          /Font << /H << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
            .to_vec(),
    );
    objects.push(stream("1000 0 d0 BT /H 1000 Tf (TOP SECRET//NOFORN) Tj ET"));
    assert_eq!(read(&pdf(&objects)).verdict, Verdict::Block);
    objects[3] = stream("BT /Missing 12 Tf 50 700 Td (abcdefgh) Tj ET");
    objects.truncate(4);
    objects[2] = page("4 0 R").swap_remove(2);
    assert_eq!(reasons(&read(&pdf(&objects))), vec![GapReason::Glyphs]);
}
