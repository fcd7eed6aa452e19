//! A line of glyphs: which of them are drawn twice, where a blank stands, a cell ends, and where letters are
//! only spaced. Which glyphs make a line is `lines`' and `runs`'.

use std::collections::HashSet;
use std::ops::Range;

/// A drawn character or several, with the text in a buffer shared by the page.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    /// Its text in the page's buffer.
    pub(super) text: Range<u32>,
    /// Where it begins.
    pub(super) at: (f32, f32),
    /// The direction in which the next one follows, in whole degrees.
    pub(super) angle: i16,
    /// Height of its font on the page.
    pub(super) size: f32,
    /// Way to the next one.
    pub(super) advance: f32,
}

/// Distance of baselines, in sizes, within which glyphs stand on one line.
pub(super) const SAME_LINE: f32 = 0.4;
/// Gaps, in sizes: a blank, a new cell, and what even spacing may reach.
const BLANK: f32 = 0.15;
pub(super) const CELL: f32 = 2.0;
const EVEN: f32 = 8.0;
/// Ratio of gaps within which letters are evenly spaced: a grid rounds.
const UNEVEN: f32 = 1.8;
/// Glyphs of a label before a line, the signs among them, how small those of notes are, and the gap behind
/// others, in sizes.
const LABEL: usize = 4;
const SIGNS: [char; 12] = ['*', '†', '‡', '§', '•', '·', '▪', '.', '(', ')', '（', '）'];
const SMALL: f32 = 0.8;
const BEHIND_LABEL: f32 = 0.6;
/// Distance, in its own widths, of a glyph drawn twice to look bold or to cast a shadow.
const SHADOW: f32 = 0.4;

/// The text of a glyph.
pub(super) fn text<'b>(glyph: &Glyph, buffer: &'b str) -> &'b str {
    buffer.get(glyph.text.start as usize..glyph.text.end as usize).unwrap_or_default()
}

/// A glyph in coordinates along and across its direction.
pub(super) struct PlacedGlyph<'a> {
    pub(super) along: f32,
    pub(super) across: f32,
    pub(super) glyph: &'a Glyph,
}

/// Writes one line: `line` goes along its direction.
pub(super) fn write_line(line: &[PlacedGlyph<'_>], buffer: &str, out: &mut String) {
    let mut kept: Vec<&PlacedGlyph<'_>> = Vec::with_capacity(line.len());
    for next in line {
        let shadow = kept.iter().rev().take(4).any(|before| {
            let near = SHADOW * before.glyph.advance.min(next.glyph.advance);
            next.along - before.along < near && text(before.glyph, buffer) == text(next.glyph, buffer)
        });
        if !shadow {
            kept.push(next);
        }
    }
    let gaps: Vec<f32> = kept
        .windows(2)
        .map(|pair| {
            let size = pair[0].glyph.size.max(pair[1].glyph.size).max(f32::MIN_POSITIVE);
            (pair[1].along - pair[0].along - pair[0].glyph.advance) / size
        })
        .collect();
    let label = label(&kept, &gaps, buffer);
    let spaced = spaced(&kept, buffer);
    for (number, placed) in kept.iter().enumerate() {
        out.push_str(text(placed.glyph, buffer));
        let Some(gap) = gaps.get(number) else { continue };
        if label == Some(number) {
            out.push('\t');
            continue;
        }
        if *gap > CELL && !spaced.contains(&number) {
            out.push('\t');
        } else if *gap > BLANK && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.push('\n');
}

/// The glyphs behind which there is more than a blank because the letters are spaced, as on the grid of a
/// document: letters by themselves, about as far from the next as from the one before, or two on a line.
fn spaced(kept: &[&PlacedGlyph<'_>], buffer: &str) -> HashSet<usize> {
    let letters: Vec<usize> = (0..kept.len()).filter(|at| !text(kept[*at].glyph, buffer).trim().is_empty()).collect();
    let way = |pair: usize| {
        let (one, next) = (kept[*letters.get(pair)?], kept[*letters.get(pair + 1)?]);
        let size = one.glyph.size.max(next.glyph.size).max(f32::MIN_POSITIVE);
        Some((next.along - one.along - one.glyph.advance) / size)
    };
    let is_even = |pair: usize| {
        let Some(gap) = way(pair).filter(|gap| *gap < EVEN) else { return false };
        let like = |other: Option<f32>| other.is_some_and(|other| gap < UNEVEN * other && other < UNEVEN * gap);
        letters.len() == 2 || like(way(pair + 1)) || pair > 0 && like(way(pair - 1))
    };
    let pairs = (0..letters.len().saturating_sub(1)).filter(|pair| is_even(*pair));
    pairs.flat_map(|pair| letters[pair]..letters[pair + 1]).collect()
}

/// The last glyph of a number or sign before the text of a line: that of a note, raised and small, or that of
/// a list, with more than a blank behind it.
fn label(kept: &[&PlacedGlyph<'_>], gaps: &[f32], buffer: &str) -> Option<usize> {
    let is_sign = |placed: &PlacedGlyph<'_>| {
        text(placed.glyph, buffer).chars().all(|c| c.is_numeric() || c.is_whitespace() || SIGNS.contains(&c))
    };
    let signs = kept.iter().take(LABEL + 1).take_while(|placed| is_sign(placed)).count();
    let (last, next) = (kept.get(signs.checked_sub(1)?)?, kept.get(signs)?);
    let is_small = last.glyph.size < SMALL * next.glyph.size;
    (signs <= LABEL && (is_small || gaps[signs - 1] > BEHIND_LABEL)).then_some(signs - 1)
}
