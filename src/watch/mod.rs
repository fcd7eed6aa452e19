//! The daemon: a long-lived source. Events are hints; walks over the folders find what events
//! missed; a file that rests is looked at, and released, held or reported.

mod hints;
mod mounts;
mod page;
mod presets;
mod roots;
mod sandbox;
mod seen;
mod service;
mod settle;
mod status;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::act::audit::{Audit, Event, What};
use crate::act::notify::News;
use crate::act::quarantine::{Quarantine, Recipient};
use crate::config::Config;
use crate::disk::{Disk, Identity, Key, Kind, Lock, Look, private_folder};
use crate::gate::{Gate, UNDERWAY};
use crate::scan::Scanner;
use crate::source::walk;
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
    settle: Settle,
    seen: Seen,
    status: Status,
    news: Vec<News>,
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
        let seen = Seen::kept(state, scanner.rules());
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
            settle: Settle::default(),
            seen,
            status,
            news: Vec::new(),
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

    /// Asks for events from every folder that is another one than when it was last asked.
    fn hear_all(&mut self) {
        self.heard.resize(self.roots.len(), None);
        for at in 0..self.roots.len() {
            let path = self.roots[at].path.clone();
            let now = Identity::at(&path);
            if now == self.heard[at] {
                continue;
            }
            let Some(hints) = &mut self.hints else { return };
            let asked = match now {
                Some(_) => hints.watch(&path),
                // It may come back: the folder it lay in will say so.
                None => path.parent().map_or(Ok(()), |parent| hints.watch_flat(parent)),
            };
            self.heard[at] = now;
            match asked {
                Err(e) if now.is_some() => self.poll_because(&format!("{}: {}", path.display(), hints::problem(&e))),
                _ if mounts::is_silent(&path) => {
                    self.poll_because(&format!("{}: this file system does not tell of all changes", path.display()));
                }
                _ => {}
            }
        }
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
    }

    /// Works until `stop` is set; `tell` is called with news, and after each round with the status.
    pub fn run(&mut self, hints: &Receiver<Hint>, stop: &AtomicBool, mut tell: impl FnMut(&[News], &Status)) -> Ended {
        self.walk();
        let ended = loop {
            while self.work(Instant::now()) {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
            }
            tell(&std::mem::take(&mut self.news), &self.status);
            let now = Instant::now();
            let due =
                [self.settle.next(), self.walk_at, Some(self.timed_at)].into_iter().flatten().min().unwrap_or(now);
            match hints.recv_timeout(due.saturating_duration_since(now)) {
                Ok(hint) => {
                    self.take(hint);
                    // At most a fair share: looking at files must go on during a storm of events.
                    for hint in hints.try_iter().take(10_000) {
                        self.take(hint);
                    }
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
            Err(problem) => self.status.degrade(&format!("sandbox: {problem}")),
        }
    }

    /// The target was on a drive, and the drive is not there now.
    fn is_gone(&self, target: &Path) -> bool {
        self.drives.contains(target) && !mounts::is_mount(target)
    }

    fn exports(&self) -> impl Iterator<Item = &PathBuf> {
        self.roots.iter().filter_map(|root| match &root.duty {
            Duty::Gate { export } => Some(export),
            Duty::Watch { .. } => None,
        })
    }

    /// A folder came, or came back, that the kernel was not told of.
    fn outgrown(&self) -> bool {
        let Some(then) = &self.confined else { return false };
        if self.exports().any(|export| self.is_gone(export)) {
            return false;
        }
        let now = self.identities();
        now.len() != then.len() || now.iter().zip(then).any(|(now, then)| now.is_some() && now != then)
    }

    fn identities(&self) -> Identities {
        let paths = self.roots.iter().map(|root| &root.path).chain(self.exports());
        paths.map(|path| Identity::at(path)).collect()
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
        self.seen.keep(&self.state, &self.disk);
        (std::mem::take(&mut self.news), &self.status)
    }

    fn take(&mut self, hint: Hint) {
        let now = Instant::now();
        match hint {
            Hint::Path(path) => {
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

    /// The folder a path belongs to; the innermost, if several.
    fn root_of(&self, path: &Path) -> Option<usize> {
        let inside = self.roots.iter().enumerate().filter(|(_, root)| path.starts_with(&root.path));
        inside.max_by_key(|(_, root)| root.path.as_os_str().len()).map(|(at, _)| at)
    }

    /// Walks all folders and notes every file that was not looked at as it is now.
    fn walk(&mut self) {
        let started = Instant::now();
        self.walk_at = None;
        self.first_hint = None;
        if self.gate.is_unsettled() {
            self.gate.recover();
        }
        if self.timed_at <= started {
            self.find_folders();
        }
        self.hear_all();
        let drives: Vec<PathBuf> = self.exports().filter(|export| mounts::is_mount(export)).cloned().collect();
        self.drives.extend(drives);
        self.seen.begin();
        let mut whole = true;
        for at in 0..self.roots.len() {
            let path = self.roots[at].path.clone();
            whole &= self.walk_below(&path, at);
        }
        if whole {
            self.seen.forget_the_rest();
        }
        self.remove_emptied();
        self.walk_took = started.elapsed();
        self.timed_at = Instant::now() + if self.polling { POLL } else { TIMED };
        self.status.walked();
    }

    /// Looks again which folders there are: presets find others when drives and accounts come.
    fn find_folders(&mut self) {
        let Ok(roots) = roots(&self.config, &self.state) else { return };
        if roots.iter().map(|root| &root.path).ne(self.roots.iter().map(|root| &root.path)) {
            self.status.folders_changed(&roots);
            self.settle.forget_folders();
            self.heard.clear();
            self.roots = roots;
        }
    }

    /// Notes what lies below a folder; false if the folder cannot be read.
    fn walk_below(&mut self, path: &Path, root: usize) -> bool {
        let now = Instant::now();
        let readable = std::fs::read_dir(path);
        self.status.reach(root, readable.as_ref().err().map(|e| e.kind().to_string()));
        if readable.is_err() {
            return false;
        }
        for entry in walk(path) {
            self.consider(&entry.path, root, now);
        }
        true
    }

    /// Notes a file that has to be looked at once it rests.
    fn consider(&mut self, path: &Path, at: usize, now: Instant) {
        let Ok(look) = Look::at(path) else { return };
        let root = &self.roots[at];
        let name = path.file_name().unwrap_or_default();
        match look.kind {
            Kind::Folder => {
                if path != root.path {
                    // Events inside a new folder may be missed: look at once, and again when it is quiet.
                    for entry in walk(path).filter(|entry| entry.gap.is_none()) {
                        self.consider(&entry.path, at, now);
                    }
                }
                return;
            }
            Kind::Link | Kind::Special => {
                self.status.refuse(at, path);
                return;
            }
            Kind::File => {}
        }
        if name.as_encoded_bytes().starts_with(UNDERWAY.as_bytes()) {
            self.adopt(path, &look);
            return;
        }
        if root.skips(path) || (matches!(root.duty, Duty::Watch { .. }) && self.seen.knows(path, &look)) {
            return;
        }
        self.settle.note(path, look, at, root.settle, now);
    }

    /// A hidden file on its way whose journal was lost gets a name again. Not at once: a release
    /// by another process may be what it belongs to.
    fn adopt(&self, path: &Path, look: &Look) {
        let now = jiff::Timestamp::now().as_second();
        if now.abs_diff(look.changed.0) < STRAY.as_secs() {
            return;
        }
        let stray = path.parent().zip(path.file_name());
        let Some((folder, name)) = stray.and_then(|(f, n)| Some((crate::disk::Folder::open(f).ok()?, n))) else {
            return;
        };
        if let Err(e) = self.gate.adopt(&crate::disk::Place::new(&folder, name)) {
            tracing::warn!(error = %e.kind(), "a file under way cannot be adopted");
        }
    }

    fn remove_emptied(&mut self) {
        let due: Vec<PathBuf> =
            self.emptied.iter().filter(|(_, since)| since.elapsed() > EMPTY).map(|(path, _)| path.clone()).collect();
        for path in due {
            self.emptied.remove(&path);
            let Some((parent, name)) = path.parent().zip(path.file_name()) else { continue };
            let removed = crate::disk::Folder::open(parent)
                .and_then(|folder| self.disk.remove_folder(&crate::disk::Place::new(&folder, name)));
            if removed.is_ok() && !self.roots.iter().any(|root| root.path == parent) {
                // Its parent may be empty now as well.
                self.emptied.insert(parent.to_path_buf(), Instant::now());
            }
        }
    }

    fn record(&mut self, events: &[Event]) {
        if let Err(e) = self.audit.append(events) {
            tracing::error!(error = %e.kind(), "the audit log cannot be written");
            self.status.degrade(&format!("audit log: {}", e.kind()));
        }
    }
}
