//! Text in pictures. What needs the model runs where it is installed (`deploy/fetch-ocr-model.sh
//! target/ocr-model`, or the folders of `mizha ocr status`); elsewhere it says that it did not run.

#![cfg(all(target_os = "linux", feature = "ocr"))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mizha::isolate::Reader;
use mizha::model::{GapReason, Limit, ModelFault, Report, Verdict};
use mizha::ocr::{FILES, Files};
use mizha::scan::Scanner;
use serde::Deserialize;

use crate::requirement::Requirement;

const PROGRAM: &str = env!("CARGO_BIN_EXE_mizha");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    verdict: String,
    #[serde(default, rename = "finding")]
    findings: Vec<SeenFinding>,
    #[serde(default, rename = "gap")]
    gaps: Vec<SeenGap>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeenFinding {
    rule: String,
    tier: String,
    role: String,
    part: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeenGap {
    reason: String,
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// Expectations lie as their samples do.
fn expectations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expectations")
}

/// The folder of a whole model, if there is one on this machine.
fn model() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ocr-model");
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share/mizha/ocr"));
    let folders = [Some(own), home, Some("/usr/local/share/mizha/ocr".into()), Some("/usr/share/mizha/ocr".into())];
    let whole = |folder: &PathBuf| Files::open(folder).and_then(|files| files.read()).is_ok();
    let found = folders.into_iter().flatten().find(whole);
    if found.is_none() {
        Requirement::Model.is_missing("the model is not installed (deploy/fetch-ocr-model.sh target/ocr-model)");
    }
    found
}

fn scan(model: Option<&Path>, sample: &Path) -> Report {
    let reader = Reader::new(PROGRAM).with_model(model.map(Path::to_path_buf));
    let scanner = Scanner::builtin().expect("built-in packs are valid").with_reader(Some(reader));
    let name = sample.file_name().map(|name| name.to_string_lossy().into_owned());
    scanner.scan_bytes(name.as_deref(), &fs::read(sample).expect("a sample"))
}

fn reasons(report: &Report) -> Vec<GapReason> {
    report.gaps.iter().map(|gap| gap.reason).collect()
}

#[test]
fn with_the_model_every_picture_is_judged_as_expected() {
    let Some(model) = model() else { return };
    let mut wrong = Vec::new();
    let mut judged = 0;
    for folder in ["seen", "hostile", "pdf", "cases/1-photo-in-a-chat-group"] {
        for entry in fs::read_dir(expectations().join(folder)).expect("a folder of expectations") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            let Some(name) = name.strip_suffix(".seen.toml") else { continue };
            let sample = samples().join(folder).join(name);
            let wanted: Seen = toml::from_str(&fs::read_to_string(&path).expect("an expectation")).expect("TOML");
            let report = scan(Some(&model), &sample);
            judged += 1;
            let json = serde_json::to_value(&report).expect("JSON");
            let findings = json["findings"].as_array().cloned().unwrap_or_default();
            let found = |wanted: &SeenFinding| {
                let wanted =
                    [("rule", &wanted.rule), ("tier", &wanted.tier), ("role", &wanted.role), ("part", &wanted.part)];
                findings.iter().any(|finding| wanted.iter().all(|(key, value)| finding[key] == value.as_str()))
            };
            let mut gaps: Vec<&str> = report.gaps.iter().map(|gap| gap.reason.as_str()).collect();
            let mut wanted_gaps: Vec<&str> = wanted.gaps.iter().map(|gap| gap.reason.as_str()).collect();
            gaps.sort_unstable();
            gaps.dedup();
            wanted_gaps.sort_unstable();
            let fits =
                report.verdict.as_str() == wanted.verdict && wanted.findings.iter().all(found) && gaps == wanted_gaps;
            if !fits {
                wrong.push(format!("{}: {} {gaps:?} {}", sample.display(), report.verdict.as_str(), json["findings"]));
            }
        }
    }
    assert!(judged >= 12, "only {judged} samples");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_finding_says_that_a_machine_read_it() {
    let Some(model) = model() else { return };
    let report = scan(Some(&model), &samples().join("seen/mark.png"));
    let said = |finding: &mizha::model::Finding| finding.why.iter().any(|why| why.text.en.contains("please look"));
    assert!(report.findings.iter().any(said), "{:?}", report.findings);
}

