//! The places of a text at which a rule may match once it is folded, found without folding it: where
//! an anchor or digits stand already, and where folding may bring one forth. It may name too many,
//! never too few.

use std::ops::Range;

use crate::model::{PartKind, Segment};
use crate::normalize::{Change, FoldSpot, Margin, changes, settles};
use crate::pack::RuleSet;

use super::digits;
use super::groups::is_name;
use super::search::{FAR, ISOLATED};

/// How far the ends of a line are looked for.
const LONG: usize = 400;

/// The places in a window, by where they begin; none if it must be folded as a whole. Where a text in this encoding
/// is unlikely, only those where an anchor or digits stand already.
pub(super) fn spots(rules: &RuleSet, segment: &Segment<'_>, part: PartKind) -> Option<Vec<FoldSpot>> {
    let text = segment.text;
    if rules.anchors_cross_lines() {
        return None;
    }
    let mut spots = Vec::new();
    let mut take = |at, far| spots.push(FoldSpot { at, around: if far { FAR } else { Margin::default() } });
    for (at, lead) in rules.anchors_unfolded(text) {
        // Most sentences that hold an anchor of a notice are no notice.
        if is_name(part) || !rules.is_for_lines(lead, part) || !stands_in_a_long_column(text, &at) {
            let far = rules.looks_beyond(lead, text, &at);
            take(at, far);
        }
    }
    let least = rules.digits().iter().map(|(_, least)| *least).min();
    if let Some(least) = least {
        digits::runs(text, least, |at, _| take(at, rules.digits_look_far()));
    }
    let take_change = |at: Range<usize>, change: Change<'_>| {
        let (matters, far) = match change {
            Change::Line => (true, true),
            Change::Text { before, new, after } => {
                let stands = rules.may_stand_in(before, new, after, false);
                let number = |least| may_be_number(text, at.start, [before, after], new, least);
                let far = rules.digits_look_far() || stands && rules.may_stand_in(before, new, after, true);
                (stands || least.is_some_and(number), far)
            }
        };
        if matters {
            take(at, far);
        }
    };
    if !segment.unlikely {
        changes(text, rules.inert(), take_change);
    }
    spots.sort_by_key(|spot| spot.at.start);
    Some(spots)
}

/// What stands there stands, folded, in a column, a cell and a line that are too long to be nothing but a mark, and
/// in no group: so many characters around it in a row are folded to one each, with single blanks at most.
fn stands_in_a_long_column(text: &str, at: &Range<usize>) -> bool {
    let own = &text[at.clone()];
    if own.starts_with(' ') || own.ends_with(' ') {
        return false;
    }
    let before = count(text[..at.start].chars().rev(), ISOLATED) + own.chars().filter(|c| *c != ' ').count();
    before > ISOLATED || before + count(text[at.end..].chars(), ISOLATED - before) > ISOLATED
}

/// Characters in a row that are folded to one each and end no cell, up to one more than `most`. The last one may be
/// joined by what comes behind it, or be dropped with it.
fn count(chars: impl Iterator<Item = char>, most: usize) -> usize {
    let (mut seen, mut is_blank) = (0_usize, false);
    for c in chars {
        let blank = c == ' ';
        if blank && is_blank || !blank && !settles(c) || matches!(c, '\t' | '|' | '｜') || seen > most {
            break;
        }
        seen += usize::from(!blank);
        is_blank = blank;
    }
    seen
}

/// What folding puts there may be part of a number, and the line has digits enough.
fn may_be_number(text: &str, at: usize, beside: [Option<char>; 2], new: &str, least: usize) -> bool {
    let part = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-');
    let inside = new.chars().all(part) && beside.iter().all(|c| c.is_some_and(part));
    if !inside && !new.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let (front, behind) =
        (text.floor_char_boundary(at.saturating_sub(LONG)), text.ceil_char_boundary((at + LONG).min(text.len())));
    let start = text[front..at].rfind('\n').map(|n| front + n + 1);
    let end = text[at..behind].find('\n').map(|n| at + n);
    // The ends of the line are looked for nearby only, so that the cost stays linear.
    let (Some(start), Some(end)) =
        (start.or((front == 0).then_some(0)), end.or((behind == text.len()).then_some(behind)))
    else {
        return true;
    };
    text[start..end].chars().map(most_digits).sum::<usize>() >= least
}

/// Digits a character becomes, at most.
fn most_digits(c: char) -> usize {
    match c {
        _ if c.is_ascii() => usize::from(c.is_ascii_digit()),
        '０'..='９' => 1,
        '\u{3200}'..='\u{33FF}' => 3,
        _ if c.is_numeric() => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::{SkipSet, fold};

    #[test]
    fn no_character_becomes_more_digits_than_counted() {
        for c in '\0'..='\u{10FFFF}' {
            let digits = fold(&format!("x{c}x")).text.chars().filter(char::is_ascii_digit).count();
            assert!(digits <= most_digits(c), "{c:?}");
        }
    }

    #[test]
    fn numbers_are_seen_however_they_are_written() {
        for (text, wanted) in [
            ("号码１２３４５６。", true),
            ("号码12\u{200b}3456。", true),
            ("号码123  456。", true),
            ("２００６年", false),
            ("第 12 条", false),
        ] {
            let mut seen = false;
            changes(text, SkipSet::none(), |at, change| {
                if let Change::Text { before, new, after } = change {
                    seen |= may_be_number(text, at.start, [before, after], new, 6);
                }
            });
            assert_eq!(seen, wanted, "{text:?}");
        }
    }
}
