//! Term lists: thousands of names and phrases, each found wherever it stands. A term is its own
//! anchor, so nothing is compiled for it and the cost of a scan hardly grows with the list.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

use super::Pattern;
use super::anchor_words::AnchorWords;
use super::either::either;
use super::error::PackErrorCode;
use super::example::Example;
use super::lazy_shared::LazyShared;
use super::rule::{Form, FormScope, Pack, Rule, RuleBody, Running};
use super::rule_metadata::{self, Allowed, Confidence, Deprecated, Impact};
use super::sealed::{Damaged, SealedSpec};
use super::stored::{Behind, Stored, StoredSpec};
use super::terms::{TermOverrides, Terms, UnusableTerm};
use crate::literal::sealed::WordRules;
use crate::model::{Mask, Phrase, Role, Tier};
use crate::normalize::fold_literal;

/// A list of terms.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ListSpec {
    /// Identifier, unique over all packs.
    pub id: String,
    /// A short title for people.
    pub title: Phrase,
    /// The tier of a match.
    pub tier: Tier,
    /// How sure a match is: low leaves a note, medium warns, high blocks.
    #[serde(default = "medium")]
    pub confidence: Confidence,
    /// How bad it is when a match leaves; by default what the tier says.
    pub severity: Option<Impact>,
    /// Terms match whatever the case of ASCII letters.
    #[serde(default = "yes")]
    pub ignore_case: bool,
    /// Terms of letters and digits may begin or end inside a word.
    #[serde(default)]
    pub inside_words: bool,
    /// How excerpts are masked.
    #[serde(default)]
    pub mask: Mask,
    /// The common predicates apply: place in the document, quotation, program source.
    #[serde(default)]
    pub context: bool,
    /// Where the list comes from: who drew it up, when.
    pub references: Vec<String>,
    /// What a person should do, where it differs from the usual.
    pub advice: Option<Phrase>,
    /// Texts the list must find. Every term is tried by itself besides.
    #[serde(default)]
    pub examples: Vec<Example>,
    /// Texts the list must not report as a warning or a block.
    #[serde(default)]
    pub negative_examples: Vec<Example>,
    /// Texts the list should find and does not yet: told, never a failure.
    #[serde(default)]
    pub known_misses: Vec<Example>,
    /// The list is on its way out: it still works, and checking says so.
    pub deprecated: Option<Deprecated>,
    /// Lines that hold one of these texts are only noted, until the day given.
    #[serde(default)]
    pub allowlist: Vec<Allowed>,
    /// The terms.
    #[serde(default)]
    pub terms: TermsSpec,
    /// The terms as `mizha pack import` seals them, instead of `terms`: desktops find them and cannot read them.
    pub sealed: Option<SealedSpec>,
}

fn medium() -> Confidence {
    Confidence::Medium
}

fn yes() -> bool {
    true
}

/// The terms of a list.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(untagged))]
pub enum TermsSpec {
    /// A text with a term a line, and behind a tab what reports call it, if it is named; empty lines do not count.
    Lines(String),
    /// One by one.
    Each(Vec<TermSpec>),
    /// In a compiled pack: they stand behind its first line.
    #[cfg_attr(test, schemars(skip))]
    Stored(StoredSpec),
}

impl Default for TermsSpec {
    fn default() -> Self {
        TermsSpec::Lines(String::new())
    }
}

impl<'de> Deserialize<'de> for TermsSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = TermsSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("terms one by one, or a text with a term a line")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<TermsSpec, E> {
                Ok(TermsSpec::Lines(text.to_string()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, terms: A) -> Result<TermsSpec, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(terms)).map(TermsSpec::Each)
            }

            fn visit_map<A: de::MapAccess<'de>>(self, spec: A) -> Result<TermsSpec, A::Error> {
                StoredSpec::deserialize(de::value::MapAccessDeserializer::new(spec)).map(TermsSpec::Stored)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// The terms of a text with a term a line, and what reports call them.
pub(super) fn term_lines(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (line, behind) = match memchr::memchr(b'\n', rest.as_bytes()) {
                Some(end) => (&rest[..end], &rest[end + 1..]),
                None => (rest, ""),
            };
            rest = behind;
            let line = line.trim_ascii();
            if !line.is_empty() {
                return Some(match memchr::memchr(b'\t', line.as_bytes()) {
                    Some(at) => (line[..at].trim_ascii(), Some(line[at + 1..].trim_ascii())),
                    None => (line, None),
                });
            }
        }
        None
    })
}

/// A term.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(untagged))]
pub enum TermSpec {
    /// The term alone.
    Plain(String),
    /// The term with more.
    Full(TermTable),
}

either!(TermSpec, Plain, Full(TermTable), "a term, or a table with `term`");

/// A term with what belongs to it.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TermTable {
    /// The term.
    pub term: String,
    /// What reports call it; by default its number in the list, from 1.
    pub id: Option<String>,
    /// Its tier, if it differs from the list's.
    pub tier: Option<Tier>,
    /// How sure a match of it is, if that differs.
    pub confidence: Option<Confidence>,
    /// One of these texts must stand within 100 characters, before or behind.
    #[serde(default)]
    pub near: Vec<String>,
    /// For whoever keeps the list.
    pub note: Option<String>,
}

