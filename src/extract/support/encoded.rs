//! Files and texts that stand encoded inside a text: base64 and `data:` addresses, and what ordinary
//! programs write escaped (`\uXXXX`, LDIF, values of a registry, quoted-printable, uuencode). Only what
//! turns out to be something that is read is opened: keys, hashes, fonts and programs stay what they are.

mod address;
mod diagram;
mod escapes;
mod run;

use std::borrow::Cow;

use memchr::memmem;

use super::transfer::{base64, escaped, inline_files};
use super::{names, strings, text};
use crate::extract::driver::{Context, HEAD, Input, TextStream};
use crate::identify::{self, Width, utf16_or_32};
use crate::model::{Format, GapReason, Limit, Part, PartKind, Unit};

pub(in crate::extract) use address::address;
use diagram::attribute;
pub(in crate::extract) use diagram::packed;
use run::EncodedRun;

/// Bytes gathered before they are looked through.
const PIECE: usize = 256 * 1024;
/// Bytes of one encoded file that are waited for.
const LONGEST: usize = 32 << 20;
/// Bytes that tell what is encoded.
const TELLING: usize = 48;
/// Signatures of two bytes (a bare stream of JPEG XL, compress, ARJ): chance makes them, as in `/wordpress/wp-content`.
const SHORT: [[u8; 2]; 3] = [[0xFF, 0x0A], [0x1F, 0x9D], [0x60, 0xEA]];
/// Characters in which something with such a signature could show a mark; paths are shorter.
const SHOWING: usize = 400;
/// Bytes of a text that is more than chance.
const WORDS: usize = 12;

/// Looks through a text that comes in pieces.
pub(in crate::extract) struct Encoded {
    held: Vec<u8>,
    /// Bytes held when they were last looked through.
    seen: usize,
    /// Bytes held of which the files were opened.
    filed: usize,
    /// Characters of two bytes, of which one is zero where they are ASCII.
    is_wide: bool,
    opened: u64,
    story: TextStream,
}

impl Encoded {
    /// For a text that begins so.
    pub(in crate::extract) fn new(head: &[u8]) -> Self {
        let is_wide = matches!(utf16_or_32(head), Some(Width::Utf16Le | Width::Utf16Be));
        let story = TextStream::new(Part::labelled(PartKind::Body, "decoded"), Unit::None);
        Encoded { held: Vec::new(), seen: 0, filed: 0, is_wide, opened: 0, story }
    }

    /// Takes the next piece.
    pub(in crate::extract) fn take(&mut self, piece: &[u8], cx: &mut Context<'_>) {
        if self.is_wide {
            self.held.extend(piece.iter().filter(|byte| **byte != 0));
        } else {
            self.held.extend_from_slice(piece);
        }
        // What was waited for is looked at again when there is twice as much of it.
        if self.held.len() >= PIECE.max(2 * self.seen) {
            let is_last = self.held.len() > LONGEST;
            self.look(is_last, cx);
        }
    }

    /// Takes the end.
    pub(in crate::extract) fn finish(mut self, cx: &mut Context<'_>) {
        self.look(true, cx);
        self.story.finish(cx);
    }

    fn look(&mut self, is_last: bool, cx: &mut Context<'_>) {
        let held = std::mem::take(&mut self.held);
        let waits = self.files(&held, is_last, cx);
        let end = lines_end(&held, waits, is_last);
        let (lines, rest) = held.split_at(end);
        self.escaped(lines, cx);
        in_addresses(lines, cx);
        self.filed = self.filed.saturating_sub(end);
        self.held = rest.to_vec();
        self.seen = self.held.len();
    }

    /// Opens the files in base64 and uuencode; where one begins of which the end is not there yet.
    fn files(&mut self, held: &[u8], is_last: bool, cx: &mut Context<'_>) -> usize {
        let mut waits = held.len();
        // A run may begin in the last bytes.
        let mut at = self.filed;
        self.filed = held.len().saturating_sub(run::LEAST).max(at);
        while let Some(run) = EncodedRun::find(held, at) {
            if run.end == held.len() && !is_last {
                (waits, self.filed) = (run.start, run.start);
                break;
            }
            at = run.end;
            self.filed = self.filed.max(at);
            if self.run(&run, cx).is_err() {
                return held.len();
            }
        }
        let mut from = 0;
        while let Some(begin) = memmem::find(&held[from..waits], b"begin ").map(|begin| from + begin) {
            from = begin + 6;
            if begin > 0 && held[begin - 1] != b'\n' || !uu_begins(&held[begin..]) {
                continue;
            }
            let Some(end) = uu_ends(&held[begin..]).map(|end| begin + end) else {
                // Without an end here, there is none for what begins later.
                return if is_last { waits } else { begin };
            };
            from = end;
            for file in inline_files(&[&held[begin..end], b"\n"].concat()) {
                if file.whole && self.charge(file.bytes.len(), cx).is_ok() {
                    cx.member(&names::decoded(&file.name), Input::bytes(&file.bytes));
                }
            }
        }
        waits
    }

