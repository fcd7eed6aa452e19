//! Paragraphs of runs: joins what a reader sees joined and keeps apart what a reader sees
//! apart. Elements go by their local names, so strict and transitional markup, Word, slides,
//! sheets and OpenDocument are one.

use std::collections::HashSet;

use super::attributes::{Said, hash};
use super::layout::{Layout, Object};
use super::shared::Strings;
use super::{Attribute, Visitor, value};
use crate::extract::driver::Context;
use crate::extract::support::literals::{Escapes, literals};
use crate::extract::support::paragraphs::{Place, Sides, Standing, without_codes};
use crate::model::{Cell, Part, PartKind};

/// Elements that end a paragraph where they begin and where they end.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "h"
            | "tc"
            | "tr"
            | "tbl"
            | "txbxContent"
            | "sectPr"
            | "si"
            | "is"
            | "c"
            | "cell"
            | "row"
            | "list-item"
            | "table-cell"
            | "table-row"
            | "footnote"
            | "endnote"
            | "comment"
            | "hdr"
            | "ftr"
            | "body"
            | "docPart"
            | "TextObject"
            | "sp"
            | "txBody"
            | "pt"
            | "text"
    )
}

/// Elements whose text runs on.
fn is_run(name: &str) -> bool {
    matches!(name, "t" | "delText" | "p" | "h" | "span" | "a" | "TextCode" | "rubyBase" | "tspan")
}

/// Elements that mean something else elsewhere in a part, or say their attributes each time.
fn is_shifting(name: &str) -> bool {
    matches!(name, "v" | "TextCode" | "del" | "moveFrom" | "tab" | "ptab" | "textpath" | "fldSimple")
}

/// Digits from which a number may be a number of a person or a card.
const TELLING_DIGITS: usize = 7;

/// Elements that hold formulas.
fn is_formula(name: &str) -> bool {
    matches!(name, "f" | "formula" | "formula1" | "formula2" | "definedName" | "calculatedColumnFormula")
}

/// Bytes of a single value that are gathered before it is handed on in pieces.
const LEAF: usize = 1 << 20;

/// Reads one part.
pub(in crate::extract) struct Flow<'s> {
    base: PartKind,
    /// Strings shared by the cells of a workbook.
    strings: Option<&'s mut Strings>,
    /// The cell under way, and what its value is.
    cell: Option<(Cell, Value)>,
    layout: Layout,
    object: Option<Object>,
    places: Vec<Place>,
    /// What each open element needs undone when it closes.
    open: Vec<Opened>,
    sides: Sides,
    said: Said,
    standing: Standing,
    inserted: u32,
    deleted: u32,
    /// Instructions of the fields under way.
    fields: Vec<String>,
    /// Text of an element that is not a run.
    leaf: String,
    fallback: u32,
    boxes: HashSet<u64>,
    wordart: bool,
    labelled: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Opened {
    Run,
    Leaf,
    Other,
    /// A place of its own was opened.
    Place,
    Inserted,
    Deleted,
    Fallback,
    Instruction,
    /// A formatted run: ends the hiding set inside it.
    Formatted,
    /// Definitions of tab stops, whose `tab` is no tab.
    TabStops,
    /// The value of a cell.
    Value,
    /// A piece of text with a place on the page.
    Piece,
    /// A formula or a format, with words between quotes.
    Quoting,
}

/// What a tag does that does the same whenever it comes again.
#[derive(Clone, Copy)]
pub(in crate::extract) enum Step {
    Open { is_block: bool, opened: Opened },
    Close(Closing),
}

/// What the end of an element does, beside undoing what its begin did.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Closing {
    SharedString,
    TextObject,
    Cell,
    Paragraph,
    Block,
    Drawing,
    Other,
}

impl Closing {
    fn of(name: &str) -> Self {
        match name {
            "si" => Closing::SharedString,
            "TextObject" => Closing::TextObject,
            "c" | "cell" => Closing::Cell,
            "p" | "h" => Closing::Paragraph,
            "drawing" | "pict" | "wsp" => Closing::Drawing,
            name if is_block(name) => Closing::Block,
            _ => Closing::Other,
        }
    }
}

/// What the value of a cell is (ISO/IEC 29500-1, 18.18.11).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    /// The number of a shared string.
    Shared,
    /// Text.
    Text,
    /// A number, a date, a truth value.
    Number,
}

