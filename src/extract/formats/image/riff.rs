//! RIFF: WebP with Exif and XMP chunks, WAVE and AVI with lists of information.

use super::{behind, emit_decoded, id3, search, tiff, xmp};
use crate::extract::driver::Context;
use crate::model::GapReason;

/// Lists inside lists.
const DEPTH: usize = 8;

/// Reads a RIFF file.
pub(super) fn read(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let size = bytes.get(4..8).map(little).ok_or(GapReason::Damaged)?;
    let end = size.saturating_add(8).min(bytes.len());
    let outcome = chunks(bytes.get(12..end).ok_or(GapReason::Damaged)?, false, 0, cx);
    let whole = if size.saturating_add(8) > bytes.len() { Err(GapReason::Damaged) } else { Ok(()) };
    let padded = (end + end % 2).min(bytes.len());
    outcome.and(whole).and(behind(&bytes[padded..], cx))
}

fn little(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |n, byte| n << 8 | usize::from(*byte))
}

/// Chunks in a row; in a list of information each is a text.
fn chunks(mut bytes: &[u8], information: bool, depth: usize, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut outcome = Ok(());
    while let Some((header, rest)) = bytes.split_at_checked(8) {
        cx.budget().check()?;
        let (kind, size) = header.split_at(4);
        let size = little(size);
        let data = rest.get(..size).unwrap_or(rest);
        let key = String::from_utf8_lossy(kind).trim().to_string();
        outcome = outcome.and(match kind {
            b"EXIF" => tiff::read(data.strip_prefix(b"Exif\0\0").unwrap_or(data), cx),
            b"XMP " | b"_PMX" | b"iXML" => xmp(data, cx),
            b"id3 " | b"ID3 " => id3::tag(data, cx),
            b"LIST" | b"RIFF" if depth < DEPTH && data.len() >= 4 => {
                chunks(&data[4..], data.starts_with(b"INFO"), depth + 1, cx)
            }
            b"bext" | b"ICCP" | b"DISP" | b"labl" | b"note" | b"ltxt" | b"strn" | b"cart" => search(&key, data, cx),
            _ if information => emit_decoded(&key, data, cx),
            _ => Ok(()),
        });
        if data.len() < size {
            return Err(GapReason::Damaged);
        }
        bytes = rest.get(size + size % 2..).unwrap_or_default();
    }
    outcome
}
