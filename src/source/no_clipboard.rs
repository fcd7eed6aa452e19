//! The clipboard in a build without the feature `clipboard`: there is nothing to listen to, and that is said.

/// Says that this build cannot listen to the clipboard.
///
/// # Errors
/// Always, in words.
pub fn watch_clipboard(_: impl FnMut(&[u8]) -> bool) -> Result<(), String> {
    Err("this program was built without the clipboard guard (cargo feature `clipboard`)".into())
}
