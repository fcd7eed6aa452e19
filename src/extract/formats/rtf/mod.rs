//! Rich Text Format: the text of every destination. Bytes written as `\'xx` are gathered and
//! decoded together, because the two bytes of a character may be split over control words.

mod fonts;
mod words;

use std::io::Read;

use encoding_rs::Encoding;

use crate::extract::driver::{Context, Extractor, Input, TextStream, reason_of};
use crate::extract::support::code_page;
use crate::extract::support::fields::Fields;
use crate::extract::support::label::Line;
use crate::extract::support::literals::{Escapes, literals};
use crate::extract::support::picture;
use crate::extract::support::picture_size::bitmap_file;
use crate::extract::support::strings;
use crate::extract::support::symbols::{SymbolFont, shown};
use crate::model::{Format, GapReason, Limit, Part, PartKind, Unit};

use fonts::{Font, Fonts, pictures};
use words::{destination, is_aside, is_number, is_shown};

/// Reads RTF.
pub(super) struct Rtf;

/// Bytes of one file held in memory.
const FILE: u64 = 48 << 20;
/// Bytes of a field instruction whose arguments are looked at one by one.
const FIELD: usize = 64 * 1024;
/// Groups inside groups.
const DEPTH: usize = 4000;

impl Extractor for Rtf {
    fn formats(&self) -> &'static [Format] {
        &[Format::Rtf]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut bytes = Vec::new();
        input.into_reader().take(FILE + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        let over = bytes.len() as u64 > FILE;
        let _held = cx.budget().hold(bytes.len() as u64)?;
        let mut reading = Reading::new(&bytes);
        let outcome = reading.run(cx);
        reading.finish(cx);
        if over { Err(GapReason::Limit(Limit::HeldBytes)) } else { outcome }
    }
}

/// Where the text of a group stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    kind: PartKind,
    /// It stands beside the running text, in lines of its own.
    is_aside: bool,
}

/// A group: what it holds and how its bytes are read.
#[derive(Clone)]
struct Group {
    place: Place,
    /// Nothing in it is text.
    is_passed: bool,
    /// Readers that do not know its first word leave it out.
    is_ignorable: bool,
    /// Its text is raised.
    is_raised: bool,
    encoding: &'static Encoding,
    /// Characters that follow a `\u` for readers that do not know it.
    skip: usize,
    payload: Option<Payload>,
    /// The groups inside are values of their own.
    pairs: bool,
    /// Its text names fonts.
    names_fonts: bool,
    /// Its letters are pictures.
    symbols: Option<SymbolFont>,
    /// It is a field: instruction and result stand in groups within.
    is_field: bool,
}

/// What the hexadecimal digits of a group are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Payload {
    /// An embedded object.
    Object,
    /// A file.
    File,
    /// A picture.
    Picture,
}

impl Group {
    /// What holds before any group was opened.
    fn outermost() -> Self {
        Group {
            place: Place { kind: PartKind::Body, is_aside: false },
            is_passed: false,
            is_ignorable: false,
            is_raised: false,
            encoding: encoding_rs::WINDOWS_1252,
            skip: 1,
            payload: None,
            pairs: false,
            names_fonts: false,
            symbols: None,
            is_field: false,
        }
    }
}

struct Reading<'b> {
    bytes: &'b [u8],
    at: usize,
    groups: Vec<Group>,
    stories: Vec<(Place, TextStream, Line)>,
    pending: Vec<u8>,
    skipping: usize,
    fonts: Fonts,
    font: i32,
    /// The field instruction under way.
    field: String,
    /// Fields, and what they show.
    fields: Fields,
    /// The paragraph is the large first letter of the next one.
    is_initial: bool,
    payload: Vec<u8>,
    nibble: Option<u8>,
}

