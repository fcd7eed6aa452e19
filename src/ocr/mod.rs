//! From the bytes of a picture to lines of text with their places. Decoding, a detector that
//! finds lines, a recogniser that reads them (PP-OCR, run by rten); no judgement of what they
//! say. Runs in the process apart only, and on its own thread only.

mod engine;
mod files;
mod read_page;
#[cfg(feature = "ocr")]
mod vision;

pub use engine::{Engine, OnPage};
pub use files::{FILES, File, Files};
pub use read_page::{Line, ReadPage};
#[cfg(feature = "ocr")]
pub use vision::{Take, decode};

/// What may be decoded.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Pixels of one picture.
    pub pixels: u64,
    /// Pages or frames.
    pub pages: u64,
}

/// The number of the small picture inside a picture that shows something else.
pub const THUMBNAIL: u64 = u64::MAX;

/// This build reads pictures, where there is a model.
pub const IS_BUILT: bool = cfg!(feature = "ocr");

/// Makes this process do all its computing on the one thread it has: it may not start others.
/// Whoever computes later in this process computes so; a second call changes nothing.
pub fn alone() {
    #[cfg(feature = "ocr")]
    let _ = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global();
}
