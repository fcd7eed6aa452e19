//! Header fields: unfolding, encoded words (RFC 2047), parameters in pieces (RFC 2231).

use super::charset::{Charset, readings};
use super::names;
use super::transfer::{base64, escaped};
use crate::extract::driver::Context;
use crate::model::{Part, PartKind};

/// Headers that programs read as a label, with the name packs know them by.
const LABELS: [(&str, &str); 5] = [
    ("x-protective-marking", "X-Protective-Marking"),
    ("msip_labels", "msip_labels"),
    ("sensitivity", "sensitivity"),
    ("x-classification", "x-classification"),
    ("x-microsoft-classification", "x-microsoft-classification"),
];

/// Ways in which encoded words are read.
const OPINIONS: usize = 5;

/// One header field: name in lower case, value unfolded.
pub(in crate::extract) struct Field {
    pub(in crate::extract) name: String,
    pub(in crate::extract) value: Vec<u8>,
}

/// Splits header fields from the body and unfolds them.
pub(in crate::extract) fn fields(bytes: &[u8]) -> (Vec<Field>, &[u8]) {
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
        } else if let Some(colon) = line.iter().position(|b| *b == b':').filter(|colon| is_name(&line[..*colon])) {
            let name = String::from_utf8_lossy(&line[..colon]).trim().to_ascii_lowercase();
            fields.push(Field { name, value: line[colon + 1..].trim_ascii().to_vec() });
        } else if !line.starts_with(b"From ") && !line.starts_with(b">From ") {
            // Not a header line: the body began without a blank line.
            return (fields, &bytes[at..]);
        }
        at = end;
    }
    (fields, &[])
}

/// A field name holds no blanks and no control characters (RFC 5322, 3.6.8).
fn is_name(name: &[u8]) -> bool {
    let name = name.trim_ascii_end();
    !name.is_empty() && name.iter().all(|b| b.is_ascii_graphic())
}

/// All values of a parameter, however it is written: plain, quoted, in pieces, encoded. More
/// than one is a way to show different readers different names.
pub(in crate::extract) fn parameters(field: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut pieces = Vec::new();
    for piece in split_parameters(field).into_iter().skip(1) {
        let Some((key, value)) = piece.split_once('=') else { continue };
        let key = key.trim().to_ascii_lowercase();
        let value = unquoted(value.trim());
        match key.strip_prefix(name) {
            Some("") => found.push(decoded_words(value.as_bytes())),
            Some(rest) if rest.starts_with('*') => {
                let number = rest.trim_matches('*').parse::<u32>().unwrap_or(0);
                pieces.push((number, rest.ends_with('*'), value));
            }
            _ => {}
        }
    }
    if !pieces.is_empty() {
        pieces.sort();
        found.push(joined(&pieces));
    }
    found
}

/// The first value of a parameter.
pub(in crate::extract) fn parameter(field: &str, name: &str) -> Option<String> {
    parameters(field, name).into_iter().next()
}

/// The pieces of one value: the first may name a charset and a language, each may be encoded.
fn joined(pieces: &[(u32, bool, String)]) -> String {
    let mut charset = None;
    let mut bytes = Vec::new();
    for (at, (_, encoded, value)) in pieces.iter().enumerate() {
        let mut value = value.as_str();
        if *encoded && at == 0 {
            let mut parts = value.splitn(3, '\'');
            if let (Some(label), Some(_), Some(rest)) = (parts.next(), parts.next(), parts.next()) {
                (charset, value) = (Charset::named(label), rest);
            }
        }
        bytes.extend(if *encoded { escaped(value.as_bytes(), b'%') } else { value.as_bytes().to_vec() });
    }
    if pieces.iter().any(|(_, encoded, _)| *encoded) {
        return charset.map_or_else(|| names::decoded(&bytes), |charset| charset.decode(&bytes).0);
    }
    decoded_words(&bytes)
}

