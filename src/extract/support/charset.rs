//! Character sets by the names mail gives them, those included that no browser knows any more:
//! UTF-7, HZ, ISO-2022-KR.

use encoding_rs::{EUC_KR, Encoding, GB18030, GBK, REPLACEMENT, UTF_8};

use super::text::{iso_2022_kr, utf7};

/// A character set named in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Charset {
    /// One the web knows.
    Known(&'static Encoding),
    /// RFC 2152.
    Utf7,
    /// RFC 1557: seven bits, shifted into EUC-KR.
    Iso2022Kr,
}

impl Charset {
    /// The character set of a name, if it says what to do.
    pub(in crate::extract) fn named(label: &str) -> Option<Charset> {
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
    pub(in crate::extract) fn decode(self, bytes: &[u8]) -> (String, bool) {
        match self {
            Charset::Known(encoding) => {
                let (text, _, malformed) = encoding.decode(bytes);
                let certain = !malformed && (encoding == UTF_8 || bytes.is_ascii());
                (text.into_owned(), certain)
            }
            Charset::Utf7 => (utf7(bytes), bytes.is_ascii()),
            Charset::Iso2022Kr => (iso_2022_kr(bytes), bytes.is_ascii()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_old_and_new_are_known() {
        assert_eq!(Charset::named("UTF-7").map(|charset| charset.decode(b"+Zzpbxg-").0).as_deref(), Some("机密"));
        assert_eq!(Charset::named("hz-gb-2312"), None);
        assert_eq!(Charset::named("gb2312"), Some(Charset::Known(GB18030)));
        assert_eq!(Charset::named("\"ISO-2022-KR\""), Some(Charset::Iso2022Kr));
    }
}
