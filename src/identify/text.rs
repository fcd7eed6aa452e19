//! Text or not, and what kind of text. Short texts in any encoding count as text: reading
//! too much costs time, reading too little costs a secret.

use memchr::{memchr, memmem};

use crate::model::Format;

/// Width and byte order of a text whose characters take two or four bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// UTF-32, low byte first.
    Utf32Le,
    /// UTF-32, high byte first.
    Utf32Be,
}

/// Text of some kind, or unknown bytes.
pub(super) fn identify(head: &[u8]) -> (Format, &'static str) {
    let body = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    if let Some(width) = utf16_or_32(head) {
        return narrowed(head, width)
            .and_then(|text| markup(text.as_bytes()))
            .filter(|(format, _)| {
                // Only these are read in such an encoding.
                matches!(format, Format::Html | Format::Xml | Format::Json)
            })
            .unwrap_or((Format::Text, "UTF-16 or UTF-32"));
    }
    if !is_text(body) {
        return (Format::Unknown, "no known signature, not text");
    }
    markup(body).unwrap_or((Format::Text, "readable characters"))
}

/// The beginning of a UTF-16 text as UTF-8.
fn narrowed(head: &[u8], width: Width) -> Option<String> {
    let encoding = match width {
        Width::Utf16Le => encoding_rs::UTF_16LE,
        Width::Utf16Be => encoding_rs::UTF_16BE,
        Width::Utf32Le | Width::Utf32Be => return None,
    };
    Some(encoding.decode_with_bom_removal(&head[..head.len().min(8192)]).0.into_owned())
}

/// The width shown by a byte order mark or by the pattern of zero bytes.
pub fn utf16_or_32(head: &[u8]) -> Option<Width> {
    match head {
        [0xFF, 0xFE, 0, 0, ..] => return Some(Width::Utf32Le),
        [0, 0, 0xFE, 0xFF, ..] => return Some(Width::Utf32Be),
        [0xFF, 0xFE, ..] => return Some(Width::Utf16Le),
        [0xFE, 0xFF, ..] => return Some(Width::Utf16Be),
        _ => {}
    }
    let sample = &head[..head.len().min(4096) / 4 * 4];
    if sample.len() >= 8 && memchr(0, sample).is_some() {
        let zeros = |place: usize| sample.iter().skip(place).step_by(4).filter(|b| **b == 0).count();
        let quarter = sample.len() / 4;
        if zeros(3) == quarter && zeros(2) * 10 >= quarter * 9 && zeros(0) + zeros(1) < 2 * quarter {
            return Some(Width::Utf32Le);
        }
        if zeros(0) == quarter && zeros(1) * 10 >= quarter * 9 && zeros(2) + zeros(3) < 2 * quarter {
            return Some(Width::Utf32Be);
        }
    }
    let even = |bytes: &[u8]| bytes.len() / 2 * 2;
    let sample = &head[..even(&head[..head.len().min(4096)])];
    if sample.len() >= 4 && (memchr(0, sample).is_some() || simdutf8::basic::from_utf8(sample).is_err()) {
        for (width, order) in [(Width::Utf16Le, 0), (Width::Utf16Be, 1)] {
            if reads_as_utf16(sample, order) {
                return Some(width);
            }
        }
    }
    None
}

/// Nearly every unit is a character of the scripts that marks are written in.
fn reads_as_utf16(sample: &[u8], order: usize) -> bool {
    let unit = |pair: &[u8]| u16::from_le_bytes([pair[order], pair[1 - order]]);
    let (mut good, mut all) = (0, 0);
    for unit in sample.chunks_exact(2).map(unit) {
        all += 1;
        good += usize::from(
            matches!(unit, 9 | 10 | 13 | 0x20..=0x7E | 0xA0..=0x24F | 0x370..=0x4FF | 0x300..=0x36F | 0x2000..=0x206F
            | 0x2190..=0x27BF | 0x3000..=0x30FF | 0x4E00..=0x9FA5 | 0xAC00..=0xDFFF | 0xFE00..=0xFE6F | 0xFF00..=0xFF5E | 0xFEFF),
        );
    }
    good * 100 >= all * 95
}

/// Control characters are rare, or the bytes are UTF-8.
fn is_text(body: &[u8]) -> bool {
    let front = &body[..body.len().min(1027)];
    let shifts = memchr(0x1B, front).is_some() && memmem::find(front, b"\x1B$)C").is_some();
    let controls = count(body, |b| matches!(b, 0x01..=0x08 | 0x10..=0x1A | 0x1C..=0x1F | 0x7F))
        + if shifts { 0 } else { count(body, |b| matches!(b, 0x0E..=0x0F)) };
    let zeros = count(body, |b| b == 0);
    let utf8 = match simdutf8::compat::from_utf8(body) {
        Ok(_) => true,
        Err(e) => e.error_len().is_none(),
    };
    if utf8 {
        return (controls + zeros) * 10 <= body.len().max(10);
    }
    controls * 100 <= body.len() && zeros * 20 <= body.len() && legacy_like(body)
}

