//! Many literals in one text: every place of every word, overlapping ones included. Three engines
//! share the work by what a word looks like; which one found a hit never shows in the hit. Nothing
//! here knows what a word is for.

mod few;
mod plain;
mod rarity;
mod windows;

use few::Few;
use plain::Plain;
use windows::Windows;

/// A word to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    /// What stands in the text.
    pub text: &'a str,
    /// ASCII letters match whatever their case.
    pub ignore_case: bool,
}

/// A place where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The word's number.
    pub word: usize,
    /// Its first byte in the text.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
}

impl Found {
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
    few: Option<Few>,
    plain: Option<Plain>,
}

impl Literals {
    /// Chooses engines for the words and builds them. Empty words stand nowhere.
    ///
    /// # Errors
    /// If they are too many or too long for the automaton.
    pub fn new(words: &[Word<'_>]) -> Result<Self, Unbuildable> {
        let all = words.iter().copied().enumerate().filter(|(_, word)| !word.text.is_empty());
        if words.len() <= few::MOST
            && let Some(few) = Few::new(&all.clone().collect::<Vec<_>>())
        {
            return Ok(Literals { windows: None, few: Some(few), plain: None });
        }
        let windows = Windows::new(all.clone());
        let short: Vec<_> = all.filter(|(_, word)| !Windows::takes(*word)).collect();
        let few = Few::new(&short);
        let plain = (few.is_none() && !short.is_empty()).then(|| Plain::new(&short)).transpose()?;
        Ok(Literals { windows, few, plain })
    }

    /// The same words in the automaton alone: the reference the engines are held against.
    ///
    /// # Errors
    /// As [`Literals::new`].
    pub fn reference(words: &[Word<'_>]) -> Result<Self, Unbuildable> {
        let all: Vec<_> = words.iter().copied().enumerate().filter(|(_, word)| !word.text.is_empty()).collect();
        Ok(Literals { windows: None, few: None, plain: (!all.is_empty()).then(|| Plain::new(&all)).transpose()? })
    }

    /// Every place of every word, by where it ends, then where it begins.
    pub fn find(&self, text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        if let Some(windows) = &self.windows {
            windows.find(text.as_bytes(), &mut found);
        }
        if let Some(few) = &self.few {
            few.find(text.as_bytes(), &mut found);
        }
        if let Some(plain) = &self.plain {
            plain.find(text, &mut found);
        }
        if !found.is_sorted_by_key(Found::order) {
            found.sort_unstable_by_key(Found::order);
        }
        found
    }

    /// Bytes the engines take in memory.
    pub fn memory(&self) -> usize {
        let (windows, few) = (self.windows.as_ref().map(Windows::memory), self.few.as_ref().map(Few::memory));
        windows.unwrap_or(0) + few.unwrap_or(0) + self.plain.as_ref().map_or(0, Plain::memory)
    }
}

#[cfg(test)]
mod tests;
