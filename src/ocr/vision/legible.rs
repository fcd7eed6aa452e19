//! Whether what was seen of a page could be read: a page is not clear where its head was seen and not read.

use image::RgbImage;

use super::block::Block;
use super::detect::SIDE;
use super::letters::Letters;
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
/// The lines of a patch lie closer together than so many cells of the detector's map, or it would have told them apart.
const STEP: f32 = 12.0;
/// Lines of a page are less high than this share of the picture's longer side.
const HIGH: f32 = 0.05;

/// A line of the head no longer than so many heights that is unsure and may hold one of these is perhaps a mark.
const SHORT: f32 = 12.0;
const LEVELS: &str = "绝机秘密★内";

/// What was read of a page, and of its head above all.
#[derive(Debug, Default)]
pub(super) struct Legibility {
    seen: f32,
    unsure: f32,
    /// Lines were seen that could not be told apart.
    merged: bool,
    /// A line may be a mark, and cannot be read for certain.
    doubtful: bool,
    letters: Letters,
}

impl Legibility {
    /// Takes a row of the head into account.
    pub(super) fn add(&mut self, row: &[Read]) {
        for read in row.iter().filter(|read| read.place.length > read.place.height * WORD) {
            self.seen += read.place.length;
            if read.confidence < UNSURE {
                self.unsure += read.place.length;
                let is_level = |text: &String| text.contains(|c| LEVELS.contains(c));
                let is_short = read.place.length < read.place.height * SHORT;
                self.doubtful |= is_short && (is_level(&read.text) || read.others.iter().any(is_level));
            }
        }
    }

    /// Looks at a row of the picture: at patches of lines, and at the letters that were read.
    pub(super) fn look(&mut self, row: &[Read], picture: &RgbImage) {
        row.iter().for_each(|read| self.letters.add(&read.text, read.confidence));
        let least = picture.width() as f32 * picture.height() as f32 * AREA;
        let unsure = row.iter().filter(|read| read.confidence < UNSURE).map(|read| &read.place);
        let mut patches =
            unsure.filter(|place| place.length < place.height * PATCH && place.length * place.height > least);
        let closest = STEP * picture.width().max(picture.height()) as f32 / SIDE as f32;
        self.merged |= patches.any(|place| {
            let lines = stripes::lines(picture, place);
            lines >= LINES && place.height < closest * lines as f32
        });
    }

    /// Enough was read, where there is this block of text in a picture whose longer side is so many pixels.
    pub(super) fn is_enough(&self, block: Option<&Block>, longest: u32) -> bool {
        let is_page = block.is_some_and(|block| block.is_page() && block.usual < longest as f32 * HIGH);
        let is_head_read = self.unsure <= self.seen * SHARE && !self.doubtful;
        !self.merged && !self.letters.are_foreign() && (!is_page || is_head_read)
    }
}
