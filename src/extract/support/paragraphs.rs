//! The text of one place while it is gathered: the paragraph as it reads now, as it was before
//! the tracked changes, and without what is hidden.

use crate::extract::driver::{Context, TextStream};
use crate::model::{Cell, Part, PartKind, Unit};

/// Bytes of a paragraph that are gathered before it is handed on in pieces.
const LONG: usize = 256 * 1024;
/// Bytes of a text box that are gathered to tell its two copies apart.
const BOX: usize = 64 * 1024;

/// How a piece of text stands in its paragraph.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::extract) struct RunProperties {
    /// Inserted under change tracking.
    pub(in crate::extract) inserted: bool,
    /// Deleted or moved away under change tracking.
    pub(in crate::extract) deleted: bool,
    /// Set to hidden.
    pub(in crate::extract) hidden: bool,
}

/// A place whose text is being gathered.
pub(in crate::extract) struct TextTarget {
    story: TextStream,
    /// Whole paragraphs of a text box, until it is known whether it is a copy.
    pub(in crate::extract) boxed: Option<String>,
    /// The element of a paragraph is open.
    pub(in crate::extract) in_paragraph: bool,
    paragraph: Paragraph,
}

/// Characters that the large first letter of a paragraph may have.
const INITIAL: usize = 4;

#[derive(Default)]
struct Paragraph {
    cell: Option<Cell>,
    now: String,
    before: String,
    all: String,
    visible: String,
    deleted: String,
    hidden: String,
    changed: bool,
    has_hidden: bool,
}

impl TextTarget {
    pub(in crate::extract) fn new(part: Part) -> Self {
        TextTarget {
            story: TextStream::new(part, Unit::Paragraph),
            boxed: None,
            in_paragraph: false,
            paragraph: Paragraph::default(),
        }
    }

    /// A text box, which may turn out to be a copy of another.
    pub(in crate::extract) fn boxed(part: Part) -> Self {
        TextTarget { boxed: Some(String::new()), ..TextTarget::new(part) }
    }

    /// Adds text to the current paragraph.
    pub(in crate::extract) fn add(&mut self, text: &str, standing: RunProperties) {
        let paragraph = &mut self.paragraph;
        if standing == RunProperties::default() && !paragraph.changed && !paragraph.has_hidden {
            paragraph.now.push_str(text);
            return;
        }
        paragraph.diverge(standing);
        paragraph.all.push_str(text);
        if !standing.deleted {
            paragraph.now.push_str(text);
        }
        if !standing.inserted {
            paragraph.before.push_str(text);
        }
        if !standing.hidden && !standing.deleted {
            paragraph.visible.push_str(text);
        }
        if standing.deleted {
            paragraph.deleted.push_str(text);
        }
        if standing.hidden {
            paragraph.hidden.push_str(text);
        }
    }

    /// What is added now stands in a cell.
    pub(in crate::extract) fn stands_in(&mut self, cell: Cell) {
        self.paragraph.cell = Some(cell);
    }

    /// The text of the current paragraph.
    pub(in crate::extract) fn text(&self) -> &str {
        &self.paragraph.now
    }

    /// Takes the current paragraph away, unless it is more than its text.
    pub(in crate::extract) fn take(&mut self) -> Option<String> {
        let plain = !self.paragraph.changed && !self.paragraph.has_hidden && self.boxed.is_none();
        plain.then(|| std::mem::take(&mut self.paragraph).now)
    }

    /// Nothing stands in the current paragraph yet.
    pub(in crate::extract) fn is_empty(&self) -> bool {
        self.paragraph.is_empty()
    }

    /// A blank that follows would be shown no more: nothing stands there yet, or a blank does.
    pub(in crate::extract) fn ends_blank(&self) -> bool {
        let text = if self.paragraph.now.is_empty() { &self.paragraph.all } else { &self.paragraph.now };
        text.is_empty() || text.ends_with([' ', '\u{2028}'])
    }

    /// The current paragraph is so short that it can be the first letter of the next one.
    pub(in crate::extract) fn is_initial(&self) -> bool {
        !self.is_empty() && self.paragraph.now.trim().chars().count() <= INITIAL
    }

    /// The current paragraph is long enough to be handed on in pieces.
    pub(in crate::extract) fn is_long(&self) -> bool {
        self.paragraph.now.len() > LONG || self.paragraph.all.len() > LONG
    }

    /// Hands on a piece of a paragraph that goes on.
    pub(in crate::extract) fn hand_on(&mut self, sides: &mut SideText, cx: &mut Context<'_>) {
        self.settle(sides, cx, "");
    }

    /// Ends the paragraph.
    pub(in crate::extract) fn end_paragraph(&mut self, sides: &mut SideText, cx: &mut Context<'_>) {
        self.settle(sides, cx, "\n");
    }