impl<'b> Reading<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        Reading {
            bytes,
            at: 0,
            groups: vec![Group::outermost()],
            stories: Vec::new(),
            pending: Vec::new(),
            skipping: 0,
            fonts: Fonts::default(),
            font: 0,
            field: String::new(),
            fields: Fields::default(),
            is_initial: false,
            payload: Vec::new(),
            nibble: None,
        }
    }

    fn run(&mut self, cx: &mut Context<'_>) -> Result<(), GapReason> {
        while let Some(byte) = self.bytes.get(self.at).copied() {
            self.at += 1;
            match byte {
                b'{' => {
                    self.settle_whole(cx);
                    if self.groups.len() >= DEPTH {
                        return Err(GapReason::Limit(Limit::XmlDepth));
                    }
                    // What is said of a picture stands in groups within it.
                    let payload = self.group().payload.filter(|payload| *payload != Payload::Picture);
                    let group =
                        Group { pairs: false, is_ignorable: false, is_field: false, payload, ..self.group().clone() };
                    self.groups.push(group);
                    // A brace ends what was to be skipped.
                    self.skipping = 0;
                }
                b'}' => {
                    self.settle_whole(cx);
                    self.end_group(cx);
                    self.skipping = 0;
                }
                b'\\' => self.control(cx),
                b'\r' | b'\n' => {}
                _ if self.group().payload.is_some() => self.hex(byte),
                _ if self.skipping > 0 => self.skipping -= 1,
                _ => self.pending.push(byte),
            }
            if self.at.is_multiple_of(4096) {
                cx.budget().check()?;
            }
        }
        self.settle(cx);
        if self.groups.len() > 1 { Err(GapReason::Damaged) } else { Ok(()) }
    }

    fn finish(self, cx: &mut Context<'_>) {
        for (_, mut story, mut line) in self.stories {
            let mut out = String::new();
            line.finish(&mut out);
            story.push(&out, cx);
            story.finish(cx);
        }
    }

    fn group(&mut self) -> &mut Group {
        if self.groups.is_empty() {
            self.groups.push(Group::outermost());
        }
        let last = self.groups.len() - 1;
        &mut self.groups[last]
    }

    fn end_group(&mut self, cx: &mut Context<'_>) {
        let Some(ended) = self.groups.pop() else { return };
        let Group { place, payload, pairs, is_raised, .. } = *self.group();
        if ended.is_raised && !is_raised {
            self.end_label(ended.place, cx);
        }
        if ended.payload.is_some() && ended.payload != payload {
            self.end_payload(ended.payload, cx);
        }
        if ended.place != place || pairs {
            self.push_to(ended.place, "\n", cx);
        }
        if ended.place.kind == PartKind::Field && place.kind != PartKind::Field {
            let field = std::mem::take(&mut self.field);
            self.fields.instruct(&field);
            let _ = self.fields.end_instruction();
            literals(&field, Escapes::Doubled, |argument| {
                self.push_to(ended.place, argument, cx);
                self.push_to(ended.place, "\n", cx);
            });
        }
        // What it shows without a result of its own is text.
        if ended.is_field
            && let Some(text) = self.fields.end()
        {
            self.push_to(place, &text, cx);
        }
    }

    fn end_payload(&mut self, kind: Option<Payload>, cx: &mut Context<'_>) {
        let payload = std::mem::take(&mut self.payload);
        self.nibble = None;
        match kind {
            Some(Payload::Object) => match ole_payload(&payload) {
                Some(native) => cx.member("object", Input::bytes(native)),
                None => {
                    let part = Part::labelled(PartKind::Strings, "object");
                    if let Err(reason) = strings::scan(&payload[..], part.clone(), FILE, cx) {
                        cx.gap(Some(part), reason);
                    }
                }
            },
            Some(Payload::File) if !payload.is_empty() => cx.member("data", Input::bytes(&payload)),
            Some(Payload::Picture) if !payload.is_empty() => {
                picture::inside("picture", &bitmap_file(&payload).unwrap_or(payload), cx);
            }
            _ => {}
        }
    }

    /// A control word, a control symbol, or a byte in hexadecimal.
    fn control(&mut self, cx: &mut Context<'_>) {
        let Some(first) = self.bytes.get(self.at).copied() else {
            return;
        };
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            self.symbol(first, cx);
            return;
        }
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_alphabetic) {
            self.at += 1;
        }
        let word = &self.bytes[start..self.at];
        let number_start = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        let number = std::str::from_utf8(&self.bytes[number_start..self.at]).ok().and_then(|n| n.parse::<i64>().ok());
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.word(&String::from_utf8_lossy(word), number, cx);
    }

    fn symbol(&mut self, symbol: u8, cx: &mut Context<'_>) {
        match symbol {
            b'\'' => {
                let digits = self.bytes.get(self.at..self.at + 2).and_then(|d| std::str::from_utf8(d).ok());
                if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    self.at += 2;
                    if self.skipping > 0 {
                        self.skipping -= 1;
                    } else {
                        self.pending.push(byte);
                    }
                }
            }
            b'*' => self.group().is_ignorable = true,
            _ if self.skipping > 0 => self.skipping -= 1,
            b'~' => self.pending.push(b' '),
            b'_' => self.pending.push(b'-'),
            b'\\' | b'{' | b'}' => self.pending.push(symbol),
            b'\r' | b'\n' => self.emit("\n", cx),
            _ => {}
        }
    }

    fn word(&mut self, word: &str, number: Option<i64>, cx: &mut Context<'_>) {
        let is_skipped = self.skipping > 0;
        self.skipping = self.skipping.saturating_sub(1);
        match word {
            // One character is written for readers that do not know another.
            "emdash" | "endash" | "bullet" | "lquote" | "rquote" | "ldblquote" | "rdblquote" | "emspace"
            | "enspace"
                if is_skipped => {}
            "bullet" => self.emit("•", cx),
            "lquote" => self.emit("‘", cx),
            "rquote" => self.emit("’", cx),
            "ldblquote" => self.emit("“", cx),
            "rdblquote" => self.emit("”", cx),
            "emspace" | "enspace" | "qmspace" => self.emit(" ", cx),
            "super" if number != Some(0) => self.raise(true, cx),
            "super" | "nosupersub" => self.raise(false, cx),
            "plain" => {
                self.raise(false, cx);
                self.settle(cx);
                self.group().symbols = None;
            }
            "field" => {
                self.settle(cx);
                self.group().is_field = true;
                self.fields.begin();
            }
            "u" => {
                self.settle(cx);
                let unit = number.unwrap_or_default().rem_euclid(65_536) as u32;
                let text = char::from_u32(unit).unwrap_or('\u{FFFD}').to_string();
                let symbols = self.group().symbols;
                self.emit(&shown(&text, symbols), cx);
                self.skipping = self.group().skip;
            }
            "uc" => self.group().skip = number.unwrap_or(1).clamp(0, 16) as usize,
            "dropcapli" => self.is_initial = number.unwrap_or_default() > 0,
            "pard" => {
                self.settle(cx);
                self.is_initial = false;
            }
            "par" if std::mem::take(&mut self.is_initial) => self.settle(cx),
            "par" | "line" | "sect" | "page" | "row" | "cell" | "nestcell" | "column" => {
                let end = if word == "line" { "\u{2028}" } else { "\n" };
                self.emit(end, cx);
            }
            "tab" => self.emit("\t", cx),
            "ansicpg" => {
                if let Some(encoding) = u32::try_from(number.unwrap_or_default()).ok().and_then(code_page::encoding) {
                    self.groups.iter_mut().for_each(|group| group.encoding = encoding);
                }
            }
            "f" => {
                self.settle(cx);
                self.font = number.unwrap_or_default() as i32;
                if self.group().names_fonts {
                    return;
                }
                let font = self.fonts.get(self.font);
                let (encoding, symbols) = (font.and_then(|font| font.encoding), font.and_then(Font::symbols));
                let group = self.group();
                group.encoding = encoding.unwrap_or(group.encoding);
                group.symbols = symbols;
            }
            "fcharset" => {
                if let Some(encoding) = code_page::of_charset(number.unwrap_or_default())
                    && let Some(font) = self.fonts.learn(self.font)
                {
                    font.encoding.get_or_insert(encoding);
                }
            }
            "objdata" | "datastore" => self.group().payload = Some(Payload::Object),
            "themedata" => self.group().payload = Some(Payload::File),
            "pict" => self.group().payload = Some(Payload::Picture),
            "bin" => {
                let length = usize::try_from(number.unwrap_or_default()).unwrap_or_default();
                let end = self.at.saturating_add(length).min(self.bytes.len());
                if self.group().payload.is_some() {
                    self.payload.extend_from_slice(&self.bytes[self.at..end]);
                }
                self.at = end;
            }
            "emdash" | "endash" => self.emit("-", cx),
            _ => {
                if let Some(kind) = destination(word) {
                    self.settle(cx);
                    let group = self.group();
                    group.place = Place { kind, is_aside: false };
                    group.pairs = matches!(word, "docvar" | "userprops");
                    group.names_fonts = word == "fonttbl";
                    // Text of its own inside a shape that shows a picture, say.
                    group.payload = None;
                } else if is_number(word) {
                    self.settle(cx);
                    let group = self.group();
                    (group.is_passed, group.names_fonts) = (true, false);
                } else if is_aside(word) || self.group().is_ignorable && !is_shown(word) {
                    self.settle(cx);
                    let group = self.group();
                    (group.place.is_aside, group.names_fonts) = (true, false);
                }
            }
        }
        self.group().is_ignorable = false;
    }

    /// Raised text begins or ends: at the beginning of a line it may be the number of a note.
    fn raise(&mut self, is_raised: bool, cx: &mut Context<'_>) {
        if self.group().is_raised == is_raised {
            return;
        }
        self.settle(cx);
        self.group().is_raised = is_raised;
        let place = self.group().place;
        if is_raised { self.line(place).1.begin_label(false) } else { self.end_label(place, cx) }
    }

    fn end_label(&mut self, place: Place, cx: &mut Context<'_>) {
        let mut out = String::new();
        let (story, line) = self.line(place);
        line.end_label(&mut out);
        story.push(&out, cx);
    }

    /// The text of a place, and the line that is under way there.
    fn line(&mut self, place: Place) -> (&mut TextStream, &mut Line) {
        let at = match self.stories.iter().position(|(known, ..)| *known == place) {
            Some(at) => at,
            None => {
                let kind = place.kind;
                let part = if place.is_aside { Part::labelled(kind, "destination") } else { Part::only(kind) };
                self.stories.push((place, TextStream::new(part, Unit::Paragraph), Line::default()));
                self.stories.len() - 1
            }
        };
        let (_, story, line) = &mut self.stories[at];
        (story, line)
    }

    fn hex(&mut self, byte: u8) {
        let Some(value) = (byte as char).to_digit(16) else {
            return;
        };
        match self.nibble.take() {
            Some(high) => self.payload.push(high << 4 | value as u8),
            None => self.nibble = Some(value as u8),
        }
    }

    /// Decodes the bytes gathered so far.
    fn settle(&mut self, cx: &mut Context<'_>) {
        if self.pending.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        let Group { place, encoding, symbols, names_fonts, .. } = *self.group();
        if let Some(font) = symbols {
            return self.push_to(place, &pictures(&pending, font), cx);
        }
        let (text, _) = encoding.decode_without_bom_handling(&pending);
        if names_fonts && let Some(font) = self.fonts.learn(self.font) {
            font.named(&text);
        }
        self.push_to(place, &text, cx);
    }

    /// Decodes the bytes gathered so far, but for the first half of a character: its other half
    /// may stand in the next group.
    fn settle_whole(&mut self, cx: &mut Context<'_>) {
        let Group { encoding, symbols, .. } = *self.group();
        let halved = !encoding.is_single_byte() && symbols.is_none() && {
            let (with, _) = encoding.decode_without_bom_handling(&self.pending);
            let without = self.pending.len().checked_sub(1).map(|end| &self.pending[..end]);
            with.ends_with('\u{FFFD}')
                && without.is_some_and(|bytes| !encoding.decode_without_bom_handling(bytes).0.ends_with('\u{FFFD}'))
        };
        let half = if halved { self.pending.pop() } else { None };
        self.settle(cx);
        self.pending.extend(half);
    }

    fn emit(&mut self, text: &str, cx: &mut Context<'_>) {
        self.settle(cx);
        let place = self.group().place;
        self.push_to(place, text, cx);
    }

    fn push_to(&mut self, place: Place, text: &str, cx: &mut Context<'_>) {
        if self.group().is_passed {
            return;
        }
        if place.kind == PartKind::Field && self.field.len() < FIELD {
            self.field.push_str(text);
        } else if place.kind != PartKind::Field {
            self.fields.show(text);
        }
        let mut out = String::new();
        let (story, line) = self.line(place);
        if text.contains('\n') {
            line.end_label(&mut out);
        }
        line.take(text, &mut out);
        story.push(&out, cx);
    }
}

