//! A file or a folder a format, and the one table of their readers. No format names another but
//! `xml`, the one reader that several share.

mod archive;
mod binary;
mod catalog;
mod compound;
mod finder;
mod html;
mod image;
mod json;
mod mail;
mod page_language;
#[cfg(feature = "pdf")]
mod pdf;
mod rtf;
mod text;
mod xml;
mod zip;

use crate::extract::driver::{Extractor, Formats};
use crate::model::Format;

/// The extractors. A format in no row is a gap: unsupported.
const EXTRACTORS: &[&dyn Extractor] = &[
    &text::Text,
    &text::Table,
    &json::Json,
    &zip::Zip,
    &compound::Compound,
    &html::Html,
    &rtf::Rtf,
    &mail::Mail,
    &mail::Mbox,
    &mail::Tnef,
    &mail::Smime,
    &xml::Xml,
    #[cfg(feature = "pdf")]
    &pdf::Pdf,
    &archive::Compressed,
    &archive::Tar,
    &archive::Ar,
    &archive::Cpio,
    &archive::SevenZip,
    #[cfg(feature = "young")]
    &archive::Rar,
    &archive::Cab,
    &archive::Iso,
    &image::Picture,
    &image::Recording,
    &page_language::PageLanguage,
    &catalog::Catalog,
    &finder::Finder,
    &binary::Binary,
];

/// The table of all formats.
pub struct Table;

impl Formats for Table {
    fn extractor(&self, format: Format) -> Option<&'static dyn Extractor> {
        EXTRACTORS.iter().copied().find(|extractor| extractor.formats().contains(&format))
    }
}
