//! What lies in many documents, was read to its end and had nothing in it: parts of a template, emblems, short
//! texts such as the names of parts and programs. From the third time on it is not read again. Known by
//! fingerprints only, to one set of rules and one process; bounded, and nothing of what it says is kept. What
//! comes once is never hashed: only what looks like something seen before is.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::extract::{Fingerprint, Glance};

/// Fingerprints of one sort that are remembered.
const REMEMBERED: usize = 4096;
/// Things that are remembered by how they look.
const GLIMPSED: usize = 4 * REMEMBERED;

/// What is remembered, shared by the threads of a scanner.
#[derive(Debug, Default)]
pub(super) struct CleanCache {
    /// Parts and pictures.
    pub(super) parts: FingerprintSet,
    /// Short texts, which are many and do not crowd out parts.
    pub(super) texts: FingerprintSet,
}

/// Fingerprints of one sort.
#[derive(Default)]
pub(super) struct FingerprintSet(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    glimpsed: HashSet<Glance>,
    known: HashSet<Fingerprint>,
    oldest_first: VecDeque<Fingerprint>,
}

impl FingerprintSet {
    /// Something that looks like this was seen before; from now on it was.
    pub(super) fn has_glimpsed(&self, glance: Glance) -> bool {
        let mut prints = self.lock();
        if prints.glimpsed.len() >= GLIMPSED {
            prints.glimpsed.clear();
        }
        !prints.glimpsed.insert(glance)
    }

    pub(super) fn holds(&self, print: &Fingerprint) -> bool {
        self.lock().known.contains(print)
    }

    /// Remembers one; the oldest makes room.
    pub(super) fn add(&self, print: Fingerprint) {
        let mut prints = self.lock();
        if prints.known.insert(print) {
            prints.oldest_first.push_back(print);
            if prints.oldest_first.len() > REMEMBERED
                && let Some(oldest) = prints.oldest_first.pop_front()
            {
                prints.known.remove(&oldest);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for FingerprintSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prints(..)")
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

    /// Parts and pictures, beside the one that every package here has: the list of types.
    fn remembered(scanner: &Scanner) -> usize {
        scanner.clean.parts.lock().known.len() - 1
    }

    #[test]
    fn a_part_with_nothing_in_it_is_remembered_and_what_is_found_elsewhere_is_found() {
        let scanner = Scanner::builtin().expect("built-in packs");
        let verdict = |bytes: &[u8]| scanner.scan_bytes(Some("a.docx"), bytes).verdict;
        assert_eq!(verdict(&docx("Heading 1", "植树")), Verdict::Clear);
        assert_eq!(scanner.clean.parts.lock().known.len(), 0, "what comes once is not hashed");
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
            let [second, third] = [(); 2].map(|()| scanner.scan_bytes(Some("a.docx"), &bytes));
            assert_eq!((second.findings.len(), &second.gaps), (third.findings.len(), &third.gaps), "{name}");
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
        for _ in 0..3 {
            assert_eq!(scanner.scan_bytes(Some("a.xlsx"), &book).verdict, Verdict::Clear);
        }
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
        for _ in 0..4 {
            assert_eq!(scanner.scan_bytes(Some("two.zip"), &two).verdict, Verdict::Uninspected);
        }
    }

    #[test]
    fn the_oldest_makes_room() {
        let prints = FingerprintSet::default();
        let print = |n: usize| Fingerprint::of_picture(&n.to_le_bytes());
        (0..=REMEMBERED).for_each(|n| prints.add(print(n)));
        (0..=REMEMBERED).for_each(|_| prints.add(print(REMEMBERED)));
        assert!(!prints.holds(&print(0)) && prints.holds(&print(1)) && prints.holds(&print(REMEMBERED)));
        assert_eq!(prints.lock().known.len(), REMEMBERED);
    }

    #[test]
    fn a_short_text_is_told_wherever_it_stands_and_looked_for_anew_in_another_kind_of_part() {
        let scanner = Scanner::builtin().expect("built-in packs");
        let marked = docx("Heading 1", "机密★10年");
        let mut found = [0; 3];
        for found in &mut found {
            let report = scanner.scan_bytes(Some("机密★10年.docx"), &marked);
            assert_eq!(report.verdict, Verdict::Block);
            *found = report.findings.len();
        }
        assert!(found.iter().all(|one| *one == found[0]));
        let named = |name: &str| scanner.scan_bytes(Some(name), b"\n").verdict;
        assert_eq!((named("植树.txt"), named("植树.txt")), (Verdict::Clear, Verdict::Clear));
        let texts = scanner.clean.texts.lock().known.len();
        assert!(texts > 0, "names of parts with nothing in them");
        // A name that says nothing says something as a text.
        let (name, other) = ("内部资料.txt", Scanner::builtin().expect("built-in packs"));
        (0..3).for_each(|_| _ = named(name));
        let (after, alone) = (scanner.scan_bytes(None, name.as_bytes()), other.scan_bytes(None, name.as_bytes()));
        assert_eq!((after.verdict, after.findings.len()), (alone.verdict, alone.findings.len()));
    }

    #[test]
    fn an_emblem_is_read_once_and_one_that_speaks_every_time() {
        let scanner = Scanner::builtin().expect("built-in packs");
        let comment = |text: &str| {
            let length = (text.len() as u16 + 2).to_be_bytes();
            [&[0xFF, 0xD8, 0xFF, 0xFE][..], &length, text.as_bytes(), &[0xFF, 0xD9]].concat()
        };
        let letter = |emblem: &[u8]| {
            let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
            for (name, content) in [("[Content_Types].xml", &b"<Types/>"[..]), ("word/media/image1.jpeg", emblem)] {
                zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
                zip.write_all(content).expect("written");
            }
            zip.finish().expect("a zip").into_inner()
        };
        for (text, remembered_then) in [("机密★10年", 0), ("植树", 1)] {
            let bytes = letter(&comment(text));
            let first = scanner.scan_bytes(Some("a.docx"), &bytes);
            for _ in 0..2 {
                let later = scanner.scan_bytes(Some("a.docx"), &bytes);
                assert_eq!(first.findings.len(), later.findings.len(), "{text}");
                assert_eq!((first.verdict, &first.gaps), (later.verdict, &later.gaps), "{text}");
            }
            assert_eq!(first.verdict == Verdict::Block, remembered_then == 0, "{text}");
            assert_eq!(remembered(&scanner), remembered_then, "{text}");
        }
    }
}
