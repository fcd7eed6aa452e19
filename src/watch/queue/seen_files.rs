//! Which files were looked at, as they are now and with the packs of now: not
//! looked at again. Kept as hashes only; losing it costs a second look, nothing else.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use crate::act::quarantine::pack as pack_of;
use crate::disk::{Disk, FileRef, FileStamp, Folder};
use crate::model::Policy;
use crate::pack::RuleSet;

/// Files that were looked at.
#[derive(Debug, Default)]
pub struct SeenFiles {
    rules: u64,
    files: HashMap<u64, (u64, bool)>,
}

impl SeenFiles {
    /// What was kept, unless the packs or the policy are others now.
    pub fn kept(state: &Path, name: &str, rules: &RuleSet, policy: &Policy) -> Self {
        let packs: Vec<String> = rules.packs().iter().map(pack_of).collect();
        let policy = serde_json::to_string(policy).unwrap_or_default();
        let rules = hash(&(packs, policy, env!("CARGO_PKG_VERSION")));
        let bytes = std::fs::read(state.join(name)).unwrap_or_default();
        let mut words = bytes.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().unwrap_or_default()));
        let mut seen = SeenFiles { rules, files: HashMap::new() };
        if words.next() == Some(rules) {
            while let (Some(path), Some(look)) = (words.next(), words.next()) {
                seen.files.insert(path, (look, true));
            }
        }
        seen
    }

    /// Keeps it for the next start.
    pub fn keep(&self, state: &Path, name: &str, disk: &Disk) {
        let mut bytes = self.rules.to_le_bytes().to_vec();
        for (path, (look, _)) in &self.files {
            bytes.extend(path.to_le_bytes());
            bytes.extend(look.to_le_bytes());
        }
        let kept = Folder::open(state).and_then(|folder| disk.replace(&FileRef::new(&folder, name), &bytes));
        if let Err(e) = kept {
            tracing::warn!(error = %e.kind(), "what was seen could not be kept");
        }
    }

    /// The file was looked at as it is now.
    pub fn knows(&mut self, path: &Path, look: &FileStamp) -> bool {
        self.files.get_mut(&hash(path)).is_some_and(|(known, met)| {
            *met = true;
            *known == hash(look)
        })
    }

    /// The file has been looked at.
    pub fn add(&mut self, path: &Path, look: &FileStamp) {
        self.files.insert(hash(path), (hash(look), true));
    }

    /// Everything is looked at again.
    pub fn forget(&mut self) {
        self.files.clear();
    }

    /// A walk begins.
    pub fn begin(&mut self) {
        self.files.values_mut().for_each(|(_, met)| *met = false);
    }

    /// A walk over everything has ended: what it did not meet is gone.
    pub fn forget_the_rest(&mut self) {
        self.files.retain(|_, (_, met)| *met);
    }
}

fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
