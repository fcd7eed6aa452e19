//! After a switch of packs, what is held is looked at again: a false alarm that a better pack takes
//! back goes where it was meant to, anything else stays with its new reasons. A file that only the
//! security officer may release is never let go by itself, and a sealed one cannot be read.

use std::path::Path;

use super::{Folders, Handling};
use crate::act::audit::{Event, What};
use crate::act::quarantine::{Held, Why, tiers};
use crate::config::Answer;
use crate::extract::{Input, reason_of};
use crate::gate::Move;
use crate::model::{Channel, Phrase, Report, Verdict};
use crate::source::names_below;
use crate::watch::Duty;
use crate::watch::discovery::innermost;

impl Handling {
    /// Notes which held files were judged with other packs.
    pub(super) fn mark_for_rejudging(&mut self) {
        let held = self.quarantine.list().unwrap_or_default();
        let stale = held.into_iter().filter(|held| !held.sealed && held.packs != self.packs);
        self.stale = stale.map(|held| held.id).collect();
    }

    /// Judges one of them again; false when none is left.
    pub(in crate::watch) fn rejudge_next(&mut self, folders: &dyn Folders) -> bool {
        let Some(id) = self.stale.pop() else { return false };
        // Somebody is releasing right now: their decision stands, and the next start looks again.
        let Ok(_lock) = self.quarantine.lock() else { return true };
        let found = self.quarantine.find(&id).unwrap_or_default();
        if let Some(held) = found.into_iter().find(|held| held.id == id) {
            self.rejudge(held, folders);
        }
        true
    }

    fn rejudge(&mut self, mut held: Held, folders: &dyn Folders) {
        let from = held.from.0.clone();
        let root = innermost(folders.roots(), &from).map(|at| &folders.roots()[at]);
        let Ok(file) = self.quarantine.place(&held.id).open() else { return };
        let names = match root {
            Some(root) => names_below(&root.path, &from),
            None => names_below(from.parent().unwrap_or(Path::new("/")), &from),
        };
        let scanner = self.scanner.on(root.map_or(Channel::Gate, |root| root.channel));
        let open = || Input::file(&file).map_err(|e| reason_of(&e));
        let report = scanner.scan(&from.to_string_lossy(), &names, held.bytes, open);
        if report.gaps.iter().any(|gap| gap.reason.is_io()) {
            return;
        }
        let free = match root.map(|root| &root.duty) {
            Some(Duty::Watch { .. }) => matches!(report.verdict, Verdict::Clear | Verdict::Warn),
            _ => self.config.hold.answer(report.verdict) == Answer::Release,
        };
        if free && !held.officer {
            self.let_go(&held, &report);
            return;
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
        if let Err(e) = self.quarantine.announce(&held) {
            tracing::warn!(error = %e.kind(), "the record of a held file cannot be renewed");
        }
    }

    /// What is held no longer for any reason goes through the gate, written down first.
    fn let_go(&mut self, held: &Held, report: &Report) {
        let Ok(mut staged) = self.gate.stager().stage(&self.quarantine.place(&held.id)) else { return };
        if staged.mac != held.content {
            self.gate.stager().discard(staged);
            return;
        }
        staged.look.mode = held.mode;
        let described = self.described(What::Released, held.from.as_ref(), report);
        let reason = Some("judged again with the packs now in force".to_string());
        self.record(&[Event { id: Some(held.id.clone()), reason, bytes: Some(held.bytes), ..described }]);
        let moves = vec![Move { staged, target: held.target.clone() }];
        match self.gate.carry(moves).pop().map(|moved| moved.outcome) {
            Some(Ok(_)) => {
                if let Err(e) = self.quarantine.forget(&held.id) {
                    tracing::warn!(error = %e.kind(), "the record of a released file stays");
                }
            }
            Some(Err(refusal)) => tracing::warn!(%refusal, "a file that is clear now stays held"),
            None => {}
        }
    }
}

fn with_these_packs() -> Why {
    Why {
        what: Phrase::new(
            "With the packs now in force nothing is found; the security officer may release it",
            "按现行规则包已无问题，可由保密管理员放行",
        ),
        place: Phrase::new("", ""),
        excerpt: String::new(),
        rule: String::new(),
    }
}
