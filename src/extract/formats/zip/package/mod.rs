//! Packages of XML parts that make one document: Office Open XML, OpenDocument, OFD. One
//! walk for all of them, over every part whether anything refers to it or not: the parts'
//! names say what they are, the markup says what is text. No format has a walk of its own.

mod biff12;
mod part;
mod relationships;

use std::io::{Cursor, Read};

use crate::extract::driver::{Context, HEAD, Input, lenient, reason_of};
use crate::extract::formats::xml::{self, Flow, Strings, TextNodes};
use crate::extract::support::picture::is_metafile;
use crate::extract::support::picture_size::is_small_jbig2;
use crate::extract::support::strings;
use crate::identify;
use crate::model::{Format, GapReason, Part, PartKind};

use part::{PartReading, is_shared, role};
pub(super) use relationships::rank;
use relationships::{Relationships, RelationshipsReader};

/// Bytes of a font or printer settings that are searched for readable text.
const DRAWING: u64 = 64 << 20;
/// Bytes of a part that tells where others belong.
const TELLING: u64 = 8 << 20;

/// The header of a font in the Compact Font Format, or of a Type 1 or TrueType font, whatever it is called.
fn is_bare_font(head: &[u8]) -> bool {
    matches!(head, [1, 0, 4..=32, 1..=4, ..])
        || [&b"\x80\x01"[..], b"%!PS-AdobeFont", b"%!FontType1", b"\0\x01\0\0\0", b"OTTO", b"true\0", b"ttcf", b"wOF"]
            .iter()
            .any(|signature| head.starts_with(signature))
}

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
    atlas: Relationships,
    strings: Strings,
}

impl Package {
    /// Reads one part.
    pub(super) fn read(&mut self, name: &str, reader: &mut dyn Read, cx: &mut Context<'_>) {
        let (mut reader, trouble) = lenient(reader);
        let mut head = Vec::new();
        let outcome = match reader.by_ref().take(HEAD as u64).read_to_end(&mut head) {
            Ok(_) => self.read_part(name, &head, &mut reader, cx),
            Err(e) => Err(reason_of(&e)),
        };
        if let Err(reason) = trouble.or(outcome) {
            cx.gap(Some(Part::labelled(PartKind::EntryName, name)), reason);
        }
    }

    /// A part that documents of one template have in common, and from which nothing is learnt of other parts.
    pub(super) fn is_shared(&self, name: &str) -> bool {
        is_shared(name, &self.atlas)
    }

    /// Hands on what is left when all parts were read.
    pub(super) fn finish(&self, cx: &mut Context<'_>) {
        self.strings.finish(cx);
    }

    fn read_part(
        &mut self,
        name: &str,
        head: &[u8],
        rest: &mut dyn Read,
        cx: &mut Context<'_>,
    ) -> Result<(), GapReason> {
        let role = role(name, &self.atlas, &mut self.headers);
        let mut whole = Read::chain(head, rest);
        // By its name and by its content: an archive may bear any name.
        if Relationships::names_others(name) && xml::looks_like_xml(head) {
            let mut telling = Vec::new();
            let outcome = whole.by_ref().take(TELLING).read_to_end(&mut telling);
            // What is wrong with it is told below.
            let _ = xml::walk(&telling[..], &mut RelationshipsReader { atlas: &mut self.atlas, name }, cx);
            let mut flow = Flow::new(role.part);
            let read = xml::walk(Cursor::new(&telling[..]).chain(whole), &mut flow, cx);
            flow.finish(cx);
            return outcome.map_err(|e| reason_of(&e)).and(read);
        }
        match role.reading {
            PartReading::Flow if xml::looks_like_xml(head) => {
                let mut flow = Flow::new(role.part).with_strings(&mut self.strings);
                let outcome = xml::walk(whole, &mut flow, cx);
                flow.finish(cx);
                outcome
            }
            PartReading::Leaves if xml::looks_like_xml(head) => {
                let mut leaves = TextNodes::new(role.part.kind);
                let outcome = xml::walk(whole, &mut leaves, cx);
                leaves.finish(cx);
                outcome
            }
            PartReading::Records => self.read_records(name, role.part, whole, cx),
            // Fonts and printer settings hold little text.
            PartReading::Strings if !is_metafile(head) => {
                strings::scan(whole, Part::labelled(PartKind::Strings, name), DRAWING, cx)
            }
            _ if head.is_empty() => Ok(()),
            _ => self.read_other(name, head, whole, cx),
        }
    }

    /// A part of a binary workbook, held as a whole.
    fn read_records(
        &mut self,
        name: &str,
        part: Part,
        whole: impl Read,
        cx: &mut Context<'_>,
    ) -> Result<(), crate::model::GapReason> {
        let mut bytes = Vec::new();
        let room = cx.budget().holdable();
        let read = whole.take(room + 1).read_to_end(&mut bytes);
        // Records that end in the middle are no damage where reading stopped at a limit.
        let read = read.map(|_| ()).map_err(|e| reason_of(&e));
        let held = cx.budget().hold(bytes.len() as u64);
        let records = biff12::read(&bytes[..bytes.len().min(room as usize)], part, name, cx);
        read.and(held.map(drop)).and(records)
    }

    /// A part that is a file of its own: an embedded document, an HTML chunk, a picture.
    fn read_other(&mut self, name: &str, head: &[u8], whole: impl Read, cx: &mut Context<'_>) -> Result<(), GapReason> {
        if identify::identify(head, Some(name)).format == Format::Unknown {
            if self.atlas.is_encrypted() {
                return Err(GapReason::Encrypted);
            }
            // JBIG2 as OFD has it (GB/T 33190).
            if name.ends_with(".jb2") {
                if !is_small_jbig2(head) {
                    return Err(GapReason::Picture);
                }
                cx.picture(name);
                return Ok(());
            }
            // A bare font, as OFD embeds it (Adobe Technical Note 5176, 6).
            if is_bare_font(head) {
                return strings::scan(whole, Part::labelled(PartKind::Strings, name), DRAWING, cx);
            }
            // The private data of a control is no file, and neither is what a program threw away.
            if name.to_ascii_lowercase().contains("/activex/") || name.to_ascii_lowercase().starts_with("[trash]/") {
                return strings::scan(whole, Part::labelled(PartKind::Strings, name), DRAWING, cx);
            }
        }
        let input = Input::stream(whole).map_err(|e| reason_of(&e))?;
        cx.contained(name, input)
    }
}
