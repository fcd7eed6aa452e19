//! The members of a zip: those of its directory, by the zip crate, and those only their local
//! headers tell of. Nothing is written to disk, so names can hold what they like.

use std::cell::RefCell;
use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::rc::Rc;

use zip::ZipArchive;
use zip::result::ZipError;

use super::local::{self, Local};
use super::{central, method};
use crate::extract::driver::{Context, Fingerprint, Glance, Random};
use crate::extract::support::names;
use crate::model::{GapReason, Limit};

/// Comments of members that are read.
const COMMENTS: usize = 1000;
/// Packed bytes of a member that is worth a fingerprint.
const PACKED: u64 = 1 << 20;
/// Holes between members smaller than this hold extra fields and data descriptors only.
const HOLE: u64 = 32;

const SPANNED: &[u8; 4] = b"PK\x07\x08";

/// The members of one zip.
pub(super) struct Members<'s, 'a, 'b> {
    source: SharedSource<'s, 'a, 'b>,
    /// The directory, if it could be read.
    archive: Option<ZipArchive<SharedSource<'s, 'a, 'b>>>,
    entries: Vec<Entry>,
    comments: Vec<String>,
    /// Names that only a local header or an extra field of the directory tells.
    further_names: Vec<String>,
    /// Ranges of the file that belong to no member and not to the directory.
    uncovered: Vec<Range<u64>>,
    /// What follows the end record.
    behind: Range<u64>,
    trouble: Option<GapReason>,
}

struct Entry {
    raw: Vec<u8>,
    place: MemberOrigin,
}

enum MemberOrigin {
    Directory(usize),
    Local(Local),
}

impl<'s, 'a, 'b> Members<'s, 'a, 'b> {
    /// Lists the members.
    pub(super) fn list(source: &'s mut Random<'a, 'b>, cx: &mut Context<'_>) -> Result<Self, GapReason> {
        let mut source = SharedSource(Rc::new(RefCell::new(source)));
        let length = source.seek(SeekFrom::End(0)).map_err(|_| GapReason::Io)?;
        let most = usize::try_from(cx.budget().limits.entries).unwrap_or(usize::MAX);
        let archive = ZipArchive::new(source.clone()).ok();
        // The first volume of a set begins with a mark of its own (APPNOTE 8.5.3).
        let mut mark = [0; 4];
        let first = source.rewind().and_then(|()| source.read_exact(&mut mark)).is_ok() && mark == *SPANNED;
        let volume = archive.is_none() && (first || central::is_last_volume(&mut source, length).unwrap_or(false));
        let lost = if volume { GapReason::Volume } else { GapReason::Damaged };
        let trouble = archive.is_none().then_some(lost);
        let uncovered = std::iter::once(0..length).collect();
        let mut members = Members {
            source,
            archive: None,
            entries: Vec::new(),
            comments: Vec::new(),
            further_names: Vec::new(),
            uncovered,
            behind: length..length,
            trouble,
        };
        if let Some(archive) = archive {
            members.take_directory(archive, length, most);
        }
        for range in members.uncovered.clone() {
            let room = most.saturating_sub(members.entries.len());
            for member in local::find(&mut members.source, range, room).map_err(|_| GapReason::Io)? {
                if !member.name.ends_with(b"/") {
                    members.entries.push(Entry { raw: member.name.clone(), place: MemberOrigin::Local(member) });
                }
            }
        }
        Ok(members)
    }

    fn take_directory(&mut self, archive: ZipArchive<SharedSource<'s, 'a, 'b>>, length: u64, most: usize) {
        let mut covered = Vec::new();
        let mut directory = length;
        self.comments.push(names::decoded(archive.comment()));
        for index in 0..archive.len() {
            let Ok(entry) = archive.by_index_data(index) else {
                self.trouble = Some(GapReason::Damaged);
                continue;
            };
            let start = entry.header_start();
            directory = directory.min(entry.central_header_start());
            match local::header(&mut self.source, start) {
                Ok(Some(local)) => {
                    covered.push(start..local.data - local.extra);
                    covered.push(local.data..local.data.saturating_add(entry.compressed_size()));
                    if local.name != entry.name_raw() {
                        self.further_names.push(names::decoded(&local.name));
                    }
                }
                _ => {
                    let head = 30 + entry.name_raw().len() as u64;
                    covered.push(start..start.saturating_add(head).saturating_add(entry.compressed_size()));
                }
            }
            if !entry.comment_raw().is_empty() && self.comments.len() < COMMENTS {
                self.comments.push(names::decoded(entry.comment_raw()));
            }
            if entry.is_dir() && entry.compressed_size() == 0 {
                continue;
            }
            if self.entries.len() == most {
                self.trouble = Some(GapReason::Limit(Limit::Entries));
                break;
            }
            self.entries.push(Entry { raw: entry.name_raw().to_vec(), place: MemberOrigin::Directory(index) });
        }
        let known: HashSet<&[u8]> = self.entries.iter().map(|entry| &entry.raw[..]).collect();
        let mut end = length;
        match central::read(&mut self.source, directory..length, &known) {
            Ok(told) => {
                self.further_names.extend(told.texts);
                end = told.end.unwrap_or(length).min(length);
                if told.volumes {
                    self.trouble = Some(GapReason::Volume);
                }
            }
            Err(_) => self.trouble = Some(GapReason::Io),
        }
        covered.push(directory..length);
        self.behind = end..length;
        self.uncovered = holes(covered, length);
        self.archive = Some(archive);
    }

