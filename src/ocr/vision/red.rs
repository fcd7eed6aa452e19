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

/// The light of red ink as a share of that of paper, and how much further from it print is made.
/// Measured on stamps of five to eight tenths of full colour: under those print is half as light as paper.
const INK: f32 = 0.8;
const CONTRAST: f32 = 4.0;

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
    let rows = (part.y..part.y + part.height).step_by(down);
    let looked: Vec<[u8; 3]> =
        rows.flat_map(|row| columns.clone().map(move |column| picture.get_pixel(column, row).0)).collect();
    let red = looked.iter().filter(|colour| is_ink(**colour)).count();
    if red * PART < looked.len() {
        return None;
    }
    let paper = paper(looked.iter().map(|colour| f32::from(colour[0]) / 255.0).collect());
    let table: [u8; 256] = std::array::from_fn(|value| (bleached(value as f32 / 255.0, paper) * 255.0) as u8);
    let without = |x, y| image::Rgb([table[usize::from(picture.get_pixel(part.x + x, part.y + y).0[0])]; 3]);
    Some(RgbImage::from_fn(part.width, part.height, without))
}

/// How light the paper is in the red colour, from 0 to 1: most of what one sees is paper.
pub(super) fn paper(mut lights: Vec<f32>) -> f32 {
    lights.sort_by(f32::total_cmp);
    lights.get(lights.len() * 9 / 10).copied().unwrap_or(1.0)
}

/// The light of a point in the red colour, where red ink is nearly as light as paper: now as light,
/// and what is printed under it as dark as what is not.
pub(super) fn bleached(light: f32, paper: f32) -> f32 {
    (light / (paper * INK).max(0.05)).min(1.0).powf(CONTRAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_ink_is_as_light_as_paper_and_print_under_it_is_dark() {
        let paper = paper([0.2, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0].to_vec());
        assert_eq!(paper, 1.0);
        assert_eq!(bleached(0.88, paper), 1.0);
        assert!(bleached(0.55, paper) < 0.25 && bleached(0.0, paper) == 0.0);
    }

    #[test]
    fn red_ink_is_seen_and_taken_out() {
        let ink = |x: u32| if x < 60 { image::Rgb([210, 20, 30]) } else { image::Rgb([0, 0, 0]) };
        let picture = RgbImage::from_fn(100, 100, |x, _| ink(x));
        let place = |x: f32| Rectangle { middle: (x, 50.0), along: (1.0, 0.0), length: 30.0, height: 10.0 };
        assert!(is_in(&picture, &place(30.0)) && !is_in(&picture, &place(80.0)));
        let all = Tile { x: 0, y: 0, width: 100, height: 100 };
        let without = taken_out(&picture, all).expect("there is red ink");
        // Here most of what one sees is that ink, so it is taken for paper.
        assert_eq!((without.get_pixel(10, 10).0, without.get_pixel(90, 10).0), ([255; 3], [0; 3]));
        assert!(taken_out(&RgbImage::new(100, 100), all).is_none());
    }
}
