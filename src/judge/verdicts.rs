//! The judge of one item: gathers weighed hits, settles what only the whole item shows
//! (repetition, quantity, several rules on one spot), and gives the findings.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

use super::NOTE;
use super::records::{Count, Records};
use super::setting::Setting;
use super::weigh::{Weighed, weigh};
use super::window_lines::WindowLines;
use crate::detect::Hit;
use crate::model::{Finding, Location, Part, PartKind, Phrase, Reason, Role, Severity};
use crate::pack::{Counts, FormScope, Rule, RuleSet};

/// Lines apart from which two equal marks count as standing on different pages.
const PAGE: u64 = 10;
/// Different values remembered for one rule; beyond, they are only counted.
const VALUES: usize = 10_000;

/// Judges one item.
pub struct Judge<'r> {
    rules: &'r RuleSet,
    most: usize,
    weighed: Vec<Weighed>,
    /// Per rule: hits over the number kept.
    surplus: HashMap<usize, u64>,
    kept: HashMap<(usize, Option<Severity>), usize>,
    values: HashMap<usize, HashSet<String>>,
    records: Records,
}

impl<'r> Judge<'r> {
    /// A judge that keeps at most `most` findings of one rule and counts the rest.
    pub fn new(rules: &'r RuleSet, most: usize) -> Self {
        Judge {
            rules,
            most: most.max(1),
            weighed: Vec::new(),
            surplus: HashMap::new(),
            kept: HashMap::new(),
            values: HashMap::new(),
            records: Records::default(),
        }
    }

    /// Weighs the hits of one window.
    pub fn weigh_hits(&mut self, hits: Vec<Hit>, setting: Setting<'_>) {
        if hits.is_empty() {
            return;
        }
        let lines = WindowLines::new(setting.segment, setting.folded);
        let mut weighed: Vec<Weighed> = hits.iter().map(|hit| weigh(hit, setting, &lines)).collect();
        exact_first(&mut weighed, self.rules);
        one_per_spot(&mut weighed, self.rules);
        // A number whose form is worth nothing without a word near it is none where there is no such word.
        weighed.retain(|one| self.rules.rules()[one.rule].counts.is_none() || one.severity().is_some());
        self.gather_records(&weighed);
        for one in weighed {
            if self.rules.rules()[one.rule].counts.is_some() {
                let values = self.values.entry(one.rule).or_default();
                if values.len() < VALUES {
                    values.insert(one.mark.clone());
                }
            }
            // Kept apart by severity, so that a flood of mentions cannot crowd out a mark.
            let kept = self.kept.entry((one.rule, one.severity())).or_default();
            if *kept < self.most {
                *kept += 1;
                self.weighed.push(one);
            } else {
                *self.surplus.entry(one.rule).or_default() += 1;
            }
        }
    }

    /// Hands what is personal to the records, in the order of the text.
    fn gather_records(&mut self, weighed: &[Weighed]) {
        let kinds = weighed.iter().filter_map(|one| Some((one, self.rules.rules()[one.rule].kind.as_deref()?)));
        let mut kinds: Vec<(&Weighed, &str)> = kinds.collect();
        kinds.sort_by_key(|(one, _)| one.span.start);
        for (one, kind) in kinds {
            self.records.take(kind, one);
        }
    }

    /// A mark in such a part of this place blocks, whatever else is found.
    pub fn blocks(&self, steps: &[String], part: PartKind) -> bool {
        let here = |one: &&Weighed| one.part == part && one.location.steps == steps && one.role == Role::Mark;
        self.weighed.iter().filter(here).any(|one| one.severity() == Some(Severity::Block))
    }

    /// The findings, hardest first.
    pub fn findings(mut self) -> Vec<Finding> {
        self.settle_repetitions();
        self.settle_readings();
        let mut seen = BTreeSet::new();
        let mut findings: Vec<Finding> = Vec::new();
        let mut counted = BTreeSet::new();
        let records = std::mem::take(&mut self.records).count();
        // Hardest first, so that of two alike the harder one stays.
        self.weighed.sort_by_key(|one| (std::cmp::Reverse(one.severity()), -one.score()));
        for weighed in &self.weighed {
            let rule = &self.rules.rules()[weighed.rule];
            if let Some(counts) = rule.counts {
                if counted.insert(weighed.rule) {
                    let records = records.as_ref().filter(|records| records.rule == weighed.rule);
                    findings.extend(self.quantity(weighed, rule, counts, records));
                }
                continue;
            }
            let Some(severity) = weighed.severity() else { continue };
            if seen.insert(identity(weighed)) {
                findings.push(finding(weighed, rule, severity, weighed.score()));
            }
        }
        self.note_surplus(&mut findings);
        findings.sort_by_key(|finding| std::cmp::Reverse((finding.verdict, finding.score)));
        findings
    }

    /// Gives the weight of repetition to marks that stand isolated on several pages or parts. What
    /// comes again in one sheet is the value of a column.
    fn settle_repetitions(&mut self) {
        let mut spots: BTreeMap<(usize, String), Vec<(Location, u64)>> = BTreeMap::new();
        for one in self.weighed.iter().filter(|one| one.place == FormScope::Line && one.repeated.is_some()) {
            let here = (place_of(&one.location), one.line);
            let known = spots.entry((one.rule, one.mark.clone())).or_default();
            let is_sheet = matches!(one.part, PartKind::Sheet | PartKind::HiddenSheet);
            let is_apart = |(at, line): &(Location, u64)| *at != here.0 || !is_sheet && line.abs_diff(here.1) > PAGE;
            if known.len() < 100 && known.iter().all(is_apart) {
                known.push(here);
            }
        }
        for one in &mut self.weighed {
            let Some((times, reason)) = one.repeated.take() else {
                continue;
            };
            if spots.get(&(one.rule, one.mark.clone())).is_some_and(|known| known.len() >= times) {
                one.gain += reason.weight;
                one.why.push(reason);
            }
        }
    }

