//! Diagrams of diagrams.net (draw.io): XML that stands by itself, in an attribute of a picture or a page, or
//! packed: percent-encoded, deflated without a header, in base64.

use std::io::Read;

use super::percent_decoded;
use crate::extract::driver::{Context, Input, reason_of};
use crate::extract::support::literals::{Escapes, literals};
use crate::extract::support::transfer::base64;
use crate::model::{GapReason, Limit};

/// Bytes of one diagram.
const DIAGRAM: u64 = 32 << 20;
/// How a diagram begins.
const BEGINNINGS: [&str; 3] = ["<mxfile", "<mxGraphModel", "<mxlibrary"];

/// Reads the text of a `diagram` element; false if it is not packed.
pub(in crate::extract) fn packed(text: &str, cx: &mut Context<'_>) -> bool {
    let bytes = base64(text.as_bytes());
    let mut inflated = Vec::new();
    let mut reader = cx.budget().metered(flate2::read::DeflateDecoder::new(&bytes[..])).take(DIAGRAM + 1);
    let outcome = reader.read_to_end(&mut inflated);
    let plain = percent_decoded(&inflated);
    if !plain.trim_ascii_start().starts_with(b"<") {
        return false;
    }
    cx.embedded("diagram.xml", Input::bytes(&plain));
    let over = inflated.len() as u64 > DIAGRAM;
    if let Err(reason) =
        if over { Err(GapReason::Limit(Limit::EntryBytes)) } else { outcome.map_err(|e| reason_of(&e)) }
    {
        cx.member_gap("diagram.xml", reason);
    }
    true
}

/// Reads a diagram that is the value of an attribute, or stands in the data there.
pub(in crate::extract) fn attribute(value: &str, cx: &mut Context<'_>) {
    let value = value.trim_start();
    if begins(value) {
        cx.embedded("diagram.xml", Input::bytes(value.as_bytes()));
    } else if value.starts_with('{') && BEGINNINGS.iter().any(|begin| value.contains(begin)) {
        literals(value, Escapes::Script, |literal| {
            if begins(literal) {
                cx.embedded("diagram.xml", Input::bytes(literal.as_bytes()));
            }
        });
    } else if value.starts_with("%3C") {
        let plain = percent_decoded(value.as_bytes());
        if std::str::from_utf8(&plain).is_ok_and(begins) {
            cx.embedded("diagram.xml", Input::bytes(&plain));
        }
    }
}

fn begins(text: &str) -> bool {
    BEGINNINGS.iter().any(|begin| text.starts_with(begin))
}
