//! The chain: each line of a book carries the keyed hash of itself and of the line before. A bounded book
//! goes on in a new file when one is full, its chain unbroken; before the oldest file goes, a record in
//! the chain names the last line in it, so that a book that begins later is known to be whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::book::Bound;
use super::{Book, Event, EventKind, Head};
use crate::disk::{Disk, FileRef, Folder, Key};

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Its number, from 1.
    pub number: u64,
    /// When, in UTC.
    pub time: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
    /// The keyed hash of this record and of the one before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mac: String,
}

/// A file of a book, and how long it was when it was opened.
#[derive(Debug)]
pub(super) struct BookFile {
    file: File,
    bytes: u64,
}

/// What is wrong with a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainFault {
    /// The line is not a record.
    Unreadable(u64),
    /// The record was changed, or the one before it changed or removed.
    Changed(u64),
    /// Records before this one are missing, and nothing says that they made room.
    Beheaded(u64),
    /// Records at the end are missing: there were this many.
    CutShort(u64),
    /// An anchor holds another hash for this record: the log was written anew.
    Rewritten(u64),
}

/// The result of a check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifiedChain {
    /// Records read.
    pub records: u64,
    /// Heads found where the user cannot change them.
    pub anchors: usize,
    /// The first thing that is wrong.
    pub fault: Option<ChainFault>,
}

/// A record without its hash.
#[derive(Serialize)]
struct Bare<'e> {
    number: u64,
    time: &'e str,
    #[serde(flatten)]
    event: &'e Event,
}

impl Bare<'_> {
    fn text(&self) -> io::Result<String> {
        Ok(serde_json::to_string(self)?)
    }
}

/// The hash of a record, without one, after the record before it.
fn mac(key: &Key, before: &str, bare: &str) -> String {
    key.mac("audit", format!("{before}\n{bare}").as_bytes()).as_str().to_string()
}

/// Appends records; they may be lost in a power cut until they are synced.
pub(super) fn write(disk: &Disk, key: &Key, state: &Arc<Folder>, book: Book, events: &[&Event]) -> io::Result<Head> {
    let (mut file, mut head) = open(disk, state, book)?;
    let full = book.bound().filter(|bound| file.metadata().is_ok_and(|meta| meta.len() > bound.page));
    let turned = match full {
        Some(bound) => {
            let turned = turn(disk, state, book, &head, bound)?;
            file = open(disk, state, book)?.0;
            Some(turned)
        }
        None => None,
    };
    let base = turned.as_ref().and_then(|turned| turned.base.clone());
    let rotated = base.map(|base| Event { base: Some(base), ..Event::new(EventKind::Rotated) });
    let mut text = String::new();
    for event in rotated.iter().chain(events.iter().copied()) {
        let time = jiff::Timestamp::now().to_string();
        let number = head.number + 1;
        let bare = Bare { number, time: &time, event }.text()?;
        let mac = mac(key, &head.mac, &bare);
        // As a record is written: the hash is its last field.
        text.push_str(bare.strip_suffix('}').unwrap_or(&bare));
        text.push_str(&format!(",\"mac\":\"{mac}\"}}\n"));
        head = Head { number, mac };
    }
    let log = log(state, book);
    disk.step_write(&log.path())?;
    file.write_all(text.as_bytes())?;
    if let Some(turned) = turned.filter(|turned| !turned.surplus.is_empty()) {
        // What says that they made room must be there first.
        disk.sync_file(&file, &log.path())?;
        disk.sync_folder(state)?;
        turned.surplus.iter().try_for_each(|page| disk.remove_if_there(page))?;
    }
    Ok(head)
}

/// The file a book goes on in, at its end, and the last record.
fn open(disk: &Disk, state: &Arc<Folder>, book: Book) -> io::Result<(File, Head)> {
    let log = log(state, book);
    let mut file = match disk.create(&log) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => state.update(&log.name)?,
        outcome => outcome?,
    };
    let mut head = last(&mut file)?;
    if head == Head::default()
        && let Some(page) = full_pages(state, book)?.last()
    {
        head = last(&mut state.update(&page.name)?)?;
    }
    file.seek(SeekFrom::End(0))?;
    Ok((file, head))
}

