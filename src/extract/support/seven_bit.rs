//! Encodings of seven bits that no browser knows any more: UTF-7, ISO-2022-KR, and ISO-2022-CN
//! as far as it is GB 2312. All start anew with each line, so they are read line by line.

use std::ops::Range;

use encoding_rs::{EUC_KR, GBK};
use memchr::{memchr_iter, memmem};

use crate::extract::support::transfer::base64;

/// From here on characters are of the set that was announced, once for all lines in ISO-2022-KR.
pub(in crate::extract) const SHIFT_OUT: u8 = 0x0E;
/// What announces ISO-2022-KR.
const ANNOUNCEMENT: &[u8] = b"\x1B$)C";
/// What announces GB 2312 in ISO-2022-CN (RFC 1922).
const CHINESE: &[u8] = b"\x1B$)A";

/// What announces the other sets of ISO-2022-CN (RFC 1922): CNS 11643 planes 1 and 2, ISO-IR-165.
const UNREAD: [&[u8]; 3] = [b"\x1B$)G", b"\x1B$*H", b"\x1B$)E"];

/// Decodes whole lines.
pub(in crate::extract) type Decode = fn(&[u8]) -> String;

/// The encoding of seven bits that ASCII text may be in, if something in it shows.
pub(in crate::extract) fn shown_by(text: &[u8]) -> Option<(&'static str, Decode)> {
    if memmem::find(text, ANNOUNCEMENT).is_some() {
        return Some(("ISO-2022-KR", iso_2022_kr as Decode));
    }
    if memmem::find(text, CHINESE).is_some() {
        return Some(("ISO-2022-CN", iso_2022_cn as Decode));
    }
    is_utf7(text).then_some(("UTF-7", utf7 as Decode))
}

/// Something in ASCII text shows that it is UTF-7.
pub(in crate::extract) fn is_utf7(text: &[u8]) -> bool {
    memchr_iter(b'+', text).map(|at| run(&text[at + 1..])).any(is_words)
}

/// Where a text that was shown to be UTF-7 before may be: single characters too, which chance makes often.
pub(in crate::extract) fn shifted_places(text: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    memchr_iter(b'+', text).filter_map(|at| {
        let run = run(&text[at + 1..]);
        (!units(run).is_empty()).then(|| at..at + 1 + run.len())
    })
}

/// Some characters are of a set that is not read here.
pub(in crate::extract) fn is_unread(text: &[u8]) -> bool {
    memchr_iter(0x1B, text).any(|at| UNREAD.iter().any(|set| text[at..].starts_with(set)))
}

/// The base64 that `rest` begins with.
fn run(rest: &[u8]) -> &[u8] {
    let end = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || b"+/".contains(b)));
    &rest[..end.unwrap_or(rest.len())]
}

/// Two or more characters and all of them of words, which chance makes rarely.
fn is_words(run: &[u8]) -> bool {
    let units = units(run);
    let word = |unit: &u16| matches!(unit, 0xA0..=0x52F | 0x2010..=0x2642 | 0x3000..=0x30FF | 0x4E00..=0x9FA5 | 0xAC00..=0xD7A3 | 0xFF01..=0xFF5E);
    // What is left of the last base64 character is zero.
    run.len() < 4096 && run.len() * 6 % 16 < 6 && units.len() >= 2 && units.iter().all(word)
}

fn units(run: &[u8]) -> Vec<u16> {
    base64(run).chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

/// UTF-7 (RFC 2152): `+` begins base64 of UTF-16 units, `-` or anything foreign ends it; `+-` is a plus.
pub(in crate::extract) fn utf7(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|b| *b == b'+') {
        out.push_str(&String::from_utf8_lossy(&rest[..at]));
        rest = &rest[at + 1..];
        let end = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || b"+/".contains(b))).unwrap_or(rest.len());
        if end == 0 {
            out.push('+');
        } else {
            out.push_str(&String::from_utf16_lossy(&units(&rest[..end])));
        }
        rest = &rest[end..];
        rest = rest.strip_prefix(b"-").unwrap_or(rest);
    }
    out.push_str(&String::from_utf8_lossy(rest));
    out
}

/// ISO-2022-KR (RFC 1557): EUC-KR in seven bits.
pub(in crate::extract) fn iso_2022_kr(bytes: &[u8]) -> String {
    EUC_KR.decode_without_bom_handling(&shifted(bytes)).0.into_owned()
}

/// ISO-2022-CN (RFC 1922): GB 2312 in seven bits; its planes of CNS 11643 are told as not read.
fn iso_2022_cn(bytes: &[u8]) -> String {
    GBK.decode_without_bom_handling(&shifted(bytes)).0.into_owned()
}

/// Bytes between shift-out and shift-in get their high bit; the announcement goes.
fn shifted(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut high = false;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            0x1B if bytes[at..].starts_with(b"\x1B$)") => at += ANNOUNCEMENT.len() - 1,
            SHIFT_OUT => high = true,
            0x0F => high = false,
            b'\n' => {
                high = false;
                out.push(b'\n');
            }
            byte => out.push(if high && byte > 0x20 { byte | 0x80 } else { byte }),
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_bit_text_is_read_and_recognised() {
        // U+673A U+5BC6 in UTF-16: 67 3A 5B C6, in base64 ZzpbxgA.
        assert_eq!(utf7(b"a +Zzpbxg- 1 +- 2"), "a 机密 1 + 2");
        assert_eq!(iso_2022_kr(b"\x1B$)C\x0E4k?\\:q\x0F ok"), "대외비 ok");
        assert_eq!(iso_2022_cn(b"\x1B$)A\x0E;zC\\\x0F ok"), "机密 ok");
        assert_eq!(shown_by(b"\x1B$)A\x0E;zC\\\x0F").map(|found| found.0), Some("ISO-2022-CN"));
        assert_eq!(shown_by(b"see +Zzpbxg- there").map(|found| found.0), Some("UTF-7"));
        for text in ["1+2", "a+b+c", "C++ and +49 170", "+8613800138000", "abc+def"] {
            assert_eq!(shown_by(text.as_bytes()).map(|found| found.0), None, "{text}");
        }
    }
}
