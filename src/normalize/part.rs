//! Folding the parts of a text that matter: lines around given spots come out as when the whole text is
//! folded, every stretch that is left out as one empty line.

use std::ops::Range;

use super::fold::{Folded, Folder, LineEnds};
use super::spaced::stands_alone;
use super::table::{Fate, fate};

/// What must be folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldSpot {
    /// Bytes of the original. All lines they stand in are folded.
    pub at: Range<usize>,
    /// How much around them.
    pub around: Margin,
}

/// How much must be folded before and behind some lines, unless the text ends there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Margin {
    /// Lines of which something is left.
    pub lines: usize,
    /// Characters before.
    pub before: usize,
    /// Bytes of folded text behind.
    pub behind: usize,
}

/// Folds what stands around spots, which come in the order of their beginnings.
pub fn fold_around(text: &str, spots: &[FoldSpot], memory: Folded) -> Folded {
    let lines = LineEnds::few(text);
    let mut folder = Folder::again(memory);
    let mut spots = spots.iter().peekable();
    let mut at = 0;
    while let Some(spot) = spots.peek() {
        let from = begin(&lines, at, spot);
        if from > at {
            folder.leave_out(at..from);
        }
        at = from;
        // How much is wanted behind here.
        let (mut more, mut needed) = (0, 0);
        while at < text.len() {
            let (end, next) = folder.next_line(&lines, at);
            let alone = stands_alone(&text[at..end]);
            let mut touched = false;
            while let Some(spot) = spots.peek().filter(|spot| spot.at.start < next) {
                more = more.max(spot.around.lines);
                needed = needed.max(folder.out.len() + spot.around.behind);
                touched = true;
                if spot.at.end > next {
                    break;
                }
                spots.next();
            }
            if !touched && alone {
                more = more.saturating_sub(1);
            }
            at = next;
            if alone && more == 0 && folder.out.len() >= needed && spots.peek().is_none_or(|spot| spot.at.start >= at) {
                break;
            }
        }
        if at == text.len() {
            break;
        }
    }
    if at < text.len() {
        folder.leave_out(at..text.len());
    }
    folder.done()
}

/// Where folding begins for a spot: behind a line that stands alone, with enough between; not before `least`.
fn begin(lines: &LineEnds<'_>, least: usize, spot: &FoldSpot) -> usize {
    let mut start = lines.start(spot.at.start);
    let (mut more, mut characters) = (spot.around.lines, spot.around.before);
    while start > least {
        let end = lines.end_before(start);
        let before = lines.start(end);
        let line = &lines.text[before..end];
        if stands_alone(line) {
            if more == 0 && characters == 0 {
                return start;
            }
            more = more.saturating_sub(1);
        }
        if characters > 0 {
            characters = characters.saturating_sub(line.chars().filter(|c| fate(*c) == Fate::Keep).count());
        }
        start = before;
    }
    least
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fold::fold;
    use super::*;

    fn spot(at: Range<usize>, lines: usize, behind: usize) -> FoldSpot {
        FoldSpot { at, around: Margin { lines, before: 0, behind } }
    }

    #[test]
    fn the_lines_around_a_spot_are_folded_and_the_rest_is_left_out() {
        let text = "第一行。\n第二行。\n第三行。\n第四行。\n第五行。\n第六行。\n";
        let at = text.find("四").expect("the spot");
        let part = |lines, behind| fold_around(text, &[spot(at..at + 3, lines, behind)], Folded::default()).text;
        assert_eq!(part(0, 0), "\n第四行。\n\n");
        assert_eq!(part(1, 0), "\n第三行。\n第四行。\n第五行。\n\n");
        assert_eq!(part(0, 1), "\n第四行。\n第五行。\n\n");
        assert_eq!(part(9, 0), fold(text).text);
    }

    #[test]
    fn lines_that_are_joined_stay_together() {
        let text = "开头的一行\n机\n密\n★\n1\n0\n年\n结尾的一行\n最后的一行\n";
        let at = text.find("★").expect("the spot");
        let folded = fold_around(text, &[spot(at..at + 3, 0, 0)], Folded::default());
        assert_eq!(folded.text, "\n机密★10年\n结尾的一行\n\n");
        assert_eq!(&text[folded.original(1..7)], "机\n密");
    }

    proptest! {
        #[test]
        fn folded_parts_are_parts_of_the_folded_whole(
            lines in prop::collection::vec(r"(机|密|12|ab c|机 密 ★|S E C R E T|行文如此。|　|，|é|¨|\u{200b}|\t){0,4}(\n|\n|\n|\r\n|\u{2028})", 1..40),
            spots in prop::collection::vec((0.0..1.0, 0..3_usize, 0..30_usize, 0..5_usize), 1..4),
        ) {
            let text: String = lines.concat();
            let mut spots: Vec<FoldSpot> = spots
                .into_iter()
                .map(|(at, lines, behind, before)| {
                    let at = text.floor_char_boundary((at * text.len() as f64) as usize).min(text.len() - 1);
                    FoldSpot { at: at..at + 1, around: Margin { lines, before, behind } }
                })
                .collect();
            spots.sort_by_key(|spot| spot.at.start);
            let (whole, part) = (fold(&text), fold_around(&text, &spots, Folded::default()));
            // Every character of the part is one of the whole, at the same place, and around a spot none is missing.
            let places = |folded: &Folded| {
                let chars: Vec<(char, Range<usize>)> =
                    folded.text.char_indices().map(|(at, c)| (c, folded.original(at..at + c.len_utf8()))).collect();
                chars
            };
            let (all, some) = (places(&whole), places(&part));
            for (c, place) in &some {
                let left_out = *c == '\n' && text[place.clone()].chars().count() > 1;
                prop_assert!(left_out || all.contains(&(*c, place.clone())), "{c:?} {place:?}");
            }
            for spot in &spots {
                for (c, place) in all.iter().filter(|(_, place)| place.start <= spot.at.start && spot.at.start < place.end) {
                    prop_assert!(some.contains(&(*c, place.clone())), "{c:?} {place:?}");
                }
            }
            prop_assert_eq!(part.text.matches('\n').count() >= 1 || whole.text.matches('\n').count() == 0, true);
        }
    }
}
