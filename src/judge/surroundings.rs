//! What stands around a hit: its line, the lines nearby, its place in the part. Answers the
//! conditions of predicates and nothing else.

use std::collections::BTreeSet;
use std::ops::Range;

use super::lines::Lines;
use super::weigh::Setting;
use crate::detect::{Hit, clip};
use crate::model::{Layout, Tier};
use crate::pack::{Predicate, Rule, RuleSet, When};

/// Longest line, in characters, that counts as one of several listed levels.
const LISTED_LINE: usize = 24;
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
    lines: &'a Lines,
    /// Where the mark begins in the original text.
    at: usize,
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(hit: &'a Hit, setting: Setting<'a>, lines: &'a Lines) -> Self {
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

    /// Different levels of the rule's pack on the mark's line and on short lines nearby.
    fn levels_listed(&self, rule: &Rule) -> usize {
        let text = &self.setting.folded.text;
        let (line, span) = (clip(text, &self.hit.line, &self.hit.span), &self.hit.span);
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
            if line.chars().count() <= LISTED_LINE {
                look(line);
            }
        }
        seen.len()
    }
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
