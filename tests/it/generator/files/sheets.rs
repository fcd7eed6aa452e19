//! Workbooks: one for each place of a sheet in which a mark can hide.

use super::hostile::encrypted_office;
use super::package::{named, zip};

const NAMESPACES: &str = concat!(
    r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" "#,
    r#"xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" "#,
    r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main""#
);
const MARK: &str = "机密★10年";

/// A workbook of two sheets, the second in any state, with these parts besides.
struct Book<'b> {
    /// Rows of the first sheet, and what follows them.
    rows: &'b str,
    after: &'b str,
    strings: &'b str,
    second: &'b str,
    names: &'b str,
    more: &'b [(&'b str, String)],
}

impl Default for Book<'_> {
    fn default() -> Self {
        Book {
            rows: r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>12</v></c></row>"#,
            after: "",
            strings: "<si><t>树苗</t></si>",
            second: r#"<sheet name="附表" sheetId="2" r:id="rId2"/>"#,
            names: "",
            more: &[],
        }
    }
}

impl Book<'_> {
    fn build(&self) -> Vec<u8> {
        let Book { rows, after, strings, second, names, more } = self;
        let of = |root: &str, inner: &str| xml(&format!("<{root} {NAMESPACES}>{inner}</{root}>"));
        let target = |id: u32, kind: &str, target: &str| {
            format!(
                r#"<Relationship Id="rId{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
            )
        };
        let relations = |inner: String| {
            xml(&format!(
                r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>"#
            ))
        };
        let sheets = format!(r#"<sheets><sheet name="树苗清单" sheetId="1" r:id="rId1"/>{second}</sheets>{names}"#);
        let mut parts = vec![
            ("[Content_Types].xml", xml(CONTENT_TYPES)),
            ("_rels/.rels", relations(target(1, "officeDocument", "xl/workbook.xml"))),
            ("xl/workbook.xml", of("workbook", &sheets)),
            (
                "xl/_rels/workbook.xml.rels",
                relations(
                    [
                        target(1, "worksheet", "worksheets/sheet1.xml"),
                        target(2, "worksheet", "worksheets/sheet2.xml"),
                        target(3, "sharedStrings", "sharedStrings.xml"),
                    ]
                    .concat(),
                ),
            ),
            ("xl/worksheets/sheet1.xml", of("worksheet", &format!("<sheetData>{rows}</sheetData>{after}"))),
            (
                "xl/worksheets/sheet2.xml",
                of("worksheet", r#"<sheetData><row r="7"><c r="B7" t="s"><v>1</v></c></row></sheetData>"#),
            ),
            // Behind the sheets, as most programs write it.
            ("xl/sharedStrings.xml", of("sst", strings)),
        ];
        parts.extend(more.iter().map(|(name, bytes)| (*name, bytes.clone())));
        zip(&named(parts))
    }
}

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let plain = "<si><t>树苗</t></si>";
    let marked = format!("{plain}<si><t>{MARK}</t></si>");
    let part = |root: &str, inner: &str| xml(&format!("<{root} {NAMESPACES}>{inner}</{root}>"));
    let clean = Book { strings: &format!("{plain}<si><t>铁锹</t></si>"), ..Book::default() }.build();
    let books = vec![
        ("clean", clean.clone()),
        ("cell", Book { strings: &marked, ..Book::default() }.build()),
        ("hidden-sheet", Book { strings: &marked, second: r#"<sheet name="薪酬" sheetId="2" state="veryHidden" r:id="rId2"/>"#, ..Book::default() }.build()),
        ("unused-string", Book { strings: &format!("{plain}<si><t>铁锹</t></si><si><t>{MARK}</t></si>"), ..Book::default() }.build()),
        ("split-over-runs", Book { strings: &format!("{plain}<si><r><t>机</t></r><r><rPr><b/></rPr><t>密★</t></r><r><t>10年</t></r></si>"), ..Book::default() }.build()),
        ("inline-string", Book { rows: &format!(r#"<row r="3"><c r="C3" t="inlineStr"><is><t>{MARK}</t></is></c></row>"#), ..Book::default() }.build()),
        ("formula-literal", Book { rows: &format!(r#"<row r="1"><c r="A1" t="str"><f>IF(B1&gt;0,"{MARK}","")</f><v></v></c></row>"#), ..Book::default() }.build()),
        ("cached-value", Book { rows: &format!(r#"<row r="4"><c r="D4" t="str"><f>B1</f><v>{MARK}</v></c></row>"#), ..Book::default() }.build()),
        ("header", Book { after: r#"<headerFooter><oddHeader>&amp;L&amp;"黑体,常规"&amp;16机&amp;"宋体,常规"密★10年&amp;R&amp;P</oddHeader></headerFooter>"#, ..Book::default() }.build()),
        ("validation-prompt", Book { after: &format!(r#"<dataValidations><dataValidation type="list" prompt="{MARK}" sqref="A1"><formula1>"a,b"</formula1></dataValidation></dataValidations>"#), ..Book::default() }.build()),
        ("sheet-name", Book { second: &format!(r#"<sheet name="{MARK}" sheetId="2" r:id="rId2"/>"#), ..Book::default() }.build()),
        ("defined-name", Book { names: &format!(r#"<definedNames><definedName name="level">"{MARK}"</definedName></definedNames>"#), ..Book::default() }.build()),
        ("comment", Book { more: &[("xl/comments1.xml", part("comments", "<commentList><comment ref=\"A1\"><text><r><t>机密</t></r><r><t>★10年</t></r></text></comment></commentList>"))], ..Book::default() }.build()),
        ("pivot-cache", Book { more: &[("xl/pivotCache/pivotCacheDefinition1.xml", part("pivotCacheDefinition", &format!(r#"<cacheFields><cacheField name="x"><sharedItems><s v="{MARK}"/></sharedItems></cacheField></cacheFields>"#)))], ..Book::default() }.build()),
        ("drawing-text", Book { more: &[("xl/drawings/drawing1.xml", part("xdr:wsDr", "<xdr:sp><xdr:txBody><a:p><a:r><a:t>机密</a:t></a:r><a:r><a:t>★10年</a:t></a:r></a:p></xdr:txBody></xdr:sp>"))], ..Book::default() }.build()),
        ("number-format", Book { more: &[("xl/styles.xml", part("styleSheet", &format!(r#"<numFmts count="1"><numFmt numFmtId="164" formatCode="0&quot;{MARK}&quot;"/></numFmts>"#)))], ..Book::default() }.build()),
        // A mark is in one cell or it is none.
        ("clean-neighbours", Book { rows: r#"<row r="1"><c r="A1" t="inlineStr"><is><t>播种机</t></is></c><c r="B1" t="inlineStr"><is><t>密★10年</t></is></c></row>"#, ..Book::default() }.build()),
        ("external-link", Book { more: &[("xl/externalLinks/externalLink1.xml", part("externalLink", &external(&["树苗", MARK])))], ..Book::default() }.build()),
        // What is kept of another workbook is cells: a code that fills a column is asked about, not blocked.
        ("column-of-codes", Book { rows: &(1..13).map(|row| format!(r#"<row r="{row}"><c r="B{row}" t="inlineStr"><is><t>CUI</t></is></c></row>"#)).collect::<String>(), ..Book::default() }.build()),
        ("external-column-of-codes", Book { more: &[("xl/externalLinks/externalLink1.xml", part("externalLink", &external(&["CUI"; 12])))], ..Book::default() }.build()),
        ("clean-external-neighbours", Book { more: &[("xl/externalLinks/externalLink1.xml", part("externalLink", &external(&["播种机", "密★10年"])))], ..Book::default() }.build()),
        // Numbers of people are numbers to a sheet.
        ("mobile-numbers", Book { rows: &mobile_numbers(), ..Book::default() }.build()),
        ("truncated", clean[..clean.len() * 2 / 3].to_vec()),
        ("encrypted", encrypted_office()),
    ];
    books.into_iter().map(|(name, bytes)| (format!("xlsx/{name}.xlsx"), bytes)).collect()
}

/// What a workbook keeps of a sheet of another (ISO/IEC 29500-1, 18.14).
fn external(cells: &[&str]) -> String {
    let rows = cells.iter().enumerate().map(|(n, text)| {
        let row = n + 1;
        format!(r#"<row r="{row}"><cell r="B{row}" t="str"><v>{text}</v></cell></row>"#)
    });
    format!(
        r#"<externalBook r:id="rId1"><sheetNames><sheetName val="清单"/></sheetNames><sheetDataSet><sheetData sheetId="0">{}</sheetData></sheetDataSet></externalBook>"#,
        rows.collect::<String>()
    )
}

/// Sixty invented mobile numbers in cells of numbers.
fn mobile_numbers() -> String {
    (0..60)
        .map(|n| format!(r#"<row r="{r}"><c r="A{r}"><v>{}</v></c></row>"#, 13_900_001_230_u64 + n, r = n + 1))
        .collect()
}

fn xml(inner: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{inner}")
}

const CONTENT_TYPES: &str = concat!(
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
    r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
    r#"<Default Extension="xml" ContentType="application/xml"/>"#,
    r#"<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>"#,
    "</Types>"
);
