//! Records of persons: a row of a table, or the neighbouring lines of a form, that hold several kinds of
//! personal data of one person. Such a record is worth more than its values apart: who has the number of an
//! identity card, a mobile and a bank card of one person can act in that person's name.

use std::collections::HashSet;

use super::weigh::Weighed;
use crate::model::{Location, Phrase, Reason, Severity};
use crate::pack::Counts;

/// Lines apart from which two values belong to different persons. Cells of a sheet are lines.
const APART: u64 = 12;
/// Different records remembered; beyond, they are only counted.
const REMEMBERED: usize = 10_000;
/// What a record of two kinds counts, and one of more, where a value of one kind counts one.
const TWO_KINDS: usize = 2;
const MORE_KINDS: usize = 5;
/// The steps for one kind are those for all.
const STEPS: Counts = Counts { note: 1, warn: 5, block: Some(50) };

/// The records of one item.
#[derive(Default)]
pub(super) struct Records {
    open: Option<Open>,
    seen: HashSet<String>,
    /// Records of two kinds.
    two: usize,
    /// Records of more kinds.
    more: usize,
    /// The first record's rule that stands first in its pack.
    rule: Option<usize>,
}

/// A record that the next value may still belong to.
struct Open {
    place: Location,
    line: u64,
    /// Kinds and values.
    values: Vec<(String, String)>,
    /// The rule that stands first in its pack.
    rule: usize,
}

/// What the records of an item come to.
pub(super) struct Count {
    /// The rule with whose finding they are told.
    pub rule: usize,
    /// What they ask for.
    pub severity: Severity,
    /// How many, in words.
    pub reason: Reason,
}

impl Records {
    /// The next value, in the order of the text.
    pub(super) fn take(&mut self, kind: &str, one: &Weighed) {
        let place = Location { spot: None, ..one.location.clone() };
        let Some(mut open) = self.open.take() else {
            self.open = Some(Open::new(place, kind, one));
            return;
        };
        let near = open.place == place && one.line.abs_diff(open.line) <= APART;
        let known = open.values.iter().find(|(known, _)| known == kind).map(|(_, value)| *value == one.mark);
        if !near || known == Some(false) {
            // The next person begins.
            self.close(open);
            open = Open::new(place, kind, one);
        } else if known.is_none() {
            open.add(kind, one);
        }
        open.line = one.line;
        self.open = Some(open);
    }

    fn close(&mut self, record: Open) {
        if record.values.len() < 2 {
            return;
        }
        let key = record.values.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join("\n");
        if self.seen.len() < REMEMBERED && !self.seen.insert(key) {
            return;
        }
        match record.values.len() {
            2 => self.two += 1,
            _ => self.more += 1,
        }
        self.rule.get_or_insert(record.rule);
    }

    /// What all records come to; nothing if there is none.
    pub(super) fn count(mut self) -> Option<Count> {
        if let Some(open) = self.open.take() {
            self.close(open);
        }
        let severity = match self.two * TWO_KINDS + self.more * MORE_KINDS {
            0 => return None,
            n if STEPS.block.is_some_and(|block| n >= block) => Severity::Block,
            n if n >= STEPS.warn => Severity::Warn,
            _ => Severity::Note,
        };
        let (two, more) = (self.two, self.more);
        let en = format!("records of one person: {two} with two kinds of data, {more} with more");
        let text = Phrase::new(&en, &format!("同一人的多类信息：两类的 {two} 条，三类及以上的 {more} 条"));
        Some(Count { rule: self.rule?, severity, reason: Reason { text, weight: 0 } })
    }
}

impl Open {
    fn new(place: Location, kind: &str, one: &Weighed) -> Self {
        let values = vec![(kind.to_string(), one.mark.clone())];
        Open { place, line: one.line, values, rule: one.rule }
    }

    fn add(&mut self, kind: &str, one: &Weighed) {
        self.values.push((kind.to_string(), one.mark.clone()));
        self.rule = self.rule.min(one.rule);
    }
}
