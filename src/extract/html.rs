//! HTML: text joined over inline elements, attribute values people can read or unhide,
//! comments, scripts and styles. Tolerant of any markup; nothing is fetched or run.

use std::io::Read;

use encoding_rs::{Encoding, UTF_8};

use super::{Cx, Extractor, Input, Story, reason_of};
use crate::model::{Format, GapReason, Limit, Part, PartKind, Unit};

/// Reads HTML.
pub(super) struct Html;

/// Bytes of one page held in memory.
const PAGE: u64 = 32 << 20;
/// Elements that do not break a line.
const INLINE: [&str; 34] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "ruby", "rb", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt",
    "u", "var", "wbr",
];

impl Extractor for Html {
    fn formats(&self) -> &'static [Format] {
        &[Format::Html]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Cx<'_>) -> Result<(), GapReason> {
        let mut bytes = Vec::new();
        input.into_reader().take(PAGE + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        let over = bytes.len() as u64 > PAGE;
        let _held = cx.budget().hold(bytes.len() as u64)?;
        match charset(&bytes) {
            Some(encoding) => page(&encoding.decode(&bytes).0, cx),
            None => match std::str::from_utf8(&bytes) {
                Ok(text) => page(text, cx),
                // No declared encoding: the readings of plain text see the tags as text.
                Err(_) => {
                    page(&String::from_utf8_lossy(&bytes), cx);
                    page(&encoding_rs::GB18030.decode(&bytes).0, cx);
                    super::text::read(&bytes[..], PartKind::Body, cx)?;
                }
            },
        }
        if over { Err(GapReason::Limit(Limit::HeldBytes)) } else { Ok(()) }
    }
}

/// The encoding a byte order mark or a `meta` element names.
fn charset(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    let front = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let named = front.split("charset").nth(1)?.trim_start().strip_prefix('=')?.trim_start_matches(['"', '\'', ' ']);
    let label: String = named.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A page that says UTF-8 and is not is read in other ways too.
    (encoding != UTF_8 || std::str::from_utf8(bytes).is_ok()).then_some(encoding)
}

/// Reads one page of decoded HTML.
pub(super) fn page(html: &str, cx: &mut Cx<'_>) {
    let mut body = Story::new(Part::only(PartKind::Body), Unit::Line);
    let mut markup = Story::new(Part::only(PartKind::Markup), Unit::None);
    let mut comments = Story::new(Part::only(PartKind::Comment), Unit::None);
    let mut rest = html;
    let mut raw: Option<&str> = None;
    while !rest.is_empty() {
        let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        if raw.is_some() {
            line(&mut markup, text, cx);
        } else {
            body.push(&collapsed(&unescape(text)), cx);
        }
        rest = after;
        if rest.is_empty() {
            break;
        }
        if let Some(inner) = rest.strip_prefix("<!--") {
            let (comment, after) = inner.split_once("-->").unwrap_or((inner, ""));
            line(&mut comments, comment, cx);
            rest = after;
            continue;
        }
        let (tag, after) = tag(rest);
        rest = after;
        let name = name(tag);
        if raw.is_some_and(|open| name != open) {
            line(&mut markup, tag, cx);
            continue;
        }
        raw = match name.as_str() {
            "/script" | "/style" => None,
            "script" => Some("/script"),
            "style" => Some("/style"),
            _ => raw,
        };
        attributes(tag, &mut markup, cx);
        match name.trim_start_matches('/') {
            "td" | "th" if name.starts_with('/') => body.push("\t", cx),
            inline if INLINE.contains(&inline) => {}
            _ => body.push("\n", cx),
        }
    }
    body.finish(cx);
    markup.finish(cx);
    comments.finish(cx);
}

fn line(story: &mut Story, text: &str, cx: &mut Cx<'_>) {
    if !text.trim().is_empty() {
        story.push(&unescape(text), cx);
        story.push("\n", cx);
    }
}

/// Splits off a tag, minding quotes; text that only looks like one ends at its first `>`.
fn tag(rest: &str) -> (&str, &str) {
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

fn name(tag: &str) -> String {
    let inner = tag.trim_start_matches('<');
    let end = inner.char_indices().skip(1).find(|(_, c)| !c.is_ascii_alphanumeric() && *c != ':').map(|(at, _)| at);
    inner[..end.unwrap_or(inner.len())].to_ascii_lowercase()
}

fn attributes(tag: &str, markup: &mut Story, cx: &mut Cx<'_>) {
    let mut rest = tag;
    while let Some(at) = rest.find('=') {
        let key = rest[..at].rsplit(char::is_whitespace).next().unwrap_or_default().to_ascii_lowercase();
        let after = rest[at + 1..].trim_start();
        let (value, next) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
        };
        rest = next;
        let value = unescape(value);
        match key.as_str() {
            "alt" | "title" | "aria-label" | "summary" => cx.short(Part::only(PartKind::AltText), &value),
            "src" | "href" | "data" if value.starts_with("data:") => embedded(&value, cx),
            "class" | "style" | "id" | "rel" | "type" | "width" | "height" if value.is_ascii() => {}
            _ => line(markup, &value, cx),
        }
    }
}

/// A `data:` address holds a file of its own.
fn embedded(address: &str, cx: &mut Cx<'_>) {
    let Some((head, data)) = address.split_once(',') else {
        return;
    };
    let bytes = if head.ends_with(";base64") { super::mail::base64(data.as_bytes()) } else { data.as_bytes().to_vec() };
    cx.member("data", Input::bytes(&bytes));
}

/// Runs of white space become one blank, as a browser shows them.
fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '\t' | '\n' | '\r' | '\u{c}' if out.ends_with(' ') => {}
            ' ' | '\t' | '\n' | '\r' | '\u{c}' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Resolves character references.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end =
            rest.bytes().take(32).position(|b| !b.is_ascii_alphanumeric() && b != b'#').unwrap_or(rest.len().min(32));
        match reference(&rest[..end]) {
            Some(c) => {
                out.push_str(&c);
                rest = &rest[end..];
                rest = rest.strip_prefix(';').unwrap_or(rest);
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(String::from);
    }
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "shy" => '\u{ad}',
        "ensp" => '\u{2002}',
        "emsp" => '\u{2003}',
        "thinsp" => '\u{2009}',
        "zwnj" => '\u{200c}',
        "zwj" => '\u{200d}',
        "lrm" => '\u{200e}',
        "rlm" => '\u{200f}',
        "star" => '☆',
        "starf" | "bigstar" => '★',
        "middot" => '·',
        "bull" => '•',
        "ndash" => '–',
        "mdash" => '—',
        "sol" => '/',
        "ast" => '*',
        "colon" => ':',
        "Uuml" => 'Ü',
        "uuml" => 'ü',
        "Egrave" => 'È',
        "Eacute" => 'É',
        "eacute" => 'é',
        _ => return None,
    };
    Some(c.to_string())
}
