//! Trust in packs that come from elsewhere: a signed manifest names every file by length and
//! hash, has a sequence that only grows, and an end. Keys and signatures are minisign's, so the
//! ordinary minisign tool checks them. Nothing here touches a file or the clock.

mod bundle;
mod keys;
mod manifest;
mod refusal;
#[cfg(feature = "author")]
mod signing;
mod version;

pub use bundle::{Bundle, EXTENSION, VerifiedBundle};
pub use keys::PublicKey;
pub use manifest::{FileEntry, Manifest};
pub use refusal::PackRefusal;
#[cfg(feature = "author")]
pub use signing::{KeyPair, SecretKey};
pub use version::Version;

/// Sequences below which a pack is never taken, whatever the state says: built in by whoever
/// builds the program for their office, as `MIZHA_PACK_FLOORS="acme-terms=12,acme-forms=3"`.
const BUILT_IN: &str = match option_env!("MIZHA_PACK_FLOORS") {
    Some(floors) => floors,
    None => "",
};

/// What tells two manifests apart: SHA-256 of the text.
pub fn digest(manifest: &str) -> String {
    manifest::sha256(manifest.as_bytes())
}

/// The compiled-in floor of a pack; 0 if there is none.
pub fn built_in_floor(id: &str) -> u64 {
    floor_in(BUILT_IN, id)
}

fn floor_in(floors: &str, id: &str) -> u64 {
    let named = floors.split(',').filter_map(|floor| floor.split_once('='));
    named.filter(|(name, _)| name.trim() == id).filter_map(|(_, floor)| floor.trim().parse().ok()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_is_that_of_its_pack() {
        let floors = "trees=12, birds = 3";
        assert_eq!((floor_in(floors, "trees"), floor_in(floors, "birds"), floor_in(floors, "fish")), (12, 3, 0));
        assert_eq!(floor_in("", "trees"), 0);
    }
}
