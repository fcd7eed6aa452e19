//! The orders of enhanced metafiles ([MS-EMF]): a kind, a length, data. Texts are UTF-16 or bytes
//! of a code page the file does not tell; bitmaps have their places in the order that draws them.

use super::emf_plus::Plus;
use super::{Drawn, Sheet};
use crate::extract::driver::Context;
use crate::extract::support::bytes::{latin, u16_at, u32_at, utf16};
use crate::extract::support::names;
use crate::model::GapReason;

const END: u32 = 14;
const SELECT_OBJECT: u32 = 37;
const COMMENT: u32 = 70;
const SMALL_TEXT: u32 = 108;
/// Bytes of the kind and the length of an order.
const HEAD: usize = 8;
/// The object that holds a text, behind the box and the scales of its order ([MS-EMF] 2.3.5.7).
const TEXT: usize = 36;
/// Its length in orders that have several (2.2.5).
const TEXT_LENGTH: usize = 40;

/// Options of a text (2.1.11).
mod option {
    pub(super) const GLYPHS: u32 = 0x10;
    pub(super) const NO_BOX: u32 = 0x100;
    pub(super) const SMALL: u32 = 0x200;
    pub(super) const STEPS_DOWN: u32 = 0x2000;
}

/// Follows the orders of a whole file.
pub(super) fn read(bytes: &[u8], sheet: &mut Sheet, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut plus = Plus::default();
    // Texts begin where the one before ended.
    let mut follows = false;
    let mut at = 0;
    loop {
        cx.budget().check()?;
        let (Some(kind), Some(length)) = (u32_at(bytes, at), u32_at(bytes, at + 4)) else {
            plus.finish(sheet, cx);
            return Err(GapReason::Damaged);
        };
        let end = at.checked_add(length as usize).filter(|_| length as usize >= HEAD);
        let Some(order) = end.and_then(|end| bytes.get(at..end)) else {
            sheet.other(&bytes[at..]);
            plus.finish(sheet, cx);
            return Err(GapReason::Damaged);
        };
        at += order.len();
        match kind {
            END => {
                plus.finish(sheet, cx);
                sheet.other(&bytes[at..]);
                return Ok(());
            }
            // MOVETOEX, SETTEXTALIGN, and orders that change the space: windows, viewports, maps,
            // transforms, what was saved.
            27 => sheet.moves(),
            22 => follows = u32_at(order, 8).is_some_and(|align| align & 1 != 0),
            9..=12 | 17 | 31..=36 => sheet.moves(),
            83 | 84 => text(order, TEXT, kind == 84, follows, sheet, cx),
            96 | 97 => {
                let count = u32_at(order, TEXT).unwrap_or(0) as usize;
                for number in 0..count.min(order.len() / TEXT_LENGTH) {
                    text(order, TEXT + 4 + number * TEXT_LENGTH, kind == 97, follows, sheet, cx);
                }
            }
            SMALL_TEXT => small_text(order, follows, sheet, cx),
            // BITBLT and its kin, SETDIBITSTODEVICE and STRETCHDIBITS.
            76..=78 | 114 | 116 => bitmap(order, 84, sheet, cx),
            79 => bitmap(order, 96, sheet, cx),
            80 | 81 => bitmap(order, 48, sheet, cx),
            COMMENT => match order.get(16..).filter(|_| order.get(12..16) == Some(b"EMF+")) {
                Some(orders) => plus.read(orders, sheet, cx)?,
                None => sheet.other(&order[HEAD..]),
            },
            // Lines, areas, pens and where things are.
            SELECT_OBJECT | 2..=8 | 13 | 15 | 16 | 18..=30 | 38..=69 | 85..=92 => {}
            _ => sheet.other(&order[HEAD..]),
        }
    }
}

/// A text object: its place, its length, where its characters and their widths are (2.2.5).
fn text(order: &[u8], object: usize, is_wide: bool, follows: bool, sheet: &mut Sheet, cx: &mut Context<'_>) {
    let number = |at: usize| u32_at(order, object + at).unwrap_or(0);
    let (count, options) = (number(8) as usize, number(16));
    if count == 0 {
        return;
    }
    if options & option::GLYPHS != 0 {
        return sheet.glyphs();
    }
    let size = if is_wide { count.saturating_mul(2) } else { count };
    let from = number(12) as usize;
    let raw = order.get(from.min(order.len())..).map_or(&[][..], |raw| &raw[..raw.len().min(size)]);
    let text = if is_wide { utf16(raw) } else { names::decoded(raw) };
    // Of two numbers for a character the second goes down the page.
    let step = if options & option::STEPS_DOWN == 0 { 4 } else { 8 };
    let widths = (number(36) != 0).then(|| order.get(number(36) as usize..)).flatten();
    let width = widths
        .map(|widths| widths.chunks_exact(step).take(count).filter_map(|raw| u32_at(raw, 0)).map(i64::from).sum());
    let place = (number(0) as i32, number(4) as i32);
    sheet.draw(&Drawn { at: (!follows).then_some((place.0.into(), place.1.into())), text: &text, width }, cx);
}

/// A text without widths, often of single bytes (2.3.5.37).
fn small_text(order: &[u8], follows: bool, sheet: &mut Sheet, cx: &mut Context<'_>) {
    let number = |at: usize| u32_at(order, at).unwrap_or(0);
    let (count, options) = (number(16) as usize, number(20));
    if options & option::GLYPHS != 0 {
        return sheet.glyphs();
    }
    let from = if options & option::NO_BOX == 0 { 52 } else { 36 };
    let raw = order.get(from..).unwrap_or_default();
    let text = match options & option::SMALL {
        0 => utf16(&raw[..raw.len().min(count.saturating_mul(2))]),
        _ => latin(&raw[..raw.len().min(count)]),
    };
    let place = (number(8) as i32, number(12) as i32);
    sheet.draw(&Drawn { at: (!follows).then_some((place.0.into(), place.1.into())), text: &text, width: None }, cx);
}

/// A bitmap whose header's and pixels' places and lengths stand at `at`.
fn bitmap(order: &[u8], at: usize, sheet: &mut Sheet, cx: &mut Context<'_>) {
    let piece = |at: usize| {
        let (from, length) = (u32_at(order, at)? as usize, u32_at(order, at + 4)? as usize);
        order.get(from..from.checked_add(length)?)
    };
    if let (Some(header), Some(pixels)) = (piece(at), piece(at + 8))
        && u16_at(header, 0).is_some()
    {
        sheet.bitmap(&[header, pixels].concat(), cx);
    }
}
