//! The walk over all objects, used or not: every string, every name that is not plain ASCII,
//! every attached file, and every stream that no page has shown.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::convert::Infallible;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, MaybeRef, Name, Object, ObjectIdentifier, Stream};
use hayro_syntax::page::Resources;

use super::canvas::story;
use super::emitted_texts::EmittedTexts;
use super::interpret::{self, Document, Interpreter};
use super::pass::Pass;
use super::read_objects::ReadObjects;
use super::stream::decode;
use super::strings::readings;
use crate::extract::driver::{Context, Input};
use crate::extract::formats::xml;
use crate::extract::formats::xml::TextNodes;
use crate::extract::support::property;
use crate::extract::support::strings;
use crate::model::{GapReason, Limit, Part, PartKind};

/// Objects inside objects.
const DEPTH: usize = 64;
/// Bytes of texts of one place gathered before they are handed on.
const GATHERED: usize = 64 << 10;
/// Bytes of an unknown stream searched for readable characters.
const SEARCHED: u64 = 1 << 20;
/// Keys whose strings are digests, dates or parts of fonts and colour spaces.
const DULL: &[&[u8]] = &[
    b"ID",
    b"O",
    b"U",
    b"OE",
    b"UE",
    b"Perms",
    b"CreationDate",
    b"ModDate",
    b"M",
    b"CharSet",
    b"Cert",
    b"CheckSum",
    b"Lookup",
    b"Indexed",
    b"ColorSpace",
    b"CS",
    b"Registry",
    b"Ordering",
    b"DA",
    b"Panose",
    b"DocChecksum",
];

/// The walk.
pub(super) struct Objects<'p, 'a> {
    pub(super) pdf: &'a Pdf,
    pub(super) reading: Pass,
    /// The file as it is, for its trailers.
    pub(super) bytes: &'p [u8],
    pub(super) document: &'p Document<'a>,
    /// Resources of pages, to read streams with that have none.
    pub(super) resources: Vec<Resources<'a>>,
    /// Streams that pages have shown.
    pub(super) read: HashSet<ObjectIdentifier>,
    pub(super) said: &'p mut EmittedTexts,
    /// What other versions have shown.
    pub(super) seen: &'p ReadObjects,
}

/// Texts of one place waiting to be handed on.
type Gathered = BTreeMap<(PartKind, String), String>;

