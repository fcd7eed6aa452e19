//! Streams of binary workbooks ([MS-XLS] 2.2.10): the bytes of records are encrypted, their heads are not.

use md5::{Digest, Md5};
use sha1::Sha1;

use super::rc4::Rc4;
use super::{DEFAULT, array, password};
use crate::extract::support::bytes::{u16_at, u32_at};

/// The record that says how the stream is encrypted.
const FILEPASS: u16 = 0x002F;
/// Records before it.
const SEARCHED: usize = 64;
/// Bytes after which the key changes.
const BLOCK: usize = 1024;

/// How a stream is encrypted, and the key that follows from the password.
enum Lock {
    /// Each byte combined with one of sixteen ([MS-OFFCRYPTO] 2.3.7).
    Xor([u8; 16]),
    /// RC4 with a key of five bytes ([MS-OFFCRYPTO] 2.3.6).
    Short([u8; 5]),
    /// RC4 with a key of as many bytes ([MS-OFFCRYPTO] 2.3.5).
    Long([u8; 20], usize),
}

/// Decrypts a stream that is locked with the default password; `false` leaves it as it is.
pub(in crate::extract::formats::compound) fn unlock(stream: &mut [u8]) -> bool {
    let Some((at, lock)) = records(stream).take(SEARCHED).find(|record| record.kind == FILEPASS).and_then(|record| {
        let said = stream.get(record.data.clone())?;
        Some((record.data.start - 4, Lock::read(said, u16_at(stream, 4) != Some(0x0600))?))
    }) else {
        return false;
    };
    let all: Vec<WorkbookRecord> = records(stream).collect();
    lock.open(stream, &all);
    // What is said of the encryption is no more true.
    stream[at..at + 2].copy_from_slice(&0u16.to_le_bytes());
    true
}

/// A record: its kind, and where its data is.
struct WorkbookRecord {
    kind: u16,
    data: std::ops::Range<usize>,
}

fn records(stream: &[u8]) -> impl Iterator<Item = WorkbookRecord> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(stream, at)?, usize::from(u16_at(stream, at + 2)?));
        let data = at + 4..(at + 4 + length).min(stream.len());
        at = data.end;
        Some(WorkbookRecord { kind, data })
    })
}

impl WorkbookRecord {
    /// Bytes at the beginning of its data that are not encrypted.
    fn plain(&self) -> usize {
        match self.kind {
            // BOF, FILEPASS, INTERFACEHDR, RRDHEAD, USREXCL, FILELOCK, RRDINFO.
            0x0809 | FILEPASS | 0x00E1 | 0x0138 | 0x0194 | 0x0195 | 0x0196 => self.data.len(),
            // BOUNDSHEET: where the sheet begins.
            0x0085 => 4.min(self.data.len()),
            _ => 0,
        }
    }
}

impl Lock {
    /// What FILEPASS says, if it says the default password.
    fn read(said: &[u8], is_old: bool) -> Option<Self> {
        match u16_at(said, 0) {
            // Before Excel 97 there was but one way.
            Some(key) if is_old => Self::xor(key, u16_at(said, 2)?),
            Some(0) => Self::xor(u16_at(said, 2)?, u16_at(said, 4)?),
            Some(1) if u16_at(said, 2) == Some(1) => Self::short(said),
            Some(1) if matches!(u16_at(said, 2), Some(2..=4)) && u16_at(said, 4) == Some(2) => Self::long(said),
            _ => None,
        }
    }

    fn xor(key: u16, verifier: u16) -> Option<Self> {
        const FILL: [u8; 15] =
            [0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80, 0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00];
        if verifier != hash_of_old(DEFAULT.as_bytes()) {
            return None;
        }
        let password = DEFAULT.bytes().chain(FILL);
        let mut keys = [0; 16];
        for ((place, byte), key) in keys.iter_mut().zip(password).zip(key.to_le_bytes().into_iter().cycle()) {
            *place = (byte ^ key).rotate_left(2);
        }
        Some(Lock::Xor(keys))
    }

    fn short(said: &[u8]) -> Option<Self> {
        let (salt, verifier, hash): ([u8; 16], [u8; 16], [u8; 16]) =
            (array(said, 6)?, array(said, 22)?, array(said, 38)?);
        let first = Md5::digest(password());
        let repeated = [&first[..5], &salt[..]].concat().repeat(16);
        let lock = Lock::Short(array(&Md5::digest(repeated), 0)?);
        let (verifier, hash) = lock.verifier(verifier, hash)?;
        (Md5::digest(verifier)[..] == hash).then_some(lock)
    }

    fn long(said: &[u8]) -> Option<Self> {
        // Version, flags, length of the header, the header.
        let header = said.get(14..)?;
        let length = u32_at(said, 10)? as usize;
        let (cipher, bits) = (u32_at(header, 8)?, u32_at(header, 16)?);
        let verifying = header.get(length..)?;
        // RC4 and SHA-1.
        if cipher != 0x6801 || u32_at(header, 12)? != 0x8004 || u32_at(verifying, 0)? != 16 {
            return None;
        }
        let bytes = match bits {
            0 => 5,
            40..=128 => (bits / 8) as usize,
            _ => return None,
        };
        let (salt, verifier, hash): ([u8; 16], [u8; 16], [u8; 20]) =
            (array(verifying, 4)?, array(verifying, 20)?, array(verifying, 40)?);
        let hashed = Sha1::digest([&salt[..], &password()].concat());
        let lock = Lock::Long(array(&hashed, 0)?, bytes);
        let (verifier, hash) = lock.verifier(verifier, hash)?;
        (Sha1::digest(verifier)[..] == hash).then_some(lock)
    }

