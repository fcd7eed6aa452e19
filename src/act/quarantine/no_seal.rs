//! Sealing in a build without the feature `seal`: no key can be read, and so nothing is sealed or opened.
//! The types have no values; whoever sets a key is told how to get a build that can use it.

use std::convert::Infallible;
use std::io::{self, Read, Write};
use std::path::Path;
use std::str::FromStr;

/// Why no key is accepted.
const ABSENT: &str = "this program was built without sealing (cargo feature `seal`)";

/// The officer's public key; there is none.
#[derive(Clone, Debug)]
pub struct Recipient(Infallible);

impl FromStr for Recipient {
    type Err = &'static str;

    fn from_str(_: &str) -> Result<Self, Self::Err> {
        Err(ABSENT)
    }
}

impl Recipient {
    /// Cannot be called.
    ///
    /// # Errors
    /// None: there is no value to call it on.
    pub fn seal(&self, _: &mut dyn Read, _: &mut dyn Write) -> io::Result<()> {
        match self.0 {}
    }

    /// Cannot be called.
    ///
    /// # Errors
    /// None: there is no value to call it on.
    pub fn seal_text(&self, _: &str) -> io::Result<String> {
        match self.0 {}
    }
}

/// The officer's secret key; there is none.
pub struct Identity(Infallible);

impl Identity {
    /// Refuses every file.
    ///
    /// # Errors
    /// Always: this build cannot open what was sealed.
    pub fn read(_: &Path) -> io::Result<Self> {
        Err(io::Error::new(io::ErrorKind::Unsupported, ABSENT))
    }

    /// Cannot be called.
    pub fn opens(&self, _: &Recipient) -> bool {
        match self.0 {}
    }

    /// Cannot be called.
    ///
    /// # Errors
    /// None: there is no value to call it on.
    pub fn unseal(&self, _: &mut dyn Read, _: &mut dyn Write) -> io::Result<()> {
        match self.0 {}
    }

    /// Cannot be called.
    ///
    /// # Errors
    /// None: there is no value to call it on.
    pub fn unseal_text(&self, _: &str) -> io::Result<String> {
        match self.0 {}
    }
}
