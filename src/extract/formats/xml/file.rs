//! XML files of no document format: every text and attribute value, and flat Office files
//! with the paragraphs they hold. In every character set they may have been written in.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use encoding_rs::{Encoding, UTF_8};
use memchr::memmem;

use super::decode::declared;
use super::reader::walk_as;
use super::{Flow, Leaves};
use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::charset::{Charset, readings};
use crate::extract::support::picture_size::holds_page;
use crate::model::{Format, GapReason, Part, PartKind};

/// Reads XML files.
pub(in crate::extract) struct Xml;

/// Bytes of one file held in memory; of a longer one the declaration is believed.
const FILE: u64 = 32 << 20;
/// Glyphs drawn as shapes that are more than a label.
const GLYPHS: usize = 20;

impl Extractor for Xml {
    fn formats(&self) -> &'static [Format] {
        &[Format::Xml]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let is_document = is_document(input.head());
        let mut bytes = Vec::new();
        let mut source = input.into_reader();
        source.by_ref().take(FILE).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        let _held = cx.budget().hold(bytes.len() as u64)?;
        if bytes.len() as u64 == FILE {
            return read(is_document, Cursor::new(bytes).chain(source), None, cx);
        }
        shapes(&bytes, cx);
        let mut outcomes = Vec::new();
        for charset in readings(&bytes, declared(&bytes)) {
            let text = match charset {
                Charset::Known(encoding) if encoding == UTF_8 => Cow::Borrowed(&bytes[..]),
                other => Cow::Owned(other.decode(&bytes).0.into_bytes()),
            };
            outcomes.push(read(is_document, &text[..], Some(UTF_8), cx));
        }
        // Where one reading comes to its end, what the others stumble over is not there.
        let failed = outcomes.iter().copied().find(Result::is_err);
        if outcomes.iter().any(Result::is_ok) { cx.budget().check() } else { failed.unwrap_or(Ok(())) }
    }
}

fn read(
    is_document: bool,
    reader: impl Read,
    encoding: Option<&'static Encoding>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    if is_document {
        let mut flow = Flow::new(Part::only(PartKind::Body));
        let outcome = walk_as(reader, encoding, &mut flow, cx);
        flow.finish(cx);
        return outcome;
    }
    let mut leaves = Leaves::new(PartKind::Body);
    let outcome = walk_as(reader, encoding, &mut leaves, cx);
    leaves.finish(cx);
    outcome
}

/// A flat Office or OpenDocument file, an SVG: text in paragraphs.
fn is_document(head: &[u8]) -> bool {
    let front = String::from_utf8_lossy(&head[..head.len().min(8192)]);
    ["schemas.microsoft.com/office", "opendocument", "openxmlformats", "<svg"].iter().any(|sign| front.contains(sign))
}

/// A drawing whose letters are shapes that it uses again and again, as programs that print into one make it:
/// it shows text that is not there.
fn shapes(bytes: &[u8], cx: &mut Context<'_>) {
    const USES: [&[u8]; 2] = [b"href=\"#glyph", b"href='#glyph"];
    if USES.iter().map(|sign| memmem::find_iter(bytes, sign).count()).sum::<usize>() < GLYPHS {
        return;
    }
    match sides(bytes) {
        Some((width, height)) if !holds_page(width, height) => cx.picture("svg"),
        _ => cx.gap(Some(Part::only(PartKind::Body)), GapReason::Glyphs),
    }
}

/// Width and height of the view of a drawing.
fn sides(bytes: &[u8]) -> Option<(u64, u64)> {
    let at = memmem::find(bytes, b"viewBox=")?;
    let view = String::from_utf8_lossy(bytes.get(at + 9..bytes.len().min(at + 100))?).into_owned();
    let numbers: Vec<f64> =
        view.split(['"', '\'']).next()?.split([' ', ',']).filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [_, _, width, height] if width >= 0.0 && height >= 0.0 => Some((width.ceil() as u64, height.ceil() as u64)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_view_of_a_drawing_is_found() {
        assert_eq!(sides(b"<svg viewBox=\"0 0 595.2 842\" width='1'>"), Some((596, 842)));
        assert_eq!(sides(b"<svg viewBox='0,0,10,20'"), Some((10, 20)));
        assert_eq!(sides(b"<svg viewBox=\"0 0 x\">"), None);
    }
}
