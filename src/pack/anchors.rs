//! The anchors of rules among the same literals: one pass over a text finds every place a rule may
//! match.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::error::{Code, Error, both};
use super::joints::Joints;
use super::rule::{Place, Rule};
use crate::literal::{Found, Literals, Word};
use crate::normalize::{is_cjk, stays};

/// Where an anchor leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Index into [`RuleSet::rules`](super::RuleSet::rules).
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
    /// Some rule looks beyond the line the anchor stands in.
    far: bool,
    /// When it does; told when it is first asked, for patterns are parsed for it.
    beyond: OnceLock<Beyond>,
}

/// When rules look beyond the line of an anchor.
#[derive(Debug)]
enum Beyond {
    /// However the text goes on behind the anchor.
    Always,
    /// If one of these comes right behind it.
    Before(Vec<char>),
}

/// Anchors ready to be found.
#[derive(Debug)]
pub(super) struct Anchors {
    pub(super) literals: Literals,
    pub(super) joints: Joints,
    /// Of those whose rules may look beyond their line.
    pub(super) far_joints: Joints,
    /// In the order of the literals: first those whose case counts.
    anchors: Vec<Anchor>,
    /// How many they are.
    exact: usize,
    /// Some anchor goes on behind a line's end.
    pub(super) cross_lines: bool,
}

impl Anchors {
    /// Those of the rules that are `wanted`.
    pub(super) fn new(rules: &[Arc<Rule>], wanted: impl Fn(&Rule) -> bool) -> Result<Self, Error> {
        let (exact, any_case) = (words(rules, &wanted, false), words(rules, &wanted, true));
        let literals = [(&exact, false), (&any_case, true)]
            .into_iter()
            .flat_map(|(words, ignore_case)| words.keys().map(move |(text, _)| Word { text, ignore_case }));
        let literals: Vec<Word<'_>> = literals.collect();
        let all = exact.iter().chain(&any_case);
        let anchors: Vec<Anchor> = all.clone().map(|(word, targets)| anchor(*word, targets, rules)).collect();
        let far = all.zip(&anchors).filter(|(_, anchor)| anchor.far);
        Ok(Anchors {
            joints: Joints::new(literals.iter().map(|word| word.text)),
            far_joints: Joints::new(far.map(|(((text, _), _), _)| *text)),
            literals: Literals::new(&literals)
                .map_err(|e| Error::new(Code::Value, "anchors", both(e.to_string(), e.to_string())))?,
            exact: exact.len(),
            cross_lines: exact.keys().chain(any_case.keys()).any(|(text, _)| text.contains('\n')),
            anchors,
        })
    }

    /// Every place of every anchor, overlapping ones included, and whether its case does not count.
    pub(super) fn find(&self, text: &str) -> impl Iterator<Item = (Range<usize>, bool, &Anchor)> {
        self.standing(text, is_joined).map(|(found, anchor)| (found.start..found.end, found.word >= self.exact, anchor))
    }

    /// Every place at which an anchor may stand once the text is folded, as far as it stands there
    /// already. A letter rules one out that folding keeps where it is.
    pub(super) fn find_unfolded(&self, text: &str) -> impl Iterator<Item = (Range<usize>, &Anchor)> {
        self.standing(text, |c| c.is_ascii_alphanumeric() || c == '_')
            .map(|(found, anchor)| (found.start..found.end, anchor))
    }

    fn standing(&self, text: &str, joined: fn(char) -> bool) -> impl Iterator<Item = (Found, &Anchor)> {
        self.literals.find(text).into_iter().filter_map(move |found| {
            let anchor = &self.anchors[found.word];
            let before = anchor.word_start && text[..found.start].chars().next_back().is_some_and(joined);
            let after = anchor.word_end && text[found.end..].chars().next().is_some_and(joined);
            (!before && !after).then_some((found, anchor))
        })
    }
}

/// The words of one kind of case, and where they lead. Whether a word may stand inside another one
/// parts equal words.
fn words(
    rules: &[Arc<Rule>],
    wanted: impl Fn(&Rule) -> bool,
    ignore_case: bool,
) -> BTreeMap<(&str, bool), Vec<Target>> {
    let mut words: BTreeMap<(&str, bool), Vec<Target>> = BTreeMap::new();
    for (at, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.ignore_case == ignore_case && wanted(rule)) {
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

fn anchor((word, inside): (&str, bool), targets: &[Target], rules: &[Arc<Rule>]) -> Anchor {
    let word_start = !inside && word.chars().next().is_some_and(is_word);
    let word_end = !inside && word.chars().next_back().is_some_and(is_word);
    let far = targets.iter().any(|target| match target.term {
        Some(term) => !rules[target.rule].terms[term].near.is_empty(),
        None => looks_far(&rules[target.rule]),
    });
    Anchor { targets: targets.to_vec(), word_start, word_end, far, beyond: OnceLock::new() }
}

impl Anchor {
    /// Some rule looks beyond the line where the anchor stands in a text, as `word`, before `next`.
    pub(super) fn looks_beyond(&self, word: &str, next: Option<char>, rules: &[Arc<Rule>]) -> bool {
        self.far
            && match self.beyond.get_or_init(|| self.beyond(word, rules)) {
                Beyond::Always => true,
                Beyond::Before(known) => next.is_none_or(|c| known.contains(&c) || !stays(c)),
            }
    }

    /// A form over several lines may match wherever its pattern begins. If all patterns begin with anchors
    /// of their rule that stand anywhere, a match is at one of them, and how it goes on is known.
    fn beyond(&self, word: &str, rules: &[Arc<Rule>]) -> Beyond {
        let mut next = Vec::new();
        for target in &self.targets {
            let rule = &rules[target.rule];
            if target.term.is_some()
                || rule.ignore_case
                || !rule.inside_words && rule.anchors.iter().any(|anchor| anchor.contains(is_word))
            {
                return Beyond::Always;
            }
            for form in rule.forms.iter().filter(|form| form.place == Place::Block) {
                for beginning in form.pattern.beginnings().unwrap_or_else(|| vec![String::new()]) {
                    match beginning.strip_prefix(word).map(|rest| rest.chars().next()) {
                        Some(Some(c)) => next.push(c),
                        None if rule.anchors.iter().any(|anchor| beginning.starts_with(anchor.as_str())) => {}
                        _ => return Beyond::Always,
                    }
                }
            }
        }
        Beyond::Before(next)
    }
}

/// Some form goes on over the lines behind.
pub(super) fn looks_far(rule: &Rule) -> bool {
    rule.forms.iter().any(|form| form.place == Place::Block)
}

/// Letters and digits of scripts that put blanks between words.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && !is_cjk(c)
}

fn is_joined(c: char) -> bool {
    is_word(c) || c == '_'
}
