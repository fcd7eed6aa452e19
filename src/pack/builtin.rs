//! The packs compiled into the program, so that a fresh machine is protected without any file.
//! Their examples are proven by the test suite; packs from outside are proven when loaded.

use super::{Error, Pack};

/// The pack whose definitions and predicates the others use.
pub(super) const COMMON: &str = "common";

macro_rules! packs {
    ($($name:literal),* $(,)?) => {
        &[$((concat!("built-in/", $name, ".toml"), include_str!(concat!(env!("OUT_DIR"), "/", $name, ".json")))),*]
    };
}

/// Built-in packs, as the build turned them into JSON, in the order in which they win over each other on equal scores.
const BUILTIN: &[(&str, &str)] = packs![
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
    "tlp",
    "company",
    "labels",
    "ocr",
    "personal",
    "credentials",
    "passwords",
];

/// The definitions, companions and predicates every pack may use.
pub fn common() -> Result<Pack, Error> {
    Pack::compiled("built-in/common.toml", include_str!(concat!(env!("OUT_DIR"), "/common.json")), None)
}

/// The built-in packs.
pub fn builtin() -> Result<Vec<Pack>, Error> {
    let common = common()?;
    BUILTIN.iter().map(|(file, text)| Pack::compiled(file, text, Some(&common))).collect()
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
        for (pack, (file, _)) in builtin().expect("the packs").iter().zip(BUILTIN) {
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
        let shipped = |name: &String| BUILTIN.iter().any(|(file, _)| *file == format!("built-in/{name}.toml"));
        let forgotten: Vec<String> = names.filter(|name| name != COMMON && !shipped(name)).collect();
        assert!(forgotten.is_empty(), "not in BUILTIN, so in no program: {forgotten:?}");
    }
}
