//! Sealing: held files encrypted to the security officer's public key, so that not even the
//! user's own session can read them. The age format, readable by the ordinary age tool.

use std::io::{self, BufReader, Read, Write};
use std::path::Path;
use std::str::FromStr;

use age::x25519;

/// The officer's public key.
#[derive(Clone)]
pub struct Recipient(x25519::Recipient);

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recipient({})", self.0)
    }
}

impl FromStr for Recipient {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        x25519::Recipient::from_str(text.trim()).map(Recipient)
    }
}

impl Recipient {
    /// Encrypts everything `from` yields.
    ///
    /// # Errors
    /// When reading or writing fails.
    pub fn seal(&self, from: &mut dyn Read, to: &mut dyn Write) -> io::Result<()> {
        let recipients: [&dyn age::Recipient; 1] = [&self.0];
        let encryptor = age::Encryptor::with_recipients(recipients.into_iter()).map_err(io::Error::other)?;
        let mut sealed = encryptor.wrap_output(to)?;
        io::copy(from, &mut sealed)?;
        sealed.finish()?.flush()
    }

    /// Encrypts a short text, written in hexadecimal.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn seal_text(&self, text: &str) -> io::Result<String> {
        let mut sealed = Vec::new();
        self.seal(&mut text.as_bytes(), &mut sealed)?;
        Ok(sealed.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// The officer's secret key. Never shown.
pub struct Identity(x25519::Identity);

impl Identity {
    /// Reads an identity file of age: the line that begins with `AGE-SECRET-KEY-`.
    ///
    /// # Errors
    /// When there is none.
    pub fn read(path: &Path) -> io::Result<Self> {
        let text = std::fs::read_to_string(path)?;
        text.lines()
            .find_map(|line| x25519::Identity::from_str(line.trim()).ok())
            .map(Identity)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no age identity in this file"))
    }

    /// This is the secret key of that public key.
    pub fn opens(&self, recipient: &Recipient) -> bool {
        self.0.to_public().to_string() == recipient.0.to_string()
    }

    /// Decrypts what was sealed.
    ///
    /// # Errors
    /// When it was sealed to another key, or is damaged.
    pub fn unseal(&self, from: &mut dyn Read, to: &mut dyn Write) -> io::Result<()> {
        let decryptor = age::Decryptor::new_buffered(BufReader::new(from)).map_err(io::Error::other)?;
        let identity: &dyn age::Identity = &self.0;
        let mut plain = decryptor.decrypt(std::iter::once(identity)).map_err(io::Error::other)?;
        io::copy(&mut plain, to)?;
        to.flush()
    }

    /// Decrypts a short text.
    ///
    /// # Errors
    /// When it was sealed to another key, or is damaged.
    pub fn unseal_text(&self, sealed: &str) -> io::Result<String> {
        let digits = |at: usize| sealed.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let bytes: Option<Vec<u8>> = (0..sealed.len()).step_by(2).map(digits).collect();
        let bytes = bytes.ok_or(io::ErrorKind::InvalidData)?;
        let mut text = Vec::new();
        self.unseal(&mut &bytes[..], &mut text)?;
        String::from_utf8(text).map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_officer_can_read_a_sealed_file() {
        let (officer, other) = (Identity(x25519::Identity::generate()), Identity(x25519::Identity::generate()));
        let recipient = Recipient::from_str(&officer.0.to_public().to_string()).expect("a key");
        let text = "机密★10年\n".repeat(20_000);
        let (mut sealed, mut plain) = (Vec::new(), Vec::new());
        recipient.seal(&mut text.as_bytes(), &mut sealed).expect("sealed");
        assert!(sealed.starts_with(b"age-encryption.org/v1"));
        officer.unseal(&mut &sealed[..], &mut plain).expect("opened");
        assert_eq!(plain, text.as_bytes());
        assert!(other.unseal(&mut &sealed[..], &mut Vec::new()).is_err());
        let half = sealed.len() / 2;
        assert!(officer.unseal(&mut &sealed[..half], &mut Vec::new()).is_err(), "cut short");
        let name = recipient.seal_text("植树通知.docx").expect("sealed");
        assert_eq!(officer.unseal_text(&name).expect("opened"), "植树通知.docx");
        assert!(other.unseal_text(&name).is_err() && officer.unseal_text("机密").is_err());
        assert!(officer.opens(&recipient) && !other.opens(&recipient));
    }
}
