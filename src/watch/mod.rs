//! The daemon: a long-lived source. Events are hints; walks over the folders find what events
//! missed; a file that rests is looked at, and released, held or reported.

mod hints;
mod mounts;
mod page;
mod presets;
mod rejudge;
mod roots;
mod sandbox;
mod seen;
mod service;
mod settle;
mod status;
mod walks;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::act::audit::{Audit, Event, Later, What};
use crate::act::notify::News;
use crate::act::quarantine::{Quarantine, Recipient};
use crate::config::Config;
use crate::disk::{Disk, Identity, Key, Lock, private_folder};
use crate::gate::Gate;
use crate::scan::Scanner;
pub use hints::{Hint, Hints};
pub use mounts::watch_mounts;
pub use page::next;
pub use presets::{Found, Preset, presets};
pub use roots::{Duty, Root, absolute, roots};
pub use sandbox::restrict;
pub use service::{Places, Plan, serve};
pub use status::{FolderStatus, Status};

use seen::Seen;
use settle::Settle;
use work::Ready;

/// Time between two walks when nothing happens: what the system forgot to tell is found then.
const TIMED: Duration = Duration::from_secs(60);
/// Time between two walks while events cannot be had.
const POLL: Duration = Duration::from_secs(3);
/// Quiet after an event before a walk looks for what was not told.
const QUIET: Duration = Duration::from_millis(700);
/// A walk takes place this long after the first event even if there is no quiet.
const PATIENCE: Duration = Duration::from_secs(5);
/// An empty folder in `pending` goes when it was emptied by us and rested this long.
const EMPTY: Duration = Duration::from_secs(60);

/// Files looked at together: they share the syncs.
const BATCH: usize = 512;
/// A hidden file nobody knows of gets a name again after this time.
const STRAY: Duration = Duration::from_secs(600);

/// The gate of releases, in the state folder: releasing is done by another process.
pub const RELEASE: &str = "release";

/// Everything the daemon needs.
#[derive(Debug)]
pub struct Daemon {
    disk: Disk,
    key: Key,
    config: Config,
    scanner: Scanner,
    recipient: Option<Recipient>,
    roots: Vec<Root>,
    gate: Gate,
    quarantine: Quarantine,
    audit: Audit,
    /// While the daemon runs: events need not wait for the disk.
    later: Option<Later>,
    settle: Settle,
    ready: Ready,
    batch: usize,
    seen: Seen,
    status: Status,
    news: Vec<News>,
    /// Held files judged with other packs than those in force.
    stale: Vec<String>,
    /// Folders in `pending` that we emptied.
    emptied: BTreeMap<PathBuf, Instant>,
    hints: Option<Hints>,
    /// For each folder, which one it was when events were last asked for: none while it is missing.
    heard: Identities,
    /// Target folders that lie on a drive of their own: without it, what is left is not the target.
    drives: BTreeSet<PathBuf>,
    /// The folders the kernel lets us change, if it was told.
    confined: Option<Identities>,
    walk_at: Option<Instant>,
    first_hint: Option<Instant>,
    walk_took: Duration,
    timed_at: Instant,
    polling: bool,
    state: PathBuf,
    _lock: Lock,
}

/// Why the daemon cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another one works on the same state.
    #[error("another mizha is already watching")]
    Running,
    /// The state folder cannot be used.
    #[error("{}: {source}", path.display())]
    State {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A setting is wrong.
    #[error("{0}")]
    Setting(String),
    /// The thread that looks after the folders ended of itself.
    #[error("internal fault: the work on the folders ended; nothing is released until the next start")]
    Fault,
}

/// Why the daemon ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It was told to.
    Stopped,
    /// A folder is another one than when the kernel was told which may be changed.
    Outgrown,
}

/// Which folder lies at each path the daemon changes, none while missing.
type Identities = Vec<Option<Identity>>;

/// Says what is wrong with settings before a daemon begins with them.
///
/// # Errors
/// In words, what is wrong.
pub fn check(config: &Config, state: &Path) -> Result<(), String> {
    roots(config, state)?;
    recipient(config).map(|_| ())
}

