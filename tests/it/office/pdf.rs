//! PDF: what is drawn in unusual ways, and what is drawn again and again.

use mizha::model::ModelFault;

use super::Wanted::{Clear, Found, Gap};
use super::*;

/// A page of this content, with a font of Chinese (F1), one of Latin (F2) and further objects from 7 on.
fn pdf(content: &str, fonts: &str, more: &[String]) -> Vec<u8> {
    first_edition(content, fonts, more).bytes
}

fn first_edition(content: &str, fonts: &str, more: &[String]) -> Editions {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_string(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".into(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F1 4 0 R/F2 6 0 R {fonts}>>>>>>"),
        "<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/GBK-EUC-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000>>]>>".into(),
        stream(content),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".into(),
    ];
    objects.extend(more.iter().cloned());
    let mut file = Editions::default();
    let all: Vec<(usize, String)> = objects.into_iter().enumerate().map(|(n, object)| (n + 1, object)).collect();
    file.save(&all);
    file
}

fn stream(content: &str) -> String {
    format!("<</Length {}>>\nstream\n{content}\nendstream", content.len())
}

/// A file that is saved again and again.
#[derive(Default)]
struct Editions {
    bytes: Vec<u8>,
    last: Option<usize>,
    size: usize,
}

impl Editions {
    fn save(&mut self, objects: &[(usize, String)]) {
        if self.bytes.is_empty() {
            self.bytes.extend(b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n");
        }
        let mut places = Vec::new();
        for (number, object) in objects {
            places.push((*number, self.bytes.len()));
            self.size = self.size.max(number + 1);
            self.bytes.extend(format!("{number} 0 obj\n{object}\nendobj\n").into_bytes());
        }
        let here = self.bytes.len();
        let mut table = "xref\n0 1\n0000000000 65535 f \n".to_string();
        for (number, place) in places {
            table.push_str(&format!("{number} 1\n{place:010} 00000 n \n"));
        }
        let before = self.last.map_or(String::new(), |last| format!("/Prev {last}"));
        table.push_str(&format!("trailer\n<</Size {}/Root 1 0 R{before}>>\nstartxref\n{here}\n%%EOF\n", self.size));
        self.bytes.extend(table.into_bytes());
        self.last = Some(here);
    }
}

fn gbk(text: &str) -> String {
    let bytes = encoding_rs::GBK.encode(text).0;
    format!("<{}>", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// Chinese at a place in a size.
fn at(x: u32, y: u32, size: u32, text: &str) -> String {
    format!("BT /F1 {size} Tf {x} {y} Td {} Tj ET\n", gbk(text))
}

/// Latin at a place in a size.
fn latin(x: u32, y: u32, size: u32, text: &str) -> String {
    format!("BT /F2 {size} Tf {x} {y} Td ({text}) Tj ET\n")
}

fn letter_under(content: &str) -> Vec<u8> {
    pdf(&format!("{content}{}", body()), "", &[])
}

fn body() -> String {
    (0..3).map(|n| at(72, 680 - n * 20, 12, LINES[n as usize])).collect()
}

/// Characters each a way from the one before.
fn spaced(text: &str, ways: &[u32]) -> String {
    let places = std::iter::once(0).chain(ways.iter().scan(0, |x, way| {
        *x += way;
        Some(*x)
    }));
    text.chars().zip(places).map(|(c, x)| at(72 + x, 760, 12, &c.to_string())).collect()
}

/// Shapes that stand as so many letters do, twenty a line.
fn outlined(count: u32) -> String {
    let letter = |n: u32| {
        let (x, y) = (72 + n % 20 * 14, 600 - n / 20 * 24);
        let curves: String =
            (0..3 + n % 5).map(|n| format!("{} {} {} {} {} {} c ", x + 9, y, x, y + 12, x + n, y + 6)).collect();
        format!("{x} {y} m {} {} l {curves}h f\n", x + 9, y + 12)
    };
    (0..count).map(letter).collect()
}

#[test]
fn pages_read_as_they_are_shown() {
    let broken = |content: &str| letter_under(&format!("BT 72 760 Td /F2 12 Tf {content} ET\n"));
    let wingdings = "<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+Wingdings>>".to_string();
    let starred =
        format!("{}BT /F3 12 Tf 96 760 Td <ab> Tj ET\n{}{}", at(72, 760, 12, "机密"), at(108, 760, 12, "10年"), body());
    hold(vec![
        ("operands too many", "a.pdf", broken("/F2 12. (SECRET//NOFORN) Tj"), Found),
        ("a string that nothing shows", "b.pdf", broken("(植树)"), Gap(GapReason::Damaged)),
        ("words that are no string", "c.pdf", broken("[SECRET] Tj"), Gap(GapReason::Damaged)),
        ("an array in place of a string", "d.pdf", broken("[(SECRET) -20 (//NOFORN)] Tj"), Found),
        ("a string in place of an array", "e.pdf", broken("(SECRET//NOFORN) TJ"), Found),
        ("strings of marked content", "f.pdf", letter_under("/Span <</Lang(zh)/E(tree)>> BDC EMC\n"), Clear),
        ("letters on a grid", "g.pdf", letter_under(&spaced("内部资料", &[32, 27, 37])), Found),
        ("two letters far apart", "h.pdf", letter_under(&spaced("机密", &[60])), Found),
        (
            "a box over a heading",
            "i.pdf",
            letter_under(&format!("{}{}", at(72, 760, 16, "关于春季植树的通知"), at(120, 763, 12, "机密★10年"))),
            Found,
        ),
        (
            "a label on two lines",
            "j.pdf",
            letter_under(&format!(
                "{}{}{}{}",
                at(80, 300, 12, "内部资料"),
                at(80, 286, 12, "注意保存"),
                at(160, 300, 12, "植树"),
                at(160, 286, 12, "预算")
            )),
            Found,
        ),
        (
            "a note's number",
            "k.pdf",
            letter_under(&format!("{}{}", latin(72, 103, 7, "1"), latin(76, 100, 10, "SECRET//NOFORN"))),
            Found,
        ),
        (
            "a number before a line",
            "l.pdf",
            letter_under(&format!("{}{}", latin(72, 100, 10, "1"), at(89, 100, 10, "内部资料 注意保存"))),
            Found,
        ),
        (
            "a page of outlines with its number",
            "n.pdf",
            pdf(&format!("{}{}", outlined(80), latin(290, 40, 10, "1")), "", &[]),
            Gap(GapReason::PictureModel(ModelFault::Missing)),
        ),
        ("a name in outlines", "o.pdf", letter_under(&outlined(12)), Clear),
        ("a symbol font", "m.pdf", pdf(&starred, "/F3 7 0 R", &[wingdings]), Found),
    ]);
}

/// Each edition that is saved behind the last shows its own page, and no other is read again.
#[test]
fn a_file_saved_many_times_is_read_once() {
    let edition = |text: &str| {
        let mut file = first_edition(&body(), "", &[]);
        for number in 0..60 {
            let text = if number == 20 { text } else { "植树" };
            file.save(&[(
                5,
                stream(&format!("{}{}", at(72, 760, 12, text), latin(72, 740, 12, &format!("edition {number}")))),
            )]);
        }
        file.bytes
    };
    hold(vec![
        ("sixty editions", "a.pdf", edition("植树"), Clear),
        ("a mark in the twentieth", "b.pdf", edition("机密★10年"), Found),
    ]);
}
