//! Samples damaged at random: reading them ends within the budget, and a panic is a fault of
//! ours, for extraction is called here without the net that turns panics into gaps. Members that break off: what
//! stands before is read.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use mizha::extract::{Budget, Input, Sink, context, extractor_for};
use mizha::model::{Format, Gap, GapReason, Identified, Limits, Location, Segment};
use mizha::scan::Scanner;
use proptest::prelude::*;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

struct Nobody;

impl Sink for Nobody {
    fn segment(&mut self, _: Segment<'_>) {}
    fn gap(&mut self, _: Gap) {}
    fn identified(&mut self, _: &Location, _: &Identified) {}
}

/// The compound files among the samples, and workbooks without their envelope.
fn compound_files() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/legacy");
    let mut paths: Vec<_> = fs::read_dir(folder).expect("samples").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let files = paths.into_iter().map(|path| fs::read(path).expect("a sample"));
    let is_one = |bytes: &[u8]| bytes.starts_with(b"\xD0\xCF\x11\xE0") || bytes.starts_with(b"\x09");
    files.filter(|bytes| is_one(bytes) && bytes.len() < 64 * 1024).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn damaged_compound_files_end(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        cut in any::<Option<prop::sample::Index>>(),
    ) {
        thread_local! {
            static FILES: Vec<Vec<u8>> = compound_files();
        }
        let mut bytes = FILES.with(|files| files[which.index(files.len())].clone());
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let limits = Limits { total_bytes: 64 << 20, held_bytes: 16 << 20, ..Limits::default() };
        let budget = Budget::new(&limits, &|| false);
        let reader = extractor_for(Format::Cfb).expect("a reader of compound files");
        let _ = reader.extract(Input::bytes(&bytes), &mut context(&mut Nobody, &budget));
    }
}

fn zip(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("a member");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("a zip").into_inner()
}

fn place(bytes: &[u8], of: &[u8]) -> usize {
    bytes.windows(of.len()).position(|window| window == of).expect("it stands there")
}

#[test]
fn a_member_whose_check_sum_is_wrong_is_read_and_is_damaged() {
    let scanner = Scanner::builtin().expect("built-in packs");
    for (name, content) in [
        ("a.txt", "机密★10年\n植树 behind\n"),
        ("a.html", "<html><body><p>机密★10年</p><p>植树 behind</p></body></html>"),
        ("a.xml", "<?xml version=\"1.0\"?><a><b>机密★10年</b><c>植树 behind</c></a>"),
        ("a.rtf", "{\\rtf1\\ansi \\u26426?\\u23494?\\u9733?10\\u24180?\\par trees behind\\par}"),
        ("a.eml", "From: a@trees.example\r\nTo: b@trees.example\r\nSubject: 机密★10年\r\n\r\nbehind\r\n"),
    ] {
        let mut bytes = zip(&[(name, content.as_bytes())], CompressionMethod::Stored);
        let at = place(&bytes, b"behind");
        bytes[at] ^= 1;
        let report = scanner.scan_bytes(Some("a.zip"), &bytes);
        assert!(!report.findings.is_empty(), "{name}");
        assert!(report.gaps.iter().any(|gap| gap.reason == GapReason::Damaged), "{name}: {:?}", report.gaps);
    }
}

#[test]
fn what_stands_four_thousand_bytes_before_a_break_is_read() {
    let paragraphs = |from: u32, number: u32| -> String {
        let number_of = |n: u32| n.wrapping_mul(2_654_435_761);
        (from..from + number).map(|n| format!("<w:p><w:r><w:t>植树 {}</w:t></w:r></w:p>", number_of(n))).collect()
    };
    let behind = paragraphs(3000, 110);
    assert!((4096..6 * 1024).contains(&behind.len()));
    let text = format!("{}<w:p><w:r><w:t>机密★10年</w:t></w:r></w:p>{behind}", paragraphs(0, 3000));
    let document = format!("<w:document xmlns:w=\"w\"><w:body>{text}");
    // Whole blocks, and one of a type there is none of (RFC 1951, 3.2.3).
    let mut packed = Vec::with_capacity(document.len() + 64);
    flate2::Compress::new(flate2::Compression::default(), false)
        .compress_vec(document.as_bytes(), &mut packed, flate2::FlushCompress::Full)
        .expect("packed");
    packed.extend([0xFF; 100]);
    let name = "word/document.xml";
    let mut broken = zip(&[("[Content_Types].xml", b"<Types/>"), (name, &packed)], CompressionMethod::Stored);
    // It is written as stored and becomes deflated in both its headers (APPNOTE 4.3.7, 4.3.12).
    let names: Vec<usize> = (0..broken.len()).filter(|at| broken[*at..].starts_with(name.as_bytes())).collect();
    let [local, central] = names[..] else { panic!("a name in each header") };
    for (method, length) in [(local - 30 + 8, local - 30 + 22), (central - 46 + 10, central - 46 + 24)] {
        broken[method] = 8;
        broken[length..length + 4].copy_from_slice(&(document.len() as u32).to_le_bytes());
    }
    let report = Scanner::builtin().expect("built-in packs").scan_bytes(Some("a.docx"), &broken);
    assert!(report.findings.iter().any(|finding| finding.rule.starts_with("prc.state-secret")), "{:?}", report.gaps);
    assert!(report.gaps.iter().any(|gap| gap.reason == GapReason::Damaged), "{:?}", report.gaps);
}
