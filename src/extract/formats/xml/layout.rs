//! Where a page description puts its pieces of text, and the lines a reader sees in them. OFD (GB/T
//! 33190, 11.3) often has one object a character, in any order.

/// Pieces gathered before they are put in order.
const MOST: usize = 20_000;

/// A piece of text with its place on the page, in millimetres, y growing downwards.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct PlacedText {
    pub(super) text: String,
    pub(super) x: f64,
    /// Of the baseline.
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) size: f64,
}

/// An object of text while it is read: its box, its transformation, its pieces.
#[derive(Debug, Default)]
pub(super) struct Object {
    left: f64,
    top: f64,
    size: f64,
    matrix: Option<[f64; 6]>,
    pieces: Vec<PlacedText>,
}

impl Object {
    /// An object with the attributes of a `TextObject`.
    pub(super) fn new(get: impl Fn(&str) -> Option<String>) -> Self {
        let boundary = numbers(&get("Boundary").unwrap_or_default());
        let matrix = numbers(&get("CTM").unwrap_or_default()).try_into().ok();
        let size = get("Size").and_then(|size| size.parse().ok()).filter(|size| *size > 0.0).unwrap_or(4.0);
        let at = |index: usize| boundary.get(index).copied().unwrap_or_default();
        Object { left: at(0), top: at(1), size, matrix, pieces: Vec::new() }
    }

    /// A piece begins, with the attributes of a `TextCode`.
    pub(super) fn piece(&mut self, get: impl Fn(&str) -> Option<String>) {
        let number = |key: &str| get(key).and_then(|value| value.parse::<f64>().ok());
        // A place that is not told is that of the piece before (GB/T 33190, table 46).
        let before = self.pieces.last();
        let x = number("X").or(before.map(|piece| piece.x)).unwrap_or_default();
        let y = number("Y").or(before.map(|piece| piece.y)).unwrap_or_default();
        let width = steps(&get("DeltaX").unwrap_or_default());
        self.pieces.push(PlacedText { x, y, width, size: self.size, text: String::new() });
    }

    /// An object of XPS: its text and the numbers of its attributes.
    pub(super) fn of_glyphs(text: &str, number: impl Fn(&str) -> Option<f64>) -> Self {
        let size = number("FontRenderingEmSize").filter(|size| *size > 0.0).unwrap_or(16.0);
        let at = |key| number(key).unwrap_or_default();
        let piece = PlacedText { text: text.to_string(), x: at("OriginX"), y: at("OriginY"), width: 0.0, size };
        Object { size, pieces: vec![piece], ..Object::default() }
    }

    /// Its pieces do not stand on one line.
    pub(super) fn is_broken(&self) -> bool {
        let is_turned = self.matrix.is_some_and(|[_, b, ..]| b != 0.0);
        self.pieces.windows(2).any(|pair| is_turned || (pair[0].y - pair[1].y).abs() > pair[0].size / 2.0)
    }

    /// Text of the present piece.
    pub(super) fn text(&mut self, text: &str) {
        if self.pieces.is_empty() {
            self.piece(|_| None);
        }
        if let Some(piece) = self.pieces.last_mut() {
            piece.text.push_str(text);
        }
    }

    /// The pieces in their places on the page. A turned object keeps its place, not its direction.
    fn placed(self) -> impl Iterator<Item = PlacedText> {
        let [a, b, c, d, e, f] = self.matrix.unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
        let scale = (a * a + b * b).sqrt();
        self.pieces.into_iter().map(move |piece| {
            let width = if piece.width > 0.0 {
                piece.width + piece.size
            } else {
                piece.text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum::<f64>() * piece.size
            };
            PlacedText {
                x: self.left + a * piece.x + c * piece.y + e,
                y: self.top + b * piece.x + d * piece.y + f,
                width: width * scale,
                size: piece.size * if scale > 0.0 { scale } else { 1.0 },
                text: piece.text,
            }
        })
    }
}

