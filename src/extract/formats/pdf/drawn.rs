//! A page that consists of outlines only, painted so that it can be read as a picture
//! (ISO 32000-2, 8.5 paths and clipping, 8.6 colours of devices). No shading or transparency:
//! what is painted here may show more than a reader of the page sees.

use std::cell::OnceCell;
use std::rc::Rc;

use hayro_syntax::page::Page;
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Mask, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform};

use super::matrix::Matrix;

/// The longer side of what is painted, in pixels: A4 at 150 dots to the inch.
const SIDE: f32 = 1754.0;
/// Pages whose sides are further apart than this are not painted.
const LONGEST: f32 = 8.0;

/// How lines and areas are painted; a part of the graphics state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ink {
    fill: [f32; 3],
    stroke: [f32; 3],
    width: f32,
}

impl Default for Ink {
    fn default() -> Self {
        Ink { fill: [0.0; 3], stroke: [0.0; 3], width: 1.0 }
    }
}

impl Ink {
    /// Follows an operator that sets a colour or the width of lines.
    pub(super) fn set(&mut self, operator: &[u8], numbers: &[f32]) {
        match operator {
            b"g" | b"rg" | b"k" | b"sc" | b"scn" => self.fill = colour(numbers),
            b"G" | b"RG" | b"K" | b"SC" | b"SCN" => self.stroke = colour(numbers),
            b"w" => self.width = numbers.first().copied().unwrap_or(1.0),
            _ => {}
        }
    }
}

/// Red, green and blue of one, three or four numbers; anything else, such as a pattern, is black.
fn colour(numbers: &[f32]) -> [f32; 3] {
    let within = |value: f32| if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 };
    match *numbers {
        [grey] => [within(grey); 3],
        [red, green, blue] => [red, green, blue].map(within),
        [cyan, magenta, yellow, black] => [cyan, magenta, yellow].map(|ink| 1.0 - within(ink + black)),
        _ => [0.0; 3],
    }
}

/// Where painting shows: within every path that was made the border so far; a part of the graphics
/// state. Most are never painted in, so what they come to is worked out when it is needed.
#[derive(Clone, Default)]
pub(super) struct Clip(Option<Rc<Border>>);

struct Border {
    outer: Clip,
    /// In pixels.
    path: Path,
    rule: FillRule,
    mask: OnceCell<Option<Mask>>,
}

impl Clip {
    /// What lies within; none where nothing bounds it.
    fn mask(&self, paper: &Pixmap) -> Option<&Mask> {
        let innermost = self.0.as_deref()?;
        let work_out = || {
            let (mut borders, mut outer) = (vec![innermost], &innermost.outer);
            let mut mask = None;
            while let Some(border) = outer.0.as_deref() {
                if let Some(known) = border.mask.get() {
                    mask.clone_from(known);
                    break;
                }
                borders.push(border);
                outer = &border.outer;
            }
            for border in borders.into_iter().rev() {
                match &mut mask {
                    Some(mask) => mask.intersect_path(&border.path, border.rule, true, Transform::identity()),
                    None => {
                        let mut first = Mask::new(paper.width(), paper.height())?;
                        first.fill_path(&border.path, border.rule, true, Transform::identity());
                        mask = Some(first);
                    }
                }
            }
            mask
        };
        innermost.mask.get_or_init(work_out).as_ref()
    }
}

/// A page being painted.
pub(super) struct Drawing {
    paper: Pixmap,
    /// From the page's space to pixels.
    place: Transform,
    path: PathBuilder,
    last: (f32, f32),
    /// The path becomes the border when it has been painted.
    bounds: Option<FillRule>,
}

impl Drawing {
    /// White paper of the shape of a page. None, where it has no reasonable one.
    pub(super) fn new(page: &Page<'_>) -> Option<Self> {
        let area = page.media_box();
        let (left, top) = (area.x0 as f32, area.y1 as f32);
        let (width, height) = ((area.x1 - area.x0) as f32, (area.y1 - area.y0) as f32);
        let (long, short) = (width.max(height), width.min(height));
        if !(short > 0.0 && long.is_finite() && long <= short * LONGEST) {
            return None;
        }
        let scale = SIDE / long;
        let mut paper = Pixmap::new((width * scale).ceil() as u32, (height * scale).ceil() as u32)?;
        paper.fill(Color::WHITE);
        let place = Transform::from_row(scale, 0.0, 0.0, -scale, -left * scale, top * scale);
        Some(Drawing { paper, place, path: PathBuilder::new(), last: (0.0, 0.0), bounds: None })
    }

