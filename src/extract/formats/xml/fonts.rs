//! Symbol fonts that the text under way is set in: named by its run, or by its style in
//! OpenDocument.

use std::collections::HashMap;

use super::flow::Opened;
use super::{Attribute, value};
use crate::extract::support::symbols::SymbolFont;

/// Styles that are remembered.
const STYLES: usize = 10_000;

/// The symbol fonts of a part.
#[derive(Default)]
pub(super) struct Fonts {
    run: Option<SymbolFont>,
    spans: Vec<SymbolFont>,
    /// The style that is being read.
    style: Option<String>,
    styles: HashMap<String, SymbolFont>,
}

impl Fonts {
    /// The symbol font that the properties of a run name.
    pub(super) fn of_run(attributes: &[Attribute]) -> Option<SymbolFont> {
        ["ascii", "hAnsi", "typeface", "val"].iter().find_map(|key| SymbolFont::named(value(attributes, key)?))
    }

    /// The font of the text that comes now.
    pub(super) fn current(&self) -> Option<SymbolFont> {
        self.run.or(self.spans.last().copied())
    }

    pub(super) fn begin_run(&mut self, font: SymbolFont) -> Opened {
        self.run = Some(font);
        Opened::SymbolFont(font)
    }

    pub(super) fn end_run(&mut self) {
        self.run = None;
    }

    /// Some style names a symbol font.
    pub(super) fn has_styles(&self) -> bool {
        !self.styles.is_empty()
    }

    /// A style and its properties.
    pub(super) fn learn(&mut self, element: &str, attributes: &[Attribute]) {
        if element == "style" {
            self.style = value(attributes, "name").map(str::to_string);
            return;
        }
        let named = ["font-name", "font-family"].iter().find_map(|key| value(attributes, key));
        let Some(font) = named.and_then(SymbolFont::named) else { return };
        if let Some(style) = self.style.take().filter(|_| self.styles.len() < STYLES) {
            self.styles.insert(style, font);
        }
    }

    /// A piece of text begins; `true` if its style names a symbol font.
    pub(super) fn begin_span(&mut self, attributes: &[Attribute]) -> bool {
        let font = value(attributes, "style-name").and_then(|style| self.styles.get(style));
        self.spans.extend(font);
        font.is_some()
    }

    pub(super) fn end_span(&mut self) {
        self.spans.pop();
    }
}
