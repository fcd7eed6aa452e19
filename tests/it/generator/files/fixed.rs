//! OpenDocument and OFD packages: one for each place in which a mark can hide.

use super::package::{named, zip};

const ODF: &str = concat!(
    r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" "#,
    r#"xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" "#,
    r#"xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" "#,
    r#"xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" "#,
    r#"xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" "#,
    r#"xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" "#,
    r#"xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" "#,
    r#"xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" "#,
    r#"xmlns:dc="http://purl.org/dc/elements/1.1/""#
);
const OFD: &str = r#"xmlns:ofd="http://www.ofdspec.org/2016""#;
const MARK: &str = "机密★10年";
const LETTER: &str = "定于下周六上午组织植树请自备手套和饮水";

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = opendocument().into_iter().map(|(n, b)| (format!("odf/{n}"), b)).collect();
    files.extend(ofd().into_iter().map(|(name, bytes)| (format!("ofd/{name}.ofd"), bytes)));
    files
}

fn opendocument() -> Vec<(&'static str, Vec<u8>)> {
    let p = |text: &str| format!("<text:p>{text}</text:p>");
    let text = |body: &str| odf("text", body, "");
    let clean = text(&p("植树通知"));
    let table = format!(
        "<table:table table:name=\"t\"><table:table-row><table:table-cell>{}</table:table-cell></table:table-row></table:table>",
        p("铁锹")
    );
    let sheet = odf("spreadsheet", &table, "");
    let slides = odf("presentation", &format!("<draw:page draw:name=\"p\">{}</draw:page>", p("植树要领")), "");
    vec![
        ("clean.odt", clean.clone()),
        (
            "split-over-spans.odt",
            text(
                "<text:p><text:span>机</text:span><text:bookmark text:name=\"b\"/>密<text:span>★10</text:span>年</text:p>",
            ),
        ),
        (
            "first-page-header.odt",
            odf(
                "text",
                &p("植树通知"),
                &format!(
                    "<style:master-page style:name=\"s\"><style:header-first>{}</style:header-first></style:master-page>",
                    p(MARK)
                ),
            ),
        ),
        (
            "hidden-section.odt",
            text(&format!("<text:section text:name=\"s\" text:display=\"none\">{}</text:section>", p(MARK))),
        ),
        (
            "tracked-deletion.odt",
            text(&format!(
                "<text:tracked-changes><text:changed-region><text:deletion>{}</text:deletion></text:changed-region></text:tracked-changes>{}",
                p(MARK),
                p("植树通知")
            )),
        ),
        (
            "annotation.odt",
            text(&format!("<text:p>植树<office:annotation>{}</office:annotation>通知</text:p>", p(MARK))),
        ),
        (
            "picture-title.odt",
            text(&format!("<text:p><draw:frame><svg:title>{MARK}</svg:title></draw:frame></text:p>")),
        ),
        (
            "cell.ods",
            odf(
                "spreadsheet",
                &format!(
                    "<table:table table:name=\"t\"><table:table-row><table:table-cell>{}</table:table-cell></table:table-row></table:table>",
                    p(MARK)
                ),
                "",
            ),
        ),
        (
            "formula-literal.ods",
            odf(
                "spreadsheet",
                &format!(
                    "<table:table table:name=\"t\"><table:table-row><table:table-cell table:formula=\"of:=IF([.A1];&quot;{MARK}&quot;;1)\"/></table:table-row></table:table>"
                ),
                "",
            ),
        ),
        (
            "speaker-notes.odp",
            odf(
                "presentation",
                &format!("<draw:page draw:name=\"p\"><presentation:notes>{}</presentation:notes></draw:page>", p(MARK)),
                "",
            ),
        ),
        ("flat.fodt", flat("<text:span>机密</text:span>★10年")),
        ("encrypted.odt", encrypted("text")),
        ("truncated.odt", cut(&clean)),
        ("clean.ods", sheet.clone()),
        ("truncated.ods", cut(&sheet)),
        ("encrypted.ods", encrypted("spreadsheet")),
        ("clean.odp", slides.clone()),
        ("truncated.odp", cut(&slides)),
        ("encrypted.odp", encrypted("presentation")),
        ("clean.fodt", flat("植树通知")),
        ("truncated.fodt", cut(&flat("植树通知"))),
    ]
}

/// An OpenDocument file in one piece of XML.
fn flat(text: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document {ODF} office:mimetype=\"application/vnd.oasis.opendocument.text\"><office:body><office:text><text:p>{text}</text:p></office:text></office:body></office:document>").into_bytes()
}

/// The manifest tells that the content is encrypted (ODF 1.3 part 2, 3.4.1).
fn encrypted(kind: &str) -> Vec<u8> {
    zip(&named(vec![
        ("mimetype", format!("application/vnd.oasis.opendocument.{kind}")),
        (
            "META-INF/manifest.xml",
            format!(
                "<?xml version=\"1.0\"?><manifest:manifest {ODF}><manifest:file-entry manifest:full-path=\"content.xml\" manifest:size=\"900\"><manifest:encryption-data manifest:checksum-type=\"SHA1/1K\" manifest:checksum=\"AAAA\"/></manifest:file-entry></manifest:manifest>"
            ),
        ),
        ("content.xml", "\u{1}\u{2}\u{3}7Wq\u{4}\u{5}zz\u{6}\u{7}\u{10}\u{11}".repeat(20)),
    ]))
}

fn cut(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len() * 2 / 3].to_vec()
}

