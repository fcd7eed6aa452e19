//! Lists as people send them: encodings, headings, and what spreadsheets do to terms.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::model::Tier;
use crate::pack::{Confidence, Pack, common};

fn planned(name: &str, bytes: &[u8]) -> ImportPlan {
    plan(&read(name, bytes, TableOptions::default()).expect("read"), &Choices::default()).expect("a plan")
}

fn terms(plan: &ImportPlan) -> Vec<&str> {
    plan.taken.iter().map(|row| row.term.as_str()).collect()
}

/// Row number and the first words of each refusal.
fn refusals(plan: &ImportPlan) -> Vec<(usize, &str)> {
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
    let odd = read("names.txt", b"\xff\xff\x80", TableOptions::default()).expect_err("no text");
    assert!(odd.en.contains("--encoding"));
    assert!(read("names.doc", b"", TableOptions::default()).is_err());
}

#[test]
fn columns_are_told_by_their_headings_and_dangerous_terms_are_refused() {
    let csv = "备注;名称;密级;同时出现;可信度\n春季;昆仑苗圃;工作秘密;;高\n;青松;内部;苗圃、育苗;\n;的;;;\n;应当;;;\n;昆 仑 苗圃;;;\n\
               ;2024;;;\n;\"上\n下\";;;\n;GL-7;外星;;\n";
    let plan = planned("names.csv", csv.as_bytes());
    assert_eq!(terms(&plan), ["昆仑苗圃", "青松"]);
    let (first, second) = (&plan.taken[0], &plan.taken[1]);
    assert_eq!((first.tier, first.confidence), (Some(Tier::WorkSecret), Some(Confidence::High)));
    assert_eq!(first.note.as_deref(), Some("春季"));
    assert_eq!(second.near, ["苗圃", "育苗"]);
    let why = refusals(&plan);
    let starts = ["a single character", "an ordinary word", "a short number", "several lines", "`外星` is no tier"];
    assert_eq!(why.len(), starts.len(), "{why:?}");
    for ((_, reason), start) in why.iter().zip(starts) {
        assert!(reason.starts_with(start), "{reason}");
    }
    assert!(plan.refused[0].dangerous && !plan.refused[4].dangerous);
    assert_eq!((plan.left_out[0].row, &*plan.left_out[0].reason.en), (6, "the same as row 2"));
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
    let rows = read("names.xlsx", &workbook(&cells.concat()), TableOptions::default()).expect("read");
    let sheets: Vec<_> = rows.iter().map(|table| table.sheet.as_deref()).collect();
    assert_eq!(sheets, [Some("项目"), Some("旧")]);
    let plan = plan(&rows[..1], &Choices::default()).expect("a plan");
    // Text keeps its zeros; a number cannot say whether it had any.
    assert_eq!(terms(&plan), ["昆仑苗圃", "20260101", "000713"]);
    // The number of a row is no identifier: it changes with every new row.
    assert_eq!(plan.taken[0].id, None);
    assert!(plan.taken[1].remark.as_ref().is_some_and(|remark| remark.en.contains("leading zeros")));
    let why = refusals(&plan);
    assert_eq!(plan.left_out.iter().map(|left| left.row).collect::<Vec<_>>(), [9]);
    let wanted = [(6, "the cell is a date"), (7, "the cell is an error"), (8, "the term is empty")];
    assert_eq!(why.len(), wanted.len(), "{why:?}");
    for ((row, reason), (number, start)) in why.iter().zip(wanted) {
        assert!(*row == number && reason.starts_with(start), "row {row}: {reason}");
    }
    for bytes in [&b"PK\x03\x04"[..], b"", &workbook("<row r=\"1\"><c r=\"A")] {
        assert!(read("names.xlsx", bytes, TableOptions::default()).is_err());
    }
}

