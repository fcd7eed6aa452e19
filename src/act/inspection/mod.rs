//! The account an officer gives at an inspection: what left in a period, what was held and why, who
//! released what on whose authority, under which packs, and where the record itself has gaps. Put together
//! from the audit log and nothing else, so it holds no content; names are masked unless they were opened
//! with the officer's key. A form a file.

mod account;
mod gaps;
mod html;
mod human;
mod names;
mod period;
mod table;
mod words;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::audit::{Audit, Book, EventKind, Tally, VerifiedChain};
use crate::model::{Lang, Phrase, Tier, Verdict};
pub use account::{AccountSource, account};
pub use gaps::{GapCause, RecordGap};
pub use names::ShownNames;
pub use period::Period;

/// A form of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountForm {
    /// For a person at a terminal.
    Human,
    /// One page, to be printed and signed.
    Html,
    /// One JSON object.
    Json,
    /// A table of every entry, for a spreadsheet.
    Csv,
}

/// What happened in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The unit's name.
    pub unit: Option<String>,
    /// The account on this machine whose log it is.
    pub account: String,
    /// From when to when.
    #[serde(flatten)]
    pub period: Period,
    /// Whether the books are whole.
    pub books: Vec<CheckedBook>,
    /// How often each thing happened.
    pub counts: BTreeMap<EventKind, u64>,
    /// Files that are held now, and how many of them only the officer releases.
    pub held_now: HeldNow,
    /// What was found in what was held, by rule.
    pub rules: BTreeMap<String, FindingCount>,
    /// The same by tier.
    pub tiers: BTreeMap<Tier, FindingCount>,
    /// Counts by day.
    pub days: BTreeMap<String, DayCounts>,
    /// Packs, and from when they were in force.
    pub packs: Vec<InForce>,
    /// When nothing was recorded.
    pub gaps: Vec<RecordGap>,
    /// Everything somebody has to answer for, oldest first.
    pub incidents: Vec<AccountEntry>,
    /// Releases of clear files, oldest first.
    pub releases: Vec<AccountEntry>,
}

/// A book of the log, and whether it is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedBook {
    /// The book.
    pub book: Book,
    /// Records in it, of all times.
    pub records: u64,
    /// Heads found where the user cannot change them.
    pub anchors: usize,
    /// What is wrong with it.
    pub fault: Option<Phrase>,
}

impl CheckedBook {
    /// The result of a check, in words.
    pub fn new(book: Book, verified: &VerifiedChain) -> Self {
        let fault = verified.fault.map(|fault| words::both(|lang| words::fault(fault, verified.records, lang)));
        CheckedBook { book, records: verified.records, anchors: verified.anchors, fault }
    }
}

/// The result of a check of every book.
///
/// # Errors
/// When the log cannot be read.
pub fn checked(audit: &Audit) -> io::Result<Vec<CheckedBook>> {
    Book::ALL.into_iter().map(|book| Ok(CheckedBook::new(book, &audit.verify_book(book)?))).collect()
}

/// Files held now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct HeldNow {
    /// All of them.
    pub all: u64,
    /// Those that only the officer releases.
    pub officer: u64,
}

/// How often something was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FindingCount {
    /// In files that were held.
    pub held: u64,
    /// In files that would have been held.
    pub observed: u64,
    /// In files of which a person says that they are held by mistake.
    pub disputed: u64,
}

/// Counts of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DayCounts {
    /// Files that left, for whatever reason.
    pub left: u64,
    /// Files that were held.
    pub held: u64,
    /// Files that would have been held.
    pub observed: u64,
}

/// A pack in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InForce {
    /// Its name, version and sequence.
    pub pack: String,
    /// Since when, as far as the period goes.
    pub from: String,
    /// Until when.
    pub to: String,
}

/// A line of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountEntry {
    /// Its number in its book.
    pub number: u64,
    /// When, in UTC.
    pub time: String,
    /// What happened.
    pub what: EventKind,
    /// The identifier of a held file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The file's name, masked unless it was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Tiers of what was found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
    /// Rules that found something.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Where in the file, without any name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Phrase>,
    /// Size of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Why, in the words of the person who answers for it; or what went on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What an inspection of the computer came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// On whose authority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// Who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

impl Inspection {
    /// How often this happened.
    pub fn count(&self, what: EventKind) -> u64 {
        self.counts.get(&what).copied().unwrap_or_default()
    }

    /// Every book is whole.
    pub fn is_whole(&self) -> bool {
        self.books.iter().all(|checked| checked.fault.is_none())
    }

    /// Heads found outside the log itself.
    pub fn anchors(&self) -> usize {
        self.books.iter().map(|checked| checked.anchors).sum()
    }

    /// Files that left, for whatever reason.
    pub fn left(&self) -> u64 {
        [EventKind::Cleared, EventKind::Passed, EventKind::Observed, EventKind::Released, EventKind::UploadConfirmed]
            .map(|what| self.count(what))
            .iter()
            .sum()
    }

    /// Writes it in a form.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, form: AccountForm, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        match form {
            AccountForm::Human => human::write(self, lang, out),
            AccountForm::Html => out.write_all(html::page(self, lang).into_string().as_bytes()),
            AccountForm::Json => {
                serde_json::to_writer_pretty(&mut *out, self)?;
                writeln!(out)
            }
            AccountForm::Csv => table::write(self, lang, out),
        }
    }
}

#[cfg(test)]
mod tests;
