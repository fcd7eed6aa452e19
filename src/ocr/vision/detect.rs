//! Finding lines: a picture, or a tile of it, made small enough for the detector, and the map it
//! gives. What the map means is in `boxes`.

use image::RgbImage;
use rten_tensor::{AsView, Layout, NdTensor};

use super::boxes::{Rectangle, rectangles};
use super::model::Model;

/// The longest side the detector sees, in pixels; a mark of 12 pixels on a page of 905 is found.
pub(super) const SIDE: u32 = 736;
/// Sides are multiples of this: the detector halves its map five times.
const GRAIN: u32 = 32;
/// Mean and deviation of the colours of its training, in the order it reads them.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];

/// A part of a picture: where it begins and how large it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tile {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Tile {
    /// A place lies in it.
    pub(super) fn holds(&self, (x, y): (f32, f32)) -> bool {
        let within = |at: f32, from: u32, length: u32| (from as f32..(from + length) as f32).contains(&at);
        within(x, self.x, self.width) && within(y, self.y, self.height)
    }
}

/// The lines in a tile, in pixels of the whole picture and not grown yet. None, where the network fails.
pub(super) fn detect(model: &Model, picture: &RgbImage, tile: Tile) -> Option<Vec<Rectangle>> {
    detect_at(model, picture, tile, SIDE.min(tile.width.max(tile.height)))
}

/// The same for a detector that sees so many pixels of the longest side, more than there are or fewer.
pub(super) fn detect_at(model: &Model, picture: &RgbImage, tile: Tile, longest: u32) -> Option<Vec<Rectangle>> {
    let shrink = longest as f32 / tile.width.max(tile.height) as f32;
    let side = |pixels: u32| ((pixels as f32 * shrink / GRAIN as f32).round() as u32).max(1) * GRAIN;
    let (width, height) = (side(tile.width), side(tile.height));
    let input = NdTensor::from_data([1, 3, height as usize, width as usize], planes(picture, tile, width, height));
    let output = model.detector.run_one(input.view().into(), None).ok()?;
    let map: NdTensor<f32, 4> = output.try_into().ok()?;
    let columns = map.size(3);
    let (x, y) = (tile.width as f32 / width as f32, tile.height as f32 / height as f32);
    let found = rectangles(&map.to_vec(), columns);
    // The two factors differ by what rounding to the grain did, a few percent.
    let place = |rectangle: Rectangle| {
        let mean = (x * y).sqrt();
        let scaled = rectangle.scaled(mean, (0.0, 0.0));
        let middle = (rectangle.middle.0 * x + tile.x as f32, rectangle.middle.1 * y + tile.y as f32);
        let (along, down) = (rectangle.along, rectangle.down());
        let stretched = |way: (f32, f32), length: f32| (way.0 * x).hypot(way.1 * y) * length;
        Rectangle {
            middle,
            length: stretched(along, rectangle.length),
            height: stretched(down, rectangle.height),
            ..scaled
        }
    };
    Some(found.into_iter().map(place).collect())
}

/// Three planes of normalised colours, blue first, each pixel the mean of those it stands for.
fn planes(picture: &RgbImage, tile: Tile, width: u32, height: u32) -> Vec<f32> {
    let (width, height) = (width as usize, height as usize);
    let (x, y) = (tile.width as f32 / width as f32, tile.height as f32 / height as f32);
    let raw = picture.as_raw();
    let line = picture.width() as usize;
    let columns: Vec<Vec<(usize, f32)>> = (0..width).map(|at| covered(at, x, tile.width, tile.x).collect()).collect();
    let mut planes = vec![0f32; 3 * width * height];
    // One line of the tile: the weighted sums of the lines that one shrunk line stands for.
    let (left, right) = (3 * tile.x as usize, 3 * (tile.x + tile.width) as usize);
    let mut sums = vec![0f32; right - left];
    for row in 0..height {
        sums.fill(0.0);
        let mut many = 0f32;
        for (row, weight) in covered(row, y, tile.height, tile.y) {
            let pixels = &raw[3 * row * line..];
            sums.iter_mut().zip(&pixels[left..right]).for_each(|(sum, value)| *sum += weight * f32::from(*value));
            many += weight;
        }
        for (at, columns) in columns.iter().enumerate() {
            let mut sum = [0f32; 3];
            let mut shares = 0f32;
            for (column, share) in columns {
                let from = 3 * column - left;
                (0..3).for_each(|colour| sum[colour] += share * sums[from + colour]);
                shares += share;
            }
            let scale = 1.0 / (shares * many * 255.0);
            for plane in 0..3 {
                planes[(plane * height + row) * width + at] = (sum[2 - plane] * scale - MEAN[plane]) / DEVIATION[plane];
            }
        }
    }
    planes
}

/// The pixels one shrunk pixel stands for, with their weights: those it covers, or, where nothing
/// is shrunk, the two it lies between.
fn covered(at: usize, factor: f32, pixels: u32, offset: u32) -> impl Iterator<Item = (usize, f32)> + Clone {
    let middle = (at as f32 + 0.5) * factor;
    let reach = factor.max(1.0);
    let (from, to) = (middle - reach, middle + reach);
    let first = (from - 0.5).ceil().max(0.0) as u32;
    let last = ((to - 0.5).floor() as u32).min(pixels - 1);
    let first = first.min(last);
    (first..=last).map(move |pixel| {
        let away = (pixel as f32 + 0.5 - middle).abs() / reach;
        ((pixel + offset) as usize, (1.0 - away).max(1e-3))
    })
}