#[test]
fn an_import_over_a_pack_keeps_comments_rules_and_ids() {
    let header = PackHeader {
        id: "trees".into(),
        version: "1".into(),
        title: "树木".into(),
        tier: Tier::Internal,
        confidence: Confidence::High,
        source: "names.txt".into(),
        naming: Naming::Counted,
    };
    let first = write(&header, &planned("a.txt", "昆仑苗圃\n祁连苗圃\n".as_bytes()).taken, None).expect("written");
    let edited = first.replace("confidence = \"high\"", "confidence = \"low\"  # the director's wish")
        + "\n[[list]]\nid = \"trees.more\"\ntitle = { en = \"More\", zh = \"更多\" }\ntier = \"internal\"\nreferences = [\"by hand\"]\nterms = [\"天山苗圃\"]\n";
    let rows = planned("a.txt", "祁连苗圃\n阴山苗圃\n".as_bytes()).taken;
    let header = PackHeader { version: "2".into(), ..header };
    let again = write(&header, &rows, Some(&edited)).expect("written");
    assert!(again.contains("# the director's wish") && again.starts_with("#:schema"), "{again}");
    let pack = Pack::parse("trees.toml", &again, Some(&common().expect("common"))).expect("a pack");
    let ids = |at: usize| {
        pack.rules[at]
            .terms
            .iter()
            .filter_map(|term| Some((term.wording?.written.to_string(), term.id.to_string())))
            .collect::<Vec<_>>()
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

/// Term and tier of every row taken.
fn tiers(plan: &ImportPlan) -> Vec<(&str, Option<Tier>)> {
    plan.taken.iter().map(|row| (row.term.as_str(), row.tier)).collect()
}

#[test]
fn the_table_is_found_in_its_sheet() {
    let csv = "2026年度项目名称清单,,\n填表说明：词条须写全称,,\n序号,敏感词条,密 级,责任单位\n1,昆仑苗圃扩建,绝密★,甲处\n2,青松引种,机密级,乙处\n\
               3,白桦改造,TOP SECRET,甲处\n序号,敏感词条,密 级,责任单位\n4,红杉育种,,丙处\n制表人：张三,,\n";
    let plan = planned("list.csv", csv.as_bytes());
    let top = Some(Tier::TopSecret);
    assert_eq!(
        tiers(&plan),
        [("昆仑苗圃扩建", top), ("青松引种", Some(Tier::Secret)), ("白桦改造", top), ("红杉育种", top)]
    );
    assert!(plan.refused.is_empty(), "{:?}", plan.refused);
    assert_eq!(plan.left_out.iter().map(|left| left.row).collect::<Vec<_>>(), [7, 9]);
    let notes: String = plan.notes.iter().map(|note| note.zh.to_string()).collect();
    assert!(
        notes.contains("未导入的列：序号, 责任单位") && notes.contains("沿用上一行") && notes.contains("第 1, 2 行"),
        "{notes}"
    );
}

#[test]
fn levels_by_number_need_a_legend() {
    let with = "名称,等级\n昆仑苗圃扩建,1\n青松引种,2\n注：1=绝密；2=机密,\n";
    let plan = planned("list.csv", with.as_bytes());
    assert_eq!(tiers(&plan), [("昆仑苗圃扩建", Some(Tier::TopSecret)), ("青松引种", Some(Tier::Secret))]);
    let without = planned("list.csv", "名称,等级\n昆仑苗圃扩建,1\n".as_bytes());
    assert!(without.taken.is_empty());
    assert!(without.refused[0].reason.en.contains("--level 1=TIER"), "{:?}", without.refused);
    assert_eq!((without.refused[0].row, &*without.refused[0].column), (2, "等级"));
}

#[test]
fn what_holds_more_than_a_term_is_refused() {
    for (name, text) in [
        ("a.txt", "昆仑苗圃；青松引种\n"),
        ("a.txt", "昆仑苗圃（机密）\n"),
        ("a.txt", "序号\n"),
        ("a.csv", "名称,备注\n昆仑苗圃 春季项目,春季项目\n"),
        ("a.csv", "名称,密级\n\"昆仑苗圃,机密\",机密\n"),
    ] {
        let plan = plan(&read(name, text.as_bytes(), TableOptions::default()).expect("read"), &Choices::default());
        assert!(plan.is_err() || plan.is_ok_and(|plan| plan.taken.is_empty()), "{text}");
    }
    // A name may begin with the sign of a comment.
    assert_eq!(terms(&planned("a.txt", "#3机组\n# 说明\n".as_bytes())), ["#3机组"]);
}

#[test]
fn of_one_term_twice_the_higher_tier_stays_and_rows_are_numbered_as_seen() {
    let plan = planned(
        "a.csv",
        "名称,密级\r\n昆仑苗圃,内部\r\n\r\n青松引种,秘密\r\n昆仑苗圃,机密\r\n外星,外星\r\n".as_bytes(),
    );
    assert_eq!(tiers(&plan), [("昆仑苗圃", Some(Tier::Secret)), ("青松引种", Some(Tier::Confidential))]);
    assert_eq!(plan.taken.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 4]);
    assert_eq!((plan.left_out[0].row, plan.refused[0].row), (5, 6));
}

#[test]
fn columns_without_headings_are_told_by_what_stands_in_them() {
    for text in [
        "1,昆仑苗圃,机密\n2,青松引种,秘密\n",
        "1；昆仑苗圃；机密\n2；青松引种；秘密\n",
        "昆仑苗圃\t机密\n青松引种\t秘密\n",
    ] {
        let plan = planned("a.csv", text.as_bytes());
        assert_eq!(tiers(&plan), [("昆仑苗圃", Some(Tier::Secret)), ("青松引种", Some(Tier::Confidential))], "{text}");
    }
    let two = read("a.csv", "昆仑苗圃,春季\n青松引种,秋季\n".as_bytes(), TableOptions::default()).expect("read");
    assert!(plan(&two, &Choices::default()).expect_err("ambiguous").en.contains("heading"));
}

#[test]
fn an_empty_tier_is_that_of_the_row_above_also_where_it_was_refused_or_public() {
    let plan = planned(
        "a.csv",
        "名称,密级\n昆仑苗圃,机密\n青松引种,\n白桦改造,外星\n红杉育种,\n银杏长廊,公开\n天山防护林,\n".as_bytes(),
    );
    assert_eq!(tiers(&plan), [("昆仑苗圃", Some(Tier::Secret)), ("青松引种", Some(Tier::Secret))]);
    assert_eq!(plan.refused.iter().map(|refused| refused.row).collect::<Vec<_>>(), [4, 5]);
    assert_eq!(plan.left_out.iter().map(|left| left.row).collect::<Vec<_>>(), [6, 7]);
}

#[test]
fn the_column_of_tiers_is_the_one_that_holds_them() {
    for text in [
        "类别,名称,密级\n项目,昆仑苗圃,机密\n工程,青松引种,秘密\n",
        "名称,说明\n昆仑苗圃,机密\n青松引种,秘密\n",
        "名称,性质\n昆仑苗圃,机密\n青松引种,秘密\n",
    ] {
        let plan = planned("a.csv", text.as_bytes());
        assert_eq!(tiers(&plan), [("昆仑苗圃", Some(Tier::Secret)), ("青松引种", Some(Tier::Confidential))], "{text}");
    }
    for text in ["名称,原密级,现密级\n昆仑苗圃,机密,秘密\n", "名称,密级,名称,密级\n昆仑苗圃,机密,青松引种,秘密\n"]
    {
        let tables = read("a.csv", text.as_bytes(), TableOptions::default()).expect("read");
        assert!(plan(&tables, &Choices::default()).is_err(), "{text}");
    }
}

#[test]
fn a_title_without_a_heading_and_a_second_table_are_refused() {
    let titled = planned("a.txt", "2026年度涉密项目清单\n昆仑苗圃\n".as_bytes());
    assert_eq!((terms(&titled), titled.refused[0].row), (vec!["昆仑苗圃"], 1));
    let two = planned("a.csv", "名称,密级\n昆仑苗圃,机密\n密级,名称\n秘密,青松引种\n".as_bytes());
    assert_eq!((terms(&two), two.refused[0].row), (vec!["昆仑苗圃"], 3));
    let doubtful = planned("a.csv", "名称,等级\n昆仑苗圃,1\n注：1=绝密,\n注：1=秘密,\n".as_bytes());
    assert!(doubtful.taken.is_empty() && !doubtful.refused.is_empty());
}

#[test]
fn hidden_rows_are_read_and_told() {
    let text = |at: &str, text: &str| format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    let cells = format!(
        "<row r=\"1\">{}</row><row r=\"2\">{}</row><row r=\"3\" hidden=\"1\">{}</row><row r=\"4\" hidden=\"1\"/>",
        text("A1", "词条"),
        text("A2", "昆仑苗圃"),
        text("A3", "祁连苗圃")
    );
    let plan = planned("names.xlsx", &workbook(&cells));
    assert_eq!(terms(&plan), ["昆仑苗圃", "祁连苗圃"]);
    let told = plan.notes.iter().any(|note| &*note.zh == "有 1 个隐藏的行也会导入：第 3 行；不属于词表的请删除");
    assert!(told, "{:?}", plan.notes);
}

/// An OpenDocument workbook of one table with these rows.
fn open_workbook(rows: &str) -> Vec<u8> {
    let spaces = ["office", "table", "text", "style"]
        .map(|name| format!("xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\""))
        .join(" ");
    let style = |name: &str, rest: &str| {
        format!("<style:style style:name=\"{name}\" style:family=\"table-cell\"{rest}</style:style>")
    };
    let line = |line: &str| format!("><style:text-properties style:text-line-through-style=\"{line}\"/>");
    let automatic = [
        style("ce1", &line("none")),
        style("ce2", &line("solid")),
        // Made from one that has a name of its own.
        style("ce3", " style:parent-style-name=\"Void\">"),
    ];
    let content = format!(
        "<office:document-content {spaces} office:version=\"1.3\"><office:automatic-styles>{}</office:automatic-styles>\
         <office:body><office:spreadsheet><table:table table:name=\"项目\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>",
        automatic.concat()
    );
    let styles = format!(
        "<office:document-styles {spaces}><office:styles>{}</office:styles></office:document-styles>",
        style("Void", &line("solid"))
    );
    let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_str()),
        ("styles.xml", styles.as_str()),
        ("META-INF/manifest.xml", manifest),
    ] {
        zip.start_file(name, stored).expect("a member");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("a zip").into_inner()
}

