//! Handling: what is done with files that have rested, by their folder and their verdict. It is given
//! files and says what became of each; it knows nothing of events.

mod inspect;
mod large;
mod ledger;
mod placed;
mod rejudge;

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use super::discovery::innermost;
use super::queue::{AGAIN, CHANGED, LARGE, Rested};
use super::{Duty, Hint, Root, WatchProblem};
use crate::act::audit::{Audit, Event, EventKind};
use crate::act::notify::{Notification, NotificationKind};
use crate::act::quarantine::{Held, Quarantine, RELEASE, Recipient, pack, tiers};
use crate::config::{Config, HoldAnswer, NameStyle};
use crate::disk::{Disk, FileRef, FileStamp, Folder, Key};
use crate::gate::{Arrived, Attempt, Destination, Gate, GateRefusal, Move, Moved, Older, Recovery, Staged};
use crate::model::{Report, Verdict};
use crate::scan::Scanner;
use inspect::{Contents, Inspected, InspectionResult, Viewer};
use large::Large;
use ledger::{Ledger, LedgerResult};
use placed::PlacedContents;

/// Time for the files of one turn: a hundred scans would else be silence for minutes.
const TURN: Duration = Duration::from_secs(15);
/// An empty folder in `pending` goes when it was emptied by us and rested this long.
const EMPTY: Duration = Duration::from_secs(60);
/// A hidden file nobody knows of gets a name again after this time.
const STRAY: Duration = Duration::from_secs(600);

/// What became of a file, or of an attempt.
#[derive(Debug)]
pub(super) enum FileOutcome {
    /// A file of this folder was released, or looked at and left.
    Passed(usize),
    /// One is held.
    Held(usize),
    /// One would have been held, in a folder that only observes.
    Observed(usize),
    /// One could not be inspected and stays.
    Unread(usize),
    /// It is no regular file.
    Special(Rested),
    /// One cannot be dealt with.
    Stuck(Rested, WatchProblem),
    /// It is to be tried again, after this time.
    Again { file: Rested, after: Duration },
    /// There was no time for it yet.
    Left(Rested),
    /// It was looked at and stays as it is.
    Seen(Rested),
    /// It arrived in an export folder, and looks so there.
    Placed(PathBuf, FileStamp),
    /// One arrived in the export folder of this gate, and an older one of its name lay there.
    Newer(usize, Older),
    /// One of this export folder did not come through the gate and went back to be looked at.
    TakenBack(usize),
    /// It was handed to a thread of its own, and stays in hand until it is let go.
    InHand(Rested),
    /// What was to be done with it is done.
    LetGo(PathBuf),
    /// The audit log can be written again.
    Restored,
    /// So much is under way that cannot be put in order now.
    Unsettled(usize),
    /// The person is to be told.
    News(Notification),
    /// Something does not work as it should.
    Problem(WatchProblem),
}

/// The folders as handling needs them.
pub(super) trait Folders {
    /// The folders looked after.
    fn roots(&self) -> &[Root];
    /// The target was on a drive, and the drive is not there now.
    fn is_gone(&self, target: &Path) -> bool;
}

/// A file that is to be carried, with what has to be told of it.
#[derive(Debug)]
struct PlannedMove {
    file: Rested,
    fate: Fate,
    event: Event,
    news: Option<Notification>,
}

/// Where a file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Released,
    Held,
    TakenBack,
}

/// Files that were looked at and are to be carried next, each with its plan.
#[derive(Debug, Default)]
struct Ready {
    moves: Vec<Move>,
    plans: Vec<PlannedMove>,
}

