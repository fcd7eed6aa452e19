//! E-mail messages and MHTML: headers with their encoded words, bodies with their transfer
//! encodings, attachments as members, and what stands before, between and behind the parts.

use std::io::Read;

use encoding_rs::{Encoding, UTF_8};

use super::{Cx, Extractor, Input, Story, html, reason_of};
use crate::model::{Format, GapReason, Limit, Part, PartKind, Unit};

/// Reads messages.
pub(super) struct Mail;

/// Bytes of one message held in memory.
const MESSAGE: u64 = 48 << 20;
/// Parts inside parts.
const DEPTH: usize = 32;

impl Extractor for Mail {
    fn formats(&self) -> &'static [Format] {
        &[Format::Mail]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Cx<'_>) -> Result<(), GapReason> {
        let mut bytes = Vec::new();
        input.into_reader().take(MESSAGE + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        let over = bytes.len() as u64 > MESSAGE;
        let _held = cx.budget().hold(bytes.len() as u64)?;
        part(&bytes, 0, cx)?;
        if over { Err(GapReason::Limit(Limit::HeldBytes)) } else { Ok(()) }
    }
}

/// One header field: name in lower case, value unfolded.
struct Field {
    name: String,
    value: Vec<u8>,
}

/// Reads a message or a part of one.
fn part(bytes: &[u8], depth: usize, cx: &mut Cx<'_>) -> Result<(), GapReason> {
    if depth > DEPTH {
        return Err(GapReason::Limit(Limit::Nesting));
    }
    cx.budget().check()?;
    let (fields, body) = fields(bytes);
    for field in &fields {
        say_field(field, cx);
    }
    let get = |name: &str| fields.iter().find(|field| field.name == name).map(|field| decoded_words(&field.value));
    let kind = get("content-type").unwrap_or_else(|| "text/plain".to_string());
    let disposition = get("content-disposition").unwrap_or_default();
    let encoding = get("content-transfer-encoding").unwrap_or_default().trim().to_ascii_lowercase();
    let lower = kind.to_ascii_lowercase();
    if lower.starts_with("multipart/")
        && let Some(boundary) = parameter(&kind, "boundary")
    {
        return multipart(body, &boundary, depth, cx);
    }
    let content = match encoding.as_str() {
        "base64" => base64(body),
        "quoted-printable" => quoted_printable(body),
        _ => body.to_vec(),
    };
    let name = parameter(&disposition, "filename").or_else(|| parameter(&kind, "name"));
    if lower.starts_with("message/") && name.is_none() {
        return part(&content, depth + 1, cx);
    }
    let attached = disposition.to_ascii_lowercase().trim_start().starts_with("attachment");
    match name {
        Some(name) => cx.member(&name, Input::bytes(&content)),
        None if lower.starts_with("text/html") => html::page(&text_of(&content, &kind), cx),
        None if lower.starts_with("text/") && !attached => plain(&content, &kind, cx)?,
        None => cx.member("attachment", Input::bytes(&content)),
    }
    Ok(())
}

/// Hands on header fields that stand by themselves.
pub(super) fn headers(text: &str, cx: &mut Cx<'_>) {
    for field in fields(text.as_bytes()).0 {
        say_field(&field, cx);
    }
}

fn say_field(field: &Field, cx: &mut Cx<'_>) {
    let value = decoded_words(&field.value);
    cx.short(Part::labelled(PartKind::MessageHeader, &field.name), &value);
    if matches!(field.name.as_str(), "x-protective-marking" | "msip_labels" | "sensitivity" | "x-classification") {
        let name = if field.name == "x-protective-marking" { "X-Protective-Marking" } else { &field.name };
        cx.short(Part::labelled(PartKind::Label, name), &format!("{name}={value}"));
    }
}

