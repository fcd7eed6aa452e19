//! Folding: characters by the table, blanks between CJK characters dropped, lines closed up whose
//! characters are set apart by blanks or by one sign, vertical text joined. Folding folded text changes
//! nothing more, except where a line is letter-spaced in part.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::cluster::joins_previous;
use super::map::OffsetMap;
use super::separated::separator;
use super::spaced::{is_single, is_spaced, leaves_nothing};
use super::table::{Fate, fate, is_cjk, kept, kept_lines};

/// Bytes below which a text is looked at character by character for its line ends.
const SHORT: usize = 128;
/// Longest run of one-character lines that is joined as vertical text.
const VERTICAL: usize = 64;

/// Folded text with the way back.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    /// The folded text; lines end with `\n`.
    pub text: String,
    map: OffsetMap,
    /// Where two or more blanks in a row stood inside a line: the borders of columns set with blanks.
    columns: Vec<usize>,
}

impl Folded {
    /// The bytes of the original behind a range of the folded text.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        self.map.original_range(&self.text, range)
    }

    /// The column of a line that is set with runs of blanks, around a range within that line: what stands
    /// between two such runs. None if a run stands inside the range.
    pub fn column_at(&self, line: &Range<usize>, at: &Range<usize>) -> Option<Range<usize>> {
        let next = self.columns.partition_point(|border| *border <= at.start);
        let (before, behind) = (next.checked_sub(1).map(|at| self.columns[at]), self.columns.get(next).copied());
        let start = before.map_or(line.start, |border| border.max(line.start));
        let end = behind.map_or(line.end, |border| border.min(line.end));
        (at.end <= end).then_some(start..end)
    }

    /// The line around a byte of the folded text, without its end.
    pub fn line_at(&self, at: usize) -> Range<usize> {
        let start = self.text[..at].rfind('\n').map_or(0, |n| n + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |n| at + n);
        start..end
    }
}

/// Folds a text.
pub fn fold(text: &str) -> Folded {
    fold_again(text, Folded::default())
}

/// Folds a text into the memory of one that is needed no more.
pub fn fold_again(text: &str, memory: Folded) -> Folded {
    let mut folder = Folder::again(memory);
    folder.out.reserve(text.len() + 16);
    folded(text, folder)
}

fn folded(text: &str, mut folder: Folder) -> Folded {
    let lines = LineEnds::new(text);
    let mut at = 0;
    while at < text.len() {
        (_, at) = folder.next_line(&lines, at);
    }
    folder.done()
}

/// A text and where its lines end.
pub(super) struct LineEnds<'t> {
    pub(super) text: &'t str,
    /// Some lines may end otherwise than with `\n` or `\r`.
    rare: bool,
}

impl<'t> LineEnds<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        // Setting up the search would cost more than a short text does.
        LineEnds { text, rare: text.len() < SHORT || has_rare_breaks(text.as_bytes()) }
    }

    /// Of a text of which a few lines are looked at.
    pub(super) fn few(text: &'t str) -> Self {
        LineEnds { text, rare: true }
    }

    /// Where the line ends in which `at` stands, without what ends it.
    fn end(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let end = if self.rare { next_break(rest) } else { memchr::memchr2(b'\n', b'\r', rest.as_bytes()) };
        end.map_or(self.text.len(), |n| at + n)
    }

    /// Where the line begins in which `at` stands.
    pub(super) fn start(&self, at: usize) -> usize {
        let mut before = self.text[..at].char_indices().rev();
        before.find(|(_, c)| is_break(*c)).map_or(0, |(at, c)| at + c.len_utf8())
    }

    /// Where the line before ends, of the line that begins at `start`.
    pub(super) fn end_before(&self, start: usize) -> usize {
        self.text[..start].char_indices().next_back().map_or(0, |(at, _)| at)
    }
}

/// Folds a literal, such as an anchor, to the form it has in folded text.
pub fn fold_literal(text: &str) -> Cow<'_, str> {
    // Nothing changes, and no blanks that could be taken for letter-spacing.
    let is_kept = kept(text.as_bytes(), false) == text.len()
        || kept(text.as_bytes(), true) == text.len() && !is_spaced(text) && separator(text).is_none();
    if is_kept { text.into() } else { fold(text).text.into() }
}

