//! Page languages (PostScript, EPS, PCL): programs whose text is told by running them, which is not done
//! here. What is readable in them is read, and a gap says that it is not enough.

use crate::extract::driver::{Context, Extractor, Input};
use crate::extract::support::{strings, text};
use crate::model::{Format, GapReason, Part, PartKind};

/// Searches programs of pages.
pub(super) struct PageLanguage;

/// Bytes searched.
const SEARCHED: u64 = 64 << 20;

impl Extractor for PageLanguage {
    fn formats(&self) -> &'static [Format] {
        &[Format::Postscript]
    }

    fn reads(&self) -> bool {
        false
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        if input.head().contains(&0) {
            strings::scan(input.into_reader(), Part::only(PartKind::Strings), SEARCHED, cx)?;
        } else {
            text::read(input.into_reader(), PartKind::Body, cx)?;
        }
        Err(GapReason::Unsupported)
    }
}
