//! The proof of a pack: every example of every rule, run through the real pipeline with that
//! pack alone. A pack whose own examples fail is refused.

use std::collections::HashSet;
use std::sync::Arc;

use super::Options;
use super::collector::Collector;
use crate::detect::{Query, search};
use crate::extract::Sink;
use crate::model::{Channel, Finding, Location, Part, PartKind, Phrase, Segment, Severity, Tier, Unit};
use crate::normalize::fold;
use crate::pack::{Confidence, Pack, PackError, PackErrorCode, PlacedExample, Rule, RuleSet, Terms, Wording};

/// Terms that are tried in one text.
const TRIED: usize = 4096;

/// An example that was not judged as its pack says.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The rule.
    pub rule: Arc<str>,
    /// The example's text, written by the pack's author.
    pub example: String,
    /// What was wanted and what came.
    pub message: Phrase,
}

impl Failure {
    /// As a pack error.
    pub fn error(&self, file: &str) -> PackError {
        let example: String = self.example.replace('\n', "⏎").chars().take(40).collect();
        let message = Phrase::new(
            &format!("{}: example `{example}`: {}", self.rule, self.message.en),
            &format!("{}：示例“{example}”：{}", self.rule, self.message.zh),
        );
        let hint = "change the example or the rule until both say the same";
        PackError::new(PackErrorCode::Example, file, message).hint(Phrase::new(hint, "请修改示例或规则，使两者一致"))
    }
}

/// Compiles every pattern of a pack and runs every example.
///
/// # Errors
/// If a pattern is not valid or the pack cannot be compiled.
pub fn prove(pack: &Pack) -> Result<Vec<Failure>, PackError> {
    prove_with_progress(pack, &mut |_, _| {})
}

/// The same; `told` hears of how many terms of a list are tried, and how many there are.
///
/// # Errors
/// As [`prove`].
pub fn prove_with_progress(pack: &Pack, told: &mut dyn FnMut(usize, usize)) -> Result<Vec<Failure>, PackError> {
    for rule in &pack.rules {
        for pattern in rule.patterns() {
            pattern.compile().map_err(|e| {
                let text = format!("{}: {e}", rule.id);
                PackError::new(PackErrorCode::Pattern, &pack.id, Phrase::new(&text, &text))
            })?;
        }
    }
    let rules = RuleSet::new(std::slice::from_ref(pack))?;
    let mut tried = tried_of(pack, told);
    let mut failures = Vec::new();
    for rule in &pack.rules {
        failures.extend(rule.examples.iter().filter_map(|example| missed(&rules, rule, &example.placed())));
        failures.extend(rule.negative_examples.iter().filter_map(|example| unwanted(&rules, rule, &example.placed())));
        // Those of a sealed list were tried when they were sealed.
        failures.extend(deaf(&rules, rule, &rule.terms, &mut tried));
    }
    Ok(failures)
}

/// Known misses that are found by now: nothing is wrong, the list can be shortened.
///
/// # Errors
/// If the pack cannot be compiled.
pub fn found_by_now(pack: &Pack) -> Result<Vec<(Arc<str>, String)>, PackError> {
    let rules = RuleSet::new(std::slice::from_ref(pack))?;
    let misses =
        pack.rules.iter().flat_map(|rule| rule.known_misses.iter().map(move |example| (rule, example.placed())));
    Ok(misses
        .filter(|(rule, example)| missed(&rules, rule, example).is_none())
        .map(|(rule, example)| (rule.id.clone(), example.text))
        .collect())
}

/// Whether a pack finds something in each of these texts.
///
/// # Errors
/// If the pack cannot be compiled.
pub fn finds(pack: &Pack, texts: &[String]) -> Result<Vec<bool>, PackError> {
    let rules = RuleSet::new(std::slice::from_ref(pack))?;
    let location = Location::item();
    let found = |text: &String| {
        let folded = fold(text);
        let segment = Segment::whole(&location, text, Unit::Line);
        !search(Query {
            rules: &rules,
            segment: &segment,
            folded: &folded,
            part: PartKind::Body,
            ocr: false,
            channel: Channel::Scan,
        })
        .is_empty()
    };
    Ok(texts.iter().map(found).collect())
}

/// An example that is not found as it says.
fn missed(rules: &RuleSet, rule: &Rule, wanted: &PlacedExample) -> Option<Failure> {
    let findings = judged(rules, rule, &wanted.text, wanted.part);
    let best = findings.iter().max_by_key(|finding| finding.verdict);
    let message = match (best, wanted.verdict) {
        (None, _) => Phrase::new("not found", "未命中"),
        (Some(found), Some(verdict)) if found.verdict != verdict => Phrase::new(
            &format!("wanted {verdict:?}, got {:?} with score {}", found.verdict, found.score),
            &format!("应为 {verdict:?}，实为 {:?}，分值 {}", found.verdict, found.score),
        ),
        (Some(found), None) if found.verdict < Severity::Warn && rule.tier != Tier::Note && !is_faint(rule) => {
            Phrase::new(
                &format!("found, but only as a note with score {}", found.score),
                &format!("命中，但仅为提示，分值 {}", found.score),
            )
        }
        (Some(found), _) if wanted.tier.is_some_and(|tier| tier != found.tier) => Phrase::new(
            &format!("wanted the tier {:?}, got {:?}", wanted.tier, found.tier),
            &format!("层级应为 {:?}，实为 {:?}", wanted.tier, found.tier),
        ),
        _ => return None,
    };
    Some(failure(rule, &wanted.text, message))
}

