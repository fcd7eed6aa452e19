//! Rule set × text → hits. Anchors first, then the forms of the few rules they lead to. Only what
//! stands around a place where a rule may match is folded. What a hit means is the judge's business.

mod digits;
mod groups;
mod hit;
mod search;
mod sieve;
mod window;

pub use hit::{Hit, TriedUnit};
pub use search::{Query, search};
pub(crate) use search::{cell_at, clip};
pub use window::Window;
