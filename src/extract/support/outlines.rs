//! Letters that are drawn as outlines beside the text of a page: shapes in a row, each as a letter stands
//! behind another, and no two alike.

use std::collections::HashSet;

/// Letters of a row: fewer are an emblem.
const ROW: usize = 5;
/// Pieces of one path that may be a line of letters: fewer are a word in an emblem.
const LINE: usize = 24;
/// Kinds of letters in a row, by their lines and curves: boxes of a table are all alike.
const KINDS: usize = 3;
/// Lines and curves of the plainest letter.
const STROKES: usize = 3;
/// How much wider than high a letter may be.
const WIDEST: f64 = 2.0;
/// How much higher one letter of a row may be than another.
const HIGHER: f64 = 4.0;
/// Shapes that are looked at on one page.
const SHAPES: usize = 20_000;

/// What is drawn, as far as it may be letters.
#[derive(Debug, Default)]
pub(in crate::extract) struct Outlines {
    shapes: Vec<Shape>,
    /// The pieces of the path under way.
    pieces: Vec<Shape>,
}

/// A shape: the box around it, and how many lines and curves it has.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shape {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    strokes: usize,
}

impl Shape {
    const NOTHING: Shape = Shape {
        left: f64::INFINITY,
        top: f64::INFINITY,
        right: f64::NEG_INFINITY,
        bottom: f64::NEG_INFINITY,
        strokes: 0,
    };

    fn reach(&mut self, (x, y): (f64, f64)) {
        self.left = self.left.min(x);
        self.right = self.right.max(x);
        self.top = self.top.min(y);
        self.bottom = self.bottom.max(y);
    }

    fn join(&mut self, other: &Shape) {
        self.reach((other.left, other.top));
        self.reach((other.right, other.bottom));
        self.strokes += other.strokes;
    }

    fn height(&self) -> f64 {
        self.bottom - self.top
    }

    fn middle(&self) -> f64 {
        (self.top + self.bottom) / 2.0
    }

    fn may_be_letter(&self) -> bool {
        let (width, height) = (self.right - self.left, self.height());
        self.strokes >= STROKES && width.is_finite() && height > 0.0 && width <= height * WIDEST
    }

    /// It stands behind another shape as the next letter does.
    fn follows(&self, before: &Shape) -> bool {
        let (low, high) = (self.height().min(before.height()), self.height().max(before.height()));
        let gap = self.left - before.right;
        high <= low * HIGHER && gap <= high * 1.5 && gap >= -high
    }
}

impl Outlines {
    /// A path whose data has its letters before their numbers (GB/T 33190, 9.1), with the place its numbers
    /// are told from and what they are multiplied with.
    pub(in crate::extract) fn path(&mut self, data: &str, matrix: [f64; 6]) {
        self.pieces = pieces(data, matrix);
        self.end_path();
    }

    /// The path is painted.
    pub(in crate::extract) fn end_path(&mut self) {
        let pieces = std::mem::take(&mut self.pieces);
        let mut whole = Shape::NOTHING;
        pieces.iter().for_each(|piece| whole.join(piece));
        // A line of letters may be one path.
        let shapes = if pieces.len() < LINE { vec![whole] } else { pieces };
        let room = SHAPES.saturating_sub(self.shapes.len());
        self.shapes.extend(shapes.into_iter().filter(Shape::may_be_letter).take(room));
    }

    /// How many of the shapes stand in rows of letters.
    pub(in crate::extract) fn letters(&self) -> usize {
        let mut shapes = self.shapes.clone();
        shapes.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
        let mut rows: Vec<Vec<Shape>> = Vec::new();
        for shape in shapes {
            match rows.last_mut() {
                Some(row) if row.last().is_some_and(|last| shape.middle() - last.middle() <= shape.height() / 3.0) => {
                    row.push(shape);
                }
                _ => rows.push(vec![shape]),
            }
        }
        rows.into_iter().map(in_row).sum()
    }
}

