//! Strings with their length in front, found in records of any kind: the sheets' formats have
//! hundreds of records, and nearly all write strings in one of these forms. What is found must
//! be readable throughout, so that numbers are not taken for strings.

use std::ops::Range;

use crate::extract::support::bytes::{latin, u16_at, u32_at, utf16};
use crate::extract::support::strings::readable;

/// The forms strings take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Forms {
    /// A length of one or two bytes and a byte for the width ([MS-XLS] 2.5.240, 2.5.294).
    Biff8,
    /// A length of four bytes, or of two behind the token of a formula ([MS-XLSB] 2.5.168).
    Biff12,
}

/// Hands on every string of the bytes and where it stands.
pub(in crate::extract) fn find(bytes: &[u8], forms: Forms, mut found: impl FnMut(Range<usize>, String)) {
    let mut at = 0;
    while at < bytes.len() {
        match string(bytes, at, forms) {
            Some((end, text)) => {
                found(at..end, text);
                at = end;
            }
            None => at += 1,
        }
    }
}

fn string(bytes: &[u8], at: usize, forms: Forms) -> Option<(usize, String)> {
    let long = || u32_at(bytes, at).and_then(|count| wide(bytes, at + 4, count as usize));
    match forms {
        Forms::Biff8 => {
            let short = || u16_at(bytes, at).and_then(|count| flagged(bytes, at + 2, usize::from(count)));
            let byte = || flagged(bytes, at + 1, usize::from(bytes[at]));
            short().or_else(byte).or_else(long)
        }
        Forms::Biff12 => {
            let token = || u16_at(bytes, at + 1).and_then(|count| wide(bytes, at + 3, usize::from(count)));
            long().or_else(|| (bytes[at] == 0x17).then(token).flatten())
        }
    }
}

/// Characters behind a byte that tells their width.
fn flagged(bytes: &[u8], at: usize, count: usize) -> Option<(usize, String)> {
    match bytes.get(at)? {
        0 if count >= 3 => {
            let raw = bytes.get(at + 1..at + 1 + count)?;
            let is_string = raw.iter().all(|byte| *byte == 0 || is_text(char::from(*byte)));
            let is_string = is_string && raw[0] != 0 && raw[count - 1] != 0;
            is_string.then(|| (at + 1 + count, lines(&latin(raw))))
        }
        1 => wide(bytes, at + 1, count),
        _ => None,
    }
}

/// Characters of two bytes; a NUL may end them.
fn wide(bytes: &[u8], at: usize, count: usize) -> Option<(usize, String)> {
    let raw = bytes.get(at..at.checked_add(count.checked_mul(2)?)?)?;
    let text = raw.strip_suffix(&[0, 0]).filter(|text| text.len().is_multiple_of(2)).unwrap_or(raw);
    if text.len() < 4 {
        return None;
    }
    let all = text.chunks_exact(2).all(|pair| {
        let unit = u16::from_le_bytes([pair[0], pair[1]]);
        // Halves of pairs count: names are written with rare characters too. NUL separates the
        // items of a list.
        unit == 0 || (0xD800..0xE000).contains(&unit) || char::from_u32(unit.into()).is_some_and(is_text)
    });
    let ends = text[..2] != [0, 0] && text[text.len() - 2..] != [0, 0];
    (all && ends).then(|| (at + raw.len(), lines(&utf16(text))))
}

/// Items of a list, one a line.
fn lines(text: &str) -> String {
    text.replace('\0', "\n")
}

fn is_text(c: char) -> bool {
    readable(c) || matches!(c, '\t' | '\n' | '\r' | '\u{3400}'..='\u{4DBF}' | '\u{9FA6}'..='\u{9FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8], forms: Forms) -> Vec<String> {
        let mut texts = Vec::new();
        find(bytes, forms, |_, text| texts.push(text));
        texts
    }

    #[test]
    fn every_form_is_found_without_its_length() {
        let wide: Vec<u8> = "机密★10年".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let short = [&[9, 9, 6, 0, 1][..], &wide, &[0, 0]].concat();
        let token = [&[0x17, 6, 1][..], &wide].concat();
        let long = [&[7, 0, 0, 0][..], &wide, &[0, 0]].concat();
        for bytes in [&short, &token, &long] {
            assert_eq!(texts(bytes, Forms::Biff8), ["机密★10年"], "{bytes:?}");
        }
        assert_eq!(texts(b"\x05\0\0plant\x03\0abc", Forms::Biff8), ["plant", "abc"]);
        assert_eq!(texts(&[&[6, 0, 0, 0][..], &wide].concat(), Forms::Biff12), ["机密★10年"]);
        assert_eq!(texts(&[&[0x17, 6, 0][..], &wide].concat(), Forms::Biff12), ["机密★10年"]);
        let list: Vec<u8> = "公开\0机密★10年".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(texts(&[&[0x17, 9, 1][..], &list].concat(), Forms::Biff8), ["公开\n机密★10年"]);
        assert!(texts(&[0; 64], Forms::Biff8).is_empty());
    }
}
