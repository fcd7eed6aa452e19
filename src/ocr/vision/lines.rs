//! Finding the lines of a picture and the direction in which they are read: all of it at once or in tiles, a page that
//! fills only a part of a scene once more by itself, the head of fine print from nearer, and what red ink hides.

use image::RgbImage;

use super::block::Block;
use super::boxes::{GROWTH, Point, Rectangle, THIN};
use super::detect::{SIDE, Tile, detect, detect_at};
use super::model::Model;
use super::orient::{aligned, direction, is_upside_down};
use super::red::taken_out;
use super::region;
use super::rows::HEAD;
use super::tiles::distinct;
use crate::model::GapReason;

/// The longest side of the head without red ink that the detector sees, in pixels: its lines are
/// about as high there as they are on the whole page.
const RED_SIDE: u32 = 640;
/// Where the usual line is less high than so many cells of the detector's map it is looked at from nearer, so that it
/// has as many as are good, within a longest side.
const FINE: f32 = 4.5;
const GOOD: f32 = 6.5;
const NEAREST: f32 = 1280.0;
const LARGER: f32 = 2.0;
/// The longest side of a page in a scene that the detector sees.
const REGION_SIDE: f32 = 960.0;
/// A line is found twice where one is not this much higher than the other.
const ALIKE: f32 = 1.5;

/// The lines of a picture and the direction in which they are read.
///
/// # Errors
/// What `check` says; or the network failed.
pub(super) fn lines(
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
    let mut scale = tiles.first().map_or(1.0, |tile| shrink(*tile));
    match tiles {
        [tile] => {
            check()?;
            (found, scale) = in_scene(model, picture, *tile, found);
        }
        _ => {
            found.retain(|place| place.height * scale >= THIN);
            found = distinct(found);
        }
    }
    let mut along = direction(&found);
    found = aligned(found, along);
    let grown: Vec<Rectangle> = found.iter().map(|place| place.grown(GROWTH)).collect();
    if is_upside_down(model, picture, &grown, along) {
        along = (-along.0, -along.1);
        found = aligned(found, along);
    }
    if let [_] = tiles {
        check()?;
        found = closer(model, picture, scale, found, along);
        let more = under_red(model, picture, along, &found);
        found.extend(aligned(more, along));
    }
    Ok((found, along))
}

/// Cells of the detector's map for a pixel of a tile.
fn shrink(tile: Tile) -> f32 {
    (SIDE as f32 / tile.width.max(tile.height) as f32).min(1.0)
}

/// What was found in a tile, a page that fills only a part of it once more by itself; and how many cells of the
/// detector's map a pixel had.
fn in_scene(model: &Model, picture: &RgbImage, tile: Tile, found: Vec<Rectangle>) -> (Vec<Rectangle>, f32) {
    let scale = shrink(tile);
    let Some(part) = region::of(&found, tile, scale) else { return (found, scale) };
    let side = part.width.max(part.height) as f32;
    let nearer = LARGER.min(REGION_SIDE / side);
    if nearer <= scale {
        return (found, scale);
    }
    let Some(seen) = detect_at(model, picture, part, (side * nearer) as u32) else { return (found, scale) };
    let outside = found.into_iter().filter(|place| !part.holds(place.middle) && place.height * scale >= THIN);
    (outside.chain(seen).collect(), nearer)
}

/// Where text is finer than the detector sees well, the head of the page once more, from nearer. Thin lines that are
/// not those of a page are dirt. A pixel had `scale` cells of the detector's map.
fn closer(model: &Model, picture: &RgbImage, scale: f32, found: Vec<Rectangle>, along: Point) -> Vec<Rectangle> {
    let thin = |place: &Rectangle| place.height * scale < THIN;
    let block = Block::of(&found, along).filter(Block::is_page);
    let Some(block) = block.filter(|block| block.usual * scale < FINE) else {
        return found.into_iter().filter(|place| !thin(place)).collect();
    };
    let head = block.head(picture.dimensions());
    let side = head.width.max(head.height) as f32;
    let nearer = (GOOD / block.usual).min(LARGER).min(NEAREST / side);
    let seen = detect_at(model, picture, head, (side * nearer) as u32).unwrap_or_default();
    let seen = seen.into_iter().filter(|place| place.height * nearer >= THIN);
    let outside = found.into_iter().filter(|place| !head.holds(place.middle));
    outside.chain(aligned(seen.collect(), along)).collect()
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
