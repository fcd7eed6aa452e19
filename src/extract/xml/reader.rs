//! Drives quick-xml over decoded bytes and tells a visitor what it reads. What is malformed is
//! reported, and the rest of the part is read with its tags cut out, so that nothing is lost.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use quick_xml::events::{BytesStart, Event};

use super::entities::Entities;
use super::{Attribute, Visitor, decoded};
use crate::extract::{Cx, reason_of};
use crate::model::{GapReason, Limit};

/// Bytes one token (a tag, a text, a comment) may have.
const TOKEN: u64 = 8 << 20;
/// Attributes kept of one element.
const ATTRIBUTES: usize = 20_000;

/// Walks an XML part. An error tells that it was not read to its end as XML.
pub(in crate::extract) fn walk(
    reader: impl Read,
    visitor: &mut impl Visitor,
    cx: &mut Cx<'_>,
) -> Result<(), GapReason> {
    let since = Rc::new(Cell::new(0));
    let guarded = Guarded { inner: decoded(reader).map_err(|e| reason_of(&e))?, since: since.clone() };
    let mut xml = quick_xml::Reader::from_reader(guarded);
    let config = xml.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut walk = Walk { entities: Entities::default(), depth: 0, attributes: Vec::new(), trouble: None };
    let mut buffer = Vec::new();
    loop {
        since.set(0);
        buffer.clear();
        if buffer.capacity() > 1 << 20 {
            buffer.shrink_to(64 * 1024);
        }
        let event = match xml.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Io(e)) => return Err(reason_of(&e)),
            Err(_) => {
                let rest = xml.into_inner();
                since.set(0);
                without_tags(rest, visitor, cx);
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

struct Walk {
    entities: Entities,
    depth: u32,
    attributes: Vec<Attribute>,
    /// Something was read past that is told at the end.
    trouble: Option<GapReason>,
}

impl Walk {
    fn take(&mut self, event: Event<'_>, visitor: &mut impl Visitor, cx: &mut Cx<'_>) -> Result<(), GapReason> {
        match event {
            // Office writes this one tag of HTML into drawings and does not close it.
            Event::Start(start) if start.name().as_ref() == "br" => self.open(&start, visitor, cx),
            Event::End(end) if end.name().as_ref() == "br" => visitor.close(end.local_name().as_ref(), cx),
            Event::Start(start) => {
                self.depth += 1;
                if self.depth > cx.budget().limits.xml_depth {
                    return Err(GapReason::Limit(Limit::XmlDepth));
                }
                self.open(&start, visitor, cx);
            }
            Event::Empty(start) => {
                self.open(&start, visitor, cx);
                visitor.close(start.local_name().as_ref(), cx);
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                visitor.close(end.local_name().as_ref(), cx);
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
        Ok(())
    }

    fn open(&mut self, start: &BytesStart<'_>, visitor: &mut impl Visitor, cx: &mut Cx<'_>) {
        let limit = cx.budget().limits.attribute_bytes as usize;
        let mut used = 0;
        for attribute in start.html_attributes().with_checks(false) {
            let Ok(attribute) = attribute else {
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
            let key: &str = attribute.key.as_ref();
            kept.name.push_str(key.rsplit(':').next().unwrap_or(key));
            kept.value.clear();
            let mut value: &str = attribute.value.as_ref();
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
        visitor.open(start.local_name().as_ref(), &self.attributes[..used], cx);
    }
}

/// Reads the rest of a malformed part as text between tags.
fn without_tags(mut rest: impl BufRead, visitor: &mut impl Visitor, cx: &mut Cx<'_>) {
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
struct Guarded<R> {
    inner: R,
    since: Rc<Cell<u64>>,
}

impl<R: BufRead> Read for Guarded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buf)
    }
}

impl<R: BufRead> BufRead for Guarded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.since.get() > TOKEN {
            return Err(crate::extract::budget::stop(GapReason::Limit(Limit::AttributeBytes)));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.since.set(self.since.get() + n as u64);
        self.inner.consume(n);
    }
}
