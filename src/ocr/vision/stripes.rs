//! Lines of text too fine to be told apart: the detector sees one patch, and across it light and dark follow one another
//! in even steps. A face, a window or a wall of the same size has none.

use image::RgbImage;

use super::boxes::Rectangle;

/// Points across a patch that are looked at, at most, and for each how many along.
const ACROSS: usize = 600;
const ALONG: usize = 24;
/// Where narrow strips of it lie, from its middle, as shares of its length, and how long each is: lines that run at a
/// small angle to the patch stay apart in such a strip.
const STRIPS: [f32; 3] = [-0.25, 0.0, 0.25];
const STRIP: f32 = 0.12;
/// A dark step and a light one differ by this much of 255.
const STEP: f32 = 8.0;
/// Steps are even where most of them, in percent, are about as long as the usual one.
const EVEN: usize = 70;

/// How many lines lie in a patch, at least: none, where they are not even.
pub(super) fn lines(picture: &RgbImage, patch: &Rectangle) -> usize {
    let both = [*patch, patch.turned()];
    let strips = both.iter().flat_map(|patch| STRIPS.map(|at| even(&dark(&profile(picture, patch, at)))));
    strips.max().unwrap_or_default()
}

/// The light across a patch, in a strip of it.
fn profile(picture: &RgbImage, patch: &Rectangle, strip: f32) -> Vec<f32> {
    let (width, height) = picture.dimensions();
    let down = patch.down();
    let many = (patch.height.max(1.0) as usize).min(ACROSS);
    let light = |row: usize, column: usize| {
        let v = ((row as f32 + 0.5) / many as f32 - 0.5) * patch.height;
        let u = (strip + ((column as f32 + 0.5) / ALONG as f32 - 0.5) * STRIP) * patch.length;
        let (x, y) = (patch.middle.0 + patch.along.0 * u + down.0 * v, patch.middle.1 + patch.along.1 * u + down.1 * v);
        let at = ((x.max(0.0) as u32).min(width - 1), (y.max(0.0) as u32).min(height - 1));
        f32::from(picture.get_pixel(at.0, at.1).0[1])
    };
    (0..many).map(|row| (0..ALONG).map(|column| light(row, column)).sum::<f32>() / ALONG as f32).collect()
}

/// Where it is darkest between places that are lighter.
fn dark(profile: &[f32]) -> Vec<usize> {
    let mut places = Vec::new();
    let (mut lightest, mut darkest) = (f32::MIN, (0, f32::MAX));
    for (at, light) in profile.iter().enumerate() {
        if *light < darkest.1 {
            darkest = (at, *light);
        }
        if lightest - darkest.1 < STEP {
            // Not dark yet: what is lighter is what it is measured by.
            if *light > lightest {
                (lightest, darkest) = (*light, (at, *light));
            }
        } else if *light - darkest.1 >= STEP {
            places.push(darkest.0);
            (lightest, darkest) = (*light, (at, *light));
        }
    }
    places
}

/// How many there are, if the steps between them are even.
fn even(places: &[usize]) -> usize {
    let mut steps: Vec<usize> = places.windows(2).map(|two| two[1] - two[0]).collect();
    steps.sort_unstable();
    let Some(usual) = steps.get(steps.len() / 2).copied() else { return 0 };
    let alike = steps.iter().filter(|step| **step * 3 >= usual * 2 && **step * 2 <= usual * 3).count();
    if alike * 100 >= steps.len() * EVEN { places.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(light: impl Fn(u32, u32) -> u8) -> RgbImage {
        RgbImage::from_fn(200, 160, |x, y| image::Rgb([light(x, y); 3]))
    }

    const PATCH: Rectangle = Rectangle { middle: (100.0, 80.0), along: (1.0, 0.0), length: 160.0, height: 120.0 };

    #[test]
    fn fine_lines_are_counted_whichever_way_they_run() {
        // A line every eight pixels: fifteen in 120 pixels, of which the first or the last may be cut.
        let across = picture(|_, y| if y % 8 < 4 { 120 } else { 200 });
        let down = picture(|x, _| if x % 8 < 4 { 120 } else { 200 });
        assert!((13..=15).contains(&lines(&across, &PATCH)), "{}", lines(&across, &PATCH));
        assert!(lines(&down, &PATCH) >= 13);
    }

    #[test]
    fn light_that_fades_and_uneven_edges_are_no_lines() {
        assert_eq!(lines(&picture(|x, y| (x / 2 + y / 2) as u8), &PATCH), 0);
        let bars = picture(|_, y| if [20..60, 70..75, 110..112].iter().any(|bar| bar.contains(&y)) { 90 } else { 200 });
        assert!(lines(&bars, &PATCH) < 4);
    }
}
