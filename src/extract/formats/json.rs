//! JSON: read as text, and besides that every string by itself with its escapes resolved, for a
//! mark may be spelled `\u673a\u5bc6`. Strings are data of a program, so they weigh as source does;
//! what a notebook shows as a page or a drawing is read as one.

use std::io::{Cursor, Read};

use crate::extract::driver::{Context, Extractor, Input, TextStream, reason_of};
use crate::extract::support::charset::readings;
use crate::extract::support::literals::{Escapes, literals};
use crate::extract::support::{encoded, text};
use crate::model::{Format, GapReason, Limit, Part, PartKind, Unit};

/// Reads JSON and JSON Lines.
pub(super) struct Json;

/// Bytes of one file held in memory.
const FILE: u64 = 32 << 20;
/// Bytes of one page in strings.
const PAGE: usize = 4 << 20;

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
        for charset in readings(&bytes, None) {
            let (json, _) = charset.decode(&bytes);
            strings(&json, cx);
        }
        encoded::files(&bytes, cx);
        text::read(Cursor::new(&bytes).chain(reader), PartKind::Body, cx)?;
        if over { Err(GapReason::Limit(Limit::HeldBytes)) } else { Ok(()) }
    }
}

/// Reads every string, and the pages they hold.
fn strings(json: &str, cx: &mut Context<'_>) {
    let mut strings = TextStream::new(Part::only(PartKind::Markup), Unit::None);
    let mut pages = Vec::new();
    let mut page = String::new();
    cx.as_source(|cx| {
        literals(json, Escapes::Script, |literal| {
            strings.push(literal, cx);
            strings.push("\n", cx);
            // A notebook has a string a line: all but the last keep their ends (nbformat 4).
            if (!page.is_empty() || literal.trim_start().starts_with('<')) && page.len() < PAGE {
                page.push_str(literal);
            }
            if !literal.ends_with('\n') && !page.is_empty() {
                pages.extend(Some(std::mem::take(&mut page)).filter(|page| page.contains("</")));
            }
        });
        strings.finish(cx);
    });
    pages.extend(Some(page).filter(|page| page.contains("</")));
    for page in pages {
        let format = if page.trim_start().starts_with("<svg") { Format::Xml } else { Format::Html };
        cx.as_source(|cx| {
            if let Err(reason) = cx.read_as(format, Input::bytes(&text::marked(&page))) {
                cx.gap(Some(Part::only(PartKind::Markup)), reason);
            }
        });
    }
}
