//! Parts of documents that were read to their end and in which nothing was found, so that they are not read
//! again in the next document of the same template. Known by their fingerprints only, to one set of rules
//! and one process; bounded, and nothing of what they say is kept.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::extract::Fingerprint;

/// Parts that are remembered.
const PARTS: usize = 4096;

/// What is remembered, shared by the threads of a scanner.
#[derive(Default)]
pub(super) struct Quiet(Mutex<Parts>);

#[derive(Default)]
struct Parts {
    known: HashSet<Fingerprint>,
    oldest_first: VecDeque<Fingerprint>,
}

impl Quiet {
    pub(super) fn holds(&self, part: &Fingerprint) -> bool {
        self.lock().known.contains(part)
    }

    /// Remembers a part; the oldest makes room.
    pub(super) fn add(&self, part: Fingerprint) {
        let mut parts = self.lock();
        if parts.known.insert(part) {
            parts.oldest_first.push_back(part);
            if parts.oldest_first.len() > PARTS
                && let Some(oldest) = parts.oldest_first.pop_front()
            {
                parts.known.remove(&oldest);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Quiet(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::super::Scanner;
    use super::*;
    use crate::model::Verdict;

    /// A document with these styles and this text.
    fn docx(styles: &str, text: &str) -> Vec<u8> {
        let space = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main""#;
        package(&[
            ("word/document.xml", &format!("<w:document {space}><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:document>")),
            ("word/styles.xml", &format!("<w:styles {space}><w:name w:val=\"{styles}\"/></w:styles>")),
        ])
    }

    fn package(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in [("[Content_Types].xml", "<Types/>")].iter().chain(parts) {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a member");
            zip.write_all(content.as_bytes()).expect("written");
        }
        zip.finish().expect("a zip").into_inner()
    }

    fn remembered(scanner: &Scanner) -> usize {
        scanner.quiet.lock().known.len()
    }

    #[test]
    fn a_part_with_nothing_in_it_is_remembered_and_what_is_found_elsewhere_is_found() {
        let scanner = Scanner::builtin().expect("built-in packs");
        let verdict = |bytes: &[u8]| scanner.scan_bytes(Some("a.docx"), bytes).verdict;
        assert_eq!(verdict(&docx("Heading 1", "植树")), Verdict::Clear);
        assert_eq!(remembered(&scanner), 1);
        assert_eq!(verdict(&docx("Heading 1", "机密★10年")), Verdict::Block);
        assert_eq!(verdict(&docx("Heading 1", "植树")), Verdict::Clear);
        assert_eq!(remembered(&scanner), 1);
    }

    #[test]
    fn a_part_in_which_something_is_found_or_that_is_damaged_is_read_every_time() {
        let scanner = Scanner::builtin().expect("built-in packs");
        let marked = docx("机密★10年", "植树");
        let mut broken = docx(&"Heading".repeat(90), "植树");
        let at = broken.windows(15).position(|name| name == b"word/styles.xml").expect("the member");
        broken[at + 15] ^= 0x55;
        for (bytes, name) in [(marked, "marked"), (broken, "broken")] {
            let first = scanner.scan_bytes(Some("a.docx"), &bytes);
            let second = scanner.scan_bytes(Some("a.docx"), &bytes);
            assert!(first.verdict != Verdict::Clear && first.verdict == second.verdict, "{name}");
            assert_eq!((first.findings.len(), &first.gaps), (second.findings.len(), &second.gaps), "{name}");
            assert_eq!(remembered(&scanner), 0, "{name}");
        }
    }

    #[test]
    fn a_part_that_its_workbook_calls_a_sheet_is_read_every_time() {
        let scanner = Scanner::builtin().expect("built-in packs");
        let book = package(&[
            ("xl/workbook.xml", r#"<workbook><sheets><sheet name="A" id="r1"/></sheets></workbook>"#),
            (
                "xl/_rels/workbook.xml.rels",
                r#"<Relationships><Relationship Id="r1" Target="theme/theme1.xml"/></Relationships>"#,
            ),
            ("xl/theme/theme1.xml", "<worksheet><sheetData><row><c><v>7</v></c></row></sheetData></worksheet>"),
        ]);
        assert_eq!(scanner.scan_bytes(Some("a.xlsx"), &book).verdict, Verdict::Clear);
        assert_eq!(remembered(&scanner), 0);
    }

    #[test]
    fn what_is_not_unpacked_again_still_counts() {
        let bytes = docx(&"Heading".repeat(9000), "植树");
        let builtin = Scanner::builtin().expect("built-in packs");
        let mut options = builtin.options.clone();
        options.limits.total_bytes = 70_000;
        let scanner = Scanner { options, ..builtin };
        let two = {
            let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
            for name in ["a.docx", "b.docx"] {
                zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
                zip.write_all(&bytes).expect("written");
            }
            zip.finish().expect("a zip").into_inner()
        };
        for _ in 0..2 {
            assert_eq!(scanner.scan_bytes(Some("two.zip"), &two).verdict, Verdict::Uninspected);
        }
    }

    #[test]
    fn the_oldest_makes_room() {
        let quiet = Quiet::default();
        let part = |n: usize| Fingerprint::new(&n.to_le_bytes(), "Deflated", 0, 0, b"");
        (0..=PARTS).for_each(|n| quiet.add(part(n)));
        (0..=PARTS).for_each(|_| quiet.add(part(PARTS)));
        assert!(!quiet.holds(&part(0)) && quiet.holds(&part(1)) && quiet.holds(&part(PARTS)));
        assert_eq!(quiet.lock().known.len(), PARTS);
    }
}
