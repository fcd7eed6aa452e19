//! The desk at which a person decides on held files: quarantine, audit log, officer's keys and the gate through
//! which files get out, opened together. It asks nobody and says nothing: the command line and the page do.

use std::io;
use std::path::{Path, PathBuf};

use super::{Decision, Held, Quarantine, Recipient, Signer};
use crate::act::audit::Audit;
use crate::config::{Config, Hold};
use crate::disk::{Disk, Key, private_folder};
use crate::gate::Gate;

/// The gate of releases, in the state folder: releasing is done by another process than the daemon.
pub const RELEASE: &str = "release";

/// Where held files are decided on.
pub struct DecisionDesk {
    /// What the configuration says of holding.
    pub hold: Hold,
    /// What is held.
    pub quarantine: Quarantine,
    /// What is written down.
    pub audit: Audit,
    state: PathBuf,
    key: Key,
}

/// A held file, and whether its record is damaged: it then says what the audit log knows.
#[derive(Debug, Clone)]
pub struct HeldRecord {
    /// The file.
    pub held: Held,
    /// Its record is damaged.
    pub damaged: bool,
}

/// The officer's public keys of the configuration.
pub struct Keys {
    recipient: Option<Recipient>,
    signer: Option<Signer>,
}

impl DecisionDesk {
    /// Opens the desk of a state folder.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(config: &Config, state: &Path) -> io::Result<Self> {
        let disk = Disk::default();
        let folder = private_folder(state)?;
        let key = Key::kept(&disk, &folder)?;
        let audit = Audit::new(&disk, &key, &folder, config.tell.anchor.clone());
        let quarantine = Quarantine::open(&disk, state)?;
        Ok(DecisionDesk { hold: config.hold.clone(), quarantine, audit, state: state.to_path_buf(), key })
    }

    /// Everything held, oldest first; at the end what has no readable record.
    ///
    /// # Errors
    /// When the quarantine cannot be read.
    pub fn all(&self) -> io::Result<Vec<HeldRecord>> {
        let mut found: Vec<HeldRecord> =
            self.quarantine.list()?.into_iter().map(|held| HeldRecord { held, damaged: false }).collect();
        for id in self.quarantine.unknown()? {
            let held = self.quarantine.rebuilt(&id, &self.audit, &self.hold)?;
            found.push(HeldRecord { held, damaged: true });
        }
        Ok(found)
    }

    /// Held files whose identifier begins so; none for no beginning.
    ///
    /// # Errors
    /// When the quarantine cannot be read.
    pub fn find(&self, prefix: &str) -> io::Result<Vec<HeldRecord>> {
        let all = if prefix.is_empty() { Vec::new() } else { self.all()? };
        Ok(all.into_iter().filter(|found| found.held.id.starts_with(prefix)).collect())
    }

    /// The officer's public keys.
    ///
    /// # Errors
    /// When one of the configuration is none.
    pub fn keys(&self) -> Result<Keys, &'static str> {
        let recipient = self.hold.officer_key.as_ref().map(|key| key.parse()).transpose()?;
        let signer = self.hold.officer_sign_key.as_ref().map(|key| key.parse()).transpose()?;
        Ok(Keys { recipient, signer })
    }

    /// The gate through which held files get out, put in order after a crash.
    ///
    /// # Errors
    /// When another process has it, or it cannot be used.
    pub fn gate(&self) -> io::Result<Gate> {
        let mut gate = Gate::open(&self.state.join(RELEASE), &Disk::default(), &self.key)?;
        gate.recover();
        Ok(gate)
    }
}

impl Keys {
    /// A person's decision, to be held against these keys.
    pub fn decision<'k>(&'k self, reason: &'k str, hold: &'k Hold) -> Decision<'k> {
        Decision { recipient: self.recipient.as_ref(), signer: self.signer.as_ref(), ..Decision::own(reason, hold) }
    }
}
