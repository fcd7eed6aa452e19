//! Inputs for mutations that no sample is like: what stands encoded in texts, drawings, settings, prose with
//! marks of form, pictures with a diagram or a film.

use crate::files::package::{named, zip};

/// Names and bytes.
pub(super) fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let texts: [(&'static str, &str); 12] = [
        (
            "a.html",
            "<!doctype html><style>.s{font:9pt 'Wingdings 2'}p{background:url(\"data:image/svg+xml,%3Csvg%3E%3Ctext%3Ea\")}</style><p>机<font face=Wingdings>&laquo;</font><b class=s>ê</b><svg><text y=1>a<tspan y=2 dy=1>b</svg><script>a=\"<p>b</p>\"</script>",
        ),
        (
            "a.rtf",
            r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}{\f1\fcharset2{\*\panose 05}Wingdings;}}\f0\'bb\'fa{\f1\'ab\u-3925?}\plain{\field{\*\fldinst EQ \\o\\ac(\u9675?,x)}{\fldrslt}}\dropcapli2 a\par b\pard\par}",
        ),
        (
            "a.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height='297mm' viewBox=\"0 0 9 9\"><path d=\"M0 0L1 1 2 2h3C1 2 3 4 5 6a1 1 0 0 1 2 2z\"/><use href=\"#g1\"/><use xlink:href='#g2'/><text y=\"1 2\">a<tspan y='3'>b</tspan></text><foreignObject><p>c<b>d</b></p></foreignObject></svg>",
        ),
        (
            "a.drawio",
            "<mxfile><diagram name=\"a\">7ZVNj5swEIZ/DcdKgAlsjg3JtodWqpRDz15wwKrxILM45Nd3DDYfm6y6Unf3UF8iz+uZsf3MGAVkV/ePijbVdyiYCOKw6AOyD+I4SmKCf0Y5j8omTUahVLywTrNwzF+YFUOrdrxg7cpRAwjNm7WYg5Qs1yuNKgWntdszCHfOxtYhN8IxpwLf+CvPdTWqcRrO/l8ZLyt3cpRux5Un</diagram><mxCell value=\"&lt;b&gt;机&lt;/b&gt;密\"/></mxfile>",
        ),
        (
            "a.json",
            "{\"a\":\"\\u673a\\ud83c\\udf1f\",\"text/html\":[\"<div>\\n\",\"机<b>密</b>\\n\",\"</div>\"],\"image/svg+xml\":\"<svg><text>a</text></svg>\",\"x\":\"data:text/plain;base64,5py65a+G4piFMTDlubQ=\"}",
        ),
        (
            "a.md",
            "# 机**密**★10年 &#9733; <b>a</b> \\/ ![x](data:image/svg+xml,%3Csvg%3E%3Ctext%3Ea%3C/text%3E) https://a.example/#R%253Cmxfile%253E https://a.example/%E6%9C%BA%E5%AF%86\n",
        ),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\n<i>机</i>{\\b1}密{\\b0}\n"),
        ("a.yaml", "title: 机密★10年\nb: \"\\u673a\"\n- 'c'\n"),
        ("a.po", "msgid \"a\"\nmsgstr \"\"\n\"机\"\n\"密★10年\\n\"\n"),
        (
            "a.reg",
            "REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\a]\r\n\"b\"=hex(2):3a,67,c6,\\\r\n  5b,00,00\r\n\"c\"=\"d\"\r\n",
        ),
        (
            "a.ics",
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nX-ALT-DESC;FMTTYPE=text/html:<p>机<b>密</b></p>\r\nATTACH;ENCODING=BASE64;VALUE=BINARY:5py65a+G4piF\r\n MTDlubQ=\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        ),
        (
            "a.xml",
            "<?xml version=\"1.0\" encoding=\"big5\"?><rss><item><description>&lt;p&gt;机&lt;b&gt;密&lt;/b&gt;&lt;/p&gt;</description></item></rss>",
        ),
    ];
    let mut seeds: Vec<_> = texts.into_iter().map(|(name, text)| (name, text.as_bytes().to_vec())).collect();
    let visio = "<PageContents xmlns=\"http://schemas.microsoft.com/office/visio/2012/main\"><Text><cp IX='0'/>机<fld IX='0'>密</fld>\n<pp IX='1'/>b</Text></PageContents>";
    let office = "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\"><text:p>机<text:title>密</text:title><draw:frame><svg:title>a</svg:title></draw:frame></text:p></office:document-content>";
    let outlines = "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:PathObject Boundary=\"1 2 3 4\" CTM=\"1 0 0 1 0 0\"><ofd:AbbreviatedData>M 0 0 L 1 1 Q 1 2 3 4 A 1 1 0 0 1 2 2 B 1 2 3 4 5 6 C</ofd:AbbreviatedData></ofd:PathObject></ofd:Page>";
    let package = |first: (&str, &str), name: &str, part: &str| {
        zip(&named(vec![(first.0, first.1.into()), (name, part.into()), ("a.svg", texts[2].1.into())]))
    };
    let types = ("[Content_Types].xml", "<Types/>");
    let kind = ("mimetype", "application/vnd.oasis.opendocument.text");
    seeds.push(("a.vsdx", package(types, "visio/pages/page1.xml", visio)));
    seeds.push(("a.odt", package(kind, "content.xml", office)));
    seeds.push(("a.ofd", package(types, "Doc_0/Pages/Page_0/Content.xml", outlines)));
    let film = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42\0\0\0\x10moov\0\0\0\x08udta";
    seeds.push(("a.jpg", [&b"\xFF\xD8\xFF\xFE\0\x04ab\xFF\xD9"[..], film].concat()));
    let gbk = encoding_rs::GBK.encode("title: 机密★10年\n").0.into_owned();
    seeds.push(("b.yaml", ["植树\n".repeat(40).as_bytes(), &gbk].concat()));
    seeds
}
