//! What was handed on already, so that content read by several ways is told once.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Different texts remembered; beyond, text may be told twice.
const REMEMBERED: usize = 2_000_000;

/// Texts handed on already.
#[derive(Default)]
pub(super) struct EmittedTexts {
    hashes: HashSet<u64>,
}

impl EmittedTexts {
    /// The text was not handed on before; now it is. Blanks make no difference.
    pub(super) fn is_news(&mut self, text: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        let mut empty = true;
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            empty = false;
            c.hash(&mut hasher);
        }
        !empty && (self.hashes.len() >= REMEMBERED || self.hashes.insert(hasher.finish()))
    }

    /// Only the lines that were not handed on before.
    pub(super) fn news(&mut self, text: &str) -> String {
        let mut out = String::new();
        for line in text.lines().filter(|line| self.is_news(line)) {
            out.push_str(line);
            out.push('\n');
        }
        out
    }
}
