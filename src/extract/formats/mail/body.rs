//! Bodies: transfer encodings undone, characters decoded as declared and in whatever way else
//! they may have been meant, lines joined that were broken for transport (RFC 3676).

use std::borrow::Cow;

use crate::extract::driver::{Context, Input, TextStream};
use crate::extract::support::armor::{armored, is_sealed};
use crate::extract::support::card::{is_card, unfolded};
use crate::extract::support::charset::{Charset, readings};
use crate::extract::support::header::parameter;
use crate::extract::support::transfer::{base64, inline_files, quoted_printable};
use crate::extract::support::{encoded, names, text};
use crate::model::{Format, GapReason, Part, PartKind, Unit};

/// The line before a file in BinHex, which is not read.
const BINHEX: &[u8] = b"(This file must be converted with BinHex";

/// The content of a part without its transfer encoding.
pub(super) fn undone<'b>(body: &'b [u8], encoding: &str, cx: &mut Context<'_>) -> Result<Cow<'b, [u8]>, GapReason> {
    Ok(match encoding_named(encoding).as_str() {
        "base64" => {
            // Lines of text between the data, such as what a mailing list adds.
            if body.split(|b| *b == b'\n').any(|line| line.trim_ascii().iter().any(|b| !is_base64(*b))) {
                text::read(body, PartKind::Body, cx)?;
            }
            Cow::Owned(base64(body))
        }
        "quoted-printable" => Cow::Owned(quoted_printable(body)),
        "" => Cow::Borrowed(body),
        "uuencode" | "x-uuencode" | "x-uue" | "x-yencode" | "x-yenc" => {
            let mut files = inline_files(body);
            match files.len() {
                1 => Cow::Owned(files.remove(0).bytes),
                // Its files are found where the text is read.
                _ => Cow::Borrowed(body),
            }
        }
        _ => {
            cx.gap(None, GapReason::Unsupported);
            Cow::Borrowed(body)
        }
    })
}

/// A transfer encoding by its name, as programs write it: `8bits`, `7-bit`, `quoted-printable; x`.
fn encoding_named(name: &str) -> String {
    let word =
        name.split([';', ',', '(', ' ', '\t']).next().unwrap_or_default().trim_matches(['"', '\'', '<', '>', '.']);
    match &word.replace(['-', '_'], "")[..] {
        "7bit" | "7bits" | "8bit" | "8bits" | "16bit" | "binary" | "plain" | "text" | "ascii" | "usascii" | "none"
        | "utf8" | "" => String::new(),
        "quotedprintable" | "qp" => "quoted-printable".to_string(),
        "base64" | "b64" => "base64".to_string(),
        _ => word.to_string(),
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte)
}

/// Text in the charset its type names; in every charset that may have been meant otherwise.
pub(super) fn plain(content: &[u8], kind: &str, cx: &mut Context<'_>) -> Result<(), GapReason> {
    if is_sealed(content) {
        cx.gap(None, GapReason::Encrypted);
    }
    if content.windows(BINHEX.len()).any(|window| window == BINHEX) {
        cx.gap(None, GapReason::Unsupported);
    }
    for block in armored(content) {
        cx.member("pkcs7", Input::bytes(&block));
    }
    for file in inline_files(content) {
        let name = names::decoded(&file.name);
        cx.member(&name, Input::bytes(&file.bytes));
        if !file.whole {
            cx.member_gap(&name, GapReason::Damaged);
        }
    }
    encoded::files(content, cx);
    let content = if is_card(content) { unfolded(content) } else { joined(content, kind) };
    characters(&content, kind, cx)?;
    // Quoted-printable or base64 that is not declared, as after a careless gateway.
    if looks_quoted(&content) {
        characters(&quoted_printable(&content), kind, cx)?;
    }
    if content.len() >= 16 && content.iter().all(|b| is_base64(*b) || b.is_ascii_whitespace()) {
        let inner = base64(&content);
        if std::str::from_utf8(&inner).is_ok_and(|text| !text.chars().any(|c| c.is_control() && !c.is_whitespace())) {
            characters(&inner, kind, cx)?;
        }
    }
    Ok(())
}

