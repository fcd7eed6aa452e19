//! A pack read, folded and validated: what `detect` and `judge` work with. How it is built from
//! a file is in `read`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::anchor_words::AnchorWords;
use super::edges::Edges;
use super::example::Example;
use super::lazy_shared::LazyShared;
use super::names::Names;
use super::rule_metadata::{Impact, RuleMetadata};
use super::terms::Terms;
use super::{Check, Pattern};
use crate::model::{Channel, Mask, PackRef, PartKind, Phrase, Role, Severity, Tier};

/// Numbers of different values at which a finding hardens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// From here on a warning.
    pub warn: usize,
    /// From here on a block; never, if absent.
    pub block: Option<usize>,
    /// Fewer than this are not reported at all.
    #[serde(default)]
    pub note: usize,
}

/// Where in the text a form is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FormScope {
    /// The line or table cell holds the mark and its companions, nothing else.
    Line,
    /// The line begins with the mark.
    Start,
    /// Anywhere in a line.
    Inline,
    /// The chosen one of several words with boxes to tick.
    Choice,
    /// From a line on over the lines behind it.
    Block,
    /// In a file's, a folder's or a member's name.
    Name,
}

/// A validated pack.
#[derive(Debug, PartialEq)]
pub struct Pack {
    /// Its identifier.
    pub id: Arc<str>,
    /// Its version.
    pub version: Arc<str>,
    /// What it covers.
    pub title: Phrase,
    /// Its rules.
    pub rules: Vec<Arc<Rule>>,
    /// The sequence it was signed with, if it came in a signed bundle.
    pub sequence: Option<u64>,
    /// Lines around a match that some predicate looks at.
    pub(super) lines: usize,
    pub(super) shared: LazyShared<PackShared>,
}

/// What the rules of a pack share.
#[derive(Debug, PartialEq)]
pub(super) struct PackShared {
    pub(super) names: Arc<Names>,
    pub(super) edges: Arc<Edges>,
    pub(super) predicates: Vec<Arc<Predicate>>,
}

/// A validated rule: what leads to it in a text, and the rest, which is read when a text first leads there.
#[derive(Debug, PartialEq)]
pub struct Rule {
    /// Identifier, unique over all packs.
    pub id: Arc<str>,
    /// The pack it belongs to.
    pub pack: Arc<str>,
    /// Folded anchors.
    pub anchors: AnchorWords,
    /// A run of at least so many digits stands in for an anchor.
    pub digits: Option<usize>,
    /// Anchors match whatever the case.
    pub ignore_case: bool,
    /// Anchors may begin or end inside a word.
    pub inside_words: bool,
    /// The terms, if it is a term list: each is its own anchor and there is one form.
    pub terms: Terms,
    /// Only for text read from pictures.
    pub ocr_only: bool,
    /// Only on these ways out, if any are named.
    pub channels: Vec<Channel>,
    /// Some form goes on over the lines behind.
    pub(super) looks_far: bool,
    /// Where it finds marks in running text.
    pub(super) running: Running,
    pub(super) rest: LazyShared<RuleBody>,
}

/// What of a rule is needed where its anchors lead.
#[derive(Debug, PartialEq)]
pub struct RuleBody {
    /// A short title for people.
    pub title: Phrase,
    /// The tier, unless a captured level says otherwise.
    pub tier: Tier,
    /// What a match does in the document.
    pub role: Role,
    /// The forms, best first.
    pub forms: Vec<Form>,
    /// A computation a match must pass.
    pub check: Option<Check>,
    /// Thresholds by number of different values.
    pub counts: Option<Counts>,
    /// The kind of personal data a match is, for records of several kinds.
    pub kind: Option<Arc<str>>,
    /// How excerpts are masked.
    pub mask: Mask,
    /// Folded level words with their tiers.
    pub levels: Arc<BTreeMap<String, Tier>>,
    /// The predicates that apply.
    pub predicates: Vec<Arc<Predicate>>,
    /// Sources.
    pub references: Vec<String>,
    /// What a person should do, where it differs from the usual.
    pub advice: Option<Phrase>,
    /// Texts the rule must find.
    pub examples: Vec<Example>,
    /// Texts it must not report.
    pub negative_examples: Vec<Example>,
    /// Texts it should find and does not yet.
    pub known_misses: Vec<Example>,
    /// How bad, how sure, how long still, what is allowed.
    pub standing: RuleMetadata,
}

/// Where a rule finds marks that do not have a line, a column or a group for themselves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Running {
    /// In every part.
    Anywhere,
    /// In these only.
    In(BTreeSet<PartKind>),
}