/// Splits at semicolons outside quotes.
fn split_parameters(field: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    let split = field.split(|c| {
        let here = c == ';' && !quoted;
        quoted ^= c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
        here
    });
    split.collect()
}

fn unquoted(value: &str) -> String {
    match value.strip_prefix('"') {
        Some(inner) => inner.strip_suffix('"').unwrap_or(inner).replace("\\\"", "\"").replace("\\\\", "\\"),
        None => value.to_string(),
    }
}

/// The text of a header value with its encoded words (RFC 2047), as they say they are meant.
pub(in crate::extract) fn decoded_words(value: &[u8]) -> String {
    words(value, 0)
}

/// The other ways in which encoded words may have been meant.
pub(in crate::extract) fn other_words(value: &[u8]) -> Vec<String> {
    let shown = decoded_words(value);
    let mut found: Vec<String> = Vec::new();
    for other in (1..OPINIONS).map(|choice| words(value, choice)) {
        if other != shown && !found.contains(&other) {
            found.push(other);
        }
    }
    found
}

/// Bytes in one of the ways they may have been meant: first as they say.
fn opinion(bytes: &[u8], charset: Charset, choice: usize) -> String {
    let other = choice.checked_sub(1).and_then(|at| readings(bytes, Some(charset)).into_iter().nth(at));
    other.unwrap_or(charset).decode(bytes).0
}

/// Header text in which each word is read in one of the ways it may have been meant. Words next to each other
/// in one encoding are joined as bytes first, because a character may be split between them.
fn words(value: &[u8], choice: usize) -> String {
    // Bytes of no declared encoding, as old programs send them.
    let text = names::decoded(value);
    let mut out = String::new();
    let mut run: Vec<u8> = Vec::new();
    let mut charset = None;
    let mut rest = text.as_str();
    let close = |run: &mut Vec<u8>, charset: Option<Charset>, out: &mut String| {
        if !run.is_empty() {
            out.push_str(&charset.map_or_else(|| names::decoded(run), |charset| opinion(run, charset, choice)));
            run.clear();
        }
    };
    while let Some(at) = rest.find("=?") {
        let (before, word) = rest.split_at(at);
        let Some((label, bytes, after)) = encoded_word(word) else {
            close(&mut run, charset, &mut out);
            out.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            continue;
        };
        let next = Charset::named(label);
        if !before.trim().is_empty() || run.is_empty() || next != charset {
            let first = run.is_empty() && out.is_empty();
            close(&mut run, charset, &mut out);
            if !before.trim().is_empty() || first {
                out.push_str(before);
            }
        }
        charset = next;
        run.extend(bytes);
        rest = after;
    }
    close(&mut run, charset, &mut out);
    out.push_str(rest);
    out
}

/// `=?charset?B?…?=` at the beginning of `text`: charset, bytes, what follows. A word without
/// its end goes on to the next blank.
fn encoded_word(text: &str) -> Option<(&str, Vec<u8>, &str)> {
    let inner = text.strip_prefix("=?")?;
    let (charset, inner) = inner.split_once('?')?;
    let (how, inner) = inner.split_once('?')?;
    let plausible = !charset.is_empty() && charset.bytes().all(|b| b.is_ascii_graphic());
    let (data, after) = inner
        .split_once("?=")
        .unwrap_or_else(|| inner.split_at(inner.find(char::is_whitespace).unwrap_or(inner.len())));
    let bytes = match how {
        "B" | "b" if plausible => base64(data.as_bytes()),
        "Q" | "q" if plausible => escaped(data.replace('_', " ").as_bytes(), b'='),
        _ => return None,
    };
    Some((charset.split('*').next().unwrap_or(charset), bytes, after))
}

/// Hands on header fields that stand by themselves.
pub(in crate::extract) fn headers(text: &str, cx: &mut Context<'_>) {
    for field in fields(text.as_bytes()).0 {
        emit_field(&field, cx);
    }
}

