//! The text one sees in a picture. Nothing is decoded here unless this is the process apart:
//! elsewhere the bytes are handed to one.

use std::sync::Arc;

use crate::extract::driver::{Context, Input};
use crate::extract::driver::{IsolatedRead, Isolation, Listener, ReadContent, ReadOutcome, ReadScope};
use crate::model::{GapReason, Layout, Limit, Part, PartKind, ReaderFault, Segment, Unit};
use crate::ocr::{Bounds, Engine, ReadPage, THUMBNAIL};

/// Most bytes of a picture.
const MOST: u64 = 64 << 20;

/// Reads the text one sees in a picture.
pub(in crate::extract) fn pixels(input: &mut Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
    match cx.isolation {
        Isolation::Nowhere => return Err(GapReason::NoReader(ReaderFault::Unset)),
        Isolation::Apart(reader) => reader.can_see()?,
        Isolation::Inside(engine) => engine.is_open()?,
    }
    let source = input.source().ok_or(GapReason::Limit(Limit::HeldBytes))?;
    let bytes = super::bytes::piece(source, 0, MOST + 1)?;
    if bytes.len() as u64 > MOST {
        return Err(GapReason::Limit(Limit::HeldBytes));
    }
    let Isolation::Apart(reader) = cx.isolation else { return see(&bytes, None, cx) };
    cx.budget().picture()?;
    let errand = IsolatedRead {
        name: "",
        content: ReadContent::Bytes(Arc::new(bytes)),
        nesting: 0,
        second: false,
        aim: ReadScope::Pixels,
    };
    let mut listener = Listener { sink: &mut *cx.sink, at: &cx.at, budget: cx.budget };
    match reader.read(&errand, &mut listener) {
        ReadOutcome::Read => Ok(()),
        ReadOutcome::Died(reason) | ReadOutcome::Stopped(reason) => Err(reason),
    }
}

/// Reads a picture in this process, on a page of a document or by itself.
pub(in crate::extract) fn see(bytes: &[u8], page: Option<u32>, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let (engine, budget) = (engine(cx)?, cx.budget());
    budget.picture()?;
    let bounds = Bounds { pixels: budget.limits.picture_pixels, pages: budget.limits.picture_pages };
    let tell = &mut |number: u64, read: &ReadPage, told: usize, last: bool| {
        let part = Part::only(PartKind::Ocr);
        let part = match page {
            Some(page) => part.on_page(page),
            None if number == THUMBNAIL => Part::labelled(PartKind::Ocr, "thumbnail"),
            None if number > 0 => part.on_page(number as u32 + 1),
            None => part,
        };
        emit(part, read, told, last, cx);
    };
    engine.read(bytes, bounds, &|| budget.check(), tell)
}

/// Reads pixels of a page of a document in this process.
#[cfg(feature = "pdf")]
pub(in crate::extract) fn see_pixels(
    size: (u32, u32),
    pixels: Vec<u8>,
    page: u32,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let (engine, budget) = (engine(cx)?, cx.budget());
    budget.picture()?;
    let part = Part::only(PartKind::Ocr).on_page(page);
    engine.read_pixels(size, pixels, &|| budget.check(), &mut |_, read, told, last| {
        emit(part.clone(), read, told, last, cx);
    })
}

/// Whether pictures can be read in this process, and if not, why.
#[cfg(feature = "pdf")]
pub(in crate::extract) fn can_see(cx: &Context<'_>) -> Result<(), GapReason> {
    engine(cx)?.is_open()
}

fn engine<'a>(cx: &Context<'a>) -> Result<&'a Engine, GapReason> {
    match cx.isolation {
        Isolation::Inside(engine) => Ok(engine),
        _ => Err(GapReason::Picture),
    }
}

/// Hands on the lines of a page that were not told yet, among all that were read.
fn emit(part: Part, page: &ReadPage, told: usize, last: bool, cx: &mut Context<'_>) {
    let location = cx.at().with_part(part);
    let mut text = String::new();
    let mut start = 0;
    for (number, line) in page.lines.iter().enumerate() {
        if number == told {
            start = text.len();
        }
        text.push_str(&line.text);
        text.push('\n');
    }
    let percent = |share: f32| (share * 100.0).round().clamp(0.0, 60_000.0) as u16;
    let layout =
        |line: &crate::ocr::Line| Layout { top: percent(line.top).min(100) as u8, height: percent(line.height) };
    let layout: Vec<Layout> = page.lines.iter().map(layout).collect();
    let segment =
        Segment { own: start..text.len(), last, layout: &layout, ..Segment::whole(&location, &text, Unit::Line) };
    cx.segment(segment);
}
