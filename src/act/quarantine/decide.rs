//! Deciding on a held file: releasing it, giving it back for correction, deleting it. Who may, on whose
//! authority, and how it gets out through the gate's protocol. Written down before it happens, so that
//! nothing leaves without a record.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::act::Act;
use super::witness::{LoggedState, word};
use super::{Held, Identity, Quarantine, Recipient, Signer, Ticket};
use crate::act::audit::{Audit, Event, EventKind};
use crate::config::Hold;
use crate::gate::{Destination, Gate, GateRefusal, Move, Staged};

/// Why something is not done with a held file.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// Only the security officer may, and no proof was given that it is them.
    #[error("only the security officer may do this")]
    Officer,
    /// The configuration names no officer's key to compare with.
    #[error("no officer's key is configured")]
    NoKey,
    /// The identity is not the officer's.
    #[error("the identity does not belong to the officer's key")]
    WrongKey,
    /// The ticket is not the officer's, or for another file, content or act.
    #[error("the ticket does not allow this")]
    WrongTicket,
    /// The file is sealed: the officer's secret key is needed to open it.
    #[error("the file is sealed to the officer's key")]
    Sealed,
    /// What lies in the quarantine is not what was held.
    #[error("the held file was changed")]
    Altered,
    /// The record is not what the audit log says was written.
    #[error("the record was edited")]
    Edited,
    /// It could not be carried.
    #[error("{0}")]
    Carry(#[from] GateRefusal),
    /// The system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// A signed ticket as it was handed in.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The text.
    pub text: &'a [u8],
    /// Its signature.
    pub signature: &'a str,
}

/// A person who decides, and what they show for it.
#[derive(Clone, Copy)]
pub struct Decision<'a> {
    /// Why, in their words.
    pub reason: &'a str,
    /// What the configuration says of holding.
    pub hold: &'a Hold,
    /// The officer's public key, as configured.
    pub recipient: Option<&'a Recipient>,
    /// The secret key they showed.
    pub identity: Option<&'a Identity>,
    /// The key with which the officer signs tickets, as configured.
    pub signer: Option<&'a Signer>,
    /// The ticket they showed.
    pub ticket: Option<Signed<'a>>,
}

impl<'a> Decision<'a> {
    /// A person's own decision.
    pub fn own(reason: &'a str, hold: &'a Hold) -> Self {
        Decision { reason, hold, recipient: None, identity: None, signer: None, ticket: None }
    }

    /// On whose authority this may be done with the file.
    ///
    /// # Errors
    /// When only the officer may and it is not shown to be them.
    pub fn authority(&self, act: Act, held: &Held) -> Result<String, Denied> {
        let reserved = match act {
            Act::Release | Act::Purge => held.officer,
            Act::Return => held.tiers.iter().any(|tier| self.hold.officer_returns.contains(tier)),
        };
        // Nobody else can open it.
        let sealed = held.sealed && act != Act::Purge;
        if !reserved && !held.sealed {
            return Ok("user".into());
        }
        if let Some(identity) = self.identity {
            let key = self.recipient.ok_or(Denied::NoKey)?;
            return if identity.opens(key) { Ok("officer's key".into()) } else { Err(Denied::WrongKey) };
        }
        let by_ticket = match (self.ticket, self.signer) {
            (Some(signed), Some(signer)) => {
                let wanted = Ticket::new(act, held);
                if !signer.allows(&wanted, signed.text, signed.signature) {
                    return Err(Denied::WrongTicket);
                }
                Some(format!("ticket {}", signer.short()))
            }
            (Some(_), None) => return Err(Denied::NoKey),
            (None, _) => None,
        };
        match by_ticket {
            Some(_) if sealed => Err(Denied::Sealed),
            Some(authority) => Ok(authority),
            None if self.recipient.is_none() && self.signer.is_none() => Err(Denied::NoKey),
            None => Err(Denied::Officer),
        }
    }
}

impl Quarantine {
    /// Releases a file to the place it was meant for. Says where it arrived.
    ///
    /// # Errors
    /// When the person may not, record or file were changed, or it cannot be carried: it is then held still.
    pub fn release(
        &self,
        held: &Held,
        decision: &Decision<'_>,
        gate: &mut Gate,
        audit: &Audit,
    ) -> Result<PathBuf, Denied> {
        self.let_out(Act::Release, held, decision, &held.target, gate, audit)
    }

    /// Gives a file back for correction, into this folder. Says where it arrived.
    ///
    /// # Errors
    /// When the person may not, the file was changed, or it cannot be carried: it is then held still.
    pub fn give_back(
        &self,
        held: &Held,
        decision: &Decision<'_>,
        folder: &Path,
        gate: &mut Gate,
        audit: &Audit,
    ) -> Result<PathBuf, Denied> {
        let from: &Path = held.from.as_ref();
        let below = PathBuf::from(from.file_name().unwrap_or_default());
        let target =
            Destination { root: folder.to_path_buf().into(), below: below.into(), released: true, older: None };
        self.let_out(Act::Return, held, decision, &target, gate, audit)
    }

