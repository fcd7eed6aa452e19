//! The fonts of a document: how bytes in them are read, and which of them show pictures.

use encoding_rs::Encoding;

use crate::extract::support::symbols::{SymbolFont, shown};

/// Fonts that are remembered.
const FONTS: usize = 4096;
/// Bytes of a name.
const NAME: usize = 64;

/// The fonts, by their numbers.
#[derive(Default)]
pub(super) struct Fonts {
    fonts: Vec<(i32, Font)>,
}

/// One font.
#[derive(Default, Clone)]
pub(super) struct Font {
    pub(super) encoding: Option<&'static Encoding>,
    name: String,
}

impl Fonts {
    /// The font of a number, as the table or the text names it.
    pub(super) fn get(&self, number: i32) -> Option<&Font> {
        self.fonts.iter().find(|(known, _)| *known == number).map(|(_, font)| font)
    }

    /// The same, to learn more of it; none where there are too many.
    pub(super) fn learn(&mut self, number: i32) -> Option<&mut Font> {
        let known = self.fonts.iter().position(|(known, _)| *known == number);
        let at = known.unwrap_or(self.fonts.len());
        if known.is_none() && at < FONTS {
            self.fonts.push((number, Font::default()));
        }
        self.fonts.get_mut(at).map(|(_, font)| font)
    }
}

impl Font {
    /// Takes text of its name, which a semicolon ends.
    pub(super) fn named(&mut self, text: &str) {
        if self.name.len() + text.len() <= NAME && !self.name.contains(';') {
            self.name.push_str(text.trim_start());
        }
    }

    /// The symbol font it is.
    pub(super) fn symbols(&self) -> Option<SymbolFont> {
        SymbolFont::named(self.name.split(';').next().unwrap_or_default())
    }
}

/// Bytes as they look in a symbol font: each is a code of it, unless they are words.
pub(super) fn pictures(bytes: &[u8], font: SymbolFont) -> String {
    let codes: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    shown(&codes, Some(font)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_font_is_known_by_its_name_up_to_the_semicolon() {
        let mut fonts = Fonts::default();
        for text in [" Wing", "dings;", "SimSun;"] {
            fonts.learn(3).expect("there is room").named(text);
        }
        assert_eq!(fonts.get(3).and_then(Font::symbols), Some(SymbolFont::Wingdings));
        assert!(fonts.get(4).is_none());
        assert_eq!(pictures(&[0xAB], SymbolFont::Wingdings), "★");
        assert_eq!(pictures(&[0x98], SymbolFont::Webdings), "✯");
        assert_eq!(pictures(b"SECRET", SymbolFont::Wingdings), "SECRET");
    }
}