    pub(super) fn count(&self) -> usize {
        self.entries.len()
    }

    /// The name of a member as it stands in the archive.
    pub(super) fn raw_name(&self, index: usize) -> &[u8] {
        &self.entries[index].raw
    }

    /// The names in UTF-8, as packages write theirs.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter_map(|entry| std::str::from_utf8(&entry.raw).ok())
    }

    pub(super) fn further_names(&self) -> impl Iterator<Item = &str> {
        self.further_names.iter().map(String::as_str)
    }

    pub(super) fn comments(&self) -> impl Iterator<Item = &str> {
        self.comments.iter().map(String::as_str)
    }

    /// Opens a member for reading; the reader charges the budget.
    pub(super) fn open<'c>(
        &mut self,
        index: usize,
        cx: &mut Context<'c>,
        read: impl FnOnce(Result<&mut dyn Read, GapReason>, &mut Context<'c>),
    ) {
        match (&self.entries[index].place, &mut self.archive) {
            (MemberOrigin::Local(member), _) if member.encrypted => read(Err(GapReason::Encrypted), cx),
            (MemberOrigin::Local(member), _) => inflated(&mut self.source, member, cx, read),
            (MemberOrigin::Directory(index), Some(archive)) => {
                match archive.by_index_data(*index).map(|entry| ours(&entry)) {
                    Ok(Some((start, size, whole))) => {
                        // A method the crate leaves out: read behind the local header, by the
                        // directory's word on sizes.
                        match local::header(&mut self.source, start) {
                            Ok(Some(local)) if local.encrypted => read(Err(GapReason::Encrypted), cx),
                            Ok(Some(local)) => {
                                let member = Local { size: Some(size), whole: Some(whole), ..local };
                                inflated(&mut self.source, &member, cx, read);
                            }
                            _ => read(Err(GapReason::Damaged), cx),
                        }
                    }
                    _ => from_directory(archive, *index, cx, read),
                }
            }
            (MemberOrigin::Directory(_), None) => read(Err(GapReason::Damaged), cx),
        }
    }

    /// What the directory says of a member; `None` if it is not in it.
    pub(super) fn glance(&mut self, index: usize) -> Option<Glance> {
        let (MemberOrigin::Directory(index), Some(archive)) = (&self.entries[index].place, &mut self.archive) else {
            return None;
        };
        let member = archive.by_index_raw(*index).ok()?;
        let told = [u64::from(member.crc32()), member.size(), member.compressed_size()].map(u64::to_le_bytes);
        Some(Glance::of(&[member.name_raw(), &told.concat()]))
    }

    /// What tells a member from others while it is packed; `None` if it is long, encrypted or not in the
    /// directory.
    pub(super) fn fingerprint(&mut self, index: usize) -> Option<Fingerprint> {
        let (MemberOrigin::Directory(index), Some(archive)) = (&self.entries[index].place, &mut self.archive) else {
            return None;
        };
        let member = archive.by_index_raw(*index).ok()?;
        if member.encrypted() || member.compressed_size() > PACKED {
            return None;
        }
        let (method, crc, bytes) = (format!("{:?}", member.compression()), member.crc32(), member.size());
        let (name, length) = (member.name_raw().to_vec(), member.compressed_size());
        let mut packed = Vec::with_capacity(length as usize);
        member.take(PACKED).read_to_end(&mut packed).ok()?;
        (packed.len() as u64 == length).then(|| Fingerprint::of_part(&name, &method, crc, bytes, &packed))
    }

    /// Hands over the bytes that belong to no member.
    pub(super) fn between(
        &mut self,
        mut scan: impl FnMut(&mut dyn Read) -> Result<(), GapReason>,
    ) -> Result<(), GapReason> {
        for range in self.uncovered.iter().filter(|range| range.end - range.start >= HOLE) {
            self.source.seek(SeekFrom::Start(range.start)).map_err(|_| GapReason::Io)?;
            scan(&mut self.source.clone().take(range.end - range.start))?;
        }
        Ok(())
    }

    /// What follows the archive.
    pub(super) fn behind(&mut self) -> Result<impl Read, GapReason> {
        self.source.seek(SeekFrom::Start(self.behind.start)).map_err(|_| GapReason::Io)?;
        Ok(self.source.clone().take(self.behind.end - self.behind.start))
    }

    /// What is wrong with the zip as a whole.
    pub(super) fn outcome(&self) -> Result<(), GapReason> {
        self.trouble.map_or(Ok(()), Err)
    }
}

