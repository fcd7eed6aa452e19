//! The plain tokens of a part, cut out of decoded text where they stand: text without references,
//! tags that end where they seem to. Whatever is less plain, or is not there to its end yet, is none
//! of these and is left to quick-xml, which would read these the same way.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr2_iter, memrchr};
use quick_xml::events::BytesStart;
use quick_xml::events::attributes;

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
    for at in memchr2_iter(b'"', b'\'', inner.as_bytes()) {
        let byte = inner.as_bytes()[at];
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

/// The attributes of a tag as they are written: name and value. Plain ones are cut out; from the first that is
/// none, quick-xml reads.
pub(super) struct Attributes<'a> {
    rest: &'a str,
    less_plain: Option<attributes::Attributes<'a>>,
}

/// The attributes of a tag.
pub(super) fn attributes<'a>(start: &'a BytesStart<'_>) -> Attributes<'a> {
    Attributes { rest: start.attributes_raw(), less_plain: None }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<(&'a str, Cow<'a, str>), attributes::AttrError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.less_plain.is_none() {
            if let Some((name, value, rest)) = attribute(self.rest) {
                self.rest = rest;
                return Some(Ok((name, Cow::Borrowed(value))));
            }
            if behind_blanks(self.rest).is_empty() {
                return None;
            }
        }
        let all = self.less_plain.get_or_insert_with(|| attributes::Attributes::html(self.rest, 0));
        let attribute = all.with_checks(false).next()?;
        Some(attribute.map(|attribute| (attribute.key.into_inner(), attribute.value)))
    }
}

/// A plain attribute at the begin of a text: its name, its value, and what follows.
fn attribute(text: &str) -> Option<(&str, &str, &str)> {
    let text = behind_blanks(text);
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.');
    let name = text.bytes().position(|byte| !plain(&byte)).filter(|name| *name > 0)?;
    let value = text[name..].strip_prefix("=\"")?;
    let end = memchr(b'"', value.as_bytes())?;
    Some((&text[..name], &value[..end], &value[end + 1..]))
}

fn behind_blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\r', '\n'])
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    memrchr(b':', name.as_bytes()).map_or(name, |colon| &name[colon + 1..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// quick-xml reads the same attributes.
        #[test]
        fn plain_attributes_change_nothing(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..12)) {
            let tag = format!("a {}", pieces.concat());
            let start = BytesStart::from_content(&tag[..], 1);
            let ours: Vec<_> = attributes(&start).map(|one| one.map(|(name, value)| (name.to_string(), value.into_owned()))).collect();
            let told = start.html_attributes().with_checks(false).map(|one| {
                one.map(|one| (one.key.into_inner().to_string(), one.value.clone().into_owned()))
            }).collect::<Vec<_>>();
            let okay = |all: &[Result<(String, String), attributes::AttrError>]| -> Vec<Option<(String, String)>> {
                all.iter().map(|one| one.as_ref().ok().cloned()).collect()
            };
            prop_assert_eq!(okay(&ours), okay(&told));
        }
    }

    const PIECES: [&str; 16] = [
        " ", "\n", "b", "w:c", "=", "\"", "'", " d=\"e\"", " f='g'", " h=i", "=\"\"", "植", "&lt;", "/", "\u{a0}", " j",
    ];

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