    /// Deletes a file for good, written down first.
    ///
    /// # Errors
    /// When the person may not, or the system refuses.
    pub fn destroy(&self, held: &Held, decision: &Decision<'_>, audit: &Audit) -> Result<(), Denied> {
        let authority = self.allowed(Act::Purge, held, decision, audit)?;
        audit.append(&[Event { authority: Some(authority), ..event(EventKind::Purged, held, decision.reason) }])?;
        Ok(self.purge(&held.id)?)
    }

    /// Writes down that a person says the file is held by mistake, with rules and nameless places. It stays held.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn dispute(&self, held: &Held, reason: &str, audit: &Audit) -> io::Result<()> {
        let mut rules: Vec<String> =
            held.why.iter().map(|why| why.rule.clone()).filter(|rule| !rule.is_empty()).collect();
        rules.sort();
        rules.dedup();
        let places = held.why.iter().filter_map(|why| why.spot.clone()).collect();
        audit.append(&[Event { rules, places, ..event(EventKind::Disputed, held, reason) }])
    }

    fn let_out(
        &self,
        act: Act,
        held: &Held,
        decision: &Decision<'_>,
        target: &Destination,
        gate: &mut Gate,
        audit: &Audit,
    ) -> Result<PathBuf, Denied> {
        let authority = self.allowed(act, held, decision, audit)?;
        let what = if act == Act::Release { EventKind::Released } else { EventKind::Returned };
        audit.append(&[Event { authority: Some(authority), ..event(what, held, decision.reason) }])?;
        self.carry_out(act, held, decision, target, gate).or_else(|denied| {
            audit.append(&[event(EventKind::Refused, held, &denied.to_string())])?;
            Err(denied)
        })
    }

    /// On whose authority; a refusal is written down.
    fn allowed(&self, act: Act, held: &Held, decision: &Decision<'_>, audit: &Audit) -> Result<String, Denied> {
        let refuse = |denied: Denied| {
            audit.append(&[event(EventKind::Refused, held, &format!("{}: {denied}", decision.reason))])?;
            Err(denied)
        };
        match decision.authority(act, held) {
            // A damaged record is put together of the log itself, and is never released.
            Ok(authority) if act != Act::Release && self.read(&held.id).is_none() => Ok(authority),
            Ok(authority) => match word(held, audit, decision.hold)? {
                LoggedState::Same => Ok(authority),
                // The officer answers for it with the file before them.
                _ if authority != "user" && act != Act::Release => Ok(authority),
                _ => refuse(Denied::Edited),
            },
            Err(denied) => refuse(denied),
        }
    }

    fn carry_out(
        &self,
        act: Act,
        held: &Held,
        decision: &Decision<'_>,
        target: &Destination,
        gate: &mut Gate,
    ) -> Result<PathBuf, Denied> {
        let mut staged = self.stage(gate, held)?;
        if held.sealed {
            let identity = decision.identity.ok_or(Denied::Sealed)?;
            staged = gate.stager().restage(staged, |from, to| identity.unseal(from, to))?;
        }
        if staged.mac != held.content {
            gate.stager().discard(staged);
            return Err(Denied::Altered);
        }
        // The file's own permissions, not those it has while it is held.
        staged.mode = held.mode;
        if act == Act::Release {
            self.remember(&held.content)?;
        }
        let moves = vec![Move { staged, target: target.clone() }];
        let moved = gate.carry(moves).pop().ok_or(io::ErrorKind::Other).map_err(io::Error::from)?;
        let arrived = moved.outcome?;
        self.forget(&held.id)?;
        Ok(arrived.path)
    }

    /// A program started while the file was being put here may have it open for an instant.
    fn stage(&self, gate: &Gate, held: &Held) -> Result<Staged, GateRefusal> {
        const TRIES: u32 = 40;
        let place = self.place(&held.id);
        for _ in 0..TRIES {
            match gate.stager().stage(&place) {
                Err(GateRefusal::Busy) => std::thread::sleep(Duration::from_millis(50)),
                outcome => return outcome,
            }
        }
        gate.stager().stage(&place)
    }
}

/// A line of the log on a held file.
fn event(what: EventKind, held: &Held, reason: &str) -> Event {
    Event {
        id: Some(held.id.clone()),
        verdict: Some(held.verdict),
        tiers: held.tiers.clone(),
        content: Some(held.content.as_str().to_string()),
        bytes: Some(held.bytes),
        reason: Some(reason.to_string()),
        user: Some(rustix::process::getuid().as_raw()),
        ..Event::new(what)
    }
}
