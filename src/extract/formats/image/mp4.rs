//! MPEG-4 and QuickTime (ISO/IEC 14496-12): boxes in boxes, of which those with titles, comments
//! and XMP are read. The sound and the film themselves are passed over.

use super::{emit_decoded, emit_text, number, piece, search, xmp};
use crate::extract::driver::{Context, ReadSeek};
use crate::model::{GapReason, Limit};

/// Bytes of one box beside the film that are read.
const BOX: u64 = 16 << 20;
/// Boxes inside boxes.
const DEPTH: usize = 16;
/// Boxes of one level.
const BOXES: usize = 100_000;
/// The identifier of a box with XMP.
const XMP: &[u8] = b"\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";
/// Boxes that hold others.
const HOLDERS: [&[u8]; 9] = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"udta", b"moof", b"traf"];

/// Reads the boxes of a file.
pub(super) fn read(source: &mut dyn ReadSeek, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut at = 0u64;
    let mut outcome = Ok(());
    for _ in 0..BOXES {
        cx.budget().check()?;
        let header = piece(source, at, 16)?;
        if header.is_empty() {
            return outcome;
        }
        let (size, head) = size(&header).ok_or(GapReason::Damaged)?;
        let last = size == 0;
        let kind = &header[4..8];
        if holds_text(kind) {
            let length = if last { BOX + 1 } else { size - head };
            let room = BOX.min(cx.budget().holdable());
            let body = piece(source, at + head, length.min(room))?;
            cx.budget().charge(body.len() as u64)?;
            let _held = cx.budget().hold(body.len() as u64)?;
            let whole = match body.len() as u64 {
                read if last || read == length => Ok(()),
                read if read < length.min(room) => Err(GapReason::Damaged),
                _ => Err(GapReason::Limit(Limit::HeldBytes)),
            };
            outcome = outcome.and(one(kind, &body, 0, cx)).and(whole);
        }
        if last {
            return outcome;
        }
        at = at.checked_add(size).ok_or(GapReason::Damaged)?;
    }
    Err(GapReason::Limit(Limit::Entries))
}

/// The box tells something; the others hold samples, or nothing.
fn holds_text(kind: &[u8]) -> bool {
    matches!(kind, b"moov" | b"meta" | b"udta" | b"uuid" | b"XMP_")
}

/// The size of a box, header included, and that of its header. Zero: to the end of the file.
fn size(header: &[u8]) -> Option<(u64, u64)> {
    let short = number(header.get(..8)?.get(..4)?) as u64;
    match short {
        0 => Some((0, 8)),
        1 => Some((header.get(8..16)?.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)), 16)),
        _ => Some((short, 8)),
    }
    .filter(|(size, head)| *size == 0 || size >= head)
}

/// Boxes in a row.
fn boxes(mut bytes: &[u8], list: bool, depth: usize, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut outcome = Ok(());
    // A holder may end with four zeros.
    while bytes.len() >= 8 {
        cx.budget().check()?;
        let (size, head) = size(bytes).ok_or(GapReason::Damaged)?;
        let size = if size == 0 { bytes.len() } else { usize::try_from(size).unwrap_or(usize::MAX) };
        let Some(body) = bytes.get(head as usize..size) else {
            search("box", bytes, cx)?;
            return Err(GapReason::Damaged);
        };
        let kind = &bytes[4..8];
        outcome = outcome.and(if list { item(kind, body, depth, cx) } else { one(kind, body, depth, cx) });
        bytes = &bytes[size..];
    }
    outcome
}

fn one(kind: &[u8], body: &[u8], depth: usize, cx: &mut Context<'_>) -> Result<(), GapReason> {
    if depth > DEPTH {
        return Err(GapReason::Limit(Limit::Nesting));
    }
    let key = names(kind);
    match kind {
        _ if HOLDERS.contains(&kind) => boxes(body, false, depth + 1, cx),
        // QuickTime's begins with a box, that of MPEG-4 with a version.
        b"meta" if body.get(4..8) == Some(b"hdlr") => boxes(body, false, depth + 1, cx),
        b"meta" => boxes(body.get(4..).unwrap_or_default(), false, depth + 1, cx),
        b"ilst" => boxes(body, true, depth + 1, cx),
        b"XMP_" => xmp(body, cx),
        b"uuid" if body.starts_with(XMP) => xmp(&body[16..], cx),
        [0xA9, ..] => texts(&key, body, cx),
        b"stts" | b"stsz" | b"stsc" | b"stco" | b"co64" | b"ctts" | b"stss" | b"sdtp" | b"sbgp" | b"sgpd" | b"elst"
        | b"mvhd" | b"tkhd" | b"mdhd" | b"iloc" | b"ipma" | b"trun" | b"free" | b"skip" | b"idat" => Ok(()),
        _ => search(&key, body, cx),
    }
}

/// One item of a list: its value, and for items of programs their owner and name.
fn item(kind: &[u8], body: &[u8], depth: usize, cx: &mut Context<'_>) -> Result<(), GapReason> {
    if depth > DEPTH {
        return Err(GapReason::Limit(Limit::Nesting));
    }
    let key = names(kind);
    let mut rest = body;
    while rest.len() >= 8 {
        let (size, head) = size(rest).ok_or(GapReason::Damaged)?;
        let size = if size == 0 { rest.len() } else { usize::try_from(size).unwrap_or(usize::MAX) };
        let inner = rest.get(head as usize..size).ok_or(GapReason::Damaged)?;
        match (&rest[4..8], inner.get(..4)) {
            (b"data", Some([0, 0, 0, 1])) => emit_decoded(&key, inner.get(8..).unwrap_or_default(), cx)?,
            (b"data", Some([0, 0, 0, 2])) => {
                let text = encoding_rs::UTF_16BE.decode(inner.get(8..).unwrap_or_default()).0;
                emit_text(&key, &text, cx);
            }
            (b"mean" | b"name", _) => emit_decoded(&key, inner.get(4..).unwrap_or_default(), cx)?,
            _ => search(&key, inner, cx)?,
        }
        rest = &rest[size..];
    }
    Ok(())
}

/// QuickTime's texts: length, language, text, one after another.
fn texts(key: &str, body: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut rest = body;
    while let Some((header, after)) = rest.split_at_checked(4) {
        let Some((text, after)) = after.split_at_checked(number(&header[..2])) else {
            return search(key, body, cx);
        };
        emit_decoded(key, text, cx)?;
        rest = after;
    }
    Ok(())
}

fn names(kind: &[u8]) -> String {
    kind.iter().map(|byte| char::from(*byte)).collect()
}
