//! The audit log: what was held, released, purged and changed, and by whose reason. Append-only,
//! each record chained to the one before by a keyed hash. Whoever has the key can write a new log, so
//! the head of the chain is anchored where the user cannot change it, when there is such a place.
//! Releases of clear files are many and have a book of their own, which alone is bounded: however many
//! there are, no record of anything else makes room for them.

mod anchor;
mod book;
mod chain;
mod deferred;
mod event;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::disk::{Disk, Folder, Key, Lock, Mac};
use crate::gate::CONTENT;
pub use anchor::{Weakness, weakness};
pub use book::Book;
pub use chain::{ChainFault, LogLine, VerifiedChain};
pub use deferred::DeferredLog;
pub use event::{Event, EventKind, Head, Tally};

/// Held while lines are appended.
const LOCK: &str = "audit.lock";
/// Held while the head is replaced.
const HEAD_LOCK: &str = "audit.head.lock";

/// The audit log of a state folder.
#[derive(Debug, Clone)]
pub struct Audit {
    disk: Disk,
    key: Key,
    state: Arc<Folder>,
    anchor: Option<PathBuf>,
}

impl Audit {
    /// The log in this state folder.
    pub fn new(disk: &Disk, key: &Key, state: &Arc<Folder>, anchor: Option<PathBuf>) -> Self {
        Audit { disk: disk.clone(), key: key.clone(), state: Arc::clone(state), anchor }
    }

    /// Appends events; they are on the disk when this returns.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn append(&self, events: &[Event]) -> io::Result<()> {
        self.write(events)?.iter().try_for_each(|(book, head)| self.settle(*book, head))
    }

    /// Appends events without waiting for the disk; the last of them in every book that has any.
    fn write(&self, events: &[Event]) -> io::Result<Vec<(Book, Head)>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let _lock = self.lock(LOCK)?;
        let mut heads = Vec::new();
        for book in Book::ALL {
            let its: Vec<&Event> = events.iter().filter(|event| Book::of(event) == book).collect();
            if !its.is_empty() {
                heads.push((book, chain::write(&self.disk, &self.key, &self.state, book, &its)?));
            }
        }
        Ok(heads)
    }

    /// Everything up to this head reaches the disk; then the head is kept and anchored.
    fn settle(&self, book: Book, head: &Head) -> io::Result<()> {
        chain::sync(&self.disk, &self.state, book)?;
        // Others may have come further meanwhile.
        let _lock = self.lock(HEAD_LOCK)?;
        if let Some(before) = chain::keep(&self.disk, &self.state, book, head)?
            && book.is_anchored(before, head.number)
        {
            anchor::set(self.anchor.as_deref(), book, head);
        }
        Ok(())
    }

    /// Every incident in the log, oldest first: all but the releases of clear files.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn records(&self) -> io::Result<Vec<LogLine>> {
        self.records_of(Book::Incidents)
    }

    /// Everything in a book, oldest first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn records_of(&self, book: Book) -> io::Result<Vec<LogLine>> {
        let pages = self.pages(book)?;
        let mut records = Vec::new();
        chain::lines(pages, |line| {
            records.extend(serde_json::from_slice(line).ok());
            Ok(true)
        })?;
        Ok(records)
    }

    /// The last incidents, oldest first: those in so many bytes at the end of the log, and whether these are all there are.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn recent(&self, bytes: u64) -> io::Result<(Vec<LogLine>, bool)> {
        let pages = self.pages(Book::Incidents)?;
        let mut records = Vec::new();
        let whole = chain::tail(pages, bytes, |line| records.extend(serde_json::from_slice(line).ok()))?;
        Ok((records, whole))
    }

    /// The keyed hash by which a record of ours is known again.
    pub fn print(&self, record: &[u8]) -> String {
        self.key.mac("record", record).as_str().to_string()
    }

    /// The keyed hash of a file's content, as the gate makes it.
    ///
    /// # Errors
    /// When reading fails.
    pub fn content(&self, file: &std::fs::File) -> io::Result<Mac> {
        self.key.mac_file(CONTENT, file)
    }

    /// Checks the chains and the anchors of all books.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn verify(&self) -> io::Result<VerifiedChain> {
        let mut all = VerifiedChain::default();
        for book in Book::ALL {
            let one = self.verify_book(book)?;
            all.records += one.records;
            all.anchors += one.anchors;
            all.fault = all.fault.or(one.fault);
        }
        Ok(all)
    }

    /// Checks the chain and the anchors of one book.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn verify_book(&self, book: Book) -> io::Result<VerifiedChain> {
        // Before the log is read: it may grow, and so may its head.
        let mut heads = anchor::heads(self.anchor.as_deref(), book);
        let anchors = heads.len();
        heads.extend(chain::kept(&self.state, book));
        let mut verified = chain::verify(&self.key, book, self.pages(book)?, &heads)?;
        verified.anchors = anchors;
        Ok(verified)
    }

    /// The files of a book as they are now; the lock is held only while they are opened.
    fn pages(&self, book: Book) -> io::Result<Vec<chain::BookFile>> {
        let _lock = self.lock(LOCK)?;
        chain::pages(&self.state, book)
    }

    fn lock(&self, name: &str) -> io::Result<Lock> {
        // Another process appends for some milliseconds only.
        Lock::take_soon(&self.state, name, std::time::Duration::from_secs(2))
    }
}

#[cfg(test)]
mod tests;
