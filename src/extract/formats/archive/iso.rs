//! Disc images: ISO 9660 with Joliet and Rock Ridge names (ECMA-119; SUSP and RRIP). Every tree
//! is walked; a file that several trees show is read once under each of its names. UDF is not
//! read, and says so.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom};

use crate::extract::driver::{Context, Extractor, Input, Random, reason_of};
use crate::extract::support::members::Members;
use crate::model::{Format, GapReason, Limit, Part, PartKind};

/// Reads disc images.
pub(in crate::extract) struct Iso;

/// Bytes of a sector; volume descriptors begin at the sixteenth.
const SECTOR: u64 = 2048;
/// Volume descriptors looked at.
const DESCRIPTORS: u64 = 64;
/// Bytes of one directory.
const DIRECTORY: u64 = 16 << 20;
/// Folders inside folders; the standard allows eight.
const DEPTH: usize = 64;

impl Extractor for Iso {
    fn formats(&self) -> &'static [Format] {
        &[Format::Iso]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut disc =
            Disc { source: input.into_random(cx.budget())?, folders: BTreeSet::new(), files: BTreeSet::new() };
        let mut members = Members::default();
        let mut outcome = Ok(());
        let mut trees = Vec::new();
        let length = disc.source.seek(SeekFrom::End(0)).map_err(|e| reason_of(&e))?;
        for number in 16..16 + DESCRIPTORS {
            let mut sector = [0; SECTOR as usize];
            if disc.read_at(number * SECTOR, &mut sector).is_err() {
                break;
            }
            // The size of the volume in sectors stands in its descriptor (ECMA-119, 8.4.8).
            let sectors = u32::from_le_bytes([sector[80], sector[81], sector[82], sector[83]]);
            if sector[1..6] == *b"CD001" && sector[0] == 1 && u64::from(sectors) * SECTOR > length {
                outcome = Err(GapReason::Damaged);
            }
            match (sector[0], &sector[1..6]) {
                (1, b"CD001") => trees.push((descriptor(&sector, false, cx), false)),
                (2, b"CD001") => {
                    let joliet = matches!(&sector[88..91], b"%/@" | b"%/C" | b"%/E");
                    trees.push((descriptor(&sector, joliet, cx), joliet));
                }
                // Further files may stand in the UDF tree only.
                (_, b"NSR02" | b"NSR03") => outcome = Err(GapReason::Unsupported),
                (_, b"CD001" | b"BEA01" | b"TEA01" | b"BOOT2") => {}
                _ => break,
            }
        }
        if trees.is_empty() && outcome.is_ok() {
            outcome = Err(GapReason::Damaged);
        }
        for (root, joliet) in trees {
            if let Err(reason) = disc.walk(root, joliet, &mut members, cx) {
                outcome = Err(reason);
                cx.budget().check()?;
            }
        }
        outcome
    }
}

/// Where something lies: its first byte and its length.
type Extent = (u64, u64);

/// The texts of a volume descriptor are told; its root folder is returned.
fn descriptor(sector: &[u8], joliet: bool, cx: &mut Context<'_>) -> Extent {
    for (name, range) in [
        ("system", 8..40),
        ("volume", 40..72),
        ("volume set", 190..318),
        ("publisher", 318..446),
        ("preparer", 446..574),
        ("application", 574..702),
    ] {
        let text = file_name(&sector[range], joliet);
        cx.short(Part::labelled(PartKind::Property, name), text.trim());
    }
    extent(&sector[156..190])
}

/// The extent a directory record tells (ECMA-119, 9.1), in bytes.
fn extent(record: &[u8]) -> Extent {
    let long = |at: usize| u64::from(u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]));
    ((long(2) + u64::from(record[1])) * SECTOR, long(10))
}

struct Disc<'a, 'b> {
    source: Random<'a, 'b>,
    folders: BTreeSet<u64>,
    files: BTreeSet<(Extent, String)>,
}

/// One file or folder of a directory.
struct DirectoryRecord {
    name: String,
    folder: bool,
    pieces: Vec<Extent>,
}

impl Disc<'_, '_> {
    fn read_at(&mut self, at: u64, buf: &mut [u8]) -> io::Result<()> {
        self.source.seek(SeekFrom::Start(at))?;
        self.source.read_exact(buf)
    }

    fn walk(
        &mut self,
        root: Extent,
        joliet: bool,
        members: &mut Members,
        cx: &mut Context<'_>,
    ) -> Result<(), GapReason> {
        let mut waiting = vec![(String::new(), root, 0)];
        let mut outcome = Ok(());
        while let Some((path, place, depth)) = waiting.pop() {
            cx.budget().check()?;
            if depth > DEPTH {
                return Err(GapReason::Limit(Limit::Nesting));
            }
            if !self.folders.insert(place.0) {
                // A folder inside itself.
                outcome = Err(GapReason::Damaged);
                continue;
            }
            let records = match self.records(place, joliet) {
                Ok(records) => records,
                Err(reason) => {
                    outcome = Err(reason);
                    continue;
                }
            };
            for record in records {
                let name = if path.is_empty() { record.name } else { format!("{path}/{}", record.name) };
                if record.folder {
                    members.name_only(name.as_bytes(), cx)?;
                    waiting.extend(record.pieces.first().map(|place| (name, *place, depth + 1)));
                } else {
                    self.file(&name, &record.pieces, members, cx)?;
                }
            }
        }
        outcome
    }

