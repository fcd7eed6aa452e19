//! One way of folding text, used for documents and for patterns alike, with an exact map
//! back to the original. What is folded is listed in `table`; how lines are joined in `fold`; which lines
//! are letter-spaced in `spaced`; where
//! a text changes at all, in `changes`, and which changes do not matter, in `inert`; folding what stands
//! around some places only, in `part`. Nothing here knows what a mark is.

mod changes;
mod cluster;
mod fold;
mod map;
mod part;
mod separated;
mod skip_set;
mod spaced;
mod table;

pub use changes::{Change, changes};
pub use fold::{Folded, are_folded, fold, fold_again, fold_literal, fold_pattern};
pub use part::{FoldSpot, Margin, fold_around};
pub use skip_set::SkipSet;
pub use table::{is_cjk, settles, stays};