/// Paths that are drawn step by step, as those of PDF are.
#[cfg(feature = "pdf")]
impl Outlines {
    /// The pen is set down, and a piece of a path begins.
    pub(in crate::extract) fn begin_piece(&mut self) {
        if self.pieces.len() < SHAPES {
            self.pieces.push(Shape::NOTHING);
        }
    }

    /// The piece reaches a point.
    pub(in crate::extract) fn reach(&mut self, point: (f64, f64)) {
        if let Some(piece) = self.pieces.last_mut() {
            piece.reach(point);
        }
    }

    /// A line or a curve of the piece.
    pub(in crate::extract) fn stroke(&mut self) {
        if let Some(piece) = self.pieces.last_mut() {
            piece.strokes += 1;
        }
    }

    /// The path shows nothing.
    pub(in crate::extract) fn forget_path(&mut self) {
        self.pieces.clear();
    }
}

/// How many shapes of a row stand one behind the other as letters do.
fn in_row(mut row: Vec<Shape>) -> usize {
    row.sort_by(|a, b| a.left.total_cmp(&b.left));
    let is_word = |word: &&[Shape]| {
        let kinds: HashSet<usize> = word.iter().map(|shape| shape.strokes).collect();
        word.len() >= ROW && kinds.len() >= KINDS
    };
    row.chunk_by(|before, shape| shape.follows(before)).filter(is_word).map(<[Shape]>::len).sum()
}

/// The pieces of a path, each from where the pen is set down.
fn pieces(data: &str, [a, b, c, d, e, f]: [f64; 6]) -> Vec<Shape> {
    let mut pieces: Vec<Shape> = Vec::new();
    let mut numbers: Vec<f64> = Vec::new();
    let mut operator = ' ';
    // The word at the end has the last operator carried out.
    for word in data.split_whitespace().chain(["C"]) {
        if let Ok(number) = word.parse::<f64>() {
            if numbers.len() < 8 {
                numbers.push(number);
            }
            continue;
        }
        if matches!(operator, 'M' | 'S') {
            pieces.push(Shape::NOTHING);
        }
        if let Some(piece) = pieces.last_mut() {
            // Of an arc only its end is a point.
            let points = if operator == 'A' { numbers.get(5..).unwrap_or_default() } else { &numbers[..] };
            for point in points.chunks_exact(2) {
                piece.reach((a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f));
            }
            piece.strokes += usize::from(matches!(operator, 'L' | 'Q' | 'B' | 'A'));
        }
        numbers.clear();
        operator = word.chars().next().unwrap_or(' ');
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shape of as many lines in a box.
    fn shape(left: f64, top: f64, width: f64, height: f64, lines: usize) -> String {
        let right = left + width;
        let bottom = top + height;
        format!("M {left} {top} {}L {right} {bottom} C", format!("L {right} {top} ").repeat(lines - 1))
    }

    fn letters(paths: &[String]) -> usize {
        let mut outlines = Outlines::default();
        paths.iter().for_each(|path| outlines.path(path, [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]));
        outlines.letters()
    }

    fn row(count: usize, step: f64, kinds: usize) -> Vec<String> {
        (0..count).map(|n| shape(n as f64 * step, 20.0, 4.0, 5.0, 4 + n % kinds)).collect()
    }

    #[test]
    fn shapes_in_a_row_that_differ_are_letters() {
        assert_eq!(letters(&row(6, 5.0, 4)), 6);
        assert_eq!(letters(&[row(30, 5.0, 4).join(" ")]), 30, "in one path");
        assert_eq!(letters(&[row(6, 5.0, 4).join(" ")]), 0, "an emblem");
        assert_eq!(letters(&row(4, 5.0, 4)), 0, "too few");
        assert_eq!(letters(&row(9, 5.0, 1)), 0, "all alike");
        assert_eq!(letters(&row(9, 40.0, 4)), 0, "too far apart");
    }

    #[test]
    fn lines_and_nonsense_are_no_letters() {
        assert_eq!(letters(&[shape(0.0, 0.0, 200.0, 1.0, 5), "M 0 0 L 200 0".into()]), 0);
        assert_eq!(letters(&["L 1 1".into(), "M x y B 1".into(), String::new(), "M nan inf L inf nan C".into()]), 0);
    }
}