impl<'a> Objects<'_, 'a> {
    pub(super) fn read(mut self, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let objects: Vec<Object<'a>> = self.pdf.objects().into_iter().collect();
        if self.reading == Pass::Scanned && self.loses_objects(&objects) {
            cx.gap(Some(Part::only(PartKind::Unreferenced)), GapReason::Damaged);
        }
        let infos = info_dictionaries(self.bytes);
        let mut gathered = Gathered::new();
        let mut files = HashMap::new();
        for object in &objects {
            cx.budget().check()?;
            if self.seen.knows(self.pdf, object) {
                continue;
            }
            if let Object::Dict(dict) = object
                && dict.obj_id().is_some_and(|id| infos.contains(&id.obj_number))
            {
                self.information(dict, cx);
                continue;
            }
            self.walk(object, &[], &mut gathered, &mut files, 0, cx);
        }
        for (place, text) in gathered {
            self.hand_on(place, &text, cx);
        }
        let catalog = self.pdf.xref().get::<Dict<'a>>(self.pdf.xref().root_id()).unwrap_or_default();
        if let Some(form) = catalog.get::<Dict<'a>>(&b"AcroForm"[..]) {
            self.form_data(&form, cx)?;
        }
        for object in objects {
            cx.budget().check()?;
            if self.seen.knows(self.pdf, &object) {
                continue;
            }
            if let Object::Stream(stream) = object {
                self.stream(&stream, &mut files, cx)?;
            }
        }
        Ok(())
    }

    /// Some object begins in the file and cannot be read. A file that is stored in a stream as it
    /// is has objects of its own.
    fn loses_objects(&self, objects: &[Object<'a>]) -> bool {
        let mut begun = headers(self.bytes);
        for object in objects {
            let Object::Stream(stream) = object else { continue };
            for (id, inside) in headers(&stream.raw_data()) {
                begun.entry(id).and_modify(|count| *count = count.saturating_sub(inside));
            }
        }
        begun.into_iter().any(|(id, count)| count > 0 && self.pdf.xref().get::<Object<'_>>(id).is_none())
    }

    /// The document information dictionary: every entry, known or not (14.3.3).
    fn information(&mut self, dict: &Dict<'a>, cx: &mut Context<'_>) {
        for (name, _) in dict.entries() {
            let key = shown(&name);
            let kind = self.reading.kind(PartKind::Property);
            if !key.is_ascii() && self.said.is_news(&key) {
                cx.short(Part::labelled(kind, &key), &key);
            }
            let Some(Object::String(string)) = dict.get::<Object<'_>>(name.as_ref()) else { continue };
            for text in readings(string.as_bytes()) {
                if DULL.contains(&name.as_ref()) || !self.said.is_news(&format!("{key}={text}")) {
                    continue;
                }
                let _ = self.said.is_news(&text);
                property::emit(kind, &key, &text, cx);
            }
        }
    }

    /// Gathers the strings and names of an object, and the names of attached files.
    fn walk(
        &mut self,
        object: &Object<'a>,
        context: &[&[u8]],
        gathered: &mut Gathered,
        files: &mut HashMap<ObjectIdentifier, String>,
        depth: usize,
        cx: &mut Context<'_>,
    ) {
        if depth > DEPTH {
            cx.gap(Some(Part::only(PartKind::Markup)), GapReason::Limit(Limit::Nesting));
            return;
        }
        match object {
            Object::String(string) => self.string(string.as_bytes(), context, gathered, cx),
            Object::Name(name) => self.name(name, context, gathered, cx),
            Object::Array(array) => {
                // The library gives up on what is nested too deep.
                if array.raw_iter().next().is_none() && array.data().iter().any(u8::is_ascii_alphanumeric) {
                    cx.gap(Some(Part::only(PartKind::Markup)), GapReason::Damaged);
                }
                for item in array.raw_iter() {
                    if let MaybeRef::NotRef(item) = item {
                        self.walk(&item, context, gathered, files, depth + 1, cx);
                    }
                }
            }
            Object::Dict(dict) => self.dictionary(dict, gathered, files, depth, cx),
            Object::Stream(stream) => self.dictionary(stream.dict(), gathered, files, depth, cx),
            Object::Null(_) | Object::Boolean(_) | Object::Number(_) => {}
        }
    }

    fn dictionary(
        &mut self,
        dict: &Dict<'a>,
        gathered: &mut Gathered,
        files: &mut HashMap<ObjectIdentifier, String>,
        depth: usize,
        cx: &mut Context<'_>,
    ) {
        if let Some(streams) = dict.get::<Dict<'_>>(&b"EF"[..]) {
            let name = file_name(dict);
            for (key, _) in streams.entries() {
                if let Some(target) = streams.get_ref(key.as_ref()) {
                    files.entry(target.into()).or_insert_with(|| name.clone());
                }
            }
        }
        let what = dict.get::<Name<'_>>(&b"Type"[..]).or_else(|| dict.get::<Name<'_>>(&b"S"[..]));
        for (key, value) in dict.entries() {
            self.name(&key, &[], gathered, cx);
            let MaybeRef::NotRef(value) = value else { continue };
            let context: [&[u8]; 2] = [key.as_ref(), what.as_ref().map_or(b"", |name| name.as_ref())];
            if context[0] == b"Contents" && context[1] == b"Sig" {
                if let Object::String(signature) = &value {
                    let part = Part::labelled(self.reading.kind(PartKind::Strings), "Sig");
                    let _ = strings::scan(signature.as_bytes(), part, SEARCHED, cx);
                }
                continue;
            }
            self.walk(&value, &context, gathered, files, depth + 1, cx);
        }
    }

    fn name(&mut self, name: &Name<'_>, context: &[&[u8]], gathered: &mut Gathered, cx: &mut Context<'_>) {
        // Most names are words of the standard; font names say nothing of the document.
        if !name.as_ref().is_ascii()
            && !context.first().is_some_and(|key| key.ends_with(b"Font") || key.ends_with(b"FontName"))
        {
            self.gather(PartKind::Markup, "Name", &shown(name), gathered, cx);
        }
    }

    fn string(&mut self, bytes: &[u8], context: &[&[u8]], gathered: &mut Gathered, cx: &mut Context<'_>) {
        let key = context.first().copied().unwrap_or_default();
        if DULL.contains(&key) {
            return;
        }
        let (kind, label) = place(key, context.get(1).copied().unwrap_or_default());
        for text in readings(bytes) {
            if matches!(key, b"RC" | b"RV") && text.trim_start().starts_with('<') {
                rich_text(self.reading.kind(kind), None, &text, self.said, cx);
                continue;
            }
            self.gather(kind, &label, &text, gathered, cx);
        }
    }

    fn gather(&mut self, kind: PartKind, label: &str, text: &str, gathered: &mut Gathered, cx: &mut Context<'_>) {
        if !self.said.is_news(text) {
            return;
        }
        let place = (self.reading.kind(kind), label.to_string());
        let waiting = gathered.entry(place.clone()).or_default();
        waiting.push_str(text);
        waiting.push('\n');
        if waiting.len() >= GATHERED {
            let text = std::mem::take(waiting);
            self.hand_on(place, &text, cx);
        }
    }

    fn hand_on(&self, (kind, label): (PartKind, String), text: &str, cx: &mut Context<'_>) {
        let part = if label.is_empty() { Part::only(kind) } else { Part::labelled(kind, &label) };
        story(part, text, cx);
    }

    /// Reads a stream that no page has shown, by what it is.
    fn stream(
        &mut self,
        stream: &Stream<'a>,
        files: &mut HashMap<ObjectIdentifier, String>,
        cx: &mut Context<'_>,
    ) -> Result<(), GapReason> {
        if self.read.contains(&stream.obj_id()) {
            return Ok(());
        }
        let dict = stream.dict();
        let is = |key: &[u8], value: &[u8]| dict.get::<Name<'_>>(key).is_some_and(|name| name.as_ref() == value);
        if let Some(name) = files.remove(&stream.obj_id()) {
            self.attachment(&name, stream, cx);
            return Ok(());
        }
        let is_file = is(b"Type", b"EmbeddedFile");
        if is_dull(dict) {
            return Ok(());
        }
        let bytes = match decode(stream, cx.budget()) {
            Ok(decoded) => decoded.bytes,
            Err(_) if is_file => {
                self.attachment("attachment", stream, cx);
                return Ok(());
            }
            // A picture is no text; what is damaged here is on no page.
            Err(GapReason::Picture | GapReason::Damaged) => return Ok(()),
            Err(reason) => {
                cx.gap(Some(Part::only(PartKind::Unreferenced)), reason);
                return Ok(());
            }
        };
        let start = bytes.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(bytes.len());
        let front = &bytes[start..];
        // Packets of a form that is no longer used are written as files, too.
        if is_file && !front.starts_with(b"<") {
            self.attachment("attachment", stream, cx);
            return Ok(());
        }
        if is(b"Subtype", b"Form") || dict.contains_key(&b"PatternType"[..]) || shows_text(front) {
            return self.content(stream, &bytes, cx);
        }
        if is(b"Type", b"Metadata")
            || xml::looks_like_xml(&front[..front.len().min(512)])
            || front.starts_with(b"<?xpacket")
        {
            return self.markup(is(b"Type", b"Metadata"), front, cx);
        }
        if front.starts_with(b"/CIDInit") || front.starts_with(b"%!PS") || bytes.get(36..40) == Some(b"acsp") {
            return Ok(());
        }
        if let Some(text) = readings(front).into_iter().next() {
            if self.said.is_news(&text) {
                story(Part::labelled(self.reading.kind(PartKind::Markup), "stream"), &text, cx);
            }
            return Ok(());
        }
        let part = Part::labelled(self.reading.kind(PartKind::Strings), "stream");
        let _ = strings::scan(front, part, SEARCHED, cx);
        Ok(())
    }

    /// The XML of a form, written in several streams one after the other (12.7.8).
    fn form_data(&mut self, form: &Dict<'a>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let Some(Object::Array(packets)) = form.get::<Object<'a>>(&b"XFA"[..]) else { return Ok(()) };
        let mut whole = Vec::new();
        for packet in packets.iter::<Object<'a>>() {
            let Object::Stream(packet) = packet else { continue };
            self.read.insert(packet.obj_id());
            match decode(&packet, cx.budget()) {
                Ok(decoded) => whole.extend_from_slice(&decoded.bytes),
                Err(reason) => cx.gap(Some(Part::labelled(PartKind::Form, "XFA")), reason),
            }
        }
        self.markup(false, &whole, cx)
    }

    fn attachment(&mut self, name: &str, stream: &Stream<'a>, cx: &mut Context<'_>) {
        match decode(stream, cx.budget()) {
            Ok(decoded) => {
                // The same file in several readings is read once.
                let mut key = format!("{name} {} ", decoded.bytes.len());
                key.extend(decoded.bytes.iter().step_by(decoded.bytes.len() / 4096 + 1).map(|b| char::from(*b)));
                if self.said.is_news(&key) {
                    cx.member(name, Input::bytes(&decoded.bytes));
                    if decoded.is_cut {
                        cx.unreadable_member(name, GapReason::Damaged);
                    }
                }
            }
            Err(_) if self.reading == Pass::Newest && !stream.filters().is_empty() => {
                // A picture attached as it is: its filter is its format.
                cx.member(name, Input::bytes(&stream.raw_data()));
            }
            Err(reason) => cx.unreadable_member(name, reason),
        }
    }

    fn markup(&mut self, is_metadata: bool, bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
        if !self.said.is_news(&String::from_utf8_lossy(bytes)) {
            return Ok(());
        }
        let kind = if is_metadata { PartKind::Property } else { PartKind::Form };
        let mut leaves = TextNodes::new(self.reading.kind(kind));
        let outcome = xml::walk(bytes, &mut leaves, cx);
        leaves.finish(cx);
        if outcome.is_err() {
            let part = Part::labelled(self.reading.kind(PartKind::Strings), "XML");
            let _ = strings::scan(bytes, part, SEARCHED, cx);
        }
        cx.budget().check()
    }

    /// Content that no page shows, read with the fonts that suit it best.
    fn content(&mut self, stream: &Stream<'a>, bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut best: Option<(usize, String)> = None;
        let own = stream.dict().get::<Dict<'a>>(&b"Resources"[..]).map(Resources::new);
        let candidates: Vec<&Resources<'a>> = own.iter().chain(&self.resources).collect();
        for resources in candidates {
            let mut interpreter = Interpreter::new(self.document, cx.budget());
            interpreter.run(bytes, resources)?;
            let text = interpreter.canvas.text();
            let unread = interpreter.canvas.unread();
            if best.as_ref().is_none_or(|(fewest, known)| (unread, known.len()) < (*fewest, text.len())) {
                best = Some((unread, text));
            }
            if own.is_some() {
                break;
            }
        }
        let news = self.said.news(&best.map(|(_, text)| text).unwrap_or_default());
        story(Part::only(self.reading.kind(PartKind::Unreferenced)), &news, cx);
        Ok(())
    }
}

