//! JSON: read as text, and besides that every string by itself with its escapes resolved, for a
//! mark may be spelled `\u673a\u5bc6`. Strings are data of a program, so they weigh as source does.

use std::io::{Cursor, Read};

use crate::extract::driver::{Context, Extractor, Input, Story, reason_of};
use crate::extract::support::literals::{Escapes, literals};
use crate::extract::support::{encoded, text};
use crate::model::{Format, GapReason, Limit, Part, PartKind, Unit};

/// Reads JSON and JSON Lines.
pub(super) struct Json;

/// Bytes of one file held in memory.
const FILE: u64 = 32 << 20;

impl Extractor for Json {
    fn formats(&self) -> &'static [Format] {
        &[Format::Json]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut bytes = Vec::new();
        let mut reader = input.into_reader();
        reader.by_ref().take(FILE + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        let over = bytes.len() as u64 > FILE;
        let _held = cx.budget().hold(bytes.len() as u64)?;
        let mut strings = Story::new(Part::only(PartKind::Markup), Unit::None);
        cx.as_source(|cx| {
            literals(&String::from_utf8_lossy(&bytes), Escapes::Script, |literal| {
                strings.push(literal, cx);
                strings.push("\n", cx);
            });
            strings.finish(cx);
        });
        encoded::files(&bytes, cx);
        text::read(Cursor::new(&bytes).chain(reader), PartKind::Body, cx)?;
        if over { Err(GapReason::Limit(Limit::HeldBytes)) } else { Ok(()) }
    }
}
