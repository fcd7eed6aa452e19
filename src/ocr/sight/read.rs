//! Reading one picture: tiles, lines, the way up, then the head of the page and the rest of it.
//! The head is told as soon as it is known, for marks stand there.

use image::RgbImage;

use super::boxes::{GROWTH, Point, Rectangle};
use super::cut::{Ink, strip};
use super::detect::{Tile, detect, detect_at};
use super::model::Model;
use super::orient::{aligned, direction, is_across, is_upside_down};
use super::recognise::{Reading, recognise};
use super::red::{is_in, taken_out};
use super::rows::{Lie, Read, usual_height};
use super::tiles::{distinct, tiles};
use crate::model::{GapReason, Limit};
use crate::ocr::{Line, Page};

/// Pictures with a shorter long or short side hold no mark anyone could read: four characters of
/// ten pixels.
pub(super) const SMALLEST: (u32, u32) = (40, 10);

/// The head of a page: what stands further down is no mark's place.
const HEAD: f32 = 0.35;
/// Below this confidence a text is noise.
const NOISE: f32 = 0.4;
/// From this confidence on a text is not read a second time.
const SURE: f32 = 0.93;
/// The growth of a second reading, for letters at the edges.
const WIDER: f32 = 2.0;

/// The longest side of the head without red ink that the detector sees, in pixels: its lines are
/// about as high there as they are on the whole page.
const RED_SIDE: u32 = 640;
/// A line is found twice where one is not this much higher than the other.
const ALIKE: f32 = 1.5;

/// What hears of a page: all its lines so far, how many of them were told before, and whether
/// these are all.
pub(in crate::ocr) type Tell<'t> = &'t mut dyn FnMut(&Page, usize, bool);

/// Reads a picture; `check` says when to stop.
///
/// # Errors
/// What `check` says; the network failed; or the picture is longer than is looked at.
pub(in crate::ocr) fn read(
    model: &Model,
    picture: &RgbImage,
    check: &dyn Fn() -> Result<(), GapReason>,
    tell: Tell<'_>,
) -> Result<(), GapReason> {
    let (width, height) = picture.dimensions();
    if width.max(height) < SMALLEST.0 || width.min(height) < SMALLEST.1 {
        return Ok(());
    }
    let (tiles, whole) = tiles(width, height);
    let mut found = Vec::new();
    for tile in &tiles {
        check()?;
        found.extend(detect(model, picture, *tile).ok_or(GapReason::Damaged)?);
    }
    if tiles.len() > 1 {
        found = distinct(found);
    }
    let mut along = direction(&found);
    found = aligned(found, along);
    let grown: Vec<Rectangle> = found.iter().map(|place| place.grown(GROWTH)).collect();
    if is_upside_down(model, picture, &grown, along) {
        along = (-along.0, -along.1);
        found = aligned(found, along);
    }
    if tiles.len() == 1 {
        check()?;
        let more = under_red(model, picture, along, &found);
        found.extend(aligned(more, along));
    }
    let reader = Reader { model, picture, along, lie: Lie::new(along, width, height), usual: usual_height(&found) };
    let rows = reader.lie.rows(found);
    let head = rows.iter().take_while(|row| reader.lie.top(&row[0]) < HEAD).count();
    let mut page = Page::default();
    let mut told = 0;
    for (number, row) in rows.iter().enumerate() {
        if number == head && told < page.lines.len() {
            tell(&page, told, false);
            told = page.lines.len();
        }
        page.lines.extend(reader.row(row, number < head, check)?);
    }
    if told < page.lines.len() {
        tell(&page, told, true);
    }
    if whole { Ok(()) } else { Err(GapReason::Limit(Limit::PicturePages)) }
}

struct Reader<'r> {
    model: &'r Model,
    picture: &'r RgbImage,
    along: Point,
    lie: Lie,
    usual: f32,
}

impl Reader<'_> {
    fn row(
        &self,
        row: &[Rectangle],
        head: bool,
        check: &dyn Fn() -> Result<(), GapReason>,
    ) -> Result<Vec<Line>, GapReason> {
        let mut read = Vec::new();
        for place in row {
            check()?;
            read.push(self.place(place, head));
        }
        Ok(self.lie.lines(&read, self.usual))
    }

    fn place(&self, place: &Rectangle, head: bool) -> Read {
        let grown = place.grown(GROWTH);
        let mut reading = self.text(&grown, Ink::Any);
        if is_across(place, self.along) {
            let other = self.text(&grown.flipped(), Ink::Any);
            if other.confidence > reading.confidence {
                reading = other;
            }
        }
        let is_red = head && is_in(self.picture, &grown);
        let other =
            (is_red || head && reading.confidence < SURE).then(|| self.again(place, &reading, is_red)).flatten();
        let text = if reading.confidence < NOISE { String::new() } else { reading.text };
        Read { place: *place, text, other }
    }

    /// Reads once more with more of the edges and, where there is red ink such as that of a stamp,
    /// without that. Where nothing else was, nothing is left.
    fn again(&self, place: &Rectangle, first: &Reading, is_red: bool) -> Option<String> {
        let second = self.text(&place.grown(WIDER), if is_red { Ink::NotRed } else { Ink::Any });
        let text = if second.confidence >= NOISE { second.text } else { String::new() };
        ((is_red || !text.is_empty()) && text != first.text).then_some(text)
    }

    fn text(&self, place: &Rectangle, ink: Ink) -> Reading {
        recognise(self.model, strip(self.picture, place, ink)).unwrap_or_default()
    }
}

/// A line that was found before; a stamp and what lies under it make one that is much higher.
fn is_same(known: &Rectangle, place: &Rectangle) -> bool {
    known.holds(place) && known.height < place.height * ALIKE
}

/// Lines in the head of the page that are seen only without red ink, such as a mark under a stamp.
fn under_red(model: &Model, picture: &RgbImage, along: Point, found: &[Rectangle]) -> Vec<Rectangle> {
    let (width, height) = picture.dimensions();
    let part = ((height as f32 * HEAD) as u32).max(1);
    let y = if along.0 < 0.0 { height - part } else { 0 };
    let head = Tile { x: 0, y, width, height: part };
    // On a page lying on its side the head is another part; stamps there are read where lines are seen.
    let is_upright = along.0.abs() > along.1.abs();
    let Some(without) = is_upright.then(|| taken_out(picture, head)).flatten() else { return Vec::new() };
    let whole = Tile { y: 0, ..head };
    let seen = detect_at(model, &without, whole, RED_SIDE).unwrap_or_default();
    let moved = seen.into_iter().map(|place| place.scaled(1.0, (0.0, y as f32)));
    moved.filter(|place| !found.iter().any(|known| is_same(known, place))).collect()
}
