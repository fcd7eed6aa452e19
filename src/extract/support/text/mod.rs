//! Plain text in any encoding, in bounded memory whatever its size: a chunk of 128 KiB and one
//! window of a story for each reading, of which there are at most sixteen (about 20 MiB).
//! While all bytes are UTF-8 there is one reading; from the first chunk that is not, every
//! encoding that may have been meant is read side by side, and the judge keeps one finding.

mod cells;
mod readings;
mod stretches;

use std::io::Read;

use super::encoded::Encoded;
use super::seven_bit;
use crate::extract::driver::{Context, reason_of};
use crate::model::{GapReason, PartKind};

pub(in crate::extract) use stretches::Stretches;

/// Bytes read at a time, and room made for them at first.
const CHUNK: usize = 128 * 1024;
const FIRST: usize = 16 * 1024;
/// Longest piece of a line that is kept for the next chunk.
const LINE: usize = 64 * 1024;

/// Reads text of an unknown encoding as a part of the given kind.
pub(in crate::extract) fn read(reader: impl Read, kind: PartKind, cx: &mut Context<'_>) -> Result<(), GapReason> {
    read_into(Stretches::new(kind), None, reader, cx)
}

/// A text whose encoding is settled, as a file that says so: UTF-8 behind a byte order mark.
pub(in crate::extract) fn marked(text: &str) -> Vec<u8> {
    ["\u{FEFF}", text].concat().into_bytes()
}

/// Reads text into the given stretches, and what stands encoded in it.
pub(in crate::extract) fn read_into(
    mut stretches: Stretches,
    mut encoded: Option<Encoded>,
    mut reader: impl Read,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let mut chunk = Vec::with_capacity(FIRST);
    let mut outcome = Ok(());
    let mut is_unread = false;
    let mut kept = 0;
    loop {
        // What was read before an error counts, and so does the error.
        let read = reader.by_ref().take((CHUNK - kept) as u64).read_to_end(&mut chunk);
        let last = chunk.len() < CHUNK;
        if let Some(encoded) = &mut encoded {
            encoded.take(&chunk[kept..], cx);
        }
        is_unread |= seven_bit::is_unread(&chunk);
        // A line is judged as a whole.
        let end = if last || read.is_err() { chunk.len() } else { stretches::whole_lines(&chunk, LINE) };
        stretches.take(&chunk[..end], last, cx);
        chunk.drain(..end);
        kept = chunk.len();
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
    stretches.finish(cx);
    if let Some(encoded) = encoded {
        encoded.finish(cx);
    }
    if is_unread { outcome.and(Err(GapReason::Unsupported)) } else { outcome }
}

#[cfg(test)]
mod tests;
