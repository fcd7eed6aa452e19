//! Characters whose folding can bring forth nothing that is looked for: they become a character that
//! stands in no word and is no part of a number. A search for changes passes over them.

use std::sync::LazyLock;

use super::table::{self, Fate, fate};

/// What may be passed over, one bit for each character up to U+FFFF.
#[derive(Debug)]
pub struct SkipSet(Box<[u64; 0x10000 / 64]>);

impl SkipSet {
    /// Passes over what becomes a character that does not matter.
    pub fn new(matters: impl Fn(char) -> bool) -> Self {
        let mut bits = Box::new(table::KEPT);
        // What text is full of; the rest is rare and looked at where it stands.
        let full_width = '\u{FF01}'..='\u{FF5E}';
        for c in table::variants().chain(full_width) {
            if let Fate::Become(other) = fate(c)
                && !matters(other)
            {
                bits[c as usize / 64] |= 1 << (c as usize % 64);
            }
        }
        SkipSet(bits)
    }

    /// Passes over nothing but what stays as it is.
    pub fn none() -> &'static Self {
        static NONE: LazyLock<SkipSet> = LazyLock::new(|| SkipSet(Box::new(table::KEPT)));
        &NONE
    }

    /// The character is passed over though it changes.
    pub(super) fn holds(&self, c: char) -> bool {
        let at = c as usize;
        self.0.get(at / 64).is_some_and(|bits| (bits & !table::KEPT[at / 64]) >> (at % 64) & 1 == 1)
    }

    /// Bytes at the beginning of `text` that are passed over: kept, or inert, with single blanks between
    /// visible ASCII. It may end early.
    pub(super) fn run(&self, text: &[u8]) -> usize {
        table::run(text, true, &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_does_not_matter_is_passed_over() {
        let inert = SkipSet::new(|c| matches!(c, ':' | '机'));
        for (text, wanted) in [
            ("规定，第二条）！", "规定，第二条）！"),
            ("密级：机密", "密级"),
            ("個別", "個別"),
            ("文件機密", "文件"),
            ("一　二", "一"),
            ("一\u{200b}二", "一"),
            ("Plain, as it is", "Plain, as it is"),
        ] {
            assert_eq!(inert.run(text.as_bytes()), wanted.len(), "{text:?}");
        }
        assert!(inert.holds('，') && inert.holds('個') && !inert.holds('：') && !inert.holds('密'));
        assert_eq!(SkipSet::none().run("规定，".as_bytes()), "规定".len());
    }
}
