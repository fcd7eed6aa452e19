//! The daemon: discovery says what lies where, the queue lets it rest, handling does what is to be
//! done, and the report says how things are. Here they are joined, and nothing else is.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::discovery::{Discovered, Discovery, Hint, Hints};
use super::handling::{FileOutcome, Folders, Handling};
use super::queue::Queue;
use super::report::{Confinement, DaemonReport};
use super::{Pause, Root, Status, StopReason, WatchError, note, recipient, roots};
use crate::act::notify::Notification;
use crate::config::Config;
use crate::disk::{Disk, Folder, Lock, private_folder};
use crate::scan::Scanner;

/// Files looked at together: they share the syncs.
const BATCH: usize = 512;
/// Bytes of files looked at together: the first of them should not wait long for the last.
const BYTES: u64 = 64 << 20;
/// How often a pause is looked after.
const REST: Duration = Duration::from_secs(30);
/// How often originals that are kept for a while are looked at.
const LINGER: Duration = Duration::from_secs(1);
/// Hints taken between two rounds of work: looking at files must go on during a storm of events.
const HINTS: usize = 10_000;

/// Everything the daemon needs.
#[derive(Debug)]
pub struct Daemon {
    discovery: Discovery,
    downstream: Downstream,
    config: Config,
    disk: Disk,
    state: Arc<Folder>,
    batch: usize,
    _lock: Lock,
}

/// What comes after discovery.
#[derive(Debug)]
struct Downstream {
    queue: Queue,
    handling: Handling,
    report: DaemonReport,
    /// A file went from an export folder back to where it is looked at.
    took_back: bool,
    /// A file is held since the notes were last looked after.
    has_held: bool,
}

impl Folders for Discovery {
    fn roots(&self) -> &[Root] {
        Discovery::roots(self)
    }

    fn is_gone(&self, target: &Path) -> bool {
        Discovery::is_gone(self, target)
    }
}

impl Daemon {
    /// A daemon for these folders, with its state in `state`.
    ///
    /// # Errors
    /// When another one runs, the state cannot be used or a setting is wrong.
    pub fn new(state: &Path, config: Config, scanner: Scanner, disk: Disk) -> Result<Self, WatchError> {
        let fault = |source: io::Error| WatchError::State { path: state.to_path_buf(), source };
        let folder = private_folder(state).map_err(fault)?;
        // `mizha status` tries this lock for an instant.
        let lock = Lock::take_soon(&folder, "lock", Duration::from_secs(1)).map_err(|e| match e.kind() {
            io::ErrorKind::WouldBlock => WatchError::Running,
            _ => fault(e),
        })?;
        let recipient = recipient(&config).map_err(WatchError::Setting)?;
        let roots = roots(&config, state).map_err(WatchError::Setting)?;
        let queue = Queue::new(state, scanner.rules(), &config.policy);
        let report = DaemonReport::new(&roots, &scanner);
        let handling = Handling::new(&folder, config.clone(), scanner, recipient, disk.clone()).map_err(fault)?;
        let discovery = Discovery::new(roots);
        let downstream = Downstream { queue, handling, report, took_back: false, has_held: false };
        Ok(Daemon { discovery, downstream, config, disk, state: folder, batch: BATCH, _lock: lock })
    }

    /// The daemon that looks at so many files together.
    #[must_use]
    pub fn in_batches_of(self, files: usize) -> Self {
        Daemon { batch: files, ..self }
    }

    /// Asks for events from all folders. To be called before [`Daemon::run`], whose first walk
    /// finds everything that was there before.
    pub fn listen(&mut self, hints: Hints) {
        let (roots, downstream) = (self.discovery.shared_roots(), &mut self.downstream);
        self.discovery.listen(hints, &mut |found| downstream.take_in(found, &roots));
    }

    /// The folders looked after.
    pub fn roots(&self) -> &[Root] {
        self.discovery.roots()
    }

    /// How things are.
    pub fn status(&self) -> &Status {
        self.downstream.report.status()
    }

    /// Puts in order what a crash left, here and in a release. To be called first.
    pub fn begin(&mut self) {
        self.downstream.handling.begin();
        self.downstream.settle();
    }

