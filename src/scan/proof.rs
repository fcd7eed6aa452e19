//! The proof of a pack: every example of every rule, run through the real pipeline with that
//! pack alone. A pack whose own examples fail is refused.

use std::sync::Arc;

use super::Options;
use super::collector::Collector;
use crate::extract::Sink;
use crate::model::{Finding, Location, Part, PartKind, Segment, Severity, Unit};
use crate::pack::{Code, Error, Pack, Rule, RuleSet};

/// An example that was not judged as its pack says.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The rule.
    pub rule: Arc<str>,
    /// The example's text, written by the pack's author.
    pub example: String,
    /// What was wanted and what came.
    pub message: String,
}

impl Failure {
    /// As a pack error.
    pub fn error(&self, file: &str) -> Error {
        let example: String = self.example.replace('\n', "⏎").chars().take(40).collect();
        Error::new(Code::Example, file, format!("{}: example `{example}`: {}", self.rule, self.message))
            .hint("change the example or the rule until both say the same")
    }
}

/// Compiles every pattern of a pack and runs every example.
///
/// # Errors
/// If a pattern is not valid or the pack cannot be compiled.
pub fn prove(pack: &Pack) -> Result<Vec<Failure>, Error> {
    for rule in &pack.rules {
        for pattern in rule.patterns() {
            pattern.compile().map_err(|e| Error::new(Code::Pattern, &pack.id, format!("{}: {e}", rule.id)))?;
        }
    }
    let rules = RuleSet::new(std::slice::from_ref(pack))?;
    let mut failures = Vec::new();
    for rule in &pack.rules {
        for example in &rule.examples {
            let wanted = example.placed();
            let findings = judged(&rules, rule, &wanted.text, wanted.part);
            let best = findings.iter().max_by_key(|finding| finding.verdict);
            let message = match (best, wanted.verdict) {
                (None, _) => Some("not found".to_string()),
                (Some(found), Some(verdict)) if found.verdict != verdict => {
                    Some(format!("wanted {verdict:?}, got {:?} with score {}", found.verdict, found.score))
                }
                (Some(found), None) if found.verdict < Severity::Warn => {
                    Some(format!("found, but only as a note with score {}", found.score))
                }
                (Some(found), _) if wanted.tier.is_some_and(|tier| tier != found.tier) => {
                    Some(format!("wanted the tier {:?}, got {:?}", wanted.tier, found.tier))
                }
                _ => None,
            };
            failures.extend(message.map(|message| failure(rule, &wanted.text, message)));
        }
        for example in &rule.negative_examples {
            let unwanted = example.placed();
            let findings = judged(&rules, rule, &unwanted.text, unwanted.part);
            if let Some(found) = findings.iter().find(|finding| finding.verdict >= Severity::Warn) {
                let message = format!("must stay quiet, but is a {:?} with score {}", found.verdict, found.score);
                failures.push(failure(rule, &unwanted.text, message));
            }
        }
    }
    Ok(failures)
}

fn failure(rule: &Rule, example: &str, message: String) -> Failure {
    Failure { rule: rule.id.clone(), example: example.to_string(), message }
}

fn judged(rules: &RuleSet, rule: &Rule, text: &str, part: PartKind) -> Vec<Finding> {
    let options = Options { ocr_text: rule.ocr_only, ..Options::default() };
    let mut collector = Collector::new(rules, &options);
    let location = Location::item().with_part(Part::only(part));
    collector.segment(Segment::whole(&location, text, Unit::Line));
    let (findings, ..) = collector.finish();
    findings.into_iter().filter(|finding| finding.rule == rule.id).collect()
}
