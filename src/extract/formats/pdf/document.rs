//! A file and its readings: as its newest cross-reference says, as earlier ones said, and as a
//! scan for objects finds it. What several of them show is told once.

use std::collections::HashSet;
use std::sync::Arc;

use hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream};
use hayro_syntax::page::{Page, Resources};
use hayro_syntax::{LoadPdfError, Pdf};

use super::canvas::story;
use super::carve;
use super::drawn::Drawing;
use super::emitted_texts::EmittedTexts;
use super::font::Fonts;
use super::interpret::{Document, Interpreter};
use super::layers::Layers;
use super::objects::Objects;
use super::pass::Pass;
use super::read_objects::ReadObjects;
use super::scan::{self, Inline, Scan};
use super::stream::find;
use crate::extract::driver::Context;
use crate::extract::support::pixels;
use crate::model::{GapReason, Limit, Part, PartKind};

/// Earlier versions looked at, the newest first.
const VERSIONS: usize = 512;
/// Bytes at the end of a file in which its closing words stand.
const CLOSING: usize = 2048;
/// Bytes behind the last end mark that are no content.
const TAIL: usize = 64;

/// The first bytes of a file.
struct Front {
    bytes: Arc<Vec<u8>>,
    length: usize,
}

impl AsRef<[u8]> for Front {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// Reads a file.
pub(super) fn read(bytes: &Arc<Vec<u8>>, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let front = |length| Arc::new(Front { bytes: Arc::clone(bytes), length });
    let newest = match Pdf::new(front(bytes.len())) {
        Ok(pdf) => pdf,
        Err(LoadPdfError::Decryption(_)) => return Err(GapReason::Encrypted),
        Err(LoadPdfError::Invalid) => return carve::read(bytes, cx).and(Err(GapReason::Damaged)),
    };
    let (mut said, mut seen) = (EmittedTexts::default(), ReadObjects::default());
    let whole = version(&newest, Pass::Newest, bytes, &mut said, &mut seen, cx)?;
    drop(newest);
    let ends = ends(bytes);
    let last = ends.last().copied();
    let earlier = ends.iter().rev().skip(1).filter(|end| !is_first_part(bytes, **end));
    for end in earlier.take(VERSIONS) {
        cx.budget().check()?;
        if let Ok(pdf) = Pdf::new(front(*end)) {
            let _ = version(&pdf, Pass::Earlier, &bytes[..*end], &mut said, &mut seen, cx)?;
        }
    }
    if ends.len() > VERSIONS + 1 {
        cx.gap(Some(Part::only(PartKind::Earlier)), GapReason::Limit(Limit::Entries));
    }
    // A cross-reference that leads nowhere makes the library scan.
    let lost = [&bytes[..], b"\nstartxref\n0\n%%EOF\n"].concat();
    if let Ok(pdf) = Pdf::new(lost) {
        let _ = version(&pdf, Pass::Scanned, bytes, &mut said, &mut seen, cx)?;
    }
    match last {
        Some(end) => behind(&bytes[end..], cx),
        // Writers forget the mark; a file that was cut short lacks what stands before it, too.
        None if find(&bytes[bytes.len().saturating_sub(CLOSING)..], b"startxref").is_none() => {
            return Err(GapReason::Damaged);
        }
        None => {}
    }
    whole
}

/// The places behind each end mark (7.5.5).
fn ends(bytes: &[u8]) -> Vec<usize> {
    const MARK: &[u8] = b"%%EOF";
    let mut ends = Vec::new();
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], MARK) {
        at += found + MARK.len();
        ends.push(at);
    }
    ends
}

/// A file made for fast viewing begins with a part that has an end mark but is no version (annex F).
fn is_first_part(bytes: &[u8], end: usize) -> bool {
    let has = |part: &[u8], what: &[u8]| find(part, what).is_some();
    let starts_nowhere = [&b"startxref\n0"[..], b"startxref\r\n0", b"startxref\r0"];
    has(&bytes[..end.min(CLOSING)], b"/Linearized") && starts_nowhere.iter().any(|words| has(&bytes[..end], words))
}

/// Whatever stands behind the last end mark is a file of its own to whoever looks for it.
fn behind(tail: &[u8], cx: &mut Context<'_>) {
    let start = tail.iter().position(|b| !b.is_ascii_whitespace() && *b != 0).unwrap_or(tail.len());
    let tail = &tail[start..];
    if tail.len() > TAIL {
        cx.embedded("behind the end", crate::extract::Input::bytes(tail));
    }
}

/// Reads the pages and then all objects. The outer error ends the whole, the inner one is told
/// when all was read.
fn version(
    pdf: &Pdf,
    reading: Pass,
    bytes: &[u8],
    said: &mut EmittedTexts,
    seen: &mut ReadObjects,
    cx: &mut Context<'_>,
) -> Result<Result<(), GapReason>, GapReason> {
    if reading == Pass::Earlier && !seen.version(pdf).has_news() {
        return Ok(Ok(()));
    }
    let outcome = versions_own(pdf, reading, bytes, said, seen, cx);
    seen.add(pdf);
    outcome
}

