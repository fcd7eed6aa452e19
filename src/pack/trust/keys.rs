//! Public keys and what they sign, in minisign's formats. Making keys and signing is `signing`.

use super::PackRefusal;

/// A public key that is trusted.
#[derive(Clone)]
pub struct PublicKey {
    key: minisign_verify::PublicKey,
    text: String,
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({})", self.text)
    }
}

impl PublicKey {
    /// Reads a key: its line alone, or a `.pub` file with its comment.
    ///
    /// # Errors
    /// [`PackRefusal::BadKey`] when it is none.
    pub fn parse(text: &str) -> Result<Self, PackRefusal> {
        let line = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
        let shown: String = line.chars().take(64).collect();
        let key = minisign_verify::PublicKey::from_base64(line).map_err(|_| PackRefusal::BadKey(shown))?;
        Ok(PublicKey { key, text: line.to_string() })
    }

    /// The key's line.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The key signed these bytes and the signature's comment.
    pub(super) fn verify(&self, bytes: &[u8], signature: &minisign_verify::Signature) -> Result<(), SignatureMismatch> {
        match self.key.verify(bytes, signature, false) {
            Ok(()) => Ok(()),
            Err(minisign_verify::Error::UnexpectedKeyId) => Err(SignatureMismatch::OtherKey),
            Err(_) => Err(SignatureMismatch::Forged),
        }
    }
}

/// How a signature fails to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SignatureMismatch {
    /// Made with another key.
    OtherKey,
    /// Not made over these bytes, or its comment was changed.
    Forged,
}
