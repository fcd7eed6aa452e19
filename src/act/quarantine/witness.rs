//! The audit log as witness of what a record of a held file said when it was written: one that was
//! edited since is told, and of a damaged one the log knows what decides.

use std::io::{self, Read};

use serde::Serialize;

use super::{Held, Quarantine};
use crate::act::audit::{Audit, Event, EventKind};
use crate::config::Hold;
use crate::disk::{FileStamp, Mac, RawPath};
use crate::gate::Destination;
use crate::model::{Tier, Verdict};

/// What every sealed file begins with (age-encryption.org, "File format").
const SEALED: &[u8] = b"age-encryption.org/";

/// What of a record decides who may do what with the file.
#[derive(Serialize)]
struct Decisive<'h> {
    id: &'h str,
    from: &'h RawPath,
    target: &'h Destination,
    verdict: Verdict,
    tiers: &'h [Tier],
    officer: bool,
    sealed: bool,
    bytes: u64,
    mode: u32,
    content: &'h Mac,
}

impl Held {
    /// The print by which the audit log knows this record again.
    pub fn print(&self, audit: &Audit) -> String {
        let Held { id, from, target, verdict, tiers, officer, sealed, bytes, mode, content, .. } = self;
        let (verdict, officer, sealed, bytes, mode) = (*verdict, *officer, *sealed, *bytes, *mode);
        let decisive = Decisive { id, from, target, verdict, tiers, officer, sealed, bytes, mode, content };
        audit.print(&serde_json::to_vec(&decisive).unwrap_or_default())
    }
}

/// What the log says of a held file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoggedState {
    /// The record is as it was written.
    Same,
    /// It is another one.
    Other,
    /// The log does not know the file.
    Silent,
}

/// What the log says of this record, by the last line on it.
pub(super) fn word(held: &Held, audit: &Audit, hold: &Hold) -> io::Result<LoggedState> {
    let lines = lines(&held.id, audit)?;
    if let Some(print) = lines.iter().rev().find_map(|event| event.record.as_ref()) {
        return Ok(if *print == held.print(audit) { LoggedState::Same } else { LoggedState::Other });
    }
    // Written by a version that kept no print: what the line does say has to fit.
    Ok(match lines.iter().rev().find(|event| event.what == Some(EventKind::Held)) {
        None => LoggedState::Silent,
        Some(line) => {
            let verdict = line.verdict.unwrap_or(Verdict::Block);
            let officer = hold.needs_officer(verdict, &line.tiers);
            let fits = line.content.as_deref().is_none_or(|content| content == held.content.as_str());
            if fits && (held.officer || !officer) { LoggedState::Same } else { LoggedState::Other }
        }
    })
}

/// Every line on a file.
fn lines(id: &str, audit: &Audit) -> io::Result<Vec<Event>> {
    let of = |event: &Event| event.id.as_deref() == Some(id);
    Ok(audit.records()?.into_iter().map(|record| record.event).filter(of).collect())
}

impl Quarantine {
    /// What can be known of a held file whose record is damaged: from the log's own line, and from the file.
    ///
    /// # Errors
    /// When the file or the log cannot be read.
    pub fn rebuilt(&self, id: &str, audit: &Audit, hold: &Hold) -> io::Result<Held> {
        let lines = lines(id, audit)?;
        let line = lines.iter().rev().find(|event| event.what == Some(EventKind::Held)).cloned().unwrap_or_default();
        let file = self.place(id).open()?;
        let look = FileStamp::of(&file)?;
        let mut head = Vec::new();
        (&file).take(SEALED.len() as u64).read_to_end(&mut head)?;
        let (verdict, tiers) = (line.verdict.unwrap_or(Verdict::Block), line.tiers.clone());
        // Of a file the log does not know nobody can say that it is harmless.
        let officer = line.what.is_none() || hold.needs_officer(verdict, &tiers);
        let content = match &line.content {
            Some(content) => serde_json::from_value(content.clone().into())?,
            None => audit.content(&file)?,
        };
        let below = std::path::PathBuf::from(format!("mizha-{id}"));
        Ok(Held {
            id: id.to_string(),
            since: time(look.changed.0),
            from: below.clone().into(),
            target: Destination {
                root: std::path::PathBuf::from("/").into(),
                below: below.into(),
                released: true,
                older: None,
            },
            verdict,
            tiers,
            officer,
            sealed: head == SEALED,
            bytes: line.bytes.unwrap_or(look.bytes),
            mode: 0o600,
            content,
            why: Vec::new(),
            more: 0,
            packs: line.packs,
        })
    }

    /// Held files of which the log has no line, as a crash may leave them: each gets one.
    ///
    /// # Errors
    /// When log or folder cannot be read, or the log cannot be written.
    pub fn witness(&self, audit: &Audit) -> io::Result<()> {
        let held = self.list()?;
        if held.is_empty() {
            return Ok(());
        }
        let records = audit.records()?;
        let known: std::collections::BTreeSet<&str> =
            records.iter().filter_map(|record| record.event.id.as_deref()).collect();
        let missing = held.iter().filter(|held| !known.contains(held.id.as_str()));
        let events: Vec<Event> = missing
            .map(|held| Event {
                id: Some(held.id.clone()),
                verdict: Some(held.verdict),
                tiers: held.tiers.clone(),
                packs: held.packs.clone(),
                bytes: Some(held.bytes),
                content: Some(held.content.as_str().to_string()),
                record: Some(held.print(audit)),
                ..Event::new(EventKind::Held)
            })
            .collect();
        audit.append(&events)
    }
}

fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string()
}