/// Rich text is XHTML (12.7.4.4): its words, without the markup.
pub(super) fn rich_text(kind: PartKind, page: Option<u32>, text: &str, said: &mut EmittedTexts, cx: &mut Context<'_>) {
    if !said.is_news(&format!("rich {text}")) {
        return;
    }
    let mut words = Words::default();
    let _ = xml::walk(text.as_bytes(), &mut words, cx);
    story(Part { page, ..Part::labelled(kind, "RC") }, &words.0, cx);
}

/// The text of XHTML, a line for each element.
#[derive(Default)]
struct Words(String);

impl xml::Visitor for Words {
    type Step = Infallible;

    fn open(&mut self, name: &str, _: &[xml::Attribute], _: &mut Context<'_>) -> Option<Infallible> {
        self.end_line(name);
        None
    }

    fn text(&mut self, text: &str, _: &mut Context<'_>) {
        self.0.push_str(text);
    }

    fn close(&mut self, name: &str, _: &mut Context<'_>) -> Option<Infallible> {
        self.end_line(name);
        None
    }

    fn again(&mut self, step: Infallible, _: &mut Context<'_>) {
        match step {}
    }

    fn aside(&mut self, text: &str, _: &mut Context<'_>) {
        self.0.push_str(text);
        self.end_line("p");
    }
}

