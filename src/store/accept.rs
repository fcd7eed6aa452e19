//! Whether a verified bundle is taken: its sequence against what was had before and against the
//! floors, its dates against the clock, its needs against this program.

use std::collections::BTreeMap;

use super::PackState;
use crate::pack::trust::{PackRefusal, PublicKey, VerifiedBundle, Version, built_in_floor};

/// A signer's clock may be ahead by so much.
const AHEAD: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// A person, with this very file.
    Person,
    /// An update by itself: the pack's roll-out counts.
    Update,
}

/// What this machine trusts, and when now is.
#[derive(Debug, Clone)]
pub struct Trust {
    /// The current and the next key.
    pub keys: Vec<PublicKey>,
    /// Sequences below which a pack is not taken, by its name; besides the built-in ones.
    pub floors: BTreeMap<String, u64>,
    /// Now.
    pub now: jiff::Timestamp,
}

impl Trust {
    fn floor(&self, id: &str) -> u64 {
        built_in_floor(id).max(self.floors.get(id).copied().unwrap_or(0))
    }
}

/// True if it is in force already, false if it is to be put in force.
pub(super) fn is_same(verified: &VerifiedBundle, state: &PackState, trust: &Trust) -> Result<bool, PackRefusal> {
    let manifest = &verified.manifest;
    let (sequence, expires) = (manifest.sequence, manifest.expires.to_string());
    if manifest.min_engine > Version::ours() {
        return Err(PackRefusal::Engine(manifest.min_engine));
    }
    let floor = trust.floor(&manifest.id);
    if sequence < floor {
        return Err(PackRefusal::Floor { offered: sequence, floor });
    }
    let same =
        state.current.as_ref().is_some_and(|current| current.sequence == sequence && current.digest == verified.digest);
    if let Some((had, digest)) = state.highest.as_ref().filter(|_| !same) {
        if sequence < *had {
            return Err(PackRefusal::Rollback { offered: sequence, had: *had });
        }
        if sequence == *had && *digest != verified.digest {
            return Err(PackRefusal::Twice(sequence));
        }
        if state.rolled_back.contains(&sequence) {
            return Err(PackRefusal::RolledBack(sequence));
        }
    }
    match (manifest.is_over(trust.now), same) {
        (true, true) => Err(PackRefusal::Frozen { sequence, expired: expires }),
        (true, false) => Err(PackRefusal::Expired(expires)),
        (false, _) if trust.now.checked_add(AHEAD).is_ok_and(|latest| manifest.issued.0 > latest) => {
            Err(PackRefusal::Early(manifest.issued.to_string()))
        }
        (false, same) => Ok(same),
    }
}
