//! Where items come from: the one walk over folders, and opening a file so that it can be
//! told afterwards whether it changed. Reads; never judges, never writes.

#[cfg(all(target_os = "linux", feature = "clipboard"))]
mod clipboard;
#[cfg(all(target_os = "linux", feature = "guard", not(feature = "clipboard")))]
#[path = "no_clipboard.rs"]
mod clipboard;
#[cfg(all(target_os = "linux", feature = "guard"))]
mod copied;
mod file;
mod walk;

#[cfg(all(target_os = "linux", feature = "guard"))]
pub use clipboard::{ClipboardUnavailable, read_clipboard, watch_clipboard};
#[cfg(all(target_os = "linux", feature = "guard"))]
pub use copied::Copied;
pub use file::OpenFile;
pub use walk::{WalkEntry, names_below, walk, walk_without};
