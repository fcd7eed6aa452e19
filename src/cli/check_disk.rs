//! `mizha check-disk`: the self-inspection of a computer. Everything below the given folders is looked at once;
//! what was clear and has not changed since is not looked at again, so a check that was stopped goes on where
//! it was, and the next one is short. Nothing found is kept: what was not clear is looked at anew each time, in a check
//! that goes on after all that was not reached before.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};

use super::args::{CheckDiskArgs, Common};
use super::exit::Exit;
use super::output::Output;
use super::progress::Progress;
use super::scan::scan_entries;
use super::setup;
use crate::act::audit::{Audit, Event, EventKind, Tally};
use crate::act::quarantine::tiers;
use crate::act::report::{Summary, View};
use crate::config::Config;
use crate::disk::{Disk, FileStamp, Folder, Key, private_folder};
use crate::isolate::Reader;
use crate::model::{Lang, Report, Verdict};
use crate::scan::{Options, Scanner};
use crate::source::{WalkEntry, walk_without};
use crate::watch::SeenFiles;

/// How often what was clear is kept: a stop costs no more than this.
const KEEP: Duration = Duration::from_secs(30);

/// Runs the verb.
pub(super) fn run(args: &CheckDiskArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let started = Instant::now();
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    let (config, _) = setup::config(common)?;
    let (state, _) = setup::state(args.state.state.as_deref())?;
    let folder = private_folder(&state).with_context(|| state.display().to_string())?;
    let scanner = scanner(common, &config, lang)?;
    let grounds = Grounds::new(args, &state)?;
    grounds.print(lang);
    let view = View { lang, color: args.output.is_none() && std::io::stdout().is_terminal(), ..View::default() };
    let mut output = Output::to(args.format.into(), args.output.as_deref(), view, lang)?;
    let mut check = Check::new(&folder, &grounds, &scanner, &config, args);
    let total = grounds.entries().count() as u64;
    let mut progress = Progress::of_total(!args.no_progress, total, scanner.pages(), lang);
    let mut broken = None;
    let (due, postponed, unchanged) = (check.due(), check.postponed(), Arc::clone(&check.unchanged));
    let entries = grounds.entries().filter(|entry| due(entry));
    let entries = entries.chain(grounds.entries().filter(|entry| postponed(entry)));
    let entries = entries.take_while(|_| !stop.load(Ordering::Relaxed));
    scan_entries(&scanner, entries, threads(), &mut |reports: Vec<Report>| {
        for report in &reports {
            check.take(report);
            progress.step(&report.path);
        }
        let done = check.summary.items + unchanged.load(Ordering::Relaxed);
        progress.stands_at(done);
        if broken.is_none() {
            broken = progress.pause(|| output.report(&reports)).err();
        }
        check.keep_now_and_then();
    });
    progress.finish();
    check.summary.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let exit = match stop.load(Ordering::Relaxed) {
        true => check.stopped(total, lang),
        false => check.finished(&config, &folder, lang)?,
    };
    match broken {
        Some(e) => Err(e.into()),
        None => output.finish(&check.summary).map(|()| exit).map_err(Into::into),
    }
}

/// Half of the processors: a person works on the others.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).div_ceil(2)
}

fn scanner(common: &Common, config: &Config, lang: Lang) -> anyhow::Result<Scanner> {
    let options = setup::options(config);
    let options = Options { reader: options.reader.map(Reader::gentle), ..options };
    let in_force = setup::rules(common, config, setup::OnBadPack::Refused, lang)?;
    in_force.warn(lang);
    Ok(Scanner::new(in_force.rules, options))
}

/// What is looked at, and what is left out of it.
struct Grounds {
    paths: Vec<PathBuf>,
    left_out: Vec<PathBuf>,
}

impl Grounds {
    fn new(args: &CheckDiskArgs, state: &Path) -> anyhow::Result<Self> {
        let paths = match (&args.paths[..], rustix::process::geteuid().is_root(), std::env::var_os("HOME")) {
            ([], true, _) => vec![PathBuf::from("/")],
            ([], false, home) => vec![PathBuf::from(home.context("HOME is not set; name a folder")?)],
            (paths, _, _) => paths.iter().map(std::path::absolute).collect::<Result<_, _>>()?,
        };
        let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let left_out = [vec![state.to_path_buf()], elsewhere(&mounts)].concat();
        // One may be mounted over another at the same place.
        let left_out: BTreeSet<PathBuf> = left_out.into_iter().collect();
        let left_out = left_out.into_iter().filter(|out| paths.iter().any(|path| out != path && out.starts_with(path)));
        Ok(Grounds { left_out: left_out.collect(), paths })
    }

