//! Plain text in any encoding, in bounded memory whatever its size: a chunk of 128 KiB and one
//! window of a story for each reading, of which there are at most sixteen (about 20 MiB).
//! While all bytes are UTF-8 there is one reading; from the first chunk that is not, every
//! encoding that may have been meant is read side by side, and the judge keeps one finding.

mod cells;
mod readings;
mod seven_bit;

use std::io::Read;

use super::{Cx, Extractor, Input, mail, reason_of};
use crate::model::{Format, GapReason, PartKind};

use readings::Readings;
pub(super) use seven_bit::{iso_2022_kr, utf7};

/// Bytes read at a time, and room made for them at first.
const CHUNK: usize = 128 * 1024;
const FIRST: usize = 16 * 1024;

/// Reads text.
pub(super) struct Text;

/// Reads tables written as text.
pub(super) struct Table;

impl Extractor for Text {
    fn formats(&self) -> &'static [Format] {
        &[Format::Text, Format::Empty]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Cx<'_>) -> Result<(), GapReason> {
        let sealed = mail::is_sealed(input.head());
        if mail::is_card(input.head()) {
            card(input, cx)?;
        } else if mail::is_armored(input.head()) {
            armor(input, cx)?;
        } else {
            read(input.into_reader(), PartKind::Body, cx)?;
        }
        if sealed { Err(GapReason::Encrypted) } else { Ok(()) }
    }
}

impl Extractor for Table {
    fn formats(&self) -> &'static [Format] {
        &[Format::Csv]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Cx<'_>) -> Result<(), GapReason> {
        read_into(Readings::of_cells(PartKind::Body), input.into_reader(), cx)
    }
}

/// A calendar or a card: its folded lines are joined before they are read.
fn card(input: Input<'_>, cx: &mut Cx<'_>) -> Result<(), GapReason> {
    let mut bytes = Vec::new();
    let room = cx.budget().holdable();
    input.into_reader().take(room + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
    let _held = cx.budget().hold(bytes.len() as u64)?;
    read(&mail::unfolded(&bytes)[..], PartKind::Body, cx)
}

/// A text with PKCS #7 in it: that is opened, and the text is read.
fn armor(input: Input<'_>, cx: &mut Cx<'_>) -> Result<(), GapReason> {
    let mut bytes = Vec::new();
    let room = cx.budget().holdable();
    let mut source = input.into_reader();
    source.by_ref().take(room).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
    let _held = cx.budget().hold(bytes.len() as u64)?;
    for block in mail::armored(&bytes) {
        cx.member("pkcs7", Input::bytes(&block));
    }
    read((&bytes[..]).chain(source), PartKind::Body, cx)
}

/// Reads text of an unknown encoding as a part of the given kind.
pub(super) fn read(reader: impl Read, kind: PartKind, cx: &mut Cx<'_>) -> Result<(), GapReason> {
    read_into(Readings::new(kind), reader, cx)
}

fn read_into(mut readings: Readings, mut reader: impl Read, cx: &mut Cx<'_>) -> Result<(), GapReason> {
    let mut chunk = Vec::with_capacity(FIRST);
    let mut outcome = Ok(());
    let mut is_unread = false;
    loop {
        chunk.clear();
        // What was read before an error counts, and so does the error.
        let read = reader.by_ref().take(CHUNK as u64).read_to_end(&mut chunk);
        let last = chunk.len() < CHUNK;
        readings.take(&chunk, last, cx);
        is_unread |= seven_bit::is_unread(&chunk);
        if let Err(e) = read {
            outcome = Err(reason_of(&e));
            break;
        }
        if last {
            break;
        }
        if let Err(reason) = cx.budget().check() {
            outcome = Err(reason);
            break;
        }
    }
    readings.finish(cx);
    if is_unread { outcome.and(Err(GapReason::Unsupported)) } else { outcome }
}

#[cfg(test)]
mod tests;
