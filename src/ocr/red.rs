//! Red ink: where it lies, and a picture without it. A stamp over a mark hides it from the
//! detector; in the red colour alone red ink is as white as paper.

use image::RgbImage;

use super::boxes::Rectangle;
use super::detect::Tile;

/// Points looked at in a rectangle, and in a part of a picture along one side.
const POINTS: usize = 200;
const SIDE: u32 = 120;
/// One red point among so many makes a rectangle red; a part of a picture needs fewer.
const RECTANGLE: usize = 50;
const PART: usize = 250;

fn is_ink([red, green, blue]: [u8; 3]) -> bool {
    red > 110 && red.saturating_sub(green.max(blue)) > 50
}

/// Red ink lies in a rectangle.
pub(super) fn is_in(picture: &RgbImage, place: &Rectangle) -> bool {
    let (width, height) = picture.dimensions();
    let down = place.down();
    let columns = (POINTS as f32 * place.length / (place.length + place.height)).max(1.0) as usize;
    let rows = (POINTS / columns).max(1);
    let points = (0..columns * rows).filter(|n| {
        let x = ((n % columns) as f32 + 0.5) / columns as f32 * place.length - place.length / 2.0;
        let y = ((n / columns) as f32 + 0.5) / rows as f32 * place.height - place.height / 2.0;
        let at = (place.middle.0 + place.along.0 * x + down.0 * y, place.middle.1 + place.along.1 * x + down.1 * y);
        let (column, row) = ((at.0.max(0.0) as u32).min(width - 1), (at.1.max(0.0) as u32).min(height - 1));
        is_ink(picture.get_pixel(column, row).0)
    });
    points.count() * RECTANGLE >= columns * rows
}

/// A part of a picture as it is without red ink; none, if there is no such ink in it.
pub(super) fn taken_out(picture: &RgbImage, part: Tile) -> Option<RgbImage> {
    let (across, down) = ((part.width / SIDE).max(1) as usize, (part.height / SIDE).max(1) as usize);
    let columns = (part.x..part.x + part.width).step_by(across);
    let (mut looked, mut red) = (0, 0);
    for row in (part.y..part.y + part.height).step_by(down) {
        for column in columns.clone() {
            looked += 1;
            red += usize::from(is_ink(picture.get_pixel(column, row).0));
        }
    }
    let without = |x, y| image::Rgb([picture.get_pixel(part.x + x, part.y + y).0[0]; 3]);
    (red * PART >= looked).then(|| RgbImage::from_fn(part.width, part.height, without))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_ink_is_seen_and_taken_out() {
        let ink = |x: u32| if x < 60 { image::Rgb([210, 20, 30]) } else { image::Rgb([0, 0, 0]) };
        let picture = RgbImage::from_fn(100, 100, |x, _| ink(x));
        let place = |x: f32| Rectangle { middle: (x, 50.0), along: (1.0, 0.0), length: 30.0, height: 10.0 };
        assert!(is_in(&picture, &place(30.0)) && !is_in(&picture, &place(80.0)));
        let all = Tile { x: 0, y: 0, width: 100, height: 100 };
        let without = taken_out(&picture, all).expect("there is red ink");
        assert_eq!((without.get_pixel(10, 10).0, without.get_pixel(90, 10).0), ([210; 3], [0; 3]));
        assert!(taken_out(&RgbImage::new(100, 100), all).is_none());
    }
}
