//! Text-like formats, a row a kind: what an ordinary program shows a person is found or told, and what
//! only looks like it stays quiet. All inputs are made here, as real programs write them.

#![allow(clippy::panic)]

use std::io::Write as _;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};
use mizha::model::Verdict;
use mizha::scan::Scanner;

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| Scanner::builtin().expect("built-in packs are valid"));

const MARK: &str = "机密★10年";
const BANNER: &str = "SECRET//NOFORN";
const PROSE: &str = "各部门按时完成植树任务并报送办公室。\n";

/// What a row is to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The mark is found.
    Found,
    /// The mark is found, or the file is not said to be clear.
    Told,
    /// Nothing is found, and nothing is unread.
    Clear,
}
use Wanted::{Clear, Found, Told};

mod shown;

type Row = (&'static str, &'static str, Vec<u8>, Wanted);

/// Rows that do not come out as wanted.
fn wrong(rows: Vec<Row>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (kind, name, bytes, wanted) in rows {
        let report = SCANNER.scan_bytes(Some(name), &bytes);
        let found = report.findings.iter().any(|finding| finding.verdict >= mizha::model::Severity::Warn);
        let is_right = match wanted {
            Found => found,
            Told => report.verdict != Verdict::Clear,
            Clear => report.verdict == Verdict::Clear,
        };
        if !is_right {
            let gaps: Vec<_> =
                report.gaps.iter().map(|gap| format!("{} {}", gap.location, gap.reason.as_str())).collect();
            wrong.push(format!("{kind} ({name}): {} instead of {wanted:?} {gaps:?}", report.verdict.as_str()));
        }
    }
    wrong
}

fn check(rows: Vec<Row>) {
    let wrong = wrong(rows);
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}

fn page(body: &str) -> Vec<u8> {
    format!("<!doctype html><html><head><meta charset=\"utf-8\"></head><body>{body}<p>植树任务</p></body></html>")
        .into_bytes()
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = bytes.chunks(3).flat_map(|group| {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        (0..4).map(move |n| match n <= group.len() {
            true => SIGNS[(bits >> (18 - 6 * n)) as usize & 63] as char,
            false => '=',
        })
    });
    groups.collect()
}

/// Base64 in lines, each followed by `end`.
fn lines(bytes: &[u8], width: usize, end: &str) -> String {
    base64(bytes).as_bytes().chunks(width).map(|line| format!("{}{end}", String::from_utf8_lossy(line))).collect()
}

/// A chunk of a PNG.
fn chunk(tag: &[u8], data: &[u8]) -> Vec<u8> {
    let body = [tag, data].concat();
    let mut crc = flate2::Crc::new();
    crc.update(&body);
    [&(data.len() as u32).to_be_bytes()[..], &body, &crc.sum().to_be_bytes()].concat()
}

/// A white page of 800 by 1100 pixels.
fn picture() -> Vec<u8> {
    let header = [&800u32.to_be_bytes()[..], &1100u32.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::fast());
    pixels.write_all(&vec![0xFF; 801 * 1100]).expect("in memory");
    let pixels = pixels.finish().expect("in memory");
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), &chunk(b"IDAT", &pixels), &chunk(b"IEND", b"")].concat()
}

/// Bytes without any order, as keys and hashes have them.
fn noise(length: usize) -> Vec<u8> {
    (0..length as u32).map(|n| (n.wrapping_mul(2_654_435_761).rotate_left(7) >> 11) as u8).collect()
}

