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

pub(super) use compound::stream_of;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::driver::{Budget, Context, Input, Sink};
    use crate::model::{Feature, Gap, GapReason, Identified, Limits, Location, Segment};

    /// The table of a build that lacks the reader of one format.
    struct Without(Format);

    impl Formats for Without {
        fn extractor(&self, format: Format) -> Option<&'static dyn Extractor> {
            if format == self.0 { None } else { Table.extractor(format) }
        }
    }

    #[derive(Default)]
    struct Gaps(Vec<Gap>);

    impl Sink for Gaps {
        fn segment(&mut self, _: Segment<'_>) {}
        fn gap(&mut self, gap: Gap) {
            self.0.push(gap);
        }
        fn identified(&mut self, _: &Location, _: &Identified) {}
    }

    #[test]
    fn what_a_build_lacks_is_a_gap_that_names_the_feature() {
        let sample = |name: &str| std::fs::read(format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR")));
        for (name, format, feature) in [
            ("archives/clean-rar5.rar", Format::Rar, Feature::Young),
            ("pdf/clean-letter.pdf", Format::Pdf, Feature::Pdf),
        ] {
            let (mut gaps, limits) = (Gaps::default(), Limits::default());
            let budget = Budget::new(&limits, &|| false);
            let bytes = sample(name).expect("a sample");
            Context::new(&Without(format), &mut gaps, &budget).open(name, Input::bytes(&bytes));
            let told: Vec<_> = gaps.0.iter().map(|gap| (gap.reason, gap.format)).collect();
            assert_eq!(told, [(GapReason::Feature(feature), Some(format))], "{name}");
            let json = serde_json::to_value(&gaps.0[0]).expect("JSON");
            assert_eq!((&json["reason"], &json["cause"]), (&"unsupported".into(), &feature.as_str().into()));
        }
    }

    #[test]
    fn no_build_has_the_reader_and_lacks_its_feature() {
        assert_eq!(Table.extractor(Format::Rar).is_some(), cfg!(feature = "young"));
        assert_eq!(Table.extractor(Format::Pdf).is_some(), cfg!(feature = "pdf"));
    }
}