#[test]
fn struck_out_cells_and_hidden_rows_of_open_document_are_told() {
    let cell = |style: &str, text: &str| {
        format!(
            "<table:table-cell table:style-name=\"{style}\" office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |attributes: &str, cells: String| format!("<table:table-row{attributes}>{cells}</table:table-row>");
    let rows = [
        // As LibreOffice writes a column in which most is struck out: its cells name no style.
        "<table:table-column table:number-columns-repeated=\"2\" table:default-cell-style-name=\"ce3\"/>".to_string(),
        row("", cell("ce1", "词条") + &cell("ce1", "备注")),
        row("", cell("ce1", "昆仑苗圃")),
        row("", cell("ce2", "天山苗圃")),
        row(" table:number-rows-repeated=\"2\"", "<table:table-cell/>".into()),
        // The sixth: two rows before it are one element.
        row(" table:visibility=\"filter\"", cell("ce1", "祁连苗圃")),
        row(
            " table:default-cell-style-name=\"ce2\"",
            "<table:table-cell office:value-type=\"string\"><text:p>阴山苗圃</text:p></table:table-cell>".into(),
        ),
        row("", "<table:table-cell office:value-type=\"string\"><text:p>贺兰苗圃</text:p></table:table-cell>".into()),
    ];
    let plan = planned("names.ods", &open_workbook(&rows.concat()));
    assert_eq!(terms(&plan), ["昆仑苗圃", "祁连苗圃"], "{plan:?}");
    let left: Vec<(usize, &str)> = plan.left_out.iter().map(|left| (left.row, &*left.reason.en)).collect();
    assert_eq!(left, [(3, "struck out"), (7, "struck out"), (8, "struck out")]);
    assert!(
        plan.notes.iter().any(|note| note.en.starts_with("1 hidden rows are read as well: 6;")),
        "{:?}",
        plan.notes
    );
}
