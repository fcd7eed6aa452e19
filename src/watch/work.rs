//! Looking at files that have rested, and doing with each what its folder and its verdict ask for.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Instant;

use super::settle::{AGAIN, CHANGED, Rested};
use super::{Daemon, Duty, Root};
use crate::act::audit::{Event, What};
use crate::act::notify::News;
use crate::act::quarantine::{Held, pack, tiers};
use crate::config::{Action, Answer, Names};
use crate::disk::{Folder, Look, Place};
use crate::extract::{Input, reason_of};
use crate::gate::{Move, Moved, Refusal, Staged, Stager, Target};
use crate::model::{GapReason, Report, Verdict};
use crate::scan::Scanner;
use crate::source::{Entry, names_below};

/// Bytes of files looked at together: the first of them should not wait long for the last.
const BYTES: u64 = 64 << 20;

/// Processors this process may use; asking reads a dozen files.
static PROCESSORS: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));

/// A file that was looked at.
struct Looked {
    file: Rested,
    /// The copy; none where the file stays where it is.
    staged: Option<Staged>,
    report: Report,
}

/// A file looked at, or why it could not be.
type Outcome = Result<Looked, Box<(Rested, Refusal)>>;

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
pub(super) struct Ready {
    moves: Vec<Move>,
    plans: Vec<Planned>,
}

impl Daemon {
    /// Carries what was looked at last and meanwhile looks at what has rested: the disk writes one
    /// batch while the next is scanned. False when there was nothing.
    pub(super) fn work(&mut self, now: Instant) -> bool {
        let files = self.settle.rested(now, self.batch, BYTES);
        let any = !files.is_empty() || !self.ready.moves.is_empty();
        if any {
            let Ready { moves, plans } = std::mem::take(&mut self.ready);
            let (looked, moved) = self.look_and_carry(files, moves);
            self.carried(moved, plans);
            // Written down together, for each writing waits for the disk.
            let mut reported = Vec::new();
            for outcome in looked {
                match outcome {
                    Ok(looked) => match self.plan(looked, &mut reported) {
                        Some((Ok(m), planned)) => {
                            self.ready.moves.push(m);
                            self.ready.plans.push(planned);
                        }
                        Some((Err(refusal), planned)) => self.refused(planned.file, &refusal),
                        None => {}
                    },
                    Err(failed) => self.refused(failed.0, &failed.1),
                }
            }
            self.record(&reported);
        }
        for (at, folder) in self.status.folders.iter_mut().enumerate() {
            folder.waiting = self.settle.count(at);
            if folder.waiting == 0 {
                folder.stuck = None;
            }
        }
        any
    }

    /// Carries what was looked at before the daemon was told to end.
    pub(super) fn finish(&mut self) {
        let Ready { moves, plans } = std::mem::take(&mut self.ready);
        let moved = self.gate.carry(moves);
        self.carried(moved, plans);
    }

    fn look_and_carry(&mut self, files: Vec<Rested>, moves: Vec<Move>) -> (Vec<Outcome>, Vec<Moved>) {
        let stager = self.gate.stager().clone();
        let (scanner, roots, gate) = (&self.scanner, &self.roots, &mut self.gate);
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
    fn plan(&mut self, looked: Looked, reported: &mut Vec<Event>) -> Option<(Result<Move, Refusal>, Planned)> {
        let Looked { file, staged, report } = looked;
        let root = self.roots[file.root].clone();
        let answer = self.config.hold.answer(report.verdict);
        match (&root.duty, staged) {
            (Duty::Gate { export }, Some(staged)) => {
                let below = file.path.strip_prefix(&root.path).unwrap_or(&file.path).to_path_buf();
                let target = Target { root: export.clone().into(), below: below.into(), released: true };
                if answer == Answer::Release && self.is_gone(export) {
                    let refusal = Refusal::Io("open the target", ErrorKind::NotConnected.into());
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
                self.seen.add(&file.path, &file.look);
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
                self.seen.add(&file.path, &file.look);
                let folder = &mut self.status.folders[file.root];
                if report.verdict == Verdict::Uninspected {
                    folder.unread += 1;
                } else {
                    folder.passed += 1;
                }
                if answer != Answer::Release && report.verdict != Verdict::Uninspected {
                    let mut event = self.described(What::Reported, &file.path, &report);
                    event.bytes = Some(report.bytes);
                    reported.push(event);
                    self.news.push(self.news_of(&file.path, &report, false));
                }
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
                Err(Refusal::Io("write the record", e))
            }
        };
        (moved, Planned { file, release: false, event, news })
    }

    /// Takes note of what became of files that were carried.
    fn carried(&mut self, moved: Vec<Moved>, plans: Vec<Planned>) {
        let mut events = Vec::new();
        for (moved, planned) in moved.into_iter().zip(plans) {
            let folder = &mut self.status.folders[planned.file.root];
            match moved.outcome {
                Ok(_) => {
                    if planned.release {
                        folder.passed += 1;
                    } else {
                        folder.held += 1;
                    }
                    // A clear file is no incident.
                    if planned.event.verdict != Some(Verdict::Clear) {
                        events.push(planned.event);
                    }
                    self.news.extend(planned.news);
                    if let Some(parent) = planned.file.path.parent()
                        && parent != self.roots[planned.file.root].path
                        && matches!(self.roots[planned.file.root].duty, Duty::Gate { .. })
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
                    self.refused(planned.file, &refusal);
                }
            }
        }
        self.record(&events);
    }

    /// A file stays where it is, and is tried again unless it is gone or never can be carried.
    fn refused(&mut self, file: Rested, refusal: &Refusal) {
        match refusal {
            Refusal::Io(_, e) if e.kind() == ErrorKind::NotFound && Look::at(&file.path).is_err() => return,
            Refusal::Special => {
                self.status.refuse(file.root, &file.path);
                return;
            }
            Refusal::Io(step, e) => {
                tracing::warn!(step, error = %e.kind(), "a file stays where it is");
                self.status.stick(file.root, format!("{step}: {}", e.kind()));
            }
            Refusal::Unsure(e) => {
                tracing::error!(error = %e.kind(), "a file arrived, but the disk does not promise it");
                self.status.stick(file.root, refusal.to_string());
                return;
            }
            Refusal::Busy | Refusal::Changed => {}
        }
        // With its present look: a change since then must begin the rest anew.
        let look = Look::at(&file.path).unwrap_or(file.look);
        let first = match refusal {
            // It rests anew: no event may come any more.
            Refusal::Changed => self.roots[file.root].settle.max(CHANGED),
            _ => AGAIN,
        };
        self.settle.again(Rested { look, ..file }, first, Instant::now());
    }

    fn news_of(&self, path: &Path, report: &Report, held: bool) -> News {
        let named = self.config.tell.names_in_notifications;
        let name = path.file_name().map(|name| crate::model::safe_name(&name.to_string_lossy()));
        let tiers = tiers(report);
        News { name: name.filter(|_| named), verdict: report.verdict, tiers, held, clipboard: false }
    }

    pub(super) fn described(&self, what: What, path: &Path, report: &Report) -> Event {
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

/// Stages and scans, on all processors.
fn look_at(stager: &Stager, scanner: &Scanner, roots: &[Root], files: Vec<Rested>) -> Vec<Outcome> {
    let threads = PROCESSORS.min(files.len());
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(files.len())));
    let folders = Mutex::new(HashMap::new());
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let looked = look(stager, scanner, &roots[file.root], file, &folders);
            if let Ok(mut results) = results.lock() {
                results.push(looked);
            }
        }
    };
    if threads < 2 {
        work();
    } else {
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    }
    results.into_inner().unwrap_or_default()
}