    /// Follows an operator that makes or paints a path, or makes it the border.
    pub(super) fn follow(&mut self, operator: &[u8], numbers: &[f32], ctm: &Matrix, ink: &Ink, clip: &mut Clip) {
        let point =
            |at: usize| Some((*numbers.get(at)?, *numbers.get(at + 1)?)).filter(|p| p.0.is_finite() && p.1.is_finite());
        let points = (point(0), point(2), point(4));
        match (operator, points) {
            (b"m", (Some(to), ..)) => self.path.move_to(to.0, to.1),
            (b"l", (Some(to), ..)) => self.path.line_to(to.0, to.1),
            (b"c", (Some(a), Some(b), Some(to))) => self.path.cubic_to(a.0, a.1, b.0, b.1, to.0, to.1),
            (b"v", (Some(b), Some(to), _)) => {
                let a = self.last;
                self.path.cubic_to(a.0, a.1, b.0, b.1, to.0, to.1);
            }
            (b"y", (Some(a), Some(to), _)) => self.path.cubic_to(a.0, a.1, to.0, to.1, to.0, to.1),
            (b"h", _) => self.path.close(),
            (b"re", (Some((x, y)), Some((width, height)), _)) => {
                let corners = [(x + width, y), (x + width, y + height), (x, y + height)];
                self.path.move_to(x, y);
                corners.iter().for_each(|corner| self.path.line_to(corner.0, corner.1));
                self.path.close();
            }
            (b"f" | b"F" | b"f*", _) => self.paint(Some(operator), false, ctm, ink, clip),
            (b"S", _) => self.paint(None, true, ctm, ink, clip),
            (b"B" | b"B*", _) => self.paint(Some(operator), true, ctm, ink, clip),
            (b"s", _) => {
                self.path.close();
                self.paint(None, true, ctm, ink, clip);
            }
            (b"b" | b"b*", _) => {
                self.path.close();
                self.paint(Some(operator), true, ctm, ink, clip);
            }
            (b"n", _) => self.paint(None, false, ctm, ink, clip),
            (b"W", _) => self.bounds = Some(FillRule::Winding),
            (b"W*", _) => self.bounds = Some(FillRule::EvenOdd),
            _ => return,
        }
        if let Some(to) = self.path.last_point() {
            self.last = (to.x, to.y);
        }
    }

    /// Makes a rectangle, such as that of a form, the border.
    pub(super) fn bound(&self, [left, bottom, right, top]: [f32; 4], ctm: &Matrix, clip: &mut Clip) {
        let area = Rect::from_ltrb(left.min(right), bottom.min(top), left.max(right), bottom.max(top));
        if let (Some(area), Some(to_pixels)) = (area, self.to_pixels(ctm)) {
            self.narrow(PathBuilder::from_rect(area), FillRule::Winding, to_pixels, clip);
        }
    }

    fn narrow(&self, path: Path, rule: FillRule, to_pixels: Transform, clip: &mut Clip) {
        let Some(path) = path.transform(to_pixels) else { return };
        let outer = std::mem::take(clip);
        *clip = Clip(Some(Rc::new(Border { outer, path, rule, mask: OnceCell::new() })));
    }

    fn to_pixels(&self, ctm: &Matrix) -> Option<Transform> {
        let [a, b, c, d, e, f] = *ctm;
        Some(Transform::from_row(a, b, c, d, e, f).post_concat(self.place)).filter(Transform::is_valid)
    }

    fn paint(&mut self, fill: Option<&[u8]>, stroke: bool, ctm: &Matrix, ink: &Ink, clip: &mut Clip) {
        let bounds = self.bounds.take();
        let Some(path) = std::mem::take(&mut self.path).finish() else { return };
        let Some(to_pixels) = self.to_pixels(ctm) else { return };
        let mask = if fill.is_some() || stroke { clip.mask(&self.paper) } else { None };
        let paint = |[red, green, blue]: [f32; 3]| {
            let mut paint = Paint::default();
            paint.set_color(Color::from_rgba(red, green, blue, 1.0).unwrap_or(Color::BLACK));
            paint
        };
        if let Some(operator) = fill {
            let rule = if operator.ends_with(b"*") { FillRule::EvenOdd } else { FillRule::Winding };
            self.paper.fill_path(&path, &paint(ink.fill), rule, to_pixels, mask);
        }
        if stroke {
            let width = if ink.width.is_finite() { ink.width.clamp(0.0, SIDE) } else { 1.0 };
            let pen = Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
            self.paper.stroke_path(&path, &paint(ink.stroke), &pen, to_pixels, mask);
        }
        if let Some(rule) = bounds {
            self.narrow(path, rule, to_pixels, clip);
        }
    }

