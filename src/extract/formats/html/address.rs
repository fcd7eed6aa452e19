//! Addresses: what percent signs spell in them (RFC 3986).

use crate::extract::support::encoded::percent_decoded;

/// The words behind percent signs, if they are any: UTF-8, or GB 18030 as old servers have it.
pub(super) fn spelled_out(address: &str) -> Option<String> {
    if !address.contains('%') {
        return None;
    }
    let bytes = percent_decoded(address.as_bytes()).into_owned();
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) => encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(e.as_bytes())?.into_owned(),
    };
    (!text.is_ascii()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_are_resolved_in_both_encodings_and_left_where_they_are_none() {
        assert_eq!(spelled_out("a/%E6%9C%BA%E5%AF%86.doc").as_deref(), Some("a/机密.doc"));
        assert_eq!(spelled_out("a/%BB%FA%C3%DC.doc").as_deref(), Some("a/机密.doc"));
        assert_eq!(spelled_out("a%20b"), None);
        assert_eq!(&percent_decoded(b"100% of %4")[..], b"100% of %4");
    }
}
