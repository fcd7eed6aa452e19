//! A look whether a pattern may match in a text, by trying it from each place, going back where it fails. It takes
//! the tree of the pattern (`pattern_tree`), so it may say yes in vain, never no. To compile a pattern costs as much as
//! many such looks: texts in which words stand that it needs, but no more of it, are done with before.

use super::pattern_tree::{CharacterClass, PatternTree, has_other_case};

/// Steps of a pattern that is looked at; longer ones are compiled.
const STEPS: usize = 1 << 13;
/// Repetitions of a piece that are counted; beyond, it comes any number of times.
const COUNTED: u32 = 4;
/// Steps of a piece whose repetitions are counted.
const SHORT: usize = 64;
/// Bits that remember where a choice was tried.
const MEMORY: usize = 1 << 21;

/// A pattern as steps to be tried one after the other.
#[derive(Debug)]
pub(super) struct Outline {
    steps: Vec<Step>,
    classes: Vec<CharacterClass>,
    /// How many choices there are.
    choices: usize,
    first: Option<FirstCharacters>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    /// This character comes.
    Character(char),
    /// It comes in one case or the other.
    AnyCase(char),
    /// One of a class comes.
    Class(usize),
    Start,
    End,
    /// It goes on at the next step or, if that fails, elsewhere; a choice by its number.
    Choice {
        other: usize,
        number: usize,
    },
    /// It goes on elsewhere.
    Jump(usize),
    Match,
}

/// Characters every match begins with, one of these.
#[derive(Debug, Default)]
struct FirstCharacters {
    characters: Vec<char>,
    classes: Vec<usize>,
    any_case: bool,
}

/// What a look found, and how many steps it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) may_match: bool,
    pub(super) steps: usize,
}

impl Outline {
    /// `None` if the pattern is too long to be looked at.
    pub(super) fn of(tree: &PatternTree) -> Option<Self> {
        let mut outline = Outline { steps: Vec::new(), classes: Vec::new(), choices: 0, first: None };
        outline.push(tree)?;
        outline.steps.push(Step::Match);
        outline.first = outline.first();
        Some(outline)
    }

    fn push(&mut self, tree: &PatternTree) -> Option<()> {
        if self.steps.len() > STEPS {
            return None;
        }
        match tree {
            PatternTree::Empty => {}
            PatternTree::Start => self.steps.push(Step::Start),
            PatternTree::End => self.steps.push(Step::End),
            PatternTree::Text { text, any_case: false } => self.steps.extend(text.chars().map(Step::Character)),
            PatternTree::Text { text, any_case: true } => self.steps.extend(text.chars().map(Step::AnyCase)),
            PatternTree::Class(class) => {
                self.steps.push(Step::Class(self.classes.len()));
                self.classes.push(class.clone());
            }
            PatternTree::InARow(trees) => {
                for tree in trees {
                    self.push(tree)?;
                }
            }
            PatternTree::OneOf(trees) => self.push_one_of(trees)?,
            PatternTree::Repeated { tree, least, most } => self.push_repeated(tree, *least, *most)?,
        }
        Some(())
    }

    fn push_one_of(&mut self, trees: &[PatternTree]) -> Option<()> {
        let mut ends = Vec::with_capacity(trees.len());
        for (at, tree) in trees.iter().enumerate() {
            let choice = (at + 1 < trees.len()).then(|| self.choice());
            self.push(tree)?;
            if let Some(choice) = choice {
                ends.push(self.steps.len());
                self.steps.push(Step::Jump(0));
                self.otherwise(choice);
            }
        }
        let behind = self.steps.len();
        ends.into_iter().for_each(|end| self.steps[end] = Step::Jump(behind));
        Some(())
    }