impl<'s> Flow<'s> {
    pub(in crate::extract) fn new(part: Part) -> Self {
        let base = part.kind;
        let label =
            part.label.clone().or(part.index.map(|index| part.kind.as_str().to_string() + &format!(" {index}")));
        Flow {
            base,
            strings: None,
            cell: None,
            layout: Layout::default(),
            object: None,
            places: vec![Place::new(part)],
            open: Vec::new(),
            sides: Sides::labelled(label),
            said: Said::default(),
            standing: Standing::default(),
            inserted: 0,
            deleted: 0,
            fields: Vec::new(),
            leaf: String::new(),
            fallback: 0,
            boxes: HashSet::new(),
            wordart: false,
            labelled: 0,
        }
    }

    /// The strings that cells of this part share.
    pub(in crate::extract::formats) fn with_strings(self, strings: &'s mut Strings) -> Self {
        Flow { strings: Some(strings), ..self }
    }

    pub(in crate::extract) fn finish(mut self, cx: &mut Context<'_>) {
        self.end_page(cx);
        for field in std::mem::take(&mut self.fields) {
            self.sides.field(&field, cx);
        }
        while let Some(place) = self.places.pop() {
            place.finish(&mut self.sides, cx);
        }
        self.sides.finish(cx);
    }

    fn add(&mut self, text: &str, cx: &mut Context<'_>) {
        let standing =
            Standing { inserted: self.inserted > 0, deleted: self.deleted > 0, hidden: self.standing.hidden };
        let Flow { places, sides, .. } = self;
        if let Some(place) = places.last_mut() {
            place.add(text, standing);
            if place.is_long() {
                place.hand_on(sides, cx);
            }
        }
    }

    fn end_paragraph(&mut self, cx: &mut Context<'_>) {
        let Flow { places, sides, .. } = self;
        if let Some(place) = places.last_mut() {
            place.end_paragraph(sides, cx);
        }
    }

    /// The lines of a page description.
    fn end_page(&mut self, cx: &mut Context<'_>) {
        for line in self.layout.lines() {
            self.add(&line, cx);
            self.end_paragraph(cx);
        }
    }

    fn end_object(&mut self, cx: &mut Context<'_>) {
        self.layout.add(self.object.take().unwrap_or_default());
        if self.layout.is_full() {
            self.end_page(cx);
        }
    }

    /// A shared string ends: it is kept for the cells that show it.
    fn keep(&mut self) {
        let Flow { places, strings: Some(strings), .. } = self else { return };
        let Some(place) = places.last_mut() else { return };
        if !strings.has_room(place.text()) {
            return;
        }
        // Strings go by number: one that cannot be taken from its paragraph leaves its place empty.
        let string = place.take().unwrap_or_default();
        strings.push(&string);
    }

    /// The value of a cell.
    fn value(&mut self, value: &str, cx: &mut Context<'_>) {
        let Some((cell, kind)) = self.cell else { return };
        let text = match (kind, &mut self.strings) {
            (Value::Shared, Some(strings)) => strings.show(value).unwrap_or_default().to_string(),
            (Value::Number, _) if value.bytes().filter(u8::is_ascii_digit).count() < TELLING_DIGITS => return,
            _ => value.to_string(),
        };
        // One string may be shown by many cells.
        if cx.budget().charge(text.len() as u64).is_err() {
            return;
        }
        if let Some(place) = self.places.last_mut() {
            place.stands_in(cell);
        }
        self.add(&text, cx);
    }

    /// A border that is no paragraph's end: what stands before it is one all the same.
    fn border(&mut self, cx: &mut Context<'_>) {
        if self.places.last().is_some_and(|place| !place.is_empty()) {
            self.end_paragraph(cx);
        }
    }

    fn enter(&mut self, place: Place) {
        self.places.push(place);
    }

    /// Leaves a place of its own; the second copy of a text box is dropped.
    fn leave(&mut self, cx: &mut Context<'_>) {
        if self.places.len() < 2 {
            return;
        }
        self.border(cx);
        let Some(place) = self.places.pop() else { return };
        if let Some(boxed) = &place.boxed {
            let text = hash(boxed.trim());
            if self.fallback > 0 && self.boxes.contains(&text) {
                place.forget();
                return;
            }
            self.boxes.insert(text);
        }
        place.finish(&mut self.sides, cx);
    }

    fn end_field(&mut self, cx: &mut Context<'_>) {
        if let Some(field) = self.fields.pop() {
            self.sides.field(&field, cx);
        }
    }

