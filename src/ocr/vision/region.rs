//! A page inside a larger scene: where its lines lie, when they lie so close together and fill so little of the
//! picture that the detector should see that part by itself.

use super::boxes::Rectangle;
use super::detect::Tile;

/// So many lines make a page; one patch that fills this share of the picture may be several.
const LINES: usize = 4;
const PATCH: f32 = 0.004;
/// Lines higher than this, in cells of the detector's map, were seen well.
const FINE: f32 = 6.0;
/// The part must be shorter than this share of the picture's longest side.
const SHARE: f32 = 0.72;
/// What is added on each side, as a share of the longer one: a mark stands apart from the text, and not all of that was seen.
const MARGIN: f32 = 0.35;
/// What lies further from the middle of the lines than so many times as half of them do is something else.
const ASTRAY: f32 = 3.0;

/// The part of a tile to be seen by itself, for lines found where a pixel had `scale` cells.
pub(super) fn of(found: &[Rectangle], tile: Tile, scale: f32) -> Option<Tile> {
    let found = &together(found);
    let area = tile.width as f32 * tile.height as f32 * PATCH;
    let is_patch = |place: &&Rectangle| place.length * place.height > area;
    if found.len() < LINES && !found.iter().any(|place| is_patch(&place)) {
        return None;
    }
    let is_merged = found.iter().any(|place| is_patch(&place) && place.length < place.height * LINES as f32);
    if middle(found.iter().map(|place| place.height * scale)) >= FINE && !is_merged {
        return None;
    }
    let across = span(found, |place| (place.middle.0, reach(place, place.along.0, place.along.1)));
    let down = span(found, |place| (place.middle.1, reach(place, place.along.1, place.along.0)));
    let margin = (across.1 - across.0).max(down.1 - down.0) * MARGIN;
    let cut = |(from, to): (f32, f32), start: u32, length: u32| {
        let from = (from - margin).max(start as f32) as u32;
        let to = ((to + margin).ceil() as u32).min(start + length);
        (from, to.saturating_sub(from).max(1))
    };
    let ((x, width), (y, height)) = (cut(across, tile.x, tile.width), cut(down, tile.y, tile.height));
    let is_small = (width.max(height) as f32) < tile.width.max(tile.height) as f32 * SHARE;
    is_small.then_some(Tile { x, y, width, height })
}

/// How far a rectangle reaches from its middle in a direction of which it runs `along`, and `beside` in the other.
fn reach(place: &Rectangle, along: f32, beside: f32) -> f32 {
    (along.abs() * place.length + beside.abs() * place.height) / 2.0
}

/// What lies together: where most of it is.
fn together(found: &[Rectangle]) -> Vec<Rectangle> {
    let (x, y) = (middle(found.iter().map(|place| place.middle.0)), middle(found.iter().map(|place| place.middle.1)));
    let away = |place: &Rectangle| ((place.middle.0 - x).abs(), (place.middle.1 - y).abs());
    let usual = middle(found.iter().map(|place| away(place).0)).max(middle(found.iter().map(|place| away(place).1)));
    let is_near = |place: &&Rectangle| away(place).0.max(away(place).1) <= usual * ASTRAY;
    found.iter().filter(is_near).copied().collect()
}

/// The value of which half of them are less.
fn middle(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// From where to where they reach, each given by its middle and its reach.
fn span(found: &[Rectangle], of: impl Fn(&Rectangle) -> (f32, f32)) -> (f32, f32) {
    let ends = found.iter().map(|place| (of(place).0 - of(place).1, of(place).0 + of(place).1));
    ends.fold((f32::MAX, f32::MIN), |(from, to), end| (from.min(end.0), to.max(end.1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCENE: Tile = Tile { x: 0, y: 0, width: 1000, height: 1400 };

    fn line(x: f32, y: f32, length: f32, height: f32) -> Rectangle {
        Rectangle { middle: (x, y), along: (1.0, 0.0), length, height }
    }

    #[test]
    fn a_small_page_is_cut_out_with_a_margin() {
        let page: Vec<Rectangle> = (0..9).map(|row| line(500.0, 600.0 + row as f32 * 20.0, 200.0, 10.0)).collect();
        // From 400 to 600 and from 595 to 765: a margin of 70 on each side.
        assert_eq!(of(&page, SCENE, 0.5), Some(Tile { x: 330, y: 525, width: 340, height: 310 }));
        let cups = [line(60.0, 80.0, 90.0, 80.0), line(900.0, 1300.0, 90.0, 80.0)];
        assert_eq!(of(&[&page[..], &cups].concat(), SCENE, 0.5), of(&page, SCENE, 0.5), "things on the desk");
        assert_eq!(of(&page[..3], SCENE, 0.5), None, "too few lines");
        assert_eq!(of(&page, SCENE, 1.0), None, "seen well already");
    }

    #[test]
    fn one_patch_is_cut_out_and_a_page_that_fills_the_picture_is_not() {
        let patch = line(500.0, 700.0, 200.0, 160.0);
        assert!(of(&[patch], SCENE, 0.5).is_some_and(|part| part.holds((405.0, 625.0)) && part.width < 360));
        let page: Vec<Rectangle> = (0..40).map(|row| line(500.0, 100.0 + row as f32 * 30.0, 800.0, 12.0)).collect();
        assert_eq!(of(&page, SCENE, 0.5), None);
    }
}
