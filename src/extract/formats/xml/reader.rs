//! Reads decoded text as XML and tells a visitor what it reads: plain tokens at once, all else by
//! quick-xml. What is malformed is reported, and the rest of the part is read with its tags cut
//! out, so that nothing is lost.

use std::io::{self, BufRead, Read};

use encoding_rs::Encoding;
use quick_xml::events::{BytesEnd, BytesStart, Event};

use super::decode::{Decoded, decoded_as};
use super::entities::Entities;
use super::known::{Known, Tags};
use super::plain::{self, Plain, Tag};
use super::{Attribute, Visitor, decoded};
use crate::extract::driver::{Context, reason_of};
use crate::model::{GapReason, Limit};

/// Bytes one token (a tag, a text, a comment) may have.
const TOKEN: u64 = 8 << 20;
/// Attributes kept of one element.
const ATTRIBUTES: usize = 20_000;

/// Finds the plain token at the begin of a text.
type FindToken = fn(&str) -> Option<Plain<'_>>;

/// Walks an XML part. An error tells that it was not read to its end as XML.
pub(in crate::extract) fn walk(
    reader: impl Read,
    visitor: &mut impl Visitor,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    walk_as(reader, None, visitor, cx)
}

/// Walks an XML part in an encoding that is known, whatever it declares.
pub(super) fn walk_as(
    reader: impl Read,
    encoding: Option<&'static Encoding>,
    visitor: &mut impl Visitor,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let text = match encoding {
        Some(encoding) => decoded_as(reader, encoding),
        None => decoded(reader).map_err(|e| reason_of(&e))?,
    };
    walk_by(plain::token, text, visitor, cx)
}

/// Walks an XML part with what is taken for plain; the rest is left to quick-xml.
pub(super) fn walk_by(
    plainly: FindToken,
    mut text: Decoded<impl Read>,
    visitor: &mut impl Visitor,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let mut walk = ElementStack::new();
    let mut buffer = Vec::new();
    loop {
        cx.budget().tick()?;
        let ahead = text.peek().map_err(|e| reason_of(&e))?;
        let taken = match walk.tags.foreseen(ahead) {
            Some((known, length)) => walk.again(known, visitor, cx).map(|()| length)?,
            None => plainly(ahead).map_or(Ok(0), |token| walk.plain(&token, visitor, cx))?,
        };
        if taken > 0 {
            text.consume(taken);
            continue;
        }
        buffer.clear();
        if buffer.capacity() > 1 << 20 {
            buffer.shrink_to(64 * 1024);
        }
        let mut xml = quick_xml::Reader::from_reader(Guarded { inner: &mut text, taken: 0 });
        let config = xml.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let event = match xml.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Io(e)) => return Err(reason_of(&e)),
            Err(_) => {
                without_tags(text, visitor, cx);
                return Err(GapReason::Damaged);
            }
        };
        if matches!(event, Event::Eof) {
            let open = walk.depth > 0;
            return walk.trouble.map_or(if open { Err(GapReason::Damaged) } else { Ok(()) }, Err);
        }
        walk.take(event, visitor, cx)?;
        cx.budget().check()?;
    }
}

struct ElementStack<S> {
    entities: Entities,
    depth: u32,
    tags: Tags<S>,
    attributes: Vec<Attribute>,
    /// Something was read past that is told at the end.
    trouble: Option<GapReason>,
}

impl<S: Copy> ElementStack<S> {
    fn new() -> Self {
        ElementStack {
            entities: Entities::default(),
            depth: 0,
            tags: Tags::default(),
            attributes: Vec::new(),
            trouble: None,
        }
    }

    /// Takes a plain token; how long it is, 0 if it is none after all.
    fn plain(
        &mut self,
        token: &Plain<'_>,
        visitor: &mut impl Visitor<Step = S>,
        cx: &mut Context<'_>,
    ) -> Result<usize, GapReason> {
        let token = match *token {
            Plain::Text(text) => {
                visitor.text(text, cx);
                return Ok(text.len());
            }
            Plain::Tag(token) => token,
        };
        if let Some(known) = self.tags.find(token) {
            self.again(known, visitor, cx)?;
            return Ok(token.len());
        }
        let event = match plain::tag(token) {
            Some(Tag::Start(inner)) => Event::Start(start(inner)),
            Some(Tag::Empty(inner)) => Event::Empty(start(inner)),
            Some(Tag::End(name)) => Event::End(BytesEnd::new(name)),
            None => return Ok(0),
        };
        if let Some(known) = self.take(event, visitor, cx)? {
            self.tags.remember(token, known);
        }
        Ok(token.len())
    }

    /// A tag comes again, letter by letter.
    fn again(
        &mut self,
        known: Known<S>,
        visitor: &mut impl Visitor<Step = S>,
        cx: &mut Context<'_>,
    ) -> Result<(), GapReason> {
        match known {
            Known::Start(open) => {
                self.deeper(cx)?;
                visitor.again(open, cx);
            }
            Known::Empty(open, close) => {
                visitor.again(open, cx);
                visitor.again(close, cx);
            }
            Known::End(close) => {
                self.depth = self.depth.saturating_sub(1);
                visitor.again(close, cx);
            }
        }
        Ok(())
    }