/// Everything that is done with files.
#[derive(Debug)]
pub(super) struct Handling {
    disk: Disk,
    key: Key,
    config: Config,
    viewer: Viewer,
    recipient: Option<Recipient>,
    gate: Gate,
    quarantine: Quarantine,
    ledger: Ledger,
    ready: Ready,
    placed: PlacedContents,
    /// Looks at large files while the daemon runs.
    large: Option<Large>,
    /// Packs and versions in force.
    packs: Vec<String>,
    /// Held files judged with other packs than those in force.
    stale: Vec<String>,
    /// Folders in `pending` that we emptied.
    emptied: BTreeMap<PathBuf, Instant>,
    state: PathBuf,
    outcomes: Vec<FileOutcome>,
}

impl Handling {
    /// Handling with its state in this folder, and an officer's key to seal to if there is one.
    ///
    /// # Errors
    /// When the state cannot be used.
    pub(super) fn new(
        state: &Arc<Folder>,
        config: Config,
        scanner: Scanner,
        recipient: Option<Recipient>,
        disk: Disk,
    ) -> io::Result<Self> {
        let key = Key::kept(&disk, state)?;
        let path = state.path().to_path_buf();
        let gate = Gate::open(&path.join("gate"), &disk, &key)?;
        // Where some formats may pass unread, so may long ones of them.
        let most = config.policy.accepted.is_empty().then_some(config.limits.total_bytes);
        let viewer = Viewer { stager: gate.stager().clone(), scanner, most, turn: TURN };
        Ok(Handling {
            gate,
            quarantine: Quarantine::open(&disk, &path)?,
            ledger: Ledger::new(Audit::new(&disk, &key, state, config.tell.anchor.clone())),
            packs: viewer.scanner.rules().packs().iter().map(pack).collect(),
            ready: Ready::default(),
            placed: PlacedContents::open(&disk, state)?,
            large: None,
            stale: Vec::new(),
            emptied: BTreeMap::new(),
            state: path,
            outcomes: Vec::new(),
            disk,
            key,
            config,
            viewer,
            recipient,
        })
    }

    /// Puts in order what a crash left, here and in a release, and marks what has to be judged again. To be called first.
    pub(super) fn begin(&mut self) {
        let mut recovery = self.gate.recover();
        match Gate::open(&self.state.join(RELEASE), &self.disk, &self.key) {
            Ok(mut gate) => recovery.add(&gate.recover()),
            // Someone is releasing a file right now: the record of that file must not be swept.
            Err(_) => recovery.waiting += 1,
        }
        if recovery != Recovery::default() {
            let reason = format!(
                "{} finished, {} given back, {} given up, {} waiting",
                recovery.finished, recovery.given_back, recovery.given_up, recovery.waiting
            );
            self.record(&[Event { reason: Some(reason), ..Event::new(EventKind::Recovered) }]);
        }
        if recovery.waiting == 0
            && let Err(e) = self.quarantine.sweep()
        {
            tracing::warn!(error = %e.kind(), "quarantine");
        }
        if let Err(e) = self.quarantine.witness(self.ledger.audit()) {
            self.outcomes.push(FileOutcome::Problem(WatchProblem::Audit((&e).into())));
        }
        self.record(&[Event { packs: self.packs.clone(), ..Event::new(EventKind::Started) }]);
        self.outcomes.push(FileOutcome::Unsettled(self.gate.unsettled()));
        self.mark_for_rejudging();
    }

    /// From now on what is written down does not wait for the disk, and large files are looked at on a thread of their
    /// own, which wakes whoever waits.
    pub(super) fn hurry(&mut self, wake: Option<SyncSender<Hint>>) {
        self.ledger.hurry();
        self.large = wake.map(|wake| Large::start(self.viewer.clone(), wake));
    }

    /// Ends: what was looked at is carried, and everything written reaches the disk.
    pub(super) fn end(&mut self, folders: &dyn Folders) {
        self.large = None;
        let Ready { moves, plans } = std::mem::take(&mut self.ready);
        self.note_placed(&moves, &plans);
        let moved = self.gate.carry(moves);
        self.carried(moved, plans, folders);
        self.record(&[Event::new(EventKind::Stopped)]);
        self.ledger.settle();
    }

