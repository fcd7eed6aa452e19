//! What a format's reader is to the driver, what the table of them answers, and who takes what
//! was found.

use super::context::Context;
use super::fingerprint::{Fingerprint, Glance};
use super::input::Input;
use super::isolation::ReadScope;
use crate::model::{Format, Gap, GapReason, Identified, Location, Segment};

/// Reads one or several formats.
pub trait Extractor: Sync {
    /// The formats it reads.
    fn formats(&self) -> &'static [Format];

    /// It reads them, rather than searching them for strings and reporting a gap.
    fn reads(&self) -> bool {
        true
    }

    /// It is read in this process even where others are read apart: plain text, by code of ours that is small. What
    /// may be said of is in SECURITY.md.
    fn is_plain(&self) -> bool {
        false
    }

    /// It is read in a process apart or not at all, whatever was asked for.
    fn is_isolated(&self) -> bool {
        false
    }

    /// It can read in a second, plainer way what killed the first reading ([`Context::is_second_reading`]).
    fn reads_twice(&self) -> bool {
        false
    }

    /// It hands on what follows the end of its format by itself.
    fn reads_its_end(&self) -> bool {
        false
    }

    /// Reads a file that lies inside a document rather than being one that was handed over: it is
    /// opened like a member, unless the format has another way.
    ///
    /// # Errors
    /// What kept it from being read to its end.
    fn extract_contained(&self, name: &str, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        cx.embedded(name, input);
        Ok(())
    }

    /// What is read apart of a file of this format.
    fn aim(&self) -> ReadScope {
        ReadScope::Whole
    }

    /// Hands all text, members and gaps of `input` to `cx`. An error is a gap for the whole
    /// of `input`; what was handed on before stays.
    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason>;
}

/// The table of formats, as the driver sees it.
pub trait Formats {
    /// The extractor for a format.
    fn extractor(&self, format: Format) -> Option<&'static dyn Extractor>;
}

/// Takes what extraction finds.
pub trait Sink {
    /// A window of text.
    fn segment(&mut self, segment: Segment<'_>);
    /// A place that could not be inspected.
    fn gap(&mut self, gap: Gap);
    /// A picture inside a document, whose text is not read yet: told, though it is no gap.
    fn picture(&mut self, at: &Location) {
        let _ = at;
    }
    /// The rest of a picture, which is not read since the verdict is settled.
    fn rest(&mut self, at: &Location) {
        let _ = at;
    }
    /// What an item or a member was taken for.
    fn identified(&mut self, at: &Location, identified: &Identified);
    /// Nothing more that could be read at this place would change its verdict.
    fn is_settled(&self, at: &Location) -> bool {
        let _ = at;
        false
    }
    /// How often something was heard so far that a verdict may rest on; `None` if nobody counts.
    fn findings_so_far(&self) -> Option<u64> {
        None
    }
    /// Something that looks like this was seen before; from now on it was. Never, if nothing is remembered.
    fn has_glimpsed(&mut self, glance: Glance) -> bool {
        let _ = glance;
        false
    }
    /// The like of this was read to its end before, and there was nothing in it.
    fn is_quiet(&self, print: &Fingerprint) -> bool {
        let _ = print;
        false
    }
    /// This was read to its end, and there was nothing in it.
    fn clean(&mut self, print: Fingerprint) {
        let _ = print;
    }
}
