//! What a pack's patterns may name, and the pattern with what the names stand for.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::normalize::fold_pattern;

/// Longest pattern, in bytes, into which names are put.
const LONGEST: usize = 1 << 20;

/// Definitions and companions of a pack.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Names {
    /// What stands for a `{name}`, folded.
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
    /// Of a pack, with those of the common one.
    pub(super) fn new(common: Option<&Names>, define: BTreeMap<String, String>, companions: Vec<String>) -> Self {
        let (mut all, mut beside) =
            common.map(|common| (common.define.clone(), common.companions.clone())).unwrap_or_default();
        // Folding goes character by character, so that it may be done before the pieces are put together.
        all.extend(define.into_iter().map(|(name, pattern)| (name, fold_pattern(&pattern))));
        beside.extend(companions);
        Names { define: all, companions: beside }
    }

    /// Puts definitions in the place of `{names}` and folds the characters.
    pub(super) fn expand(&self, source: &str) -> Result<String, Unknown> {
        let mut out = String::new();
        self.put_in(&fold_pattern(source), &mut Vec::new(), &mut out)?;
        Ok(out)
    }

    /// Puts them in while some are being put in.
    fn put_in<'n>(&'n self, source: &str, open: &mut Vec<&'n str>, out: &mut String) -> Result<(), Unknown> {
        let mut rest = source;
        while let Some((at, name)) = named(rest) {
            let Some((name, definition)) = self.define.get_key_value(name) else {
                return Err(Unknown::Undefined(name.to_string()));
            };
            if open.contains(&name.as_str()) || out.len() > LONGEST {
                return Err(Unknown::Circular(name.clone()));
            }
            out.push_str(&rest[..at.start]);
            out.push_str("(?:");
            open.push(name);
            self.put_in(definition, open, out)?;
            open.pop();
            out.push(')');
            rest = &rest[at.end..];
        }
        out.push_str(rest);
        Ok(())
    }
}

/// The first `{name}` in a pattern; repetition counts such as `{2,3}` are none.
fn named(source: &str) -> Option<(Range<usize>, &str)> {
    let mut from = 0;
    while let Some(open) = source[from..].find('{').map(|at| from + at) {
        let close = open + source[open..].find('}')?;
        let name = &source[open + 1..close];
        if !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '-') {
            // `\p{han}` and the like are the regular expression's own.
            if !source[..open].ends_with("\\p") && !source[..open].ends_with("\\P") {
                return Some((open..close + 1, name));
            }
        }
        from = open + 1;
    }
    None
}