/// Looks at one file: in a gate at a copy of it, elsewhere at the file itself.
fn look(stager: &Stager, scanner: &Scanner, root: &Root, file: &Rested, folders: &Folders) -> Outcome {
    let fail = |refusal: Refusal| Box::new((file.clone(), refusal));
    let now = Look::at(&file.path).map_err(|e| fail(Refusal::Io("look at", e)))?;
    if now != file.look {
        return Err(fail(Refusal::Changed));
    }
    let scanner = &scanner.on(root.channel);
    let names = names_below(&root.path, &file.path);
    let shown = file.path.to_string_lossy();
    let stage = || {
        let place = place(&root.path, &file.path, folders).map_err(|e| fail(Refusal::Io("open the folder", e)))?;
        let mut staged = stager.stage(&place).map_err(fail)?;
        let report = match staged.take_bytes() {
            Some(bytes) => scanner.scan(&shown, &names, staged.look.bytes, || Ok(Input::bytes(&bytes))),
            None => {
                scanner.scan(&shown, &names, staged.look.bytes, || Input::file(&staged.file).map_err(|e| reason_of(&e)))
            }
        };
        Ok(Looked { file: file.clone(), staged: Some(staged), report })
    };
    match &root.duty {
        Duty::Gate { .. } => stage(),
        Duty::Watch { action } => {
            let entry = Entry { path: file.path.clone(), explicit: false, names: names.clone(), gap: None };
            let report = scanner.scan_entry(&entry);
            let has = |reason| report.gaps.iter().any(|gap| gap.reason == reason && gap.location.steps.is_empty());
            if has(GapReason::Changed) {
                return Err(fail(Refusal::Changed));
            }
            // Not read, so not looked at: it is tried again, and not called seen.
            if report.gaps.iter().any(|gap| gap.reason.is_io() && gap.location.steps.is_empty()) {
                let error = std::fs::File::open(&file.path).err().unwrap_or_else(|| ErrorKind::Other.into());
                return Err(fail(Refusal::Io("read", error)));
            }
            if *action == Action::Report || report.verdict != Verdict::Block {
                return Ok(Looked { file: file.clone(), staged: None, report });
            }
            stage()
        }
    }
}

/// Folders of the files looked at together, held open.
type Folders = Mutex<HashMap<PathBuf, Arc<Folder>>>;

/// The file's place, its folder opened from the root without following a link.
fn place(root: &Path, path: &Path, folders: &Folders) -> std::io::Result<Place> {
    let parent = path.parent().unwrap_or(root);
    let known = folders.lock().ok().and_then(|folders| folders.get(parent).cloned());
    let folder = match known {
        Some(folder) => folder,
        None => {
            let folder = Folder::open(root)?.below(parent.strip_prefix(root).unwrap_or(Path::new("")))?;
            if let Ok(mut folders) = folders.lock() {
                folders.insert(parent.to_path_buf(), Arc::clone(&folder));
            }
            folder
        }
    };
    Ok(Place::new(&folder, path.file_name().unwrap_or_default()))
}
