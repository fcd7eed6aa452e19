//! What was drawn on one page: glyphs as they are seen, glyphs of layers switched off, and how
//! much of it cannot be read.

use super::emitted_texts::EmittedTexts;
use super::font::Code;
use super::line::Glyph;
use super::lines::lines;
use crate::extract::driver::{Context, TextStream};
use crate::extract::support::legibility::{Legibility, is_private};
use crate::extract::support::outlines::Outlines;
use crate::model::{GapReason, Part, PartKind, Unit};

/// Glyphs taken of one page.
const GLYPHS: usize = 2_000_000;
/// Share of a page above which a picture may hold text, in percent.
const PICTURE: f32 = 10.0;

/// Letters drawn as outlines beside a few words that are more than emblems and headings.
const LETTERS: usize = 60;

/// A page being read.
pub(super) struct Canvas {
    buffer: String,
    seen: Vec<Glyph>,
    hidden: Vec<Glyph>,
    /// The glyphs as drawn, where other text is said to stand for them.
    drawn: Vec<Glyph>,
    replaced: bool,
    /// How much of it stands for no known text.
    pub(super) legibility: Legibility,
    /// What is drawn as letters are.
    pub(super) letters: Outlines,
    /// Some glyphs were left out.
    pub(super) overflow: bool,
    /// Pictures and the share of the page, in percent, that they cover together: a scan may lie in strips.
    pub(super) pictures: usize,
    pub(super) covered: f32,
    /// How the reading of a page of outlines ended.
    pub(super) outlines: Result<(), GapReason>,
    /// Why its pictures were not read, where that has one reason.
    pub(super) unread: GapReason,
    /// A picture that is not read can show a page.
    pub(super) has_page: bool,
}

impl Default for Canvas {
    fn default() -> Self {
        Canvas {
            buffer: String::new(),
            seen: Vec::new(),
            hidden: Vec::new(),
            drawn: Vec::new(),
            replaced: false,
            legibility: Legibility::default(),
            letters: Outlines::default(),
            overflow: false,
            pictures: 0,
            covered: 0.0,
            outlines: Ok(()),
            unread: GapReason::Picture,
            has_page: false,
        }
    }
}

/// Where and how a glyph stands.
pub(super) struct GlyphPlace {
    pub(super) at: (f32, f32),
    pub(super) angle: i16,
    pub(super) size: f32,
    pub(super) advance: f32,
    pub(super) hidden: bool,
}

impl Canvas {
    /// Counts a shown code of a font, whatever becomes of it.
    pub(super) fn count(&mut self, font: usize, code: &Code) {
        let is_read = code.text.is_some() && !code.is_guess || code.advance == (0.0, 0.0);
        self.legibility.count(font as u64, code.code, is_read);
    }

    /// Puts a text where it is drawn. `replaced` is the text that stands for it.
    pub(super) fn put(&mut self, text: &str, replaced: Option<&str>, spot: &GlyphPlace) {
        if self.seen.len() + self.hidden.len() >= GLYPHS {
            self.overflow = true;
            return;
        }
        if spot.hidden {
            let glyph = self.glyph(replaced.unwrap_or(text), spot);
            self.hidden.push(glyph);
            return;
        }
        let drawn = self.glyph(text, spot);
        let shown = match replaced {
            Some(replaced) => {
                self.replaced = true;
                self.glyph(replaced, spot)
            }
            None => drawn.clone(),
        };
        self.drawn.push(drawn);
        self.seen.push(shown);
    }

    fn glyph(&mut self, text: &str, spot: &GlyphPlace) -> Glyph {
        let start = self.buffer.len() as u32;
        self.buffer.push_str(text);
        let GlyphPlace { at, angle, size, advance, .. } = *spot;
        Glyph { text: start..self.buffer.len() as u32, at, angle, size, advance }
    }

    /// Glyphs that stand for no known text.
    pub(super) fn unread(&self) -> usize {
        self.legibility.unread()
    }

    /// The text, in lines.
    pub(super) fn text(&self) -> String {
        lines(&self.seen, &self.buffer)
    }

    /// Hands on a page of the document, and what of it could not be read.
    pub(super) fn emit(&self, page: u32, said: &mut EmittedTexts, cx: &mut Context<'_>) {
        let part = |kind| Part::only(kind).on_page(page);
        let text = self.text();
        let _ = said.news(&text);
        story(part(PartKind::Body), &text, cx);
        if self.replaced {
            let drawn = said.news(&lines(&self.drawn, &self.buffer));
            story(part(PartKind::Body), &drawn, cx);
        }
        if !self.hidden.is_empty() {
            let hidden = lines(&self.hidden, &self.buffer);
            let _ = said.news(&hidden);
            story(part(PartKind::Hidden), &hidden, cx);
        }
        if self.overflow {
            cx.gap(Some(part(PartKind::Body)), GapReason::Limit(crate::model::Limit::EntryBytes));
        }
        if self.legibility.is_unreadable() {
            cx.gap(Some(part(PartKind::Body)), GapReason::Glyphs);
        }
        if let Err(reason) = self.outlines {
            cx.gap(Some(part(PartKind::Body)), reason);
        }
        if self.has_page || self.is_blank(&text) && self.covered >= PICTURE {
            cx.gap(Some(part(PartKind::Body)), self.unread);
        } else {
            (0..self.pictures).for_each(|_| cx.picture_on(part(PartKind::Body)));
        }
    }

    fn is_blank(&self, text: &str) -> bool {
        text.chars().all(|c| c.is_whitespace() || is_private(c)) && self.unread() == 0
    }

    /// There is no text, but lines and curves enough to be letters; or many that stand as letters do, beside a
    /// few words: a heading, the number of the page.
    pub(super) fn is_outlines(&self) -> bool {
        if !self.legibility.may_be_outlines() {
            return false;
        }
        let (text, letters) = (self.text(), self.letters.letters());
        self.is_blank(&text) || letters >= LETTERS && text.chars().filter(|c| !c.is_whitespace()).count() * 2 < letters
    }
}

/// Hands on a text in lines.
pub(super) fn story(part: Part, text: &str, cx: &mut Context<'_>) {
    let mut story = TextStream::new(part, Unit::Line);
    story.push(text, cx);
    story.finish(cx);
}
