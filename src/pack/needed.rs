//! What stands in every text a pattern matches, told from how the pattern is written: words it cannot do without. A
//! text that lacks them need not be tried, and most patterns of a pack are never compiled, nor even parsed, which takes
//! as long as thousands of lines. It may say too little of what is needed, never too much; where the pattern is written
//! in a way that is not understood here, it says nothing.

use std::cell::LazyCell;
use std::iter::Peekable;
use std::str::Chars;

/// Characters of a class that are told one by one, at most.
const CLASS: usize = 24;
/// Groups inside each other, at most.
const DEPTH: usize = 40;

/// What a pattern needs.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Needed {
    #[default]
    Nothing,
    /// A word; in lower case, if its case does not count.
    Word { text: String, any_case: bool },
    /// All of these.
    All(Vec<Needed>),
    /// One of these.
    Any(Vec<Needed>),
}

impl Needed {
    /// What a pattern needs.
    pub(super) fn of(pattern: &str) -> Self {
        let mut reader = PatternReader { rest: pattern.chars().peekable(), depth: 0 };
        let needed = reader.alternation(false);
        needed.filter(|_| reader.rest.next().is_none()).unwrap_or_default()
    }

    /// Nothing that is needed is missing from a text.
    pub(super) fn stands_in(&self, text: &str) -> bool {
        let lower = LazyCell::new(|| text.to_ascii_lowercase());
        // Letters that are ſ and K in another case are not put in lower case.
        let odd = LazyCell::new(|| text.contains(['ſ', '\u{212A}']));
        self.stands(&|word, any_case| match any_case {
            true => *odd || lower.contains(word),
            false => text.contains(word),
        })
    }

    fn stands(&self, has: &impl Fn(&str, bool) -> bool) -> bool {
        match self {
            Needed::Nothing => true,
            Needed::Word { text, any_case } => has(text, *any_case),
            Needed::All(all) => all.iter().all(|one| one.stands(has)),
            Needed::Any(any) => any.iter().any(|one| one.stands(has)),
        }
    }

    /// A word, if it says something: of letters whose case does not count, only those of ASCII are compared.
    fn word(text: &str, any_case: bool) -> Self {
        let has_case = |c: char| !c.is_ascii() && (c.is_lowercase() || c.is_uppercase());
        if text.is_empty() || any_case && text.contains(has_case) {
            return Needed::Nothing;
        }
        Needed::Word { text: if any_case { text.to_ascii_lowercase() } else { text.to_string() }, any_case }
    }

    fn all(mut all: Vec<Needed>) -> Self {
        all.retain(|one| *one != Needed::Nothing);
        match all.len() {
            0 => Needed::Nothing,
            1 => all.remove(0),
            _ => Needed::All(all),
        }
    }

    fn any(mut any: Vec<Needed>) -> Self {
        match any.len() {
            _ if any.contains(&Needed::Nothing) => Needed::Nothing,
            1 => any.remove(0),
            _ => Needed::Any(any),
        }
    }
}

/// Reads a pattern; every function gives up with `None`.
struct PatternReader<'p> {
    rest: Peekable<Chars<'p>>,
    depth: usize,
}

/// One piece of a pattern.
enum PatternPiece {
    Literal(char),
    Other(Needed),
    /// From here to the end of its group, case counts or does not.
    AnyCase(bool),
}

