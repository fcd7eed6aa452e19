//! The one recursive driver: from an input to located text, within a budget. It knows how things
//! lie inside each other, and no format.

mod appended;
mod budget;
mod context;
mod extractor;
mod fingerprint;
mod input;
mod isolation;
mod text_stream;

pub(in crate::extract) use appended::TAIL;
pub(in crate::extract) use budget::stop;
pub use budget::{Budget, Reservation, reason_of};
pub use context::Context;
pub use extractor::{Extractor, Formats, Sink};
pub use fingerprint::{Fingerprint, Glance};
pub(in crate::extract) use input::lenient;
pub use input::{HEAD, Input, Random, ReadSeek};
pub use isolation::{IsolatedRead, Isolation, Isolator, Listener, ReadContent, ReadOutcome, ReadScope};
pub use text_stream::{MOST_TEXT, TextStream, WINDOW};
