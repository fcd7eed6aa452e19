//! What a part of a package is, by its name: which kind of place its text stands in and how
//! it is read.

use std::collections::HashMap;

use super::relationships::Relationships;
use crate::model::{Part, PartKind};

/// How a part is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartReading {
    /// Paragraphs of runs.
    Flow,
    /// Values one by one: properties, labels, custom data.
    Leaves,
    /// Records of a binary workbook.
    Records,
    /// Only readable strings.
    Strings,
    /// A file of its own.
    File,
}

/// What a part is.
pub(super) struct Role {
    pub(super) part: Part,
    pub(super) reading: PartReading,
}

/// Counts parts of one kind, to number them in the order they come.
pub(super) type Numbers = HashMap<PartKind, u32>;

/// The role of a part.
pub(super) fn role(name: &str, atlas: &Relationships, numbers: &mut Numbers) -> Role {
    let lower = name.to_ascii_lowercase();
    let file = lower.rsplit('/').next().unwrap_or_default();
    let extension = file.rsplit('.').next().unwrap_or_default();
    const PRIVATE: [&str; 6] = [
        "printersettings",
        "layout-cache",
        "customproperty",
        "legacydiagramtext",
        "legacydoctextinfo",
        "attachedtoolbars",
    ];
    if matches!(extension, "emf" | "wmf" | "svm" | "odttf" | "fntdata" | "ttf" | "otf" | "ttc")
        || PRIVATE.iter().any(|name| file.starts_with(name)) && extension != "xml"
        // What Google's editors keep for themselves.
        || matches!(lower.as_str(), "xl/metadata" | "ppt/metadata" | "word/metadata")
        // Seals and what they sign: names inside, in DER (GM/T 0031).
        || matches!(file, "signedvalue.dat")
        || extension == "esl"
    {
        return Role { part: Part::only(PartKind::Strings), reading: PartReading::Strings };
    }
    if matches!(extension, "htm" | "html" | "xhtml" | "mht" | "mhtml" | "rtf" | "txt" | "svg") {
        return Role { part: Part::only(PartKind::Body), reading: PartReading::File };
    }
    let kind = kind(&lower, file);
    let reading = match kind {
        PartKind::Property | PartKind::Label => PartReading::Leaves,
        _ if extension == "bin" && is_records(&lower) => PartReading::Records,
        _ => PartReading::Flow,
    };
    let part = match (atlas.part(name, kind), kind) {
        (Some(part), _) => part,
        (None, PartKind::Header | PartKind::Footer) => {
            let number = numbers.entry(kind).or_default();
            *number += 1;
            Part::nth(kind, *number)
        }
        (
            None,
            PartKind::Body
            | PartKind::Comment
            | PartKind::Footnote
            | PartKind::Endnote
            | PartKind::Property
            | PartKind::Label,
        ) => Part::only(kind),
        // Known by no name but its own.
        (None, _) => Part::labelled(kind, file),
    };
    Role { part, reading }
}

/// A part of a binary workbook, rather than a file that another program made.
fn is_records(path: &str) -> bool {
    path.starts_with("xl/")
        && !["vbaproject", "activex", "embeddings", "media"].iter().any(|other| path.contains(other))
}

/// A part that documents of one template or one program have in common, and from which nothing is learnt of other
/// parts.
pub(super) fn is_shared(name: &str, atlas: &Relationships) -> bool {
    let path = name.to_ascii_lowercase();
    let file = path.rsplit('/').next().unwrap_or_default();
    let of_program = matches!(
        path.as_str(),
        "[content_types].xml" | "ppt/presprops.xml" | "ppt/viewprops.xml" | "ppt/tablestyles.xml" | "xl/styles.xml"
    );
    let is_common = match kind(&path, file) {
        PartKind::SlideMaster => true,
        PartKind::Markup => of_program || path.starts_with("word/") || path.contains("/theme/"),
        // Lists of sources, layouts of forms: data that comes with a template.
        PartKind::Property => path.starts_with("customxml/"),
        _ => false,
    };
    // A workbook may call any part a sheet of its own.
    is_common && path.ends_with(".xml") && atlas.part(name, kind(&path, file)).is_none()
}

