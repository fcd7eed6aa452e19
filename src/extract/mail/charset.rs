//! Character sets by the names mail gives them, those included that no browser knows any more:
//! UTF-7, HZ, ISO-2022-KR.

use encoding_rs::{EUC_KR, Encoding, GB18030, GBK, REPLACEMENT, UTF_8};

use super::transfer::base64;

/// A character set named in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// One the web knows.
    Known(&'static Encoding),
    /// RFC 2152.
    Utf7,
    /// RFC 1557: seven bits, shifted into EUC-KR.
    Iso2022Kr,
}

impl Charset {
    /// The character set of a name, if it says what to do.
    pub(super) fn named(label: &str) -> Option<Charset> {
        let label = label.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
        match label.as_str() {
            "utf-7" | "utf7" | "unicode-1-1-utf-7" => Some(Charset::Utf7),
            "iso-2022-kr" => Some(Charset::Iso2022Kr),
            "cp936" | "ms936" | "windows-936" => Some(Charset::Known(GB18030)),
            "cp949" | "ms949" => Some(Charset::Known(EUC_KR)),
            // HZ and its like are told from the bytes.
            _ => Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != REPLACEMENT).map(|encoding| {
                // The smaller sets are what programs say when they mean the larger.
                Charset::Known(if encoding == GBK { GB18030 } else { encoding })
            }),
        }
    }

    /// The text, and whether every byte of it had a meaning that cannot be another's: only then
    /// are other readings not needed.
    pub(super) fn decode(self, bytes: &[u8]) -> (String, bool) {
        match self {
            Charset::Known(encoding) => {
                let (text, _, malformed) = encoding.decode(bytes);
                let certain = !malformed && (encoding == UTF_8 || bytes.is_ascii());
                (text.into_owned(), certain)
            }
            Charset::Utf7 => (utf7(bytes), bytes.is_ascii()),
            Charset::Iso2022Kr => (EUC_KR.decode_without_bom_handling(&shifted(bytes)).0.into_owned(), bytes.is_ascii()),
        }
    }
}

/// `+` begins base64 of UTF-16 units, `-` or anything foreign ends it; `+-` is a plus.
fn utf7(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|b| *b == b'+') {
        out.push_str(&String::from_utf8_lossy(&rest[..at]));
        rest = &rest[at + 1..];
        let end = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || b"+/".contains(b))).unwrap_or(rest.len());
        if end == 0 {
            out.push('+');
        } else {
            let units: Vec<u16> =
                base64(&rest[..end]).chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            out.push_str(&String::from_utf16_lossy(&units));
        }
        rest = &rest[end..];
        rest = rest.strip_prefix(b"-").unwrap_or(rest);
    }
    out.push_str(&String::from_utf8_lossy(rest));
    out
}

/// Bytes between shift-out and shift-in get their high bit; the announcement goes.
fn shifted(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut high = false;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            0x1B if bytes[at..].starts_with(b"\x1B$)C") => at += 3,
            0x0E => high = true,
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
    fn old_seven_bit_encodings_are_read() {
        // U+673A U+5BC6 in UTF-16: 67 3A 5B C6, in base64 ZzpbxgA.
        assert_eq!(utf7(b"a +Zzpbxg- 1 +- 2"), "a 机密 1 + 2");
        let korean = Charset::named("ISO-2022-KR").expect("known").decode(b"\x1B$)C\x0E4k?\\:q\x0F ok");
        assert_eq!(korean.0, EUC_KR.decode(b"\xB4\xEB\xBF\xDC\xBA\xF1 ok").0);
        assert_eq!(Charset::named("hz-gb-2312"), None);
        assert_eq!(Charset::named("gb2312"), Some(Charset::Known(GB18030)));
    }
}