/// What turning a page leaves to do.
struct Turned {
    /// Pages that go.
    surplus: Vec<FileRef>,
    /// The last record in them.
    base: Option<Head>,
}

/// The full file gets the number of its last record as its name.
fn turn(disk: &Disk, state: &Arc<Folder>, book: Book, head: &Head, bound: Bound) -> io::Result<Turned> {
    let log = log(state, book);
    disk.sync_file(&log.open()?, &log.path())?;
    disk.rename(&log, &FileRef::new(state, format!("{}-{:012}.jsonl", book.stem(), head.number)))?;
    disk.sync_folder(state)?;
    let mut surplus = full_pages(state, book)?;
    surplus.truncate(surplus.len().saturating_sub(bound.pages));
    let base = surplus.last().map(|page| last(&mut state.update(&page.name)?)).transpose()?;
    Ok(Turned { surplus, base })
}

fn log(state: &Arc<Folder>, book: Book) -> FileRef {
    FileRef::new(state, format!("{}.jsonl", book.stem()))
}

fn head_of(state: &Arc<Folder>, book: Book) -> FileRef {
    FileRef::new(state, format!("{}.head", book.stem()))
}

/// The full files of a book, oldest first.
fn full_pages(state: &Arc<Folder>, book: Book) -> io::Result<Vec<FileRef>> {
    if book.bound().is_none() {
        return Ok(Vec::new());
    }
    let prefix = format!("{}-", book.stem());
    let names = std::fs::read_dir(state.path())?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(&prefix) && name.ends_with(".jsonl")).collect();
    names.sort();
    Ok(names.into_iter().map(|name| FileRef::new(state, name)).collect())
}