fn kind(path: &str, file: &str) -> PartKind {
    let starts = |prefix: &str| path.starts_with(prefix);
    match file {
        _ if starts("docprops/") || starts("customxml/") || starts("_xmlsignatures/") => PartKind::Property,
        "meta.xml" | "ofd.xml" | "signature.xml" | "signatures.xml" | "customtags.xml" => PartKind::Property,
        _ if path.contains("/tags/") => PartKind::Property,
        _ if starts("docmetadata/") => PartKind::Label,
        _ if path.contains("/glossary/") => PartKind::Glossary,
        _ if path.ends_with(".rels") || file == "[content_types].xml" => PartKind::Markup,
        _ if path.contains("/charts/") || path.contains("/diagrams/") || path.contains("/drawings/") => {
            PartKind::Drawing
        }
        _ if path.contains("comment") || file == "people.xml" => PartKind::Comment,
        _ if file.starts_with("header") => PartKind::Header,
        _ if file.starts_with("footer") => PartKind::Footer,
        _ if file.starts_with("footnotes") => PartKind::Footnote,
        _ if file.starts_with("endnotes") => PartKind::Endnote,
        _ if starts("xl/worksheets/") || starts("xl/chartsheets/") || starts("xl/macrosheets/") => PartKind::Sheet,
        _ if starts("xl/dialogsheets/") || file.starts_with("sharedstrings.") => PartKind::Sheet,
        _ if starts("xl/externallinks/") => PartKind::Sheet,
        _ if starts("xl/") => PartKind::Markup,
        _ if path.contains("/notesslides/") => PartKind::SpeakerNotes,
        _ if ["/slidemasters/", "/slidelayouts/", "/notesmasters/", "/handoutmasters/"]
            .iter()
            .any(|at| path.contains(at)) =>
        {
            PartKind::SlideMaster
        }
        _ if starts("ppt/slides/") => PartKind::Slide,
        _ if starts("ppt/") => PartKind::Markup,
        "styles.xml"
        | "styleswitheffects.xml"
        | "settings.xml"
        | "numbering.xml"
        | "fonttable.xml"
        | "websettings.xml"
            if starts("word/") =>
        {
            PartKind::Markup
        }
        _ if path.contains("/theme/") => PartKind::Markup,
        _ => PartKind::Body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_parts_are() {
        let mut numbers = Numbers::default();
        for (name, kind, index) in [
            ("word/document.xml", PartKind::Body, None),
            ("word/header3.xml", PartKind::Header, Some(1)),
            ("word/header7.xml", PartKind::Header, Some(2)),
            ("word/comments.xml", PartKind::Comment, None),
            ("word/glossary/document.xml", PartKind::Glossary, None),
            ("docProps/core.xml", PartKind::Property, None),
            ("docMetadata/LabelInfo.xml", PartKind::Label, None),
            ("word/_rels/document.xml.rels", PartKind::Markup, None),
            ("word/charts/chart1.xml", PartKind::Drawing, None),
            ("word/styles.xml", PartKind::Markup, None),
            ("word/stylesWithEffects.xml", PartKind::Markup, None),
            ("xl/worksheets/sheet1.xml", PartKind::Sheet, None),
            ("xl/externalLinks/externalLink1.xml", PartKind::Sheet, None),
            ("xl/externalLinks/_rels/externalLink1.xml.rels", PartKind::Markup, None),
            ("ppt/notesSlides/notesSlide1.xml", PartKind::SpeakerNotes, None),
            ("ppt/slideMasters/slideMaster1.xml", PartKind::SlideMaster, None),
            ("xl/comments1.bin", PartKind::Comment, None),
        ] {
            let role = role(name, &Relationships::default(), &mut numbers);
            assert_eq!((role.part.kind, role.part.index), (kind, index), "{name}");
        }
    }

    #[test]
    fn what_a_template_gives_is_shared_and_what_a_person_writes_is_not() {
        for name in [
            "word/styles.xml",
            "word/theme/theme1.xml",
            "xl/styles.xml",
            "ppt/slideLayouts/slideLayout3.xml",
            "[Content_Types].xml",
            "customXml/item1.xml",
        ] {
            assert!(is_shared(name, &Relationships::default()), "{name}");
        }
        for name in [
            "word/document.xml",
            "word/header1.xml",
            "word/_rels/document.xml.rels",
            "customXml/_rels/item1.xml.rels",
            "xl/workbook.xml",
            "xl/sharedStrings.xml",
            "ppt/slides/slide1.xml",
            "ppt/presentation.xml",
            "docProps/core.xml",
            "styles.xml",
        ] {
            assert!(!is_shared(name, &Relationships::default()), "{name}");
        }
    }

    #[test]
    fn binary_parts_are_records_unless_another_program_made_them() {
        for (name, wanted) in [
            ("xl/worksheets/sheet1.bin", PartReading::Records),
            ("xl/vbaProject.bin", PartReading::Flow),
            ("xl/embeddings/oleObject1.bin", PartReading::Flow),
            ("xl/printerSettings/printerSettings1.bin", PartReading::Strings),
            ("word/vbaProject.bin", PartReading::Flow),
            ("xl/metadata", PartReading::Strings),
            ("xl/metadata.xml", PartReading::Flow),
            ("xl/metadata.bin", PartReading::Records),
        ] {
            assert_eq!(role(name, &Relationships::default(), &mut Numbers::default()).reading, wanted, "{name}");
        }
    }
}
