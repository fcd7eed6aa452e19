//! Addresses: files that stand inside a `data:` address (RFC 2397), and what percent signs spell
//! (RFC 3986) in any other.

use crate::extract::driver::{Context, Input};
use crate::extract::support::transfer::base64 as undone;
use crate::model::{Part, PartKind};

/// A `data:` address holds a file of its own.
pub(super) fn embedded(address: &str, cx: &mut Context<'_>) {
    let Some((head, data)) = address.split_once(',') else { return };
    let base64 = head.trim_end().to_ascii_lowercase().ends_with(";base64");
    let plain = percent_decoded(data);
    let bytes = if base64 { undone(&plain) } else { plain };
    if let Err(reason) = cx.contained("data", Input::bytes(&bytes)) {
        cx.gap(Some(Part::labelled(PartKind::Markup, "data")), reason);
    }
}

/// The words behind percent signs, if they are any: UTF-8, or GB 18030 as old servers have it.
pub(super) fn spelled_out(address: &str) -> Option<String> {
    if !address.contains('%') {
        return None;
    }
    let bytes = percent_decoded(address);
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) => encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(e.as_bytes())?.into_owned(),
    };
    (!text.is_ascii()).then_some(text)
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|d| *byte == b'%' && d.iter().all(u8::is_ascii_hexdigit));
        match digits.and_then(|d| u8::from_str_radix(std::str::from_utf8(d).ok()?, 16).ok()) {
            Some(decoded) => {
                out.push(decoded);
                rest = &after[2..];
            }
            None => {
                out.push(*byte);
                rest = after;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_are_resolved_in_both_encodings_and_left_where_they_are_none() {
        assert_eq!(spelled_out("a/%E6%9C%BA%E5%AF%86.doc").as_deref(), Some("a/机密.doc"));
        assert_eq!(spelled_out("a/%BB%FA%C3%DC.doc").as_deref(), Some("a/机密.doc"));
        assert_eq!(spelled_out("a%20b"), None);
        assert_eq!(percent_decoded("100% of %4"), b"100% of %4");
    }
}
