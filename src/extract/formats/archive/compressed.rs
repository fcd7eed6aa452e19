//! Single files that were compressed: gzip, bzip2, xz, lzma, lzip, zstd. The member has the
//! file's name without the last extension; what is inside is identified as anything else.

use std::io::{self, BufReader, Read};

use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::members::{ASIDE, Members, decoder_kib, trailing};
use crate::extract::support::streams::{Codec, Streams};
use crate::extract::support::{names, strings};
use crate::model::{Format, GapReason, Part, PartKind};

/// Reads single compressed files.
pub(in crate::extract) struct Compressed;

impl Extractor for Compressed {
    fn formats(&self) -> &'static [Format] {
        &[Format::Compressed]
    }

    fn reads_its_end(&self) -> bool {
        true
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let codec = Codec::of(input.head());
        let kib = decoder_kib(cx);
        let source = BufReader::new(input.into_reader());
        let mut streams = Streams::open(codec, source, kib).map_err(|e| reason_of(&e))?;
        let asides = streams.asides();
        let name = inner_name(cx.name());
        let budget = cx.budget();
        let outcome = {
            let mut metered = budget.metered(&mut streams);
            Members::default().stored(name.as_bytes(), &mut metered, cx)?;
            // To its end even if nobody asked for it: only there the checksums stand.
            io::copy(&mut metered, &mut io::sink())
        };
        let asides = std::mem::take(&mut *asides.borrow_mut());
        for raw in &asides.names {
            names::other_readings(raw, PartKind::EntryName, cx);
            cx.short(Part::only(PartKind::EntryName), &names::decoded(raw));
        }
        for raw in &asides.comments {
            cx.short(Part::labelled(PartKind::Property, "comment"), &names::decoded(raw));
        }
        strings::scan(&asides.bytes[..], Part::only(PartKind::Strings), ASIDE, cx)?;
        outcome.map_err(|e| reason_of(&e))?;
        streams.into_rest().map_or(Ok(()), |rest: BufReader<Box<dyn Read + '_>>| trailing(rest, cx))
    }
}

/// `report.tar.gz` holds `report.tar`, `report.tgz` too.
fn inner_name(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match file.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => match extension.to_ascii_lowercase().as_str() {
            "tgz" | "tbz" | "tbz2" | "txz" | "tzst" => format!("{stem}.tar"),
            "gz" | "bz2" | "xz" | "lzma" | "lz" | "zst" | "z" => stem.to_string(),
            _ => "content".to_string(),
        },
        _ => "content".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_member_has_the_name_without_the_compression() {
        for (name, wanted) in [
            ("方案.tar.gz", "方案.tar"),
            ("a/方案.tgz", "方案.tar"),
            ("plan.docx.xz", "plan.docx"),
            (".gz", "content"),
            ("plan.txt", "content"),
        ] {
            assert_eq!(inner_name(name), wanted);
        }
    }
}