    fn leaf(&mut self, cx: &mut Context<'_>) {
        if self.leaf.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.leaf);
        let text = text.trim();
        if text.is_empty() || text.bytes().all(|b| b.is_ascii_digit() || b".-+".contains(&b)) {
            return;
        }
        let kind = self.base;
        self.sides.say(kind, text, cx);
        if self.open.last() == Some(&Opened::Quoting) {
            literals(text, Escapes::Doubled, |literal| self.sides.say(PartKind::Field, literal, cx));
        }
        if text.contains('&') {
            self.sides.say(PartKind::Header, &without_codes(text), cx);
        }
    }

    /// An element ends.
    fn end(&mut self, closing: Closing, cx: &mut Context<'_>) {
        if self.open.last() == Some(&Opened::Value) {
            let value = std::mem::take(&mut self.leaf);
            self.value(&value, cx);
        }
        self.leaf(cx);
        match (closing, &self.object) {
            (Closing::SharedString, _) => self.keep(),
            (Closing::TextObject, Some(_)) => self.end_object(cx),
            (Closing::Cell, _) => self.cell = None,
            _ => {}
        }
        match self.open.pop() {
            Some(Opened::Place) => self.leave(cx),
            Some(Opened::Inserted) => self.inserted = self.inserted.saturating_sub(1),
            Some(Opened::Deleted) => self.deleted = self.deleted.saturating_sub(1),
            Some(Opened::Fallback) => self.fallback = self.fallback.saturating_sub(1),
            Some(Opened::Formatted) => self.standing.hidden = false,
            _ => {}
        }
        match closing {
            Closing::Paragraph => {
                self.end_paragraph(cx);
                self.standing.hidden = false;
            }
            Closing::SharedString | Closing::TextObject | Closing::Cell | Closing::Block => self.border(cx),
            Closing::Drawing => self.wordart = false,
            Closing::Other => {}
        }
    }

    fn attributes(&mut self, name: &str, attributes: &[Attribute], cx: &mut Context<'_>) {
        for attribute in attributes {
            let kind = match (name, attribute.name.as_str()) {
                ("textpath", "string") => PartKind::Watermark,
                ("fldSimple", "instr") => {
                    self.sides.field(&attribute.value, cx);
                    continue;
                }
                (_, "descr" | "title" | "alt") => PartKind::AltText,
                (_, "author" | "initials" | "creator") => PartKind::Comment,
                _ => PartKind::Markup,
            };
            if kind == PartKind::Watermark || self.said.is_news(&attribute.value) {
                self.sides.say(kind, &attribute.value, cx);
                if matches!(attribute.name.as_str(), "formula" | "formatCode" | "command") {
                    literals(&attribute.value, Escapes::Doubled, |literal| {
                        self.sides.say(PartKind::Field, literal, cx);
                    });
                }
            }
        }
    }

    /// Elements that are characters.
    fn character(&mut self, name: &str, attributes: &[Attribute], cx: &mut Context<'_>) -> bool {
        let text = match name {
            "tab" | "ptab" if self.open.last() != Some(&Opened::TabStops) => "\t".to_string(),
            "br" | "cr" | "line-break" => "\u{2028}".to_string(),
            "noBreakHyphen" => "-".to_string(),
            "s" if self.base == PartKind::Body && attributes.len() < 2 => " ".to_string(),
            "sym" => match value(attributes, "char").and_then(symbol) {
                Some(c) => c.to_string(),
                None => return true,
            },
            _ => return false,
        };
        self.add(&text, cx);
        true
    }

    fn kind_of_open(&mut self, name: &str, attributes: &[Attribute], cx: &mut Context<'_>) -> Opened {
        let on = |key: &str| !matches!(value(attributes, key), Some("0" | "false" | "off"));
        match name {
            "ins" | "moveTo" => {
                self.inserted += 1;
                Opened::Inserted
            }
            "del" | "moveFrom" if self.base != PartKind::Drawing => {
                self.deleted += 1;
                Opened::Deleted
            }
            "Fallback" => {
                self.fallback += 1;
                Opened::Fallback
            }
            "vanish" | "webHidden" | "specVanish" => {
                self.standing.hidden = on("val");
                Opened::Other
            }
            "r" => Opened::Formatted,
            "tabs" | "tab-stops" => Opened::TabStops,
            "prstTxWarp" => {
                self.wordart |= value(attributes, "prst").is_some_and(|shape| shape != "textNoShape");
                Opened::Other
            }
            "instrText" | "delInstrText" => Opened::Instruction,
            "fldChar" => {
                match value(attributes, "fldCharType") {
                    Some("begin") if self.fields.len() < 64 => self.fields.push(String::new()),
                    Some("separate" | "end") => self.end_field(cx),
                    _ => {}
                }
                Opened::Other
            }
            "txbxContent" => {
                let kind = if self.wordart { PartKind::Watermark } else { PartKind::TextBox };
                self.wordart = false;
                self.labelled += 1;
                let part = Part::nth(kind, self.labelled);
                self.enter(Place::boxed(part));
                Opened::Place
            }
            "rt" | "rPh" | "ruby-text" => {
                self.enter(Place::new(Part::only(PartKind::Ruby)));
                Opened::Place
            }
            "note" | "annotation" => {
                let kind = if name == "note" { PartKind::Footnote } else { PartKind::Comment };
                self.enter(Place::new(Part::only(kind)));
                Opened::Place
            }
            "header" | "header-first" | "header-left" if self.base == PartKind::Body => {
                self.enter(Place::new(Part::only(PartKind::Header)));
                Opened::Place
            }
            "footer" | "footer-first" | "footer-left" if self.base == PartKind::Body => {
                self.enter(Place::new(Part::only(PartKind::Footer)));
                Opened::Place
            }
            "rubyBase" => Opened::Other,
            // In what is kept of another workbook cells have the longer name (ISO/IEC 29500-1, 18.14.1).
            "c" | "cell" if matches!(self.base, PartKind::Sheet | PartKind::HiddenSheet) => {
                let kind = match value(attributes, "t") {
                    Some("s") => Value::Shared,
                    Some("str" | "inlineStr" | "e") => Value::Text,
                    _ => Value::Number,
                };
                self.cell = value(attributes, "r").and_then(Cell::parse).map(|cell| (cell, kind));
                Opened::Other
            }
            "is" => {
                if let (Some((cell, _)), Some(place)) = (self.cell, self.places.last_mut()) {
                    place.stands_in(cell);
                }
                Opened::Other
            }
            "v" if self.cell.is_some() => Opened::Value,
            "TextObject" => {
                self.object = Some(Object::new(|key| value(attributes, key).map(str::to_string)));
                Opened::Other
            }
            "TextCode" if self.object.is_some() => {
                if let Some(object) = &mut self.object {
                    object.piece(|key| value(attributes, key).map(str::to_string));
                }
                Opened::Piece
            }
            name if is_formula(name) => Opened::Quoting,
            name if is_run(name) => Opened::Run,
            _ => Opened::Leaf,
        }
    }
}

