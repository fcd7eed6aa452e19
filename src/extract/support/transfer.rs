//! Transfer encodings undone: base64, quoted-printable, uuencode, yEnc. Each forgives damage:
//! what can be decoded is, and nothing here fails.

/// Bytes written as an escape character and two hexadecimal digits.
pub(in crate::extract) fn escaped(bytes: &[u8], escape: u8) -> Vec<u8> {
    let digit = |at: usize| bytes.get(at).and_then(|b| (*b as char).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (digit(at + 1), digit(at + 2)) {
            (Some(high), Some(low)) if bytes[at] == escape => {
                out.push((high << 4 | low) as u8);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    out
}

/// Quoted-printable (RFC 2045, 6.7).
pub(in crate::extract) fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|b| *b == b'\n') {
        match line.trim_ascii_end().strip_suffix(b"=") {
            Some(text) => joined.extend(text),
            None => joined.extend(line),
        }
    }
    escaped(&joined, b'=')
}

/// Base64 (RFC 2045, 6.8) that forgives line breaks, missing padding, foreign characters and
/// pieces encoded one by one.
pub(in crate::extract) fn base64(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() * 3 / 4);
    let (mut bits, mut count) = (0u32, 0);
    for byte in data {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                end_of_piece(bits, count, &mut out);
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            out.extend(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    end_of_piece(bits, count, &mut out);
    out
}

fn end_of_piece(bits: u32, count: u32, out: &mut Vec<u8>) {
    match count {
        2 => out.push((bits >> 4) as u8),
        3 => out.extend(&((bits >> 2) as u16).to_be_bytes()),
        _ => {}
    }
}

/// A file inside a text, with the name it is given there.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::extract) struct Inline {
    pub(in crate::extract) name: Vec<u8>,
    pub(in crate::extract) bytes: Vec<u8>,
    /// Its end is there.
    pub(in crate::extract) whole: bool,
}

/// The uuencoded and yEnc files in a text.
pub(in crate::extract) fn inline_files(text: &[u8]) -> Vec<Inline> {
    let mut found = Vec::new();
    let mut lines = text.split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    while let Some(line) = lines.next() {
        if let Some(name) = uu_begin(line) {
            found.push(uuencoded(name.to_vec(), &mut lines));
        } else if line.starts_with(b"=ybegin ") {
            let at = line.windows(6).position(|window| window == b" name=");
            let name = at.map_or(&b"yenc"[..], |at| &line[at + 6..]).to_vec();
            found.push(yenc(name, &mut lines));
        }
    }
    found
}

/// `begin 644 name`.
fn uu_begin(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"begin ")?;
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    (matches!(digits, 3 | 4) && rest.get(digits) == Some(&b' ')).then(|| &rest[digits + 1..])
}

fn uuencoded<'t>(name: Vec<u8>, lines: &mut impl Iterator<Item = &'t [u8]>) -> Inline {
    let mut bytes = Vec::new();
    for line in lines {
        if line == b"end" {
            return Inline { name, bytes, whole: true };
        }
        let Some((length, data)) = line.split_first() else { continue };
        let length = usize::from(length.wrapping_sub(32) & 63);
        let value = |b: &u8| u32::from(b.wrapping_sub(32) & 63);
        let start = bytes.len();
        for group in data.chunks(4) {
            let bits = (0..4).fold(0, |bits, n| bits << 6 | group.get(n).map_or(0, value));
            bytes.extend(&bits.to_be_bytes()[1..]);
        }
        bytes.truncate(start + length);
    }
    Inline { name, bytes, whole: false }
}

fn yenc<'t>(name: Vec<u8>, lines: &mut impl Iterator<Item = &'t [u8]>) -> Inline {
    let mut bytes = Vec::new();
    for line in lines {
        if line.starts_with(b"=yend") {
            return Inline { name, bytes, whole: true };
        }
        if line.starts_with(b"=ypart ") {
            continue;
        }
        let mut quoted = false;
        for byte in line {
            match (quoted, byte) {
                (false, b'=') => quoted = true,
                (false, byte) => bytes.push(byte.wrapping_sub(42)),
                (true, byte) => {
                    bytes.push(byte.wrapping_sub(42 + 64));
                    quoted = false;
                }
            }
        }
    }
    Inline { name, bytes, whole: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transfer_encodings_are_undone() {
        assert_eq!(quoted_printable("=E6=9C=\n=BA x=\n".as_bytes()), "机 x".as_bytes());
        assert_eq!(quoted_printable(b"a=+1b =\t \r\nc"), b"a=+1b c");
        assert_eq!(base64("5py65a+G".as_bytes()), "机密".as_bytes());
        assert_eq!(base64(b"5py6 5a-G"), "机密".as_bytes());
        // Two pieces, each with its own padding.
        assert_eq!(base64(b"YQ==\r\nYmM="), b"abc");
    }

    #[test]
    fn files_inside_a_text_are_found() {
        // `Cat` of RFC-less fame: the usual example of the encoding.
        let text = b"see below\nbegin 644 cat.txt\n#0V%T\n`\nend\nbye\n";
        let wanted = Inline { name: b"cat.txt".to_vec(), bytes: b"Cat".to_vec(), whole: true };
        assert_eq!(inline_files(text), [wanted]);
        // 'C' 'a' 't' each plus 42: 'm' 0x8B 0x9E.
        let text = b"=ybegin line=128 size=3 name=cat.txt\r\nm\x8B\x9E\r\n=yend size=3\r\n";
        assert_eq!(inline_files(text)[0].bytes, b"Cat");
        assert!(inline_files(b"begin again tomorrow\n").is_empty());
    }
}
