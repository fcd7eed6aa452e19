//! Samples damaged at random: reading them ends within the budget, and a panic is a fault of
//! ours, for extraction is called here without the net that turns panics into gaps.

use std::fs;
use std::path::Path;

use mizha::extract::{Budget, Cx, Input, Sink, extractor_for};
use mizha::model::{Format, Gap, Identified, Limits, Location, Segment};
use proptest::prelude::*;

struct Nobody;

impl Sink for Nobody {
    fn segment(&mut self, _: Segment<'_>) {}
    fn gap(&mut self, _: Gap) {}
    fn identified(&mut self, _: &Location, _: &Identified) {}
}

/// The compound files among the samples, and workbooks without their envelope.
fn compound_files() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/legacy");
    let mut paths: Vec<_> = fs::read_dir(folder).expect("samples").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let files = paths.into_iter().map(|path| fs::read(path).expect("a sample"));
    let is_one = |bytes: &[u8]| bytes.starts_with(b"\xD0\xCF\x11\xE0") || bytes.starts_with(b"\x09");
    files.filter(|bytes| is_one(bytes) && bytes.len() < 64 * 1024).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn damaged_compound_files_end(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        cut in any::<Option<prop::sample::Index>>(),
    ) {
        thread_local! {
            static FILES: Vec<Vec<u8>> = compound_files();
        }
        let mut bytes = FILES.with(|files| files[which.index(files.len())].clone());
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let limits = Limits { total_bytes: 64 << 20, held_bytes: 16 << 20, ..Limits::default() };
        let budget = Budget::new(&limits, &|| false);
        let reader = extractor_for(Format::Cfb).expect("a reader of compound files");
        let _ = reader.extract(Input::bytes(&bytes), &mut Cx::new(&mut Nobody, &budget));
    }
}
