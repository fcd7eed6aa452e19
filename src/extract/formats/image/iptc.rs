//! Photoshop's image resources and the IPTC records in them (IIM 4.2): captions, titles,
//! keywords, as agencies and offices file pictures.

use super::{emit_decoded, number, search, tiff, xmp};
use crate::extract::driver::Context;
use crate::model::GapReason;

/// A record of the application, with its data sets.
const TAG: u8 = 0x1C;
/// The data set that names the character code of the others; three bytes of it mean UTF-8.
const CODE: (u8, u8) = (1, 90);

/// The resources of a Photoshop file, which stand behind its header and colours.
pub(super) fn photoshop_file(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let block = |at: usize| {
        let length = number(bytes.get(at..at + 4)?);
        Some((bytes.get(at + 4..at.checked_add(4)?.checked_add(length)?)?, at + 4 + length))
    };
    let (_, at) = block(26).ok_or(GapReason::Damaged)?;
    let (data, _) = block(at).ok_or(GapReason::Damaged)?;
    resources(data, cx)
}

/// Image resources: signature, number, a name, and data, each filled up to an even length.
pub(super) fn resources(mut bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut outcome = Ok(());
    while bytes.len() >= 4 && bytes.iter().any(|b| *b != 0) {
        cx.budget().check()?;
        let Some((id, name, data, rest)) = resource(bytes) else {
            search("Photoshop", bytes, cx)?;
            return Err(GapReason::Damaged);
        };
        bytes = rest;
        emit_decoded("Photoshop", name, cx)?;
        outcome = outcome.and(match id {
            0x0404 => records(data, cx),
            0x0422 | 0x0423 => tiff::read(data, cx),
            0x0424 => xmp(data, cx),
            _ => search(&format!("Photoshop 0x{id:04X}"), data, cx),
        });
    }
    outcome
}

type Resource<'b> = (usize, &'b [u8], &'b [u8], &'b [u8]);

fn resource(bytes: &[u8]) -> Option<Resource<'_>> {
    let rest = bytes.strip_prefix(b"8BIM").or_else(|| bytes.strip_prefix(b"MeSa"))?;
    let (id, rest) = rest.split_at_checked(2)?;
    let length = usize::from(*rest.first()?);
    let name = rest.get(1..=length)?;
    let rest = rest.get((length + 2) & !1..)?;
    let (size, rest) = rest.split_at_checked(4)?;
    let size = number(size);
    let data = rest.get(..size)?;
    let padded = size.checked_add(size % 2)?;
    Some((number(id), name, data, rest.get(padded..).unwrap_or_default()))
}

/// Records: a tag, the number of record and data set, a length, the text.
pub(super) fn records(mut bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    while let [TAG, record, set, high, low, rest @ ..] = bytes {
        cx.budget().check()?;
        let length = usize::from(*high) << 8 | usize::from(*low);
        // The highest bit says that the length itself follows in so many bytes.
        let (length, rest) = if length & 0x8000 == 0 {
            (length, rest)
        } else {
            let (digits, rest) = rest.split_at_checked((length & 0x7FFF).min(4)).ok_or(GapReason::Damaged)?;
            (number(digits), rest)
        };
        let Some((data, after)) = rest.split_at_checked(length) else {
            search("IPTC", rest, cx)?;
            return Err(GapReason::Damaged);
        };
        bytes = after;
        if (*record, *set) != CODE {
            emit_decoded(&format!("IPTC {record}:{set}"), data, cx)?;
        }
    }
    // Padding, or bytes of no known meaning.
    if bytes.iter().any(|b| *b != 0) { search("IPTC", bytes, cx) } else { Ok(()) }
}
