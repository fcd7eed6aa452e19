//! A pack as it stands in a TOML file. Only shapes and defaults; what they mean is in `rule`.
//! Unknown keys are errors, so that a misspelt key cannot disarm a rule.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Check;
use super::example::Example;
use super::list::ListSpec;
use super::rule::Counts;
use super::rule_metadata::{Allowed, Confidence, Deprecated, Impact};
use crate::model::{Channel, Mask, PartKind, Phrase, Role, Severity, Tier};

/// The schema version this build reads.
pub(super) const SCHEMA: u32 = 1;

/// A pack file.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PackSpec {
    /// Version of this format, now 1.
    pub schema_version: u32,
    /// Identifier, such as `prc-state-secret`.
    pub id: String,
    /// Version of the pack, a date by custom.
    pub version: String,
    /// What the pack covers.
    pub title: Phrase,
    /// Fragments that patterns name as `{name}`.
    #[serde(default)]
    pub define: BTreeMap<String, String>,
    /// Level words, as a pattern's group `level` captures them, with their tiers.
    #[serde(default)]
    pub levels: BTreeMap<String, Tier>,
    /// Patterns of what may stand on a mark's line: copy numbers, urgency.
    #[serde(default)]
    pub companions: Vec<String>,
    /// What in the surroundings adds to or takes from a score.
    #[serde(default, rename = "predicate")]
    pub predicates: Vec<PredicateSpec>,
    /// The rules.
    #[serde(default, rename = "rule")]
    pub rules: Vec<RuleSpec>,
    /// Lists of terms: names and phrases that are found wherever they stand.
    #[serde(default, rename = "list")]
    pub lists: Vec<ListSpec>,
}

/// One rule.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// Identifier, unique over all packs.
    pub id: String,
    /// A short title for people.
    pub title: Phrase,
    /// The tier, unless a captured level says otherwise.
    pub tier: Tier,
    /// What a match does in the document.
    #[serde(default = "mark")]
    pub role: Role,
    /// Words one of which every match contains. They are looked for first, all at once.
    #[serde(default)]
    pub anchors: Vec<String>,
    /// Instead of anchors: a run of at least so many digits, blanks and hyphens inside allowed.
    pub digits: Option<usize>,
    /// Anchors match whatever the case of ASCII letters.
    #[serde(default)]
    pub ignore_case: bool,
    /// Anchors may begin or end inside a word, as a token's prefix does.
    #[serde(default)]
    pub inside_words: bool,
    /// The forms a match takes.
    #[serde(rename = "form")]
    pub forms: Vec<FormSpec>,
    /// A computation that a matched number or token must pass.
    pub check: Option<Check>,
    /// From how many different values on a finding is a note, a warning, a block.
    pub counts: Option<Counts>,
    /// The kind of personal data a match is, such as `identity`: rules that name the same one are one kind. Where
    /// several kinds stand in a row, or on the lines of a form, they are counted as a record of one person.
    pub kind: Option<String>,
    /// How excerpts are masked.
    #[serde(default)]
    pub mask: Mask,
    /// The common predicates apply.
    #[serde(default = "yes")]
    pub context: bool,
    /// Only for text read from pictures.
    #[serde(default)]
    pub ocr_only: bool,
    /// Only on these ways out, such as `message`.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// Standards, laws and public notices the rule rests on.
    pub references: Vec<String>,
    /// What a person should do, where it differs from the usual.
    pub advice: Option<Phrase>,
    /// Texts the rule must find.
    pub examples: Vec<Example>,
    /// Texts the rule must not report as a warning or a block.
    pub negative_examples: Vec<Example>,
    /// How bad it is when a match leaves; by default what the tier says.
    pub severity: Option<Impact>,
    /// How sure a match is.
    pub confidence: Option<Confidence>,
    /// The rule is on its way out: it still works, and checking says so.
    pub deprecated: Option<Deprecated>,
    /// Lines that hold one of these texts are only noted, until the day given.
    #[serde(default)]
    pub allowlist: Vec<Allowed>,
    /// Texts the rule should find and does not yet: told, never a failure.
    #[serde(default)]
    pub known_misses: Vec<Example>,
}

