//! How a browser sets text: which elements begin a line, where line ends of the source are line ends on the
//! screen (HTML Standard, 15.3 "Flow content"; CSS Text 3, `white-space`), and where a font shows pictures.

use std::collections::HashMap;

use super::tokens::Tag;
use crate::extract::support::symbols::SymbolFont;

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
    /// Its letters are pictures.
    pub(super) symbols: Option<SymbolFont>,
}

impl Display {
    /// How a page begins.
    pub(super) const PAGE: Display = Display { is_block: true, keeps_lines: false, symbols: None };
}

/// What the style sheets of a page say of line ends and of symbol fonts.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// By names of elements, `.` and a class, `#` and an identifier.
    said: HashMap<String, Said>,
}

/// What declarations say.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    keeps_lines: Option<bool>,
    /// The font that is named first: a symbol font, or another.
    font: Option<Option<SymbolFont>>,
}

impl Said {
    fn of(declarations: &str) -> Self {
        Said { keeps_lines: keeps_lines(declarations), font: font(declarations) }
    }

    /// What is said here, and else what was said there.
    fn or(self, other: Said) -> Said {
        Said { keeps_lines: self.keeps_lines.or(other.keeps_lines), font: self.font.or(other.font) }
    }
}

impl Styles {
    /// Learns from a style sheet which elements keep their lines and which are set in a symbol font. A selector
    /// counts by its last name.
    pub(super) fn learn(&mut self, sheet: &str) {
        for rule in sheet.split('}') {
            let Some((selectors, declarations)) = rule.rsplit_once('{') else { continue };
            let said = Said::of(declarations);
            if said.keeps_lines != Some(true) && !matches!(said.font, Some(Some(_))) {
                continue;
            }
            for selector in selectors.split(',') {
                let last = selector.split([' ', '>', '+', '~', '\n', '\t', '\r']).rfind(|name| !name.is_empty());
                let last = last.unwrap_or_default().split([':', '[']).next().unwrap_or_default();
                let from = last.rfind(['.', '#']).unwrap_or(0);
                if self.said.len() < SELECTORS && !last[from..].is_empty() {
                    let known = self.said.entry(last[from..].to_ascii_lowercase()).or_default();
                    *known = said.or(*known);
                }
            }
        }
    }

    /// What they say of an element.
    fn of(&self, tag: &Tag) -> Said {
        if self.said.is_empty() {
            return Said::default();
        }
        let by = |sign: char, name: &str| self.said.get(&format!("{sign}{}", name.to_ascii_lowercase())).copied();
        let id = tag.value("id").and_then(|id| by('#', id));
        let classes = tag.value("class").unwrap_or_default().split_whitespace().filter_map(|class| by('.', class));
        let name = self.said.get(&tag.name).copied();
        id.into_iter().chain(classes).chain(name).fold(Said::default(), Said::or)
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
            // A line of a text in a drawing (SVG 1.1, 10.5).
            _ if tag.name == "tspan" => tag.value("dy").is_some_and(|dy| !dy.trim_start_matches(['0', '.']).is_empty()),
            _ => BLOCKS.contains(&tag.name.as_str()),
        };
        let (own, sheet) = (Said::of(style), self.of(tag));
        let preformatted =
            PREFORMATTED.contains(&tag.name.as_str()) || sheet.keeps_lines == Some(true) || tag.value("wrap").is_some();
        let keeps_lines = own.keeps_lines.unwrap_or(preformatted || around.keeps_lines);
        let face = tag.value("face").or_else(|| tag.value("font-family")).map(first_font);
        let symbols = own.font.or(face).or(sheet.font).unwrap_or(around.symbols);
        Display { is_block, keeps_lines, symbols }
    }
}

/// The font that declarations name, if they name any: the symbol font it is, or that it is none.
fn font(declarations: &str) -> Option<Option<SymbolFont>> {
    // Office tells the font of symbols apart (Microsoft Office HTML and XML reference).
    ["mso-symbol-font-family", "font-family", "font"]
        .iter()
        .find_map(|property| declared(declarations, property))
        .map(|value| first_font(&value))
}

/// The first font of a list, behind its size where that is told before it.
fn first_font(families: &str) -> Option<SymbolFont> {
    let first = families.split(',').next().unwrap_or_default().trim();
    let starts = first.char_indices().filter(|(_, c)| matches!(c, ' ' | '"' | '\'')).map(|(at, _)| at);
    std::iter::once(0).chain(starts).find_map(|start| SymbolFont::named(&first[start..]))
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
        let around = Display::PAGE;
        let keeps = |tag: &Tag| styles.display(tag, around).keeps_lines;
        assert!(keeps(&tag("pre", &[])) && keeps(&tag("textarea", &[])));
        assert!(keeps(&tag("div", &[("style", "color:red; White-Space: PRE-LINE")])));
        assert!(keeps(&tag("p", &[("class", "x mail")])) && keeps(&tag("b", &[])));
        assert!(!keeps(&tag("p", &[("class", "x")])) && !keeps(&tag("pre", &[("style", "white-space:normal")])));
        let inside = Display { keeps_lines: true, ..around };
        assert!(styles.display(&tag("span", &[]), inside).keeps_lines);
    }

    #[test]
    fn elements_nobody_knows_stand_in_the_line() {
        let styles = Styles::default();
        let around = Display::PAGE;
        let is_block = |tag: &Tag| styles.display(tag, around).is_block;
        assert!(!is_block(&tag("o:p", &[])) && !is_block(&tag("x-y", &[])) && !is_block(&tag("span", &[])));
        assert!(is_block(&tag("p", &[])) && is_block(&tag("span", &[("style", "display:block")])));
        assert!(!is_block(&tag("div", &[("style", "display: inline !important")])));
        assert!(is_block(&tag("tspan", &[("dy", "1.2em")])) && !is_block(&tag("tspan", &[("dy", "0")])));
    }

    #[test]
    fn a_symbol_font_holds_until_another_is_named() {
        let mut styles = Styles::default();
        styles.learn(".star{font:10pt 'Wingdings 2'} .text{font-family:SimSun}");
        let font = |tag: &Tag, around: Display| styles.display(tag, around).symbols;
        let wingdings = Some(SymbolFont::Wingdings);
        for attributes in [
            ("face", "Wingdings, serif"),
            ("style", "font-family:\"Wingdings\";color:red"),
            ("style", "font:7.0pt Wingdings"),
            ("style", "font-family:SimSun;mso-symbol-font-family:Wingdings"),
        ] {
            assert_eq!(font(&tag("span", &[attributes]), Display::PAGE), wingdings, "{attributes:?}");
        }
        assert_eq!(font(&tag("b", &[("class", "star")]), Display::PAGE), Some(SymbolFont::Wingdings2));
        let inside = Display { symbols: wingdings, ..Display::PAGE };
        assert_eq!(font(&tag("b", &[]), inside), wingdings);
        assert_eq!(font(&tag("span", &[("style", "font:7.0pt 'Times New Roman'")]), inside), None);
        assert_eq!(font(&tag("font", &[("face", "Arial")]), inside), None);
    }
}
