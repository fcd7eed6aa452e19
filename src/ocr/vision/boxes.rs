//! From the detector's map of probabilities to rotated rectangles around lines of text
//! (differentiable binarisation, Liao et al. 2020, section 3): regions above a threshold, the
//! smallest rectangle around each, grown by what the training had shrunk it. No network here.

/// A cell belongs to a region from this probability on; a region needs this much on average.
const CELL: f32 = 0.3;
const REGION: f32 = 0.5;
/// Rectangles thinner than this, in cells, are dirt; those up to `THIN` are, unless they are lines of a page.
const THINNEST: f32 = 1.5;
pub(super) const THIN: f32 = 3.0;
/// Regions looked at.
const MOST: usize = 3000;
/// Growth: area times this, divided by the perimeter, on every side.
pub(super) const GROWTH: f32 = 1.6;

/// A point or a direction; y points down.
pub(super) type Point = (f32, f32);

/// A rectangle around a line: its middle, the direction in which it is read, how far it reaches
/// along and across.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rectangle {
    pub(super) middle: Point,
    /// Of length one.
    pub(super) along: Point,
    pub(super) length: f32,
    pub(super) height: f32,
}

impl Rectangle {
    /// The direction from its upper to its lower side.
    pub(super) fn down(&self) -> Point {
        (-self.along.1, self.along.0)
    }

    /// It runs rather down the picture than across.
    pub(super) fn is_tall(&self) -> bool {
        self.along.1.abs() > self.along.0.abs()
    }

    /// Read the other way up.
    pub(super) fn flipped(self) -> Self {
        Rectangle { along: (-self.along.0, -self.along.1), ..self }
    }

    /// Read from what was its lower side to the upper one, or the other way round.
    pub(super) fn turned(self) -> Self {
        Rectangle { along: self.down(), length: self.height, height: self.length, ..self }
    }

    /// The middle of another one, of about its height or less, lies in it.
    pub(super) fn holds(&self, other: &Rectangle) -> bool {
        let away = (other.middle.0 - self.middle.0, other.middle.1 - self.middle.1);
        dot(away, self.along).abs() < self.length / 2.0 && dot(away, self.down()).abs() < self.height / 3.0
    }

    /// Grown on every side.
    pub(super) fn grown(self, by: f32) -> Self {
        let around = 2.0 * (self.length + self.height);
        let more = self.length * self.height * by / around.max(1.0);
        Rectangle { length: self.length + 2.0 * more, height: self.height + 2.0 * more, ..self }
    }

    /// Moved and enlarged from cells to pixels.
    pub(super) fn scaled(self, factor: f32, offset: Point) -> Self {
        let middle = (self.middle.0 * factor + offset.0, self.middle.1 * factor + offset.1);
        Rectangle { middle, length: self.length * factor, height: self.height * factor, ..self }
    }
}

/// The rectangles in a map of `width` cells a row. Not grown yet.
pub(super) fn rectangles(map: &[f32], width: usize) -> Vec<Rectangle> {
    let mut seen = vec![false; map.len()];
    let mut found = Vec::new();
    let mut waiting = Vec::new();
    for start in 0..map.len() {
        if seen[start] || map[start] < CELL {
            continue;
        }
        let mut region = Region::default();
        seen[start] = true;
        waiting.push(start);
        while let Some(at) = waiting.pop() {
            region.add(at % width, at / width, map[at]);
            for next in neighbours(at, width, map.len()) {
                if !seen[next] && map[next] >= CELL {
                    seen[next] = true;
                    waiting.push(next);
                }
            }
        }
        found.extend(region.rectangle());
        if found.len() == MOST {
            break;
        }
    }
    found
}

fn neighbours(at: usize, width: usize, cells: usize) -> impl Iterator<Item = usize> {
    let column = at % width;
    let left = (column > 0).then(|| at - 1);
    let right = (column + 1 < width).then(|| at + 1);
    let up = at.checked_sub(width);
    let down = (at + width < cells).then(|| at + width);
    [left, right, up, down].into_iter().flatten()
}

/// Cells that hang together: their rows' ends, which hold all that the hull needs.
#[derive(Default)]
struct Region {
    rows: std::collections::BTreeMap<usize, (usize, usize)>,
    cells: usize,
    sum: f32,
}

impl Region {
    fn add(&mut self, column: usize, row: usize, probability: f32) {
        let ends = self.rows.entry(row).or_insert((column, column));
        *ends = (ends.0.min(column), ends.1.max(column));
        self.cells += 1;
        self.sum += probability;
    }

    fn rectangle(&self) -> Option<Rectangle> {
        if self.sum < REGION * self.cells as f32 {
            return None;
        }
        // Cells are areas: their corners count, not their middles.
        let corners = self.rows.iter().flat_map(|(row, (left, right))| {
            let (top, left, right) = (*row as f32, *left as f32, *right as f32 + 1.0);
            [(left, top), (right, top), (left, top + 1.0), (right, top + 1.0)]
        });
        let smallest = smallest(&hull(corners.collect()))?;
        (smallest.height >= THINNEST).then_some(smallest)
    }
}

