//! The search: from anchors to lines, from lines to forms. Each rule looks at each line or
//! cell once, however many anchors stand in it, so the cost stays linear.

use std::collections::HashMap;
use std::ops::Range;

use super::digits;
use super::groups::{groups, is_name};
use super::hit::{Hit, TriedUnit};
use crate::model::{Channel, PartKind, Segment};
use crate::normalize::{Folded, Margin};
use crate::pack::{Form, FormScope, Pattern, Rule, RuleSet};

/// Longest line or cell, in characters, that can be nothing but a mark.
pub(super) const ISOLATED: usize = 60;
/// Bytes a form that spans lines may look ahead.
const BLOCK: usize = 4000;
/// Bytes before an anchor in which a running-text form may begin, and behind it end.
const AROUND: usize = 160;

/// Characters on either side of a term in which the words it wants are looked for.
const NEAR: usize = 100;

/// Worth of a form, at least, that is more than a bare word.
const PLAIN: i32 = 75;
/// Worth of a form, at least, that is no ordinary phrase either: a line of a text may explain one.
const TITLED: i32 = 80;

/// How far a rule may look beyond the line of an anchor.
pub(super) const FAR: Margin = Margin { lines: 0, before: NEAR, behind: BLOCK.next_multiple_of(4 * NEAR) };

/// What is searched.
#[derive(Clone, Copy)]
pub struct Query<'a> {
    /// The rules.
    pub rules: &'a RuleSet,
    /// The window.
    pub segment: &'a Segment<'a>,
    /// Its folded text.
    pub folded: &'a Folded,
    /// The kind of part it stands in.
    pub part: PartKind,
    /// The text was read from a picture.
    pub ocr: bool,
    /// The way by which the text leaves.
    pub channel: Channel,
}

/// Finds every hit that belongs to the window.
pub fn search(query: Query<'_>) -> Vec<Hit> {
    let text = query.folded.text.as_str();
    let mut search = Search { query, hits: Vec::new(), last: HashMap::new(), told: HashMap::new(), line: 0..0 };
    for (anchor, lead) in query.rules.anchors(text, query.ocr) {
        for target in lead.targets() {
            match target.term {
                Some(term) => search.term(target.rule, term, anchor.clone()),
                None => search.look(target.rule, anchor.clone()),
            }
        }
    }
    let mut runs = Vec::new();
    if let Some(least) = query.rules.digits().iter().map(|(_, least)| *least).min() {
        digits::runs(text, least, |range, digits| runs.push((range, digits)));
    }
    for (rule, least) in query.rules.digits() {
        for (range, _) in runs.iter().filter(|(_, digits)| digits >= least) {
            search.look(*rule, range.clone());
        }
    }
    search.hits
}

struct Search<'a> {
    query: Query<'a>,
    hits: Vec<Hit>,
    /// For each rule: the cell it looked at last, and how far running text was searched.
    last: HashMap<usize, SeenMatches>,
    /// For each term of a list: the line it was found in last.
    told: HashMap<(usize, usize), usize>,
    /// The line looked at last; lines can be as long as the window.
    line: Range<usize>,
}

#[derive(Clone, Copy, Default)]
struct SeenMatches {
    cell: Option<(usize, usize)>,
    /// The column or group of it that was looked at last.
    within: Option<(usize, usize)>,
    inline: usize,
}

