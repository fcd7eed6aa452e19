//! What office programs show is read, whatever way it is written: a matrix of small documents made here,
//! one row a kind, each the least that shows it. What is found stands in another paragraph than ordinary
//! lines, so that a mark is one and a mention is none.

use mizha::isolate::Reader;
use mizha::model::{GapReason, Severity, Verdict};
use mizha::scan::Scanner;

use crate::files::package::{Docx, named, p, root, zip};

mod binary;
mod pages;
mod pdf;

const LINES: [&str; 3] =
    ["各部门按时完成植树任务并报送办公室。", "请于周五前报送参加人数。", "工具在仓库领取，用后归还。"];

/// What a row must come to.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    /// The mark is found.
    Found,
    /// All was read, and nothing is found.
    Clear,
    /// It cannot be read, and says why.
    Gap(GapReason),
}

/// A row: what it shows, the name and bytes of the document, what must come of it.
type Row = (&'static str, &'static str, Vec<u8>, Wanted);

fn hold(rows: Vec<Row>) {
    let reader = Reader::new(env!("CARGO_BIN_EXE_mizha"));
    let scanner = Scanner::builtin().expect("built-in packs are valid").with_reader(Some(reader));
    let mut wrong = Vec::new();
    for (what, name, bytes, wanted) in rows {
        let report = scanner.scan_bytes(Some(name), &bytes);
        let found = report.findings.iter().any(|finding| finding.verdict >= Severity::Warn);
        let right = match wanted {
            Wanted::Found => found,
            Wanted::Clear => report.verdict == Verdict::Clear,
            Wanted::Gap(reason) => !found && report.gaps.iter().any(|gap| gap.reason == reason),
        };
        if !right {
            wrong.push(format!("{name}, {what}: {} instead of {wanted:?}, {:?}", report.verdict.as_str(), report.gaps));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn letter() -> String {
    LINES.map(p).concat()
}

fn docx(paragraphs: &str) -> Vec<u8> {
    Docx::new(&format!("{paragraphs}{}", letter())).build()
}

/// A run in a font.
fn set_in(font: &str, text: &str) -> String {
    format!("<w:r><w:rPr><w:rFonts w:ascii=\"{font}\" w:hAnsi=\"{font}\"/></w:rPr><w:t>{text}</w:t></w:r>")
}

fn run(text: &str) -> String {
    format!("<w:r><w:t>{text}</w:t></w:r>")
}

fn paragraph(runs: &[&str]) -> String {
    format!("<w:p>{}</w:p>", runs.concat())
}

/// A field, and its result if it has one.
fn field(instruction: &str, result: Option<&str>) -> String {
    let step = |kind| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let result = result.map_or(String::new(), |result| step("separate") + result);
    format!("{}<w:r><w:instrText> {instruction} </w:instrText></w:r>{result}{}", step("begin"), step("end"))
}

/// Runs on lines of their own in the file.
fn indented(texts: &[&str]) -> String {
    let runs = texts.iter().map(|text| {
        format!("\n    <w:r>\n      <w:rPr>\n        <w:b/>\n      </w:rPr>\n      <w:t xml:space=\"preserve\">{text}</w:t>\n    </w:r>")
    });
    format!("<w:p>{}\n  </w:p>\n  ", runs.collect::<String>())
}

#[test]
fn word_documents_read_as_word_shows_them() {
    use Wanted::{Clear, Found};
    let boxed = "<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>植树</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>";
    let initial = |c| {
        format!("<w:p><w:pPr><w:framePr w:dropCap=\"drop\" w:lines=\"3\" w:wrap=\"around\"/></w:pPr>{}</w:p>", run(c))
    };
    let level = "<w:abstractNum w:abstractNumId=\"1\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"10\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"机密★%1年\"/></w:lvl></w:abstractNum>";
    hold(vec![
        ("indented runs", "a.docx", docx(&indented(&["机", "密", "★10年"])), Found),
        ("indented runs in a sentence", "b.docx", docx(&indented(&["It is my ", "SECRET", " recipe for soup"])), Clear),
        (
            "an indented text",
            "c.docx",
            docx("<w:p><w:r><w:t>\n   机密\n  </w:t></w:r><w:r><w:t>★10年</w:t></w:r></w:p>"),
            Found,
        ),
        (
            "a symbol",
            "d.docx",
            docx(&paragraph(&[&run("机密"), "<w:r><w:sym w:font=\"Wingdings\" w:char=\"F0AB\"/></w:r>", &run("10年")])),
            Found,
        ),
        (
            "a symbol of another font",
            "e.docx",
            docx(&paragraph(&[
                &run("机密"),
                "<w:r><w:sym w:font=\"Wingdings 2\" w:char=\"F0EA\"/></w:r>",
                &run("10年"),
            ])),
            Found,
        ),
        (
            "a private character",
            "f.docx",
            docx(&paragraph(&[&run("机密"), &set_in("Wingdings", "\u{F0AB}"), &run("10年")])),
            Found,
        ),
        (
            "a letter in a symbol font",
            "g.docx",
            docx(&paragraph(&[&run("机密"), &set_in("Wingdings", "\u{AB}"), &run("10年")])),
            Found,
        ),
        (
            "an enclosed character",
            "h.docx",
            docx(&paragraph(&[&run("机"), &field(r"EQ \o\ac(○,密)", None), &run("★10年")])),
            Found,
        ),
        (
            "one with an empty result",
            "i.docx",
            docx(&paragraph(&[&run("机"), &field(r"EQ \o\ac(□,密)", Some("")), &run("★10年")])),
            Found,
        ),
        (
            "combined characters",
            "j.docx",
            docx(&paragraph(&[&field(r"EQ \o(\s\up 5(机密),\s\do 2(★10年))", None)])),
            Found,
        ),
        (
            "a phonetic guide of old",
            "k.docx",
            docx(&paragraph(&[
                &field(r#"EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(ji),机)"#, None),
                &run("密★10年"),
            ])),
            Found,
        ),
        (
            "a symbol field",
            "l.docx",
            docx(&paragraph(&[
                &run("机密"),
                "<w:fldSimple w:instr=\" SYMBOL 171 \\f &quot;Wingdings&quot; \"/>",
                &run("10年"),
            ])),
            Found,
        ),
        ("a text box in a paragraph", "m.docx", docx(&paragraph(&[&run("SEC"), boxed, &run("RET//NOFORN")])), Found),
        ("a large first letter", "n.docx", docx(&format!("{}{}", initial("机"), p("密★10年"))), Found),
        (
            "a large first letter, in a sentence",
            "o.docx",
            docx(&format!("{}{}", initial("各"), p("部门请于周五前报送机密文件的份数。"))),
            Clear,
        ),
        (
            "a counted label",
            "p.docx",
            Docx::letter().part("word/numbering.xml", &root("numbering", level)).build(),
            Found,
        ),
        (
            "a note's number",
            "q.docx",
            Docx::letter()
                .part(
                    "word/footnotes.xml",
                    &root(
                        "footnotes",
                        &format!(
                            "<w:footnote w:id=\"1\">{}</w:footnote>",
                            paragraph(&["<w:r><w:footnoteRef/></w:r>", &run("SECRET//NOFORN")])
                        ),
                    ),
                )
                .build(),
            Found,
        ),
        (
            "a note's number, raised",
            "s.docx",
            docx(&paragraph(&[
                "<w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:t>1</w:t></w:r>",
                &run("SECRET//NOFORN"),
            ])),
            Found,
        ),
        (
            "a ticked box of a symbol font",
            "t.docx",
            docx(&paragraph(&[
                &run("密级："),
                "<w:r><w:sym w:font=\"Wingdings\" w:char=\"F0FE\"/></w:r>",
                &run("机密 "),
                "<w:r><w:sym w:font=\"Wingdings\" w:char=\"F0A8\"/></w:r>",
                &run("绝密"),
            ])),
            Found,
        ),
        (
            "part of another program",
            "r.docx",
            Docx::letter().bytes("word/metadata", vec![10, 16, 1, 2, 3]).build(),
            Clear,
        ),
    ]);
}

/// Paragraphs are counted as Word counts them, however the file is indented.
#[test]
fn indenting_shifts_no_paragraph() {
    let scanner = Scanner::builtin().expect("built-in packs are valid");
    let body = format!("{}{}{}", indented(&["植树"]), indented(&["关于植树的", "通知"]), indented(&["机密", "★10年"]));
    let report = scanner.scan_bytes(Some("a.docx"), &docx(&body));
    let at: Vec<String> = report.findings.iter().map(|finding| finding.location.to_string()).collect();
    assert!(at.iter().any(|at| at.contains("paragraph 3")), "{at:?}");
}

const SHEET: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";

/// A workbook of one sheet with these shared strings, each in a cell, and further parts.
fn xlsx(strings: &[&str], sheet: &str, more: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let shared: String = strings.iter().map(|string| format!("<si>{string}</si>")).collect();
    let cells = (0..strings.len()).map(|n| format!("<row r=\"{0}\"><c r=\"A{0}\" t=\"s\"><v>{n}</v></c></row>", n + 1));
    let sheet = format!("<worksheet {SHEET}><sheetData>{}</sheetData>{sheet}</worksheet>", cells.collect::<String>());
    let mut parts = named(vec![
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".into(),
        ),
        ("xl/workbook.xml", format!("<workbook {SHEET}/>")),
        ("xl/sharedStrings.xml", format!("<sst {SHEET}>{shared}</sst>")),
        ("xl/worksheets/sheet1.xml", sheet),
    ]);
    parts.extend(more.iter().map(|(name, bytes)| ((*name).to_string(), bytes.clone())));
    zip(&parts)
}

#[test]
fn workbooks_read_as_excel_shows_them() {
    use Wanted::{Clear, Found};
    let rich = |font: &str, star: &str| {
        format!("<r><t>机密</t></r><r><rPr><rFont val=\"{font}\"/></rPr><t>{star}</t></r><r><t>10年</t></r>")
    };
    let comment = format!(
        "<comments {SHEET}><commentList><comment ref=\"A1\"><text><t>机密_x000D_\n</t></text></comment></commentList></comments>"
    );
    let company = "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"><Company>机密_x000d_\n</Company></Properties>";
    let table = format!("<table {SHEET}><tableColumns><tableColumn name=\"机密_x000a_\"/></tableColumns></table>");
    hold(vec![
        ("an escaped line end", "a.xlsx", xlsx(&["<t>机密_x000D_\n</t>"], "", &[]), Found),
        ("escaped letters", "b.xlsx", xlsx(&["<t>_x673A__x5BC6_★10年</t>"], "", &[]), Found),
        ("an escape that is escaped", "c.xlsx", xlsx(&["<t>_x005F_x673A_密级</t>"], "", &[]), Clear),
        ("a line of a cell", "d.xlsx", xlsx(&["<t>植树_x000D_\n机密★10年_x000D_\n明年</t>"], "", &[]), Found),
        ("a private character", "e.xlsx", xlsx(&[&rich("Wingdings", "\u{F0AB}")], "", &[]), Found),
        ("a letter in a symbol font", "f.xlsx", xlsx(&[&rich("Wingdings", "\u{AB}")], "", &[]), Found),
        (
            "a header",
            "g.xlsx",
            xlsx(&["<t>植树</t>"], "<headerFooter><oddHeader>&amp;C机密_x000D_\n</oddHeader></headerFooter>", &[]),
            Found,
        ),
        (
            "a prompt",
            "h.xlsx",
            xlsx(
                &["<t>植树</t>"],
                "<dataValidations><dataValidation prompt=\"机密_x000D__x000A_\"/></dataValidations>",
                &[],
            ),
            Found,
        ),
        ("a comment", "i.xlsx", xlsx(&["<t>植树</t>"], "", &[("xl/comments1.xml", comment.into_bytes())]), Found),
        ("a property", "j.xlsx", xlsx(&["<t>植树</t>"], "", &[("docProps/app.xml", company.into())]), Found),
        ("a column", "k.xlsx", xlsx(&["<t>植树</t>"], "", &[("xl/tables/table1.xml", table.into_bytes())]), Found),
        (
            "part of an online table",
            "l.xlsx",
            xlsx(&["<t>植树</t>"], "", &[("xl/metadata", vec![10, 16, 200, 1, 2])]),
            Clear,
        ),
    ]);
}

#[test]
fn slides_read_as_they_are_shown() {
    use Wanted::{Clear, Found};
    let run = |font: &str, text: &str| format!("\n<a:r>\n<a:rPr>{font}</a:rPr>\n<a:t>{text}</a:t>\n</a:r>\n");
    let deck = |runs: &[String], more: &[(&str, Vec<u8>)]| {
        let slide = format!(
            "<p:sld xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"><p:sp><p:txBody>\n<a:p>{}</a:p>\n<a:p>{}</a:p></p:txBody></p:sp></p:sld>",
            runs.concat(),
            run("", LINES[0])
        );
        let mut parts = named(vec![
            (
                "[Content_Types].xml",
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".into(),
            ),
            (
                "ppt/presentation.xml",
                "<p:presentation xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"/>".into(),
            ),
            ("ppt/slides/slide1.xml", slide),
        ]);
        parts.extend(more.iter().map(|(name, bytes)| ((*name).to_string(), bytes.clone())));
        zip(&parts)
    };
    let font = "<a:sym typeface=\"Wingdings\"/>";
    let starred = |star: &str| deck(&[run("", "机密"), run(font, star), run("", "10年")], &[]);
    hold(vec![
        ("indented runs", "a.pptx", deck(&[run("", "机"), run("", "密★10年")], &[]), Found),
        (
            "indented runs in a sentence",
            "b.pptx",
            deck(&[run("", "my "), run("", "SECRET"), run("", " recipe for soup")], &[]),
            Clear,
        ),
        ("a private character", "c.pptx", starred("\u{F0AB}"), Found),
        ("a letter in a symbol font", "d.pptx", starred("\u{AB}"), Found),
        (
            "a note's number",
            "g.pptx",
            deck(&[run("", "1").replace("<a:rPr>", "<a:rPr baseline=\"30000\">"), run("", "SECRET//NOFORN")], &[]),
            Found,
        ),
        ("an escaped line end", "e.pptx", deck(&[run("", "机密★10年_x000B_植树")], &[]), Found),
        ("part of an online editor", "f.pptx", deck(&[run("", "植树")], &[("ppt/metadata", vec![10, 16, 200])]), Clear),
    ]);
}

#[test]
fn drawings_of_visio_read_as_they_are_shown() {
    use Wanted::{Clear, Found};
    let visio = |text: &str| {
        let page = format!(
            "<PageContents xmlns=\"http://schemas.microsoft.com/office/visio/2012/main\" xml:space=\"preserve\"><Shapes><Shape ID=\"1\"><Text>{text}</Text></Shape><Shape ID=\"2\"><Text>植树流程\n</Text></Shape></Shapes></PageContents>"
        );
        zip(&named(vec![
            (
                "[Content_Types].xml",
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".into(),
            ),
            ("visio/document.xml", "<VisioDocument/>".into()),
            ("visio/pages/page1.xml", page),
        ]))
    };
    let inside = Docx::letter().bytes("word/embeddings/drawing.vsdx", visio("机<cp IX='1'/>密★10年")).build();
    hold(vec![
        ("formats of letters", "a.vsdx", visio("<cp IX='0'/>机<cp IX='1'/>密★<cp IX='0'/>10年\n"), Found),
        (
            "formats of paragraphs and tabs",
            "b.vsdx",
            visio("<pp IX='0'/><tp IX='0'/>SEC<cp IX='1'/>RET//NOFORN"),
            Found,
        ),
        ("a field", "c.vsdx", visio("机<fld IX='0'>密</fld>★10年"), Found),
        ("lines", "d.vsdx", visio("植树\n机<cp IX='1'/>密★10年\n第一"), Found),
        ("a sentence", "e.vsdx", visio("请于周五前报送<cp IX='1'/>机密<cp IX='0'/>文件的份数。"), Clear),
        ("in a document", "f.docx", inside, Found),
    ]);
}

/// What lies in the pictures of a document.
#[test]
fn pictures_in_documents_are_read_or_told() {
    use Wanted::{Clear, Found, Gap};
    let svg = |inner: &str| {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 595 842\">{inner}</svg>").into_bytes()
    };
    let with = |name: &str, bytes: Vec<u8>| Docx::letter().bytes(name, bytes).build();
    let drawn = |inner: &str| with("word/media/image1.svg", svg(inner));
    let letters: String = (0..40).map(|n| format!("<use href=\"#glyph0-{}\" x=\"{n}\"/>", n % 9)).collect();
    let outlines = format!("<path d=\"M 0 0 {}\"/>", "C 1 2 3 4 5 6 ".repeat(500));
    let photo = |film: &[u8]| [&b"\xFF\xD8\xFF\xFE\0\x06tree\xFF\xD9"[..], film].concat();
    let film = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42\0\0\0\x08free\0\0\0\x08mdat";
    let late = [&b"MotionPhoto_Data"[..], film].concat();
    let media = |bytes: Vec<u8>| with("word/media/image1.jpeg", bytes);
    hold(vec![
        ("words of a drawing", "a.docx", drawn("<text>机<tspan>密</tspan>★10年</text>"), Found),
        ("a page in a drawing", "b.docx", drawn("<foreignObject><p>机<b>密</b>★10年</p></foreignObject>"), Found),
        ("letters as shapes", "c.docx", drawn(&letters), Gap(GapReason::Glyphs)),
        ("letters as outlines", "d.docx", drawn(&outlines), Gap(GapReason::Picture)),
        ("a few lines", "e.docx", drawn("<path d=\"M 0 0 L 1 1\"/>"), Clear),
        ("the film of a photo", "f.docx", media(photo(film)), Gap(GapReason::Unsupported)),
        ("the film behind its name", "g.docx", media(photo(&late)), Gap(GapReason::Unsupported)),
    ]);
}
