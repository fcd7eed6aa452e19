//! Where something was found: the way through containers, the part inside, the spot in the part.
//! Rendered in the reader's language; never holds more of a document than a short label.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Excerpt, Lang};

/// What kind of place a piece of text stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PartKind {
    /// The running text of a document or a plain text file.
    Body,
    /// A page header.
    Header,
    /// A page footer.
    Footer,
    /// A footnote.
    Footnote,
    /// An endnote.
    Endnote,
    /// A comment or an annotation, its author included.
    Comment,
    /// A text box or a shape's text.
    TextBox,
    /// A watermark or WordArt.
    Watermark,
    /// Text deleted or moved away under change tracking, still in the file.
    Deleted,
    /// The paragraph as it was before tracked changes.
    Original,
    /// Text set to hidden.
    Hidden,
    /// A field instruction.
    Field,
    /// An alternative text or a title of a picture or shape.
    AltText,
    /// The reading aid above a ruby base.
    Ruby,
    /// A drawing's text: SmartArt, chart, SVG.
    Drawing,
    /// Building blocks kept with the document.
    Glossary,
    /// A document property.
    Property,
    /// A machine-readable sensitivity label.
    Label,
    /// Names and attribute values of the markup: styles, bookmarks, controls, targets.
    Markup,
    /// A sheet of a workbook.
    Sheet,
    /// A sheet that is not shown.
    HiddenSheet,
    /// A slide's text.
    Slide,
    /// What a speaker reads to a slide.
    SpeakerNotes,
    /// What all slides show: a master or a layout.
    SlideMaster,
    /// A message's subject or another of its header fields.
    MessageHeader,
    /// The name of the file or of a folder on the way to it.
    FileName,
    /// The name of a member of a container.
    EntryName,
    /// Readable characters found in a binary part.
    Strings,
    /// Text read from a picture.
    Ocr,
    /// A form field: its value, its choices, its tooltip.
    Form,
    /// Text of an earlier version of the file, still in it.
    Earlier,
    /// Content that no page shows.
    Unreferenced,
}

impl PartKind {
    /// The word used in JSON and in packs.
    pub fn as_str(self) -> &'static str {
        self.words().0
    }

    /// The word a reader expects.
    pub fn title(self, lang: Lang) -> &'static str {
        let (_, en, zh) = self.words();
        lang.pick(en, zh)
    }

    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            PartKind::Body => ("body", "body", "正文"),
            PartKind::Header => ("header", "header", "页眉"),
            PartKind::Footer => ("footer", "footer", "页脚"),
            PartKind::Footnote => ("footnote", "footnote", "脚注"),
            PartKind::Endnote => ("endnote", "endnote", "尾注"),
            PartKind::Comment => ("comment", "comment", "批注"),
            PartKind::TextBox => ("text-box", "text box", "文本框"),
            PartKind::Watermark => ("watermark", "watermark", "水印"),
            PartKind::Deleted => ("deleted", "deleted text", "修订中删除的文字"),
            PartKind::Original => ("original", "text before changes", "修订前的文字"),
            PartKind::Hidden => ("hidden", "hidden text", "隐藏文字"),
            PartKind::Field => ("field", "field code", "域代码"),
            PartKind::AltText => ("alt-text", "alternative text", "替代文字"),
            PartKind::Ruby => ("ruby", "ruby text", "拼音指南"),
            PartKind::Drawing => ("drawing", "drawing", "图形文字"),
            PartKind::Glossary => ("glossary", "building block", "文档部件"),
            PartKind::Property => ("property", "property", "文档属性"),
            PartKind::Label => ("label", "sensitivity label", "敏感度标签"),
            PartKind::Markup => ("markup", "markup", "文档内部标记"),
            PartKind::Sheet => ("sheet", "sheet", "工作表"),
            PartKind::HiddenSheet => ("hidden-sheet", "hidden sheet", "隐藏的工作表"),
            PartKind::Slide => ("slide", "slide", "幻灯片"),
            PartKind::SpeakerNotes => ("speaker-notes", "speaker notes", "演讲者备注"),
            PartKind::SlideMaster => ("slide-master", "slide master", "幻灯片母版"),
            PartKind::MessageHeader => ("message-header", "message header", "邮件头"),
            PartKind::FileName => ("file-name", "file name", "文件名"),
            PartKind::EntryName => ("entry-name", "entry name", "包内文件名"),
            PartKind::Strings => ("strings", "binary data", "二进制数据"),
            PartKind::Ocr => ("ocr", "picture text", "图片文字"),
            PartKind::Form => ("form", "form field", "表单域"),
            PartKind::Earlier => ("earlier", "earlier version of the file", "文件的早期版本"),
            PartKind::Unreferenced => ("unreferenced", "content shown on no page", "未在任何页面显示的内容"),
        }
    }
}

