//! The rooms of the crate know only whom ARCHITECTURE.md lets them know. Reads the sources,
//! collects every `crate::room`, and compares with the table there; also keeps the invariants
//! of absence that a text can show.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms with their sources, test modules and comments taken out.
fn rooms() -> BTreeMap<String, Vec<(PathBuf, String)>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut rooms: BTreeMap<String, Vec<(PathBuf, String)>> = BTreeMap::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a source folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let below = path.strip_prefix(&source).expect("below src");
            let room = below.components().next().expect("a component").as_os_str().to_string_lossy();
            let room = room.trim_end_matches(".rs").to_string();
            let text = fs::read_to_string(&path).expect("readable source");
            rooms.entry(room).or_default().push((below.to_path_buf(), code(&text)));
        }
    }
    rooms
}

/// The code before the test module, without comments.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Every room named after `crate::` (or `mizha::` in the program), inside braces too.
fn named(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for prefix in ["crate::", "mizha::"] {
        for (at, _) in code.match_indices(prefix) {
            let rest = &code[at + prefix.len()..];
            if let Some(group) = rest.strip_prefix('{') {
                let mut depth = 0;
                let mut word = String::new();
                let mut first = true;
                for c in group.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            if first {
                                names.insert(word.trim().to_string());
                            }
                            (word, first) = (String::new(), true);
                        }
                        ':' if depth == 0 && first => {
                            names.insert(word.trim().to_string());
                            first = false;
                        }
                        _ => word.push(c),
                    }
                }
                if first && !word.trim().is_empty() {
                    names.insert(word.trim().to_string());
                }
            } else {
                names.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            }
        }
    }
    names
}

/// The table in ARCHITECTURE.md: `| room | may name |`.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let text = fs::read_to_string(path).expect("ARCHITECTURE.md");
    let start = text.find("| room | may name |").expect("the table of rooms");
    text[start..]
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let known = cells[1].split(',').map(|name| name.trim().to_string()).filter(|name| name != "nothing");
            (cells[0].to_string(), known.collect())
        })
        .collect()
}

#[test]
fn every_arrow_is_in_the_table() {
    let rooms = rooms();
    let table = table();
    let mut wrong = Vec::new();
    for (room, files) in rooms.iter().filter(|(room, _)| !["lib", "main"].contains(&room.as_str())) {
        let Some(allowed) = table.get(room) else {
            wrong.push(format!("{room} is not in the table of ARCHITECTURE.md"));
            continue;
        };
        for (path, code) in files {
            for other in named(code) {
                if rooms.contains_key(&other)
                    && &other != room
                    && !allowed.contains(&other)
                    && !allowed.contains("anything")
                {
                    wrong.push(format!("{}: {room} may not use {other}", path.display()));
                }
            }
            if code.contains("super::super") {
                wrong.push(format!("{}: super::super hides an arrow", path.display()));
            }
        }
    }
    for room in table.keys().filter(|room| !rooms.contains_key(*room)) {
        wrong.push(format!("{room} is in the table but not in src"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_must_be_absent_is_absent() {
    let mut wrong = Vec::new();
    for (room, files) in rooms() {
        for (path, code) in files {
            let mut forbid = |what: &str, why: &str| {
                if code.contains(what) {
                    wrong.push(format!("{}: `{what}`: {why}", path.display()));
                }
            };
            if !["cli", "main"].contains(&room.as_str()) {
                forbid("println!", "the library never prints");
                forbid("eprint", "the library never prints");
                forbid("process::exit", "the library never ends the process");
            }
            forbid("std::net", "the library opens no network connection");
            if ["model", "extract", "normalize", "detect", "judge", "identify"].contains(&room.as_str()) {
                forbid("Instant::now", "this room does not read the clock");
                forbid("SystemTime", "this room does not read the clock");
                forbid("std::fs", "this room touches no file");
                forbid("tracing::", "content never passes through a log");
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_holds() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let silent: Vec<String> = rooms()
        .values()
        .flatten()
        .filter(|(path, _)| !fs::read_to_string(source.join(path)).is_ok_and(|text| text.starts_with("//!")))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no opening paragraph: {}", silent.join(", "));
}

#[test]
fn the_reader_of_arrows_sees_them() {
    assert_eq!(
        named(
            "use crate::model::{A, B};\nuse crate::{extract::Cx, judge, pack::{self, Rule}};\nlet a = crate::scan::X;"
        ),
        ["model", "extract", "judge", "pack", "scan"].into_iter().map(String::from).collect()
    );
    assert!(named(&code("// crate::act::x\nfn a() {}\n#[cfg(test)]\nmod tests { use crate::cli; }")).is_empty());
}