fn multipart(body: &[u8], boundary: &str, depth: usize, cx: &mut Cx<'_>) -> Result<(), GapReason> {
    let marker = [b"--", boundary.as_bytes()].concat();
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut ended = false;
    while at < body.len() {
        let line_end = body[at..].iter().position(|b| *b == b'\n').map_or(body.len(), |n| at + n + 1);
        if !ended && body[at..line_end].starts_with(&marker) {
            pieces.push(&body[start..at]);
            start = line_end;
            ended = body[at + marker.len()..line_end].starts_with(b"--");
        }
        at = line_end;
    }
    pieces.push(&body[start..]);
    let most = usize::try_from(cx.budget().limits.entries).unwrap_or(usize::MAX);
    if pieces.len() > most {
        return Err(GapReason::Limit(Limit::Entries));
    }
    let last = pieces.len() - 1;
    for (number, piece) in pieces.iter().enumerate() {
        if number == 0 || number == last && ended {
            // Before the first and behind the last part: shown by no program, sent all the same.
            plain(piece, "", cx)?;
        } else {
            part(piece, depth + 1, cx)?;
        }
    }
    Ok(())
}

/// Splits header fields from the body and unfolds them.
fn fields(bytes: &[u8]) -> (Vec<Field>, &[u8]) {
    let mut fields: Vec<Field> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |n| at + n + 1);
        let line = bytes[at..end].trim_ascii_end();
        if line.is_empty() {
            return (fields, &bytes[end..]);
        }
        if line[0] == b' ' || line[0] == b'\t' {
            if let Some(field) = fields.last_mut() {
                field.value.push(b' ');
                field.value.extend(line.trim_ascii());
            }
        } else if let Some(colon) = line.iter().position(|b| *b == b':') {
            let name = String::from_utf8_lossy(&line[..colon]).trim().to_ascii_lowercase();
            fields.push(Field { name, value: line[colon + 1..].trim_ascii().to_vec() });
        } else if !line.starts_with(b"From ") {
            // Not a header line: the body began without a blank line.
            return (fields, &bytes[at..]);
        }
        at = end;
    }
    (fields, &[])
}

/// A parameter of a structured field, plain, quoted, or in the pieces of RFC 2231.
fn parameter(field: &str, name: &str) -> Option<String> {
    let mut pieces = Vec::new();
    let mut extended = false;
    for piece in split_parameters(field).skip(1) {
        let Some((key, value)) = piece.split_once('=') else {
            continue;
        };
        let key = key.trim().to_ascii_lowercase();
        let value = value.trim().trim_matches('"');
        let Some(rest) = key.strip_prefix(name) else { continue };
        if rest.is_empty() {
            return Some(decoded_words(value.as_bytes()));
        }
        extended |= rest.ends_with('*');
        pieces.push((rest.trim_matches('*').parse::<u32>().unwrap_or(0), value.to_string()));
    }
    if pieces.is_empty() {
        return None;
    }
    pieces.sort();
    let joined: String = pieces.into_iter().map(|(_, value)| value).collect();
    if !extended {
        return Some(joined);
    }
    let mut parts = joined.splitn(3, '\'');
    let (charset, _, value) = (parts.next()?, parts.next(), parts.next());
    let encoding = Encoding::for_label(charset.as_bytes()).unwrap_or(UTF_8);
    let bytes = percent(value.unwrap_or(&joined).as_bytes());
    Some(encoding.decode(&bytes).0.into_owned())
}

/// Splits at semicolons outside quotes.
fn split_parameters(field: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    field.split(move |c| {
        quoted ^= c == '"';
        c == ';' && !quoted
    })
}

fn percent(bytes: &[u8]) -> Vec<u8> {
    escaped(bytes, b'%')
}

/// Bytes written as an escape character and two hexadecimal digits.
fn escaped(bytes: &[u8], escape: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if bytes[at] == escape => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    out
}

/// The text of a header value with its encoded words (RFC 2047). Words next to each other in
/// one encoding are joined as bytes first, because a character may be split between them.
fn decoded_words(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value).into_owned();
    let mut out = String::new();
    let mut run: Vec<u8> = Vec::new();
    let mut charset = String::new();
    let mut rest = text.as_str();
    let close = |run: &mut Vec<u8>, charset: &str, out: &mut String| {
        if !run.is_empty() {
            let encoding = Encoding::for_label(charset.as_bytes()).unwrap_or(UTF_8);
            out.push_str(&encoding.decode_without_bom_handling(run).0);
            run.clear();
        }
    };
    while let Some(at) = rest.find("=?") {
        let (before, word) = rest.split_at(at);
        let Some((word_charset, bytes, after)) = encoded_word(word) else {
            close(&mut run, &charset, &mut out);
            out.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            continue;
        };
        if !before.trim().is_empty() || run.is_empty() || !word_charset.eq_ignore_ascii_case(&charset) {
            close(&mut run, &charset, &mut out);
            if !before.trim().is_empty() || out.is_empty() {
                out.push_str(before);
            }
        }
        charset = word_charset.to_string();
        run.extend(bytes);
        rest = after;
    }
    close(&mut run, &charset, &mut out);
    if out.is_empty() && std::str::from_utf8(value).is_err() {
        // Bytes of no declared encoding, as old programs send them.
        return encoding_rs::GB18030.decode_without_bom_handling(value).0.into_owned();
    }
    out.push_str(rest);
    out
}

