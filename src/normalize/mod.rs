//! One way of folding text, used for documents and for patterns alike, with an exact map
//! back to the original. What is folded is listed in `table`; how lines are joined in `fold`.
//! Nothing here knows what a mark is.

mod fold;
mod map;
mod table;

pub use fold::{Folded, fold, fold_again, fold_literal, fold_pattern};
pub use table::is_cjk;
