//! Code pages of Windows by number, and the one a language was written in.

use encoding_rs::Encoding;

/// The encoding of a code page.
pub(in crate::extract) fn encoding(number: u32) -> Option<&'static Encoding> {
    Some(match number {
        936 | 20936 | 54936 => encoding_rs::GB18030,
        950 => encoding_rs::BIG5,
        932 => encoding_rs::SHIFT_JIS,
        949 => encoding_rs::EUC_KR,
        866 => encoding_rs::IBM866,
        874 => encoding_rs::WINDOWS_874,
        1200 => encoding_rs::UTF_16LE,
        1201 => encoding_rs::UTF_16BE,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1252 | 28591 | 20127 => encoding_rs::WINDOWS_1252,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        10000 => encoding_rs::MACINTOSH,
        20866 => encoding_rs::KOI8_R,
        50220..=50222 => encoding_rs::ISO_2022_JP,
        51932 => encoding_rs::EUC_JP,
        65001 => encoding_rs::UTF_8,
        _ => return None,
    })
}

/// The encoding that texts of a language were written in ([MS-LCID]; the low ten bits are the
/// primary language). Western languages share code page 1252.
pub(in crate::extract) fn of_language(lid: u16) -> &'static Encoding {
    match (lid & 0x3FF, lid >> 10) {
        (0x04, 1 | 3 | 5) => encoding_rs::BIG5,
        (0x04, _) => encoding_rs::GB18030,
        (0x11, _) => encoding_rs::SHIFT_JIS,
        (0x12, _) => encoding_rs::EUC_KR,
        (0x19 | 0x22 | 0x23 | 0x02, _) => encoding_rs::WINDOWS_1251,
        (0x15 | 0x05 | 0x0E | 0x18 | 0x1B | 0x24, _) => encoding_rs::WINDOWS_1250,
        (0x08, _) => encoding_rs::WINDOWS_1253,
        (0x1F, _) => encoding_rs::WINDOWS_1254,
        (0x0D, _) => encoding_rs::WINDOWS_1255,
        (0x01, _) => encoding_rs::WINDOWS_1256,
        (0x1E, _) => encoding_rs::WINDOWS_874,
        _ => encoding_rs::WINDOWS_1252,
    }
}

/// The encoding of a font's character set ([MS-WMF] 2.1.1.5). Western ones tell nothing.
pub(in crate::extract) fn of_charset(number: i64) -> Option<&'static Encoding> {
    Some(match number {
        134 => encoding_rs::GB18030,
        136 => encoding_rs::BIG5,
        128 => encoding_rs::SHIFT_JIS,
        129 => encoding_rs::EUC_KR,
        204 => encoding_rs::WINDOWS_1251,
        238 => encoding_rs::WINDOWS_1250,
        _ => return None,
    })
}

/// Text of an unknown code page: UTF-8 if it is, else the named one, else GB 18030.
pub(in crate::extract) fn decoded(bytes: &[u8], named: Option<&'static Encoding>) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_string();
    }
    named.unwrap_or(encoding_rs::GB18030).decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_code_pages() {
        assert_eq!(of_language(0x0804), encoding_rs::GB18030);
        assert_eq!(of_language(0x0404), encoding_rs::BIG5);
        assert_eq!(of_language(0x0409), encoding_rs::WINDOWS_1252);
        assert_eq!(decoded(b"\xBB\xFA\xC3\xDC", None), "机密");
    }
}
