//! Where an item comes from. The bytes themselves travel in `extract::Input`.

use std::path::PathBuf;

/// The origin of one thing about to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file: the path as given or joined below a given folder, and whether a person named it.
    Path {
        /// The path.
        path: PathBuf,
        /// True when a person named it, false when a walk found it.
        explicit: bool,
    },
    /// Standard input, with the name it would have as a file, if told.
    Stdin {
        /// The name given with `--stdin-filename`.
        name: Option<String>,
    },
    /// A message text handed over by a program.
    Message,
}

impl Origin {
    /// The path shown in reports.
    pub fn display(&self) -> String {
        match self {
            Origin::Path { path, .. } => path.to_string_lossy().into_owned(),
            Origin::Stdin { .. } => "-".to_string(),
            Origin::Message => "message".to_string(),
        }
    }
}
