//! A regular expression over folded text, put together and compiled when it is first needed: most rules
//! of a pack are never reached in a scan, and start-up must stay short.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder};

use super::needed::Needed;
use super::outline::{Look, Outline};
use super::pattern_tree::PatternTree;

/// A pattern.
pub struct Pattern {
    source: LazyLock<String, Box<dyn FnOnce() -> String + Send + Sync>>,
    regex: OnceLock<Option<Regex>>,
    /// How it is written, what it needs and what it looks like, as long as it is not compiled.
    tree: OnceLock<Option<PatternTree>>,
    needed: OnceLock<Needed>,
    outline: OnceLock<Option<Outline>>,
    /// Steps in which it was looked for.
    looked: AtomicUsize,
}

/// Bytes a compiled pattern may take.
const SIZE: usize = 4 << 20;
/// Steps in looking for a pattern after which to compile it would have cost as much: some four million instructions.
const LOOKED: usize = 200_000;

impl Pattern {
    /// A pattern from its expanded, folded source.
    pub fn new(source: String) -> Self {
        Pattern::later(|| source)
    }

    /// A pattern whose source is put together when it is needed.
    pub(super) fn later(source: impl FnOnce() -> String + Send + Sync + 'static) -> Self {
        Pattern {
            source: LazyLock::new(Box::new(source)),
            regex: OnceLock::new(),
            tree: OnceLock::new(),
            needed: OnceLock::new(),
            outline: OnceLock::new(),
            looked: AtomicUsize::new(0),
        }
    }

    /// The expanded, folded source.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Compiles now; says what is wrong with it.
    pub fn compile(&self) -> Result<(), String> {
        build(&self.source).map(drop).map_err(|e| e.to_string())
    }

    /// The compiled pattern; `None` if it is not valid, which loading a pack rules out.
    pub fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| build(&self.source).ok()).as_ref()
    }

    /// Whether it may match in a text, as far as that is seen without compiling it, which takes longer than hundreds
    /// of searches.
    pub fn may_match(&self, text: &str) -> bool {
        self.is_compiled() || self.needed().stands_in(text) && self.is_seen(|outline| outline.look(text))
    }

    /// What it needs.
    pub(super) fn needed(&self) -> &Needed {
        self.needed.get_or_init(|| self.tree().map_or(Needed::Nothing, Needed::of))
    }

    /// How it is written, if that is understood.
    pub(super) fn tree(&self) -> Option<&PatternTree> {
        self.tree.get_or_init(|| PatternTree::of(&self.source)).as_ref()
    }

    /// What it looks like is seen; or that was looked for often enough.
    pub(super) fn is_seen(&self, look: impl FnOnce(&Outline) -> Look) -> bool {
        if self.looked.load(Ordering::Relaxed) > LOOKED {
            return true;
        }
        let outline = self.outline.get_or_init(|| Outline::of(self.tree()?));
        outline.as_ref().is_none_or(|outline| {
            let look = look(outline);
            self.looked.fetch_add(look.steps, Ordering::Relaxed);
            look.may_match
        })
    }

    /// It was needed before.
    pub(super) fn is_compiled(&self) -> bool {
        self.regex.get().is_some()
    }

    /// What every match begins with, one of these; `None` if that cannot be told.
    pub(super) fn beginnings(&self) -> Option<Vec<String>> {
        let pattern = regex_syntax::parse(&self.source).ok()?;
        let beginnings = regex_syntax::hir::literal::Extractor::new().extract(&pattern);
        let text = |literal: &regex_syntax::hir::literal::Literal| String::from_utf8(literal.as_bytes().to_vec()).ok();
        beginnings.literals()?.iter().map(text).collect()
    }

    /// Matches somewhere in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.may_match(text) && self.regex().is_some_and(|regex| regex.is_match(text))
    }
}

/// The same source: whether it was compiled yet makes no difference.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source() == other.source()
    }
}

/// What it looks like, whether it was needed yet or not.
impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.source()).finish()
    }
}

fn build(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source).size_limit(SIZE).multi_line(false).build()
}
