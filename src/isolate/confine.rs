//! What the process that reads takes from itself before it sees a byte: memory, time, files,
//! network, children. It keeps its stdin and stdout.

use std::io;

use landlock::{ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetError, Scope};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Address space, in bytes.
const MEMORY: u64 = 512 << 20;
/// Processor time, in seconds: a backstop, should the one that started it be gone.
const SECONDS: u64 = 600;

/// Takes the rights away. What every kernel has must work; what only newer ones have is
/// used where it is there.
pub(super) fn confine() -> io::Result<()> {
    let fixed = |value| Rlimit { current: Some(value), maximum: Some(value) };
    setrlimit(Resource::As, fixed(MEMORY))?;
    setrlimit(Resource::Cpu, fixed(SECONDS))?;
    setrlimit(Resource::Core, fixed(0))?;
    setrlimit(Resource::Fsize, fixed(0))?;
    setrlimit(Resource::Nproc, fixed(0))?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    let _ = no_files();
    Ok(())
}

/// No file may be opened, no connection made, nobody signalled.
fn no_files() -> Result<(), RulesetError> {
    let abi = ABI::V6;
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .restrict_self()
        .map(drop)
}