/// `=?charset?B?…?=` at the beginning of `text`: charset, bytes, what follows.
fn encoded_word(text: &str) -> Option<(&str, Vec<u8>, &str)> {
    let inner = text.strip_prefix("=?")?;
    let (charset, inner) = inner.split_once('?')?;
    let (how, inner) = inner.split_once('?')?;
    let (data, after) = inner.split_once("?=")?;
    let bytes = match how {
        "B" | "b" => base64(data.as_bytes()),
        "Q" | "q" => escaped(data.replace('_', " ").as_bytes(), b'='),
        _ => return None,
    };
    Some((charset.split('*').next().unwrap_or(charset), bytes, after))
}

/// Text in the charset its type names; in every charset that may have been meant otherwise.
fn plain(content: &[u8], kind: &str, cx: &mut Cx<'_>) -> Result<(), GapReason> {
    let named = parameter(kind, "charset").and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    let Some(encoding) = named.filter(|encoding| *encoding != UTF_8 || std::str::from_utf8(content).is_ok()) else {
        return super::text::read(content, PartKind::Body, cx);
    };
    let text = encoding.decode(content).0.replace("\r\n", "\n");
    let flowed = parameter(kind, "format").is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
    let delsp = parameter(kind, "delsp").is_some_and(|delsp| delsp.eq_ignore_ascii_case("yes"));
    let text = if flowed { text.replace(" \n", if delsp { "" } else { " " }) } else { text };
    let mut story = Story::new(Part::only(PartKind::Body), Unit::Line);
    story.push(&text, cx);
    story.finish(cx);
    Ok(())
}

fn text_of(content: &[u8], kind: &str) -> String {
    let encoding = parameter(kind, "charset").and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    encoding.unwrap_or(UTF_8).decode(content).0.into_owned()
}

fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|b| *b == b'\n') {
        let text = line.trim_ascii_end();
        match text.strip_suffix(b"=") {
            Some(text) => joined.extend(text),
            None => joined.extend(line),
        }
    }
    escaped(&joined, b'=')
}

/// Base64 that forgives line breaks, missing padding and foreign characters.
pub(super) fn base64(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() * 3 / 4);
    let (mut bits, mut count) = (0u32, 0);
    for byte in data {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            out.extend(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    match count {
        2 => out.push((bits >> 4) as u8),
        3 => out.extend(&((bits >> 2) as u16).to_be_bytes()),
        _ => {}
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_join_over_a_split_character() {
        // 机密 in GB 2312 is BB FA C3 DC; the second word begins inside the second character.
        assert_eq!(decoded_words(b"=?gb2312?B?u/rD?= =?gb2312?B?3A==?= ok"), "机密 ok");
        assert_eq!(decoded_words(b"=?UTF-8?Q?=E6=9C=BA=E5=AF=86?="), "机密");
        assert_eq!(decoded_words(b"plain =? text"), "plain =? text");
        assert_eq!(decoded_words(b"\xBB\xFA\xC3\xDC"), "机密");
    }

    #[test]
    fn parameters_come_plain_and_in_pieces() {
        assert_eq!(parameter("a/b; name=\"x;y.txt\"", "name").as_deref(), Some("x;y.txt"));
        let pieces = "attachment; filename*0*=gb2312''%BB%FA; filename*1*=%C3%DC.txt";
        assert_eq!(parameter(pieces, "filename").as_deref(), Some("机密.txt"));
    }

    #[test]
    fn transfer_encodings_are_undone() {
        assert_eq!(quoted_printable("=E6=9C=\n=BA x=\n".as_bytes()), "机 x".as_bytes());
        assert_eq!(base64("5py65a+G".as_bytes()), "机密".as_bytes());
        assert_eq!(base64(b"5py6 5a-G"), "机密".as_bytes());
    }
}
