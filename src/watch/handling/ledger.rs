//! What handling writes down: the audit log, and who waits for the disk meanwhile.

use crate::act::audit::{Audit, DeferredLog, Event};
use crate::model::SystemFault;
use crate::watch::WatchProblem;

/// The audit log as handling writes it.
#[derive(Debug)]
pub(super) struct Ledger {
    audit: Audit,
    /// While the daemon runs: events need not wait for the disk.
    later: Option<DeferredLog>,
    failed: bool,
}

/// Whether events were written down.
#[derive(Debug)]
pub(super) enum LedgerResult {
    /// They were.
    Yes,
    /// They were, for the first time since it failed.
    Again,
    /// They were not, or what was written before could not be synced.
    No(WatchProblem),
}

impl Ledger {
    pub(super) fn new(audit: Audit) -> Self {
        Ledger { audit, later: None, failed: false }
    }

    /// From now on events do not wait for the disk.
    pub(super) fn hurry(&mut self) {
        self.later = DeferredLog::new(&self.audit).inspect_err(|e| tracing::warn!(error = %e.kind(), "audit log")).ok();
    }

    /// Everything written reaches the disk; from now on events wait for it.
    pub(super) fn settle(&mut self) {
        self.later = None;
    }

    /// The log itself.
    pub(super) fn audit(&self) -> &Audit {
        &self.audit
    }

    /// Writes events down.
    pub(super) fn record(&mut self, events: &[Event]) -> LedgerResult {
        if events.is_empty() {
            return LedgerResult::Yes;
        }
        let written = match &self.later {
            Some(later) => later.append(events),
            None => self.audit.append(events),
        };
        let failed = std::mem::replace(&mut self.failed, written.is_err());
        match written {
            Ok(()) if failed => LedgerResult::Again,
            Ok(()) => LedgerResult::Yes,
            Err(e) => {
                tracing::error!(error = %e.kind(), "the audit log cannot be written");
                LedgerResult::No(WatchProblem::Audit(SystemFault::from(&e)))
            }
        }
    }
}