    fn charge(&mut self, bytes: usize, cx: &mut Context<'_>) -> Result<(), ()> {
        self.opened += 1;
        let over = self.opened > cx.budget().limits.entries;
        let outcome = if over { Err(GapReason::Limit(Limit::Entries)) } else { cx.budget().charge(bytes as u64) };
        outcome.map_err(|reason| cx.gap(None, reason))
    }

    fn run(&mut self, run: &EncodedRun, cx: &mut Context<'_>) -> Result<(), ()> {
        let front = run.front(TELLING);
        if run.characters().len() < SHOWING && SHORT.iter().any(|signature| front.starts_with(signature)) {
            return Ok(());
        }
        if !is_telling(&front) {
            if let Some(text) = diagram::in_base64(run.characters()) {
                packed(text, cx);
            }
            return Ok(());
        }
        for bytes in run.decoded() {
            if let Some(name) = name_of(&bytes) {
                self.charge(bytes.len(), cx)?;
                match identify::identify(&bytes[..bytes.len().min(HEAD)], None).format {
                    Format::Image => picture(run, cx),
                    _ => open(name, &bytes, cx),
                }
                return Ok(());
            }
        }
        Ok(())
    }

    /// Lines that are written with escapes, as they read without them.
    fn escaped(&mut self, lines: &[u8], cx: &mut Context<'_>) {
        let story = &mut self.story;
        escapes::each(lines, |line| {
            story.push(line.trim_end_matches('\n'), cx);
            story.push("\n", cx);
        });
    }
}

/// Where the whole lines before the place that is waited for end.
fn lines_end(held: &[u8], waits: usize, is_last: bool) -> usize {
    match memchr::memrchr(b'\n', &held[..waits]) {
        _ if is_last => held.len(),
        Some(end) => end + 1,
        None if waits == held.len() => waits,
        None => 0,
    }
}

/// Opens what stands in base64 inside a text that is held.
pub(in crate::extract) fn files(text: &[u8], cx: &mut Context<'_>) {
    let mut encoded = Encoded::new(b"");
    let mut at = 0;
    while let Some(run) = EncodedRun::find(text, at) {
        at = run.end;
        if encoded.run(&run, cx).is_err() {
            return;
        }
    }
    in_addresses(text, cx);
}

/// Opens the files that stand in addresses of a text.
fn in_addresses(text: &[u8], cx: &mut Context<'_>) {
    address::each(text, cx);
    diagram::in_addresses(text, cx);
}

/// What the value of an attribute holds: an address that is a file, a diagram, a style with pictures.
pub(in crate::extract) fn value(value: &str, cx: &mut Context<'_>) {
    if value.trim_start().starts_with("data:") {
        return address(value.trim_start(), cx);
    }
    attribute(value, cx);
    if ["base64", "data:", "#R"].iter().any(|sign| value.contains(sign)) {
        files(value.as_bytes(), cx);
    }
}

/// Base64 that a format says is a file of its own.
pub(in crate::extract) fn file(name: &str, encoded: &[u8], cx: &mut Context<'_>) {
    let bytes = base64(encoded);
    if let Err(reason) = cx.budget().charge(bytes.len() as u64) {
        return cx.gap(None, reason);
    }
    let outcome = match &bytes[..bytes.len().min(6)] {
        [] => Ok(()),
        // Fonts and drawings of one program: what is readable in them.
        [0, 1, 0, 0, ..] | [b'O', b'T', b'T', b'O', ..] | [b't', b't', b'c', b'f', ..] | b"VCLMTF" => {
            strings::scan(&bytes[..], Part::labelled(PartKind::Strings, name), bytes.len() as u64, cx)
        }
        _ if is_private(name) => {
            strings::scan(&bytes[..], Part::labelled(PartKind::Strings, name), bytes.len() as u64, cx)
        }
        _ => cx.contained(name, Input::bytes(&bytes)),
    };
    if let Err(reason) = outcome {
        cx.member_gap(name, reason);
    }
}

/// A part in which a program keeps what is no text: fonts, settings of a printer.
fn is_private(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["odttf", "fntdata", "ttf", "otf", "ttc"].iter().any(|end| lower.ends_with(end))
        || lower.contains("printersettings")
}

/// Reads a picture the way one in a page is read: plain text is read where no decoder may run.
fn picture(run: &EncodedRun, cx: &mut Context<'_>) {
    let page = [&b"<html><img src=\"data:;base64,"[..], run.characters(), b"\"></html>"].concat();
    if let Err(reason) = cx.read_as(Format::Html, Input::bytes(&page)) {
        cx.member_gap("base64", reason);
    }
}

