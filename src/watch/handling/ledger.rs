//! What handling writes down: the audit log, and who waits for the disk meanwhile.

use crate::act::audit::{Audit, Event, Later};
use crate::model::SystemFault;
use crate::watch::Problem;

/// The audit log as handling writes it.
#[derive(Debug)]
pub(super) struct Ledger {
    audit: Audit,
    /// While the daemon runs: events need not wait for the disk.
    later: Option<Later>,
}

impl Ledger {
    pub(super) fn new(audit: Audit) -> Self {
        Ledger { audit, later: None }
    }

    /// From now on events do not wait for the disk.
    pub(super) fn hurry(&mut self) {
        self.later = Later::new(&self.audit).inspect_err(|e| tracing::warn!(error = %e.kind(), "audit log")).ok();
    }

    /// Everything written reaches the disk; from now on events wait for it.
    pub(super) fn settle(&mut self) {
        self.later = None;
    }

    /// Writes events down; says what keeps it from that.
    pub(super) fn record(&self, events: &[Event]) -> Option<Problem> {
        let written = match &self.later {
            Some(later) => later.append(events),
            None => self.audit.append(events),
        };
        let e = written.err()?;
        tracing::error!(error = %e.kind(), "the audit log cannot be written");
        Some(Problem::Audit(SystemFault::from(&e)))
    }
}
