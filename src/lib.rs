//! Mizha (密闸) is a secrecy gate: it reads files and messages before they leave and says which
//! carry a classification mark or sensitive data, where, why, and what to do.
//!
//! Start with a [`Scanner`]: it has rules, is given an item, and says what it found in a [`Report`].
//!
//! ```
//! use mizha::{PackError, Scanner, Verdict};
//!
//! # fn main() -> Result<(), PackError> {
//! let scanner = Scanner::builtin()?;
//! let report = scanner.scan_bytes(Some("notice.txt"), "机密★10年\n植树通知\n".as_bytes());
//! assert_eq!(report.verdict, Verdict::Block);
//! assert_eq!(report.findings[0].excerpt.masked(), "机密★…");
//! # Ok(())
//! # }
//! ```
//!
//! An item is extracted into located pieces of text, these are folded and matched against the rules of
//! [`Pack`]s, and what matches is judged: does the document carry a mark, or does it only mention one? What
//! could not be read is never called clear: it is a [`Gap`], and the verdict is at least
//! [`Verdict::Uninspected`]. The library never prints, never exits the process, opens no network connection,
//! and shows matched text only through [`Excerpt`], which masks itself.
//!
//! PDF and pictures are read in a process of its own, which is the program `mizha`; an embedder names it with
//! [`Scanner::with_reader`]. Without it they are gaps. `examples/` has a program each for bytes, a PDF, and a
//! pack of one's own. A program that reads our reports uses [`ReportRecord`].
//!
//! # Features
//!
//! | feature | brings |
//! |---|---|
//! | `pdf` | reading PDF, in the process of its own |
//! | `ocr` | reading the text of pictures there, with a model that is installed apart |
//! | `young` | RAR and HEIC, whose decoders are young |
//! | `cli` | the program `mizha`, and `guard` with it |
//! | `guard` | gate, quarantine and daemon (Linux) |
//! | `ui` | the local page |
//! | `tray` | the icon in the tray of the desktop |
//! | `notify`, `update`, `author` | notifications; packs from web addresses; importing and signing packs |
//! | `seal`, `clipboard` | sealing to an officer's key; the clipboard guard. Not in the default |
//!
//! With `default-features = false` an embedder takes about a hundred crates. The modules that are not shown
//! here are internal: they change without notice.

#[doc(hidden)]
pub mod act;
#[cfg(all(target_os = "linux", feature = "guard"))]
#[doc(hidden)]
pub mod channel;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod config;
#[doc(hidden)]
pub mod detect;
#[cfg(all(target_os = "linux", feature = "guard"))]
#[doc(hidden)]
pub mod disk;
#[doc(hidden)]
pub mod extract;
#[cfg(all(target_os = "linux", feature = "guard"))]
#[doc(hidden)]
pub mod gate;
#[doc(hidden)]
pub mod identify;
#[doc(hidden)]
pub mod isolate;
#[doc(hidden)]
pub mod judge;
#[doc(hidden)]
pub mod literal;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod normalize;
#[doc(hidden)]
pub mod ocr;
#[doc(hidden)]
pub mod pack;
#[doc(hidden)]
pub mod scan;
#[doc(hidden)]
pub mod source;
#[cfg(all(target_os = "linux", feature = "guard"))]
#[doc(hidden)]
pub mod store;
#[cfg(all(target_os = "linux", feature = "tray"))]
#[doc(hidden)]
pub mod tray;
#[cfg(all(target_os = "linux", feature = "ui"))]
#[doc(hidden)]
pub mod ui;
#[cfg(all(target_os = "linux", feature = "guard"))]
#[doc(hidden)]
pub mod watch;

pub use isolate::Reader;
pub use model::{
    Channel, Excerpt, Finding, FindingRecord, Format, Gap, GapReason, GapRecord, Lang, Limits, Location, PackRef, Part,
    PartKind, Phrase, Policy, ReaderFault, Report, ReportRecord, Role, Severity, Tier, Verdict,
};
pub use pack::{Pack, PackError, RuleSet, builtin as builtin_packs, common as common_pack};
pub use scan::{Options, Scanner};