#[test]
fn pages_show_what_browsers_show() {
    check(vec![
        ("a sign that opens no tag", "a.html", page(&format!("<pre>if a < b\n{MARK}\nend</pre>")), Found),
        ("a sign before a digit", "a.html", page(&format!("<p>x<3<br>{MARK}</p>")), Found),
        ("a sign before a Han character", "a.html", page(&format!("<p>数量<三</p><p>{MARK}</p>")), Found),
        ("a word where attributes stand", "a.html", page(&format!("<p>x<y 时，\n{MARK}\n>z</p>")), Told),
        ("a named reference in a word", "a.html", page("<p>机&hairsp;密★10年</p>"), Found),
        ("a reference nobody sees", "a.html", page("<p>SEC&ZeroWidthSpace;RET//NOFORN</p>"), Found),
        ("a sign as a reference", "a.html", page("<p>TLP&colon;RED</p>"), Found),
        ("the shortest comment", "a.html", page("<p>机<!-->密★10年</p>"), Found),
        ("a comment ended oddly", "a.html", page("<p>机<!-- x --!>密★10年</p>"), Found),
        ("an instruction", "a.html", page("<p>机<?x?>密★10年</p>"), Found),
        ("an end of nothing", "a.html", page("<p>机</x>密★10年</p>"), Found),
        ("an element of another program", "a.html", page("<p>机<o:p></o:p>密★10年</p>"), Found),
        ("lines of pre", "a.html", page(&format!("<pre>关于\n{MARK}\n方案</pre>")), Found),
        ("lines of a style sheet", "a.html", page(&format!("<style>.m{{white-space:pre-wrap}}</style><div class=m>关于\n{MARK}\n方案</div>")), Found),
        ("a block by its style", "a.html", page(&format!("<span style='display:block'>植树</span><span style='display:block'>{MARK}</span>")), Found),
        ("the number of a note", "a.html", page(&format!("<p><sup>1</sup>{BANNER}</p>")), Found),
        ("the number of a note in a link", "a.html", page(&format!("<p><a href='#r'>[1]</a>{BANNER}</p>")), Found),
        ("a number behind", "a.html", page(&format!("<p>{BANNER}<sup>1</sup></p>")), Found),
        ("the label of an item", "a.html", page(&format!("<p><![if !supportLists]><span>·&nbsp;</span><![endif]>{BANNER}</p>")), Found),
        ("the same in a mail", "a.eml", [&b"From: a@trees.example\r\nTo: b@trees.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"[..], &page(&format!("<pre>a < b\n{MARK}\n</pre>"))].concat(), Found),
        ("a comparison in prose", "a.html", page("<p>a < b, b << c, 3<4 &amp; 5>2</p>"), Clear),
        ("XHTML with an empty title", "a.xhtml", format!("<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title/><script src=\"a.js\"/></head><body><p>{MARK}</p></body></html>").into_bytes(), Found),
    ]);
}

#[test]
fn bytes_refute_the_character_set_that_is_declared() {
    let html = |charset: &str| {
        format!(
            "<!doctype html><html><head><meta charset={charset}></head><body><p>{MARK}</p><p>植树</p></body></html>"
        )
    };
    let xml = |declaration: &str| format!("<?xml version=\"1.0\"{declaration}?><list><item>{MARK}</item></list>");
    let mail = |word: &str| {
        format!("From: a@trees.example\r\nTo: b@trees.example\r\nSubject: =?{word}?=\r\n\r\nspades\r\n").into_bytes()
    };
    let mut rows = Vec::new();
    for charset in ["gb2312", "big5", "iso-8859-1", "utf-16", "shift_jis", "hz-gb-2312"] {
        rows.push(("UTF-8 called otherwise", "a.html", html(charset).into_bytes(), Found));
        rows.push(("UTF-8 called otherwise", "a.xml", xml(&format!(" encoding=\"{charset}\"")).into_bytes(), Found));
    }
    for charset in ["utf-8", "big5", "iso-8859-1"] {
        rows.push(("GBK called otherwise", "a.html", gbk(&html(charset)), Found));
        rows.push(("GBK called otherwise", "a.xml", gbk(&xml(&format!(" encoding=\"{charset}\""))), Found));
    }
    rows.push(("GBK that says nothing", "a.xml", gbk(&xml("")), Found));
    rows.push(("a subject that is UTF-8", "a.eml", mail(&format!("gb2312?B?{}", base64(MARK.as_bytes()))), Found));
    rows.push(("a subject that is GBK", "a.eml", mail(&format!("utf-8?B?{}", base64(&gbk(MARK)))), Found));
    rows.push(("Latin 1 that is", "a.html", b"<!doctype html><html><head><meta charset=iso-8859-1></head><body><p>B\xE4ume f\xFCr \xD6sterreich</p></body></html>".to_vec(), Clear));
    check(rows);
}