/// A place inside a document: its kind, its number among its kind and a short label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part {
    /// The page it stands on, from 1, where the document has pages of its own.
    pub page: Option<u32>,
    /// What kind of place.
    pub kind: PartKind,
    /// Which of its kind, from 1, where there can be several.
    pub index: Option<u32>,
    /// A property's key, a package part's name: markup vocabulary, not running text.
    pub label: Option<String>,
}

impl Part {
    /// A part that is the only one of its kind.
    pub fn only(kind: PartKind) -> Self {
        Part { page: None, kind, index: None, label: None }
    }

    /// The `index`-th part of its kind, from 1.
    pub fn nth(kind: PartKind, index: u32) -> Self {
        Part { page: None, kind, index: Some(index), label: None }
    }

    /// A part with a short label, cut to 48 characters and freed of control characters.
    pub fn labelled(kind: PartKind, label: &str) -> Self {
        let label: String = safe_name(label).chars().take(48).collect();
        Part { page: None, kind, index: None, label: Some(label) }
    }

    /// The same part, on a page.
    pub fn on_page(self, page: u32) -> Self {
        Part { page: Some(page), ..self }
    }

    /// The part in words: `header 1`, `property Title`, `page 2`, `page 2, comment`.
    pub fn describe(&self, lang: Lang) -> String {
        let page = self.page.map(|n| lang.pick(format!("page {n}"), format!("第 {n} 页")));
        match page {
            Some(page) if self.kind == PartKind::Body => page,
            Some(page) => format!("{page}{}{}", lang.pick(", ", "，"), self.describe_kind(lang)),
            None => self.describe_kind(lang),
        }
    }

    fn describe_kind(&self, lang: Lang) -> String {
        let mut text = self.kind.title(lang).to_string();
        if let (PartKind::SpeakerNotes, Some(slide)) = (self.kind, self.index) {
            return lang.pick(format!("slide {slide}, {text}"), format!("幻灯片 {slide} 的{text}"));
        }
        if let Some(index) = self.index {
            text.push_str(&format!(" {index}"));
        }
        if let Some(label) = &self.label {
            text.push_str(&lang.pick(format!(" “{label}”"), format!("“{label}”")));
        }
        text
    }
}

/// A cell of a sheet: row and column from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Row, from 1.
    pub row: u32,
    /// Column, from 1.
    pub column: u32,
}

impl Cell {
    /// The cell a reference such as `B7` names.
    pub fn parse(reference: &str) -> Option<Self> {
        let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (letters, digits) = reference.split_at(letters);
        let column = letters.bytes().try_fold(0_u32, |column, letter| {
            column.checked_mul(26)?.checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
        })?;
        let row = digits.parse().ok()?;
        (column > 0 && row > 0).then_some(Cell { row, column })
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = Vec::new();
        let mut column = self.column;
        while column > 0 {
            letters.push(char::from(b'A' + ((column - 1) % 26) as u8));
            column = (column - 1) / 26;
        }
        write!(f, "{}{}", letters.into_iter().rev().collect::<String>(), self.row)
    }
}

/// The spot inside a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot {
    /// A line of a text, from 1.
    Line(u64),
    /// A paragraph of a document's part, from 1.
    Paragraph(u64),
    /// A page, from 1.
    Page(u64),
    /// A cell of a sheet.
    Cell(Cell),
}

/// Where: container steps, part, spot. Empty when it is the item as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Location {
    /// Member names from the outermost container inwards; the item's own path is not repeated.
    pub steps: Vec<String>,
    /// The part, if the place is inside a document.
    pub part: Option<Part>,
    /// The spot in the part.
    pub spot: Option<Spot>,
}

impl Location {
    /// The item as a whole.
    pub fn item() -> Self {
        Location::default()
    }

    /// The same containers, another part.
    pub fn with_part(&self, part: Part) -> Self {
        Location { steps: self.steps.clone(), part: Some(part), spot: None }
    }

    /// A member one container deeper.
    pub fn step(&self, member: &str) -> Self {
        let mut steps = self.steps.clone();
        steps.push(safe_name(member));
        Location { steps, part: None, spot: None }
    }

    /// The place, its label masked as the excerpt is where the label holds the matched text: a sheet may be named as a
    /// project is.
    #[must_use]
    pub fn masking(mut self, excerpt: &Excerpt) -> Self {
        let text = excerpt.reveal().trim();
        let label = self.part.as_mut().and_then(|part| part.label.as_mut());
        if let Some(label) = label.filter(|label| !text.is_empty() && label.contains(text)) {
            *label = label.replace(text, &excerpt.masked());
        }
        self
    }

    /// The place without anything a file or its author named: no member, no label.
    #[must_use]
    pub fn nameless(&self) -> Self {
        let part = self.part.as_ref().map(|part| Part { label: None, ..part.clone() });
        Location { steps: Vec::new(), part, spot: self.spot }
    }

