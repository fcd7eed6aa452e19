//! Labels of numbered paragraphs that say something beside the number: `机密★%1年`, counted from ten,
//! is shown as `机密★10年` (ISO/IEC 29500-1, 17.9.11; OpenDocument 1.3 part 3, 16.32).

use super::{Attribute, value};

/// Levels of a list.
const LEVELS: usize = 9;

/// The levels of the list definition under way.
#[derive(Default)]
pub(super) struct Labels {
    starts: [Option<u32>; LEVELS],
    level: usize,
}

impl Labels {
    /// Follows a definition; gives the first label of a level where it says something beside its numbers.
    pub(super) fn take(&mut self, element: &str, attributes: &[Attribute]) -> Option<String> {
        match element {
            "abstractNum" => *self = Labels::default(),
            "lvl" => self.level = value(attributes, "ilvl").and_then(|level| level.parse().ok()).unwrap_or(0),
            "start" | "startOverride" => {
                let start = value(attributes, "val").and_then(|start| start.parse().ok());
                if let Some(known) = self.starts.get_mut(self.level) {
                    *known = start;
                }
            }
            "lvlText" => return self.first(value(attributes, "val")?),
            _ => {}
        }
        None
    }

    fn first(&self, text: &str) -> Option<String> {
        if !text.contains('%') || !has_word(text) {
            return None;
        }
        let mut label = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match chars.peek().and_then(|next| next.to_digit(10)).filter(|level| c == '%' && *level > 0) {
                Some(level) => {
                    chars.next();
                    let start = self.starts.get(level as usize - 1).copied().flatten();
                    label.push_str(&start.unwrap_or(1).to_string());
                }
                None => label.push(c),
            }
        }
        Some(label)
    }
}

/// The first label of a level of OpenDocument, whose number stands between two texts.
pub(super) fn odf_label(element: &str, attributes: &[Attribute]) -> Option<String> {
    if !matches!(element, "list-level-style-number" | "outline-level-style") {
        return None;
    }
    let text = |key| value(attributes, key).unwrap_or_default();
    let (prefix, suffix, start) = (text("num-prefix"), text("num-suffix"), value(attributes, "start-value"));
    (has_word(prefix) || has_word(suffix)).then(|| format!("{prefix}{}{suffix}", start.unwrap_or("1")))
}

/// There are letters beside the numbers.
fn has_word(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(pairs: &[(&str, &str)]) -> Vec<Attribute> {
        pairs.iter().map(|(name, value)| Attribute { name: (*name).into(), value: (*value).into() }).collect()
    }

    #[test]
    fn a_label_is_shown_with_its_first_number() {
        let mut labels = Labels::default();
        let mut take = |element, pairs: &[(&str, &str)]| labels.take(element, &attributes(pairs));
        take("abstractNum", &[]);
        take("lvl", &[("ilvl", "0")]);
        take("start", &[("val", "10")]);
        assert_eq!(take("lvlText", &[("val", "机密★%1年")]).as_deref(), Some("机密★10年"));
        assert_eq!(take("lvlText", &[("val", "%1.")]), None);
        take("lvl", &[("ilvl", "1")]);
        assert_eq!(take("lvlText", &[("val", "第%1章%2节")]).as_deref(), Some("第10章1节"));
        assert_eq!(take("lvlText", &[("val", "100%的")]), None);
    }

    #[test]
    fn a_label_of_opendocument_has_its_number_between() {
        let level = attributes(&[("num-prefix", "机密★"), ("start-value", "10"), ("num-suffix", "年")]);
        assert_eq!(odf_label("list-level-style-number", &level).as_deref(), Some("机密★10年"));
        assert_eq!(odf_label("list-level-style-number", &attributes(&[("num-suffix", ".")])), None);
        assert_eq!(odf_label("p", &level), None);
    }
}
