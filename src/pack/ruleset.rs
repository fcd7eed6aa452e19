//! Packs compiled together: their rules, and what leads to them in a text.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::anchors::{Anchors, Lead};
use super::error::{PackError, PackErrorCode, both};
use super::rule::{Pack, Rule};
use super::trigram_filter::TrigramFilter;
use crate::literal::Literals;
use crate::model::{PackRef, PartKind};
use crate::normalize::SkipSet;

/// So many terms are looked at in the time in which a text is folded that need not be.
const TERMS_A_LOOK: usize = 32;

/// Bytes of all anchors that count in pictures only; so many can always be built into an engine.
const OCR_ANCHORS: usize = 1 << 20;

/// Compiled rules, ready to search.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Arc<Rule>>,
    packs: Arc<[PackRef]>,
    anchors: Anchors,
    /// Those that count in text read from pictures only, where they are frequent characters; built when there is a
    /// picture.
    ocr_anchors: OnceLock<Option<Anchors>>,
    /// Of the anchors and terms that count in any text; made when it was asked often enough.
    joints: OnceLock<TrigramFilter>,
    /// How often nobody looked.
    unlooked: AtomicUsize,
    /// Of those whose rules may look beyond their line.
    far_joints: OnceLock<TrigramFilter>,
    /// Characters whose folding brings forth nothing that stands in an anchor, a term or a number.
    inert: OnceLock<SkipSet>,
    digits: Vec<(usize, usize)>,
    /// Lines around a match that some predicate looks at.
    lines: usize,
}

impl RuleSet {
    /// Compiles packs. Rules must be unique over all of them.
    pub fn new(packs: &[Pack]) -> Result<Self, PackError> {
        let mut rules: Vec<Arc<Rule>> = Vec::new();
        let mut owner = BTreeMap::new();
        for pack in packs {
            for rule in &pack.rules {
                if let Some(first) = owner.insert(rule.id.clone(), pack.id.clone()) {
                    let message = both(
                        format!("the rule {} is also in the pack {first}", rule.id),
                        format!("规则 {} 与规则包 {first} 中的重复", rule.id),
                    );
                    return Err(PackError::new(PackErrorCode::Duplicate, &pack.id, message));
                }
                rules.push(rule.clone());
            }
        }
        let of_pictures = rules.iter().filter(|rule| rule.ocr_only).map(|rule| rule.anchors.bytes());
        if of_pictures.sum::<usize>() > OCR_ANCHORS {
            let message = both(
                format!("more than {OCR_ANCHORS} bytes of anchors for pictures"),
                format!("图片规则的锚词超过 {OCR_ANCHORS} 字节"),
            );
            return Err(PackError::new(PackErrorCode::Value, "anchors", message));
        }
        let digits = rules.iter().enumerate().filter_map(|(at, rule)| Some((at, rule.digits?))).collect();
        Ok(RuleSet {
            packs: packs.iter().map(Pack::reference).collect(),
            anchors: Anchors::new(&rules, |rule| !rule.ocr_only)?,
            ocr_anchors: OnceLock::new(),
            joints: OnceLock::new(),
            unlooked: AtomicUsize::new(0),
            far_joints: OnceLock::new(),
            inert: OnceLock::new(),
            digits,
            lines: packs.iter().map(|pack| pack.lines).max().unwrap_or(0),
            rules,
        })
    }

    /// The rules, in the order of their packs.
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    /// The packs, for reports.
    pub fn packs(&self) -> Arc<[PackRef]> {
        self.packs.clone()
    }

    /// The sequence a pack was signed with, if it was.
    pub fn sequence(&self, pack: &str) -> Option<u64> {
        self.packs.iter().find(|one| *one.id == *pack).and_then(|one| one.sequence)
    }

    /// Rules found by a run of digits, with the number of digits.
    pub fn digits(&self) -> &[(usize, usize)] {
        &self.digits
    }

    /// Lines before and behind a match, or from the text's first on, that some predicate looks at.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Some anchor goes on behind a line's end.
    pub fn anchors_cross_lines(&self) -> bool {
        self.anchors.cross_lines
    }

    /// Some rule that is found by digits looks beyond the line they stand in.
    pub fn digits_look_far(&self) -> bool {
        self.digits.iter().any(|(rule, _)| self.rules[*rule].looks_far)
    }

    /// Every anchor in folded `text`, overlapping ones included: its place and the rules it leads to.
    /// First those whose case counts, then the others, each by where they end. With `ocr` also those
    /// that count in text read from pictures only.
    pub fn anchors(&self, text: &str, ocr: bool) -> Vec<(Range<usize>, Lead<'_>)> {
        let of_pictures = || Anchors::new(&self.rules, |rule| rule.ocr_only).ok();
        let own = ocr.then(|| self.ocr_anchors.get_or_init(of_pictures).as_ref()).flatten();
        let mut found: Vec<_> = self.anchors.find(text).chain(own.into_iter().flat_map(|own| own.find(text))).collect();
        found.sort_by_key(|(place, any_case, _)| (*any_case, place.end, place.start));
        found.into_iter().map(|(place, _, lead)| (place, lead)).collect()
    }

