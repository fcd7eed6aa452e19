//! What is shown otherwise than it is written: letters of symbol fonts, words of drawings, marks of form in prose,
//! values of settings, pages inside other files.

use super::*;

#[test]
fn letters_of_a_symbol_font_are_what_they_look_like() {
    let mail = |page: Vec<u8>| {
        let head = "From: a@trees.example\r\nTo: b@trees.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n";
        [head.as_bytes(), &page].concat()
    };
    // A letter of the font for a ticked box.
    let ticked = |font: &str| page(&format!("<p>密级：<{font}>R</{}>机密</p>", &font[..4]));
    let head = "<style>.box, #x{font-family:\"Wingdings 2\"}</style>";
    let rtf = |text: &str| {
        let fonts = "{\\fonttbl{\\f0\\fnil\\fcharset134 SimSun;}{\\f1\\fnil\\fcharset2{\\*\\panose 05}Wingdings 2;}}";
        format!("{{\\rtf1\\ansi\\ansicpg936\\deff0{fonts}\\u23494?\\u32423?\\u-230?{text}\\par x\\par}}").into_bytes()
    };
    let level = "\\u26426?\\u23494?";
    check(vec![
        ("a font", "a.html", ticked("font face=\"Wingdings 2\""), Found),
        ("a style", "a.html", ticked("span style=\"font:12pt 'Wingdings 2'\""), Found),
        ("a class", "a.html", page(&format!("{head}<p>密级：<span class=box>R</span>机密</p>")), Found),
        ("a name", "a.html", page(&format!("{head}<p>密级：<span id=x><b>R</b></span>机密</p>")), Found),
        (
            "a style of Office",
            "a.html",
            ticked("span style='font-family:宋体;mso-symbol-font-family:\"Wingdings 2\"'"),
            Found,
        ),
        ("a private character", "a.html", page("<p>密级：<font face=\"Wingdings 2\">&#xF052;</font>机密</p>"), Found),
        ("the same in a mail", "a.eml", mail(ticked("font face=\"Wingdings 2\"")), Found),
        (
            "another font within",
            "a.html",
            page("<p style='font-family:Wingdings 2'><font face=Arial>R</font> 植树</p>"),
            Clear,
        ),
        ("words in a symbol font", "a.html", page(&format!("<p style='font-family:Wingdings'>{BANNER}</p>")), Found),
        ("a byte", "a.rtf", rtf(&format!("{{\\f1 R}}{level}")), Found),
        ("a font that is left again", "a.rtf", rtf(&format!("\\f1 R\\f0 {level}")), Found),
        ("a font that is reset", "a.rtf", rtf(&format!("\\f1 R\\plain {level}")), Found),
        ("a private character", "a.rtf", rtf(&format!("{{\\f1\\u-4014?}}{level}")), Found),
        ("words in a symbol font", "a.rtf", rtf(&format!("\\par\\f1 {BANNER}")), Found),
        (
            "an enclosed character",
            "a.rtf",
            rtf(
                "\\par\\u26426?{\\field{\\*\\fldinst EQ \\\\o\\\\ac(\\u9675?,\\u23494?)}{\\fldrslt}}\\u9733?10\\u24180?",
            ),
            Found,
        ),
        ("a large first letter", "a.rtf", rtf("\\par\\pard\\dropcapli2\\dropcapt1 S\\par\\pard ECRET//NOFORN"), Found),
    ]);
}

#[test]
fn drawings_show_their_words_or_are_told() {
    let svg = |inner: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 595 842\">{inner}</svg>");
    let words = svg("<text y=\"20\">机<tspan>密</tspan>★10年</text><text y=\"90\">植树</text>");
    let lines = svg(
        "<text y=\"20\">关于植树<tspan x=\"0\" y=\"40\">机密★</tspan><tspan y=\"40\">10年</tspan><tspan x=\"0\" dy=\"1.2em\">方案</tspan></text>",
    );
    let inside = svg(
        "<foreignObject><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>植树</p><p>机<b>密</b>★10年</p></div></foreignObject>",
    );
    let letters: String = (0..40).map(|n| format!("<use xlink:href=\"#font_1_{}\" x=\"{n}\"/>", n % 9)).collect();
    let letters = svg(&letters);
    let outlines = svg(&format!("<path d=\"M 0 0 {}\"/>", "C 1 2 3 4 5 6 ".repeat(500)));
    let icon = format!("<svg viewBox=\"0 0 24 24\"><path d=\"M0 0{}\"/></svg>", "C1 2 3 4 5 6 ".repeat(500));
    let mut rows: Vec<Row> = Vec::new();
    for (svg, wanted) in
        [(&words, Found), (&lines, Found), (&inside, Found), (&letters, Told), (&outlines, Told), (&icon, Clear)]
    {
        let in_string = serde_json::to_string(&[format!("{svg}\n"), String::new()]).expect("strings");
        for (kind, name, text) in [
            ("a file", "a.svg", svg.clone()),
            ("in a page", "a.html", String::from_utf8_lossy(&page(svg)).into_owned()),
            ("in an address", "a.html", format!("<html><img src=\"data:image/svg+xml,{}\"></html>", percent(svg))),
            ("in base64", "a.md", format!("![x](data:image/svg+xml;base64,{})\n", base64(svg.as_bytes()))),
            ("in a style sheet", "a.css", format!("body{{background:url('data:image/svg+xml,{}')}}\n", percent(svg))),
            (
                "in a style",
                "a.html",
                format!(
                    "<html><style>p{{background:url(\"data:image/svg+xml;utf8,{}\")}}</style><p>x</html>",
                    svg.replace('"', "'")
                ),
            ),
            ("in a notebook", "a.ipynb", format!("{{\"cells\":[{{\"image/svg+xml\":{in_string}}}]}}")),
        ] {
            rows.push((kind, name, text.into_bytes(), wanted));
        }
    }
    check(rows);
}

