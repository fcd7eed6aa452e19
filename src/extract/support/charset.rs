//! Character sets: by the names files and messages give them, those included that no browser knows
//! any more, and by what the bytes show. A name that the bytes refute is not believed.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};
use memchr::{memchr, memmem};

use super::hz::hz;
use super::seven_bit::{iso_2022_kr, utf7};
use crate::identify::{Width, utf16_or_32};

/// Characters beyond ASCII that no text of another encoding makes by chance, all of them faultless UTF-8.
pub(in crate::extract) const NO_CHANCE: usize = 64;
/// Share of implausible characters, in per cent, above which a text was not meant to be read so.
pub(in crate::extract) const IMPLAUSIBLE: usize = 4;
/// Bytes that the detector sees.
const DETECTED: usize = 64 * 1024;

/// A character set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Charset {
    /// One the web knows.
    Known(&'static Encoding),
    /// RFC 2152.
    Utf7,
    /// RFC 1557: seven bits, shifted into EUC-KR.
    Iso2022Kr,
    /// RFC 1843: GB 2312 in seven bits.
    Hz,
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
            Charset::Hz => (hz(bytes), bytes.is_ascii()),
        }
    }

    /// Few characters of the text make no sense.
    fn is_plausible(self, bytes: &[u8]) -> bool {
        let (text, _) = self.decode(bytes);
        let implausible = text.chars().filter(|c| is_implausible(*c)).count();
        implausible * 100 <= text.chars().count() * IMPLAUSIBLE
    }
}

/// The character sets in which bytes may have been written, the most likely first. A byte order mark and
/// the pattern of wide characters decide; UTF-8 that nothing else makes by chance does, too; what is
/// declared is one opinion among others, and UTF-16 that the bytes do not show is none.
pub(in crate::extract) fn readings(bytes: &[u8], declared: Option<Charset>) -> Vec<Charset> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return vec![Charset::Known(encoding)];
    }
    // A few characters of other encodings look like Han or Hangul of two bytes; markup and lines have zeros.
    match utf16_or_32(bytes).filter(|_| memchr(0, bytes).is_some()) {
        Some(Width::Utf16Le) => return vec![Charset::Known(UTF_16LE)],
        Some(Width::Utf16Be) => return vec![Charset::Known(UTF_16BE)],
        _ => {}
    }
    let utf8 = Charset::Known(UTF_8);
    let wide = [UTF_16LE, UTF_16BE].map(Charset::Known);
    let declared = declared.filter(|charset| !wide.contains(charset) && *charset != utf8);
    let mut found = Vec::new();
    if simdutf8::basic::from_utf8(bytes).is_ok() {
        found.push(utf8);
        if bytes.iter().filter(|byte| **byte >= 0xC0).count() < NO_CHANCE {
            found.extend(declared.filter(|charset| !bytes.is_ascii() || charset.is_seven_bit()));
        }
    } else {
        found.extend(declared);
        // What a name says and the bytes look like is that.
        let guess = Charset::Known(guess(bytes));
        if declared != Some(guess) || !guess.is_plausible(bytes) {
            found.extend([guess, Charset::Known(GB18030), Charset::Known(BIG5), utf8]);
        }
        found.retain(|charset| charset.is_plausible(bytes));
        if found.is_empty() {
            found.extend([utf8, Charset::Known(GB18030)]);
        }
    }
    found.extend(shown_in_seven_bits(bytes));
    let mut known = Vec::new();
    found.retain(|charset| {
        !known.contains(charset) && {
            known.push(*charset);
            true
        }
    });
    found
}

impl Charset {
    fn is_seven_bit(self) -> bool {
        [Charset::Utf7, Charset::Iso2022Kr, Charset::Hz, Charset::Known(ISO_2022_JP)].contains(&self)
    }
}

/// Encodings of seven bits that escapes show.
fn shown_in_seven_bits(bytes: &[u8]) -> Vec<Charset> {
    let mut shown = Vec::new();
    if memmem::find(bytes, b"~{").is_some() && memmem::find(bytes, b"~}").is_some() {
        shown.push(Charset::Hz);
    }
    if memchr(0x1B, bytes).is_some() {
        if memmem::find(bytes, b"\x1B$)C").is_some() {
            shown.push(Charset::Iso2022Kr);
        }
        if memmem::find(bytes, b"\x1B$B").is_some() || memmem::find(bytes, b"\x1B$@").is_some() {
            shown.push(Charset::Known(ISO_2022_JP));
        }
    }
    shown
}

/// What bytes that are not UTF-8 look like.
pub(in crate::extract) fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    // Not as the end of a text: a character may be cut.
    detector.feed(&bytes[..bytes.len().min(DETECTED)], false);
    match detector.guess(None, Utf8Detection::Deny) {
        // The larger of the two.
        guess if guess == GBK => GB18030,
        guess => guess,
    }
}

/// Characters that a text decoded as it was meant does not hold.
pub(in crate::extract) fn is_implausible(c: char) -> bool {
    matches!(c, '\u{1}'..='\u{8}' | '\u{E}'..='\u{1A}' | '\u{1C}'..='\u{1F}' | '\u{80}'..='\u{9F}' | '\u{FFFD}'
        | '\u{E000}'..='\u{F8FF}' | '\u{FFFE}'..='\u{FFFF}' | '\u{F0000}'..)
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

    #[test]
    fn bytes_refute_names() {
        let mark = "机密★10年";
        let texts = |bytes: &[u8], name: &str| -> Vec<String> {
            readings(bytes, Charset::named(name)).into_iter().map(|charset| charset.decode(bytes).0).collect()
        };
        for name in ["gb2312", "big5", "iso-8859-1", "utf-16", "shift_jis", "utf-8", "nonsense"] {
            assert!(texts(mark.as_bytes(), name).iter().any(|text| text == mark), "UTF-8 called {name}");
            let bytes = GB18030.encode(mark).0;
            assert!(texts(&bytes, name).iter().any(|text| text == mark), "GBK called {name}");
        }
        let long = mark.repeat(NO_CHANCE);
        assert_eq!(texts(long.as_bytes(), "big5"), std::slice::from_ref(&long), "nothing but UTF-8");
        assert!(texts(b"~{;zC\\~}", "hz-gb-2312").iter().any(|text| text == "机密"));
        assert_eq!(readings(b"plain", Charset::named("gb2312")), [Charset::Known(UTF_8)]);
        assert_eq!(readings("Bäume".as_bytes(), None).len(), 1);
    }
}
