//! The verdict on an item and the severity of one finding, both ordered so that
//! adding a finding or a gap can only raise them.

use serde::{Deserialize, Serialize};

/// What one finding asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Shown in the report only.
    Note,
    /// A person should look before this leaves.
    Warn,
    /// This must not leave.
    Block,
}

impl Severity {
    /// One step milder; a note stays a note, because nothing found is ever silenced.
    pub fn lowered(self) -> Self {
        match self {
            Severity::Block => Severity::Warn,
            Severity::Warn | Severity::Note => Severity::Note,
        }
    }
}

/// What may happen to an item: `clear` < `warn` < `uninspected` < `block`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Read to its end; nothing at or above the warn score.
    #[default]
    Clear,
    /// Something a person should look at.
    Warn,
    /// Some place could not be inspected.
    Uninspected,
    /// A mark or a quantity of sensitive data that must not leave.
    Block,
}

impl From<Severity> for Verdict {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Note => Verdict::Clear,
            Severity::Warn => Verdict::Warn,
            Severity::Block => Verdict::Block,
        }
    }
}

impl Verdict {
    /// The word used in reports and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Clear => "clear",
            Verdict::Warn => "warn",
            Verdict::Uninspected => "uninspected",
            Verdict::Block => "block",
        }
    }
}
