//! What a pack's patterns may name, and the pattern with what the names stand for.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::normalize::fold_pattern;

/// Definitions and companions of a pack.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Names {
    /// What stands for a `{name}`.
    pub(super) define: BTreeMap<String, String>,
    /// What may stand beside a mark in its line.
    pub(super) companions: Vec<String>,
}

/// A name that cannot be put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unknown {
    /// There is no definition.
    Undefined(String),
    /// The definition leads back to itself.
    Circular(String),
}

impl Names {
    pub(super) fn new(define: BTreeMap<String, String>, companions: Vec<String>) -> Self {
        Names { define, companions }
    }

    /// Puts definitions in the place of `{names}` and folds the characters.
    pub(super) fn expand(&self, source: &str) -> Result<String, Unknown> {
        let mut out = source.to_string();
        for _ in 0..8 {
            let Some((range, name)) = named(&out) else {
                return Ok(fold_pattern(&out));
            };
            let Some(definition) = self.define.get(&name) else { return Err(Unknown::Undefined(name)) };
            let definition = format!("(?:{definition})");
            let placeholder = out[range].to_string();
            out = out.replace(&placeholder, &definition);
        }
        // More names than one pass of eight replaces, or a definition that names itself.
        match named(&out) {
            None => Ok(fold_pattern(&out)),
            Some(_) if out.len() < 64 * 1024 => self.expand(&out),
            Some((_, name)) => Err(Unknown::Circular(name)),
        }
    }
}

/// The first `{name}` in a pattern; repetition counts such as `{2,3}` are none.
fn named(source: &str) -> Option<(Range<usize>, String)> {
    let mut from = 0;
    while let Some(open) = source[from..].find('{').map(|at| from + at) {
        let close = open + source[open..].find('}')?;
        let name = &source[open + 1..close];
        if !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '-') {
            // `\p{han}` and the like are the regular expression's own.
            if !source[..open].ends_with("\\p") && !source[..open].ends_with("\\P") {
                return Some((open..close + 1, name.to_string()));
            }
        }
        from = open + 1;
    }
    None
}
