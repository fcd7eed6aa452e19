//! Paragraphs of runs: joins what a reader sees joined and keeps apart what a reader sees
//! apart. Elements go by their local names, so strict and transitional markup, Word, slides,
//! sheets and OpenDocument are one.

use std::collections::HashSet;

use super::attributes::{EmittedValues, hash};
use super::dialect::Dialect;
use super::elements::{is_block, is_formula, is_inline, is_object, is_run, is_shape, is_shifting};
use super::fixed_page::{FixedPage, is_path};
use super::fonts::Fonts;
use super::labels::{Labels, odf_label};
use super::shared::Strings;
use super::{Attribute, Visitor, value};
use crate::extract::driver::Context;
use crate::extract::support::encoded;
use crate::extract::support::fields::Fields;
use crate::extract::support::label::is_label;
use crate::extract::support::literals::{Escapes, literals};
use crate::extract::support::paragraphs::{RunProperties, SideText, TextTarget, without_codes};
use crate::extract::support::symbols::{SymbolFont, shown, symbol};
use crate::model::{Cell, GapReason, Limit, Part, PartKind};

/// Digits from which a number may be a number of a person or a card.
const TELLING_DIGITS: usize = 7;
/// Characters of a file in base64 that is held.
const DATA: usize = 48 << 20;
/// Bytes of a single value that are gathered before it is handed on in pieces.
const LEAF: usize = 1 << 20;

/// Reads one part.
pub(in crate::extract) struct Flow<'s> {
    base: PartKind,
    /// Strings shared by the cells of a workbook.
    strings: Option<&'s mut Strings>,
    /// The cell under way, and what its value is.
    cell: Option<(Cell, Value)>,
    /// The part, to say what of it is not read.
    part: Part,
    page: FixedPage,
    places: Vec<TextTarget>,
    /// What each open element needs undone when it closes.
    open: Vec<Opened>,
    sides: SideText,
    said: EmittedValues,
    standing: RunProperties,
    inserted: u32,
    deleted: u32,
    fields: Fields,
    dialect: Dialect,
    fonts: Fonts,
    labels: Labels,
    initial: Initial,
    /// Text of an element that is not a run.
    leaf: String,
    /// A file in base64, and the name of its part.
    data: String,
    name: Option<String>,
    fallback: u32,
    boxes: HashSet<u64>,
    wordart: bool,
    labelled: u32,
}

/// A paragraph that is the large first letter of the next one (ISO/IEC 29500-1, 17.3.1.11).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Initial {
    None,
    /// The present paragraph is one.
    Framed,
    /// It ended, and the next one goes on with it.
    Waiting,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Opened {
    Paragraph,
    Run,
    /// Text may stand between the elements in it.
    Inline,
    /// A field of OpenDocument: what it shows is part of the line.
    Shown,
    /// Names a symbol font for the text of its run.
    SymbolFont(SymbolFont),
    /// Raises the text of its run.
    Raised,
    /// A piece of text whose style names a symbol font.
    Styled,
    /// A field with its instruction in an attribute.
    SimpleField,
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
    /// Numbers of the glyphs of such a piece.
    GlyphNumbers,
    /// The data of a path.
    Path,
    /// A formula or a format, with words between quotes.
    Quoting,
    /// A file in base64.
    Data,
}

