//! Text files and tables written as text: cards and calendars unfolded, armoured messages
//! opened. How text of an unknown encoding is read, `support::text` knows.

mod drawing;
mod prose;
mod sheet;
mod values;

use std::io::Read;

use memchr::{memchr, memmem};

use crate::extract::driver::{Context, Extractor, HEAD, Input, reason_of};
use crate::extract::support::armor::{armored, is_armored, is_sealed};
use crate::extract::support::card::{is_card, unfolded};
use crate::extract::support::encoded::{self, Encoded};
use crate::extract::support::text::{Stretches, read, read_into};
use crate::model::{Format, GapReason, Limit, PartKind};

/// Bytes of one drawing or table held in memory.
const FILE: u64 = 32 << 20;

/// Reads text.
pub(super) struct Text;

/// Reads tables written as text.
pub(super) struct Table;

impl Extractor for Text {
    fn formats(&self) -> &'static [Format] {
        &[Format::Text, Format::Empty]
    }

    fn is_plain(&self) -> bool {
        true
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let sealed = is_sealed(input.head());
        if is_card(input.head()) {
            card(input, cx)?;
        } else if is_armored(input.head()) {
            armor(input, cx)?;
        } else if let Some(reader) = language(input.head()).or_else(|| named(cx.name())) {
            whole(input, reader, cx)?;
        } else {
            let encoded = Encoded::new(input.head());
            read_into(Stretches::new(PartKind::Body), Some(encoded), input.into_reader(), cx)?;
        }
        if sealed { Err(GapReason::Encrypted) } else { Ok(()) }
    }
}

impl Extractor for Table {
    fn formats(&self) -> &'static [Format] {
        &[Format::Csv]
    }

    fn is_plain(&self) -> bool {
        true
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let encoded = Encoded::new(input.head());
        read_into(Stretches::of_cells(PartKind::Body), Some(encoded), input.into_reader(), cx)
    }
}

/// Reads a text in a language of its own.
type Reader = fn(&[u8], &mut Context<'_>) -> Result<(), GapReason>;

/// The reader of a language in which words are written otherwise than they are shown.
fn language(head: &[u8]) -> Option<Reader> {
    match head {
        _ if drawing::is_drawing(head) => Some(drawing::read),
        _ if sheet::is_symbolic_link(head) => Some(sheet::read_symbolic_link),
        _ if sheet::is_interchange(head) => Some(sheet::read_interchange),
        _ => None,
    }
}

/// The reader of what a text of this name shows beside its lines.
fn named(name: &str) -> Option<Reader> {
    match name {
        _ if values::is_settings(name) => Some(values::read),
        _ if prose::is_marked_up(name) => Some(prose::read),
        _ => None,
    }
}

/// Reads a file as a whole, and besides that as the text it is.
fn whole(input: Input<'_>, reader: Reader, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut bytes = Vec::new();
    let mut source = input.into_reader();
    source.by_ref().take(FILE + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
    let _held = cx.budget().hold(bytes.len() as u64)?;
    reader(&bytes, cx)?;
    let is_over = bytes.len() as u64 > FILE;
    let encoded = Encoded::new(&bytes[..bytes.len().min(HEAD)]);
    read_into(Stretches::new(PartKind::Body), Some(encoded), (&bytes[..]).chain(source), cx)?;
    if is_over { Err(GapReason::Limit(Limit::HeldBytes)) } else { Ok(()) }
}

/// A calendar or a card: its folded lines are joined before they are read.
fn card(input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut bytes = Vec::new();
    let room = cx.budget().holdable();
    input.into_reader().take(room + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
    let _held = cx.budget().hold(bytes.len() as u64)?;
    let text = unfolded(&bytes);
    encoded::files(&text, cx);
    for line in text.split(|byte| *byte == b'\n') {
        // A description as a page (FMTTYPE, RFC 5545, 3.2.8).
        if memmem::find(line, b"text/html").is_some()
            && let Some(page) = memchr(b'<', line)
        {
            cx.read_as(Format::Html, Input::bytes(&line[page..]))?;
        }
    }
    read(&text[..], PartKind::Body, cx)
}

/// A text with PKCS #7 in it: that is opened, and the text is read.
fn armor(input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut bytes = Vec::new();
    let room = cx.budget().holdable();
    let mut source = input.into_reader();
    source.by_ref().take(room).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
    let _held = cx.budget().hold(bytes.len() as u64)?;
    for block in armored(&bytes) {
        cx.member("pkcs7", Input::bytes(&block));
    }
    read((&bytes[..]).chain(source), PartKind::Body, cx)
}
