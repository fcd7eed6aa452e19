//! The compound file itself ([MS-CFB]): sectors, their allocation, the directory of storages
//! and streams. Tolerant: a directory in odd order, entries no storage refers to and a cut end
//! are read as far as they go. Chains cannot be longer than the file, so cycles end.

use std::io::{self, Read, SeekFrom};

use crate::extract::driver::{Budget, ReadSeek, Reservation, reason_of};
use crate::extract::support::bytes::{u16_at, u32_at, utf16};
use crate::model::{GapReason, Limit};

/// Sector numbers from here on are no sectors ([MS-CFB] 2.1).
const LAST: u32 = 0xFFFF_FFFA;
/// No sibling, no child.
const NONE: u32 = 0xFFFF_FFFF;
/// Streams shorter than this live in the small sectors.
const CUTOFF: u64 = 4096;
/// Bytes of a small sector.
const SMALL: u64 = 64;
/// Bytes of a directory entry.
const ENTRY: usize = 128;

/// A storage or a stream.
pub(super) struct Node {
    /// Its name.
    pub(super) name: String,
    /// It holds nodes rather than bytes.
    pub(super) is_storage: bool,
    /// The declared number of bytes.
    pub(super) size: u64,
    /// What a storage holds.
    pub(super) children: Vec<usize>,
    start: u32,
}

/// The content of a stream in memory.
pub(super) struct Content<'b> {
    /// As much as could be read.
    pub(super) bytes: Vec<u8>,
    /// Why it is not all.
    pub(super) trouble: Option<GapReason>,
    _held: Reservation<'b>,
}

/// An open compound file.
pub(super) struct Store<'s> {
    source: &'s mut dyn ReadSeek,
    length: u64,
    sector: u64,
    fat: Vec<u32>,
    small_fat: Vec<u32>,
    /// The sectors that hold the small sectors.
    small: Vec<u32>,
    nodes: Vec<Node>,
    /// Something of the allocation or the directory is missing.
    pub(super) damaged: bool,
}

/// The root storage.
pub(super) const ROOT: usize = 0;

impl<'s> Store<'s> {
    /// Reads the allocation and the directory.
    pub(super) fn open(source: &'s mut dyn ReadSeek, budget: &Budget<'_>) -> Result<Self, GapReason> {
        let length = source.seek(SeekFrom::End(0)).map_err(|e| reason_of(&e))?;
        let mut header = [0; 512];
        source.seek(SeekFrom::Start(0)).map_err(|e| reason_of(&e))?;
        source.read_exact(&mut header).map_err(|e| reason_of(&e))?;
        let long = |at: usize| u32_at(&header, at).unwrap_or(NONE);
        let sector = match u16_at(&header, 30) {
            Some(12) => 4096,
            _ => 512,
        };
        let mut store = Store {
            source,
            length,
            sector,
            fat: Vec::new(),
            small_fat: Vec::new(),
            small: Vec::new(),
            nodes: Vec::new(),
            damaged: false,
        };
        let first: Vec<u32> = (0..109).map(|number| long(76 + 4 * number)).collect();
        let sectors = store.allocation_sectors(first, long(68), budget)?;
        store.damaged |= (sectors.len() as u64) < u64::from(long(44)).min(1 << 20);
        store.fat = store.numbers(&sectors, budget)?;
        let small_fat = store.chain(long(60), u64::MAX);
        store.small_fat = store.numbers(&small_fat, budget)?;
        store.read_directory(long(48), budget)?;
        Ok(store)
    }

    /// The node of a number.
    pub(super) fn node(&self, id: usize) -> &Node {
        &self.nodes[id]
    }

    /// The child of a storage that bears a name, whatever its case.
    pub(super) fn child(&self, storage: usize, name: &str) -> Option<usize> {
        let children = self.nodes[storage].children.iter().copied();
        children.into_iter().find(|child| self.nodes[*child].name.eq_ignore_ascii_case(name))
    }

    /// A stream's bytes one after another.
    pub(super) fn open_stream(&mut self, id: usize) -> Stream<'_, 's> {
        let node = &self.nodes[id];
        let (left, start) = (node.size, node.start);
        let is_small = left < CUTOFF && id != ROOT;
        Stream { next: start, inside: 0, left, is_small, cycle: Cycle::new(start), store: self }
    }

    /// A whole stream in memory.
    pub(super) fn read<'b>(&mut self, id: usize, budget: &'b Budget<'_>) -> Result<Content<'b>, GapReason> {
        let room = budget.holdable();
        if self.nodes[id].size.min(self.length) > room {
            return Err(GapReason::Limit(Limit::HeldBytes));
        }
        let mut bytes = Vec::new();
        let trouble = budget.metered(self.open_stream(id)).read_to_end(&mut bytes).err().map(|e| reason_of(&e));
        let held = budget.hold(bytes.len() as u64)?;
        budget.check()?;
        Ok(Content { bytes, trouble, _held: held })
    }