    /// Takes note of how far the kernel restricts this thread.
    pub fn confined(&mut self, confinement: Confinement) {
        if !matches!(confinement, Confinement::None(_)) {
            self.discovery.confine();
        }
        self.downstream.report.confined(confinement);
    }

    /// Works until `stop` is set; `tell` is called with news, and after each round with the status.
    pub fn run(
        &mut self,
        hints: &Receiver<Hint>,
        stop: &AtomicBool,
        mut tell: impl FnMut(&[Notification], &Status),
    ) -> StopReason {
        let ended = match self.rest(hints, stop, &mut tell) {
            Some(ended) => ended,
            None => self.attend(hints, stop, &mut tell),
        };
        self.downstream.handling.end(&self.discovery);
        self.downstream.queue.keep(self.state.path(), &self.disk);
        ended
    }

    /// Waits until a pause is over; why the work is to end, if it is asked to meanwhile.
    fn rest(
        &mut self,
        hints: &Receiver<Hint>,
        stop: &AtomicBool,
        tell: &mut dyn FnMut(&[Notification], &Status),
    ) -> Option<StopReason> {
        while let Some(pause) = Pause::now(&self.config, self.state.path()) {
            self.downstream.report.paused(Some(&pause));
            tell(&[], self.downstream.report.status());
            // What is told of meanwhile is found by the walk that follows.
            if hints.recv_timeout(pause.left().min(REST)) == Err(RecvTimeoutError::Disconnected) {
                return Some(StopReason::Stopped);
            }
            if stop.load(Ordering::Relaxed) {
                return Some(StopReason::Stopped);
            }
        }
        self.downstream.report.paused(None);
        None
    }

    /// Looks after the folders until there is a reason to stop.
    fn attend(
        &mut self,
        hints: &Receiver<Hint>,
        stop: &AtomicBool,
        tell: &mut dyn FnMut(&[Notification], &Status),
    ) -> StopReason {
        self.downstream.handling.hurry(self.discovery.wake());
        self.walk();
        loop {
            while self.work(Instant::now()) && !stop.load(Ordering::Relaxed) {
                // A long backlog is told of as it goes.
                tell(&self.downstream.report.take_news(), self.downstream.report.status());
            }
            self.settle_notes();
            tell(&self.downstream.report.take_news(), self.downstream.report.status());
            // One at a time, so that what people save now does not wait for what is held.
            let more = self.downstream.handling.rejudge_some(&self.discovery);
            self.downstream.settle();
            let lingers = self.downstream.handling.settle();
            let now = Instant::now();
            let linger = lingers.then_some(now + LINGER);
            let due = [more.then_some(now), linger, self.downstream.queue.next(), Some(self.discovery.next())]
                .into_iter()
                .flatten()
                .min();
            match hints.recv_timeout(due.unwrap_or(now).saturating_duration_since(now)) {
                Ok(first) => self.follow(first, hints),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return StopReason::Stopped,
            }
            if stop.load(Ordering::Relaxed) {
                return StopReason::Stopped;
            }
            if self.discovery.next() <= Instant::now() {
                self.walk();
                if self.discovery.has_outgrown() {
                    return StopReason::Outgrown;
                }
            }
        }
    }

    /// In `pending` a note says where a held file went, as long as one is held.
    pub fn settle_notes(&mut self) {
        if std::mem::take(&mut self.downstream.has_held) {
            note::settle(&self.disk, self.discovery.roots(), self.downstream.handling.quarantine(), true);
        }
    }

    /// Looks at everything there is now, once, and ends when nothing is left that can be done:
    /// a file that could not be taken several times stays.
    pub fn once(&mut self) -> (Vec<Notification>, &Status) {
        const TRIES: u32 = 3;
        loop {
            self.walk();
            while let Some(due) = self.downstream.queue.next_with_hope(TRIES) {
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                while self.work(Instant::now()) {}
            }
            // What was taken back from an export folder has to be looked at as well.
            if !std::mem::take(&mut self.downstream.took_back) {
                break;
            }
        }
        while self.downstream.handling.rejudge_some(&self.discovery) {}
        while self.downstream.handling.settle() {
            std::thread::sleep(LINGER);
        }
        self.downstream.settle();
        self.downstream.queue.keep(self.state.path(), &self.disk);
        (self.downstream.report.take_news(), self.downstream.report.status())
    }

