//! The anchors of a rule, folded, one behind the other in one text: most rules are never reached in a scan, and one
//! text is read at start in a fraction of the time of many.

/// Stands between anchors: folding drops it, so it stands in none, and JSON writes it as it is.
const BETWEEN: char = '\u{7F}';

/// Words that lead to a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AnchorWords(String);

impl AnchorWords {
    /// Of words that are put together, as the build does it.
    pub(super) fn joined(text: String) -> Self {
        AnchorWords(text)
    }

    /// The words, in the order in which the rule names them.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        // An empty text is one empty word to `split`.
        self.0.split(BETWEEN).filter(|_| !self.0.is_empty())
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes of all of them.
    pub(super) fn bytes(&self) -> usize {
        self.0.len()
    }
}

impl<W: AsRef<str>> FromIterator<W> for AnchorWords {
    fn from_iter<I: IntoIterator<Item = W>>(words: I) -> Self {
        let mut all = String::new();
        for (at, word) in words.into_iter().enumerate() {
            if at > 0 {
                all.push(BETWEEN);
            }
            all.push_str(word.as_ref());
        }
        AnchorWords(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::fold_literal;

    #[test]
    fn words_stay_apart_and_in_order() {
        for words in [vec![], vec!["机密"], vec!["TOP SECRET", "机密", "a\nb"]] {
            let all: AnchorWords = words.iter().collect();
            assert_eq!(all.iter().collect::<Vec<_>>(), words);
            assert_eq!(all.is_empty(), words.is_empty());
        }
    }

    #[test]
    fn no_folded_word_holds_what_stands_between_them() {
        assert_eq!(fold_literal(&format!("机{BETWEEN}密")), "机密");
    }
}