fn recipient(config: &Config) -> Result<Option<Recipient>, String> {
    config.hold.officer_key.as_ref().map(|key| key.parse().map_err(|e| format!("hold.officer_key: {e}"))).transpose()
}

impl Daemon {
    /// A daemon for these folders, with its state in `state`.
    ///
    /// # Errors
    /// When another one runs, the state cannot be used or a setting is wrong.
    pub fn new(state: &Path, config: Config, scanner: Scanner, disk: Disk) -> Result<Self, Error> {
        let fault = |source: io::Error| Error::State { path: state.to_path_buf(), source };
        let folder = private_folder(state).map_err(fault)?;
        // `mizha status` tries this lock for an instant.
        let lock = Lock::take_soon(&folder, "lock", Duration::from_secs(1)).map_err(|e| match e.kind() {
            io::ErrorKind::WouldBlock => Error::Running,
            _ => fault(e),
        })?;
        let key = Key::kept(&disk, &folder).map_err(fault)?;
        let gate = Gate::open(&state.join("gate"), &disk, &key).map_err(fault)?;
        let quarantine = Quarantine::open(&disk, state).map_err(fault)?;
        let audit = Audit::new(&disk, &key, &folder, config.tell.anchor.clone());
        let recipient = recipient(&config).map_err(Error::Setting)?;
        let roots = roots(&config, state).map_err(Error::Setting)?;
        let seen = Seen::kept(state, scanner.rules(), &config.policy);
        let status = Status::new(&roots, &scanner);
        Ok(Daemon {
            disk,
            key,
            config,
            scanner,
            recipient,
            roots,
            gate,
            quarantine,
            audit,
            later: None,
            settle: Settle::default(),
            ready: Ready::default(),
            batch: BATCH,
            seen,
            status,
            news: Vec::new(),
            stale: Vec::new(),
            emptied: BTreeMap::new(),
            hints: None,
            heard: Vec::new(),
            drives: BTreeSet::new(),
            confined: None,
            walk_at: None,
            first_hint: None,
            walk_took: Duration::ZERO,
            timed_at: Instant::now(),
            polling: false,
            state: state.to_path_buf(),
            _lock: lock,
        })
    }

    /// The daemon that looks at so many files together.
    #[must_use]
    pub fn in_batches_of(self, files: usize) -> Self {
        Daemon { batch: files, ..self }
    }

    /// Asks for events from all folders. To be called before [`Daemon::run`], whose first walk
    /// finds everything that was there before.
    pub fn listen(&mut self, hints: Hints) {
        self.hints = Some(hints);
        self.hear_all();
    }

    /// The folders looked after.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// What to say when asked how things are.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Events cannot be had, or not all: the folders are looked at more often.
    pub fn poll_because(&mut self, problem: &str) {
        self.polling = true;
        self.status.degrade(problem);
    }

    /// Puts in order what a crash left, here and in a release. To be called first.
    pub fn begin(&mut self) {
        let mut recovery = self.gate.recover();
        match Gate::open(&self.state.join(RELEASE), &self.disk, &self.key) {
            Ok(mut gate) => recovery.add(&gate.recover()),
            // Someone is releasing a file right now: the record of that file must not be swept.
            Err(_) => recovery.waiting += 1,
        }
        if recovery != crate::gate::Recovery::default() {
            let reason = format!(
                "{} finished, {} given back, {} waiting",
                recovery.finished, recovery.given_back, recovery.waiting
            );
            self.record(&[Event { reason: Some(reason), ..Event::new(What::Recovered) }]);
        }
        if recovery.waiting == 0
            && let Err(e) = self.quarantine.sweep()
        {
            tracing::warn!(error = %e.kind(), "quarantine");
        }
        self.record(&[Event { packs: self.status.packs.clone(), ..Event::new(What::Started) }]);
        self.mark_for_rejudging();
    }

