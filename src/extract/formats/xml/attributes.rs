//! Attribute values that may say something: names, titles, targets. Identifiers, numbers and
//! the words of the schemas are left out, for they are most of every part.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Different values remembered of one part.
const REMEMBERED: usize = 50_000;

/// Values already handed on.
#[derive(Default)]
pub(super) struct EmittedValues {
    hashes: HashSet<u64>,
}

impl EmittedValues {
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
    let shape = Shape::of(value);
    shape.has_slashes || shape.has_letters && (shape.words > 1 || shape.capitals > 1)
}

/// What a value is made of.
#[derive(Default)]
struct Shape {
    /// Two slashes stand side by side: a mark, an address.
    has_slashes: bool,
    /// Four letters or more stand in a row.
    has_letters: bool,
    /// Runs of two letters or digits and more.
    words: usize,
    capitals: usize,
}

impl Shape {
    fn of(value: &str) -> Self {
        let mut shape = Shape::default();
        let (mut letters, mut word, mut before) = (0, 0, 0);
        for byte in value.bytes() {
            letters = if byte.is_ascii_alphabetic() { letters + 1 } else { 0 };
            word = if byte.is_ascii_alphanumeric() { word + 1 } else { 0 };
            shape.has_slashes |= (before, byte) == (b'/', b'/');
            shape.has_letters |= letters == 4;
            shape.words += usize::from(word == 2);
            shape.capitals += usize::from(byte.is_ascii_uppercase());
            before = byte;
        }
        shape
    }
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
            ("ABCDEF01", true),
            ("abcdef01", false),
            ("a bcd ef", false),
            ("a bcde f", false),
            ("a bcde fg", true),
            ("12 abc3 d45", false),
            ("file://a", true),
            ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", false),
        ] {
            assert_eq!(speaks(value), wanted, "{value}");
        }
    }
}
