//! Texts that were put together of others: each stretch is read in the encodings it may have been
//! written in by itself, so that a line at the end is not lost behind long prose in another encoding.

use memchr::{memchr, memchr_iter, memrchr};

use super::readings::EncodingCandidates;
use crate::extract::driver::Context;
use crate::extract::support::charset::NO_CHANCE;
use crate::model::PartKind;

/// Stretches of one text that are told apart.
const MOST: u32 = 256;

/// The stretches of one text, of which one is under way.
pub(in crate::extract) struct Stretches {
    readings: EncodingCandidates,
    /// Characters beyond ASCII in it while it is UTF-8.
    beyond: usize,
    borders: u32,
}

impl Stretches {
    pub(in crate::extract) fn new(kind: PartKind) -> Self {
        Stretches { readings: EncodingCandidates::new(kind), beyond: 0, borders: 0 }
    }

    /// Stretches of a table.
    pub(in crate::extract) fn of_cells(kind: PartKind) -> Self {
        Stretches { readings: EncodingCandidates::of_cells(kind), ..Stretches::new(kind) }
    }

    /// Takes the next chunk; `last` if no other follows.
    pub(in crate::extract) fn take(&mut self, chunk: &[u8], last: bool, cx: &mut Context<'_>) {
        let mut rest = chunk;
        let mut is_utf8 = self.readings.is_plain();
        while self.borders < MOST {
            let border = if is_utf8 { self.end_of_utf8(rest) } else { begin_of_utf8(rest) };
            let Some(border) = border else { break };
            self.borders += 1;
            let (before, behind) = rest.split_at(border);
            self.readings.take(before, true, cx);
            let next = self.readings.behind();
            std::mem::replace(&mut self.readings, next).finish(cx);
            (rest, is_utf8, self.beyond) = (behind, !is_utf8, 0);
        }
        self.readings.take(rest, last, cx);
    }

    pub(in crate::extract) fn finish(self, cx: &mut Context<'_>) {
        self.readings.finish(cx);
    }

    /// Where a stretch ends that can be nothing but UTF-8, and another follows.
    fn end_of_utf8(&mut self, text: &[u8]) -> Option<usize> {
        let cut =
            if self.readings.is_cut() { text.iter().take(3).take_while(|byte| is_inside(**byte)).count() } else { 0 };
        let zero = memchr(0, text).unwrap_or(text.len());
        let fault = match simdutf8::compat::from_utf8(&text[cut.min(zero)..zero]) {
            Err(e) if e.error_len().is_some() || zero < text.len() => cut.min(zero) + e.valid_up_to(),
            _ => zero,
        };
        // A byte order mark is where it begins.
        let is_marked = matches!(text[fault..], [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
        let line = if is_marked { fault } else { memrchr(b'\n', &text[..fault]).map_or(0, |end| end + 1) };
        let until = if fault < text.len() { line } else { fault };
        if self.beyond < NO_CHANCE {
            self.beyond += beyond(&text[..until]);
        }
        (fault < text.len() && self.beyond >= NO_CHANCE).then_some(line)
    }
}

/// Where whole lines of a chunk end, so that a line of no more than so many bytes is left for the next.
pub(in crate::extract) fn whole_lines(chunk: &[u8], most: usize) -> usize {
    let from = chunk.len().saturating_sub(most);
    memrchr(b'\n', &chunk[from..]).map_or(chunk.len(), |end| from + end + 1)
}

/// Where a stretch begins that can be nothing but UTF-8.
fn begin_of_utf8(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for chunk in text.utf8_chunks() {
        let valid = chunk.valid().as_bytes();
        let mut start = 0;
        for end in memchr_iter(0, valid).chain(std::iter::once(valid.len())) {
            let piece = &valid[start..end];
            // The first line may be the end of another.
            let line = memchr(b'\n', piece).map_or(piece.len(), |end| end + 1);
            if piece.len() > 2 * NO_CHANCE && beyond(&piece[line..]) >= NO_CHANCE {
                return Some(at + start + line);
            }
            start = end + 1;
        }
        at += valid.len() + chunk.invalid().len();
    }
    None
}

fn is_inside(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

fn beyond(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte >= 0xC0).count()
}
