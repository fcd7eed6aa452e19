//! The anchors of rules and the terms of lists among the same literals: one pass over a text finds every
//! place a rule may match. Nothing is kept for a term but its number.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::error::{PackError, PackErrorCode, both};
use super::rule::{FormScope, Rule, Running};
use crate::literal::{Literals, Match, Set, Vault, Word};
use crate::model::PartKind;
use crate::normalize::{is_cjk, stays};

/// Where an anchor leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnchorTarget {
    /// Index into [`RuleSet::rules`](super::RuleSet::rules).
    pub rule: usize,
    /// Index into the rule's terms, if the anchor is one of them: it is then the match itself.
    pub term: Option<usize>,
}

/// An anchor: the rules it leads to.
#[derive(Debug)]
pub struct Anchor {
    /// Where its targets stand among all.
    targets: Range<usize>,
    /// It may begin or end inside a word.
    inside_words: bool,
    /// Some rule looks beyond the line the anchor stands in.
    far: bool,
    /// When it does; told when it is first asked, for patterns are parsed for it.
    beyond: OnceLock<LineReach>,
}

/// What was found, and where it leads.
#[derive(Debug, Clone, Copy)]
pub enum Lead<'a> {
    /// An anchor, and the rules that may match there.
    Anchor(&'a Anchor, &'a [AnchorTarget]),
    /// A term of a list.
    Term(AnchorTarget),
}

impl Lead<'_> {
    /// Where it leads.
    pub fn targets(&self) -> &[AnchorTarget] {
        match self {
            Lead::Anchor(_, targets) => targets,
            Lead::Term(target) => std::slice::from_ref(target),
        }
    }

    /// Each rule it leads to wants a line, a column or a group for its mark in such a part: none finds one in
    /// running text.
    pub(super) fn is_for_lines(&self, part: PartKind, rules: &[Arc<Rule>]) -> bool {
        match self {
            Lead::Anchor(_, targets) => targets.iter().all(|target| match &rules[target.rule].running {
                Running::Anywhere => false,
                Running::In(parts) => !parts.contains(&part),
            }),
            Lead::Term(_) => false,
        }
    }

    /// Some rule looks beyond the line where this stands in a text, as `word`, before `next`.
    pub(super) fn looks_beyond(&self, word: &str, next: Option<char>, rules: &[Arc<Rule>]) -> bool {
        match self {
            Lead::Anchor(anchor, targets) => anchor.looks_beyond(targets, word, next, rules),
            Lead::Term(target) => target.term.is_some_and(|term| rules[target.rule].terms.wants_near(term)),
        }
    }
}

/// When rules look beyond the line of an anchor.
#[derive(Debug)]
enum LineReach {
    /// However the text goes on behind the anchor.
    Always,
    /// If one of these comes right behind it.
    Before(Vec<char>),
}

/// Anchors and terms ready to be found.
#[derive(Debug)]
pub(super) struct Anchors {
    pub(super) literals: Literals,
    /// In the order of the literals: first those whose case counts.
    anchors: Vec<Anchor>,
    targets: Vec<AnchorTarget>,
    /// How many those are whose case counts.
    exact: usize,
    /// The lists, whose terms come behind the anchors.
    lists: Vec<List>,
    /// Some anchor goes on behind a line's end.
    pub(super) cross_lines: bool,
}

/// A list among the literals.
#[derive(Debug)]
struct List {
    rule: usize,
    /// The number of its first term.
    first: usize,
    ignore_case: bool,
    inside_words: bool,
}

impl Anchors {
    /// Those of the rules that are `wanted`.
    pub(super) fn new(rules: &[Arc<Rule>], wanted: impl Fn(&Rule) -> bool) -> Result<Self, PackError> {
        let words = [false, true].map(|ignore_case| words(rules, &wanted, ignore_case));
        let (mut anchors, mut targets): (Vec<Anchor>, Vec<AnchorTarget>) = (Vec::new(), Vec::new());
        let (mut literals, mut exact) = (Vec::new(), 0);
        for (words, ignore_case) in words.iter().zip([false, true]) {
            for same in words.chunk_by(|one, other| one.is_as(other)) {
                let first = targets.len();
                targets.extend(same.iter().map(|word| AnchorTarget { rule: word.rule, term: None }));
                literals.push((anchors.len(), Word { text: same[0].text, ignore_case }));
                anchors.push(Anchor {
                    targets: first..targets.len(),
                    inside_words: same[0].inside_words,
                    far: same.iter().any(|word| rules[word.rule].looks_far),
                    beyond: OnceLock::new(),
                });
            }
            if !ignore_case {
                exact = anchors.len();
            }
        }
        let (mut lists, mut sets, mut vaults, mut first) = (Vec::new(), Vec::new(), Vec::new(), literals.len());
        for (at, rule) in rules.iter().enumerate().filter(|(_, rule)| !rule.terms.is_empty() && wanted(rule)) {
            let Rule { ignore_case, inside_words, .. } = **rule;
            lists.push(List { rule: at, first, ignore_case, inside_words });
            match (rule.terms.words(), rule.terms.plan()) {
                (Some(words), _) => vaults.push(Vault { first, words: Arc::clone(words) }),
                (None, Some(plan)) => sets.push(Set { first, ignore_case, plan }),
                (None, None) => {
                    literals.extend((first..).zip(rule.terms.all_folded().map(|text| Word { text, ignore_case })));
                }
            }
            first += rule.terms.len();
        }
        Ok(Anchors {
            literals: Literals::with_sets(&literals, &sets)
                .map_err(|e| PackError::new(PackErrorCode::Value, "anchors", both(e.to_string(), e.to_string())))?
                .and(vaults),
            exact,
            cross_lines: literals[..anchors.len()]
                .iter()
                .any(|(_, word)| memchr::memchr(b'\n', word.text.as_bytes()).is_some()),
            anchors,
            targets,
            lists,
        })
    }

