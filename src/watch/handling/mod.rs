//! Handling: what is done with files that have rested, by their folder and their verdict. It is given
//! files and says what became of each; it knows nothing of events.

mod ledger;
mod look;
mod rejudge;

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::queue::{AGAIN, CHANGED, Rested};
use super::{Duty, Problem, RELEASE, Root};
use crate::act::audit::{Audit, Event, What};
use crate::act::notify::News;
use crate::act::quarantine::{Held, Quarantine, Recipient, pack, tiers};
use crate::config::{Answer, Config, Names};
use crate::disk::{Disk, Folder, Key, Look, Place};
use crate::gate::{Attempt, Gate, Move, Moved, Recovery, Refusal, Staged, Target};
use crate::model::{Report, Verdict};
use crate::scan::Scanner;
use ledger::Ledger;
use look::{Looked, Sight, look_at};

/// An empty folder in `pending` goes when it was emptied by us and rested this long.
const EMPTY: Duration = Duration::from_secs(60);
/// A hidden file nobody knows of gets a name again after this time.
const STRAY: Duration = Duration::from_secs(600);

/// What became of a file, or of an attempt.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A file of this folder was released, or looked at and left.
    Passed(usize),
    /// One is held.
    Held(usize),
    /// One could not be inspected and stays.
    Unread(usize),
    /// It is no regular file.
    Special(Rested),
    /// One cannot be dealt with.
    Stuck(usize, Problem),
    /// It is to be tried again, after this time.
    Again { file: Rested, after: Duration },
    /// It was looked at and stays as it is.
    Seen(Rested),
    /// The person is to be told.
    News(News),
    /// Something does not work as it should.
    Problem(Problem),
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
struct Planned {
    file: Rested,
    release: bool,
    event: Event,
    news: Option<News>,
}

/// Files that were looked at and are to be carried next, each with its plan.
#[derive(Debug, Default)]
struct Ready {
    moves: Vec<Move>,
    plans: Vec<Planned>,
}

