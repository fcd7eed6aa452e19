//! Loading what is installed: every bundle is verified again; one that fails is replaced by the
//! one before, and that is said.

use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use super::{Generation, PackState, Store, StoreProblem, bundle_place, self_test};
use crate::disk::Folder;
use crate::pack::Pack;
use crate::pack::trust::{Bundle, EXTENSION, Manifest, PackRefusal, PublicKey, VerifiedBundle};

/// Bytes of a bundle.
const BUNDLE: u64 = 256 << 20;

/// A pack that is in force.
#[derive(Debug)]
pub struct Installed {
    /// What was signed.
    pub manifest: Manifest,
    /// The sequence a rollback would bring back.
    pub previous: Option<u64>,
    /// Its packs.
    pub packs: Vec<Pack>,
}

/// Everything a store holds.
#[derive(Debug, Default)]
pub struct Loaded {
    /// What is in force.
    pub installed: Vec<Installed>,
    /// What is wrong.
    pub problems: Vec<StoreProblem>,
}

impl Store {
    /// Loads everything that is in force. Never fails: what cannot be used is told.
    pub fn load(&self, trusted: &[PublicKey], now: jiff::Timestamp) -> Loaded {
        let mut loaded = Loaded::default();
        let folder = match Folder::open(&self.folder) {
            Ok(folder) => folder,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return loaded,
            Err(e) => {
                let id = self.folder.display().to_string();
                loaded.problems.push(StoreProblem::Lost { id, why: e.to_string() });
                return loaded;
            }
        };
        for id in ids(&self.folder) {
            let state = self.state(&folder, &id);
            self.load_one(&folder, &id, &state, trusted, now, &mut loaded);
        }
        loaded
    }

    fn load_one(
        &self,
        folder: &Arc<Folder>,
        id: &str,
        state: &PackState,
        trusted: &[PublicKey],
        now: jiff::Timestamp,
        loaded: &mut Loaded,
    ) {
        let mut why = None;
        for generation in [&state.current, &state.previous].into_iter().flatten() {
            match opened(folder, id, generation, trusted) {
                Ok((verified, packs)) => {
                    let sequence = verified.manifest.sequence;
                    if let Some(why) = why {
                        loaded.problems.push(StoreProblem::WentBack { id: id.into(), to: sequence, why });
                    }
                    if verified.manifest.is_over(now) {
                        let expired = verified.manifest.expires.to_string();
                        loaded.problems.push(StoreProblem::Stale { id: id.into(), sequence, expired });
                    }
                    if !trusted.iter().any(|key| key.as_str() == verified.key.as_str()) {
                        loaded.problems.push(StoreProblem::OldKey { id: id.into() });
                    }
                    let previous = state.previous.as_ref().map(|generation| generation.sequence);
                    let previous = previous.filter(|previous| *previous != sequence);
                    loaded.installed.push(Installed { manifest: verified.manifest, previous, packs });
                    return;
                }
                Err(refusal) => why = why.or(Some(refusal.to_string())),
            }
        }
        loaded.problems.extend(why.map(|why| StoreProblem::Lost { id: id.into(), why }));
    }
}

/// A generation, verified again under the key it was taken with. Its examples are run again when
/// the program is another one than the one that ran them.
fn opened(
    folder: &Arc<Folder>,
    id: &str,
    generation: &Generation,
    trusted: &[PublicKey],
) -> Result<(VerifiedBundle, Vec<Pack>), PackRefusal> {
    let unreadable = |e: std::io::Error| PackRefusal::Container(e.to_string());
    let file = bundle_place(folder, id, generation.sequence).open().map_err(unreadable)?;
    let mut keys = trusted.to_vec();
    keys.extend(PublicKey::parse(&generation.key));
    let is_proven = generation.proven_by == env!("CARGO_PKG_VERSION");
    let bundle = if is_proven {
        Bundle::read_compiled(BufReader::new(file))?
    } else {
        let mut bytes = Vec::new();
        file.take(BUNDLE).read_to_end(&mut bytes).map_err(unreadable)?;
        Bundle::read(&bytes)?
    };
    let verified = bundle.verified(&keys)?;
    if verified.manifest.id != id || !generation.digest.is_empty() && verified.digest != generation.digest {
        return Err(PackRefusal::Mixed);
    }
    if !is_proven {
        self_test(&verified)?;
    }
    let packs = verified.packs_taken()?;
    Ok((verified, packs))
}

/// The names of installed packs: from their states, and from bundles whose state is missing.
fn ids(folder: &Path) -> Vec<String> {
    let mut ids: Vec<String> = names(folder)
        .iter()
        .filter_map(|name| name.strip_suffix(".json").or_else(|| name.split_once('@').map(|(id, _)| id)))
        .map(str::to_string)
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// The state as the bundles themselves tell it. They are verified when they are loaded; under
/// which key they were taken is not known any more, so only a trusted one counts.
pub(super) fn rebuilt(folder: &Arc<Folder>, id: &str) -> PackState {
    let sequence = |name: &String| {
        let rest = name.strip_prefix(&format!("{id}@"))?.strip_suffix(&format!(".{EXTENSION}"))?;
        rest.parse::<u64>().ok()
    };
    let mut sequences: Vec<u64> = names(folder.path()).iter().filter_map(sequence).collect();
    sequences.sort_unstable_by(|a, b| b.cmp(a));
    let digest = |sequence: u64| {
        let read = bundle_place(folder, id, sequence).open().ok().and_then(|file| {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut std::io::Read::take(file, BUNDLE), &mut bytes).ok()?;
            Bundle::read(&bytes).ok()
        });
        read.map(|bundle| crate::pack::trust::digest(&bundle.manifest)).unwrap_or_default()
    };
    let generation = |sequence: &u64| Generation {
        sequence: *sequence,
        digest: digest(*sequence),
        key: String::new(),
        proven_by: String::new(),
    };
    PackState {
        current: sequences.first().map(generation),
        previous: sequences.get(1).map(generation),
        highest: sequences.first().map(|sequence| (*sequence, digest(*sequence))),
        rolled_back: Vec::new(),
    }
}