/// Every file of a book, oldest first.
pub(super) fn pages(state: &Arc<Folder>, book: Book) -> io::Result<Vec<BookFile>> {
    let mut pages = Vec::new();
    for place in full_pages(state, book)?.into_iter().chain([log(state, book)]) {
        match place.open() {
            Ok(file) => pages.push(BookFile { bytes: file.metadata()?.len(), file }),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
    }
    Ok(pages)
}

/// Hands on every line, oldest first, until it is told to stop.
pub(super) fn lines(pages: Vec<BookFile>, mut take: impl FnMut(&[u8]) -> io::Result<bool>) -> io::Result<()> {
    for page in pages {
        for line in BufReader::new(page.file.take(page.bytes)).split(b'\n') {
            if !take(&line?)? {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Hands on the lines that lie whole in so many bytes at the end of the newest page; true if these are all there are.
pub(super) fn tail(pages: Vec<BookFile>, bytes: u64, mut take: impl FnMut(&[u8])) -> io::Result<bool> {
    let older = pages.len() > 1;
    let Some(mut page) = pages.into_iter().next_back() else { return Ok(true) };
    let from = page.bytes.saturating_sub(bytes);
    // A line that begins exactly there is known by the end of the one before.
    page.file.seek(SeekFrom::Start(from.saturating_sub(1)))?;
    let mut lines = BufReader::new(page.file.take(page.bytes - from.saturating_sub(1))).split(b'\n');
    if from > 0 {
        lines.next().transpose()?;
    }
    for line in lines {
        take(&line?);
    }
    Ok(from == 0 && !older)
}

/// Every record written reaches the disk.
pub(super) fn sync(disk: &Disk, state: &Arc<Folder>, book: Book) -> io::Result<()> {
    let log = log(state, book);
    disk.sync_file(&log.open()?, &log.path())
}

/// Keeps the head of what was synced, and says the number of the one before; none if a later one is kept already.
pub(super) fn keep(disk: &Disk, state: &Arc<Folder>, book: Book, head: &Head) -> io::Result<Option<u64>> {
    let before = kept(state, book).map_or(0, |kept| kept.number);
    if before > head.number {
        return Ok(None);
    }
    disk.replace(&head_of(state, book), serde_json::to_string(head)?.as_bytes())?;
    Ok(Some(before))
}

/// The head that was kept last.
pub(super) fn kept(state: &Arc<Folder>, book: Book) -> Option<Head> {
    head_of(state, book).open().ok().and_then(|file| serde_json::from_reader(file).ok())
}

/// The last whole record; a torn line at the end, from a crash, is removed.
fn last(file: &mut std::fs::File) -> io::Result<Head> {
    // A record is short; the longest is far below the second length.
    const TAILS: [u64; 2] = [16 << 10, 1 << 20];
    let length = file.metadata()?.len();
    let mut text = Vec::new();
    let mut whole = 0;
    for tail in TAILS {
        file.seek(SeekFrom::Start(length.saturating_sub(tail)))?;
        text.clear();
        io::Read::read_to_end(file, &mut text)?;
        whole = text.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        if length <= tail || text[..whole.saturating_sub(1)].contains(&b'\n') {
            break;
        }
    }
    if whole < text.len() {
        file.set_len(length - (text.len() - whole) as u64)?;
    }
    let line = text[..whole].trim_ascii_end().rsplit(|b| *b == b'\n').next().unwrap_or_default();
    if line.is_empty() {
        return Ok(Head::default());
    }
    let record: LogLine = serde_json::from_slice(line)?;
    Ok(Head { number: record.number, mac: record.mac })
}

/// What is known of a book while it is checked.
#[derive(Default)]
struct Checked {
    /// The number of the record it begins after.
    begins: u64,
    /// The first record without its hash, if others stood before it.
    first: Option<String>,
    /// The hash of each record.
    known: Vec<String>,
    /// The records that others made room up to.
    bases: Vec<Head>,
}

impl Checked {
    /// Takes the next line.
    fn next(&mut self, key: &Key, book: Book, line: &[u8]) -> io::Result<Option<ChainFault>> {
        let record = serde_json::from_slice::<LogLine>(line).ok();
        if let (Some(record), true, Some(_)) = (&record, self.known.is_empty(), book.bound()) {
            self.begins = record.number.saturating_sub(1);
        }
        let number = self.begins + self.known.len() as u64 + 1;
        let Some(record) = record else { return Ok(Some(ChainFault::Unreadable(number))) };
        let bare = Bare { number: record.number, time: &record.time, event: &record.event }.text()?;
        if self.known.is_empty() && self.begins > 0 {
            self.first = Some(bare);
        } else {
            let before = self.known.last().map_or("", String::as_str);
            if record.number != number || record.mac != mac(key, before, &bare) {
                return Ok(Some(ChainFault::Changed(number)));
            }
        }
        self.bases.extend(record.event.base);
        self.known.push(record.mac);
        Ok(None)
    }

    /// A book that begins later begins after a record up to which others made room.
    fn begins_rightly(&self, key: &Key) -> bool {
        let Some(first) = &self.first else { return true };
        let base = self.bases.iter().find(|base| base.number == self.begins);
        base.is_some_and(|base| Some(&mac(key, &base.mac, first)) == self.known.first())
    }

    /// What a head that was kept says against the book.
    fn against(&self, head: &Head) -> Option<ChainFault> {
        let at = head.number.checked_sub(self.begins + 1).and_then(|at| usize::try_from(at).ok());
        match at.and_then(|at| self.known.get(at)) {
            None if head.number > self.begins + self.known.len() as u64 => Some(ChainFault::CutShort(head.number)),
            Some(mac) if *mac != head.mac => Some(ChainFault::Rewritten(head.number)),
            _ => None,
        }
    }
}

/// Checks a book against itself and against heads that were kept of it.
pub(super) fn verify(key: &Key, book: Book, pages: Vec<BookFile>, heads: &[Head]) -> io::Result<VerifiedChain> {
    let (mut checked, mut fault) = (Checked::default(), None);
    lines(pages, |line| {
        fault = checked.next(key, book, line)?;
        Ok(fault.is_none())
    })?;
    if fault.is_none() && !checked.begins_rightly(key) {
        fault = Some(ChainFault::Beheaded(checked.begins + 1));
    }
    if fault.is_none() {
        fault = heads.iter().filter_map(|head| checked.against(head)).next_back();
    }
    Ok(VerifiedChain { records: checked.known.len() as u64, anchors: 0, fault })
}