    fn sector_count(&self) -> u64 {
        self.length / self.sector
    }

    /// The sectors of the allocation table: the first of them in the header, the others in a
    /// chain of their own.
    fn allocation_sectors(&mut self, first: Vec<u32>, next: u32, budget: &Budget<'_>) -> Result<Vec<u32>, GapReason> {
        let count = self.sector_count();
        let mut found: Vec<u32> = first.into_iter().filter(|id| u64::from(*id) < count).collect();
        let mut next = next;
        let mut left = count;
        while next < LAST && left > 0 {
            budget.check()?;
            left -= 1;
            let mut numbers = self.numbers(&[next], budget)?;
            next = numbers.pop().unwrap_or(NONE);
            found.extend(numbers.into_iter().filter(|id| u64::from(*id) < count));
            if found.len() as u64 > count {
                break;
            }
        }
        found.truncate(usize::try_from(count.saturating_mul(8) / self.sector + 2).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// Sectors read as numbers.
    fn numbers(&mut self, sectors: &[u32], budget: &Budget<'_>) -> Result<Vec<u32>, GapReason> {
        let mut numbers = Vec::with_capacity(sectors.len() * self.sector as usize / 4);
        for id in sectors {
            let bytes = self.sector_bytes(*id);
            budget.charge(bytes.len() as u64)?;
            // A chain that misses a number ends early, and reading it says so.
            self.damaged |= bytes.is_empty();
            numbers.extend(bytes.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]])));
        }
        Ok(numbers)
    }

    /// A sector, or what the file has of it.
    fn sector_bytes(&mut self, id: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let at = (u64::from(id) + 1) * self.sector;
        if self.source.seek(SeekFrom::Start(at)).is_ok() {
            let _ = (&mut *self.source).take(self.sector).read_to_end(&mut bytes);
        }
        bytes
    }

    /// The sectors of a chain, at most as many as `bytes` need and as the file has.
    fn chain(&mut self, start: u32, bytes: u64) -> Vec<u32> {
        let most = bytes.div_ceil(self.sector).min(self.fat.len() as u64);
        let mut chain = Vec::new();
        let mut next = start;
        let mut cycle = Cycle::new(start);
        while next < LAST && (chain.len() as u64) < most {
            chain.push(next);
            next = self.fat.get(next as usize).copied().unwrap_or(NONE);
            if cycle.closes(next) {
                self.damaged = true;
                break;
            }
        }
        chain
    }

    fn read_directory(&mut self, start: u32, budget: &Budget<'_>) -> Result<(), GapReason> {
        let mut links = Vec::new();
        for id in self.chain(start, u64::MAX) {
            let bytes = self.sector_bytes(id);
            budget.charge(bytes.len() as u64)?;
            if (bytes.len() as u64) < self.sector {
                self.damaged = true;
            }
            for entry in bytes.chunks_exact(ENTRY) {
                links.push(self.add_node(entry));
            }
            if bytes.is_empty() || links.len() as u64 > budget.limits.entries.saturating_add(64) {
                self.damaged = true;
                break;
            }
        }
        if self.nodes.is_empty() {
            return Err(GapReason::Damaged);
        }
        let root = &mut self.nodes[ROOT];
        root.is_storage = true;
        let (start, size) = (root.start, root.size);
        self.small = self.chain(start, size);
        self.link(&links);
        Ok(())
    }

    /// Takes one directory entry; gives its siblings, its child and whether it is in use.
    fn add_node(&mut self, entry: &[u8]) -> (u32, u32, u32, bool) {
        let long = |at: usize| u32_at(entry, at).unwrap_or(NONE);
        let length = usize::from(u16_at(entry, 64).unwrap_or(0)).clamp(2, 64) - 2;
        let size = u64::from(long(120));
        // Version 3 leaves rubbish in the high half ([MS-CFB] 2.6.1).
        let size = if self.sector == 4096 { size | u64::from(long(124)) << 32 } else { size };
        self.nodes.push(Node {
            name: utf16(&entry[..length]).trim_end_matches('\0').to_string(),
            is_storage: matches!(entry[66], 1 | 5),
            size,
            children: Vec::new(),
            start: long(116),
        });
        (long(68), long(72), long(76), matches!(entry[66], 1 | 2))
    }

    /// Hangs every node below its storage; one that no storage reaches, below the root.
    fn link(&mut self, links: &[(u32, u32, u32, bool)]) {
        let mut seen = vec![false; links.len()];
        seen[ROOT] = true;
        let mut open = vec![(ROOT, links[ROOT].2)];
        while let Some((storage, id)) = open.pop() {
            let Some((left, right, child, used)) = links.get(id as usize).copied() else { continue };
            if std::mem::replace(&mut seen[id as usize], true) {
                continue;
            }
            if used {
                self.nodes[storage].children.push(id as usize);
            }
            // Taken from the end: left sibling first, so that children keep their order.
            open.push((id as usize, child));
            open.push((storage, right));
            open.push((storage, left));
        }
        for (id, (.., used)) in links.iter().enumerate() {
            if *used && !seen[id] {
                self.nodes[ROOT].children.push(id);
            }
        }
    }
}

