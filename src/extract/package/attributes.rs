//! Attribute values that may say something: names, titles, targets. Identifiers, numbers and
//! the words of the schemas are left out, for they are most of every part.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Different values remembered of one part.
const REMEMBERED: usize = 50_000;

/// Values already handed on.
#[derive(Default)]
pub(super) struct Said {
    hashes: HashSet<u64>,
}

impl Said {
    /// The value may say something and was not seen yet.
    pub(super) fn is_news(&mut self, value: &str) -> bool {
        speaks(value) && (self.hashes.len() >= REMEMBERED || self.hashes.insert(hash(value)))
    }
}

pub(super) fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Not a number, an identifier, a namespace or a single small word of a schema.
fn speaks(value: &str) -> bool {
    if !value.is_ascii() {
        return true;
    }
    let value = value.trim();
    if value.len() < 4 || value.starts_with("http://schemas.") || value.starts_with("urn:schemas-microsoft-com") {
        return false;
    }
    if value.contains("//") {
        return true;
    }
    if value.split(|c: char| !c.is_ascii_alphabetic()).all(|run| run.len() < 4) {
        return false;
    }
    let words = value.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() > 1).count();
    words > 1 || value.bytes().filter(u8::is_ascii_uppercase).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_speak_and_identifiers_do_not() {
        for (value, wanted) in [
            ("机密★10年", true),
            ("SECRET", true),
            ("TOP SECRET//NOFORN", true),
            ("Confidential report", true),
            ("00A77B3E", false),
            ("center", false),
            ("1234567", false),
            ("auto", false),
            ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", false),
        ] {
            assert_eq!(speaks(value), wanted, "{value}");
        }
    }
}
