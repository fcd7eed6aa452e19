//! Channels: doors at which something is about to leave and somebody waits for an answer. A door speaks its
//! protocol and asks a [`Scanner`](crate::scan::Scanner); what it cannot judge it does not let through. It knows no
//! folder and no rule.

mod bounds;
pub mod browser;
pub mod local;
pub mod milter;