/// The pieces of one page.
#[derive(Debug, Default)]
pub(super) struct PageLayout {
    pieces: Vec<PlacedText>,
}

impl PageLayout {
    /// An object ended.
    pub(super) fn add(&mut self, object: Object) {
        let sound = |piece: &PlacedText| [piece.x, piece.y, piece.width, piece.size].iter().all(|n| n.is_finite());
        for mut piece in object.placed() {
            if !sound(&piece) {
                piece = PlacedText { text: piece.text, ..PlacedText::default() };
            }
            self.pieces.push(piece);
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.pieces.len() >= MOST
    }

    /// The lines of the page from top to bottom. A gap that no blank between letters has becomes a tab.
    pub(super) fn lines(&mut self) -> Vec<String> {
        let mut pieces = std::mem::take(&mut self.pieces);
        pieces.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
        let mut lines: Vec<Vec<PlacedText>> = Vec::new();
        for piece in pieces {
            match lines.last_mut() {
                Some(line)
                    if line
                        .first()
                        .is_some_and(|first| (piece.y - first.y).abs() <= first.size.min(piece.size) / 2.0) =>
                {
                    line.push(piece);
                }
                _ => lines.push(vec![piece]),
            }
        }
        lines.into_iter().map(joined).collect()
    }
}

fn joined(mut line: Vec<PlacedText>) -> String {
    line.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut text = String::new();
    let mut before: Option<PlacedText> = None;
    for piece in line {
        if let Some(before) = &before {
            let near = before.size.min(piece.size) / 4.0;
            // Printed twice to look bold.
            if before.text == piece.text && (before.x - piece.x).abs() < near {
                continue;
            }
            if piece.x - (before.x + before.width) > before.size.max(piece.size) * 1.2 {
                text.push('\t');
            }
        }
        text.push_str(&piece.text);
        before = Some(piece);
    }
    text
}

/// The numbers of an attribute.
pub(super) fn numbers(text: &str) -> Vec<f64> {
    text.split_whitespace().filter_map(|number| number.parse().ok()).collect()
}

/// The sum of steps written as `g 5 5.6 4.2`: five of 5.6, one of 4.2 (GB/T 33190, 11.3).
fn steps(text: &str) -> f64 {
    let mut sum = 0.0;
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        let (times, step) = match word {
            "g" => (words.next().and_then(|n| n.parse().ok()).unwrap_or(0.0), words.next()),
            _ => (1.0, Some(word)),
        };
        sum += times * step.and_then(|step| step.parse::<f64>().ok()).unwrap_or_default();
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(boundary: &str, text: &str) -> Object {
        let mut object = Object::new(|key| match key {
            "Boundary" => Some(boundary.to_string()),
            "Size" => Some("5".to_string()),
            _ => None,
        });
        object.piece(|key| (key == "Y").then(|| "4".to_string()));
        object.text(text);
        object
    }

    #[test]
    fn characters_in_any_order_are_the_line_a_reader_sees() {
        let mut layout = PageLayout::default();
        for (x, y, text) in
            [(25, 20, "密"), (20, 40, "植"), (30, 20, "★"), (20, 20, "机"), (25, 40, "树"), (90, 40, "完")]
        {
            layout.add(object(&format!("{x} {y} 5 5"), text));
        }
        assert_eq!(layout.lines(), ["机密★", "植树\t完"]);
        assert!(layout.lines().is_empty(), "a page ends once");
    }

    #[test]
    fn what_is_printed_twice_is_read_once_and_nonsense_is_kept() {
        let mut layout = PageLayout::default();
        layout.add(object("20 20 5 5", "机"));
        layout.add(object("20.3 20 5 5", "机"));
        layout.add(object("inf nan 5 5", "密"));
        assert_eq!(layout.lines(), ["密", "机"]);
        assert_eq!(steps("g 5 5.6 2"), 30.0);
        assert_eq!(steps("g 5"), 0.0);
    }
}