fn characters(content: &[u8], kind: &str, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let Some(charset) = parameter(kind, "charset").and_then(|label| Charset::named(&label)) else {
        return text::read(content, PartKind::Body, cx);
    };
    let (decoded, certain) = charset.decode(content);
    let mut story = TextStream::new(Part::only(PartKind::Body), Unit::Line);
    story.push(&decoded.replace("\r\n", "\n"), cx);
    story.finish(cx);
    // What is declared is often not what was meant, and seven bits may hide escapes.
    if certain && !content.contains(&0x1B) && !content.windows(2).any(|pair| pair == b"~{") {
        return Ok(());
    }
    text::read(content, PartKind::Body, cx)
}

/// HTML in the charset its type names; where that is not certain, in what the page itself says.
pub(super) fn html(content: &[u8], kind: &str, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let said = parameter(kind, "charset").and_then(|label| Charset::named(&label));
    let charsets = if said.is_some() { readings(content, said) } else { Vec::new() };
    for charset in &charsets {
        let (page, _) = charset.decode(content);
        cx.read_as(Format::Html, Input::bytes(&text::marked(&page)))?;
    }
    // UTF-8 that is nothing else was read.
    match charsets[..] {
        [only] if only.decode(content).1 => Ok(()),
        _ => cx.read_as(Format::Html, Input::bytes(content)),
    }
}

/// Lines of a flowed text joined: a line that ends with a blank goes on with the next, at the
/// same depth of quoting; with `delsp` the blank was only put there for transport.
fn joined<'c>(content: &'c [u8], kind: &str) -> Cow<'c, [u8]> {
    let is = |name: &str, wanted: &str| parameter(kind, name).is_some_and(|value| value.eq_ignore_ascii_case(wanted));
    if !is("format", "flowed") {
        return Cow::Borrowed(content);
    }
    let delete = is("delsp", "yes");
    let mut out: Vec<u8> = Vec::with_capacity(content.len());
    let mut open: Option<usize> = None;
    for line in content.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let depth = line.iter().take_while(|b| **b == b'>').count();
        let text = &line[depth..];
        // A leading blank was stuffed there.
        let text = text.strip_prefix(b" ").unwrap_or(text);
        if open != Some(depth) {
            if open.is_some() {
                out.push(b'\n');
            }
            out.extend(&line[..depth]);
        }
        let flows = text.ends_with(b" ") && text != b"-- ";
        out.extend(if flows && delete { &text[..text.len() - 1] } else { text });
        open = flows.then_some(depth);
        if !flows {
            out.push(b'\n');
        }
    }
    Cow::Owned(out)
}

/// Several escapes of high bytes in otherwise plain text.
fn looks_quoted(content: &[u8]) -> bool {
    let high = |triple: &[u8]| {
        triple[0] == b'=' && matches!(triple[1], b'8'..=b'9' | b'A'..=b'F') && triple[2].is_ascii_hexdigit()
    };
    content.is_ascii() && content.windows(3).filter(|triple| high(triple)).take(4).count() == 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_known_however_they_are_spelled() {
        for name in ["8bits", "7-bit", "plain", "8BIT;".to_ascii_lowercase().as_str(), "binary", "\"7bit\"", ""] {
            assert_eq!(encoding_named(name), "", "{name}");
        }
        assert_eq!(encoding_named("quoted-printable;"), "quoted-printable");
        assert_eq!(encoding_named("base64 (binary)"), "base64");
        assert_eq!(encoding_named("x-yenc"), "x-yenc");
        assert_eq!(encoding_named("rot13"), "rot13");
    }

    #[test]
    fn flowed_lines_are_joined_at_their_depth() {
        let joined =
            |text: &str, kind: &str| String::from_utf8(joined(text.as_bytes(), kind).into_owned()).expect("UTF-8");
        let kind = "text/plain; format=flowed; delsp=yes";
        assert_eq!(joined("机 \r\n密★10年\r\nend\r\n", kind).trim_end(), "机密★10年\nend");
        assert_eq!(joined("a \nb\n", "text/plain; format=flowed").trim_end(), "a b");
        assert_eq!(joined("> 机 \n> 密\n> x\n", kind).trim_end(), ">机密\n>x");
        // Another depth is another paragraph, and so is a signature.
        assert_eq!(joined("> 机 \n密\n", kind).trim_end(), ">机\n密");
        assert_eq!(joined("机 \n密", "text/plain"), "机 \n密");
    }
}
