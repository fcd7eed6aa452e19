//! The plainer way of reading, for what the usual way could not open or died of: no objects, no
//! fonts, only strings and what readable characters compressed streams hold. It is never enough,
//! and whoever calls it says so with a gap.

use super::stream::{find, inflate};
use super::strings::readings;
use crate::extract::driver::{Context, TextStream};
use crate::extract::support::strings;
use crate::model::{GapReason, Part, PartKind, Unit};

/// Bytes searched for readable characters.
const SEARCHED: u64 = 16 << 20;

/// Hands on what can be seen without understanding the file.
pub(super) fn read(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let part = || Part::only(PartKind::Strings);
    literals(bytes, cx)?;
    strings::scan(bytes, part(), SEARCHED, cx)?;
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], b"stream") {
        cx.budget().check()?;
        at += found + b"stream".len();
        let start = at + bytes[at..].iter().take(2).take_while(|b| matches!(b, b'\r' | b'\n')).count();
        if bytes.get(start).is_none_or(|first| first & 0x0F != 8) {
            continue;
        }
        let (inflated, _) = inflate(&bytes[start..], cx.budget())?;
        literals(&inflated, cx)?;
        strings::scan(&inflated[..], part(), SEARCHED, cx)?;
    }
    Ok(())
}

/// The string objects in some bytes, one a line (7.3.4).
fn literals(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut story = TextStream::new(Part::only(PartKind::Strings), Unit::None);
    let mut at = 0;
    while at < bytes.len() {
        let (string, end) = match bytes[at] {
            b'(' => literal(bytes, at + 1),
            b'<' if bytes.get(at + 1) != Some(&b'<') => hexadecimal(bytes, at + 1),
            _ => (Vec::new(), at + 1),
        };
        if string.len() > 1 {
            cx.budget().check()?;
            for text in readings(&string) {
                story.push(&text, cx);
                story.end_unit(cx);
            }
        }
        at = end;
    }
    story.finish(cx);
    Ok(())
}

/// Longest string, in bytes.
const LONGEST: usize = 64 << 10;

fn literal(bytes: &[u8], start: usize) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let mut depth = 1;
    let mut at = start;
    while let Some(byte) = bytes.get(at).copied().filter(|_| out.len() < LONGEST) {
        at += 1;
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return (out, at),
            b')' => depth -= 1,
            b'\\' => {
                let digits = bytes[at..].iter().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
                let octal = bytes[at..at + digits].iter().fold(0u32, |value, b| value * 8 + u32::from(b - b'0'));
                match bytes.get(at) {
                    _ if digits > 0 => out.push(octal as u8),
                    Some(b'n') => out.push(b'\n'),
                    Some(b'r') => out.push(b'\r'),
                    Some(b't') => out.push(b'\t'),
                    Some(b'\n' | b'\r') | None => {}
                    Some(other) => out.push(*other),
                }
                at += digits.max(1);
                continue;
            }
            _ => {}
        }
        out.push(byte);
    }
    // No end: it was none. What follows is looked at anew.
    (Vec::new(), start)
}

fn hexadecimal(bytes: &[u8], start: usize) -> (Vec<u8>, usize) {
    let mut digits = Vec::new();
    for (at, byte) in bytes.iter().enumerate().skip(start).take(LONGEST) {
        match byte {
            b'>' => {
                let pairs =
                    digits.chunks(2).map(|pair: &[u32]| (pair[0] * 16 + pair.get(1).copied().unwrap_or(0)) as u8);
                return (pairs.collect(), at + 1);
            }
            _ if byte.is_ascii_whitespace() => {}
            _ => match char::from(*byte).to_digit(16) {
                Some(digit) => digits.push(digit),
                None => break,
            },
        }
    }
    (Vec::new(), start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_without_their_objects() {
        assert_eq!(literal(b"(a\\(b\\051(c)\\\nd) x", 1), (b"a(b)(c)d".to_vec(), 16));
        assert_eq!(hexadecimal(b"<67 3A5>", 1), (b"\x67\x3A\x50".to_vec(), 8));
        assert_eq!(literal(b"(no end", 1), (Vec::new(), 1));
    }
}
