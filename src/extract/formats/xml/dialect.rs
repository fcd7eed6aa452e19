//! What families of documents make of white space and of escapes in their text. It is told by the
//! namespaces a part declares, whatever the part is called.

use std::borrow::Cow;

use super::Attribute;

/// A family of documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Dialect {
    /// White space is collapsed, as in OpenDocument and XHTML.
    #[default]
    Collapsing,
    /// WordprocessingML: only runs hold text, and a line end in it is a blank.
    Word,
    /// SpreadsheetML: a line end in a cell is one, and characters may be escaped.
    Sheet,
    /// DrawingML, PresentationML, charts: only runs hold text, and characters may be escaped.
    Drawing,
    /// Drawings of Visio: a line end in a text is one ([MS-VSDX] 2.2.5.4.4).
    Visio,
}

impl Dialect {
    /// The family whose namespace an element declares.
    pub(super) fn declared(attributes: &[Attribute]) -> Option<Self> {
        const OFFICE: [&str; 3] = [
            "http://schemas.openxmlformats.org/",
            "http://purl.oclc.org/ooxml/",
            "http://schemas.microsoft.com/office/word/2003/wordml",
        ];
        const VISIO: [&str; 2] = ["http://schemas.microsoft.com/office/visio/", "http://schemas.microsoft.com/visio/"];
        let mut found = None;
        for value in attributes.iter().map(|attribute| attribute.value.as_str()) {
            let of = match OFFICE.iter().find_map(|office| value.strip_prefix(office)) {
                Some(rest) if rest.starts_with("wordprocessingml") || rest.is_empty() => Dialect::Word,
                Some(rest) if rest.starts_with("spreadsheetml") => Dialect::Sheet,
                Some(rest) if rest.starts_with("drawingml") || rest.starts_with("presentationml") => Dialect::Drawing,
                _ if value.starts_with("urn:oasis:names:tc:opendocument:xmlns:office") => Dialect::Collapsing,
                _ if VISIO.iter().any(|visio| value.starts_with(visio)) => return Some(Dialect::Visio),
                _ => continue,
            };
            // A document of Word declares those of its drawings as well.
            match (found, of) {
                (_, Dialect::Collapsing | Dialect::Word) => return Some(of),
                (Some(Dialect::Sheet), _) => {}
                _ => found = Some(of),
            }
        }
        found
    }

    /// What holds where an element declares the namespace of another family: a drawing in a document of
    /// Word or in a sheet says its own on its way.
    pub(super) fn within(self, declared: Self) -> Self {
        match (self, declared) {
            (Dialect::Word | Dialect::Sheet, Dialect::Drawing) => self,
            _ => declared,
        }
    }

    /// The text of a run.
    pub(super) fn run(self, text: &str) -> Cow<'_, str> {
        match self {
            Dialect::Collapsing => self.between(text),
            Dialect::Word if text.contains(['\n', '\r']) => {
                let line_end = |blanks: &str| blanks.contains(['\n', '\r']);
                let start = text.len() - text.trim_start().len();
                let end = text.trim_end().len().max(start);
                // Indenting of the file around the text, which Word does not show.
                let from = if line_end(&text[..start]) { start } else { 0 };
                let to = if line_end(&text[end..]) { end } else { text.len() };
                Cow::Owned(text[from..to].replace("\r\n", " ").replace(['\n', '\r'], " "))
            }
            Dialect::Sheet | Dialect::Drawing | Dialect::Visio if text.contains(['\n', '\r']) => {
                Cow::Owned(text.replace("\r\n", "\n").replace(['\n', '\r'], "\u{2028}"))
            }
            Dialect::Word | Dialect::Sheet | Dialect::Drawing | Dialect::Visio => Cow::Borrowed(text),
        }
    }

    /// Text that stands in a paragraph outside of runs.
    pub(super) fn between(self, text: &str) -> Cow<'_, str> {
        let is_plain = !text.bytes().any(|byte| matches!(byte, b'\n' | b'\r' | b'\t')) && !text.contains("  ");
        match self {
            Dialect::Collapsing if is_plain => Cow::Borrowed(text),
            Dialect::Collapsing => Cow::Owned(collapsed(text)),
            _ if text.trim().is_empty() => Cow::Borrowed(""),
            _ => self.run(text),
        }
    }

    /// A text or an attribute without escapes.
    pub(super) fn unescaped(self, text: &str) -> Cow<'_, str> {
        match self {
            Dialect::Sheet | Dialect::Drawing => unescaped(text),
            Dialect::Word | Dialect::Collapsing | Dialect::Visio => Cow::Borrowed(text),
        }
    }
}

