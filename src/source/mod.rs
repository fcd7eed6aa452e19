//! Where items come from: the one walk over folders, and opening a file so that it can be
//! told afterwards whether it changed. Reads; never judges, never writes.

mod file;
mod walk;

pub use file::OpenFile;
pub use walk::{Entry, names_below, walk};
