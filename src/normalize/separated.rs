//! Lines all of whose characters are set apart by one and the same sign, as a mark is to hide it from a
//! search: `机.密.★`, `S-E-C-R-E-T`. What a mark is, is not known here.

use unicode_normalization::char::is_combining_mark;

use super::table::{Fate, fate, is_cjk};

/// Longest line, in bytes, that is looked at.
const LONGEST: usize = 200;
/// Characters set apart, at least; Latin letters need more, for abbreviations are written with points.
const CJK: usize = 2;
const LATIN: usize = 5;
/// What may stand around such a line.
const DECORATION: [char; 10] = ['\t', '*', '#', '>', '_', '[', ']', '(', ')', '【'];
/// Longest run of digits that counts as one character.
const DIGITS: usize = 4;

/// The sign that stands between all characters of a line, if one does.
pub(super) fn separator(line: &str) -> Option<char> {
    if line.len() > LONGEST || !may_be_separated(line.as_bytes()) {
        return None;
    }
    let line = line.trim_matches(|c| fate(c) == Fate::Blank || DECORATION.contains(&c));
    let mut chars = line.chars().filter(|c| fate(*c) != Fate::Drop).peekable();
    let first = chars.next().filter(|c| c.is_alphabetic())?;
    let sign = chars.next().filter(|c| is_sign(*c))?;
    let least = if is_cjk(first) { CJK } else { LATIN };
    let mut count = 1;
    loop {
        // A blank may part words, each of them set apart in itself.
        let mut blanks = 0;
        while chars.next_if(|c| fate(*c) == Fate::Blank).is_some() {
            blanks += 1;
        }
        let Some(c) = chars.next() else { break };
        // Behind a run of blanks another column begins.
        if blanks > 1 && count >= least {
            return Some(sign);
        }
        let is_star = fate(c) == Fate::Become('★') || c == '★' || c == '*';
        if c == sign || !c.is_alphanumeric() && !is_star {
            return None;
        }
        let mut digits = usize::from(c.is_ascii_digit());
        while digits > 0 && chars.next_if(char::is_ascii_digit).is_some() {
            digits += 1;
        }
        // A number keeps what it counts: `机_密_★_10年`.
        if digits > 0 {
            let _ = chars.next_if(|c| is_cjk(*c));
        }
        count += 1;
        let goes_on = chars.next_if_eq(&sign).is_some();
        let ends = chars.peek().is_none_or(|c| fate(*c) == Fate::Blank);
        if digits > DIGITS || !goes_on && !ends {
            return None;
        }
    }
    (count >= least).then_some(sign)
}

/// Told by the first bytes: nearly no line begins with a letter and a sign.
fn may_be_separated(line: &[u8]) -> bool {
    let decorates = |byte: &u8| matches!(byte, b' ' | b'\t' | b'*' | b'#' | b'>' | b'_' | b'[' | b'(');
    let start = line.iter().position(|byte| !decorates(byte)).unwrap_or(line.len());
    match &line[start..] {
        // A bracket, a wide blank.
        [0xE3, 0x80, 0x80..=0x90, ..] => true,
        [0xE3..=0xED, _, _, 0xE3, 0x80, ..] => true,
        [first, second, ..] if first.is_ascii() => {
            first.is_ascii_alphabetic() && !second.is_ascii_alphanumeric() && *second != b' '
        }
        [0xE3..=0xED, _, _, next, ..] => !matches!(next, 0xE3..=0xED) && !next.is_ascii_alphanumeric() && *next != b' ',
        [0xC3..=0xF4, ..] => true,
        _ => false,
    }
}

/// A visible sign that is no letter, digit or star, and stands by itself.
fn is_sign(c: char) -> bool {
    !c.is_alphanumeric()
        && !c.is_control()
        && !is_combining_mark(c)
        && !matches!(fate(c), Fate::Blank | Fate::Break | Fate::Drop | Fate::Become('★'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sign_between_all_characters_is_seen() {
        for (line, wanted) in [
            ("机.密.★", Some('.')),
            ("机·密·★·10·年", Some('·')),
            ("机_密_★_1_0_年_", Some('_')),
            ("**机.密.★**", Some('.')),
            ("机.密.★    编号:1", Some('.')),
            ("机、密、★", Some('、')),
            ("  工/作/秘/密", Some('/')),
            ("S_E_C_R_E_T", Some('_')),
            ("T.O.P S.E.C.R.E.T", Some('.')),
            ("机·密", Some('·')),
            ("机_密_★_10年", Some('_')),
            ("机，密，★，10年", Some('，')),
            ("机.密.文", Some('.')),
            ("机.密文", None),
            ("机\u{336}密\u{336}", None),
            ("机_10年度_密", None),
            ("机.密-★", None),
            ("机密.★.1", None),
            ("a.b.c", None),
            ("U.S.A.", None),
            ("1.2.3.4.5.6.7", None),
            ("机 密 ★", None),
            ("甲、乙、丙三方", None),
            ("x.12345.y.z.w.v", None),
        ] {
            assert_eq!(separator(line), wanted, "{line}");
        }
    }
}
