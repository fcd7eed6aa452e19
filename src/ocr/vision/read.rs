//! Reading one picture: tiles, lines, the way up, then the head of the page and the rest of it.
//! The head is told as soon as it is known, for marks stand there.

use image::RgbImage;

use super::block::Block;
use super::boxes::{GROWTH, Point, Rectangle, usual_height};
use super::cut::{Ink, strip};
use super::detect::{Tile, detect_at};
use super::legible::Legibility;
use super::lines::lines;
use super::model::Model;
use super::orient::is_across;
use super::pale::uncovered;
use super::recognise::{Recognition, recognise, together};
use super::red::is_in;
use super::rows::{HEAD, Lie, Read};
use super::tiles::tiles;
use crate::model::{GapReason, Limit};
use crate::ocr::{Line, ReadPage};

/// Pictures with a shorter long or short side hold no mark anyone could read: four characters of
/// ten pixels.
pub(super) const SMALLEST: (u32, u32) = (40, 10);

/// Below this confidence a text is noise.
const NOISE: f32 = 0.4;
/// From this confidence on a text is not read a second time.
const SURE: f32 = 0.93;
/// The growth of a second reading, for letters at the edges.
const WIDER: f32 = 2.0;

/// The sureness of what stands pale across a page, its height as a share of the page's longer side, and how many are
/// looked at.
const PALE_SURE: f32 = 0.75;
const PALE_HEIGHT: f32 = 0.03;
const PALE: usize = 4;

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
    let usual = usual_height(&found);
    let rows = lie.rows(found);
    let lie = lie.beginning_with(&rows, usual);
    let reader = PictureReader { model, picture, along, lie, usual };
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
    if let Some(block) = block.as_ref().filter(|block| block.is_page()) {
        check()?;
        page.lines.extend(across(model, picture, block.all((width, height))));
    }
    if told < page.lines.len() {
        tell(&page, told, true);
    }
    if !legibility.is_enough(block.as_ref(), width.max(height)) {
        return Err(GapReason::Illegible);
    }
    if whole { Ok(()) } else { Err(GapReason::Limit(Limit::PicturePages)) }
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
            let both = together(&reading.text, &text);
            if is_red || !text.is_empty() {
                others.push(text);
            }
            others.extend(both);
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

/// What stands large and pale across a page, such as a slanting watermark. It belongs to the head as to all of it.
fn across(model: &Model, picture: &RgbImage, part: Tile) -> Vec<Line> {
    let Some(pale) = uncovered(picture, part) else { return Vec::new() };
    let (width, height) = pale.dimensions();
    let longest = width.max(height);
    let whole = Tile { x: 0, y: 0, width, height };
    let mut found = detect_at(model, &pale, whole, longest).unwrap_or_default();
    found.retain(|place| place.height > longest as f32 * PALE_HEIGHT);
    found.sort_by(|a, b| (b.length * b.height).total_cmp(&(a.length * a.height)));
    let read = |place: &Rectangle| {
        let grown = place.grown(GROWTH);
        let [one, other] =
            [grown, grown.flipped()].map(|place| recognise(model, strip(&pale, &place, Ink::Any)).unwrap_or_default());
        let reading = if one.confidence >= other.confidence { one } else { other };
        (reading.confidence >= PALE_SURE).then_some(reading.text)
    };
    let line = |place: &Rectangle| {
        let height = place.height / (longest as f32 * PALE_HEIGHT);
        Some(Line { text: read(place)?, top: 0.0, height })
    };
    found.iter().take(PALE).filter_map(line).collect()
}
