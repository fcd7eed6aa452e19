//! Text strings (ISO 32000-2, 7.9.2.2): UTF-16 and UTF-8 by their byte order mark, else
//! PDFDocEncoding; and what programs write there although they should not.

/// The readings of a string object, best first. Bytes that are no text have none.
pub(super) fn readings(bytes: &[u8]) -> Vec<String> {
    let marked = match bytes {
        [0xFE, 0xFF, rest @ ..] => Some(utf16(rest, u16::from_be_bytes)),
        [0xFF, 0xFE, rest @ ..] => Some(utf16(rest, u16::from_le_bytes)),
        [0xEF, 0xBB, 0xBF, rest @ ..] => Some(String::from_utf8_lossy(rest).into_owned()),
        _ => None,
    };
    if let Some(text) = marked {
        return keep(vec![without_language(&text)]);
    }
    if bytes.is_ascii() {
        return keep(vec![bytes.iter().map(|b| pdf_doc(*b)).collect()]);
    }
    let mut readings = Vec::new();
    if let Ok(text) = std::str::from_utf8(bytes) {
        readings.push(text.to_string());
    } else if let Some(text) = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        readings.push(text.into_owned());
    }
    readings.push(bytes.iter().map(|b| pdf_doc(*b)).collect());
    keep(readings)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// A language code between two escape characters may stand in the text (7.9.2.2.1).
fn without_language(text: &str) -> String {
    text.split('\u{1B}').enumerate().filter(|(number, _)| number % 2 == 0).map(|(_, piece)| piece).collect()
}

/// Lines end in their usual way; what is mostly control characters is no text.
fn keep(readings: Vec<String>) -> Vec<String> {
    let clean = |text: String| text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    let is_text = |text: &String| {
        let odd = text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\t')).count();
        !text.trim().is_empty() && odd * 10 <= text.chars().count()
    };
    readings.into_iter().map(clean).filter(is_text).collect()
}

/// PDFDocEncoding (annex D.3).
fn pdf_doc(byte: u8) -> char {
    const LOW: [char; 8] = ['\u{2D8}', '\u{2C7}', '\u{2C6}', '\u{2D9}', '\u{2DD}', '\u{2DB}', '\u{2DA}', '\u{2DC}'];
    const HIGH: [char; 33] = [
        '\u{2022}', '\u{2020}', '\u{2021}', '\u{2026}', '\u{2014}', '\u{2013}', '\u{192}', '\u{2044}', '\u{2039}',
        '\u{203A}', '\u{2212}', '\u{2030}', '\u{201E}', '\u{201C}', '\u{201D}', '\u{2018}', '\u{2019}', '\u{201A}',
        '\u{2122}', '\u{FB01}', '\u{FB02}', '\u{141}', '\u{152}', '\u{160}', '\u{178}', '\u{17D}', '\u{131}',
        '\u{142}', '\u{153}', '\u{161}', '\u{17E}', '\u{FFFD}', '\u{20AC}',
    ];
    match byte {
        0x18..=0x1F => LOW[usize::from(byte - 0x18)],
        0x80..=0xA0 => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_in_the_encodings_of_the_standard_and_of_practice() {
        for (bytes, wanted) in [
            (&b"\xFE\xFF\x67\x3A\x5B\xC6"[..], "机密"),
            (b"\xFF\xFE\x3A\x67\xC6\x5B", "机密"),
            (b"\xEF\xBB\xBF\xE6\x9C\xBA\xE5\xAF\x86", "机密"),
            (b"\xFE\xFF\0\x1B\0z\0h\0\x1B\x67\x3A", "机"),
            (b"\xE6\x9C\xBA\xE5\xAF\x86", "机密"),
            (b"\xBB\xFA\xC3\xDC", "机密"),
            (b"caf\xE9 \x84 a", "caf\u{E9} \u{2014} a"),
        ] {
            assert!(readings(bytes).iter().any(|reading| reading == wanted), "{bytes:x?}");
        }
        assert_eq!(readings(b"\x01\x02\x03\x04"), Vec::<String>::new());
    }
}
