//! One PDF for each place in which a mark can hide, and hostile ones. Written by hand from
//! ISO 32000-2; no font is embedded but one made here of nothing but a character map.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

const MARK: &str = "机密★10年";
/// CIDs of the mark in Adobe-GB1.
const CIDS: [u16; 6] = [2063, 2785, 174, 830, 829, 2893];

pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut add = |name: &str, pdf: Vec<u8>| files.push((format!("pdf/{name}.pdf"), pdf));
    add("clean-letter", Pdf::letter().build());
    for (name, font, text) in fonts() {
        let mut pdf = Pdf::with(&format!("BT /F2 16 Tf 72 780 Td {text} Tj ET"));
        pdf.font(&font);
        add(name, pdf.build());
    }
    for (name, content) in contents() {
        add(name, Pdf::with(&content).build());
    }
    for (name, pdf) in places() {
        add(name, pdf.build());
    }
    add("font-in-the-page", fonts_in_the_page().build());
    add("earlier-version", earlier_version());
    add("attachment", attachment(MARK.as_bytes()));
    add("attachment-clean", attachment("植树通知\n".as_bytes()));
    add("attachment-stored-clean", attached_as_it_is(""));
    add("attachment-stored", attached_as_it_is(&format!("BT /F1 16 Tf 72 780 Td {} Tj ET", gbk(MARK))));
    let mut pdf = Pdf::letter();
    pdf.object(stream("/Type/Metadata/Subtype/XML", b"\n566 0 obj\n<<\n"));
    add("object-begun-in-a-stream", pdf.build());
    add("encrypted", encrypted());
    let marked = Pdf::with(&format!("BT /F1 16 Tf 72 780 Td {} Tj ET", gbk(MARK))).build();
    add("in-a-zip", super::package::zip(&[("信.pdf".to_string(), marked)]));
    add("picture-only", picture_only());
    add("picture-in-strips", page_in_strips());
    add("picture-cut-short", page_of(100, &[255; 7_000]));
    add("glyphs-without-text", glyphs_without_text());
    add("truncated", Pdf::letter().build()[..700].to_vec());
    if let Some((name, _)) = files.iter_mut().find(|(name, _)| name == "pdf/in-a-zip.pdf") {
        *name = "pdf/in-a-zip.zip".to_string();
    }
    files.extend(hostile().into_iter().map(|(name, pdf)| (format!("hostile/{name}.pdf"), pdf)));
    files
}

/// A PDF being written. Objects 1 to 5: catalog, pages, page, font, content.
#[derive(Clone)]
struct Pdf {
    objects: Vec<Vec<u8>>,
    /// Entries added to the catalog, the page and the trailer.
    catalog: String,
    page: String,
    trailer: String,
    fonts: String,
}

impl Pdf {
    fn letter() -> Self {
        Pdf::with("")
    }

    /// An ordinary letter under some content.
    fn with(content: &str) -> Self {
        let letter = format!(
            "{content} BT /F1 12 Tf 72 700 Td {} Tj 0 -20 Td {} Tj ET",
            gbk("关于春季植树的通知"),
            gbk("各科室：")
        );
        let font = composite("GBK-EUC-H", "GB1", "");
        Pdf {
            objects: vec![vec![], vec![], vec![], font.into_bytes(), stream("", letter.as_bytes())],
            catalog: String::new(),
            page: String::new(),
            trailer: String::new(),
            fonts: String::new(),
        }
    }

    /// Adds an object and gives its number.
    fn object(&mut self, object: impl Into<Vec<u8>>) -> usize {
        self.objects.push(object.into());
        self.objects.len()
    }

    fn font(&mut self, font: &str) {
        let number = if font.contains("TRUETYPE") {
            let program = self.object(stream("", &true_type()));
            self.object(font.replace("TRUETYPE", &format!("{program} 0 R")))
        } else if let Some((font, map)) = font.split_once('\u{1}') {
            let map = self.object(stream("", map.as_bytes()));
            self.object(font.replace("MAP", &format!("{map} 0 R")))
        } else {
            self.object(font)
        };
        self.fonts = format!("/F2 {number} 0 R");
    }

