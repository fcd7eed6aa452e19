//! Mail and archives as properties: how a mark is cut for transport changes nothing, and any
//! bytes behind any signature come to an end.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use mizha::model::{GapReason, Limit, Limits, Verdict};
use mizha::scan::{Options, Scanner};
use proptest::prelude::*;

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| Scanner::builtin().expect("built-in packs are valid"));

const HEAD: &str = "From: a@trees.example\r\nTo: b@trees.example\r\nMIME-Version: 1.0\r\n";
const LETTER: &str = "000001\r\n机密★10年\r\n特急\r\n关于开展植树演练的通知\r\n";

fn verdict(name: &str, bytes: &[u8]) -> Verdict {
    SCANNER.scan_bytes(Some(name), bytes).verdict
}

fn message(headers: &str, body: &str) -> Verdict {
    verdict("a.eml", format!("{HEAD}{headers}\r\n{body}").as_bytes())
}

#[test]
fn a_soft_break_anywhere_in_quoted_printable_changes_nothing() {
    let encoded: String = encoding_rs::GB18030.encode(LETTER).0.iter().map(|b| format!("={b:02X}")).collect();
    let headers = "Content-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: quoted-printable\r\n";
    for cut in (3..encoded.len()).step_by(3) {
        let body = format!("{}=\r\n{}\r\n", &encoded[..cut], &encoded[cut..]);
        assert_eq!(message(headers, &body), Verdict::Block, "cut at {cut}");
    }
}

#[test]
fn the_length_of_base64_lines_changes_nothing() {
    let encoded = base64(LETTER.as_bytes());
    let headers = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n";
    for length in 1..encoded.len() {
        let lines: Vec<&str> =
            (0..encoded.len()).step_by(length).map(|at| &encoded[at..(at + length).min(encoded.len())]).collect();
        assert_eq!(message(headers, &lines.join("\r\n")), Verdict::Block, "lines of {length}");
    }
}

#[test]
fn an_encoded_word_split_at_any_byte_changes_nothing() {
    for (charset, raw) in
        [("utf-8", "机密★10年".as_bytes().to_vec()), ("gb2312", encoding_rs::GBK.encode("机密★10年").0.into_owned())]
    {
        for cut in 1..raw.len() {
            let subject = format!(
                "Subject: =?{charset}?B?{}?=\r\n =?{charset}?B?{}?=\r\n",
                base64(&raw[..cut]),
                base64(&raw[cut..])
            );
            assert_eq!(message(&subject, "spades\r\n"), Verdict::Block, "{charset} cut at {cut}");
        }
    }
}

#[test]
fn every_order_of_nesting_reads_the_same() {
    for order in 0..3usize.pow(3) {
        let (mut bytes, mut name) = (LETTER.as_bytes().to_vec(), "plan.txt".to_string());
        for layer in [order % 3, order / 3 % 3, order / 9] {
            (name, bytes) = wrapped(layer, &name, &bytes);
        }
        assert_eq!(verdict(&name, &bytes), Verdict::Block, "{name}");
    }
}

fn wrapped(layer: usize, name: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    match layer {
        0 => {
            let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
            gz.write_all(bytes).expect("written to memory");
            (format!("{name}.gz"), gz.finish().expect("written to memory"))
        }
        1 => {
            let mut builder = tar::Builder::new(Vec::new());
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            builder.append_data(&mut header, name, bytes).expect("written to memory");
            (format!("{name}.tar"), builder.into_inner().expect("written to memory"))
        }
        _ => {
            let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("a new member");
            writer.write_all(bytes).expect("written to memory");
            (format!("{name}.zip"), writer.finish().expect("written to memory").into_inner())
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes.chunks(3).fold(String::new(), |mut out, group| {
        let bits = (0..3).fold(0u32, |bits, n| bits << 8 | u32::from(group.get(n).copied().unwrap_or(0)));
        for n in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * n) & 63) as usize] as char;
            let _ = write!(out, "{}", if n <= group.len() { letter } else { '=' });
        }
        out
    })
}

#[test]
fn a_zip_behind_a_member_too_long_to_be_held_is_a_gap() {
    let (_, plain) = wrapped(2, "plan.txt", LETTER.as_bytes());
    let road = "Oaks, limes and maples stand along the road.\n".repeat(6000);
    let (name, bytes) = wrapped(2, "road.txt", &[road.as_bytes(), &plain].concat());
    let limits = Limits { held_bytes: 1 << 20, ..Limits::default() };
    let scanner = Scanner::new(SCANNER.rules().clone(), Options { limits, ..Options::default() });
    let report = scanner.scan_bytes(Some(&name), &bytes);
    let told = report.gaps.iter().any(|gap| gap.reason == GapReason::Limit(Limit::HeldBytes));
    assert!(told, "it is longer than a quarter of what may be held");
    assert_eq!(verdict(&name, &bytes), Verdict::Block);
}

