//! From a list somebody sent (txt, csv, a workbook) to the terms of a pack: rows are read, the table is
//! found in its sheet, every row taken, taken with a remark, left out as no part of the list, or refused with
//! the reason. Nothing is guessed silently, and nothing here touches a file.

mod book;
mod layout;
mod list;
mod marks;
mod plan;
mod table;
#[cfg(test)]
mod tests;
mod words;
mod write;
mod xls;

pub use list::read;
pub use plan::{Choices, ImportPlan, LeftOut, Refused, Row, plan};
pub use table::{CellKind, OpenStream, Rows, TableCell, TableOptions};
pub use words::{Column, tier};
pub use write::{Naming, PackHeader, write};
