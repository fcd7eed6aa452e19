//! Lists as people send them: encodings, headings, and what spreadsheets do to terms.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::model::{Lang, Tier};
use crate::pack::{Confidence, Pack, common};

fn planned(name: &str, bytes: &[u8]) -> Plan {
    plan(&read(name, bytes, Reading::default()).expect("read"), false)
}

fn terms(plan: &Plan) -> Vec<&str> {
    plan.taken.iter().map(|row| row.term.as_str()).collect()
}

/// Row number and the first words of each refusal.
fn refusals(plan: &Plan) -> Vec<(usize, &str)> {
    plan.refused.iter().map(|refused| (refused.row, &*refused.reason.en)).collect()
}

#[test]
fn one_list_in_three_encodings_is_one_list() {
    let text = "昆仑苗圃\r\n# 注释\r\n\r\n祁连苗圃\r\n";
    let (gb, _, _) = encoding_rs::GB18030.encode(text);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for bytes in [text.as_bytes(), &gb, &utf16, &marked] {
        let plan = planned("names.txt", bytes);
        assert_eq!(terms(&plan), ["昆仑苗圃", "祁连苗圃"]);
        assert_eq!(plan.taken[1].row, 4);
    }
    let odd = read("names.txt", b"\xff\xff\x80", Reading::default()).expect_err("no text");
    assert!(odd.en.contains("--encoding"));
    assert!(read("names.doc", b"", Reading::default()).is_err());
}

#[test]
fn columns_are_told_by_their_headings_and_dangerous_terms_are_refused() {
    let csv = "备注;名称;密级;同时出现;可信度\n春季;昆仑苗圃;工作秘密;;高\n;青松;内部;苗圃、育苗;\n;的;;;\n;应当;;;\n;昆 仑 苗圃;;;\n\
               ;GL-7;外星;;\n;2024;;;\n;\"上\n下\";;;\n";
    let plan = planned("names.csv", csv.as_bytes());
    assert!(plan.has_heading);
    assert_eq!(terms(&plan), ["昆仑苗圃", "青松"]);
    let (first, second) = (&plan.taken[0], &plan.taken[1]);
    assert_eq!((first.tier, first.confidence), (Some(Tier::WorkSecret), Some(Confidence::High)));
    assert_eq!(first.note.as_deref(), Some("春季"));
    assert_eq!(second.near, ["苗圃", "育苗"]);
    let why = refusals(&plan);
    let starts = [
        "a single character",
        "an ordinary word",
        "the same as row 2",
        "`外星` is no tier",
        "a short number",
        "several lines",
    ];
    assert_eq!(why.len(), starts.len(), "{why:?}");
    for ((_, reason), start) in why.iter().zip(starts) {
        assert!(reason.starts_with(start), "{reason}");
    }
    assert!(plan.refused[0].dangerous && !plan.refused[2].dangerous);
}

/// A workbook of one sheet with these cells, as a spreadsheet program writes them.
fn workbook(cells: &str) -> Vec<u8> {
    let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    let rels = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let book = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="项目" sheetId="1" r:id="r1"/><sheet name="旧" sheetId="2" r:id="r2"/></sheets></workbook>"#;
    let book_rels = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="r3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
    let styles = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>"#;
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>"#
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", types),
        ("_rels/.rels", rels),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", book_rels),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", &sheet),
        ("xl/worksheets/sheet2.xml", &sheet),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).expect("a member");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("a zip").into_inner()
}

