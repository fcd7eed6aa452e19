//! The program says which crates it is made of, in the format that `cargo auditable` documents: readers find there
//! what an advisory names.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

/// The bytes of a section of a 64-bit ELF file of this byte order.
fn section<'f>(file: &'f [u8], wanted: &str) -> Option<&'f [u8]> {
    let number = |at: usize, bytes: usize| {
        file.get(at..at + bytes).map(|bytes| bytes.iter().rev().fold(0, |n, byte| n << 8 | usize::from(*byte)))
    };
    let (table, size, count, names) = (number(40, 8)?, number(58, 2)?, number(60, 2)?, number(62, 2)?);
    let body = |index: usize| {
        let header = table + index * size;
        let (offset, length) = (number(header + 24, 8)?, number(header + 32, 8)?);
        Some((number(header, 4)?, file.get(offset..offset + length)?))
    };
    let (_, names) = body(names)?;
    (0..count).filter_map(body).find_map(|(name, bytes)| {
        let name = names.get(name..)?.split(|byte| *byte == 0).next()?;
        (name == wanted.as_bytes()).then_some(bytes)
    })
}

fn listed() -> Vec<Value> {
    let program = fs::read(env!("CARGO_BIN_EXE_mizha")).expect("the program");
    let stream = section(&program, ".dep-v0").expect("the section");
    let mut json = Vec::new();
    flate2::read::ZlibDecoder::new(stream).read_to_end(&mut json).expect("a zlib stream");
    let mut said: Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(said["format"], 1);
    serde_json::from_value(said["packages"].take()).expect("a list")
}

fn text<'v>(package: &'v Value, key: &str) -> &'v str {
    package[key].as_str().unwrap_or_default()
}

#[test]
fn the_program_carries_the_list_of_its_crates() {
    let packages = listed();
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).expect("the lock file");
    let lock: toml::Table = toml::from_str(&lock).expect("TOML");
    let locked: BTreeSet<(&str, &str)> = lock["package"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|package| Some((package.get("name")?.as_str()?, package.get("version")?.as_str()?)))
        .collect();
    for package in &packages {
        assert!(locked.contains(&(text(package, "name"), text(package, "version"))), "{package}");
    }
    let roots: Vec<&Value> = packages.iter().filter(|package| package["root"] == true).collect();
    assert_eq!(roots.len(), 1);
    assert_eq!((text(roots[0], "name"), text(roots[0], "source")), ("mizha", "local"));
    let kind = |name: &str| {
        let found: Vec<&Value> = packages.iter().filter(|package| package["name"] == name).collect();
        found.first().map(|package| (text(package, "source"), package.get("kind").and_then(Value::as_str)))
    };
    // What runs, what only builds, and what is for tests or other systems.
    for name in ["encoding_rs", "zip", "hayro-syntax", "rten"] {
        assert_eq!(kind(name), Some(("crates.io", None)), "{name}");
    }
    for name in ["serde_derive", "syn"] {
        assert_eq!(kind(name), Some(("crates.io", Some("build"))), "{name}");
    }
    for name in ["proptest", "daachorse", "windows-sys", "ctrlc"] {
        assert_eq!(kind(name), None, "{name}");
    }
}

#[test]
fn the_list_is_a_tree_without_loops_below_its_root() {
    let packages = listed();
    let needs = |at: usize| -> Vec<usize> {
        let needs = packages[at]["dependencies"].as_array().into_iter().flatten();
        needs.map(|at| usize::try_from(at.as_u64().expect("a number")).expect("a place")).collect()
    };
    // Taken from it again and again is what nothing that is left needs.
    let mut left: BTreeSet<usize> = (0..packages.len()).collect();
    let root = packages.iter().position(|package| package["root"] == true).expect("a root");
    let mut order: Vec<usize> = Vec::new();
    while !left.is_empty() {
        let needed: BTreeSet<usize> = left.iter().flat_map(|at| needs(*at)).collect();
        let free: Vec<usize> = left.iter().copied().filter(|at| !needed.contains(at)).collect();
        assert!(!free.is_empty(), "a loop among {left:?}");
        order.extend(&free);
        left = needed;
    }
    assert_eq!(order[0], root);
    assert!(needs(root).len() > 40, "{:?}", packages[root]);
}