#[test]
fn without_a_model_a_picture_is_a_gap_that_says_so() {
    let report = scan(None, &samples().join("seen/mark.png"));
    assert_eq!(report.verdict, Verdict::Uninspected);
    assert_eq!(reasons(&report), [GapReason::PictureModel(ModelFault::Missing)]);
    assert_eq!(GapReason::PictureModel(ModelFault::Missing).as_str(), "picture");
}

#[test]
fn a_model_that_is_not_the_right_one_is_refused_with_its_own_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let fill = |lengths: [u64; 3]| {
        for (file, length) in FILES.iter().zip(lengths) {
            fs::write(folder.path().join(file.name), vec![7; length as usize]).expect("a file");
        }
    };
    let seen = || reasons(&scan(Some(folder.path()), &samples().join("seen/mark.png")));
    fill([1, 1, 1]);
    assert_eq!(seen(), [GapReason::PictureModel(ModelFault::Truncated)]);
    fill(FILES.map(|file| file.length));
    assert_eq!(seen(), [GapReason::PictureModel(ModelFault::OtherVersion)]);
    fs::remove_file(folder.path().join(FILES[1].name)).expect("it was there");
    assert_eq!(seen(), [GapReason::PictureModel(ModelFault::Incomplete)]);
    let Some(model) = model() else { return };
    for (from, to) in [(0, 1), (1, 0), (2, 2)] {
        fs::copy(model.join(FILES[from].name), folder.path().join(FILES[to].name)).expect("copied");
    }
    assert_eq!(seen(), [GapReason::PictureModel(ModelFault::Swapped)]);
}

/// A sample picture of which the child that reads it does what is asked (`isolate::acts`), and a reader that counts them.
#[cfg(debug_assertions)]
fn acting(sample: &str, act: &str) -> Vec<u8> {
    let mut bytes = fs::read(samples().join(sample)).expect("a sample");
    bytes.extend(format!("mizha-act:{act}\n").bytes());
    bytes
}

#[cfg(debug_assertions)]
fn counting() -> (Reader, Scanner) {
    let reader = Reader::new(PROGRAM);
    (reader.clone(), Scanner::builtin().expect("built-in packs are valid").with_reader(Some(reader)))
}

#[test]
#[cfg(debug_assertions)]
fn a_copy_of_a_picture_is_not_read_again_and_says_the_same() {
    for (text, verdict) in [("内部文件", Verdict::Warn), ("机密★10年", Verdict::Block)] {
        let (reader, scanner) = counting();
        let mark = acting("seen/mark.png", &format!("see:{text}"));
        let other = acting("seen/upside-down.png", &format!("see:{text}"));
        let scan = |name: &str, bytes: &[u8]| {
            let report = scanner.scan_bytes(Some(name), bytes);
            (report.verdict, serde_json::to_string(&report.findings).expect("JSON"), reader.made())
        };
        let first = scan("1.png", &mark);
        assert_eq!((first.0, first.2), (verdict, 1), "{text}");
        assert_eq!(scan("2.png", &mark), first, "{text}: a copy by another name");
        assert_eq!(scan("3.png", &other).2, 2, "{text}: another picture");
        assert_eq!(scan("1.png", &mark), (first.0, first.1, 2), "{text}");
    }
}

#[test]
#[cfg(debug_assertions)]
fn a_picture_that_was_not_read_to_its_end_is_told_so() {
    let report = counting().1.scan_bytes(Some("a.png"), &acting("seen/mark.png", "see:机密★10年"));
    assert!(
        report.findings.iter().any(|finding| &*finding.rule == "mizha.picture.rest-unread"),
        "{:?}",
        report.findings
    );
}