#[test]
fn rich_text_keeps_what_stands_beside_the_line_beside_it() {
    let rtf = |text: &str| format!("{{\\rtf1\\ansi\\deff0{text}}}").into_bytes();
    let mark = "\\u26426?\\u23494?\\u9733?10\\u24180?";
    check(vec![
        (
            "a table of page styles",
            "a.rtf",
            rtf(&format!("{{\\*\\pgdsctbl{{\\pgdsc0 Default;}}}}\\pard {mark}\\par x\\par")),
            Found,
        ),
        ("a group nobody knows", "a.rtf", rtf(&format!("{{\\*\\unheard of}}{mark}\\par x\\par")), Found),
        (
            "the number of an annotation",
            "a.rtf",
            rtf(&format!("{{\\*\\annotation{{\\*\\atnref 12}}{BANNER}}}x\\par")),
            Found,
        ),
        ("the label of an item", "a.rtf", rtf(&format!("{{\\listtext\\u8226?\\tab}}{BANNER}\\par x\\par")), Found),
        (
            "the name of a property",
            "a.rtf",
            rtf(&format!("{{\\*\\userprops{{\\propname A}}\\proptype30{{\\staticval {BANNER}}}}}x\\par")),
            Found,
        ),
        (
            "a count that outlives its group",
            "a.rtf",
            rtf("{\\uc3\\u26426}\\u23494?\\u9733?10\\u24180?\\par x\\par"),
            Found,
        ),
        ("the number of a note", "a.rtf", rtf(&format!("x{{\\footnote{{\\super 1}}{BANNER}}}\\par")), Found),
        ("an unheard group in prose", "a.rtf", rtf("a{\\*\\unheard of}b\\par"), Clear),
    ]);
}

