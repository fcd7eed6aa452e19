//! What of characters stands side by side in anchors. It tells whether an anchor may stand where
//! folding changes a text, so that everything else need not be folded. It may say yes too often,
//! never no.

/// Bits for each character of an anchor, and the smallest and largest number of bits, as powers of two.
const BITS_A_CHARACTER: usize = 64;
const BITS: std::ops::RangeInclusive<u32> = 15..=23;
/// Odd numbers whose bits are well mixed.
const MIX: [u64; 3] = [0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0xD6E8_FEB8_6659_FD93];

/// Stands for what is before an anchor's first character and behind its last.
const END: char = '\0';

#[derive(Debug)]
pub(super) struct TrigramFilter {
    /// Two bits for each hash of three characters in a row, ends among them; of two; and of one.
    bits: Box<[u64]>,
    shift: u32,
    /// Of terms nobody can read: the signs that stand in some, besides letters and digits, any of which may.
    unread: Option<Box<str>>,
}

/// A character, in whatever case, as it counts in the first, the second and the third place of three.
#[derive(Clone, Copy)]
struct Mixed([u64; 3]);

impl Mixed {
    fn of(c: char) -> Self {
        let c = u64::from(c.to_ascii_lowercase()) + 1;
        let [first, second, third] = MIX;
        let mixed = |mix| c.wrapping_mul(mix).rotate_left(17);
        Mixed([mixed(first), mixed(second), mixed(third)])
    }
}

impl TrigramFilter {
    pub(super) fn new<'a>(words: impl Iterator<Item = &'a str> + Clone) -> Self {
        let characters: usize = words.clone().map(str::len).sum();
        let bits =
            (characters * BITS_A_CHARACTER).next_power_of_two().trailing_zeros().clamp(*BITS.start(), *BITS.end());
        let mut joints = TrigramFilter { bits: vec![0; 1 << (bits - 6)].into(), shift: 64 - bits, unread: None };
        let end = Mixed::of(END);
        for word in words {
            let (mut before, mut chars) = (end, word.chars());
            let mut next = chars.next().map(Mixed::of);
            while let Some(c) = next {
                next = chars.next().map(Mixed::of);
                let after = next.unwrap_or(end);
                joints.insert([before, c, after]);
                joints.insert([c, after, c]);
                joints.insert([c, end, c]);
                before = c;
            }
        }
        joints
    }

    /// These and terms nobody can read, of which their signs are known.
    pub(super) fn and_unread<'a>(mut self, signs: impl Iterator<Item = &'a str>) -> Self {
        let signs: Vec<&str> = signs.collect();
        self.unread = (!signs.is_empty()).then(|| signs.concat().into());
        self
    }

    /// Some term nobody can read may hold `c`.
    fn may_be_unread(&self, c: char) -> bool {
        self.unread.as_ref().is_some_and(|signs| c.is_alphanumeric() || signs.contains(c))
    }

    fn insert(&mut self, key: [Mixed; 3]) {
        let (word, bit) = self.place(key);
        self.bits[word] |= bit;
    }

    fn holds(&self, key: [char; 3]) -> bool {
        let (word, bit) = self.place(key.map(Mixed::of));
        self.bits[word] & bit == bit
    }

    /// The word and the bits in it.
    fn place(&self, [first, second, third]: [Mixed; 3]) -> (usize, u64) {
        let mixed = (first.0[0] ^ second.0[1] ^ third.0[2]).wrapping_mul(MIX[0]);
        let hash = mixed >> self.shift;
        // Two bits of a word, so that what is in no anchor is rarely taken for something that is.
        ((hash >> 6) as usize, 1 << (hash & 63) | 1 << (mixed & 63))
    }

    /// An anchor may hold some of `new`, or reach across it, where it stands between these.
    pub(super) fn may_stand_in(&self, mut before: Option<char>, new: &str, after: Option<char>) -> bool {
        if new.is_empty() {
            return matches!((before, after), (Some(before), Some(after)) if self.may_join(before, after));
        }
        let mut chars = new.chars().peekable();
        while let Some(c) = chars.next() {
            if self.may_hold(before, c, chars.peek().copied().or(after)) {
                return true;
            }
            before = Some(c);
        }
        false
    }

    /// An anchor may hold `c`.
    pub(super) fn may_be_one(&self, c: char) -> bool {
        self.holds([c, END, c]) || self.may_be_unread(c)
    }

    /// An anchor may hold `c` where these stand beside it.
    fn may_hold(&self, before: Option<char>, c: char, after: Option<char>) -> bool {
        if !self.may_be_one(c) {
            return false;
        }
        // A term has more than one character.
        if self.may_be_unread(c) && [before, after].into_iter().flatten().any(|beside| self.may_be_unread(beside)) {
            return true;
        }
        let (before, after) = (before.unwrap_or(END), after.unwrap_or(END));
        [[before, c, after], [END, c, after], [before, c, END], [END, c, END]].into_iter().any(|key| self.holds(key))
    }

    /// An anchor may hold these two in a row.
    fn may_join(&self, before: char, after: char) -> bool {
        self.holds([before, after, before]) || self.may_be_unread(before) && self.may_be_unread(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_an_anchor_is_never_denied() {
        let joints = TrigramFilter::new(["机密文", "TLP:RED", "密", "a "].into_iter());
        for (before, c, after) in [
            (Some('国'), '机', Some('密')),
            (Some('机'), '密', Some('文')),
            (Some('密'), '文', None),
            (Some('p'), ':', Some('r')),
            (Some('绝'), '密', Some('的')),
            (Some('a'), ' ', Some('b')),
            (None, 'T', Some('l')),
        ] {
            assert!(joints.may_hold(before, c, after), "{c:?}");
        }
        assert!(joints.may_join('机', '密') && joints.may_join(':', 'r') && joints.may_join('a', ' '));
    }

    #[test]
    fn of_terms_nobody_can_read_letters_and_their_signs_are_not_denied() {
        let joints = TrigramFilter::new(["机密文"].into_iter()).and_unread(["-"].into_iter());
        assert!(joints.may_hold(Some('云'), '松', Some('。')) && joints.may_hold(None, '-', Some('a')));
        assert!(joints.may_join('云', '松') && joints.may_be_one('-') && !joints.may_be_one(','));
        assert!(!joints.may_hold(Some('。'), '松', None) && !joints.may_hold(Some('云'), ',', Some('松')));
    }

    #[test]
    fn most_of_what_stands_in_none_is_denied() {
        let joints = TrigramFilter::new(["机密文", "TLP:RED"].into_iter());
        assert!(!joints.may_hold(Some('密'), '机', Some('文')));
        assert!(!joints.may_hold(Some('说'), ':', Some('我')));
        assert!(!joints.may_join('密', '机'));
        assert!(!joints.may_join('机', '文'));
    }
}
