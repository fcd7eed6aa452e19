//! What is wrong with a pack: a stable code, the file, the line, the reason and a hint.

use std::fmt;

/// A stable code an administrator can look up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// P001: the file cannot be read.
    Io,
    /// P002: not valid TOML, or a key that is not known.
    Syntax,
    /// P003: a pattern that is not a regular expression.
    Pattern,
    /// P004: a name in braces that nothing defines.
    Undefined,
    /// P005: a rule without a way to find it: no anchor, no digits.
    NoAnchor,
    /// P006: two rules with one identifier.
    Duplicate,
    /// P007: an example that the pack itself does not judge as written.
    Example,
    /// P008: a pack or folder without rules.
    Empty,
    /// P009: a value out of its range.
    Value,
    /// P010: a schema version this build does not read.
    Schema,
    /// P011: a rule without source or without examples.
    Unproven,
}

impl Code {
    /// The code as shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::Io => "P001",
            Code::Syntax => "P002",
            Code::Pattern => "P003",
            Code::Undefined => "P004",
            Code::NoAnchor => "P005",
            Code::Duplicate => "P006",
            Code::Example => "P007",
            Code::Empty => "P008",
            Code::Value => "P009",
            Code::Schema => "P010",
            Code::Unproven => "P011",
        }
    }
}

/// A pack was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// The stable code.
    pub code: Code,
    /// The file, or `built-in/<name>`.
    pub file: String,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Error {
    /// An error about a whole file.
    pub fn new(code: Code, file: &str, message: String) -> Self {
        Error { code, file: file.to_string(), line: None, message, hint: None }
    }

    /// With a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// At the line of a byte offset in `text`.
    #[must_use]
    pub fn at(mut self, text: &str, offset: usize) -> Self {
        self.line = Some(text.as_bytes()[..offset.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message.trim_end())?;
        if let Some(hint) = &self.hint {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
