//! A report as it is written and read back: the line of the JSON contract, with places and reasons as the words
//! that stand there. What a program that reads our reports works with, so that it need not write the types again.

use serde::{Deserialize, Serialize};

use super::{PartKind, Role, Severity, Tier, Verdict};

/// One line of `--format jsonl`, or one element of `--format json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReportRecord {
    /// The path as it was given, joined below a folder; `-` for standard input.
    pub path: String,
    /// The verdict.
    pub verdict: Verdict,
    /// What was found, hardest first.
    pub findings: Vec<FindingRecord>,
    /// What could not be inspected.
    pub gaps: Vec<GapRecord>,
    /// The packs that took part.
    pub packs: Vec<PackRecord>,
    /// Size of the item in bytes.
    pub bytes: u64,
    /// Time taken, in milliseconds.
    pub millis: u64,
}

/// A finding in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FindingRecord {
    /// The rule's identifier.
    pub rule: String,
    /// The pack the rule came from.
    pub pack: String,
    /// The sequence of the signed pack, if it came with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// Which term of a term list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// The tier of what was found.
    pub tier: Tier,
    /// Mark, mention or data.
    pub role: Role,
    /// The sum of all weights.
    pub score: i32,
    /// What this finding asks for.
    pub verdict: Severity,
    /// Where, in words.
    pub location: String,
    /// The kind of part it stands in.
    pub part: PartKind,
    /// What was matched, masked.
    pub excerpt: String,
    /// Why it was judged so, most important first.
    pub why: Vec<String>,
}

/// A gap in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GapRecord {
    /// Where, in words.
    pub location: String,
    /// Why: the word of a [`GapReason`](super::GapReason); later versions know more of them.
    pub reason: String,
    /// What is behind it, where the reason alone does not tell what to do: the word of a
    /// [`ReaderFault`](super::ReaderFault) or of a [`Feature`](super::Feature).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The policy accepts that this format is not read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
}

/// A pack in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PackRecord {
    /// The pack's identifier.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The sequence it was signed with, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
}

impl ReportRecord {
    /// Reads one line of `--format jsonl`. Keys that are not known are passed over: later versions have more.
    ///
    /// # Errors
    /// When the line is no JSON, or lacks a key of the contract.
    pub fn from_json(line: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(line)
    }
}