/// Notices that a chain comes back to where it was, without remembering it all (Brent).
struct Cycle {
    seen: u32,
    steps: u64,
    patience: u64,
}

impl Cycle {
    fn new(start: u32) -> Self {
        Cycle { seen: start, steps: 0, patience: 1 }
    }

    fn closes(&mut self, next: u32) -> bool {
        if next == self.seen && next < LAST {
            return true;
        }
        self.steps += 1;
        if self.steps == self.patience {
            *self = Cycle { seen: next, steps: 0, patience: self.patience * 2 };
        }
        false
    }
}

/// A stream being read.
pub(super) struct Stream<'c, 's> {
    store: &'c mut Store<'s>,
    /// The sector, or small sector, that is read next.
    next: u32,
    /// Bytes of it that were read.
    inside: u64,
    left: u64,
    is_small: bool,
    cycle: Cycle,
}

impl Stream<'_, '_> {
    /// Where the next bytes stand in the file and how many of them stand together.
    fn place(&self) -> Option<(u64, u64)> {
        if self.next >= LAST {
            return None;
        }
        let sector = self.store.sector;
        if !self.is_small {
            return Some(((u64::from(self.next) + 1) * sector + self.inside, sector - self.inside));
        }
        let at = u64::from(self.next) * SMALL + self.inside;
        let home = *self.store.small.get(usize::try_from(at / sector).ok()?)?;
        Some(((u64::from(home) + 1) * sector + at % sector, SMALL - self.inside))
    }

    fn advance(&mut self, bytes: u64) {
        self.inside += bytes;
        self.left -= bytes;
        let size = if self.is_small { SMALL } else { self.store.sector };
        if self.inside == size {
            let table = if self.is_small { &self.store.small_fat } else { &self.store.fat };
            self.next = table.get(self.next as usize).copied().unwrap_or(NONE);
            self.inside = 0;
            if self.cycle.closes(self.next) {
                self.next = NONE;
            }
        }
    }
}

impl Read for Stream<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 || buf.is_empty() {
            return Ok(0);
        }
        let (at, together) = self.place().ok_or(io::ErrorKind::UnexpectedEof)?;
        let count = together.min(self.left).min(buf.len() as u64);
        self.store.source.seek(SeekFrom::Start(at))?;
        let read = self.store.source.read(&mut buf[..count as usize])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.advance(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;
    use crate::model::Limits;

    fn file(streams: &[(&str, usize)]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))
            .expect("created in memory");
        for (name, length) in streams {
            let bytes: Vec<u8> = (0..*length).map(|n| (n / 7) as u8).collect();
            file.create_stream(name).expect("a new stream").write_all(&bytes).expect("written to memory");
        }
        file.flush().expect("flushed to memory");
        file.into_inner().into_inner()
    }

    fn read(bytes: &[u8], name: &str) -> (usize, Option<GapReason>) {
        let limits = Limits::default();
        let budget = Budget::new(&limits, &|| false);
        let mut source = Cursor::new(bytes);
        let mut store = Store::open(&mut source, &budget).expect("a directory");
        let id = store.child(ROOT, name).expect("the stream");
        let content = store.read(id, &budget).expect("within the budget");
        let whole = content.bytes.iter().enumerate().all(|(n, byte)| *byte == (n / 7) as u8);
        assert!(whole || content.trouble.is_some());
        (content.bytes.len(), content.trouble)
    }

    #[test]
    fn streams_long_and_short_are_read_whole() {
        let bytes = file(&[("long", 100_000), ("short", 700), ("empty", 0)]);
        for (name, length) in [("long", 100_000), ("SHORT", 700), ("empty", 0)] {
            assert_eq!(read(&bytes, name), (length, None), "{name}");
        }
    }

    #[test]
    fn a_chain_that_runs_in_a_circle_is_damage() {
        let mut bytes = file(&[("long", 100_000)]);
        let table = 512 + 512 * u32_at(&bytes, 76).expect("a table") as usize;
        // The hundredth sector goes back to the fiftieth.
        bytes[table + 400..table + 404].copy_from_slice(&50u32.to_le_bytes());
        let (length, trouble) = read(&bytes, "long");
        assert!(length < 100_000 && trouble == Some(GapReason::Damaged));
    }

    #[test]
    fn an_entry_no_storage_refers_to_is_found_at_the_root() {
        let mut bytes = file(&[("aaaa", 700), ("bbbb", 5000)]);
        let directory = 512 + 512 * u32_at(&bytes, 48).expect("a directory") as usize;
        // The root refers to no child any more.
        bytes[directory + 76..directory + 80].copy_from_slice(&NONE.to_le_bytes());
        assert_eq!(read(&bytes, "aaaa"), (700, None));
        assert_eq!(read(&bytes, "bbbb"), (5000, None));
    }
}