#[test]
fn what_is_encoded_in_a_text_is_read_or_told() {
    let (picture, mark) = (picture(), format!("{MARK}\n关于植树的通知\n"));
    let url = format!("data:image/png;base64,{}", base64(&picture));
    let office = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"";
    let word = "xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\"";
    let package = "xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\"";
    let rows: Vec<(&'static str, &'static str, String)> = vec![
        (
            "flat OpenDocument",
            "a.fodt",
            format!(
                "<?xml version=\"1.0\"?><office:document {office}><office:body><text:p>x<office:binary-data>{}</office:binary-data></text:p></office:body></office:document>",
                lines(&picture, 72, "\n")
            ),
        ),
        (
            "Word 2003",
            "a.xml",
            format!(
                "<?xml version=\"1.0\"?><w:wordDocument {word}><w:body><w:p><w:pict><w:binData w:name=\"wordml://1.png\">{}</w:binData></w:pict></w:p></w:body></w:wordDocument>",
                lines(&picture, 76, "\r\n")
            ),
        ),
        (
            "flat package",
            "a.xml",
            format!(
                "<?xml version=\"1.0\"?><pkg:package {package}><pkg:part pkg:name=\"/word/media/image1.png\"><pkg:binaryData>{}</pkg:binaryData></pkg:part></pkg:package>",
                lines(&picture, 76, "\n")
            ),
        ),
        (
            "uniform office",
            "a.uot",
            format!(
                "<?xml version=\"1.0\"?><uof:UOF xmlns:uof=\"http://schemas.uof.org/cn/2003/uof\"><uof:对象集><uof:数据>{}</uof:数据></uof:对象集></uof:UOF>",
                base64(&picture)
            ),
        ),
        ("a drawing", "a.svg", format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"{url}\"/></svg>")),
        ("a style sheet", "a.css", format!("body{{background:url({url})}}")),
        ("Markdown", "a.md", format!("# 植树\n\n![x]({url})\n")),
        (
            "a style in a page",
            "a.html",
            format!("<!doctype html><html><style>p{{background:url(\"{url}\")}}</style><p>x</p></html>"),
        ),
        (
            "a notebook",
            "a.ipynb",
            format!(
                "{{\"cells\":[{{\"outputs\":[{{\"data\":{{\"image/png\":\"{}\"}}}}]}}]}}",
                lines(&picture, 76, "\\n")
            ),
        ),
        (
            "a card",
            "a.vcf",
            format!(
                "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:a\r\nPHOTO;ENCODING=b;TYPE=PNG:{}END:VCARD\r\n",
                lines(&picture, 74, "\r\n ").trim_end_matches(' ')
            ),
        ),
        (
            "a calendar",
            "a.ics",
            format!(
                "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH;ENCODING=BASE64;VALUE=BINARY:{}END:VEVENT\r\nEND:VCALENDAR\r\n",
                lines(&picture, 74, "\r\n ").trim_end_matches(' ')
            ),
        ),
        ("JSON", "a.json", format!("{{\"file\":\"{}\"}}", base64(&picture).replace('/', "\\/"))),
        (
            "a property list",
            "a.plist",
            format!(
                "<?xml version=\"1.0\"?><!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\"><plist version=\"1.0\"><dict><key>a</key><data>\n{}</data></dict></plist>",
                lines(&picture, 68, "\n\t")
            ),
        ),
    ];
    let mut rows: Vec<Row> = rows.into_iter().map(|(kind, name, text)| (kind, name, text.into_bytes(), Told)).collect();
    let text = |bytes: &[u8]| base64(bytes);
    for (kind, name, bytes) in [
        ("a text in JSON", "a.json", format!("{{\"data\":\"{}\"}}", text(mark.as_bytes()))),
        ("a text in a list of settings", "a.ini", format!("note={}\n", text(mark.as_bytes()))),
        ("GBK in base64", "a.txt", format!("note: {}\n", text(&gbk(&mark)))),
        ("characters by their numbers", "a.properties", format!("label={}\nitem=tree\n", escaped(MARK))),
        ("a directory", "a.ldif", format!("dn: cn=a\ndescription:: {}\n", text(MARK.as_bytes()))),
        ("quoted-printable", "a.txt", format!("{}\n\n植树\n", quoted(MARK)).replace("植树", "trees")),
        ("uuencode", "a.txt", uuencoded("a.txt", mark.as_bytes())),
    ] {
        rows.push((kind, name, bytes.into_bytes(), Found));
    }
    let value: String =
        MARK.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).map(|byte| format!("{byte:02x},")).collect();
    let registry = format!(
        "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\a]\r\n\"b\"=hex(2):{}\r\n",
        value.trim_end_matches(',')
    );
    let wide: Vec<u8> = [0xFEFF].into_iter().chain(registry.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    rows.push(("values of a registry", "a.reg", registry.into_bytes(), Found));
    rows.push(("values of a registry in UTF-16", "a.reg", wide, Found));
    check(rows);
}

