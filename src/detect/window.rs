//! A window of text from the original to hits: what must be folded, the search, and as much folded
//! text around the hits as the judge looks at.

use super::Hit;
use super::search::{FAR, Query, search};
use super::sieve::spots;
use crate::model::{Channel, PartKind, SHORT, Segment};
use crate::normalize::{FoldSpot, Folded, Margin, fold_again, fold_around};
use crate::pack::RuleSet;

/// What is looked for, and in what.
#[derive(Clone, Copy)]
pub struct Window<'a> {
    /// The rules.
    pub rules: &'a RuleSet,
    /// The window.
    pub segment: &'a Segment<'a>,
    /// The kind of part it stands in.
    pub part: PartKind,
    /// The text was read from a picture.
    pub ocr: bool,
    /// The way by which the text leaves.
    pub channel: Channel,
}

impl Window<'_> {
    /// The hits, by the rules' places in folded text, and that text. The hits are those of
    /// [`Window::search_whole`]; what stands further than `lines` lines from one may be left out of the text.
    pub fn search(self, lines: usize, memory: Folded) -> (Vec<Hit>, Folded) {
        let text = self.segment.text;
        let wanted =
            // A short text is folded rather than looked at first.
            (text.len() >= SHORT && !self.ocr).then(|| spots(self.rules, self.segment, self.part)).flatten();
        let Some(wanted) = wanted else { return self.search_whole(memory) };
        let folded = fold_around(text, &wanted, memory);
        let hits = if wanted.is_empty() { Vec::new() } else { self.hits(&folded) };
        if hits.is_empty() {
            return (hits, folded);
        }
        let around = Margin { lines, ..FAR };
        // Marks near the top count more: the first lines are counted.
        let top = (self.segment.lines_before < lines as u64).then_some(FoldSpot { at: 0..0, around });
        let mut wanted: Vec<FoldSpot> = hits
            .iter()
            .map(|hit| {
                let (anchor, span) = (folded.original(hit.anchor.clone()), folded.original(hit.span.clone()));
                FoldSpot { at: anchor.start.min(span.start)..anchor.end.max(span.end), around }
            })
            .chain(top)
            .collect();
        wanted.sort_by_key(|spot| spot.at.start);
        let folded = fold_around(text, &wanted, folded);
        (self.hits(&folded), folded)
    }

    /// The same by folding all of the window: the plain way, and the reference of the other.
    pub fn search_whole(self, memory: Folded) -> (Vec<Hit>, Folded) {
        let folded = fold_again(self.segment.text, memory);
        (self.hits(&folded), folded)
    }

    fn hits(self, folded: &Folded) -> Vec<Hit> {
        let Window { rules, segment, part, ocr, channel } = self;
        search(Query { rules, segment, folded, part, ocr, channel })
    }
}
