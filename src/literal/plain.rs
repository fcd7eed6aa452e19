//! The automaton of Aho and Corasick: any word, one step a byte. The reference of the other engines
//! and the place of words they do not take.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::{Match, Unbuildable, Word};

#[derive(Debug)]
pub(super) struct Plain {
    /// For words whose case counts and for those whose does not.
    halves: Vec<(AhoCorasick, Vec<usize>)>,
}

impl Plain {
    pub(super) fn new(words: &[(usize, Word<'_>)]) -> Result<Self, Unbuildable> {
        let mut halves = Vec::new();
        for ignore_case in [false, true] {
            let (numbers, texts): (Vec<usize>, Vec<&str>) = words
                .iter()
                .filter(|(_, word)| word.ignore_case == ignore_case)
                .map(|(number, word)| (*number, word.text))
                .unzip();
            if texts.is_empty() {
                continue;
            }
            let automaton = AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .ascii_case_insensitive(ignore_case)
                .build(texts)
                .map_err(|e| Unbuildable(e.to_string()))?;
            halves.push((automaton, numbers));
        }
        Ok(Plain { halves })
    }

    pub(super) fn find(&self, text: &str, out: &mut Vec<Match>) {
        for (automaton, numbers) in &self.halves {
            out.extend(automaton.find_overlapping_iter(text).map(|hit| Match {
                word: numbers[hit.pattern().as_usize()],
                start: hit.start(),
                end: hit.end(),
            }));
        }
    }

    pub(super) fn memory(&self) -> usize {
        self.halves
            .iter()
            .map(|(automaton, numbers)| automaton.memory_usage() + numbers.len() * size_of::<usize>())
            .sum()
    }
}