impl Visitor for Flow<'_> {
    type Step = Step;

    fn open(&mut self, name: &str, attributes: &[Attribute], cx: &mut Context<'_>) -> Option<Step> {
        self.leaf(cx);
        if !attributes.is_empty() {
            self.attributes(name, attributes, cx);
        }
        if self.character(name, attributes, cx) {
            self.open.push(Opened::Other);
            return None;
        }
        let is_block = is_block(name);
        if is_block {
            self.border(cx);
        }
        let opened = self.kind_of_open(name, attributes, cx);
        self.open.push(opened);
        let repeats =
            matches!(opened, Opened::Run | Opened::Leaf | Opened::Formatted | Opened::TabStops | Opened::Quoting);
        (repeats && !is_shifting(name)).then_some(Step::Open { is_block, opened })
    }

    fn again(&mut self, step: Step, cx: &mut Context<'_>) {
        match step {
            Step::Open { is_block, opened } => {
                self.leaf(cx);
                if is_block {
                    self.border(cx);
                }
                self.open.push(opened);
            }
            Step::Close(closing) => self.end(closing, cx),
        }
    }

    fn text(&mut self, text: &str, cx: &mut Context<'_>) {
        match self.open.last() {
            Some(Opened::Run) => self.add(text, cx),
            Some(Opened::Instruction) => match self.fields.last_mut() {
                Some(field) => field.push_str(text),
                None => self.sides.field(text, cx),
            },
            Some(Opened::Place) => self.add(text, cx),
            Some(Opened::Piece) => self.object.get_or_insert_default().text(text),
            // Space between elements is layout of the file.
            _ if is_blank(text) => {}
            _ => {
                if self.leaf.len() > LEAF {
                    self.leaf(cx);
                }
                self.leaf.push_str(text);
            }
        }
    }

    fn close(&mut self, name: &str, cx: &mut Context<'_>) -> Option<Step> {
        let closing = Closing::of(name);
        self.end(closing, cx);
        Some(Step::Close(closing))
    }

    fn aside(&mut self, text: &str, cx: &mut Context<'_>) {
        self.sides.say(PartKind::Markup, text, cx);
    }
}

fn is_blank(text: &str) -> bool {
    // Mostly it is a line end and the blanks of the next line.
    text.bytes().all(|byte| byte.is_ascii_whitespace()) || text.trim().is_empty()
}

/// The character of a `sym` element: a hexadecimal code, the private copies of symbol fonts
/// moved down to where they came from.
fn symbol(code: &str) -> Option<char> {
    let code = u32::from_str_radix(code, 16).ok()?;
    char::from_u32(if (0xF000..=0xF0FF).contains(&code) { code - 0xF000 } else { code })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbol_fonts_are_moved_down() {
        assert_eq!(symbol("2605"), Some('★'));
        assert_eq!(symbol("F041"), Some('A'));
    }
}
