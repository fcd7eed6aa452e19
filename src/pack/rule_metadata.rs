//! What a rule says of itself besides what it looks for: how bad, how sure, how long still, and
//! which texts are allowed until when. Standard names, shared by rules and term lists.

use serde::{Deserialize, Serialize};

use crate::model::{Day, Tier};

/// How bad it is when a match leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Impact {
    /// Hardly.
    Low,
    /// A nuisance to put right.
    Medium,
    /// Harm to people or to the office.
    High,
    /// Harm to the state, or beyond repair.
    Critical,
}

impl Impact {
    /// What a tier says where a rule says nothing.
    pub fn of(tier: Tier) -> Self {
        match tier {
            Tier::Note => Impact::Low,
            Tier::Personal | Tier::Internal => Impact::Medium,
            Tier::Credential | Tier::WorkSecret => Impact::High,
            Tier::Confidential | Tier::Secret | Tier::TopSecret => Impact::Critical,
        }
    }
}

/// How sure a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Often something else: a note.
    Low,
    /// Usually right: a person should look.
    Medium,
    /// Hardly ever anything else: it must not leave.
    High,
}

impl Confidence {
    /// What a match of a term list is worth: a note, a warning, a block.
    pub fn score(self) -> i32 {
        match self {
            Confidence::Low => 30,
            Confidence::Medium => 60,
            Confidence::High => 90,
        }
    }
}

/// A rule on its way out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Deprecated {
    /// The version of the pack since which it is.
    pub since: String,
    /// The rule that takes its place.
    pub replaced_by: Option<String>,
    /// Why.
    pub reason: String,
}

/// A text that is allowed for a while.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Allowed {
    /// A line that holds this text is only noted.
    pub text: String,
    /// Why, for whoever reads a report.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Day,
}

/// The same, read and folded.
#[derive(Debug, Default, PartialEq)]
pub struct RuleMetadata {
    /// How bad a leak is.
    pub severity: Option<Impact>,
    /// How sure a match is.
    pub confidence: Option<Confidence>,
    /// On its way out.
    pub deprecated: Option<Deprecated>,
    /// Folded texts that are allowed.
    pub allowlist: Vec<Allowed>,
}

impl RuleMetadata {
    /// As a file has it, folded.
    pub(super) fn new(
        severity: Option<Impact>,
        confidence: Option<Confidence>,
        deprecated: Option<Deprecated>,
        allowlist: Vec<Allowed>,
    ) -> Self {
        RuleMetadata {
            severity,
            confidence,
            deprecated,
            allowlist: allowlist.into_iter().map(Allowed::folded).collect(),
        }
    }
}

impl Allowed {
    /// With its text as it stands in folded text.
    fn folded(self) -> Self {
        Allowed { text: crate::normalize::fold_literal(&self.text).into_owned(), ..self }
    }
}
