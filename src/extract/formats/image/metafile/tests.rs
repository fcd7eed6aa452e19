//! Texts that stand side by side are one, whatever orders draw them; whatever the bytes are, reading
//! them ends.

use proptest::prelude::*;

use super::*;
use crate::extract::driver::{Budget, Sink};
use crate::model::{Gap, Identified, Limits, Location, ReaderFault, Segment};

#[derive(Default)]
struct Kept {
    texts: Vec<(PartKind, String)>,
    gaps: Vec<GapReason>,
}

impl Sink for Kept {
    fn segment(&mut self, segment: Segment<'_>) {
        let kind = segment.location.part.as_ref().map_or(PartKind::Body, |part| part.kind);
        self.texts.push((kind, segment.text.to_string()));
    }
    fn gap(&mut self, gap: Gap) {
        self.gaps.push(gap.reason);
    }
    fn identified(&mut self, _: &Location, _: &Identified) {}
}

fn kept(run: impl FnOnce(&mut Context<'_>)) -> Kept {
    let limits = Limits { total_bytes: 64 << 20, held_bytes: 16 << 20, ..Limits::default() };
    let budget = Budget::new(&limits, &|| false);
    let mut kept = Kept::default();
    run(&mut crate::extract::context(&mut kept, &budget));
    kept
}

fn drawing(bytes: &[u8]) -> (Result<bool, GapReason>, Vec<String>, Vec<GapReason>) {
    let mut outcome = Ok(false);
    let kept = kept(|cx| outcome = read(bytes, cx));
    let texts = kept.texts.into_iter().filter(|(kind, _)| *kind == PartKind::Drawing).map(|(_, text)| text);
    (outcome, texts.collect(), kept.gaps)
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn shorts(shorts: &[i16]) -> Vec<u8> {
    shorts.iter().flat_map(|short| short.to_le_bytes()).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn order(kind: u32, data: &[u8]) -> Vec<u8> {
    let data = [data, &vec![0; data.len().next_multiple_of(4) - data.len()]].concat();
    [&words(&[kind, data.len() as u32 + 8]), &data[..]].concat()
}

/// An enhanced metafile ([MS-EMF] 2.3.4.2) of these orders.
fn emf(orders: &[Vec<u8>]) -> Vec<u8> {
    let mut header = order(1, &[0; 80]);
    header[40..44].copy_from_slice(b" EMF");
    [&header, &orders.concat(), &order(14, &words(&[0, 16, 20]))[..]].concat()
}

/// EMR_EXTTEXTOUTW ([MS-EMF] 2.3.5.8): characters of 20 units each.
fn wide(at: (u32, u32), text: &str, options: u32) -> Vec<u8> {
    let count = text.encode_utf16().count() as u32;
    let characters = [utf16(text), vec![0; text.encode_utf16().count() % 2 * 2]].concat();
    let widths = 76 + characters.len() as u32;
    let head = words(&[0, 0, 0, 0, 1, 0, 0, at.0, at.1, count, 76, options, 0, 0, 0, 0, widths]);
    order(84, &[head, characters, words(&vec![20; count as usize])].concat())
}

/// EMR_SMALLTEXTOUT ([MS-EMF] 2.3.5.37) without a box.
fn small(at: (u32, u32), text: &str) -> Vec<u8> {
    let count = text.encode_utf16().count() as u32;
    order(108, &[words(&[at.0, at.1, count, 0x100, 1, 0, 0]), utf16(text)].concat())
}

#[test]
fn texts_of_an_enhanced_metafile_join_where_they_stand_side_by_side() {
    let align = |follows: u32| order(22, &words(&[follows]));
    let orders = [
        wide((0, 10), "机", 0),
        wide((20, 10), "密", 0),
        align(1),
        wide((0, 0), "★", 0),
        align(0),
        wide((90, 10), "10", 0),
        wide((400, 10), "年", 0),
        small((0, 40), "下"),
        small((20, 40), "行"),
        // Another space: the same places are others.
        order(10, &words(&[0, 0])),
        small((40, 40), "他"),
    ];
    assert_eq!(drawing(&emf(&orders)), (Ok(true), vec!["机密★ 10\t年\n下 行\n他".to_string()], vec![]));
}

#[test]
fn numbers_of_glyphs_are_a_gap_and_lines_are_nothing_read() {
    let line = order(54, &words(&[10, 10]));
    assert_eq!(drawing(&emf(&[line])), (Ok(false), vec![], vec![]));
    let glyphs = drawing(&emf(&[wide((0, 0), "ab", 0x10)]));
    assert_eq!((glyphs.0, glyphs.2), (Ok(true), vec![GapReason::Glyphs]));
    let mut cut = emf(&[small((0, 0), "植树"), small((0, 9), "通知")]);
    cut.truncate(cut.len() - 30);
    assert_eq!(drawing(&cut).0, Err(GapReason::Damaged));
    assert_eq!(drawing(&cut).1, ["植树"]);
}

#[test]
fn a_bitmap_that_can_show_a_page_is_a_picture() {
    // STRETCHDIBITS ([MS-EMF] 2.3.1.7) of a bilevel bitmap.
    let stretched = |width: u32, height: u32| {
        let bitmap = words(&[40, width, height, 1 | 1 << 16, 0, 0, 0, 0, 2, 0, 0, 0xFF_FFFF]);
        let pixels = vec![0x55; (width.div_ceil(32) * 4 * height) as usize];
        let places = words(&[80, bitmap.len() as u32, 80 + bitmap.len() as u32, pixels.len() as u32]);
        order(81, &[&vec![0; 40][..], &places, &[0; 16], &bitmap, &pixels].concat())
    };
    // No model here, so what could be read is a gap.
    assert_eq!(drawing(&emf(&[stretched(100, 100)])), (Ok(false), vec![], vec![]));
    assert_eq!(
        drawing(&emf(&[stretched(1240, 1754)])),
        (Ok(true), vec![], vec![GapReason::NoReader(ReaderFault::Unset)])
    );
    // The same bitmap with the oldest header is not read, and no less a page.
    let old = [12u32.to_le_bytes().to_vec(), shorts(&[1240, 1754, 1, 1]), vec![0x55; 400]].concat();
    let places = words(&[80, 12, 92, old.len() as u32 - 12]);
    let old = order(81, &[&vec![0; 40][..], &places, &[0; 16], &old].concat());
    assert_eq!(drawing(&emf(&[old])).2, [GapReason::PictureFormat]);
    let strip = stretched(1240, 100);
    assert_eq!(drawing(&emf(&[strip.clone(), strip.clone(), strip])).2, [GapReason::PictureFormat]);
}

#[test]
fn newer_orders_in_comments_are_read_beside_the_others() {
    let plus = |kind: u16, flags: u16, data: &[u8]| {
        let data = [data, &vec![0; data.len().next_multiple_of(4) - data.len()]].concat();
        let lengths = words(&[data.len() as u32 + 12, data.len() as u32]);
        [&kind.to_le_bytes()[..], &flags.to_le_bytes(), &lengths, &data].concat()
    };
    let comment = |orders: &[u8]| order(70, &[&words(&[orders.len() as u32 + 4])[..], b"EMF+", orders].concat());
    let string = |x: f32, y: f32, text: &str| {
        let place = words(&[x.to_bits(), y.to_bits(), 0, 0]);
        let count = text.encode_utf16().count() as u32;
        plus(0x401C, 0x8000, &[words(&[0, 0, count]), place, utf16(text)].concat())
    };
    let driver = |options: u32, text: &str| {
        let places = words(&[0, 90f32.to_bits()]);
        let count = text.encode_utf16().count() as u32;
        plus(0x4036, 0x8000, &[words(&[0, options, 0, count]), utf16(text), places].concat())
    };
    let orders = [string(0.0, 10.0, "机密"), string(30.0, 10.0, "★10年"), driver(1, "各位"), driver(0, "XX")];
    let read = drawing(&emf(&[comment(&orders.concat()), small((0, 0), "通知")]));
    assert_eq!(read, (Ok(true), vec!["机密 ★10年\n各位".into(), "通知".into()], vec![GapReason::Glyphs]));
    // Metafiles in pictures in metafiles end.
    let within = |inner: Vec<u8>| {
        let picture = [words(&[0xDBC0_1002, 1, 0, 0, 0, 0, 1]), inner].concat();
        emf(&[comment(&plus(0x4008, 0x0500, &picture))])
    };
    let deep = (0..2000).fold(emf(&[small((0, 0), "植树")]), |inner, _| within(inner));
    assert_eq!(drawing(&deep).0, Err(GapReason::Limit(Limit::Nesting)));
    assert_eq!(drawing(&within(emf(&[small((0, 0), "植树")]))).1, ["植树"]);
    // A picture in two pieces whose format nobody knows.
    let picture = [words(&[0xDBC0_1002, 1, 0, 0, 0, 0, 1]), vec![7; 400]].concat();
    let piece = |flags: u16, bytes: &[u8]| {
        comment(&plus(0x4008, flags, &[&words(&[picture.len() as u32])[..], bytes].concat()))
    };
    let pieces = [piece(0x8500, &picture[..200]), piece(0x8500, &picture[200..])];
    assert_eq!(drawing(&emf(&pieces)).0, Ok(true));
}

/// An older metafile ([MS-WMF] 2.3.2.2) of these orders.
fn wmf(orders: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let one = |(function, data): &(u16, Vec<u8>)| {
        let length = (data.len() as u32).div_ceil(2) + 3;
        [&length.to_le_bytes()[..], &function.to_le_bytes(), data, &vec![0; data.len() % 2]].concat()
    };
    let body: Vec<u8> = orders.iter().chain([&(0, vec![])]).flat_map(one).collect();
    [&b"\x01\0\x09\0\0\x03"[..], &[0; 12], &body].concat()
}

#[test]
fn texts_of_an_older_metafile_are_in_the_code_page_of_their_font() {
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let big5 = |text: &str| encoding_rs::BIG5.encode(text).0.into_owned();
    let font =
        |set: u8| (0x02FB, [&shorts(&[20, 0, 0, 0, 400])[..], &[0, 0, 0, set, 0, 0, 0, 0], b"Ming\0\0"].concat());
    // TEXTOUT and EXTTEXTOUT; the latter with the width of each byte.
    let short = |y: i16, text: Vec<u8>| {
        let padding = vec![0; text.len() % 2];
        (0x0521, [shorts(&[text.len() as i16]), text, padding, shorts(&[y, 0])].concat())
    };
    let long = |y: i16, x: i16, text: Vec<u8>| {
        let widths = shorts(&vec![10; text.len()]);
        let padding = vec![0; text.len() % 2];
        (0x0A32, [shorts(&[y, x, text.len() as i16, 0]), text, padding, widths].concat())
    };
    let choose = |object: i16| (0x012D, shorts(&[object]));
    let orders = [
        // A pen takes the first place; it is freed and taken by the second font.
        (0x02FA, vec![0; 10]),
        font(134),
        (0x01F0, shorts(&[0])),
        font(136),
        choose(1),
        long(10, 0, gbk("机")),
        long(10, 20, gbk("密★10年")),
        choose(0),
        short(40, big5("機密")),
    ];
    assert_eq!(drawing(&wmf(&orders)), (Ok(true), vec!["机密★10年\n機密".to_string()], vec![]));
    let placed = |padding: usize| [b"\xD7\xCD\xC6\x9A", &vec![0; 18 + padding][..], &wmf(&orders)].concat();
    assert_eq!(drawing(&placed(0)), drawing(&wmf(&orders)));
    assert_eq!(drawing(&placed(2)), drawing(&wmf(&orders)));
    let (outcome, ..) = drawing(&wmf(&[(0x0213, shorts(&[5, 5]))]));
    assert_eq!(outcome, Ok(false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_orders_end(kinds in prop::collection::vec((0u32..120, prop::collection::vec(any::<u8>(), 0..120)), 0..20)) {
        let orders: Vec<Vec<u8>> = kinds.iter().map(|(kind, data)| order(*kind, data)).collect();
        let _ = drawing(&emf(&orders));
        let _ = drawing(&orders.concat());
        let functions: Vec<(u16, Vec<u8>)> = kinds.into_iter().map(|(kind, data)| {
            let functions = [0x0521, 0x0A32, 0x02FB, 0x012D, 0x01F0, 0x0F43, 0x0626, 0x0213];
            (functions[kind as usize % functions.len()], data)
        }).collect();
        let _ = drawing(&wmf(&functions));
    }
}
