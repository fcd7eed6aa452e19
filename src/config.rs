//! The configuration file. Only its shape and how it is read from text; where it lies and what
//! overrides it is the command line's business.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::model::{Lang, Limits, Severity};

/// The configuration, every key optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The language; otherwise that of the locale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// How to scan.
    pub scan: Scan,
    /// Limits of memory, time and nesting.
    pub limits: Limits,
}

/// How to scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scan {
    /// From which severity on the exit code is 1.
    pub fail_on: Severity,
    /// This is an examination authority: marked papers block instead of asking.
    pub exam_authority: bool,
    /// Further packs, files or folders.
    pub packs: Vec<PathBuf>,
}

impl Default for Scan {
    fn default() -> Self {
        Scan { fail_on: Severity::Warn, exam_authority: false, packs: Vec::new() }
    }
}

/// The configuration text is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}: {message} (compare with `mizha config show`)")]
pub struct Error {
    file: String,
    line: usize,
    message: String,
}

impl Config {
    /// Reads a configuration; `file` is named in errors.
    ///
    /// # Errors
    /// If the text is not TOML, or has a key or value that is not known.
    pub fn parse(file: &str, text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|e| {
            let offset = e.span().map_or(0, |span| span.start).min(text.len());
            let line = text.as_bytes()[..offset].iter().filter(|b| **b == b'\n').count() + 1;
            Error { file: file.to_string(), line, message: e.message().trim_end().to_string() }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_key_is_told_with_its_line() {
        let error = Config::parse("c.toml", "[scan]\nfail_no = \"warn\"\n").expect_err("a misspelt key");
        assert!(error.to_string().starts_with("c.toml:2: unknown field `fail_no`"), "{error}");
    }

    #[test]
    fn what_is_shown_can_be_read_back() {
        let config = Config { lang: Some(Lang::Zh), ..Config::default() };
        let text = toml::to_string(&config).expect("TOML");
        assert_eq!(Config::parse("c.toml", &text).expect("the same"), config);
    }
}
