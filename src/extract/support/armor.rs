//! PKCS #7 in a text (RFC 7468): base64 between a line that begins it and one that ends it.

use memchr::memmem;

use super::transfer::base64;

const BEGINNINGS: [&[u8]; 3] =
    [b"-----BEGIN PKCS7-----", b"-----BEGIN CMS-----", b"-----BEGIN PKCS #7 SIGNED DATA-----"];

/// Lines that begin something only its recipient can open.
const SEALED: [&[u8]; 2] = [b"-----BEGIN PGP MESSAGE-----", b"-----BEGIN AGE ENCRYPTED FILE-----"];
/// The text holds such a block.
pub(in crate::extract) fn is_armored(text: &[u8]) -> bool {
    memmem::find(text, b"-----BEGIN ").is_some() && text.split(|b| *b == b'\n').any(begins)
}

fn begins(line: &[u8]) -> bool {
    BEGINNINGS.contains(&line.trim_ascii())
}

/// The blocks of a text, decoded; one that nothing ends goes on to the end.
pub(in crate::extract) fn armored(text: &[u8]) -> Vec<Vec<u8>> {
    let mut blocks = Vec::new();
    let mut open: Option<Vec<u8>> = None;
    for line in text.split(|b| *b == b'\n') {
        if begins(line) {
            blocks.extend(open.replace(Vec::new()));
        } else if line.trim_ascii().starts_with(b"-----END ") {
            blocks.extend(open.take());
        } else if let Some(block) = &mut open {
            block.extend(line);
        }
    }
    blocks.extend(open);
    blocks.iter().map(|block| base64(block)).collect()
}

/// The text holds a message encrypted to someone.
pub(in crate::extract) fn is_sealed(text: &[u8]) -> bool {
    let mut lines = text.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
    memchr::memmem::find(text, b"-----BEGIN ").is_some() && lines.any(|line| SEALED.contains(&line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_told_from_talk_about_them() {
        let text = b"see\r\n-----BEGIN PKCS7-----\r\nYWJj\r\nZGVm\r\n-----END PKCS7-----\r\n-----BEGIN CMS-----\nYWI=";
        assert!(is_armored(text));
        assert_eq!(armored(text), [b"abcdef".to_vec(), b"ab".to_vec()]);
        assert!(!is_armored(b"look for -----BEGIN PKCS7----- in it"));
    }

    #[test]
    fn sealed_text_is_told_from_talk_about_it() {
        assert!(is_sealed(b"x\n-----BEGIN PGP MESSAGE-----\r\n\nabc"));
        assert!(!is_sealed(b"look for -----BEGIN PGP MESSAGE----- in the text"));
    }
}
