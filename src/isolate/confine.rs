//! What the processes that read take from themselves: memory, time, files, network, children, and every system call but
//! those that reading needs. The process that divides itself takes what its children have from it, once; a child
//! takes the rest before it sees a byte. It keeps its stdin, its stdout and the file it was handed.

use std::collections::BTreeMap;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetError, RulesetStatus, Scope,
};
use rustix::process::{
    DumpableBehavior, Pid, Resource, Rlimit, Signal, getppid, set_dumpable_behavior, set_parent_process_death_signal,
    setrlimit,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter, sock_filter,
};

use super::Landlock;
use crate::model::ReaderFault;

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
/// install a child's own filter.
const REFUSED: [i64; 5] = [libc::SYS_openat, libc::SYS_clone, libc::SYS_clone3, libc::SYS_prctl, libc::SYS_seccomp];
/// What making children takes, and what a child does before it is confined. They end a child that is.
const DIVIDING: &[i64] = &[
    libc::SYS_recvmsg,
    libc::SYS_sendmsg,
    libc::SYS_wait4,
    libc::SYS_kill,
    libc::SYS_set_robust_list,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_dup2,
    libc::SYS_dup3,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getpriority,
    libc::SYS_setpriority,
    libc::SYS_prlimit64,
    libc::SYS_landlock_create_ruleset,
    libc::SYS_landlock_restrict_self,
];

/// The filter a child adds to the one it has from the process that made it.
pub(super) struct Rest(BpfProgram);

/// Takes from this process what its children have from it, and from then on no thread may start here.
///
/// # Errors
/// Something that must work did not: nothing may be read then.
pub(super) fn begin() -> Result<Rest, ReaderFault> {
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(|_| ReaderFault::Processor)?;
    let fixed = |value| Rlimit { current: Some(value), maximum: Some(value) };
    let bounds = [(Resource::As, MEMORY), (Resource::Core, 0), (Resource::Fsize, 0)];
    bounds.into_iter().try_for_each(|(what, most)| setrlimit(what, fixed(most))).map_err(|_| ReaderFault::Bounds)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|_| ReaderFault::Bounds)?;
    let known = known().map_err(|_| ReaderFault::Seccomp)?;
    let filter = SeccompFilter::new(known, SeccompAction::KillProcess, SeccompAction::Allow, arch);
    install(&filter.and_then(BpfProgram::try_from).map_err(|_| ReaderFault::Seccomp)?)?;
    Ok(Rest(rest()))
}

/// The calls that anything here makes; every other ends the process.
fn known() -> Result<BTreeMap<i64, Vec<SeccompRule>>, seccompiler::BackendError> {
    let always = NEEDED.iter().chain(&REFUSED).chain(DIVIDING);
    let mut known: BTreeMap<i64, Vec<SeccompRule>> = always.map(|call| (*call, Vec::new())).collect();
    for call in NEEDED_WITHOUT_EXECUTION {
        let none = SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64);
        known.insert(call, vec![SeccompRule::new(vec![SeccompCondition::new(2, SeccompCmpArgLen::Dword, none, 0)?])?]);
    }
    // What a descriptor is closed with in some builds: whether it is open.
    let asked = SeccompCondition::new(1, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, libc::F_GETFD as u64)?;
    known.insert(libc::SYS_fcntl, vec![SeccompRule::new(vec![asked])?]);
    // The model's files are opened for each child, and only to be read.
    let writing = (libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC) as u64;
    let reading = SeccompCondition::new(2, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(writing), 0)?;
    known.insert(libc::SYS_openat, vec![SeccompRule::new(vec![reading])?]);
    Ok(known)
}

/// What a child gives up of the calls it has from the process that made it: dividing ends it, and what is asked in vain is refused. Of
/// two filters the stricter answer counts. Written by hand, for it is installed for each file and one list that
/// has two answers costs half of two lists that have one.
fn rest() -> BpfProgram {
    let step = |code: u32, k: u32, jt| sock_filter { code: code as u16, jt, jf: 0, k };
    let answer = |action| step(libc::BPF_RET | libc::BPF_K, action, 0);
    // The number of the call is the first field of what a filter sees; the processor was looked at by the first filter.
    let mut program = vec![step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0)];
    let calls = DIVIDING.len() + REFUSED.len();
    for (at, call) in DIVIDING.iter().chain(&REFUSED).enumerate() {
        // Behind the list stand: allowed, ended, refused.
        let to_ended = calls - at;
        let jump = if at < DIVIDING.len() { to_ended } else { to_ended + 1 };
        program.push(step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, *call as u32, jump as u8));
    }
    program.push(answer(libc::SECCOMP_RET_ALLOW));
    program.push(answer(libc::SECCOMP_RET_KILL_PROCESS));
    program.push(answer(libc::SECCOMP_RET_ERRNO | libc::EAGAIN as u32));
    program
}

/// Sets no_new_privs, too.
fn install(filter: &BpfProgram) -> Result<(), ReaderFault> {
    apply_filter(filter).map_err(|_| ReaderFault::Seccomp)
}

impl Rest {
    /// Takes the rest of its rights from this process, a child of `parent`.
    ///
    /// # Errors
    /// Something that must work did not: nothing may be read then.
    pub(super) fn confine(&self, parent: Pid, with_landlock: bool) -> Result<Landlock, ReaderFault> {
        let bounds = |_| ReaderFault::Bounds;
        set_parent_process_death_signal(Some(Signal::KILL)).map_err(bounds)?;
        if getppid() != Some(parent) {
            return Err(ReaderFault::Ended);
        }
        let fixed = |value| Rlimit { current: Some(value), maximum: Some(value) };
        setrlimit(Resource::Cpu, fixed(SECONDS)).map_err(bounds)?;
        // The superuser is exempt from this one; for him the filter holds.
        setrlimit(Resource::Nproc, fixed(0)).map_err(bounds)?;
        let landlock = if with_landlock { no_files().unwrap_or(Landlock::Absent) } else { Landlock::Absent };
        install(&self.0)?;
        Ok(landlock)
    }
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
