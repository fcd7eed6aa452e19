//! From the records of the log to the account of a period.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::gaps::Finder;
use super::names::{ShownNames, account as user};
use super::{AccountEntry, CheckedBook, FindingCount, HeldNow, InForce, Inspection, Period};
use crate::act::audit::{Book, Event, EventKind, LogLine};
use crate::act::local_time;

/// What an account is made of.
pub struct AccountSource<'a> {
    /// The unit's name.
    pub unit: Option<String>,
    /// Everything but releases of clear files, oldest first, of all times.
    pub incidents: Vec<LogLine>,
    /// Releases of clear files, oldest first.
    pub releases: Vec<LogLine>,
    /// Whether the books are whole.
    pub books: Vec<CheckedBook>,
    /// Files held now.
    pub held_now: HeldNow,
    /// How names are shown.
    pub names: &'a ShownNames,
}

/// The account of a period.
pub fn account(source: AccountSource<'_>, period: Period) -> Inspection {
    let mut inspection = Inspection {
        unit: source.unit,
        account: user(rustix::process::getuid().as_raw()),
        period,
        books: source.books,
        counts: BTreeMap::new(),
        held_now: source.held_now,
        rules: BTreeMap::new(),
        tiers: BTreeMap::new(),
        days: BTreeMap::new(),
        packs: Vec::new(),
        gaps: Vec::new(),
        incidents: Vec::new(),
        releases: Vec::new(),
    };
    let (mut gaps, mut packs) = (Finder::default(), Spans::default());
    for (book, records) in [(Book::Incidents, source.incidents), (Book::Releases, source.releases)] {
        for record in records {
            let (Ok(time), Some(what)) = (record.time.parse::<Timestamp>(), record.event.what) else { continue };
            if book == Book::Incidents {
                gaps.take(time, what);
                packs.take(&record, what);
            }
            if !period.holds(time) || what == EventKind::Rotated {
                continue;
            }
            inspection.add(&record, what);
            let entry = entry(record, what, source.names);
            match book {
                Book::Incidents => inspection.incidents.push(entry),
                Book::Releases => inspection.releases.push(entry),
            }
        }
    }
    inspection.gaps = gaps.end(&period);
    inspection.packs = packs.end(&period);
    inspection
}

impl Inspection {
    fn add(&mut self, record: &LogLine, what: EventKind) {
        *self.counts.entry(what).or_default() += 1;
        let day = self.days.entry(local_time(&record.time).chars().take(10).collect()).or_default();
        let is_held =
            matches!(what, EventKind::Held | EventKind::MailHeld | EventKind::MailRefused | EventKind::UploadHeld);
        match what {
            EventKind::Cleared | EventKind::Passed | EventKind::Released | EventKind::UploadConfirmed => day.left += 1,
            _ if is_held => day.held += 1,
            EventKind::Observed => {
                day.left += 1;
                day.observed += 1;
            }
            _ => {}
        }
        let count = |found: &mut FindingCount| match what {
            _ if is_held => found.held += 1,
            EventKind::Observed => found.observed += 1,
            EventKind::Disputed => found.disputed += 1,
            _ => {}
        };
        if is_held || matches!(what, EventKind::Observed | EventKind::Disputed) {
            for rule in &record.event.rules {
                count(self.rules.entry(rule.clone()).or_default());
            }
            for tier in &record.event.tiers {
                count(self.tiers.entry(*tier).or_default());
            }
        }
    }
}

fn entry(record: LogLine, what: EventKind, names: &ShownNames) -> AccountEntry {
    let name = names.show(&record.event);
    let Event { id, verdict, tiers, rules, places, bytes, reason, tally, authority, user: uid, .. } = record.event;
    let user = uid.map(user);
    AccountEntry {
        number: record.number,
        time: record.time,
        what,
        id,
        name,
        verdict,
        tiers,
        rules,
        places,
        bytes,
        reason,
        tally,
        authority,
        user,
    }
}

/// Which packs were in force when: each start of the daemon names them all.
#[derive(Default)]
struct Spans {
    open: BTreeMap<String, String>,
    closed: Vec<InForce>,
}

impl Spans {
    fn take(&mut self, record: &LogLine, what: EventKind) {
        if what != EventKind::Started {
            return;
        }
        let now = &record.event.packs;
        let gone: Vec<String> = self.open.keys().filter(|pack| !now.contains(pack)).cloned().collect();
        for pack in gone {
            if let Some(from) = self.open.remove(&pack) {
                self.closed.push(InForce { pack, from, to: record.time.clone() });
            }
        }
        for pack in now {
            self.open.entry(pack.clone()).or_insert_with(|| record.time.clone());
        }
    }

    fn end(self, period: &Period) -> Vec<InForce> {
        let (from, to) = (period.from.to_string(), period.to.to_string());
        let open = self.open.into_iter().map(|(pack, from)| InForce { pack, from, to: to.clone() });
        let mut all: Vec<InForce> = self.closed.into_iter().chain(open).collect();
        let parsed = |time: &str| time.parse::<Timestamp>().unwrap_or(period.to);
        all.retain(|pack| parsed(&pack.to) > period.from && parsed(&pack.from) < period.to);
        for pack in &mut all {
            if parsed(&pack.from) < period.from {
                pack.from.clone_from(&from);
            }
            if parsed(&pack.to) > period.to {
                pack.to.clone_from(&to);
            }
        }
        all.sort_by(|a, b| (&a.from, &a.pack).cmp(&(&b.from, &b.pack)));
        all
    }
}
