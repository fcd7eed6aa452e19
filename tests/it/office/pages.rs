//! Pages with places: OpenDocument, OFD, XPS.

use super::Wanted::{Clear, Found, Gap};
use super::*;

fn odt(body: &str, styles: &str) -> Vec<u8> {
    const NAMESPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\"";
    let more: String = LINES.iter().map(|line| format!("<text:p>{line}</text:p>")).collect();
    zip(&named(vec![
        ("mimetype", "application/vnd.oasis.opendocument.text".into()),
        (
            "content.xml",
            format!(
                "<office:document-content {NAMESPACES}><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}{more}</office:text></office:body></office:document-content>"
            ),
        ),
    ]))
}

#[test]
fn opendocument_reads_as_it_is_shown() {
    let style = |font: &str| {
        format!(
            "<style:style style:name=\"T1\" style:family=\"text\"><style:text-properties style:font-name=\"{font}\"/></style:style>"
        )
    };
    let starred = |font: &str, star: &str| {
        odt(&format!("<text:p>机密<text:span text:style-name=\"T1\">{star}</text:span>10年</text:p>"), &style(font))
    };
    let boxed = |shape: &str| {
        odt(
            &format!(
                "<text:p>SEC<draw:frame><draw:{shape}><text:p>植树</text:p></draw:{shape}></draw:frame>RET//NOFORN</text:p>"
            ),
            "",
        )
    };
    let label = "<text:list-style style:name=\"L1\"><text:list-level-style-number text:level=\"1\" style:num-prefix=\"机密★\" style:num-suffix=\"年\" text:start-value=\"10\"/></text:list-style>";
    let note = "<text:p>植树<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>SECRET//NOFORN</text:p></text:note-body></text:note></text:p>";
    hold(vec![
        ("indented spans", "a.odt", odt("<text:p>\n  <text:span>SECRET//NOFORN</text:span>\n</text:p>", ""), Found),
        (
            "indented spans in a sentence",
            "b.odt",
            odt("<text:p>It is my\n    <text:span>SECRET</text:span>\n recipe for soup</text:p>", ""),
            Clear,
        ),
        ("a private character", "c.odt", starred("Wingdings", "\u{F0AB}"), Found),
        ("a letter in a symbol font", "d.odt", starred("Wingdings 2", "\u{EA}"), Found),
        ("a text box in a paragraph", "e.odt", boxed("text-box"), Found),
        ("a shape in a paragraph", "f.odt", boxed("custom-shape"), Found),
        (
            "a counted label",
            "g.odt",
            odt("<text:list><text:list-item><text:p/></text:list-item></text:list>", label),
            Found,
        ),
        ("a note's number", "h.odt", odt(note, ""), Found),
        (
            "a symbol font by another name",
            "l.odt",
            odt(
                "<text:p>密级：<text:span text:style-name=\"T1\">R</text:span>机密</text:p>",
                &format!(
                    "<style:font-face xmlns:svg=\"s\" style:name=\"W1\" svg:font-family=\"&apos;Wingdings 2&apos;\"/>{}",
                    style("W1")
                ),
            ),
            Found,
        ),
        ("a placeholder", "i.odt", odt("<text:p>机<text:placeholder>密</text:placeholder>★10年</text:p>", ""), Found),
        (
            "a field in a link",
            "j.odt",
            odt("<text:p><text:a>机<text:title>密</text:title></text:a>★10年</text:p>", ""),
            Found,
        ),
        (
            "a picture's name in a line",
            "k.odt",
            odt(
                "<text:p>SEC<draw:frame><svg:title xmlns:svg=\"s\">植树</svg:title></draw:frame>RET//NOFORN</text:p>",
                "",
            ),
            Found,
        ),
    ]);
}

fn ofd(layer: &str, more: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let ofd = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";
    let mut parts = named(vec![
        (
            "OFD.xml",
            format!(
                "<ofd:OFD {ofd}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
            ),
        ),
        (
            "Doc_0/Document.xml",
            format!(
                "<ofd:Document {ofd}><ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/></ofd:Pages></ofd:Document>"
            ),
        ),
        (
            "Doc_0/Pages/Page_0/Content.xml",
            format!("<ofd:Page {ofd}><ofd:Content><ofd:Layer>{layer}</ofd:Layer></ofd:Content></ofd:Page>"),
        ),
    ]);
    parts.extend(more.iter().map(|(name, bytes)| ((*name).to_string(), bytes.clone())));
    zip(&parts)
}

fn object(y: u32, inner: &str) -> String {
    format!("<ofd:TextObject Boundary=\"20 {y} 80 6\" Font=\"5\" Size=\"5\">{inner}</ofd:TextObject>")
}

fn code(place: &str, text: &str) -> String {
    format!("<ofd:TextCode {place}>{text}</ofd:TextCode>")
}

