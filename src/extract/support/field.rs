//! Fields of word processors that show what their instruction says, without a result of their own:
//! formulas (EQ), symbols (SYMBOL) and buttons with a text (MACROBUTTON, GOTOBUTTON). Word writes
//! enclosed and combined characters and the phonetic guides of old as formulas.

use std::iter::Peekable;
use std::str::Chars;

use super::symbols::{SymbolFont, symbol};

/// Formulas inside formulas.
const DEPTH: u32 = 16;
/// What a character is enclosed with.
const ENCLOSURES: [char; 9] = ['○', '〇', '◯', '□', '☐', '△', '◇', '◻', '⬜'];

/// What a field shows, where its instruction says it.
pub(in crate::extract) fn shown(instruction: &str) -> Option<String> {
    let instruction = instruction.trim();
    let name = instruction.split(|c: char| c.is_whitespace() || c == '\\').next().unwrap_or_default();
    let rest = instruction[name.len()..].trim_start();
    let text = match name.to_ascii_uppercase().as_str() {
        "EQ" => Formula { chars: rest.chars().peekable(), depth: 0 }.sequence(false).text,
        "SYMBOL" => String::from(symbol_field(rest)?),
        "MACROBUTTON" | "GOTOBUTTON" => rest.split_once(char::is_whitespace)?.1.to_string(),
        _ => return None,
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_string())
}

/// `171 \f "Wingdings" \s 12`.
fn symbol_field(rest: &str) -> Option<char> {
    let number = rest.split_whitespace().next()?.trim_matches('"');
    let code = match number.strip_prefix("0x").or(number.strip_prefix("0X")) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    let font = rest.split_once("\\f").and_then(|(_, font)| match font.trim_start().strip_prefix('"') {
        Some(quoted) => SymbolFont::named(quoted.split('"').next()?),
        None => SymbolFont::named(font.split_whitespace().next()?),
    });
    symbol(font, code)
}

/// A formula being read.
struct Formula<'t> {
    chars: Peekable<Chars<'t>>,
    depth: u32,
}

/// Where a piece of a formula stands.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Height {
    #[default]
    Line,
    Raised,
    Lowered,
}

/// A piece of a formula.
#[derive(Default)]
struct FormulaPiece {
    text: String,
    height: Height,
}

impl Formula<'_> {
    /// Reads up to the end of an argument, or to the end of all.
    fn sequence(&mut self, is_argument: bool) -> FormulaPiece {
        let mut piece = FormulaPiece::default();
        while let Some(&c) = self.chars.peek() {
            if is_argument && matches!(c, ')' | ',' | ';') {
                break;
            }
            self.chars.next();
            match (c, self.chars.peek().copied()) {
                ('\\', Some(literal @ ('\\' | ',' | ';' | '(' | ')'))) => {
                    self.chars.next();
                    piece.text.push(literal);
                }
                ('\\', Some('*')) => self.skip_format(),
                ('\\', Some(_)) => {
                    let inner = self.switch();
                    if piece.text.trim().is_empty() {
                        piece.height = inner.height;
                    }
                    piece.text.push_str(&inner.text);
                }
                // Parentheses of the text itself.
                ('(', _) if is_argument && self.depth < DEPTH => {
                    self.depth += 1;
                    let inner = self.sequence(true);
                    self.depth -= 1;
                    self.chars.next_if_eq(&')');
                    piece.text.push_str(&format!("({})", inner.text));
                }
                (c, _) => piece.text.push(c),
            }
        }
        piece
    }

    /// `\* hps10`, `\* "Font:…"`: how a result would be formatted.
    fn skip_format(&mut self) {
        self.chars.next();
        while self.chars.next_if(|c| c.is_whitespace()).is_some() {}
        if self.chars.next_if_eq(&'"').is_some() {
            while self.chars.next().is_some_and(|c| c != '"') {}
        } else {
            while self.chars.next_if(|c| !c.is_whitespace() && *c != '\\').is_some() {}
        }
    }

    /// A switch with its options and arguments.
    fn switch(&mut self) -> FormulaPiece {
        let kind = self.chars.next().unwrap_or_default().to_ascii_lowercase();
        let mut options = String::new();
        while let Some(c) = self.chars.next_if(|c| c.is_ascii_alphanumeric() || matches!(c, '\\' | ' ' | '-' | '.')) {
            let is_escape = c == '\\';
            options.push(c.to_ascii_lowercase());
            // The sign of a bracket follows its option: `\bc\{`.
            if is_escape && self.chars.peek().is_some_and(|c| !c.is_ascii_alphanumeric()) {
                self.chars.next();
            }
        }
        let mut arguments = Vec::new();
        if self.depth < DEPTH && self.chars.next_if_eq(&'(').is_some() {
            self.depth += 1;
            loop {
                arguments.push(self.sequence(true));
                if self.chars.next_if(|c| matches!(c, ',' | ';')).is_none() {
                    break;
                }
            }
            self.depth -= 1;
            self.chars.next_if_eq(&')');
        }
        let height = match kind {
            's' if options.contains("up") => Height::Raised,
            's' if options.contains("do") => Height::Lowered,
            _ => Height::Line,
        };
        FormulaPiece { text: joined(kind, arguments), height }
    }
}

