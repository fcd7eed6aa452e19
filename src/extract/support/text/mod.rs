//! Plain text in any encoding, in bounded memory whatever its size: a chunk of 128 KiB and one
//! window of a story for each reading, of which there are at most sixteen (about 20 MiB).
//! While all bytes are UTF-8 there is one reading; from the first chunk that is not, every
//! encoding that may have been meant is read side by side, and the judge keeps one finding.

mod cells;
mod readings;
mod seven_bit;

use std::io::Read;

use crate::extract::driver::{Context, reason_of};
use crate::model::{GapReason, PartKind};

pub(in crate::extract) use readings::Readings;
pub(in crate::extract) use seven_bit::{iso_2022_kr, utf7};

/// Bytes read at a time, and room made for them at first.
const CHUNK: usize = 128 * 1024;
const FIRST: usize = 16 * 1024;

/// Reads text of an unknown encoding as a part of the given kind.
pub(in crate::extract) fn read(reader: impl Read, kind: PartKind, cx: &mut Context<'_>) -> Result<(), GapReason> {
    read_into(Readings::new(kind), reader, cx)
}

/// A text whose encoding is settled, as a file that says so: UTF-8 behind a byte order mark.
pub(in crate::extract) fn marked(text: &str) -> Vec<u8> {
    ["\u{FEFF}", text].concat().into_bytes()
}

/// Reads text into the given readings.
pub(in crate::extract) fn read_into(
    mut readings: Readings,
    mut reader: impl Read,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let mut chunk = Vec::with_capacity(FIRST);
    let mut outcome = Ok(());
    let mut is_unread = false;
    loop {
        chunk.clear();
        // What was read before an error counts, and so does the error.
        let read = reader.by_ref().take(CHUNK as u64).read_to_end(&mut chunk);
        let last = chunk.len() < CHUNK;
        readings.take(&chunk, last, cx);
        is_unread |= seven_bit::is_unread(&chunk);
        if let Err(e) = read {
            outcome = Err(reason_of(&e));
            break;
        }
        if last {
            break;
        }
        if let Err(reason) = cx.budget().check() {
            outcome = Err(reason);
            break;
        }
    }
    readings.finish(cx);
    if is_unread { outcome.and(Err(GapReason::Unsupported)) } else { outcome }
}

#[cfg(test)]
mod tests;
