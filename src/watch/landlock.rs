//! The daemon restricts itself where the kernel can (Landlock): the thread that touches files,
//! and all it starts, may only change the folders it looks after and its own state, and start nothing
//! but the process that reads apart.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetStatus,
};

use super::{Confinement, Duty, Root, WatchProblem};

/// Where drives appear later.
const DRIVES: [&str; 3] = ["/media", "/run/media", "/mnt"];

/// What may be started: the program that reads apart, which is this one, and the loader it needs.
fn our_program() -> Vec<PathBuf> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let mapped = maps.lines().filter_map(|line| line.find('/').map(|at| PathBuf::from(&line[at..])));
    let is_loader = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("ld-"));
    let loader: BTreeSet<PathBuf> = mapped.filter(is_loader).collect();
    loader.into_iter().chain([PathBuf::from("/proc/self/exe")]).collect()
}

/// Restricts the calling thread, and all that it starts, as far as that works here.
pub(super) fn restrict(roots: &[Root], state: &[&Path]) -> Confinement {
    let changed = roots.iter().flat_map(|root| match &root.duty {
        Duty::Gate { export, .. } => vec![root.path.as_path(), export.as_path()],
        Duty::Export { .. } | Duty::Watch { .. } => vec![root.path.as_path()],
    });
    let writable: Vec<&Path> = changed.chain(state.iter().copied()).chain(DRIVES.iter().map(Path::new)).collect();
    confine(&writable)
}

/// The same where nothing but these may be changed.
pub fn confine(writable: &[&Path]) -> Confinement {
    let abi = ABI::V3;
    let all = AccessFs::from_all(abi);
    let outcome = (|| -> Result<_, landlock::RulesetError> {
        let ruleset = Ruleset::default().set_compatibility(CompatLevel::BestEffort).handle_access(all)?.create()?;
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        let mut ruleset = match PathFd::new("/") {
            Ok(everything) => ruleset.add_rule(PathBeneath::new(everything, read))?,
            Err(_) => ruleset,
        };
        for program in our_program() {
            if let Ok(fd) = PathFd::new(program) {
                ruleset = ruleset.add_rule(PathBeneath::new(fd, AccessFs::Execute | AccessFs::ReadFile))?;
            }
        }
        // Where the messages of the process that reads apart go.
        if let Ok(fd) = PathFd::new("/dev/null") {
            ruleset = ruleset.add_rule(PathBeneath::new(fd, AccessFs::WriteFile | AccessFs::ReadFile))?;
        }
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
        Ok(RulesetStatus::FullyEnforced) => Confinement::Full,
        Ok(RulesetStatus::PartiallyEnforced) => Confinement::Partial,
        Ok(RulesetStatus::NotEnforced) => Confinement::None(WatchProblem::NoLandlock),
        Err(e) => Confinement::None(WatchProblem::Landlock(e.to_string())),
    }
}