/// What a tag does that does the same whenever it comes again.
#[derive(Clone, Copy)]
pub(in crate::extract) enum FlowStep {
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
            "p" | "h" | "Text" => Closing::Paragraph,
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
            page: FixedPage::default(),
            places: vec![TextTarget::new(part.clone())],
            part,
            open: Vec::new(),
            sides: SideText::labelled(label),
            said: EmittedValues::default(),
            standing: RunProperties::default(),
            inserted: 0,
            deleted: 0,
            fields: Fields::default(),
            dialect: Dialect::default(),
            fonts: Fonts::default(),
            labels: Labels::default(),
            initial: Initial::None,
            leaf: String::new(),
            data: String::new(),
            name: None,
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
        if let Some(reason) = self.page.gap() {
            cx.gap(Some(self.part.clone()), reason);
        }
        for instruction in self.fields.unfinished() {
            self.sides.field(&instruction, cx);
        }
        while let Some(place) = self.places.pop() {
            place.finish(&mut self.sides, cx);
        }
        self.sides.finish(cx);
    }

    fn add(&mut self, text: &str, cx: &mut Context<'_>) {
        let standing =
            RunProperties { inserted: self.inserted > 0, deleted: self.deleted > 0, hidden: self.standing.hidden };
        let Flow { places, sides, fields, fonts, .. } = self;
        fields.show(text);
        if let Some(place) = places.last_mut() {
            // The number of a note before the first word stands on a line of its own.
            let is_number = fonts.is_raised() && place.is_empty() && is_label(text);
            place.add(&shown(text, fonts.current()), standing);
            if is_number {
                place.add("\u{2028}", standing);
            }
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
        for line in self.page.lines() {
            self.add(&line, cx);
            self.end_paragraph(cx);
        }
    }

    fn end_object(&mut self, cx: &mut Context<'_>) {
        if let Some(joined) = self.page.end_object() {
            self.sides.emit(self.base, &joined, cx);
        }
        if self.page.is_full() {
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

    fn enter(&mut self, place: TextTarget) {
        self.places.push(place);
    }

    /// Text where it may stand beside other elements: white space at its ends is shown once.
    fn between(&mut self, text: &str, cx: &mut Context<'_>) {
        let text = self.dialect.between(text);
        let text = match self.places.last() {
            Some(place) if self.dialect == Dialect::Collapsing && place.ends_blank() => text.trim_start_matches(' '),
            _ => &text,
        };
        if !text.is_empty() {
            self.add(text, cx);
        }
    }

    /// A paragraph begins; one inside another is a text box.
    fn begin_paragraph(&mut self) -> Opened {
        match self.places.last_mut() {
            Some(place) if place.in_paragraph => self.begin_box(),
            Some(place) => {
                place.in_paragraph = true;
                Opened::Paragraph
            }
            None => Opened::Paragraph,
        }
    }

    /// A text box begins. What stands around it goes on behind it.
    fn begin_box(&mut self) -> Opened {
        let kind = if self.wordart { PartKind::Watermark } else { PartKind::TextBox };
        self.wordart = false;
        self.labelled += 1;
        self.enter(TextTarget::boxed(Part::nth(kind, self.labelled)));
        Opened::Place
    }

    /// The run is set in a symbol font.
    fn begin_symbols(&mut self, font: SymbolFont) -> Opened {
        self.fonts.begin_run(font);
        Opened::SymbolFont(font)
    }

    /// The run is raised as the number of a note is.
    fn raise(&mut self) -> Opened {
        self.fonts.raise();
        Opened::Raised
    }

    /// A run begins. What its paragraph says of its own mark is no formatting of it.
    fn begin_run(&mut self) -> Opened {
        self.standing.hidden = false;
        self.fonts.end_run();
        Opened::Formatted
    }

    fn in_paragraph(&self) -> bool {
        self.places.last().is_some_and(|place| place.in_paragraph)
    }

    /// What stands before a block ends there, unless it is the first letter of a paragraph, or the block
    /// stands in one.
    fn begin_block(&mut self, is_paragraph: bool, cx: &mut Context<'_>) {
        if self.in_paragraph() {
            return;
        }
        if self.initial != Initial::Waiting || !is_paragraph {
            self.border(cx);
        }
        self.initial = Initial::None;
    }

    /// Leaves a place of its own; the second copy of a text box is dropped.
    fn leave(&mut self, cx: &mut Context<'_>) {
        if self.places.len() < 2 {
            return;
        }
        self.border(cx);
        self.initial = Initial::None;
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

    fn end_instruction(&mut self, cx: &mut Context<'_>) {
        if let Some(instruction) = self.fields.end_instruction() {
            self.sides.field(&instruction, cx);
        }
    }

    /// A field ends: what it shows without a result of its own is text.
    fn end_field(&mut self, cx: &mut Context<'_>) {
        self.end_instruction(cx);
        if let Some(text) = self.fields.end() {
            self.add(&text, cx);
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
        encoded::files(text.as_bytes(), cx);
        let kind = self.base;
        self.sides.emit(kind, text, cx);
        if self.open.last() == Some(&Opened::Quoting) {
            literals(text, Escapes::Doubled, |literal| self.sides.emit(PartKind::Field, literal, cx));
        }
        if text.contains('&') {
            self.sides.emit(PartKind::Header, &without_codes(text), cx);
        }
    }

    /// A file in base64 ends: a part of a flat package, or a picture or an object by itself.
    fn end_data(&mut self, cx: &mut Context<'_>) {
        let data = std::mem::take(&mut self.data);
        if data.len() > DATA {
            return cx.gap(Some(Part::only(PartKind::Body)), GapReason::Limit(Limit::HeldBytes));
        }
        let name = self.name.take();
        let name = name.as_deref().unwrap_or("binary-data").trim_start_matches('/');
        encoded::file(name, data.as_bytes(), cx);
    }

    /// An element ends.
    fn end(&mut self, closing: Closing, cx: &mut Context<'_>) {
        if self.open.last() == Some(&Opened::Value) {
            let value = std::mem::take(&mut self.leaf);
            self.value(&value, cx);
        }
        if self.open.last() == Some(&Opened::Data) {
            self.end_data(cx);
        }
        self.leaf(cx);
        match closing {
            Closing::SharedString => self.keep(),
            Closing::TextObject => self.end_object(cx),
            Closing::Cell => self.cell = None,
            _ => {}
        }
        match self.open.pop() {
            Some(Opened::Place) => return self.leave(cx),
            Some(Opened::Inserted) => self.inserted = self.inserted.saturating_sub(1),
            Some(Opened::Deleted) => self.deleted = self.deleted.saturating_sub(1),
            Some(Opened::Fallback) => self.fallback = self.fallback.saturating_sub(1),
            Some(Opened::Formatted) => {
                self.standing.hidden = false;
                self.fonts.end_run();
            }
            Some(Opened::Styled) => self.fonts.end_span(),
            Some(Opened::SimpleField) => self.end_field(cx),
            _ => {}
        }
        match closing {
            Closing::Paragraph => {
                self.close_paragraph(cx);
                self.standing.hidden = false;
            }
            Closing::SharedString | Closing::TextObject | Closing::Cell | Closing::Block if !self.in_paragraph() => {
                self.border(cx);
            }
            Closing::Drawing => self.wordart = false,
            _ => {}
        }
    }

    fn close_paragraph(&mut self, cx: &mut Context<'_>) {
        if let Some(place) = self.places.last_mut() {
            place.in_paragraph = false;
            if self.initial == Initial::Framed && place.is_initial() {
                self.initial = Initial::Waiting;
                return;
            }
        }
        self.initial = Initial::None;
        self.end_paragraph(cx);
    }

    fn attributes(&mut self, name: &str, attributes: &[Attribute], cx: &mut Context<'_>) {
        if let Some(dialect) = Dialect::declared(attributes) {
            self.dialect = self.dialect.within(dialect);
        }
        if let Some(label) = self.labels.take(name, attributes).or_else(|| odf_label(name, attributes)) {
            self.sides.emit(self.base, &label, cx);
        }
        for attribute in attributes {
            let said = self.dialect.unescaped(&attribute.value);
            let kind = match (name, attribute.name.as_str()) {
                ("textpath", "string") => PartKind::Watermark,
                ("fldSimple", "instr") | ("Glyphs", "UnicodeString") => continue,
                (_, "descr" | "title" | "alt") => PartKind::AltText,
                (_, "author" | "initials" | "creator") => PartKind::Comment,
                _ => PartKind::Markup,
            };
            encoded::value(&said, cx);
            if kind == PartKind::Watermark || self.said.is_news(&said) {
                self.sides.emit(kind, &said, cx);
                if matches!(attribute.name.as_str(), "formula" | "formatCode" | "command") {
                    literals(&attribute.value, Escapes::Doubled, |literal| {
                        self.sides.emit(PartKind::Field, literal, cx);
                    });
                }
            }
        }
    }

    /// An element in a line of OpenDocument that shows a text (ODF 1.3, part 3, 7): a field, a placeholder.
    fn is_field(&self, name: &str) -> bool {
        let in_line = matches!(self.open.last(), Some(Opened::Paragraph | Opened::Inline | Opened::Styled));
        self.dialect == Dialect::Collapsing && in_line && self.in_paragraph() && !is_object(name)
    }

    /// Elements that are characters.
    fn character(&mut self, name: &str, attributes: &[Attribute], cx: &mut Context<'_>) -> bool {
        let text = match name {
            "tab" | "ptab" if self.open.last() != Some(&Opened::TabStops) => "\t".to_string(),
            "br" | "cr" | "line-break" => "\u{2028}".to_string(),
            "noBreakHyphen" => "-".to_string(),
            "s" if self.base == PartKind::Body && attributes.len() < 2 => " ".to_string(),
            // In DrawingML it names the font of symbols.
            "sym" if value(attributes, "char").is_some() => {
                let code = value(attributes, "char").and_then(|code| u32::from_str_radix(code, 16).ok());
                let font = value(attributes, "font").and_then(SymbolFont::named);
                match code.and_then(|code| symbol(font, code)) {
                    Some(c) => c.to_string(),
                    None => return true,
                }
            }
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
            "r" => self.begin_run(),
            "p" | "h" | "Text" => self.begin_paragraph(),
            "sp" | "txBody" if self.in_paragraph() => self.begin_box(),
            name if is_shape(name) && self.in_paragraph() && self.dialect == Dialect::Collapsing => self.begin_box(),
            "framePr" => {
                if matches!(value(attributes, "dropCap"), Some("drop" | "margin")) {
                    self.initial = Initial::Framed;
                }
                Opened::Other
            }
            "rFonts" | "rFont" | "latin" | "sym" => match Fonts::of_run(attributes) {
                Some(font) => self.begin_symbols(font),
                None => Opened::Leaf,
            },
            "vertAlign" if value(attributes, "val") == Some("superscript") => self.raise(),
            // In thousandths of the height of letters (ISO/IEC 29500-1, 21.1.2.3.9).
            "rPr" if value(attributes, "baseline").is_some_and(|raised| !raised.starts_with(['0', '-'])) => {
                self.raise()
            }
            "style" | "text-properties" | "font-face" => {
                self.fonts.learn(name, attributes);
                Opened::Leaf
            }
            "span" if self.fonts.begin_span(attributes) => Opened::Styled,
            "tabs" | "tab-stops" => Opened::TabStops,
            "prstTxWarp" => {
                self.wordart |= value(attributes, "prst").is_some_and(|shape| shape != "textNoShape");
                Opened::Other
            }
            "instrText" | "delInstrText" => Opened::Instruction,
            "fldChar" => {
                match value(attributes, "fldCharType") {
                    Some("begin") => self.fields.begin(),
                    Some("separate") => self.end_instruction(cx),
                    Some("end") => self.end_field(cx),
                    _ => {}
                }
                Opened::Other
            }
            "fldSimple" => {
                self.fields.begin();
                self.fields.instruct(value(attributes, "instr").unwrap_or_default());
                self.end_instruction(cx);
                Opened::SimpleField
            }
            "txbxContent" => self.begin_box(),
            "rt" | "rPh" | "ruby-text" => {
                self.enter(TextTarget::new(Part::only(PartKind::Ruby)));
                Opened::Place
            }
            "note" | "annotation" => {
                let kind = if name == "note" { PartKind::Footnote } else { PartKind::Comment };
                self.enter(TextTarget::new(Part::only(kind)));
                Opened::Place
            }
            "header" | "header-first" | "header-left" if self.base == PartKind::Body => {
                self.enter(TextTarget::new(Part::only(PartKind::Header)));
                Opened::Place
            }
            "footer" | "footer-first" | "footer-left" if self.base == PartKind::Body => {
                self.enter(TextTarget::new(Part::only(PartKind::Footer)));
                Opened::Place
            }
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
            // A part of a flat package (ECMA-376, part 2, annex D of older editions).
            "part" => {
                self.name = value(attributes, "name").map(str::to_string);
                Opened::Leaf
            }
            "binary-data" | "binaryData" | "binData" => {
                self.name = value(attributes, "name").map(str::to_string).or(self.name.take());
                Opened::Data
            }
            "PathObject" => {
                self.page.begin_path(attributes);
                Opened::Other
            }
            "TextObject" => {
                self.page.begin_object(attributes);
                Opened::Other
            }
            "TextCode" if self.page.in_object() => {
                self.page.begin_piece(attributes);
                Opened::Piece
            }
            // Numbers of glyphs in OFD, and text in XPS.
            "Glyphs" if attributes.is_empty() => Opened::GlyphNumbers,
            "Glyphs" => {
                self.page.glyphs(attributes);
                if self.page.is_full() {
                    self.end_page(cx);
                }
                Opened::Other
            }
            "AbbreviatedData" => Opened::Path,
            "Path" | "PathGeometry" | "PolyLineSegment" | "PolyBezierSegment" | "PolyQuadraticBezierSegment" => {
                ["Data", "Figures", "Points"]
                    .iter()
                    .filter_map(|key| value(attributes, key))
                    .for_each(|data| self.page.points(data));
                Opened::Other
            }
            name if is_formula(name) => Opened::Quoting,
            name if is_run(name) => Opened::Run,
            name if is_inline(name) => Opened::Inline,
            name if self.is_field(name) => Opened::Shown,
            _ => Opened::Leaf,
        }
    }
}

impl Visitor for Flow<'_> {
    type Step = FlowStep;

    fn open(&mut self, name: &str, attributes: &[Attribute], cx: &mut Context<'_>) -> Option<FlowStep> {
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
            self.begin_block(matches!(name, "p" | "h" | "Text"), cx);
        }
        let opened = self.kind_of_open(name, attributes, cx);
        self.open.push(opened);
        let repeats = matches!(
            opened,
            Opened::Paragraph
                | Opened::Run
                | Opened::Inline
                | Opened::Leaf
                | Opened::Formatted
                | Opened::SymbolFont(_)
                | Opened::Raised
                | Opened::TabStops
                | Opened::Quoting
        );
        let shifts = is_shifting(name) || name == "span" && self.fonts.has_styles();
        (repeats && !shifts).then_some(FlowStep::Open { is_block, opened })
    }

    fn again(&mut self, step: FlowStep, cx: &mut Context<'_>) {
        match step {
            FlowStep::Open { is_block, opened } => {
                self.leaf(cx);
                if is_block {
                    self.begin_block(opened == Opened::Paragraph, cx);
                }
                let opened = match opened {
                    Opened::Paragraph => self.begin_paragraph(),
                    Opened::Formatted => self.begin_run(),
                    Opened::SymbolFont(font) => self.begin_symbols(font),
                    Opened::Raised => self.raise(),
                    opened => opened,
                };
                self.open.push(opened);
            }
            FlowStep::Close(closing) => self.end(closing, cx),
        }
    }

    fn text(&mut self, text: &str, cx: &mut Context<'_>) {
        let text = &*self.dialect.unescaped(text);
        match self.open.last() {
            Some(Opened::Run) => self.add(&self.dialect.run(text), cx),
            Some(Opened::Paragraph | Opened::Inline | Opened::Shown | Opened::Styled) => self.between(text, cx),
            Some(Opened::Instruction) => {
                if !self.fields.instruct(&text.replace(['\n', '\r'], " ")) {
                    self.sides.field(text, cx);
                }
            }
            Some(Opened::Data) if self.data.len() <= DATA => self.data.push_str(text),
            Some(Opened::Data) => {}
            Some(Opened::Piece) => self.page.text(&Dialect::Word.run(text)),
            Some(Opened::GlyphNumbers) => self.page.glyph_numbers(text),
            Some(Opened::Path) if is_path(text) => self.page.path(text),
            // Space between elements is layout of the file.
            _ if is_blank(text) => {}
            Some(Opened::Place) => self.between(text, cx),
            _ => {
                if self.leaf.len() > LEAF {
                    self.leaf(cx);
                }
                self.leaf.push_str(text);
            }
        }
    }

    fn close(&mut self, name: &str, cx: &mut Context<'_>) -> Option<FlowStep> {
        let closing = Closing::of(name);
        self.end(closing, cx);
        Some(FlowStep::Close(closing))
    }

    fn aside(&mut self, text: &str, cx: &mut Context<'_>) {
        self.sides.emit(PartKind::Markup, text, cx);
    }
}

fn is_blank(text: &str) -> bool {
    // Mostly it is a line end and the blanks of the next line.
    text.bytes().all(|byte| byte.is_ascii_whitespace()) || text.trim().is_empty()
}