    /// Ends after [`Daemon::once`]: written down, so that the time from now on is known to be without a record.
    pub fn end(&mut self) {
        self.downstream.handling.end(&self.discovery);
        self.downstream.settle();
    }

    /// Handles files that have rested; false when there were none.
    fn work(&mut self, now: Instant) -> bool {
        let files = self.downstream.queue.rested(now, self.batch, BYTES, self.discovery.roots());
        let any = !files.is_empty() || self.downstream.handling.has_more();
        if any {
            self.downstream.handling.work(files, &self.discovery);
            self.downstream.settle();
        }
        self.downstream.report.waiting(&self.downstream.queue);
        any
    }

    /// Follows hints: this one and those that wait behind it.
    fn follow(&mut self, mut last: Hint, hints: &Receiver<Hint>) {
        let now = Instant::now();
        for hint in hints.try_iter().take(HINTS) {
            // A file that is written is told of several times in a row: once is enough. Every loss counts.
            if hint != last || matches!(hint, Hint::Lost(_)) {
                self.hint(std::mem::replace(&mut last, hint), now);
            }
        }
        self.hint(last, now);
    }

    fn hint(&mut self, hint: Hint, now: Instant) {
        if hint == Hint::Folders {
            // A drive came or went: what was under way there may be put in order now.
            self.downstream.handling.recover();
        }
        let (roots, downstream) = (self.discovery.shared_roots(), &mut self.downstream);
        self.discovery.hint(hint, now, &mut |found| downstream.take_in(found, &roots));
    }

    /// Walks all folders.
    fn walk(&mut self) {
        self.downstream.handling.recover();
        if self.discovery.looks_for_folders(Instant::now())
            && let Ok(roots) = roots(&self.config, self.state.path())
            && self.discovery.change_folders(roots)
        {
            self.downstream.report.folders_changed(self.discovery.roots());
            self.downstream.queue.forget_folders();
        }
        self.downstream.queue.begin_walk();
        let (roots, downstream) = (self.discovery.shared_roots(), &mut self.downstream);
        let whole = self.discovery.walk(&mut |found| downstream.take_in(found, &roots));
        if whole {
            self.downstream.queue.end_walk();
            self.downstream.handling.walked(&self.discovery);
            self.downstream.settle();
        }
        self.downstream.handling.remove_emptied(&self.discovery);
        note::settle(&self.disk, self.discovery.roots(), self.downstream.handling.quarantine(), false);
    }
}

impl Downstream {
    /// Takes in what discovery met in these folders.
    fn take_in(&mut self, found: Discovered, roots: &[Root]) {
        self.report.found(&found);
        let now = Instant::now();
        match found {
            Discovered::File { root, path, look } => self.queue.meet(&path, look, root, &roots[root], now),
            Discovered::Closed { root, path } => self.queue.closed(&path, &roots[root], now),
            Discovered::Underway { path, look } => self.handling.adopt(&path, &look),
            _ => {}
        }
    }

    /// Passes on what became of files.
    fn settle(&mut self) {
        for outcome in self.handling.outcomes() {
            match &outcome {
                FileOutcome::Again { file, after } => self.queue.again(file.clone(), *after, Instant::now()),
                FileOutcome::Left(file) => self.queue.put_back(file.clone(), Instant::now()),
                FileOutcome::Seen(file) => self.queue.seen(&file.path, &file.look),
                FileOutcome::Placed(path, look) => self.queue.seen(path, look),
                FileOutcome::InHand(file) => self.queue.hold(file),
                FileOutcome::LetGo(path) => self.queue.let_go(path),
                FileOutcome::TakenBack(_) => self.took_back = true,
                FileOutcome::Held(_) => self.has_held = true,
                _ => {}
            }
            self.report.take(outcome);
        }
    }
}
