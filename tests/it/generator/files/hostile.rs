//! Damaged, disguised and malicious files, each small. None of them is ever clear.

use std::io::{Cursor, Write};

use super::package::{Docx, letter_body, p, zip};

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let letter = Docx::letter().build();
    let text = |name: &str, text: &str| (name.to_string(), text.as_bytes().to_vec());
    let marked = Docx::new(&format!("{}{}", p("机密★10年"), letter_body())).build();
    let cut = letter[..letter.len() * 2 / 3].to_vec();
    let cases = vec![
        ("truncated.docx", cut),
        ("docx-named.txt", marked.clone()),
        ("text-named.docx", "机密★10年\n植树演练\n".as_bytes().to_vec()),
        ("zip-named.jpg", zip(&[text("plan.txt", "秘密★5年\n")])),
        ("password.zip", with_flag(zip(&[text("plan.txt", "see you at the trees\n")]))),
        ("encrypted-office.docx", encrypted_office()),
        ("duplicate-names.zip", duplicate_names()),
        ("not-in-the-directory.zip", not_in_the_directory()),
        ("nested-12-deep.zip", nested(12)),
        (
            "named-as-relations.docx",
            Docx::letter().bytes("word/_rels/other.rels", zip(&[("plan.docx".to_string(), marked.clone())])).build(),
        ),
        ("two-deep.zip", zip(&[("inner.zip".to_string(), zip(&[("plan.docx".to_string(), marked)]))])),
        ("deep-xml.docx", Docx::letter().part("word/deep.xml", &deep_xml(2000)).build()),
        ("entity-bomb.docx", Docx::letter().part("word/bomb.xml", ENTITY_BOMB).build()),
        ("unknown.bin", (0..2000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
    ];
    cases.into_iter().map(|(name, bytes)| (format!("hostile/{name}"), bytes)).collect()
}

/// Sets the encryption flag in the local and the central header of a one-member zip.
fn with_flag(mut zip: Vec<u8>) -> Vec<u8> {
    zip[6] |= 1;
    if let Some(at) = find(&zip, b"PK\x01\x02") {
        zip[at + 8] |= 1;
    }
    zip
}

/// What Office writes for a document with a password: a compound file with these two streams.
pub(crate) fn encrypted_office() -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("created in memory");
    for (name, bytes) in [("EncryptionInfo", &[4u8, 0, 4, 0, 64, 0, 0, 0][..]), ("EncryptedPackage", &[0x5A; 512][..])]
    {
        file.create_stream(name).expect("a new stream").write_all(bytes).expect("written to memory");
    }
    file.flush().expect("flushed to memory");
    file.into_inner().into_inner()
}

/// Two members of one name; the first is the one a careless reader never sees.
fn duplicate_names() -> Vec<u8> {
    let text = |text: &str| text.as_bytes().to_vec();
    let mut bytes = zip(&[("aaa.txt".into(), text("机密★10年\n")), ("bbb.txt".into(), text("植树通知\n"))]);
    while let Some(at) = find(&bytes, b"aaa.txt") {
        bytes[at..at + 3].copy_from_slice(b"bbb");
    }
    bytes
}

/// A member whose directory entry is gone.
fn not_in_the_directory() -> Vec<u8> {
    let hidden = zip(&[("hidden.txt".to_string(), "机密★10年\n".as_bytes().to_vec())]);
    let local = &hidden[..find(&hidden, b"PK\x01\x02").unwrap_or(hidden.len())];
    let shown = zip(&[("shown.txt".to_string(), "植树通知\n".as_bytes().to_vec())]);
    [local, &shown[..]].concat()
}

fn nested(depth: usize) -> Vec<u8> {
    let mut inner = zip(&[("plan.txt".to_string(), "植树通知\n".as_bytes().to_vec())]);
    for _ in 1..depth {
        inner = zip(&[("inner.zip".to_string(), inner)]);
    }
    inner
}

fn deep_xml(depth: usize) -> String {
    format!("<?xml version=\"1.0\"?>{}x{}", "<a>".repeat(depth), "</a>".repeat(depth))
}

const ENTITY_BOMB: &str = concat!(
    "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">",
    "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">",
    "<!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\">]><a>&f;</a>"
);

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
