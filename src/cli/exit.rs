//! Exit codes, computed from verdicts before anything is printed, so that a closed pipe cannot
//! change them.

use std::process::ExitCode;

use crate::act::report::Summary;
use crate::model::{Severity, Verdict};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// 0: everything asked for was read to its end and nothing at or above the threshold was found.
    Clear,
    /// 1: found; wins over 2.
    Found,
    /// 2: something was not inspected, or wrong usage, configuration, pack or input.
    NotInspected,
    /// 130: interrupted.
    Interrupted,
}

impl Exit {
    /// The code for what a run came to.
    pub(super) fn of(summary: &Summary, fail_on: Severity) -> Self {
        let found = match fail_on {
            Severity::Block => summary.count(Verdict::Block),
            _ => summary.count(Verdict::Block) + summary.count(Verdict::Warn),
        };
        match (found, summary.count(Verdict::Uninspected)) {
            (1.., _) => Exit::Found,
            (0, 1..) => Exit::NotInspected,
            (0, 0) => Exit::Clear,
        }
    }
}

impl Exit {
    /// The number.
    pub(super) fn code(self) -> i32 {
        match self {
            Exit::Clear => 0,
            Exit::Found => 1,
            Exit::NotInspected => 2,
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code() as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_wins_over_not_inspected() {
        // Counts by verdict: clear, warn, uninspected, block.
        for (counts, fail_on, wanted) in [
            ([3, 0, 0, 0], Severity::Warn, Exit::Clear),
            ([3, 1, 0, 0], Severity::Warn, Exit::Found),
            ([3, 1, 0, 0], Severity::Block, Exit::Clear),
            ([3, 0, 2, 0], Severity::Warn, Exit::NotInspected),
            ([3, 1, 2, 0], Severity::Block, Exit::NotInspected),
            ([3, 1, 2, 1], Severity::Block, Exit::Found),
        ] {
            let summary = Summary { counts, ..Summary::default() };
            assert_eq!(Exit::of(&summary, fail_on), wanted, "{counts:?}");
        }
    }
}