    /// What is held.
    pub(super) fn quarantine(&self) -> &Quarantine {
        &self.quarantine
    }

    /// What became of things since this was last asked.
    pub(super) fn outcomes(&mut self) -> Vec<FileOutcome> {
        std::mem::take(&mut self.outcomes)
    }

    /// Files were looked at that are still to be carried, or a large one that is still to be dealt with.
    pub(super) fn has_more(&mut self) -> bool {
        !self.ready.moves.is_empty() || self.large.as_mut().is_some_and(Large::has_seen)
    }

    /// What a crash or a missing drive left under way is put in order, if it can be now.
    pub(super) fn recover(&mut self) {
        if self.gate.unsettled() > 0 {
            let recovery = self.gate.recover();
            if recovery.given_up > 0 {
                let reason = format!("{} given up", recovery.given_up);
                self.record(&[Event { reason: Some(reason), ..Event::new(EventKind::Recovered) }]);
            }
        }
        self.outcomes.push(FileOutcome::Unsettled(self.gate.unsettled()));
    }

    /// A walk has met everything there is.
    pub(super) fn walked(&mut self, folders: &dyn Folders) {
        self.gate.settle_unmet(|from| innermost(folders.roots(), from).is_some());
        self.outcomes.push(FileOutcome::Unsettled(self.gate.unsettled()));
    }

    /// Parts from originals that were kept under their hidden names; true while there are more.
    pub(super) fn settle(&mut self) -> bool {
        self.gate.settle();
        self.gate.lingers()
    }

    /// Carries what was looked at last and meanwhile looks at these files: the disk writes one batch while the next
    /// is scanned.
    pub(super) fn work(&mut self, files: Vec<Rested>, folders: &dyn Folders) {
        let files = self.hand_out_large(files, folders);
        let Ready { moves, plans } = std::mem::take(&mut self.ready);
        self.note_placed(&moves, &plans);
        let ((mut looked, left), moved) = self.look_and_carry(files, moves, folders.roots());
        self.outcomes.extend(left.into_iter().map(FileOutcome::Left));
        self.carried(moved, plans, folders);
        for sight in self.large.as_mut().map(Large::seen).unwrap_or_default() {
            let path = match &sight {
                Ok(looked) => looked.file.path.clone(),
                Err(failed) => failed.0.path.clone(),
            };
            self.outcomes.push(FileOutcome::LetGo(path));
            looked.push(sight);
        }
        // Written down together, for each writing waits for the disk.
        let mut reported = Vec::new();
        for sight in looked {
            match sight {
                Ok(looked) => match self.plan(looked, folders, &mut reported) {
                    Some((Ok(m), planned)) => {
                        self.ready.moves.push(m);
                        self.ready.plans.push(planned);
                    }
                    Some((Err(refusal), planned)) => self.refused(planned.file, &refusal, folders),
                    None => {}
                },
                Err(failed) => self.refused(failed.0, &failed.1, folders),
            }
        }
        self.record(&reported);
    }

    /// Gives large files to the thread that has time for them; what is left is looked at here.
    fn hand_out_large(&mut self, files: Vec<Rested>, folders: &dyn Folders) -> Vec<Rested> {
        let Some(large) = &self.large else { return files };
        let mut here = Vec::with_capacity(files.len());
        for file in files {
            if file.look.bytes < LARGE {
                here.push(file);
                continue;
            }
            match large.take(file.clone(), &folders.roots()[file.root]) {
                Ok(()) => self.outcomes.push(FileOutcome::InHand(file)),
                Err(file) => here.push(file),
            }
        }
        here
    }

