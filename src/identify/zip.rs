//! Zip packages, told apart by the names of their first members.

use crate::model::Format;

/// A zip, refined by the local headers the head shows.
pub(super) fn identify(head: &[u8]) -> Option<(Format, &'static str)> {
    if head.starts_with(b"PK\x05\x06") {
        return Some((Format::Zip, "empty zip archive"));
    }
    // A spanned or self-extracting archive may carry a few bytes before its first member.
    let start = if head.starts_with(b"PK\x07\x08PK\x03\x04") { 4 } else { 0 };
    if !head[start..].starts_with(b"PK\x03\x04") {
        return None;
    }
    let mut package = None;
    for (at, _) in head.windows(4).enumerate().filter(|(_, window)| *window == b"PK\x03\x04") {
        let Some(header) = head.get(at..at + 30) else { break };
        let length = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
        let Some(name) = head.get(at + 30..at + 30 + length(26)) else {
            break;
        };
        let data = at + 30 + length(26) + length(28);
        let found = match name {
            b"mimetype" if head[data.min(head.len())..].starts_with(b"application/vnd.oasis.opendocument") => {
                (Format::Odf, "zip with an OpenDocument mimetype")
            }
            b"OFD.xml" => (Format::Ofd, "zip with OFD.xml"),
            name if name.starts_with(b"word/") => (Format::Docx, "zip with a word/ part"),
            name if name.starts_with(b"xl/") => (Format::Xlsx, "zip with an xl/ part"),
            name if name.starts_with(b"ppt/") => (Format::Pptx, "zip with a ppt/ part"),
            b"[Content_Types].xml" => {
                package = Some((Format::Opc, "zip with [Content_Types].xml"));
                continue;
            }
            _ => continue,
        };
        return Some(found);
    }
    Some(package.unwrap_or((Format::Zip, "zip signature")))
}
