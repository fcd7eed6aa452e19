//! The quarantine: held files in a folder of ours (0700, files 0600), each with a record of where
//! it came from and why it is held, without any of its text. How files get in and out without
//! being lost is the gate's business; who may let one go is said by the configuration.

mod act;
mod decide;
mod desk;
#[cfg(feature = "seal")]
mod seal;
#[cfg(not(feature = "seal"))]
#[path = "no_seal.rs"]
mod seal;
mod ticket;
mod witness;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::disk::{Disk, FileRef, Folder, Journal, Lock, Mac, RawPath, private_folder};
use crate::gate::Destination;
use crate::model::{Lang, PackRef, Phrase, Report, Severity, Tier, Verdict};
pub use act::Act;
pub use decide::{Decision, Denied, Signed};
pub use desk::{DecisionDesk, HeldRecord, Keys, RELEASE};
pub use seal::{Identity, Recipient};
pub use ticket::{Signer, Ticket};

/// Hashes of what was released.
const RELEASED: &str = "released";
/// Bytes a record may have: more is none of ours.
const RECORD: u64 = 1 << 20;
/// Findings kept in a record; the rest is counted.
const KEPT: usize = 20;

/// One reason why a file is held, masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldReason {
    /// What was found, or what could not be inspected.
    pub what: Phrase,
    /// Where in the file.
    pub place: Phrase,
    /// The same without any name: what may be written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spot: Option<Phrase>,
    /// The matched text, masked; empty for a gap.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub excerpt: String,
    /// The rule; empty for a gap.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
}

/// The record of a held file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Its identifier.
    pub id: String,
    /// Since when, in UTC.
    pub since: String,
    /// Where it was.
    pub from: RawPath,
    /// Where it goes when it is released.
    pub target: Destination,
    /// The verdict.
    pub verdict: Verdict,
    /// Tiers of what was found, hardest first.
    pub tiers: Vec<Tier>,
    /// Only the security officer may release it.
    pub officer: bool,
    /// It is sealed to the officer's key.
    pub sealed: bool,
    /// Size of the file itself.
    pub bytes: u64,
    /// Permissions of the file itself.
    pub mode: u32,
    /// Keyed hash of the file itself.
    pub content: Mac,
    /// Why it is held.
    pub why: Vec<HoldReason>,
    /// Reasons left out of the list.
    #[serde(default)]
    pub more: usize,
    /// Packs that took part, `id version`.
    pub packs: Vec<String>,
}

impl Held {
    /// The file's name.
    pub fn name(&self) -> String {
        let path: &Path = self.from.as_ref();
        path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Takes over what a report says.
    pub fn explain(&mut self, report: &Report) {
        self.verdict = report.verdict;
        self.tiers = tiers(report);
        self.packs = report.packs.iter().map(pack).collect();
        let serious =
            report.findings.iter().filter(|finding| finding.verdict > Severity::Note).map(|finding| HoldReason {
                what: finding.title.clone(),
                place: both(|lang| finding.location.describe(lang)),
                spot: Some(both(|lang| finding.location.nameless().describe(lang))),
                excerpt: finding.excerpt.masked(),
                rule: finding.rule.to_string(),
            });
        let gaps = report.gaps.iter().map(|gap| HoldReason {
            what: both(|lang| gap.reason.title(lang).to_string()),
            place: both(|lang| gap.location.describe(lang)),
            spot: Some(both(|lang| gap.location.nameless().describe(lang))),
            excerpt: String::new(),
            rule: String::new(),
        });
        self.why = serious.chain(gaps).collect();
        self.more = self.why.len().saturating_sub(KEPT);
        self.why.truncate(KEPT);
    }
}

/// Tiers of what asks for a look, hardest first.
pub fn tiers(report: &Report) -> Vec<Tier> {
    let serious = report.findings.iter().filter(|finding| finding.verdict > Severity::Note);
    let mut tiers: Vec<Tier> = serious.map(|finding| finding.tier).collect();
    tiers.sort_by(|a, b| b.cmp(a));
    tiers.dedup();
    tiers
}

/// A pack, its version, and the sequence it was signed with.
pub fn pack(pack: &PackRef) -> String {
    let sequence = pack.sequence.map(|sequence| format!(" #{sequence}")).unwrap_or_default();
    format!("{} {}{sequence}", pack.id, pack.version)
}

fn both(text: impl Fn(Lang) -> String) -> Phrase {
    Phrase::new(&text(Lang::En), &text(Lang::Zh))
}

/// The quarantine of a state folder.
#[derive(Debug, Clone)]
pub struct Quarantine {
    disk: Disk,
    folder: Arc<Folder>,
}

impl Quarantine {
    /// Opens the quarantine in a state folder, making it if needed.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn open(disk: &Disk, state: &Path) -> io::Result<Self> {
        Ok(Quarantine { disk: disk.clone(), folder: private_folder(&state.join("quarantine"))? })
    }