#[test]
fn ordinary_base64_is_quiet() {
    let key = format!("-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n", lines(&noise(900), 64, "\n"));
    let font = [&b"wOF2\0\x01\0\0"[..], &noise(4000)].concat();
    let program = [&b"\0asm\x01\0\0\0"[..], &noise(4000)].concat();
    let map = base64(b"{\"version\":3,\"sources\":[\"a.js\"],\"mappings\":\"AAAA,CAAC\"}");
    let emblem = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x20\x08\x06\0\0\0";
    check(vec![
        ("a certificate", "a.pem", key.into_bytes(), Clear),
        ("a lock file", "a.json", format!("{{\"integrity\":\"sha512-{}\"}}", base64(&noise(64))).into_bytes(), Clear),
        ("a font in a style sheet", "a.css", format!("@font-face{{src:url(data:font/woff2;base64,{})}}", base64(&font)).into_bytes(), Clear),
        ("a program in a script", "a.js", format!("var w=\"{}\";", base64(&program)).into_bytes(), Clear),
        ("a source map", "a.js", format!("a();\n//# sourceMappingURL=data:application/json;base64,{map}\n").into_bytes(), Clear),
        ("an emblem", "a.css", format!("a{{background:url(data:image/png;base64,{})}}", base64(emblem)).into_bytes(), Clear),
        ("paths that begin as a picture does", "a.txt", b"/wordpress/wp-content/uploads/2030/garden\n/workspace/MyProject/src/Main\n/worship/songs/of/the/valley\n".to_vec(), Clear),
        ("names in a minified script", "a.js", "function getElementsByClassNameAndTagNameFromDocumentFragment(){return XMLHttpRequestEventTargetPrototype}".repeat(50).into_bytes(), Clear),
    ]);
}

#[test]
fn languages_of_pages_drawings_and_tables_are_read_or_told() {
    let coded: String =
        MARK.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\U+{:04X}", c as u32) }).collect();
    let drawing = |text: &str, kind: &str| {
        format!("  0\r\nSECTION\r\n  2\r\nENTITIES\r\n  0\r\n{kind}\r\n  8\r\n0\r\n  1\r\n{text}\r\n  0\r\nENDSEC\r\n  0\r\nEOF\r\n").into_bytes()
    };
    let glyphs: String =
        (0..40).map(|n| format!("<use xlink:href=\"#glyph0-{}\" x=\"{n}\" y=\"20\"/>", n % 7)).collect();
    let svg = |width: u32, height: u32| {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\"><defs><symbol id=\"glyph0-1\"><path d=\"M 0 0 L 1 1\"/></symbol></defs>{glyphs}</svg>").into_bytes()
    };
    check(vec![
        (
            "PostScript",
            "a.ps",
            b"%!PS-Adobe-3.0\n%%Pages: 1\n/F 12 selectfont\n72 700 moveto <0001> show\nshowpage\n".to_vec(),
            Told,
        ),
        (
            "EPS with a preview",
            "a.eps",
            [&b"\xC5\xD0\xD3\xC6\x1E\0\0\0\x40\0\0\0"[..], &[0; 18], b"%!PS-Adobe-3.0 EPSF-3.0\nshowpage\n"].concat(),
            Told,
        ),
        (
            "a language of printers",
            "a.prn",
            b"\x1B%-12345X@PJL ENTER LANGUAGE=PCL\r\n\x1BE(s12V\x1B*p300x300Y".to_vec(),
            Told,
        ),
        ("a font in PostScript", "a.pfa", b"%!PS-AdobeFont-1.0: Trees 001.000\n/FontName /Trees def\n".to_vec(), Clear),
        ("a drawing", "a.dxf", drawing(&coded, "TEXT"), Found),
        ("lines of a drawing", "a.dxf", drawing(&format!("{{\\fSimSun|b0;\\H3.5;{coded}}}\\P植树"), "MTEXT"), Found),
        ("a drawing in GBK", "a.dxf", gbk(&String::from_utf8_lossy(&drawing(MARK, "TEXT"))), Found),
        (
            "symbolic links",
            "a.slk",
            format!("ID;PCALC\r\nC;X1;Y1;K\"{MARK}\"\r\nC;X1;Y2;K\"植树\"\r\nE\r\n").into_bytes(),
            Found,
        ),
        ("symbolic links in GBK", "a.slk", gbk(&format!("ID;PWXL;N;E\r\nC;Y1;X1;K\"{MARK}\"\r\nE\r\n")), Found),
        (
            "data interchange",
            "a.dif",
            format!(
                "TABLE\r\n0,1\r\n\"x\"\r\nDATA\r\n0,0\r\n\"\"\r\n-1,0\r\nBOT\r\n1,0\r\n\"{MARK}\"\r\n-1,0\r\nEOD\r\n"
            )
            .into_bytes(),
            Found,
        ),
        ("letters as shapes", "a.svg", svg(595, 842), Told),
        ("a formula as shapes", "a.svg", svg(90, 20), Clear),
    ]);
}

