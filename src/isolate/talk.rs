//! Listening to a child. It may say anything: records too long, too many, without sense or without end are gaps, and
//! what was said before stays. Time is asked for whenever it is silent.

use std::io::{self, Read};

use super::frame::Frames;
use super::kept::Reading;
use super::record::{Heard, Record};
use crate::extract::{Aim, Ended, Listener};
use crate::model::{GapReason, Limit, ReaderFault};

/// Records of one child: an archive of as many members as are read has fewer.
const RECORDS: u64 = 4_000_000;

/// Listens to a child that reads the whole of a file, over anything that yields what it says. A reading that fails with
/// [`io::ErrorKind::WouldBlock`] is silence.
pub fn listen(from: impl Read, listener: &mut Listener<'_, '_>) -> Ended {
    Talk::new(Aim::Whole, 0, false).hear(from, listener)
}

/// What one child says.
pub(super) struct Talk {
    aim: Aim,
    /// Records it says that were passed on before.
    known: usize,
    /// What it says of a picture, as long as that is always so.
    pub(super) reading: Option<Reading>,
    is_confined: bool,
}

impl Talk {
    pub(super) fn new(aim: Aim, known: usize, is_kept: bool) -> Self {
        Talk { aim, known, reading: is_kept.then(Reading::default), is_confined: false }
    }

    /// Passes on what the child says until it is done, is silent for ever, or has said too much.
    pub(super) fn hear(&mut self, from: impl Read, listener: &mut Listener<'_, '_>) -> Ended {
        let mut frames = Frames::new(from);
        let mut room = listener.budget().limits.total_bytes.saturating_mul(2);
        for _ in 0..RECORDS {
            let (record, length) = loop {
                match frames.next::<Record>() {
                    Ok(Some(record)) => break record,
                    Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                    Ok(None) | Err(_) if !self.is_confined => return no_reader(ReaderFault::Ended),
                    Ok(None) | Err(_) => return Ended::Died(GapReason::Damaged),
                }
                if let Err(reason) = listener.budget().check() {
                    return Ended::Stopped(reason);
                }
            };
            if room < length {
                return Ended::Stopped(GapReason::Limit(Limit::TotalBytes));
            }
            room -= length;
            if let Some(ended) = self.take(record, length, listener) {
                return ended;
            }
            if let Err(reason) = listener.budget().check() {
                return Ended::Stopped(reason);
            }
        }
        Ended::Stopped(GapReason::Limit(Limit::Entries))
    }

    fn take(&mut self, record: Record, length: u64, listener: &mut Listener<'_, '_>) -> Option<Ended> {
        match record {
            Record::Confined(_) if !self.is_confined => {
                self.is_confined = true;
                return None;
            }
            Record::Unconfined(fault) if !self.is_confined => return Some(no_reader(fault)),
            // Whoever does not begin with it, reads unconfined.
            _ if !self.is_confined => return Some(no_reader(ReaderFault::Ended)),
            _ => {}
        }
        if self.note(&record, length) {
            return None;
        }
        match record.pass_on(listener) {
            // A picture whose head blocks need not be read to its end.
            Heard::More if self.aim != Aim::Whole && listener.is_settled() => {
                listener.rest();
                Some(Ended::Read)
            }
            Heard::More => None,
            Heard::All => {
                self.reading.iter_mut().for_each(|reading| reading.is_whole = true);
                Some(Ended::Read)
            }
            Heard::Nonsense => Some(Ended::Died(GapReason::Damaged)),
        }
    }

    /// Notes a record, unless it is the last. It was passed on before, if it is among the first.
    fn note(&mut self, record: &Record, length: u64) -> bool {
        if matches!(record, Record::Done) {
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

fn no_reader(fault: ReaderFault) -> Ended {
    Ended::Stopped(GapReason::NoReader(fault))
}