#[test]
#[cfg(debug_assertions)]
fn what_went_wrong_once_is_tried_again() {
    let (reader, scanner) = counting();
    let mark = acting("seen/mark.png", "see-and-die");
    for made in [1, 2] {
        assert_eq!(reasons(&scanner.scan_bytes(Some("a.png"), &mark)), [GapReason::Damaged]);
        assert_eq!(reader.made(), made);
    }
}

#[test]
fn pages_beyond_the_limit_of_pictures_are_gaps() {
    let Some(model) = model() else { return };
    let mut options = mizha::scan::Options::default();
    options.limits.picture_pages = 0;
    options.reader = Some(Reader::new(PROGRAM).with_model(Some(model)));
    let scanner = Scanner::new(Scanner::builtin().expect("built-in packs are valid").rules().clone(), options);
    for sample in ["outlines-public.pdf", "inline.pdf", "scanned.pdf", "emblem.rtf"] {
        let bytes = fs::read(samples().join("seen").join(sample)).expect("a sample");
        let report = scanner.scan_bytes(Some(sample), &bytes);
        assert!(reasons(&report).contains(&GapReason::Limit(Limit::PicturePages)), "{sample}: {:?}", report.gaps);
    }
}

#[test]
fn a_limit_of_pixels_is_a_gap() {
    let Some(model) = model() else { return };
    let mut options = mizha::scan::Options::default();
    options.limits.picture_pixels = 1000;
    options.reader = Some(Reader::new(PROGRAM).with_model(Some(model)));
    let rules = Scanner::builtin().expect("built-in packs are valid").rules().clone();
    let bytes = fs::read(samples().join("seen/mark.png")).expect("a sample");
    let report = Scanner::new(rules, options).scan_bytes(Some("mark.png"), &bytes);
    assert_eq!(reasons(&report), [GapReason::Limit(Limit::PicturePixels)]);
}

#[test]
fn a_photo_that_breaks_off_is_a_gap() {
    let Some(model) = model() else { return };
    let whole = fs::read(samples().join("seen/landscape.jpg")).expect("a sample");
    let header = whole.windows(2).position(|pair| pair == [0xFF, 0xDA]).expect("a scan");
    let reader = Reader::new(PROGRAM).with_model(Some(model));
    let scanner = Scanner::builtin().expect("built-in packs are valid").with_reader(Some(reader));
    for length in [whole.len() / 2, whole.len() - 2, header] {
        let report = scanner.scan_bytes(Some("landscape.jpg"), &whole[..length]);
        assert_eq!((report.verdict, reasons(&report)), (Verdict::Uninspected, vec![GapReason::Damaged]), "{length}");
    }
}

fn mizha(arguments: &[&str], home: &Path) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(["--lang", "en"]).args(arguments).env_clear().env("HOME", home);
    command.output().expect("our program runs")
}

#[test]
fn only_a_whole_model_is_installed() {
    let home = tempfile::tempdir().expect("a folder");
    let broken = tempfile::tempdir().expect("a folder");
    for file in &FILES {
        fs::write(broken.path().join(file.name), b"short").expect("a file");
    }
    let from = broken.path().to_string_lossy().into_owned();
    let refused = mizha(&["ocr", "install", &from], home.path());
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("cut short"), "{refused:?}");
    assert!(!home.path().join(".local/share/mizha/ocr").exists(), "nothing was written");
    let refused = mizha(&["ocr", "install", &home.path().to_string_lossy()], home.path());
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("det.onnx") && said.contains("fetch-ocr-model.sh"), "{said}");
    // What the machine has for everybody is not looked at in this test: a folder of its own.
    let Some(model) = model() else { return };
    let installed = mizha(&["ocr", "install", &model.to_string_lossy()], home.path());
    assert_eq!(installed.status.code(), Some(0), "{installed:?}");
    assert!(home.path().join(".local/share/mizha/ocr/LICENSE").exists());
    assert_eq!(mizha(&["ocr", "status"], home.path()).status.code(), Some(0));
}
