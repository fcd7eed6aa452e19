//! The store of packs that came from elsewhere: signed bundles as they were received, and for
//! each a small state: which one is in force, which was before, which is the highest ever had.
//! The state is the switch: replaced whole, so that a crash leaves the old or the new, both
//! verified again whenever they are loaded. Expiry never takes a pack out of force.

mod accept;
mod load;
mod problem;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::disk::{Disk, FileRef, Folder, Key, Lock, Readers, private_folder};
use crate::pack::trust::{Bundle, EXTENSION, Manifest, PackRefusal, PublicKey, VerifiedBundle};
use crate::pack::{Pack, RuleSet, builtin};
use crate::scan::prove;
pub use accept::{Caller, Trust};
pub use load::{Installed, Loaded};
pub use problem::StoreProblem;

/// The store of the whole machine: its administrator's, read by everyone.
pub const SYSTEM: &str = "/var/lib/mizha/packs";

/// Time another installation is given to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// What came of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstallOutcome {
    /// It is in force.
    Switched {
        /// The pack.
        id: String,
        /// The sequence before, if there was one.
        from: Option<u64>,
        /// The sequence now.
        to: u64,
    },
    /// It was in force already.
    Same {
        /// The pack.
        id: String,
        /// Its sequence.
        sequence: u64,
    },
    /// It is not this machine's turn yet.
    Later {
        /// The pack.
        id: String,
        /// Its sequence.
        sequence: u64,
        /// Percent of the machines whose turn it is.
        rollout: u8,
    },
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The pack is not taken.
    #[error("{0}")]
    Refused(#[from] PackRefusal),
    /// Another process is at it.
    #[error("another mizha changes the installed packs right now")]
    Busy,
    /// No such pack is installed.
    #[error("no pack {0} is installed")]
    Unknown(String),
    /// The system refused.
    #[error("{0}")]
    Io(io::Error),
}

impl From<io::Error> for StoreError {
    fn from(e: io::Error) -> Self {
        if e.kind() == io::ErrorKind::WouldBlock { StoreError::Busy } else { StoreError::Io(e) }
    }
}

/// One generation of a pack: which bundle it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Generation {
    sequence: u64,
    /// SHA-256 of its manifest.
    digest: String,
    /// The key it was taken under.
    key: String,
    /// The program version that ran its examples.
    proven_by: String,
}

/// What is known of a pack.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct PackState {
    current: Option<Generation>,
    previous: Option<Generation>,
    /// The highest sequence ever in force, with its digest.
    highest: Option<(u64, String)>,
    /// Sequences a person went back from.
    rolled_back: Vec<u64>,
}

/// The store.
#[derive(Debug)]
pub struct Store {
    disk: Disk,
    folder: PathBuf,
    readers: Readers,
}

