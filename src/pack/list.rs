//! Term lists: thousands of names and phrases, each found wherever it stands. A term is its own
//! anchor, so nothing is compiled for it and the cost of a scan hardly grows with the list.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Pattern;
use super::either::either;
use super::error::Code;
use super::example::Example;
use super::rule::{Form, Pack, Place, Rule};
use super::standing::{Allowed, Confidence, Deprecated, Impact, Standing};
use crate::model::{Mask, Phrase, Role, Tier};
use crate::normalize::fold_literal;

/// A list of terms.
#[derive(Debug, Deserialize, JsonSchema)]
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
    pub terms: Vec<TermSpec>,
}

fn medium() -> Confidence {
    Confidence::Medium
}

fn yes() -> bool {
    true
}

/// A term.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(untagged)]
pub enum TermSpec {
    /// The term alone.
    Plain(String),
    /// The term with more.
    Full(TermTable),
}

either!(TermSpec, Plain, Full(TermTable), "a term, or a table with `term`");

/// A term with what belongs to it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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

impl TermSpec {
    fn table(self) -> TermTable {
        match self {
            TermSpec::Full(table) => table,
            TermSpec::Plain(term) => {
                TermTable { term, id: None, tier: None, confidence: None, near: Vec::new(), note: None }
            }
        }
    }
}

/// A term read and folded.
#[derive(Debug)]
pub struct Term {
    /// What reports call it.
    pub id: Arc<str>,
    /// As it was written.
    pub written: String,
    /// As it stands in folded text.
    pub folded: String,
    /// Its tier.
    pub tier: Tier,
    /// What a match is worth.
    pub score: i32,
    /// Folded texts one of which must stand nearby, if any are named.
    pub near: Vec<String>,
}

/// A list as a rule of its pack.
///
/// # Errors
/// If it has no term, no source, an empty term, or two terms with one identifier.
pub(super) fn rule(pack: &Pack, spec: ListSpec, predicates: Vec<Arc<super::Predicate>>) -> Result<Rule, Fault> {
    let fault = |code, id: &str, en: &str, zh: &str| Fault { code, id: id.to_string(), message: Phrase::new(en, zh) };
    if spec.terms.is_empty() {
        return Err(fault(Code::NoAnchor, &spec.id, "a list needs at least one term", "词表中没有词条"));
    }
    if spec.references.is_empty() {
        let en = "a list needs a reference: who drew it up, and when";
        return Err(fault(Code::Unproven, &spec.id, en, "词表须注明来源（references）：何人何时编制"));
    }
    let mut seen = BTreeSet::new();
    let mut terms = Vec::with_capacity(spec.terms.len());
    for (at, term) in spec.terms.into_iter().enumerate() {
        let term = term.table();
        let folded = fold_literal(&term.term);
        if folded.trim().is_empty() || folded.contains('\n') {
            let en = format!("term {}: nothing is left of it, or it has several lines", at + 1);
            return Err(fault(Code::NoAnchor, &spec.id, &en, &format!("第 {} 个词条为空或含换行", at + 1)));
        }
        let id: Arc<str> = term.id.unwrap_or_else(|| (at + 1).to_string()).into();
        if !seen.insert(Arc::clone(&id)) {
            let (en, zh) = (format!("two terms have the id {id}"), format!("词条编号 {id} 重复"));
            return Err(fault(Code::Duplicate, &spec.id, &en, &zh));
        }
        terms.push(Term {
            id,
            written: term.term,
            folded,
            tier: term.tier.unwrap_or(spec.tier),
            score: term.confidence.unwrap_or(spec.confidence).score(),
            near: term.near.iter().map(|text| fold_literal(text)).collect(),
        });
    }
    let form = Form {
        place: Place::Inline,
        pattern: Pattern::new(String::new()),
        score: spec.confidence.score(),
        reason: Phrase::new("a term of the list", "命中词表词条"),
        tier: None,
        role: None,
        not_before: None,
        not_after: None,
        unless: None,
        original: None,
        parts: Vec::new(),
    };
    Ok(Rule {
        id: spec.id.into(),
        pack: pack.id.clone(),
        title: spec.title,
        tier: spec.tier,
        role: Role::Data,
        anchors: Vec::new(),
        digits: None,
        ignore_case: spec.ignore_case,
        inside_words: spec.inside_words,
        forms: vec![form],
        terms,
        check: None,
        counts: None,
        mask: spec.mask,
        ocr_only: false,
        levels: Arc::default(),
        predicates,
        references: spec.references,
        advice: spec.advice,
        examples: spec.examples,
        negative_examples: spec.negative_examples,
        known_misses: spec.known_misses,
        standing: Standing::new(spec.severity, Some(spec.confidence), spec.deprecated, spec.allowlist),
    })
}

/// What is wrong with a list; the reader of the pack knows the file.
pub(super) struct Fault {
    pub code: Code,
    pub id: String,
    pub message: Phrase,
}
