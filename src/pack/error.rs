//! What is wrong with a pack: a stable code, the file, the line, the reason and a hint.

use std::fmt;

use crate::model::{Lang, Phrase};

/// A stable code an administrator can look up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackErrorCode {
    /// P001: the file cannot be read.
    Io,
    /// P002: not valid TOML, or a value of the wrong kind.
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
    /// P012: a key that is not known.
    Key,
}

impl PackErrorCode {
    /// The code as shown.
    pub fn as_str(self) -> &'static str {
        match self {
            PackErrorCode::Io => "P001",
            PackErrorCode::Syntax => "P002",
            PackErrorCode::Pattern => "P003",
            PackErrorCode::Undefined => "P004",
            PackErrorCode::NoAnchor => "P005",
            PackErrorCode::Duplicate => "P006",
            PackErrorCode::Example => "P007",
            PackErrorCode::Empty => "P008",
            PackErrorCode::Value => "P009",
            PackErrorCode::Schema => "P010",
            PackErrorCode::Unproven => "P011",
            PackErrorCode::Key => "P012",
        }
    }
}

/// A pack was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PackError {
    /// The stable code.
    pub code: PackErrorCode,
    /// The file, or `built-in/<name>`.
    pub file: String,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: Phrase,
    /// What to do.
    pub hint: Option<Phrase>,
}

impl PackError {
    /// An error about a whole file.
    pub fn new(code: PackErrorCode, file: &str, message: Phrase) -> Self {
        PackError { code, file: file.to_string(), line: None, message, hint: None }
    }

    /// With a hint.
    #[must_use]
    pub fn hint(mut self, hint: Phrase) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The error in a language: code, file, line, what is wrong, what to do.
    pub fn message(&self, lang: Lang) -> String {
        let mut text = format!("{}: {}", self.code.as_str(), self.file);
        if let Some(line) = self.line {
            text += &format!(":{line}");
        }
        text += lang.pick(": ", "：");
        text += self.message.get(lang).trim_end();
        if let Some(hint) = &self.hint {
            text += &lang.pick(format!(" ({})", hint.en), format!("（{}）", hint.zh));
        }
        text
    }

    /// At the line of a byte offset in `text`.
    #[must_use]
    pub fn at(mut self, text: &str, offset: usize) -> Self {
        self.line = Some(text.as_bytes()[..offset.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1);
        self
    }
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for PackError {}

/// A phrase from two texts.
pub(super) fn both(en: impl AsRef<str>, zh: impl AsRef<str>) -> Phrase {
    Phrase::new(en.as_ref(), zh.as_ref())
}

/// What the reader of TOML says, with the line, and with a guess at what a misspelt word meant.
pub(super) fn misread(file: &str, text: &str, error: &toml::de::Error) -> PackError {
    let said = error.message().trim_end();
    let words: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    let first = words.first().copied().unwrap_or_default();
    let (code, message) = if said.starts_with("unknown field") {
        (PackErrorCode::Key, both(format!("unknown key `{first}`"), format!("未知的键“{first}”")))
    } else if said.starts_with("unknown variant") {
        (
            PackErrorCode::Syntax,
            both(format!("`{first}` is no value for this key"), format!("“{first}”不是此键可用的值")),
        )
    } else if said.starts_with("missing field") {
        (PackErrorCode::Syntax, both(format!("the key `{first}` is missing"), format!("缺少键“{first}”")))
    } else {
        (PackErrorCode::Syntax, both(said, format!("不是有效的 TOML 或取值类型不对：{said}")))
    };
    let found = PackError::new(code, file, message);
    let found = match error.span() {
        Some(span) => found.at(text, span.start),
        None => found,
    };
    let known = words.get(1..).unwrap_or_default();
    if known.is_empty() || !said.starts_with("unknown") {
        return found;
    }
    let nearest = known.iter().max_by(|a, b| likeness(first, a).total_cmp(&likeness(first, b)));
    match nearest.filter(|word| likeness(first, word) > 0.7) {
        Some(word) => found.hint(both(format!("did you mean `{word}`?"), format!("是否应为“{word}”？"))),
        None => found.hint(both(format!("known are: {}", known.join(", ")), format!("可用的有：{}", known.join("、")))),
    }
}

fn likeness(a: &str, b: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(a, b).max(strsim::jaro_winkler(a, b) - 0.1)
}
