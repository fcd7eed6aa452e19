//! What is done with reports: they are shown, and what must not leave is held, written down and
//! told of. Nothing here reads items or decides.

#[cfg(all(target_os = "linux", feature = "guard"))]
pub mod audit;
#[cfg(all(target_os = "linux", feature = "guard"))]
mod clock;
#[cfg(all(target_os = "linux", feature = "guard"))]
pub mod inspection;
#[cfg(all(target_os = "linux", feature = "guard"))]
pub mod notify;
#[cfg(all(target_os = "linux", feature = "guard"))]
pub mod opener;
#[cfg(all(target_os = "linux", feature = "guard"))]
pub mod quarantine;
pub mod report;
pub mod sent;

#[cfg(all(target_os = "linux", feature = "guard"))]
pub use clock::local_time;