/// How many bytes are of a kind. They are counted in bytes, so that many are looked at together.
fn count(body: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let few = |block: &[u8]| usize::from(block.iter().map(|b| u8::from(is(*b))).sum::<u8>());
    body.chunks(usize::from(u8::MAX)).map(few).sum()
}

/// High bytes stand in runs with letters around them, not evenly spread as in packed data.
fn legacy_like(body: &[u8]) -> bool {
    if body.len() < 64 {
        return true;
    }
    // Bytes 0x80..0xA0 begin few characters of the legacy encodings but are common in noise.
    let rare = count(body, |b| matches!(b, 0x7F..=0x80 | 0xFF));
    rare * 100 <= body.len()
}

fn markup(body: &[u8]) -> Option<(Format, &'static str)> {
    let front = &body[..body.len().min(4096)];
    let start = front.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(front.len());
    let front = &front[start..];
    let lower = front.to_ascii_lowercase();
    let begins = |what: &[u8]| lower.starts_with(what);
    if begins(b"<!doctype html")
        || begins(b"<!doctype netscape-bookmark")
        || begins(b"<html")
        || begins(b"<head")
        || begins(b"<body")
    {
        return Some((Format::Html, "begins with an HTML tag"));
    }
    if begins(b"<?xml") {
        let html = lower.windows(5).take(1024).any(|window| window == b"<html");
        return Some(if html { (Format::Html, "XHTML") } else { (Format::Xml, "XML declaration") });
    }
    // A list of bookmarks has a document type of its own.
    if begins(b"<!doctype netscape-bookmark") {
        return Some((Format::Html, "a list of bookmarks"));
    }
    let tag = |name: &[u8]| lower.windows(name.len()).any(|window| window == name);
    if begins(b"<") && (tag(b"</p>") || tag(b"</div>") || tag(b"<br") || tag(b"</table>") || tag(b"<meta ")) {
        return Some((Format::Html, "HTML tags"));
    }
    if begins(b"<!doctype ")
        || begins(b"<svg")
        || begins(b"<mxfile")
        || begins(b"<mxgraphmodel")
        // What mind maps and feeds write without a declaration.
        || [&b"<map version"[..], b"<opml", b"<rss", b"<plist"].iter().any(|root| begins(root))
        || begins(b"<") && lower.get(1).is_some_and(u8::is_ascii_alphabetic) && closes(&lower)
    {
        return Some((Format::Xml, "begins with an XML element"));
    }
    if is_json(front) {
        return Some((Format::Json, "JSON"));
    }
    if !is_mail(front) {
        return None;
    }
    let mailbox = front.starts_with(b"From ");
    Some(if mailbox {
        (Format::Mbox, "a line `From ` and a message")
    } else {
        (Format::Mail, "header lines of a message")
    })
}

/// An object that begins with a key or ends at once, a list that begins with a string or another list.
fn is_json(front: &[u8]) -> bool {
    let mut signs = front.iter().filter(|b| !b.is_ascii_whitespace());
    matches!((signs.next(), signs.next()), (Some(b'{'), Some(b'"')) | (Some(b'['), Some(b'"' | b'{')))
}

/// The first tag has an end and a namespace or an attribute, as XML without a declaration has.
fn closes(lower: &[u8]) -> bool {
    let end = lower.iter().position(|b| *b == b'>').unwrap_or(0);
    lower[..end].windows(5).any(|window| window == b"xmlns")
}

/// At least two known header lines before the first blank line, and only header lines.
fn is_mail(front: &[u8]) -> bool {
    const KNOWN: [&str; 14] = [
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "received",
        "mime-version",
        "message-id",
        "return-path",
        "content-type",
        "delivered-to",
        "reply-to",
        "x-mailer",
        "content-transfer-encoding",
    ];
    let mut known = 0;
    // Apple's form begins with a number on a line of its own.
    let number = front.iter().take(24).take_while(|b| b.is_ascii_digit() || **b == b' ').count();
    let front = if number > 0 { front[number..].trim_ascii_start() } else { front };
    for line in front.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = line.iter().position(|b| *b == b':') else {
            // An mbox begins with a line of its own.
            if line.starts_with(b"From ") {
                continue;
            }
            break;
        };
        let name = String::from_utf8_lossy(&line[..colon]).to_ascii_lowercase();
        known += usize::from(KNOWN.contains(&name.as_str()));
    }
    known >= 2
}