impl Search<'_> {
    /// A term is its own match: once a line, and only beside the words it wants.
    fn term(&mut self, index: usize, at: usize, span: Range<usize>) {
        let rules = self.query.rules;
        let terms = &rules.rules()[index].terms;
        let line = self.line_at(span.start);
        if self.told.get(&(index, at)) == Some(&line.start) || !self.owns(&span) {
            return;
        }
        let text = &self.query.folded.text;
        if terms.wants_near(at) {
            let start = back(text, span.start, NEAR);
            let end = text[span.end..].char_indices().nth(NEAR).map_or(text.len(), |(at, _)| span.end + at);
            if !terms.has_near(at, [&text[start..span.start], &text[span.end..end]]) {
                return;
            }
        }
        self.told.insert((index, at), line.start);
        self.hits.push(Hit {
            rule: index,
            form: 0,
            term: Some(at),
            anchor: span.clone(),
            span,
            line,
            level: None,
            unit: TriedUnit::Line,
        });
    }

    fn look(&mut self, index: usize, anchor: Range<usize>) {
        let rules = self.query.rules;
        let rule = &rules.rules()[index];
        let elsewhere = !rule.channels.is_empty() && !rule.channels.contains(&self.query.channel);
        if rule.ocr_only && !self.query.ocr || elsewhere {
            return;
        }
        let folded = self.query.folded;
        let mut seen = self.last.get(&index).copied().unwrap_or_default();
        let cell = match seen.cell {
            Some((start, end)) if start <= anchor.start && anchor.end <= end => start..end,
            _ => cell_at(&folded.text, anchor.start),
        };
        let fresh = seen.cell != Some((cell.start, cell.end));
        if fresh {
            seen = SeenMatches { cell: Some((cell.start, cell.end)), ..SeenMatches::default() };
        }
        let before = self.hits.len();
        if fresh && self.isolated(index, rule, &cell) {
            // The whole cell is the mark: nothing else to look for in it.
            seen.inline = cell.end;
        } else if anchor.start >= seen.inline
            && let Some(end) = self.within(index, rule, &cell, &anchor, &mut seen)
        {
            seen.inline = end;
        }
        self.running(index, rule, &cell, &anchor, &mut seen);
        self.hits[before..].iter_mut().for_each(|hit| hit.anchor = anchor.clone());
        self.last.insert(index, seen);
    }

    /// Tries the forms that want a cell or a line for themselves; the best one wins.
    fn isolated(&mut self, index: usize, rule: &Rule, cell: &Range<usize>) -> bool {
        let text = &self.query.folded.text;
        let line = self.line_at(cell.start);
        for unit in [cell.clone(), line.clone()] {
            let candidate = &text[unit.clone()];
            if candidate.chars().take(ISOLATED + 1).count() > ISOLATED || self.is_cut(&unit) {
                continue;
            }
            if self.fills(index, rule, &unit, TriedUnit::Line, i32::MIN) {
                return true;
            }
            if unit == line {
                break;
            }
        }
        false
    }

    /// Tries the same forms on the column and the groups in which an anchor stands; says where the one ends
    /// that is a mark.
    fn within(
        &mut self,
        index: usize,
        rule: &Rule,
        cell: &Range<usize>,
        anchor: &Range<usize>,
        seen: &mut SeenMatches,
    ) -> Option<usize> {
        let (folded, part) = (self.query.folded, self.query.part);
        let column = folded.column_at(cell, anchor).filter(|column| column != cell);
        let groups = groups(&folded.text, column.as_ref().unwrap_or(cell), anchor, part);
        let columns = column.into_iter().map(|at| (at, TriedUnit::Column, i32::MIN));
        let groups = groups.into_iter().map(|group| {
            let least = match group.is_loose {
                true if is_name(part) => PLAIN,
                true => TITLED,
                false => i32::MIN,
            };
            (group.at, TriedUnit::Group, least)
        });
        for (at, unit, least) in columns.chain(groups) {
            let fresh = seen.within != Some((at.start, at.end)) || unit == TriedUnit::Group;
            seen.within = Some((at.start, at.end));
            let is_short = folded.text[at.clone()].chars().take(ISOLATED + 1).count() <= ISOLATED;
            if fresh && is_short && !self.is_cut(&at) && self.fills(index, rule, &at, unit, least) {
                return Some(at.end);
            }
        }
        None
    }

    /// A form that wants a line for itself, worth at least so much, fills this.
    fn fills(&mut self, index: usize, rule: &Rule, at: &Range<usize>, unit: TriedUnit, least: i32) -> bool {
        let fills = self
            .forms(rule, &[FormScope::Line])
            .filter(|(_, form)| form.score >= least)
            .any(|(number, form)| self.try_form(index, number, form, rule, at.clone(), at.start));
        if fills && let Some(hit) = self.hits.last_mut() {
            hit.unit = unit;
        }
        fills
    }

    /// Tries the forms found in running text around an anchor. A run of digits is one anchor
    /// that may hold several numbers.
    fn running(
        &mut self,
        index: usize,
        rule: &Rule,
        cell: &Range<usize>,
        anchor: &Range<usize>,
        seen: &mut SeenMatches,
    ) {
        while anchor.start >= seen.inline || rule.digits.is_some() && anchor.end > seen.inline {
            if !self.run_on(index, rule, cell, anchor, seen.inline) {
                return;
            }
            let end = self.hits.last().map_or(0, |hit| hit.span.end);
            if end <= seen.inline {
                return;
            }
            seen.inline = end;
        }
    }

    fn run_on(&mut self, index: usize, rule: &Rule, cell: &Range<usize>, anchor: &Range<usize>, done: usize) -> bool {
        let text = &self.query.folded.text;
        let from = text.floor_char_boundary(anchor.start.saturating_sub(AROUND)).max(cell.start).max(done);
        let to = text.ceil_char_boundary((anchor.end + AROUND).min(text.len())).min(cell.end);
        let column = self.query.folded.column_at(cell, anchor).filter(|column| column != cell);
        for (at, form) in self
            .forms(rule, &[FormScope::Start, FormScope::Inline, FormScope::Choice, FormScope::Name, FormScope::Block])
        {
            let (unit, begin) = match form.place {
                FormScope::Start | FormScope::Name if done > cell.start => continue,
                // Compiling the pattern of a form is what costs; nearly no line has a box.
                FormScope::Choice if !is_ticked(&text[from..to]) => continue,
                FormScope::Start if anchor.start - cell.start > AROUND => continue,
                FormScope::Start | FormScope::Name => (cell.start..to, cell.start),
                FormScope::Block => {
                    let end = text.ceil_char_boundary((anchor.start + BLOCK).min(text.len()));
                    (anchor.start..end, anchor.start)
                }
                _ => (from..to, from),
            };
            if begin <= unit.end && self.try_form(index, at, form, rule, unit, begin) {
                return true;
            }
            // What ends with its line may end with its column.
            if let (FormScope::Start | FormScope::Choice, Some(column)) = (form.place, column.clone())
                && column.start >= done
                && self.try_form(index, at, form, rule, column.clone(), column.start)
            {
                return true;
            }
        }
        false
    }

    fn forms<'r>(&self, rule: &'r Rule, places: &'static [FormScope]) -> impl Iterator<Item = (usize, &'r Form)> + 'r {
        let part = self.query.part;
        let forms = rule.forms.iter().enumerate();
        forms.filter(move |(_, form)| {
            places.contains(&form.place) && (form.parts.is_empty() || form.parts.contains(&part))
        })
    }

    fn try_form(
        &mut self,
        index: usize,
        at: usize,
        form: &Form,
        rule: &Rule,
        unit: Range<usize>,
        begin: usize,
    ) -> bool {
        let folded = self.query.folded;
        let candidate = &folded.text[begin..unit.end];
        let regex = form.may_match(candidate).then(|| form.pattern.regex()).flatten();
        let Some(regex) = regex else { return false };
        let mut from = 0;
        while let Some(captures) = regex.captures_at(candidate, from) {
            let (Some(whole), Some(mark)) = (captures.get(0), captures.name("mark")) else {
                return false;
            };
            let mut span = begin + mark.start()..begin + mark.end();
            if let Some(edges) = &form.edges {
                match edges.around(&candidate[..whole.start()], &candidate[whole.end()..]) {
                    Some(Some(label)) if whole.start() == mark.start() => span.start = begin + label,
                    Some(_) => {}
                    None if whole.end() <= from => return false,
                    None => {
                        from = whole.end();
                        continue;
                    }
                }
            }
            let line = self.line_at(span.start);
            let near = clip(&folded.text, &line, &span);
            let allowed = !misses(&form.not_before, &folded.text[near.start..span.start])
                && !misses(&form.not_after, &folded.text[span.end..near.end])
                && !misses(&form.unless, &folded.text[near.clone()])
                && form.beside.as_ref().is_none_or(|pattern| pattern.is_match(&folded.text[near]))
                && self.original_fits(form, span.clone())
                && rule.check.is_none_or(|check| check.passes(mark.as_str()));
            if allowed && self.owns(&span) {
                let level = captures.name("level").map(|level| level.as_str().to_string());
                let (anchor, unit) = (span.clone(), TriedUnit::Line);
                self.hits.push(Hit { rule: index, form: at, term: None, anchor, span, line, level, unit });
                return true;
            }
            if !matches!(form.place, FormScope::Inline | FormScope::Choice | FormScope::Name) || whole.end() <= from {
                return false;
            }
            from = whole.end();
        }
        false
    }

    fn line_at(&mut self, at: usize) -> Range<usize> {
        if !(self.line.start <= at && at < self.line.end) {
            self.line = self.query.folded.line_at(at);
        }
        self.line.clone()
    }

    fn original_fits(&self, form: &Form, span: Range<usize>) -> bool {
        form.original.as_ref().is_none_or(|pattern| {
            let original = self.query.folded.original(span);
            self.query.segment.text.get(original).is_some_and(|text| pattern.is_match(text))
        })
    }

    /// The match begins in the part of the window that no neighbour owns.
    fn owns(&self, span: &Range<usize>) -> bool {
        let start = self.query.folded.original(span.clone()).start;
        let own = &self.query.segment.own;
        own.contains(&start) || self.query.segment.last && start >= own.start
    }

    /// The unit is cut off at a border of the window, so it may be part of a longer line.
    fn is_cut(&self, unit: &Range<usize>) -> bool {
        let segment = self.query.segment;
        segment.cut_start && unit.start == 0 || segment.cut_end && unit.end == self.query.folded.text.len()
    }
}

/// Some box is ticked there.
fn is_ticked(text: &str) -> bool {
    text.contains(['☑', '☒', '✅', '✓', '✔', '√', '■', '●'])
        || ["x]", "X]", "x)", "X)"].iter().any(|tick| text.contains(tick))
}

/// The place so many characters before.
fn back(text: &str, at: usize, characters: usize) -> usize {
    text[..at].char_indices().rev().nth(characters.saturating_sub(1)).map_or(0, |(start, _)| start)
}

/// The line around a match, cut to a bounded neighbourhood.
pub(crate) fn clip(text: &str, line: &Range<usize>, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.saturating_sub(AROUND)).max(line.start).min(span.start);
    let end = text.ceil_char_boundary((span.end + AROUND).min(text.len())).min(line.end).max(span.end);
    start..end
}

fn misses(pattern: &Option<Pattern>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// The table cell or line around a byte: bounded by line ends, tabs and the bars of text tables.
pub(crate) fn cell_at(text: &str, at: usize) -> Range<usize> {
    let border = |c: char| matches!(c, '\n' | '\t' | '|');
    let start = text[..at].rfind(border).map_or(0, |n| n + 1);
    let end = text[at..].find(border).map_or(text.len(), |n| at + n);
    start..end
}