/// A term list that only ever notes.
fn is_faint(rule: &Rule) -> bool {
    !rule.terms.is_empty() && rule.standing.confidence == Some(Confidence::Low)
}

/// A text to be left alone that is reported.
fn unwanted(rules: &RuleSet, rule: &Rule, unwanted: &PlacedExample) -> Option<Failure> {
    let findings = judged(rules, rule, &unwanted.text, unwanted.part);
    let found = findings.iter().find(|finding| finding.verdict >= Severity::Warn)?;
    let message = Phrase::new(
        &format!("must stay quiet, but is a {:?} with score {}", found.verdict, found.score),
        &format!("不应报告，却判为 {:?}，分值 {}", found.verdict, found.score),
    );
    Some(failure(rule, &unwanted.text, message))
}

/// Terms of an open pack that its sealed form does not find; `told` hears of how many are tried.
///
/// # Errors
/// If the sealed pack cannot be compiled.
pub fn unfound_when_sealed(
    open: &Pack,
    sealed: &Pack,
    told: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Failure>, PackError> {
    let rules = RuleSet::new(std::slice::from_ref(sealed))?;
    let mut tried = tried_of(open, told);
    let with_terms = open.rules.iter().filter(|rule| !rule.terms.is_empty());
    Ok(with_terms.flat_map(|rule| deaf(&rules, rule, &rule.terms, &mut tried)).collect())
}

/// Counts the terms of a pack that were tried, and tells.
fn tried_of(pack: &Pack, told: &mut dyn FnMut(usize, usize)) -> impl FnMut(usize) {
    let total = pack.rules.iter().map(|rule| rule.terms.len()).sum();
    let mut done = 0;
    move |more| {
        done += more;
        told(done, total);
    }
}

/// Terms of a list that rules, among which is the list or its sealed form, do not find under the same name: not even where
/// they stand alone, with a word they want beside them.
fn deaf(rules: &RuleSet, rule: &Rule, terms: &Terms, tried_more: &mut dyn FnMut(usize)) -> Vec<Failure> {
    let Some(index) = rules.rules().iter().position(|one| one.id == rule.id) else { return Vec::new() };
    let tried: Vec<(Arc<str>, Wording<'_>)> = terms.iter().filter_map(|term| Some((term.id, term.wording?))).collect();
    let alone = |wording: &Wording<'_>| match wording.near.first() {
        Some(word) => format!("{} {word}\n", wording.written),
        None => format!("{}\n", wording.written),
    };
    // Nearly all are found where they stand one below the other; the rest is tried one by one.
    let mut heard = HashSet::new();
    for some in tried.chunks(TRIED) {
        let text: String = some.iter().map(|(_, wording)| alone(wording)).collect();
        heard.extend(terms_found(rules, index, &text));
        tried_more(some.len());
    }
    let unheard = tried.iter().filter(|(id, _)| !heard.contains(id));
    let deaf = unheard.filter(|(id, wording)| !terms_found(rules, index, &alone(wording)).contains(id));
    let message = Phrase::new("this term can never match", "该词条永远不会命中");
    deaf.map(|(_, wording)| failure(rule, wording.written, message.clone())).collect()
}

/// The terms of a rule that are found in a text, by what reports call them.
fn terms_found(rules: &RuleSet, rule: usize, text: &str) -> HashSet<Arc<str>> {
    let location = Location::item();
    let folded = fold(text);
    let segment = Segment::whole(&location, text, Unit::Line);
    let hits = search(Query {
        rules,
        segment: &segment,
        folded: &folded,
        part: PartKind::Body,
        ocr: false,
        channel: Channel::Scan,
    });
    let terms = &rules.rules()[rule].terms;
    hits.into_iter().filter(|hit| hit.rule == rule).filter_map(|hit| Some(terms.get(hit.term?)?.id)).collect()
}

fn failure(rule: &Rule, example: &str, message: Phrase) -> Failure {
    Failure { rule: rule.id.clone(), example: example.to_string(), message }
}

fn judged(rules: &RuleSet, rule: &Rule, text: &str, part: PartKind) -> Vec<Finding> {
    let channel = rule.channels.first().copied().unwrap_or_default();
    let options = Options { ocr_text: rule.ocr_only, channel, ..Options::default() };
    let mut collector = Collector::new(rules, &options);
    let location = Location::item().with_part(Part::only(part));
    collector.segment(Segment::whole(&location, text, Unit::Line));
    let (findings, ..) = collector.finish();
    findings.into_iter().filter(|finding| finding.rule == rule.id).collect()
}
