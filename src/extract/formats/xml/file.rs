//! XML files of no document format: every text and attribute value, and flat Office files
//! with the paragraphs they hold. In every character set they may have been written in.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use super::decode::declared;
use super::reader::walk_as;
use super::{Flow, TextNodes};
use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::charset::{Charset, readings};
use crate::extract::support::{text, vector};
use crate::model::{Format, GapReason, Part, PartKind};
use encoding_rs::{Encoding, UTF_8};

/// Reads XML files.
pub(in crate::extract) struct Xml;

/// Bytes of one file held in memory; of a longer one the declaration is believed.
const FILE: u64 = 32 << 20;

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
        if !is_page(&bytes) {
            vector::shapes(&bytes, cx);
        }
        let mut outcomes = Vec::new();
        for charset in readings(&bytes, declared(&bytes)) {
            let text = match charset {
                Charset::Known(encoding) if encoding == UTF_8 => Cow::Borrowed(&bytes[..]),
                other => Cow::Owned(other.decode(&bytes).0.into_bytes()),
            };
            outcomes.push(match is_page(&text) {
                true => cx.read_as(Format::Html, Input::bytes(&text::marked(&String::from_utf8_lossy(&text)))),
                false => read(is_document, &text[..], Some(UTF_8), cx),
            });
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
    let mut leaves = TextNodes::new(PartKind::Body);
    let outcome = walk_as(reader, encoding, &mut leaves, cx);
    leaves.finish(cx);
    outcome
}

/// A flat Office or OpenDocument file, an SVG: text in paragraphs.
fn is_document(head: &[u8]) -> bool {
    let front = String::from_utf8_lossy(&head[..head.len().min(8192)]);
    ["schemas.microsoft.com/office", "schemas.microsoft.com/visio", "opendocument", "openxmlformats", "<svg"]
        .iter()
        .any(|sign| front.contains(sign))
}

/// A drawing as browsers show it: its words run on through elements, and pages may stand in it.
fn is_page(text: &[u8]) -> bool {
    let root = memchr::memchr_iter(b'<', text)
        .map(|at| &text[at..])
        .find(|tag| !tag.starts_with(b"<?") && !tag.starts_with(b"<!"));
    root.is_some_and(|root| root.starts_with(b"<svg"))
}
