//! Where folding changes a text, found without folding it: most of a text stays as it is, and most of
//! what changes is punctuation.

use std::ops::Range;

use super::cluster::joins_previous;
use super::fold::{Folded, Folder, is_break, swallows_blank};
use super::separated::separator;
use super::skip_set::SkipSet;
use super::spaced::{SPACED_LINE, is_single, is_spaced};
use super::table::{Fate, fate, kept};

/// Longest line, in bytes, that may be one of vertical text.
const SINGLE_LINE: usize = 64;

/// What becomes of a stretch of text.
#[derive(Debug, PartialEq, Eq)]
pub enum Change<'f> {
    /// Other characters stand there, or none.
    Text {
        /// The character before, as it is in folded text; none at the beginning of a line.
        before: Option<char>,
        /// What stands there in folded text; it may be what stood there before.
        new: &'f str,
        /// The character behind, as it is in folded text; none at the end of a line.
        after: Option<char>,
    },
    /// Only folding the line will show.
    Line,
}

/// Tells of every stretch of a text that may become another when it is folded, but for characters that are
/// inert. The rest of folded text stands in the original byte for byte, and what stands side by side there
/// stood side by side before.
pub fn changes(text: &str, inert: &SkipSet, tell: impl FnMut(Range<usize>, Change<'_>)) {
    ChangeWalk { text, inert, tell, folder: Folder::again(Folded::default()), line: 0, odd: false, wide: 0 }.run();
}

struct ChangeWalk<'t, F> {
    text: &'t str,
    inert: &'t SkipSet,
    tell: F,
    folder: Folder,
    /// Where the current line began.
    line: usize,
    /// Characters that may stand beside a single letter of a letter-spaced line were seen on it.
    odd: bool,
    /// Blanks other than those of ASCII that were seen on it.
    wide: usize,
}

