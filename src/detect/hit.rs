//! A place where a rule's form matched.

use std::ops::Range;

/// What of a line a form was tried on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriedUnit {
    /// The line, a cell of it, or a place in its running text.
    Line,
    /// A column set with runs of blanks.
    Column,
    /// A group in brackets, or between signs, in a name, a subject or a title.
    Group,
}

/// A hit: which form of which rule, and where in the folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Index into the rule set's rules.
    pub rule: usize,
    /// Index into the rule's forms.
    pub form: usize,
    /// Index into the rule's terms, if it is a term list.
    pub term: Option<usize>,
    /// The mark itself.
    pub span: Range<usize>,
    /// What led to it: an anchor or digits, in its line or before it.
    pub anchor: Range<usize>,
    /// The line it stands in.
    pub line: Range<usize>,
    /// The level word captured, folded.
    pub level: Option<String>,
    /// What of its line the mark fills.
    pub unit: TriedUnit,
}
