//! The list of crates a program is made of, in the format that `cargo auditable` documents, so that `cargo audit bin` and
//! other readers find what an advisory names in the program itself: JSON, as a zlib stream, in the section `.dep-v0`.
//! Cargo is asked for it, for this target and these features. Where it cannot be had there is none, and a warning.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use serde_json::{Value, json};

/// Longest stored block of a deflate stream (RFC 1951, 3.2.4).
const BLOCK: usize = 0xFFFF;

/// Writes the list into a folder, and sets `dependencies` where there is one.
pub(crate) fn write(out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo:rustc-check-cfg=cfg(dependencies)");
    println!("cargo:rerun-if-changed=Cargo.toml");
    println!("cargo:rerun-if-changed=Cargo.lock");
    // Without the program nobody carries it. Below a registry what is built need not be what our own lock file names.
    let manifest = env::var("CARGO_MANIFEST_DIR")?;
    if env::var_os("CARGO_FEATURE_CLI").is_none() || manifest.contains("/registry/src/") {
        return Ok(());
    }
    match list() {
        Ok(list) => {
            fs::write(out.join("dependencies"), zlib(list.to_string().as_bytes()))?;
            println!("cargo:rustc-cfg=dependencies");
        }
        Err(e) => println!("cargo:warning=the program will not say which crates it is made of: {e}"),
    }
    Ok(())
}

/// What cargo says of this build.
fn list() -> Result<Value, Box<dyn Error>> {
    let features = env::vars().filter_map(|(key, _)| Some(key.strip_prefix("CARGO_FEATURE_")?.to_ascii_lowercase()));
    let features = features.collect::<Vec<_>>().join(",");
    let mut cargo = Command::new(env::var_os("CARGO").ok_or("CARGO is not set")?);
    cargo.args(["metadata", "--format-version", "1", "--frozen", "--no-default-features", "--features", &features]);
    let said = cargo.args(["--filter-platform", &env::var("TARGET")?]).output()?;
    if !said.status.success() {
        return Err(String::from_utf8_lossy(&said.stderr).lines().next().unwrap_or("cargo metadata failed").into());
    }
    let said: Value = serde_json::from_slice(&said.stdout)?;
    let resolve = &said["resolve"];
    let root = resolve["root"].as_str().ok_or("cargo names no root")?;
    let packages: BTreeMap<&str, &Value> = by_id(&said["packages"]);
    let nodes: BTreeMap<&str, &Value> = by_id(&resolve["nodes"]);
    let runtime = reached(&nodes, root, |from, kind| kind.is_none() && !is_macro(packages.get(from)));
    let all = reached(&nodes, root, |_, kind| kind != Some("dev"));
    let mut order: Vec<&str> = all.iter().copied().collect();
    order.sort_by_key(|id| packages.get(id).map(|package| (package["name"].as_str(), package["version"].as_str())));
    let place = |id: &str| order.iter().position(|other| *other == id);
    let listed = order.iter().filter_map(|id| {
        let package = packages.get(id)?;
        let needed = needs(nodes.get(id)?, &|kind| kind != Some("dev")).filter_map(place).collect::<BTreeSet<_>>();
        let mut listed = json!({ "name": package["name"], "version": package["version"], "source": source(package) });
        if !runtime.contains(id) || is_macro(Some(package)) {
            listed["kind"] = "build".into();
        }
        if !needed.is_empty() {
            listed["dependencies"] = needed.into_iter().collect();
        }
        if *id == root {
            listed["root"] = true.into();
        }
        Some(listed)
    });
    // By the documentation 1 is: from `cargo metadata`, and macros are told from what runs.
    Ok(json!({ "packages": listed.collect::<Vec<_>>(), "format": 1 }))
}

fn by_id(list: &Value) -> BTreeMap<&str, &Value> {
    list.as_array().into_iter().flatten().filter_map(|entry| Some((entry["id"].as_str()?, entry))).collect()
}

/// What a package needs in one of the wanted ways: none of the names of a kind is the usual one, at run time.
fn needs<'v>(node: &'v Value, is_wanted: &dyn Fn(Option<&str>) -> bool) -> impl Iterator<Item = &'v str> {
    let wanted = node["deps"].as_array().into_iter().flatten().filter(|needed| {
        needed["dep_kinds"].as_array().into_iter().flatten().any(|kind| is_wanted(kind["kind"].as_str()))
    });
    let wanted: Vec<&str> = wanted.filter_map(|needed| needed["pkg"].as_str()).collect();
    wanted.into_iter()
}

/// All packages to which steps lead that are wanted: from a package, by a kind of need.
fn reached<'v>(
    nodes: &BTreeMap<&'v str, &'v Value>,
    root: &'v str,
    is_wanted: impl Fn(&str, Option<&str>) -> bool,
) -> BTreeSet<&'v str> {
    let (mut reached, mut left) = (BTreeSet::from([root]), vec![root]);
    while let Some(from) = left.pop() {
        let Some(node) = nodes.get(from) else { continue };
        left.extend(needs(node, &|kind| is_wanted(from, kind)).filter(|needed| reached.insert(needed)));
    }
    reached
}

fn is_macro(package: Option<&&Value>) -> bool {
    let targets = package.and_then(|package| package["targets"].as_array()).into_iter().flatten();
    targets.flat_map(|target| target["kind"].as_array().into_iter().flatten()).any(|kind| kind == "proc-macro")
}

fn source(package: &Value) -> &'static str {
    match package["source"].as_str() {
        None => "local",
        Some("registry+https://github.com/rust-lang/crates.io-index") => "crates.io",
        Some(source) if source.starts_with("git+") => "git",
        Some(_) => "registry",
    }
}

/// A zlib stream (RFC 1950) of blocks that are stored as they are: 30 kB more or less weigh nothing beside the program.
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks = bytes.chunks(BLOCK).count();
    for (at, block) in bytes.chunks(BLOCK).enumerate() {
        let length = block.len() as u16;
        stream.push(u8::from(at + 1 == blocks));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    stream.extend((b << 16 | a).to_be_bytes());
    stream
}
