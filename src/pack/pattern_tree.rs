//! A pattern read as it is written, without compiling it, which takes as long as thousands of lines: what can be told
//! of it in advance is told of this tree. The tree is coarse: it takes all that the pattern matches, and perhaps more.
//! What is written in a way that is not understood here is no tree.

use std::iter::Peekable;
use std::str::Chars;

/// Groups inside each other, at most.
const DEPTH: usize = 40;

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum PatternTree {
    /// Takes no character, and may stand anywhere; the borders of words are such, for they are not looked at.
    Empty,
    /// Only the beginning of the text.
    Start,
    /// Only its end.
    End,
    /// These characters.
    Text { text: String, any_case: bool },
    /// One character.
    Class(CharacterClass),
    /// One behind the other.
    InARow(Vec<PatternTree>),
    /// One of these.
    OneOf(Vec<PatternTree>),
    /// So many times; without an end, if there is no `most`.
    Repeated { tree: Box<PatternTree>, least: u32, most: Option<u32> },
}

/// Characters that may stand in one place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CharacterClass {
    pub(super) items: Vec<ClassItem>,
    /// All but these.
    pub(super) negated: bool,
    pub(super) any_case: bool,
}

/// What a class is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ClassItem {
    Range(char, char),
    Blank,
    /// Digits, and what else is numeric.
    Digit,
    /// Punctuation and symbols, and what else is no ASCII letter, ideograph or syllable.
    Sign,
    /// Any character: which it is was not told.
    Any,
}

impl CharacterClass {
    fn of(item: ClassItem) -> Self {
        CharacterClass { items: vec![item], negated: false, any_case: false }
    }

    /// The pattern may take the character there.
    pub(super) fn takes(&self, c: char) -> bool {
        let holds = |c: char| self.items.iter().any(|item| item.takes(c));
        if self.negated {
            let is_exact = |item: &ClassItem| matches!(item, ClassItem::Range(..) | ClassItem::Blank);
            return !self.items.iter().all(is_exact) || !holds(c);
        }
        holds(c)
            || self.any_case && (has_other_case(c) || holds(c.to_ascii_lowercase()) || holds(c.to_ascii_uppercase()))
    }
}

impl ClassItem {
    fn takes(self, c: char) -> bool {
        match self {
            ClassItem::Range(first, last) => first <= c && c <= last,
            ClassItem::Blank => c.is_whitespace(),
            ClassItem::Digit => c.is_numeric(),
            ClassItem::Sign if c.is_ascii() => c.is_ascii_punctuation(),
            ClassItem::Sign => !matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}'),
            ClassItem::Any => true,
        }
    }
}

/// A letter whose other case is not told by ASCII.
pub(super) fn has_other_case(c: char) -> bool {
    !c.is_ascii() && (c.is_lowercase() || c.is_uppercase())
}

impl PatternTree {
    /// Reads a pattern.
    pub(super) fn of(pattern: &str) -> Option<Self> {
        let mut reader = PatternReader { rest: pattern.chars().peekable(), depth: 0, many_lines: false };
        let tree = reader.alternation(false)?;
        reader.rest.next().is_none().then_some(tree)
    }

    /// Whether a match may begin with the character; at the end of a text there is none.
    pub(super) fn may_begin(&self, next: Option<char>) -> bool {
        let Beginning { takes, is_empty } = self.beginning(next);
        takes || is_empty
    }

    fn beginning(&self, next: Option<char>) -> Beginning {
        let takes = |c: char, any_case: bool| {
            next.is_some_and(|next| {
                next == c || any_case && (next.eq_ignore_ascii_case(&c) || has_other_case(next) || has_other_case(c))
            })
        };
        match self {
            PatternTree::Empty | PatternTree::Start | PatternTree::End => Beginning { takes: false, is_empty: true },
            PatternTree::Text { text, any_case } => {
                let first = text.chars().next();
                Beginning { takes: first.is_some_and(|c| takes(c, *any_case)), is_empty: first.is_none() }
            }
            PatternTree::Class(class) => Beginning { takes: next.is_some_and(|c| class.takes(c)), is_empty: false },
            PatternTree::InARow(trees) => {
                let mut all = Beginning { takes: false, is_empty: true };
                for tree in trees {
                    let Beginning { takes, is_empty } = tree.beginning(next);
                    all = Beginning { takes: all.takes || takes, is_empty };
                    if takes || !is_empty {
                        break;
                    }
                }
                all
            }
            PatternTree::OneOf(trees) => {
                let mut all = Beginning { takes: false, is_empty: false };
                for tree in trees {
                    let Beginning { takes, is_empty } = tree.beginning(next);
                    all = Beginning { takes: all.takes || takes, is_empty: all.is_empty || is_empty };
                }
                all
            }
            PatternTree::Repeated { tree, least, .. } => {
                let Beginning { takes, is_empty } = tree.beginning(next);
                Beginning { takes, is_empty: is_empty || *least == 0 }
            }
        }
    }

