//! From bytes (and a name) to a format, the format the name claims, and why. Content decides;
//! a name is only compared with it. Nothing here reads files.

mod extension;
mod signature;
mod text;
mod zip;

use crate::model::{Format, Identified};

pub use extension::is_source_code;
pub use signature::is_bare_workbook;
pub use text::{Width, utf16_or_32};

/// Identifies content by its first bytes and compares with what the name claims.
pub fn identify(head: &[u8], name: Option<&str>) -> Identified {
    let (format, why) = by_content(head);
    let extension = name.and_then(extension::of);
    let claimed = extension.as_deref().and_then(Format::of_extension);
    let (format, why) = match (format, claimed) {
        // A message needs no header to be one, and what is read of a text is read of it too.
        (Format::Text, Some(Format::Mail)) => (Format::Mail, "a text that is named as a message"),
        // Nothing in a text shows that its commas separate cells.
        (Format::Text, Some(Format::Csv)) => (Format::Csv, "a text that is named as a table"),
        other => (other.0, why),
    };
    // Text, markup, mail and source are one family: a page without tags is no lie.
    let claimed = match claimed {
        // It has the name of the file it belongs to.
        _ if format == Format::Finder => None,
        Some(claimed) if is_textual(claimed) && is_textual(format) => Some(format),
        other => other,
    };
    Identified { format, extension, claimed, why: why.into() }
}

fn is_textual(format: Format) -> bool {
    use Format::{Csv, Empty, Html, Json, Mail, Mbox, Text, Xml};
    matches!(format, Text | Csv | Json | Html | Xml | Mail | Mbox | Empty)
}

fn by_content(head: &[u8]) -> (Format, &'static str) {
    if head.is_empty() {
        return (Format::Empty, "no bytes");
    }
    if let Some(found) = zip::identify(head).or_else(|| signature::identify(head)) {
        return found;
    }
    text::identify(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(head: &[u8]) -> Format {
        identify(head, None).format
    }

    #[test]
    fn content_decides() {
        for (head, wanted) in [
            (&b""[..], Format::Empty),
            (b"%PDF-1.7\n", Format::Pdf),
            (b"1 0 obj\n<</Type/Catalog>>", Format::Pdf),
            (b"{\\rtf1\\ansi", Format::Rtf),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Format::Cfb),
            (b"\x09\0\x04\0\x02\0\x10\0", Format::Cfb),
            (b"\x09\x04\x06\0\0\0\0\x01\0\0", Format::Cfb),
            (b"%!PS-Adobe-3.0\n%%BoundingBox: 0 0 595 842\n", Format::Postscript),
            (b"%!PS-AdobeFont-1.0: Fir\n", Format::Text),
            (b"\x1B%-12345X@PJL\r\n", Format::Postscript),
            (b"\xDE\x12\x04\x95\0\0\0\0", Format::Catalog),
            (b"\0\x05\x16\x07\0\x02\0\0", Format::Finder),
            (b"<mxfile host=\"a\"><diagram>x</diagram></mxfile>", Format::Xml),
            (b"\x89PNG\r\n\x1a\n....", Format::Image),
            (b"\x01\0\x09\0\0\x03\x20\0\0\0", Format::Image),
            (b"P6\n# drawn by hand\n1240 1754\n255\n\xFF", Format::Image),
            (b"P1 3 2\n1 0 1 0 1 0\n", Format::Image),
            (b"P2 Planning: 12 trees", Format::Text),
            (b"P6\n", Format::Text),
            (b"DDS \x7C\0\0\0\x07\x10\0\0", Format::Image),
            (b"\x1f\x8b\x08\0", Format::Compressed),
            (b"PK\x05\x06\0\0\0\0", Format::Zip),
            (b"<?xml version=\"1.0\"?><a/>", Format::Xml),
            (b"  <!DOCTYPE html><p>x", Format::Html),
            (b"<\0h\0t\0m\0l\0>\0<\0p\0>\0x\0", Format::Html),
            (b"\xFE\xFF\0<\0?\0x\0m\0l\0 \0v\0=\0'\0'\0?\0>\0<\0a\0/\0>", Format::Xml),
            (b"<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>x", Format::Html),
            (b"{\n  \"a\": 1}", Format::Json),
            (b"[{\"a\": 1}]", Format::Json),
            (b"[1] a footnote", Format::Text),
            (b"{a} set", Format::Text),
            (b"From: a@trees.example\r\nTo: b@trees.example\r\nSubject: x\r\n\r\nhi", Format::Mail),
            (b"From: somebody\nhello", Format::Text),
            ("机密★10年".as_bytes(), Format::Text),
            (b"\xBB\xFA\xC3\xDC\xA1\xEF10\xC4\xEA", Format::Text),
            (b"\x3A\x67\xC6\x5B\x05\x26\x31\0\x30\0\x74\x5E", Format::Text),
            (b"plain\0text with a NUL", Format::Text),
            (b"\x7fELF\x02\x01\x01\0", Format::Executable),
            (b"MZ\x90\0\x03\0\0\0", Format::Executable),
        ] {
            assert_eq!(format(head), wanted, "{:?}", String::from_utf8_lossy(head));
        }
        let noise: Vec<u8> = (0..2000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert_eq!(format(&noise), Format::Unknown);
    }

    #[test]
    fn a_table_of_text_goes_by_its_name() {
        assert_eq!(identify(b"a,b\n", Some("a.csv")).format, Format::Csv);
        assert_eq!(identify(b"%PDF-1.7\n", Some("a.csv")).format, Format::Pdf);
        assert!(identify(b"%PDF-1.7\n", Some("a.csv")).disagrees());
    }

    #[test]
    fn a_lie_is_told_and_a_family_resemblance_is_not() {
        assert!(identify(b"%PDF-1.7\n", Some("a.txt")).disagrees());
        assert!(identify(b"hello", Some("a.docx")).disagrees());
        assert!(!identify(b"hello", Some("a.html")).disagrees());
        assert!(!identify(b"hello", Some("a.unheard-of")).disagrees());
        assert!(!identify(b"", Some("a.docx")).disagrees());
    }
}
