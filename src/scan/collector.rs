//! Takes what extraction finds in one item and passes it through normalize, detect and judge.

use std::collections::BTreeSet;

use super::Options;
use crate::detect::{Query, search};
use crate::extract::Sink;
use crate::judge::{Judge, Setting};
use crate::model::{
    Excerpt, Finding, Gap, GapReason, Identified, Limit, Location, Mask, PartKind, Phrase, Reason, Role, Segment,
    Severity, Tier,
};
use crate::normalize::fold;
use crate::pack::RuleSet;

pub(super) struct Collector<'r> {
    rules: &'r RuleSet,
    options: &'r Options,
    judge: Judge<'r>,
    gaps: BTreeSet<Gap>,
    gaps_left_out: bool,
    identified: Option<Identified>,
    mismatches: Vec<Finding>,
    /// Pictures inside documents: the first one's place and how many.
    pictures: Option<(Location, u64)>,
}

impl<'r> Collector<'r> {
    pub(super) fn new(rules: &'r RuleSet, options: &'r Options) -> Self {
        Collector {
            rules,
            options,
            judge: Judge::new(rules, options.limits.reported as usize),
            gaps: BTreeSet::new(),
            gaps_left_out: false,
            identified: None,
            mismatches: Vec::new(),
            pictures: None,
        }
    }

    pub(super) fn finish(mut self) -> (Vec<Finding>, Vec<Gap>, Option<Identified>) {
        let mut findings = self.judge.findings();
        findings.append(&mut self.mismatches);
        findings.extend(self.pictures.map(|(at, number)| unread_pictures(at, number)));
        let mut gaps: Vec<Gap> = self.gaps.into_iter().collect();
        if self.gaps_left_out {
            gaps.push(Gap::new(Location::item(), GapReason::Limit(Limit::Reported)));
        }
        (findings, gaps, self.identified)
    }
}

impl Sink for Collector<'_> {
    fn segment(&mut self, segment: Segment<'_>) {
        let folded = fold(segment.text);
        let part = segment.location.part.as_ref().map_or(PartKind::Body, |part| part.kind);
        let ocr = self.options.ocr_text || part == PartKind::Ocr;
        let hits = search(Query { rules: self.rules, segment: &segment, folded: &folded, part, ocr });
        let profiles = &self.options.profiles;
        self.judge.hear(hits, Setting { rules: self.rules, segment: &segment, folded: &folded, part, profiles });
    }

    fn gap(&mut self, mut gap: Gap) {
        gap.accepted = gap.format.is_some_and(|format| self.options.accept_unread.contains(&format));
        if (self.gaps.len() as u64) < self.options.limits.reported {
            self.gaps.insert(gap);
        } else {
            self.gaps_left_out |= !self.gaps.contains(&gap);
        }
    }

    fn picture(&mut self, at: &Location) {
        self.pictures.get_or_insert_with(|| (at.clone(), 0)).1 += 1;
    }

    fn identified(&mut self, at: &Location, identified: &Identified) {
        if identified.disagrees() && (self.mismatches.len() as u64) < self.options.limits.reported {
            self.mismatches.push(mismatch(at, identified));
        }
        if at.steps.is_empty() {
            self.identified = Some(identified.clone());
        }
    }
}

/// The note that a name claims another format than the content shows.
fn mismatch(at: &Location, identified: &Identified) -> Finding {
    let named = identified.extension.as_deref().unwrap_or_default();
    let shown = format!(".{named} is {}", identified.format.as_str());
    let title = Phrase::new("Name and content disagree on the file type", "文件名与实际内容的类型不符");
    note("mizha.file-type.mismatch", title, at.clone(), &shown, Phrase::new(&identified.why, &identified.why))
}

/// The note that a document holds pictures whose text was not read.
fn unread_pictures(at: Location, number: u64) -> Finding {
    let title =
        Phrase::new("Pictures in the document were not read; look at them", "文档中的图片未识别文字，请人工查看");
    let why = Phrase::new(&format!("{number} in all"), &format!("共 {number} 张"));
    note("mizha.picture.unread", title, at, "picture", why)
}

/// A note of the scanner's own, with nothing of the document in it.
fn note(rule: &str, title: Phrase, location: Location, shown: &str, why: Phrase) -> Finding {
    Finding {
        rule: rule.into(),
        pack: "mizha".into(),
        tier: Tier::Note,
        role: Role::Data,
        score: crate::judge::NOTE,
        verdict: Severity::Note,
        location,
        part: PartKind::FileName,
        excerpt: Excerpt::new(shown, Mask::Open),
        why: vec![Reason { text: why, weight: 0 }],
        title,
    }
}
