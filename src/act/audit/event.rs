//! What an entry of the audit log says: what happened, to which file, why and by whom. No content and no
//! excerpt; names as the configuration says.

use serde::{Deserialize, Serialize};

use crate::gate::Older;
use crate::model::{Lang, Phrase, Tier, Verdict};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
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
    /// A file in which nothing was found was released.
    Cleared,
    /// A file was let through by a gate or a folder that only observes, and would have been held.
    Observed,
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
    /// A browser or a mail program was told not to send something.
    UploadHeld,
    /// A person let something go from a browser or a mail program, with a reason.
    UploadConfirmed,
    /// A whole computer, or a part of it, was inspected.
    DiskChecked,
    /// A person says of a held file that it is held by mistake.
    Disputed,
    /// A person paused the guard, with a reason.
    Paused,
    /// A person ended the pause before its time.
    Resumed,
    /// The oldest records of releases made room.
    Rotated,
}

impl EventKind {
    /// For people.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            EventKind::Started => lang.pick("started", "启动"),
            EventKind::Stopped => lang.pick("stopped", "停止"),
            EventKind::Held => lang.pick("held", "暂扣"),
            EventKind::Reported => lang.pick("reported", "报告"),
            EventKind::Passed => lang.pick("passed", "按策略放行"),
            EventKind::Cleared => lang.pick("cleared", "检查通过放行"),
            EventKind::Observed => lang.pick("observed", "仅观察未扣"),
            EventKind::Released => lang.pick("released", "放行"),
            EventKind::Refused => lang.pick("refused", "拒绝"),
            EventKind::Returned => lang.pick("returned", "退回"),
            EventKind::Judged => lang.pick("judged again", "重新判定"),
            EventKind::TakenBack => lang.pick("taken back", "收回"),
            EventKind::Purged => lang.pick("purged", "删除"),
            EventKind::Recovered => lang.pick("recovered", "恢复"),
            EventKind::Clipboard => lang.pick("clipboard", "剪贴板"),
            EventKind::MailRefused => lang.pick("mail refused", "邮件拒发"),
            EventKind::MailHeld => lang.pick("mail held", "邮件暂扣"),
            EventKind::UploadHeld => lang.pick("upload held", "网上外发拦截"),
            EventKind::UploadConfirmed => lang.pick("upload confirmed", "网上外发经确认"),
            EventKind::DiskChecked => lang.pick("disk checked", "全机自查"),
            EventKind::Disputed => lang.pick("disputed", "提出异议"),
            EventKind::Paused => lang.pick("paused", "暂停守护"),
            EventKind::Resumed => lang.pick("resumed", "恢复守护"),
            EventKind::Rotated => lang.pick("rotated", "记录轮转"),
        }
    }
}

/// What an inspection of a computer came to: files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Looked at.
    pub looked: u64,
    /// Clear before, and unchanged since.
    pub unchanged: u64,
    /// With a warning.
    pub warn: u64,
    /// That could not be inspected.
    pub uninspected: u64,
    /// That must not leave.
    pub block: u64,
}

impl Tally {
    /// In words.
    pub fn message(&self, lang: Lang) -> String {
        let Tally { looked, unchanged, warn, uninspected, block } = self;
        lang.pick(
            format!("{looked} looked at, {unchanged} unchanged; {block} block, {warn} to check, {uninspected} unread"),
            format!("检查 {looked} 个，未变 {unchanged} 个；拦截 {block}，请确认 {warn}，未检查 {uninspected}"),
        )
    }
}

/// One event. Fields that do not apply are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What happened.
    pub what: Option<EventKind>,
    /// The identifier of a held file, the mail server's of a message, the site of an upload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The file's name, or its keyed hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The name, sealed to the officer's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_name: Option<String>,
    /// The verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Tiers of what was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
    /// Rules that found something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Where in the file, without any name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Phrase>,
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
    /// What became of an older file of this name in the export folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub older: Option<Older>,
    /// What an inspection of the computer came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// The last record that made room: the log begins after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Head>,
    /// The user who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<u32>,
}

/// A record as it is known again: the last one, or the one a book begins after.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its number.
    pub number: u64,
    /// Its keyed hash.
    pub mac: String,
}

impl Event {
    /// An event of this kind.
    pub fn new(what: EventKind) -> Self {
        Event { what: Some(what), ..Event::default() }
    }
}
