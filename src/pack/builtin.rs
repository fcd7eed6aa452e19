//! The packs compiled into the program, so that a fresh machine is protected without any file. At start only the
//! list of a pack's rules is read, with what leads to each in a text; the pack itself when a text first leads to
//! one of them. Their examples are proven by the test suite; packs from outside are proven when loaded.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use super::anchor_words::AnchorWords;
use super::error::both;
use super::lazy_shared::LazyShared;
use super::rule::{Rule, Running};
use super::terms::Terms;
use super::{Pack, PackError, PackErrorCode};
use crate::model::{Channel, Lang, Phrase, Tier};
use crate::normalize::fold_literal;

/// The pack whose definitions and predicates the others use.
pub(super) const COMMON: &str = "common";

/// Stands before an anchor that the build could not fold.
const UNFOLDED: char = '\u{80}';

/// A pack as the build left it in the program.
struct Built {
    file: &'static str,
    /// What leads to its rules.
    list: &'static str,
    /// All of it, as JSON.
    whole: &'static str,
}

macro_rules! packs {
    ($($name:literal),* $(,)?) => {
        &[$(Built {
            file: concat!("built-in/", $name, ".toml"),
            list: include_str!(concat!(env!("OUT_DIR"), "/", $name, ".list.json")),
            whole: include_str!(concat!(env!("OUT_DIR"), "/", $name, ".json")),
        }),*]
    };
}

/// Built-in packs in the order in which they win over each other on equal scores.
const BUILTIN: &[Built] = packs![
    "prc-state-secret",
    "prc-work-secret",
    "prc-soe",
    "taiwan",
    "hongkong",
    "japan",
    "korea",
    "us",
    "nato",
    "eu",
    "uk",
    "germany",
    "france",
    "russia",
    "australia",
    "canada",
    "new-zealand",
    "tlp",
    "company",
    "labels",
    "ocr",
    "personal",
    "credentials",
    "passwords",
];

/// The list of a pack's rules.
#[derive(Deserialize)]
struct List {
    id: Arc<str>,
    version: Arc<str>,
    title: Phrase,
    /// Lines around a match that predicates look at.
    lines: usize,
    rules: Vec<Listed>,
}

/// What leads to a rule in a text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    id: Arc<str>,
    /// One behind the other; those that the build could not fold are marked.
    #[serde(default)]
    anchors: String,
    digits: Option<usize>,
    #[serde(default)]
    ignore_case: bool,
    #[serde(default)]
    inside_words: bool,
    #[serde(default)]
    ocr_only: bool,
    #[serde(default)]
    channels: Vec<Channel>,
    #[serde(default)]
    looks_far: bool,
    running: Running,
}

/// The definitions, companions and predicates every pack may use.
pub fn common() -> Result<Pack, PackError> {
    Pack::compiled("built-in/common.toml", include_str!(concat!(env!("OUT_DIR"), "/common.json")), None)
}

/// The built-in packs.
pub fn builtin() -> Result<Vec<Pack>, PackError> {
    BUILTIN.iter().map(Built::listed).collect()
}

impl Built {
    /// The pack with what leads to its rules; the rest is read when it is first needed.
    fn listed(&'static self) -> Result<Pack, PackError> {
        let list: List = serde_json::from_str(self.list)
            .map_err(|e| PackError::new(PackErrorCode::Syntax, self.file, both(e.to_string(), e.to_string())))?;
        let whole = LazyShared::when(|| Arc::new(self.read()));
        let List { id, version, title, lines, rules } = list;
        let rules = rules.into_iter().enumerate().map(|(at, listed)| {
            let whole = whole.clone();
            let mut anchors = AnchorWords::joined(listed.anchors);
            let unfolded = |anchor: &str| anchor.starts_with(UNFOLDED);
            if anchors.iter().any(unfolded) {
                let fold = |anchor| match str::strip_prefix(anchor, UNFOLDED) {
                    Some(anchor) => fold_literal(anchor),
                    None => anchor.into(),
                };
                anchors = anchors.iter().map(fold).collect();
            }
            Arc::new(Rule {
                id: listed.id,
                pack: Arc::clone(&id),
                anchors,
                digits: listed.digits,
                ignore_case: listed.ignore_case,
                inside_words: listed.inside_words,
                terms: Terms::new(Tier::Note, 0),
                ocr_only: listed.ocr_only,
                channels: listed.channels,
                looks_far: listed.looks_far,
                running: listed.running,
                rest: LazyShared::when(move || whole.rules[at].rest.get()),
            })
        });
        let rules = rules.collect();
        let shared = LazyShared::when(move || whole.shared.get());
        Ok(Pack { id, version, title, rules, sequence: None, lines, shared })
    }

    /// All of the pack. A broken one would be a broken program, which the test suite rules out; it must not be
    /// taken for one without rules.
    fn read(&self) -> Pack {
        static SHARED: LazyLock<Pack> = LazyLock::new(|| sound(common()));
        sound(Pack::compiled(self.file, self.whole, Some(&SHARED)))
    }
}

fn sound(pack: Result<Pack, PackError>) -> Pack {
    pack.unwrap_or_else(|error| unreachable!("a built-in pack is broken: {}", error.message(Lang::En)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_build_made_says_what_the_files_say() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns");
        let read = |file: &str| std::fs::read_to_string(folder.join(file)).expect("a pack file");
        let from_file = Pack::parse("built-in/common.toml", &read("common.toml"), None).expect("the common pack");
        let common = common().expect("the common pack");
        assert_eq!(common, from_file);
        for (pack, Built { file, .. }) in builtin().expect("the packs").iter().zip(BUILTIN) {
            let text = read(file.strip_prefix("built-in/").expect("a built-in name"));
            let from_file = Pack::parse(file, &text, Some(&from_file)).expect("a pack");
            assert!(*pack == from_file, "{file}");
        }
    }
    #[test]
    fn every_pack_in_the_folder_is_built_in() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns");
        let names = std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").file_name());
        let names = names.filter_map(|name| name.to_string_lossy().strip_suffix(".toml").map(str::to_string));
        let shipped = |name: &String| BUILTIN.iter().any(|built| built.file == format!("built-in/{name}.toml"));
        let forgotten: Vec<String> = names.filter(|name| name != COMMON && !shipped(name)).collect();
        assert!(forgotten.is_empty(), "not in BUILTIN, so in no program: {forgotten:?}");
    }
}
