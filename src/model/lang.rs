//! The two languages people read, and a phrase written in both. Choosing one from the
//! environment is the command line's business, not this file's.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A language Mizha speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lang {
    /// English, also the language of machine-readable output.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// Picks between an English and a Chinese text.
    pub fn pick<T>(self, en: T, zh: T) -> T {
        match self {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

/// A short text in both languages, as packs write it: `{ en = "…", zh = "…" }`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    /// English.
    pub en: Arc<str>,
    /// Simplified Chinese.
    pub zh: Arc<str>,
}

impl Phrase {
    /// A phrase from its two texts.
    pub fn new(en: &str, zh: &str) -> Self {
        Phrase { en: en.into(), zh: zh.into() }
    }

    /// The text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.zh)
    }
}
