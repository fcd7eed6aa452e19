//! `data:` addresses (RFC 2397): a file that stands in the address itself, in base64 or percent-encoded.

use memchr::memmem;

use super::percent_decoded;
use crate::extract::driver::{Context, Input};
use crate::extract::support::transfer::base64;
use crate::model::{Part, PartKind};

/// Characters of what an address says of its file.
const HEAD: usize = 120;
/// Bytes of a drawing without words that may show some.
const OUTLINES: usize = 8192;

/// A `data:` address holds a file of its own (RFC 2397).
pub(in crate::extract) fn address(address: &str, cx: &mut Context<'_>) {
    let Some((head, data)) = address.split_once(',') else { return };
    let is_base64 = head.trim_end().to_ascii_lowercase().ends_with(";base64");
    let plain = percent_decoded(data.as_bytes());
    let bytes = if is_base64 { base64(&plain) } else { plain.into_owned() };
    if let Err(reason) = cx.contained("data", Input::bytes(&bytes)) {
        cx.gap(Some(Part::labelled(PartKind::Markup, "data")), reason);
    }
}

/// Reads the files of addresses in a text that are not in base64, which is found wherever it stands.
pub(super) fn each(text: &[u8], cx: &mut Context<'_>) {
    let mut done = 0;
    for at in memmem::find_iter(text, b"data:") {
        if at < done {
            continue;
        }
        let Some(comma) = head(&text[at..]) else { continue };
        // What it stands between ends it; without quotes, a parenthesis or a blank does.
        let end = match at.checked_sub(1).map(|before| text[before]) {
            Some(quote @ (b'"' | b'\'' | b'`')) => memchr::memchr(quote, &text[at..]),
            _ => text[at..].iter().position(|byte| byte.is_ascii_whitespace() || b")\"'`".contains(byte)),
        };
        done = end.map_or(text.len(), |end| at + end);
        let Some(address_of) = text.get(at..done).filter(|text| text.len() > comma + 1) else { continue };
        // Quotes and line ends as a string of a program has them.
        let plain = String::from_utf8_lossy(address_of).replace("\\\n", "").replace("\\\"", "\"");
        if may_show_words(&plain) {
            address(&plain, cx);
        }
    }
}

/// What an address holds is more than an icon: style sheets are full of those.
fn may_show_words(address: &str) -> bool {
    const SIGNS: [&str; 7] = ["<text", "<title", "<desc", "<image", "oreign", "<style", "<use"];
    let plain = address.replace("%3C", "<").replace("%3c", "<");
    !plain.contains("<svg") || plain.len() >= OUTLINES || SIGNS.iter().any(|sign| plain.contains(sign))
}

/// Where the comma behind the head of an address stands: a kind of file, and no base64.
fn head(text: &[u8]) -> Option<usize> {
    let comma = text.iter().take(HEAD).position(|byte| *byte == b',')?;
    let head = std::str::from_utf8(text.get(5..comma)?).ok()?.to_ascii_lowercase();
    let kind = head.split(';').next()?.trim();
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-+.".contains(&byte))
    };
    let (class, name) = kind.split_once('/')?;
    (is_name(class) && is_name(name) && !head.trim_end().ends_with("base64")).then_some(comma)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_kind_of_file_and_is_not_in_base64() {
        assert_eq!(head(b"data:image/svg+xml;charset=utf-8,%3Csvg"), Some(32));
        assert_eq!(head(b"data:image/svg+xml,<svg"), Some(18));
        for text in ["data:image/png;base64,AAAA", "data: a, b", "data:a,b", "data:{a/b,c", "data:image/png"] {
            assert_eq!(head(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn an_icon_shows_no_words() {
        assert!(!may_show_words("data:image/svg+xml,%3Csvg%20a='b'%3E%3Cpath%20d='M0%200'/%3E%3C/svg%3E"));
        assert!(may_show_words("data:image/svg+xml,%3Csvg%3E%3Ctext%3Ea") && may_show_words("data:text/plain,a"));
    }
}
