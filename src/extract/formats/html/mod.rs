//! HTML: text joined over inline elements, attribute values people can read or unhide,
//! comments, scripts and styles. Tolerant of any markup; nothing is fetched or run.

mod address;
mod page;
mod references;
mod tag;

use std::io::Read;

use encoding_rs::{Encoding, UTF_8};

use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::text;
use crate::identify::{Width, utf16_or_32};
use crate::model::{Format, GapReason, Limit, PartKind};

use page::page;

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
        match charset(&bytes) {
            Some(encoding) => page(&encoding.decode(&bytes).0, cx),
            None => match std::str::from_utf8(&bytes) {
                Ok(text) => page(text, cx),
                // No declared encoding: the readings of plain text see the tags as text.
                Err(_) => {
                    page(&String::from_utf8_lossy(&bytes), cx);
                    page(&encoding_rs::GB18030.decode(&bytes).0, cx);
                    text::read(&bytes[..], PartKind::Body, cx)?;
                }
            },
        }
        if over { Err(GapReason::Limit(Limit::HeldBytes)) } else { Ok(()) }
    }
}

/// The encoding a byte order mark, the pattern of zero bytes or a `meta` element names.
fn charset(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    match utf16_or_32(bytes) {
        Some(Width::Utf16Le) => return Some(encoding_rs::UTF_16LE),
        Some(Width::Utf16Be) => return Some(encoding_rs::UTF_16BE),
        _ => {}
    }
    let front = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let named = front.split("charset").nth(1)?.trim_start().strip_prefix('=')?.trim_start_matches(['"', '\'', ' ']);
    let label: String = named.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A page that says UTF-8 and is not is read in other ways too.
    (encoding != UTF_8 || std::str::from_utf8(bytes).is_ok()).then_some(encoding)
}