/// The convex hull, by Andrew's monotone chain.
fn hull(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    points.dedup();
    let mut hull: Vec<Point> = Vec::new();
    for half in 0..2 {
        let floor = hull.len();
        for point in &points {
            while hull.len() >= floor + 2 && turn(hull[hull.len() - 2], hull[hull.len() - 1], *point) <= 0.0 {
                hull.pop();
            }
            hull.push(*point);
        }
        hull.pop();
        if half == 0 {
            points.reverse();
        }
    }
    hull
}

fn turn(a: Point, b: Point, c: Point) -> f32 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

/// The smallest rectangle around a hull has a side on one of its edges. Its direction is that of
/// its longer side, to the right or, where it is upright, down.
fn smallest(hull: &[Point]) -> Option<Rectangle> {
    let edges = hull.iter().zip(hull.iter().cycle().skip(1));
    let around = edges.filter_map(|(a, b)| {
        let (x, y) = (b.0 - a.0, b.1 - a.1);
        let length = x.hypot(y);
        (length > 0.0).then(|| enclosing(hull, (x / length, y / length)))
    });
    let least = around.min_by(|a, b| (a.length * a.height).total_cmp(&(b.length * b.height)))?;
    let long = if least.height > least.length { least.turned() } else { least };
    // A direction to the left or straight up is the other way round; nearly upright is down.
    let leftwards = if long.is_tall() { long.along.1 < 0.0 } else { long.along.0 < 0.0 };
    Some(if leftwards { long.flipped() } else { long })
}

fn enclosing(hull: &[Point], along: Point) -> Rectangle {
    let down = (-along.1, along.0);
    let span = |axis: Point| {
        let places = hull.iter().map(|point| dot(*point, axis));
        places.fold((f32::MAX, f32::MIN), |(low, high), place| (low.min(place), high.max(place)))
    };
    let ((left, right), (top, bottom)) = (span(along), span(down));
    let (across, below) = ((left + right) / 2.0, (top + bottom) / 2.0);
    let middle = (along.0 * across + down.0 * below, along.1 * across + down.1 * below);
    Rectangle { middle, along, length: right - left, height: bottom - top }
}

pub(super) fn dot(a: Point, b: Point) -> f32 {
    a.0 * b.0 + a.1 * b.1
}

/// The height of the usual line.
pub(super) fn usual_height(places: &[Rectangle]) -> f32 {
    let mut heights: Vec<f32> = places.iter().map(|place| place.height).collect();
    heights.sort_by(f32::total_cmp);
    heights.get(heights.len() / 2).copied().unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map with the probability 0.9 in every cell whose middle is inside.
    fn map(width: usize, height: usize, inside: impl Fn(f32, f32) -> bool) -> Vec<f32> {
        let cell = |at: usize| inside((at % width) as f32 + 0.5, (at / width) as f32 + 0.5);
        (0..width * height).map(|at| if cell(at) { 0.9 } else { 0.1 }).collect()
    }

    #[test]
    fn an_upright_line_is_found_where_it_is() {
        let map = map(64, 32, |x, y| (10.0..50.0).contains(&x) && (8.0..16.0).contains(&y));
        let found = rectangles(&map, 64);
        let wanted = Rectangle { middle: (30.0, 12.0), along: (1.0, 0.0), length: 40.0, height: 8.0 };
        assert_eq!(found, [wanted]);
        // 40 by 8: an area of 320 and a perimeter of 96, so 1.6 adds 5.33 on every side.
        let grown = found[0].grown(GROWTH);
        assert!((grown.length - 50.67).abs() < 0.01 && (grown.height - 18.67).abs() < 0.01, "{grown:?}");
    }

    #[test]
    fn a_tilted_line_is_found_with_its_direction() {
        let (sin, cos) = 20f32.to_radians().sin_cos();
        let map = map(100, 100, |x, y| {
            let (x, y) = (x - 50.0, y - 50.0);
            (x * cos + y * sin).abs() < 35.0 && (y * cos - x * sin).abs() < 6.0
        });
        let [found] = rectangles(&map, 100)[..] else { unreachable!("one line") };
        let angle = found.along.1.atan2(found.along.0).to_degrees();
        assert!((angle - 20.0).abs() < 2.0, "{angle}");
        assert!((found.length - 70.0).abs() < 3.0 && (found.height - 12.0).abs() < 3.0, "{found:?}");
    }

    #[test]
    fn lines_down_the_picture_point_down_and_dirt_is_none() {
        let tall = map(40, 80, |x, y| (10.0..20.0).contains(&x) && (10.0..70.0).contains(&y));
        let found = rectangles(&tall, 40);
        assert!(found.len() == 1 && found[0].is_tall() && found[0].along.1 > 0.0, "{found:?}");
        assert!(rectangles(&map(40, 40, |x, y| x < 1.0 && y < 1.0), 40).is_empty());
        assert!(rectangles(&[0.35; 1600], 40).is_empty(), "everywhere a little is nothing");
        assert!(rectangles(&[], 40).is_empty());
    }
}
