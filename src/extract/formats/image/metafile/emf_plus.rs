//! The newer orders that enhanced metafiles hold in comments ([MS-EMFPLUS]): texts, and pictures
//! that are files. A file may have both kinds of orders, each drawing the whole; so these have a
//! sheet of their own.

use super::{Drawn, Sheet};
use crate::extract::driver::Context;
use crate::extract::support::bytes::{u16_at, u32_at, utf16};
use crate::model::GapReason;

const OBJECT: u16 = 0x4008;
const DRAW_STRING: u16 = 0x401C;
const DRAW_DRIVER_STRING: u16 = 0x4036;
/// Bytes of the head of an order: kind, flags, two lengths.
const HEAD: usize = 12;
/// The kind of object that is a picture (2.1.1.22), and of its data (2.1.1.15, 2.1.1.4).
const IMAGE: u16 = 5;
const BITMAP: u32 = 1;
const METAFILE: u32 = 2;
const COMPRESSED: u32 = 1;
/// The object goes on in the next order.
const CONTINUED: u16 = 0x8000;

/// What the newer orders come to.
#[derive(Default)]
pub(super) struct Plus {
    sheet: Option<Sheet>,
    /// An object that comes in pieces.
    object: Vec<u8>,
}

impl Plus {
    /// Follows the orders of one comment.
    pub(super) fn read(&mut self, orders: &[u8], main: &mut Sheet, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut sheet = self.sheet.take().unwrap_or_else(|| main.beside("EMF+"));
        let mut rest = orders;
        while let (Some(kind), Some(flags), Some(length)) = (u16_at(rest, 0), u16_at(rest, 2), u32_at(rest, 4)) {
            cx.budget().check()?;
            let Some((order, after)) = rest.split_at_checked(length as usize).filter(|_| length as usize >= HEAD)
            else {
                main.other(rest);
                break;
            };
            rest = after;
            let data = u32_at(order, 8).and_then(|length| order.get(HEAD..HEAD.checked_add(length as usize)?));
            match (kind, data) {
                (DRAW_STRING, Some(data)) => string(data, &mut sheet, cx),
                (DRAW_DRIVER_STRING, Some(data)) => driver_string(data, &mut sheet, cx),
                (OBJECT, Some(data)) if flags >> 8 & 0x7F == IMAGE => self.piece(data, flags, &mut sheet, cx)?,
                // Brushes, pens, fonts: names are searched for.
                _ => main.other(&order[HEAD..]),
            }
        }
        self.sheet = Some(sheet);
        Ok(())
    }

    /// Hands on what there is to the sheet of the metafile.
    pub(super) fn finish(self, main: &mut Sheet, cx: &mut Context<'_>) {
        if let Some(sheet) = self.sheet {
            main.join(sheet, cx);
        }
    }

    /// A picture, or a piece of one: such an order begins with the length of the whole (2.3.5.1).
    fn piece(&mut self, data: &[u8], flags: u16, sheet: &mut Sheet, cx: &mut Context<'_>) -> Result<(), GapReason> {
        if flags & CONTINUED == 0 && self.object.is_empty() {
            return image(data, sheet, cx);
        }
        self.object.extend(data.get(4..).unwrap_or_default());
        let whole = u32_at(data, 0).is_none_or(|length| self.object.len() >= length as usize);
        if whole || flags & CONTINUED == 0 { image(&std::mem::take(&mut self.object), sheet, cx) } else { Ok(()) }
    }
}

/// Brush, format, count, a box, the characters (2.3.4.14).
fn string(data: &[u8], sheet: &mut Sheet, cx: &mut Context<'_>) {
    let count = u32_at(data, 8).unwrap_or(0) as usize;
    let raw = data.get(28..).unwrap_or_default();
    let text = utf16(&raw[..raw.len().min(count.saturating_mul(2))]);
    sheet.draw(&Drawn { at: Some(place(data, 12)), text: &text, width: None }, cx);
}

/// Brush, options, whether a matrix follows, count, glyphs or characters, their places (2.3.4.6).
fn driver_string(data: &[u8], sheet: &mut Sheet, cx: &mut Context<'_>) {
    const ARE_CHARACTERS: u32 = 1;
    let count = u32_at(data, 12).unwrap_or(0) as usize;
    if count == 0 {
        return;
    }
    if u32_at(data, 4).unwrap_or(0) & ARE_CHARACTERS == 0 {
        return sheet.glyphs();
    }
    let raw = data.get(16..).unwrap_or_default();
    let length = raw.len().min(count.saturating_mul(2));
    // The places stand on a border of four bytes.
    let places = 16 + length.next_multiple_of(4);
    sheet.draw(&Drawn { at: Some(place(data, places)), text: &utf16(&raw[..length]), width: None }, cx);
}

/// Two numbers of 32 bits with a fraction.
fn place(data: &[u8], at: usize) -> (i64, i64) {
    let number = |at: usize| u32_at(data, at).map_or(0.0, f32::from_bits);
    (number(at) as i64, number(at + 4) as i64)
}

/// A picture: a file, bare pixels or a metafile (2.2.1.4).
fn image(data: &[u8], sheet: &mut Sheet, cx: &mut Context<'_>) -> Result<(), GapReason> {
    match u32_at(data, 4) {
        Some(BITMAP) => {
            let side = |at: usize| u64::from(u32_at(data, at).unwrap_or(0));
            // Of a file the sides are often left out.
            let file = data.get(28..).filter(|_| u32_at(data, 24) == Some(COMPRESSED));
            match file {
                Some(file) if super::is_metafile(file) => return sheet.orders(file, cx),
                Some(file) => sheet.file(file, cx),
                None => sheet.pixels(side(8), side(12), cx),
            }
            Ok(())
        }
        Some(METAFILE) => match data.get(16..) {
            Some(inner) if super::is_metafile(inner) => sheet.orders(inner, cx),
            _ => {
                sheet.other(data);
                Ok(())
            }
        },
        _ => {
            sheet.other(data);
            Ok(())
        }
    }
}
