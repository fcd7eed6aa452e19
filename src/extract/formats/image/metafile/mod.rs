//! Windows metafiles: pictures that are lists of orders to draw. Their text is text, joined by
//! where it stands; a bitmap in them that can show a page is read as a picture. Lines and areas
//! are not painted, and what no order shows is searched for strings. The orders of each kind of
//! metafile have a file of their own.

mod emf;
mod emf_plus;
mod wmf;

use super::SEARCHED;
use crate::extract::driver::{Context, Input, TextStream};
use crate::extract::support::bytes::{u16_at, u32_at};
use crate::extract::support::picture::{is_emf, is_metafile};
use crate::extract::support::picture_size::{Strips, bitmap_file, holds_page, sides};
use crate::extract::support::strings;
use crate::model::{GapReason, Limit, Part, PartKind, Unit};

/// Metafiles in metafiles.
const DEPTH: u32 = 4;

/// Reads a metafile; `true` if it has text or pictures that were read, rather than lines only.
pub(super) fn read(bytes: &[u8], cx: &mut Context<'_>) -> Result<bool, GapReason> {
    let _held = cx.budget().hold(bytes.len() as u64)?;
    let mut sheet = Sheet::new(Part::only(PartKind::Drawing));
    let outcome = sheet.orders(bytes, cx);
    let says = sheet.finish(cx);
    outcome.and(says)
}

/// What the orders of a metafile come to.
struct Sheet {
    text: TextStream,
    /// Where the text before ended, and in which space.
    pen: Option<Pen>,
    /// Orders that no reader here knows.
    rest: Vec<u8>,
    /// Something was read.
    says: bool,
    /// Some text is told by numbers of glyphs only.
    glyphs: bool,
    strips: Strips,
    depth: u32,
}

/// The end of a text: its line, its place on it, the width of a character.
struct Pen {
    y: i64,
    x: Option<i64>,
    step: i64,
}

/// A text as an order draws it.
struct Drawn<'t> {
    /// Where it begins; none where the text before ended.
    at: Option<(i64, i64)>,
    text: &'t str,
    /// How wide it is, where the order tells.
    width: Option<i64>,
}

impl Sheet {
    fn new(part: Part) -> Self {
        let (text, strips) = (TextStream::new(part, Unit::None), Strips::default());
        Sheet { text, pen: None, rest: Vec::new(), says: false, glyphs: false, strips, depth: 0 }
    }

    /// A sheet for orders that draw the same once more.
    fn beside(&self, label: &str) -> Self {
        Sheet { depth: self.depth, ..Sheet::new(Part::labelled(PartKind::Drawing, label)) }
    }

    /// Takes over what another sheet holds.
    fn join(&mut self, other: Sheet, cx: &mut Context<'_>) {
        other.text.finish(cx);
        self.says |= other.says;
        self.glyphs |= other.glyphs;
        self.strips.join(other.strips);
        self.rest.extend(other.rest);
    }

    /// Follows the orders of a metafile, which may lie in another.
    fn orders(&mut self, bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
        if self.depth == DEPTH {
            return Err(GapReason::Limit(Limit::Nesting));
        }
        self.depth += 1;
        let outcome = if is_emf(bytes) { emf::read(bytes, self, cx) } else { wmf::read(bytes, self, cx) };
        self.depth -= 1;
        outcome
    }

    /// What is drawn next stands in another space: its places mean something else.
    fn moves(&mut self) {
        self.pen = None;
    }

    /// Adds a text: to the line before it if it stands there, next to what was written last.
    fn draw(&mut self, drawn: &Drawn<'_>, cx: &mut Context<'_>) {
        let count = drawn.text.chars().count() as i64;
        if count == 0 {
            return;
        }
        let step = drawn.width.map_or(0, |width| width / count);
        let border = match (&self.pen, drawn.at) {
            (None, _) if self.text.is_empty() => "",
            (None, _) => "\n",
            (Some(_), None) => "",
            (Some(pen), Some((_, y))) if pen.y != y => "\n",
            (Some(Pen { x: None, .. }), Some(_)) => " ",
            (Some(Pen { x: Some(end), step: before, .. }), Some((x, _))) => {
                let (gap, step) = (x - end, step.max(*before).max(1));
                match gap {
                    _ if gap.abs() * 2 <= step => "",
                    _ if gap < 0 => "\n",
                    _ if gap <= step * 2 => " ",
                    _ => "\t",
                }
            }
        };
        self.text.push(border, cx);
        self.text.push(&drawn.text.replace(['\0', '\r', '\n'], "\u{2028}"), cx);
        self.says = true;
        let from = drawn.at.or_else(|| self.pen.as_ref().and_then(|pen| Some((pen.x?, pen.y))));
        self.pen = Some(Pen {
            y: from.map_or(0, |(_, y)| y),
            x: from.zip(drawn.width).map(|((x, _), width)| x.saturating_add(width)),
            step,
        });
    }

    /// A text of which only the numbers of its glyphs are told.
    fn glyphs(&mut self) {
        self.glyphs = true;
    }

    /// A bitmap with its header and its pixels.
    fn bitmap(&mut self, bitmap: &[u8], cx: &mut Context<'_>) {
        /// Bytes of the oldest header, whose sides have two bytes each.
        const CORE_HEADER: u32 = 12;
        let long = |at: usize| u32_at(bitmap, at).map_or(0, |side| u64::from((side as i32).unsigned_abs()));
        let short = |at: usize| u64::from(u16_at(bitmap, at).unwrap_or(0));
        match bitmap_file(bitmap) {
            Some(file) => self.file(&file, cx),
            None if u32_at(bitmap, 0) == Some(CORE_HEADER) => self.pixels(short(4), short(6), cx),
            None => self.pixels(long(4), long(8), cx),
        }
    }

    /// The file of a picture that is no metafile.
    fn file(&mut self, file: &[u8], cx: &mut Context<'_>) {
        match sides(file) {
            Some((width, height)) if !holds_page(width, height) => self.strips.add(width, height),
            _ => {
                self.says = true;
                if let Err(reason) = cx.contained("bitmap", Input::bytes(file)) {
                    cx.member_gap("bitmap", reason);
                }
            }
        }
    }

    /// Pixels that no reader here reads.
    fn pixels(&mut self, width: u64, height: u64, cx: &mut Context<'_>) {
        if holds_page(width, height) {
            cx.member_gap("bitmap", GapReason::PictureFormat);
        } else {
            self.strips.add(width, height);
        }
    }

    /// An order that no reader here knows.
    fn other(&mut self, order: &[u8]) {
        self.rest.extend(order);
        // No string runs over a border.
        self.rest.extend([0; 4]);
    }

    fn finish(self, cx: &mut Context<'_>) -> Result<bool, GapReason> {
        self.text.finish(cx);
        if self.glyphs {
            cx.gap(Some(Part::only(PartKind::Drawing)), GapReason::Glyphs);
        }
        if self.strips.hold_page() {
            cx.member_gap("bitmap", GapReason::PictureFormat);
        }
        strings::scan(&self.rest[..], Part::only(PartKind::Strings), SEARCHED, cx)?;
        Ok(self.says || self.glyphs || self.strips.hold_page())
    }
}

#[cfg(test)]
mod tests;
