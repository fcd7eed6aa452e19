//! Base64 of pieces (RFC 4648, 4), taken strictly: what mail forgives would here be a piece that is not what was sent.

/// The bytes; none for anything that is not whole groups of the alphabet, padded at the end only.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.as_bytes();
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let padding = text.iter().rev().take(2).take_while(|byte| **byte == b'=').count();
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    for group in text[..text.len() - padding].chunks(4) {
        let mut bits = 0;
        for byte in group {
            bits = bits << 6 | u32::from(value(*byte)?);
        }
        let short = 4 - group.len() as u32;
        bits <<= 6 * short;
        let kept = 3 - short as usize;
        // Bits beyond the last byte are zero, or two texts would stand for the same bytes.
        if bits & ((1 << (8 * short)) - 1) != 0 {
            return None;
        }
        out.extend(&bits.to_be_bytes()[1..1 + kept]);
    }
    Some(out)
}

fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(decode("/+8A").as_deref(), Some(&[0xFF, 0xEF, 0][..]));
    }

    #[test]
    fn nothing_is_forgiven() {
        for text in ["Z", "Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Zm 9", "Zm9v\n", "Zh==", "Zm9=", "-_8A", "=m9v"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
