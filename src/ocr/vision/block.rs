//! The block of text on a page: where its lines begin and end in the direction they are read. What
//! is the head of a page is told by it, not by the picture, which may show a desk around the page.

use super::boxes::{Point, Rectangle, dot};
use super::detect::Tile;

/// A rectangle of so many heights, before it is grown, is a line of running text.
const RUNNING: f32 = 8.0;
/// So many of those look like a page.
const PAGE: usize = 4;
/// The least height of a block, in lines.
const LEAST: f32 = 12.0;
/// What is looked at of a block once more: so much above its first line, for a mark stands apart from the text,
/// so much below it, and so much on each side; as shares of its height and length.
const ABOVE: f32 = 0.35;
const BELOW: f32 = 0.4;
const BESIDE: f32 = 0.12;
/// A line so many steps of lines below the last one stands apart at the foot: a sentence does not go on there.
const APART: f32 = 1.4;

/// Lines that stand one below another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Block {
    along: Point,
    /// From and to, along and down.
    across: (f32, f32),
    pub(super) down: (f32, f32),
    /// The height of its usual line.
    pub(super) usual: f32,
    /// Lines of running text in it.
    running: usize,
    /// What stands further down is apart from the text.
    pub(super) foot: f32,
}

impl Block {
    /// The block the lines of a page make that are read in a direction. None without running text.
    pub(super) fn of(places: &[Rectangle], along: Point) -> Option<Self> {
        let mut running: Vec<&Rectangle> = places
            .iter()
            .filter(|place| dot(place.along, along) > 0.9 && place.length > place.height * RUNNING)
            .collect();
        running.sort_by(|a, b| a.height.total_cmp(&b.height));
        let usual = running.get(running.len() / 2)?.height;
        running.sort_by(|a, b| a.length.total_cmp(&b.length));
        // The lines above and below the longest but few; others belong to something else.
        let main = ends(running[running.len() * 3 / 4], along);
        let block: Vec<&Rectangle> = running.into_iter().filter(|place| meet(ends(place, along), main)).collect();
        let down = (-along.1, along.0);
        let mut lines: Vec<f32> = block.iter().map(|place| dot(place.middle, down)).collect();
        lines.sort_by(f32::total_cmp);
        let (from, to) = (*lines.first()?, *lines.last()?);
        let mut steps: Vec<f32> = lines.windows(2).map(|two| two[1] - two[0]).filter(|step| *step > usual).collect();
        steps.sort_by(f32::total_cmp);
        let foot = to + steps.get(steps.len() / 2).copied().unwrap_or(usual * LEAST) * APART;
        let across = block.iter().fold((f32::MAX, f32::MIN), |(left, right), place| {
            let (start, end) = ends(place, along);
            (left.min(start), right.max(end))
        });
        let to = to.max(from + usual * LEAST);
        Some(Block { along, across, down: (from, to), usual, running: block.len(), foot })
    }

    /// It looks like a page.
    pub(super) fn is_page(&self) -> bool {
        self.running >= PAGE
    }

    /// The head of it and of what stands above, in a picture of this size.
    pub(super) fn head(&self, size: (u32, u32)) -> Tile {
        let tall = self.down.1 - self.down.0;
        self.rows([self.down.0 - tall * ABOVE, self.down.0 + tall * BELOW], size)
    }

    /// All of it, in a picture of this size.
    pub(super) fn all(&self, size: (u32, u32)) -> Tile {
        self.rows([self.down.0, self.down.1], size)
    }

    /// What lies between two rows, and a little beside the block, in a picture of this size.
    fn rows(&self, rows: [f32; 2], (width, height): (u32, u32)) -> Tile {
        let long = self.across.1 - self.across.0;
        let columns = [self.across.0 - long * BESIDE, self.across.1 + long * BESIDE];
        let down = (-self.along.1, self.along.0);
        let corners = rows.into_iter().flat_map(|row| columns.map(|column| (row, column)));
        let corners: Vec<Point> = corners
            .map(|(row, column)| (self.along.0 * column + down.0 * row, self.along.1 * column + down.1 * row))
            .collect();
        let span = |of: fn(&Point) -> f32, most: u32| {
            let places = corners.iter().map(of);
            let (low, high) = places.fold((f32::MAX, f32::MIN), |(low, high), at| (low.min(at), high.max(at)));
            let from = (low.max(0.0) as u32).min(most - 1);
            (from, (high.max(0.0).ceil() as u32).clamp(from + 1, most) - from)
        };
        let ((x, wide), (y, tall)) = (span(|corner| corner.0, width), span(|corner| corner.1, height));
        Tile { x, y, width: wide, height: tall }
    }
}

fn ends(place: &Rectangle, along: Point) -> (f32, f32) {
    let middle = dot(place.middle, along);
    (middle - place.length / 2.0, middle + place.length / 2.0)
}

fn meet(one: (f32, f32), other: (f32, f32)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(x: f32, y: f32, length: f32, height: f32) -> Rectangle {
        Rectangle { middle: (x, y), along: (1.0, 0.0), length, height }
    }

    #[test]
    fn a_block_is_what_stands_one_below_another() {
        let mut places: Vec<Rectangle> =
            (0..10).map(|row| line(500.0, 400.0 + row as f32 * 30.0, 300.0, 10.0)).collect();
        // A shop's sign beside the page and a word above it.
        places.push(line(900.0, 50.0, 200.0, 20.0));
        places.push(line(380.0, 330.0, 60.0, 10.0));
        let block = Block::of(&places, (1.0, 0.0)).expect("a page");
        assert_eq!((block.across, block.down, block.usual), ((350.0, 650.0), (400.0, 670.0), 10.0));
        assert!(block.is_page());
        // The last line stands at 670, and a step is 30.
        assert_eq!((block.foot, block.all((1000, 1000)).y), (712.0, 400));
        // A height of 270: 94.5 above and 108 below; a length of 300: 36 on each side.
        assert_eq!(block.head((1000, 1000)), Tile { x: 314, y: 305, width: 372, height: 203 });
        assert_eq!(block.head((400, 400)), Tile { x: 314, y: 305, width: 86, height: 95 });
    }

    #[test]
    fn labels_are_no_page_and_one_line_is_none() {
        let labels: Vec<Rectangle> = (0..9).map(|row| line(100.0, row as f32 * 40.0, 60.0, 20.0)).collect();
        assert_eq!(Block::of(&labels, (1.0, 0.0)), None);
        let one = Block::of(&[line(100.0, 100.0, 200.0, 10.0)], (1.0, 0.0)).expect("a line");
        assert!(!one.is_page() && one.down == (100.0, 220.0));
    }
}
