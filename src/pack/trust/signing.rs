//! Making keys and signing, in minisign's formats: the officer's work, on the officer's machine. Never in a
//! build without the feature `author`.

/// A new pair of keys, as two files.
pub struct KeyPair {
    /// What is kept secret.
    pub secret: String,
    /// What every machine gets.
    pub public: String,
    /// The public key's line, for the configuration.
    pub line: String,
}

impl KeyPair {
    /// Makes a pair; with a password the secret key is encrypted (scrypt).
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn generate(password: Option<String>) -> Result<Self, String> {
        let pair = match password {
            Some(_) => minisign::KeyPair::generate_encrypted_keypair(password),
            None => minisign::KeyPair::generate_unencrypted_keypair(),
        };
        let pair = pair.map_err(|e| e.to_string())?;
        let secret = pair.sk.to_box(Some("mizha secret key: keep it off desktops")).map_err(|e| e.to_string())?;
        let public = pair.pk.to_box().map_err(|e| e.to_string())?;
        Ok(KeyPair { secret: secret.into_string(), public: public.into_string(), line: pair.pk.to_base64() })
    }
}

/// A secret key, opened.
pub struct SecretKey(minisign::SecretKey);

impl SecretKey {
    /// Opens a secret key file; `ask` gives the password, if it needs one.
    ///
    /// # Errors
    /// In words: no key, or a wrong password.
    pub fn open<E: std::fmt::Display>(text: &str, ask: impl FnOnce() -> Result<String, E>) -> Result<Self, String> {
        let boxed = |text: &str| minisign::SecretKeyBox::from_string(text).map_err(|e| e.to_string());
        if let Ok(key) = boxed(text)?.into_unencrypted_secret_key() {
            return Ok(SecretKey(key));
        }
        let password = ask().map_err(|e| e.to_string())?;
        boxed(text)?.into_secret_key(Some(password)).map(SecretKey).map_err(|e| e.to_string())
    }

    /// Its public key's line.
    ///
    /// # Errors
    /// When the key is damaged.
    pub fn public(&self) -> Result<String, String> {
        minisign::PublicKey::from_secret_key(&self.0).map(|key| key.to_base64()).map_err(|e| e.to_string())
    }

    /// Signs bytes, and a comment with them: the text of a `.minisig` file.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn sign(&self, bytes: &[u8], comment: &str) -> Result<String, String> {
        let signed = minisign::sign(None, &self.0, bytes, Some(comment), Some("signature of a mizha pack"));
        signed.map(|signature| signature.into_string()).map_err(|e| e.to_string())
    }
}
