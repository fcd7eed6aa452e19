//! The chain: each line of the log carries the keyed hash of itself and of the line before.

use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Event;
use crate::disk::{Disk, Folder, Key, Place};

const LOG: &str = "audit.jsonl";
const HEAD: &str = "audit.head";
const PURPOSE: &str = "audit";

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
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

/// The last record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) number: u64,
    pub(super) mac: String,
}

/// What is wrong with a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The line is not a record.
    Unreadable(u64),
    /// The record was changed, or the one before it changed or removed.
    Changed(u64),
    /// Records at the end are missing: there were this many.
    CutShort(u64),
    /// An anchor holds another hash for this record: the log was written anew.
    Rewritten(u64),
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Records read.
    pub records: u64,
    /// Heads found where the user cannot change them.
    pub anchors: usize,
    /// The first thing that is wrong.
    pub fault: Option<Fault>,
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
    key.mac(PURPOSE, format!("{before}\n{bare}").as_bytes()).as_str().to_string()
}

/// Appends records; they may be lost in a power cut until they are synced.
pub(super) fn write(disk: &Disk, key: &Key, state: &Arc<Folder>, events: &[Event]) -> io::Result<Head> {
    let log = Place::new(state, LOG);
    let mut file = match disk.create(&log) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => state.update(&log.name)?,
        outcome => outcome?,
    };
    let mut head = last(&mut file)?;
    file.seek(SeekFrom::End(0))?;
    let mut text = String::new();
    for event in events {
        let time = jiff::Timestamp::now().to_string();
        let number = head.number + 1;
        let bare = Bare { number, time: &time, event }.text()?;
        let mac = mac(key, &head.mac, &bare);
        // As a record is written: the hash is its last field.
        text.push_str(bare.strip_suffix('}').unwrap_or(&bare));
        text.push_str(&format!(",\"mac\":\"{mac}\"}}\n"));
        head = Head { number, mac };
    }
    disk.step_write(&log.path())?;
    file.write_all(text.as_bytes())?;
    Ok(head)
}

/// Every record written reaches the disk.
pub(super) fn sync(disk: &Disk, state: &Arc<Folder>) -> io::Result<()> {
    let log = Place::new(state, LOG);
    disk.sync_file(&log.open()?, &log.path())
}

/// Keeps the head of what was synced; false if a later one is kept already.
pub(super) fn keep(disk: &Disk, state: &Arc<Folder>, head: &Head) -> io::Result<bool> {
    if kept(state).is_some_and(|kept| kept.number > head.number) {
        return Ok(false);
    }
    disk.replace(&Place::new(state, HEAD), serde_json::to_string(head)?.as_bytes())?;
    Ok(true)
}

fn kept(state: &Arc<Folder>) -> Option<Head> {
    Place::new(state, HEAD).open().ok().and_then(|file| serde_json::from_reader(file).ok())
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
    let record: Record = serde_json::from_slice(line)?;
    Ok(Head { number: record.number, mac: record.mac })
}

fn lines(state: &Arc<Folder>) -> io::Result<Vec<Vec<u8>>> {
    match Place::new(state, LOG).open() {
        Ok(file) => BufReader::new(file).split(b'\n').collect(),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(e),
    }
}

pub(super) fn records(state: &Arc<Folder>) -> io::Result<Vec<Record>> {
    Ok(lines(state)?.iter().filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

pub(super) fn verify(key: &Key, state: &Arc<Folder>, anchors: &[Head]) -> io::Result<Verified> {
    let mut verified = Verified { records: 0, anchors: anchors.len(), fault: None };
    let kept = kept(state);
    let mut before = String::new();
    let mut known = Vec::new();
    for line in lines(state)? {
        let number = verified.records + 1;
        let Ok(record) = serde_json::from_slice::<Record>(&line) else {
            verified.fault = Some(Fault::Unreadable(number));
            return Ok(verified);
        };
        let bare = Bare { number: record.number, time: &record.time, event: &record.event }.text()?;
        if record.number != number || record.mac != mac(key, &before, &bare) {
            verified.fault = Some(Fault::Changed(number));
            return Ok(verified);
        }
        verified.records = number;
        before.clone_from(&record.mac);
        known.push(record.mac);
    }
    for head in anchors.iter().chain(&kept) {
        let found = usize::try_from(head.number).ok().and_then(|n| known.get(n.checked_sub(1)?));
        match found {
            None if head.number > verified.records => verified.fault = Some(Fault::CutShort(head.number)),
            Some(mac) if *mac != head.mac => verified.fault = Some(Fault::Rewritten(head.number)),
            _ => {}
        }
    }
    Ok(verified)
}
