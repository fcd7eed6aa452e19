//! Runs of glyphs: what is drawn at once and stands side by side. Where the lines of a page mix such runs,
//! as a box over a heading does, or part them, as a label of a chart on two lines is, they are read by
//! themselves, too.

use std::ops::Range;

use super::line::{CELL, PlacedGlyph, SAME_LINE, write_line};

/// Distance of baselines, in sizes, of glyphs drawn along one line, and of the lines of a label.
const LEVEL: f32 = 0.2;
const BELOW: Range<f32> = 0.8..1.8;
/// Glyphs of a label on several lines.
const LABEL: usize = 40;
/// Runs of one direction that are looked at.
const RUNS: usize = 50_000;

/// Glyphs drawn one after the other.
struct GlyphRun {
    glyphs: Range<usize>,
    start: f32,
    end: f32,
    across: f32,
    size: f32,
}

impl GlyphRun {
    /// How far two runs stand over each other along their line.
    fn shared(&self, other: &GlyphRun) -> f32 {
        self.end.min(other.end) - self.start.max(other.start)
    }

    fn is_level_with(&self, other: &GlyphRun) -> bool {
        (self.across - other.across).abs() <= SAME_LINE * self.size.max(other.size)
    }

    /// The next line of what this one begins.
    fn is_continued_by(&self, next: &GlyphRun) -> bool {
        let size = self.size.max(next.size).max(f32::MIN_POSITIVE);
        BELOW.contains(&((self.across - next.across) / size))
            && self.shared(next) > 0.0
            && (self.size - next.size).abs() < LEVEL * size
    }
}

/// The texts of runs that lines mix or part, a line each. `placed` goes in the order of drawing.
pub(super) fn apart(placed: &[PlacedGlyph<'_>], buffer: &str) -> String {
    let runs = runs(placed);
    if runs.len() < 2 || runs.len() > RUNS {
        return String::new();
    }
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by(|a, b| runs[*b].across.total_cmp(&runs[*a].across).then(runs[*a].start.total_cmp(&runs[*b].start)));
    let text = |run: usize| written(&placed[runs[run].glyphs.clone()], buffer);
    let mut has_neighbour = vec![false; runs.len()];
    let mut mixed = vec![false; runs.len()];
    for (place, &one) in order.iter().enumerate() {
        for &other in order[place + 1..].iter().take_while(|other| runs[one].is_level_with(&runs[**other])).take(64) {
            let shared = runs[one].shared(&runs[other]);
            has_neighbour[one] |= shared < 0.0;
            has_neighbour[other] |= shared < 0.0;
            // What is drawn twice to look bold is not mixed.
            if shared > runs[one].size.min(runs[other].size) / 2.0 && text(one) != text(other) {
                (mixed[one], mixed[other]) = (true, true);
            }
        }
    }
    let mut out = String::new();
    let mut at = 0;
    while at < runs.len() {
        let mut last = at;
        let glyphs = |last: usize| runs[last].glyphs.end - runs[at].glyphs.start;
        while last + 1 < runs.len() && runs[last].is_continued_by(&runs[last + 1]) && glyphs(last + 1) <= LABEL {
            last += 1;
        }
        if last > at && (at..=last).any(|run| has_neighbour[run]) {
            out.push_str(&joined((at..=last).map(text)));
        } else {
            (at..=last).filter(|run| mixed[*run]).for_each(|run| out.push_str(&joined([text(run)])));
        }
        at = last + 1;
    }
    out
}

fn runs(placed: &[PlacedGlyph<'_>]) -> Vec<GlyphRun> {
    let mut runs: Vec<GlyphRun> = Vec::new();
    for (number, one) in placed.iter().enumerate() {
        let (size, end) = (one.glyph.size, one.along + one.glyph.advance);
        match runs.last_mut() {
            Some(run)
                if (run.across - one.across).abs() <= LEVEL * size
                    && (run.end - size / 2.0..run.end + CELL * size).contains(&one.along) =>
            {
                run.glyphs.end = number + 1;
                run.end = end;
                run.size = run.size.max(size);
            }
            _ => runs.push(GlyphRun { glyphs: number..number + 1, start: one.along, end, across: one.across, size }),
        }
    }
    runs
}

fn written(glyphs: &[PlacedGlyph<'_>], buffer: &str) -> String {
    let mut text = String::new();
    write_line(glyphs, buffer, &mut text);
    text.trim().to_string()
}

/// Lines of one label as one; a blank parts words only.
fn joined(lines: impl IntoIterator<Item = String>) -> String {
    let mut whole = String::new();
    for line in lines {
        let parts_words = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        if parts_words(whole.chars().next_back()) && parts_words(line.chars().next()) {
            whole.push(' ');
        }
        whole.push_str(&line);
    }
    whole.push('\n');
    whole
}
