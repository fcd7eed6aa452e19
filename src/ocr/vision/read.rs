//! Reading one picture: tiles, lines, the way up, then the head of the page and the rest of it.
//! The head is told as soon as it is known, for marks stand there.

use image::RgbImage;

use super::block::Block;
use super::boxes::{GROWTH, Point, Rectangle, THIN};
use super::cut::{Ink, strip};
use super::detect::{SIDE, Tile, detect, detect_at};
use super::legible::Legibility;
use super::model::Model;
use super::orient::{aligned, direction, is_across, is_upside_down};
use super::recognise::{Recognition, recognise};
use super::red::{is_in, taken_out};
use super::rows::{Lie, Read, usual_height};
use super::tiles::{distinct, tiles};
use crate::model::{GapReason, Limit};
use crate::ocr::ReadPage;

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
/// Where the usual line is less high than so many cells of the detector's map it is looked at from nearer, so that it
/// has as many as are good, within a longest side.
const FINE: f32 = 4.5;
const GOOD: f32 = 6.5;
const NEAREST: f32 = 1280.0;
const LARGER: f32 = 2.0;
/// A line is found twice where one is not this much higher than the other.
const ALIKE: f32 = 1.5;

/// What hears of a page: all its lines so far, how many of them were told before, and whether
/// these are all.
pub(in crate::ocr) type OnLines<'t> = &'t mut dyn FnMut(&ReadPage, usize, bool);

/// Reads a picture; `check` says when to stop.
///
/// # Errors
/// What `check` says; the network failed; or the picture is longer than is looked at.
pub(in crate::ocr) fn read(
    model: &Model,
    picture: &RgbImage,
    check: &dyn Fn() -> Result<(), GapReason>,
    tell: OnLines<'_>,
) -> Result<(), GapReason> {
    let (width, height) = picture.dimensions();
    if width.max(height) < SMALLEST.0 || width.min(height) < SMALLEST.1 {
        return Ok(());
    }
    let (tiles, whole) = tiles(width, height);
    let (found, along) = lines(model, picture, &tiles, check)?;
    let block = Block::of(&found, along);
    let lie = Lie::new(along, width, height, block.as_ref());
    let reader = PictureReader { model, picture, along, lie, usual: usual_height(&found) };
    let rows = reader.lie.rows(found);
    let head = rows.iter().take_while(|row| reader.lie.top(&row[0]) < HEAD).count();
    let mut page = ReadPage::default();
    let mut legibility = Legibility::default();
    let mut told = 0;
    for (number, row) in rows.iter().enumerate() {
        if number == head && told < page.lines.len() {
            tell(&page, told, false);
            told = page.lines.len();
        }
        let read = reader.row(row, number < head, check)?;
        legibility.look(&read, picture);
        if number < head {
            legibility.add(&read);
        }
        page.lines.extend(reader.lie.lines(&read, reader.usual));
    }
    if told < page.lines.len() {
        tell(&page, told, true);
    }
    if !legibility.is_enough(block.as_ref()) {
        return Err(GapReason::Illegible);
    }
    if whole { Ok(()) } else { Err(GapReason::Limit(Limit::PicturePages)) }
}

/// The lines of a picture and the direction in which they are read.
fn lines(
    model: &Model,
    picture: &RgbImage,
    tiles: &[Tile],
    check: &dyn Fn() -> Result<(), GapReason>,
) -> Result<(Vec<Rectangle>, Point), GapReason> {
    let mut found = Vec::new();
    for tile in tiles {
        check()?;
        found.extend(detect(model, picture, *tile).ok_or(GapReason::Damaged)?);
    }
    if let [tile, _, ..] = tiles {
        found.retain(|place| place.height * shrink(*tile) >= THIN);
        found = distinct(found);
    }
    let mut along = direction(&found);
    found = aligned(found, along);
    let grown: Vec<Rectangle> = found.iter().map(|place| place.grown(GROWTH)).collect();
    if is_upside_down(model, picture, &grown, along) {
        along = (-along.0, -along.1);
        found = aligned(found, along);
    }
    if let [tile] = tiles {
        check()?;
        found = closer(model, picture, *tile, found, along);
        let more = under_red(model, picture, along, &found);
        found.extend(aligned(more, along));
    }
    Ok((found, along))
}

/// Cells of the detector's map for a pixel of a tile.
fn shrink(tile: Tile) -> f32 {
    (SIDE as f32 / tile.width.max(tile.height) as f32).min(1.0)
}

/// Where text is finer than the detector sees well, the head of the page once more, from nearer. Thin lines that are
/// not those of a page are dirt.
fn closer(model: &Model, picture: &RgbImage, tile: Tile, found: Vec<Rectangle>, along: Point) -> Vec<Rectangle> {
    let shrink = shrink(tile);
    let block = Block::of(&found, along).filter(Block::is_page);
    let thin = |place: &Rectangle| place.height * shrink < THIN;
    let Some(block) = block else { return found.into_iter().filter(|place| !thin(place)).collect() };
    if block.usual * shrink >= FINE {
        return found.into_iter().filter(|place| !thin(place)).collect();
    }
    let head = block.head(picture.dimensions());
    let side = head.width.max(head.height) as f32;
    let nearer = (GOOD / block.usual).min(LARGER).min(NEAREST / side);
    let seen = detect_at(model, picture, head, (side * nearer) as u32).unwrap_or_default();
    let seen = seen.into_iter().filter(|place| place.height * nearer >= THIN);
    let outside = found.into_iter().filter(|place| !head.holds(place.middle));
    outside.chain(aligned(seen.collect(), along)).collect()
}

struct PictureReader<'r> {
    model: &'r Model,
    picture: &'r RgbImage,
    along: Point,
    lie: Lie,
    usual: f32,
}

impl PictureReader<'_> {
    fn row(
        &self,
        row: &[Rectangle],
        head: bool,
        check: &dyn Fn() -> Result<(), GapReason>,
    ) -> Result<Vec<Read>, GapReason> {
        let mut read = Vec::new();
        for place in row {
            check()?;
            read.push(self.place(place, head));
        }
        Ok(read)
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
        let mut others = Vec::new();
        let mut confidence = reading.confidence;
        if head && (is_red || confidence < SURE) {
            let second = self.again(place, is_red);
            confidence = confidence.max(second.confidence);
            let text = if second.confidence >= NOISE { second.text } else { String::new() };
            // Where red ink is all there is, nothing is left.
            if is_red || !text.is_empty() {
                others.push(text);
            }
            others.extend([reading.expected, second.expected].into_iter().filter(|text| !text.is_empty()));
        }
        let text = if reading.confidence < NOISE { String::new() } else { reading.text };
        Read { place: *place, text, others, confidence }
    }

    /// Reads once more with more of the edges and, where there is red ink such as that of a stamp,
    /// without that.
    fn again(&self, place: &Rectangle, is_red: bool) -> Recognition {
        self.text(&place.grown(WIDER), if is_red { Ink::NotRed } else { Ink::Any })
    }

    fn text(&self, place: &Rectangle, ink: Ink) -> Recognition {
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
