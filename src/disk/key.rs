//! The installation's secret key, and the keyed hash made with it (HMAC-SHA-256, RFC 2104).
//! Plain hashes of short texts and of names can be guessed; these cannot without the key.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac as _};
use sha2::Sha256;

use super::{Disk, FileRef, Folder};

/// Bytes of the key.
const LENGTH: usize = 32;
/// Its name in the state folder.
const NAME: &str = "key";

/// The key. Never shown, never logged.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// The key kept in the state folder; the first time it is made.
    ///
    /// # Errors
    /// When it cannot be read or written, or is not a key.
    pub fn kept(disk: &Disk, state: &Arc<Folder>) -> io::Result<Self> {
        let place = FileRef::new(state, NAME);
        let mut bytes = Vec::new();
        match place.open() {
            Ok(file) => {
                file.take(LENGTH as u64 + 1).read_to_end(&mut bytes)?;
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                bytes = random(LENGTH)?;
                disk.replace(&place, &bytes)?;
            }
            Err(e) => return Err(e),
        }
        if bytes.len() != LENGTH {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the key file is damaged"));
        }
        Ok(Key::new(&bytes))
    }

    /// A key from bytes.
    pub fn new(bytes: &[u8]) -> Self {
        #[allow(clippy::expect_used)]
        Key(Hmac::new_from_slice(bytes).expect("HMAC takes keys of any length"))
    }

    /// The keyed hash of bytes, for one purpose; hashes of different purposes never agree.
    pub fn mac(&self, purpose: &str, bytes: &[u8]) -> Mac {
        let mut keyed = self.start(purpose);
        keyed.update(bytes);
        Mac::of(keyed)
    }

    /// The keyed hash of everything a reader yields, copied to a writer on the way.
    ///
    /// # Errors
    /// When reading or writing fails.
    pub fn mac_through(&self, purpose: &str, from: &mut dyn Read, to: &mut dyn Write) -> io::Result<Mac> {
        let mut keyed = self.start(purpose);
        let mut buffer = vec![0; 128 * 1024];
        loop {
            let read = match from.read(&mut buffer) {
                Ok(0) => return Ok(Mac::of(keyed)),
                Ok(read) => read,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            keyed.update(&buffer[..read]);
            to.write_all(&buffer[..read])?;
        }
    }

    /// The keyed hash of a file's content from its beginning.
    ///
    /// # Errors
    /// When reading fails.
    pub fn mac_file(&self, purpose: &str, file: &File) -> io::Result<Mac> {
        self.mac_through(purpose, &mut FromStart { file, at: 0 }, &mut io::sink())
    }

    fn start(&self, purpose: &str) -> Hmac<Sha256> {
        let mut keyed = self.0.clone();
        keyed.update(purpose.as_bytes());
        keyed.update(&[0]);
        keyed
    }
}

/// Reads a file from its beginning, wherever others stand in it.
struct FromStart<'f> {
    file: &'f File,
    at: u64,
}

impl Read for FromStart<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = std::os::unix::fs::FileExt::read_at(self.file, buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// A keyed hash, written in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Mac(String);

impl Mac {
    fn of(keyed: Hmac<Sha256>) -> Self {
        Mac(hex(&keyed.finalize().into_bytes()))
    }

    /// The hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Hexadecimal digits of bytes.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| DIGITS[usize::from(digit)]).collect()
}

/// A new identifier: ten hexadecimal digits nobody can guess.
///
/// # Errors
/// When the system has no randomness.
pub fn fresh_id() -> io::Result<String> {
    Ok(hex(&random(5)?))
}

/// A new secret: 256 bits as hexadecimal digits.
///
/// # Errors
/// When the system has no randomness.
pub fn fresh_secret() -> io::Result<String> {
    Ok(hex(&random(LENGTH)?))
}

fn random(length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while filled < length {
        filled += rustix::rand::getrandom(&mut bytes[filled..], rustix::rand::GetRandomFlags::empty())?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_hmac_sha_256_of_purpose_and_bytes() {
        // RFC 4231, test case 2: key "Jefe". Our message carries the purpose and a zero byte first.
        let mut plain = Hmac::<Sha256>::new_from_slice(b"Jefe").expect("a key");
        plain.update(b"what do ya want for nothing?");
        assert_eq!(Mac::of(plain).as_str(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let key = Key::new(b"Jefe");
        assert_ne!(key.mac("name", b"a"), key.mac("content", b"a"));
        let mut copy = Vec::new();
        let through = key.mac_through("name", &mut &b"a"[..], &mut copy).expect("read");
        assert_eq!((through, copy), (key.mac("name", b"a"), b"a".to_vec()));
        assert_eq!(format!("{key:?}"), "Key");
    }
}
