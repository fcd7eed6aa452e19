//! Rule set × folded text → hits. Anchors first, then the forms of the few rules they lead
//! to. What a hit means is the judge's business.

mod digits;
mod hit;
mod search;

pub use hit::Hit;
pub(crate) use search::clip;
pub use search::{Query, search};
