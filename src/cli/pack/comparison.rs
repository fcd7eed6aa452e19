//! What packs did to a folder, rule by rule, and how two sets of packs differ on it. Runs and prints nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{Lang, Report, Severity, Verdict};

/// Examples kept of one rule.
const EXAMPLES: usize = 5;

/// What a set of packs does to a folder.
#[derive(Debug, Default, Serialize)]
pub(super) struct Trial {
    /// Documents looked at.
    pub(super) documents: u64,
    /// Their bytes.
    pub(super) bytes: u64,
    /// Time taken, one document after the other.
    pub(super) millis: u64,
    /// Documents by verdict: clear, warn, uninspected, block.
    pub(super) verdicts: [u64; 4],
    /// What each rule did, terms of lists apart.
    pub(super) rules: BTreeMap<String, RuleTally>,
    /// Verdict of each document.
    #[serde(skip)]
    pub(super) each: BTreeMap<String, Verdict>,
}

/// What one rule did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct RuleTally {
    /// The rule's title in the reader's language.
    pub(super) title: String,
    /// Findings that block, warn, note.
    pub(super) blocks: u64,
    /// Findings that warn.
    pub(super) warns: u64,
    /// Findings that only note.
    pub(super) notes: u64,
    /// Documents with a finding, by path.
    pub(super) documents: BTreeSet<String>,
    /// Some of them, masked: document, place, excerpt.
    pub(super) examples: Vec<FoundExample>,
}

/// A finding as an example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct FoundExample {
    pub(super) document: String,
    pub(super) place: String,
    pub(super) excerpt: String,
}

/// Two trials of the same folder.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    pub(super) old: Trial,
    pub(super) new: Trial,
    /// Rules that fire on documents on which they did not.
    pub(super) newly: BTreeMap<String, RuleTally>,
    /// Rules that no longer fire on documents on which they did.
    pub(super) no_longer: BTreeMap<String, RuleTally>,
    /// Documents whose verdict is harder, and milder.
    pub(super) harder: u64,
    pub(super) milder: u64,
}

impl Trial {
    pub(super) fn add(&mut self, name: &str, report: &Report, lang: Lang) {
        self.documents += 1;
        self.bytes += report.bytes;
        self.verdicts[report.verdict as usize] += 1;
        self.each.insert(name.to_string(), report.verdict);
        for finding in &report.findings {
            let id = match &finding.term {
                Some(term) => format!("{}#{term}", finding.rule),
                None => finding.rule.to_string(),
            };
            let tally = self.rules.entry(id).or_default();
            tally.title = finding.title.get(lang).to_string();
            match finding.verdict {
                Severity::Block => tally.blocks += 1,
                Severity::Warn => tally.warns += 1,
                Severity::Note => tally.notes += 1,
            }
            // One example a document: five of one file say less.
            if tally.documents.insert(name.to_string()) && tally.examples.len() < EXAMPLES {
                tally.examples.push(FoundExample {
                    document: name.to_string(),
                    place: finding.location.describe(lang),
                    excerpt: finding.excerpt.masked(),
                });
            }
        }
    }

    /// Megabytes a second.
    pub(super) fn speed(&self) -> f64 {
        self.bytes as f64 / 1e6 / (self.millis.max(1) as f64 / 1e3)
    }

    /// Rules, those in most documents first.
    pub(super) fn by_documents(&self) -> Vec<(&String, &RuleTally)> {
        by_documents(&self.rules)
    }
}

/// Rules, those in most documents first.
pub(super) fn by_documents(rules: &BTreeMap<String, RuleTally>) -> Vec<(&String, &RuleTally)> {
    let mut rules: Vec<_> = rules.iter().collect();
    rules.sort_by_key(|(id, tally)| (std::cmp::Reverse(tally.documents.len()), (*id).clone()));
    rules
}

/// What two trials of the same folder differ in.
pub(super) fn compare(old: Trial, new: Trial) -> Comparison {
    let newly = difference(&new, &old);
    let no_longer = difference(&old, &new);
    let moved = |harder: bool| {
        let changed = new.each.iter().filter_map(|(name, verdict)| Some((*verdict, *old.each.get(name)?)));
        changed.filter(|(new, old)| if harder { new > old } else { new < old }).count() as u64
    };
    let (harder, milder) = (moved(true), moved(false));
    Comparison { old, new, newly, no_longer, harder, milder }
}

/// What `one` finds in documents in which the same rule of `other` finds nothing.
fn difference(one: &Trial, other: &Trial) -> BTreeMap<String, RuleTally> {
    let mut changed = BTreeMap::new();
    for (id, tally) in &one.rules {
        let known = other.rules.get(id).map(|tally| &tally.documents);
        let documents: BTreeSet<String> = tally
            .documents
            .iter()
            .filter(|document| known.is_none_or(|known| !known.contains(*document)))
            .cloned()
            .collect();
        if !documents.is_empty() {
            let examples =
                tally.examples.iter().filter(|example| documents.contains(&example.document)).cloned().collect();
            changed.insert(id.clone(), RuleTally { documents, examples, ..tally.clone() });
        }
    }
    changed
}
