//! Tags of HTML: where one ends, its name, its attributes. Tolerant of any spelling.

use super::references::unescape;

/// Splits off a tag, minding quotes; text that only looks like one ends at its first `>`.
pub(super) fn tag(rest: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, c) in rest.char_indices().skip(1).take(1 << 20) {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('>', None) => return (&rest[..at], &rest[at + 1..]),
            _ => {}
        }
    }
    match rest.find('>') {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, ""),
    }
}

pub(super) fn name(tag: &str) -> String {
    let inner = tag.trim_start_matches('<');
    let end = inner.char_indices().skip(1).find(|(_, c)| !c.is_ascii_alphanumeric() && *c != ':').map(|(at, _)| at);
    inner[..end.unwrap_or(inner.len())].to_ascii_lowercase()
}

/// The attributes of a tag: key in lower case, and value.
pub(super) fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some(at) = rest.find('=') {
        let key = rest[..at].trim_end().rsplit(char::is_whitespace).next().unwrap_or_default().to_ascii_lowercase();
        let after = rest[at + 1..].trim_start();
        let (value, next) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
        };
        rest = next;
        found.push((key, unescape(value)));
    }
    found
}
