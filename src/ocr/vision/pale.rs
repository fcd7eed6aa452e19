//! What stands large and pale across a page, such as a slanting watermark: the print over it is taken out, and what is
//! left is made as dark as print. Whether it says anything is for the networks to find.

use image::RgbImage;
use image::imageops::{crop_imm, thumbnail};

use super::detect::Tile;

/// The longest side of the copy in which print is taken out, in pixels; what is left of it has half of that.
const SIDE: u32 = 640;
const STRIDE: u32 = 2;
/// Print is thinner than this many pixels of the copy; of a square of that side this share, in percent, is darker than
/// what lies under it.
const PRINT: u32 = 7;
const DARKER: usize = 80;
/// The side of the squares by which the light of the paper is told, and how many around one are looked at.
const PAPER: u32 = 20;
const AROUND: i64 = 2;
/// The least darkness that is more than the grain of paper, and the most that is pale, as shares of the paper's light.
const LEAST: f32 = 0.04;
const MOST: f32 = 0.45;
/// Less than this share of the darkest is what is left of print, and more than what is missing of it to one is dark.
const FAINT: f32 = 0.3;
/// The share of a page, in thousandths, that is as dark as the darkest; and how much of it may be half as dark.
const DARKEST: usize = 15;
const COVERED: usize = 350;
/// A glyph that stands across a page is larger than this both ways, in pixels of what is left of the copy.
const LARGE: usize = 14;

/// What is pale in a part of a picture, on white and smaller than the part; or nothing.
pub(super) fn uncovered(picture: &RgbImage, part: Tile) -> Option<RgbImage> {
    let shrink = SIDE as f32 / part.width.max(part.height) as f32;
    let side = |pixels: u32| ((pixels as f32 * shrink) as u32).max(1);
    let copy =
        thumbnail(&*crop_imm(picture, part.x, part.y, part.width, part.height), side(part.width), side(part.height));
    let under = without_print(&copy);
    let light = paper(&under);
    let darkness: Vec<f32> =
        under.values.iter().zip(&light).map(|(value, paper)| 1.0 - value / paper.max(1.0)).collect();
    // What is darker, such as a table beside the page, is not pale.
    let mut ranked: Vec<f32> = darkness.iter().copied().filter(|dark| *dark < MOST).collect();
    ranked.sort_by(f32::total_cmp);
    let darkest = *ranked.get(ranked.len().checked_sub(ranked.len() * DARKEST / 1000 + 1)?)?;
    let half = ranked.iter().rev().take_while(|dark| **dark > darkest / 2.0).count();
    if darkest < LEAST || half * 1000 > ranked.len() * COVERED {
        return None;
    }
    let (columns, rows) = (under.columns, under.values.len() as u32 / under.columns);
    let dark: Vec<bool> = darkness.iter().map(|dark| (darkest / 2.0..MOST).contains(dark)).collect();
    if !has_large(dark, columns as usize) {
        return None;
    }
    let shade = |x: u32, y: u32| {
        let dark = darkness[(y * columns + x) as usize];
        let dark = if dark < MOST { (dark / darkest - FAINT) / (1.0 - 2.0 * FAINT) } else { 0.0 };
        image::Rgb([((1.0 - dark.clamp(0.0, 1.0)) * 255.0) as u8; 3])
    };
    Some(RgbImage::from_fn(columns, rows, shade))
}

/// Light, a row after another.
struct Lights {
    values: Vec<f32>,
    columns: u32,
}

/// The light of what lies under print: of each small square that which few of its points exceed. Green, in which grey, red
/// and blue ink are dark.
fn without_print(copy: &RgbImage) -> Lights {
    let (width, height) = copy.dimensions();
    let (columns, rows) = (width.div_ceil(STRIDE), height.div_ceil(STRIDE));
    let mut values = Vec::with_capacity((columns * rows) as usize);
    let mut square = Vec::with_capacity((PRINT * PRINT) as usize);
    for row in 0..rows {
        for column in 0..columns {
            square.clear();
            let around =
                |at: u32, most: u32| (at * STRIDE).saturating_sub(PRINT / 2)..(at * STRIDE + PRINT / 2 + 1).min(most);
            for y in around(row, height) {
                square.extend(around(column, width).map(|x| copy.get_pixel(x, y).0[1]));
            }
            let rank = square.len() * DARKER / 100;
            values.push(f32::from(*square.select_nth_unstable(rank).1));
        }
    }
    Lights { values, columns }
}

