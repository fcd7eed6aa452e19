//! Words as they are stored: in the order in which the filter takes them, each with its number and the
//! place of its rarest window. A plan spares whoever builds the filter weighing and sorting; it is held
//! against the words and changes how fast the filter is built, never what it finds.

use super::windows;

/// Bytes for each word: four of its number and one of its window's place, of seven bits each, so that they
/// are text.
const STEP: usize = 5;
const BITS: u32 = 7;
const MOST: usize = (1 << BITS) - 1;
/// Numbers that can be written.
const NUMBERS: usize = 1 << (4 * BITS);

/// Words in the order of the filter.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    lines: &'a str,
    order: &'a [u8],
}

/// A word of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned<'a> {
    /// Its number.
    pub number: usize,
    /// The word.
    pub text: &'a str,
    /// Where its line begins.
    pub line: usize,
    /// Where its window is said to be.
    pub(super) window: usize,
}

impl<'a> Plan<'a> {
    /// Plans words without line ends, numbered in their order: a word a line, and the numbers and windows.
    /// `None` if they are too many.
    pub fn of(words: &[&str]) -> Option<(String, String)> {
        let mut order: Vec<_> = words.iter().map(|word| windows::chosen(word.as_bytes())).zip(0usize..).collect();
        order.sort_unstable();
        let (mut lines, mut bytes) = (String::new(), String::new());
        for (chosen, number) in order.into_iter().filter(|_| words.len() <= NUMBERS) {
            lines.push_str(words[number]);
            lines.push('\n');
            let window = chosen.map_or(0, |chosen| chosen.window).min(MOST);
            let digits = (0..4).map(|digit| number >> (BITS * digit) & MOST).chain([window]);
            bytes.extend(digits.map(|digit| char::from(digit as u8)));
        }
        (words.len() <= NUMBERS).then_some((lines, bytes))
    }

    /// A stored plan, which need not be whole.
    pub fn new(lines: &'a str, order: &'a [u8]) -> Self {
        Plan { lines, order }
    }

    /// Every line has its number and its window.
    pub fn is_whole(&self) -> bool {
        let count = memchr::memchr_iter(b'\n', self.lines.as_bytes()).count();
        let ends = self.lines.is_empty() || self.lines.ends_with('\n');
        ends && count * STEP == self.order.len() && self.order.is_ascii()
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.order.len() / STEP
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// A word a line.
    pub fn lines(&self) -> &'a str {
        self.lines
    }

    /// The words in the order of the plan.
    pub fn words(&self) -> impl Iterator<Item = Planned<'a>> + Clone + use<'a> {
        let Plan { lines, order } = *self;
        let mut line = 0;
        order.as_chunks::<STEP>().0.iter().map_while(move |step| {
            let text = &lines[line..line + line_length(&lines.as_bytes()[line..])?];
            let planned = Planned { number: number(step), text, line, window: usize::from(step[STEP - 1]) };
            line += text.len() + 1;
            Some(planned)
        })
    }

    /// The numbers of the words in the order of the plan.
    pub fn numbers(&self) -> impl Iterator<Item = usize> + use<'a> {
        self.order.as_chunks::<STEP>().0.iter().map(number)
    }
}

/// The number of a word.
#[inline]
fn number(step: &[u8; STEP]) -> usize {
    let digit = |at: usize| usize::from(step[at]) << (BITS * at as u32);
    digit(0) | digit(1) | digit(2) | digit(3)
}

/// Bytes before the first line end. Words are short, so that setting up a search would take longer.
#[inline]
fn line_length(text: &[u8]) -> Option<usize> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let (eights, rest) = text.as_chunks::<8>();
    for (n, eight) in eights.iter().enumerate() {
        let others = u64::from_le_bytes(*eight) ^ (b'\n' as u64 * EACH);
        let ends = others.wrapping_sub(EACH) & !others & (0x80 * EACH);
        if ends != 0 {
            return Some(8 * n + ends.trailing_zeros() as usize / 8);
        }
    }
    rest.iter().position(|byte| *byte == b'\n').map(|at| text.len() - rest.len() + at)
}
