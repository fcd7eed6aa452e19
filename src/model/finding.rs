//! A finding: a rule matched, and the judge's explanation. The only form in which
//! matched text leaves `judge`, and there it is an [`Excerpt`].

use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use super::{Excerpt, Lang, Location, PartKind, Phrase, Severity, Tier};

/// What the matched text does in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The document is marked.
    Mark,
    /// The document talks about marks.
    Mention,
    /// Sensitive data, such as a number of a person or a key.
    Data,
}

/// One reason behind a score.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reason {
    /// In words.
    pub text: Phrase,
    /// What it added to or took from the score.
    pub weight: i32,
}

impl Reason {
    /// The reason with its weight, for `--explain`: `isolated line (+100)`.
    pub fn weighed(&self, lang: Lang) -> String {
        match self.weight {
            0 => self.text.get(lang).to_string(),
            weight => format!("{} ({weight:+})", self.text.get(lang)),
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text.en)
    }
}

/// A rule matched, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The rule's identifier, such as `prc.state-secret.mark`.
    pub rule: Arc<str>,
    /// The pack the rule came from.
    pub pack: Arc<str>,
    /// The sequence of the signed pack, if it came with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// Which term of a term list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term: Option<Arc<str>>,
    /// The tier of what was found.
    pub tier: Tier,
    /// Mark, mention or data.
    pub role: Role,
    /// The sum of all weights.
    pub score: i32,
    /// What this finding asks for.
    pub verdict: Severity,
    /// Where.
    pub location: Location,
    /// The kind of part it stands in.
    pub part: PartKind,
    /// What was matched, masked.
    pub excerpt: Excerpt,
    /// Why it was judged so, most important first.
    pub why: Vec<Reason>,
    /// The rule's title, for people.
    #[serde(skip)]
    pub title: Phrase,
}

impl Finding {
    /// The pack, with the sequence it was signed with if it was: `acme #7`.
    pub fn source(&self) -> String {
        self.sequence.map_or_else(|| self.pack.to_string(), |sequence| format!("{} #{sequence}", self.pack))
    }
}
