//! Mizha (密闸) is a secrecy gate: it reads files and messages before they leave and says which
//! carry a classification mark or sensitive data, where, why, and what to do.
//!
//! Everything is one pipeline. A [`source`] yields items; each is identified by content
//! ([`identify`]), turned into located windows of text ([`extract`]), folded with a map back to
//! the original ([`normalize`]), matched against the rules of [`pack`]s ([`detect`]), and weighed
//! ([`judge`]): does the document carry a mark, or does it only mention one? [`scan`] composes
//! these stages and is what an embedder calls:
//!
//! ```
//! use mizha::{model::Verdict, scan::Scanner};
//!
//! # fn main() -> Result<(), mizha::pack::Error> {
//! let scanner = Scanner::builtin()?;
//! let report = scanner.scan_bytes(Some("notice.txt"), "机密★10年\n植树通知\n".as_bytes());
//! assert_eq!(report.verdict, Verdict::Block);
//! assert_eq!(report.findings[0].excerpt.masked(), "机密★…");
//! # Ok(())
//! # }
//! ```
//!
//! What could not be read is never called clear: it is a [`model::Gap`], and the verdict is at
//! least [`model::Verdict::Uninspected`]. The library never prints, never exits the process,
//! opens no network connection, and shows matched text only through [`model::Excerpt`], which
//! masks itself.
//!
//! PDF is read in a process apart, which is the program `mizha` itself; an embedder names it in
//! [`scan::Options::reader`]. Without it, PDF is a gap.

pub mod act;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod config;
pub mod detect;
#[cfg(all(target_os = "linux", feature = "guard"))]
pub mod disk;
pub mod extract;
#[cfg(all(target_os = "linux", feature = "guard"))]
pub mod gate;
pub mod identify;
pub mod isolate;
pub mod judge;
pub mod literal;
pub mod model;
pub mod normalize;
pub mod ocr;
pub mod pack;
pub mod scan;
pub mod source;
#[cfg(all(target_os = "linux", feature = "guard"))]
pub mod store;
#[cfg(all(target_os = "linux", feature = "guard"))]
pub mod watch;
