//! Takes what extraction finds in one item and passes it through normalize, detect and judge.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use super::clean_cache::CleanCache;
use super::{Options, today};
use crate::detect::Window;
use crate::extract::{Fingerprint, Glance, Sink};
use crate::judge::{Judge, Setting, reach};
use crate::model::{
    Accepted, Day, Excerpt, Finding, Gap, GapReason, Identified, Limit, Location, Mask, PartKind, Phrase, Reason, Role,
    Segment, Severity, Tier,
};
use crate::normalize::Folded;
use crate::pack::RuleSet;

/// How often the reason why a format may pass unread is said for one item.
const SAID: usize = 20;

pub(super) struct Collector<'r> {
    rules: &'r RuleSet,
    options: &'r Options,
    today: LazyCell<Day>,
    /// What of formats that may pass unread did, with why.
    passed: Vec<Finding>,
    judge: Judge<'r>,
    /// The window folded last, for its memory.
    folded: Folded,
    gaps: BTreeSet<Gap>,
    gaps_left_out: bool,
    identified: Option<Identified>,
    mismatches: Vec<Finding>,
    /// Pictures inside documents: the first one's place and how many.
    pictures: Option<(Location, u64)>,
    /// Pictures of which only the beginning was read: the first one's place and how many.
    rests: Option<(Location, u64)>,
    /// How often something was heard.
    heard: u64,
    /// What was read before and had nothing in it.
    clean: Option<&'r CleanCache>,
    /// Counts the pictures and pages whose text was read.
    pages: Option<&'r AtomicU64>,
}

impl<'r> Collector<'r> {
    pub(super) fn new(rules: &'r RuleSet, options: &'r Options) -> Self {
        Collector {
            rules,
            options,
            today: LazyCell::new(today),
            passed: Vec::new(),
            judge: Judge::new(rules, options.limits.reported as usize),
            folded: Folded::default(),
            gaps: BTreeSet::new(),
            gaps_left_out: false,
            identified: None,
            mismatches: Vec::new(),
            pictures: None,
            rests: None,
            heard: 0,
            clean: None,
            pages: None,
        }
    }

    /// The same, not reading again what was read before and had nothing in it.
    pub(super) fn remembering(self, clean: &'r CleanCache) -> Self {
        Collector { clean: Some(clean), ..self }
    }

    /// The same, counting the pictures and pages whose text was read.
    pub(super) fn counting(self, pages: &'r AtomicU64) -> Self {
        Collector { pages: Some(pages), ..self }
    }

    pub(super) fn finish(mut self) -> (Vec<Finding>, Vec<Gap>, Option<Identified>) {
        let mut findings = self.judge.findings();
        findings.append(&mut self.mismatches);
        findings.append(&mut self.passed);
        for finding in &mut findings {
            finding.sequence = self.rules.sequence(&finding.pack);
        }
        findings.extend(self.pictures.map(|(at, number)| unread_pictures(at, number)));
        findings.extend(self.rests.map(|(at, number)| unread_rests(at, number)));
        let mut gaps: Vec<Gap> = self.gaps.into_iter().collect();
        if self.gaps_left_out {
            gaps.push(Gap::new(Location::item(), GapReason::Limit(Limit::Reported)));
        }
        (findings, gaps, self.identified)
    }
}

