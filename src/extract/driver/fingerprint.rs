//! What tells something in a document, as it lies in its file, from everything else: a part, a picture, a short
//! text. Documents of one template share their styles, themes and emblems byte by byte, and such parts are
//! long; names of parts and of programs are short, and stand in all of them.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::model::PartKind;

/// What is seen of something without reading it whole. Only what looks like something seen before is worth a
/// fingerprint, which takes as long as reading a short part; two things may look alike and be different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Glance(u64);

impl Glance {
    /// Of a few fields.
    pub fn of(fields: &[&[u8]]) -> Self {
        static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        let mut hasher = KEY.build_hasher();
        fields.iter().for_each(|field| hasher.write(field));
        Glance(hasher.finish())
    }
}

/// A fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    digest: [u8; 32],
    /// What reading it costs of the allowance: its length when it is unpacked, as the archive says.
    pub bytes: u64,
}

impl Fingerprint {
    /// Of a part's name, for that tells how it is read; of how it is packed and the check sum told of it;
    /// and of the packed bytes.
    pub fn of_part(name: &[u8], method: &str, crc: u32, bytes: u64, packed: &[u8]) -> Self {
        let told = [&crc.to_le_bytes()[..], &bytes.to_le_bytes()].concat();
        Fingerprint { bytes, ..Fingerprint::of("part", &[name, method.as_bytes(), &told, packed]) }
    }

    /// Of a picture that lies in a document.
    pub fn of_picture(bytes: &[u8]) -> Self {
        Fingerprint::of("picture", &[bytes])
    }

    /// Of a whole text, and the kind of part it stands in, for that tells what is looked for.
    pub fn of_text(part: PartKind, text: &str) -> Self {
        Fingerprint::of("text", &[part.as_str().as_bytes(), text.as_bytes()])
    }

    fn of(what: &str, fields: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for field in std::iter::once(what.as_bytes()).chain(fields.iter().copied()) {
            hash.update((field.len() as u64).to_le_bytes());
            hash.update(field);
        }
        Fingerprint { digest: hash.finalize().into(), bytes: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_tells_how_a_part_is_read_counts() {
        let one = Fingerprint::of_part(b"word/styles.xml", "Deflated", 7, 9, b"packed");
        assert_eq!(one, Fingerprint::of_part(b"word/styles.xml", "Deflated", 7, 9, b"packed"));
        for other in [
            Fingerprint::of_part(b"word/styles.xm", "lDeflated", 7, 9, b"packed"),
            Fingerprint::of_part(b"word/styles.xml", "Stored", 7, 9, b"packed"),
            Fingerprint::of_part(b"word/styles.xml", "Deflated", 8, 9, b"packed"),
            Fingerprint::of_part(b"word/styles.xml", "Deflated", 7, 8, b"packed"),
            Fingerprint::of_part(b"word/styles.xml", "Deflated", 7, 9, b"packet"),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn a_text_is_another_in_another_kind_of_part() {
        let text = Fingerprint::of_text(PartKind::Body, "植树");
        assert_eq!(text, Fingerprint::of_text(PartKind::Body, "植树"));
        for other in [
            Fingerprint::of_text(PartKind::Header, "植树"),
            Fingerprint::of_text(PartKind::Body, "植树 "),
            Fingerprint::of_picture("植树".as_bytes()),
        ] {
            assert_ne!(text, other);
        }
    }
}
