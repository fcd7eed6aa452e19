//! The orders of the older metafiles ([MS-WMF]): a length in words, a function, data. Texts are
//! bytes of the code page that the chosen font tells by its character set.

use encoding_rs::Encoding;

use super::{Drawn, Sheet};
use crate::extract::driver::Context;
use crate::extract::support::bytes::{u16_at, u32_at};
use crate::extract::support::code_page;
use crate::extract::support::picture::{PLACEABLE, is_emf, is_wmf};
use crate::model::GapReason;

/// The header that says where the picture goes, and the one that every file has.
const PLACEABLE_LENGTH: usize = 22;
const HEADER_LENGTH: usize = 18;
/// Bytes of the length and the function of an order.
const HEAD: usize = 6;
/// Bytes in front of the piece of an enhanced metafile in a comment (2.3.6.8.1).
const PIECE: usize = 34;

/// What is known while the orders go by.
#[derive(Default)]
struct WmfState {
    /// The character set of each object that is a font; an empty place takes the next object.
    objects: Vec<Option<Option<u8>>>,
    encoding: Option<&'static Encoding>,
    /// Texts begin where the one before ended.
    follows: bool,
    /// An enhanced metafile in pieces.
    enhanced: Vec<u8>,
}

/// Follows the orders of a whole file.
pub(super) fn read(bytes: &[u8], sheet: &mut Sheet, cx: &mut Context<'_>) -> Result<(), GapReason> {
    // In newer metafiles two bytes fill the first header up.
    let placed = [PLACEABLE_LENGTH, PLACEABLE_LENGTH + 2];
    let header = placed.into_iter().find(|at| bytes.get(*at..).is_some_and(is_wmf)).unwrap_or(PLACEABLE_LENGTH);
    let mut at = HEADER_LENGTH + if bytes.starts_with(PLACEABLE) { header } else { 0 };
    let mut state = WmfState::default();
    let outcome = loop {
        cx.budget().check()?;
        // Many end without the order that says so.
        if at == bytes.len() {
            break Ok(());
        }
        let (Some(words), Some(function)) = (u32_at(bytes, at), u16_at(bytes, at + 4)) else {
            break Err(GapReason::Damaged);
        };
        let length = (words as usize).saturating_mul(2);
        let end = at.checked_add(length).filter(|_| length >= HEAD);
        let Some(order) = end.and_then(|end| bytes.get(at..end)) else {
            sheet.other(&bytes[at..]);
            break Err(GapReason::Damaged);
        };
        at += length;
        if function == 0 {
            sheet.other(&bytes[at..]);
            break Ok(());
        }
        state.order(function, &order[HEAD..], sheet, cx);
    };
    let inner = if is_emf(&state.enhanced) { sheet.orders(&state.enhanced, cx) } else { Ok(()) };
    outcome.and(inner)
}

impl WmfState {
    fn order(&mut self, function: u16, data: &[u8], sheet: &mut Sheet, cx: &mut Context<'_>) {
        let number = |at: usize| u16_at(data, at).unwrap_or(0);
        match function {
            // CREATEFONTINDIRECT; pens, brushes, palettes and regions take places too.
            0x02FB => {
                self.create(data.get(13).copied());
                sheet.other(data);
            }
            0x02FA | 0x02FC | 0x00F7 | 0x0142 | 0x01F9 | 0x06FF => self.create(None),
            // SELECTOBJECT, DELETEOBJECT.
            0x012D => {
                if let Some(Some(Some(set))) = self.objects.get(usize::from(number(0))) {
                    self.encoding = code_page::of_charset((*set).into());
                }
            }
            0x01F0 => {
                if let Some(place) = self.objects.get_mut(usize::from(number(0))) {
                    *place = None;
                }
            }
            // SETTEXTALIGN.
            0x012E => self.follows = number(0) & 1 != 0,
            // MOVETO, windows, viewports, maps, what was saved.
            0x0214 | 0x020B..=0x0213 | 0x0103 | 0x0127 | 0x0410 | 0x0412 => sheet.moves(),
            // TEXTOUT: a length, the characters, where.
            0x0521 => {
                let length = usize::from(number(0));
                let place = 2 + length.next_multiple_of(2);
                self.text(data.get(2..).unwrap_or_default(), length, point(data, place), None, sheet, cx);
            }
            0x0A32 => self.long_text(data, sheet, cx),
            // DIBBITBLT, DIBSTRETCHBLT, SETDIBTODEV, STRETCHDIB.
            0x0940 => sheet.bitmap(data.get(16..).unwrap_or_default(), cx),
            0x0B41 => sheet.bitmap(data.get(20..).unwrap_or_default(), cx),
            0x0D33 => sheet.bitmap(data.get(18..).unwrap_or_default(), cx),
            0x0F43 => sheet.bitmap(data.get(22..).unwrap_or_default(), cx),
            // BITBLT, STRETCHBLT: behind the places the kind of bitmap and its sides, if it has one.
            0x0922 if data.len() > 24 => sheet.pixels(number(18).into(), number(20).into(), cx),
            0x0B23 if data.len() > 28 => sheet.pixels(number(22).into(), number(24).into(), cx),
            // An enhanced metafile in comments.
            0x0626 if data.get(4..8) == Some(b"WMFC") => {
                self.enhanced.extend(data.get(4 + PIECE..).unwrap_or_default());
            }
            _ => sheet.other(data),
        }
    }

    /// A new object takes the first place that is free (3.1.4.1).
    fn create(&mut self, set: Option<u8>) {
        match self.objects.iter().position(Option::is_none) {
            Some(free) => self.objects[free] = Some(set),
            None => self.objects.push(Some(set)),
        }
    }

    /// EXTTEXTOUT: where, a length, options, a box perhaps, the characters, their widths
    /// perhaps (2.3.3.5).
    fn long_text(&mut self, data: &[u8], sheet: &mut Sheet, cx: &mut Context<'_>) {
        const BOXED: u16 = 6;
        const GLYPHS: u16 = 0x10;
        let number = |at: usize| u16_at(data, at).unwrap_or(0);
        let (length, options) = (usize::from(number(4)), number(6));
        if options & GLYPHS != 0 {
            return sheet.glyphs();
        }
        let from = if options & BOXED == 0 { 8 } else { 16 };
        let widths = data.get(from + length.next_multiple_of(2)..).filter(|widths| widths.len() >= length * 2);
        let width =
            widths.map(|widths| (0..length).filter_map(|n| u16_at(widths, n * 2)).map(|w| i64::from(w as i16)).sum());
        self.text(data.get(from..).unwrap_or_default(), length, point(data, 0), width, sheet, cx);
    }

    /// The first `length` bytes as a text.
    fn text(
        &self,
        raw: &[u8],
        length: usize,
        at: (i64, i64),
        width: Option<i64>,
        sheet: &mut Sheet,
        cx: &mut Context<'_>,
    ) {
        let text = code_page::decoded(&raw[..raw.len().min(length)], self.encoding);
        sheet.draw(&Drawn { at: (!self.follows).then_some(at), text: &text, width }, cx);
    }
}

/// A place: how far down, how far to the right.
fn point(data: &[u8], at: usize) -> (i64, i64) {
    let number = |at: usize| i64::from(u16_at(data, at).unwrap_or(0) as i16);
    (number(at + 2), number(at))
}