impl<F: FnMut(Range<usize>, Change<'_>)> ChangeWalk<'_, F> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = self.begin_line(0);
        loop {
            at += self.inert.run(&bytes[at..]);
            let Some(first) = bytes.get(at) else { break };
            if *first == b'\n' {
                self.end_line(at);
                at = self.begin_line(at + 1);
                continue;
            }
            if *first == b' ' {
                at = self.blanks(at);
                continue;
            }
            let Some(c) = self.next(at) else { break };
            let end = at + c.len_utf8();
            at = match fate(c) {
                Fate::Keep => end,
                Fate::Become(_) if self.inert.holds(c) => end,
                _ if is_break(c) => {
                    self.end_line(at);
                    self.begin_line(end)
                }
                _ if joins_previous(c) => {
                    self.odd = true;
                    (self.tell)(at..end, Change::Line);
                    end
                }
                Fate::Become(other) if self.goes_on(end) => {
                    let (before, after) = (self.before(at), self.after(end));
                    (self.tell)(at..end, Change::Text { before, new: other.encode_utf8(&mut [0; 4]), after });
                    end
                }
                _ => self.stretch(at),
            };
        }
        self.end_line(self.text.len());
    }

    /// Where the walk goes on in a line: blanks before all else are dropped.
    fn begin_line(&mut self, start: usize) -> usize {
        self.line = start;
        let rest = &self.text.as_bytes()[start..];
        let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
        // What they stand together with may be more than blanks.
        let alone = rest.get(blanks).is_none_or(|byte| matches!(byte, b'\n' | b'!'..=b'~'));
        start + if alone { blanks } else { 0 }
    }

    fn next(&self, at: usize) -> Option<char> {
        self.text[at..].chars().next()
    }

    /// What comes next stays, or there is none.
    fn goes_on(&self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        kept(&bytes[at..bytes.len().min(at + 3)], false) > 0 || !self.next(at).is_some_and(changes_too)
    }

    fn before(&self, at: usize) -> Option<char> {
        self.text[self.line..at].chars().next_back().map(|c| self.folded(c))
    }

    fn after(&self, at: usize) -> Option<char> {
        self.next(at).filter(|c| !is_break(*c)).map(|c| self.folded(c))
    }

    /// What a character is in folded text that was passed over.
    fn folded(&self, c: char) -> char {
        match fate(c) {
            Fate::Become(other) if self.inert.holds(c) => other,
            _ => c,
        }
    }

    /// Blanks of ASCII.
    fn blanks(&mut self, start: usize) -> usize {
        let end = start + self.text.as_bytes()[start..].iter().take_while(|byte| **byte == b' ').count();
        let (before, after) = (self.before(start), self.after(end));
        if [before, after].into_iter().flatten().any(changes_too) {
            return self.stretch(start);
        }
        self.odd = true;
        if let Some(before) = before {
            let new = if after.is_none_or(|after| swallows_blank(before, after)) { "" } else { " " };
            (self.tell)(start..end, Change::Text { before: Some(before), new, after });
        }
        end
    }

    /// Several characters that change, or whose change depends on those around them.
    fn stretch(&mut self, start: usize) -> usize {
        let rest = &self.text[start..];
        let end = rest.char_indices().find(|(_, c)| !changes_too(*c)).map_or(self.text.len(), |(at, _)| start + at);
        let odd = |c: char| !matches!(fate(c), Fate::Become(_));
        self.odd |= self.text[start..end].chars().any(odd);
        self.wide += self.text[start..end].chars().filter(|c| !c.is_ascii() && fate(*c) == Fate::Blank).count();
        let (before, after) = (self.before(start), self.after(end));
        if before.is_none() && self.text[start..end].chars().all(|c| fate(c) == Fate::Blank) {
            return end;
        }
        if before.is_some_and(changes_too) {
            // A mark on the character before it.
            (self.tell)(start..end, Change::Line);
            return end;
        }
        let whole: String = before.into_iter().chain(self.text[start..end].chars()).chain(after).collect();
        let piece = self.folder.piece(&whole);
        let new = &piece[before.map_or(0, char::len_utf8)..piece.len() - after.map_or(0, char::len_utf8)];
        (self.tell)(start..end, Change::Text { before, new, after });
        end
    }

    fn end_line(&mut self, end: usize) {
        let line = &self.text[self.line..end];
        if line.is_empty() {
            return;
        }
        let blank = memchr::memchr(b' ', line.as_bytes()).is_some();
        let blanks = || self.wide + memchr::memchr_iter(b' ', line.as_bytes()).take(2).count();
        let whole = line.len() <= SINGLE_LINE && !has_two(line.as_bytes()) && is_single(line, 1)
            || separator(line).is_some()
            || line.len() <= SPACED_LINE
                && (self.odd && blanks() >= 2 || blank && may_be_spaced(line.trim_start_matches(' ').as_bytes()))
                && is_spaced(line);
        if whole {
            (self.tell)(self.line..end, Change::Line);
        }
        (self.odd, self.wide) = (false, 0);
    }
}

/// It does not stay what it is, and ends no line.
fn changes_too(c: char) -> bool {
    fate(c) != Fate::Keep && !is_break(c)
}

/// The line begins with two letters or signs of which one is no digit, as is seen at once.
fn has_two(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    matches!(line, [b'!'..=b'~', b'A'..=b'~', ..] | [b'A'..=b'~', b'!'..=b'~', ..])
        || kept(&line[..line.len().min(6)], false) == 6
}

