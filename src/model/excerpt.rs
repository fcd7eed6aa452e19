//! The matched text as it may be shown: masked by type unless revealed on purpose.
//! `Debug`, `Display` and `Serialize` never give the text away.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// How a rule masks what it matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Mask {
    /// A mark: its first word or its level and star, or all of it if it is short; then `…`, by which a shown
    /// mark is told from a mark.
    Mark,
    /// First three and last two characters, as for numbers of persons.
    Ends,
    /// The first four characters, as for a token's vendor prefix.
    Prefix,
    /// The first character only, as for a sensitive term.
    #[default]
    First,
    /// Nothing, not even how long it is: for terms whose list is sealed.
    Hidden,
    /// The whole text; only for texts that are public by nature, such as a file type.
    Open,
}

/// Matched text with its mask.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Excerpt {
    text: String,
    mask: Mask,
}

/// Longest text kept of one match, in characters.
const KEEP: usize = 80;

impl Excerpt {
    /// Keeps at most the first 80 characters; line breaks and control characters become blanks.
    pub fn new(text: &str, mask: Mask) -> Self {
        let text = text.chars().map(|c| if c.is_control() || is_format(c) { ' ' } else { c }).take(KEEP).collect();
        Excerpt { text, mask }
    }

    /// The text itself. Callers show it only to the person who asked, on a terminal.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The text with everything hidden that its mask hides.
    pub fn masked(&self) -> String {
        let chars: Vec<char> = self.text.trim().chars().collect();
        let head = |n: usize| chars.iter().take(n).collect::<String>();
        match self.mask {
            Mask::Open => self.text.clone(),
            Mask::Hidden => "****".into(),
            Mask::Mark => {
                // Always with the sign: what a report shows is itself no mark, and is not taken for one.
                head(mark_head(&chars)) + "…"
            }
            Mask::Ends if chars.len() >= 8 => {
                let tail: String = chars[chars.len() - 2..].iter().collect();
                format!("{}{}{}", head(3), "*".repeat(chars.len() - 5), tail)
            }
            Mask::Prefix if chars.len() >= 12 => head(4) + "…",
            Mask::First | Mask::Ends | Mask::Prefix => {
                format!("{}{}", head(1), "*".repeat(chars.len().saturating_sub(1).min(8)))
            }
        }
    }
}

/// How much of a mark may be shown: the level and what separates it from the rest.
fn mark_head(chars: &[char]) -> usize {
    const SEPARATORS: [char; 13] = ['★', '☆', '＊', '*', '·', '●', '/', ':', '：', '（', '(', '-', '—'];
    if let Some(at) = chars.iter().position(|c| SEPARATORS.contains(c))
        && at > 0
        && at < 24
    {
        return at + chars[at..].iter().take_while(|c| SEPARATORS.contains(c)).count();
    }
    if let Some(at) = chars.iter().position(char::is_ascii_digit)
        && at > 0
        && !chars[0].is_ascii()
    {
        return at;
    }
    let limit = if chars.first().is_some_and(char::is_ascii) { 24 } else { 8 };
    if chars.len() <= limit { chars.len() } else { limit.min(4) }
}

/// Characters without a shape of their own that could reorder or hide text on a terminal.
fn is_format(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Excerpt({})", self.masked())
    }
}

impl Serialize for Excerpt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mask_hides_what_it_must() {
        for (text, mask, shown) in [
            ("机密★10年", Mask::Mark, "机密★…"),
            ("SECRET//NOFORN", Mask::Mark, "SECRET//…"),
            ("TOP SECRET", Mask::Mark, "TOP SECRET…"),
            ("机密（10年）", Mask::Mark, "机密（…"),
            ("机密10年", Mask::Mark, "机密…"),
            ("机密", Mask::Mark, "机密…"),
            ("11010519491231002X", Mask::Ends, "110*************2X"),
            ("1234567", Mask::Ends, "1******"),
            ("ghp_0123456789abcdef", Mask::Prefix, "ghp_…"),
            ("昆仑计划", Mask::First, "昆***"),
            ("昆仑计划", Mask::Hidden, "****"),
            ("昆仑苗圃扩建", Mask::Hidden, "****"),
            ("docx", Mask::Open, "docx"),
        ] {
            let excerpt = Excerpt::new(text, mask);
            assert_eq!(excerpt.masked(), shown, "{mask:?}");
            assert_eq!(format!("{excerpt}"), shown);
            assert_eq!(format!("{excerpt:?}"), format!("Excerpt({shown})"));
        }
    }

    #[test]
    fn controls_and_bidi_marks_do_not_reach_a_terminal() {
        let excerpt = Excerpt::new("机密\u{202E}★\u{1b}[31m10年", Mask::Open);
        assert_eq!(excerpt.masked(), "机密 ★ [31m10年");
    }
}
