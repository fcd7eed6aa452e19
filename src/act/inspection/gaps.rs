//! Gaps in the record: times when no daemon looked after the folders. What left then left unseen by Mizha,
//! and the log cannot say anything of it.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::Period;
use crate::act::audit::EventKind;

/// A pause shorter than this is a change of settings or packs.
const PAUSE: i64 = 60;

/// A time without a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RecordGap {
    /// From when.
    #[serde(serialize_with = "instant")]
    pub from: Timestamp,
    /// Until when.
    #[serde(serialize_with = "instant")]
    pub to: Timestamp,
    /// Why.
    pub why: GapCause,
}

fn instant<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

/// Why there is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapCause {
    /// The log begins later.
    NotBegun,
    /// The daemon was stopped.
    Stopped,
    /// The daemon ended without a word: a crash, a power cut, a kill. Between its last record and the next start.
    Died,
}

/// Finds gaps as records go by, oldest first.
#[derive(Debug, Default)]
pub(super) struct Finder {
    last: Option<Timestamp>,
    stopped: Option<Timestamp>,
    runs: bool,
    gaps: Vec<RecordGap>,
}

impl Finder {
    /// The next record.
    pub(super) fn take(&mut self, time: Timestamp, what: EventKind) {
        match what {
            EventKind::Started => {
                let (from, why) = match (self.runs, self.stopped, self.last) {
                    (true, _, Some(last)) => (last, GapCause::Died),
                    (false, Some(stopped), _) => (stopped, GapCause::Stopped),
                    (_, _, _) => (Timestamp::MIN, GapCause::NotBegun),
                };
                self.add(from, time, why);
                self.runs = true;
                self.stopped = None;
            }
            EventKind::Stopped => {
                self.runs = false;
                self.stopped = Some(time);
            }
            _ => {}
        }
        self.last = Some(time);
    }

    fn add(&mut self, from: Timestamp, to: Timestamp, why: GapCause) {
        if to.as_second().saturating_sub(from.as_second()) >= PAUSE {
            self.gaps.push(RecordGap { from, to, why });
        }
    }

    /// The gaps of a period; whether a daemon that did not say that it stopped runs still is told by whoever knows.
    pub(super) fn end(mut self, period: &Period) -> Vec<RecordGap> {
        match self.stopped {
            Some(stopped) => self.add(stopped, Timestamp::MAX, GapCause::Stopped),
            None if !self.runs => self.add(Timestamp::MIN, Timestamp::MAX, GapCause::NotBegun),
            None => {}
        }
        let clip =
            |gap: RecordGap| RecordGap { from: gap.from.max(period.from), to: gap.to.min(period.to), why: gap.why };
        let lasts = |gap: &RecordGap| gap.to.as_second().saturating_sub(gap.from.as_second()) >= PAUSE;
        self.gaps.into_iter().map(clip).filter(lasts).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_a_crash_and_the_time_before_the_first_record_are_gaps_and_a_reload_is_none() {
        let at = |hour: i64, second: i64| Timestamp::from_second(hour * 3600 + second).expect("a time");
        let mut finder = Finder::default();
        for (time, what) in [
            (at(1, 0), EventKind::Started),
            (at(2, 0), EventKind::Stopped),
            (at(2, 5), EventKind::Started),
            (at(3, 0), EventKind::Held),
            (at(4, 0), EventKind::Started),
            (at(5, 0), EventKind::Stopped),
        ] {
            finder.take(time, what);
        }
        let period = Period { from: at(0, 0), to: at(6, 0) };
        let gap = |from, to, why| RecordGap { from: at(from, 0), to: at(to, 0), why };
        assert_eq!(
            finder.end(&period),
            [gap(0, 1, GapCause::NotBegun), gap(3, 4, GapCause::Died), gap(5, 6, GapCause::Stopped)]
        );
    }
}