impl Words {
    fn end_line(&mut self, element: &str) {
        if matches!(element, "p" | "br" | "div" | "body" | "li") && !self.0.ends_with('\n') {
            self.0.push('\n');
        }
    }
}

/// A name as text: UTF-8 (7.3.5), or the Chinese encoding of older programs.
fn shown(name: &Name<'_>) -> String {
    match std::str::from_utf8(name.as_ref()) {
        Ok(name) => name.to_string(),
        Err(_) => encoding_rs::GB18030.decode(name.as_ref()).0.into_owned(),
    }
}

/// The names a file specification gives, the best one first (7.11.3).
fn file_name(spec: &Dict<'_>) -> String {
    let names = [&b"UF"[..], b"F", b"Unix", b"DOS", b"Mac", b"Desc"].into_iter().find_map(|key| {
        let string = spec.get::<hayro_syntax::object::String<'_>>(key)?;
        readings(string.as_bytes()).into_iter().next()
    });
    names.unwrap_or_else(|| "attachment".to_string())
}

/// What a string under a key is, in a dictionary of a type.
fn place(key: &[u8], what: &[u8]) -> (PartKind, String) {
    let label = match (key, what) {
        (b"Title", _) => "Outlines".into(),
        (b"Name", b"OCG") => "OCG".into(),
        (b"P", _) => "PageLabels".into(),
        (b"JS", _) => "JavaScript".into(),
        _ => String::from_utf8_lossy(key).into_owned(),
    };
    let kind = match (key, what) {
        (b"Contents" | b"RC" | b"Subj", _) => PartKind::Comment,
        (b"T", b"Annot") => PartKind::Comment,
        (b"T" | b"TU" | b"TM" | b"V" | b"DV" | b"Opt" | b"CA" | b"AC" | b"TI", _) => PartKind::Form,
        (b"Alt" | b"ActualText" | b"E", _) => PartKind::AltText,
        (b"F" | b"UF" | b"Desc" | b"Unix" | b"DOS" | b"Mac", _) => PartKind::EntryName,
        (b"Author" | b"Subject" | b"Keywords" | b"Creator" | b"Producer", _) => PartKind::Property,
        _ => PartKind::Markup,
    };
    (kind, label)
}

