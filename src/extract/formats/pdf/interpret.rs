//! Content streams (ISO 32000-2, 8 and 9): follows matrices and text state, opens forms and
//! patterns, and puts every shown character on a canvas. Nothing is painted.

use std::collections::HashSet;
use std::rc::Rc;

use hayro_syntax::content::UntypedIter;
use hayro_syntax::object::dict::keys::{BBOX, FONT, MATRIX, RESOURCES, SUBTYPE};
use hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream};
use hayro_syntax::page::Resources;

use super::canvas::{Canvas, GlyphPlace};
use super::drawn::{Clip, Drawing, Ink};
use super::font::{Face, Fonts};
use super::layers::Layers;
use super::matrix::{IDENTITY, Matrix, concat};
use super::scan::{self, Inline, Scan};
use super::stream::decode;
use super::strings::readings;
use crate::extract::driver::Budget;
use crate::model::{GapReason, Limit};

/// Forms inside forms.
const DEPTH: usize = 16;
/// Saved graphics states.
const STATES: usize = 1024;
/// Open marked-content sequences.
const MARKS: usize = 4096;
/// Places in one stream at which parsing is taken up again.
const RESTARTS: usize = 1000;
/// Pictures of one page that are read.
const SCANS: usize = 64;
/// Operators between two looks at the budget.
const PATIENCE: usize = 4096;

/// What all pages of a document share.
pub(super) struct Document<'a> {
    pub(super) fonts: Fonts<'a>,
    pub(super) layers: Layers,
}

/// Reads content streams onto a canvas.
pub(super) struct Interpreter<'d, 'a, 'b> {
    document: &'d Document<'a>,
    budget: &'d Budget<'b>,
    pub(super) canvas: Canvas,
    /// Streams read, so that they need not be read as unreferenced.
    pub(super) read: HashSet<ObjectIdentifier>,
    /// What could not be read.
    pub(super) gaps: Vec<GapReason>,
    /// Area of the page.
    pub(super) area: f32,
    open: Vec<ObjectIdentifier>,
    /// Forms opened so far.
    forms: u64,
    patterns: HashSet<ObjectIdentifier>,
    /// Procedures of Type 3 glyphs met so far, and those that wait to be read.
    procedures: HashSet<ObjectIdentifier>,
    waiting: Vec<Procedure<'a>>,
    state: GraphicsState<'a>,
    marks: Vec<Mark>,
    /// Pictures drawn, each once.
    pub(super) scans: Vec<Scan<'a>>,
    /// Pictures within the content, if those are to be read.
    pub(super) inline: Option<Vec<Inline>>,
    /// Where outlines are painted, if they are.
    pub(super) drawing: Option<Drawing>,
}

/// What draws a Type 3 glyph, its resources, and the matrix it is drawn with.
type Procedure<'a> = (Stream<'a>, Option<Dict<'a>>, Matrix);

#[derive(Clone)]
struct GraphicsState<'a> {
    ctm: Matrix,
    face: Option<Rc<Face<'a>>>,
    size: f32,
    letter: f32,
    word: f32,
    stretch: f32,
    leading: f32,
    rise: f32,
    text: Matrix,
    line: Matrix,
    ink: Ink,
    clip: Clip,
}

/// An open marked-content sequence.
#[derive(Default)]
struct Mark {
    hidden: bool,
    /// Text that stands for what is drawn; empty once it was put.
    actual: Option<String>,
}

impl<'d, 'a, 'b> Interpreter<'d, 'a, 'b> {
    pub(super) fn new(document: &'d Document<'a>, budget: &'d Budget<'b>) -> Self {
        let state = GraphicsState {
            ctm: IDENTITY,
            face: None,
            size: 0.0,
            letter: 0.0,
            word: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            text: IDENTITY,
            line: IDENTITY,
            ink: Ink::default(),
            clip: Clip::default(),
        };
        Interpreter {
            document,
            budget,
            canvas: Canvas::default(),
            read: HashSet::new(),
            gaps: Vec::new(),
            area: 612.0 * 792.0,
            open: Vec::new(),
            forms: 0,
            patterns: HashSet::new(),
            procedures: HashSet::new(),
            waiting: Vec::new(),
            state,
            marks: Vec::new(),
            scans: Vec::new(),
            inline: None,
            drawing: None,
        }
    }

