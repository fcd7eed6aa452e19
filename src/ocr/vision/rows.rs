//! How a page lies in its picture, told by the direction of its lines, and the rows those make,
//! in the order a reader takes them.

use super::block::Block;
use super::boxes::{Point, Rectangle, dot};
use crate::ocr::Line;

/// The head of a page: what stands further down is no mark's place.
pub(super) const HEAD: f32 = 0.35;

/// Cells in a row closer than this many heights are one text.
const NEAR: f32 = 2.0;

/// Rows looked at for a place.
const ROWS: usize = 2;

/// Something read at a place.
pub(super) struct Read {
    pub(super) place: Rectangle,
    pub(super) text: String,
    /// What it may say as well.
    pub(super) others: Vec<String>,
    /// How sure the better of the two readings is.
    pub(super) confidence: f32,
}

/// How a page lies in its picture: the direction of its lines and where it begins and ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lie {
    along: Point,
    from: f32,
    to: f32,
    /// Where the text begins and ends, if it is a page's; else where the first line stands and the picture ends.
    text: Option<(f32, f32)>,
    /// What stands further down is apart from the text.
    foot: f32,
}

impl Lie {
    /// A page with a block of text, in a picture of this size.
    pub(super) fn new(along: Point, width: u32, height: u32, block: Option<&Block>) -> Self {
        let down = (-along.1, along.0);
        let corners = [(0, 0), (width, 0), (0, height), (width, height)];
        let places = corners.map(|(x, y)| dot((x as f32, y as f32), down));
        let from = places.iter().copied().fold(f32::MAX, f32::min);
        let to = places.iter().copied().fold(f32::MIN, f32::max);
        let block = block.filter(|block| block.is_page());
        Lie { along, from, to, text: block.map(|block| block.down), foot: block.map_or(f32::MAX, |block| block.foot) }
    }

    /// The same for a page without running text, such as a cover, that has these rows: its text begins with the first,
    /// unless that is smaller than most.
    pub(super) fn beginning_with(self, rows: &[Vec<Rectangle>], usual: f32) -> Self {
        let first = rows.first().and_then(|row| row.first()).filter(|first| first.height >= usual);
        let text = self.text.or(first.map(|first| (dot(first.middle, self.down()), self.to)));
        Lie { text, ..self }
    }

    fn down(&self) -> Point {
        (-self.along.1, self.along.0)
    }

    /// How far down the page a place lies, from 0 to 1. There may be a desk above the page in the picture, or
    /// paper without text below that on the page: what is less counts. Of what stands apart at the foot it is how
    /// far up: marks stand there as well.
    pub(super) fn top(&self, place: &Rectangle) -> f32 {
        let at = dot(place.middle, self.down());
        let within = |(from, to): (f32, f32)| ((at - from) / (to - from).max(1.0)).clamp(0.0, 1.0);
        let top = within((self.from, self.to));
        let foot = if at > self.foot { 1.0 - top } else { 1.0 };
        self.text.map_or(top, |text| within(text).min(top)).min(foot)
    }

    /// Rectangles in rows: from the top, in each from the left.
    pub(super) fn rows(&self, mut places: Vec<Rectangle>) -> Vec<Vec<Rectangle>> {
        let down = self.down();
        places.sort_by(|a, b| dot(a.middle, down).total_cmp(&dot(b.middle, down)));
        let mut rows: Vec<Vec<Rectangle>> = Vec::new();
        for place in places {
            let same = rows.iter_mut().rev().take(ROWS).find(|row| {
                row.last().is_some_and(|last| {
                    let apart = (dot(place.middle, down) - dot(last.middle, down)).abs();
                    apart < last.height.min(place.height) * 0.5
                }) && !row.iter().any(|other| self.covers(other, &place))
            });
            match same {
                Some(row) => row.push(place),
                None => rows.push(vec![place]),
            }
        }
        for row in &mut rows {
            row.sort_by(|a, b| dot(a.middle, self.along).total_cmp(&dot(b.middle, self.along)));
        }
        rows
    }

    /// One lies over the other, as what was found of a line a second time: they are no neighbours.
    fn covers(&self, one: &Rectangle, other: &Rectangle) -> bool {
        (dot(one.middle, self.along) - dot(other.middle, self.along)).abs() < one.length.max(other.length) / 2.0
    }