/// Folding leaves every line as it is, taken for a literal.
pub fn are_folded(lines: &str) -> bool {
    let (text, mut at) = (lines.as_bytes(), 0);
    loop {
        at += kept_lines(&text[at..]);
        if at == text.len() {
            return true;
        }
        let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1);
        at = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end);
        if fold_literal(&lines[start..at]) != lines[start..at] {
            return false;
        }
    }
}

/// Folds the characters of a regular expression. Characters that become ASCII punctuation
/// are escaped, so a full-width bracket in a pattern stays a bracket to be found.
pub fn fold_pattern(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        match fate(c) {
            Fate::Blank => out.push(' '),
            Fate::Keep | Fate::Drop | Fate::Break => out.push(c),
            Fate::Become(other) => push_escaped(&mut out, other),
            Fate::Compat => compat(&c.to_string()).chars().for_each(|other| push_escaped(&mut out, other)),
        }
    }
    out
}

fn push_escaped(out: &mut String, c: char) {
    if c.is_ascii_punctuation() {
        out.push('\\');
    }
    out.push(c);
}

/// NFKC, with accents taken off Latin, Greek and Cyrillic letters, and marks off the rest.
fn compat(cluster: &str) -> String {
    let mut out: String = cluster
        .nfkc()
        .flat_map(|c| {
            let mut decomposed = std::iter::once(c).nfd();
            let base = decomposed.next().unwrap_or(c);
            let accented = (c as u32) < 0x2000 && decomposed.next().is_some_and(is_combining_mark);
            Some(if accented { base } else { c })
        })
        .filter(|c| !is_combining_mark(*c))
        .flat_map(without_case)
        .collect();
    // NFKC may bring forth blanks and variants of its own (㍿, ㊙, compatibility ideographs).
    if out.chars().any(|c| !c.is_ascii() && fate(c) != Fate::Keep) || out.contains(' ') {
        out = out
            .chars()
            .filter_map(|c| match fate(c) {
                Fate::Become(other) => Some(other),
                Fate::Drop | Fate::Blank | Fate::Break => None,
                Fate::Keep | Fate::Compat => Some(c),
            })
            .collect();
    }
    out
}

/// Letters that are neither ASCII nor become it have one case in folded text, so that comparing the case of
/// ASCII letters is enough in every script.
fn without_case(c: char) -> impl Iterator<Item = char> {
    let (one, two) = match c {
        'ß' | 'ẞ' => (Some('s'), Some('s')),
        // Turkish writes i with and without a dot, in both cases: all four are one letter.
        'ı' => (Some('i'), None),
        'ς' => (Some('σ'), None),
        _ if c.is_ascii() || fate(c) != Fate::Compat => (Some(c), None),
        _ => {
            let mut lower = c.to_lowercase();
            (lower.next(), lower.next())
        }
    };
    one.into_iter().chain(two)
}

pub(super) fn is_break(c: char) -> bool {
    c == '\r' || fate(c) == Fate::Break
}

/// Where the first line end is.
fn next_break(text: &str) -> Option<usize> {
    // A byte with which the characters begin that end lines, and others.
    let may_begin = |byte: u8| (byte.wrapping_sub(b'\n') < 4) | (byte == 0xC2) | (byte == 0xE2);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let block = &bytes[at..bytes.len().min(at + 32)];
        // A block is looked at without leaving early, so that its bytes are compared at once.
        if block.iter().fold(false, |any, byte| any | may_begin(*byte)) {
            let found = (at..at + block.len())
                .find(|at| may_begin(bytes[*at]) && text[*at..].chars().next().is_some_and(is_break));
            if found.is_some() {
                return found;
            }
        }
        at += block.len();
    }
    None
}

/// Whether some line ends otherwise than with `\n` or `\r`.
fn has_rare_breaks(text: &[u8]) -> bool {
    let in_utf8 = ["\u{85}", "\u{2028}", "\u{2029}"];
    memchr::memchr2(0x0B, 0x0C, text).is_some()
        || in_utf8.iter().any(|c| memchr::memmem::find(text, c.as_bytes()).is_some())
}