    /// The location in words: `outer.zip!a.docx, header 1, paragraph 2`.
    pub fn describe(&self, lang: Lang) -> String {
        let mut pieces = Vec::new();
        if !self.steps.is_empty() {
            pieces.push(self.steps.join("!"));
        }
        if let Some(part) = &self.part {
            pieces.push(part.describe(lang));
        }
        match self.spot {
            Some(Spot::Line(n)) => pieces.push(lang.pick(format!("line {n}"), format!("第 {n} 行"))),
            Some(Spot::Paragraph(n)) => pieces.push(lang.pick(format!("paragraph {n}"), format!("第 {n} 段"))),
            Some(Spot::Cell(cell)) => pieces.push(lang.pick(format!("cell {cell}"), format!("单元格 {cell}"))),
            Some(Spot::Page(n)) => pieces.push(lang.pick(format!("page {n}"), format!("第 {n} 页"))),
            None => {}
        }
        if pieces.is_empty() {
            return lang.pick("whole file", "整个文件").to_string();
        }
        pieces.join(lang.pick(", ", "，"))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(Lang::En))
    }
}

impl Serialize for Location {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.describe(Lang::En))
    }
}

/// A name made safe to show: control and bidi characters appear as `\u{…}`, so that a name
/// can neither break a line nor hide its own ending.
pub fn safe_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        let hidden = c.is_control()
            || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}');
        if hidden { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Mask;

    #[test]
    fn locations_read_well_in_both_languages() {
        let mut location = Location::item().step("outer.zip").step("a.docx");
        location.part = Some(Part::nth(PartKind::Header, 1));
        location.spot = Some(Spot::Paragraph(2));
        assert_eq!(location.describe(Lang::En), "outer.zip!a.docx, header 1, paragraph 2");
        assert_eq!(location.describe(Lang::Zh), "outer.zip!a.docx，页眉 1，第 2 段");
        assert_eq!(Location::item().describe(Lang::En), "whole file");
        assert_eq!(location.nameless().describe(Lang::En), "header 1, paragraph 2");
        let sheet = Location::item().step("a.zip").with_part(Part::labelled(PartKind::Sheet, "薪酬"));
        assert_eq!(sheet.nameless().describe(Lang::Zh), "工作表");
        let page = Location::item().with_part(Part::only(PartKind::Body).on_page(2));
        assert_eq!((page.describe(Lang::En), page.describe(Lang::Zh)), ("page 2".into(), "第 2 页".into()));
        let note = Location::item().with_part(Part::only(PartKind::Comment).on_page(3));
        assert_eq!(
            (note.describe(Lang::En), note.describe(Lang::Zh)),
            ("page 3, comment".into(), "第 3 页，批注".into())
        );
    }

    #[test]
    fn a_label_that_holds_what_was_found_is_masked_as_the_excerpt_is() {
        let found = Excerpt::new("曙光苗圃", Mask::First);
        let sheet = |label| Location::item().with_part(Part::labelled(PartKind::Sheet, label)).masking(&found);
        assert_eq!(sheet("2030曙光苗圃预算").describe(Lang::En), format!("sheet “2030{}预算”", found.masked()));
        assert_eq!(sheet("预算").describe(Lang::En), "sheet “预算”");
        let hidden = Location::item().with_part(Part::labelled(PartKind::Sheet, "曙光苗圃"));
        assert_eq!(hidden.masking(&Excerpt::new("曙光苗圃", Mask::Hidden)).describe(Lang::En), "sheet “****”");
    }

    #[test]
    fn cells_are_named_as_sheets_name_them() {
        for (reference, row, column) in
            [("A1", 1, 1), ("B7", 7, 2), ("Z9", 9, 26), ("AA10", 10, 27), ("XFD1048576", 1_048_576, 16_384)]
        {
            assert_eq!(Cell::parse(reference), Some(Cell { row, column }));
            assert_eq!(Cell { row, column }.to_string(), reference);
        }
        for wrong in ["", "7", "B", "B0", "ZZZZZZZZ1", "机1"] {
            assert_eq!(Cell::parse(wrong), None, "{wrong}");
        }
        let part = Part::labelled(PartKind::HiddenSheet, "薪酬");
        let location =
            Location { spot: Some(Spot::Cell(Cell { row: 7, column: 2 })), ..Location::item().with_part(part) };
        assert_eq!(location.describe(Lang::En), "hidden sheet “薪酬”, cell B7");
        assert_eq!(location.describe(Lang::Zh), "隐藏的工作表“薪酬”，单元格 B7");
        assert_eq!(Part::nth(PartKind::SpeakerNotes, 3).describe(Lang::Zh), "幻灯片 3 的演讲者备注");
    }

    #[test]
    fn names_cannot_break_lines_or_reverse_themselves() {
        assert_eq!(safe_name("a\nb\u{202E}gpj.exe"), "a\\u{a}b\\u{202e}gpj.exe");
        assert_eq!(safe_name("机密★.docx"), "机密★.docx");
    }
}