    /// The lines a row makes: one, and further ones if some of it can be read otherwise.
    pub(super) fn lines(&self, row: &[Read], usual: f32) -> Vec<Line> {
        let Some(first) = row.first() else { return Vec::new() };
        let highest = row.iter().map(|read| read.place.height).fold(0.0, f32::max);
        let line = |text: String| Line { text, top: self.top(&first.place), height: highest / usual.max(1.0) };
        let ways = row.iter().map(|read| read.others.len()).max().unwrap_or_default();
        let mut texts: Vec<String> = Vec::new();
        for way in 0..=ways {
            let text = self.joined(row, |read| match way {
                0 => &read.text,
                _ => read.others.get(way - 1).unwrap_or(&read.text),
            });
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts.into_iter().map(line).collect()
    }

    fn joined<'r>(&self, row: &'r [Read], text: impl Fn(&'r Read) -> &'r String) -> String {
        let mut joined = String::new();
        let mut end = 0.0;
        for read in row {
            let (place, text) = (&read.place, text(read));
            if text.is_empty() {
                continue;
            }
            let start = dot(place.middle, self.along) - place.length / 2.0;
            if !joined.is_empty() {
                joined.push(if start - end < place.height * NEAR { ' ' } else { '\t' });
            }
            // Ends of lines and cells are ours to say.
            joined.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
            end = start + place.length;
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f32, y: f32, length: f32) -> Rectangle {
        Rectangle { middle: (x, y), along: (1.0, 0.0), length, height: 20.0 }
    }

    fn read(place: Rectangle, text: &str) -> Read {
        Read { place, text: text.to_string(), others: Vec::new(), confidence: 1.0 }
    }

    #[test]
    fn rows_are_read_from_the_top_and_from_the_left() {
        let lie = Lie::new((1.0, 0.0), 800, 1000, None);
        let (number, mark, title) = (at(100.0, 52.0, 80.0), at(700.0, 48.0, 120.0), at(400.0, 200.0, 500.0));
        assert_eq!(lie.rows(vec![title, mark, number]), [vec![number, mark], vec![title]]);
        let lines = lie.lines(&[read(number, "000001"), read(mark, "机密★10年")], 20.0);
        assert_eq!(lines, [Line { text: "000001\t机密★10年".into(), top: 0.052, height: 1.0 }]);
        // The two characters of a level stand a character apart.
        let lines = lie.lines(&[read(at(650.0, 48.0, 20.0), "机"), read(at(690.0, 48.0, 20.0), "密")], 20.0);
        assert_eq!(lines[0].text, "机 密");
    }

    #[test]
    fn what_lies_over_a_line_is_no_neighbour_of_it() {
        let lie = Lie::new((1.0, 0.0), 800, 1000, None);
        let (whole, half, beside) = (at(100.0, 50.0, 120.0), at(130.0, 51.0, 40.0), at(300.0, 52.0, 120.0));
        assert_eq!(lie.rows(vec![whole, half, beside]), [vec![whole], vec![half, beside]]);
    }

    #[test]
    fn the_first_large_line_of_a_cover_is_its_head_wherever_it_stands() {
        let lie = Lie::new((1.0, 0.0), 800, 1000, None);
        let (level, title) = (at(400.0, 420.0, 100.0), at(400.0, 600.0, 300.0));
        let rows = [vec![level], vec![title]];
        let cover = lie.beginning_with(&rows, 20.0);
        assert_eq!((lie.top(&level), cover.top(&level)), (0.42, 0.0));
        assert!((cover.top(&title) - 180.0 / 580.0).abs() < 1e-6);
        assert_eq!(lie.beginning_with(&rows, 21.0).top(&level), 0.42, "smaller than most");
    }

    #[test]
    fn what_stands_apart_at_the_foot_is_as_far_from_the_edge_as_in_the_head() {
        let points: Vec<Rectangle> = (0..5).map(|row| at(400.0, 300.0 + row as f32 * 100.0, 300.0)).collect();
        let block = Block::of(&points, (1.0, 0.0)).expect("a block");
        let lie = Lie::new((1.0, 0.0), 800, 1000, Some(&block));
        // A step is 100: the next line of a sentence would stand at 800.
        assert!((lie.top(&at(700.0, 950.0, 60.0)) - 0.05).abs() < 1e-6);
        assert_eq!(lie.top(&at(100.0, 800.0, 60.0)), 0.8);
    }

    #[test]
    fn a_page_upside_down_begins_at_the_bottom() {
        let lie = Lie::new((-1.0, 0.0), 800, 1000, None);
        assert!((lie.top(&at(400.0, 950.0, 100.0)) - 0.05).abs() < 1e-6);
        let (upper, lower) = (at(400.0, 100.0, 100.0), at(400.0, 900.0, 100.0));
        assert_eq!(lie.rows(vec![upper, lower]), [vec![lower], vec![upper]]);
    }

    #[test]
    fn a_second_reading_is_a_line_of_its_own() {
        let lie = Lie::new((1.0, 0.0), 800, 1000, None);
        let doubtful = Read {
            others: vec!["机密★10年".into(), "机害★10年".into()],
            ..read(at(100.0, 50.0, 120.0), "机害★10年")
        };
        let texts: Vec<String> = lie.lines(&[doubtful], 20.0).into_iter().map(|line| line.text).collect();
        assert_eq!(texts, ["机害★10年", "机密★10年"]);
    }
}