#[test]
fn stretches_of_another_encoding_are_read() {
    let prose = PROSE.repeat(1500);
    let long = gbk(&prose);
    let wide = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(order).collect() };
    let line = format!("{MARK}\n");
    check(vec![
        ("GBK behind UTF-8", "a.txt", [prose.as_bytes(), &gbk(&line)].concat(), Found),
        ("GBK amid UTF-8", "a.txt", [prose.as_bytes(), &gbk(&line), prose.as_bytes()].concat(), Found),
        (
            "UTF-8 behind GBK",
            "a.txt",
            [&long[..], format!("{PROSE}{PROSE}{PROSE}{PROSE}{PROSE}\n{line}\n{PROSE}").as_bytes()].concat(),
            Found,
        ),
        (
            "UTF-16 behind UTF-8",
            "a.txt",
            [prose.as_bytes(), &wide(&format!("{line}{PROSE}"), u16::to_le_bytes)].concat(),
            Found,
        ),
        (
            "UTF-16 with its mark behind UTF-8",
            "a.txt",
            [prose.as_bytes(), &wide(&format!("\u{FEFF}{line}{PROSE}"), u16::to_be_bytes)].concat(),
            Found,
        ),
        (
            "UTF-8 behind UTF-16",
            "a.txt",
            [
                &wide(&prose, u16::to_le_bytes)[..],
                format!("\n{PROSE}{PROSE}{PROSE}{PROSE}\n{line}\n{PROSE}").as_bytes(),
            ]
            .concat(),
            Found,
        ),
        ("a cut character in prose", "a.txt", [prose.as_bytes(), b"\xE6\x9C\n", prose.as_bytes()].concat(), Clear),
    ]);
}

#[test]
fn diagrams_are_unpacked() {
    let graph = format!(
        "<mxGraphModel><root><mxCell id=\"0\"/><mxCell id=\"2\" value=\"{MARK}\" vertex=\"1\"/><mxCell id=\"3\" value=\"植树\"/></root></mxGraphModel>"
    );
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(percent(&graph).as_bytes()).expect("in memory");
    let bare = base64(&packed.finish().expect("in memory"));
    let packed = format!("<mxfile host=\"a\"><diagram id=\"a\" name=\"b\">{bare}</diagram></mxfile>");
    let zlib = |text: &str| {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text.as_bytes()).expect("in memory");
        packed.finish().expect("in memory")
    };
    let drawn = |tag: &[u8], data: &[u8]| {
        let header = [&32u32.to_be_bytes()[..], &32u32.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
        [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), &chunk(tag, data), &chunk(b"IEND", b"")].concat()
    };
    let plain = format!("<mxfile host=\"a\"><diagram id=\"a\" name=\"b\">{graph}</diagram></mxfile>");
    let quoted = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    check(vec![
        ("packed", "a.drawio", packed.clone().into_bytes(), Found),
        ("plain", "a.drawio", plain.clone().into_bytes(), Found),
        (
            "a label that is a page",
            "a.drawio",
            plain.replace(MARK, "&lt;b&gt;机密&lt;/b&gt;★10年&lt;br&gt;植树").into_bytes(),
            Found,
        ),
        (
            "in a picture",
            "a.drawio.svg",
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\" content=\"{}\"><rect/></svg>", quoted(&packed))
                .into_bytes(),
            Found,
        ),
        (
            "in a page",
            "a.html",
            page(&format!(
                "<div class=\"mxgraph\" data-mxgraph=\"{}\"></div>",
                quoted(&format!("{{\"xml\":\"{}\"}}", packed.replace('"', "\\\"")))
            )),
            Found,
        ),
        ("a text of a picture", "a.png", drawn(b"tEXt", &[b"mxfile\0", percent(&packed).as_bytes()].concat()), Found),
        (
            "one that is packed",
            "a.png",
            drawn(b"zTXt", &[&b"mxfile\0\0"[..], &zlib(&percent(&packed))].concat()),
            Found,
        ),
        (
            "one of newer programs",
            "a.drawio.png",
            drawn(b"iTXt", &[b"mxfile\0\0\0\0\0", plain.as_bytes()].concat()),
            Found,
        ),
        (
            "one that is packed",
            "a.drawio.png",
            drawn(b"iTXt", &[&b"mxfile\0\x01\0\0\0"[..], &zlib(&packed)].concat()),
            Found,
        ),
        ("in an address", "a.txt", format!("https://a.example/#R{}\n", percent(&bare)).into_bytes(), Found),
        (
            "a plain one in an address",
            "a.md",
            format!("[x](https://a.example/#R{})\n", percent(&plain)).into_bytes(),
            Found,
        ),
        ("in a script", "a.html", page(&format!("<script>var a = '{packed}';</script>")), Found),
        ("in prose", "a.md", format!("# 植树\n\n```xml\n{packed}\n```\n").into_bytes(), Found),
    ]);
}

