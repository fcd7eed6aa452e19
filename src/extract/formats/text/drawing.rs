//! Drawings as text (DXF): pairs of lines, a code and a value. Characters are written `\\U+673A` and
//! `\\M+1C3DC`, and a text of several lines with codes for its looks (DXF Reference, TEXT and MTEXT).

use crate::extract::driver::{Context, TextStream};
use crate::extract::support::charset::{Charset, readings};
use crate::model::{GapReason, Part, PartKind, Unit};

/// Bytes of one text that are joined.
const LONGEST: usize = 1 << 20;

/// The text is a drawing.
pub(super) fn is_drawing(head: &[u8]) -> bool {
    let mut lines = head[..head.len().min(4096)].split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    // Comments may stand before it.
    let mut code = lines.next();
    while code == Some(b"999") {
        lines.next();
        code = lines.next();
    }
    code == Some(b"0") && lines.next() == Some(b"SECTION")
}

/// Reads a drawing.
pub(super) fn read(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    for charset in readings(bytes, code_page(bytes)) {
        values(&charset.decode(bytes).0, cx);
        cx.budget().check()?;
    }
    Ok(())
}

/// The code page the header names.
fn code_page(bytes: &[u8]) -> Option<Charset> {
    let at = memchr::memmem::find(bytes, b"$DWGCODEPAGE")?;
    let value = bytes[at..].split(|byte| *byte == b'\n').nth(2)?;
    let name = String::from_utf8_lossy(value).trim().to_ascii_lowercase();
    let number = name.trim_start_matches("ansi_").trim_start_matches("dos");
    Charset::named(match number {
        "936" => "gb18030",
        "950" => "big5",
        "932" => "shift_jis",
        "949" => "cp949",
        number => return Charset::named(&format!("windows-{number}")),
    })
}

/// Hands on every value that is a text.
fn values(text: &str, cx: &mut Context<'_>) {
    let mut story = TextStream::new(Part::only(PartKind::Drawing), Unit::None);
    let mut joined = String::new();
    let mut lines = text.lines();
    while let (Some(code), Some(value)) = (lines.next(), lines.next()) {
        match code.trim().parse::<u16>() {
            // The first pieces of a long text, of which the last has code 1.
            Ok(3) if joined.len() < LONGEST => joined.push_str(value),
            Ok(1..=9 | 300..=309 | 999..=1009) => {
                joined.push_str(value);
                story.push(plain(&joined).trim(), cx);
                story.push("\n", cx);
                joined.clear();
            }
            _ => {}
        }
    }
    story.finish(cx);
}

/// A value as it is shown: characters for their numbers, lines for their codes, no looks.
fn plain(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find(['\\', '{', '}', '%']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let used = match rest.as_bytes() {
            [b'\\', b'U', b'+', ..] => number(rest, 3, 4).and_then(char::from_u32).map(|c| {
                out.push(c);
                7
            }),
            [b'\\', b'M', b'+', page @ b'1'..=b'5', ..] => number(rest, 4, 4).map(|code| {
                out.push_str(&multibyte(*page, code));
                8
            }),
            [b'\\', b'P' | b'n' | b'N' | b'X', ..] => {
                out.push('\n');
                Some(2)
            }
            [b'\\', b'~', ..] => {
                out.push(' ');
                Some(2)
            }
            [b'\\', b'S', ..] => {
                // A fraction: its halves stand above each other.
                let end = rest.find(';').unwrap_or(rest.len());
                out.push_str(&rest[2..end].replace(['^', '#'], "/"));
                Some((end + 1).min(rest.len()))
            }
            [b'\\', b'A' | b'C' | b'c' | b'F' | b'f' | b'H' | b'Q' | b'T' | b'W' | b'p', ..] => {
                Some(rest.find(';').map_or(2, |end| end + 1))
            }
            [b'\\', b'L' | b'l' | b'O' | b'o' | b'K' | b'k', ..] => Some(2),
            [b'\\', b'\\' | b'{' | b'}', ..] => {
                out.push_str(&rest[1..2]);
                Some(2)
            }
            [b'{' | b'}', ..] => Some(1),
            [b'%', b'%', b'u' | b'U' | b'o' | b'O' | b'k' | b'K', ..] => Some(3),
            _ => None,
        };
        let used = used.unwrap_or_else(|| {
            out.push_str(&rest[..1]);
            1
        });
        rest = &rest[used..];
    }
    out.push_str(rest);
    out
}

/// A hexadecimal number of so many digits.
fn number(text: &str, from: usize, digits: usize) -> Option<u32> {
    u32::from_str_radix(text.get(from..from + digits)?, 16).ok()
}

/// A character of a multi-byte page: Japanese, traditional Chinese, Korean, Johab, simplified Chinese.
fn multibyte(page: u8, code: u32) -> String {
    let encoding = match page {
        b'1' => encoding_rs::SHIFT_JIS,
        b'2' => encoding_rs::BIG5,
        b'3' | b'4' => encoding_rs::EUC_KR,
        _ => encoding_rs::GB18030,
    };
    encoding.decode_without_bom_handling(&(code as u16).to_be_bytes()).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_told_by_its_first_pairs() {
        assert!(is_drawing(b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n"));
        assert!(is_drawing(b"999\nmade by hand\n0\nSECTION\n"));
        assert!(!is_drawing(b"0\nSECTIONS\n") && !is_drawing(b"SECTION\n"));
    }

    #[test]
    fn values_are_shown_as_the_drawing_shows_them() {
        assert_eq!(plain("\\U+673A\\U+5BC6\\U+260510\\U+5E74"), "机密★10年");
        assert_eq!(plain("\\M+5BBFA\\M+5C3DC"), "机密");
        assert_eq!(plain("{\\fSimSun|b0;\\H2.5x;机\\L密\\l}\\P★10年\\~x"), "机密\n★10年 x");
        assert_eq!(plain("C:\\\\a 50% \\S1^2; %%uTOP%%u"), "C:\\a 50% 1/2 TOP");
        for text in ["\\", "\\U+", "\\U+67", "\\M+1", "\\S", "\\f机", "%%", "\\U+机密机密"] {
            plain(text);
        }
    }
}