/// Bytes at the beginning of a line that are copied as they are and that nothing behind them joins.
fn kept_alone(line: &str, blanks: bool) -> usize {
    let kept = kept(line.as_bytes(), blanks);
    if kept == 0 || !line[kept..].chars().next().is_some_and(joins_previous) {
        return kept;
    }
    let last = line[..kept].chars().next_back().map_or(0, char::len_utf8);
    line[..kept - last].trim_end_matches(' ').len()
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum CharacterClass {
    /// Nothing on this line yet.
    #[default]
    Start,
    Cjk,
    Digit,
    Other,
}

impl CharacterClass {
    fn of(c: char) -> Self {
        match c {
            _ if is_cjk(c) => CharacterClass::Cjk,
            '0'..='9' => CharacterClass::Digit,
            _ => CharacterClass::Other,
        }
    }

    /// A blank between these two carries no meaning.
    fn swallows_blank(self, next: CharacterClass) -> bool {
        matches!(
            (self, next),
            (CharacterClass::Start, _)
                | (CharacterClass::Cjk, CharacterClass::Cjk | CharacterClass::Digit)
                | (CharacterClass::Digit, CharacterClass::Cjk)
        )
    }
}

/// Blanks between these two vanish.
pub(super) fn swallows_blank(before: char, after: char) -> bool {
    CharacterClass::of(before).swallows_blank(CharacterClass::of(after))
}

/// What keeps the characters of a line apart and is dropped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spacing {
    /// Nothing: its blanks are blanks.
    None,
    /// Single blanks.
    Blanks,
    /// One sign, again and again; blanks are blanks.
    Sign(char),
}

/// Blanks seen and not yet written.
struct Blank {
    original: Range<usize>,
    width: usize,
}

#[derive(Default)]
pub(super) struct Folder {
    /// Every character is looked at by itself: how the tests see that nothing else is different.
    careful: bool,
    pub(super) out: String,
    map: OffsetMap,
    columns: Vec<usize>,
    /// Line ends seen and not yet written: vertical text swallows them.
    breaks: Vec<Range<usize>>,
    /// Number of one-character lines just written in a row.
    singles: usize,
    // State of the current line.
    last: CharacterClass,
    blank: Option<Blank>,
}

impl Folder {
    /// In the memory of a text that is needed no more.
    pub(super) fn again(Folded { text: mut out, mut map, mut columns }: Folded) -> Self {
        out.clear();
        map.clear();
        columns.clear();
        Folder { out, map, columns, ..Folder::default() }
    }

    /// Folds the line that begins at `at`; says where it ends and where the next begins.
    pub(super) fn next_line(&mut self, lines: &LineEnds<'_>, at: usize) -> (usize, usize) {
        let end = lines.end(at);
        self.line(lines.text, at..end);
        let next = end + lines.text[end..].chars().next().map_or(0, char::len_utf8);
        if next > end {
            self.line_end(end..next);
        }
        (end, next)
    }

    /// Leaves out lines between two that no other line can be joined with; an empty line stands for them.
    pub(super) fn leave_out(&mut self, original: Range<usize>) {
        self.flush_breaks();
        self.map.replaced(self.out.len(), original);
        self.out.push('\n');
    }

    /// What a few characters of a line become that is not letter-spaced.
    pub(super) fn piece(&mut self, text: &str) -> &str {
        self.out.clear();
        self.map.clear();
        self.columns.clear();
        (self.last, self.blank) = (CharacterClass::Start, None);
        self.chars(text, 0..text.len(), Spacing::None);
        &self.out
    }

    pub(super) fn done(mut self) -> Folded {
        self.flush_breaks();
        Folded { text: self.out, map: self.map, columns: self.columns }
    }

    fn line(&mut self, text: &str, range: Range<usize>) {
        let line = &text[range.clone()];
        let single = is_single(line, self.singles);
        if single && (1..VERTICAL).contains(&self.singles) && self.breaks.len() <= 3 {
            self.breaks.clear();
            self.singles += 1;
        } else if single {
            self.flush_breaks();
            self.singles = 1;
        } else {
            if !leaves_nothing(line) || self.breaks.len() >= 3 {
                self.flush_breaks();
                self.singles = 0;
            }
            self.last = CharacterClass::Start;
        }
        if self.singles <= 1 {
            self.last = CharacterClass::Start;
        }
        self.blank = None;
        let spacing = match separator(line) {
            Some(sign) => Spacing::Sign(sign),
            None if is_spaced(line) => Spacing::Blanks,
            None => Spacing::None,
        };
        self.chars(text, range, spacing);
    }

