//! The way back: from offsets in folded text to byte ranges of the original.

use std::ops::Range;

/// A stretch of folded text and the original it came from.
#[derive(Debug, Clone, Copy)]
struct MappedRun {
    folded: usize,
    original: usize,
    original_len: usize,
    /// Byte for byte the same; otherwise the whole run is one indivisible piece.
    same: bool,
}

/// A map from folded offsets to original ones, as short runs in ascending order.
#[derive(Debug, Clone, Default)]
pub(super) struct OffsetMap {
    runs: Vec<MappedRun>,
}

impl OffsetMap {
    /// Forgets everything but its memory.
    pub(super) fn clear(&mut self) {
        self.runs.clear();
    }

    /// Records that `original` was copied to `folded` unchanged.
    pub(super) fn same(&mut self, folded: usize, original: Range<usize>) {
        if let Some(last) = self.runs.last_mut()
            && last.same
            && last.original + last.original_len == original.start
            && last.folded + last.original_len == folded
        {
            last.original_len += original.len();
            return;
        }
        self.runs.push(MappedRun { folded, original: original.start, original_len: original.len(), same: true });
    }

    /// Records that `original` became something else at `folded`.
    pub(super) fn replaced(&mut self, folded: usize, original: Range<usize>) {
        self.runs.push(MappedRun { folded, original: original.start, original_len: original.len(), same: false });
    }

    fn run_at(&self, folded: usize) -> Option<&MappedRun> {
        let after = self.runs.partition_point(|run| run.folded <= folded);
        self.runs.get(after.checked_sub(1)?)
    }

    /// The original bytes behind the folded character that starts at `at` and is `len` bytes long.
    fn original_of(&self, at: usize, len: usize) -> Range<usize> {
        match self.run_at(at) {
            None => 0..0,
            Some(run) if run.same => {
                let start = run.original + (at - run.folded).min(run.original_len);
                start..(start + len).min(run.original + run.original_len)
            }
            Some(run) => run.original..run.original + run.original_len,
        }
    }

    /// The original bytes behind a non-empty folded range.
    pub(super) fn original_range(&self, text: &str, range: Range<usize>) -> Range<usize> {
        if range.is_empty() {
            let at = self.original_of(range.start, 0).start;
            return at..at;
        }
        let last = text[range.clone()].char_indices().next_back().map_or(0, |(at, _)| range.start + at);
        let start = self.original_of(range.start, 1).start;
        let end = self.original_of(last, range.end - last).end;
        start..end.max(start)
    }
}
