//! What may stand around a mark that has a line for itself: decoration, companions, the name of its field.
//! One pair of patterns for all forms of a pack, compiled when a line first needs it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::Pattern;
use super::names::{Names, Unknown};
use super::outline::{Look, Outline};
use super::pattern_tree::PatternTree;

/// Characters that decorate a line without being part of a mark: markdown, tables, ticked boxes, brackets. Not `…`:
/// with it a report shows what it masked.
pub(super) const DECORATION: &str =
    r"[\s|#>_=~+\-•●■☑☒✅✓✔√·:;,.*\[\](){}<>【】《》〔〕「」『』〈〉。，、；：！!—\\/]*";
/// What may stand between a mark and its companions.
const SEPARATOR: &str = r"[\s,，、;；|/—\-()\[\]【】·.。:!！]*";
/// The definition of the name of a field.
pub(super) const LABEL: &str = "label";

/// What may stand before a mark and behind it, in its line.
pub struct Edges {
    before: Pattern,
    behind: Pattern,
    /// What both look like, without the ends of the line.
    outlines: OnceLock<Option<[Outline; 2]>>,
}

impl Edges {
    pub(super) fn new(names: &Arc<Names>) -> Self {
        let (before, behind) = (Arc::clone(names), Arc::clone(names));
        Edges {
            before: Pattern::later(move || Edges::source_before(&before).unwrap_or_default()),
            behind: Pattern::later(move || Edges::source_behind(&behind).unwrap_or_default()),
            outlines: OnceLock::new(),
        }
    }

    /// Puts the patterns together and compiles them.
    pub(super) fn check(&self, names: &Names) -> Result<Result<(), String>, Unknown> {
        Edges::source_before(names)?;
        Edges::source_behind(names)?;
        Ok(self.before.compile().and_then(|()| self.behind.compile()))
    }

    fn source_before(names: &Names) -> Result<String, Unknown> {
        let companions = names.expand(&names.companions.join("|"))?;
        let label = match names.define.contains_key(LABEL) {
            true => format!("(?P<label>{}{DECORATION})?", names.expand("{label}")?),
            false => String::new(),
        };
        Ok(format!("^{DECORATION}(?:(?:{companions}){SEPARATOR})*{DECORATION}{label}$"))
    }

    fn source_behind(names: &Names) -> Result<String, Unknown> {
        let companions = names.expand(&names.companions.join("|"))?;
        Ok(format!("^{DECORATION}(?:{SEPARATOR}(?:{companions}))*{DECORATION}$"))
    }

    /// Whether a pattern may match in a line in which nothing else stands but what may stand around it, as far as that is
    /// seen without compiling anything.
    pub(super) fn may_hold(&self, pattern: &Pattern, line: &str) -> bool {
        if pattern.is_compiled() {
            return true;
        }
        if !pattern.needed().stands_in(line) {
            return false;
        }
        let text: Vec<char> = line.chars().collect();
        let places = self.places(&text);
        let begins = |tree: &PatternTree| places.iter().any(|at| tree.may_begin(text.get(*at).copied()));
        pattern.tree().is_none_or(begins) && pattern.is_seen(|outline| self.look(outline, &text, &places))
    }

    /// Where a mark may begin in a line, as far as what stands before it is concerned.
    fn places(&self, line: &[char]) -> Vec<usize> {
        match self.outlines() {
            Some([before, _]) => before.ends(line, &[0]).0,
            None => (0..=line.len()).collect(),
        }
    }

    /// Whether what looks like this may stand in a line, from one of these places on, with nothing behind it but what
    /// may stand there.
    fn look(&self, mark: &Outline, line: &[char], places: &[usize]) -> Look {
        let (ends, steps) = mark.ends(line, places);
        let Some([_, behind]) = self.outlines() else { return Look { may_match: !ends.is_empty(), steps } };
        let (ends, more) = behind.ends(line, &ends);
        Look { may_match: ends.last() == Some(&line.len()), steps: steps + more }
    }

    fn outlines(&self) -> Option<&[Outline; 2]> {
        let outline =
            |pattern: &Pattern| Outline::of(&PatternTree::of(pattern.source().strip_prefix('^')?.strip_suffix('$')?)?);
        self.outlines.get_or_init(|| Some([outline(&self.before)?, outline(&self.behind)?])).as_ref()
    }

    /// Whether a mark may stand between these two as the only thing on its line; and where the name of its field
    /// begins in what stands before, if that ends with it.
    pub fn around(&self, before: &str, behind: &str) -> Option<Option<usize>> {
        let is_plain = |beside: &str| beside.chars().all(decorates);
        let fits_behind = is_plain(behind) || self.behind.is_match(behind);
        if !fits_behind {
            return None;
        }
        if is_plain(before) {
            return Some(None);
        }
        if !self.before.may_match(before) {
            return None;
        }
        let captures = self.before.regex()?.captures(before)?;
        Some(captures.name(LABEL).map(|label| label.start()))
    }
}

/// The character stands in [`DECORATION`].
fn decorates(c: char) -> bool {
    c.is_whitespace() || r"|#>_=~+-•●■☑☒✅✓✔√·:;,.*[](){}<>【】《》〔〕「」『』〈〉。，、；：！!—\/".contains(c)
}

/// The same patterns: whether they were needed yet makes no difference.
impl PartialEq for Edges {
    fn eq(&self, other: &Self) -> bool {
        self.before == other.before && self.behind == other.behind
    }
}

impl fmt::Debug for Edges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Edges")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoration_is_told_as_its_pattern_tells_it() {
        let pattern = Pattern::new(format!("^{DECORATION}$"));
        for c in '\0'..='\u{10FFFF}' {
            assert_eq!(decorates(c), pattern.is_match(c.encode_utf8(&mut [0; 4])), "{c:?}");
        }
    }

    #[test]
    fn decoration_companions_and_the_field_may_stand_around_a_mark() {
        let define = [("label".to_string(), "(?:密级|Classification)[:：] ?".to_string())].into();
        let companions = vec!["特急".to_string(), "Copy [0-9]+ of [0-9]+".to_string()];
        let edges = Edges::new(&Arc::new(Names::new(None, define, companions)));
        for (before, behind, wanted) in [
            ("", "", Some(None)),
            ("【", "】", Some(None)),
            ("密级:", "", Some(Some(0))),
            ("特急 密级:", "", Some(Some("特急 ".len()))),
            ("**Classification: ", "** Copy 1 of 5", Some(Some(2))),
            ("", " 特急 特急", Some(None)),
            ("", " (特急)", Some(None)),
            ("这是", "", None),
            ("", "的", None),
            ("", "…", None),
            ("编号:", "", None),
        ] {
            assert_eq!(edges.around(before, behind), wanted, "{before:?} {behind:?}");
            let mark = Outline::of(&PatternTree::of("机密").expect("a tree")).expect("an outline");
            let line: Vec<char> = format!("{before}机密{behind}").chars().collect();
            let look = edges.look(&mark, &line, &edges.places(&line));
            assert_eq!(look.may_match, wanted.is_some(), "{before:?} {behind:?}");
        }
    }
}