/// Of the words of a line with single blanks of ASCII between them, enough may be of one byte. Every byte is treated
/// alike, so that many are looked at at once.
fn may_be_spaced(line: &[u8]) -> bool {
    let lone = |window: &[u8]| (window[0] == b' ') & (window[2] == b' ');
    if !line.windows(3).fold(false, |any, window| any | lone(window)) {
        return false;
    }
    // The first word and the last are not between blanks.
    let singles = line.windows(3).filter(|window| lone(window)).count() + 2;
    singles * 5 >= (memchr::memchr_iter(b' ', line).count() + 1) * 4
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fold::fold;
    use super::*;

    fn reported(text: &str) -> Vec<String> {
        reported_except(SkipSet::none(), text)
    }

    fn reported_except(inert: &SkipSet, text: &str) -> Vec<String> {
        let mut told = Vec::new();
        changes(text, inert, |at, change| {
            told.push(match change {
                Change::Text { new, .. } => format!("{}→{new}", &text[at]),
                Change::Line => format!("line {}", &text[at]),
            });
        });
        told
    }

    #[test]
    fn what_changes_is_told_and_nothing_else() {
        for (text, wanted) in [
            ("本办法由办公室负责解释。Plain words, as they are.\n\tcell\n", vec![]),
            ("规定，第二条（附件）", vec!["，→,", "（→(", "）→)"]),
            ("　　第一条　总则", vec!["　→"]),
            ("机 密", vec![" →"]),
            ("TOP  SECRET", vec!["  → "]),
            ("機密文件", vec!["機→机"]),
            ("机\u{200b}密", vec!["\u{200b}→"]),
            ("第12条和１２，三", vec!["１２，→12,"]),
            ("S E C R E T", vec!["line S E C R E T"]),
            // Blanks before a line are between no words.
            ("  aS E C R E T", vec!["line   aS E C R E T"]),
            ("机 密 件", vec![" →", " →", "line 机 密 件"]),
            ("前\n后", vec!["line 前", "line 后"]),
            ("机\u{336}密", vec!["line \u{336}"]),
            ("机.密.件", vec!["line 机.密.件"]),
            ("S-E-C-R-E-T", vec!["line S-E-C-R-E-T"]),
            ("see a word", vec![]),
        ] {
            assert_eq!(reported(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn what_is_inert_is_told_of_only_with_what_it_stands_beside() {
        let inert = SkipSet::new(|c| c == ':');
        for (text, wanted) in [
            ("规定，第二条（附件）", vec![]),
            ("规定：第二条", vec!["：→:"]),
            ("规定： 第二条", vec!["： →: "]),
            ("一， 二三", vec![" → "]),
            ("個\u{200b}別", vec!["\u{200b}別→别"]),
            ("，\u{336}一", vec!["line \u{336}"]),
        ] {
            assert_eq!(reported_except(&inert, text), wanted, "{text:?}");
        }
    }

    proptest! {
        /// Whatever stands side by side in folded text stood so before, or was told of.
        #[test]
        fn nothing_new_stands_in_folded_text_untold(
            text in r"(机|密|。|，| |  |\n|\r\n|\t|a|b c|words of any length|12|年|★|éé|e\u{301}|密\u{336}|ﬁ|　|\u{200b}|か\u{3099}|각|ᅡ|機|宻|！|“|\u{2028}|S E C R E T|机 密 ★|\n机.密.★\n|\.|Е|ß|Д){0,60}"
        ) {
            let mut told: Vec<Range<usize>> = Vec::new();
            changes(&text, SkipSet::none(), |at, _| told.push(at));
            let folded = fold(&text);
            let places: Vec<(char, Range<usize>)> =
                folded.text.char_indices().map(|(at, c)| (c, folded.original(at..at + c.len_utf8()))).collect();
            let known = |place: &Range<usize>| told.iter().any(|at| at.start < place.end && place.start < at.end);
            for (c, place) in places.iter().filter(|(c, _)| *c != '\n') {
                prop_assert!(text[place.clone()].chars().eq([*c]) || known(place), "{c:?}");
            }
            for pair in places.windows(2).filter(|pair| pair.iter().all(|(c, _)| *c != '\n')) {
                let between = pair[0].1.end..pair[1].1.start;
                let around = pair[0].1.start..pair[1].1.end;
                prop_assert!(between.start >= between.end || known(&around), "{pair:?}");
            }
        }
    }
}