    fn chars(&mut self, text: &str, range: Range<usize>, spacing: Spacing) {
        let spaced = spacing == Spacing::Blanks;
        let careful = self.careful || matches!(spacing, Spacing::Sign(_));
        let mut at = range.start;
        while at < range.end {
            let plain = if careful { 0 } else { kept_alone(&text[at..range.end], !spaced) };
            if plain > 0 {
                self.copy(&text[at..at + plain], at, spaced);
                at += plain;
                continue;
            }
            let Some(c) = text[at..range.end].chars().next() else {
                return;
            };
            let mut end = at + c.len_utf8();
            let fate = fate(c);
            let clustered = !matches!(fate, Fate::Drop | Fate::Blank | Fate::Break)
                && text[end..range.end].chars().next().is_some_and(joins_previous);
            while clustered && let Some(next) = text[end..range.end].chars().next().filter(|n| joins_previous(*n)) {
                end += next.len_utf8();
            }
            match fate {
                _ if spacing == Spacing::Sign(c) => {}
                Fate::Drop | Fate::Break => {}
                Fate::Blank => {
                    let before = self.blank.take().unwrap_or(Blank { original: at..at, width: 0 });
                    self.blank = Some(Blank { original: before.original.start..end, width: before.width + 1 });
                }
                _ if clustered => self.put(&compat(&text[at..end]), at..end, spaced),
                Fate::Keep => self.keep(c, at..end, spaced),
                Fate::Become(other) => self.put(other.encode_utf8(&mut [0; 4]), at..end, spaced),
                Fate::Compat => self.put(&compat(&text[at..end]), at..end, spaced),
            }
            at = end;
        }
    }

    /// Writes the blank that is due before `next`, or swallows it.
    fn settle_blank(&mut self, next: char, spaced: bool) {
        let kind = CharacterClass::of(next);
        let blank = self.blank.take();
        if self.last != CharacterClass::Start && blank.as_ref().is_some_and(|blank| blank.width > 1) {
            self.columns.push(self.out.len());
        }
        if let Some(blank) = blank
            && !self.last.swallows_blank(kind)
            && (!spaced || blank.width > 1 && kind != CharacterClass::Cjk)
        {
            self.map.replaced(self.out.len(), blank.original);
            self.out.push(' ');
        }
        self.last = kind;
    }

    /// Copies characters that stay what they are.
    fn copy(&mut self, text: &str, at: usize, spaced: bool) {
        let mut chars = text.chars();
        let Some(first) = chars.next() else { return };
        self.settle_blank(first, spaced);
        self.last = chars.next_back().map_or(self.last, CharacterClass::of);
        self.map.same(self.out.len(), at..at + text.len());
        self.out.push_str(text);
    }

    fn keep(&mut self, c: char, original: Range<usize>, spaced: bool) {
        self.settle_blank(c, spaced);
        self.map.same(self.out.len(), original);
        self.out.push(c);
    }

    fn put(&mut self, folded: &str, original: Range<usize>, spaced: bool) {
        let Some(first) = folded.chars().next() else { return };
        self.settle_blank(first, spaced);
        if let Some(last) = folded.chars().next_back() {
            self.last = CharacterClass::of(last);
        }
        self.map.replaced(self.out.len(), original);
        self.out.push_str(folded);
    }

    fn line_end(&mut self, original: Range<usize>) {
        self.breaks.push(original);
        if self.singles == 0 {
            self.flush_breaks();
        }
    }

