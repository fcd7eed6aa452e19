//! Runs of digits, the anchors of numbers that have no words.

use std::ops::Range;

/// Calls `found` with every run of at least `least` digits; single blanks and hyphens inside
/// a run are allowed, as numbers are written in groups.
pub(super) fn runs(text: &str, least: usize, mut found: impl FnMut(Range<usize>, usize)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += without(&bytes[at..]);
            continue;
        }
        let start = at;
        let mut digits = 0;
        let mut end = at;
        while at < bytes.len() {
            match bytes[at] {
                b'0'..=b'9' => {
                    digits += 1;
                    at += 1;
                    end = at;
                }
                b' ' | b'-' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => at += 1,
                _ => break,
            }
        }
        if digits >= least {
            found(start..end, digits);
        }
        at = at.max(start + 1);
    }
}

/// Bytes at the beginning of which none is a digit; at least one.
fn without(bytes: &[u8]) -> usize {
    let mut at = 1;
    // A block is looked at without leaving early, so that its bytes are compared at once.
    while let Some(block) = bytes.get(at..at + 32)
        && !block.iter().fold(false, |any, byte| any | byte.is_ascii_digit())
    {
        at += 32;
    }
    let rest = bytes[at..].iter().position(u8::is_ascii_digit);
    rest.map_or(bytes.len(), |more| at + more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_found_wherever_it_stands() {
        for before in 0..80 {
            let text = format!("{}1234{}", "x".repeat(before), "密".repeat(40));
            let mut seen = Vec::new();
            runs(&text, 4, |range, n| seen.push((range, n)));
            assert_eq!(seen, vec![(before..before + 4, 4)]);
        }
    }

    #[test]
    fn groups_count_as_one_run() {
        let mut seen = Vec::new();
        runs("a 4539 1488-0343 6467 b 12345 c 11010519491231002X", 15, |range, n| seen.push((range, n)));
        assert_eq!(seen, vec![(2..21, 16), (32..49, 17)]);
    }
}
