//! What stands around a hit: its line, the lines nearby, its place in the part. Answers the
//! conditions of predicates and nothing else.

use std::collections::BTreeSet;
use std::ops::Range;

use super::setting::Setting;
use super::window_lines::WindowLines;
use crate::detect::{Hit, TriedUnit as HitUnit, cell_at, clip};
use crate::model::{Layout, PartKind, Tier, Unit};
use crate::pack::{Fills, Predicate, Rule, RuleSet, When};

/// Longest line, in characters, that counts as one of several listed levels.
const LISTED_LINE: usize = 24;
/// Lines on either side in which codes of one shape are looked for.
const SHAPED_LINES: usize = 2;
/// Lines on either side in which levels count as listed together.
const LISTED_LINES: usize = 5;
/// Bytes of a neighbouring line that are looked at.
const LINE: usize = 600;

/// Lines around a hit, or from the text's first on, that may be looked at.
pub fn reach(rules: &RuleSet) -> usize {
    rules.lines().max(LISTED_LINES)
}

pub(super) struct Surroundings<'a> {
    hit: &'a Hit,
    setting: Setting<'a>,
    lines: &'a WindowLines,
    /// Where the mark begins in the original text.
    at: usize,
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(hit: &'a Hit, setting: Setting<'a>, lines: &'a WindowLines) -> Self {
        let at = setting.folded.original(hit.span.clone()).start;
        Surroundings { hit, setting, lines, at }
    }

    /// Number of the unit (line or paragraph) the mark stands in, from 1.
    pub(super) fn unit_number(&self) -> u64 {
        self.setting.segment.units_before + self.lines.units_before(self.at) + 1
    }

    /// Number of the line the mark stands in, for distances within a part.
    pub(super) fn line_number(&self) -> u64 {
        self.setting.segment.units_before + self.lines.lines_before(self.at)
    }

    /// All conditions of the predicate hold.
    pub(super) fn holds(&self, predicate: &Predicate, rule: &Rule) -> bool {
        predicate.when.iter().all(|when| self.is(when, rule))
    }

    fn is(&self, when: &When, rule: &Rule) -> bool {
        let text = &self.setting.folded.text;
        let span = &self.hit.span;
        match when {
            When::Before(pattern) => {
                let near = clip(text, &self.hit.line, span);
                pattern.is_match(&text[near.start..span.start])
            }
            When::After(pattern) => {
                let near = clip(text, &self.hit.line, span);
                pattern.is_match(&text[span.end..near.end])
            }
            When::Mark(pattern) => pattern.is_match(&text[span.clone()]),
            When::Near { pattern, before, after, own_line, at_least } => {
                let own = own_line.then(|| self.hit.line.clone());
                let lines = self.above(*before).chain(own).chain(self.below(*after));
                lines.filter(|line| pattern.is_match(cut(&text[line.clone()]))).take(*at_least).count() >= *at_least
            }
            When::HeadLines(lines) => self.lines.non_blank_before(self.hit.line.start) < *lines,
            When::TailLines(lines) => self.setting.segment.last && self.below(*lines).count() < *lines,
            When::LevelsListed(levels) => self.levels_listed(rule) >= *levels,
            When::LevelsInCells(levels) => self.levels_in_cells(rule) >= *levels,
            When::Fills(Fills::Column) => self.hit.unit == HitUnit::Column,
            When::Fills(Fills::Group) => self.hit.unit == HitUnit::Group,
            When::CellsBeside(cells) => self.cells_beside() >= *cells,
            When::ShapedAlike => self.is_shaped_alike(),
            When::TextAtMost(characters) => self.text_at_most(*characters),
            // Known only when the whole item was read: see `verdicts`.
            When::Repeated(_) => true,
            When::TopPercent(percent) => self.layout().is_some_and(|layout| layout.top <= *percent),
            When::BelowPercent(percent) => self.layout().is_some_and(|layout| layout.top > *percent),
            When::SmallerPercent(percent) => self.layout().is_some_and(|layout| layout.height < *percent),
            When::SourceCode(code) => self.setting.segment.source_code == *code,
        }
    }

    /// How the mark's line stands on the page of a picture.
    fn layout(&self) -> Option<Layout> {
        let unit = self.lines.units_before(self.at) as usize;
        self.setting.segment.layout.get(unit).copied()
    }

    fn above(&self, most: usize) -> impl Iterator<Item = Range<usize>> + '_ {
        self.lines.above(self.hit.line.start, most)
    }

    fn below(&self, most: usize) -> impl Iterator<Item = Range<usize>> + '_ {
        self.lines.below(self.hit.span.end, most)
    }

    /// Other cells or columns of the mark's line that hold something.
    fn cells_beside(&self) -> usize {
        let folded = self.setting.folded;
        let cell = cell_at(&folded.text, self.hit.span.start);
        let column = || folded.column_at(&cell, &self.hit.span).filter(|_| self.hit.unit == HitUnit::Column);
        let within = column().unwrap_or_else(|| cell.clone());
        let line = &self.hit.line;
        let outside = [line.start..within.start, within.end..line.end];
        let cells = outside.iter().filter_map(|at| folded.text.get(at.clone())).map(cut);
        cells.flat_map(|text| text.split(['\t', '|'])).filter(|cell| cell.contains(char::is_alphanumeric)).count()
    }

    /// Cells in the place of the mark's, in the lines above or below, hold other words of as many letters of one case.
    fn is_shaped_alike(&self) -> bool {
        let text = &self.setting.folded.text;
        let own = cell_at(text, self.hit.span.start);
        let number = text[self.hit.line.start.min(own.start)..own.start].matches(['\t', '|']).count();
        let mark = text[own].trim();
        let is_code = |word: &str| word.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
        let alike = |line: Range<usize>| {
            let cell = cut(&text[line]).split(['\t', '|']).nth(number).unwrap_or_default().trim();
            cell != mark && is_code(cell) && cell.chars().count() == mark.chars().count()
        };
        is_code(mark) && self.above(SHAPED_LINES).chain(self.below(SHAPED_LINES)).any(alike)
    }

    /// The part is no longer than so many characters, blanks left out. A value that a document holds beside others,
    /// such as the text of one shape of a drawing, is no text by itself; a name is.
    fn text_at_most(&self, most: usize) -> bool {
        let segment = self.setting.segment;
        let kind = segment.location.part.as_ref().map(|part| part.kind);
        let is_name = matches!(kind, Some(PartKind::FileName | PartKind::EntryName));
        (segment.unit != Unit::None || is_name)
            && segment.is_short()
            && segment.text.chars().filter(|c| !c.is_whitespace()).take(most + 1).count() <= most
    }

    /// Different levels of the rule's pack that each fill a cell or a line, the mark's own among them.
    fn levels_in_cells(&self, rule: &Rule) -> usize {
        let text = &self.setting.folded.text;
        let line = clip(text, &self.hit.line, &self.hit.span);
        let lines = self.above(LISTED_LINES).chain([line]).chain(self.below(LISTED_LINES));
        let cells = lines.flat_map(|line| cut(&text[line]).split(['\t', '|']));
        let level = |cell: &str| {
            let word = cell.trim_matches(|c: char| !c.is_alphanumeric());
            rule.levels.get(word).or_else(|| rule.levels.get(word.strip_suffix('级')?)).copied()
        };
        cells.filter_map(level).collect::<BTreeSet<Tier>>().len()
    }

    /// Different levels of the rule's pack on the mark's line and in short cells nearby. Beside a mark with a
    /// period, those elsewhere count that have one too: a title may name the levels below a mark.
    fn levels_listed(&self, rule: &Rule) -> usize {
        let text = &self.setting.folded.text;
        let (line, span) = (clip(text, &self.hit.line, &self.hit.span), &self.hit.span);
        let has_period = has_more(&text[span.clone()]);
        let own = self.hit.level.as_deref().and_then(|level| rule.levels.get(level));
        let mut seen: BTreeSet<Tier> = own.into_iter().copied().collect();
        let mut look = |line: &str| {
            // A single character is a word of its own too often to count.
            let words = rule.levels.iter().filter(|(level, _)| level.chars().count() > 1);
            seen.extend(words.filter(|(level, _)| stands_in(level, line, rule)).map(|(_, tier)| *tier));
        };
        look(&text[line.start..span.start]);
        look(&text[span.end..line.end]);
        for line in self.above(LISTED_LINES).chain(self.below(LISTED_LINES)) {
            let line = cut(&text[line]);
            for cell in line.split(['\t', '|']).filter(|cell| cell.chars().take(LISTED_LINE + 1).count() <= LISTED_LINE)
            {
                if !has_period || has_more(cell) {
                    look(cell);
                }
            }
        }
        seen.len()
    }
}

/// A period, the sign before it, or markings joined to the level stand there.
fn has_more(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit() || "★年月期前后/".contains(c))
}

fn cut(line: &str) -> &str {
    &line[..line.floor_char_boundary(LINE)]
}

/// The level word stands in the line and is not merely part of a longer level word there.
fn stands_in(level: &str, line: &str, rule: &Rule) -> bool {
    let mut rest = line.to_string();
    for longer in rule.levels.keys().filter(|other| other.len() > level.len() && other.contains(level)) {
        rest = rest.replace(longer.as_str(), "\u{1}");
    }
    rest.contains(level)
}