    fn flush_breaks(&mut self) {
        for original in self.breaks.drain(..) {
            self.map.replaced(self.out.len(), original);
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::spaced::begins_blank;
    use super::*;

    #[test]
    fn damaged_forms_fold_to_the_plain_one() {
        for damaged in [
            "机密★10年",
            "機密★10年",
            "机　密★10年",
            "机 密 ★ 10 年",
            "机\u{a0}密\u{a0}★\u{a0}1\u{a0}0\u{a0}年",
            "机\u{2009}密\u{2009}★\u{2009}1\u{2009}0\u{2009}年",
            "机\u{200b}密\u{2060}★\u{feff}10\u{ad}年",
            "\u{202d}机密★10年\u{202c}",
            "机密☆１０年",
            "机密⭐\u{fe0f}10年",
            "机密＊10年",
            "机宻✪10年",
            "机\n密\n★\n1\n0\n年",
            "机\n\n密\n\n★\n\n10\n年",
            "  机\r\n密\r\n★\r\n1\r\n0\r\n年",
            "机\u{336}密\u{336}★10年",
            "机.密.★.1.0.年",
            "机-密-★-10-年",
            "机/密/★/10/年",
        ] {
            assert_eq!(fold(damaged).text, "机密★10年", "{damaged:?}");
        }
    }

    #[test]
    fn latin_keeps_its_words() {
        for (text, folded) in [
            ("TOP   SECRET", "TOP SECRET"),
            ("T O P   S E C R E T", "TOP SECRET"),
            ("TRÈS SECRET", "TRES SECRET"),
            ("VS – NUR FÜR DEN DIENSTGEBRAUCH", "VS - NUR FUR DEN DIENSTGEBRAUCH"),
            ("Ⅱ급비밀", "II급비밀"),
            ("대외비", "대외비"),
            ("\u{1103}\u{1162}\u{110b}\u{116c}\u{1107}\u{1175}", "대외비"),
            // Letters of other scripts that look like Latin ones are these; the rest has one case.
            ("Особой важности", "Ocoбoи baжhoctи"),
            ("ОСОБОЙ ВАЖНОСТИ", "OCOбOи BAжHOCTи"),
            ("SЕСRЕТ", "SECRET"),
            ("ΤΟΡ SΕCRΕT", "TOP SECRET"),
            ("ꜱᴇᴄʀᴇᴛ 🅢🅔🅒🅡🅔🅣", "SECRET SECRET"),
            ("Straße STRAẞE", "Strasse STRAssE"),
            ("ŁÓDŹ łódź", "łODZ łodz"),
            ("ıİiI", "iIiI"),
            ("S.E.C.R.E.T", "SECRET"),
            ("T-O-P S-E-C-R-E-T", "TOP SECRET"),
            ("U.S.A.", "U.S.A."),
            ("1.2.3.4.5.6", "1.2.3.4.5.6"),
            ("see the secret of a garden", "see the secret of a garden"),
        ] {
            assert_eq!(fold(text).text, folded, "{text:?}");
        }
    }

    #[test]
    fn paragraphs_cells_and_long_lines_stay_apart() {
        for (text, folded) in [
            ("机\t密★10年", "机\t密★10年"),
            ("机\n密★10年", "机\n密★10年"),
            ("甲机\n密乙", "甲机\n密乙"),
            ("2024 10 11", "2024 10 11"),
            ("a\n\n\n\nb", "a\n\n\n\nb"),
            ("年\n\t\u{301}\t", "年\n\t\t"),
            ("é\u{3000}é \u{301}é", "eee"),
        ] {
            assert_eq!(fold(text).text, folded, "{text:?}");
        }
    }

    #[test]
    fn runs_of_blanks_are_the_borders_of_columns() {
        let folded = fold("密级：机密    编号：0012\n  机　　密 ★\n");
        assert_eq!(folded.text, "密级:机密编号:0012\n机密★\n");
        let line = folded.line_at(0);
        let column = |word: &str| {
            let at = folded.text.find(word).expect("the word");
            folded.column_at(&line, &(at..at + word.len())).map(|at| &folded.text[at])
        };
        assert_eq!((column("机密"), column("编号")), (Some("密级:机密"), Some("编号:0012")));
        // A run of blanks inside the word: no column holds it.
        assert_eq!(column("密编"), None);
        let second = folded.line_at(line.end + 1);
        assert_eq!(folded.column_at(&second, &(second.start..second.start + 6)), None);
    }

    #[test]
    fn a_hit_maps_back_to_exactly_what_was_written() {
        let text = "前文\n  机\u{200b}密 ☆ １０年（附）\n后文";
        let folded = fold(text);
        let at = folded.text.find("机密★10年").expect("folded mark");
        let original = folded.original(at..at + "机密★10年".len());
        assert_eq!(&text[original], "机\u{200b}密 ☆ １０年");
    }

    #[test]
    fn every_line_end_is_seen() {
        for c in '\0'..='\u{10FFFF}' {
            let text = format!("密“{c}");
            assert_eq!(next_break(&text), is_break(c).then_some(6), "{c:?}");
        }
        for before in 0..70 {
            assert_eq!(next_break(&format!("{}\n", "x".repeat(before))), Some(before));
        }
        assert_eq!(next_break(&"“x”".repeat(30)), None);
    }

    #[test]
    fn every_blank_begins_as_is_said() {
        for c in ('\0'..='\u{10FFFF}').filter(|c| fate(*c) == Fate::Blank) {
            assert!(begins_blank(c.encode_utf8(&mut [0; 4]).as_bytes()[0]), "{c:?}");
        }
        assert!(!begins_blank(b'a') && !begins_blank("密".as_bytes()[0]));
    }

    #[test]
    fn patterns_fold_like_text_and_stay_patterns() {
        assert_eq!(fold_pattern("極機密（[0-9]+年）"), "极机密\\([0-9]+年\\)");
        assert_eq!(fold_literal("絕對機密"), "绝对机密");
    }

    proptest! {
        #[test]
        fn folding_is_idempotent(
            text in r"(机|密|★|＊|\*\*|12|年|AB|éé|ﬁ| |　|\u{200b}|\n|\t|ⅱ|，|e\u{301}x){0,40}"
        ) {
            let once = fold(&text).text;
            prop_assume!(!text.lines().chain(once.lines()).any(|line| is_spaced(line) || separator(line).is_some()));
            prop_assert_eq!(&fold(&once).text, &once);
        }

        #[test]
        fn what_is_copied_at_once_is_what_one_character_after_the_other_gives(
            text in r"(机|密|。|，| |  |\n|\r\n|\t|a|b c|words of (some|any) length|12|年|★|éé|e\u{301}|密\u{336}|ﬁ|　|\u{200b}|か\u{3099}|각|ᅡ|機|宻|！|“|\u{2028}|\u{85}|S E C R E T|机 密 ★){0,60}"
        ) {
            let careful = folded(&text, Folder { careful: true, ..Folder::default() });
            let folded = fold(&text);
            prop_assert_eq!(&folded.text, &careful.text);
            for (at, c) in folded.text.char_indices() {
                let end = at + c.len_utf8();
                prop_assert_eq!(folded.original(at..end), careful.original(at..end));
            }
        }

        #[test]
        fn lines_are_folded_if_each_of_them_is(
            mut lines in prop::collection::vec("(机|密|か|각|a|B|。){0,8}", 1..12),
            odd in r"(机|か|\u{3099}|각|ᅡ|機|，|é|e\u{301}|a| |　|\r|\u{200b}|★){0,3}",
            at in any::<prop::sample::Index>(),
        ) {
            at.get_mut(&mut lines).push_str(&odd);
            let each = lines.iter().all(|line| fold_literal(line) == line.as_str());
            prop_assert_eq!(are_folded(&lines.join("\n")), each);
        }

        #[test]
        fn a_line_is_letter_spaced_by_its_words(line in r"(机|密|a|b|AB|12| |  |　|，|\u{200b}|e\u{301}){0,40}") {
            let (mut words, mut letters) = (vec![0_usize], 0);
            for c in line.chars() {
                match c {
                    ' ' | '　' => words.push(0),
                    '\u{200b}' => {}
                    // Part of the letter before it.
                    '\u{301}' => {}
                    c => {
                        *words.last_mut().expect("a word") += 1;
                        letters += usize::from(c.is_alphanumeric());
                    }
                }
            }
            let (singles, words) =
                (words.iter().filter(|length| **length == 1).count(), words.iter().filter(|length| **length > 0).count());
            prop_assert_eq!(is_spaced(&line), singles >= 3 && singles * 5 >= words * 4 && letters >= 3);
        }

        #[test]
        fn every_folded_character_maps_into_the_original(text in any::<String>()) {
            let folded = fold(&text);
            for (at, c) in folded.text.char_indices() {
                let original = folded.original(at..at + c.len_utf8());
                prop_assert!(original.end <= text.len());
                prop_assert!(text.get(original.clone()).is_some(), "{original:?} cuts a character");
                prop_assert!(!original.is_empty());
            }
        }
    }
}