/// Reads what was encoded.
fn open(name: &str, bytes: &[u8], cx: &mut Context<'_>) {
    if name != "base64" || !is_words(bytes) {
        return cx.embedded(name, Input::bytes(bytes));
    }
    let is_source = cx.source_code();
    cx.within(name, |cx| {
        let mut outcome = Ok(());
        let mut read = |cx: &mut Context<'_>| outcome = text::read(bytes, PartKind::Body, cx);
        if is_source {
            cx.as_source(read);
        } else {
            read(cx);
        }
        outcome
    });
}

/// What bytes are called if they are something that is read: a picture, a document, an archive, a text.
fn name_of(bytes: &[u8]) -> Option<&'static str> {
    use Format::{
        Cab, Cfb, Compressed, Docx, Html, Image, Json, Mail, Odf, Ofd, Opc, Pdf, Pptx, Rar, Rtf, SevenZip, Tnef, Xlsx,
        Xml, Zip,
    };
    let head = &bytes[..bytes.len().min(HEAD)];
    match identify::identify(head, None).format {
        Image | Pdf | Rtf | Cfb | Docx | Xlsx | Pptx | Opc | Odf | Ofd | Zip | Rar | SevenZip | Cab | Tnef => {
            Some("base64")
        }
        Compressed if bytes.len() >= TELLING => Some("base64"),
        // Data of a program weigh as its source does.
        Json if is_words(bytes) => Some("base64.json"),
        Html | Xml | Mail if is_words(bytes) => Some("base64.xml"),
        _ => is_words(bytes).then_some("base64"),
    }
}

/// The first bytes of something that may be read.
fn is_telling(front: &[u8]) -> bool {
    use Format::{Executable, Iso, Media, Smime, Text, Unknown};
    let format = identify::identify(front, None).format;
    match format {
        Text | Unknown | Media | Executable | Smime | Iso => is_words(front),
        _ => true,
    }
}

/// Bytes are words in an encoding that chance does not make.
fn is_words(bytes: &[u8]) -> bool {
    if bytes.len() < WORDS {
        return false;
    }
    if matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) || is_wide(bytes) {
        return true;
    }
    let is_letter = |c: char| !c.is_control() || c.is_whitespace();
    let utf8 = match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(e) if e.error_len().is_none() && bytes.len() <= TELLING => {
            std::str::from_utf8(&bytes[..e.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    if let Some(text) = utf8 {
        return text.chars().all(is_letter);
    }
    is_gb2312(bytes)
}

/// ASCII and pairs of GB 2312, of which there are some.
fn is_gb2312(bytes: &[u8]) -> bool {
    let (mut at, mut pairs) = (0, 0);
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'\t' | b'\n' | b'\r' | b' '..=b'~', _) => at += 1,
            (0xA1..=0xA3 | 0xB0..=0xF7, Some(0xA1..=0xFE)) => (at, pairs) = (at + 2, pairs + 1),
            (0xA1..=0xF7, None) => at += 1,
            _ => return false,
        }
    }
    pairs >= 3
}

/// ASCII in units of two bytes, for the most part.
fn is_wide(bytes: &[u8]) -> bool {
    let zeros = bytes.iter().skip(1).step_by(2).filter(|byte| **byte == 0).count();
    zeros * 4 >= bytes.len() && utf16_or_32(bytes) == Some(Width::Utf16Le)
}

/// A line that begins a uuencoded file, and one that is as long as it says.
fn uu_begins(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let (begin, first) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let Some((length, data)) = first.split_first() else { return false };
    let wanted = usize::from(length.wrapping_sub(32) & 63).div_ceil(3) * 4;
    begin.get(6..9).is_some_and(|mode| mode.iter().all(u8::is_ascii_digit)) && data.len().abs_diff(wanted) <= 4
}

/// Where the line that ends a uuencoded file does.
fn uu_ends(text: &[u8]) -> Option<usize> {
    let is_end = |at: &usize| matches!(text.get(at + 4), None | Some(b'\r' | b'\n'));
    memmem::find_iter(text, b"\nend").find(is_end).map(|at| at + 4)
}

/// Text freed of one layer of percent signs.
pub(in crate::extract) fn percent_decoded(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'%', text).is_none() { Cow::Borrowed(text) } else { Cow::Owned(escaped(text, b'%')) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_chance() {
        for text in ["机密★10年".as_bytes(), b"SECRET//NOFORN", &encoding_rs::GBK.encode("内部资料注意保存").0]
        {
            assert!(is_words(text), "{text:?}");
        }
        let wide: Vec<u8> = "SECRET//NOFORN".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(is_words(&wide));
        let noise: Vec<u8> = (0..48u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert!(!is_words(&noise) && !is_telling(&noise) && !is_words(b"short"));
        // A font, a program: nothing that is read.
        for binary in [&b"wOF2\0\x01\0\0"[..], b"\0asm\x01\0\0\0", b"\0\x01\0\0\0\x0f\0\x80"] {
            assert!(name_of(&[binary, &noise].concat()).is_none());
        }
        assert_eq!(name_of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Some("base64"));
    }
}
