//! When the next walk is due: soon after a hint, at once after a loss, and now and then anyway. It
//! is given the time and knows no clock of its own.

use std::time::{Duration, Instant};

/// Time between two walks when nothing happens: what the system forgot to tell is found then.
const TIMED: Duration = Duration::from_secs(60);
/// Time between two walks while events cannot be had.
const POLL: Duration = Duration::from_secs(3);
/// Quiet after an event before a walk looks for what was not told.
const QUIET: Duration = Duration::from_millis(700);
/// A walk takes place this long after the first event even if there is no quiet.
const PATIENCE: Duration = Duration::from_secs(5);

/// When to walk.
#[derive(Debug)]
pub(super) struct Schedule {
    walk_at: Option<Instant>,
    first_hint: Option<Instant>,
    timed_at: Instant,
    /// How long the last walk took: those of large trees come less often.
    took: Duration,
    polling: bool,
}

impl Schedule {
    pub(super) fn new(now: Instant) -> Self {
        Schedule { walk_at: None, first_hint: None, timed_at: now, took: Duration::ZERO, polling: false }
    }

    /// Something may have changed: a walk comes once there is quiet.
    pub(super) fn hint(&mut self, now: Instant) {
        let latest = *self.first_hint.get_or_insert(now) + PATIENCE.max(self.took * 20);
        self.walk_at = Some((now + QUIET.max(self.took * 4)).min(latest));
    }

    /// Hints were lost.
    pub(super) fn lost(&mut self, now: Instant) {
        self.walk_at = Some(now);
    }

    /// The set of folders may have changed: a walk that looks for them is due at once.
    pub(super) fn folders(&mut self, now: Instant) {
        self.walk_at = Some(now);
        self.timed_at = now;
    }

    /// Events cannot be had, or not all.
    pub(super) fn poll(&mut self) {
        self.polling = true;
    }

    /// When the next walk is due.
    pub(super) fn next(&self) -> Instant {
        self.walk_at.map_or(self.timed_at, |at| at.min(self.timed_at))
    }

    /// The time has come for a walk that also looks for folders.
    pub(super) fn is_timed(&self, now: Instant) -> bool {
        self.timed_at <= now
    }

    /// A walk begins: hints from now on ask for another.
    pub(super) fn begin(&mut self) {
        self.walk_at = None;
        self.first_hint = None;
    }

    /// A walk has ended.
    pub(super) fn end(&mut self, began: Instant, now: Instant) {
        self.took = now.duration_since(began);
        self.timed_at = now + if self.polling { POLL } else { TIMED };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_waits_for_quiet_but_not_for_ever_and_a_loss_does_not_wait() {
        let start = Instant::now();
        let mut schedule = Schedule::new(start);
        assert!(schedule.is_timed(start));
        schedule.begin();
        schedule.end(start, start);
        assert_eq!(schedule.next(), start + TIMED);
        schedule.hint(start);
        assert_eq!(schedule.next(), start + QUIET);
        for tenth in 1..200 {
            schedule.hint(start + tenth * Duration::from_millis(100));
        }
        assert_eq!(schedule.next(), start + PATIENCE, "a storm of events does not put it off");
        schedule.lost(start);
        assert_eq!(schedule.next(), start);
        schedule.poll();
        schedule.begin();
        schedule.end(start, start + Duration::from_secs(1));
        assert_eq!(schedule.next(), start + Duration::from_secs(1) + POLL);
    }
}
