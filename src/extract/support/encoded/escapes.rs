//! Lines that a program writes with escapes: `\uXXXX` (.properties, source), base64 values (LDIF, RFC 2849),
//! UTF-16 in hexadecimal (values of a registry), quoted-printable (RFC 2045), addresses (RFC 3986).

use memchr::{memchr_iter, memmem, memrchr};

use super::is_gb2312;
use crate::extract::support::charset::readings;
use crate::extract::support::transfer::{base64, quoted_printable};

/// Bytes of one value that are decoded.
const LONGEST: usize = 1 << 20;
/// Escapes of high bytes that are no chance.
const QUOTED: usize = 3;

/// Hands on each such line without its escapes.
pub(super) fn each(text: &[u8], mut say: impl FnMut(&str)) {
    if memmem::find(text, b"\\u").is_some() {
        unicode(text, &mut say);
    }
    if memmem::find(text, b":: ").is_some() {
        ldif(text, &mut say);
    }
    if memmem::find(text, b"=hex(").is_some() {
        registry(text, &mut say);
    }
    quoted(text, &mut say);
    percent(text, &mut say);
}

/// Lines with `\uXXXX` in them.
fn unicode(text: &[u8], say: &mut impl FnMut(&str)) {
    for line in text.split(|byte| *byte == b'\n') {
        if memmem::find(line, b"\\u").is_none() {
            continue;
        }
        let line = String::from_utf8_lossy(line);
        let (mut units, mut is_news) = (Vec::<u16>::new(), false);
        let mut rest = &*line;
        while let Some(at) = rest.find("\\u") {
            units.extend(rest[..at].encode_utf16());
            let digits = rest.get(at + 2..at + 6).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
            match digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
                Some(unit) => {
                    units.push(unit);
                    is_news |= unit > 0x7F;
                    rest = &rest[at + 6..];
                }
                None => {
                    units.extend("\\u".encode_utf16());
                    rest = &rest[at + 2..];
                }
            }
        }
        units.extend(rest.encode_utf16());
        if is_news {
            say(&String::from_utf16_lossy(&units));
        }
    }
}

/// Values behind two colons, over folded lines.
fn ldif(text: &[u8], say: &mut impl FnMut(&str)) {
    for at in memmem::find_iter(text, b":: ") {
        let start = memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1);
        let name = &text[start..at];
        if name.is_empty() || !name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-;.".contains(byte)) {
            continue;
        }
        let mut value = Vec::new();
        for (number, line) in text[at + 3..].split(|byte| *byte == b'\n').enumerate() {
            if number > 0 && !line.starts_with(b" ") || value.len() > LONGEST {
                break;
            }
            value.extend(line.trim_ascii());
        }
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
        if value.is_empty() || value.len() % 4 != 0 || !value.iter().all(is_base64) {
            continue;
        }
        let bytes = base64(&value);
        match std::str::from_utf8(&bytes) {
            Ok(text) if !text.chars().any(|c| c.is_control() && !c.is_whitespace()) => say(text),
            Err(_) if is_gb2312(&bytes) => say(&encoding_rs::GB18030.decode(&bytes).0),
            _ => {}
        }
    }
}

/// Values in hexadecimal: UTF-16, low byte first.
fn registry(text: &[u8], say: &mut impl FnMut(&str)) {
    for at in memmem::find_iter(text, b"=hex(") {
        let Some(colon) = text[at..].iter().take(12).position(|byte| *byte == b':') else { continue };
        let mut bytes = Vec::new();
        let mut digits = text[at + colon + 1..].iter().copied().peekable();
        while let Some(byte) = digits.next() {
            match byte {
                b',' | b' ' | b'\r' | b'\t' => {}
                b'\\' => while digits.next_if(|byte| matches!(byte, b'\r' | b'\n' | b' ')).is_some() {},
                high if high.is_ascii_hexdigit() && bytes.len() < LONGEST => {
                    let value = |byte: u8| (byte as char).to_digit(16).unwrap_or_default() as u8;
                    let low = digits.next_if(u8::is_ascii_hexdigit);
                    bytes.push(low.map_or(value(high), |low| value(high) << 4 | value(low)));
                }
                _ => break,
            }
        }
        // Before Windows 2000 values were in the code page of the computer.
        let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
        if zeros < 2 && is_gb2312(&bytes[..bytes.len() - zeros]) {
            say(&encoding_rs::GB18030.decode(&bytes[..bytes.len() - zeros]).0);
            continue;
        }
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let text = String::from_utf16_lossy(&units);
        if !text.contains(char::REPLACEMENT_CHARACTER) {
            text.split('\0').filter(|text| !text.trim().is_empty()).for_each(&mut *say);
        }
    }
}