    /// What the password is checked with, decrypted.
    fn verifier<const N: usize>(&self, mut verifier: [u8; 16], mut hash: [u8; N]) -> Option<([u8; 16], [u8; N])> {
        let mut stream = self.block(0)?;
        stream.apply(&mut verifier);
        stream.apply(&mut hash);
        Some((verifier, hash))
    }

    /// The stream of bytes of a block.
    fn block(&self, number: u32) -> Option<Rc4> {
        match self {
            Lock::Xor(_) => None,
            Lock::Short(key) => Some(Rc4::new(&Md5::digest([&key[..], &number.to_le_bytes()].concat()))),
            Lock::Long(hashed, bytes) => {
                let key = Sha1::digest([&hashed[..], &number.to_le_bytes()].concat());
                let mut key = key[..*bytes].to_vec();
                if *bytes == 5 {
                    key.resize(16, 0);
                }
                Some(Rc4::new(&key))
            }
        }
    }

    fn open(&self, stream: &mut [u8], records: &[WorkbookRecord]) {
        if let Lock::Xor(keys) = self {
            for record in records {
                let first = record.data.start + record.data.len();
                for (n, byte) in stream[record.data.clone()].iter_mut().enumerate().skip(record.plain()) {
                    *byte = byte.rotate_left(3) ^ keys[(first + n) % 16];
                }
            }
            return;
        }
        // The stream of bytes runs on under what is not encrypted.
        let mut encrypted = vec![false; stream.len()];
        for record in records {
            encrypted[record.data.start + record.plain()..record.data.end].fill(true);
        }
        for (number, (bytes, encrypted)) in stream.chunks_mut(BLOCK).zip(encrypted.chunks(BLOCK)).enumerate() {
            let Some(mut key) = self.block(number as u32) else { return };
            for (byte, encrypted) in bytes.iter_mut().zip(encrypted) {
                let key = key.byte();
                *byte ^= if *encrypted { key } else { 0 };
            }
        }
    }
}

/// What a password is checked with in the oldest way ([MS-OFFCRYPTO] 2.3.7.1).
fn hash_of_old(password: &[u8]) -> u16 {
    let rotated = |byte: u8, by: usize| {
        let wide = u32::from(byte) << (by % 15);
        ((wide | wide >> 15) & 0x7FFF) as u16
    };
    let hash = password.iter().enumerate().fold(0, |hash, (n, byte)| hash ^ rotated(*byte, n + 1));
    hash ^ password.len() as u16 ^ 0xCE4B
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_check_of_the_password_is_that_of_excel() {
        assert_eq!(hash_of_old(DEFAULT.as_bytes()), 0x9A0A);
    }

    #[test]
    fn what_is_not_locked_stays_as_it_is() {
        let mut stream = vec![0x09, 0x08, 2, 0, 0, 6, 0x2F, 0, 6, 0, 1, 0, 9, 0, 0, 0];
        let before = stream.clone();
        assert!(!unlock(&mut stream) && stream == before);
        assert!(!unlock(&mut []));
        assert!(!unlock(&mut [0x2F, 0, 54, 0, 1, 0, 1, 0, 1, 0]));
    }

    /// A stream encrypted with a lock, by the same means: RC4 and XOR undo themselves.
    #[test]
    fn a_stream_locked_with_rc4_opens_and_one_with_another_password_does_not() {
        let salt = [7; 16];
        let mut said = [&1u16.to_le_bytes()[..], &1u16.to_le_bytes(), &1u16.to_le_bytes(), &salt].concat();
        let key = [&Md5::digest(password())[..5], &salt[..]].concat().repeat(16);
        let lock = Lock::Short(array(&Md5::digest(key), 0).expect("sixteen bytes"));
        let hash: [u8; 16] = Md5::digest([9; 16]).into();
        let (verifier, hash) = lock.verifier([9; 16], hash).expect("a key");
        said.extend(verifier.into_iter().chain(hash));
        let mut stream = vec![0x09, 0x08, 4, 0, 0, 6, 5, 0, 0x2F, 0, 54, 0];
        stream.extend(&said);
        stream.extend([0x85, 0, 8, 0, 1, 2, 3, 4, b'n', b'a', b'm', b'e']);
        for _ in 0..300 {
            stream.extend([0xFC, 0, 6, 0]);
            stream.extend(b"string");
        }
        let mut plain = stream.clone();
        let all: Vec<WorkbookRecord> = records(&plain).collect();
        lock.open(&mut stream, &all);
        assert!(stream != plain && stream[66..74] == [0x85, 0, 8, 0, 1, 2, 3, 4]);
        let mut other = stream.clone();
        other[30] ^= 1;
        assert!(!unlock(&mut other));
        assert!(unlock(&mut stream));
        plain[8..10].copy_from_slice(&[0, 0]);
        assert!(stream == plain);
    }
}