#[test]
fn ofd_reads_as_it_is_shown() {
    let body: String = (0..3).map(|n| object(60 + n * 10, &code("X=\"0\" Y=\"5\"", LINES[n as usize]))).collect();
    let two = |first: &str, second: &str| {
        ofd(&format!("{}{body}", object(20, &format!("{}{}", code(first, "机密★"), code(second, "10年")))), &[])
    };
    let glyphs = |text: &str| {
        let transform = "<ofd:CGTransform CodePosition=\"0\" CodeCount=\"6\" GlyphCount=\"6\"><ofd:Glyphs>1 2 3 4 5 6</ofd:Glyphs></ofd:CGTransform>";
        object(20, &format!("{transform}{}", code("X=\"0\" Y=\"5\"", text)))
    };
    let path = |curves: usize| {
        format!(
            "<ofd:PathObject Boundary=\"20 20 5 7\"><ofd:AbbreviatedData>M 0 0 {}C</ofd:AbbreviatedData></ofd:PathObject>",
            "L 1 1 B 1 2 3 4 5 6 ".repeat(curves)
        )
    };
    // Shapes one behind the other, of so many kinds.
    let letters = |count: usize, kinds: usize| -> String {
        let letter = |n: usize| {
            format!(
                "<ofd:PathObject Boundary=\"{} 20 5 7\"><ofd:AbbreviatedData>M 0 0 {}L 4 5 C</ofd:AbbreviatedData></ofd:PathObject>",
                20 + 5 * n,
                "L 1 5 Q 2 3 4 1 ".repeat(2 + n % kinds)
            )
        };
        (0..count).map(letter).collect()
    };
    let font = [vec![1, 0, 4, 2], (1..=255).collect()].concat();
    hold(vec![
        ("two pieces on a line", "a.ofd", two("X=\"0\" Y=\"5\" DeltaX=\"5 5\"", "X=\"15\" Y=\"5\""), Found),
        ("the second without its place", "b.ofd", two("X=\"20\" Y=\"5\"", ""), Found),
        ("two pieces below each other", "c.ofd", two("X=\"0\" Y=\"5\"", "X=\"0\" Y=\"12\""), Found),
        (
            "two pieces downwards",
            "d.ofd",
            two("X=\"0\" Y=\"5\" DeltaY=\"5 5\"", "X=\"0\" Y=\"20\" DeltaY=\"5 5\""),
            Found,
        ),
        (
            "a private character",
            "e.ofd",
            ofd(&format!("{}{body}", object(20, &code("X=\"0\" Y=\"5\"", "机密\u{F0AB}10年"))), &[]),
            Found,
        ),
        (
            "glyphs for private codes",
            "f.ofd",
            ofd(&glyphs("\u{E001}\u{E002}\u{E003}\u{E004}\u{E005}\u{E006}"), &[]),
            Gap(GapReason::Glyphs),
        ),
        (
            "glyphs for blanks",
            "g.ofd",
            ofd(&glyphs("\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}"), &[]),
            Gap(GapReason::Glyphs),
        ),
        ("glyphs for characters", "h.ofd", ofd(&format!("{}{body}", glyphs("植树预算报告")), &[]), Clear),
        ("nothing but outlines", "i.ofd", ofd(&path(300), &[]), Gap(GapReason::Picture)),
        (
            "a line of outlines beside text",
            "m.ofd",
            ofd(&format!("{}{body}", letters(13, 5)), &[]),
            Gap(GapReason::Picture),
        ),
        ("an emblem beside text", "n.ofd", ofd(&format!("{}{body}", letters(4, 5)), &[]), Clear),
        ("boxes beside text", "o.ofd", ofd(&format!("{}{body}", letters(13, 1)), &[]), Clear),
        ("a curve beside text", "j.ofd", ofd(&format!("{}{body}", path(300)), &[]), Clear),
        ("a few lines", "k.ofd", ofd(&path(50), &[]), Clear),
        (
            "a bare font",
            "l.ofd",
            ofd(&body, &[("Doc_0/Res/font_1.cff", font.clone()), ("Doc_0/Res/font_2.dat", font)]),
            Clear,
        ),
    ]);
}

#[test]
fn xps_reads_as_it_is_shown() {
    let xps = |page: &str| {
        zip(&named(vec![
            (
                "[Content_Types].xml",
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".into(),
            ),
            (
                "Documents/1/Pages/1.fpage",
                format!("<FixedPage xmlns=\"http://schemas.microsoft.com/xps/2005/06\">{page}</FixedPage>"),
            ),
        ]))
    };
    let glyphs = |text: &str, x: u32, y: u32| {
        format!(
            "<Glyphs FontUri=\"/f.odttf\" FontRenderingEmSize=\"16\" OriginX=\"{x}\" OriginY=\"{y}\" UnicodeString=\"{text}\"/>"
        )
    };
    let body: String = (0..3).map(|n| glyphs(LINES[n as usize], 70, 150 + n * 30)).collect();
    let numbers: String = (0..4)
        .map(|n| format!("<Glyphs FontUri=\"/f.odttf\" OriginX=\"70\" OriginY=\"{n}\" Indices=\"36;37;38,50;39\"/>"))
        .collect();
    hold(vec![
        ("text", "a.xps", xps(&body), Clear),
        (
            "a mark in pieces",
            "b.xps",
            xps(&format!("{body}{}{}", glyphs("密★10年", 86, 100), glyphs("机", 70, 100))),
            Found,
        ),
        ("text given by numbers of glyphs", "c.xps", xps(&numbers), Gap(GapReason::Glyphs)),
        (
            "nothing but outlines",
            "d.xps",
            xps(&"<Path Data=\"M 0,0 L 1,1 C 1,1 2,2 3,3 4,4 5,5 6,6 Z\"/>".repeat(200)),
            Gap(GapReason::Picture),
        ),
    ]);
}
