//! E-mail messages and MHTML: headers with their encoded words, bodies with their transfer
//! encodings, attachments as members, and what stands before, between and behind the parts.

mod body;
mod mbox;
mod smime;
mod tnef;

use std::io::Read;

use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::header::{decoded_words, emit_field, fields, parameter, parameters};
use crate::model::{Format, GapReason, Limit, Part, PartKind};

pub(super) use mbox::Mbox;
pub(super) use smime::Smime;
pub(super) use tnef::Tnef;

/// Reads messages.
pub(super) struct Mail;

/// Bytes of one message held in memory: an attachment of 40 MiB takes 57 of them in base 64.
const MESSAGE: u64 = 60 << 20;
/// Parts inside parts.
const DEPTH: usize = 32;
/// Values of one header field under which a body is read.
const MEANINGS: usize = 4;
/// Bytes that reading a body once more costs at least.
const ANEW: u64 = 4096;

impl Extractor for Mail {
    fn formats(&self) -> &'static [Format] {
        &[Format::Mail]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut bytes = Vec::new();
        input.into_reader().take(MESSAGE + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        let over = bytes.len() as u64 > MESSAGE;
        let _held = cx.budget().hold(bytes.len() as u64)?;
        let read = part(without_length(&bytes), 0, cx);
        // One that was cut by us is not damaged.
        if over { Err(GapReason::Limit(Limit::HeldBytes)) } else { read }
    }
}

/// Apple's form begins with the length of the message on a line of its own.
fn without_length(bytes: &[u8]) -> &[u8] {
    match bytes.iter().take(24).position(|b| *b == b'\n') {
        Some(end) if end > 0 && bytes[..end].trim_ascii().iter().all(u8::is_ascii_digit) => &bytes[end + 1..],
        _ => bytes,
    }
}

/// Reads a message or a part of one.
fn part(bytes: &[u8], depth: usize, cx: &mut Context<'_>) -> Result<(), GapReason> {
    if depth > DEPTH {
        return Err(GapReason::Limit(Limit::Nesting));
    }
    cx.budget().check()?;
    let (fields, rest) = fields(bytes);
    for field in &fields {
        emit_field(field, cx);
    }
    let all = |name: &str| {
        let mut values: Vec<String> =
            fields.iter().filter(|field| field.name == name).map(|field| decoded_words(&field.value)).collect();
        values.dedup();
        values.truncate(MEANINGS);
        values
    };
    let or = |values: Vec<String>, default: &str| if values.is_empty() { vec![default.to_string()] } else { values };
    let kinds = or(all("content-type"), "text/plain");
    let encodings = or(all("content-transfer-encoding"), "");
    let disposition = all("content-disposition").join("; ");
    // Of two fields of one name each program believes another: it is read under each.
    let mut first = true;
    for kind in &kinds {
        for encoding in &encodings {
            if !std::mem::take(&mut first) {
                cx.budget().charge((rest.len() as u64).max(ANEW))?;
            }
            content(rest, &Meaning { kind, encoding, disposition: &disposition }, depth, cx)?;
        }
    }
    Ok(())
}

/// What the headers of a part say its body is.
struct Meaning<'h> {
    kind: &'h str,
    encoding: &'h str,
    disposition: &'h str,
}

/// Reads the body of a part under one meaning.
fn content(rest: &[u8], meaning: &Meaning<'_>, depth: usize, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let Meaning { kind, disposition, .. } = *meaning;
    let encoding = meaning.encoding.trim().to_ascii_lowercase();
    let lower = kind.trim().to_ascii_lowercase();
    if lower.starts_with("multipart/encrypted") {
        cx.gap(None, GapReason::Encrypted);
    }
    if lower.starts_with("multipart/")
        && let Some(boundary) = boundary(kind, rest)
    {
        return multipart(rest, &boundary, depth, cx);
    }
    let content = body::undone(rest, &encoding, cx)?;
    if lower.starts_with("message/partial") || lower.starts_with("message/external-body") {
        // The rest is in other messages, or somewhere else altogether.
        cx.gap(None, GapReason::Unsupported);
    }
    let mut names = parameters(disposition, "filename");
    names.extend(parameters(kind, "name"));
    for name in names.iter().skip(1) {
        cx.short(Part::only(PartKind::EntryName), name);
    }
    if lower.starts_with("message/") {
        names.iter().take(1).for_each(|name| cx.short(Part::only(PartKind::EntryName), name));
        return part(&content, depth + 1, cx);
    }
    let attached = disposition.trim_start().to_ascii_lowercase().starts_with("attachment");
    match names.first() {
        Some(name) => cx.member(name, Input::bytes(&content)),
        None if lower.starts_with("text/html") => body::html(&content, kind, cx)?,
        None if lower.starts_with("text/") && !attached => body::plain(&content, kind, cx)?,
        None => cx.member("attachment", Input::bytes(&content)),
    }
    Ok(())
}

/// The boundary the type names, or else the first line of the body that looks like one.
fn boundary(kind: &str, body: &[u8]) -> Option<String> {
    let occurs = |boundary: &String| {
        !boundary.is_empty() && body.split(|b| *b == b'\n').any(|line| delimiter(line, boundary.as_bytes()).is_some())
    };
    parameter(kind, "boundary").filter(occurs).or_else(|| {
        let mut lines = body.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_end).peekable();
        while let Some(line) = lines.next() {
            let header = lines.peek().is_some_and(|next| next.to_ascii_lowercase().starts_with(b"content-"));
            if header && line.len() > 4 && line.starts_with(b"--") {
                return Some(String::from_utf8_lossy(&line[2..]).into_owned());
            }
        }
        None
    })
}

/// A line that ends a part; whether it ends the last one.
fn delimiter(line: &[u8], boundary: &[u8]) -> Option<bool> {
    match line.strip_prefix(b"--")?.strip_prefix(boundary)?.trim_ascii_end() {
        b"" => Some(false),
        b"--" => Some(true),
        _ => None,
    }
}

fn multipart(body: &[u8], boundary: &str, depth: usize, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let boundary = boundary.trim_end().as_bytes();
    // Before the first part, and behind the last, stands text that no program shows.
    let mut outside = true;
    let mut number = 0;
    let (mut start, mut at) = (0, 0);
    while at < body.len() {
        let end = body[at..].iter().position(|b| *b == b'\n').map_or(body.len(), |n| at + n + 1);
        if let Some(last) = delimiter(&body[at..end], boundary) {
            number += 1;
            if number > cx.budget().limits.entries {
                return Err(GapReason::Limit(Limit::Entries));
            }
            piece(&body[start..at], outside, depth, cx)?;
            (start, outside) = (end, last);
        }
        at = end;
    }
    piece(&body[start..], outside, depth, cx)?;
    // The line that ends the last part is missing: so may be parts. Inside another part, that
    // one's lines tell.
    if outside || depth > 0 { Ok(()) } else { Err(GapReason::Damaged) }
}

fn piece(bytes: &[u8], outside: bool, depth: usize, cx: &mut Context<'_>) -> Result<(), GapReason> {
    if outside { body::plain(bytes, "", cx) } else { part(bytes, depth + 1, cx) }
}