/// One source read in turn by the zip crate and by us, never by both at once.
struct SharedSource<'s, 'a, 'b>(Rc<RefCell<&'s mut Random<'a, 'b>>>);

impl Clone for SharedSource<'_, '_, '_> {
    fn clone(&self) -> Self {
        SharedSource(self.0.clone())
    }
}

impl Read for SharedSource<'_, '_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.borrow_mut().read(buf)
    }
}

impl Seek for SharedSource<'_, '_, '_> {
    fn seek(&mut self, pos: SeekFrom) -> io::Result<u64> {
        self.0.borrow_mut().seek(pos)
    }
}

/// What the directory says of a member in a compression the crate is built without.
fn ours(entry: &zip::read::ZipFileEntry<'_>) -> Option<(u64, u64, (u64, u32))> {
    method::is_ours(entry.compression())
        .then(|| (entry.header_start(), entry.compressed_size(), (entry.size(), entry.crc32())))
}

/// Reads a member the crate reads.
fn from_directory<'c>(
    archive: &mut ZipArchive<SharedSource<'_, '_, '_>>,
    index: usize,
    cx: &mut Context<'c>,
    read: impl FnOnce(Result<&mut dyn Read, GapReason>, &mut Context<'c>),
) {
    let budget = cx.budget();
    match archive.by_index(index) {
        Ok(file) if file.encrypted() => read(Err(GapReason::Encrypted), cx),
        Ok(file) => read(Ok(&mut budget.metered(file)), cx),
        Err(e) => read(Err(reason(&e)), cx),
    }
}

/// Reads the data behind a local header.
fn inflated<'c>(
    source: &mut (impl Read + Seek),
    member: &Local,
    cx: &mut Context<'c>,
    read: impl FnOnce(Result<&mut dyn Read, GapReason>, &mut Context<'c>),
) {
    let budget = cx.budget();
    if source.seek(SeekFrom::Start(member.data)).is_err() {
        return read(Err(GapReason::Io), cx);
    }
    match method::inflate(source, member, budget) {
        Ok(reader) => read(Ok(&mut budget.metered(reader)), cx),
        Err(reason) => read(Err(reason), cx),
    }
}

/// The ranges of `0..length` that none of `covered` holds.
fn holes(mut covered: Vec<Range<u64>>, length: u64) -> Vec<Range<u64>> {
    covered.sort_by_key(|range| range.start);
    let mut at = 0;
    let mut holes = Vec::new();
    for range in covered {
        let start = range.start.min(length);
        if start > at {
            holes.push(at..start);
        }
        at = at.max(range.end);
    }
    if at < length {
        holes.push(at..length);
    }
    holes
}

fn reason(error: &ZipError) -> GapReason {
    match error {
        ZipError::Io(e) => crate::extract::reason_of(e),
        ZipError::UnsupportedArchive(what) if *what == ZipError::PASSWORD_REQUIRED => GapReason::Encrypted,
        ZipError::CompressionMethodNotSupported(method) => method::unread(*method),
        ZipError::UnsupportedArchive(_) => GapReason::Unsupported,
        _ => GapReason::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::single_range_in_vec_init)]
    fn members_said_to_lie_behind_the_end_leave_no_hole_there() {
        assert_eq!(holes(vec![2..4, 8..90, 95..99], 10), [0..2, 4..8]);
        assert_eq!(holes(vec![20..30, 40..50], 10), [0..10]);
        assert_eq!(holes(vec![], 10), [0..10]);
    }
}