    /// Nothing is left out without a word.
    fn print(&self, lang: Lang) {
        for path in &self.left_out {
            let path = crate::model::safe_name(&path.display().to_string());
            eprintln!(
                "mizha: {}",
                lang.pick(
                    format!("left out: {path} (the state of mizha, the system's own or a network file system)"),
                    format!("不检查：{path}（密闸自身状态、系统虚拟文件系统或网络文件系统）"),
                )
            );
        }
    }

    fn entries(&self) -> impl Iterator<Item = WalkEntry> + Send + '_ {
        self.paths.iter().flat_map(|path| walk_without(path, self.left_out.clone()))
    }

    /// A name for what is known of exactly these folders.
    fn name(&self) -> String {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.paths.hash(&mut hasher);
        format!("checked-{:016x}", hasher.finish())
    }
}

/// Mount points of file systems that hold no disk of this computer (proc(5), fstab(5)).
fn elsewhere(mounts: &str) -> Vec<PathBuf> {
    const KINDS: [&str; 27] = [
        "proc",
        "sysfs",
        "devtmpfs",
        "devpts",
        "cgroup",
        "cgroup2",
        "securityfs",
        "debugfs",
        "tracefs",
        "pstore",
        "bpf",
        "mqueue",
        "hugetlbfs",
        "configfs",
        "efivarfs",
        "autofs",
        "binfmt_misc",
        "fusectl",
        "rpc_pipefs",
        "nsfs",
        "ramfs",
        "fuse.gvfsd-fuse",
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "fuse.sshfs",
    ];
    let mount = |line: &str| {
        let mut fields = line.split(' ').skip(1);
        let (point, kind) = (fields.next()?, fields.next()?);
        KINDS.contains(&kind).then(|| PathBuf::from(point.replace("\\040", " ")))
    };
    mounts.lines().filter_map(mount).collect()
}

/// A check on its way.
struct Check<'a> {
    summary: Summary,
    /// Files that were clear and have not changed.
    unchanged: Arc<AtomicU64>,
    seen: Arc<Mutex<SeenFiles>>,
    looks: Arc<Mutex<HashMap<PathBuf, FileStamp>>>,
    /// Files that were not clear, in case the check is stopped.
    unclear: SeenFiles,
    /// Those that were so before it was stopped, and those of them that wait for the end.
    unclear_before: Arc<Mutex<SeenFiles>>,
    postponed: Arc<Mutex<HashSet<PathBuf>>>,
    rules: BTreeSet<String>,
    tiers: BTreeSet<crate::model::Tier>,
    state: &'a Folder,
    kept: Instant,
    name: String,
    packs: Vec<String>,
}

impl<'a> Check<'a> {
    fn new(state: &'a Folder, grounds: &Grounds, scanner: &Scanner, config: &Config, args: &CheckDiskArgs) -> Self {
        let name = grounds.name();
        let mut seen = SeenFiles::kept(state.path(), &name, scanner.rules(), &config.policy);
        if args.all {
            seen.forget();
        }
        seen.begin();
        let unclear = || {
            let mut unclear = SeenFiles::kept(state.path(), &unclear_name(&name), scanner.rules(), &config.policy);
            if args.all {
                unclear.forget();
            }
            unclear
        };
        Check {
            summary: Summary::default(),
            unchanged: Arc::default(),
            seen: Arc::new(Mutex::new(seen)),
            looks: Arc::default(),
            unclear: unclear(),
            unclear_before: Arc::new(Mutex::new(unclear())),
            postponed: Arc::default(),
            rules: Default::default(),
            tiers: Default::default(),
            state,
            kept: Instant::now(),
            name,
            packs: scanner.rules().packs().iter().map(crate::act::quarantine::pack).collect(),
        }
    }

    /// Says of each entry whether it has to be looked at.
    fn due(&self) -> impl Fn(&WalkEntry) -> bool + Send + use<> {
        let (seen, looks, unchanged) = (Arc::clone(&self.seen), Arc::clone(&self.looks), Arc::clone(&self.unchanged));
        let (unclear_before, postponed) = (Arc::clone(&self.unclear_before), Arc::clone(&self.postponed));
        move |entry| {
            let Some(look) = entry.gap.is_none().then(|| FileStamp::at(&entry.path).ok()).flatten() else {
                return true;
            };
            if seen.lock().is_ok_and(|mut seen| seen.knows(&entry.path, &look)) {
                unchanged.fetch_add(1, Ordering::Relaxed);
                return false;
            }
            // First what a stopped check did not reach.
            if unclear_before.lock().is_ok_and(|mut unclear| unclear.knows(&entry.path, &look))
                && let Ok(mut postponed) = postponed.lock()
            {
                postponed.insert(entry.path.clone());
                return false;
            }
            if let Ok(mut looks) = looks.lock() {
                looks.insert(entry.path.clone(), look);
            }
            true
        }
    }