    fn settle(&mut self, sides: &mut SideText, cx: &mut Context<'_>, end: &str) {
        let mut paragraph = std::mem::take(&mut self.paragraph);
        if !paragraph.is_empty() || self.boxed.is_some() || !end.is_empty() {
            self.emit_paragraph(&paragraph, sides, cx, end);
        }
        // The memory is kept for the next one.
        paragraph.now.clear();
        self.paragraph.now = paragraph.now;
    }

    fn emit_paragraph(&mut self, paragraph: &Paragraph, sides: &mut SideText, cx: &mut Context<'_>, end: &str) {
        match &mut self.boxed {
            Some(boxed) if boxed.len() < BOX => {
                boxed.push_str(&paragraph.now);
                boxed.push_str(end);
            }
            _ => {
                if let Some(boxed) = self.boxed.take() {
                    self.story.push(&boxed, cx);
                }
                if let Some(cell) = paragraph.cell {
                    self.story.stands_in(cell);
                }
                self.story.push(&paragraph.now, cx);
                self.story.push(end, cx);
            }
        }
        if paragraph.changed {
            sides.emit(PartKind::Original, &paragraph.before, cx);
            sides.emit(PartKind::Deleted, &paragraph.deleted, cx);
            sides.emit(PartKind::Deleted, &paragraph.all, cx);
        }
        if paragraph.has_hidden {
            sides.emit(PartKind::Hidden, &paragraph.hidden, cx);
            sides.emit(PartKind::Body, &paragraph.visible, cx);
        }
    }

    pub(in crate::extract) fn finish(mut self, sides: &mut SideText, cx: &mut Context<'_>) {
        self.settle(sides, cx, "");
        if let Some(boxed) = self.boxed.take() {
            self.story.push(&boxed, cx);
        }
        self.story.finish(cx);
    }

    /// Ends without handing on what was gathered: it is a copy.
    pub(in crate::extract) fn forget(self) {
        drop(self);
    }
}

impl Paragraph {
    fn is_empty(&self) -> bool {
        self.now.is_empty() && self.all.is_empty()
    }

    /// From here on the views differ; what came before is common to them.
    fn diverge(&mut self, standing: RunProperties) {
        if !self.changed && !self.has_hidden {
            self.before = self.now.clone();
            self.all = self.now.clone();
            self.visible = self.now.clone();
        }
        self.changed |= standing.inserted || standing.deleted;
        self.has_hidden |= standing.hidden;
    }
}

/// Lines that stand beside the running text: one story for each kind.
pub(in crate::extract) struct SideText {
    stories: Vec<(PartKind, TextStream)>,
    /// The label all these stories carry, to tell a part's lines from those of another.
    label: Option<String>,
}

impl SideText {
    pub(in crate::extract) fn labelled(label: Option<String>) -> Self {
        SideText { stories: Vec::new(), label }
    }

    /// Adds a line of a kind.
    pub(in crate::extract) fn emit(&mut self, kind: PartKind, line: &str, cx: &mut Context<'_>) {
        if line.trim().is_empty() {
            return;
        }
        let at = match self.stories.iter().position(|(known, _)| *known == kind) {
            Some(at) => at,
            None => {
                let part = self.label.as_deref().map_or(Part::only(kind), |label| Part::labelled(kind, label));
                self.stories.push((kind, TextStream::new(part, Unit::None)));
                self.stories.len() - 1
            }
        };
        let story = &mut self.stories[at].1;
        story.push(line, cx);
        story.push("\n", cx);
    }

    /// Adds a field's instruction and each of its quoted arguments.
    pub(in crate::extract) fn field(&mut self, instruction: &str, cx: &mut Context<'_>) {
        self.emit(PartKind::Field, instruction, cx);
        for argument in instruction.split(['"', '“', '”']).skip(1).step_by(2) {
            self.emit(PartKind::Field, argument, cx);
        }
    }

    pub(in crate::extract) fn finish(self, cx: &mut Context<'_>) {
        for (_, story) in self.stories {
            story.finish(cx);
        }
    }
}

/// A sheet's header or footer without its layout codes: `&C`, `&"font,style"`, `&12`.
pub(in crate::extract) fn without_codes(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '&' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('"') => while chars.next().is_some_and(|c| c != '"') {},
            Some('0'..='9') => while chars.next_if(char::is_ascii_digit).is_some() {},
            Some('K') => while chars.next_if(char::is_ascii_hexdigit).is_some() {},
            Some('&') => out.push('&'),
            Some('L' | 'C' | 'R') => out.push('\t'),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_codes_of_sheets_go_away() {
        assert_eq!(without_codes("&L&\"黑体,Bold\"&16机密★10年&CPage &P"), "\t机密★10年\tPage ");
    }
}
