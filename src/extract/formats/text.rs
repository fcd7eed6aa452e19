//! Text files and tables written as text: cards and calendars unfolded, armoured messages
//! opened. How text of an unknown encoding is read, `support::text` knows.

use std::io::Read;

use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::armor::{armored, is_armored, is_sealed};
use crate::extract::support::card::{is_card, unfolded};
use crate::extract::support::text::{Readings, read, read_into};
use crate::model::{Format, GapReason, PartKind};

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

    fn is_plain(&self) -> bool {
        true
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        read_into(Readings::of_cells(PartKind::Body), input.into_reader(), cx)
    }
}

/// A calendar or a card: its folded lines are joined before they are read.
fn card(input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut bytes = Vec::new();
    let room = cx.budget().holdable();
    input.into_reader().take(room + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
    let _held = cx.budget().hold(bytes.len() as u64)?;
    read(&unfolded(&bytes)[..], PartKind::Body, cx)
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
