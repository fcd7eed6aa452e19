//! A line by its number, in a text of a hundred thousand: how many end in each stretch of the text is
//! counted once, which is nearly as fast as reading it; within a stretch they are counted anew.

use std::ops::Range;

/// Bytes of a stretch.
const STRETCH: usize = 512;

/// How many lines end before each stretch of a text.
#[derive(Debug)]
pub(super) struct LineIndex {
    before: Vec<u32>,
}

impl LineIndex {
    /// Counts the lines of a text of less than 4 GB.
    pub(super) fn new(text: &[u8]) -> Self {
        let mut sum = 0;
        let ends = |stretch: &[u8]| memchr::memchr_iter(b'\n', stretch).count() as u32;
        let before = text.chunks(STRETCH).map(|stretch| {
            let before = sum;
            sum += ends(stretch);
            before
        });
        LineIndex { before: before.collect() }
    }

    /// Where a line stands in the text that was counted, by its number from 0, without its end; a line has one.
    pub(super) fn get(&self, text: &[u8], number: usize) -> Option<Range<usize>> {
        let start = match number.checked_sub(1) {
            Some(before) => self.end(text, before)? + 1,
            None => 0,
        };
        Some(start..start + memchr::memchr(b'\n', text.get(start..)?)?)
    }

    /// Where a line ends.
    fn end(&self, text: &[u8], number: usize) -> Option<usize> {
        let stretch = self.before.partition_point(|before| *before as usize <= number).checked_sub(1)?;
        let start = stretch * STRETCH;
        let rest = number - self.before[stretch] as usize;
        memchr::memchr_iter(b'\n', text.get(start..)?).nth(rest).map(|at| start + at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_none_behind_the_last() {
        // Lines shorter and longer than a stretch, empty ones, and ends at its border.
        let lengths = [0, 3, STRETCH - 5, 0, 0, 2 * STRETCH, 1, 40, 0, STRETCH];
        let all: Vec<String> = (0..500).map(|n| "青".repeat(lengths[n % lengths.len()] / 3)).collect();
        let text = all.iter().map(|line| format!("{line}\n")).collect::<String>();
        let lines = LineIndex::new(text.as_bytes());
        let read = |number| lines.get(text.as_bytes(), number).map(|at| &text[at]);
        for (number, line) in all.iter().enumerate() {
            assert_eq!(read(number), Some(line.as_str()), "{number}");
        }
        assert_eq!(read(all.len()), None);
        assert_eq!(LineIndex::new(b"").get(b"", 0), None);
        assert_eq!(LineIndex::new(b"no end").get(b"no end", 0), None);
    }
}
