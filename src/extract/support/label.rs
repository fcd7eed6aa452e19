//! Numbers of notes and labels of lists: they stand beside a text without a blank, and are not part of it.
//! At the beginning of a line, or at its end, such a label stands on a line of its own.

/// Characters of a label.
const LONGEST: usize = 4;
/// Characters of a label that a program says is one.
const LONGEST_TOLD: usize = 12;

/// The present line of a text, and the label that may be under way in it.
#[derive(Debug)]
pub(in crate::extract) struct Line {
    /// Nothing stands in it yet.
    is_blank: bool,
    label: Option<Label>,
    /// A label behind text: it is part of the line if the line goes on.
    behind: String,
}

/// Text that may turn out to be a label.
#[derive(Debug)]
struct Label {
    text: String,
    /// The line was blank before it.
    is_first: bool,
    /// A program says that it is one.
    is_told: bool,
}

impl Default for Line {
    fn default() -> Self {
        Line { is_blank: true, label: None, behind: String::new() }
    }
}

impl Line {
    /// The text that follows may be a label; `is_told` if a program says that it is one.
    pub(in crate::extract) fn begin_label(&mut self, is_told: bool) {
        if self.label.is_none() {
            let is_first = self.is_blank && self.behind.is_empty();
            self.label = Some(Label { text: String::new(), is_first, is_told });
        }
    }

    /// A label is under way that a program tells of; `None` without one.
    pub(in crate::extract) fn label(&self) -> Option<bool> {
        self.label.as_ref().map(|label| label.is_told)
    }

    /// A label is under way of which nothing was written yet.
    pub(in crate::extract) fn is_label_blank(&self) -> bool {
        self.label.as_ref().is_some_and(|label| label.text.trim().is_empty())
    }

    /// Takes text; what is to be written now goes to `out`.
    pub(in crate::extract) fn take(&mut self, text: &str, out: &mut String) {
        match &mut self.label {
            Some(label) => label.text.push_str(text),
            None => self.write(text, out),
        }
    }

    /// What was taken for a label ends.
    pub(in crate::extract) fn end_label(&mut self, out: &mut String) {
        let Some(label) = self.label.take() else { return };
        if !label.is_label() {
            self.write(&label.text, out);
        } else if label.is_first {
            self.write(&label.text, out);
            self.write("\n", out);
        } else {
            self.behind.push_str(&label.text);
        }
    }

    fn write(&mut self, text: &str, out: &mut String) {
        let is_blank = text.trim_matches([' ', '\t', '\u{a0}']).is_empty();
        if !self.behind.is_empty() && !is_blank {
            if text.starts_with('\n') {
                out.push('\n');
            }
            out.push_str(&std::mem::take(&mut self.behind));
        }
        out.push_str(text);
        match text.rfind('\n') {
            Some(end) => self.is_blank = text[end..].trim().is_empty(),
            None => self.is_blank &= text.trim().is_empty(),
        }
    }

    /// Takes the end of the text.
    pub(in crate::extract) fn finish(&mut self, out: &mut String) {
        self.end_label(out);
        if !self.behind.is_empty() {
            self.write("\n", out);
        }
    }
}

/// A text is the number of a note or the label of an item.
pub(in crate::extract) fn is_label(text: &str) -> bool {
    Label { text: text.to_string(), is_first: true, is_told: false }.is_label()
}

impl Label {
    /// It is the number of a note or the label of an item, rather than a word of the text.
    fn is_label(&self) -> bool {
        let text = self.text.trim();
        if self.is_told {
            return text.chars().count() <= LONGEST_TOLD;
        }
        let text = text.trim_matches(|c: char| c.is_whitespace() || "[]().:：、．（）【】〔〕".contains(c));
        let is_sign = |c: char| {
            c.is_ascii_digit() || "*†‡§¶#^↩↑↵\u{FE0E}\u{FE0F}•·▪●○■◆–".contains(c) || ('①'..='⒛').contains(&c)
        };
        !text.is_empty()
            && text.chars().count() <= LONGEST
            && (text.chars().all(is_sign) || text.len() <= 3 && text.bytes().all(|byte| b"ivxabcde".contains(&byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes texts, of which those in brackets may be labels.
    fn written(pieces: &[&str]) -> String {
        let (mut line, mut out) = (Line::default(), String::new());
        for piece in pieces {
            match piece.strip_prefix('<').and_then(|piece| piece.strip_suffix('>')) {
                Some(label) => {
                    line.begin_label(false);
                    line.take(label, &mut out);
                    line.end_label(&mut out);
                }
                None => line.take(piece, &mut out),
            }
        }
        line.finish(&mut out);
        out
    }

    #[test]
    fn labels_stand_apart_and_powers_do_not() {
        assert_eq!(written(&["<1>", "SECRET//NOFORN", "\n"]), "1\nSECRET//NOFORN\n");
        assert_eq!(written(&["SECRET//NOFORN", "<1>", "\n", "x"]), "SECRET//NOFORN\n1\nx");
        assert_eq!(written(&["机密★", "<10>", "年"]), "机密★10年");
        assert_eq!(written(&["a\n", "<机密>", "★10年"]), "a\n机密★10年");
        assert_eq!(written(&["gate.", "<2>"]), "gate.\n2\n");
    }

    #[test]
    fn numbers_and_signs_are_labels_and_words_are_not() {
        let label = |text: &str, is_told| Label { text: text.into(), is_first: true, is_told }.is_label();
        for text in ["1", "[12]", "1.", "*", "†", "①", "ii", "↩\u{FE0E}", "(3)"] {
            assert!(label(text, false), "{text}");
        }
        for text in ["机密", "S", "SECRET", "12345", "★", "", "nd"] {
            assert!(!label(text, false), "{text}");
        }
        assert!(label("Ø\u{a0}\u{a0}", true) && !label("SECRET//NOFORN", true));
    }
}
