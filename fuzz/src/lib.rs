//! What every fuzz target does: hand bytes to one extractor within a small budget, and hold what it
//! tells to its contract. A panic in our code is a crash here, though the driver would make it a
//! gap. A panic inside a foreign parser is the gap the driver makes of it; what it allocates without
//! bound, hangs in or overflows is a crash all the same.

use std::io::{Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;
use std::time::{Duration, Instant};

use mizha::extract::{Budget, Input, Isolation, Listener, ReadOutcome, Sink, context, extractor_for};
use mizha::model::{Format, Gap, GapReason, Identified, Limits, Location, Segment};
use mizha::ocr::{Bounds, Engine};
use mizha::scan::{Options, Scanner};
use zip::write::{SimpleFileOptions, ZipWriter};

/// Time after which extraction is told to stop. What runs on until libFuzzer's time limit is a hang.
const TIME: Duration = Duration::from_secs(2);

/// Reads bytes as a format, with random access and as a stream.
pub fn read(format: Format, data: &[u8]) {
    spare_foreign_panics();
    let limits = Limits {
        total_bytes: 16 << 20,
        entry_bytes: 8 << 20,
        held_bytes: 8 << 20,
        entries: 200,
        nesting: 4,
        ..Limits::default()
    };
    let extractor = extractor_for(format).expect("the format has an extractor");
    for as_stream in [false, true] {
        let begun = Instant::now();
        let expired = || begun.elapsed() > TIME;
        let budget = Budget::new(&limits, &expired);
        let mut contract = Contract::default();
        let blind = Engine::open(None);
        let mut cx = context(&mut contract, &budget).with_isolation(Isolation::Inside(&blind));
        let input = if as_stream { Input::stream(data) } else { Ok(Input::bytes(data)) };
        if let Ok(input) = input {
            // Only foreign panics come this far: the hook ends the process at ours.
            let _ = catch_unwind(AssertUnwindSafe(|| extractor.extract(input, &mut cx)));
        }
    }
}

/// Decodes bytes as a picture; what is handed on is no larger than allowed.
pub fn decode(data: &[u8]) {
    spare_foreign_panics();
    let bounds = Bounds { pixels: 1 << 20, pages: 8 };
    let mut pages = 0;
    let _ = catch_unwind(AssertUnwindSafe(|| {
        mizha::ocr::decode(data, bounds, &mut |_, picture| {
            pages += 1;
            assert!(u64::from(picture.width()) * u64::from(picture.height()) <= bounds.pixels);
            Ok(())
        })
    }));
    assert!(pages <= bounds.pages);
}

/// Reads bytes as each of these parts of one package.
pub fn read_as_parts(names: &[&str], data: &[u8]) {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for name in names {
        package.start_file(*name, stored).expect("the name is valid");
        package.write_all(data).expect("memory takes it");
    }
    let package = package.finish().expect("memory takes it").into_inner();
    read(Format::Zip, &package);
}

/// Lets panics of crates from a registry unwind silently; libFuzzer's hook ends the process at all others.
fn spare_foreign_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let fatal = take_hook();
        set_hook(Box::new(move |panic| {
            let foreign = panic.location().is_some_and(|at| at.file().contains("/registry/src/"));
            if !foreign {
                fatal(panic);
            }
        }));
    });
}

/// Listens to a child that says these bytes: each line a record with the right length before it, or all of them as they
/// come. Whatever it says, listening ends, and no window breaks the contract.
pub fn listen(data: &[u8]) {
    let wire = match data.strip_prefix(b"raw") {
        Some(raw) => raw.to_vec(),
        None => {
            let framed = |line: &[u8]| [&(line.len() as u32).to_le_bytes()[..], line].concat();
            data.split(|byte| *byte == b'\n').flat_map(framed).collect()
        }
    };
    let limits = Limits { total_bytes: 16 << 20, ..Limits::default() };
    let begun = Instant::now();
    let expired = || begun.elapsed() > TIME;
    let budget = Budget::new(&limits, &expired);
    let (mut contract, at) = (Contract::default(), Location::item());
    let ended = mizha::isolate::listen(&wire[..], &mut Listener::new(&mut contract, &at, &budget));
    let is_confined = data.starts_with(b"{\"Confined\"") || data.starts_with(b"raw");
    assert!(
        is_confined || matches!(ended, ReadOutcome::Stopped(GapReason::NoReader(_))),
        "an unconfined child was believed"
    );
}

/// Runs what may panic in a crate from a registry; a panic of ours is a crash.
pub fn foreign<T>(run: impl FnOnce() -> T) {
    spare_foreign_panics();
    let _ = catch_unwind(AssertUnwindSafe(run));
}

/// Reads bytes with everything behind extraction: folding, matching, weighing.
pub fn scan(data: &[u8]) {
    spare_foreign_panics();
    thread_local! {
        static SCANNER: Scanner = Scanner::builtin().expect("the built-in packs are valid");
    }
    SCANNER.with(|scanner| {
        let report = scanner.scan_bytes(Some("a.txt"), data);
        assert!(report.findings.len() <= 100_000);
    });
}

/// Folding what matters gives the findings that folding everything gives.
pub fn fold(data: &[u8]) {
    spare_foreign_panics();
    thread_local! {
        static SCANNERS: [Scanner; 2] = {
            let usual = Scanner::builtin().expect("the built-in packs are valid");
            let plain = Options { fold_all: true, ..Options::default() };
            [usual.clone(), Scanner::new(usual.rules().clone(), plain)]
        };
    }
    let text = String::from_utf8_lossy(data);
    SCANNERS.with(|scanners| {
        let [usual, plain] = scanners.each_ref().map(|scanner| scanner.scan_message(&*text));
        assert!(format!("{:?}", usual.findings) == format!("{:?}", plain.findings), "the findings differ");
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