/// Reads what stands in a version only.
fn versions_own(
    pdf: &Pdf,
    reading: Pass,
    bytes: &[u8],
    said: &mut EmittedTexts,
    seen: &ReadObjects,
    cx: &mut Context<'_>,
) -> Result<Result<(), GapReason>, GapReason> {
    let mut own = seen.version(pdf);
    let xref = pdf.xref();
    let catalog = xref.get::<Dict<'_>>(xref.root_id()).unwrap_or_default();
    let document = Document { fonts: Fonts::new(), layers: Layers::new(&catalog) };
    let mut read = HashSet::new();
    let mut pictured = HashSet::new();
    let mut resources: Vec<Resources<'_>> = Vec::new();
    let pages = pdf.pages();
    for (number, page) in pages.iter().enumerate() {
        cx.budget().check()?;
        let number = number as u32 + 1;
        if resources.len() < 8 {
            resources.push(page.resources().clone());
        }
        if reading != Pass::Newest && !own.is_new(page) {
            continue;
        }
        let mut interpreter = Interpreter::new(&document, cx.budget());
        interpreter.inline = pixels::can_see(cx).is_ok().then(Vec::new);
        page_content(page, &mut interpreter)?;
        if reading == Pass::Newest {
            let is_last = number as usize == pages.len();
            pictures(&mut interpreter, number, is_last, &mut pictured, cx)?;
            if interpreter.canvas.is_outlines() {
                interpreter.canvas.outlines = outlines(page, number, is_last, &document, cx);
                cx.budget().check()?;
            }
        }
        emit_page(&interpreter, reading, number, said, cx);
        read.extend(interpreter.read);
        annotations(page, number, reading, &document, &mut read, said, cx)?;
    }
    Objects { pdf, reading, bytes, document: &document, resources, read, said, seen }.read(cx)?;
    if pages.is_empty() || (pages.len() as i64) < declared_pages(&catalog) {
        return Ok(Err(GapReason::Damaged));
    }
    Ok(Ok(()))
}

/// Pages the page tree says it has.
fn declared_pages(catalog: &Dict<'_>) -> i64 {
    let pages = catalog.get::<Dict<'_>>(&b"Pages"[..]).unwrap_or_default();
    pages.get::<i32>(&b"Count"[..]).map_or(0, i64::from)
}

fn page_content<'a>(page: &Page<'a>, interpreter: &mut Interpreter<'_, 'a, '_>) -> Result<(), GapReason> {
    let size = page.media_box();
    interpreter.area = ((size.x1 - size.x0) * (size.y1 - size.y0)).abs() as f32;
    let mut content = Vec::new();
    // The parts of a page's content are one stream, but tokens do not run over their borders.
    let mut add = |stream: &Stream<'a>, interpreter: &mut Interpreter<'_, 'a, '_>| {
        if let Some(bytes) = interpreter.bytes(stream) {
            content.extend(bytes);
            content.push(b'\n');
        }
    };
    let mut is_lost = false;
    match page.raw().get::<Object<'a>>(&b"Contents"[..]) {
        Some(Object::Stream(stream)) => add(&stream, interpreter),
        Some(Object::Array(streams)) => {
            let found: Vec<Stream<'a>> = streams.iter().collect();
            is_lost = found.len() < streams.raw_iter().count();
            found.iter().for_each(|stream| add(stream, interpreter));
        }
        Some(_) => {}
        None => is_lost = page.raw().contains_key(&b"Contents"[..]),
    }
    if is_lost {
        interpreter.gaps.push(GapReason::Damaged);
    }
    interpreter.run(&content, page.resources())
}