/// What the arguments of a switch show together.
fn joined(kind: char, mut arguments: Vec<FormulaPiece>) -> String {
    if kind == 'o' {
        // Drawn over each other: a character and the circle around it, a character and its reading aid.
        let is_shape = |piece: &FormulaPiece| piece.text.trim().chars().all(|c| ENCLOSURES.contains(&c));
        if arguments.iter().any(|piece| !is_shape(piece)) {
            arguments.retain(|piece| !is_shape(piece));
        }
        if arguments.iter().any(|piece| piece.height == Height::Line) {
            arguments.retain(|piece| piece.height != Height::Raised);
        }
    }
    arguments.into_iter().map(|piece| piece.text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_show_their_characters() {
        for (instruction, wanted) in [
            (r" EQ \o\ac(○,密) ", "密"),
            (r"eq \o\ac(□,机)", "机"),
            (r"EQ \o\ac(○,○)", "○○"),
            (r"EQ \o(\s\up 5(机密),\s\do 2(★10年))", "机密★10年"),
            (r#"EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(ji),机)"#, "机"),
            (r"EQ \f(机密,10年)", "机密10年"),
            (r"EQ \x(机密★10年)", "机密★10年"),
            (r"EQ \b\bc\{(SECRET)", "SECRET"),
            (r"EQ \o\al(SECRET\,X)", "SECRET,X"),
            (r"EQ \s\up4(机)密(10)", "机密(10)"),
        ] {
            assert_eq!(shown(instruction).as_deref(), Some(wanted), "{instruction}");
        }
    }

    #[test]
    fn symbols_and_buttons_show_what_they_say() {
        for (instruction, wanted) in [
            (r#"SYMBOL 171 \f "Wingdings" \s 12"#, Some("★")),
            (r"SYMBOL 0xF0AB \f Wingdings", Some("★")),
            (r"SYMBOL 9733 \u", Some("★")),
            (r"SYMBOL x", None),
            (r"MACROBUTTON NoMacro 机密★10年", Some("机密★10年")),
            (r"PAGE \* MERGEFORMAT", None),
            (r"EQ", None),
            (r"EQUATION \o(a)", None),
        ] {
            assert_eq!(shown(instruction).as_deref(), wanted, "{instruction}");
        }
    }

    #[test]
    fn any_formula_ends() {
        let nested = format!("EQ {}", r"\o(".repeat(10_000));
        assert!(shown(&nested).is_some_and(|text| text.len() < nested.len()));
        for broken in [r"EQ \", r"EQ \o", r"EQ \*", r"EQ \o(,", r"EQ ))"] {
            let _ = shown(broken);
        }
    }
}
