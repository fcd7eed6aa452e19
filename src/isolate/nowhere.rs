//! Where there is no way to confine a process nothing is read apart: every file that needs it is a gap.

use std::path::PathBuf;

use crate::extract::{IsolatedRead, Isolator, Listener, Outcome};
use crate::model::{GapReason, ReaderFault};

/// Reads nothing on this system.
#[derive(Debug, Clone)]
pub struct Reader {}

impl Reader {
    /// A reader that reads nothing.
    pub fn new(_: impl Into<PathBuf>) -> Self {
        Reader {}
    }

    /// A reader that reads nothing.
    pub fn this_program() -> Option<Self> {
        Some(Reader {})
    }

    /// The same reader.
    pub fn with_model(self, _: Option<PathBuf>) -> Self {
        self
    }

    /// The same reader.
    pub fn gentle(self) -> Self {
        self
    }

    /// The same reader.
    pub fn for_exposed_formats(self) -> Self {
        self
    }

    /// Nothing is started.
    pub fn prepare(&self) {}

    /// No child is made.
    pub fn made(&self) -> u64 {
        0
    }

    /// Nothing confines a process here.
    ///
    /// # Errors
    /// Always.
    pub fn confinement(&self) -> Result<super::Landlock, ReaderFault> {
        Err(ReaderFault::System)
    }
}

impl Isolator for Reader {
    fn takes_all(&self) -> bool {
        false
    }

    fn can_see(&self) -> Result<(), GapReason> {
        Err(GapReason::NoReader(ReaderFault::System))
    }

    fn read(&self, _: &IsolatedRead<'_>, _: &mut Listener<'_, '_>) -> Outcome {
        Outcome::Stopped(GapReason::NoReader(ReaderFault::System))
    }
}