/// Lines with escapes of high bytes, joined where they were broken softly.
fn quoted(text: &[u8], say: &mut impl FnMut(&str)) {
    let is_high = |at: usize| {
        matches!(text.get(at..at + 3), Some([b'=', b'8'..=b'9' | b'A'..=b'F', low])
            if low.is_ascii_digit() || (b'A'..=b'F').contains(low))
    };
    let mut done = 0;
    for at in memchr_iter(b'=', text) {
        if at < done || !(0..QUOTED).all(|number| is_high(at + 3 * number)) {
            continue;
        }
        let is_soft = |end: usize| {
            let line = text[..end].strip_suffix(b"\n").unwrap_or(&text[..end]);
            let blanks = line.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
            line[..line.len() - blanks].ends_with(b"=")
        };
        let mut start = memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1);
        while start > done && is_soft(start) && at - start < LONGEST {
            start = memrchr(b'\n', &text[..start - 1]).map_or(0, |end| end + 1);
        }
        let mut end = at;
        loop {
            end = memchr::memchr(b'\n', &text[end..]).map_or(text.len(), |line| end + line + 1);
            if end == text.len() || !is_soft(end) || end - at > LONGEST {
                break;
            }
        }
        done = end;
        words(&quoted_printable(&text[start..end]), say);
    }
}

/// Words of addresses, as the program that opens them shows them: escapes of high bytes in a row.
fn percent(text: &[u8], say: &mut impl FnMut(&str)) {
    let is_high = |at: usize| {
        matches!(text.get(at..at + 3), Some([b'%', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', low])
            if low.is_ascii_hexdigit())
    };
    let mut done = 0;
    for at in memchr_iter(b'%', text) {
        if at < done || !(0..QUOTED).all(|number| is_high(at + 3 * number)) {
            continue;
        }
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"'<>&?=/,;".contains(byte);
        let start = text[done..at].iter().rposition(is_end).map_or(done, |end| done + end + 1);
        done = text[at..].iter().position(is_end).map_or(text.len(), |end| at + end);
        if done - start <= LONGEST {
            words(&super::percent_decoded(&text[start..done]), say);
        }
    }
}

/// Text in whatever it may be written in.
fn words(bytes: &[u8], say: &mut impl FnMut(&str)) {
    for charset in readings(bytes, None) {
        let (text, _) = charset.decode(bytes);
        if !text.chars().any(|c| c == char::REPLACEMENT_CHARACTER || c.is_control() && !c.is_whitespace()) {
            say(&text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> String {
        let mut said = Vec::new();
        each(text.as_bytes(), |line| said.push(line.to_string()));
        said.join("|")
    }

    #[test]
    fn what_programs_escape_is_read_as_it_was_meant() {
        assert_eq!(decoded("a=b\nlabel=\\u673a\\u5BC6\\ud83c\\udf1f\\u2605\nc"), "label=机密🌟★");
        assert_eq!(decoded("cn:: 5py6\n 5a+G\nx: y\n"), "机密");
        assert_eq!(decoded("\"a\"=hex(2):3a,67,\\\r\n  c6,5b,00,00\r\n"), "机密");
        assert!(decoded("x =E6=9C=BA=E5=AF=\n=86 y\nz\n").starts_with("x 机密 y"));
        assert_eq!(decoded("see https://a.example/?t=SECRET-%E6%9C%BA%E5%AF%86&b=%41"), "SECRET-机密");
        assert_eq!(decoded("\"a\"=hex(2):bb,fa,c3,dc,c4,da,b2,bf,00\r\n"), "机密内部");
    }

    #[test]
    fn what_only_looks_escaped_is_left_alone() {
        for text in ["C:\\users\\unit", "std:: vector", "a=E6 b=9C", "x\\u0041", "map:: \"a\"", "1 = 2"] {
            assert_eq!(decoded(text), "", "{text}");
        }
    }
}
