//! The fuzz targets' harness over the samples and seeded mutations of them: what a fuzzer would find in
//! seconds is found here, without one. A process of its own does the work, so that a panic of ours, which
//! the driver would turn into a gap, ends it and fails the test. Searching by coverage is `.ci/soak`'s.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mizha::identify::identify;
use mizha::model::Format;

mod seeds;

#[path = "../../fuzz/src/lib.rs"]
#[allow(dead_code, unreachable_pub)]
mod harness;

/// Set in the process that does the work: where it writes what it is at.
const AT: &str = "MIZHA_TEST_REPLAY_AT";
/// Mutations of each sample.
const MUTATIONS: u64 = 12;
/// Samples longer than this are read as they are only.
const LONGEST: usize = 128 * 1024;
/// Time for all of it, far above what it takes: a hang fails instead of lasting for ever.
const PATIENCE: Duration = Duration::from_secs(900);

/// What a child that reads a file says, a record a line.
const TALK: &str = r#"{"Confined":"Full"}
{"Identified":[{"steps":["a.txt"],"part":null,"page":null},{"format":"text","extension":"txt","claimed":"text","why":"x"}]}
{"Segment":[{"steps":["a.txt"],"part":[null,"body",null,null],"page":null},{"text":"植树\n方案","own":[0,13],"units_before":0,"lines_before":0,"last":true,"cut_start":false,"cut_end":false,"unit":0,"cells":[[0,1,2]],"source_code":false,"layout":[[5,100]]}]}
{"Charge":4096}
{"Gap":[{"steps":["a.txt"],"part":null,"page":3},1,null]}
{"Picture":{"steps":["b.png"],"part":null,"page":null}}
"Done""#;

#[test]
fn no_mutation_of_a_sample_makes_a_reader_panic_or_hang() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("at");
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["fuzz_replay::child", "--exact"]).env(AT, &at).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the child starts");
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("its state") {
            break Some(status);
        }
        if begun.elapsed() > PATIENCE {
            child.kill().expect("it can be ended");
            break None;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let last = fs::read_to_string(&at).unwrap_or_default();
    assert!(status.is_some_and(|status| status.success()), "ended with {status:?} at {last}");
    assert!(last.starts_with("done "), "the child did nothing: {last}");
}

/// Not a test of its own: the process in which a panic is fatal.
#[test]
fn child() {
    let Some(at) = std::env::var_os(AT) else { return };
    let note = |text: &str| fs::write(&at, text).expect("the note is written");
    let where_it_is = at.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let last = fs::read_to_string(&where_it_is).unwrap_or_default();
        let _ = fs::write(&where_it_is, format!("{last}: panic at {place}"));
        std::process::abort();
    }));
    let inputs = inputs();
    for Input { name, format, bytes } in &inputs {
        let mutations = if bytes.len() > LONGEST { 0 } else { MUTATIONS };
        for number in 0..=mutations {
            note(&format!("{name}, mutation {number}"));
            let mutated = if number == 0 { bytes.clone() } else { mutated(bytes, number) };
            harness::read(*format, &mutated);
            if number % 4 == 1 {
                harness::scan(&mutated);
                harness::fold(&mutated[..mutated.len().min(4096)]);
            }
        }
    }
    for number in 0..400 {
        note(&format!("a child's talk, mutation {number}"));
        harness::listen(&mutated(TALK.as_bytes(), number));
    }
    note(&format!("done {}", inputs.len()));
}

/// For as long as one likes: `MIZHA_REPLAY_SECONDS=600 MIZHA_REPLAY_FORMAT=html cargo test --test it -- --ignored
/// --nocapture fuzz_replay::soak`. A panic ends it; at its end it says how many mutations it read, and how long the
/// slowest took.
#[test]
#[ignore = "runs for as long as it is told"]
fn soak() {
    let told = |name: &str| std::env::var(name).unwrap_or_default();
    let time = Duration::from_secs(told("MIZHA_REPLAY_SECONDS").parse().unwrap_or(600));
    let of = told("MIZHA_REPLAY_FORMAT");
    let is_meant = |input: &Input| of.is_empty() || input.format.as_str() == of;
    let inputs: Vec<Input> = inputs().into_iter().filter(|i| is_meant(i) && i.bytes.len() <= LONGEST).collect();
    assert!(!inputs.is_empty(), "no input is {of}");
    let (begun, mut count, mut slowest) = (Instant::now(), 0u64, (Duration::ZERO, String::new()));
    'all: for number in 1u64.. {
        for Input { name, format, bytes } in &inputs {
            if begun.elapsed() > time {
                break 'all;
            }
            let one = Instant::now();
            harness::read(*format, &mutated(bytes, number));
            count += 1;
            slowest = slowest.max((one.elapsed(), format!("{name}, mutation {number}")));
        }
    }
    println!("{of}: {count} mutations of {} inputs, the slowest {:?} ({})", inputs.len(), slowest.0, slowest.1);
}

