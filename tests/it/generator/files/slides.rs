//! Presentations: one for each place of a slide in which a mark can hide.

use super::hostile::encrypted_office;
use super::package::{named, zip};

const NAMESPACES: &str = concat!(
    r#"xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" "#,
    r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" "#,
    r#"xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" "#,
    r#"xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main""#
);
const MARK: &str = "机密★10年";

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let text = |text: &str| shape(&run(text));
    let clean = deck(&text("植树安排"), "", &[]);
    let decks = vec![
        ("clean", clean.clone()),
        ("slide", deck(&text(MARK), "", &[])),
        ("split-over-runs", deck(&shape(&["机", "密★", "10年"].map(run).concat()), "", &[])),
        (
            "table",
            deck(
                &format!(
                    "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr h=\"1\"><a:tc><a:txBody><a:p>{}</a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>",
                    run(MARK)
                ),
                "",
                &[],
            ),
        ),
        (
            "speaker-notes",
            deck(&text("植树安排"), "", &[("ppt/notesSlides/notesSlide1.xml", tree("notes", &text(MARK)))]),
        ),
        (
            "slide-master",
            deck(&text("植树安排"), "", &[("ppt/slideMasters/slideMaster1.xml", tree("sldMaster", &text(MARK)))]),
        ),
        (
            "comment",
            deck(
                &text("植树安排"),
                "",
                &[(
                    "ppt/comments/comment1.xml",
                    part("cmLst", &format!("<p:cm authorId=\"0\"><p:text>{MARK}</p:text></p:cm>")),
                )],
            ),
        ),
        (
            "alt-text",
            deck(
                &format!("<p:pic><p:nvPicPr><p:cNvPr id=\"3\" name=\"p\" descr=\"{MARK}\"/></p:nvPicPr></p:pic>"),
                "",
                &[],
            ),
        ),
        (
            "smartart",
            deck(
                &text("植树安排"),
                "",
                &[(
                    "ppt/diagrams/data1.xml",
                    format!(
                        "<?xml version=\"1.0\"?><dgm:dataModel {NAMESPACES}><dgm:ptLst><dgm:pt><dgm:t><a:p>{}{}</a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>",
                        run("机密"),
                        run("★10年")
                    ),
                )],
            ),
        ),
        (
            "section-name",
            deck(
                &text("植树安排"),
                &format!(
                    "<p:extLst><p:ext uri=\"x\"><p14:sectionLst><p14:section name=\"{MARK}\" id=\"x\"/></p14:sectionLst></p:ext></p:extLst>"
                ),
                &[],
            ),
        ),
        // A mark is in one paragraph or it is none.
        (
            "clean-neighbours",
            deck(
                &format!("<p:sp><p:txBody><a:p>{}</a:p><a:p>{}</a:p></p:txBody></p:sp>", run("播种机"), run("密★10年")),
                "",
                &[],
            ),
        ),
        ("truncated", clean[..clean.len() * 2 / 3].to_vec()),
        ("encrypted", encrypted_office()),
    ];
    decks.into_iter().map(|(name, bytes)| (format!("pptx/{name}.pptx"), bytes)).collect()
}

/// A deck of three slides of which the third holds `tree`, with notes and comments of its own.
fn deck(third: &str, more: &str, parts: &[(&str, String)]) -> Vec<u8> {
    let target = |id: u32, kind: &str, target: &str| {
        format!(
            r#"<Relationship Id="rId{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
        )
    };
    let relations = |inner: String| {
        format!(
            "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{inner}</Relationships>"
        )
    };
    let plain = |text: &str| tree("sld", &shape(&run(text)));
    let order = (1..=3).map(|n| format!("<p:sldId id=\"{}\" r:id=\"rId{n}\"/>", 255 + n)).collect::<String>();
    // The order of slides is told by the presentation, not by the names of parts.
    let slides = [(1, "slide4"), (2, "slide2"), (3, "slide1")]
        .map(|(id, file)| target(id, "slide", &format!("slides/{file}.xml")));
    let own =
        [target(1, "notesSlide", "../notesSlides/notesSlide1.xml"), target(2, "comments", "../comments/comment1.xml")];
    let mut all = vec![
        ("[Content_Types].xml", CONTENT_TYPES.to_string()),
        ("_rels/.rels", relations(target(1, "officeDocument", "ppt/presentation.xml"))),
        ("ppt/presentation.xml", part("presentation", &format!("<p:sldIdLst>{order}</p:sldIdLst>{more}"))),
        ("ppt/slides/slide4.xml", plain("秋季植树")),
        ("ppt/slides/slide2.xml", plain("工具清单")),
        ("ppt/slides/slide1.xml", tree("sld", third)),
        ("ppt/slides/_rels/slide1.xml.rels", relations(own.concat())),
        ("ppt/_rels/presentation.xml.rels", relations(slides.concat())),
    ];
    all.extend(parts.iter().map(|(name, text)| (*name, text.clone())));
    zip(&named(all))
}

fn part(root: &str, inner: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><p:{root} {NAMESPACES}>{inner}</p:{root}>")
}

fn tree(root: &str, inner: &str) -> String {
    part(root, &format!("<p:cSld><p:spTree>{inner}</p:spTree></p:cSld>"))
}

fn run(text: &str) -> String {
    format!("<a:r><a:rPr lang=\"zh-CN\"/><a:t>{text}</a:t></a:r>")
}

fn shape(runs: &str) -> String {
    format!("<p:sp><p:nvSpPr><p:cNvPr id=\"2\" name=\"t\"/></p:nvSpPr><p:txBody><a:p>{runs}</a:p></p:txBody></p:sp>")
}

const CONTENT_TYPES: &str = concat!(
    r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
    r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
    r#"<Default Extension="xml" ContentType="application/xml"/>"#,
    r#"<Override PartName="/ppt/presentation.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/>"#,
    "</Types>"
);
