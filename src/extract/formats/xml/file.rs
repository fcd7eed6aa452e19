//! XML files of no document format: every text and attribute value, and flat Office files
//! with the paragraphs they hold.

use super::{Flow, Leaves, walk};
use crate::extract::driver::{Context, Extractor, Input};
use crate::model::{Format, GapReason, Part, PartKind};

/// Reads XML files.
pub(in crate::extract) struct Xml;

impl Extractor for Xml {
    fn formats(&self) -> &'static [Format] {
        &[Format::Xml]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        if is_document(input.head()) {
            let mut flow = Flow::new(Part::only(PartKind::Body));
            let outcome = walk(input.into_reader(), &mut flow, cx);
            flow.finish(cx);
            return outcome;
        }
        let mut leaves = Leaves::new(PartKind::Body);
        let outcome = walk(input.into_reader(), &mut leaves, cx);
        leaves.finish(cx);
        outcome
    }
}

/// A flat Office or OpenDocument file, an SVG: text in paragraphs.
fn is_document(head: &[u8]) -> bool {
    let front = String::from_utf8_lossy(&head[..head.len().min(8192)]);
    ["schemas.microsoft.com/office", "opendocument", "openxmlformats", "<svg"].iter().any(|sign| front.contains(sign))
}
