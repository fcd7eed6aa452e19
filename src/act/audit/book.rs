//! The books of the log: which events go where, in which files, and how much of a book is kept.

use serde::{Deserialize, Serialize};

use super::{Event, EventKind};
use crate::model::Lang;

/// Bytes of a book's file after which the next one begins.
const PAGE: u64 = if cfg!(test) { 4 << 10 } else { 8 << 20 };
/// Full files that are kept.
const PAGES: usize = 8;
/// A bounded book is anchored once in so many records: each anchor is a line that stays for ever.
const STRIDE: u64 = 64;

/// A book of the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Book {
    /// Everything that people have to answer for. Kept for ever.
    #[default]
    Incidents,
    /// Releases of clear files. Bounded.
    Releases,
}

/// How much of a book is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    /// Bytes of a file after which the next one begins.
    pub(super) page: u64,
    /// Full files that are kept.
    pub(super) pages: usize,
}

impl Book {
    /// All of them.
    pub const ALL: [Book; 2] = [Book::Incidents, Book::Releases];

    /// Where an event is written.
    pub fn of(event: &Event) -> Self {
        match event.what {
            Some(EventKind::Cleared | EventKind::Rotated) => Book::Releases,
            _ => Book::Incidents,
        }
    }

    /// For people.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            Book::Incidents => lang.pick("incidents", "事件记录"),
            Book::Releases => lang.pick("releases", "放行记录"),
        }
    }

    /// What its files are called.
    pub(super) fn stem(self) -> &'static str {
        match self {
            Book::Incidents => "audit",
            Book::Releases => "releases",
        }
    }

    /// How much is kept; none for everything.
    pub(super) fn bound(self) -> Option<Bound> {
        match self {
            Book::Incidents => None,
            Book::Releases => Some(Bound { page: PAGE, pages: PAGES }),
        }
    }

    /// The step of the head from one number to the other is anchored.
    pub(super) fn is_anchored(self, before: u64, now: u64) -> bool {
        self == Book::Incidents || before / STRIDE != now / STRIDE
    }
}
