//! What one scan may still use: inflated bytes, held memory, time. One budget is shared by
//! everything nested in an item, so flat and nested bombs cost the same.

use std::cell::Cell;
use std::io::{self, Read};

use crate::model::{GapReason, Limit, Limits};

/// Bytes read at a time: of the step in which a damaged stream breaks off everything is lost.
const STEP: usize = 4096;
/// Small steps between two looks at the time.
const TICKS: u32 = 256;

/// The shared allowance of one item.
pub struct Budget<'a> {
    /// The limits it was made from.
    pub limits: &'a Limits,
    inflated: Cell<u64>,
    held: Cell<u64>,
    pictures: Cell<u64>,
    expired: &'a dyn Fn() -> bool,
    stopped: Cell<Option<GapReason>>,
    ticks: Cell<u32>,
}

impl<'a> Budget<'a> {
    /// A fresh allowance; `expired` tells whether the item's time is over.
    pub fn new(limits: &'a Limits, expired: &'a dyn Fn() -> bool) -> Self {
        Budget {
            limits,
            inflated: Cell::new(0),
            held: Cell::new(0),
            pictures: Cell::new(0),
            expired,
            stopped: Cell::new(None),
            ticks: Cell::new(0),
        }
    }

    /// Takes `bytes` of inflated data from the allowance.
    pub fn charge(&self, bytes: u64) -> Result<(), GapReason> {
        let used = self.inflated.get().saturating_add(bytes);
        self.inflated.set(used);
        if used > self.limits.total_bytes {
            self.stopped.set(Some(GapReason::Limit(Limit::TotalBytes)));
        }
        self.check()
    }

    /// Fails once the item's time or its total allowance is used up. Loops call this.
    pub fn check(&self) -> Result<(), GapReason> {
        if self.stopped.get().is_none() && (self.expired)() {
            self.stopped.set(Some(GapReason::Timeout));
        }
        self.stopped.get().map_or(Ok(()), Err)
    }

    /// As [`Budget::check`], for loops of the smallest steps: the time is looked at now and then.
    pub fn tick(&self) -> Result<(), GapReason> {
        self.ticks.set(self.ticks.get().wrapping_add(1));
        if self.ticks.get().is_multiple_of(TICKS) { self.check() } else { self.stopped.get().map_or(Ok(()), Err) }
    }

    /// Reserves `bytes` of memory until the returned guard is dropped.
    pub fn hold(&self, bytes: u64) -> Result<Reservation<'_>, GapReason> {
        let held = self.held.get().saturating_add(bytes);
        if held > self.limits.held_bytes {
            return Err(GapReason::Limit(Limit::HeldBytes));
        }
        self.held.set(held);
        Ok(Reservation { held: &self.held, bytes })
    }

    /// Takes one picture to be read from the allowance.
    pub fn picture(&self) -> Result<(), GapReason> {
        if self.pictures.get() >= self.limits.picture_pages {
            return Err(GapReason::Limit(Limit::PicturePages));
        }
        self.pictures.set(self.pictures.get() + 1);
        self.check()
    }

    /// Only one more picture may be read: the last page's.
    pub fn is_last_picture(&self) -> bool {
        self.pictures.get() + 1 >= self.limits.picture_pages
    }

    /// Inflated bytes that may still be charged.
    pub fn chargeable(&self) -> u64 {
        self.limits.total_bytes.saturating_sub(self.inflated.get())
    }

    /// Inflated bytes charged so far.
    pub fn charged(&self) -> u64 {
        self.inflated.get()
    }

    /// Memory that may still be held.
    pub fn holdable(&self) -> u64 {
        self.limits.held_bytes.saturating_sub(self.held.get())
    }

    /// A reader that charges all it yields and stops at the limit of one member.
    pub fn metered<'r, R: Read + 'r>(&'r self, inner: R) -> impl Read + 'r {
        Metered { inner, budget: self, left: self.limits.entry_bytes }
    }
}

/// Memory reserved in a budget.
pub struct Reservation<'b> {
    held: &'b Cell<u64>,
    bytes: u64,
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.held.set(self.held.get().saturating_sub(self.bytes));
    }
}

struct Metered<'b, 'a, R> {
    inner: R,
    budget: &'b Budget<'a>,
    left: u64,
}

impl<R: Read> Read for Metered<'_, '_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let step = buf.len().min(STEP);
        let n = self.inner.read(&mut buf[..step])?;
        self.budget.charge(n as u64).map_err(stop)?;
        self.left = self.left.checked_sub(n as u64).ok_or_else(|| stop(GapReason::Limit(Limit::EntryBytes)))?;
        Ok(n)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("stopped: {}", .0.as_str())]
struct Stopped(GapReason);

pub(in crate::extract) fn stop(reason: GapReason) -> io::Error {
    io::Error::other(Stopped(reason))
}

/// What an error while reading means for the report.
pub fn reason_of(error: &io::Error) -> GapReason {
    if let Some(Stopped(reason)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return *reason;
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => GapReason::Damaged,
        io::ErrorKind::Unsupported => GapReason::Unsupported,
        // A decoder refuses the memory a file declares.
        io::ErrorKind::OutOfMemory => GapReason::Limit(Limit::HeldBytes),
        _ => GapReason::Io,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_shared_and_a_member_has_its_own_limit() {
        let limits = Limits { total_bytes: 10, entry_bytes: 8, ..Limits::default() };
        let budget = Budget::new(&limits, &|| false);
        let mut out = Vec::new();
        assert!(budget.metered(&[0u8; 6][..]).read_to_end(&mut out).is_ok());
        let error = budget.metered(&[0u8; 6][..]).read_to_end(&mut out).expect_err("12 of 10 bytes");
        assert_eq!(reason_of(&error), GapReason::Limit(Limit::TotalBytes));

        let budget = Budget::new(&limits, &|| false);
        let error = budget.metered(&[0u8; 9][..]).read_to_end(&mut out).expect_err("9 of 8 bytes");
        assert_eq!(reason_of(&error), GapReason::Limit(Limit::EntryBytes));
    }

    #[test]
    fn held_memory_is_given_back() {
        let limits = Limits { held_bytes: 10, ..Limits::default() };
        let budget = Budget::new(&limits, &|| false);
        let first = budget.hold(8).expect("8 of 10");
        assert_eq!(budget.hold(3).err(), Some(GapReason::Limit(Limit::HeldBytes)));
        drop(first);
        assert!(budget.hold(3).is_ok());
    }

    #[test]
    fn time_over_is_a_timeout() {
        let limits = Limits::default();
        assert_eq!(Budget::new(&limits, &|| true).check(), Err(GapReason::Timeout));
    }
}