    fn file(
        &mut self,
        name: &str,
        pieces: &[Extent],
        members: &mut Members,
        cx: &mut Context<'_>,
    ) -> Result<(), GapReason> {
        let first = pieces.first().copied().unwrap_or_default();
        let extension = name.rsplit('.').next().unwrap_or_default().trim_end_matches(";1").to_ascii_lowercase();
        if first.1 == 0 || !self.files.insert((first, extension)) {
            return members.name_only(name.as_bytes(), cx);
        }
        members.inflated(name.as_bytes(), Pieces { source: &mut self.source, pieces, at: 0 }, cx)
    }

    fn records(&mut self, place: Extent, joliet: bool) -> Result<Vec<DirectoryRecord>, GapReason> {
        if place.1 > DIRECTORY {
            return Err(GapReason::Damaged);
        }
        let mut bytes = Vec::new();
        self.source.seek(SeekFrom::Start(place.0)).map_err(|e| reason_of(&e))?;
        self.source.by_ref().take(place.1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        let cut = (bytes.len() as u64) < place.1;
        let mut records: Vec<DirectoryRecord> = Vec::new();
        let mut goes_on = false;
        for sector in bytes.chunks(SECTOR as usize) {
            let mut rest = sector;
            while let Some(length) = rest.first().map(|b| usize::from(*b)).filter(|n| *n >= 34 && *n <= rest.len()) {
                let (record, next) = rest.split_at(length);
                rest = next;
                let id = &record[33..(33 + usize::from(record[32])).min(length)];
                if id == [0] || id == [1] {
                    continue;
                }
                match records.last_mut() {
                    // A file in several extents has a record for each.
                    Some(last) if goes_on => last.pieces.push(extent(record)),
                    _ => {
                        let system = record.get(33 + id.len() + (1 - id.len() % 2)..).unwrap_or_default();
                        let name = self.rock_ridge_name(system).unwrap_or_else(|| file_name(id, joliet));
                        let name = name.trim_end_matches(";1").trim_end_matches('.').to_string();
                        records.push(DirectoryRecord {
                            name,
                            folder: record[25] & 2 != 0,
                            pieces: vec![extent(record)],
                        });
                    }
                }
                goes_on = record[25] & 0x80 != 0;
            }
        }
        if cut && records.is_empty() { Err(GapReason::Damaged) } else { Ok(records) }
    }

    /// The alternate name in a record's system use area (RRIP 4.1.4), with one continuation.
    fn rock_ridge_name(&mut self, system: &[u8]) -> Option<String> {
        let mut name = Vec::new();
        let mut continuation = None;
        take_names(system, &mut name, &mut continuation);
        if let Some((block, offset, length)) = continuation {
            let mut area = vec![0; usize::try_from(length).unwrap_or(0).min(SECTOR as usize)];
            if self.read_at(block * SECTOR + offset, &mut area).is_ok() {
                take_names(&area, &mut name, &mut None);
            }
        }
        (!name.is_empty()).then(|| crate::extract::support::names::decoded(&name))
    }
}

fn take_names(mut area: &[u8], name: &mut Vec<u8>, continuation: &mut Option<(u64, u64, u64)>) {
    while area.len() >= 4 {
        let length = usize::from(area[2]);
        if length < 4 || length > area.len() {
            return;
        }
        let (field, rest) = area.split_at(length);
        area = rest;
        match &field[..2] {
            b"NM" if length > 5 => name.extend(&field[5..]),
            b"CE" if length >= 28 => {
                let long =
                    |at: usize| u64::from(u32::from_le_bytes([field[at], field[at + 1], field[at + 2], field[at + 3]]));
                *continuation = Some((long(4), long(12), long(20)));
            }
            _ => {}
        }
    }
}

/// A name in the tree's characters: UCS-2, high byte first, or the writer's code page.
fn file_name(raw: &[u8], joliet: bool) -> String {
    if joliet {
        encoding_rs::UTF_16BE.decode_without_bom_handling(raw).0.into_owned()
    } else {
        crate::extract::support::names::decoded(raw)
    }
}

/// The extents of a file, one after the other.
struct Pieces<'s, 'p, 'a, 'b> {
    source: &'s mut Random<'a, 'b>,
    pieces: &'p [Extent],
    at: u64,
}

impl Read for Pieces<'_, '_, '_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while let Some((start, length)) = self.pieces.first() {
            let left = length.saturating_sub(self.at);
            if left == 0 {
                self.pieces = &self.pieces[1..];
                self.at = 0;
                continue;
            }
            let most = buf.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            self.source.seek(SeekFrom::Start(start + self.at))?;
            let n = self.source.read(&mut buf[..most])?;
            if n == 0 && most > 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.at += n as u64;
            return Ok(n);
        }
        Ok(0)
    }
}
