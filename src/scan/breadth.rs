//! Rules tried on ordinary text: those that fire on nearly everything, and forms that no example
//! shows, which may never match.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Options;
use super::collector::Collector;
use crate::detect::{Query, search};
use crate::extract::Sink;
use crate::model::{Location, Part, PartKind, Phrase, Segment, Severity, Unit};
use crate::normalize::fold;
use crate::pack::{Grade, Pack, PackError, Remark, RuleSet, common_words};

/// Warnings in ordinary text from which a rule counts as matching everything.
const MOST: usize = 5;

/// Rules that warn or block again and again in ordinary words.
///
/// # Errors
/// If the pack cannot be compiled.
pub fn broad(pack: &Pack) -> Result<Vec<Remark>, PackError> {
    let rules = RuleSet::new(std::slice::from_ref(pack))?;
    let options = Options::default();
    let mut collector = Collector::new(&rules, &options);
    // A word a line, and all of them as running text: rules look at both.
    let mut lines = common_words().collect::<Vec<_>>();
    lines.sort_unstable();
    let text = format!("{}\n{}\n", lines.join("\n"), lines.join(" "));
    let location = Location::item().with_part(Part::only(PartKind::Body));
    collector.segment(Segment::whole(&location, &text, Unit::Line));
    let (findings, ..) = collector.finish();
    let mut remarks = Vec::new();
    for rule in pack.rules.iter().filter(|rule| rule.counts.is_none()) {
        let serious = findings.iter().filter(|one| one.rule == rule.id && one.verdict >= Severity::Warn).count();
        if serious >= MOST {
            let en = format!("fires {serious} times on a list of ordinary words: it would match nearly everything");
            let zh = format!("在常用词表中命中 {serious} 次，几乎会命中所有文本");
            let message = Phrase::new(&en, &zh);
            remarks.push(Remark { grade: Grade::Error, code: "L110", rule: rule.id.to_string(), message });
        }
    }
    Ok(remarks)
}

/// Forms that none of the rule's examples reaches.
///
/// # Errors
/// If the pack cannot be compiled.
pub fn unshown(pack: &Pack) -> Result<Vec<Remark>, PackError> {
    let rules = RuleSet::new(std::slice::from_ref(pack))?;
    let mut remarks = Vec::new();
    for (index, rule) in rules.rules().iter().enumerate().filter(|(_, rule)| rule.terms.is_empty()) {
        let mut shown = BTreeSet::new();
        for example in rule.examples.iter().chain(&rule.negative_examples).chain(&rule.known_misses) {
            let example = example.placed();
            let location = Location::item().with_part(Part::only(example.part));
            let segment = Segment::whole(&location, &example.text, Unit::Line);
            let folded = fold(&example.text);
            let channel = rule.channels.first().copied().unwrap_or_default();
            let query = Query {
                rules: &rules,
                segment: &segment,
                folded: &folded,
                part: example.part,
                ocr: rule.ocr_only,
                channel,
            };
            shown.extend(search(query).iter().filter(|hit| hit.rule == index).map(|hit| hit.form));
        }
        let hidden: Vec<_> = rule.forms.iter().enumerate().filter(|(at, _)| !shown.contains(at)).collect();
        for (_, form) in &hidden {
            let reason: &Arc<str> = &form.reason.en;
            let en = format!("no example shows the form \"{reason}\": it may never match");
            let zh = format!("没有示例体现形式“{}”，它可能永远不会命中", form.reason.zh);
            let message = Phrase::new(&en, &zh);
            remarks.push(Remark { grade: Grade::Warning, code: "L111", rule: rule.id.to_string(), message });
        }
    }
    Ok(remarks)
}
