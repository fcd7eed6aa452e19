//! The packs compiled into the program, so that a fresh machine is protected without any file.
//! Their examples are proven by the test suite; packs from outside are proven when loaded.

use super::{Error, Pack};

/// What the file name of a built-in pack begins with.
pub(super) const PREFIX: &str = "built-in/";
/// The pack whose definitions and predicates the others use.
pub(super) const COMMON: &str = "common";

macro_rules! packs {
    ($($name:literal),* $(,)?) => {
        &[$((concat!("built-in/", $name, ".toml"), include_str!(concat!("../../patterns/", $name, ".toml")))),*]
    };
}

/// Built-in packs in the order in which they win over each other on equal scores.
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
    "labels",
    "ocr",
    "personal",
    "credentials",
];

/// The definitions, companions and predicates every pack may use.
pub fn common() -> Result<Pack, Error> {
    Pack::parse("built-in/common.toml", include_str!("../../patterns/common.toml"), None)
}

/// The built-in packs.
pub fn builtin() -> Result<Vec<Pack>, Error> {
    let common = common()?;
    BUILTIN.iter().map(|(file, text)| Pack::parse(file, text, Some(&common))).collect()
}
