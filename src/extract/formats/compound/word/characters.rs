//! The characters of a Word document on their way into parts: special characters ([MS-DOC]
//! 2.4.1) become what they mean, fields are taken apart into instruction and result.

use std::ops::Range;

use encoding_rs::Encoding;

use super::formatting::{FormattedRun, Formatting};
use super::pieces::TextPiece;
use super::reading;
use crate::extract::driver::Context;
use crate::extract::support::bytes::utf16;
use crate::extract::support::fields::Fields;
use crate::extract::support::paragraphs::{SideText, TextTarget};
use crate::extract::support::symbols::shown;
use crate::model::{GapReason, Part};

/// Bytes decoded at a time.
const CHUNK: usize = 64 * 1024;

/// The characters, read in one way.
pub(super) struct Characters<'b> {
    pub(super) stream: &'b [u8],
    pub(super) pieces: &'b [TextPiece],
    pub(super) formatting: &'b Formatting,
    /// The encoding of eight-bit pieces.
    pub(super) encoding: &'static Encoding,
    /// Another reading came before.
    pub(super) is_second: bool,
}

impl Characters<'_> {
    /// There are eight-bit pieces with high bytes side by side.
    pub(super) fn has_double_bytes(&self) -> bool {
        self.pieces.iter().filter(|piece| !piece.is_wide).any(|piece| {
            let bytes = piece.bytes(&piece.characters).and_then(|range| self.stream.get(range)).unwrap_or_default();
            bytes.windows(2).any(|pair| pair[0] >= 0x81 && pair[1] >= 0x81)
        })
    }

    /// Hands on a range of positions as a part.
    pub(super) fn emit(
        &self,
        range: Range<u32>,
        part: Part,
        sides: &mut SideText,
        cx: &mut Context<'_>,
    ) -> Result<(), GapReason> {
        if range.start >= range.end {
            return Ok(());
        }
        let part = if self.is_second { Part { label: Some(reading(self.encoding).to_string()), ..part } } else { part };
        let mut out = PartWriter { place: TextTarget::new(part), fields: Fields::default() };
        let first = self.pieces.partition_point(|piece| piece.characters.end <= range.start);
        let mut outcome = Ok(());
        for piece in &self.pieces[first..] {
            if piece.characters.start >= range.end || outcome == Err(GapReason::Timeout) {
                break;
            }
            let Some(bytes) = piece.bytes(&range) else { continue };
            cx.budget().charge(bytes.len() as u64)?;
            if bytes.end > self.stream.len() {
                outcome = Err(GapReason::Damaged);
            }
            let bytes = bytes.start.min(self.stream.len())..bytes.end.min(self.stream.len());
            for (run, said) in self.formatting.split(bytes, piece.width()) {
                for at in run.clone().step_by(CHUNK) {
                    let chunk = &self.stream[at..run.end.min(at + CHUNK)];
                    let text = match piece.is_wide {
                        true => utf16(chunk),
                        false => self.encoding.decode_without_bom_handling(chunk).0.into_owned(),
                    };
                    out.take(&text, said, sides, cx);
                }
            }
        }
        out.finish(sides, cx);
        outcome
    }
}

/// The part being written.
struct PartWriter {
    place: TextTarget,
    fields: Fields,
}

impl PartWriter {
    fn take(&mut self, text: &str, said: FormattedRun, sides: &mut SideText, cx: &mut Context<'_>) {
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c < ' ' || c == '(' && said.symbol.is_some()) {
            self.add(&rest[..at], said);
            let c = rest[at..].chars().next().unwrap_or(' ');
            rest = &rest[at + c.len_utf8()..];
            self.special(c, said, sides, cx);
        }
        self.add(rest, said);
        if self.place.is_long() {
            self.place.hand_on(sides, cx);
        }
    }

    /// Adds to the paragraph, or to the instruction of the field under way.
    fn add(&mut self, text: &str, said: FormattedRun) {
        if !self.fields.instruct(text) {
            self.fields.show(text);
            self.place.add(&shown(text, said.font), said.standing);
        }
    }

    fn special(&mut self, c: char, said: FormattedRun, sides: &mut SideText, cx: &mut Context<'_>) {
        match c {
            // Ends of paragraphs, cells, pages and columns.
            '\r' | '\u{7}' | '\u{c}' | '\u{e}' => {
                // An instruction that never ends is text after all.
                while self.fields.is_endless(CHUNK) {
                    self.end_field(said, sides, cx);
                }
                // The large first letter of a paragraph is one of its own in the file.
                let goes_on = said.is_initial && self.place.is_initial();
                if !(self.fields.instruct(" ") || goes_on) {
                    self.place.end_paragraph(sides, cx);
                }
            }
            '\t' => self.add("\t", said),
            '\u{b}' => self.add("\u{2028}", said),
            '\u{1e}' => self.add("-", said),
            '\u{13}' => self.fields.begin(),
            '\u{14}' => self.end_instruction(sides, cx),
            '\u{15}' => self.end_field(said, sides, cx),
            '(' => {
                let symbol = said.symbol.unwrap_or('(');
                self.add(symbol.encode_utf8(&mut [0; 4]), said);
            }
            // Anchors of notes, comments and pictures; a hyphen that may be.
            _ => {}
        }
    }

    fn end_instruction(&mut self, sides: &mut SideText, cx: &mut Context<'_>) {
        if let Some(instruction) = self.fields.end_instruction() {
            sides.field(&instruction, cx);
        }
    }

    fn end_field(&mut self, said: FormattedRun, sides: &mut SideText, cx: &mut Context<'_>) {
        self.end_instruction(sides, cx);
        if let Some(text) = self.fields.end() {
            self.add(&text, said);
        }
    }

    fn finish(mut self, sides: &mut SideText, cx: &mut Context<'_>) {
        for instruction in self.fields.unfinished() {
            sides.field(&instruction, cx);
        }
        self.place.finish(sides, cx);
    }
}