    fn push_repeated(&mut self, tree: &PatternTree, least: u32, most: Option<u32>) -> Option<()> {
        let start = self.steps.len();
        for _ in 0..least.min(COUNTED) {
            self.push(tree)?;
            if self.steps.len() - start > SHORT {
                break;
            }
        }
        let more = most.map(|most| most.saturating_sub(least));
        if let Some(more) = more.filter(|more| *more <= COUNTED && least <= COUNTED)
            && self.steps.len() - start <= SHORT
        {
            // Each of the last ones may be the last.
            let mut choices = Vec::new();
            for left in (1..=more).rev() {
                let choice = self.choice();
                self.push(tree)?;
                choices.push(choice);
                if left > 1 && self.steps.len() - choice > SHORT {
                    self.steps.push(Step::Jump(choice));
                    break;
                }
            }
            choices.into_iter().for_each(|choice| self.otherwise(choice));
            return Some(());
        }
        let again = self.steps.len();
        let choice = self.choice();
        self.push(tree)?;
        self.steps.push(Step::Jump(again));
        self.otherwise(choice);
        Some(())
    }

    /// A choice; where it goes on otherwise is said later.
    fn choice(&mut self) -> usize {
        self.steps.push(Step::Choice { other: 0, number: self.choices });
        self.choices += 1;
        self.steps.len() - 1
    }

    /// A choice goes on here otherwise.
    fn otherwise(&mut self, choice: usize) {
        let here = self.steps.len();
        if let Some(Step::Choice { other, .. }) = self.steps.get_mut(choice) {
            *other = here;
        }
    }

    /// What every match begins with; `None` if that is not a character.
    fn first(&self) -> Option<FirstCharacters> {
        let mut first = FirstCharacters::default();
        let (mut open, mut seen) = (vec![0], vec![false; self.steps.len()]);
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            match self.steps[at] {
                Step::Character(c) => first.characters.push(c),
                Step::AnyCase(c) => {
                    first.characters.extend([c.to_ascii_lowercase(), c.to_ascii_uppercase()]);
                    first.any_case = true;
                }
                Step::Class(class) => first.classes.push(class),
                Step::Choice { other, .. } => open.extend([other, at + 1]),
                Step::Jump(to) => open.push(to),
                Step::Start | Step::End | Step::Match => return None,
            }
        }
        first.characters.sort_unstable();
        first.characters.dedup();
        Some(first)
    }

    /// A match may begin with the character.
    fn may_begin(&self, first: &FirstCharacters, c: char) -> bool {
        first.characters.binary_search(&c).is_ok()
            || first.any_case && has_other_case(c)
            || first.classes.iter().any(|class| self.classes[*class].takes(c))
    }

    /// Whether the pattern may match somewhere in a text.
    pub(super) fn look(&self, text: &str) -> Look {
        let text: Vec<char> = text.chars().collect();
        let Some(mut tries) = Tries::new(self, &text) else { return Look { may_match: true, steps: 0 } };
        let mut starts = if self.steps.first() == Some(&Step::Start) { 0..=0 } else { 0..=text.len() };
        let may_match = starts.any(|start| {
            let begins = |first| text.get(start).is_some_and(|c| self.may_begin(first, *c));
            self.first.as_ref().is_none_or(begins) && tries.next_end(start).is_some()
        });
        Look { may_match, steps: tries.steps + text.len() }
    }

    /// Where matches may end that begin in one of these places, in order; and the steps that took.
    pub(super) fn ends(&self, text: &[char], starts: &[usize]) -> (Vec<usize>, usize) {
        let Some(mut tries) = Tries::new(self, text) else { return ((0..=text.len()).collect(), 0) };
        let mut ends = Vec::new();
        for start in starts {
            let mut next = tries.next_end(*start);
            while let Some(end) = next {
                ends.push(end);
                next = tries.end();
            }
        }
        ends.sort_unstable();
        ends.dedup();
        (ends, tries.steps)
    }
}

/// Tries of one text.
struct Tries<'t> {
    outline: &'t Outline,
    text: &'t [char],
    /// Which choices were tried where: what failed there fails again, from wherever it was reached.
    tried: Vec<u64>,
    /// Steps and places that are still to be tried.
    open: Vec<(usize, usize)>,
    steps: usize,
}