    /// Every anchor that stands in a text before it is folded and may still stand there when it is.
    pub fn anchors_unfolded(&self, text: &str) -> impl Iterator<Item = (Range<usize>, Lead<'_>)> {
        self.anchors.find_unfolded(text)
    }

    /// Whether a rule to which an anchor at a place of an unfolded text leads looks beyond its line.
    pub fn looks_beyond(&self, lead: Lead<'_>, text: &str, at: &Range<usize>) -> bool {
        lead.looks_beyond(&text[at.clone()], text[at.end..].chars().next(), &self.rules)
    }

    /// Whether every rule to which an anchor leads wants a line, a column or a group for its mark in such a part.
    pub fn is_for_lines(&self, lead: Lead<'_>, part: PartKind) -> bool {
        lead.is_for_lines(part, &self.rules)
    }

    /// Whether an anchor may hold a character of `new`, or reach across it, where `new` stands between
    /// two characters; with `far`, one whose rules look beyond its line. Never no when one does; yes too often.
    pub fn may_stand_in(&self, before: Option<char>, new: &str, after: Option<char>, far: bool) -> bool {
        let joints = match far {
            true => self.far_joints.get_or_init(|| {
                let unread = self.rules.iter().filter_map(|rule| rule.terms.unread_signs_with_near());
                TrigramFilter::new(self.far_words()).and_unread(unread)
            }),
            false if self.joints.get().is_none() && self.is_seldom_asked() => return true,
            false => self.joints(),
        };
        joints.may_stand_in(before, new, after)
    }

    /// Characters whose folding need not be looked at, as far as anchors were looked at.
    pub fn inert(&self) -> &SkipSet {
        if self.joints.get().is_none() && self.unlooked.load(Ordering::Relaxed) < self.looks() {
            return SkipSet::none();
        }
        let number = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-');
        self.inert.get_or_init(|| SkipSet::new(|c| number(c) || self.joints().may_be_one(c)))
    }

    fn joints(&self) -> &TrigramFilter {
        self.joints.get_or_init(|| {
            let unread = self.rules.iter().filter_map(|rule| rule.terms.unread_signs());
            TrigramFilter::new(self.words()).and_unread(unread)
        })
    }

    /// To look at every anchor costs more than a few short texts folded in vain.
    fn is_seldom_asked(&self) -> bool {
        self.unlooked.fetch_add(1, Ordering::Relaxed) < self.looks()
    }

    /// How often nobody looks.
    fn looks(&self) -> usize {
        self.rules.iter().map(|rule| rule.terms.len()).sum::<usize>() / TERMS_A_LOOK
    }

    /// The anchors and terms that count in any text.
    fn words(&self) -> impl Iterator<Item = &str> + Clone {
        let rules = self.rules.iter().filter(|rule| !rule.ocr_only);
        rules.flat_map(|rule| rule.anchors.iter().chain(rule.terms.all_folded()))
    }

    /// Those whose rules may look beyond their line.
    fn far_words(&self) -> impl Iterator<Item = &str> + Clone {
        let rules = self.rules.iter().filter(|rule| !rule.ocr_only);
        rules.flat_map(|rule| {
            let anchors = rule.anchors.iter().filter(|_| rule.looks_far);
            anchors.chain(rule.terms.folded_with_near())
        })
    }

    /// The literals themselves, to measure them alone.
    pub fn literals(&self) -> &Literals {
        &self.anchors.literals
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::common;

    #[test]
    fn what_stands_in_no_term_is_denied_once_it_was_asked_often_enough() {
        let terms: String = (0..2 * TERMS_A_LOOK).map(|n| format!("青松{n}计划\n")).collect();
        let text = format!(
            "schema_version = 1\nid = \"trees\"\nversion = \"1\"\ntitle = {{ en = \"Trees\", zh = \"树木\" }}\n\
             [[list]]\nid = \"trees.names\"\ntitle = {{ en = \"Names\", zh = \"名称\" }}\ntier = \"internal\"\n\
             references = [\"invented for this test\"]\nterms = '''\n{terms}'''\n"
        );
        let pack = Pack::parse("trees.toml", &text, Some(&common().expect("the common pack"))).expect("a pack");
        let rules = RuleSet::new(&[pack]).expect("rules");
        let answers: Vec<bool> = (0..4).map(|_| rules.may_stand_in(Some('青'), "鼹", Some('计'), false)).collect();
        assert_eq!(answers, [true, true, false, false]);
        assert!(rules.may_stand_in(Some('青'), "松", Some('1'), false));
    }
}
