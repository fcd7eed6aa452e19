//! A Word package built by hand: a skeleton, and parts that replace or join it.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

const W: &str = concat!(
    r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" "#,
    r#"xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" "#,
    r#"xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" "#,
    r#"xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" "#,
    r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" "#,
    r#"xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" "#,
    r#"xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office""#
);

/// Zips named parts in order, with a fixed date, so that the bytes never change.
pub(crate) fn zip(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in parts {
        writer.start_file(name.as_str(), options).expect("a new member");
        writer.write_all(bytes).expect("written to memory");
    }
    writer.finish().expect("finished in memory").into_inner()
}

/// Parts of text for [`zip`].
pub(crate) fn named(parts: Vec<(&str, String)>) -> Vec<(String, Vec<u8>)> {
    parts.into_iter().map(|(name, text)| (name.to_string(), text.into_bytes())).collect()
}

/// A paragraph with one run.
pub(crate) fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

/// A part's root element around `inner`.
pub(crate) fn root(name: &str, inner: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:{name} {W}>{inner}</w:{name}>")
}

/// A Word document in the making.
pub(crate) struct Docx {
    parts: Vec<(String, Vec<u8>)>,
}

impl Docx {
    /// A document with this body and the usual parts.
    pub(crate) fn new(body: &str) -> Self {
        let document = root("document", &format!("<w:body>{body}<w:sectPr/></w:body>"));
        Docx { parts: Vec::new() }
            .part("[Content_Types].xml", CONTENT_TYPES)
            .part("_rels/.rels", RELATIONSHIPS)
            .part("word/document.xml", &document)
    }

    /// An ordinary letter with nothing to find, to hide one part in.
    pub(crate) fn letter() -> Self {
        Docx::new(&letter_body())
    }

    /// Adds a part, or replaces it.
    pub(crate) fn part(self, name: &str, xml: &str) -> Self {
        self.bytes(name, xml.as_bytes().to_vec())
    }

    /// Adds a part of any bytes, or replaces it.
    pub(crate) fn bytes(mut self, name: &str, bytes: Vec<u8>) -> Self {
        match self.parts.iter_mut().find(|(known, _)| known == name) {
            Some(part) => part.1 = bytes,
            None => self.parts.push((name.to_string(), bytes)),
        }
        self
    }

    /// The package.
    pub(crate) fn build(&self) -> Vec<u8> {
        zip(&self.parts)
    }
}

/// The text of an ordinary letter.
pub(crate) fn letter_body() -> String {
    ["关于开展秋季植树活动的通知", "各部门：", "定于下周六上午组织植树，请自备手套和饮水。", "星河镇花木站（虚构）"]
        .map(p)
        .concat()
}

const CONTENT_TYPES: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "\n",
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
    r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
    r#"<Default Extension="xml" ContentType="application/xml"/>"#,
    r#"<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>"#,
    "</Types>"
);

const RELATIONSHIPS: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "\n",
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    r#"<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>"#,
    "</Relationships>"
);
