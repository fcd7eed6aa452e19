//! What stands in every text a pattern matches: words it cannot do without. A text that lacks them need not be tried. It
//! may say too little of what is needed, never too much.

use std::cell::LazyCell;

use super::pattern_tree::{CharacterClass, ClassItem, PatternTree};

/// Characters of a class that are told one by one, at most.
const CLASS: usize = 24;

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
    pub(super) fn of(tree: &PatternTree) -> Self {
        match tree {
            PatternTree::Empty | PatternTree::Start | PatternTree::End => Needed::Nothing,
            PatternTree::Text { text, any_case } => Needed::word(text, *any_case),
            PatternTree::Class(class) => Needed::of_class(class),
            PatternTree::InARow(all) => Needed::all(all.iter().map(Needed::of).collect()),
            PatternTree::OneOf(any) => Needed::any(any),
            PatternTree::Repeated { least: 0, .. } => Needed::Nothing,
            PatternTree::Repeated { tree, .. } => Needed::of(tree),
        }
    }

    /// One of its characters, if they are few and written out.
    fn of_class(CharacterClass { items, negated, any_case }: &CharacterClass) -> Self {
        let mut characters = Vec::new();
        for item in items {
            match item {
                ClassItem::Range(first, last) if (*last as u32).saturating_sub(*first as u32) < CLASS as u32 => {
                    characters.extend(*first..=*last);
                }
                _ => return Needed::Nothing,
            }
        }
        if *negated || characters.len() > CLASS {
            return Needed::Nothing;
        }
        let words = characters.into_iter().map(|c| Needed::word(c.encode_utf8(&mut [0; 4]), *any_case)).collect();
        Needed::one_of(words)
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

    fn any(trees: &[PatternTree]) -> Self {
        let mut any = Vec::with_capacity(trees.len());
        for tree in trees {
            match Needed::of(tree) {
                Needed::Nothing => return Needed::Nothing,
                needed => any.push(needed),
            }
        }
        Needed::one_of(any)
    }

    fn one_of(mut any: Vec<Needed>) -> Self {
        match any.len() {
            _ if any.contains(&Needed::Nothing) => Needed::Nothing,
            1 => any.remove(0),
            _ => Needed::Any(any),
        }
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
            let needed = PatternTree::of(pattern).map_or(Needed::Nothing, |tree| Needed::of(&tree));
            assert_eq!(needed.stands_in(text), wanted, "{pattern} in {text}");
        }
    }
}
