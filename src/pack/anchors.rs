//! The anchors of rules and the terms of lists among the same literals: one pass over a text finds every
//! place a rule may match. Nothing is kept for a term but its number.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::error::{Code, Error, both};
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
    targets: Vec<AnchorTarget>,
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
    /// An anchor: its rules may match there.
    Anchor(&'a Anchor),
    /// A term of a list.
    Term(AnchorTarget),
}

impl Lead<'_> {
    /// Where it leads.
    pub fn targets(&self) -> &[AnchorTarget] {
        match self {
            Lead::Anchor(anchor) => &anchor.targets,
            Lead::Term(target) => std::slice::from_ref(target),
        }
    }

    /// Each rule it leads to wants a line, a column or a group for its mark in such a part: none finds one in
    /// running text.
    pub(super) fn is_for_lines(&self, part: PartKind, rules: &[Arc<Rule>]) -> bool {
        match self {
            Lead::Anchor(anchor) => anchor.targets.iter().all(|target| match &rules[target.rule].running {
                Running::Anywhere => false,
                Running::In(parts) => !parts.contains(&part),
            }),
            Lead::Term(_) => false,
        }
    }

    /// Some rule looks beyond the line where this stands in a text, as `word`, before `next`.
    pub(super) fn looks_beyond(&self, word: &str, next: Option<char>, rules: &[Arc<Rule>]) -> bool {
        match self {
            Lead::Anchor(anchor) => anchor.looks_beyond(word, next, rules),
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
    /// How many they are.
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
    pub(super) fn new(rules: &[Arc<Rule>], wanted: impl Fn(&Rule) -> bool) -> Result<Self, Error> {
        let (exact, any_case) = (words(rules, &wanted, false), words(rules, &wanted, true));
        let anchors: Vec<Anchor> =
            exact.iter().chain(&any_case).map(|(word, targets)| anchor(*word, targets, rules)).collect();
        let mut literals: Vec<(usize, Word<'_>)> = [(&exact, false), (&any_case, true)]
            .into_iter()
            .flat_map(|(words, ignore_case)| words.keys().map(move |(text, _)| Word { text, ignore_case }))
            .enumerate()
            .collect();
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
                .map_err(|e| Error::new(Code::Value, "anchors", both(e.to_string(), e.to_string())))?
                .and(vaults),
            exact: exact.len(),
            cross_lines: exact.keys().chain(any_case.keys()).any(|(text, _)| text.contains('\n')),
            anchors,
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
            return (Lead::Anchor(anchor), word >= self.exact, anchor.inside_words);
        }
        let list = &self.lists[self.lists.partition_point(|list| list.first <= word) - 1];
        let target = AnchorTarget { rule: list.rule, term: Some(word - list.first) };
        (Lead::Term(target), list.ignore_case, list.inside_words)
    }
}

/// The words of one kind of case, and where they lead. Whether a word may stand inside another one
/// parts equal words.
fn words(
    rules: &[Arc<Rule>],
    wanted: impl Fn(&Rule) -> bool,
    ignore_case: bool,
) -> BTreeMap<(&str, bool), Vec<AnchorTarget>> {
    let mut words: BTreeMap<(&str, bool), Vec<AnchorTarget>> = BTreeMap::new();
    for (at, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.ignore_case == ignore_case && wanted(rule)) {
        for word in &rule.anchors {
            let targets = words.entry((word, rule.inside_words)).or_default();
            let target = AnchorTarget { rule: at, term: None };
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
    }
    words
}

fn anchor((_, inside_words): (&str, bool), targets: &[AnchorTarget], rules: &[Arc<Rule>]) -> Anchor {
    let far = targets.iter().any(|target| rules[target.rule].looks_far);
    Anchor { targets: targets.to_vec(), inside_words, far, beyond: OnceLock::new() }
}

impl Anchor {
    fn looks_beyond(&self, word: &str, next: Option<char>, rules: &[Arc<Rule>]) -> bool {
        self.far
            && match self.beyond.get_or_init(|| self.beyond(word, rules)) {
                LineReach::Always => true,
                LineReach::Before(known) => next.is_none_or(|c| known.contains(&c) || !stays(c)),
            }
    }

    /// A form over several lines may match wherever its pattern begins. If all patterns begin with anchors
    /// of their rule that stand anywhere, a match is at one of them, and how it goes on is known.
    fn beyond(&self, word: &str, rules: &[Arc<Rule>]) -> LineReach {
        let mut next = Vec::new();
        for target in &self.targets {
            let rule = &rules[target.rule];
            if rule.ignore_case || !rule.inside_words && rule.anchors.iter().any(|anchor| anchor.contains(is_word)) {
                return LineReach::Always;
            }
            for form in rule.forms.iter().filter(|form| form.place == FormScope::Block) {
                for beginning in form.pattern.beginnings().unwrap_or_else(|| vec![String::new()]) {
                    match beginning.strip_prefix(word).map(|rest| rest.chars().next()) {
                        Some(Some(c)) => next.push(c),
                        None if rule.anchors.iter().any(|anchor| beginning.starts_with(anchor.as_str())) => {}
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
