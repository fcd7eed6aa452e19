//! Every encoding, every border.

use super::*;
use crate::extract::driver::{Budget, Sink};
use crate::model::{Gap, Identified, Limits, Location, Segment};

/// Keeps what every window owns, and the number of the line in which that begins.
#[derive(Default)]
struct Kept(Vec<String>, Vec<u64>);

impl Sink for Kept {
    fn segment(&mut self, segment: Segment<'_>) {
        self.0.push(segment.text[segment.own.clone()].to_string());
        let before = segment.text[..segment.own.start].matches('\n').count() as u64;
        self.1.push(segment.units_before + before + 1);
    }
    fn gap(&mut self, gap: Gap) {
        panic!("unexpected gap {gap:?}");
    }
    fn identified(&mut self, _: &Location, _: &Identified) {}
}

fn windows(bytes: &[u8]) -> Vec<String> {
    kept(bytes).0
}

fn kept(bytes: &[u8]) -> Kept {
    let (mut kept, limits) = (Kept::default(), Limits::default());
    let budget = Budget::new(&limits, &|| false);
    let mut cx = crate::extract::context(&mut kept, &budget);
    read(bytes, PartKind::Body, &mut cx).expect("read from memory");
    kept
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

fn utf32(text: &str, little: bool) -> Vec<u8> {
    text.chars().flat_map(|c| if little { (c as u32).to_le_bytes() } else { (c as u32).to_be_bytes() }).collect()
}

#[test]
fn a_mark_is_read_in_every_encoding_alone_and_in_a_letter() {
    use encoding_rs as enc;
    let letters: [(&str, &str, &[&'static enc::Encoding]); 8] = [
        ("机密★10年", "各部门：定于下周六上午组织植树，请自备手套和饮水。", &[enc::GB18030, enc::GBK]),
        ("絕對機密", "各部門：定於下週六上午組織植樹，請自備手套和飲水。", &[enc::BIG5, enc::GB18030]),
        (
            "極秘",
            "次の土曜日の午前に植樹を行います。手袋を持参してください。",
            &[enc::SHIFT_JIS, enc::EUC_JP, enc::ISO_2022_JP],
        ),
        ("대외비", "다음 토요일 오전에 나무를 심습니다. 장갑을 가져오세요.", &[enc::EUC_KR]),
        (
            "Совершенно секретно",
            "В следующую субботу утром сажаем деревья.",
            &[enc::WINDOWS_1251, enc::KOI8_R, enc::IBM866],
        ),
        ("VS-NUR FÜR DEN DIENSTGEBRAUCH", "Nächsten Samstag pflanzen wir früh Bäume.", &[enc::WINDOWS_1252]),
        (
            "TRÈS SECRET DÉFENSE",
            "Samedi prochain, nous plantons des arbres à l’école.",
            &[enc::WINDOWS_1252, enc::MACINTOSH],
        ),
        ("SECRET//NOFORN", "Next Saturday morning we plant trees.", &[enc::WINDOWS_1252]),
    ];
    for (mark, letter, encodings) in letters {
        for text in [mark.to_string(), format!("{letter}\n{mark}\n{}", letter.repeat(40))] {
            let mut forms: Vec<(String, Vec<u8>)> = vec![
                ("UTF-8".into(), text.as_bytes().to_vec()),
                ("UTF-16LE".into(), utf16(&text, true)),
                ("UTF-16BE".into(), utf16(&text, false)),
                ("UTF-16LE with a mark".into(), [vec![0xFF, 0xFE], utf16(&text, true)].concat()),
                ("UTF-16BE with a mark".into(), [vec![0xFE, 0xFF], utf16(&text, false)].concat()),
                ("UTF-32LE".into(), utf32(&text, true)),
                ("UTF-32BE".into(), utf32(&text, false)),
                ("UTF-32LE with a mark".into(), [vec![0xFF, 0xFE, 0, 0], utf32(&text, true)].concat()),
            ];
            // MacRoman has no detector; its accents are lost, its letters are not.
            forms.extend(
                encodings
                    .iter()
                    .filter(|e| **e != enc::MACINTOSH)
                    .map(|encoding| (encoding.name().to_string(), encoding.encode(&text).0.into_owned())),
            );
            for (encoding, bytes) in forms {
                let windows = windows(&bytes);
                assert!(
                    windows.iter().any(|window| window.contains(mark)),
                    "{mark} in {encoding}, {} bytes",
                    bytes.len()
                );
            }
        }
    }
}

#[test]
fn a_mark_across_a_chunk_border_is_whole() {
    for encoding in [encoding_rs::UTF_8, encoding_rs::GB18030, encoding_rs::BIG5] {
        let mark = encoding.encode("機密★10年").0.into_owned();
        for shift in 0..mark.len() + 2 {
            let mut bytes = vec![b'x'; CHUNK - shift];
            bytes.push(b'\n');
            bytes.extend(&mark);
            bytes.extend([b'\n'].iter().chain(&vec![b'y'; 300]));
            let windows = windows(&bytes);
            assert!(windows.iter().any(|w| w.contains("機密★10年")), "{} shifted by {shift}", encoding.name());
        }
    }
}

#[test]
fn hz_and_mixed_encodings_are_read() {
    assert!(windows(b"title\n~{;zC\\~}\n").iter().any(|w| w.contains("机密")));
    let mixed =
        [b"UTF-8: \xE6\xA4\x8D\xE6\xA0\x91\n".as_slice(), b"GBK: \xBB\xFA\xC3\xDC\xA1\xEF10\xC4\xEA\n"].concat();
    assert!(windows(&mixed).iter().any(|w| w.contains("机密★10年")));
    assert!(windows(&mixed).iter().any(|w| w.contains("植树")));
}

#[test]
fn a_plain_text_has_one_reading_and_every_byte_is_owned_once() {
    let text = "植树 trees ".repeat(200_000);
    let windows = windows(text.as_bytes());
    assert!(windows.len() > 2);
    assert_eq!(windows.concat(), text);
}

#[test]
fn one_odd_thing_in_a_long_text_does_not_have_all_of_it_read_in_every_encoding() {
    let line = "植树 trees\n".as_bytes();
    let odd: [&[u8]; 5] =
        [b"cargo +stable\n", b"a \x1B[31mred\x1B[0m log\n", b"sh: ~{a,b}\n", b"\xFF\n", b"\xE6\xA4\n"];
    for odd in odd {
        let text = [line.repeat(10_000), odd.to_vec(), line.repeat(700_000)].concat();
        let read: usize = windows(&text).iter().map(String::len).sum();
        // At most the chunk with it in all readings, of later ones the edges.
        assert!(read < text.len() * 2, "{odd:?}: {read} of {}", text.len());
        assert!(read >= text.len() - odd.len(), "{odd:?}: {read} of {}", text.len());
    }
}

#[test]
fn words_like_utf_7_have_only_what_stands_around_them_read_so() {
    let line = "植树 trees\n".as_bytes();
    let text = [line.repeat(5_000), b"cargo +stable\n".to_vec()].concat().repeat(100);
    let read: usize = windows(&text).iter().map(String::len).sum();
    assert!((text.len()..text.len() * 3 / 2).contains(&read), "{read} of {}", text.len());
}

#[test]
fn marks_in_another_encoding_are_read_wherever_they_stand_in_a_long_text() {
    let (plain, line) = (b"trees are planted\n".repeat(20_000), 20_000);
    let gbk: &[u8] = b"\xBB\xFA\xC3\xDC\xA1\xEF10\xC4\xEA\n";
    let utf7: &[u8] = b"+Zzpbxg-\n";
    // Announced at the beginning, and not again.
    let (announced, korean): (&[u8], &[u8]) = (b"\x1B$)C\n", b"\x0E4k?\\:q\x0F\n");
    let japanese: &[u8] = b"\x1B$B6KHk\x1B(B\n";
    for (first, mark, wanted) in [
        (gbk, gbk, "机密★10年\n"),
        (utf7, utf7, "机密\n"),
        (gbk, utf7, "机密\n"),
        (announced, korean, "대외비\n"),
        // Each character by itself, which would not show the encoding.
        (utf7, b"+Zzo-+W8Y-\n", "机密\n"),
        (japanese, japanese, "極秘\n"),
    ] {
        let text = [first, &plain, mark, &plain, mark, b"the end\n"].concat();
        let Kept(windows, lines) = kept(&text);
        let mut at: Vec<u64> = Vec::new();
        for (window, first) in windows.iter().zip(&lines) {
            at.extend(window.match_indices(wanted).map(|(at, _)| first + window[..at].matches('\n').count() as u64));
        }
        at.sort_unstable();
        at.dedup();
        let behind = [line + 2, 2 * line + 3];
        assert!(at.ends_with(&behind), "{wanted:?}: {at:?}");
    }
}

/// Keeps how each reading is called, and whether it is an unlikely one.
#[derive(Default)]
struct Likely(Vec<(Option<String>, bool)>);

impl Sink for Likely {
    fn segment(&mut self, segment: Segment<'_>) {
        let label = segment.location.part.as_ref().and_then(|part| part.label.as_deref()).map(str::to_string);
        self.0.push((label, segment.unlikely));
    }
    fn gap(&mut self, gap: Gap) {
        panic!("unexpected gap {gap:?}");
    }
    fn identified(&mut self, _: &Location, _: &Identified) {}
}

#[test]
fn of_a_long_text_only_readings_that_make_sense_are_likely() {
    let letter = "各部门：定于下周六上午组织植树，请自备手套和饮水。\n";
    let text = encoding_rs::GB18030.encode(&letter.repeat(2000)).0.into_owned();
    let likely = |bytes: &[u8]| {
        let (mut kept, limits) = (Likely::default(), Limits::default());
        let budget = Budget::new(&limits, &|| false);
        read(bytes, PartKind::Body, &mut crate::extract::context(&mut kept, &budget)).expect("read from memory");
        kept.0
    };
    let long = likely(&text);
    let named =
        |name: Option<&str>| long.iter().find(|(label, _)| label.as_deref() == name).map(|(_, unlikely)| *unlikely);
    assert_eq!(named(Some("gb18030")), Some(false));
    assert_eq!(named(None), Some(true), "as UTF-8 it is full of faults");
    assert_eq!(named(Some("windows-1252")), Some(true));
    let short = likely(&text[..text.len() / 4]);
    assert!(short.len() > 5 && short.iter().all(|(_, unlikely)| !unlikely), "{short:?}");
    // A text that is UTF-8 but for one fault is read as UTF-8 throughout.
    let mixed = [letter.as_bytes().repeat(2000), b"\xFF\n".to_vec()].concat();
    assert_eq!(likely(&mixed).first(), Some(&(None, false)));
}

#[test]
fn an_error_in_the_middle_is_told_and_what_came_before_is_read() {
    let broken = "机密★10年\n".as_bytes().chain(Broken);
    let (mut kept, limits) = (Kept::default(), Limits::default());
    let budget = Budget::new(&limits, &|| false);
    let outcome = read(broken, PartKind::Body, &mut crate::extract::context(&mut kept, &budget));
    assert_eq!(outcome, Err(GapReason::Damaged));
    assert!(kept.0.iter().any(|window| window.contains("机密★10年")));
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::InvalidData.into())
    }
}

/// RFC 1922: planes of CNS 11643 in ISO-2022-CN.
#[test]
fn characters_of_a_set_that_is_not_read_are_told() {
    let (mut kept, limits) = (Kept::default(), Limits::default());
    let budget = Budget::new(&limits, &|| false);
    let mut cx = crate::extract::context(&mut kept, &budget);
    let outcome = read(&b"minutes\n\x1B$)G\x0Eetc\x0F\n"[..], PartKind::Body, &mut cx);
    assert_eq!(outcome, Err(GapReason::Unsupported));
    assert!(kept.0.concat().contains("minutes"));
}
