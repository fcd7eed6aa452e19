//! A picture that lies inside a document: how it is told, and how it is handed on.

use super::bytes::u32_at;
use super::strings;
use crate::extract::driver::{Context, HEAD, Input};
use crate::identify;
use crate::model::{Format, GapReason, Part, PartKind};

/// Bytes searched for readable text.
const SEARCHED: u64 = 64 << 20;
/// Bytes below which no picture shows a page, however well it is packed.
const LEAST: usize = 256;

/// Reads what a document holds as a picture. What is none that is known is searched for readable
/// text, and is a gap unless it is too short to show anything.
pub(in crate::extract) fn inside(name: &str, bytes: &[u8], cx: &mut Context<'_>) {
    let head = &bytes[..bytes.len().min(HEAD)];
    let outcome = if identify::identify(head, None).format == Format::Image {
        cx.contained(name, Input::bytes(bytes))
    } else {
        match bytes.len() {
            ..LEAST => cx.picture(name),
            _ => cx.member_gap(name, GapReason::PictureFormat),
        }
        strings::scan(bytes, Part::labelled(PartKind::Strings, name), SEARCHED, cx)
    };
    if let Err(reason) = outcome {
        cx.member_gap(name, reason);
    }
}

/// What begins so is a metafile.
pub(in crate::extract) fn is_metafile(head: &[u8]) -> bool {
    is_emf(head) || head.starts_with(PLACEABLE) || is_wmf(head)
}

/// What begins so is an enhanced metafile ([MS-EMF] 2.3.4.2).
pub(in crate::extract) fn is_emf(head: &[u8]) -> bool {
    const HEADER: u32 = 1;
    head.get(40..44) == Some(b" EMF") && u32_at(head, 0) == Some(HEADER)
}

/// The header that says where the picture of a metafile goes ([MS-WMF] 2.3.2.3).
pub(in crate::extract) const PLACEABLE: &[u8] = b"\xD7\xCD\xC6\x9A";

/// The header that every older metafile has ([MS-WMF] 2.3.2.2).
pub(in crate::extract) fn is_wmf(head: &[u8]) -> bool {
    head.get(1..5) == Some(b"\0\x09\0\0") && matches!((head[0], head.get(5)), (1 | 2, Some(1 | 3)))
}
