//! What hits are weighed in: the window, the rules, and what the administrator decided. No weighing.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use crate::model::{Channel, Day, PartKind, Policy, Segment};
use crate::normalize::Folded;
use crate::pack::RuleSet;

/// Names of the profiles switched on, such as `exam-authority`.
pub type Profiles = BTreeSet<String>;

/// What a hit is weighed in.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The rules.
    pub rules: &'a RuleSet,
    /// The window.
    pub segment: &'a Segment<'a>,
    /// Its folded text.
    pub folded: &'a Folded,
    /// The kind of part.
    pub part: PartKind,
    /// The profiles switched on.
    pub profiles: &'a Profiles,
    /// What the administrator decided.
    pub policy: &'a Policy,
    /// The way by which the text leaves.
    pub channel: Channel,
    /// Today: exceptions end. Asked for only where there is one.
    pub today: &'a LazyCell<Day>,
}
