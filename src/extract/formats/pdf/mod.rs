//! PDF (ISO 32000-2): the text of every page in lines as a reader sees them, then every string
//! and stream of every object, used or not, and what earlier versions of the file held. Runs in
//! a process apart; what kills it is read a second time by [`carve`].

mod canvas;
mod carve;
mod document;
mod drawn;
mod emitted_texts;
mod font;
mod interpret;
mod layers;
mod line;
mod lines;
mod matrix;
mod objects;
mod pass;
mod read_objects;
mod runs;
mod scan;
mod stream;
mod strings;

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::model::{Format, GapReason};

/// Reads PDF.
pub(super) struct Pdf;

impl Extractor for Pdf {
    fn formats(&self) -> &'static [Format] {
        &[Format::Pdf]
    }

    fn is_isolated(&self) -> bool {
        true
    }

    fn reads_twice(&self) -> bool {
        true
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut bytes = Vec::new();
        input.into_random(cx.budget())?.read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        let bytes = Arc::new(bytes);
        if cx.is_second_reading() {
            return carve::read(&bytes, cx);
        }
        match catch_unwind(AssertUnwindSafe(|| document::read(&bytes, cx))) {
            Ok(outcome) => outcome,
            Err(_) => carve::read(&bytes, cx).and(Err(GapReason::Damaged)),
        }
    }
}