    /// Where the gate has to bring the file with this identifier.
    pub fn target(&self, id: &str) -> Destination {
        let (root, below) = (self.folder.path().to_path_buf(), PathBuf::from(data(id)));
        Destination { root: root.into(), below: below.into(), released: false, older: None }
    }

    /// Where a held file lies.
    pub fn place(&self, id: &str) -> FileRef {
        FileRef::new(&self.folder, data(id))
    }

    /// Writes the record of a file that is about to arrive.
    ///
    /// # Errors
    /// When it cannot be written: the file must then not be brought here.
    pub fn announce(&self, held: &Held) -> io::Result<()> {
        self.disk.replace(&self.record(&held.id), &serde_json::to_vec(held)?)
    }

    /// Everything held, oldest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(&self) -> io::Result<Vec<Held>> {
        let mut held = Vec::new();
        for name in self.names()? {
            let Some(id) = name.strip_suffix(".json") else { continue };
            if self.place(id).look().is_err() {
                continue;
            }
            match self.read(id) {
                Some(record) => held.push(record),
                None => tracing::error!(id, "the record of a held file is damaged"),
            }
        }
        held.sort_by(|a, b| a.since.cmp(&b.since));
        Ok(held)
    }

    /// The record of one file, if it can be read.
    pub fn read(&self, id: &str) -> Option<Held> {
        let mut file = self.record(id).open().ok()?.take(RECORD);
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        serde_json::from_slice(&bytes).ok().filter(|held: &Held| held.id == id)
    }

    /// Held files whose identifier begins so; none for no beginning.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn find(&self, prefix: &str) -> io::Result<Vec<Held>> {
        let all = if prefix.is_empty() { Vec::new() } else { self.list()? };
        Ok(all.into_iter().filter(|held| held.id.starts_with(prefix)).collect())
    }

    /// Files without a readable record: nobody knows any more what they are.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn unknown(&self) -> io::Result<Vec<String>> {
        let ids = self.names()?.into_iter().filter_map(|name| name.strip_suffix(".data").map(str::to_string));
        Ok(ids.filter(|id| self.read(id).is_none()).collect())
    }

    /// Replaces the records of files that were judged again, all with one set of syncs.
    ///
    /// # Errors
    /// When they cannot be written; what was not replaced is as it was.
    pub fn renew(&self, held: &[Held]) -> io::Result<()> {
        let records: Vec<(FileRef, Vec<u8>)> = held
            .iter()
            .map(|held| Ok((self.record(&held.id), serde_json::to_vec(held)?)))
            .collect::<io::Result<_>>()?;
        self.disk.replace_all(&self.folder, &records)
    }

    /// A person answered for these bytes: a watch folder they went back to must not hold them again.
    ///
    /// # Errors
    /// When it cannot be written.
    fn remember(&self, content: &Mac) -> io::Result<()> {
        let place = FileRef::new(&self.folder, RELEASED);
        let (mut journal, _, _) = Journal::<Mac>::open(&self.disk, place)?;
        journal.append(std::slice::from_ref(content))
    }

    /// These bytes were released before.
    pub fn was_released(&self, content: &Mac) -> bool {
        let place = FileRef::new(&self.folder, RELEASED);
        place.look().is_ok()
            && Journal::<Mac>::open(&self.disk, place).is_ok_and(|(_, released, _)| released.contains(content))
    }

    /// Forgets a file that has left.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn forget(&self, id: &str) -> io::Result<()> {
        self.disk.remove_if_there(&self.record(id))
    }

    /// Deletes a held file for good.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn purge(&self, id: &str) -> io::Result<()> {
        self.disk.remove(&self.place(id))?;
        self.disk.sync_folder(&self.folder)?;
        self.forget(id)
    }

    /// Removes records whose file never arrived or has left. Only while nothing is on its way.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn sweep(&self) -> io::Result<()> {
        for name in self.names()? {
            let gone = name.strip_suffix(".json").is_some_and(|id| self.place(id).look().is_err());
            if gone || name.ends_with(".new") {
                self.disk.remove_if_there(&FileRef::new(&self.folder, &name))?;
            }
        }
        Ok(())
    }

    /// One person at a time releases or purges.
    ///
    /// # Errors
    /// `WouldBlock` when another process does.
    pub fn lock(&self) -> io::Result<Lock> {
        Lock::take(&self.folder, "lock")
    }

    fn record(&self, id: &str) -> FileRef {
        FileRef::new(&self.folder, format!("{id}.json"))
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let entries = std::fs::read_dir(self.folder.path())?;
        Ok(entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect())
    }
}

fn data(id: &str) -> String {
    format!("{id}.data")
}
