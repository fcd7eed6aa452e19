//! Long pictures, such as screenshots of a whole conversation, in tiles the detector can see
//! letters in; and what two tiles found of the same line.

use super::boxes::Rectangle;
use super::detect::Tile;

/// Longest shape seen at once, in heights.
const LONGEST: f32 = 2.2;
/// Length of a tile and of what two share, in widths of the picture.
const LENGTH: f32 = 1.5;
const SHARED: f32 = 0.1;
/// Tiles of one picture; a chat of a hundred screens has more.
pub(super) const MOST: usize = 40;

/// The tiles of a picture, and whether they are all of it.
pub(super) fn tiles(width: u32, height: u32) -> (Vec<Tile>, bool) {
    let (long, short) = (width.max(height), width.min(height));
    if long as f32 <= short as f32 * LONGEST || long < 1000 {
        return (vec![Tile { x: 0, y: 0, width, height }], true);
    }
    let length = ((short as f32 * LENGTH) as u32).max(640).min(long);
    let shared = ((length as f32 / LENGTH * SHARED) as u32).max(64).min(length / 4);
    let step = length - shared;
    let many = (long - shared).div_ceil(step);
    let tile = |number: u32| {
        let start = (number * step).min(long - length);
        if height > width {
            Tile { x: 0, y: start, width, height: length }
        } else {
            Tile { x: start, y: 0, width: length, height }
        }
    };
    ((0..many).take(MOST).map(tile).collect(), many as usize <= MOST)
}

/// Leaves out what lies mostly inside another that is larger: the half of a line at the border of
/// a tile, or the same line found twice.
pub(super) fn distinct(mut found: Vec<Rectangle>) -> Vec<Rectangle> {
    found.sort_by(|a, b| (b.length * b.height).total_cmp(&(a.length * a.height)));
    let mut kept: Vec<Rectangle> = Vec::new();
    for rectangle in found {
        if !kept.iter().any(|larger| larger.holds(&rectangle)) {
            kept.push(rectangle);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_one_tile_and_a_long_screenshot_is_covered_by_several() {
        assert_eq!(tiles(1240, 1754).0.len(), 1);
        let (tiles, whole) = tiles(1080, 9000);
        assert!(whole && tiles.len() > 4);
        assert!(tiles.windows(2).all(|two| two[1].y < two[0].y + two[0].height), "{tiles:?}");
        assert_eq!(tiles.last().map(|tile| tile.y + tile.height), Some(9000));
        assert!(!super::tiles(500, 1_000_000).1, "more than is looked at");
        assert_eq!(super::tiles(1, 1), (vec![Tile { x: 0, y: 0, width: 1, height: 1 }], true));
    }

    #[test]
    fn half_a_line_inside_a_whole_one_is_left_out() {
        let line = Rectangle { middle: (100.0, 20.0), along: (1.0, 0.0), length: 200.0, height: 20.0 };
        let half = Rectangle { middle: (150.0, 21.0), length: 100.0, height: 14.0, ..line };
        let next = Rectangle { middle: (100.0, 50.0), ..line };
        assert_eq!(distinct(vec![half, line, next]), [line, next]);
    }
}