    /// Works until `stop` is set; `tell` is called with news, and after each round with the status.
    pub fn run(&mut self, hints: &Receiver<Hint>, stop: &AtomicBool, mut tell: impl FnMut(&[News], &Status)) -> Ended {
        self.later = Later::new(&self.audit).inspect_err(|e| tracing::warn!(error = %e.kind(), "audit log")).ok();
        self.walk();
        let ended = loop {
            while self.work(Instant::now()) {
                if stop.load(Ordering::Relaxed) {
                    self.finish();
                    break;
                }
            }
            tell(&std::mem::take(&mut self.news), &self.status);
            // One at a time, so that what people save now does not wait for what is held.
            let more = self.rejudge_next();
            let now = Instant::now();
            let due = [more.then_some(now), self.settle.next(), self.walk_at, Some(self.timed_at)]
                .into_iter()
                .flatten()
                .min()
                .unwrap_or(now);
            match hints.recv_timeout(due.saturating_duration_since(now)) {
                Ok(mut last) => {
                    // At most a fair share: looking at files must go on during a storm of events. A file that is
                    // written is told of several times in a row: once is enough.
                    for hint in hints.try_iter().take(10_000) {
                        // Every loss counts.
                        if hint != last || matches!(hint, Hint::Lost(_)) {
                            self.take(std::mem::replace(&mut last, hint));
                        }
                    }
                    self.take(last);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break Ended::Stopped,
            }
            if stop.load(Ordering::Relaxed) {
                break Ended::Stopped;
            }
            let now = Instant::now();
            if self.walk_at.is_some_and(|at| at <= now) || self.timed_at <= now {
                self.walk();
                if self.outgrown() {
                    break Ended::Outgrown;
                }
            }
        };
        self.record(&[Event::new(What::Stopped)]);
        self.later = None;
        self.seen.keep(&self.state, &self.disk);
        ended
    }

    /// Takes note of how far the kernel restricts this thread.
    pub fn confined(&mut self, outcome: Result<&'static str, String>) {
        match outcome {
            Ok(extent) => {
                self.status.confined = extent.to_string();
                self.confined = Some(self.identities());
            }
            // Older kernels have none: worth saying, but nothing is held any less.
            Err(problem) => self.status.confined = problem,
        }
    }

    /// Looks at everything there is now, once, and ends when nothing is left that can be done:
    /// a file that could not be taken several times stays.
    pub fn once(&mut self) -> (Vec<News>, &Status) {
        const TRIES: u32 = 3;
        self.walk();
        while let Some(due) = self.settle.next().filter(|_| self.settle.has_hope(TRIES)) {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            while self.work(Instant::now()) {}
        }
        while self.rejudge_next() {}
        self.seen.keep(&self.state, &self.disk);
        (std::mem::take(&mut self.news), &self.status)
    }

    fn take(&mut self, hint: Hint) {
        let now = Instant::now();
        let is_closed = matches!(hint, Hint::Closed(_));
        match hint {
            Hint::Path(path) | Hint::Closed(path) => {
                let root = self.root_of(&path);
                // Beside a missing folder: it may be back. Anything else is none of ours.
                if root.is_none() && !self.heard.contains(&None) {
                    return;
                }
                let first = *self.first_hint.get_or_insert(now);
                let latest = first + PATIENCE.max(self.walk_took * 20);
                self.walk_at = Some((now + QUIET.max(self.walk_took * 4)).min(latest));
                if let Some(root) = root {
                    self.consider(&path, root, now);
                    if is_closed {
                        self.settle.closed(&path, self.roots[root].settle, now);
                    }
                }
            }
            Hint::Lost(problem) => {
                self.status.overflows += 1;
                tracing::warn!(problem, "events were lost; all folders are walked");
                self.walk_at = Some(now);
            }
            Hint::Folders => {
                // A drive came or went: what was under way there may be put in order now.
                self.gate.recover();
                self.walk_at = Some(now);
                self.timed_at = now;
            }
            Hint::Wake => {}
        }
    }

    fn record(&mut self, events: &[Event]) {
        let written = match &self.later {
            Some(later) => later.append(events),
            None => self.audit.append(events),
        };
        if let Err(e) = written {
            tracing::error!(error = %e.kind(), "the audit log cannot be written");
            self.status.degrade(&format!("audit log: {}", e.kind()));
        }
    }
}
