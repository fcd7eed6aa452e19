//! Packages of XML parts that make one document: Office Open XML, OpenDocument, OFD. One
//! walk for all of them, over every part whether anything refers to it or not: the parts'
//! names say what they are, the markup says what is text. No format has a walk of its own.

mod attributes;
mod flow;
mod leaves;
mod part;
mod text;

use std::io::{Cursor, Read};

use super::{Cx, HEAD, Input, reason_of, strings, xml};
use crate::identify;
use crate::model::{Format, Part, PartKind};

pub(super) use flow::Flow;
pub(super) use leaves::{Leaves, is_label_key};
use part::{Reading, role};

/// Bytes of a metafile, a font or printer settings that are searched for readable text.
const DRAWING: u64 = 64 << 20;
/// Bytes of a picture that are searched for readable text: its metadata.
const METADATA: u64 = 256 * 1024;

/// The members are parts of one document rather than files of an archive.
pub(super) fn is_package<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    let mut word_parts = 0;
    for name in names {
        match name {
            "[Content_Types].xml" | "OFD.xml" | "mimetype" | "META-INF/manifest.xml" => return true,
            "word/document.xml" | "xl/workbook.xml" | "ppt/presentation.xml" => return true,
            _ => word_parts += usize::from(name.starts_with("word/") && name.ends_with(".xml")),
        }
    }
    word_parts > 1
}

/// Reads the parts of one package.
#[derive(Default)]
pub(super) struct Package {
    headers: part::Numbers,
}

impl Package {
    /// Reads one part.
    pub(super) fn read(&mut self, name: &str, reader: &mut dyn Read, cx: &mut Cx<'_>) {
        let mut head = Vec::new();
        let mut reader = reader;
        let outcome = match Read::take(&mut reader, HEAD as u64).read_to_end(&mut head) {
            Ok(_) => self.read_part(name, &head, reader, cx),
            Err(e) => {
                // What was inflated before the damage is still read.
                let reason = reason_of(&e);
                let _ = self.read_part(name, &head, &mut std::io::empty(), cx);
                Err(reason)
            }
        };
        if let Err(reason) = outcome {
            cx.gap(Some(Part::labelled(PartKind::EntryName, name)), reason);
        }
    }

    fn read_part(
        &mut self,
        name: &str,
        head: &[u8],
        rest: &mut dyn Read,
        cx: &mut Cx<'_>,
    ) -> Result<(), crate::model::GapReason> {
        let role = role(name, &mut self.headers);
        let whole = Cursor::new(head.to_vec()).chain(rest);
        match role.reading {
            Reading::Flow if xml::looks_like_xml(head) => {
                let mut flow = Flow::new(role.part);
                let outcome = xml::walk(whole, &mut flow, cx);
                flow.finish(cx);
                outcome
            }
            Reading::Leaves if xml::looks_like_xml(head) => {
                let mut leaves = Leaves::new(role.part.kind);
                let outcome = xml::walk(whole, &mut leaves, cx);
                leaves.finish(cx);
                outcome
            }
            // Metafiles hold their text as text; fonts and printer settings little of it.
            Reading::Strings => strings::scan(whole, Part::labelled(PartKind::Strings, name), DRAWING, cx),
            _ if head.is_empty() => Ok(()),
            _ => self.read_other(name, head, whole, cx),
        }
    }

    /// A part that is a file of its own: an embedded document, an HTML chunk, a picture.
    fn read_other(
        &mut self,
        name: &str,
        head: &[u8],
        whole: impl Read,
        cx: &mut Cx<'_>,
    ) -> Result<(), crate::model::GapReason> {
        let format = identify::identify(head, Some(name)).format;
        if format == Format::Image {
            cx.picture(name);
        }
        match format {
            // Told as a picture above; only the text of its metadata is looked for.
            Format::Image => {
                let part = Part::labelled(PartKind::Strings, name);
                strings::scan(whole.take(METADATA), part, METADATA, cx)
            }
            _ => {
                let input = Input::stream(whole).map_err(|e| reason_of(&e))?;
                cx.embedded(name, input);
                Ok(())
            }
        }
    }
}
