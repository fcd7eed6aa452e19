//! From a list somebody sent (txt, csv, xlsx) to the terms of a pack: rows are read, columns told
//! apart, every row taken, taken with a remark, or refused with the reason. Nothing is guessed
//! silently, and nothing here touches a file.

mod plan;
mod table;
#[cfg(test)]
mod tests;
mod write;

pub use plan::{Plan, Refused, Row, plan};
pub use table::{Cell, Kind, Reading, Rows, read};
pub use write::{Header, write};