    /// Every place of every anchor, overlapping ones included, and whether its case does not count.
    pub(super) fn find(&self, text: &str) -> impl Iterator<Item = (Range<usize>, bool, Lead<'_>)> {
        self.standing(text, is_word)
    }

    /// Every place at which an anchor may stand once the text is folded, as far as it stands there
    /// already. A letter rules one out that folding keeps where it is.
    pub(super) fn find_unfolded(&self, text: &str) -> impl Iterator<Item = (Range<usize>, Lead<'_>)> {
        self.standing(text, |c| c.is_ascii_alphanumeric()).map(|(at, _, lead)| (at, lead))
    }

    fn standing(&self, text: &str, joined: fn(char) -> bool) -> impl Iterator<Item = (Range<usize>, bool, Lead<'_>)> {
        self.literals.find(text).into_iter().filter_map(move |Match { word, start, end }| {
            let (lead, ignore_case, inside_words) = self.lead(word);
            // A letter beside a word of letters rules it out; a stroke as well beside a term, but names set marks
            // apart with it.
            let joins = |c: char| joined(c) || c == '_' && matches!(lead, Lead::Term(_));
            let cut = |own: Option<char>, beside: Option<char>| own.is_some_and(is_word) && beside.is_some_and(joins);
            let stands = inside_words || {
                let (mut own, mut before, mut after) =
                    (text[start..end].chars(), text[..start].chars(), text[end..].chars());
                !cut(own.clone().next_back(), after.next()) && !cut(own.next(), before.next_back())
            };
            stands.then_some((start..end, ignore_case, lead))
        })
    }

    /// Where a literal leads, whether its case does not count, and whether it may stand inside a word.
    fn lead(&self, word: usize) -> (Lead<'_>, bool, bool) {
        if let Some(anchor) = self.anchors.get(word) {
            let targets = &self.targets[anchor.targets.clone()];
            return (Lead::Anchor(anchor, targets), word >= self.exact, anchor.inside_words);
        }
        let list = &self.lists[self.lists.partition_point(|list| list.first <= word) - 1];
        let target = AnchorTarget { rule: list.rule, term: Some(word - list.first) };
        (Lead::Term(target), list.ignore_case, list.inside_words)
    }
}

/// A word of a rule. Whether it may stand inside another one parts equal words.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RuleWord<'r> {
    /// The first bytes of the text, by which most are told apart.
    first: u64,
    text: &'r str,
    inside_words: bool,
    rule: usize,
}

impl RuleWord<'_> {
    /// The same word, of whatever rule.
    fn is_as(&self, other: &Self) -> bool {
        self.first == other.first && self.text == other.text && self.inside_words == other.inside_words
    }
}

/// The words of one kind of case in their order, each once for a rule.
fn words(rules: &[Arc<Rule>], wanted: impl Fn(&Rule) -> bool, ignore_case: bool) -> Vec<RuleWord<'_>> {
    let rules = rules.iter().enumerate().filter(|(_, rule)| rule.ignore_case == ignore_case && wanted(rule));
    let mut words: Vec<_> = rules
        .flat_map(|(at, rule)| {
            let Rule { inside_words, .. } = **rule;
            rule.anchors.iter().map(move |text| RuleWord { first: first_bytes(text), text, inside_words, rule: at })
        })
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The first bytes of a text as a number of the same order.
fn first_bytes(text: &str) -> u64 {
    let mut first = [0; 8];
    let length = text.len().min(first.len());
    first[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(first)
}

impl Anchor {
    fn looks_beyond(&self, targets: &[AnchorTarget], word: &str, next: Option<char>, rules: &[Arc<Rule>]) -> bool {
        self.far
            && match self.beyond.get_or_init(|| LineReach::of(targets, word, rules)) {
                LineReach::Always => true,
                LineReach::Before(known) => next.is_none_or(|c| known.contains(&c) || !stays(c)),
            }
    }
}

impl LineReach {
    /// A form over several lines may match wherever its pattern begins. If all patterns begin with anchors
    /// of their rule that stand anywhere, a match is at one of them, and how it goes on is known.
    fn of(targets: &[AnchorTarget], word: &str, rules: &[Arc<Rule>]) -> Self {
        let mut next = Vec::new();
        for target in targets {
            let rule = &rules[target.rule];
            if rule.ignore_case || !rule.inside_words && rule.anchors.iter().any(|anchor| anchor.contains(is_word)) {
                return LineReach::Always;
            }
            for form in rule.forms.iter().filter(|form| form.place == FormScope::Block) {
                for beginning in form.pattern.beginnings().unwrap_or_else(|| vec![String::new()]) {
                    match beginning.strip_prefix(word).map(|rest| rest.chars().next()) {
                        Some(Some(c)) => next.push(c),
                        None if rule.anchors.iter().any(|anchor| beginning.starts_with(anchor)) => {}
                        _ => return LineReach::Always,
                    }
                }
            }
        }
        LineReach::Before(next)
    }
}

/// Letters and digits of scripts that put blanks between words.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && !is_cjk(c)
}