    /// Says of each entry whether it waited for the end.
    fn postponed(&self) -> impl Fn(&WalkEntry) -> bool + Send + use<> {
        let (postponed, looks) = (Arc::clone(&self.postponed), Arc::clone(&self.looks));
        move |entry| {
            let is_due = postponed.lock().is_ok_and(|mut postponed| postponed.remove(&entry.path));
            if let (true, Ok(look), Ok(mut looks)) = (is_due, FileStamp::at(&entry.path), looks.lock()) {
                looks.insert(entry.path.clone(), look);
            }
            is_due
        }
    }

    /// What was found in a file; a clear one that is still as it was before is known from now on.
    fn take(&mut self, report: &Report) {
        self.summary.add(report);
        if report.verdict != Verdict::Clear {
            self.rules.extend(report.findings.iter().map(|finding| finding.rule.to_string()));
            self.tiers.extend(tiers(report));
        }
        let path = Path::new(&report.path);
        let look = self.looks.lock().ok().and_then(|mut looks| looks.remove(path));
        let is_clear = report.verdict == Verdict::Clear && report.findings.is_empty() && report.gaps.is_empty();
        let Some(look) = look.filter(|before| FileStamp::at(path).is_ok_and(|now| now == *before)) else { return };
        match self.seen.lock() {
            Ok(mut seen) if is_clear => seen.add(path, &look),
            _ => self.unclear.add(path, &look),
        }
    }

    fn keep_now_and_then(&mut self) {
        if self.kept.elapsed() >= KEEP {
            self.keep();
        }
    }

    fn keep(&mut self) {
        if let Ok(seen) = self.seen.lock() {
            seen.keep(self.state.path(), &self.name, &Disk::default());
        }
        self.unclear.keep(self.state.path(), &unclear_name(&self.name), &Disk::default());
        self.kept = Instant::now();
    }

    /// Keeps what is known for the next time.
    fn stopped(&mut self, total: u64, lang: Lang) -> Exit {
        self.keep();
        let done = self.summary.items + self.unchanged.load(Ordering::Relaxed);
        let percent = (done * 100).checked_div(total).unwrap_or(100);
        let words = lang.pick(
            format!("stopped at {percent}%; the next check goes on from there"),
            format!("已中断于 {percent}%；再次运行将从此处继续"),
        );
        eprintln!("mizha: {words}");
        Exit::Interrupted
    }

    /// Keeps what is known and writes the check down.
    fn finished(&mut self, config: &Config, folder: &Arc<Folder>, lang: Lang) -> anyhow::Result<Exit> {
        let (looked, unchanged) = (self.summary.items, self.unchanged.load(Ordering::Relaxed));
        if let Ok(mut seen) = self.seen.lock() {
            seen.forget_the_rest();
        }
        // The next check is a whole one.
        self.unclear.forget();
        self.keep();
        let count = |verdict| self.summary.count(verdict);
        let tally = Tally {
            looked,
            unchanged,
            warn: count(Verdict::Warn),
            uninspected: count(Verdict::Uninspected),
            block: count(Verdict::Block),
        };
        let disk = Disk::default();
        let audit = Audit::new(&disk, &Key::kept(&disk, folder)?, folder, config.tell.anchor.clone());
        audit.append(&[Event {
            tally: Some(tally),
            rules: self.rules.iter().cloned().collect(),
            tiers: self.tiers.iter().rev().copied().collect(),
            packs: self.packs.clone(),
            user: Some(rustix::process::getuid().as_raw()),
            ..Event::new(EventKind::DiskChecked)
        }])?;
        let words = lang.pick(
            format!("{looked} files looked at, {unchanged} unchanged since they were found clear"),
            format!("已检查 {looked} 个文件，另有 {unchanged} 个自上次检查通过后未变"),
        );
        writeln!(std::io::stderr(), "mizha: {words}")?;
        Ok(Exit::of(&self.summary, config.scan.fail_on))
    }
}

/// A name for what was not clear in a check that has not ended.
fn unclear_name(name: &str) -> String {
    format!("{name}-unclear")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_disk_of_this_computer_is_left_out() {
        let mounts = "/dev/sda1 / ext4 rw 0 0\nproc /proc proc rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n\
                      srv:/share /mnt/net\\040share nfs4 rw 0 0\n/dev/sdb1 /media/a exfat rw 0 0\n";
        assert_eq!(elsewhere(mounts), ["/proc", "/mnt/net share"].map(PathBuf::from));
    }
}