    /// A text read in several encodings has one true reading at each spot: the one that makes
    /// the best sense there.
    fn settle_readings(&mut self) {
        let spot = |one: &Weighed| {
            let label = one.location.part.as_ref().and_then(|part| part.label.clone());
            let unread = Location { part: Some(Part::only(one.part)), ..one.location.clone() };
            (one.part == PartKind::Body).then_some((unread, label))
        };
        let mut best: BTreeMap<Location, (i32, Option<String>)> = BTreeMap::new();
        for one in &self.weighed {
            let Some((at, label)) = spot(one) else { continue };
            let known = best.entry(at).or_insert_with(|| (one.score(), label.clone()));
            if one.score() > known.0 {
                *known = (one.score(), label);
            }
        }
        self.weighed.retain(|one| {
            spot(one).is_none_or(|(at, label)| best.get(&at).is_none_or(|(_, reading)| *reading == label))
        });
    }

    /// One finding for a rule that goes by quantity, and for the records told with it.
    fn quantity(&self, first: &Weighed, rule: &Rule, counts: Counts, records: Option<&Count>) -> Option<Finding> {
        let number = self.values.get(&first.rule).map_or(1, HashSet::len);
        let severity = match number {
            n if counts.block.is_some_and(|block| n >= block) => Some(Severity::Block),
            n if n >= counts.warn => Some(Severity::Warn),
            n if n >= counts.note => Some(Severity::Note),
            _ => None,
        };
        let severity = severity.max(records.map(|records| records.severity))?;
        let severity = severity.min(first.ceiling).min(first.scores.ceiling);
        let mut finding = finding(first, rule, severity, first.score().max(NOTE));
        let text = Phrase::new(&format!("{number} different"), &format!("共 {number} 个不同的值"));
        finding.why.push(Reason { text, weight: 0 });
        finding.why.extend(records.map(|records| records.reason.clone()));
        Some(finding)
    }

    /// Says behind the last finding of a rule how many more there are.
    fn note_surplus(&self, findings: &mut [Finding]) {
        for (rule, more) in &self.surplus {
            let rule = &self.rules.rules()[*rule];
            if rule.counts.is_some() {
                continue;
            }
            if let Some(last) = findings.iter_mut().rev().find(|finding| finding.rule == rule.id) {
                let text = Phrase::new(&format!("and {more} more like this"), &format!("另有 {more} 处相同情况"));
                last.why.push(Reason { text, weight: 0 });
            }
        }
    }
}

fn finding(weighed: &Weighed, rule: &Rule, severity: Severity, score: i32) -> Finding {
    let mention = weighed.role == Role::Mention && severity == Severity::Block;
    Finding {
        rule: rule.id.clone(),
        pack: rule.pack.clone(),
        sequence: None,
        term: weighed.term.and_then(|at| rule.terms.get(at)).map(|term| term.id),
        tier: weighed.tier,
        role: if mention { Role::Mark } else { weighed.role },
        score,
        verdict: severity,
        location: weighed.location.clone().masking(&weighed.excerpt),
        part: weighed.part,
        excerpt: weighed.excerpt.clone(),
        why: weighed.why.clone(),
        title: rule.title.clone(),
    }
}

/// What a rule for misread characters says of a spot is dropped where a rule that takes the text as
/// it stands asks for as much, whatever their scores: the text was read well.
fn exact_first(weighed: &mut Vec<Weighed>, rules: &RuleSet) {
    let is_tolerant = |one: &Weighed| rules.rules()[one.rule].ocr_only;
    if !weighed.iter().any(is_tolerant) {
        return;
    }
    let exact: Vec<(Range<usize>, Option<Severity>)> =
        weighed.iter().filter(|one| !is_tolerant(one)).map(|one| (one.span.clone(), one.severity())).collect();
    let says = |one: &Weighed| {
        let meets = |span: &Range<usize>| span.start < one.span.end && one.span.start < span.end;
        exact.iter().any(|(span, severity)| meets(span) && *severity >= one.severity())
    };
    weighed.retain(|one| !is_tolerant(one) || !says(one));
}

/// Of several rules that match one spot, the one with the highest score stays; on equal
/// scores the longer match, then the earlier rule. Terms of lists are all told.
fn one_per_spot(weighed: &mut Vec<Weighed>, rules: &RuleSet) {
    let counted = |one: &Weighed| one.term.is_some() || rules.rules()[one.rule].counts.is_some();
    let mut order: Vec<usize> = (0..weighed.len()).collect();
    order.sort_by_key(|at| {
        let one = &weighed[*at];
        (-one.score(), std::cmp::Reverse(one.span.len()), one.rule)
    });
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut keep = vec![false; weighed.len()];
    for at in order {
        let (start, end) = (weighed[at].span.start, weighed[at].span.end);
        let clash = taken.range(..end.max(start + 1)).next_back().is_some_and(|(_, other)| *other > start);
        if !clash || counted(&weighed[at]) {
            keep[at] = true;
            if !counted(&weighed[at]) {
                taken.insert(start, end);
            }
        }
    }
    let mut at = 0;
    weighed.retain(|_| {
        at += 1;
        keep[at - 1]
    });
}

/// What makes two findings the same: one rule, one place, one mark.
fn identity(weighed: &Weighed) -> (usize, &Location, &str) {
    (weighed.rule, &weighed.location, &weighed.mark)
}

fn place_of(location: &Location) -> Location {
    Location { spot: None, ..location.clone() }
}
