//! HTML: text joined over inline elements, attributes people can read or unhide, comments,
//! scripts and styles. Tolerant of any markup, as browsers are; nothing is fetched or run.

mod address;
mod display;
mod element_walk;
mod tokens;

use std::io::Read;

use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::charset::{Charset, readings};
use crate::extract::support::{text, vector};
use crate::model::{Format, GapReason, Limit, PartKind};

use element_walk::page;

/// Reads HTML.
pub(super) struct Html;

/// Bytes of one page held in memory.
const PAGE: u64 = 32 << 20;

impl Extractor for Html {
    fn formats(&self) -> &'static [Format] {
        &[Format::Html]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut bytes = Vec::new();
        input.into_reader().take(PAGE + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        let over = bytes.len() as u64 > PAGE;
        let _held = cx.budget().hold(bytes.len() as u64)?;
        read(&bytes, cx)?;
        if over { Err(GapReason::Limit(Limit::HeldBytes)) } else { Ok(()) }
    }
}

/// Reads a page in every character set it may have been written in: what it says itself, what its bytes
/// look like.
fn read(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let charsets = readings(bytes, declared(bytes));
    for (number, charset) in charsets.iter().enumerate() {
        let (html, _) = charset.decode(bytes);
        page(&html, cx);
        if number == 0 {
            vector::shapes(html.as_bytes(), cx);
        }
    }
    // The readings of plain text are more, and see the tags as text.
    if charsets.len() > 1 && std::str::from_utf8(bytes).is_err() {
        text::read(bytes, PartKind::Body, cx)?;
    }
    Ok(())
}

/// The character set a `meta` element or an XML declaration names.
fn declared(bytes: &[u8]) -> Option<Charset> {
    let front = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let xml = front.trim_start().starts_with("<?xml").then(|| front.split("?>").next()).flatten();
    let named = front.split("charset").nth(1).or_else(|| xml?.split("encoding").nth(1))?;
    let named = named.trim_start().strip_prefix('=')?.trim_start_matches(['"', '\'', ' ']);
    let label: String = named.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    Charset::named(&label)
}