/// Something dark is large both ways, which what is left of print is not.
fn has_large(mut dark: Vec<bool>, columns: usize) -> bool {
    let mut waiting = Vec::new();
    for start in 0..dark.len() {
        if !std::mem::take(&mut dark[start]) {
            continue;
        }
        let (mut left, mut right, mut last) = (columns, 0, start);
        waiting.push(start);
        while let Some(at) = waiting.pop() {
            (left, right, last) = (left.min(at % columns), right.max(at % columns), last.max(at));
            let (first, end) = (at % columns == 0, at % columns + 1 == columns);
            let beside =
                [(!first).then(|| at - 1), (!end).then_some(at + 1), at.checked_sub(columns), Some(at + columns)];
            for next in beside.into_iter().flatten() {
                if dark.get_mut(next).is_some_and(std::mem::take) {
                    waiting.push(next);
                }
            }
        }
        // The first point met of anything lies in its uppermost row.
        if right - left >= LARGE && last / columns - start / columns >= LARGE {
            return true;
        }
    }
    false
}

/// The light of the paper at each point: that of squares, of those around a point such as is more than most of them.
fn paper(under: &Lights) -> Vec<f32> {
    let rows = under.values.len() as u32 / under.columns;
    let (across, down) = (under.columns.div_ceil(PAPER), rows.div_ceil(PAPER));
    let square = |x: u32, y: u32| {
        let columns = x * PAPER..((x + 1) * PAPER).min(under.columns);
        let lines = y * PAPER..((y + 1) * PAPER).min(rows);
        let lights = lines.flat_map(|row| columns.clone().map(move |column| row * under.columns + column));
        rank(lights.map(|at| under.values[at as usize]).collect(), 80)
    };
    let squares: Vec<f32> =
        (0..down).flat_map(|y| (0..across).map(move |x| (x, y))).map(|(x, y)| square(x, y)).collect();
    let around = |x: i64, y: i64| {
        let near = (y - AROUND..=y + AROUND).flat_map(|row| (x - AROUND..=x + AROUND).map(move |column| (column, row)));
        let inside = near.filter(|(x, y)| (0..i64::from(across)).contains(x) && (0..i64::from(down)).contains(y));
        rank(inside.map(|(x, y)| squares[(y * i64::from(across) + x) as usize]).collect(), 75)
    };
    let smooth: Vec<f32> = (0..i64::from(down))
        .flat_map(|y| (0..i64::from(across)).map(move |x| (x, y)))
        .map(|(x, y)| around(x, y))
        .collect();
    let between = |at: u32, most: u32| {
        let place = ((at as f32 + 0.5) / PAPER as f32 - 0.5).clamp(0.0, (most - 1) as f32);
        (place as u32, (place as u32 + 1).min(most - 1), place.fract())
    };
    let mut light = Vec::with_capacity(under.values.len());
    for row in 0..rows {
        let (upper, lower, v) = between(row, down);
        for column in 0..under.columns {
            let (left, right, u) = between(column, across);
            let at = |x: u32, y: u32| smooth[(y * across + x) as usize];
            let line = |y: u32| at(left, y) * (1.0 - u) + at(right, y) * u;
            light.push(line(upper) * (1.0 - v) + line(lower) * v);
        }
    }
    light
}

/// The value that so many percent of them do not exceed.
fn rank(mut values: Vec<f32>, percent: usize) -> f32 {
    let at = values.len() * percent / 100;
    values.sort_by(f32::total_cmp);
    values.get(at.min(values.len().saturating_sub(1))).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Tile = Tile { x: 0, y: 0, width: 640, height: 640 };

    /// Paper that grows darker to the right, with thin print on it, and perhaps a pale square.
    fn page(pale: bool) -> RgbImage {
        RgbImage::from_fn(640, 640, |x, y| {
            let paper = 240.0 - x as f32 / 16.0;
            let square = pale && (260..380).contains(&x) && (260..380).contains(&y);
            let is_print = y % 20 < 2 && x % 3 > 0;
            image::Rgb([if is_print { 30.0 } else { paper * if square { 0.85 } else { 1.0 } } as u8; 3])
        })
    }

    #[test]
    fn print_is_taken_out_and_what_is_pale_made_dark() {
        let seen = uncovered(&page(true), WHOLE).expect("a pale square");
        assert_eq!(seen.dimensions(), (320, 320));
        // In the middle of the square, and beside it where there is print: its lines stand at multiples of ten.
        assert!(
            seen.get_pixel(160, 160).0[0] < 40 && seen.get_pixel(60, 160).0[0] > 200,
            "{:?}",
            seen.get_pixel(60, 160)
        );
    }

    #[test]
    fn paper_with_print_alone_is_nothing() {
        assert!(uncovered(&page(false), WHOLE).is_none());
        assert!(uncovered(&RgbImage::new(1, 1), Tile { x: 0, y: 0, width: 1, height: 1 }).is_none());
    }
}
