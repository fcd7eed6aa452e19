//! The manifest: the signed object. Which files, of which length and hash, under which sequence,
//! from when until when, for which part of the machines.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{PackRefusal, Version};
use crate::pack::compiled::source_name;

/// The manifest's name in a bundle.
pub(super) const MANIFEST: &str = "manifest.toml";
/// The version of this format.
const SCHEMA: u32 = 1;

/// A manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this format, now 1.
    pub schema_version: u32,
    /// What this pack is called, over all its sequences.
    pub id: String,
    /// Grows with every signing.
    pub sequence: u64,
    /// When it was signed, in UTC (RFC 3339).
    pub issued: jiff_text::Instant,
    /// From when on it is not taken as new any more, in UTC (RFC 3339).
    pub expires: jiff_text::Instant,
    /// The oldest program that reads it.
    pub min_engine: Version,
    /// Percent of machines that take it by themselves.
    pub rollout: u8,
    /// The files.
    #[serde(rename = "file")]
    pub files: Vec<FileEntry>,
}

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its name: no folders.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
    /// Its SHA-256 (FIPS 180-4) in hexadecimal.
    pub sha256: String,
}

impl FileEntry {
    /// The entry of a file.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        FileEntry { name: name.to_string(), length: bytes.len() as u64, sha256: sha256(bytes) }
    }
}

/// SHA-256 in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Instants as text.
pub(super) mod jiff_text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    /// An instant in UTC, written as RFC 3339 has it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub struct Instant(pub jiff::Timestamp);

    impl std::fmt::Display for Instant {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.fmt(f)
        }
    }

    impl Serialize for Instant {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&self.0)
        }
    }

    impl<'de> Deserialize<'de> for Instant {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            String::deserialize(deserializer)?.parse().map(Instant).map_err(de::Error::custom)
        }
    }
}

impl Manifest {
    /// A manifest of these files, of now.
    pub fn new(id: &str, sequence: u64, issued: jiff::Timestamp, days: u32, files: Vec<FileEntry>) -> Self {
        let lifetime = jiff::SignedDuration::from_hours(i64::from(days) * 24);
        let expires = issued.checked_add(lifetime).unwrap_or(jiff::Timestamp::MAX);
        Manifest {
            schema_version: SCHEMA,
            id: id.to_string(),
            sequence,
            issued: jiff_text::Instant(issued),
            expires: jiff_text::Instant(expires),
            min_engine: Version::ours(),
            rollout: 100,
            files,
        }
    }

    /// Reads a manifest; only to be believed once its signature was checked.
    ///
    /// # Errors
    /// [`PackRefusal::Manifest`] when it is none of ours.
    pub fn parse(text: &str) -> Result<Self, PackRefusal> {
        let manifest: Manifest =
            toml::from_str(text).map_err(|e| PackRefusal::Manifest(e.message().trim().to_string()))?;
        if manifest.schema_version != SCHEMA {
            return Err(PackRefusal::Manifest(format!("schema_version {}", manifest.schema_version)));
        }
        if !is_name(&manifest.id) {
            return Err(PackRefusal::Manifest(format!("id `{}`", manifest.id)));
        }
        for file in &manifest.files {
            let is_source = file.name.ends_with(".toml");
            let is_compiled = source_name(&file.name).is_some_and(|source| manifest.has(&source));
            if !is_source && !is_compiled || !is_name(&file.name) || is_reserved(&file.name) {
                return Err(PackRefusal::Manifest(format!("file name `{}`", file.name)));
            }
        }
        Ok(manifest)
    }

    /// A file of this name is in it.
    fn has(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.name == name)
    }

    /// As it is signed.
    pub fn text(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// The comment that is signed along with the manifest, and names it.
    pub fn comment(&self, text: &str) -> String {
        format!("mizha pack {} sequence {} sha256 {}", self.id, self.sequence, sha256(text.as_bytes()))
    }

    /// Its end has come.
    pub fn is_over(&self, now: jiff::Timestamp) -> bool {
        self.expires.0 <= now
    }
}

/// Letters, digits, `-`, `_` and `.`, not beginning with a dot: fit for a file name anywhere.
pub(super) fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.len() <= 100 && !text.starts_with('.') && text.chars().all(fits)
}

fn is_reserved(name: &str) -> bool {
    name == MANIFEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_names_stay_in_their_folder() {
        let at: jiff::Timestamp = "2026-11-25T08:00:00Z".parse().expect("an instant");
        let manifest = Manifest::new("trees", 7, at, 180, vec![FileEntry::of("trees.toml", b"abc")]);
        assert_eq!(Manifest::parse(&manifest.text()).expect("read"), manifest);
        // FIPS 180-4 gives the hash of "abc".
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(manifest.files[0].sha256, abc);
        assert_eq!(manifest.expires.to_string(), "2027-05-24T08:00:00Z");
        for name in ["trees.json", "../trees.toml", "a/b.toml", ".toml", "trees.txt", "manifest.toml", ""] {
            let text = manifest.text().replace("trees.toml", name);
            assert!(matches!(Manifest::parse(&text), Err(PackRefusal::Manifest(_))), "{name}");
        }
        let both = vec![FileEntry::of("trees.json", b"{}"), FileEntry::of("trees.toml", b"abc")];
        assert!(Manifest::parse(&Manifest::new("trees", 7, at, 180, both).text()).is_ok());
    }
}
