//! The result of one scan: an item's verdict with everything behind it.

use std::sync::Arc;

use serde::Serialize;

use super::{Finding, Gap, Identified, Verdict};

/// Which pack, in which version, took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackRef {
    /// The pack's identifier.
    pub id: Arc<str>,
    /// Its version.
    pub version: Arc<str>,
    /// The sequence it was signed with, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
}

/// What a scan says of one item. Serialised, it is one line of the JSON Lines contract.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The path as it was given, joined below a folder; `-` for standard input.
    pub path: String,
    /// The verdict, computed from findings and gaps.
    pub verdict: Verdict,
    /// What was found, hardest first.
    pub findings: Vec<Finding>,
    /// What could not be inspected.
    pub gaps: Vec<Gap>,
    /// The packs that took part.
    pub packs: Arc<[PackRef]>,
    /// Size of the item in bytes.
    pub bytes: u64,
    /// Time taken.
    pub millis: u64,
    /// What the item was taken for.
    #[serde(skip)]
    pub identified: Option<Identified>,
}

impl Report {
    /// The verdict that findings and gaps add up to.
    pub fn verdict_of(findings: &[Finding], gaps: &[Gap]) -> Verdict {
        let found = findings.iter().map(|f| Verdict::from(f.verdict)).max().unwrap_or_default();
        let missed = if gaps.iter().all(|gap| gap.accepted) { Verdict::Clear } else { Verdict::Uninspected };
        found.max(missed)
    }
}
