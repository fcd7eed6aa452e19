//! Reading in a process apart: whatever that process does, the scan ends with a verdict that is
//! not clear, and what was found before it died is kept.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use mizha::isolate::Reader;
use mizha::model::{GapReason, Limit, Limits, Report, Verdict};
use mizha::pack::{self, RuleSet};
use mizha::scan::{Options, Scanner};

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

/// A program of a few lines of shell.
fn script(folder: &Path, lines: &str) -> PathBuf {
    let path = folder.join("program");
    fs::write(&path, format!("#!/bin/sh\n{lines}\n")).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("made executable");
    path
}

#[test]
fn without_a_reader_it_is_a_gap_that_says_so() {
    let report = scan(None, 60_000, "pdf/clean-letter.pdf");
    assert_eq!((report.verdict, reasons(&report)), (Verdict::Uninspected, vec![GapReason::NoReader]));
    let report = scan(Some(Reader::new("/nowhere/mizha")), 60_000, "pdf/clean-letter.pdf");
    assert_eq!((report.verdict, reasons(&report)), (Verdict::Uninspected, vec![GapReason::NoReader]));
}

#[test]
fn with_our_program_it_is_read() {
    let report = scan(Some(Reader::new(env!("CARGO_BIN_EXE_mizha"))), 60_000, "pdf/clean-letter.pdf");
    assert_eq!((report.verdict, reasons(&report)), (Verdict::Clear, vec![]));
}

#[test]
fn a_process_that_dies_or_talks_nonsense_is_a_gap() {
    let folder = tempfile::tempdir().expect("a folder");
    for lines in ["exit 0", "kill -SEGV $$", "exec yes", "printf '\\004\\000\\000\\000null'; cat >/dev/null"] {
        let report = scan(Some(Reader::new(script(folder.path(), lines))), 60_000, "pdf/clean-letter.pdf");
        assert_eq!((report.verdict, reasons(&report)), (Verdict::Uninspected, vec![GapReason::Damaged]), "{lines}");
    }
}

#[test]
fn a_process_that_never_ends_is_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = script(folder.path(), "exec sleep 1000000");
    let report = scan(Some(Reader::new(program)), 300, "pdf/clean-letter.pdf");
    assert_eq!((report.verdict, reasons(&report)), (Verdict::Uninspected, vec![GapReason::Timeout]));
}

#[test]
fn what_was_said_before_it_died_is_kept_and_lies_are_not_believed() {
    let folder = tempfile::tempdir().expect("a folder");
    let window = |own: &str| {
        let part = r#"{"steps":[],"part":[null,"body",null,null],"page":null}"#;
        let text = format!(
            r#"{{"text":"机密★10年","own":{own},"units_before":0,"lines_before":0,"last":true,"cut_start":false,"cut_end":false,"unit":0,"cells":[],"source_code":false}}"#
        );
        let json = format!(r#"{{"Segment":[{part},{text}]}}"#);
        [&(json.len() as u32).to_le_bytes()[..], json.as_bytes()].concat()
    };
    for (own, verdict) in
        [("[0,14]", Verdict::Block), ("[0,99]", Verdict::Uninspected), ("[1,14]", Verdict::Uninspected)]
    {
        fs::write(folder.path().join("record"), window(own)).expect("a record");
        let lines = format!("cat {}/record", folder.path().display());
        let report = scan(Some(Reader::new(script(folder.path(), &lines))), 60_000, "pdf/clean-letter.pdf");
        assert_eq!((report.verdict, reasons(&report)), (verdict, vec![GapReason::Damaged]), "{own}");
    }
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

/// Runs our program and writes down what it says when it dies, and how it died. It may not write to files
/// itself; who reads from it waits until all is written, unless it ends well.
fn witness(folder: &Path) -> PathBuf {
    let (program, notes) = (env!("CARGO_BIN_EXE_mizha"), folder.display());
    let run = format!("'{program}' \"$@\" >&3 || echo $? >>'{notes}/ends'");
    script(folder, &format!("exec 3>&1\n{{ {run}; }} 2>&1 | cat >>'{notes}/said'"))
}

#[test]
fn a_file_that_takes_all_memory_is_a_gap_and_the_next_file_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = RuleSet::new(&pack::builtin().expect("built-in packs")).expect("valid rules");
    let options = Options { reader: Some(Reader::new(witness(folder.path()))), ..Options::default() };
    let scanner = Scanner::new(Arc::new(rules), options);
    let read = |file: &[u8]| {
        let begun = Instant::now();
        let report = scanner.scan_bytes(Some("信.pdf"), file);
        // A backstop: what would hang must not be waited for.
        assert!(begun.elapsed() < Duration::from_secs(300), "{:?}", begun.elapsed());
        (report.verdict, reasons(&report))
    };
    let told = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    assert_eq!(read(&blank_page(1000)), (Verdict::Clear, vec![]));
    assert_eq!(told("ends"), "");
    // Two gigabytes; the process may have half of one. The plainer second reading inflates and does no more.
    let wanted = vec![GapReason::Damaged, GapReason::Limit(Limit::EntryBytes)];
    assert_eq!(read(&blank_page(16 << 20)), (Verdict::Uninspected, wanted));
    assert_eq!(told("ends"), "134\n");
    assert_eq!(told("said").matches("memory allocation of").count(), 1, "{}", told("said"));
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
