//! How a browser sets text: which elements begin a line, and where line ends of the source are line ends
//! on the screen (HTML Standard, 15.3 "Flow content"; CSS Text 3, `white-space`).

use std::collections::HashSet;

use super::tokens::Tag;

/// Elements that stand on lines of their own, or stand in a line as a thing of their own.
const BLOCKS: [&str; 88] = [
    "address",
    "area",
    "article",
    "aside",
    "audio",
    "base",
    "basefont",
    "bgsound",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "desc",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "foreignobject",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "iframe",
    "input",
    "isindex",
    "legend",
    "li",
    "link",
    "listing",
    "main",
    "marquee",
    "menu",
    "meta",
    "nav",
    "noframes",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "p",
    "param",
    "plaintext",
    "pre",
    "script",
    "search",
    "section",
    "select",
    "style",
    "summary",
    "svg",
    "table",
    "tbody",
    "template",
    "text",
    "textarea",
    "tfoot",
    "thead",
    "title",
    "tr",
    "ul",
    "video",
    "xmp",
    "td",
    "th",
];
/// Elements that nothing ends.
const VOID: [&str; 20] = [
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "isindex", "keygen",
    "link", "meta", "param", "source", "track", "wbr", "image",
];
/// Elements in which the source's lines are lines.
const PREFORMATTED: [&str; 5] = ["pre", "listing", "plaintext", "xmp", "textarea"];
/// Selectors remembered of the style sheets of a page.
const SELECTORS: usize = 4096;

/// How the content of an element is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Display {
    /// It begins and ends lines.
    pub(super) is_block: bool,
    /// Line ends of the source are line ends.
    pub(super) keeps_lines: bool,
}

/// What the style sheets of a page say of line ends.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// Names of elements, `.` and a class, `#` and an identifier.
    keeping: HashSet<String>,
}

impl Styles {
    /// Learns from a style sheet which elements keep their lines. A selector counts by its last name.
    pub(super) fn learn(&mut self, sheet: &str) {
        for rule in sheet.split('}') {
            let Some((selectors, declarations)) = rule.rsplit_once('{') else { continue };
            if keeps_lines(declarations) != Some(true) {
                continue;
            }
            for selector in selectors.split(',') {
                let last = selector.split([' ', '>', '+', '~', '\n', '\t', '\r']).rfind(|name| !name.is_empty());
                let last = last.unwrap_or_default().split([':', '[']).next().unwrap_or_default();
                let from = last.rfind(['.', '#']).unwrap_or(0);
                if self.keeping.len() < SELECTORS && !last[from..].is_empty() {
                    self.keeping.insert(last[from..].to_ascii_lowercase());
                }
            }
        }
    }

    fn keep(&self, tag: &Tag) -> bool {
        let has = |sign: char, name: &str| self.keeping.contains(&format!("{sign}{}", name.to_ascii_lowercase()));
        !self.keeping.is_empty()
            && (self.keeping.contains(&tag.name)
                || tag.value("id").is_some_and(|id| has('#', id))
                || tag.value("class").is_some_and(|classes| classes.split_whitespace().any(|class| has('.', class))))
    }

    /// How an element is set inside one that is set so.
    pub(super) fn display(&self, tag: &Tag, around: Display) -> Display {
        let style = tag.value("style").unwrap_or_default();
        let word = |property: &str| declared(style, property);
        let is_block = match word("display").as_deref() {
            Some("inline" | "contents") => false,
            Some("block" | "flex" | "grid" | "table" | "list-item" | "table-row" | "table-cell" | "flow-root") => true,
            // What is placed by itself is read by itself.
            _ if matches!(word("position").as_deref(), Some("absolute" | "fixed")) => true,
            _ => BLOCKS.contains(&tag.name.as_str()),
        };
        let preformatted = PREFORMATTED.contains(&tag.name.as_str()) || self.keep(tag) || tag.value("wrap").is_some();
        let keeps_lines = keeps_lines(style).unwrap_or(preformatted || around.keeps_lines);
        Display { is_block, keeps_lines }
    }
}

/// An element that nothing ends.
pub(super) fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

/// Whether declarations say that line ends stay.
fn keeps_lines(declarations: &str) -> Option<bool> {
    let value = declared(declarations, "white-space").or_else(|| declared(declarations, "white-space-collapse"))?;
    Some(value.starts_with("pre") || value.starts_with("break-spaces"))
}

/// The value of a property, in lower case, without `!important`.
fn declared(declarations: &str, property: &str) -> Option<String> {
    let found = declarations.split(';').rev().find_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        name.trim().eq_ignore_ascii_case(property).then(|| value.trim().to_ascii_lowercase())
    })?;
    Some(found.trim_end_matches("!important").trim_end().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(name: &str, attributes: &[(&str, &str)]) -> Tag {
        let attributes = attributes.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
        Tag { name: name.to_string(), attributes, ..Tag::default() }
    }

    #[test]
    fn lines_are_kept_where_element_style_or_sheet_says_so() {
        let mut styles = Styles::default();
        styles.learn("@media screen { p.mail, #log > b { white-space : pre-wrap } }\n.x{color:red}");
        let around = Display { is_block: true, keeps_lines: false };
        let keeps = |tag: &Tag| styles.display(tag, around).keeps_lines;
        assert!(keeps(&tag("pre", &[])) && keeps(&tag("textarea", &[])));
        assert!(keeps(&tag("div", &[("style", "color:red; White-Space: PRE-LINE")])));
        assert!(keeps(&tag("p", &[("class", "x mail")])) && keeps(&tag("b", &[])));
        assert!(!keeps(&tag("p", &[("class", "x")])) && !keeps(&tag("pre", &[("style", "white-space:normal")])));
        let inside = Display { is_block: true, keeps_lines: true };
        assert!(styles.display(&tag("span", &[]), inside).keeps_lines);
    }

    #[test]
    fn elements_nobody_knows_stand_in_the_line() {
        let styles = Styles::default();
        let around = Display { is_block: true, keeps_lines: false };
        let is_block = |tag: &Tag| styles.display(tag, around).is_block;
        assert!(!is_block(&tag("o:p", &[])) && !is_block(&tag("x-y", &[])) && !is_block(&tag("span", &[])));
        assert!(is_block(&tag("p", &[])) && is_block(&tag("span", &[("style", "display:block")])));
        assert!(!is_block(&tag("div", &[("style", "display: inline !important")])));
    }
}
