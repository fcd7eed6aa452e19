//! The clipboard in a build without the feature `clipboard`: there is nothing to listen to, and that is said.

use super::copied::Copied;
use crate::model::Lang;

/// Why copied texts cannot be seen.
#[derive(Debug)]
pub struct ClipboardUnavailable;

impl ClipboardUnavailable {
    /// In words.
    pub fn message(&self, lang: Lang) -> String {
        lang.pick(
            "this program was built without the clipboard guard (cargo feature `clipboard`)",
            "本程序编译时未启用剪贴板检查（cargo feature `clipboard`）",
        )
        .to_string()
    }
}

/// Says that this build cannot listen to the clipboard.
///
/// # Errors
/// Always.
pub fn watch_clipboard(_: impl FnMut(&[u8]) -> bool) -> Result<(), ClipboardUnavailable> {
    Err(ClipboardUnavailable)
}

/// Says that this build cannot read the clipboard.
///
/// # Errors
/// Always.
pub fn read_clipboard() -> Result<Option<Copied>, ClipboardUnavailable> {
    Err(ClipboardUnavailable)
}
