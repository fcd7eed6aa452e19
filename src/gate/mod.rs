//! The gate's protocol: how a file gets from one place to another so that only bytes that were
//! themselves looked at arrive, nothing is overwritten, and a crash at any instant loses nothing.
//!
//! A file is first *staged*: copied aside, hashed on the way; whoever decides reads the copy.
//! Then it is *carried*, many at a time:
//!
//! 1. the copies reach the disk; the journal says what is intended, and reaches the disk;
//! 2. *take*: each original gets a hidden name beside its own, and must still be what was copied;
//! 3. *arrive*: each copy gets its name at the target, never one that is taken: a newer file gets the highest
//!    number, or the older one is put aside first;
//! 4. the folders reach the disk; only then the originals go.
//!
//! After a crash the journal tells what was under way: what did not arrive goes back to where
//! it came from, to be looked at anew. No verdict outlives the process that reached it.

mod arrive;
mod recover;
mod refusal;
mod stage;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::disk::{Disk, FileRef, FileStamp, Folder, Journal, Key, Lock, Mac, RawPath, Writer, private_folder, writer};
pub use recover::Recovery;
pub use refusal::{Attempt, GateRefusal};
use stage::has_rested;
pub use stage::{Staged, Stager, UNTOLD};

/// Hidden names of files on their way begin so.
pub const UNDERWAY: &str = ".mizha-";
/// Copies from which one sync of the file system is cheaper than one for each file.
const MANY: usize = 8;
/// Size above which a journal in which nothing is open is emptied.
const JOURNAL: u64 = 1 << 20;
/// What the keyed hash of content is made for.
pub const CONTENT: &str = "content";

/// A place to arrive at: a folder, and the path wanted below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// The folder, which must exist.
    pub root: RawPath,
    /// The path below it; folders on the way are made. A taken name gets a number.
    pub below: RawPath,
    /// It leaves our hands: it gets the permissions the original had.
    pub released: bool,
    /// An older file of that name is put aside, into a folder beside it that is called so and bears the day. Without,
    /// the newer one gets the highest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub older: Option<String>,
}

/// What became of the older file whose name a newer one wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Older {
    /// It kept its name, and the newer one has the highest number.
    Kept,
    /// It was put aside, and the newer one has the name.
    Aside,
}

/// Where a file arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Under which path.
    pub path: PathBuf,
    /// What became of an older file that had the name, if there was one.
    pub older: Option<Older>,
}

/// A copy that has its name at the target.
#[derive(Debug)]
struct Named {
    place: FileRef,
    older: Option<Older>,
}

/// What is intended with one file, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Intent {
    id: String,
    from: RawPath,
    look: FileStamp,
    mac: Mac,
    /// Of the original; none in journals of older versions, where it is `mac` unless the copy was sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content: Option<Mac>,
    target: Destination,
    /// The number of the folder it comes from, by which another one under that name is told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    folder: Option<u64>,
    /// Since when, in seconds of the system's clock; 0 in journals of older versions.
    #[serde(default)]
    since: i64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum JournalRecord {
    Begin(Box<Intent>),
    Done(String),
}

/// One file to be carried.
#[derive(Debug)]
pub struct Move {
    /// The copy that was looked at.
    pub staged: Staged,
    /// Where it shall arrive.
    pub target: Destination,
}

/// What became of one file.
#[derive(Debug)]
pub struct Moved {
    /// The identifier it had on its way.
    pub id: String,
    /// Where it came from.
    pub from: PathBuf,
    /// Where it arrived, or why it did not; it is then where it was.
    pub outcome: Result<Arrived, GateRefusal>,
}

/// Carries files. One process at a time has a gate of a given folder.
#[derive(Debug)]
pub struct Gate {
    stager: Stager,
    journal: Journal<JournalRecord>,
    open: BTreeMap<String, Intent>,
    /// Over before this start, if all that was done for them reached the disk.
    over: Vec<Intent>,
    done: Vec<String>,
    /// Arrived, and their originals kept for a while under their hidden names: nobody can say whether they are written.
    lingering: Vec<Staged>,
    /// Under way, and their hidden names were met somewhere.
    met: BTreeSet<String>,
    _lock: Lock,
}