impl ListSpec {
    /// The terms, open or sealed.
    fn terms(&self, behind: Option<Behind<'_>>) -> Result<Terms, ListFault> {
        let fault = |code, en: &str, zh: &str| ListFault { code, id: self.id.clone(), message: Phrase::new(en, zh) };
        let terms = match &self.sealed {
            None => self.folded(behind),
            Some(_) if !matches!(&self.terms, TermsSpec::Lines(text) if text.is_empty()) => {
                let en = "a list has either `terms` or `sealed`";
                return Err(fault(PackErrorCode::Value, en, "词表只能有 terms 或 sealed 之一"));
            }
            Some(sealed) => {
                let opened = sealed
                    .opened(WordRules { ignore_case: self.ignore_case, words_apart: !self.inside_words })
                    .map_err(|Damaged(field)| {
                        let en = format!("the sealed list is damaged, or of a newer form: {field}");
                        fault(PackErrorCode::Value, &en, &format!("密封词表已损坏，或格式较新：{field}"))
                    })?;
                Terms::sealed(opened, self.tier, self.confidence.score())
            }
        };
        terms.map_err(|(number, misfit)| match misfit {
            UnusableTerm::Empty => {
                let en = format!("term {number}: nothing is left of it, or it has several lines");
                fault(PackErrorCode::NoAnchor, &en, &format!("第 {number} 个词条为空或含换行"))
            }
            UnusableTerm::Missing => fault(
                PackErrorCode::Value,
                "`terms` is a table, and no terms stand behind it",
                "`terms` 为表，但其后没有词条",
            ),
            UnusableTerm::TooMany => fault(PackErrorCode::Value, "the list is longer than 4 GB", "词表超过 4 GB"),
        })
    }

    /// The terms folded, or which of them, from 1, cannot be taken.
    fn folded(&self, behind: Option<Behind<'_>>) -> Result<Terms, (usize, UnusableTerm)> {
        if let TermsSpec::Stored(spec) = &self.terms {
            let stored = behind.and_then(|behind| Stored::new(spec.clone(), behind));
            let (stored, written) = stored.ok_or((1, UnusableTerm::Missing))?;
            return Terms::stored(stored, written, self.tier, self.confidence.score());
        }
        let mut terms = Terms::new(self.tier, self.confidence.score());
        let mut push = |written: &str, name: Option<&str>, own| {
            let number = terms.len() + 1;
            terms.push(written, name, own).map_err(|misfit| (number, misfit))
        };
        match &self.terms {
            TermsSpec::Lines(text) => {
                term_lines(text).try_for_each(|(term, name)| push(term, name, TermOverrides::default()))?;
            }
            TermsSpec::Each(each) => each.iter().try_for_each(|term| match term {
                TermSpec::Plain(term) => push(term, None, TermOverrides::default()),
                TermSpec::Full(table) => push(&table.term, table.id.as_deref(), table.own()),
            })?,
            TermsSpec::Stored(_) => {}
        }
        Ok(terms)
    }
}

impl TermTable {
    fn own(&self) -> TermOverrides {
        TermOverrides {
            tier: self.tier,
            score: self.confidence.map(Confidence::score),
            near: self.near.iter().map(|text| fold_literal(text).into_owned()).collect(),
            written: None,
        }
    }
}

/// A list as a rule of its pack.
///
/// # Errors
/// If it has no term, no source, an empty term, or two terms with one identifier.
pub(super) fn rule(
    pack: &Pack,
    spec: ListSpec,
    predicates: Vec<Arc<super::Predicate>>,
    behind: Option<Behind<'_>>,
) -> Result<Rule, ListFault> {
    let fault = |code, en: &str, zh: &str| ListFault { code, id: spec.id.clone(), message: Phrase::new(en, zh) };
    let terms = spec.terms(behind)?;
    if terms.is_empty() {
        return Err(fault(PackErrorCode::NoAnchor, "a list needs at least one term", "词表中没有词条"));
    }
    if spec.references.is_empty() {
        let en = "a list needs a reference: who drew it up, and when";
        return Err(fault(PackErrorCode::Unproven, en, "词表须注明来源（references）：何人何时编制"));
    }
    if let Some(id) = terms.double() {
        let (en, zh) = (format!("two terms have the id {id}"), format!("词条编号 {id} 重复"));
        return Err(fault(PackErrorCode::Duplicate, &en, &zh));
    }
    let form = Form {
        place: FormScope::Inline,
        pattern: Pattern::new(String::new()),
        edges: None,
        score: spec.confidence.score(),
        reason: Phrase::new("a term of the list", "命中词表词条"),
        tier: None,
        role: None,
        not_before: None,
        not_after: None,
        unless: None,
        beside: None,
        original: None,
        parts: Vec::new(),
    };
    let rest = RuleBody {
        title: spec.title,
        tier: spec.tier,
        role: Role::Data,
        forms: vec![form],
        check: None,
        counts: None,
        kind: None,
        // A desktop that cannot read the terms does not show them either.
        mask: if spec.sealed.is_some() { Mask::Hidden } else { spec.mask },
        levels: Arc::default(),
        predicates,
        references: spec.references,
        advice: spec.advice,
        examples: spec.examples,
        negative_examples: spec.negative_examples,
        known_misses: spec.known_misses,
        standing: rule_metadata::RuleMetadata::new(
            spec.severity,
            Some(spec.confidence),
            spec.deprecated,
            spec.allowlist,
        ),
    };
    Ok(Rule {
        id: spec.id.into(),
        pack: pack.id.clone(),
        anchors: AnchorWords::default(),
        digits: None,
        ignore_case: spec.ignore_case,
        inside_words: spec.inside_words,
        terms,
        ocr_only: false,
        channels: Vec::new(),
        looks_far: false,
        running: Running::of(&rest.forms),
        rest: LazyShared::now(rest),
    })
}

/// What is wrong with a list; the reader of the pack knows the file.
pub(super) struct ListFault {
    pub code: PackErrorCode,
    pub id: String,
    pub message: Phrase,
}