    fn deeper(&mut self, cx: &Context<'_>) -> Result<(), GapReason> {
        self.depth += 1;
        if self.depth > cx.budget().limits.xml_depth {
            return Err(GapReason::Limit(Limit::XmlDepth));
        }
        Ok(())
    }

    fn take(
        &mut self,
        event: Event<'_>,
        visitor: &mut impl Visitor<Step = S>,
        cx: &mut Context<'_>,
    ) -> Result<Option<Known<S>>, GapReason> {
        match event {
            // Office writes this one tag of HTML into drawings and does not close it.
            Event::Start(start) if start.name().as_ref() == "br" => drop(self.open(&start, visitor, cx)),
            Event::End(end) if end.name().as_ref() == "br" => drop(visitor.close(end.local_name().as_ref(), cx)),
            Event::Start(start) => {
                self.deeper(cx)?;
                return Ok(self.open(&start, visitor, cx).map(Known::Start));
            }
            Event::Empty(start) => {
                let open = self.open(&start, visitor, cx);
                let close = visitor.close(start.local_name().as_ref(), cx);
                return Ok(open.zip(close).map(|(open, close)| Known::Empty(open, close)));
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                return Ok(visitor.close(end.local_name().as_ref(), cx).map(Known::End));
            }
            Event::Text(text) => visitor.text(&text.xml10_content(), cx),
            Event::CData(data) => visitor.text(&data.xml10_content(), cx),
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                match self.entities.resolve(&name) {
                    Some(value) => visitor.text(&value, cx),
                    None => self.trouble = Some(GapReason::Damaged),
                }
            }
            Event::Comment(comment) => visitor.aside(&comment.xml10_content(), cx),
            Event::PI(instruction) => visitor.aside(instruction.content(), cx),
            Event::DocType(doctype) => {
                let doctype = doctype.xml10_content();
                self.entities.define(&doctype);
                visitor.aside(&doctype, cx);
            }
            Event::Decl(_) | Event::Eof => {}
        }
        Ok(None)
    }

    fn open(
        &mut self,
        start: &BytesStart<'_>,
        visitor: &mut impl Visitor<Step = S>,
        cx: &mut Context<'_>,
    ) -> Option<S> {
        let limit = cx.budget().limits.attribute_bytes as usize;
        let mut used = 0;
        for attribute in plain::attributes(start) {
            let Ok((key, value)) = attribute else {
                self.trouble = Some(GapReason::Damaged);
                continue;
            };
            if used >= ATTRIBUTES {
                self.trouble = Some(GapReason::Limit(Limit::AttributeBytes));
                break;
            }
            if self.attributes.len() == used {
                self.attributes.push(Attribute::default());
            }
            let kept = &mut self.attributes[used];
            used += 1;
            kept.name.clear();
            kept.name.push_str(plain::local(key));
            kept.value.clear();
            let mut value = &*value;
            if value.len() > limit {
                self.trouble = Some(GapReason::Limit(Limit::AttributeBytes));
                value = &value[..value.floor_char_boundary(limit)];
            }
            if value.contains('&') {
                let (resolved, all) = self.entities.unescape(value);
                kept.value.push_str(&resolved);
                let _ = all;
            } else {
                kept.value.push_str(value);
            }
        }
        visitor.open(start.local_name().as_ref(), &self.attributes[..used], cx)
    }
}

fn start(inner: &str) -> BytesStart<'_> {
    let name = inner.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(inner.len());
    BytesStart::from_content(inner, name)
}

/// Reads the rest of a malformed part as text between tags.
fn without_tags(mut rest: impl BufRead, visitor: &mut impl Visitor, cx: &mut Context<'_>) {
    let mut pending = String::new();
    let mut inside = false;
    loop {
        let Ok(bytes) = rest.fill_buf() else { return };
        if bytes.is_empty() {
            break;
        }
        let length = bytes.len();
        for c in String::from_utf8_lossy(bytes).chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    if !pending.trim().is_empty() {
                        visitor.aside(&pending, cx);
                    }
                    pending.clear();
                }
                c if !inside && pending.len() < 1 << 16 => pending.push(c),
                _ => {}
            }
        }
        rest.consume(length);
        if cx.budget().check().is_err() {
            return;
        }
    }
    visitor.aside(&pending, cx);
}

/// Stops a token that does not end.
struct Guarded<'d, R> {
    inner: &'d mut Decoded<R>,
    taken: u64,
}

impl<R: Read> Read for Guarded<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buf)
    }
}

impl<R: Read> BufRead for Guarded<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > TOKEN {
            return Err(crate::extract::driver::stop(GapReason::Limit(Limit::AttributeBytes)));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.taken += n as u64;
        self.inner.consume(n);
    }
}
