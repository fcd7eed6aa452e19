//! Formats this build does not read: a strings pass sees what is readable in their bytes, and
//! a gap says that it is not enough.

use crate::extract::driver::{Context, Extractor, Input};
use crate::extract::support::strings;
use crate::model::{Format, GapReason, Part, PartKind};

/// Searches bytes of unread formats.
pub(super) struct Binary;

/// Bytes searched.
const SEARCHED: u64 = 64 << 20;

impl Extractor for Binary {
    fn formats(&self) -> &'static [Format] {
        &[Format::Archive, Format::Executable, Format::Unknown]
    }

    fn reads(&self) -> bool {
        false
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        strings::scan(input.into_reader(), Part::only(PartKind::Strings), SEARCHED, cx)?;
        Err(GapReason::Unsupported)
    }
}
