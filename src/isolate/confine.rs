//! What the process that reads takes from itself before it sees a byte: memory, time, files, network, children, and
//! every system call but those that reading needs. It keeps its stdin, its stdout and the file it was handed.

use std::collections::BTreeMap;
use std::io;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetError, RulesetStatus, Scope,
};
use rustix::process::{
    DumpableBehavior, Pid, Resource, Rlimit, Signal, getppid, set_dumpable_behavior, set_parent_process_death_signal,
    setrlimit,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter,
};

use super::Landlock;

/// Address space, in bytes.
const MEMORY: u64 = 512 << 20;
/// Processor time, in seconds: a backstop, should the one that started it be gone.
const SECONDS: u64 = 600;

/// Calls that reading needs, on descriptors, memory and time it has already.
const NEEDED: [i64; 22] = [
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_lseek,
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_getrandom,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_futex,
    libc::SYS_clock_gettime,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];
/// Needed without the right to execute what is mapped.
const NEEDED_WITHOUT_EXECUTION: [i64; 2] = [libc::SYS_mmap, libc::SYS_mprotect];
/// Asked in vain by the network that reads pictures, which then goes on with one thread and no file; the last two
/// install the second filter.
const REFUSED: [i64; 5] = [libc::SYS_openat, libc::SYS_clone, libc::SYS_clone3, libc::SYS_prctl, libc::SYS_seccomp];

/// The compiled lists of system calls.
pub(super) struct Filters([BpfProgram; 2]);

impl Filters {
    /// The filters for this machine.
    ///
    /// # Errors
    /// No list exists for its processor: x86_64, aarch64 and riscv64 have one.
    pub(super) fn new() -> io::Result<Self> {
        let unsupported = |_| io::Error::from(io::ErrorKind::Unsupported);
        let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(unsupported)?;
        let mut needed: BTreeMap<i64, Vec<SeccompRule>> = NEEDED.into_iter().map(|call| (call, Vec::new())).collect();
        for call in NEEDED_WITHOUT_EXECUTION {
            let none = SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64);
            let condition = SeccompCondition::new(2, SeccompCmpArgLen::Dword, none, 0);
            let rule = condition.and_then(|condition| SeccompRule::new(vec![condition]));
            needed.insert(call, vec![rule.map_err(unsupported)?]);
        }
        // What a descriptor is closed with in some builds: whether it is open.
        let asked = SeccompCondition::new(1, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, libc::F_GETFD as u64);
        let rule = asked.and_then(|condition| SeccompRule::new(vec![condition]));
        needed.insert(libc::SYS_fcntl, vec![rule.map_err(unsupported)?]);
        let mut known = needed.clone();
        known.extend(REFUSED.into_iter().map(|call| (call, Vec::new())));
        // Of two filters the stricter answer counts: what neither list knows ends the process.
        let ending = SeccompFilter::new(known, SeccompAction::KillProcess, SeccompAction::Allow, arch);
        let refusing =
            SeccompFilter::new(needed, SeccompAction::Errno(libc::EAGAIN as u32), SeccompAction::Allow, arch);
        let program = |filter: Result<SeccompFilter, _>| filter.and_then(BpfProgram::try_from).map_err(unsupported);
        Ok(Filters([program(ending)?, program(refusing)?]))
    }
}

/// Takes the rights away from this process, a child of `parent`.
///
/// # Errors
/// Something that must work did not: nothing may be read then.
pub(super) fn confine(parent: Pid, filters: &Filters, with_landlock: bool) -> io::Result<Landlock> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    if getppid() != Some(parent) {
        return Err(io::ErrorKind::BrokenPipe.into());
    }
    let fixed = |value| Rlimit { current: Some(value), maximum: Some(value) };
    setrlimit(Resource::As, fixed(MEMORY))?;
    setrlimit(Resource::Cpu, fixed(SECONDS))?;
    setrlimit(Resource::Core, fixed(0))?;
    setrlimit(Resource::Fsize, fixed(0))?;
    // The superuser is exempt from this one; for him the filter holds.
    setrlimit(Resource::Nproc, fixed(0))?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    let landlock = if with_landlock { no_files().unwrap_or(Landlock::Absent) } else { Landlock::Absent };
    for filter in &filters.0 {
        // Sets no_new_privs, too.
        apply_filter(filter).map_err(|_| io::Error::from(io::ErrorKind::Unsupported))?;
    }
    Ok(landlock)
}

/// No file may be opened, no connection made, nobody signalled.
fn no_files() -> Result<Landlock, RulesetError> {
    let abi = ABI::V6;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .restrict_self()?;
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => Landlock::Full,
        RulesetStatus::PartiallyEnforced => Landlock::Partial,
        RulesetStatus::NotEnforced => Landlock::Absent,
    })
}
