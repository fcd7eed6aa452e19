//! Tar archives of all kinds, by the tar crate: members, long names, extended headers, sparse
//! files; links and folders have names only. What follows the end is looked at too.

use std::io::{self, Read};

use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::members::{Members, trailing};
use crate::extract::support::{names, strings};
use crate::model::{Format, GapReason, Part, PartKind};

/// Reads tar archives.
pub(in crate::extract) struct Tar;

impl Extractor for Tar {
    fn formats(&self) -> &'static [Format] {
        &[Format::Tar]
    }

    fn reads_its_end(&self) -> bool {
        true
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut source = Recorder { inner: input.into_reader(), total: 0, last: Vec::new() };
        let mut archive = ::tar::Archive::new(&mut source);
        // An archive appended to another goes on behind the zeros that end the first.
        archive.set_ignore_zeros(true);
        let mut members = Members::default();
        let mut trouble = None;
        for entry in archive.entries().map_err(|e| reason_of(&e))? {
            match entry {
                Ok(entry) => member(entry, &mut members, cx)?,
                Err(e) => {
                    trouble = Some(damaged_or(&e));
                    break;
                }
            }
        }
        let Some(reason) = trouble else { return Ok(()) };
        // Behind the end stands something else; elsewhere the archive is damaged.
        let (block, after_the_end) = source.last_block();
        let mut rest = block.chain(source.inner);
        if after_the_end {
            return trailing(rest, cx);
        }
        strings::scan(&mut rest, Part::only(PartKind::Strings), SEARCHED, cx)?;
        Err(reason)
    }
}

/// Bytes of a damaged archive that are searched for readable text.
const SEARCHED: u64 = 64 << 20;
/// Bytes of a header, and of what data is filled up to.
const BLOCK: usize = 512;

/// A reader that remembers its last two blocks: a header that could not be read as one.
struct Recorder<R> {
    inner: R,
    total: usize,
    last: Vec<u8>,
}

impl<R> Recorder<R> {
    /// The block at which reading stopped, and whether zeros stand before it.
    fn last_block(&mut self) -> (io::Cursor<Vec<u8>>, bool) {
        let length = if self.total.is_multiple_of(BLOCK) { BLOCK } else { self.total % BLOCK };
        let block = self.last.split_off(self.last.len().saturating_sub(length));
        let before = &self.last[self.last.len().saturating_sub(BLOCK)..];
        let end = before.len() == BLOCK && before.iter().all(|b| *b == 0);
        (io::Cursor::new(block), end)
    }
}

impl<R: Read> Read for Recorder<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.total += n;
        self.last.extend(&buf[n.saturating_sub(2 * BLOCK)..n]);
        self.last.drain(..self.last.len().saturating_sub(2 * BLOCK));
        Ok(n)
    }
}

fn member<R: Read>(
    mut entry: ::tar::Entry<'_, R>,
    members: &mut Members,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    let name = entry.path_bytes().into_owned();
    let header = entry.header();
    for owner in [header.username_bytes(), header.groupname_bytes()].into_iter().flatten() {
        cx.short(Part::labelled(PartKind::Property, "owner"), &names::decoded(owner));
    }
    let kind = header.entry_type();
    if let Ok(Some(extensions)) = entry.pax_extensions() {
        let records: Vec<(String, String)> = extensions
            .filter_map(Result::ok)
            .map(|record| (names::decoded(record.key_bytes()), names::decoded(record.value_bytes())))
            .filter(|(key, _)| !matches!(key.as_str(), "path" | "linkpath" | "size" | "mtime" | "atime" | "ctime"))
            .collect();
        for (key, value) in records {
            cx.short(Part::labelled(PartKind::Property, &key), &value);
        }
    }
    if let Some(target) = entry.link_name_bytes() {
        cx.short(Part::labelled(PartKind::Markup, "link"), &names::decoded(&target));
    }
    match kind {
        ::tar::EntryType::GNUSparse => members.inflated(&name, entry, cx),
        // The records of a header for all members are text themselves.
        ::tar::EntryType::XGlobalHeader => members.stored(b"global-header", entry, cx),
        _ if entry.size() == 0 => members.name_only(&name, cx),
        _ => {
            let size = entry.size();
            let mut counted = Counted { inner: &mut entry, count: 0 };
            members.stored(&name, &mut counted, cx)?;
            io::copy(&mut counted, &mut io::sink()).map_err(|e| reason_of(&e))?;
            // The archive ends inside its data.
            if counted.count < size { Err(GapReason::Damaged) } else { Ok(()) }
        }
    }
}

struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.count += n as u64;
        Ok(n)
    }
}

fn damaged_or(error: &io::Error) -> GapReason {
    match reason_of(error) {
        GapReason::Io => GapReason::Damaged,
        reason => reason,
    }
}
