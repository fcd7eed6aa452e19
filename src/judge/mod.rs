//! Mark or mention: every hit is weighed by what stands around it, in integers with reasons,
//! and becomes a finding. Which surroundings count is data in the packs.

mod records;
mod setting;
mod surroundings;
#[cfg(test)]
mod tests;
mod verdicts;
mod weigh;
mod window_lines;

pub use setting::{Profiles, Setting};
pub use surroundings::reach;
pub use verdicts::Judge;

/// Score from which a finding blocks.
pub const BLOCK: i32 = 80;
/// Score from which a finding asks a person to look.
pub const WARN: i32 = 50;
/// Score from which a finding is listed at all.
pub const NOTE: i32 = 20;
