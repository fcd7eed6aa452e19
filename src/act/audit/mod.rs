//! The audit log: what was held, released, purged and changed, and by whose reason. Append-only,
//! each record chained to the one before by a keyed hash. No content, no excerpt; names as the
//! configuration says. Whoever has the key can write a new log, so the head of the chain is
//! anchored where the user cannot change it, when there is such a place.

mod anchor;
mod chain;
mod later;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::disk::{Disk, Folder, Key, Lock, Mac};
use crate::gate::CONTENT;
use crate::model::{Lang, Tier, Verdict};
use chain::Head;
pub use chain::{Fault, Record, Verified};
pub use later::Later;

/// Held while lines are appended.
const LOCK: &str = "audit.lock";
/// Held while the head is replaced.
const HEAD_LOCK: &str = "audit.head.lock";

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// The daemon began.
    Started,
    /// The daemon ended.
    Stopped,
    /// A file is held.
    Held,
    /// A file was found in a watch folder and left there.
    Reported,
    /// A file with a warning was released, because the configuration says so.
    Passed,
    /// A held file was released.
    Released,
    /// Someone asked for a release and may not have it.
    Refused,
    /// A held file was given back for correction.
    Returned,
    /// A held file was judged again with other packs, and stays.
    Judged,
    /// A file lay in an export folder that did not come through the gate: it went back to be looked at.
    TakenBack,
    /// A held file was deleted.
    Purged,
    /// What a crash left was put in order.
    Recovered,
    /// A copied text was warned of.
    Clipboard,
    /// A mail server was told to refuse a message.
    MailRefused,
    /// A mail server was told to hold a message.
    MailHeld,
}

impl What {
    /// For people.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            What::Started => lang.pick("started", "启动"),
            What::Stopped => lang.pick("stopped", "停止"),
            What::Held => lang.pick("held", "暂扣"),
            What::Reported => lang.pick("reported", "报告"),
            What::Passed => lang.pick("passed", "按策略放行"),
            What::Released => lang.pick("released", "放行"),
            What::Refused => lang.pick("refused", "拒绝"),
            What::Returned => lang.pick("returned", "退回"),
            What::Judged => lang.pick("judged again", "重新判定"),
            What::TakenBack => lang.pick("taken back", "收回"),
            What::Purged => lang.pick("purged", "删除"),
            What::Recovered => lang.pick("recovered", "恢复"),
            What::Clipboard => lang.pick("clipboard", "剪贴板"),
            What::MailRefused => lang.pick("mail refused", "邮件拒发"),
            What::MailHeld => lang.pick("mail held", "邮件暂扣"),
        }
    }
}

/// One event. Fields that do not apply are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What happened.
    pub what: Option<What>,
    /// The identifier of a held file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The file's name, or its keyed hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Tiers of what was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
    /// Rules that found something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Packs and versions, `id version`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<String>,
    /// Size of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Keyed hash of the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Why, in the words of the person who answers for it; or what went on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// On whose authority: the user's own, the officer's key, or an officer's ticket with the number of its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// Keyed hash of the record of a held file: one that was edited since is told by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The user who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<u32>,
}

impl Event {
    /// An event of this kind.
    pub fn new(what: What) -> Self {
        Event { what: Some(what), ..Event::default() }
    }
}

/// The audit log of a state folder.
#[derive(Debug, Clone)]
pub struct Audit {
    disk: Disk,
    key: Key,
    state: Arc<Folder>,
    anchor: Option<PathBuf>,
}

impl Audit {
    /// The log in this state folder.
    pub fn new(disk: &Disk, key: &Key, state: &Arc<Folder>, anchor: Option<PathBuf>) -> Self {
        Audit { disk: disk.clone(), key: key.clone(), state: Arc::clone(state), anchor }
    }

    /// Appends events; they are on the disk when this returns.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn append(&self, events: &[Event]) -> io::Result<()> {
        self.write(events)?.map_or(Ok(()), |head| self.settle(&head))
    }

    /// Appends events without waiting for the disk; the last of them, if there are any.
    fn write(&self, events: &[Event]) -> io::Result<Option<Head>> {
        if events.is_empty() {
            return Ok(None);
        }
        let _lock = self.lock(LOCK)?;
        chain::write(&self.disk, &self.key, &self.state, events).map(Some)
    }

    /// Everything up to this head reaches the disk; then the head is kept and anchored.
    fn settle(&self, head: &Head) -> io::Result<()> {
        chain::sync(&self.disk, &self.state)?;
        // Others may have come further meanwhile.
        let _lock = self.lock(HEAD_LOCK)?;
        if chain::keep(&self.disk, &self.state, head)? {
            anchor::set(self.anchor.as_deref(), head);
        }
        Ok(())
    }

    /// Everything in the log, oldest first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn records(&self) -> io::Result<Vec<Record>> {
        chain::records(&self.state)
    }

    /// The keyed hash by which a record of ours is known again.
    pub fn print(&self, record: &[u8]) -> String {
        self.key.mac("record", record).as_str().to_string()
    }

    /// The keyed hash of a file's content, as the gate makes it.
    ///
    /// # Errors
    /// When reading fails.
    pub fn content(&self, file: &std::fs::File) -> io::Result<Mac> {
        self.key.mac_file(CONTENT, file)
    }

    /// Checks the chain and the anchors.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn verify(&self) -> io::Result<Verified> {
        let _lock = self.lock(LOCK)?;
        // Before the log is read: it may grow, and so may its head.
        let anchors = anchor::heads(self.anchor.as_deref());
        chain::verify(&self.key, &self.state, &anchors)
    }

    fn lock(&self, name: &str) -> io::Result<Lock> {
        // Another process appends for some milliseconds only.
        Lock::take_soon(&self.state, name, std::time::Duration::from_secs(2))
    }
}

#[cfg(test)]
mod tests;
