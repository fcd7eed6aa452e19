//! Ways to write one text, ways to break it, and bombs.

use proptest::prelude::*;

use super::reader::walk_by;
use super::*;
use crate::extract::driver::{Budget, Sink};
use crate::model::{Gap, GapReason, Identified, Limit, Limits, Location, Segment};

struct Nowhere;

impl Sink for Nowhere {
    fn segment(&mut self, _: Segment<'_>) {}
    fn gap(&mut self, _: Gap) {}
    fn identified(&mut self, _: &Location, _: &Identified) {}
}

/// Writes what it is told: `<name a=v>`, text, `</>`, `!aside`. What a tag wrote is written again when
/// it comes again.
#[derive(Default)]
struct Told(String, Vec<String>);

impl Told {
    fn tag(&mut self, told: String) -> Option<usize> {
        self.0.push_str(&told);
        self.1.push(told);
        Some(self.1.len() - 1)
    }
}

impl Visitor for Told {
    type Step = usize;

    fn open(&mut self, name: &str, attributes: &[Attribute], _: &mut Context<'_>) -> Option<usize> {
        let attributes = attributes.iter().map(|attribute| format!(" {}={}", attribute.name, attribute.value));
        self.tag(format!("<{name}{}>", attributes.collect::<String>()))
    }
    fn text(&mut self, text: &str, _: &mut Context<'_>) {
        self.0.push_str(text);
    }
    fn close(&mut self, _: &str, _: &mut Context<'_>) -> Option<usize> {
        self.tag("</>".to_string())
    }
    fn again(&mut self, step: usize, _: &mut Context<'_>) {
        self.0.push_str(&self.1[step]);
    }
    fn aside(&mut self, text: &str, _: &mut Context<'_>) {
        self.0.push_str(&format!("!{text}!"));
    }
}

fn emitted(bytes: &[u8]) -> (String, Result<(), GapReason>) {
    emitted_by(plain::token, bytes)
}

fn emitted_by(plainly: fn(&str) -> Option<plain::Plain<'_>>, bytes: &[u8]) -> (String, Result<(), GapReason>) {
    let (mut sink, mut visitor, limits) = (Nowhere, Told::default(), Limits::default());
    let budget = Budget::new(&limits, &|| false);
    let text = decoded(bytes).expect("bytes are read");
    let outcome = walk_by(plainly, text, &mut visitor, &mut crate::extract::context(&mut sink, &budget));
    (visitor.0, outcome)
}

#[test]
fn text_is_one_whatever_it_is_written_with() {
    for xml in [
        "<w:t>机密★10年</w:t>",
        "<w:t>&#26426;&#x5BC6;★10年</w:t>",
        "<w:t><![CDATA[机密]]>★10年</w:t>",
        "<!DOCTYPE t [<!ENTITY m \"机密\">]><w:t>&m;★10年</w:t>",
    ] {
        let (text, outcome) = emitted(xml.as_bytes());
        assert_eq!(outcome, Ok(()), "{xml}");
        assert!(text.ends_with("<t>机密★10年</>"), "{xml}: {text}");
    }
    assert_eq!(emitted("<a w:b='机&#23494;'/>".as_bytes()).0, "<a b=机密></>");
}

#[test]
fn encodings_are_found_by_mark_pattern_and_declaration() {
    let xml = |name: &str| format!("<?xml version=\"1.0\" encoding=\"{name}\"?><t>机密★10年</t>");
    let utf16: Vec<u8> = xml("UTF-16").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [
        xml("UTF-8").into_bytes(),
        utf16.clone(),
        [vec![0xFF, 0xFE], utf16].concat(),
        xml("UTF-16").encode_utf16().flat_map(u16::to_be_bytes).collect(),
        encoding_rs::GBK.encode(&xml("GBK")).0.into_owned(),
        encoding_rs::GB18030.encode(&xml("gb2312")).0.into_owned(),
    ] {
        assert!(looks_like_xml(&bytes));
        assert_eq!(emitted(&bytes), ("<t>机密★10年</>".to_string(), Ok(())));
    }
}

#[test]
fn what_is_broken_is_told_and_read_all_the_same() {
    let (text, outcome) = emitted("<a><b>机密★10年<b></a x".as_bytes());
    assert!(text.contains("机密★10年"), "{text}");
    assert_eq!(outcome, Err(GapReason::Damaged));
    let (text, outcome) = emitted("<a>植树&undefined;</a>".as_bytes());
    assert!(text.contains("植树"));
    assert_eq!(outcome, Err(GapReason::Damaged));
}

#[test]
fn what_office_writes_into_drawings_is_read_to_its_end() {
    let drawing = "<xml><![if gte mso 9]><v:imagedata title=\"机密★10年\"/><![endif]><div>植<br>树</div></xml>";
    let (text, outcome) = emitted(drawing.as_bytes());
    assert_eq!(outcome, Ok(()));
    assert!(text.contains("<imagedata title=机密★10年></>"), "{text}");
    assert_eq!(emitted("<xml><div>植<br>树".as_bytes()).1, Err(GapReason::Damaged), "cut short");
}

#[test]
fn bombs_end_at_a_limit() {
    let deep = "<a>".repeat(100_000);
    assert_eq!(emitted(deep.as_bytes()).1, Err(GapReason::Limit(Limit::XmlDepth)));
    let long = format!("<a b=\"{}\"/>", "x".repeat(3 << 20));
    assert_eq!(emitted(long.as_bytes()).1, Err(GapReason::Limit(Limit::AttributeBytes)));
    let endless = format!("<a b=\"{}", "x".repeat(20 << 20));
    assert_eq!(emitted(endless.as_bytes()).1, Err(GapReason::Limit(Limit::AttributeBytes)));
    let bomb = "<!DOCTYPE a [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><a>&b;</a>";
    assert_eq!(emitted(bomb.as_bytes()).1, Err(GapReason::Damaged));
}

#[test]
fn a_tag_that_comes_again_does_the_same_again() {
    let (text, outcome) = emitted(b"<a><b c=\"d\"/><e>f</e><b c=\"d\"/><e>f</e></a>");
    assert_eq!((text.as_str(), outcome), ("<a><b c=d></><e>f</><b c=d></><e>f</></>", Ok(())));
    let deep = "<a b=\"c\">".repeat(100_000);
    assert_eq!(emitted(deep.as_bytes()).1, Err(GapReason::Limit(Limit::XmlDepth)));
}

proptest! {
    /// quick-xml alone reads the same.
    #[test]
    fn plain_tokens_change_nothing(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..40), far in any::<bool>()) {
        let mut xml = pieces.concat();
        if far {
            // Tokens lie across the pieces in which text is decoded.
            xml.insert_str(0, &"植树".repeat(32 * 1024 / 6));
        }
        let (one, other) = (emitted(xml.as_bytes()), emitted_by(|_| None, xml.as_bytes()));
        prop_assert_eq!(one, other);
    }
}

const PIECES: [&str; 34] = [
    "<a>",
    "</a>",
    "<a b=\"c\">",
    "<w:p b='d' c=\"&lt;\">",
    "</w:p>",
    "</w:p\n>",
    "<e/>",
    "<w:e f=\"g\" />",
    "<h i='>'/>",
    "<h i=\">\">",
    "<j k=\"l>",
    "<m n=o>",
    "<p p>",
    "植树",
    "text ",
    "\n",
    "\r\n",
    "&amp;",
    "&#26426;",
    "&x",
    "&",
    ";",
    "<",
    ">",
    "\"",
    "'",
    "<!-- q -->",
    "<![CDATA[r]]>",
    "<?s t?>",
    "<![if u]>",
    "<![endif]>",
    "<br>",
    "</br>",
    "<!DOCTYPE a [<!ENTITY v \"w\">]>",
];
