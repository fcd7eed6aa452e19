//! What can be done with a held file, by its name.

/// What is done with a held file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It goes where it was meant to.
    Release,
    /// It goes back to the one it belongs to, to be corrected: not to an exit.
    Return,
    /// It is deleted.
    Purge,
}

impl Act {
    /// Its name in tickets and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Act::Release => "release",
            Act::Return => "return",
            Act::Purge => "purge",
        }
    }
}
