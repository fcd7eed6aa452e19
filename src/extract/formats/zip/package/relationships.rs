//! Which part of a package a reader knows as which sheet or slide: the names of sheets, the order
//! of slides, and whose notes and comments a part holds. Learned from the relationships (ISO/IEC
//! 29500-2, 9) before the other parts are read.

use std::collections::HashMap;
use std::convert::Infallible;

use crate::extract::driver::Context;
use crate::extract::formats::xml::{Attribute, Visitor, value};
use crate::model::{Part, PartKind};

/// Relationships, sheets and slides that are remembered.
const REMEMBERED: usize = 100_000;

/// What the relationships tell.
#[derive(Debug, Default)]
pub(super) struct Relationships {
    /// Targets by source part and identifier.
    targets: HashMap<(String, String), String>,
    sheets: HashMap<String, Part>,
    /// Numbers of slides by part.
    slides: HashMap<String, u32>,
    /// Numbers of pages by part.
    pages: HashMap<String, u32>,
    /// The manifest says that parts are encrypted (OpenDocument 1.3 part 2, 3.8.1; OFD encryption list).
    encrypted: bool,
}

/// Parts that tell where others belong are read before them; the strings of a workbook before its sheets.
pub(in crate::extract) fn rank(name: &str) -> u8 {
    match name {
        _ if name.ends_with(".rels") => 0,
        "xl/workbook.xml" | "ppt/presentation.xml" | "META-INF/manifest.xml" => 1,
        _ if name.ends_with("Encryptions.xml") || name.ends_with("/Document.xml") => 1,
        "xl/sharedStrings.xml" => 2,
        _ => 3,
    }
}

impl Relationships {
    /// The part tells where others belong.
    pub(super) fn names_others(name: &str) -> bool {
        rank(name) < 2
    }

    /// What cannot be read in this package is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// A place people know: a named sheet, a numbered slide, the notes to one.
    pub(super) fn part(&self, name: &str, kind: PartKind) -> Option<Part> {
        if let Some(sheet) = self.sheets.get(name) {
            return Some(sheet.clone());
        }
        if let Some(page) = self.pages.get(name) {
            return Some(Part::only(kind).on_page(*page));
        }
        if let Some(number) = self.slides.get(name) {
            return Some(Part::nth(PartKind::Slide, *number));
        }
        let owner =
            self.targets.iter().find(|((source, _), target)| *target == name && self.slides.contains_key(source));
        let number = owner.and_then(|((source, _), _)| self.slides.get(source))?;
        match kind {
            PartKind::SpeakerNotes => Some(Part::nth(kind, *number)),
            PartKind::Comment => Some(Part::labelled(kind, &format!("{} {number}", PartKind::Slide.as_str()))),
            _ => None,
        }
    }

    fn sheet(&mut self, source: &str, attributes: &[Attribute]) {
        let Some(target) = self.target(source, attributes) else { return };
        let shown = matches!(value(attributes, "state"), None | Some("visible"));
        let kind = if shown { PartKind::Sheet } else { PartKind::HiddenSheet };
        self.sheets.insert(target, Part::labelled(kind, value(attributes, "name").unwrap_or_default()));
    }

    fn slide(&mut self, source: &str, attributes: &[Attribute]) {
        let Some(target) = self.target(source, attributes) else { return };
        let number = self.slides.len() as u32 + 1;
        self.slides.entry(target).or_insert(number);
    }

    /// A page of a fixed layout (GB/T 33190, 7.5), in the order of reading.
    fn page(&mut self, source: &str, attributes: &[Attribute]) {
        let Some(place) = value(attributes, "BaseLoc") else { return };
        let number = self.pages.len() as u32 + 1;
        self.pages.entry(resolved(source, place)).or_insert(number);
    }

    /// The part that one of the attributes names: identifiers of other kinds lead nowhere.
    fn target(&self, source: &str, attributes: &[Attribute]) -> Option<String> {
        let ids = attributes.iter().filter(|attribute| attribute.name == "id");
        ids.filter_map(|id| self.targets.get(&(source.to_string(), id.value.clone()))).next().cloned()
    }
}

/// Lets an atlas learn from one part.
pub(super) struct RelationshipsReader<'a> {
    pub(super) atlas: &'a mut Relationships,
    pub(super) name: &'a str,
}

impl Visitor for RelationshipsReader<'_> {
    type Step = Infallible;

    fn open(&mut self, name: &str, attributes: &[Attribute], _: &mut Context<'_>) -> Option<Infallible> {
        let Relationships { targets, sheets, slides, pages, .. } = &self.atlas;
        if targets.len() + sheets.len() + slides.len() + pages.len() > REMEMBERED {
            return None;
        }
        match name {
            "Relationship" => {
                let source = source_of(self.name);
                if let (Some(id), Some(target)) = (value(attributes, "Id"), value(attributes, "Target")) {
                    self.atlas.targets.insert((source.clone(), id.to_string()), resolved(&source, target));
                }
            }
            "sheet" => self.atlas.sheet(self.name, attributes),
            "Page" => self.atlas.page(self.name, attributes),
            "sldId" => self.atlas.slide(self.name, attributes),
            "encryption-data" | "EncryptInfo" => self.atlas.encrypted = true,
            _ => {}
        }
        None
    }

    fn text(&mut self, _: &str, _: &mut Context<'_>) {}

    fn close(&mut self, _: &str, _: &mut Context<'_>) -> Option<Infallible> {
        None
    }

    fn again(&mut self, step: Infallible, _: &mut Context<'_>) {
        match step {}
    }

    fn aside(&mut self, _: &str, _: &mut Context<'_>) {}
}

/// The part whose relationships a part holds: `xl/_rels/workbook.xml.rels` → `xl/workbook.xml`.
fn source_of(name: &str) -> String {
    name.replacen("_rels/", "", 1).trim_end_matches(".rels").to_string()
}

/// A target as seen from its source, as the name of a part.
fn resolved(source: &str, target: &str) -> String {
    let mut path: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => source.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().collect(),
    };
    for step in target.split('/').filter(|step| !step.is_empty() && *step != ".") {
        match step {
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_their_source() {
        assert_eq!(source_of("xl/_rels/workbook.xml.rels"), "xl/workbook.xml");
        assert_eq!(source_of("_rels/.rels"), "");
        assert_eq!(resolved("xl/workbook.xml", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("ppt/slides/slide1.xml", "../notesSlides/n.xml"), "ppt/notesSlides/n.xml");
        assert_eq!(resolved("xl/workbook.xml", "/xl/worksheets/sheet2.xml"), "xl/worksheets/sheet2.xml");
        assert_eq!(resolved("", "../../a.xml"), "a.xml");
    }
}
