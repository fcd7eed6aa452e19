//! A page that was read: its lines in the order a reader takes them, each with its place and size.

/// A line of a page; cells far apart are separated by `\t`.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// How far down the page its middle lies, from 0 to 1.
    pub top: f32,
    /// Its height as a share of the usual line's.
    pub height: f32,
}

/// What was read of a page so far, in order from the top.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadPage {
    /// The lines.
    pub lines: Vec<Line>,
}
