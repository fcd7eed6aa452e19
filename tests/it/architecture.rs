//! The rooms of the crate know only whom ARCHITECTURE.md lets them know. Reads the sources,
//! collects every `crate::room`, and compares with the table there; also keeps the invariants
//! of absence that a text can show.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mizha::extract::{HEAD, extractor_for, is_read};
use mizha::identify::identify;
use mizha::model::{Format, Lang};

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
            match room.as_str() {
                // A door listens, and calls nobody.
                "channel" => {
                    forbid("TcpStream::connect", "the library opens no network connection");
                    forbid("UdpSocket", "the library opens no network connection");
                }
                // The page is for one person on this machine.
                "ui" => {
                    forbid("::connect", "the library opens no network connection");
                    forbid("UNSPECIFIED", "the page is for this machine only");
                }
                _ => forbid("std::net", "the library opens no network connection"),
            }
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

/// The folders of `extract` and whom their files may name there.
const LAYERS: [(&str, &[&str]); 3] =
    [("driver", &["driver"]), ("support", &["driver", "support"]), ("formats", &["driver", "support", "formats"])];
/// The one reader that formats share: the way XML text is read.
const SHARED: &str = "xml";

#[test]
fn a_format_never_names_a_format() {
    let rooms = rooms();
    let files: Vec<_> = rooms["extract"]
        .iter()
        .filter_map(|(path, code)| {
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            (parts.len() > 2).then_some((path, parts, code))
        })
        .collect();
    let unit = |parts: &[String]| parts[2].trim_end_matches(".rs").to_string();
    let units: BTreeSet<String> =
        files.iter().filter(|(_, parts, _)| parts[1] == "formats").map(|(_, parts, _)| unit(parts)).collect();
    assert!(units.len() > 10 && units.contains(SHARED), "{units:?}");
    let mut wrong = Vec::new();
    for (path, parts, code) in &files {
        let Some((_, may)) = LAYERS.iter().find(|(layer, _)| *layer == parts[1]) else {
            wrong.push(format!("{}: extract has driver, support and formats", path.display()));
            continue;
        };
        for (layer, _) in LAYERS.iter().filter(|(layer, _)| !may.contains(layer)) {
            if code.contains(&format!("extract::{layer}")) {
                wrong.push(format!("{}: {} may not name {layer}", path.display(), parts[1]));
            }
        }
        if parts[1] != "formats" || parts[2] == "mod.rs" {
            continue;
        }
        // From a file at the top of `formats`, `super` is `formats`.
        let top = parts.len() == 3 || parts.len() == 4 && parts[3] == "mod.rs" && !code.contains("mod ");
        for other in units.iter().filter(|other| **other != unit(parts) && *other != SHARED && *other != "mod") {
            let named = format!("formats::{other}");
            let grouped = code.split("formats::{").skip(1).any(|group| {
                let group = group.split('}').next().unwrap_or_default();
                group.split(',').any(|word| word.trim().split("::").next() == Some(other.as_str()))
            });
            if code.contains(&named) || grouped || top && code.contains(&format!("super::{other}")) {
                wrong.push(format!("{}: a format never names a format: {other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Formats that are no kind of file people name, or that nothing reads.
const WITHOUT_EXTENSION: [Format; 5] = [Format::Empty, Format::Opc, Format::Archive, Format::Finder, Format::Unknown];

/// Read formats of which no sample is a file of its own that begins as such: an empty file, a package of no known kind, one
/// whose mark of its kind is packed, a message inside a message.
const SHOWN_OTHERWISE: [Format; 4] = [Format::Empty, Format::Opc, Format::Odf, Format::Smime];

#[test]
fn nothing_is_forgotten_when_a_format_is_added() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut shown = BTreeSet::new();
    let mut folders = vec![root.join("samples")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of samples") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = fs::read(&path) {
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                let head = &bytes[..bytes.len().min(HEAD)];
                shown.insert(identify(head, name.as_deref()).format);
            }
        }
    }
    let mut wrong = Vec::new();
    let mut extensions = BTreeSet::new();
    for format in Format::ALL {
        let word = format.as_str();
        if extractor_for(*format).is_none() {
            wrong.push(format!("{word}: no row in the table of extractors"));
        }
        if format.extensions().is_empty() != WITHOUT_EXTENSION.contains(format) {
            wrong.push(format!("{word}: no extension stands for it"));
        }
        wrong.extend(
            format.extensions().iter().filter(|one| !extensions.insert(**one)).map(|one| format!("{one} twice")),
        );
        if is_read(*format) && !shown.contains(format) && !SHOWN_OTHERWISE.contains(format) {
            wrong.push(format!("{word}: no sample"));
        }
    }
    for (file, lang, colon, comma) in [("README.md", Lang::En, ": ", ", "), ("README.zh-CN.md", Lang::Zh, "：", "、")]
    {
        let titles: Vec<&str> =
            Format::ALL.iter().filter(|format| is_read(**format)).map(|format| format.title(lang)).collect();
        let line = format!("{}{colon}{}", lang.pick("Formats", "格式"), titles.join(comma));
        if !fs::read_to_string(root.join(file)).expect("a README").lines().any(|found| found.trim_end() == line) {
            wrong.push(format!("{file} lacks the line\n{line}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_read_outside_the_sandbox_is_written_down() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("SECURITY.md")).expect("SECURITY.md");
    let start = text.find("| format | what reads it").expect("the list of what is read outside");
    let listed: BTreeSet<&str> = text[start..]
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.trim_matches('|').split('|').next().map(str::trim))
        .collect();
    let plain: BTreeSet<&str> = Format::ALL
        .iter()
        .filter(|format| extractor_for(**format).is_some_and(|extractor| extractor.is_plain()))
        .map(|format| format.as_str())
        .collect();
    assert_eq!(listed, plain);
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

/// Modules and items that pages name, as `room::module::Item`: a page that was forgotten at a renaming leads nowhere.
#[test]
fn what_pages_name_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).expect("a folder").map(|entry| entry.expect("an entry").path());
    let pages = ["ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"].map(|name| root.join(name));
    let path = regex::Regex::new(r"`([a-z_]+)::([A-Za-z_:]+)").expect("a pattern");
    let (mut named, mut missing) = (0, Vec::new());
    for page in pages.into_iter().chain(docs.filter(|path| path.extension().is_some_and(|name| name == "md"))) {
        let text = fs::read_to_string(&page).expect("a page");
        for words in path.captures_iter(&text) {
            let mut module = root.join("src").join(&words[1]);
            if !module.is_dir() && !module.with_extension("rs").exists() {
                continue;
            }
            named += 1;
            if !words[2].split("::").all(|name| is_in(&mut module, name)) {
                missing.push(format!("{}: {}", page.display(), &words[0]));
            }
        }
    }
    assert!(named > 30, "the pattern finds {named} only");
    assert!(missing.is_empty(), "{missing:#?}");
}

/// A module has this one inside, which then takes its place, or says the name.
fn is_in(module: &mut PathBuf, name: &str) -> bool {
    let inner = module.join(name);
    if inner.is_dir() || inner.with_extension("rs").exists() {
        *module = inner;
        return true;
    }
    let text =
        [module.with_extension("rs"), module.join("mod.rs")].iter().find_map(|file| fs::read_to_string(file).ok());
    text.is_some_and(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name))
}

#[test]
fn the_reader_of_arrows_sees_them() {
    assert_eq!(
        named(
            "use crate::model::{A, B};\nuse crate::{extract::Context, judge, pack::{self, Rule}};\nlet a = crate::scan::X;"
        ),
        ["model", "extract", "judge", "pack", "scan"].into_iter().map(String::from).collect()
    );
    assert!(named(&code("// crate::act::x\nfn a() {}\n#[cfg(test)]\nmod tests { use crate::cli; }")).is_empty());
}
