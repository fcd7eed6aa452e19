//! Diagrams of diagrams.net (draw.io): XML that stands by itself, in an attribute of a picture or a page, or
//! packed: percent-encoded, deflated without a header, in base64.

use std::io::Read;

use memchr::memmem;

use super::percent_decoded;
use crate::extract::driver::{Context, Input, reason_of};
use crate::extract::support::literals::{Escapes, literals};
use crate::extract::support::transfer::base64;
use crate::model::{GapReason, Limit};

/// Bytes of one diagram.
const DIAGRAM: u64 = 32 << 20;
/// How a diagram begins.
const BEGINNINGS: [&str; 3] = ["<mxfile", "<mxGraphModel", "<mxlibrary"];
/// The same percent-encoded, as a packed diagram and an address hold it.
const IN_ADDRESS: &[u8] = b"%3Cmx";
/// Layers of percent signs in an address.
const LAYERS: usize = 3;
/// Bytes of base64 in which the beginning of a packed diagram shows.
const FRONT: usize = 1024;

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

/// The packed diagram that a run of base64 is, less the letter before it in an address (`#R`).
pub(super) fn in_base64(run: &[u8]) -> Option<&str> {
    let begins_packed = |run: &&[u8]| is_packed(&base64(&run[..run.len().min(FRONT)]));
    let run = [Some(run), run.strip_prefix(b"R")].into_iter().flatten().find(begins_packed)?;
    std::str::from_utf8(run).ok()
}

/// Bytes begin as a packed diagram does.
fn is_packed(front: &[u8]) -> bool {
    let mut begin = [0; IN_ADDRESS.len()];
    let whole = flate2::read::DeflateDecoder::new(front).read_exact(&mut begin);
    whole.is_ok() && (begin == IN_ADDRESS || begin.starts_with(b"<mx"))
}

/// Reads the diagrams that stand in addresses of a text.
pub(super) fn in_addresses(text: &[u8], cx: &mut Context<'_>) {
    let mut done = 0;
    for at in memmem::find_iter(text, b"3Cmx") {
        let signs = text[..at].iter().rev().take_while(|byte| b"%25".contains(byte)).count();
        let start = text[at - signs..at].iter().position(|byte| *byte == b'%').map(|sign| at - signs + sign);
        let Some(start) = start.filter(|start| *start >= done) else { continue };
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"'<>()\\".contains(byte);
        let end = text[start..].iter().position(is_end).map_or(text.len(), |end| start + end);
        done = end;
        let mut plain = text[start..end].to_vec();
        for _ in 0..LAYERS {
            if plain.first() == Some(&b'%') {
                plain = percent_decoded(&plain).into_owned();
            }
        }
        if std::str::from_utf8(&plain).is_ok_and(begins) {
            cx.embedded("diagram.xml", Input::bytes(&plain));
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_packed_diagram_is_known_by_its_beginning() {
        let packed = |text: &str| {
            let mut out = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
            out.write_all(text.as_bytes()).expect("in memory");
            out.finish().expect("in memory")
        };
        let long = "%3CmxGraphModel%3E".to_string() + &"%E6%9C%BA%E5%AF%86".repeat(500);
        let front = packed(&long);
        assert!(is_packed(&front) && is_packed(&front[..front.len().min(FRONT)]));
        assert!(is_packed(&packed("<mxGraphModel/>")) && !is_packed(&packed("a text of another kind")));
        assert!(!is_packed(b"") && !is_packed(b"\xFF\xFE"));
    }
}
