//! The daemon restricts itself where the kernel can (Landlock): the thread that touches files,
//! and all it starts, may only change the folders it looks after and its own state.

use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetStatus,
};

use super::{Duty, Root};

/// Where drives appear later.
const DRIVES: [&str; 3] = ["/media", "/run/media", "/mnt"];

/// Restricts the calling thread. Says in words how far that works here.
pub fn restrict(roots: &[Root], state: &[&Path]) -> Result<&'static str, String> {
    let abi = ABI::V3;
    let all = AccessFs::from_all(abi);
    let changed = roots.iter().flat_map(|root| match &root.duty {
        Duty::Gate { export } => vec![root.path.as_path(), export.as_path()],
        Duty::Watch { .. } => vec![root.path.as_path()],
    });
    let writable = changed.chain(state.iter().copied()).chain(DRIVES.iter().map(Path::new));
    let everything = PathFd::new("/").map_err(|e| e.to_string())?;
    let outcome = (|| {
        let ruleset = Ruleset::default().set_compatibility(CompatLevel::BestEffort).handle_access(all)?.create()?;
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        let mut ruleset = ruleset.add_rule(PathBeneath::new(everything, read))?;
        for path in writable {
            // The anchor of the audit log is a file.
            let rights = if path.is_dir() { all } else { AccessFs::from_file(abi) };
            if let Ok(fd) = PathFd::new(path) {
                ruleset = ruleset.add_rule(PathBeneath::new(fd, rights & !AccessFs::Execute))?;
            }
        }
        ruleset.restrict_self()
    })();
    match outcome.map(|status| status.ruleset) {
        Ok(RulesetStatus::FullyEnforced) => Ok("full"),
        Ok(RulesetStatus::PartiallyEnforced) => Ok("partial"),
        Ok(RulesetStatus::NotEnforced) => Err("Landlock is not available".into()),
        Err(e) => Err(landlock::RulesetError::to_string(&e)),
    }
}
