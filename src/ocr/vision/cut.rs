//! Cutting a line out of the full-size picture: a rotated rectangle becomes an upright strip of
//! the recogniser's height. Sampled with as many points as the picture is finer than the strip.

use image::RgbImage;

use super::boxes::{Point, Rectangle};
use super::red::{bleached, paper};

/// The height of a strip, as the recogniser was trained.
pub(super) const HEIGHT: usize = 48;
/// Narrowest and widest strip.
const NARROWEST: usize = 48;
const WIDEST: usize = 3200;
/// A line longer than this many heights is running text, in which the recogniser reads narrower
/// characters as well (its training had such) for less: of 1194 characters in five pages all.
const LONG: f32 = 8.0;
const NARROWER: f32 = 0.8;
/// Points sampled for a pixel of the strip, in each direction.
const FINEST: usize = 4;

/// A strip: three planes of values from -1 to 1, in the order blue, green, red.
pub(super) struct Strip {
    pub(super) width: usize,
    pub(super) planes: Vec<f32>,
}

/// Which colours of the picture are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// All of them.
    Any,
    /// The red one alone, in which red ink is nearly as light as paper, and made as light.
    NotRed,
}

/// Cuts the strip of a rectangle.
pub(super) fn strip(picture: &RgbImage, rectangle: &Rectangle, ink: Ink) -> Strip {
    let scale = rectangle.height / HEIGHT as f32;
    let share = if rectangle.length > rectangle.height * LONG { NARROWER } else { 1.0 };
    let width = ((rectangle.length * share / scale.max(1e-3)).round() as usize).clamp(NARROWEST, WIDEST);
    let step = rectangle.length / width as f32;
    let points = (scale.max(step).ceil() as usize).clamp(1, FINEST);
    let down = rectangle.down();
    let mut planes = vec![0f32; 3 * HEIGHT * width];
    for row in 0..HEIGHT {
        for column in 0..width {
            let mut sum = [0f32; 3];
            for point in 0..points * points {
                let part = |n: usize| (n as f32 + 0.5) / points as f32;
                let x = (column as f32 + part(point % points)) * step - rectangle.length / 2.0;
                let y = (row as f32 + part(point / points)) * scale - rectangle.height / 2.0;
                let at = (
                    rectangle.middle.0 + rectangle.along.0 * x + down.0 * y,
                    rectangle.middle.1 + rectangle.along.1 * x + down.1 * y,
                );
                let seen = sample(picture, at);
                (0..3).for_each(|colour| sum[colour] += seen[colour]);
            }
            let many = (points * points) as f32;
            for plane in 0..3 {
                let colour = if ink == Ink::NotRed { 0 } else { 2 - plane };
                planes[(plane * HEIGHT + row) * width + column] = sum[colour] / many / 127.5 - 1.0;
            }
        }
    }
    if ink == Ink::NotRed {
        let light = |value: &f32| (value + 1.0) / 2.0;
        let paper = paper(planes[..HEIGHT * width].iter().step_by(7).map(light).collect());
        planes.iter_mut().for_each(|value| *value = bleached(light(value), paper) * 2.0 - 1.0);
    }
    Strip { width, planes }
}

/// The colour at a place between pixels; outside it is that of the edge.
fn sample(picture: &RgbImage, at: Point) -> [f32; 3] {
    let (width, height) = picture.dimensions();
    let x = (at.0 - 0.5).clamp(0.0, (width - 1) as f32);
    let y = (at.1 - 0.5).clamp(0.0, (height - 1) as f32);
    let (left, top) = (x as u32, y as u32);
    let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
    let (x, y) = (x - left as f32, y - top as f32);
    let raw = picture.as_raw();
    let pixel = |column: u32, row: u32| {
        let at = 3 * (row as usize * width as usize + column as usize);
        [f32::from(raw[at]), f32::from(raw[at + 1]), f32::from(raw[at + 2])]
    };
    let (a, b, c, d) = (pixel(left, top), pixel(right, top), pixel(left, bottom), pixel(right, bottom));
    std::array::from_fn(|n| {
        let (upper, lower) = (a[n] + (b[n] - a[n]) * x, c[n] + (d[n] - c[n]) * x);
        upper + (lower - upper) * y
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// White on the left, black on the right.
    fn halves() -> RgbImage {
        RgbImage::from_fn(96, 48, |x, _| image::Rgb(if x < 48 { [255; 3] } else { [0; 3] }))
    }

    #[test]
    fn an_upright_rectangle_is_cut_as_it_is_and_a_flipped_one_the_other_way_up() {
        let whole = Rectangle { middle: (48.0, 24.0), along: (1.0, 0.0), length: 96.0, height: 48.0 };
        let strip = strip(&halves(), &whole, Ink::Any);
        assert_eq!((strip.width, strip.planes.len()), (96, 3 * 48 * 96));
        assert!(strip.planes[10] > 0.99 && strip.planes[90] < -0.99);
        let flipped = super::strip(&halves(), &whole.flipped(), Ink::Any);
        assert!(flipped.planes[10] < -0.99 && flipped.planes[90] > 0.99);
    }

    #[test]
    fn a_rectangle_larger_than_the_picture_is_cut_all_the_same() {
        let far = Rectangle { middle: (-500.0, 900.0), along: (0.6, 0.8), length: 1e6, height: 0.5 };
        assert_eq!(strip(&halves(), &far, Ink::Any).width, WIDEST);
    }

    #[test]
    fn red_ink_is_white_where_red_is_not_read() {
        let red = RgbImage::from_pixel(48, 48, image::Rgb([255, 0, 0]));
        let whole = Rectangle { middle: (24.0, 24.0), along: (1.0, 0.0), length: 48.0, height: 48.0 };
        assert!(strip(&red, &whole, Ink::NotRed).planes.iter().all(|value| *value > 0.99));
    }
}
