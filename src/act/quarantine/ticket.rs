//! Tickets: what a security officer allows for one held file, signed on the officer's own machine, so
//! that no secret key has to come into the clerk's account. A few lines of text and a minisign signature.

use std::fmt;
use std::str::FromStr;

use super::Held;
use super::act::Act;
use crate::disk::Mac;

/// The first line.
const HEAD: &str = "mizha ticket 1";

/// What is asked for, and allowed once it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// What may be done.
    pub act: Act,
    /// The held file.
    pub id: String,
    /// Keyed hash of its content.
    pub content: Mac,
}

impl Ticket {
    /// The ticket for one file.
    pub fn new(act: Act, held: &Held) -> Self {
        Ticket { act, id: held.id.clone(), content: held.content.clone() }
    }
}

/// The text that is signed.
impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ticket { act, id, content } = self;
        writeln!(f, "{HEAD}\nact {}\nid {id}\ncontent {}", act.as_str(), content.as_str())
    }
}

/// The public key with which an officer's tickets are checked.
#[derive(Clone)]
pub struct Signer {
    key: minisign_verify::PublicKey,
    line: String,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.line)
    }
}

impl FromStr for Signer {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let line = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
        let key = minisign_verify::PublicKey::from_base64(line).map_err(|_| "not a public key of minisign (RW…)")?;
        Ok(Signer { key, line: line.to_string() })
    }
}

impl Signer {
    /// The officer signed exactly this ticket.
    pub fn allows(&self, ticket: &Ticket, text: &[u8], signature: &str) -> bool {
        let Ok(signature) = minisign_verify::Signature::decode(signature) else { return false };
        text == ticket.to_string().as_bytes() && self.key.verify(text, &signature, false).is_ok()
    }

    /// The key as it is named in the log: its first characters.
    pub fn short(&self) -> &str {
        self.line.get(..12).unwrap_or(&self.line)
    }
}