/// The native data behind an OLE 1 header: version, format, three counted strings, length
/// ([MS-OLEDS] 2.2.4, 2.2.5). An object that is only linked has none.
fn ole_payload(object: &[u8]) -> Option<&[u8]> {
    const LINKED: usize = 1;
    let long = |at: usize| object.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    if long(4) == Some(LINKED) {
        return None;
    }
    let mut at = 8;
    for _ in 0..3 {
        let Some(length) = long(at) else { return Some(object) };
        at = at.saturating_add(4).saturating_add(length);
    }
    Some(long(at).and_then(|_| object.get(at + 4..)).unwrap_or(object))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::driver::{Budget, Sink};
    use crate::model::{Gap, Identified, Limits, Location, Segment};

    #[derive(Default)]
    struct Kept(Vec<(PartKind, String)>);

    impl Sink for Kept {
        fn segment(&mut self, segment: Segment<'_>) {
            let kind = segment.location.part.as_ref().map_or(PartKind::Body, |part| part.kind);
            self.0.push((kind, segment.text.to_string()));
        }
        fn gap(&mut self, gap: Gap) {
            panic!("unexpected gap {gap:?}");
        }
        fn identified(&mut self, _: &Location, _: &Identified) {}
    }

    fn read(rtf: &[u8]) -> Vec<(PartKind, String)> {
        let (mut kept, limits) = (Kept::default(), Limits::default());
        let budget = Budget::new(&limits, &|| false);
        Rtf.extract(Input::bytes(rtf), &mut crate::extract::context(&mut kept, &budget)).expect("well-formed");
        kept.0
    }

    fn text_of(kept: &[(PartKind, String)], kind: PartKind) -> Option<&str> {
        kept.iter().find(|(k, _)| *k == kind).map(|(_, text)| text.as_str())
    }

    #[test]
    fn an_object_that_is_linked_has_nothing_of_its_own() {
        let linked = b"\x01\x05\0\0\x01\0\0\0\x05\0\0\0Word\0";
        assert_eq!(ole_payload(linked), None);
        let embedded = b"\x01\x05\0\0\x02\0\0\0\x05\0\0\0Word\0\0\0\0\0\0\0\0\0\x02\0\0\0hi";
        assert_eq!(ole_payload(embedded), Some(&b"hi"[..]));
    }

    #[test]
    fn unknown_destinations_and_numbers_are_no_part_of_the_line() {
        let kept = read(br"{\rtf1{\*\pgdsctbl{\pgdsc0 Default Page Style;}}\pard SECRET{\*\annotation{\*\atnref 5}see}\par{\listtext\tab *}TOP SECRET\par}");
        assert_eq!(
            kept.iter().find(|(kind, _)| *kind == PartKind::Body).map(|(_, text)| text.trim()),
            Some("Default Page Style;\n\t*")
        );
        assert!(kept.contains(&(PartKind::Body, "SECRET\nTOP SECRET\n".to_string())), "{kept:?}");
        assert_eq!(text_of(&kept, PartKind::Comment), Some("see\n"));
    }

    #[test]
    fn names_and_values_of_properties_stand_apart() {
        let kept = read(br"{\rtf1{\*\userprops{\propname Level}\proptype30{\staticval SECRET}}}");
        assert_eq!(text_of(&kept, PartKind::Property), Some("Level\nSECRET\n\n"));
    }

    #[test]
    fn what_is_skipped_ends_with_its_group_and_a_word_is_one_character() {
        let body = |rtf: &[u8]| text_of(&read(rtf), PartKind::Body).map(str::to_string);
        assert_eq!(body(br"{\rtf1{\uc2\u26426}SECRET}").as_deref(), Some("机SECRET"));
        assert_eq!(body(br"{\rtf1\uc1\u8212\emdash SECRET}").as_deref(), Some("—SECRET"));
        assert_eq!(body(br"{\rtf1\uc2\u26426\u23494 ??}").as_deref(), Some("机密"));
        assert_eq!(body(br"{\rtf1\uc1\u26426{\b\u23494?}x}").as_deref(), Some("机密x"));
    }

    #[test]
    fn the_number_of_a_note_stands_by_itself() {
        let kept = read(br"{\rtf1 gate.{\super 1}{\footnote{\super 1}SECRET//NOFORN}\par 10{\super 2} m\par}");
        assert_eq!(text_of(&kept, PartKind::Footnote), Some("1\nSECRET//NOFORN\n"));
        assert_eq!(text_of(&kept, PartKind::Body), Some("gate.\n1\n102 m\n"));
    }

    #[test]
    fn bytes_of_one_character_are_read_over_groups() {
        let kept = read(br"{\rtf1\ansi\ansicpg936\'bb{}\'fa{\b\'c3}{\i\'dc}\par}");
        assert_eq!(text_of(&kept, PartKind::Body), Some("机密\n"));
    }

    #[test]
    fn variables_arguments_and_binary_pictures_are_read_apart() {
        let kept =
            read(br#"{\rtf1{\*\docvar {level}{SECRET}}{\field{\*\fldinst QUOTE "TOP "{\b "SECRET"}}{\fldrslt x}}}"#);
        assert_eq!(text_of(&kept, PartKind::Property), Some("level\nSECRET\n\n"));
        assert_eq!(text_of(&kept, PartKind::Field), Some("QUOTE \"TOP \"\"SECRET\"\nTOP \"SECRET\n"));
        let kept = read(b"{\\rtf1{\\pict\\wmetafile8\\bin21 }{\\par SECRET FORMULA}\\par end}");
        assert!(text_of(&kept, PartKind::Strings).is_some_and(|text| text.contains("SECRET FORMULA")), "{kept:?}");
        assert_eq!(text_of(&kept, PartKind::Body), Some("\nend"));
    }

    #[test]
    fn bytes_of_one_character_are_read_over_control_words() {
        let rtf = br"{\rtf1\ansi\ansicpg936{\header \'bb\b \'fa\'c3\'dc\par}{\fonttbl{\f1\fcharset136 Ming;}}\uc1\u26426?\u-24252?\u9733?10\par{\info{\title \'d6\'b2\'ca\'f7}}}";
        let rtf = [&rtf[..], b"\n"].concat();
        let kept = read(&rtf);
        let find = |kind| text_of(&kept, kind);
        assert_eq!(find(PartKind::Header), Some("机密\n\n"));
        assert_eq!(find(PartKind::Property), Some("植树\n"));
        assert!(find(PartKind::Body).is_some_and(|text| text.contains("★10")));
    }
}
