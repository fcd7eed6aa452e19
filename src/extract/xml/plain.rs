//! The plain tokens of a part, cut out of decoded text where they stand: text without references,
//! tags that end where they seem to. Whatever is less plain, or is not there to its end yet, is none
//! of these and is left to quick-xml, which would read these the same way.

use memchr::{memchr, memchr2};

/// A plain token, as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Plain<'a> {
    /// Text between tags.
    Text(&'a str),
    /// A start, an empty or an end tag with its brackets, up to the first `>`.
    Tag(&'a str),
}

/// What a tag is made of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tag<'a> {
    Start(&'a str),
    Empty(&'a str),
    /// The name.
    End(&'a str),
}

/// The plain token at the begin of a text.
pub(super) fn token(text: &str) -> Option<Plain<'_>> {
    let bytes = text.as_bytes();
    if let [b'<', ..] = bytes {
        let named = if bytes.get(1) == Some(&b'/') { bytes.get(2) } else { bytes.get(1) };
        named.filter(|first| first.is_ascii_alphabetic())?;
        return memchr(b'>', bytes).map(|end| Plain::Tag(&text[..=end]));
    }
    let end = memchr2(b'<', b'&', bytes).filter(|end| *end > 0)?;
    // Line ends are to be made one; text that may go on is to stay whole.
    memchr(b'\r', &bytes[..end]).is_none().then(|| Plain::Text(&text[..end]))
}

/// Takes a tag apart; none if its `>` stands between quotes.
pub(super) fn tag(token: &str) -> Option<Tag<'_>> {
    let inner = &token[1..token.len() - 1];
    if let Some(name) = inner.strip_prefix('/') {
        return Some(Tag::End(name.trim_ascii_end()));
    }
    let mut quote = None;
    for byte in inner.bytes().filter(|byte| matches!(byte, b'"' | b'\'')) {
        match quote {
            None => quote = Some(byte),
            Some(open) if open == byte => quote = None,
            Some(_) => {}
        }
    }
    match (quote, inner.strip_suffix('/')) {
        (Some(_), _) => None,
        (None, Some(inner)) => Some(Tag::Empty(inner)),
        (None, None) => Some(Tag::Start(inner)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_is_cut_out_and_the_rest_is_left() {
        for (text, wanted) in [
            ("植树<a>", Some(Plain::Text("植树"))),
            ("植树&amp;", Some(Plain::Text("植树"))),
            ("植树", None),
            ("植\r\n树<a>", None),
            ("&amp;<a>", None),
            ("<a b=\"c\">d", Some(Plain::Tag("<a b=\"c\">"))),
            ("</a:b >", Some(Plain::Tag("</a:b >"))),
            ("<a b=\"c\"", None),
            ("<!-- a -->", None),
            ("<?a?>", None),
            ("<![CDATA[a]]>", None),
            ("<>", None),
            ("</>", None),
            ("< a>", None),
            ("", None),
        ] {
            assert_eq!(token(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_tag_ends_at_the_first_bracket_outside_quotes() {
        for (token, wanted) in [
            ("<a b=\"c\">", Some(Tag::Start("a b=\"c\""))),
            ("<a b='\"'/>", Some(Tag::Empty("a b='\"'"))),
            ("<a/>", Some(Tag::Empty("a"))),
            ("</w:p\n>", Some(Tag::End("w:p"))),
            ("<a b=\"c>", None),
            ("<a b='\">", None),
        ] {
            assert_eq!(tag(token), wanted, "{token}");
        }
    }
}
