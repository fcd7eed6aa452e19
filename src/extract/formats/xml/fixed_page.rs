//! A page of fixed layout under way, of OFD (GB/T 33190) or XPS (ECMA-388): its pieces of text with their
//! places, and how much of it cannot be read.

use super::attributes::hash;
use super::layout::{Object, PageLayout, numbers};
use super::{Attribute, value};
use crate::extract::support::legibility::{Legibility, is_unknown};
use crate::extract::support::outlines::Outlines;
use crate::model::GapReason;

/// Characters of an object whose lines are joined.
const JOINED: usize = 200;
/// Letters drawn as outlines beside text that are more than an emblem.
const LETTERS: usize = 8;

/// The page.
#[derive(Default)]
pub(super) struct FixedPage {
    layout: PageLayout,
    object: Option<Object>,
    font: u64,
    /// Characters of the object, and the numbers of glyphs that are drawn for them.
    characters: Vec<char>,
    numbers: usize,
    legibility: Legibility,
    outlines: Outlines,
    /// Where the numbers of the present path are told from, and what they are multiplied with.
    matrix: [f64; 6],
    has_text: bool,
}

impl FixedPage {
    /// An object of text is being read.
    pub(super) fn in_object(&self) -> bool {
        self.object.is_some()
    }

    /// An object begins, with the attributes of a `TextObject`.
    pub(super) fn begin_object(&mut self, attributes: &[Attribute]) {
        self.object = Some(Object::new(|key| value(attributes, key).map(str::to_string)));
        self.font = hash(value(attributes, "Font").unwrap_or_default());
    }

    /// A piece begins, with the attributes of a `TextCode`.
    pub(super) fn begin_piece(&mut self, attributes: &[Attribute]) {
        if let Some(object) = &mut self.object {
            object.piece(|key| value(attributes, key).map(str::to_string));
        }
    }

    /// Text of the present piece.
    pub(super) fn text(&mut self, text: &str) {
        self.characters.extend(text.chars());
        self.object.get_or_insert_default().text(text);
    }

    /// Numbers of glyphs that are drawn in place of characters (GB/T 33190, 11.4).
    pub(super) fn glyph_numbers(&mut self, numbers: &str) {
        self.numbers += numbers.split_whitespace().count();
    }

    /// The object ends. Its text is given where it stands on several lines.
    pub(super) fn end_object(&mut self) -> Option<String> {
        let object = self.object.take()?;
        let characters = std::mem::take(&mut self.characters);
        let numbers = std::mem::take(&mut self.numbers);
        self.count(&characters, numbers);
        let joined = object.is_broken() && characters.len() <= JOINED;
        self.layout.add(object);
        joined.then(|| characters.into_iter().collect())
    }

    /// An object with the attributes of a `Glyphs` of XPS (ECMA-388, 12.1).
    pub(super) fn glyphs(&mut self, attributes: &[Attribute]) {
        let text = value(attributes, "UnicodeString").unwrap_or_default();
        let text = text.strip_prefix("{}").unwrap_or(text);
        let indices = value(attributes, "Indices").map_or(0, |indices| indices.split(';').count());
        self.font = hash(value(attributes, "FontUri").unwrap_or_default());
        self.count(&text.chars().collect::<Vec<_>>(), indices);
        self.layout.add(Object::of_glyphs(text, |key| value(attributes, key)?.parse().ok()));
    }

    fn count(&mut self, characters: &[char], numbers: usize) {
        self.has_text |= characters.iter().any(|c| !c.is_whitespace() && !is_unknown(*c));
        for c in characters.iter().filter(|c| !c.is_whitespace()) {
            self.legibility.count(self.font, u32::from(*c), !is_unknown(*c));
        }
        // Glyphs that are drawn for nothing but blanks.
        if characters.iter().all(|c| c.is_whitespace()) {
            (0..numbers).for_each(|number| self.legibility.count(self.font, number as u32, false));
        }
    }

    /// A path begins, with the attributes of a `PathObject`.
    pub(super) fn begin_path(&mut self, attributes: &[Attribute]) {
        let numbers = |key: &str| numbers(value(attributes, key).unwrap_or_default());
        let (boundary, ctm) = (numbers("Boundary"), numbers("CTM"));
        let [a, b, c, d, e, f] = ctm.try_into().unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
        let at = |index: usize| boundary.get(index).copied().unwrap_or_default();
        self.matrix = [a, b, c, d, e + at(0), f + at(1)];
    }

    /// Lines and curves of a path, each behind its letter (GB/T 33190, 9.1).
    pub(super) fn path(&mut self, data: &str) {
        self.outlines.path(data, self.matrix);
        self.legibility.strokes += data.bytes().filter(|byte| matches!(byte, b'L' | b'Q' | b'B' | b'A')).count();
    }

    /// Lines and curves of XPS, of which one letter may begin many: two numbers a point (ECMA-388, 11.2.3).
    pub(super) fn points(&mut self, data: &str) {
        let numbers = data.split(|c: char| !(c.is_ascii_digit() || ".-+eE".contains(c)));
        self.legibility.strokes +=
            numbers.filter(|number| number.bytes().any(|byte| byte.is_ascii_digit())).count() / 4;
    }

    pub(super) fn is_full(&self) -> bool {
        self.layout.is_full()
    }

    /// The lines gathered so far.
    pub(super) fn lines(&mut self) -> Vec<String> {
        self.layout.lines()
    }

    /// Why the page cannot be read, where that is so.
    pub(super) fn gap(&self) -> Option<GapReason> {
        let shows_letters = || (self.outlines.letters() >= LETTERS).then_some(GapReason::Picture);
        self.legibility.gap(!self.has_text).or_else(shows_letters)
    }
}

/// Some text is the data of a path and nothing else.
pub(super) fn is_path(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace() || byte.is_ascii_digit() || b".-+,eESMLQBACZ".contains(&byte))
}
