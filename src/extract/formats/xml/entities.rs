//! Entities: the five of XML, character references, and plain ones a document defines for
//! itself. One that leads to another is not expanded, which ends every entity bomb.

use std::collections::HashMap;

/// Entities one part may define.
const MOST: usize = 200;
/// Bytes one entity may stand for.
const LONGEST: usize = 4096;

/// The entities a part defines.
#[derive(Debug, Default)]
pub(super) struct Entities {
    defined: HashMap<String, String>,
}

impl Entities {
    /// Reads the internal subset of a document type declaration.
    pub(super) fn define(&mut self, doctype: &str) {
        for definition in doctype.split("<!ENTITY").skip(1) {
            let definition = definition.trim_start();
            let Some((name, rest)) = definition.split_once(char::is_whitespace) else {
                continue;
            };
            let rest = rest.trim_start();
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                continue;
            };
            let Some(value) = rest[1..].split(quote).next() else {
                continue;
            };
            if self.defined.len() < MOST && value.len() <= LONGEST {
                self.defined.insert(name.to_string(), value.to_string());
            }
        }
    }

    /// What a reference stands for: `amp`, `#26426`, `#x5BC6`, or a name defined here.
    pub(super) fn resolve(&self, name: &str) -> Option<String> {
        if let Some(number) = name.strip_prefix('#') {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            return char::from_u32(code).map(String::from);
        }
        let predefined = match name {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            "nbsp" => "\u{a0}",
            _ => {
                let value = self.defined.get(name)?;
                return self.characters(value);
            }
        };
        Some(predefined.to_string())
    }

    /// The value of a defined entity: character references in it count, other entities do not.
    fn characters(&self, value: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = value;
        while let Some(at) = rest.find('&') {
            out.push_str(&rest[..at]);
            let (name, after) = rest[at + 1..].split_once(';')?;
            if !name.starts_with('#') {
                return None;
            }
            out.push_str(&self.resolve(name)?);
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }

    /// An attribute value or another text with its references resolved; unknown ones stay.
    /// The second value tells whether all were known.
    pub(super) fn unescape(&self, text: &str) -> (String, bool) {
        let mut out = String::with_capacity(text.len());
        let mut all = true;
        let mut rest = text;
        while let Some(at) = rest.find('&') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let end = rest.as_bytes().iter().take(64).position(|b| *b == b';');
            match end.and_then(|end| Some((self.resolve(&rest[..end])?, end))) {
                Some((value, end)) => {
                    out.push_str(&value);
                    rest = &rest[end + 1..];
                }
                None => {
                    all = false;
                    out.push('&');
                }
            }
        }
        out.push_str(rest);
        (out, all)
    }
}
