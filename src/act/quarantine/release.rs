//! Letting a held file go: who may, and how it gets back through the gate's protocol. Written
//! down before it happens, so that nothing leaves without a record.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::{Held, Identity, Quarantine, Recipient};
use crate::act::audit::{Audit, Event, What};
use crate::gate::{Gate, Move, Refusal, Staged};

/// Why a file is not released.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// Only the security officer may, and no proof was given that it is them.
    #[error("only the security officer may release it")]
    Officer,
    /// The configuration names no officer's key to compare with.
    #[error("no officer's key is configured")]
    NoKey,
    /// The identity is not the officer's.
    #[error("the identity does not belong to the officer's key")]
    WrongKey,
    /// What lies in the quarantine is not what was held.
    #[error("the held file was changed")]
    Altered,
    /// It could not be carried.
    #[error("{0}")]
    Carry(#[from] Refusal),
    /// The system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// A person who releases, and what they say.
pub struct Release<'a> {
    /// Why, in their words.
    pub reason: &'a str,
    /// The officer's public key, as configured.
    pub recipient: Option<&'a Recipient>,
    /// The secret key they showed.
    pub identity: Option<&'a Identity>,
}

impl Release<'_> {
    /// The person may do this with the file.
    ///
    /// # Errors
    /// When only the officer may and it is not shown to be them.
    pub fn permit(&self, held: &Held) -> Result<(), Denied> {
        if !held.officer && !held.sealed {
            return Ok(());
        }
        match (self.recipient, self.identity) {
            (None, _) => Err(Denied::NoKey),
            (_, None) => Err(Denied::Officer),
            (Some(key), Some(identity)) if !identity.opens(key) => Err(Denied::WrongKey),
            _ => Ok(()),
        }
    }
}

impl Quarantine {
    /// Releases a file to the place it was meant for. Says where it arrived.
    ///
    /// # Errors
    /// When the person may not, the file was altered, or it cannot be carried: it is then held still.
    pub fn release(
        &self,
        held: &Held,
        release: &Release<'_>,
        gate: &mut Gate,
        audit: &Audit,
    ) -> Result<PathBuf, Denied> {
        let event = |what, reason: String| Event {
            id: Some(held.id.clone()),
            verdict: Some(held.verdict),
            tiers: held.tiers.clone(),
            content: Some(held.content.as_str().to_string()),
            bytes: Some(held.bytes),
            reason: Some(reason),
            user: Some(rustix::process::getuid().as_raw()),
            ..Event::new(what)
        };
        if let Err(denied) = release.permit(held) {
            audit.append(&[event(What::Refused, format!("{}: {denied}", release.reason))])?;
            return Err(denied);
        }
        audit.append(&[event(What::Released, release.reason.to_string())])?;
        match self.carry_out(held, release, gate) {
            Ok(arrived) => Ok(arrived),
            Err(denied) => {
                audit.append(&[event(What::Refused, denied.to_string())])?;
                Err(denied)
            }
        }
    }

    fn carry_out(&self, held: &Held, release: &Release<'_>, gate: &mut Gate) -> Result<PathBuf, Denied> {
        let mut staged = self.stage(gate, held)?;
        if held.sealed {
            let identity = release.identity.ok_or(Denied::Officer)?;
            staged = gate.stager().restage(staged, |from, to| identity.unseal(from, to))?;
        }
        if staged.mac != held.content {
            gate.stager().discard(staged);
            return Err(Denied::Altered);
        }
        // The file's own permissions, not those it has while it is held.
        staged.look.mode = held.mode;
        self.remember(&held.content)?;
        let moves = vec![Move { staged, target: held.target.clone() }];
        let moved = gate.carry(moves).pop().ok_or(io::ErrorKind::Other).map_err(io::Error::from)?;
        let arrived = moved.outcome?;
        self.forget(&held.id)?;
        Ok(arrived)
    }

    /// A program started while the file was being put here may have it open for an instant.
    fn stage(&self, gate: &Gate, held: &Held) -> Result<Staged, Refusal> {
        const TRIES: u32 = 40;
        let place = self.place(&held.id);
        for _ in 0..TRIES {
            match gate.stager().stage(&place) {
                Err(Refusal::Busy) => std::thread::sleep(Duration::from_millis(50)),
                outcome => return outcome,
            }
        }
        gate.stager().stage(&place)
    }

    /// Deletes a file for good, written down first.
    ///
    /// # Errors
    /// When the person may not, or the system refuses.
    pub fn destroy(&self, held: &Held, release: &Release<'_>, audit: &Audit) -> Result<(), Denied> {
        release.permit(held)?;
        let event = Event {
            id: Some(held.id.clone()),
            tiers: held.tiers.clone(),
            reason: Some(release.reason.to_string()),
            user: Some(rustix::process::getuid().as_raw()),
            ..Event::new(What::Purged)
        };
        audit.append(&[event])?;
        Ok(self.purge(&held.id)?)
    }
}
