//! After a switch of packs, what is held is looked at again: a false alarm that a better pack takes
//! back goes where it was meant to, anything else stays with its new reasons. A file that only the
//! security officer may release is never let go by itself, and a sealed one cannot be read.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{FileOutcome, Folders, Handling};
use crate::act::audit::{Event, EventKind};
use crate::act::quarantine::{Held, HoldReason, tiers};
use crate::config::HoldAnswer;
use crate::disk::FileStamp;
use crate::extract::{Input, reason_of};
use crate::gate::Move;
use crate::model::{Channel, Phrase, Report, Verdict};
use crate::source::names_below;
use crate::watch::Duty;
use crate::watch::discovery::innermost;

/// How long files are judged again before what people save now is looked at.
const MOMENT: Duration = Duration::from_millis(200);

/// What becomes of a held file that was judged again.
enum Judged {
    /// It is held no longer.
    Free(Held, Report),
    /// It stays, with these reasons.
    Held(Held),
}

impl Handling {
    /// Notes which held files were judged with other packs.
    pub(super) fn mark_for_rejudging(&mut self) {
        let held = self.quarantine.list().unwrap_or_default();
        let stale = held.into_iter().filter(|held| !held.sealed && held.packs != self.packs);
        self.stale = stale.map(|held| held.id).collect();
    }

    /// Judges some of them again, for a moment at most; false when none is left.
    pub(in crate::watch) fn rejudge_some(&mut self, folders: &dyn Folders) -> bool {
        if self.stale.is_empty() {
            return false;
        }
        // Somebody is releasing right now: their decision stands, and the next round looks again.
        let Ok(_lock) = self.quarantine.lock() else { return true };
        let (began, mut renewed, mut free) = (Instant::now(), Vec::new(), Vec::new());
        while began.elapsed() < MOMENT
            && let Some(id) = self.stale.pop()
        {
            let Some(held) = self.quarantine.read(&id) else { continue };
            match self.rejudge(held, folders) {
                Some(Judged::Free(held, report)) => free.push((held, report)),
                Some(Judged::Held(held)) => renewed.push(held),
                None => {}
            }
        }
        // What is lost of these is judged again at the next start: one set of syncs does for all.
        let written = renewed.iter().map(|held| Event {
            id: Some(held.id.clone()),
            verdict: Some(held.verdict),
            tiers: held.tiers.clone(),
            record: Some(held.print(self.ledger.audit())),
            ..Event::new(EventKind::Judged)
        });
        let written: Vec<Event> = written.collect();
        match self.quarantine.renew(&renewed) {
            Ok(()) => self.record(&written),
            Err(e) => tracing::warn!(error = %e.kind(), "the records of held files cannot be renewed"),
        }
        self.let_go(free);
        !self.stale.is_empty()
    }

    fn rejudge(&mut self, mut held: Held, folders: &dyn Folders) -> Option<Judged> {
        let from = held.from.0.clone();
        let root = innermost(folders.roots(), &from).map(|at| &folders.roots()[at]);
        let file = self.quarantine.place(&held.id).open().ok()?;
        let names = match root {
            Some(root) => names_below(&root.path, &from),
            None => names_below(from.parent().unwrap_or(Path::new("/")), &from),
        };
        let scanner = self.viewer.scanner.on(root.map_or(Channel::Gate, |root| root.channel));
        let open = || Input::file(&file).map_err(|e| reason_of(&e));
        let report = scanner.scan(&from.to_string_lossy(), &names, held.bytes, open);
        if report.gaps.iter().any(|gap| gap.reason.is_io()) {
            return None;
        }
        let free = match root.map(|root| &root.duty) {
            Some(Duty::Watch { .. }) => matches!(report.verdict, Verdict::Clear | Verdict::Warn),
            _ => self.config.hold.answer(report.verdict) == HoldAnswer::Release,
        };
        if free && !held.officer {
            return Some(Judged::Free(held, report));
        }
        held.packs = self.packs.clone();
        if free {
            held.why.insert(0, with_these_packs());
        } else {
            held.verdict = report.verdict;
            held.tiers = tiers(&report);
            held.officer |= self.config.hold.needs_officer(held.verdict, &held.tiers);
            held.explain(&report);
        }
        Some(Judged::Held(held))
    }

    /// What is held no longer for any reason goes through the gate, written down first.
    fn let_go(&mut self, free: Vec<(Held, Report)>) {
        let (mut moves, mut ids, mut events) = (Vec::new(), Vec::new(), Vec::new());
        for (held, report) in free {
            let Ok(mut staged) = self.gate.stager().stage(&self.quarantine.place(&held.id)) else { continue };
            if staged.mac != held.content {
                self.gate.stager().discard(staged);
                continue;
            }
            staged.mode = held.mode;
            let described = self.described(EventKind::Released, held.from.as_ref(), &report);
            let reason = Some("judged again with the packs now in force".to_string());
            events.push(Event { id: Some(held.id.clone()), reason, bytes: Some(held.bytes), ..described });
            moves.push(Move { staged, target: held.target.clone() });
            ids.push(held.id);
        }
        self.record(&events);
        self.placed.note(moves.iter().map(|m| &m.staged.mac));
        for (moved, id) in self.gate.carry(moves).into_iter().zip(ids) {
            match moved.outcome {
                Ok(arrived) => {
                    if let Ok(look) = FileStamp::at(&arrived.path) {
                        self.outcomes.push(FileOutcome::Placed(arrived.path, look));
                    }
                    if let Err(e) = self.quarantine.forget(&id) {
                        tracing::warn!(error = %e.kind(), "the record of a released file stays");
                    }
                }
                Err(refusal) => tracing::warn!(%refusal, "a file that is clear now stays held"),
            }
        }
    }
}

fn with_these_packs() -> HoldReason {
    HoldReason {
        what: Phrase::new(
            "With the packs now in force nothing is found; the security officer may release it",
            "按现行规则包已无问题，可由保密管理员放行",
        ),
        place: Phrase::new("", ""),
        spot: None,
        excerpt: String::new(),
        rule: String::new(),
    }
}
