//! Examples: texts a rule must find or leave alone, as a plain string or with the place they
//! stand in.

use serde::Deserialize;

use super::either::either;
use crate::model::{PartKind, Severity, Tier};

/// An example text.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(untagged))]
pub enum Example {
    /// The body of a document.
    Text(String),
    /// Text in a certain place.
    Placed(PlacedExample),
}

either!(Example, Text, Placed(PlacedExample), "a text, or a table with `text`");

/// An example text in a certain place.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlacedExample {
    /// The text.
    pub text: String,
    /// The kind of part it stands in.
    #[serde(default = "body")]
    pub part: PartKind,
    /// The verdict wanted of this rule, exactly; by default a warning or a block.
    pub verdict: Option<Severity>,
    /// The tier wanted.
    pub tier: Option<Tier>,
}

fn body() -> PartKind {
    PartKind::Body
}

impl Example {
    /// The example with its place spelled out.
    pub fn placed(&self) -> PlacedExample {
        match self {
            Example::Text(text) => {
                PlacedExample { text: text.clone(), part: PartKind::Body, verdict: None, tier: None }
            }
            Example::Placed(placed) => placed.clone(),
        }
    }
}
