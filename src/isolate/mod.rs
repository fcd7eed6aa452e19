//! The processes apart in which files are parsed: what they hold is hostile until it was read. [`Reader`] is this
//! side: it starts our own program once, which makes a child for each file; it hands the child the file, passes on
//! what it says and ends it. [`serve`] is the other side. Nothing a child says is believed (`record`, `talk`).

#[cfg(all(target_os = "linux", debug_assertions))]
mod acts;
#[cfg(target_os = "linux")]
mod child;
#[cfg(target_os = "linux")]
mod client;
#[cfg(not(target_os = "linux"))]
#[path = "nowhere.rs"]
mod client;
#[cfg(target_os = "linux")]
mod confine;
mod conversation;
mod frame;
#[cfg(target_os = "linux")]
mod link;
mod picture_cache;
#[cfg(target_os = "linux")]
mod process;
mod record;
#[cfg(target_os = "linux")]
mod server;

use serde::{Deserialize, Serialize};

pub use client::Reader;
pub use conversation::listen;
#[cfg(target_os = "linux")]
pub use server::serve;

/// The argument by which our program knows that it is to read and nothing else.
pub const VERB: &str = "read-isolated";

/// How far the second layer, Landlock, holds on this kernel. The first, seccomp, always does: without it nothing is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Landlock {
    /// All of it.
    Full,
    /// What this kernel knows of it.
    Partial,
    /// Not at all: the kernel is older than 5.13, or has it switched off.
    Absent,
}

impl Landlock {
    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Landlock::Full => "full",
            Landlock::Partial => "partial",
            Landlock::Absent => "absent",
        }
    }
}
