//! What is done with reports: they are shown, and what must not leave is held, written down and
//! told of. Nothing here reads items or decides.

#[cfg(target_os = "linux")]
pub mod audit;
#[cfg(target_os = "linux")]
mod clock;
#[cfg(target_os = "linux")]
pub mod notify;
#[cfg(target_os = "linux")]
pub mod quarantine;
pub mod report;

#[cfg(target_os = "linux")]
pub use clock::local_time;