#[test]
fn a_picture_cut_anywhere_is_never_clear() {
    for name in SAMPLES.iter().filter(|name| name.starts_with("pictures/")) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
        let bytes = std::fs::read(path).expect("a sample");
        for cut in 16..bytes.len() {
            let report = SCANNER.scan_bytes(Some(name), &bytes[..cut]);
            assert!(report.verdict >= Verdict::Uninspected, "{name} cut at {cut}");
        }
    }
}

/// Beginnings that lead into each reader.
const BEGINNINGS: [&[u8]; 28] = [
    b"\x1f\x8b\x08\0\0\0\0\0\0\xff",
    b"BZh91AY&SY",
    b"\xFD7zXZ\0\0\x04",
    b"LZIP\x01\x0C",
    b"\x28\xB5\x2F\xFD\x04\x58",
    b"\x5D\0\0\x10\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0",
    b"7z\xBC\xAF\x27\x1C\0\x04",
    b"Rar!\x1A\x07\x00",
    b"Rar!\x1A\x07\x01\0",
    b"MSCF\0\0\0\0",
    b"!<arch>\nplan.txt/",
    b"070701",
    b"PK\x03\x04\x14\0\0\0\x0E\0",
    b"\x78\x9F\x3E\x22\x01\0",
    b"\x30\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02\xA0\x80",
    b"From a\nFrom: a\nTo: b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n",
    b"From: a\nTo: b\nContent-Type: multipart/mixed; boundary=x\nContent-Type: message/rfc822\n\n--x\n",
    b"see\n-----BEGIN PKCS7-----\n",
    b"\xFF\xD8\xFF\xE1\x00\x40Exif\0\0II*\0\x08\0\0\0",
    b"\xFF\xD8\xFF\xED\x00\x40Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x20\x1C\x02",
    b"\x89PNG\r\n\x1A\n\0\0\0\x20zTXta\0\0\x78\x9C",
    b"GIF89a\x01\0\x01\0\0\0\0!\xFE",
    b"RIFF\xFF\0\0\0WEBPEXIF",
    b"MM\0*\0\0\0\x08",
    b"8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x01\0\0\0\x01\0\x08\0\x03\0\0\0\0\0\0",
    b"ID3\x04\0\x40\0\0\x02\0",
    b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\0moov\0\0\x01\0udta\0\0\0\x80meta",
    b"MZ\x90\0\x03\0\0\0Rar!\x1A\x07\0\0\0\x73",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_behind_a_signature_come_to_an_end(which in 0..BEGINNINGS.len(), rest in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let bytes = [BEGINNINGS[which], &rest].concat();
        let report = SCANNER.scan_bytes(None, &bytes);
        prop_assert!(report.gaps.iter().all(|gap| gap.reason != GapReason::Timeout));
    }

    #[test]
    fn a_sample_with_one_byte_changed_comes_to_an_end(sample in 0..SAMPLES.len(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(SAMPLES[sample]);
        let mut bytes = std::fs::read(path).expect("a sample");
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let report = SCANNER.scan_bytes(None, &bytes);
        prop_assert!(report.gaps.iter().all(|gap| gap.reason != GapReason::Timeout));
    }
}

const SAMPLES: [&str; 28] = [
    "archives/marked.7z",
    "archives/marked-ppmd.7z",
    "archives/marked-rar4.rar",
    "archives/marked-rar5.rar",
    "archives/marked.cab",
    "archives/marked.tar",
    "archives/marked.tar.xz",
    "archives/marked.tar.bz2",
    "archives/marked.tar.zst",
    "archives/marked.tar.lz",
    "archives/marked.tar.lzma",
    "archives/marked-lzma.zip",
    "mail/winmail.dat",
    "mail/signed.eml",
    "archives/text-and-zip.txt",
    "archives/program-and-7z.exe",
    "archives/file-comment-rar5.rar",
    "archives/trailing-text-rar4.rar",
    "pictures/user-comment.jpg",
    "pictures/extended-xmp.jpg",
    "pictures/iptc.jpg",
    "pictures/international-text.png",
    "pictures/profile.png",
    "pictures/xmp.gif",
    "pictures/exif.webp",
    "pictures/lyrics.mp3",
    "pictures/wide-title.mp4",
    "pictures/comment.tif",
];
