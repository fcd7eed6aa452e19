//! From bytes to located text. `driver` recurses and counts, `support` holds what readers share,
//! `formats` is a file a format with the one table of them. Nothing here matches, prints or logs.

mod driver;
mod formats;
mod support;

use crate::model::{Format, GapReason};

pub use driver::{
    Budget, Context, Extractor, Fingerprint, Formats, Glance, HEAD, Input, IsolatedRead, Isolation, Isolator, Listener,
    MOST_TEXT, Random, ReadContent, ReadOutcome, ReadScope, ReadSeek, Reservation, Sink, TextStream, WINDOW, reason_of,
};
pub use formats::Table;

/// The context of a whole item, for all formats.
pub fn context<'a>(sink: &'a mut dyn Sink, budget: &'a Budget<'a>) -> Context<'a> {
    Context::new(&Table, sink, budget)
}

/// The extractor for a format.
pub fn extractor_for(format: Format) -> Option<&'static dyn Extractor> {
    Table.extractor(format)
}

/// The format is read, rather than only searched for strings and reported as a gap.
pub fn is_read(format: Format) -> bool {
    extractor_for(format).is_some_and(Extractor::reads)
}

/// The stream of this name at the top of a compound file, for whoever reads more of it than text; nothing where it cannot be
/// read whole.
pub fn stream_of(bytes: &[u8], name: &str) -> Option<Vec<u8>> {
    formats::stream_of(bytes, name)
}

/// Reads the text one sees in a picture, in this process; a failure is a gap.
pub fn see(bytes: &[u8], cx: &mut Context<'_>) {
    // A panic in a decoder is one more way for a file to be damaged.
    let see = || support::pixels::see(bytes, None, cx);
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(see));
    if let Err(reason) = outcome.unwrap_or(Err(GapReason::Damaged)) {
        cx.gap(None, reason);
    }
}