    fn look_and_carry(
        &mut self,
        files: Vec<Rested>,
        moves: Vec<Move>,
        roots: &[Root],
    ) -> ((Vec<InspectionResult>, Vec<Rested>), Vec<Moved>) {
        let (viewer, gate) = (&self.viewer, &mut self.gate);
        if files.is_empty() || moves.is_empty() {
            return (viewer.look_at(roots, files), gate.carry(moves));
        }
        std::thread::scope(|scope| {
            let carrying = scope.spawn(|| gate.carry(moves));
            let looked = viewer.look_at(roots, files);
            (looked, carrying.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    }

    /// What is about to arrive in an export folder is known there, whatever happens from now on.
    fn note_placed(&mut self, moves: &[Move], plans: &[PlannedMove]) {
        let released = moves.iter().zip(plans).filter(|(_, planned)| planned.fate == Fate::Released);
        self.placed.note(released.map(|(m, _)| &m.staged.mac));
    }

    /// What is to be done with a file; none if it stays, and then what is to be written down of it.
    fn plan(
        &mut self,
        looked: Inspected,
        folders: &dyn Folders,
        reported: &mut Vec<Event>,
    ) -> Option<(Result<Move, GateRefusal>, PlannedMove)> {
        let Inspected { file, seen } = looked;
        let root = &folders.roots()[file.root];
        let below = file.path.strip_prefix(&root.path).unwrap_or(&file.path).to_path_buf();
        let (staged, report) = match seen {
            Contents::Met(staged) => return self.take_back(file, staged, root, below),
            Contents::Judged { staged, report } => (staged, report),
        };
        let answer = self.config.hold.answer(report.verdict);
        match (&root.duty, staged) {
            (Duty::Gate { export, older, .. }, Some(staged)) => {
                let older = older.clone();
                let target = Destination { root: export.clone().into(), below: below.into(), released: true, older };
                if answer != HoldAnswer::Release && !root.observes() {
                    return Some(self.hold(file, staged, &report, target));
                }
                let what = match (answer, report.verdict) {
                    (_, Verdict::Clear) => EventKind::Cleared,
                    (HoldAnswer::Release, _) => EventKind::Passed,
                    _ => EventKind::Observed,
                };
                let mut event = self.event(what, &file.path, &report, &staged);
                if what == EventKind::Cleared {
                    // Many: the packs in force are named at each start.
                    event.packs = Vec::new();
                }
                let planned = PlannedMove { file, fate: Fate::Released, event, news: None };
                if folders.is_gone(export) {
                    self.gate.stager().discard(staged);
                    return Some((Err(GateRefusal::Io(Attempt::OpenTarget, ErrorKind::NotConnected.into())), planned));
                }
                Some((Ok(Move { staged, target }), planned))
            }
            // A person answered for these very bytes, or they are not what was blocked any more.
            (_, Some(staged)) if report.verdict != Verdict::Block || self.quarantine.was_released(&staged.mac) => {
                self.gate.stager().discard(staged);
                self.outcomes.push(FileOutcome::Seen(file));
                None
            }
            (_, Some(staged)) => {
                let back = Destination {
                    root: file.path.parent().unwrap_or(Path::new("/")).to_path_buf().into(),
                    below: Path::new(file.path.file_name().unwrap_or_default()).to_path_buf().into(),
                    released: true,
                    older: None,
                };
                Some(self.hold(file, staged, &report, back))
            }
            (_, None) => {
                let unread = report.verdict == Verdict::Uninspected;
                let what = match root.observes() {
                    // What the quarantine would take, and nothing else.
                    true => (report.verdict == Verdict::Block).then_some(EventKind::Observed),
                    false => (answer != HoldAnswer::Release && !unread).then_some(EventKind::Reported),
                };
                if let Some(what) = what {
                    let bytes = Some(report.bytes);
                    reported.push(Event { bytes, ..self.described(what, &file.path, &report) });
                    self.outcomes.push(match what {
                        EventKind::Observed => FileOutcome::Observed(file.root),
                        _ if root.sending => {
                            FileOutcome::News(self.news_of(&file.path, &report, NotificationKind::Sending))
                        }
                        _ => FileOutcome::News(self.news_of(&file.path, &report, NotificationKind::Found)),
                    });
                }
                self.outcomes.push(if unread {
                    FileOutcome::Unread(file.root)
                } else {
                    FileOutcome::Passed(file.root)
                });
                self.outcomes.push(FileOutcome::Seen(file));
                None
            }
        }
    }

    /// A file in an export folder stays there if the gate or a person put its bytes there, and goes back otherwise.
    fn take_back(
        &mut self,
        file: Rested,
        staged: Staged,
        root: &Root,
        below: PathBuf,
    ) -> Option<(Result<Move, GateRefusal>, PlannedMove)> {
        let Duty::Export { pending, .. } = &root.duty else { return None };
        if self.placed.knows(&staged.mac) || self.quarantine.was_released(&staged.mac) {
            self.gate.stager().discard(staged);
            self.outcomes.push(FileOutcome::Seen(file));
            return None;
        }
        let event = Event {
            name: Some(self.written_name(&file.path)),
            bytes: Some(staged.look.bytes),
            content: Some(staged.mac.as_str().to_string()),
            ..Event::new(EventKind::TakenBack)
        };
        let name = self.shown_name(&file.path);
        let (kind, place) = (NotificationKind::TakenBack, Some(pending.clone()));
        let news = Notification { name, verdict: Verdict::Clear, tiers: Vec::new(), kind, id: None, place };
        let target = Destination { root: pending.clone().into(), below: below.into(), released: true, older: None };
        let planned = PlannedMove { file, fate: Fate::TakenBack, event, news: Some(news) };
        Some((Ok(Move { staged, target }), planned))
    }

    /// A file goes to the quarantine: sealed if there is an officer's key, its record first.
    fn hold(
        &mut self,
        file: Rested,
        staged: Staged,
        report: &Report,
        target: Destination,
    ) -> (Result<Move, GateRefusal>, PlannedMove) {
        let mut event = self.event(EventKind::Held, &file.path, report, &staged);
        let news = self.news_of(&file.path, report, NotificationKind::Held);
        let (content, bytes, mode) = (staged.mac.clone(), staged.look.bytes, staged.look.mode);
        let tiers = tiers(report);
        let officer = self.config.hold.needs_officer(report.verdict, &tiers);
        // What the person answers for themselves stays theirs to read.
        let recipient = self.recipient.clone().filter(|_| officer);
        let sealed = recipient.is_some();
        let staged = match recipient {
            Some(key) => self.gate.stager().restage(staged, |from, to| key.seal(from, to)),
            None => Ok(staged),
        };
        let staged = match staged {
            Ok(staged) => staged,
            Err(refusal) => return (Err(refusal), PlannedMove { file, fate: Fate::Held, event, news: Some(news) }),
        };
        let news = Some(Notification { id: Some(staged.id.clone()), ..news });
        let mut held = Held {
            id: staged.id.clone(),
            since: jiff::Timestamp::now().to_string(),
            from: file.path.clone().into(),
            target,
            verdict: report.verdict,
            officer,
            sealed,
            tiers,
            bytes,
            mode,
            content,
            why: Vec::new(),
            more: 0,
            packs: Vec::new(),
        };
        held.explain(report);
        event.id = Some(held.id.clone());
        event.record = Some(held.print(self.ledger.audit()));
        let moved = match self.quarantine.announce(&held) {
            Ok(()) => Ok(Move { target: self.quarantine.target(&held.id), staged }),
            Err(e) => {
                self.gate.stager().discard(staged);
                Err(GateRefusal::Io(Attempt::WriteRecord, e))
            }
        };
        (moved, PlannedMove { file, fate: Fate::Held, event, news })
    }

    /// Takes note of what became of files that were carried.
    fn carried(&mut self, moved: Vec<Moved>, plans: Vec<PlannedMove>, folders: &dyn Folders) {
        let mut events = Vec::new();
        for (moved, mut planned) in moved.into_iter().zip(plans) {
            let root = &folders.roots()[planned.file.root];
            match moved.outcome {
                Ok(arrived) => {
                    let at = planned.file.root;
                    self.outcomes.push(match planned.fate {
                        Fate::Released => FileOutcome::Passed(at),
                        Fate::Held => FileOutcome::Held(at),
                        Fate::TakenBack => FileOutcome::TakenBack(at),
                    });
                    if planned.fate == Fate::Released {
                        self.released(arrived, &mut planned);
                    }
                    if planned.event.what == Some(EventKind::Observed) {
                        self.outcomes.push(FileOutcome::Observed(at));
                    }
                    if planned.event.what != Some(EventKind::Cleared) || self.config.tell.record_releases {
                        events.push(planned.event);
                    }
                    self.outcomes.extend(planned.news.map(FileOutcome::News));
                    if let Some(parent) = planned.file.path.parent()
                        && parent != root.path
                        && matches!(root.duty, Duty::Gate { .. })
                    {
                        self.emptied.insert(parent.to_path_buf(), Instant::now());
                    }
                }
                Err(refusal) => {
                    let stays = !matches!(refusal, GateRefusal::Unsure(_));
                    if planned.fate == Fate::Held
                        && stays
                        && let Err(e) = self.quarantine.forget(&moved.id)
                    {
                        tracing::warn!(error = %e.kind(), "the record of a file that is not held");
                    }
                    self.refused(planned.file, &refusal, folders);
                }
            }
        }
        self.record(&events);
    }

    /// One lies in an export folder now. Where an older one of its name does too, people are told which is the newer.
    fn released(&mut self, arrived: Arrived, planned: &mut PlannedMove) {
        planned.event.older = arrived.older;
        if let Some(older) = arrived.older {
            self.outcomes.push(FileOutcome::Newer(planned.file.root, older));
        }
        if arrived.older == Some(Older::Kept) {
            let (name, kind) = (self.shown_name(&arrived.path), NotificationKind::Newest);
            let (tiers, place) = (planned.event.tiers.clone(), arrived.path.parent().map(Path::to_path_buf));
            planned.news = Some(Notification { name, verdict: Verdict::Clear, tiers, kind, id: None, place });
        }
        if let Ok(look) = FileStamp::at(&arrived.path) {
            self.outcomes.push(FileOutcome::Placed(arrived.path, look));
        }
    }

    /// A file stays where it is, and is tried again unless it is gone or never can be carried.
    fn refused(&mut self, file: Rested, refusal: &GateRefusal, folders: &dyn Folders) {
        match refusal {
            GateRefusal::Io(_, e) if e.kind() == ErrorKind::NotFound && FileStamp::at(&file.path).is_err() => return,
            GateRefusal::Special => {
                self.outcomes.push(FileOutcome::Special(file));
                return;
            }
            GateRefusal::Io(attempt, e) => {
                tracing::warn!(?attempt, error = %e.kind(), "a file stays where it is");
            }
            GateRefusal::Unsure(e) => {
                tracing::error!(error = %e.kind(), "a file arrived, but the disk does not promise it");
            }
            GateRefusal::Busy | GateRefusal::Changed | GateRefusal::Untold => {}
            GateRefusal::Obstacle(_) | GateRefusal::TooLarge(_) => tracing::warn!("a file stays where it is"),
        }
        if let Some(problem) = WatchProblem::of(refusal) {
            self.outcomes.push(FileOutcome::Stuck(file.clone(), problem));
        }
        if matches!(refusal, GateRefusal::Unsure(_)) {
            return;
        }
        // With its present look: a change since then must begin the rest anew.
        let look = FileStamp::at(&file.path).unwrap_or(file.look);
        let after = match refusal {
            // It rests anew: no event may come any more.
            GateRefusal::Changed => folders.roots()[file.root].settle.max(CHANGED),
            _ => AGAIN,
        };
        self.outcomes.push(FileOutcome::Again { file: Rested { look, ..file }, after });
    }

    /// A hidden file was met. One whose journal was lost gets a name again, though not at once: a release by another
    /// process may be what it belongs to.
    pub(super) fn adopt(&mut self, path: &Path, look: &FileStamp) {
        let now = jiff::Timestamp::now().as_second();
        let is_stray = now.abs_diff(look.changed.0) >= STRAY.as_secs();
        let place = path.parent().zip(path.file_name());
        let Some((folder, name)) = place.and_then(|(f, n)| Some((Folder::open(f).ok()?, n))) else {
            return;
        };
        if let Err(e) = self.gate.meet(&FileRef::new(&folder, name), is_stray) {
            tracing::warn!(error = %e.kind(), "a file under way cannot be put in order");
        }
    }

    /// Folders in `pending` that we emptied a while ago go.
    pub(super) fn remove_emptied(&mut self, folders: &dyn Folders) {
        let due: Vec<PathBuf> =
            self.emptied.iter().filter(|(_, since)| since.elapsed() > EMPTY).map(|(path, _)| path.clone()).collect();
        for path in due {
            self.emptied.remove(&path);
            let Some((parent, name)) = path.parent().zip(path.file_name()) else { continue };
            let removed = Folder::open(parent).and_then(|folder| self.disk.remove_folder(&FileRef::new(&folder, name)));
            if removed.is_ok() && !folders.roots().iter().any(|root| root.path == parent) {
                // Its parent may be empty now as well.
                self.emptied.insert(parent.to_path_buf(), Instant::now());
            }
        }
    }

    fn record(&mut self, events: &[Event]) {
        self.outcomes.extend(match self.ledger.record(events) {
            LedgerResult::Yes => None,
            LedgerResult::Again => Some(FileOutcome::Restored),
            LedgerResult::No(problem) => Some(FileOutcome::Problem(problem)),
        });
    }

    fn news_of(&self, path: &Path, report: &Report, kind: NotificationKind) -> Notification {
        let place = (kind == NotificationKind::Found).then(|| path.to_path_buf());
        let (name, verdict, tiers) = (self.shown_name(path), report.verdict, tiers(report));
        Notification { name, verdict, tiers, kind, id: None, place }
    }

    /// The name for a notification, if the configuration lets it show one.
    fn shown_name(&self, path: &Path) -> Option<String> {
        let name = path.file_name().map(|name| crate::model::safe_name(&name.to_string_lossy()));
        name.filter(|_| self.config.tell.names_in_notifications)
    }

    /// The name for the audit log.
    fn written_name(&self, path: &Path) -> String {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match self.config.tell.names_in_audit {
            NameStyle::Plain => name,
            NameStyle::Keyed => self.key.mac("name", name.as_bytes()).as_str()[..16].to_string(),
        }
    }

    /// The name for whoever has the officer's key.
    fn sealed_name(&self, path: &Path) -> Option<String> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let key = self.recipient.as_ref().filter(|_| self.config.tell.names_in_audit == NameStyle::Keyed);
        key.and_then(|key| key.seal_text(&name).ok())
    }

    fn described(&self, what: EventKind, path: &Path, report: &Report) -> Event {
        let mut rules: Vec<String> = report.findings.iter().map(|finding| finding.rule.to_string()).collect();
        rules.sort();
        rules.dedup();
        Event {
            name: Some(self.written_name(path)),
            sealed_name: self.sealed_name(path),
            verdict: Some(report.verdict),
            tiers: tiers(report),
            rules,
            packs: report.packs.iter().map(pack).collect(),
            ..Event::new(what)
        }
    }

    fn event(&self, what: EventKind, path: &Path, report: &Report, staged: &Staged) -> Event {
        let content = Some(staged.mac.as_str().to_string());
        Event { bytes: Some(staged.look.bytes), content, ..self.described(what, path, report) }
    }
}

#[cfg(test)]
mod tests;