/// Streams of fonts, pictures, functions, shadings, colour profiles and of the file's own structure.
fn is_dull(dict: &Dict<'_>) -> bool {
    let typed =
        |key: &[u8], names: &[&[u8]]| dict.get::<Name<'_>>(key).is_some_and(|name| names.contains(&name.as_ref()));
    typed(b"Type", &[b"XRef", b"ObjStm", b"CMap"])
        || typed(b"Subtype", &[b"Image", b"Type1C", b"CIDFontType0C", b"OpenType", b"U3D", b"PRC"])
        || [&b"Length1"[..], b"FunctionType", b"ShadingType"].iter().any(|key| dict.contains_key(*key))
        || dict.contains_key(&b"N"[..]) && dict.contains_key(&b"Alternate"[..])
}

/// It looks like a content stream with text.
fn shows_text(bytes: &[u8]) -> bool {
    let has = |what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    has(b"BT") && has(b"ET") && interpret::shows_text(bytes)
}

/// What the objects of a file are called, wherever one begins (7.3.10), and how often.
fn headers(bytes: &[u8]) -> BTreeMap<ObjectIdentifier, usize> {
    let mut found = BTreeMap::new();
    for at in memchr::memmem::find_iter(bytes, b" obj") {
        let begins = bytes.get(at + 4).is_none_or(|b| b.is_ascii_whitespace() || b"<[(/".contains(b));
        let line = &bytes[at.saturating_sub(18)..at];
        let start = line.iter().rposition(|b| matches!(b, b'\r' | b'\n')).map_or(0, |end| end + 1);
        let words = std::str::from_utf8(&line[start..]).unwrap_or_default();
        let mut words = words.split(' ');
        if let (true, Some(Ok(number)), Some(Ok(generation)), None) =
            (begins && start > 0, words.next().map(str::parse), words.next().map(str::parse), words.next())
        {
            *found.entry(ObjectIdentifier::new(number, generation)).or_default() += 1;
        }
    }
    found
}

/// Numbers of the objects that trailers name as the information dictionary.
fn info_dictionaries(bytes: &[u8]) -> HashSet<u32> {
    let mut found = HashSet::new();
    for at in memchr::memmem::find_iter(bytes, b"/Info") {
        let rest = &bytes[at + 5..bytes.len().min(at + 32)];
        let text = String::from_utf8_lossy(rest);
        let mut words = text.split_ascii_whitespace();
        if let (Some(Ok(number)), Some(_), Some(reference)) = (words.next().map(str::parse), words.next(), words.next())
            && reference.starts_with('R')
        {
            found.insert(number);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_begin_on_a_line_of_their_own() {
        let found = headers(b"%PDF\n1 0 obj\n<<>>\nendobj\n12 1 obj<<>> (3 0 obj) x4 0 obj 7 obj\n1 0 obj");
        assert_eq!(found, BTreeMap::from([(ObjectIdentifier::new(1, 0), 2), (ObjectIdentifier::new(12, 1), 1)]));
    }

    #[test]
    fn trailers_name_the_information() {
        let found = info_dictionaries(b"trailer << /Info 12 0 R /Root 1 0 R >> /Information 3 0 R /Info 7 0 obj");
        assert_eq!(found, HashSet::from([12]));
    }
}