impl<'t> Tries<'t> {
    /// `None` if they would take too much memory.
    fn new(outline: &'t Outline, text: &'t [char]) -> Option<Self> {
        let bits = outline.choices * (text.len() + 1);
        let tried = (bits <= MEMORY).then(|| vec![0; bits.div_ceil(64)])?;
        Some(Tries { outline, text, tried, open: Vec::new(), steps: 0 })
    }

    /// Where a match from here ends; others may be asked for.
    fn next_end(&mut self, start: usize) -> Option<usize> {
        self.open.clear();
        self.open.push((0, start));
        self.end()
    }

    /// The same of what is still to be tried.
    fn end(&mut self) -> Option<usize> {
        while let Some((step, place)) = self.open.pop() {
            if let Some(end) = self.follow(step, place) {
                return Some(end);
            }
        }
        None
    }

    /// The step wants another character than this.
    fn fails_at_once(&self, step: usize, here: Option<char>) -> bool {
        matches!(self.outline.steps[step], Step::Character(c) if here != Some(c))
    }

    /// Follows the steps until they fail, or to the end of a match.
    fn follow(&mut self, mut step: usize, mut place: usize) -> Option<usize> {
        loop {
            self.steps += 1;
            let here = self.text.get(place).copied();
            let takes = match self.outline.steps[step] {
                Step::Character(c) => here == Some(c),
                Step::AnyCase(c) => {
                    here.is_some_and(|here| here.eq_ignore_ascii_case(&c) || has_other_case(here) || has_other_case(c))
                }
                Step::Class(class) => here.is_some_and(|here| self.outline.classes[class].takes(here)),
                Step::Start if place > 0 => return None,
                Step::End if here.is_some() => return None,
                Step::Start | Step::End => {
                    step += 1;
                    continue;
                }
                // Most choices are settled by the next character.
                Step::Choice { other, .. } if self.fails_at_once(step + 1, here) => {
                    step = other;
                    continue;
                }
                Step::Choice { other, number } => {
                    let bit = number * (self.text.len() + 1) + place;
                    let (word, bit) = (&mut self.tried[bit / 64], 1 << (bit % 64));
                    if *word & bit != 0 {
                        return None;
                    }
                    *word |= bit;
                    self.open.push((other, place));
                    step += 1;
                    continue;
                }
                Step::Jump(to) => {
                    step = to;
                    continue;
                }
                Step::Match => return Some(place),
            };
            if !takes {
                return None;
            }
            (step, place) = (step + 1, place + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn may_match(pattern: &str, text: &str) -> bool {
        let tree = PatternTree::of(pattern).expect("a tree");
        Outline::of(&tree).expect("an outline").look(text).may_match
    }

    #[test]
    fn what_cannot_match_is_denied() {
        for (pattern, text, wanted) in [
            ("机密", "这是机密", true),
            ("机密", "这是机", false),
            ("^机密$", "机密", true),
            ("^机密$", "机密件", false),
            ("^机密", "是机密", false),
            ("(?:绝密|机密) ?[★*]", "机密 *", true),
            ("(?:绝密|机密) ?[★*]", "机密 是*", false),
            ("(?P<mark>机密)(?:级|件){2,3}年", "机密级件级年", true),
            ("(?P<mark>机密)(?:级|件){2,3}年", "机密级年", false),
            ("(?P<mark>机密)(?:级|件){2,3}年", "机密级件级件年", false),
            ("[0-9]{5,7}年", "12345年", true),
            ("[0-9]{5,7}年", "123年", false),
            // Counts beyond a few are not held to.
            ("^[0-9]{5,7}年", "1234年", true),
            ("机[^密]级", "机密级", false),
            ("机[^密]级", "机关级", true),
            ("(?:(?:a|b)*)*c", "ababab", false),
            ("(?:(?:a|b)*)*c", "ababc", true),
            ("(?i:secret) [一-龥]", "SECRET 密", true),
            ("(?i:secret) [一-龥]", "SECRET a", false),
            ("(?i:secret)", "ſecret", true),
            ("(?i:[a-f]x)", "FX", true),
            ("(?i)secret (?-i:A)", "Secret a", false),
            (r"机密[\p{P}\p{S}]{0,3}年", "机密※年", true),
            (r"机密[\p{P}\p{S}]{0,3}年", "机密几年", false),
            (r"机密\s+年", "机密　年", true),
            (r"机密\s+年", "机密年", false),
            (r"\b机密\b", "是机密", true),
            ("(?m)^机密$", "是\n机密\n", true),
            ("", "", true),
            ("(?:)*", "", true),
            ("密?$", "", true),
        ] {
            assert_eq!(may_match(pattern, text), wanted, "{pattern} in {text}");
        }
    }

    #[test]
    fn the_steps_of_a_look_stay_few_however_a_pattern_is_written() {
        let tree = PatternTree::of("(?:(?:a*)*b?)*(?:a|aa)*c").expect("a tree");
        let look = Outline::of(&tree).expect("an outline").look(&"a".repeat(300));
        assert!(!look.may_match && look.steps < 20_000, "{look:?}");
        let nested = (0..12).fold("a".to_string(), |pattern, _| format!("(?:{pattern}){{3,4}}"));
        let tree = PatternTree::of(&nested).expect("a tree");
        assert!(Outline::of(&tree).is_none_or(|outline| outline.steps.len() <= 2 * STEPS));
    }

    #[test]
    fn what_a_match_may_begin_with_is_told() {
        for (pattern, next, wanted) in [
            ("机密|秘密", Some('秘'), true),
            ("机密|秘密", Some('密'), false),
            ("机密|秘密", None, false),
            ("★?机密", Some('机'), true),
            ("★?机密", Some('密'), false),
            ("(?:★|[(])*(?i:secret)", Some('S'), true),
            ("(?:★|[(])*(?i:secret)", Some('a'), false),
            ("(?i:secret)", Some('ſ'), true),
            ("[^密]", Some('机'), true),
            ("[^密]", Some('密'), false),
            ("(?:)|机", Some('a'), true),
            ("^机", Some('机'), true),
            ("密*$", None, true),
        ] {
            let tree = PatternTree::of(pattern).expect("a tree");
            assert_eq!(tree.may_begin(next), wanted, "{pattern} {next:?}");
        }
    }

    #[test]
    fn every_end_is_told() {
        let tree = PatternTree::of("机密?(?:[a-c]{0,2}|ab)").expect("a tree");
        let outline = Outline::of(&tree).expect("an outline");
        let text: Vec<char> = "机密abc".chars().collect();
        assert_eq!(outline.ends(&text, &[0]).0, [1, 2, 3, 4]);
        assert!(outline.ends(&text, &[1, 2]).0.is_empty());
    }

    proptest! {
        #[test]
        fn whatever_a_pattern_matches_is_not_denied(
            pieces in prop::collection::vec(
                (r"(机|密|a|A|[一-龥]|[^密]|[a-c]|\[\^a\]|\.|\\s|\\d|\\PP|(\\p\{P\})|\^|\$|(\\b)|(\(\?i:aB\))|(\(\?:机\|密b\|\)))", r"(|\?|\*|\+|\{2\}|\{0,3\}|\{2,9\}|\{5,\}|\*\?|\+\?)"), 0..7),
            text in "[机密abAB12 。\n]{0,14}",
        ) {
            let pattern: String = pieces
                .iter()
                .map(|(piece, times)| {
                    let is_border = matches!(piece.as_str(), "^" | "$" | r"\b");
                    format!("{piece}{}", if is_border { "" } else { times })
                })
                .collect();
            if let (Ok(regex), Some(tree)) = (regex::Regex::new(&pattern), PatternTree::of(&pattern))
                && regex.is_match(&text)
            {
                let outline = Outline::of(&tree).expect("an outline");
                prop_assert!(outline.look(&text).may_match, "{} in {}", pattern, text);
                let start = regex.find(&text).map_or(0, |found| found.start());
                prop_assert!(tree.may_begin(text[start..].chars().next()), "{} in {}", pattern, text);
            }
        }
    }
}
