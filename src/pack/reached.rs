//! Whether the anchors of a rule lead to everything its forms match: texts are made from each form and looked
//! for. A text that no anchor finds is one the rule would pass over.

use std::collections::HashMap;
use std::sync::Arc;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};

use super::anchors::Anchors;
use super::rule::{Form, Rule};
use crate::model::Role;
use crate::normalize::fold;

/// Texts made of one form.
const TEXTS: usize = 400;
/// Times that what may come any number of times comes in one more text than it must.
const MORE: u32 = 2;
/// Characters of a class that is written out, at most.
const FEW: usize = 80;
/// Characters taken from a class, as far as it has them: such as stand in texts.
const USUAL: &str = " 中A1.a,-/(:级x9Z";

/// For each form that matches a text which no anchor of the rule finds: one such text. The anchors of data narrow a
/// form on purpose: `pass` is a word of every text, `pass:` stands before a password. Of those, the forms are told of
/// which no anchor leads to at all.
pub(super) fn unreached(rule: &Arc<Rule>) -> Vec<(&Form, String)> {
    if rule.anchors.is_empty() {
        return Vec::new();
    }
    let lower = |text: &str| if rule.ignore_case { text.to_ascii_lowercase() } else { text.to_string() };
    let anchors: Vec<String> = rule.anchors.iter().map(&lower).collect();
    let literals = Anchors::new(std::slice::from_ref(rule), |_| true);
    let is_found = |text: &str, blanks: Blanks| {
        let folded = lower(text);
        let stands = literals.as_ref().is_ok_and(|literals| literals.find(text).next().is_some());
        // Without its blanks a text runs letters together that stand apart in every document.
        stands || blanks == Blanks::Some && anchors.iter().any(|anchor| folded.contains(anchor.as_str()))
    };
    let matches = |form: &Form, text: &str| {
        let is_match =
            |pattern: &Option<super::Pattern>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(text));
        form.pattern.is_match(text) && !is_match(&form.unless)
    };
    let text = |form| {
        let all = [Blanks::All, Blanks::Some]
            .into_iter()
            .flat_map(|blanks| texts(form, blanks, TEXTS).into_iter().map(move |text| (text, blanks)));
        let (found, missed): (Vec<_>, Vec<_>) =
            all.filter(|(text, _)| matches(form, text)).partition(|(text, blanks)| is_found(text, *blanks));
        let may_miss = rule.role == Role::Data && !found.is_empty();
        missed.into_iter().next().filter(|_| !may_miss).map(|(text, _)| (form, text))
    };
    rule.forms.iter().filter_map(text).collect()
}

/// Which of the blanks that may stand in a text do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blanks {
    All,
    Some,
}

/// So many texts that a form may match, folded.
fn texts(form: &Form, blanks: Blanks, number: usize) -> Vec<String> {
    let Ok(hir) = regex_syntax::parse(form.pattern.source()) else { return Vec::new() };
    let mut writer = Writer { turns: HashMap::new(), text: String::new(), blanks };
    let text = |_| {
        writer.text.clear();
        writer.write(&hir);
        fold(&writer.text).text
    };
    (0..number).map(text).collect()
}

/// Writes texts of a pattern, each time taking the next choice wherever there is one.
struct Writer {
    /// How often each choice was made, by the place of its node.
    turns: HashMap<*const Hir, usize>,
    text: String,
    blanks: Blanks,
}

impl Writer {
    fn write(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => self.text.push_str(&String::from_utf8_lossy(&literal.0)),
            HirKind::Class(Class::Unicode(class)) => {
                let turn = self.turn(hir);
                self.text.extend(character(class, turn));
            }
            HirKind::Class(Class::Bytes(_)) => {}
            HirKind::Capture(capture) => self.write(&capture.sub),
            HirKind::Concat(all) => all.iter().for_each(|one| self.write(one)),
            HirKind::Alternation(all) => {
                let turn = self.turn(hir);
                self.write(&all[turn % all.len()]);
            }
            HirKind::Repetition(repetition) if self.blanks == Blanks::All && is_blank(&repetition.sub) => {
                self.text.push(' ');
            }
            HirKind::Repetition(repetition) => {
                let most = repetition.max.unwrap_or(u32::MAX).min(repetition.min + MORE);
                let choices = (most - repetition.min + 1) as usize;
                let times = repetition.min + (self.turn(hir) % choices) as u32;
                (0..times).for_each(|_| self.write(&repetition.sub));
            }
        }
    }

    /// Which choice is due. Choices inside each other turn at different paces, so that all of them meet.
    fn turn(&mut self, hir: &Hir) -> usize {
        let seen = self.turns.len();
        let turn = self.turns.entry(std::ptr::from_ref(hir)).or_insert(seen);
        *turn += 1 + usize::from(*turn % 7 == 3);
        *turn
    }
}

fn is_blank(hir: &Hir) -> bool {
    matches!(hir.kind(), HirKind::Literal(literal) if &*literal.0 == b" ")
}