    /// Decodes a stream; what cannot be decoded is a gap.
    pub(super) fn bytes(&mut self, stream: &Stream<'a>) -> Option<Vec<u8>> {
        self.read.insert(stream.obj_id());
        match decode(stream, self.budget) {
            Ok(decoded) => {
                if decoded.is_cut {
                    self.gaps.push(GapReason::Damaged);
                }
                Some(decoded.bytes.into_owned())
            }
            Err(reason) => {
                self.gaps.push(reason);
                None
            }
        }
    }

    /// Follows the operators of a content stream.
    pub(super) fn run(&mut self, content: &[u8], resources: &Resources<'a>) -> Result<(), GapReason> {
        self.budget.charge(content.len() as u64)?;
        let marks = self.marks.len();
        let mut saved: Vec<GraphicsState<'a>> = Vec::new();
        let mut rest = content;
        for _ in 0..RESTARTS {
            rest = self.operators(rest, resources, &mut saved, marks)?;
            let Some(lost) = rest.iter().position(|b| !b.is_ascii_whitespace()) else { break };
            // What stopped the parser is passed over, one word of it, so that nothing hides behind it.
            if shows_text(rest) || rest[lost] == b'(' {
                self.gaps.push(GapReason::Damaged);
            }
            let word =
                rest[lost + 1..].iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(rest.len() - lost - 1);
            rest = &rest[lost + 1 + word..];
        }
        self.marks.truncate(marks);
        Ok(())
    }