#[test]
fn what_a_spreadsheet_did_to_a_term_is_told() {
    let text = |at: &str, text: &str| format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    let cells = [
        format!("<row r=\"1\">{}{}</row>", text("A1", "序号"), text("B1", "项目名称")),
        format!("<row r=\"2\"><c r=\"A2\"><v>1</v></c>{}</row>", text("B2", " 昆仑苗圃 ")),
        "<row r=\"3\"><c r=\"B3\"><v>20260101</v></c></row>".to_string(),
        format!("<row r=\"5\">{}</row>", text("B5", "000713")),
        "<row r=\"6\"><c r=\"B6\" s=\"1\"><v>46000</v></c></row>".to_string(),
        "<row r=\"7\"><c r=\"B7\" t=\"e\"><v>#N/A</v></c></row>".to_string(),
        format!("<row r=\"8\"><c r=\"A8\"><v>7</v></c></row><row r=\"9\">{}</row>", text("B9", "昆仑苗圃")),
    ];
    let rows = read("names.xlsx", &workbook(&cells.concat()), Reading::default()).expect("read");
    assert!(rows.notes.iter().any(|note| note.get(Lang::Zh).contains("未读取：旧")), "{:?}", rows.notes);
    let plan = plan(&rows, false);
    // Text keeps its zeros; a number cannot say whether it had any.
    assert_eq!(terms(&plan), ["昆仑苗圃", "20260101", "000713"]);
    assert_eq!(plan.taken[0].id.as_deref(), Some("1"));
    assert!(plan.taken[1].remark.as_ref().is_some_and(|remark| remark.en.contains("leading zeros")));
    let why = refusals(&plan);
    let wanted =
        [(6, "the cell is a date"), (7, "the cell is an error"), (8, "the term is empty"), (9, "the same as row 2")];
    assert_eq!(why.len(), wanted.len(), "{why:?}");
    for ((row, reason), (number, start)) in why.iter().zip(wanted) {
        assert!(*row == number && reason.starts_with(start), "row {row}: {reason}");
    }
    for bytes in [&b"PK\x03\x04"[..], b"", &workbook("<row r=\"1\"><c r=\"A")] {
        assert!(read("names.xlsx", bytes, Reading::default()).is_err());
    }
}

#[test]
fn an_import_over_a_pack_keeps_comments_rules_and_ids() {
    let header = Header {
        id: "trees".into(),
        version: "1".into(),
        title: "树木".into(),
        tier: Tier::Internal,
        confidence: Confidence::High,
        source: "names.txt".into(),
    };
    let first = write(&header, &planned("a.txt", "昆仑苗圃\n祁连苗圃\n".as_bytes()).taken, None).expect("written");
    let edited = first.replace("confidence = \"high\"", "confidence = \"low\"  # the director's wish")
        + "\n[[list]]\nid = \"trees.more\"\ntitle = { en = \"More\", zh = \"更多\" }\ntier = \"internal\"\nreferences = [\"by hand\"]\nterms = [\"天山苗圃\"]\n";
    let rows = planned("a.txt", "祁连苗圃\n阴山苗圃\n".as_bytes()).taken;
    let header = Header { version: "2".into(), ..header };
    let again = write(&header, &rows, Some(&edited)).expect("written");
    assert!(again.contains("# the director's wish") && again.starts_with("#:schema"), "{again}");
    let pack = Pack::parse("trees.toml", &again, Some(&common().expect("common"))).expect("a pack");
    let ids = |at: usize| {
        pack.rules[at].terms.iter().map(|term| (term.written.to_string(), term.id.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(&*pack.version, "2");
    assert_eq!(ids(0), [("祁连苗圃".into(), "t00002".into()), ("阴山苗圃".into(), "t00003".into())]);
    assert_eq!(ids(1), [("天山苗圃".into(), "1".into())]);
    assert_eq!(pack.rules[0].standing.confidence, Some(Confidence::Low));
    // Terms somebody wrote as one text keep their ids too.
    let (before, _) = first.split_once("terms = [").expect("terms");
    let text = format!("{before}terms = \"昆仑苗圃\\tt00001\\n祁连苗圃\\tt00002\"\n");
    let again = write(&header, &rows, Some(&text)).expect("written");
    assert!(again.contains("t00002") && again.contains("t00003") && !again.contains("t00001"), "{again}");
}