    fn build(mut self) -> Vec<u8> {
        self.objects[0] = format!("<</Type/Catalog/Pages 2 0 R{}>>", self.catalog).into_bytes();
        self.objects[1] = b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec();
        self.objects[2] = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F1 4 0 R{}>>>>{}>>",
            self.fonts, self.page
        )
        .into_bytes();
        let mut out = b"%PDF-1.7\n".to_vec();
        let numbered: Vec<(usize, Vec<u8>)> = self.objects.into_iter().enumerate().map(|(n, o)| (n + 1, o)).collect();
        section(&mut out, &numbered, &format!("/Root 1 0 R{}", self.trailer), true);
        out
    }
}

/// Objects with their cross-reference table and trailer.
fn section(out: &mut Vec<u8>, objects: &[(usize, Vec<u8>)], trailer: &str, first: bool) {
    let mut table = if first { "xref\n0 1\n0000000000 65535 f \n".to_string() } else { "xref\n".to_string() };
    for (number, object) in objects {
        table.push_str(&format!("{number} 1\n{:010} 00000 n \n", out.len()));
        out.extend(format!("{number} 0 obj\n").into_bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(format!("{table}trailer\n<</Size 100{trailer}>>\nstartxref\n{start}\n%%EOF\n").into_bytes());
}

fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("<<{entries}/Length {}>>\nstream\n", bytes.len());
    [head.as_bytes(), bytes, b"\nendstream"].concat()
}

fn hex(bytes: &[u8]) -> String {
    format!("<{}>", bytes.iter().map(|b| format!("{b:02X}")).collect::<String>())
}

fn gbk(text: &str) -> String {
    hex(&encoding_rs::GBK.encode(text).0)
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// A text string with its byte order mark.
fn string(text: &str) -> String {
    hex(&[&[0xFE, 0xFF], &utf16(text)[..]].concat())
}

fn cids() -> String {
    hex(&CIDS.iter().flat_map(|cid| cid.to_be_bytes()).collect::<Vec<u8>>())
}

/// Codes 1 to 6, of one byte or two.
fn codes(width: usize) -> String {
    hex(&(1..=6u8).flat_map(|code| vec![0; width - 1].into_iter().chain([code])).collect::<Vec<u8>>())
}

/// A composite font that is not embedded.
fn composite(encoding: &str, ordering: &str, more: &str) -> String {
    format!(
        "<</Type/Font/Subtype/Type0/BaseFont/Stars/Encoding/{encoding}{more}/DescendantFonts[<</Type/Font/Subtype/CIDFontType0\
         /BaseFont/Stars/CIDSystemInfo<</Registry(Adobe)/Ordering({ordering})/Supplement 0>>/DW 1000\
         /FontDescriptor<</Type/FontDescriptor/FontName/Stars/Flags 4>>>>]>>"
    )
}

/// A ToUnicode map from the codes 1 to 6 to the mark.
fn to_unicode(width: usize) -> String {
    let lines: String = MARK
        .chars()
        .zip(1..)
        .map(|(c, code)| format!("<{code:0width$X}> {}\n", hex(&utf16(&c.to_string())), width = width * 2))
        .collect();
    let ends = format!("<{}> <{}>", "00".repeat(width), "FF".repeat(width));
    format!("begincmap 1 begincodespacerange {ends} endcodespacerange 6 beginbfchar\n{lines}endbfchar endcmap")
}

/// Ways in which a font says which characters it shows.
fn fonts() -> Vec<(&'static str, String, String)> {
    let encoded = |encoding: &'static encoding_rs::Encoding, text: &str| hex(&encoding.encode(text).0);
    let named: String = MARK.chars().map(|c| format!("/uni{:04X}", c as u32)).collect();
    let procedures: String = named.split('/').skip(1).map(|name| format!("/{name} 5 0 R")).collect();
    vec![
        ("font-gbk", composite("GBK-EUC-H", "GB1", ""), gbk(MARK)),
        ("font-gb-euc", composite("GB-EUC-H", "GB1", ""), gbk(MARK)),
        ("font-gbkp", composite("GBKp-EUC-H", "GB1", ""), gbk(MARK)),
        ("font-ucs2", composite("UniGB-UCS2-H", "GB1", ""), hex(&utf16(MARK))),
        ("font-utf16", composite("UniGB-UTF16-H", "GB1", ""), hex(&utf16(MARK))),
        ("font-big5", composite("ETen-B5-H", "CNS1", ""), encoded(encoding_rs::BIG5, "機密★10年")),
        ("font-cid-gb1", composite("Identity-H", "GB1", ""), cids()),
        ("font-shift-jis", composite("90ms-RKSJ-H", "Japan1", ""), encoded(encoding_rs::SHIFT_JIS, "極秘")),
        ("font-uhc", composite("KSCms-UHC-H", "Korea1", ""), encoded(encoding_rs::EUC_KR, "대외비")),
        ("font-vertical", composite("GBK-EUC-V", "GB1", ""), gbk(MARK)),
        ("font-to-unicode", format!("{}\u{1}{}", composite("Identity-H", "Identity", "/ToUnicode MAP"), to_unicode(2)), codes(2)),
        (
            "font-simple-to-unicode",
            format!("<</Type/Font/Subtype/Type1/BaseFont/Stars/FirstChar 1/LastChar 6/Widths[1000 1000 1000 1000 1000 1000]/ToUnicode MAP>>\u{1}{}", to_unicode(1)),
            codes(1),
        ),
        (
            "font-glyph-names",
            format!("<</Type/Font/Subtype/Type1/BaseFont/Stars/FirstChar 1/LastChar 6/Widths[1000 1000 1000 1000 1000 1000]/Encoding<</Type/Encoding/Differences[1{named}]>>>>"),
            codes(1),
        ),
        (
            "font-type3",
            format!("<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 1/LastChar 6/Widths[1000 1000 1000 1000 1000 1000]/CharProcs<<{procedures}>>/Encoding<</Type/Encoding/Differences[1{named}]>>/ToUnicode MAP>>\u{1}{}", to_unicode(1)),
            codes(1),
        ),
        (
            "font-true-type",
            "<</Type/Font/Subtype/Type0/BaseFont/Stars/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/Stars/CIDToGIDMap/Identity/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/Stars/Flags 4/FontFile2 TRUETYPE>>>>]>>".into(),
            codes(2),
        ),
    ]
}

/// Two fonts that are no objects of their own: only the second one names the mark.
fn fonts_in_the_page() -> Pdf {
    let simple = "/Type/Font/Subtype/Type1/BaseFont/Stars/FirstChar 1/LastChar 6/Widths[1000 1000 1000 1000 1000 1000]";
    let named = |text: &str| text.chars().map(|c| format!("/uni{:04X}", u32::from(c))).collect::<String>();
    let font = |text: &str| format!("<<{simple}/Encoding<</Type/Encoding/Differences[1{}]>>>>", named(text));
    let shown = codes(1);
    let mut pdf = Pdf::with(&format!("BT /F2 16 Tf 72 780 Td {shown} Tj /F3 16 Tf 0 -40 Td {shown} Tj ET"));
    pdf.fonts = format!("/F2 {} /F3 {}", font("关于植树节日"), font(MARK));
    pdf
}

/// A TrueType font of seven empty glyphs; its map leads from the mark to the glyphs 1 to 6.
fn true_type() -> Vec<u8> {
    let words = |words: &[u16]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    let mut pairs: Vec<(u16, u16)> = MARK.encode_utf16().zip(1..).collect();
    pairs.sort_unstable();
    let segments = pairs.len() as u16 + 1;
    let ends: Vec<u16> = pairs.iter().map(|(c, _)| *c).chain([0xFFFF]).collect();
    let deltas: Vec<u16> = pairs.iter().map(|(c, gid)| gid.wrapping_sub(*c)).chain([1]).collect();
    let length = 16 + 8 * segments;
    let mut map = words(&[0, 1, 3, 1, 0, 12, 4, length, 0, segments * 2, 8, 2, segments * 2 - 8]);
    for part in [&ends[..], &[0], &ends[..], &deltas[..], &vec![0; ends.len()][..]] {
        map.extend(words(part));
    }
    let head =
        words(&[1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1000, 1000, 0, 8, 2, 0, 0]);
    let hhea = words(&[1, 0, 800, 0xFF38, 0, 1000, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
    let mut metrics = words(&[1000, 0]);
    metrics.extend(words(&[0; 6]));
    let maxp = words(&[1, 0, 7, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
    let tables: [(&[u8; 4], Vec<u8>); 7] = [
        (b"cmap", map),
        (b"glyf", vec![0; 4]),
        (b"head", head),
        (b"hhea", hhea),
        (b"hmtx", metrics),
        (b"loca", words(&[0; 8])),
        (b"maxp", maxp),
    ];
    let mut out = words(&[1, 0, 7, 64, 2, 48]);
    let mut offset = 12 + 16 * tables.len();
    let mut body = Vec::new();
    for (tag, table) in &tables {
        out.extend(*tag);
        for number in [0, offset as u32, table.len() as u32] {
            out.extend(number.to_be_bytes());
        }
        let padded = table.len().next_multiple_of(4);
        body.extend(table);
        body.resize(body.len() + padded - table.len(), 0);
        offset += padded;
    }
    out.extend(body);
    out
}

/// Ways of drawing the mark.
fn contents() -> Vec<(&'static str, String)> {
    let mark = gbk(MARK);
    let letters = |place: &dyn Fn(usize) -> String| -> String {
        MARK.chars()
            .enumerate()
            .map(|(n, c)| format!("BT /F1 16 Tf {} {} Tj ET ", place(n), gbk(&c.to_string())))
            .collect()
    };
    let pieces: String = MARK.chars().map(|c| format!("{} -20 ", gbk(&c.to_string()))).collect();
    vec![
        ("letter-by-letter", letters(&|n| format!("{} 780 Td", 72 + 16 * n))),
        ("drawn-backwards", {
            let all: Vec<String> = MARK
                .chars()
                .enumerate()
                .map(|(n, c)| format!("BT /F1 16 Tf {} 780 Td {} Tj ET ", 72 + 16 * n, gbk(&c.to_string())))
                .collect();
            all.into_iter().rev().collect()
        }),
        ("kerned-pieces", format!("BT /F1 16 Tf 72 780 Td [{pieces}] TJ ET")),
        ("wide-letters", letters(&|n| format!("{} 780 Td", 72 + 32 * n))),
        ("rotated", format!("BT /F1 16 Tf 0.7071 0.7071 -0.7071 0.7071 200 300 Tm {mark} Tj ET")),
        ("column-of-letters", letters(&|n| format!("500 {} Td", 780 - 20 * n))),
        ("invisible", format!("BT 3 Tr /F1 16 Tf 72 780 Td {mark} Tj ET")),
        ("white-and-tiny", format!("1 g BT /F1 1 Tf 72 780 Td {mark} Tj ET 0 g")),
        (
            "actual-text",
            format!("/Span <</ActualText {}>> BDC BT /F1 16 Tf 72 780 Td {} Tj ET EMC", string(MARK), gbk("公开")),
        ),
        (
            "under-actual-text",
            format!("/Span <</ActualText {}>> BDC BT /F1 16 Tf 72 780 Td {mark} Tj ET EMC", string("公开")),
        ),
        ("behind-too-many-numbers", format!("{} n BT /F1 16 Tf 72 780 Td {mark} Tj ET", "1 ".repeat(40))),
    ]
}

/// Places outside the page's text.
fn places() -> Vec<(&'static str, Pdf)> {
    let mark = string(MARK);
    let shown = format!("BT /F1 16 Tf 10 10 Td {} Tj ET", gbk(MARK));
    let resources = "/Resources<</Font<</F1 4 0 R>>>>";
    let mut places = Vec::new();
    let mut place = |name: &'static str, make: &dyn Fn(&mut Pdf)| {
        let mut pdf = Pdf::letter();
        make(&mut pdf);
        places.push((name, pdf));
    };
    let annotation = |pdf: &mut Pdf, entries: &str| {
        let number = pdf.object(format!("<</Type/Annot/Rect[9 9 99 99]{entries}>>"));
        pdf.page = format!("/Annots[{number} 0 R]");
    };
    place("comment", &|pdf| annotation(pdf, &format!("/Subtype/Text/Contents {mark}")));
    place("comment-author", &|pdf| annotation(pdf, &format!("/Subtype/Text/T {mark}")));
    place("comment-subject", &|pdf| annotation(pdf, &format!("/Subtype/Text/Subj {mark}")));
    place("comment-rich-text", &|pdf| {
        annotation(pdf, &format!("/Subtype/FreeText/RC {}", string(&format!("<body><p>{MARK}</p></body>"))));
    });
    place("stamp", &|pdf| {
        let form =
            pdf.object(stream(&format!("/Type/XObject/Subtype/Form/BBox[0 0 99 99]{resources}"), shown.as_bytes()));
        annotation(pdf, &format!("/Subtype/Stamp/AP<</N {form} 0 R>>"));
    });
    place("link", &|pdf| {
        annotation(
            pdf,
            &format!("/Subtype/Link/A<</S/URI/URI {}>>", hex(format!("https://trees.example/?{MARK}").as_bytes())),
        );
    });
    for (name, key) in [("form-value", "V"), ("form-default", "DV"), ("form-tooltip", "TU")] {
        place(name, &|pdf| {
            annotation(pdf, &format!("/Subtype/Widget/FT/Tx/T(name)/{key} {mark}"));
            pdf.catalog = "/AcroForm<</Fields[6 0 R]>>".into();
        });
    }
    place("form-choice", &|pdf| annotation(pdf, &format!("/Subtype/Widget/FT/Ch/T(level)/Opt[(a){mark}]")));
    place("information", &|pdf| {
        let info = pdf.object(format!("<</Title {mark}>>"));
        pdf.trailer = format!("/Info {info} 0 R");
    });
    place("information-custom", &|pdf| {
        let info = pdf.object(format!("<</Level {mark}>>"));
        pdf.trailer = format!("/Info {info} 0 R");
    });
    place("information-label", &|pdf| {
        let info = pdf.object("<</MSIP_Label_11111111-2222-3333-4444-555555555555_Name(Confidential)>>");
        pdf.trailer = format!("/Info {info} 0 R");
    });
    place("metadata", &|pdf| {
        let xmp = format!(
            "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><rdf:Description><dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{MARK}</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
        );
        let number = pdf.object(stream("/Type/Metadata/Subtype/XML", xmp.as_bytes()));
        pdf.catalog = format!("/Metadata {number} 0 R");
    });
    place("outline", &|pdf| {
        let item = pdf.object(format!("<</Title {mark}/Parent 7 0 R/Dest[3 0 R/Fit]>>"));
        let root = pdf.object(format!("<</Type/Outlines/First {item} 0 R/Last {item} 0 R/Count 1>>"));
        pdf.catalog = format!("/Outlines {root} 0 R");
    });
    place("page-label", &|pdf| pdf.catalog = format!("/PageLabels<</Nums[0<</S/D/P {mark}>>]>>"));
    place("layer-name", &|pdf| {
        let layer = pdf.object(format!("<</Type/OCG/Name {mark}>>"));
        pdf.catalog = format!("/OCProperties<</OCGs[{layer} 0 R]/D<<>>>>");
    });
    place("layer-off", &|pdf| {
        let layer = pdf.object("<</Type/OCG/Name(draft)>>");
        pdf.catalog = format!("/OCProperties<</OCGs[{layer} 0 R]/D<</OFF[{layer} 0 R]>>>>");
        let form = pdf.object(stream(
            &format!("/Type/XObject/Subtype/Form/BBox[0 0 595 842]/OC {layer} 0 R{resources}"),
            shown.as_bytes(),
        ));
        pdf.objects[4] = stream("", b"/Fm Do");
        pdf.fonts = format!(">>/XObject<</Fm {form} 0 R");
    });
    place("form-object", &|pdf| {
        let form = pdf.object(stream(
            &format!("/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Matrix[1 0 0 1 60 760]{resources}"),
            shown.as_bytes(),
        ));
        pdf.objects[4] = stream("", b"/Fm Do");
        pdf.fonts = format!(">>/XObject<</Fm {form} 0 R");
    });
    place("pattern", &|pdf| {
        let tile = pdf.object(stream(
            &format!(
                "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 200 50]/XStep 200/YStep 50{resources}"
            ),
            shown.as_bytes(),
        ));
        pdf.objects[4] = stream("", b"/Pattern cs /P1 scn 0 0 595 842 re f");
        pdf.fonts = format!(">>/Pattern<</P1 {tile} 0 R");
    });
    place("alternative-text", &|pdf| {
        let figure = pdf.object(format!("<</Type/StructElem/S/Figure/Alt {mark}/P 7 0 R>>"));
        let tree = pdf.object(format!("<</Type/StructTreeRoot/K[{figure} 0 R]>>"));
        pdf.catalog = format!("/StructTreeRoot {tree} 0 R");
    });
    place("script", &|pdf| {
        pdf.catalog = format!("/OpenAction<</S/JavaScript/JS {}>>", string(&format!("app.alert('x');\n// {MARK}\n")));
    });
    place("script-stream", &|pdf| {
        let script = pdf.object(stream("", format!("app.alert('x');\n// {MARK}\n").as_bytes()));
        pdf.catalog = format!("/OpenAction<</S/JavaScript/JS {script} 0 R>>");
    });
    place("named-destination", &|pdf| pdf.catalog = format!("/Names<</Dests<</Names[{mark}[3 0 R/Fit]]>>>>"));
    place("unreferenced", &|pdf| {
        pdf.object(stream("", format!("BT /F1 16 Tf 72 780 Td {} Tj ET", gbk(MARK)).as_bytes()));
    });
    place("compressed", &|pdf| {
        let content = format!("BT /F1 16 Tf 72 780 Td {} Tj ET", gbk(MARK));
        pdf.objects[4] = stream("/Filter/FlateDecode", &deflate(content.as_bytes()));
    });
    places
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("written to memory");
    encoder.finish().expect("finished in memory")
}

/// The marked page was replaced by an update that left it in the file (7.5.6).
fn earlier_version() -> Vec<u8> {
    let mut out = Pdf::with(&format!("BT /F1 16 Tf 72 780 Td {} Tj ET", gbk(MARK))).build();
    let before = String::from_utf8_lossy(&out).rfind("xref\n0 1").expect("a table");
    let clean = Pdf::letter().objects[4].clone();
    section(&mut out, &[(5, clean)], &format!("/Root 1 0 R/Prev {before}"), false);
    out
}

fn attachment(bytes: &[u8]) -> Vec<u8> {
    attached(&stream("/Type/EmbeddedFile/Filter/FlateDecode", &deflate(bytes)))
}

/// An attached PDF stored as it is, which has objects this one has not.
fn attached_as_it_is(content: &str) -> Vec<u8> {
    let mut inner = Pdf::with(content);
    for _ in 0..20 {
        inner.object("<<>>");
    }
    attached(&stream("/Type/EmbeddedFile", &inner.build()))
}

fn attached(file: &[u8]) -> Vec<u8> {
    let mut pdf = Pdf::letter();
    let file = pdf.object(file);
    let spec = pdf.object(format!("<</Type/Filespec/F(plan.txt)/UF(plan.txt)/EF<</F {file} 0 R>>>>"));
    pdf.catalog = format!("/Names<</EmbeddedFiles<</Names[(plan.txt) {spec} 0 R]>>>>");
    pdf.build()
}

/// It asks for a password: the check value of the empty one does not fit (7.6.4.4).
fn encrypted() -> Vec<u8> {
    let mut pdf = Pdf::letter();
    let (owner, user) = (hex(&[0x5A; 32]), hex(&[0xA5; 32]));
    let number = pdf.object(format!("<</Filter/Standard/V 2/R 3/Length 128/P -3904/O {owner}/U {user}>>"));
    pdf.trailer = format!("/Encrypt {number} 0 R/ID[<01><01>]");
    pdf.build()
}

fn picture_only() -> Vec<u8> {
    page_of(2, &[0, 255, 255, 0])
}

/// A page that is one grey picture, so many pixels wide and high.
fn page_of(side: u32, samples: &[u8]) -> Vec<u8> {
    let mut pdf = Pdf::letter();
    let kind = "/Type/XObject/Subtype/Image/BitsPerComponent 8/ColorSpace/DeviceGray";
    let picture = pdf.object(stream(&format!("{kind}/Width {side}/Height {side}"), samples));
    pdf.objects[4] = stream("", b"q 595 0 0 842 0 0 cm /Im Do Q");
    pdf.fonts = format!(">>/XObject<</Im {picture} 0 R");
    pdf.build()
}

/// A page that is one picture in fifty strips, each too low for a line of text.
fn page_in_strips() -> Vec<u8> {
    let mut pdf = Pdf::letter();
    let kind = "/Type/XObject/Subtype/Image/BitsPerComponent 8/ColorSpace/DeviceGray";
    let strip = pdf.object(stream(&format!("{kind}/Width 100/Height 2"), &[255; 200]));
    let drawn: String =
        (0..50).map(|n| format!("q 595 0 0 16.84 0 {:.2} cm /Im Do Q\n", f64::from(n) * 16.84)).collect();
    pdf.objects[4] = stream("", drawn.as_bytes());
    pdf.fonts = format!(">>/XObject<</Im {strip} 0 R");
    pdf.build()
}

/// Codes of a font that neither says what they mean nor is embedded.
fn glyphs_without_text() -> Vec<u8> {
    let mut pdf = Pdf::with(&format!("BT /F2 16 Tf 72 780 Td {} Tj ET", codes(2)));
    pdf.font(&composite("Identity-H", "Identity", ""));
    pdf.build()
}

fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let mut files = Vec::new();
    let mut nested = Pdf::letter();
    nested.object(format!("{}(x){}", "[".repeat(50_000), "]".repeat(50_000)));
    files.push(("nested-arrays", nested.build()));

    let operators = b"0 0 m 1 1 l\n".repeat(1 << 20);
    let mut bomb = Pdf::letter();
    bomb.objects[4] = stream("/Filter[/FlateDecode/FlateDecode]", &deflate(&deflate(&operators.repeat(12))));
    files.push(("flate-bomb", bomb.build()));

    let mut cycle = Pdf::letter().build();
    replace(&mut cycle, b"/Kids[3 0 R]/Count 1", b"/Kids[2 0 R]/Count 9");
    files.push(("page-tree-cycle", cycle));

    let mut forms = Pdf::letter();
    // Each form draws the next one twenty times.
    for depth in 0..12 {
        let next = forms.objects.len() + 2;
        let entries = format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</Fm {next} 0 R>>>>");
        let content = if depth == 11 { "0 0 m".to_string() } else { "/Fm Do ".repeat(20) };
        forms.object(stream(&entries, content.as_bytes()));
    }
    forms.objects[4] = stream("", b"/Fm Do");
    forms.fonts = ">>/XObject<</Fm 6 0 R".into();
    files.push(("forms-in-forms", forms.build()));

    let mark = format!("BT /F1 16 Tf 72 780 Td {} Tj ET", gbk(MARK));
    let mut loops = Pdf::with(&mark).build();
    let table = String::from_utf8_lossy(&loops).rfind("xref\n0 1").expect("a table");
    replace(&mut loops, b"/Size 100", format!("/Size 100/Prev {table}").as_bytes());
    files.push(("xref-loop", loops));

    let mut form = Pdf::letter();
    form.object(stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</Fm 6 0 R>>>>", b"/Fm Do"));
    form.objects[4] = stream("", format!("/Fm Do {mark}").as_bytes());
    form.fonts = ">>/XObject<</Fm 6 0 R".into();
    files.push(("form-in-itself", form.build()));
    files
}

fn replace(bytes: &mut Vec<u8>, from: &[u8], to: &[u8]) {
    let at = bytes.windows(from.len()).position(|window| window == from).expect("the bytes to replace");
    bytes.splice(at..at + from.len(), to.iter().copied());
}
