//! Packs compiled together: all anchors among the same literals, so that one pass over a text
//! finds every place a rule may match.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::{Code, Error, both};
use super::rule::{Pack, Rule};
use crate::literal::{Found, Literals, Word};
use crate::model::PackRef;
use crate::normalize::is_cjk;

/// Where an anchor leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Index into [`RuleSet::rules`].
    pub rule: usize,
    /// Index into the rule's terms, if the anchor is one of them: it is then the match itself.
    pub term: Option<usize>,
}

/// An anchor: the rules it leads to.
#[derive(Debug)]
pub struct Anchor {
    /// The rules.
    pub targets: Vec<Target>,
    /// A letter before the anchor rules it out.
    pub word_start: bool,
    /// A letter behind the anchor rules it out.
    pub word_end: bool,
}

/// Compiled rules, ready to search.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Arc<Rule>>,
    packs: Arc<[PackRef]>,
    literals: Literals,
    /// In the order of the literals: first those whose case counts.
    anchors: Vec<Anchor>,
    /// How many they are.
    exact: usize,
    digits: Vec<(usize, usize)>,
}

impl RuleSet {
    /// Compiles packs. Rules must be unique over all of them.
    pub fn new(packs: &[Pack]) -> Result<Self, Error> {
        let mut rules: Vec<Arc<Rule>> = Vec::new();
        let mut owner = BTreeMap::new();
        for pack in packs {
            for rule in &pack.rules {
                if let Some(first) = owner.insert(rule.id.clone(), pack.id.clone()) {
                    let message = both(
                        format!("the rule {} is also in the pack {first}", rule.id),
                        format!("规则 {} 与规则包 {first} 中的重复", rule.id),
                    );
                    return Err(Error::new(Code::Duplicate, &pack.id, message));
                }
                rules.push(rule.clone());
            }
        }
        let (exact, any_case) = (words(&rules, false), words(&rules, true));
        let literals = [(&exact, false), (&any_case, true)]
            .into_iter()
            .flat_map(|(words, ignore_case)| words.keys().map(move |(text, _)| Word { text, ignore_case }));
        let literals = Literals::new(&literals.collect::<Vec<_>>())
            .map_err(|e| Error::new(Code::Value, "anchors", both(e.to_string(), e.to_string())))?;
        let digits = rules.iter().enumerate().filter_map(|(at, rule)| Some((at, rule.digits?))).collect();
        Ok(RuleSet {
            packs: packs.iter().map(Pack::reference).collect(),
            literals,
            exact: exact.len(),
            anchors: exact.into_iter().chain(any_case).map(anchor).collect(),
            digits,
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

    /// Every anchor in `text`, overlapping ones included: its place and the rules it leads to. First
    /// those whose case counts, then the others, each by where they end.
    pub fn anchors<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (std::ops::Range<usize>, &'t Anchor)> + 't {
        let mut found = self.literals.find(text);
        found.sort_by_key(|found| found.word >= self.exact);
        found.into_iter().filter_map(move |Found { word, start, end }| {
            let anchor = &self.anchors[word];
            let before = anchor.word_start && text[..start].chars().next_back().is_some_and(is_joined);
            let after = anchor.word_end && text[end..].chars().next().is_some_and(is_joined);
            (!before && !after).then_some((start..end, anchor))
        })
    }

    /// The literals themselves, to measure them alone.
    pub fn literals(&self) -> &Literals {
        &self.literals
    }
}

/// The words of one kind of case, and where they lead. Whether a word may stand inside another one
/// parts equal words.
fn words(rules: &[Arc<Rule>], ignore_case: bool) -> BTreeMap<(&str, bool), Vec<Target>> {
    let mut words: BTreeMap<(&str, bool), Vec<Target>> = BTreeMap::new();
    for (at, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.ignore_case == ignore_case) {
        let anchors = rule.anchors.iter().map(|anchor| (anchor, None));
        let terms = rule.terms.iter().enumerate().map(|(term, one)| (&one.folded, Some(term)));
        for (word, term) in anchors.chain(terms) {
            let targets = words.entry((word, rule.inside_words)).or_default();
            let target = Target { rule: at, term };
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
    }
    words
}

fn anchor(((word, inside), targets): ((&str, bool), Vec<Target>)) -> Anchor {
    Anchor {
        targets,
        word_start: !inside && word.chars().next().is_some_and(is_word),
        word_end: !inside && word.chars().next_back().is_some_and(is_word),
    }
}

/// Letters and digits of scripts that put blanks between words.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && !is_cjk(c)
}

fn is_joined(c: char) -> bool {
    is_word(c) || c == '_'
}
