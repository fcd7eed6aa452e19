//! Forms as browsers send them: `application/x-www-form-urlencoded` (WHATWG URL Standard). Names and values are text.

use percent_encoding::percent_decode;

use super::response::HttpStatus;

/// The fields of a form, or of what stands behind `?`.
///
/// # Errors
/// When it is not text.
pub(super) fn fields(bytes: &[u8]) -> Result<Vec<(String, String)>, HttpStatus> {
    let pieces = bytes.split(|b| *b == b'&').filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| {
            let at = piece.iter().position(|b| *b == b'=').unwrap_or(piece.len());
            Ok((decoded(&piece[..at])?, decoded(piece.get(at + 1..).unwrap_or_default())?))
        })
        .collect()
}

/// The value of a field.
pub(super) fn value<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn decoded(text: &[u8]) -> Result<String, HttpStatus> {
    let spaced: Vec<u8> = text.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    let bytes: Vec<u8> = percent_decode(&spaced).collect();
    String::from_utf8(bytes).map_err(|_| HttpStatus::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let read = fields("reason=%E6%A0%B8%E5%AF%B9+ok%2B1&empty=&bare".as_bytes()).expect("text");
        assert_eq!(value(&read, "reason"), Some("核对 ok+1"));
        assert_eq!((value(&read, "empty"), value(&read, "bare"), value(&read, "none")), (Some(""), Some(""), None));
        assert_eq!(fields(b"a=%FF"), Err(HttpStatus::Malformed));
    }
}