/// Reads the pictures of a page, each once in a document, and takes those off the canvas that need
/// not be told any more. The last page is read even where the pages before it have too many.
fn pictures(
    interpreter: &mut Interpreter<'_, '_, '_>,
    page: u32,
    is_last: bool,
    seen: &mut HashSet<ObjectIdentifier>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let scans = std::mem::take(&mut interpreter.scans);
    if let Err(reason) = pixels::can_see(cx) {
        interpreter.canvas.unread = reason;
        interpreter.canvas.has_page = scans.iter().any(Scan::is_page);
        return Ok(());
    }
    let room = |cx: &Context<'_>| match cx.budget().is_last_picture() && !is_last {
        true => Err(GapReason::Limit(Limit::PicturePages)),
        false => Ok(()),
    };
    let (mut covered, mut unread) = (0f32, 0);
    let canvas = &mut interpreter.canvas;
    let mut settle = |outcome: Result<(), GapReason>, share: f32, is_page: bool, cx: &mut Context<'_>| {
        let read = match outcome {
            Err(GapReason::Illegible) => {
                cx.gap(Some(Part::only(PartKind::Ocr).on_page(page)), GapReason::Illegible);
                Ok(())
            }
            other => other,
        };
        let Err(reason) = read else {
            canvas.pictures -= 1;
            return Ok(());
        };
        cx.budget().check()?;
        covered += share;
        unread += 1;
        canvas.has_page |= is_page;
        if matches!(reason, GapReason::Limit(_)) {
            cx.gap(Some(Part::only(PartKind::Ocr)), reason);
        }
        Ok(())
    };
    for scan in scans {
        let outcome = match seen.insert(scan.stream.obj_id()) {
            false => Ok(()),
            true => room(cx)
                .and_then(|()| scan::unpack(&scan.stream, scan.share, cx.budget()))
                .and_then(|sight| scan::see(sight, page, cx))
                .and_then(|()| match scan.mask(cx.budget()) {
                    Some(mask) => room(cx).and(mask).and_then(|sight| scan::see(sight, page, cx)),
                    None => Ok(()),
                }),
        };
        settle(outcome, scan.share, scan.is_page(), cx)?;
    }
    for Inline { share, sight } in interpreter.inline.take().unwrap_or_default() {
        let outcome = room(cx).and(sight).and_then(|sight| scan::see(sight, page, cx));
        settle(outcome, share, false, cx)?;
    }
    // Otherwise there are others, such as those beyond what is counted, and their share is not known apart.
    if canvas.pictures == unread {
        canvas.covered = covered;
    }
    Ok(())
}

/// Paints and reads a page on which there is nothing but outlines.
fn outlines<'a>(
    page: &Page<'a>,
    number: u32,
    is_last: bool,
    document: &Document<'a>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    pixels::can_see(cx)?;
    if cx.budget().is_last_picture() && !is_last {
        return Err(GapReason::Limit(Limit::PicturePages));
    }
    let mut interpreter = Interpreter::new(document, cx.budget());
    interpreter.drawing = Some(Drawing::new(page).ok_or(GapReason::Picture)?);
    page_content(page, &mut interpreter)?;
    let (size, pixels) = interpreter.drawing.take().ok_or(GapReason::Picture)?.finish();
    pixels::see_pixels(size, pixels, number, cx)
}

fn emit_page(
    interpreter: &Interpreter<'_, '_, '_>,
    reading: Pass,
    number: u32,
    said: &mut EmittedTexts,
    cx: &mut Context<'_>,
) {
    if reading == Pass::Newest {
        interpreter.canvas.emit(number, said, cx);
        for reason in &interpreter.gaps {
            cx.gap(Some(Part::only(PartKind::Body).on_page(number)), *reason);
        }
        return;
    }
    let news = said.news(&interpreter.canvas.text());
    story(Part::only(reading.kind(PartKind::Body)).on_page(number), &news, cx);
}

/// The texts of a page's annotations and form fields, and what they look like.
fn annotations<'a>(
    page: &Page<'a>,
    number: u32,
    reading: Pass,
    document: &Document<'a>,
    read: &mut HashSet<ObjectIdentifier>,
    said: &mut EmittedTexts,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let annotations = page.raw().get::<Array<'a>>(&b"Annots"[..]).unwrap_or_default();
    for annotation in annotations.iter::<Dict<'a>>() {
        cx.budget().check()?;
        let is_field = annotation.get::<Name<'_>>(&b"Subtype"[..]).is_some_and(|name| name.as_ref() == b"Widget");
        let kind = reading.kind(if is_field { PartKind::Form } else { PartKind::Comment });
        for key in [&b"Contents"[..], b"RC", b"Subj", b"T", b"TU", b"V", b"DV"] {
            let Some(Object::String(string)) = annotation.get::<Object<'_>>(key) else { continue };
            for text in super::strings::readings(string.as_bytes()) {
                if key == b"RC" && text.trim_start().starts_with('<') {
                    super::objects::rich_text(kind, Some(number), &text, said, cx);
                } else if said.is_news(&text) {
                    cx.short(Part::labelled(kind, &String::from_utf8_lossy(key)).on_page(number), &text);
                }
            }
        }
        let Some(looks) = annotation.get::<Dict<'a>>(&b"AP"[..]) else { continue };
        let mut interpreter = Interpreter::new(document, cx.budget());
        for key in [&b"N"[..], b"R", b"D"] {
            match looks.get::<Object<'a>>(key) {
                Some(Object::Stream(stream)) => interpreter.form(&stream, page.resources())?,
                Some(Object::Dict(states)) => {
                    for (name, _) in states.entries() {
                        if let Some(stream) = states.get::<Stream<'a>>(name.as_ref()) {
                            interpreter.form(&stream, page.resources())?;
                        }
                    }
                }
                _ => {}
            }
        }
        let news = said.news(&interpreter.canvas.text());
        story(Part::only(kind).on_page(number), &news, cx);
        read.extend(interpreter.read);
    }
    Ok(())
}