fn mark() -> Role {
    Role::Mark
}

fn yes() -> bool {
    true
}

/// One form of a rule's matches.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FormSpec {
    /// Where in the text the pattern is looked for.
    pub place: super::FormScope,
    /// The regular expression, with `{names}` from `define`. Its group `mark` is what is shown,
    /// its group `level` decides the tier.
    pub pattern: String,
    /// What the form alone is worth.
    pub score: i32,
    /// The form in words.
    pub reason: Phrase,
    /// Tier of this form, if it differs from the rule's.
    pub tier: Option<Tier>,
    /// Role of this form, if it differs from the rule's.
    pub role: Option<Role>,
    /// Must not match right before the match.
    pub not_before: Option<String>,
    /// Must not match right after the match.
    pub not_after: Option<String>,
    /// Must not match anywhere in the line.
    pub unless: Option<String>,
    /// Must match somewhere in the line.
    pub beside: Option<String>,
    /// Must match what was really written, before folding.
    pub original: Option<String>,
    /// Only in these kinds of part.
    #[serde(default)]
    pub parts: Vec<PartKind>,
}

/// One predicate: all conditions given must hold.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PredicateSpec {
    /// Identifier.
    pub id: String,
    /// The predicate in words.
    pub reason: Phrase,
    /// What it adds to or takes from the score.
    #[serde(default)]
    pub score: i32,
    /// The hardest verdict left when it holds.
    pub ceiling: Option<Severity>,
    /// The role of what it holds for.
    pub role: Option<Role>,
    /// Does not apply under this profile, such as `exam-authority`.
    pub unless_profile: Option<String>,
    /// Only for these forms.
    #[serde(default)]
    pub places: Vec<super::FormScope>,
    /// Matches the text before the match, in its line.
    pub before: Option<String>,
    /// Matches the text behind the match, in its line.
    pub after: Option<String>,
    /// Matches the match itself.
    pub mark: Option<String>,
    /// Matches lines nearby.
    pub near: Option<NearSpec>,
    /// The match stands in one of these kinds of part.
    #[serde(default)]
    pub parts: Vec<PartKind>,
    /// The match does not stand in one of these kinds of part.
    #[serde(default)]
    pub not_parts: Vec<PartKind>,
    /// Among the first so many lines that are not blank.
    pub head_lines: Option<u64>,
    /// Among the last so many lines.
    pub tail_lines: Option<usize>,
    /// So many different levels are listed within five lines.
    pub levels_listed: Option<usize>,
    /// So many different levels each fill a cell or a line within five lines.
    pub levels_in_cells: Option<usize>,
    /// The mark fills only this much of its line.
    pub fills: Option<super::Fills>,
    /// So many other cells or columns of its line hold something.
    pub cells_beside: Option<usize>,
    /// Cells above or below hold other words of the mark's shape.
    #[serde(default)]
    pub shaped_alike: bool,
    /// The whole text has so many characters at most.
    pub text_at_most: Option<usize>,
    /// The same mark stands isolated so many times.
    pub repeated: Option<usize>,
    /// The text is program source.
    pub source_code: Option<bool>,
    /// In a picture: within the uppermost so many percent of its page.
    pub top_percent: Option<u8>,
    /// In a picture: further down its page than so many percent.
    pub below_percent: Option<u8>,
    /// In a picture: the line is less high than so many percent of the usual one.
    pub smaller_percent: Option<u16>,
}

/// Lines around a match.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NearSpec {
    /// The regular expression, tried on each line.
    pub pattern: String,
    /// Lines looked at before the match's own.
    #[serde(default)]
    pub lines_before: usize,
    /// Lines looked at behind the match's own.
    #[serde(default)]
    pub lines_after: usize,
    /// The match's own line counts too.
    #[serde(default)]
    pub own_line: bool,
    /// How many lines must match.
    #[serde(default = "one")]
    pub at_least: usize,
}

fn one() -> usize {
    1
}