    /// Follows operators as far as they can be parsed, and gives what is left.
    fn operators<'c>(
        &mut self,
        content: &'c [u8],
        resources: &Resources<'a>,
        saved: &mut Vec<GraphicsState<'a>>,
        marks: usize,
    ) -> Result<&'c [u8], GapReason> {
        let mut operators = UntypedIter::new(content);
        let mut count = 0;
        let mut end = 0;
        while let Some(instruction) = operators.next() {
            count += 1;
            if count % PATIENCE == 0 {
                self.budget.check()?;
            }
            let operands: Operands<'_, '_> = Operands(instruction.operands().collect());
            let operator: &[u8] = instruction.operator;
            self.draw(operator, &operands);
            self.stray_strings(operator, &operands);
            // An operator is a piece of the content, unless it is written with escapes.
            let at = (operator.as_ptr() as usize).wrapping_sub(content.as_ptr() as usize);
            if at < content.len() {
                end = at + operator.len();
            }
            match operator {
                b"q" if saved.len() < STATES => saved.push(self.state.clone()),
                b"Q" => self.state = saved.pop().unwrap_or_else(|| self.state.clone()),
                b"cm" => self.state.ctm = concat(&operands.matrix(), &self.state.ctm),
                b"gs" => self.graphics_state(&operands, resources),
                b"Do" => self.object(&operands, resources)?,
                b"scn" | b"SCN" => self.pattern(&operands, resources)?,
                b"BMC" | b"BDC" => self.begin_mark(&operands, resources),
                b"EMC" if self.marks.len() > marks => self.end_mark(),
                b"m" | b"l" | b"c" | b"v" | b"y" => self.outline(operator, &operands),
                b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"S" | b"s" => self.canvas.letters.end_path(),
                b"n" => self.canvas.letters.forget_path(),
                b"BI" => self.inline(&operands),
                _ => {
                    self.text_operator(operator, &operands, resources);
                    self.glyph_procedures(resources)?;
                }
            }
            if operator == b"BI" {
                end = content[end..].windows(2).position(|window| window == b"EI").map_or(end, |found| end + found + 2);
            }
        }
        Ok(&content[end..])
    }

    /// Follows a path, for it may be a letter.
    fn outline(&mut self, operator: &[u8], operands: &Operands<'_, '_>) {
        let canvas = &mut self.canvas;
        if operator == b"m" {
            canvas.letters.begin_piece();
        } else {
            canvas.legibility.strokes += 1;
            canvas.letters.stroke();
        }
        let [a, b, c, d, e, f] = self.state.ctm;
        for pair in 0..operands.0.len() / 2 {
            let (x, y) = (operands.number(2 * pair), operands.number(2 * pair + 1));
            canvas.letters.reach(((a * x + c * y + e).into(), (b * x + d * y + f).into()));
        }
    }

    /// Paints outlines, where that is wanted.
    fn draw(&mut self, operator: &[u8], operands: &Operands<'_, '_>) {
        let Some(drawing) = &mut self.drawing else { return };
        let numbers = operands.numbers();
        self.state.ink.set(operator, &numbers);
        let state = &mut self.state;
        drawing.follow(operator, &numbers, &state.ctm, &state.ink, &mut state.clip);
    }

    /// A picture within the content, unpacked where it stands.
    fn inline(&mut self, operands: &Operands<'_, '_>) {
        let share = self.picture();
        let Some(inline) = self.inline.as_mut().filter(|inline| inline.len() < SCANS) else { return };
        if let Some(Object::Stream(stream)) = operands.get(0) {
            inline.push(Inline { share, sight: scan::unpack(stream, share, self.budget) });
        }
    }

    fn text_operator(&mut self, operator: &[u8], operands: &Operands<'_, '_>, resources: &Resources<'a>) {
        let state = &mut self.state;
        match operator {
            b"BT" => (state.text, state.line) = (IDENTITY, IDENTITY),
            b"Tf" => {
                state.size = operands.number(1);
                if let Some(dict) = operands.name(0).and_then(|name| resources.get_font(name)) {
                    state.face = Some(self.document.fonts.face(&dict));
                }
            }
            b"Tc" => state.letter = operands.number(0),
            b"Tw" => state.word = operands.number(0),
            b"Tz" => state.stretch = operands.number(0) / 100.0,
            b"TL" => state.leading = operands.number(0),
            b"Ts" => state.rise = operands.number(0),
            b"Td" => state.next_line(operands.number(0), operands.number(1)),
            b"TD" => {
                state.leading = -operands.number(1);
                state.next_line(operands.number(0), operands.number(1));
            }
            b"Tm" => (state.text, state.line) = (operands.matrix(), operands.matrix()),
            b"T*" => state.next_line(0.0, -state.leading),
            b"Tj" | b"TJ" => self.show_last(operands),
            b"'" => {
                state.next_line(0.0, -state.leading);
                self.show_last(operands);
            }
            b"\"" => {
                (state.word, state.letter) = (operands.number(0), operands.number(1));
                state.next_line(0.0, -state.leading);
                self.show_last(operands);
            }
            _ => {}
        }
    }

    /// A string that no operator shows: text is lost, and is read all the same.
    fn stray_strings(&mut self, operator: &[u8], operands: &Operands<'_, '_>) {
        let takes_strings = matches!(operator, b"Tj" | b"TJ" | b"'" | b"\"" | b"BDC" | b"DP" | b"BI" | b"EI");
        if !takes_strings && operands.0.iter().any(|operand| holds_string(operand)) {
            self.gaps.push(GapReason::Damaged);
            operands.0.iter().for_each(|operand| self.show_operand(operand));
        }
    }

    /// Shows the operand that stands before the operator; what stands before that is no part of it, and
    /// where it is no text, some is lost.
    fn show_last(&mut self, operands: &Operands<'_, '_>) {
        match operands.0.last() {
            Some(operand @ (Object::String(_) | Object::Array(_))) => self.show_operand(operand),
            _ => self.gaps.push(GapReason::Damaged),
        }
    }

    /// Shows a string, or the pieces of an array with the ways between them.
    fn show_operand(&mut self, operand: &Object<'_>) {
        match operand {
            Object::String(string) => self.show_string(string),
            Object::Array(pieces) => {
                if has_words(pieces.data()) {
                    self.gaps.push(GapReason::Damaged);
                }
                for piece in pieces.iter::<Object<'_>>() {
                    match piece {
                        Object::Number(number) => self.state.kern(number.as_f32()),
                        Object::String(string) => self.show_string(&string),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn show_string(&mut self, string: &hayro_syntax::object::String<'_>) {
        // Text in a font that cannot be found is not passed over: it is read as glyphs unknown.
        let face = self.state.face.get_or_insert_with(|| self.document.fonts.face(&Dict::default())).clone();
        self.show(string.as_bytes(), &face);
    }

    fn show(&mut self, mut bytes: &[u8], face: &Rc<Face<'a>>) {
        while !bytes.is_empty() {
            let (code, length) = face.next(bytes);
            bytes = &bytes[length..];
            let hidden = self.marks.iter().any(|mark| mark.hidden);
            let spot = self.state.spot(code.advance, hidden);
            self.canvas.count(Rc::as_ptr(face) as usize, &code);
            let text = code.text.as_deref().unwrap_or_default();
            // The outermost replacement counts; its text stands where the first glyph stood.
            let actual = self.marks.iter_mut().find_map(|mark| mark.actual.as_mut()).map(std::mem::take);
            if !text.is_empty() || actual.as_ref().is_some_and(|actual| !actual.is_empty()) {
                self.canvas.put(text, actual.as_deref(), &spot);
            }
            self.meet_procedure(face, code.code);
            self.state.advance(code.advance, code.is_space);
        }
    }

    /// The glyphs of a Type 3 font are drawn by content, which may show text of its own. Each is
    /// read where it first stands.
    fn meet_procedure(&mut self, face: &Face<'a>, code: u32) {
        let Some((stream, resources, glyph_space)) = face.procedure(code) else { return };
        if self.procedures.insert(stream.obj_id()) {
            let size = self.state.size;
            let scaled = [size * self.state.stretch, 0.0, 0.0, size, 0.0, self.state.rise];
            let user = concat(&scaled, &concat(&self.state.text, &self.state.ctm));
            self.waiting.push((stream, resources, concat(&glyph_space, &user)));
        }
    }

    fn glyph_procedures(&mut self, outer: &Resources<'a>) -> Result<(), GapReason> {
        for (stream, resources, matrix) in std::mem::take(&mut self.waiting) {
            if self.open.len() >= DEPTH {
                return Err(GapReason::Limit(Limit::Nesting));
            }
            let Some(content) = self.bytes(&stream) else { continue };
            if !shows_text(&content) {
                continue;
            }
            let saved = self.state.clone();
            self.state.ctm = matrix;
            let own = resources.map(Resources::new);
            self.open.push(stream.obj_id());
            let outcome = self.run(&content, own.as_ref().unwrap_or(outer));
            self.open.pop();
            self.state = saved;
            outcome?;
        }
        Ok(())
    }

    fn begin_mark(&mut self, operands: &Operands<'_, '_>, resources: &Resources<'a>) {
        if self.marks.len() >= MARKS {
            return;
        }
        let mut mark = Mark::default();
        let named = match operands.get(1) {
            Some(Object::Name(name)) => resources.properties.get::<Dict<'_>>(name.as_ref()),
            _ => None,
        };
        let is_layer = operands.name(0).is_some_and(|tag| tag.as_ref() == b"OC");
        mark.hidden = is_layer && named.as_ref().is_some_and(|content| self.document.layers.hides(content));
        let inline = match operands.get(1) {
            Some(Object::Dict(dict)) => actual_text(dict),
            _ => None,
        };
        mark.actual = inline.or_else(|| actual_text(named.as_ref()?));
        self.marks.push(mark);
    }

    fn end_mark(&mut self) {
        // A replacement for something that shows no text.
        if let Some(text) = self.marks.pop().and_then(|mark| mark.actual).filter(|text| !text.is_empty()) {
            let hidden = self.marks.iter().any(|mark| mark.hidden);
            let spot = self.state.spot((1.0, 0.0), hidden);
            self.canvas.put("", Some(&text), &spot);
        }
    }

    fn graphics_state(&mut self, operands: &Operands<'_, '_>, resources: &Resources<'a>) {
        let Some(dict) = operands.name(0).and_then(|name| resources.get_ext_g_state(name)) else { return };
        let Some(font) = dict.get::<Array<'_>>(FONT) else { return };
        let mut parts = font.flex_iter();
        if let (Some(font), Some(size)) = (parts.next::<Dict<'_>>(), parts.next::<f32>()) {
            self.state.face = Some(self.document.fonts.face(&font));
            self.state.size = size;
        }
    }

    fn object(&mut self, operands: &Operands<'_, '_>, resources: &Resources<'a>) -> Result<(), GapReason> {
        let Some(stream) = operands.name(0).and_then(|name| resources.get_x_object(name)) else { return Ok(()) };
        let subtype = stream.dict().get::<Name<'_>>(SUBTYPE);
        if subtype.is_some_and(|name| name.as_ref() == b"Image") {
            let is_new = self.read.insert(stream.obj_id());
            let share = self.picture();
            if is_new && share > 0.0 && self.scans.len() < SCANS {
                self.scans.push(Scan { stream, share });
            }
            return Ok(());
        }
        let hidden = stream.dict().get::<Dict<'_>>(&b"OC"[..]).is_some_and(|it| self.document.layers.hides(&it));
        if self.marks.len() < MARKS {
            self.marks.push(Mark { hidden, actual: None });
        }
        let outcome = self.form(&stream, resources);
        self.marks.pop();
        outcome
    }

    /// Follows a form's content with its own matrix and resources.
    pub(super) fn form(&mut self, stream: &Stream<'a>, outer: &Resources<'a>) -> Result<(), GapReason> {
        let id = stream.obj_id();
        if self.open.contains(&id) {
            return Ok(());
        }
        if self.open.len() >= DEPTH {
            return Err(GapReason::Limit(Limit::Nesting));
        }
        self.forms += 1;
        if self.forms > self.budget.limits.entries {
            return Err(GapReason::Limit(Limit::Entries));
        }
        let Some(content) = self.bytes(stream) else { return Ok(()) };
        let saved = self.state.clone();
        if let Some(matrix) = stream.dict().get::<[f32; 6]>(MATRIX) {
            self.state.ctm = concat(&matrix, &self.state.ctm);
        }
        if let (Some(drawing), Some(area)) = (&self.drawing, stream.dict().get::<[f32; 4]>(BBOX)) {
            drawing.bound(area, &self.state.ctm, &mut self.state.clip);
        }
        let own = stream.dict().get::<Dict<'a>>(RESOURCES).map(Resources::new);
        self.open.push(id);
        let outcome = self.run(&content, own.as_ref().unwrap_or(outer));
        self.open.pop();
        self.state = saved;
        outcome
    }

    fn pattern(&mut self, operands: &Operands<'_, '_>, resources: &Resources<'a>) -> Result<(), GapReason> {
        let Some(Object::Name(name)) = operands.0.last() else { return Ok(()) };
        let Some(Object::Stream(stream)) = resources.get_pattern(name) else { return Ok(()) };
        if self.patterns.insert(stream.obj_id()) { self.form(&stream, resources) } else { Ok(()) }
    }

    fn picture(&mut self) -> f32 {
        let [a, b, c, d, ..] = self.state.ctm;
        let share = (a * d - b * c).abs() / self.area.max(1.0) * 100.0;
        self.canvas.pictures += 1;
        self.canvas.covered += share;
        share
    }
}

impl GraphicsState<'_> {
    fn next_line(&mut self, x: f32, y: f32) {
        self.line = concat(&[1.0, 0.0, 0.0, 1.0, x, y], &self.line);
        self.text = self.line;
    }

    /// Moves by a number of a TJ array, in thousandths of text space.
    fn kern(&mut self, amount: f32) {
        let way = -amount / 1000.0 * self.size;
        let is_vertical = self.face.as_ref().is_some_and(|face| face.is_vertical());
        let (x, y) = if is_vertical { (0.0, way) } else { (way * self.stretch, 0.0) };
        self.text = concat(&[1.0, 0.0, 0.0, 1.0, x, y], &self.text);
    }

    fn advance(&mut self, (x, y): (f32, f32), is_space: bool) {
        let extra = self.letter + if is_space { self.word } else { 0.0 };
        let (x, y) =
            if y == 0.0 { ((x * self.size + extra) * self.stretch, 0.0) } else { (0.0, y * self.size + extra) };
        self.text = concat(&[1.0, 0.0, 0.0, 1.0, x, y], &self.text);
    }

    fn spot(&self, advance: (f32, f32), hidden: bool) -> GlyphPlace {
        let user = concat(&self.text, &self.ctm);
        let [a, b, c, d, ..] = user;
        let (dx, dy) =
            if advance.1 == 0.0 { (advance.0 * self.size * self.stretch, 0.0) } else { (0.0, advance.1 * self.size) };
        let (way_x, way_y) = (dx * a + dy * c, dx * b + dy * d);
        // A glyph without width goes the way of its base line.
        let (dir_x, dir_y) = if dx == 0.0 && dy == 0.0 { (a * self.size, b * self.size) } else { (way_x, way_y) };
        let height = (c * c + d * d).sqrt() * self.size.abs();
        let width = (a * a + b * b).sqrt() * self.size.abs();
        let [.., e, f] = concat(&[1.0, 0.0, 0.0, 1.0, 0.0, self.rise], &user);
        GlyphPlace {
            at: (e, f),
            angle: dir_y.atan2(dir_x).to_degrees().round() as i16,
            size: if height > 0.0 { height } else { width },
            advance: (way_x * way_x + way_y * way_y).sqrt(),
            hidden,
        }
    }
}

/// One of the four operators that show text (ISO 32000-2, 9.4.3). Two of them are quotes, which stand
/// behind a string.
pub(super) fn shows_text(bytes: &[u8]) -> bool {
    let string_before = |at: usize| {
        let before = bytes[..at].iter().rev().find(|byte| !byte.is_ascii_whitespace());
        matches!(before, Some(b')' | b'>'))
    };
    bytes.windows(2).any(|window| matches!(window, b"Tj" | b"TJ"))
        || bytes.iter().enumerate().any(|(at, byte)| matches!(byte, b'\'' | b'"') && string_before(at))
}

/// Between the strings of an array stand words, where numbers should.
fn has_words(array: &[u8]) -> bool {
    let (mut depth, mut in_digits, mut is_escaped) = (0u32, false, false);
    for byte in array {
        match byte {
            _ if std::mem::take(&mut is_escaped) => {}
            b'\\' if depth > 0 => is_escaped = true,
            b'(' if !in_digits => depth += 1,
            b')' if !in_digits => depth = depth.saturating_sub(1),
            b'<' | b'>' if depth == 0 => in_digits = *byte == b'<',
            byte if byte.is_ascii_alphabetic() && depth == 0 && !in_digits => return true,
            _ => {}
        }
    }
    false
}

/// A string, or an array with some.
fn holds_string(operand: &Object<'_>) -> bool {
    match operand {
        Object::String(string) => !string.as_bytes().is_empty(),
        Object::Array(pieces) => pieces.iter::<Object<'_>>().any(|piece| matches!(piece, Object::String(_))),
        _ => false,
    }
}

fn actual_text(dict: &Dict<'_>) -> Option<String> {
    let string = dict.get::<hayro_syntax::object::String<'_>>(&b"ActualText"[..])?;
    readings(string.as_bytes()).into_iter().next()
}

/// The operands of an operator, read leniently.
struct Operands<'o, 'c>(Vec<&'o Object<'c>>);

impl<'o, 'c> Operands<'o, 'c> {
    fn get(&self, index: usize) -> Option<&'o Object<'c>> {
        self.0.get(index).copied()
    }

    fn number(&self, index: usize) -> f32 {
        match self.get(index) {
            Some(Object::Number(number)) => number.as_f32(),
            _ => 0.0,
        }
    }

    /// All of them, if they are numbers.
    fn numbers(&self) -> Vec<f32> {
        let number = |operand: &&Object<'_>| match operand {
            Object::Number(number) => Some(number.as_f32()),
            _ => None,
        };
        self.0.iter().map(number).collect::<Option<_>>().unwrap_or_default()
    }

    fn name(&self, index: usize) -> Option<&'o Name<'c>> {
        match self.get(index) {
            Some(Object::Name(name)) => Some(name),
            _ => None,
        }
    }

    fn matrix(&self) -> Matrix {
        std::array::from_fn(|index| self.number(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_between_strings_are_none_of_their_letters() {
        for array in ["[SECRET]", "[(a) b (c)]", "[<61> x]", "[(a\\)) b]"] {
            assert!(has_words(array.as_bytes()), "{array}");
        }
        for array in ["[(a) -20.5 <6A62> (b(c))]", "[]", "[(a\\)b)]", "[(<a)]"] {
            assert!(!has_words(array.as_bytes()), "{array}");
        }
    }

    #[test]
    fn each_operator_that_shows_text_is_known() {
        for content in ["(a) Tj", "[(a)] TJ", "(a) '", "1 0 (a)\"", "<61>'"] {
            assert!(shows_text(content.as_bytes()), "{content}");
        }
        for content in ["", "0 0 m 1 1 l S", "/F1 12 Tf", "'", "/It's Do"] {
            assert!(!shows_text(content.as_bytes()), "{content}");
        }
    }
}