impl Store {
    /// The store in a folder, whether it exists yet or not.
    pub fn new(folder: &Path, readers: Readers, disk: Disk) -> Self {
        Store { disk, folder: folder.to_path_buf(), readers }
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes a bundle: verifies it, runs its examples in a new engine, and only then switches.
    ///
    /// # Errors
    /// Why it is not taken; what was in force stays in force.
    pub fn install(&self, bytes: &[u8], trust: &Trust, how: Caller) -> Result<InstallOutcome, StoreError> {
        let bundle = Bundle::read(bytes)?;
        let verified = bundle.verify(&trust.keys)?;
        let folder = self.open()?;
        let _lock = Lock::take_soon(&folder, "lock", PATIENCE)?;
        let id = verified.manifest.id.clone();
        let mut state = self.state(&folder, &id);
        let sequence = verified.manifest.sequence;
        if accept::is_same(&verified, &state, trust)? {
            return Ok(InstallOutcome::Same { id, sequence });
        }
        if how == Caller::Update && !self.is_our_turn(&folder, &verified.manifest)? {
            return Ok(InstallOutcome::Later { id, sequence, rollout: verified.manifest.rollout });
        }
        self_test(&verified)?;
        self.disk.replace_for(&bundle_place(&folder, &id, sequence), bytes, self.readers)?;
        let from = state.current.as_ref().map(|generation| generation.sequence);
        let dropped = state.previous.take();
        state.previous = state.current.take();
        state.highest = Some((sequence, verified.digest.clone()));
        state.current = Some(Generation {
            sequence,
            digest: verified.digest,
            key: verified.key.as_str().to_string(),
            proven_by: env!("CARGO_PKG_VERSION").to_string(),
        });
        self.switch(&folder, &id, &state)?;
        self.sweep(&folder, &id, dropped.as_ref(), &state)?;
        Ok(InstallOutcome::Switched { id, from, to: sequence })
    }

    /// Goes back to what was in force before; to nothing, if this was the first.
    /// Gives the sequence left and the one in force now.
    ///
    /// # Errors
    /// When nothing is installed under this name.
    pub fn rollback(&self, id: &str) -> Result<(u64, Option<u64>), StoreError> {
        let folder = self.open()?;
        let _lock = Lock::take_soon(&folder, "lock", PATIENCE)?;
        let mut state = self.state(&folder, id);
        let Some(left) = state.current.take() else { return Err(StoreError::Unknown(id.to_string())) };
        state.current = state.previous.take();
        state.rolled_back.push(left.sequence);
        self.switch(&folder, id, &state)?;
        self.sweep(&folder, id, Some(&left), &state)?;
        Ok((left.sequence, state.current.map(|generation| generation.sequence)))
    }

    /// This machine belongs to the part of all machines whose turn it is: drawn by a keyed hash of
    /// the pack's name, with a key of this machine's own, so that nobody has to keep a list.
    fn is_our_turn(&self, folder: &Arc<Folder>, manifest: &Manifest) -> Result<bool, StoreError> {
        if manifest.rollout >= 100 {
            return Ok(true);
        }
        let key = Key::kept(&self.disk, folder)?;
        let drawn = u64::from_str_radix(&key.mac("rollout", manifest.id.as_bytes()).as_str()[..8], 16).unwrap_or(0);
        Ok((drawn * 100) >> 32 < u64::from(manifest.rollout))
    }

    fn open(&self) -> io::Result<Arc<Folder>> {
        match self.readers {
            Readers::Owner => private_folder(&self.folder),
            Readers::Everyone => {
                std::fs::create_dir_all(&self.folder)?;
                Folder::open(&self.folder)
            }
        }
    }

    fn switch(&self, folder: &Arc<Folder>, id: &str, state: &PackState) -> io::Result<()> {
        self.disk.replace_for(&state_place(folder, id), &serde_json::to_vec_pretty(state)?, self.readers)
    }

    /// Removes a bundle that no generation needs any more.
    fn sweep(&self, folder: &Arc<Folder>, id: &str, dropped: Option<&Generation>, state: &PackState) -> io::Result<()> {
        let kept = [&state.current, &state.previous];
        match dropped.filter(|dropped| kept.iter().all(|kept| kept.as_ref() != Some(dropped))) {
            Some(dropped) => self.disk.remove_if_there(&bundle_place(folder, id, dropped.sequence)),
            None => Ok(()),
        }
    }

    /// What is known of a pack. A damaged state is put together again from the bundles that are
    /// there: otherwise a torn file would let an old pack in.
    fn state(&self, folder: &Arc<Folder>, id: &str) -> PackState {
        let place = state_place(folder, id);
        let kept = place.open().ok().and_then(|file| serde_json::from_reader::<_, PackState>(file).ok());
        kept.unwrap_or_else(|| load::rebuilt(folder, id))
    }
}

/// Builds an engine of the built-in packs and the new ones, and runs the new ones' examples.
fn self_test(verified: &VerifiedBundle) -> Result<(), PackRefusal> {
    let refused = |e: crate::pack::PackError| PackRefusal::Rules(e.to_string());
    let packs = verified.packs()?;
    for pack in &packs {
        if let Some(failure) = prove(pack).map_err(refused)?.first() {
            return Err(PackRefusal::Rules(failure.error(&pack.id).to_string()));
        }
    }
    let all: Vec<Pack> = builtin().map_err(refused)?.into_iter().chain(packs).collect();
    RuleSet::new(&all).map(drop).map_err(refused)
}

fn state_place(folder: &Arc<Folder>, id: &str) -> FileRef {
    FileRef::new(folder, format!("{id}.json"))
}

fn bundle_place(folder: &Arc<Folder>, id: &str, sequence: u64) -> FileRef {
    FileRef::new(folder, format!("{id}@{sequence}.{EXTENSION}"))
}

/// Keys as the configuration has them.
///
/// # Errors
/// [`PackRefusal::BadKey`] for one that is none.
pub fn keys(texts: &[String]) -> Result<Vec<PublicKey>, PackRefusal> {
    texts.iter().map(|text| PublicKey::parse(text)).collect()
}