/// What is mutated.
struct Input {
    name: String,
    format: Format,
    bytes: Vec<u8>,
}

/// The samples, and what none of them is like.
fn inputs() -> Vec<Input> {
    let named = |name: String, bytes: Vec<u8>| {
        let format = identify(&bytes, Some(&name)).format;
        Input { name, format, bytes }
    };
    let samples = samples().into_iter().map(|path| (path.display().to_string(), fs::read(&path).expect("a sample")));
    let seeds = seeds::seeds().into_iter().map(|(name, bytes)| (name.to_string(), bytes));
    samples.chain(seeds).map(|(name, bytes)| named(name, bytes)).collect()
}

#[test]
fn every_reader_of_what_a_person_opens_has_an_input() {
    use Format::{Cfb, Csv, Docx, Html, Image, Json, Mail, Ofd, Opc, Pdf, Pptx, Rtf, Text, Xlsx, Xml, Zip};
    let inputs = inputs();
    for format in [Cfb, Csv, Docx, Html, Image, Json, Mail, Ofd, Opc, Pdf, Pptx, Rtf, Text, Xlsx, Xml, Zip] {
        assert!(inputs.iter().any(|input| input.format == format), "{}", format.as_str());
    }
}

/// The lock file of the fuzz targets names what the program is made of today.
#[test]
fn the_fuzz_targets_are_locked_to_what_this_program_needs() {
    let read = |path: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        fs::read_to_string(path).expect("it is there").parse::<toml::Table>().expect("it is TOML")
    };
    let locked = |lock: &toml::Table| {
        let packages = lock["package"].as_array().expect("packages").clone();
        let ours = packages.into_iter().find(|package| package["name"].as_str() == Some("mizha")).expect("ours");
        let names = ours["dependencies"].as_array().expect("what it needs").clone();
        names.into_iter().filter_map(|name| name.as_str()?.split(' ').next().map(str::to_string)).collect::<Vec<_>>()
    };
    let (all, fuzzed) = (locked(&read("Cargo.lock")), locked(&read("fuzz/Cargo.lock")));
    let needed = read("Cargo.toml")["dependencies"].as_table().expect("dependencies").clone();
    for (name, said) in needed {
        let is_optional = said.get("optional").and_then(toml::Value::as_bool) == Some(true);
        let is_missing = all.contains(&name) && !fuzzed.contains(&name);
        assert!(is_optional || !is_missing, "fuzz/Cargo.lock does not know {name}: run cargo metadata in fuzz");
    }
}

fn samples() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")];
    let mut samples = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of samples") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => samples.push(path),
            }
        }
    }
    samples.sort();
    assert!(samples.len() > 100, "only {} samples", samples.len());
    samples
}

/// A few bytes changed, a stretch doubled, moved or cut off, as the seed says.
fn mutated(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ bytes.len() as u64;
    let mut below = |most: usize| {
        // SplitMix64 (Steele, Lea and Flood 2014).
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % most.max(1) as u64) as usize
    };
    let mut bytes = bytes.to_vec();
    for _ in 0..=below(6) {
        let (from, to) = (below(bytes.len()), below(bytes.len()));
        let (from, to) = (from.min(to), from.max(to));
        match below(6) {
            0 => bytes.truncate(to),
            1 => drop(bytes.drain(from..to.min(from + 64))),
            2 => {
                let stretch = bytes[from..to.min(from + 256)].to_vec();
                bytes.splice(to..to, stretch);
            }
            3 if !bytes.is_empty() => bytes[from] = 0xFF,
            4 if !bytes.is_empty() => bytes[from] = 0,
            _ if !bytes.is_empty() => bytes[from] ^= 1 << below(8),
            _ => {}
        }
    }
    bytes
}

#[test]
fn a_mutation_is_the_same_each_time_and_another_for_each_seed() {
    let bytes: Vec<u8> = (0..=255).collect();
    assert_eq!(mutated(&bytes, 3), mutated(&bytes, 3));
    assert_ne!(mutated(&bytes, 3), mutated(&bytes, 4));
    assert_eq!(mutated(&[], 1), mutated(&[], 1), "nothing can be mutated too");
}