impl Sink for Collector<'_> {
    fn segment(&mut self, segment: Segment<'_>) {
        let part = segment.location.part.as_ref().map_or(PartKind::Body, |part| part.kind);
        let ocr = self.options.ocr_text || part == PartKind::Ocr;
        if part == PartKind::Ocr
            && segment.last
            && let Some(pages) = self.pages
        {
            pages.fetch_add(1, Ordering::Relaxed);
        }
        let clean = self.clean.filter(|_| !ocr && segment.is_short());
        let glance = || Glance::of(&[part.as_str().as_bytes(), segment.text.as_bytes()]);
        let print = clean
            .filter(|clean| clean.texts.has_glimpsed(glance()))
            .map(|clean| (clean, Fingerprint::of_text(part, segment.text)));
        if print.is_some_and(|(clean, print)| clean.texts.holds(&print)) {
            return;
        }
        let channel = self.options.channel;
        let window = Window { rules: self.rules, segment: &segment, part, ocr, channel };
        let memory = std::mem::take(&mut self.folded);
        let (hits, folded) = match self.options.fold_all {
            true => window.search_whole(memory),
            false => window.search(reach(self.rules), memory),
        };
        let Options { profiles, policy, channel, .. } = self.options;
        let (rules, today) = (self.rules, &self.today);
        let (segment, channel) = (&segment, *channel);
        let setting = Setting { rules, segment, folded: &folded, part, profiles, policy, channel, today };
        self.heard += hits.len() as u64;
        if let Some((clean, print)) = print.filter(|_| hits.is_empty()) {
            clean.texts.add(print);
        }
        self.judge.weigh_hits(hits, setting);
        self.folded = folded;
    }

    fn gap(&mut self, mut gap: Gap) {
        self.heard += 1;
        let Options { policy, channel, .. } = self.options;
        if let Some(accepted) = gap.format.and_then(|format| policy.accepts(format, *channel, || *self.today)) {
            gap.accepted = true;
            // An archive of accepted files: the gaps are all listed, the reason is said a few times.
            let said = self.passed.iter().any(|finding| finding.location.steps == gap.location.steps);
            if !said && self.passed.len() < SAID {
                self.passed.push(unread_by_decision(&gap.location, accepted));
            }
        }
        if (self.gaps.len() as u64) < self.options.limits.reported {
            self.gaps.insert(gap);
        } else {
            self.gaps_left_out |= !self.gaps.contains(&gap);
        }
    }

    fn is_settled(&self, at: &Location) -> bool {
        self.judge.blocks(&at.steps, PartKind::Ocr)
    }

    fn picture(&mut self, at: &Location) {
        self.heard += 1;
        self.pictures.get_or_insert_with(|| (at.clone(), 0)).1 += 1;
    }

    fn rest(&mut self, at: &Location) {
        self.heard += 1;
        self.rests.get_or_insert_with(|| (at.clone(), 0)).1 += 1;
    }

    fn findings_so_far(&self) -> Option<u64> {
        self.clean.map(|_| self.heard)
    }

    fn has_glimpsed(&mut self, glance: Glance) -> bool {
        self.clean.is_some_and(|clean| clean.parts.has_glimpsed(glance))
    }

    fn is_quiet(&self, print: &Fingerprint) -> bool {
        self.clean.is_some_and(|clean| clean.parts.holds(print))
    }

    fn clean(&mut self, print: Fingerprint) {
        if let Some(clean) = self.clean {
            clean.parts.add(print);
        }
    }

    fn identified(&mut self, at: &Location, identified: &Identified) {
        self.heard += 1;
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

/// The note that reading stopped at a mark.
fn unread_rests(at: Location, number: u64) -> Finding {
    let title = Phrase::new(
        "A mark at the head of the picture blocks; the lines and pages behind it were not read",
        "图片开头已发现密级标志，其后的文字和页面未再识别",
    );
    let why = Phrase::new(&format!("{number} in all"), &format!("共 {number} 张"));
    note("mizha.picture.rest-unread", title, at, "picture", why)
}

/// The note that a format the scanner does not read passes because the administrator said so.
fn unread_by_decision(at: &Location, accepted: &Accepted) -> Finding {
    let title = Phrase::new("Not read; the administrator accepts this format", "未读取内容：管理员已接受此格式");
    let (until, why) = (accepted.expires, &accepted.reason);
    let why = Phrase::new(&format!("until {until}: {why}"), &format!("至 {until} 止：{why}"));
    note("mizha.format.accepted", title, at.clone(), accepted.format.as_str(), why)
}

/// A note of the scanner's own, with nothing of the document in it.
fn note(rule: &str, title: Phrase, location: Location, shown: &str, why: Phrase) -> Finding {
    Finding {
        rule: rule.into(),
        pack: "mizha".into(),
        sequence: None,
        term: None,
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