    fn in_a_row(mut trees: Vec<PatternTree>) -> Self {
        match trees.len() {
            0 => PatternTree::Empty,
            1 => trees.remove(0),
            _ => PatternTree::InARow(trees),
        }
    }
}

/// How matches of a tree may begin where a character comes.
struct Beginning {
    /// With the character.
    takes: bool,
    /// They may hold no character at all.
    is_empty: bool,
}

/// Reads a pattern; every function gives up with `None`.
struct PatternReader<'p> {
    rest: Peekable<Chars<'p>>,
    depth: usize,
    /// The ends of lines were said to count as those of the text.
    many_lines: bool,
}

/// One piece of a pattern.
enum PatternPiece {
    Literal(char),
    Tree(PatternTree),
    /// From here to the end of its group, case counts or does not.
    AnyCase(bool),
}

/// What stands behind a backslash.
enum Escaped {
    Literal(char),
    Item(ClassItem),
    Border,
}

impl PatternReader<'_> {
    fn alternation(&mut self, mut any_case: bool) -> Option<PatternTree> {
        let mut branches = Vec::new();
        loop {
            let branch = self.in_a_row(&mut any_case)?;
            let is_last = self.rest.next_if_eq(&'|').is_none();
            if is_last && branches.is_empty() {
                return Some(branch);
            }
            branches.push(branch);
            if is_last {
                return Some(PatternTree::OneOf(branches));
            }
        }
    }

    /// Literals in a row are one text.
    fn in_a_row(&mut self, any_case: &mut bool) -> Option<PatternTree> {
        let (mut trees, mut text) = (Vec::new(), String::new());
        while self.rest.peek().is_some_and(|c| !matches!(c, '|' | ')')) {
            let piece = self.piece(*any_case)?;
            let times = self.times()?;
            let (tree, on) = match piece {
                PatternPiece::Literal(c) if times.is_none() => {
                    // Most are a few characters of three bytes.
                    if text.is_empty() {
                        text.reserve(15);
                    }
                    text.push(c);
                    continue;
                }
                PatternPiece::Literal(c) => (PatternTree::Text { text: c.into(), any_case: *any_case }, *any_case),
                PatternPiece::Tree(tree) => (tree, *any_case),
                PatternPiece::AnyCase(on) => (PatternTree::Empty, on),
            };
            if !text.is_empty() {
                trees.push(PatternTree::Text { text: std::mem::take(&mut text), any_case: *any_case });
            }
            *any_case = on;
            trees.push(match times {
                None => tree,
                Some((least, most)) => PatternTree::Repeated { tree: Box::new(tree), least, most },
            });
        }
        if !text.is_empty() {
            let text = PatternTree::Text { text, any_case: *any_case };
            // Most branches are one text.
            if trees.is_empty() {
                return Some(text);
            }
            trees.push(text);
        }
        Some(PatternTree::in_a_row(trees))
    }

    fn piece(&mut self, any_case: bool) -> Option<PatternPiece> {
        Some(PatternPiece::Tree(match self.rest.next()? {
            '(' => return self.group(any_case),
            '[' => PatternTree::Class(self.class(any_case)?),
            '\\' => match self.escape()? {
                Escaped::Literal(c) => return Some(PatternPiece::Literal(c)),
                Escaped::Item(item) => PatternTree::Class(CharacterClass::of(item)),
                Escaped::Border => PatternTree::Empty,
            },
            '.' => PatternTree::Class(CharacterClass::of(ClassItem::Any)),
            '^' if self.many_lines => PatternTree::Empty,
            '$' if self.many_lines => PatternTree::Empty,
            '^' => PatternTree::Start,
            '$' => PatternTree::End,
            '?' | '*' | '+' | '{' | '}' | ']' => return None,
            c => return Some(PatternPiece::Literal(c)),
        }))
    }

    /// A group behind its bracket, or flags.
    fn group(&mut self, mut any_case: bool) -> Option<PatternPiece> {
        if self.rest.next_if_eq(&'?').is_some() {
            let mut on = true;
            loop {
                match self.rest.next()? {
                    'P' => {}
                    '<' => {
                        self.rest.find(|c| *c == '>')?;
                        break;
                    }
                    ':' => break,
                    ')' => return Some(PatternPiece::AnyCase(any_case)),
                    'i' => any_case = on,
                    'm' => self.many_lines = true,
                    's' | 'u' => {}
                    '-' => on = false,
                    _ => return None,
                }
            }
        }
        self.depth += 1;
        let tree = if self.depth <= DEPTH { self.alternation(any_case)? } else { return None };
        self.depth -= 1;
        self.rest.next_if_eq(&')').map(|_| PatternPiece::Tree(tree))
    }

    /// A class behind its bracket.
    fn class(&mut self, any_case: bool) -> Option<CharacterClass> {
        let negated = self.rest.next_if_eq(&'^').is_some();
        let (mut items, mut open) = (Vec::new(), 1_usize);
        loop {
            let item = match self.rest.next()? {
                // First of all it is a character like others.
                ']' if items.is_empty() => return None,
                ']' => {
                    open -= 1;
                    if open == 0 {
                        return Some(CharacterClass { items, negated, any_case });
                    }
                    continue;
                }
                '[' => {
                    open += 1;
                    ClassItem::Any
                }
                '-' if !items.is_empty() && self.rest.peek() != Some(&']') => {
                    let last = match self.rest.next()? {
                        '\\' => self.escape()?,
                        '[' | '-' => return None,
                        c => Escaped::Literal(c),
                    };
                    match (items.pop(), last) {
                        (Some(ClassItem::Range(first, same)), Escaped::Literal(last)) if first == same => {
                            ClassItem::Range(first, last)
                        }
                        _ => ClassItem::Any,
                    }
                }
                '&' | '~' if self.rest.peek().is_some_and(|next| matches!(next, '&' | '~')) => ClassItem::Any,
                '\\' => match self.escape()? {
                    Escaped::Literal(c) => ClassItem::Range(c, c),
                    Escaped::Item(item) => item,
                    Escaped::Border => return None,
                },
                c => ClassItem::Range(c, c),
            };
            items.push(item);
        }
    }

    fn escape(&mut self) -> Option<Escaped> {
        Some(match self.rest.next()? {
            'n' => Escaped::Literal('\n'),
            't' => Escaped::Literal('\t'),
            'd' => Escaped::Item(ClassItem::Digit),
            's' => Escaped::Item(ClassItem::Blank),
            'D' | 'w' | 'W' | 'S' => Escaped::Item(ClassItem::Any),
            'b' | 'B' | 'A' | 'z' => Escaped::Border,
            kind @ ('p' | 'P') => Escaped::Item(self.property(kind == 'p')?),
            c if !c.is_ascii_alphanumeric() => Escaped::Literal(c),
            _ => return None,
        })
    }

    /// The characters of a property, or all but these.
    fn property(&mut self, is_it: bool) -> Option<ClassItem> {
        let mut name = String::new();
        match self.rest.next()? {
            '{' => loop {
                match self.rest.next()? {
                    '}' => break,
                    c => name.push(c),
                }
            },
            c => name.push(c),
        }
        Some(if is_it && matches!(name.as_str(), "P" | "S" | "Co") { ClassItem::Sign } else { ClassItem::Any })
    }

    /// How often at least and at most what was read last comes, if that is said.
    fn times(&mut self) -> Option<Option<(u32, Option<u32>)>> {
        let mut all: Option<(u32, Option<u32>)> = None;
        while let Some(sign) = self.rest.next_if(|c| matches!(c, '?' | '*' | '+' | '{')) {
            let (least, most) = match sign {
                '?' => (0, Some(1)),
                '*' => (0, None),
                '+' => (1, None),
                _ => self.counts()?,
            };
            all = Some(match all {
                None => (least, most),
                Some((before, _)) => (before.min(1) * least.min(1), None),
            });
            // Only that it comes as few times as it can.
            self.rest.next_if_eq(&'?');
        }
        Some(all)
    }

    /// Counts behind their bracket.
    fn counts(&mut self) -> Option<(u32, Option<u32>)> {
        let least = self.number()?;
        let most = match self.rest.next()? {
            '}' => return Some((least, Some(least))),
            ',' if self.rest.peek() == Some(&'}') => None,
            ',' => Some(self.number()?),
            _ => return None,
        };
        (self.rest.next()? == '}').then_some((least, most))
    }

    fn number(&mut self) -> Option<u32> {
        let mut digits = String::new();
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits.parse().ok()
    }
}