    /// Its size and its pixels: rows of red, green and blue.
    pub(super) fn finish(self) -> ((u32, u32), Vec<u8>) {
        let size = (self.paper.width(), self.paper.height());
        let pixels = self.paper.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]);
        (size, pixels.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper() -> Drawing {
        let paper = Pixmap::new(20, 10).map(|mut paper| {
            paper.fill(Color::WHITE);
            paper
        });
        let place = Transform::from_row(1.0, 0.0, 0.0, -1.0, 0.0, 10.0);
        Drawing { paper: paper.expect("a small one"), place, path: PathBuilder::new(), last: (0.0, 0.0), bounds: None }
    }

    #[test]
    fn what_is_filled_lies_where_the_page_has_it() {
        let mut drawing = paper();
        let (moved, mut ink) = ([2.0, 0.0, 0.0, 2.0, 4.0, 0.0], Ink::default());
        ink.set(b"rg", &[1.0, 0.0, 0.0]);
        drawing.follow(b"re", &[0.0, 0.0, 3.0, 2.0], &moved, &ink, &mut Clip::default());
        drawing.follow(b"f", &[], &moved, &ink, &mut Clip::default());
        // Twice as large, four to the right, and a page counts from below.
        let (size, pixels) = drawing.finish();
        let at = |x: usize, y: usize| [0, 1, 2].map(|n| pixels[3 * (y * 20 + x) + n]);
        assert_eq!(size, (20, 10));
        assert_eq!((at(5, 9), at(9, 6)), ([255, 0, 0], [255, 0, 0]));
        assert_eq!((at(3, 9), at(5, 5), at(10, 9)), ([255; 3], [255; 3], [255; 3]));
    }

    #[test]
    fn an_area_shows_within_all_borders_only() {
        let mut drawing = paper();
        let identity = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
        let (ink, mut clip) = (Ink::default(), Clip::default());
        let mut fill = |clip: &mut Clip, operators: &[(&[u8], &[f32])]| {
            for (operator, numbers) in operators {
                drawing.follow(operator, numbers, &identity, &ink, clip);
            }
        };
        let everywhere: [(&[u8], &[f32]); 2] = [(b"re", &[0.0, 0.0, 20.0, 10.0]), (b"f", &[])];
        // The left half and, within it, all but a hole; what is painted with a border is not bound by it yet.
        fill(&mut clip, &[(b"re", &[0.0, 0.0, 10.0, 10.0]), (b"W", &[]), (b"n", &[])]);
        let left = clip.clone();
        fill(&mut clip, &[(b"re", &[2.0, 2.0, 4.0, 4.0]), (b"re", &[0.0, 0.0, 20.0, 8.0]), (b"W*", &[]), (b"n", &[])]);
        fill(&mut clip, &everywhere);
        let pixels = |drawing: Drawing| drawing.finish().1;
        let black = |pixels: &[u8], x: usize, y: usize| pixels[3 * (y * 20 + x)] == 0;
        let shown = pixels(drawing);
        assert!(black(&shown, 1, 5) && black(&shown, 8, 5));
        assert!(!black(&shown, 15, 5) && !black(&shown, 4, 6) && !black(&shown, 1, 0));
        // What is in force outside is what was before.
        let mut drawing = paper();
        let mut outer = left;
        for (operator, numbers) in everywhere {
            drawing.follow(operator, numbers, &identity, &ink, &mut outer);
        }
        drawing.bound([0.0, 0.0, 1.0, 1.0], &identity, &mut outer);
        let shown = pixels(drawing);
        assert!(black(&shown, 4, 6) && black(&shown, 1, 0) && !black(&shown, 15, 5));
    }

    #[test]
    fn colours_are_told_by_how_many_numbers_there_are_and_nonsense_paints_nothing() {
        assert_eq!(colour(&[0.5]), [0.5; 3]);
        assert_eq!(colour(&[0.0, 1.0, 0.0, 0.0]), [1.0, 0.0, 1.0]);
        assert_eq!(colour(&[]), [0.0; 3]);
        let mut drawing = paper();
        let identity = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
        for (operator, numbers) in [(&b"m"[..], &[f32::NAN, 0.0][..]), (b"c", &[1.0]), (b"S", &[]), (b"f", &[])] {
            drawing.follow(operator, numbers, &identity, &Ink::default(), &mut Clip::default());
        }
        drawing.follow(b"re", &[0.0, 0.0, 5.0, 5.0], &[f32::INFINITY; 6], &Ink::default(), &mut Clip::default());
        drawing.follow(b"f", &[], &[f32::INFINITY; 6], &Ink::default(), &mut Clip::default());
        assert!(drawing.finish().1.iter().all(|value| *value == 255));
    }
}