impl PatternReader<'_> {
    fn alternation(&mut self, mut any_case: bool) -> Option<Needed> {
        let mut branches = Vec::new();
        loop {
            branches.push(self.in_a_row(&mut any_case)?);
            if self.rest.next_if_eq(&'|').is_none() {
                return Some(Needed::any(branches));
            }
        }
    }

    /// Literals in a row are one word.
    fn in_a_row(&mut self, any_case: &mut bool) -> Option<Needed> {
        let (mut all, mut run) = (Vec::new(), String::new());
        while self.rest.peek().is_some_and(|c| !matches!(c, '|' | ')')) {
            let piece = self.piece(*any_case)?;
            let is_needed = self.is_needed()?;
            match piece {
                PatternPiece::Literal(c) if is_needed == Some(1) => run.push(c),
                piece => {
                    all.push(Needed::word(&std::mem::take(&mut run), *any_case));
                    match piece {
                        PatternPiece::AnyCase(on) => *any_case = on,
                        PatternPiece::Literal(c) if is_needed.is_some() => {
                            all.push(Needed::word(c.encode_utf8(&mut [0; 4]), *any_case));
                        }
                        PatternPiece::Other(needed) if is_needed.is_some() => all.push(needed),
                        PatternPiece::Literal(_) | PatternPiece::Other(_) => {}
                    }
                }
            }
        }
        all.push(Needed::word(&run, *any_case));
        Some(Needed::all(all))
    }

    fn piece(&mut self, any_case: bool) -> Option<PatternPiece> {
        Some(match self.rest.next()? {
            '(' => return self.group(any_case),
            '[' => PatternPiece::Other(self.class(any_case)?),
            '\\' => self.escape()?.map_or(PatternPiece::Other(Needed::Nothing), PatternPiece::Literal),
            '.' | '^' | '$' => PatternPiece::Other(Needed::Nothing),
            '?' | '*' | '+' | '{' | '}' | ']' => return None,
            c => PatternPiece::Literal(c),
        })
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
                    's' | 'm' | 'u' => {}
                    '-' => on = false,
                    _ => return None,
                }
            }
        }
        self.depth += 1;
        let needed = if self.depth <= DEPTH { self.alternation(any_case)? } else { return None };
        self.depth -= 1;
        self.rest.next_if_eq(&')').map(|_| PatternPiece::Other(needed))
    }

    /// A class behind its bracket: its characters, if they are few and written out.
    fn class(&mut self, any_case: bool) -> Option<Needed> {
        let mut is_told = self.rest.next_if_eq(&'^').is_none();
        let (mut characters, mut open) = (Vec::new(), 1_usize);
        loop {
            let c = match self.rest.next()? {
                // First of all it is a character like others.
                ']' if characters.is_empty() => return None,
                ']' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                    continue;
                }
                '[' => {
                    (is_told, open) = (false, open + 1);
                    continue;
                }
                '\\' => self.escape()?,
                '-' if !characters.is_empty() && self.rest.peek() != Some(&']') => {
                    let last = match self.rest.next()? {
                        '\\' => self.escape()?,
                        '[' | '-' => return None,
                        c => Some(c),
                    };
                    match (characters.last().copied().flatten(), last) {
                        (Some(first), Some(last)) if (last as u32).saturating_sub(first as u32) < CLASS as u32 => {
                            characters.extend((first..=last).skip(1).map(Some));
                        }
                        _ => is_told = false,
                    }
                    continue;
                }
                '&' | '~' if self.rest.peek().is_some_and(|next| matches!(next, '&' | '~')) => {
                    is_told = false;
                    continue;
                }
                c => Some(c),
            };
            characters.push(c);
        }
        let written = characters.iter().copied().collect::<Option<Vec<char>>>();
        let told = written.filter(|written| is_told && written.len() <= CLASS);
        Some(told.map_or(Needed::Nothing, |written| {
            Needed::any(written.into_iter().map(|c| Needed::word(c.encode_utf8(&mut [0; 4]), any_case)).collect())
        }))
    }

    /// What stands behind a backslash; none inside, if it is not one character.
    fn escape(&mut self) -> Option<Option<char>> {
        match self.rest.next()? {
            'n' => Some(Some('\n')),
            't' => Some(Some('\t')),
            'p' | 'P' => match self.rest.next()? {
                '{' => self.rest.find(|c| *c == '}').map(|_| None),
                _ => Some(None),
            },
            'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'b' | 'B' | 'A' | 'z' => Some(None),
            c if !c.is_ascii_alphanumeric() => Some(Some(c)),
            _ => None,
        }
    }

    /// How often at least what was read last comes, if it must come at all.
    fn is_needed(&mut self) -> Option<Option<u32>> {
        let mut least = Some(1);
        while let Some(sign) = self.rest.next_if(|c| matches!(c, '?' | '*' | '+' | '{')) {
            match sign {
                '+' => least = least.map(|_| 2),
                '{' => {
                    let mut count = String::new();
                    while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
                        count.push(digit);
                    }
                    self.rest.find(|c| *c == '}')?;
                    let count: u32 = count.parse().ok()?;
                    least = least.filter(|_| count > 0).map(|_| 2);
                }
                _ => least = None,
            }
            // Only that it comes as few times as it can.
            self.rest.next_if_eq(&'?');
        }
        Some(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pattern_cannot_do_without_is_told() {
        for (pattern, text, wanted) in [
            ("机密", "这是秘密", false),
            ("机密", "这是机密", true),
            ("(?:绝密|机密) ?[★*]", "机密文件", false),
            ("(?:绝密|机密) ?[★*]", "机密 *", true),
            ("机密★?", "机密", true),
            ("机密★{0,2}", "机密", true),
            ("机密★{1,2}", "机密", false),
            ("机密★+", "机密", false),
            ("机密[^★]", "机密", true),
            ("机密[★&&[★]]", "机密", true),
            ("机密\\p{Han}", "机密", true),
            ("(?i:secret)", "Top SECRET", true),
            ("(?i:secret)", "Top SECRE", false),
            ("(?i:secret)", "ſecret", true),
            ("(?i)secret (?-i:A)", "SECRET a", false),
            ("(?i)secret (?-i:A)", "SECRET A", true),
            ("secret", "SECRET", false),
            // Other letters in another case are not looked for.
            ("(?i:экз)", "ЭКЗ", true),
            ("密级|(?:)", "", true),
            ("(?:密级|[0-9]+) ?[:：]", "7:", true),
            ("(?:密级|[0-9]+) ?[:：]", "级:", false),
            ("(?P<mark>密)级", "密", false),
            ("(?:第 ?[0-9]+ ?[份页]|特急)", "第一条", false),
            ("(?:第 ?[0-9]+ ?[份页]|特急)", "第2页", true),
            ("密{2}级", "密级", true),
            ("密{0}级", "级", true),
            ("密+?级", "级", false),
            ("[^密]级", "级", true),
            ("[密秘]级", "级", false),
            ("[0-9a-f]{2}", "zz", false),
            ("[一-龥]密", "密", true),
            (r"\[密\]", "密", false),
            (r"\[密\]", "[密]", true),
            (r"\p{Han}\s\d密\b", "密", true),
            (r"[\p{Han}&&[^级]]密", "密", true),
            (r"[a\]b]密", "密", false),
            // What is not understood here, and a pattern that is none, need nothing.
            (r"\x{5BC6}", "", true),
            ("[]a]密", "", true),
            ("密(", "", true),
            ("密)", "", true),
            ("*密", "", true),
        ] {
            assert_eq!(Needed::of(pattern).stands_in(text), wanted, "{pattern} in {text}");
        }
    }
}
