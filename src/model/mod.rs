//! The vocabulary every module speaks: items, locations, findings, gaps, verdicts, limits.
//! Plain values only: nothing here reads, writes, prints or looks at a clock.

mod day;
mod excerpt;
mod fault;
mod finding;
mod format;
mod gap;
mod lang;
mod limits;
mod location;
mod policy;
mod reader_fault;
mod record;
mod report;
mod segment;
mod tier;
mod verdict;

pub use day::Day;
pub use excerpt::{Excerpt, Mask};
pub use fault::SystemFault;
pub use finding::{Finding, Reason, Role};
pub use format::{Format, Identified};
pub use gap::{Feature, Gap, GapReason, Limit, ModelFault, Packing};
pub use lang::{Lang, Phrase};
pub use limits::Limits;
pub use location::{Cell, Location, Part, PartKind, Spot, safe_name};
pub use policy::{Accepted, Channel, Exemption, Policy, Scores, Threshold};
pub use reader_fault::ReaderFault;
pub use record::{FindingRecord, GapRecord, PackRecord, ReportRecord};
pub use report::{PackRef, Report};
pub use segment::{Layout, SHORT, Segment, Unit};
pub use tier::Tier;
pub use verdict::{Severity, Verdict};
