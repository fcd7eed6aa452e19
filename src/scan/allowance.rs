//! The time one item may take: processor time of the thread that scans it, so that a verdict does not depend on how
//! busy the machine is, and a generous time by the clock behind that, for what waits. A process that reads apart counts
//! its own.

use std::time::{Duration, Instant};

/// The time by the clock, in times of the processor time.
const PATIENCE: u32 = 5;

/// What is left of it is asked of this.
pub(super) struct Allowance {
    started: Instant,
    used_before: Duration,
    allowed: Duration,
}

impl Allowance {
    /// An allowance that begins now, on this thread.
    pub(super) fn begin(millis: u64) -> Self {
        Allowance { started: Instant::now(), used_before: used(), allowed: Duration::from_millis(millis) }
    }

    /// It is used up.
    pub(super) fn is_over(&self) -> bool {
        let elapsed = self.started.elapsed();
        // Nobody uses more of the processor than passes by the clock.
        elapsed > self.allowed
            && (elapsed > self.allowed * PATIENCE || used().saturating_sub(self.used_before) > self.allowed)
    }
}

/// Processor time of this thread.
#[cfg(target_os = "linux")]
fn used() -> Duration {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(used).unwrap_or_default()
}

/// Without a clock for that every moment counts.
#[cfg(not(target_os = "linux"))]
fn used() -> Duration {
    static BEGUN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    BEGUN.get_or_init(Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_counts_for_less_than_work() {
        let allowance = Allowance::begin(20);
        assert!(!allowance.is_over());
        while allowance.started.elapsed() < Duration::from_millis(22) {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(!allowance.is_over() || cfg!(not(target_os = "linux")), "it only slept");
        while used().saturating_sub(allowance.used_before) <= Duration::from_millis(20) {
            std::hint::spin_loop();
        }
        assert!(allowance.is_over());
    }

    #[test]
    fn waiting_ends_as_well() {
        let allowance = Allowance::begin(1);
        while allowance.started.elapsed() <= Duration::from_millis(5) {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(allowance.is_over());
    }
}