/// One form of a rule's matches.
#[derive(Debug, PartialEq)]
pub struct Form {
    /// Where it is looked for.
    pub place: FormScope,
    /// What it looks like, with the group `mark`.
    pub pattern: Pattern,
    /// For lines: what may stand around it.
    pub edges: Option<Arc<Edges>>,
    /// What it is worth alone.
    pub score: i32,
    /// In words.
    pub reason: Phrase,
    /// Its tier, if it differs.
    pub tier: Option<Tier>,
    /// Its role, if it differs.
    pub role: Option<Role>,
    /// Must not match right before.
    pub not_before: Option<Pattern>,
    /// Must not match right after.
    pub not_after: Option<Pattern>,
    /// Must not match in the line.
    pub unless: Option<Pattern>,
    /// Must match in the line.
    pub beside: Option<Pattern>,
    /// Must match what was really written.
    pub original: Option<Pattern>,
    /// Only in these parts, if any are named.
    pub parts: Vec<PartKind>,
}

impl Form {
    /// Whether it may match in a text, as far as that is seen without compiling its pattern.
    pub fn may_match(&self, text: &str) -> bool {
        match &self.edges {
            Some(edges) => edges.may_hold(&self.pattern, text),
            None => self.pattern.may_match(text),
        }
    }
}

/// Something in the surroundings that changes a score.
#[derive(Debug, PartialEq)]
pub struct Predicate {
    /// Identifier.
    pub id: String,
    /// In words.
    pub reason: Phrase,
    /// What it adds or takes.
    pub score: i32,
    /// The hardest verdict left.
    pub ceiling: Option<Severity>,
    /// The role it gives.
    pub role: Option<Role>,
    /// The profile under which it does not apply.
    pub unless_profile: Option<String>,
    /// Only for these places, if any are named.
    pub places: Vec<FormScope>,
    /// Only in these parts, if any are named.
    pub parts: Vec<PartKind>,
    /// Not in these parts.
    pub not_parts: Vec<PartKind>,
    /// All of these must hold.
    pub when: Vec<When>,
}

/// What of its line a mark fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Fills {
    /// A column set with runs of blanks.
    Column,
    /// A group in brackets, or between signs, of a name, a subject or a title.
    Group,
}

/// One condition of a predicate.
#[derive(Debug, PartialEq)]
pub enum When {
    /// The text before the match, in its line.
    Before(Pattern),
    /// The text behind the match, in its line.
    After(Pattern),
    /// The match itself.
    Mark(Pattern),
    /// Lines nearby.
    Near {
        /// Tried on each line.
        pattern: Pattern,
        /// Lines before.
        before: usize,
        /// Lines behind.
        after: usize,
        /// The own line counts.
        own_line: bool,
        /// How many must match.
        at_least: usize,
    },
    /// Among the first lines that are not blank.
    HeadLines(u64),
    /// Among the last lines.
    TailLines(usize),
    /// Different levels listed nearby.
    LevelsListed(usize),
    /// Different levels nearby that each fill a cell or a line.
    LevelsInCells(usize),
    /// The mark fills this much of its line.
    Fills(Fills),
    /// Other cells or columns of its line hold something.
    CellsBeside(usize),
    /// Cells above or below hold other words of the mark's shape.
    ShapedAlike,
    /// The whole text has so many characters at most.
    TextAtMost(usize),
    /// The same mark stands isolated several times.
    Repeated(usize),
    /// Program source, or not.
    SourceCode(bool),
    /// In a picture, within the uppermost part of its page.
    TopPercent(u8),
    /// In a picture, below the uppermost part of its page.
    BelowPercent(u8),
    /// In a picture, in a line less high than this share of the usual one.
    SmallerPercent(u16),
}

impl Pack {
    /// The pack's name and version as reports give them.
    pub fn reference(&self) -> PackRef {
        PackRef { id: self.id.clone(), version: self.version.clone(), sequence: self.sequence }
    }
}

impl Running {
    pub(super) fn of(forms: &[Form]) -> Self {
        let mut parts = BTreeSet::new();
        for form in forms.iter().filter(|form| form.place != FormScope::Line) {
            if form.parts.is_empty() {
                return Running::Anywhere;
            }
            parts.extend(&form.parts);
        }
        Running::In(parts)
    }
}

impl Predicate {
    /// Lines before and behind a match, or from the text's first on, that it looks at.
    pub(super) fn lines(&self) -> usize {
        let lines = self.when.iter().map(|when| match when {
            When::Near { before, after, .. } => *before.max(after),
            When::HeadLines(lines) => usize::try_from(*lines).unwrap_or(usize::MAX),
            When::TailLines(lines) => *lines,
            _ => 0,
        });
        lines.max().unwrap_or(0)
    }
}

/// The rest is the rule's own: it only comes later.
impl Deref for Rule {
    type Target = RuleBody;

    fn deref(&self) -> &RuleBody {
        &self.rest
    }
}

impl Rule {
    /// How bad it is when a match leaves.
    pub fn severity(&self) -> Impact {
        self.standing.severity.unwrap_or_else(|| Impact::of(self.tier))
    }

    /// Every pattern of the rule, to compile them all at once.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.forms.iter().flat_map(|form| {
            std::iter::once(&form.pattern)
                .chain(&form.not_before)
                .chain(&form.not_after)
                .chain(&form.unless)
                .chain(&form.beside)
                .chain(&form.original)
        })
    }
}
