//! Where items come from: the one walk over folders, and opening a file so that it can be
//! told afterwards whether it changed. Reads; never judges, never writes.

#[cfg(target_os = "linux")]
mod clipboard;
mod file;
mod walk;

#[cfg(target_os = "linux")]
pub use clipboard::watch_clipboard;
pub use file::OpenFile;
pub use walk::{Entry, names_below, walk};
