//! What every fuzz target does: hand bytes to one extractor within a small budget, and hold what it
//! tells to its contract. A panic inside an extractor is a crash here, though the driver would
//! make it a gap.

use mizha::extract::{Budget, Cx, Input, Sink, extractor_for};
use mizha::model::{Format, Gap, Identified, Limits, Location, Segment};
use mizha::scan::Scanner;

/// Reads bytes as a format, with random access and as a stream.
pub fn read(format: Format, data: &[u8]) {
    let limits = Limits {
        total_bytes: 16 << 20,
        entry_bytes: 8 << 20,
        held_bytes: 8 << 20,
        entries: 200,
        nesting: 4,
        ..Limits::default()
    };
    let Some(extractor) = extractor_for(format) else { return };
    for as_stream in [false, true] {
        let budget = Budget::new(&limits, &|| false);
        let mut contract = Contract::default();
        let mut cx = Cx::new(&mut contract, &budget);
        let input = if as_stream { Input::stream(data) } else { Ok(Input::bytes(data)) };
        if let Ok(input) = input {
            let _ = extractor.extract(input, &mut cx);
        }
    }
}

/// Reads bytes with everything behind extraction: folding, matching, weighing.
pub fn scan(data: &[u8]) {
    thread_local! {
        static SCANNER: Scanner = Scanner::builtin().expect("the built-in packs are valid");
    }
    SCANNER.with(|scanner| {
        let report = scanner.scan_bytes(Some("a.txt"), data);
        assert!(report.findings.len() <= 100_000);
    });
}

/// Holds windows to what the stages behind extraction rely on.
#[derive(Default)]
struct Contract {
    windows: u64,
}

impl Sink for Contract {
    fn segment(&mut self, segment: Segment<'_>) {
        self.windows += 1;
        let own = &segment.own;
        assert!(own.start <= own.end && own.end <= segment.text.len(), "a window owns what it has");
        assert!(segment.text.is_char_boundary(own.start) && segment.text.is_char_boundary(own.end));
        assert!(segment.cells.is_sorted_by_key(|(unit, _)| *unit), "cells stand in order");
        assert!(self.windows < 5_000_000, "the budget bounds the windows");
    }

    fn gap(&mut self, _: Gap) {}

    fn identified(&mut self, _: &Location, _: &Identified) {}
}
