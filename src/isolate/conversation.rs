//! Listening to a child. It may say anything: records too long, too many, without sense or without end are gaps, and
//! what was said before stays. Time is asked for whenever it is silent.

use std::io::{self, Read};

use super::frame::Frames;
use super::picture_cache::PictureReading;
use super::record::{ReadRecord, Received};
use crate::extract::{Listener, ReadOutcome, ReadScope};
use crate::model::{GapReason, Limit, ReaderFault};

/// Records of one child: an archive of as many members as are read has fewer.
const RECORDS: u64 = 4_000_000;

/// Listens to a child that reads the whole of a file, over anything that yields what it says. A reading that fails with
/// [`io::ErrorKind::WouldBlock`] is silence.
pub fn listen(from: impl Read, listener: &mut Listener<'_, '_>) -> ReadOutcome {
    Conversation::new(ReadScope::Whole, 0, false).receive(from, listener)
}

/// What one child says.
pub(super) struct Conversation {
    aim: ReadScope,
    /// Records it says that were passed on before.
    known: usize,
    /// What it says of a picture, as long as that is always so.
    pub(super) reading: Option<PictureReading>,
    is_confined: bool,
}

impl Conversation {
    pub(super) fn new(aim: ReadScope, known: usize, is_kept: bool) -> Self {
        Conversation { aim, known, reading: is_kept.then(PictureReading::default), is_confined: false }
    }

    /// Passes on what the child says until it is done, is silent for ever, or has said too much.
    pub(super) fn receive(&mut self, from: impl Read, listener: &mut Listener<'_, '_>) -> ReadOutcome {
        let mut frames = Frames::new(from);
        let mut room = listener.budget().limits.total_bytes.saturating_mul(2);
        for _ in 0..RECORDS {
            let (record, length) = loop {
                match frames.next::<ReadRecord>() {
                    Ok(Some(record)) => break record,
                    Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                    Ok(None) | Err(_) if !self.is_confined => return no_reader(ReaderFault::Ended),
                    Ok(None) | Err(_) => return ReadOutcome::Died(GapReason::Damaged),
                }
                if let Err(reason) = listener.budget().check() {
                    return ReadOutcome::Stopped(reason);
                }
            };
            if room < length {
                return ReadOutcome::Stopped(GapReason::Limit(Limit::TotalBytes));
            }
            room -= length;
            if let Some(ended) = self.take(record, length, listener) {
                return ended;
            }
            if let Err(reason) = listener.budget().check() {
                return ReadOutcome::Stopped(reason);
            }
        }
        ReadOutcome::Stopped(GapReason::Limit(Limit::Entries))
    }

    fn take(&mut self, record: ReadRecord, length: u64, listener: &mut Listener<'_, '_>) -> Option<ReadOutcome> {
        match record {
            ReadRecord::Confined(_) if !self.is_confined => {
                self.is_confined = true;
                return None;
            }
            ReadRecord::Unconfined(fault) if !self.is_confined => return Some(no_reader(fault)),
            // Whoever does not begin with it, reads unconfined.
            _ if !self.is_confined => return Some(no_reader(ReaderFault::Ended)),
            _ => {}
        }
        if self.note(&record, length) {
            return None;
        }
        match record.pass_on(listener) {
            // A picture whose head blocks need not be read to its end.
            Received::More if self.aim != ReadScope::Whole && listener.is_settled() => {
                listener.rest();
                Some(ReadOutcome::Read)
            }
            Received::More => None,
            Received::All => {
                self.reading.iter_mut().for_each(|reading| reading.is_whole = true);
                Some(ReadOutcome::Read)
            }
            Received::Nonsense => Some(ReadOutcome::Died(GapReason::Damaged)),
        }
    }

    /// Notes a record, unless it is the last. It was passed on before, if it is among the first.
    fn note(&mut self, record: &ReadRecord, length: u64) -> bool {
        if matches!(record, ReadRecord::Done) {
            return false;
        }
        // Another time there may be more time.
        self.reading.take_if(|_| !record.is_lasting());
        if let Some(reading) = &mut self.reading {
            reading.bytes += length;
            reading.records.push(record.clone());
        }
        let is_known = self.known > 0;
        self.known = self.known.saturating_sub(1);
        is_known
    }
}

fn no_reader(fault: ReaderFault) -> ReadOutcome {
    ReadOutcome::Stopped(GapReason::NoReader(fault))
}