#[test]
fn ordinary_files_are_read_to_their_end() {
    let mail = |encoding: &str| {
        format!("From: a@trees.example\r\nTo: b@trees.example\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\nspades\r\n").into_bytes()
    };
    let mut rows: Vec<Row> = ["8bits", "7-bit", "plain", "quoted-printable;"]
        .into_iter()
        .map(|name| (name, "a.eml", mail(name), Clear))
        .collect();
    let double = [
        &b"\0\x05\x16\x07\0\x02\0\0Mac OS X        \0\x02"[..],
        &[9u32, 50, 32, 2, 82, 0].map(u32::to_be_bytes).concat(),
        &[0; 32],
    ]
    .concat();
    let catalog = |text: &str| {
        [
            &[0x9504_12DEu32, 0, 1, 28, 36, 0, 0, 4, 44, text.len() as u32, 48].map(u32::to_le_bytes).concat()[..],
            b"tree",
            text.as_bytes(),
        ]
        .concat()
    };
    rows.push(("attributes of a Mac", "._a.docx", double, Clear));
    rows.push(("places of icons", ".DS_Store", [&b"\0\0\0\x01Bud1\0\0\x10\0"[..], &[0; 4000]].concat(), Clear));
    rows.push(("a catalogue", "a.mo", catalog("植树"), Clear));
    rows.push(("a mark in a catalogue", "a.mo", catalog(MARK), Found));
    check(rows);
}

fn percent(text: &str) -> String {
    let sign = |b: u8| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(sign).collect()
}

fn escaped(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", c as u32) }).collect()
}

fn quoted(text: &str) -> String {
    text.bytes().map(|byte| format!("={byte:02X}")).collect()
}

fn uuencoded(name: &str, bytes: &[u8]) -> String {
    let sign = |bits: u32| if bits & 63 == 0 { '`' } else { ((bits & 63) as u8 + 32) as char };
    let mut text = format!("begin 644 {name}\n");
    for line in bytes.chunks(45) {
        text.push((line.len() as u8 + 32) as char);
        for group in line.chunks(3) {
            let bits = (0..3).fold(0, |bits, n| bits << 8 | u32::from(group.get(n).copied().unwrap_or_default()));
            text.extend([18, 12, 6, 0].map(|shift| sign(bits >> shift)));
        }
        text.push('\n');
    }
    text + "`\nend\n"
}