impl Gate {
    /// Opens the gate whose journal and copies lie in `folder`.
    ///
    /// # Errors
    /// When the folder cannot be used, or another process has it (`WouldBlock`).
    pub fn open(folder: &Path, disk: &Disk, key: &Key) -> io::Result<Self> {
        let home = private_folder(folder)?;
        let lock = Lock::take(&home, "lock")?;
        let stage = private_folder(&folder.join("stage"))?;
        let (journal, records, damaged) = Journal::open(disk, FileRef::new(&home, "journal"))?;
        if damaged > 0 {
            tracing::error!(damaged, "the gate's journal has damaged lines");
        }
        let mut open = BTreeMap::new();
        let mut over = Vec::new();
        for record in records {
            match record {
                JournalRecord::Begin(intent) => {
                    open.insert(intent.id.clone(), *intent);
                }
                JournalRecord::Done(id) => over.extend(open.remove(&id)),
            }
        }
        let stager = Stager { disk: disk.clone(), key: key.clone(), folder: stage };
        Ok(Gate {
            stager,
            journal,
            open,
            over,
            done: Vec::new(),
            lingering: Vec::new(),
            met: BTreeSet::new(),
            _lock: lock,
        })
    }

    /// Carries staged files, all with one set of syncs. What cannot be carried stays where it was.
    pub fn carry(&mut self, moves: Vec<Move>) -> Vec<Moved> {
        if moves.is_empty() {
            return Vec::new();
        }
        if let Err((step, e)) = self.announce(&moves) {
            return moves.into_iter().map(|m| self.refuse(m, GateRefusal::Io(step, copy_of(&e)))).collect();
        }
        let mut folders = Folders::default();
        let arrived: Vec<(Move, Result<Named, GateRefusal>)> = moves
            .into_iter()
            .map(|m| {
                let named = self.take(&m.staged).and_then(|()| self.arrive(&m, &mut folders));
                (m, named)
            })
            .collect();
        let synced = self.sync(&arrived);
        let moved: Vec<Moved> = arrived
            .into_iter()
            .map(|(m, named)| match (named, &synced) {
                (Ok(named), Ok(())) => self.finish(m, &named),
                (Ok(_), Err(e)) => Moved::refused(&m, GateRefusal::Unsure(copy_of(e))),
                (Err(refusal), _) => {
                    if let Err(e) = self.give_back(&m.staged) {
                        tracing::error!(error = %e.kind(), "a file could not be given back; tried again later");
                    }
                    self.refuse(m, refusal)
                }
            })
            .collect();
        self.note_done();
        moved
    }

    /// How much is under way that only [`Gate::recover`] can put in order.
    pub fn unsettled(&self) -> usize {
        self.open.len() - self.lingering.iter().filter(|staged| self.open.contains_key(&staged.id)).count()
    }

    /// What copies files aside for this gate.
    pub fn stager(&self) -> &Stager {
        &self.stager
    }

    fn announce(&mut self, moves: &[Move]) -> Result<(), (Attempt, io::Error)> {
        let copies = if moves.len() < MANY {
            moves.iter().try_for_each(|m| self.stager.disk.sync_file(&m.staged.file, &m.staged.place.path()))
        } else {
            self.stager.disk.sync_all(&self.stager.folder)
        };
        copies.and_then(|()| self.stager.disk.sync_folder(&self.stager.folder)).map_err(|e| (Attempt::SyncCopy, e))?;
        let intents: Vec<Intent> = moves.iter().map(Intent::of).collect();
        let records: Vec<JournalRecord> =
            intents.iter().cloned().map(|intent| JournalRecord::Begin(Box::new(intent))).collect();
        self.journal.append(&records).map_err(|e| (Attempt::WriteJournal, e))?;
        self.open.extend(intents.into_iter().map(|intent| (intent.id.clone(), intent)));
        Ok(())
    }

    /// The original gets a hidden name beside its own, and must still be what was copied.
    fn take(&self, staged: &Staged) -> Result<(), GateRefusal> {
        let hidden = staged.hidden();
        // All of it, the time of its last change included: that one no program can put back. The hidden name
        // changes it, so this can be asked only before.
        if staged.from.look().map_err(GateRefusal::at(Attempt::LookAt))? != staged.look {
            return Err(GateRefusal::Changed);
        }
        self.stager.disk.rename(&staged.from, &hidden).map_err(GateRefusal::at(Attempt::Take))?;
        if writer(&staged.original) == Writer::Somebody {
            return Err(GateRefusal::Busy);
        }
        // What was renamed need not be what was copied: someone may have put another file there.
        let look = hidden.look().map_err(GateRefusal::at(Attempt::LookAt))?;
        if look.same_content(&staged.look) { Ok(()) } else { Err(GateRefusal::Changed) }
    }

