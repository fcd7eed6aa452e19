//! Many literals in one text: every place of every word, overlapping ones included. Three engines
//! share the work by what a word looks like; which one found a hit never shows in the hit. Nothing
//! here knows what a word is for.

mod packed;
mod plain;
mod plan;
mod rarity;
pub mod sealed;
mod walk;
mod window;
mod windows;

use std::sync::Arc;

use packed::PackedSearcher;
use plain::Plain;
pub use plan::{Plan, Planned};
use sealed::Sealed;
use windows::Windows;

/// A word to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    /// What stands in the text.
    pub text: &'a str,
    /// ASCII letters match whatever their case.
    pub ignore_case: bool,
}

/// Words that were planned before, numbered one behind the other.
#[derive(Debug, Clone, Copy)]
pub struct Set<'a> {
    /// The number of the first.
    pub first: usize,
    /// ASCII letters match whatever their case.
    pub ignore_case: bool,
    /// The words.
    pub plan: Plan<'a>,
}

impl<'a> Set<'a> {
    fn words(&self) -> impl Iterator<Item = (usize, Word<'a>)> + Clone + use<'a> {
        let Set { first, ignore_case, plan } = *self;
        plan.words().map(move |word| (first + word.number, Word { text: word.text, ignore_case }))
    }
}

/// Words that cannot be read, numbered one behind the other.
#[derive(Debug, Clone)]
pub struct Vault {
    /// The number of the first.
    pub first: usize,
    /// The words.
    pub words: Arc<Sealed>,
}

/// A place where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The word's number.
    pub word: usize,
    /// Its first byte in the text.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
}

impl Match {
    /// The order in which an automaton that reads the text once would find them.
    fn order(&self) -> (usize, usize, usize) {
        (self.end, self.start, self.word)
    }
}

/// Words no engine can be built for.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unbuildable(String);

/// Words ready to be found.
#[derive(Debug)]
pub struct Literals {
    windows: Option<Windows>,
    few: Vec<PackedSearcher>,
    plain: Option<Plain>,
    vaults: Vec<Vault>,
}

impl Literals {
    /// Chooses engines for the words and builds them. Empty words stand nowhere.
    ///
    /// # Errors
    /// If they are too many or too long for the automaton.
    pub fn new(words: &[Word<'_>]) -> Result<Self, Unbuildable> {
        let all: Vec<_> = words.iter().copied().enumerate().collect();
        Literals::with_sets(&all, &[])
    }

    /// The same for words with their numbers, and sets of planned words.
    ///
    /// # Errors
    /// As [`Literals::new`].
    pub fn with_sets(words: &[(usize, Word<'_>)], sets: &[Set<'_>]) -> Result<Self, Unbuildable> {
        let own = words.iter().copied().filter(|(_, word)| !word.text.is_empty());
        let count = words.len() + sets.iter().map(|set| set.plan.len()).sum::<usize>();
        if count <= packed::MOST {
            let planned = sets.iter().flat_map(Set::words).filter(|(_, word)| !word.text.is_empty());
            if let Some(few) = PackedSearcher::new(&own.clone().chain(planned).collect::<Vec<_>>()) {
                return Ok(Literals { windows: None, few: vec![few], plain: None, vaults: Vec::new() });
            }
        }
        let (windows, short) = Windows::new(own, sets);
        let few = PackedSearcher::several(&short).unwrap_or_default();
        let plain = (few.is_empty() && !short.is_empty()).then(|| Plain::new(&short)).transpose()?;
        Ok(Literals { windows, few, plain, vaults: Vec::new() })
    }

    /// These and words that cannot be read.
    pub fn and(mut self, vaults: Vec<Vault>) -> Self {
        self.vaults.extend(vaults);
        self
    }

    /// The same words in the automaton alone: the reference the engines are held against.
    ///
    /// # Errors
    /// As [`Literals::new`].
    pub fn reference(words: &[Word<'_>]) -> Result<Self, Unbuildable> {
        let all: Vec<_> = words.iter().copied().enumerate().filter(|(_, word)| !word.text.is_empty()).collect();
        let plain = (!all.is_empty()).then(|| Plain::new(&all)).transpose()?;
        Ok(Literals { windows: None, few: Vec::new(), plain, vaults: Vec::new() })
    }

    /// Every place of every word, by where it ends, then where it begins.
    pub fn find(&self, text: &str) -> Vec<Match> {
        let mut found = Vec::new();
        if let Some(windows) = &self.windows {
            windows.find(text.as_bytes(), &mut found);
        }
        for few in &self.few {
            few.find(text.as_bytes(), &mut found);
        }
        if let Some(plain) = &self.plain {
            plain.find(text, &mut found);
        }
        for Vault { first, words } in &self.vaults {
            let known = found.len();
            words.find(text.as_bytes(), &mut found);
            found[known..].iter_mut().for_each(|found| found.word += first);
        }
        if !found.is_sorted_by_key(Match::order) {
            found.sort_unstable_by_key(Match::order);
        }
        found
    }

    /// Bytes the engines take in memory.
    pub fn memory(&self) -> usize {
        let few: usize = self.few.iter().map(PackedSearcher::memory).sum();
        let vaults: usize = self.vaults.iter().map(|vault| vault.words.memory()).sum();
        self.windows.as_ref().map_or(0, Windows::memory) + few + self.plain.as_ref().map_or(0, Plain::memory) + vaults
    }
}

#[cfg(test)]
mod tests;