/// A character of a class: a usual one in turn, or its first.
fn character(class: &ClassUnicode, turn: usize) -> Option<char> {
    let holds = |c: &char| class.iter().any(|range| range.start() <= *c && *c <= range.end());
    let usual: Vec<char> = USUAL.chars().filter(holds).collect();
    let ranges = class.ranges();
    // A class of few characters is written out, one of many is shown by its usual ones.
    if ranges.iter().map(|range| range.len()).sum::<usize>() <= FEW {
        let all: Vec<char> = ranges.iter().flat_map(|range| range.start()..=range.end()).collect();
        return all.get(turn % all.len().max(1)).copied();
    }
    match usual.len() {
        0 => ranges.get(turn % ranges.len().max(1)).map(|range| range.start()),
        n => Some(usual[turn % n]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::needed::Needed;
    use super::super::outline::Outline;
    use super::super::pattern_tree::PatternTree;
    use super::*;
    use crate::pack::{Pack, builtin, common};

    fn rule(anchors: &str, pattern: &str) -> Arc<Rule> {
        let text = format!(
            "schema_version = 1\nid = \"trees\"\nversion = \"1\"\n[title]\nen = \"Trees\"\nzh = \"树木\"\n[[rule]]\n\
             id = \"trees.rule\"\ntitle = {{ en = \"T\", zh = \"T\" }}\ntier = \"internal\"\nanchors = [{anchors}]\n\
             references = [\"r\"]\nexamples = [\"e\"]\nnegative_examples = [\"n\"]\n\
             [[rule.form]]\nplace = \"line\"\npattern = '{pattern}'\nscore = 60\nreason = {{ en = \"f\", zh = \"f\" }}\n"
        );
        let common = common().expect("the common pack");
        let pack = Pack::parse("trees.toml", &text, Some(&common)).expect("a pack");
        pack.rules.into_iter().next().expect("a rule")
    }

    #[test]
    fn what_no_anchor_finds_is_shown() {
        for (anchors, pattern, wanted) in [
            (r#""昆仑苗圃""#, "昆仑苗圃(?:一期|二期)?", None),
            (r#""昆仑苗圃""#, "昆仑(?:苗圃|花圃)", Some("昆仑花圃")),
            (r#""TS//""#, "TS ?// ?SI", Some("TS //SI")),
            (r#""VS-NfD""#, "VS ?- ?NfD", Some("VS -NfD")),
            (r#""苗圃""#, "(?:昆|仑){0,2}苗圃?", Some("苗")),
            (r#""tree""#, "(?i:tree)", Some("TREE")),
            // A word of letters inside a longer one is not found.
            (r#""TREE""#, "TREES?", Some("TREES")),
        ] {
            let rule = rule(anchors, pattern);
            let missed = unreached(&rule);
            let found = missed.first().map(|(_, text)| text.clone());
            assert_eq!(found.is_some(), wanted.is_some(), "{anchors} {pattern}: {found:?}");
            if let Some(wanted) = wanted {
                let form = &rule.forms[0];
                let made = texts(form, Blanks::Some, TEXTS);
                assert!(made.iter().any(|text| text.eq_ignore_ascii_case(wanted)), "{pattern}: {made:?}");
            }
        }
    }

    /// Texts of one form that are tried with and without blanks.
    const TRIED: usize = 60;

    #[test]
    fn what_is_told_of_a_builtin_pattern_is_true_of_what_it_matches() {
        let mut seen = 0;
        for pack in builtin().expect("the built-in packs") {
            for form in pack.rules.iter().flat_map(|rule| &rule.forms).filter(|form| !form.pattern.source().is_empty())
            {
                let regex = form.pattern.regex().expect("a pattern");
                let Some(tree) = PatternTree::of(form.pattern.source()) else { continue };
                let (needed, outline) = (Needed::of(&tree), Outline::of(&tree));
                let texts = [Blanks::All, Blanks::Some].into_iter().flat_map(|blanks| texts(form, blanks, TRIED));
                for text in texts.filter(|text| regex.is_match(text)) {
                    assert!(needed.stands_in(&text), "{} `{text}`", form.reason.en);
                    let may_match = outline.as_ref().is_none_or(|outline| outline.look(&text).may_match);
                    assert!(may_match, "{} `{text}`", form.reason.en);
                    seen += 1;
                }
            }
        }
        assert!(seen > 5_000, "{seen}");
    }

    #[test]
    fn the_anchors_of_the_builtin_rules_lead_to_everything_their_forms_match() {
        let mut missed = Vec::new();
        for pack in builtin().expect("the built-in packs") {
            for rule in pack.rules.iter().filter(|rule| rule.role == Role::Mark && rule.terms.is_empty()) {
                missed.extend(
                    unreached(rule).iter().map(|(form, text)| format!("{}: {} `{text}`", rule.id, form.reason.en)),
                );
            }
        }
        assert!(missed.is_empty(), "{}", missed.join("\n"));
    }
}