    /// The original goes back to its name, or to a numbered one if a new file has it by now.
    fn give_back(&self, staged: &Staged) -> io::Result<()> {
        match arrive::under_a_free_name(&staged.from, |free| self.stager.disk.rename(&staged.hidden(), free)) {
            // It was never taken.
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    /// The folders reach the disk.
    fn sync(&self, arrived: &[(Move, Result<Named, GateRefusal>)]) -> io::Result<()> {
        let mut folders: BTreeMap<&Path, &Folder> = BTreeMap::new();
        for (m, named) in arrived {
            if let Ok(Named { place, .. }) = named {
                folders.insert(place.folder.path(), &place.folder);
                folders.insert(m.staged.from.folder.path(), &m.staged.from.folder);
            }
        }
        folders.insert(self.stager.folder.path(), &self.stager.folder);
        folders.values().try_for_each(|folder| self.stager.disk.sync_folder(folder))
    }

    /// Begins a new journal, once nothing the old one knows of is needed after a power cut.
    fn trim(&mut self) -> io::Result<()> {
        if self.journal.bytes() > JOURNAL {
            rustix::fs::sync();
            self.journal.trim()?;
        }
        Ok(())
    }

    /// The original goes: its copy has arrived for good. One that was written since has another version in it, and
    /// gets its name back to be looked at anew.
    fn finish(&mut self, m: Move, named: &Named) -> Moved {
        let (id, from) = (m.staged.id.clone(), m.staged.from.path());
        if m.staged.writer_is_unknown() {
            self.lingering.push(m.staged);
        } else {
            self.part_from(&m.staged);
        }
        let arrived = Arrived { path: named.place.path(), older: named.older };
        Moved { id, from, outcome: Ok(arrived) }
    }

    /// Removes an original whose copy has arrived, or gives its name back to one that has another version in it.
    fn part_from(&mut self, staged: &Staged) {
        let gone = match staged.is_unchanged(&self.stager.key) {
            Ok(true) => self.stager.disk.remove_if_there(&staged.hidden()),
            Ok(false) => self.give_back(staged),
            Err(e) => Err(e),
        };
        match gone {
            Ok(()) => self.done.push(staged.id.clone()),
            Err(e) => tracing::error!(error = %e.kind(), "an original could not be removed; tried again later"),
        }
    }

    /// Parts from originals that were kept for a while and have rested; to be called now and then.
    pub fn settle(&mut self) {
        let rested =
            |staged: &mut Staged| FileStamp::of(&staged.original).map_or(true, |look| has_rested(&look, UNTOLD));
        let due: Vec<Staged> = self.lingering.extract_if(.., rested).collect();
        if due.is_empty() {
            return;
        }
        for staged in &due {
            self.part_from(staged);
        }
        self.note_done();
    }

    /// Originals that are kept for a while.
    pub fn lingers(&self) -> bool {
        !self.lingering.is_empty()
    }

    fn refuse(&mut self, m: Move, refusal: GateRefusal) -> Moved {
        let moved = Moved::refused(&m, refusal);
        // Still hidden: it could not be given back, and recovery has to.
        if m.staged.hidden().look().is_err() {
            self.done.push(m.staged.id.clone());
        }
        self.stager.discard(m.staged);
        moved
    }

    /// Writes down what is over. Lost in a crash, these lines are found out again by recovery.
    fn note_done(&mut self) {
        let done = std::mem::take(&mut self.done);
        for id in &done {
            self.open.remove(id);
        }
        let records: Vec<JournalRecord> = done.into_iter().map(JournalRecord::Done).collect();
        let noted = self.journal.note(&records);
        let trimmed = if self.open.is_empty() { self.trim() } else { Ok(()) };
        if let Err(e) = noted.and(trimmed) {
            tracing::warn!(error = %e.kind(), "the journal could not be continued");
        }
    }
}

/// Target folders held open while files are carried: many go to the same one.
type Folders = BTreeMap<PathBuf, Arc<Folder>>;

impl Intent {
    fn of(m: &Move) -> Self {
        Intent {
            id: m.staged.id.clone(),
            from: m.staged.from.path().into(),
            look: m.staged.look,
            mac: m.staged.mac.clone(),
            content: Some(m.staged.content.clone()),
            target: m.target.clone(),
            folder: m.staged.from.folder.look().ok().map(|look| look.inode),
            since: now_seconds(),
        }
    }
}

impl Moved {
    fn refused(m: &Move, refusal: GateRefusal) -> Self {
        Moved { id: m.staged.id.clone(), from: m.staged.from.path(), outcome: Err(refusal) }
    }
}

/// The hidden name of a file on its way.
fn hidden_name(id: &str) -> OsString {
    format!("{UNDERWAY}{id}").into()
}

/// The system's clock.
fn now_seconds() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() as i64)
}

/// An error again, for each file it befell.
fn copy_of(e: &io::Error) -> io::Error {
    e.raw_os_error().map_or_else(|| e.kind().into(), io::Error::from_raw_os_error)
}