/// Hands on a header field; one that is read as a label once more as that.
pub(in crate::extract) fn emit_field(field: &Field, cx: &mut Context<'_>) {
    let value = decoded_words(&field.value);
    cx.short(Part::labelled(PartKind::MessageHeader, &field.name), &value);
    for other in other_words(&field.value) {
        cx.short(Part::labelled(PartKind::MessageHeader, &field.name), &other);
    }
    names::other_readings(&field.value, PartKind::MessageHeader, cx);
    if let Some((_, label)) = LABELS.iter().find(|(name, _)| *name == field.name) {
        cx.short(Part::labelled(PartKind::Label, label), &format!("{label}={value}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_join_over_a_split_character() {
        // 机密 in GB 2312 is BB FA C3 DC; the second word begins inside the second character.
        assert_eq!(decoded_words(b"=?gb2312?B?u/rD?= =?gb2312?B?3A==?= ok"), "机密 ok");
        assert_eq!(decoded_words(b"=?gb2312?Q?=BB=FA=C3?= =?gbk?B?3A==?="), "机密");
        assert_eq!(decoded_words(b"=?UTF-8?Q?=E6=9C=BA=E5=AF=86?="), "机密");
        assert_eq!(decoded_words(b"Re: =?UTF-8?Q?=E6=9C=BA?= =?GBK?B?w9w=?="), "Re: 机密");
        assert_eq!(decoded_words(b"plain =? text"), "plain =? text");
        assert_eq!(decoded_words(b"\xBB\xFA\xC3\xDC"), "机密");
        assert_eq!(decoded_words(b"\xBB\xFA =?gbk?B?w9w=?="), "机 密");
        assert_eq!(decoded_words(b"=?utf-7?Q?+Zzpbxg-?="), "机密");
        assert_eq!(decoded_words(b"=?UTF-8?B?5py65a+G"), "机密");
    }

    #[test]
    fn words_that_are_not_what_they_say_are_read_as_what_they_are() {
        let said = b"=?gb2312?B?5py65a+G?=";
        assert!(other_words(said).contains(&"机密".to_string()), "{:?}", other_words(said));
        assert!(other_words(b"=?utf-8?B?u/rD3A==?=").contains(&"机密".to_string()));
        assert!(other_words(b"=?utf-8?B?5py65a+G?= plain").is_empty());
    }

    #[test]
    fn every_split_of_an_encoded_word_reads_the_same() {
        let raw = "机密★10年".as_bytes();
        for cut in 1..raw.len() {
            let q = |part: &[u8]| part.iter().map(|b| format!("={b:02X}")).collect::<String>();
            let value = format!("=?utf-8?Q?{}?=\t=?UTF-8?q?{}?=", q(&raw[..cut]), q(&raw[cut..]));
            assert_eq!(decoded_words(value.as_bytes()), "机密★10年", "cut at {cut}");
        }
    }

    #[test]
    fn parameters_come_plain_and_in_pieces() {
        assert_eq!(parameter("a/b; name=\"x;y.txt\"", "name").as_deref(), Some("x;y.txt"));
        assert_eq!(parameter("a/b; name=\"x\\\";y.txt\"", "name").as_deref(), Some("x\";y.txt"));
        let pieces = "attachment; filename*0*=gb2312''%BB%FA; filename*1*=%C3%DC.txt";
        assert_eq!(parameter(pieces, "filename").as_deref(), Some("机密.txt"));
        let mixed = "attachment; filename*1=\"50%25.txt\"; filename*0*=utf-8'zh'%E6%9C%BA";
        assert_eq!(parameter(mixed, "filename").as_deref(), Some("机50%25.txt"));
        let both = "attachment; filename=shown.txt; filename*=utf-8''%E6%9C%BA%E5%AF%86.txt";
        assert_eq!(parameters(both, "filename"), ["shown.txt", "机密.txt"]);
        let split_word = "x; filename*0=\"=?gbk?B?u/rD\"; filename*1=\"3A==?=\"";
        assert_eq!(parameter(split_word, "filename").as_deref(), Some("机密"));
    }
}
