//! GIF (GIF89a): blocks and extensions, of which comments, plain text and XMP are said, and
//! what follows the trailer.

use super::{behind, emit_decoded, search, xmp};
use crate::extract::driver::Context;
use crate::model::GapReason;

/// Bytes behind an XMP packet that are not part of it.
const TRAILER: usize = 258;

/// Reads a GIF file.
pub(super) fn read(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let flags = *bytes.get(10).ok_or(GapReason::Damaged)?;
    let mut rest = bytes.get(13 + colours(flags)..).ok_or(GapReason::Damaged)?;
    let mut outcome = Ok(());
    loop {
        cx.budget().check()?;
        rest = match rest {
            [0x3B, after @ ..] => return outcome.and(behind(after, cx)),
            [0x2C, after @ ..] => {
                let flags = *after.get(8).ok_or(GapReason::Damaged)?;
                // Behind the colours stands one byte, then the pixels.
                let data = after.get(10 + colours(flags)..).ok_or(GapReason::Damaged)?;
                blocks(data).ok_or(GapReason::Damaged)?.1
            }
            [0x21, label, after @ ..] => {
                let Some((data, next)) = blocks(after) else {
                    search("extension", &after[..after.len().min(1 << 20)], cx)?;
                    return Err(GapReason::Damaged);
                };
                outcome = outcome.and(extension(*label, &data, &after[..after.len() - next.len()], cx));
                next
            }
            // Some writers leave zeros between blocks.
            [0, after @ ..] => after,
            _ => return Err(GapReason::Damaged),
        };
    }
}

/// Bytes of a colour table.
fn colours(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << (usize::from(flags & 7) + 1) }
}

/// The data of sub-blocks, joined, and what follows them.
fn blocks(mut bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut data = Vec::new();
    loop {
        let (length, rest) = bytes.split_first()?;
        if *length == 0 {
            return Some((data, rest));
        }
        let (block, rest) = rest.split_at_checked(usize::from(*length))?;
        data.extend(block);
        bytes = rest;
    }
}

fn extension(label: u8, data: &[u8], raw: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    match label {
        0xFE => emit_decoded("comment", data, cx),
        // The text stands behind twelve bytes of its place and colours.
        0x01 => emit_decoded("text", data.get(12..).unwrap_or_default(), cx),
        // The packet is not cut into blocks; a trailer of falling numbers behind it leads whoever
        // takes its bytes for lengths to the end.
        0xFF if data.starts_with(b"XMP DataXMP") => {
            xmp(raw.get(12..raw.len().saturating_sub(TRAILER)).unwrap_or_default(), cx)
        }
        0xFF => search("application", data, cx),
        _ => Ok(()),
    }
}
