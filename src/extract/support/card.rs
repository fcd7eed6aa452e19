//! Calendars and address cards (RFC 5545, RFC 6350): lines of text that were folded for
//! transport, with escapes of their own.

use std::borrow::Cow;

use super::transfer::quoted_printable;

/// The text is a calendar or a card.
pub(in crate::extract) fn is_card(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text).trim_ascii_start();
    let front = text[..text.len().min(15)].to_ascii_uppercase();
    front.starts_with(b"BEGIN:VCALENDAR") || front.starts_with(b"BEGIN:VCARD")
}

/// The text with its lines unfolded and its escapes undone.
pub(in crate::extract) fn unfolded(text: &[u8]) -> Cow<'_, [u8]> {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut soft = false;
    for line in text.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let folded = matches!(line.first(), Some(b' ' | b'\t'));
        if (folded || soft) && out.ends_with(b"\n") {
            out.pop();
        }
        out.extend(if folded && !soft { &line[1..] } else { line });
        // Version 2.1 of cards breaks quoted-printable values with `=`.
        let start = out.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        soft = line.ends_with(b"=") && is_quoted(&out[start..]);
        if soft {
            out.pop();
        }
        out.push(b'\n');
    }
    let lines = out.split_inclusive(|b| *b == b'\n').flat_map(|line| {
        let line = if is_quoted(line) { quoted_printable(line) } else { line.to_vec() };
        unescaped(&line)
    });
    Cow::Owned(lines.collect())
}

fn is_quoted(line: &[u8]) -> bool {
    let head = line.split(|b| *b == b':').next().unwrap_or_default().to_ascii_uppercase();
    head.windows(16).any(|window| window == b"QUOTED-PRINTABLE")
}

fn unescaped(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut rest = line.iter();
    while let Some(byte) = rest.next() {
        match (byte, rest.clone().next()) {
            (b'\\', Some(b'n' | b'N')) => out.push(b'\n'),
            (b'\\', Some(next @ (b',' | b';' | b'\\'))) => out.push(*next),
            _ => {
                out.push(*byte);
                continue;
            }
        }
        rest.next();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_and_escapes_are_undone() {
        let text = "BEGIN:VCALENDAR\r\nSUMMARY:机\r\n 密★10年\r\nDESCRIPTION:a\\, b\\nc\r\n";
        assert!(is_card(text.as_bytes()));
        let plain = String::from_utf8(unfolded(text.as_bytes()).into_owned()).expect("UTF-8");
        assert!(plain.contains("SUMMARY:机密★10年\n") && plain.contains("DESCRIPTION:a, b\nc\n"), "{plain}");
        // A fold may fall inside a character.
        let bytes = [&b"BEGIN:VCARD\nNOTE:\xE6\x9C\n "[..], b"\xBA\xE5\xAF\x86\n"].concat();
        assert!(String::from_utf8_lossy(&unfolded(&bytes)).contains("NOTE:机密"));
        let old = b"BEGIN:VCARD\nNOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=9C=\n=BA=E5=AF=86\nEND:VCARD\n";
        assert!(String::from_utf8_lossy(&unfolded(old)).contains(":机密\nEND"));
    }
}
