//! What stands in every text a pattern matches, told from how the pattern is written, without compiling it: words of
//! which it cannot do without one. A text that lacks them need not be tried, and most patterns of a pack are never
//! compiled. It may say too little of what is needed, never too much.

use std::cell::LazyCell;

use regex_syntax::ast::{
    Ast, ClassBracketed, ClassSet, ClassSetItem, Flag, GroupKind, RepetitionKind, RepetitionRange, parse::Parser,
};

/// Words one of which must stand there, at most; more say nothing.
const WORDS: usize = 256;
/// Characters of a class that are told one by one, at most.
const CLASS: u32 = 24;

/// Of each of these groups of words, one stands in whatever the pattern matches.
#[derive(Debug, Default)]
pub(super) struct Needed(Vec<Vec<Word>>);

/// A word of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    /// In lower case, if its case does not count.
    text: String,
    any_case: bool,
}

impl Needed {
    /// What a pattern needs.
    pub(super) fn of(pattern: &str) -> Self {
        let Ok(ast) = Parser::new().parse(pattern) else { return Needed::default() };
        let mut groups = groups(&ast, false);
        groups.sort_by_key(Vec::len);
        Needed(groups)
    }

    /// Nothing that is needed is missing from a text.
    pub(super) fn stands_in(&self, text: &str) -> bool {
        let lower = LazyCell::new(|| text.to_ascii_lowercase());
        // Letters that are ſ and K in another case are not put in lower case.
        let odd = text.contains(['ſ', '\u{212A}']);
        let stands = |word: &Word| match word.any_case {
            true => odd || lower.contains(&word.text),
            false => text.contains(&word.text),
        };
        self.0.iter().all(|group| group.iter().any(stands))
    }
}

fn groups(ast: &Ast, any_case: bool) -> Vec<Vec<Word>> {
    match ast {
        Ast::Literal(literal) => word(&literal.c.to_string(), any_case).into_iter().map(|word| vec![word]).collect(),
        Ast::ClassBracketed(class) => of_class(class, any_case).into_iter().collect(),
        Ast::Repetition(repetition) if may_be_nothing(&repetition.op.kind) => Vec::new(),
        Ast::Repetition(repetition) => groups(&repetition.ast, any_case),
        Ast::Group(group) => match &group.kind {
            GroupKind::NonCapturing(flags) => {
                groups(&group.ast, flags.flag_state(Flag::CaseInsensitive).unwrap_or(any_case))
            }
            _ => groups(&group.ast, any_case),
        },
        Ast::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in &branches.asts {
                let Some(best) = groups(branch, any_case).into_iter().min_by_key(Vec::len) else { return Vec::new() };
                all.extend(best);
            }
            if all.len() <= WORDS { vec![all] } else { Vec::new() }
        }
        Ast::Concat(concat) => in_a_row(&concat.asts, any_case),
        Ast::Empty(_) | Ast::Flags(_) | Ast::Dot(_) | Ast::Assertion(_) => Vec::new(),
        Ast::ClassUnicode(_) | Ast::ClassPerl(_) => Vec::new(),
    }
}

/// Literals in a row are one word.
fn in_a_row(asts: &[Ast], mut any_case: bool) -> Vec<Vec<Word>> {
    let (mut all, mut run) = (Vec::new(), String::new());
    for ast in asts {
        if let Ast::Literal(literal) = ast {
            run.push(literal.c);
            continue;
        }
        all.extend(word(&std::mem::take(&mut run), any_case).map(|word| vec![word]));
        if let Ast::Flags(set) = ast {
            any_case = set.flags.flag_state(Flag::CaseInsensitive).unwrap_or(any_case);
        }
        all.extend(groups(ast, any_case));
    }
    all.extend(word(&run, any_case).map(|word| vec![word]));
    all
}

/// The word, if it says something: of letters whose case does not count, only those of ASCII are compared.
fn word(text: &str, any_case: bool) -> Option<Word> {
    let has_case = |c: char| !c.is_ascii() && (c.is_lowercase() || c.is_uppercase());
    if text.is_empty() || any_case && text.contains(has_case) {
        return None;
    }
    Some(Word { text: if any_case { text.to_ascii_lowercase() } else { text.to_string() }, any_case })
}

/// The characters of a class, if they are few.
fn of_class(class: &ClassBracketed, any_case: bool) -> Option<Vec<Word>> {
    let ClassSet::Item(item) = &class.kind else { return None };
    let mut characters = Vec::new();
    let told = !class.negated && tell(item, &mut characters) && characters.len() as u32 <= CLASS;
    let words = || characters.iter().map(|c| word(&c.to_string(), any_case)).collect::<Option<Vec<Word>>>();
    told.then(words).flatten()
}

/// Adds the characters of an item; false if they are not told one by one.
fn tell(item: &ClassSetItem, characters: &mut Vec<char>) -> bool {
    match item {
        ClassSetItem::Literal(literal) => characters.push(literal.c),
        ClassSetItem::Range(range) if u32::from(range.end.c).saturating_sub(range.start.c.into()) < CLASS => {
            characters.extend(range.start.c..=range.end.c);
        }
        ClassSetItem::Union(union) => return union.items.iter().all(|item| tell(item, characters)),
        _ => return false,
    }
    true
}

fn may_be_nothing(kind: &RepetitionKind) -> bool {
    use RepetitionRange::{AtLeast, Bounded, Exactly};
    match kind {
        RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => true,
        RepetitionKind::OneOrMore => false,
        RepetitionKind::Range(Exactly(least) | AtLeast(least) | Bounded(least, _)) => *least == 0,
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
            // A pattern that is none needs nothing.
            ("密(", "", true),
        ] {
            assert_eq!(Needed::of(pattern).stands_in(text), wanted, "{pattern} in {text}");
        }
    }
}