#[test]
fn marks_of_form_are_not_part_of_a_word() {
    let subtitle = |text: &str| format!("1\n00:00:01,000 --> 00:00:02,000\n{text}\n").into_bytes();
    check(vec![
        ("emphasis", "a.md", "植树\n\n机**密**★10年\n\n植树\n".into(), Found),
        ("escapes", "a.md", "trees\n\nSECRET\\/\\/NOFORN\n\ntrees\n".into(), Found),
        ("references", "a.md", "植树\n\n机&hairsp;&#23494;★10年\n\n植树\n".into(), Found),
        ("tags", "a.md", "植树\n\n机<span>密</span>★10年\n\n植树\n".into(), Found),
        ("emphasis of GBK", "a.md", gbk("植树\n\n机**密**★10年\n\n植树\n"), Found),
        ("subtitles", "a.srt", subtitle("<i>机</i><b>密</b>★10年"), Found),
        (
            "subtitles of the web",
            "a.vtt",
            "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Li>机<b>密</b>★10年\n".to_string().into_bytes(),
            Found,
        ),
        (
            "styled subtitles",
            "a.ass",
            "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\b1}机{\\b0}密★10年\n".into(),
            Found,
        ),
        ("a mention", "a.md", "请**机密**文件的管理人员于周五前报送份数。\n".into(), Clear),
    ]);
}

#[test]
fn values_are_what_a_program_shows() {
    let mail = |page: &str| {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nX-ALT-DESC;FMTTYPE=text/html:{page}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n").into_bytes()
    };
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let old: String = gbk(MARK).iter().chain(&[0]).map(|byte| format!("{byte:02x},")).collect();
    check(vec![
        ("a catalogue", "a.po", "msgid \"trees\"\nmsgstr \"\"\n\"机\"\n\"密★10年\"\n".into(), Found),
        ("a registry", "a.reg", format!("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\a]\r\n\"b\"=\"{MARK}\"\r\n").into_bytes(), Found),
        ("a registry of old", "a.reg", format!("REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\a]\r\n\"b\"=hex(2):{}\r\n", old.trim_end_matches(',')).into_bytes(), Found),
        ("escapes of YAML", "a.yaml", format!("title: \"{}\"\nitem: tree\n", escaped(MARK)).into_bytes(), Found),
        ("a value of YAML", "a.yml", format!("item: tree\ntitle: {MARK}\n").into_bytes(), Found),
        ("escapes of TOML", "a.toml", format!("title = \"{}\"\n", escaped(MARK)).into_bytes(), Found),
        ("a property list of old", "a.strings", format!("\"t\" = \"{}\";\n", escaped(MARK).replace("\\u", "\\U")).into_bytes(), Found),
        ("an address", "a.txt", format!("https://trees.example/?t={}\n", percent(MARK)).into_bytes(), Found),
        ("a value behind a long one", "a.json", format!("{{\"a\":\"{}\",\"t\":\"{}\"}}", "x".repeat(1 << 17), escaped(MARK)).into_bytes(), Found),
        ("JSON in GBK", "a.json", gbk(&format!("{{\"t\":\"{MARK}\"}}")), Found),
        ("JSON in UTF-16", "a.json", wide(&format!("\u{FEFF}{{\"t\":\"{MARK}\"}}")), Found),
        ("a page in JSON", "a.json", "{\"html\":\"<p>机<b>密</b>★10年</p>\"}".into(), Found),
        ("a page in a notebook", "a.ipynb", "{\"cells\":[{\"text/html\":[\"<div>\\n\",\"机<b>密</b>★10年\\n\",\"</div>\"]}]}".into(), Found),
        ("a page a script writes", "a.html", page("<script>document.write('<p>机<b>密</b>★10年</p>')</script>"), Found),
        ("a page in a calendar", "a.ics", mail("<p>机<b>密</b>★10年</p>"), Found),
        ("a page in a feed", "a.rss", "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><item><description>&lt;p&gt;机&lt;b&gt;密&lt;/b&gt;★10年&lt;/p&gt;</description></item></channel></rss>".into(), Found),
        ("a page in a map", "a.kml", "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Placemark><description><![CDATA[<p>机<b>密</b>★10年</p>]]></description></Placemark></kml>".into(), Found),
        ("a mind map", "a.mm", format!("<map version=\"1.0.1\">\n<node TEXT=\"{MARK}\"/>\n</map>").into_bytes(), Found),
        ("settings", "a.yaml", "class: internal\nsecret: \"${SECRET}\"\n- secret\n".into(), Clear),
        ("words of an interface", "a.po", "msgid \"Secret\"\nmsgstr \"秘密\"\n\nmsgid \"Secret key\"\nmsgstr \"密钥\"\n".into(), Clear),
    ]);
}