/// Each run of white space as one blank.
fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let is_blank = matches!(c, ' ' | '\n' | '\r' | '\t');
        if !is_blank {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

/// `_x000D_` and the like as the characters they stand for (ISO/IEC 29500-1, 22.4.2.4 `bstr` and 22.9.2.19 `ST_Xstring`).
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") && !text.contains("_X") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x").into_iter().chain(rest.find("_X")).min() {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let escape = rest
            .as_bytes()
            .get(..7)
            .filter(|escape| escape[6] == b'_' && escape[2..6].iter().all(u8::is_ascii_hexdigit));
        let unit = escape.and_then(|_| u32::from_str_radix(&rest[2..6], 16).ok());
        let Some(unit) = unit else {
            out.push('_');
            rest = &rest[1..];
            continue;
        };
        rest = &rest[7..];
        // One half of a pair stands alone here only where the file is broken.
        out.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declares(namespaces: &[&str]) -> Option<Dialect> {
        let attribute = |value: &&str| Attribute { name: "w".into(), value: (*value).to_string() };
        Dialect::declared(&namespaces.iter().map(attribute).collect::<Vec<_>>())
    }

    #[test]
    fn namespaces_tell_the_family() {
        const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
        const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
        for (namespaces, family) in [
            (&[DRAWING, WORD][..], Some(Dialect::Word)),
            (&["http://purl.oclc.org/ooxml/spreadsheetml/main", DRAWING], Some(Dialect::Sheet)),
            (&[DRAWING], Some(Dialect::Drawing)),
            (&["urn:oasis:names:tc:opendocument:xmlns:office:1.0"], Some(Dialect::Collapsing)),
            (&["http://schemas.microsoft.com/office/visio/2012/main"], Some(Dialect::Visio)),
            (&["00A77B3E", "http://example.invalid/"], None),
        ] {
            assert_eq!(declares(namespaces), family, "{namespaces:?}");
        }
    }

    #[test]
    fn white_space_is_what_the_program_shows() {
        assert_eq!(Dialect::Word.between("\n    "), "");
        assert_eq!(Dialect::Collapsing.between("\n    "), " ");
        assert_eq!(Dialect::Word.run("\n  SEC\n  "), "SEC");
        assert_eq!(Dialect::Word.run(" SEC "), " SEC ");
        assert_eq!(Dialect::Word.run("a\r\nb"), "a b");
        assert_eq!(Dialect::Sheet.run("机密\r\n\n植树"), "机密\u{2028}\u{2028}植树");
        assert_eq!(Dialect::Collapsing.run("a \n  b"), "a b");
        assert_eq!(Dialect::Word.run("\n \n"), "");
        assert_eq!(Dialect::Visio.between("植树\n机密"), "植树\u{2028}机密");
    }

    #[test]
    fn escapes_are_their_characters() {
        for (text, wanted) in [
            ("机密_x000D_\n", "机密\r\n"),
            ("_x673A__x5BC6_", "机密"),
            ("_x005F_x000D_", "_x000D_"),
            ("a_xyz_x00_b_x0041", "a_xyz_x00_b_x0041"),
            ("_x00e9_", "é"),
            ("_xD83C_", "\u{FFFD}"),
            ("_x机密机_", "_x机密机_"),
        ] {
            assert_eq!(unescaped(text), wanted, "{text}");
        }
        assert_eq!(Dialect::Word.within(Dialect::Drawing).unescaped("_x000D_"), "_x000D_");
    }
}