fn odf(kind: &str, body: &str, master: &str) -> Vec<u8> {
    let mime = format!("application/vnd.oasis.opendocument.{kind}");
    zip(&named(vec![
        ("mimetype", mime.clone()),
        (
            "META-INF/manifest.xml",
            format!(
                "<?xml version=\"1.0\"?><manifest:manifest {ODF}><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{mime}\"/></manifest:manifest>"
            ),
        ),
        (
            "content.xml",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content {ODF}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
            ),
        ),
        (
            "styles.xml",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-styles {ODF}><office:master-styles>{master}</office:master-styles></office:document-styles>"
            ),
        ),
    ]))
}

fn ofd() -> Vec<(&'static str, Vec<u8>)> {
    let letter = characters(LETTER, 40.0, 5.6);
    let page = |inner: &str, more: &[(&str, String)]| build(inner, "", more);
    let clean = page(&letter, &[]);
    let mut shuffled: Vec<String> =
        MARK.chars().enumerate().map(|(n, c)| object(&c.to_string(), 20.0 + n as f64 * 5.6, 20.0)).collect();
    shuffled.swap(0, 2);
    shuffled.swap(1, 4);
    vec![
        ("clean", clean.clone()),
        ("text", page(&object(MARK, 20.0, 20.0), &[])),
        (
            "two-codes",
            page(
                "<ofd:TextObject ID=\"3\" Boundary=\"20 20 60 6\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\">机密</ofd:TextCode><ofd:TextCode X=\"10\" Y=\"5\">★10年</ofd:TextCode></ofd:TextObject>",
                &[],
            ),
        ),
        ("one-object-a-character", page(&format!("{letter}{}", shuffled.concat()), &[])),
        ("letter-spaced", page(&format!("{}{letter}", characters(MARK, 20.0, 9.0)), &[])),
        // The columns of a table and the lines of a page are no words.
        (
            "clean-columns",
            page(&format!("{}{}{letter}", characters("播种机", 20.0, 5.6), object("密★10年", 120.0, 20.0)), &[]),
        ),
        ("clean-lines", page(&format!("{}{}", characters("播种机", 20.0, 5.6), characters("密★10年", 40.0, 5.6)), &[])),
        (
            "template-page",
            page(
                &letter,
                &[(
                    "Doc_0/Tpls/Tpl_0/Content.xml",
                    format!(
                        "<?xml version=\"1.0\"?><ofd:Page {OFD}><ofd:Content><ofd:Layer>{}</ofd:Layer></ofd:Content></ofd:Page>",
                        object(MARK, 20.0, 20.0)
                    ),
                )],
            ),
        ),
        (
            "annotation",
            page(
                &letter,
                &[(
                    "Doc_0/Annots/Page_0/Annotation.xml",
                    format!(
                        "<?xml version=\"1.0\"?><ofd:PageAnnot {OFD}><ofd:Annot ID=\"1\" Type=\"Watermark\"><ofd:Remark>{MARK}</ofd:Remark></ofd:Annot></ofd:PageAnnot>"
                    ),
                )],
            ),
        ),
        ("outline", build(&letter, &format!("<ofd:Outlines><ofd:OutlineElem Title=\"{MARK}\"/></ofd:Outlines>"), &[])),
        ("attachment", page(&letter, &[("Doc_0/Attachs/plan.txt", format!("{MARK}\n"))])),
        (
            "custom-tag",
            page(
                &letter,
                &[(
                    "Doc_0/Tags/CustomTag.xml",
                    format!("<?xml version=\"1.0\"?><t:tag xmlns:t=\"urn:x\"><t:level>{MARK}</t:level></t:tag>"),
                )],
            ),
        ),
        (
            "seal",
            page(
                &letter,
                &[("Doc_0/Signs/Sign_0/Seal.esl", format!("0\u{2}\u{1}\u{0}\u{c}\u{d}{MARK}\u{2}\u{1}\u{0}"))],
            ),
        ),
        ("truncated", clean[..clean.len() * 2 / 3].to_vec()),
    ]
}

fn build(layer: &str, document: &str, more: &[(&str, String)]) -> Vec<u8> {
    let mut parts = vec![
        (
            "OFD.xml",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:OFD {OFD} Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
            ),
        ),
        (
            "Doc_0/Document.xml",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:Document {OFD}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/></ofd:Pages>{document}</ofd:Document>"
            ),
        ),
        (
            "Doc_0/Pages/Page_0/Content.xml",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:Page {OFD}><ofd:Content><ofd:Layer ID=\"2\">{layer}</ofd:Layer></ofd:Content></ofd:Page>"
            ),
        ),
    ];
    parts.extend(more.iter().map(|(name, text)| (*name, text.clone())));
    zip(&named(parts))
}

/// One object for all of a text, in millimetres.
fn object(text: &str, x: f64, y: f64) -> String {
    let width = 5.6 * text.chars().count() as f64;
    format!(
        "<ofd:TextObject ID=\"3\" Boundary=\"{x:.1} {y:.1} {width:.1} 5.6\" Font=\"1\" Size=\"5.6\"><ofd:TextCode X=\"0\" Y=\"5\">{text}</ofd:TextCode></ofd:TextObject>"
    )
}

/// One object for each character, as converted invoices and stamped papers have it.
fn characters(text: &str, y: f64, step: f64) -> String {
    text.chars().enumerate().map(|(n, c)| object(&c.to_string(), 20.0 + n as f64 * step, y)).collect()
}