/// Everything that is done with files.
#[derive(Debug)]
pub(super) struct Handling {
    disk: Disk,
    key: Key,
    config: Config,
    scanner: Scanner,
    recipient: Option<Recipient>,
    gate: Gate,
    quarantine: Quarantine,
    ledger: Ledger,
    ready: Ready,
    /// Packs and versions in force.
    packs: Vec<String>,
    /// Held files judged with other packs than those in force.
    stale: Vec<String>,
    /// Folders in `pending` that we emptied.
    emptied: BTreeMap<PathBuf, Instant>,
    state: PathBuf,
    outcomes: Vec<Outcome>,
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
        Ok(Handling {
            gate: Gate::open(&path.join("gate"), &disk, &key)?,
            quarantine: Quarantine::open(&disk, &path)?,
            ledger: Ledger::new(Audit::new(&disk, &key, state, config.tell.anchor.clone())),
            packs: scanner.rules().packs().iter().map(pack).collect(),
            ready: Ready::default(),
            stale: Vec::new(),
            emptied: BTreeMap::new(),
            state: path,
            outcomes: Vec::new(),
            disk,
            key,
            config,
            scanner,
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
        self.record(&[Event { packs: self.packs.clone(), ..Event::new(What::Started) }]);
        self.mark_for_rejudging();
    }

    /// From now on what is written down does not wait for the disk.
    pub(super) fn hurry(&mut self) {
        self.ledger.hurry();
    }

    /// Ends: what was looked at is carried, and everything written reaches the disk.
    pub(super) fn end(&mut self, folders: &dyn Folders) {
        let Ready { moves, plans } = std::mem::take(&mut self.ready);
        let moved = self.gate.carry(moves);
        self.carried(moved, plans, folders);
        self.record(&[Event::new(What::Stopped)]);
        self.ledger.settle();
    }

    /// What became of things since this was last asked.
    pub(super) fn outcomes(&mut self) -> Vec<Outcome> {
        std::mem::take(&mut self.outcomes)
    }

    /// Files were looked at that are still to be carried.
    pub(super) fn has_more(&self) -> bool {
        !self.ready.moves.is_empty()
    }

    /// What a crash or a missing drive left under way is put in order, if it can be now.
    pub(super) fn recover(&mut self) {
        if self.gate.is_unsettled() {
            self.gate.recover();
        }
    }

    /// Carries what was looked at last and meanwhile looks at these files: the disk writes one batch while the next
    /// is scanned.
    pub(super) fn work(&mut self, files: Vec<Rested>, folders: &dyn Folders) {
        let Ready { moves, plans } = std::mem::take(&mut self.ready);
        let (looked, moved) = self.look_and_carry(files, moves, folders.roots());
        self.carried(moved, plans, folders);
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

    fn look_and_carry(&mut self, files: Vec<Rested>, moves: Vec<Move>, roots: &[Root]) -> (Vec<Sight>, Vec<Moved>) {
        let stager = self.gate.stager().clone();
        let (scanner, gate) = (&self.scanner, &mut self.gate);
        if files.is_empty() || moves.is_empty() {
            return (look_at(&stager, scanner, roots, files), gate.carry(moves));
        }
        std::thread::scope(|scope| {
            let carrying = scope.spawn(|| gate.carry(moves));
            let looked = look_at(&stager, scanner, roots, files);
            (looked, carrying.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    }

    /// What is to be done with a file; none if it stays, and then what is to be written down of it.
    fn plan(
        &mut self,
        looked: Looked,
        folders: &dyn Folders,
        reported: &mut Vec<Event>,
    ) -> Option<(Result<Move, Refusal>, Planned)> {
        let Looked { file, staged, report } = looked;
        let root = &folders.roots()[file.root];
        let answer = self.config.hold.answer(report.verdict);
        match (&root.duty, staged) {
            (Duty::Gate { export }, Some(staged)) => {
                let below = file.path.strip_prefix(&root.path).unwrap_or(&file.path).to_path_buf();
                let target = Target { root: export.clone().into(), below: below.into(), released: true };
                if answer == Answer::Release && folders.is_gone(export) {
                    let refusal = Refusal::Io(Attempt::OpenTarget, ErrorKind::NotConnected.into());
                    let event = self.event(What::Passed, &file.path, &report, &staged);
                    self.gate.stager().discard(staged);
                    return Some((Err(refusal), Planned { file, release: true, event, news: None }));
                }
                if answer == Answer::Release {
                    let event = self.event(What::Passed, &file.path, &report, &staged);
                    Some((Ok(Move { staged, target }), Planned { file, release: true, event, news: None }))
                } else {
                    Some(self.hold(file, staged, &report, target))
                }
            }
            // A person answered for these very bytes, or they are not what was blocked any more.
            (Duty::Watch { .. }, Some(staged))
                if report.verdict != Verdict::Block || self.quarantine.was_released(&staged.mac) =>
            {
                self.gate.stager().discard(staged);
                self.outcomes.push(Outcome::Seen(file));
                None
            }
            (Duty::Watch { .. }, Some(staged)) => {
                let back = Target {
                    root: file.path.parent().unwrap_or(Path::new("/")).to_path_buf().into(),
                    below: Path::new(file.path.file_name().unwrap_or_default()).to_path_buf().into(),
                    released: true,
                };
                Some(self.hold(file, staged, &report, back))
            }
            (_, None) => {
                let unread = report.verdict == Verdict::Uninspected;
                if answer != Answer::Release && !unread {
                    let mut event = self.described(What::Reported, &file.path, &report);
                    event.bytes = Some(report.bytes);
                    reported.push(event);
                    let news = self.news_of(&file.path, &report, false);
                    self.outcomes.push(Outcome::News(news));
                }
                self.outcomes.push(if unread { Outcome::Unread(file.root) } else { Outcome::Passed(file.root) });
                self.outcomes.push(Outcome::Seen(file));
                None
            }
        }
    }

    /// A file goes to the quarantine: sealed if there is an officer's key, its record first.
    fn hold(
        &mut self,
        file: Rested,
        staged: Staged,
        report: &Report,
        target: Target,
    ) -> (Result<Move, Refusal>, Planned) {
        let mut event = self.event(What::Held, &file.path, report, &staged);
        let news = Some(self.news_of(&file.path, report, true));
        let (content, bytes, mode) = (staged.mac.clone(), staged.look.bytes, staged.look.mode);
        let recipient = self.recipient.clone();
        let staged = match recipient {
            Some(key) => self.gate.stager().restage(staged, |from, to| key.seal(from, to)),
            None => Ok(staged),
        };
        let staged = match staged {
            Ok(staged) => staged,
            Err(refusal) => return (Err(refusal), Planned { file, release: false, event, news }),
        };
        let tiers = tiers(report);
        let mut held = Held {
            id: staged.id.clone(),
            since: jiff::Timestamp::now().to_string(),
            from: file.path.clone().into(),
            target,
            verdict: report.verdict,
            officer: self.config.hold.needs_officer(report.verdict, &tiers),
            sealed: self.recipient.is_some(),
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
        let moved = match self.quarantine.announce(&held) {
            Ok(()) => Ok(Move { target: self.quarantine.target(&held.id), staged }),
            Err(e) => {
                self.gate.stager().discard(staged);
                Err(Refusal::Io(Attempt::WriteRecord, e))
            }
        };
        (moved, Planned { file, release: false, event, news })
    }

    /// Takes note of what became of files that were carried.
    fn carried(&mut self, moved: Vec<Moved>, plans: Vec<Planned>, folders: &dyn Folders) {
        let mut events = Vec::new();
        for (moved, planned) in moved.into_iter().zip(plans) {
            let root = &folders.roots()[planned.file.root];
            match moved.outcome {
                Ok(_) => {
                    let at = planned.file.root;
                    self.outcomes.push(if planned.release { Outcome::Passed(at) } else { Outcome::Held(at) });
                    // A clear file is no incident.
                    if planned.event.verdict != Some(Verdict::Clear) {
                        events.push(planned.event);
                    }
                    self.outcomes.extend(planned.news.map(Outcome::News));
                    if let Some(parent) = planned.file.path.parent()
                        && parent != root.path
                        && matches!(root.duty, Duty::Gate { .. })
                    {
                        self.emptied.insert(parent.to_path_buf(), Instant::now());
                    }
                }
                Err(refusal) => {
                    let stays = !matches!(refusal, Refusal::Unsure(_));
                    if !planned.release
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

    /// A file stays where it is, and is tried again unless it is gone or never can be carried.
    fn refused(&mut self, file: Rested, refusal: &Refusal, folders: &dyn Folders) {
        match refusal {
            Refusal::Io(_, e) if e.kind() == ErrorKind::NotFound && Look::at(&file.path).is_err() => return,
            Refusal::Special => {
                self.outcomes.push(Outcome::Special(file));
                return;
            }
            Refusal::Io(attempt, e) => {
                tracing::warn!(?attempt, error = %e.kind(), "a file stays where it is");
            }
            Refusal::Unsure(e) => {
                tracing::error!(error = %e.kind(), "a file arrived, but the disk does not promise it");
            }
            Refusal::Busy | Refusal::Changed => {}
        }
        if let Some(problem) = Problem::of(refusal) {
            self.outcomes.push(Outcome::Stuck(file.root, problem));
        }
        if matches!(refusal, Refusal::Unsure(_)) {
            return;
        }
        // With its present look: a change since then must begin the rest anew.
        let look = Look::at(&file.path).unwrap_or(file.look);
        let after = match refusal {
            // It rests anew: no event may come any more.
            Refusal::Changed => folders.roots()[file.root].settle.max(CHANGED),
            _ => AGAIN,
        };
        self.outcomes.push(Outcome::Again { file: Rested { look, ..file }, after });
    }

    /// A hidden file on its way whose journal was lost gets a name again. Not at once: a release
    /// by another process may be what it belongs to.
    pub(super) fn adopt(&self, path: &Path, look: &Look) {
        let now = jiff::Timestamp::now().as_second();
        if now.abs_diff(look.changed.0) < STRAY.as_secs() {
            return;
        }
        let stray = path.parent().zip(path.file_name());
        let Some((folder, name)) = stray.and_then(|(f, n)| Some((Folder::open(f).ok()?, n))) else {
            return;
        };
        if let Err(e) = self.gate.adopt(&Place::new(&folder, name)) {
            tracing::warn!(error = %e.kind(), "a file under way cannot be adopted");
        }
    }

    /// Folders in `pending` that we emptied a while ago go.
    pub(super) fn remove_emptied(&mut self, folders: &dyn Folders) {
        let due: Vec<PathBuf> =
            self.emptied.iter().filter(|(_, since)| since.elapsed() > EMPTY).map(|(path, _)| path.clone()).collect();
        for path in due {
            self.emptied.remove(&path);
            let Some((parent, name)) = path.parent().zip(path.file_name()) else { continue };
            let removed = Folder::open(parent).and_then(|folder| self.disk.remove_folder(&Place::new(&folder, name)));
            if removed.is_ok() && !folders.roots().iter().any(|root| root.path == parent) {
                // Its parent may be empty now as well.
                self.emptied.insert(parent.to_path_buf(), Instant::now());
            }
        }
    }

    fn record(&mut self, events: &[Event]) {
        self.outcomes.extend(self.ledger.record(events).map(Outcome::Problem));
    }

    fn news_of(&self, path: &Path, report: &Report, held: bool) -> News {
        let named = self.config.tell.names_in_notifications;
        let name = path.file_name().map(|name| crate::model::safe_name(&name.to_string_lossy()));
        let tiers = tiers(report);
        News { name: name.filter(|_| named), verdict: report.verdict, tiers, held, clipboard: false }
    }

    fn described(&self, what: What, path: &Path, report: &Report) -> Event {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut rules: Vec<String> = report.findings.iter().map(|finding| finding.rule.to_string()).collect();
        rules.sort();
        rules.dedup();
        Event {
            name: Some(match self.config.tell.names_in_audit {
                Names::Plain => name,
                Names::Keyed => self.key.mac("name", name.as_bytes()).as_str()[..16].to_string(),
            }),
            verdict: Some(report.verdict),
            tiers: tiers(report),
            rules,
            packs: report.packs.iter().map(pack).collect(),
            ..Event::new(what)
        }
    }

    fn event(&self, what: What, path: &Path, report: &Report, staged: &Staged) -> Event {
        let content = Some(staged.mac.as_str().to_string());
        Event { bytes: Some(staged.look.bytes), content, ..self.described(what, path, report) }
    }
}

#[cfg(test)]
mod tests;
