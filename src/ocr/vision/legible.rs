//! Whether what was seen of a page could be read: a page is not clear where its head was seen and not read.

use image::RgbImage;

use super::block::Block;
use super::rows::Read;
use super::stripes;

/// Below this confidence a text is not one that was read.
const UNSURE: f32 = 0.7;
/// The share of the text in the head, by length, that may be unsure.
const SHARE: f32 = 0.4;
/// A rectangle shorter than this many heights is no word.
const WORD: f32 = 1.5;
/// A patch is less than so many heights long, and at least this share of the picture; it may hold less than so many lines.
const PATCH: f32 = 4.0;
const AREA: f32 = 0.01;
const LINES: usize = 6;

/// What was read of the head of a page.
#[derive(Debug, Default)]
pub(super) struct Legibility {
    seen: f32,
    unsure: f32,
    /// Lines were seen that could not be told apart.
    merged: bool,
}

impl Legibility {
    /// Takes a row of the head into account.
    pub(super) fn add(&mut self, row: &[Read]) {
        for read in row.iter().filter(|read| read.place.length > read.place.height * WORD) {
            self.seen += read.place.length;
            if read.confidence < UNSURE {
                self.unsure += read.place.length;
            }
        }
    }

    /// Looks for patches of lines in a row of the picture.
    pub(super) fn look(&mut self, row: &[Read], picture: &RgbImage) {
        let least = picture.width() as f32 * picture.height() as f32 * AREA;
        let unsure = row.iter().filter(|read| read.confidence < UNSURE).map(|read| &read.place);
        let mut patches =
            unsure.filter(|place| place.length < place.height * PATCH && place.length * place.height > least);
        self.merged |= patches.any(|place| stripes::lines(picture, place) >= LINES);
    }

    /// Enough was read, where there is this block of text.
    pub(super) fn is_enough(&self, block: Option<&Block>) -> bool {
        let is_page = block.is_some_and(Block::is_page);
        !self.merged && (!is_page || self.unsure <= self.seen * SHARE)
    }
}
