//! What tells a part of a document, as it lies packed in its file, from every other one. Documents of one
//! template share their styles, themes and fonts byte by byte, and such parts are long.

use sha2::{Digest, Sha256};

/// The fingerprint of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    digest: [u8; 32],
    /// Its length when it is unpacked, as the archive says.
    pub bytes: u64,
}

impl Fingerprint {
    /// Of a part's name, for that tells how it is read; of how it is packed and the check sum told of it;
    /// and of the packed bytes.
    pub fn new(name: &[u8], method: &str, crc: u32, bytes: u64, packed: &[u8]) -> Self {
        let mut hash = Sha256::new();
        for field in [name, method.as_bytes()] {
            hash.update((field.len() as u64).to_le_bytes());
            hash.update(field);
        }
        hash.update(crc.to_le_bytes());
        hash.update(bytes.to_le_bytes());
        hash.update(packed);
        Fingerprint { digest: hash.finalize().into(), bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_tells_how_a_part_is_read_counts() {
        let one = Fingerprint::new(b"word/styles.xml", "Deflated", 7, 9, b"packed");
        assert_eq!(one, Fingerprint::new(b"word/styles.xml", "Deflated", 7, 9, b"packed"));
        for other in [
            Fingerprint::new(b"word/styles.xm", "lDeflated", 7, 9, b"packed"),
            Fingerprint::new(b"word/styles.xml", "Stored", 7, 9, b"packed"),
            Fingerprint::new(b"word/styles.xml", "Deflated", 8, 9, b"packed"),
            Fingerprint::new(b"word/styles.xml", "Deflated", 7, 8, b"packed"),
            Fingerprint::new(b"word/styles.xml", "Deflated", 7, 9, b"packet"),
        ] {
            assert_ne!(one, other);
        }
    }
}
