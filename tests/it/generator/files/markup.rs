//! RTF, HTML, XML, JSON and tables as text: one for each way of theirs to hide or to spell a mark.

const MARK: &str = "机密★10年";

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = rtf().into_iter().map(|(n, b)| (format!("rtf/{n}.rtf"), b)).collect();
    files.extend(html().into_iter().map(|(name, bytes)| (format!("html/{name}.html"), bytes)));
    files.extend(data().into_iter().map(|(name, text)| (format!("text/{name}"), text.into_bytes())));
    files
}

fn rtf() -> Vec<(&'static str, Vec<u8>)> {
    let file = |body: &str| {
        format!("{{\\rtf1\\ansi\\ansicpg936\\deff0{{\\fonttbl{{\\f0\\fcharset134 SimSun;}}}}{body}}}").into_bytes()
    };
    let mark = unicode(MARK);
    let letter = unicode("植树通知");
    let clean = file(&format!("\\pard {letter}\\par"));
    vec![
        ("clean", clean.clone()),
        ("unicode", file(&format!("\\pard\\uc1 {mark}\\par"))),
        // The two bytes of 机 in GBK, in groups of their own.
        ("split-bytes", file("\\pard\\f0 {\\b \\'bb}{\\i \\'fa}\\'c3\\'dc\\'a1\\'ef10\\'c4\\'ea\\par")),
        ("header", file(&format!("{{\\header\\pard {mark}\\par}}\\pard {letter}\\par"))),
        ("hidden", file(&format!("\\pard{{\\v {mark}}}\\par"))),
        ("unknown-destination", file(&format!("{{\\*\\unheardof {mark}}}\\pard {letter}\\par"))),
        (
            "user-property",
            file(&format!(
                "{{\\*\\userprops{{\\propname {}}}\\proptype30{{\\staticval {mark}}}}}\\pard {letter}\\par",
                unicode("密级")
            )),
        ),
        ("document-variable", file(&format!("{{\\*\\docvar {{level}}{{{mark}}}}}\\pard {letter}\\par"))),
        ("field-argument", file(&format!("\\pard{{\\field{{\\*\\fldinst QUOTE \"{mark}\"}}{{\\fldrslt x}}}}\\par"))),
        (
            "picture",
            file(&format!(
                "\\pard{{\\pict\\wmetafile8 {}}}\\par",
                hex(&MARK.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
            )),
        ),
        // Words of two cells are no word.
        ("clean-neighbours", file(&format!("\\trowd {}\\cell {}\\cell\\row", unicode("播种机"), unicode("密★10年")))),
        ("truncated", clean[..clean.len() - 12].to_vec()),
    ]
}

fn unicode(text: &str) -> String {
    text.encode_utf16()
        .map(|unit| if unit < 128 { char::from(unit as u8).to_string() } else { format!("\\u{}?", unit as i16) })
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn html() -> Vec<(&'static str, Vec<u8>)> {
    let page = |body: &str| {
        format!(
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>植树通知</title></head><body>{body}</body></html>"
        )
    };
    let utf16 = |text: String| -> Vec<u8> {
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    let text = |body: &str| page(body).into_bytes();
    vec![
        ("clean", text("<p>植树通知</p>")),
        ("split-over-elements", text("<p><b>机</b><i>密</i><span>★10</span>年</p>")),
        ("character-references", text("<p>&#26426;&#x5bc6&starf;10年</p>")),
        ("soft-hyphen", text("<p>机&shy;密<wbr>★10年</p>")),
        ("ruby", text("<p><ruby>机<rt>ji</rt>密<rp>(</rp><rt>mi</rt><rp>)</rp></ruby>★10年</p>")),
        ("comment", text(&format!("<!--[if mso]><table><tr><td>{MARK}</td></tr></table><![endif]-->植树"))),
        ("script-escapes", text("<script>var level = \"\\u673a\\u5bc6\\u260510\\u5e74\";</script>植树")),
        ("style-escapes", text("<style>p::before{content:\"\\673a\\5bc6\\2605 10\\5e74\"}</style><p>植树</p>")),
        ("page-in-a-page", text(&format!("<iframe srcdoc=\"&lt;p&gt;{MARK}&lt;/p&gt;\"></iframe>"))),
        (
            "data-address",
            text("<a href=\"data:text/plain;charset=utf-8,%E6%9C%BA%E5%AF%86%E2%98%8510%E5%B9%B4\">x</a>"),
        ),
        ("utf-16", utf16(page(&format!("<div>植树</div><p>{MARK}</p>")))),
        ("clean-neighbours", text("<table><tr><td>播种机</td><td>密★10年</td></tr></table>")),
    ]
}

fn data() -> Vec<(&'static str, String)> {
    vec![
        ("cell.csv", format!("\"树种\",\"密级\"\r\n\"银杏\",\"{MARK}\"\r\n")),
        ("clean-neighbours.csv", "\"播种机\",\"密★10年\"\r\n".to_string()),
        ("escapes.json", "{\"level\": \"\\u673a\\u5bc6\\u260510\\u5e74\"}\n".to_string()),
        ("clean-levels.json", "{\"levels\": [\"绝密\", \"机密\", \"秘密\", \"内部\"]}\n".to_string()),
        ("mixed-content.xml", "<?xml version=\"1.0\"?>\n<note><p>机<b>密</b>★10年</p></note>\n".to_string()),
        ("clean-neighbours.xml", "<?xml version=\"1.0\"?>\n<row><c>播种机</c><c>密★10年</c></row>\n".to_string()),
    ]
}
