//! Symbol fonts that the text under way is set in: named by its run, or by its style in
//! OpenDocument. And whether its run is raised.

use std::collections::HashMap;

use super::{Attribute, value};
use crate::extract::support::symbols::SymbolFont;

/// Styles that are remembered.
const STYLES: usize = 10_000;

/// The symbol fonts of a part.
#[derive(Default)]
pub(super) struct Fonts {
    run: Option<SymbolFont>,
    /// The run is raised.
    is_raised: bool,
    spans: Vec<SymbolFont>,
    /// The style that is being read.
    style: Option<String>,
    styles: HashMap<String, SymbolFont>,
    /// Fonts by the names under which a document declares them.
    faces: HashMap<String, SymbolFont>,
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

    pub(super) fn begin_run(&mut self, font: SymbolFont) {
        self.run = Some(font);
    }

    pub(super) fn end_run(&mut self) {
        self.run = None;
        self.is_raised = false;
    }

    /// The run is raised as the number of a note is.
    pub(super) fn raise(&mut self) {
        self.is_raised = true;
    }

    pub(super) fn is_raised(&self) -> bool {
        self.is_raised
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
        if element == "font-face" {
            let (Some(name), Some(family)) = (value(attributes, "name"), value(attributes, "font-family")) else {
                return;
            };
            if let Some(font) = SymbolFont::named(family).filter(|_| self.faces.len() < STYLES) {
                self.faces.insert(name.to_string(), font);
            }
            return;
        }
        let font = named.and_then(|name| self.faces.get(name).copied().or_else(|| SymbolFont::named(name)));
        let Some(font) = font else { return };
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
