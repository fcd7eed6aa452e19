//! String literals of scripts, styles, JSON and formulas: what stands between quotes, with its
//! escapes resolved. A program shows or stores such a text as it is, however its source spells it.

/// How a language escapes characters inside quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Escapes {
    /// `\n`, `\x41`, `\u673a`, `\u{673a}` (ECMA-262, RFC 8259).
    Script,
    /// `\673a ` (CSS Syntax Level 3, 4.3.7).
    Style,
    /// A doubled quote (spreadsheet formulas).
    Doubled,
}

/// Bytes of a literal that are handed on at once.
const PIECE: usize = 1 << 20;

/// Hands on every literal of a text, a very long one in pieces.
pub(in crate::extract) fn literals(text: &str, escapes: Escapes, mut say: impl FnMut(&str)) {
    let mut rest = text;
    let quotes: &[char] = if escapes == Escapes::Doubled { &['"'] } else { &['"', '\'', '`'] };
    while let Some(at) = rest.find(quotes) {
        let quote = rest[at..].chars().next().unwrap_or('"');
        rest = &rest[at + quote.len_utf8()..];
        loop {
            let Piece { text, after, goes_on } = one(rest, quote, escapes);
            if !text.trim().is_empty() {
                say(&text);
            }
            rest = after;
            if !goes_on {
                break;
            }
        }
    }
}

/// A piece of a literal.
struct Piece<'t> {
    text: String,
    after: &'t str,
    /// What follows belongs to the same literal.
    goes_on: bool,
}

/// The literal at the beginning of `rest`, behind its quote, and what follows it.
fn one(rest: &str, quote: char, escapes: Escapes) -> Piece<'_> {
    let ended = |text: String, after| Piece { text, after, goes_on: false };
    let mut literal = String::new();
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if escapes != Escapes::Doubled => {
                let tail = &rest[at + 1..];
                let (unescaped, used) = unescape(tail, escapes);
                literal.extend(unescaped);
                while chars.peek().is_some_and(|(next, _)| *next < at + 1 + used) {
                    chars.next();
                }
            }
            c if c == quote => {
                let after = &rest[at + c.len_utf8()..];
                if escapes == Escapes::Doubled && after.starts_with(quote) {
                    chars.next();
                    literal.push(quote);
                    continue;
                }
                return ended(literal, after);
            }
            // A quote that is no literal's ends with its line, unless the language lets it go on.
            '\n' if quote != '`' && escapes != Escapes::Doubled => return ended(literal, &rest[at..]),
            c if literal.len() < PIECE => literal.push(c),
            _ => return Piece { text: literal, after: &rest[at..], goes_on: true },
        }
    }
    ended(literal, "")
}

/// The character behind a backslash, if it is one, and the bytes that spell it.
fn unescape(tail: &str, escapes: Escapes) -> (Option<char>, usize) {
    let digits = |from: usize, most: usize| {
        tail.get(from..).map_or(0, |t| t.bytes().take(most).take_while(u8::is_ascii_hexdigit).count())
    };
    let code = |from: usize, to: usize| tail.get(from..to).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let Some(first) = tail.chars().next() else { return (None, 0) };
    if escapes == Escapes::Style {
        return match digits(0, 6) {
            0 => (Some(first).filter(|c| *c != '\n'), first.len_utf8()),
            n => {
                let blank = tail[n..].starts_with([' ', '\t', '\n']);
                (code(0, n).and_then(char::from_u32), n + usize::from(blank))
            }
        };
    }
    match first {
        'u' if tail[1..].starts_with('{') => {
            let n = digits(2, 6);
            (code(2, 2 + n).and_then(char::from_u32), 2 + n + usize::from(tail[2 + n..].starts_with('}')))
        }
        'u' if digits(1, 4) == 4 => match code(1, 5) {
            // The first half of a pair; the second is spelled the same way.
            Some(high @ 0xD800..=0xDBFF) if tail[5..].starts_with("\\u") && digits(7, 4) == 4 => {
                let low = code(7, 11).unwrap_or_default();
                let joined = 0x10000 + ((high - 0xD800) << 10) + (low.wrapping_sub(0xDC00) & 0x3FF);
                (char::from_u32(joined), 11)
            }
            unit => (unit.and_then(char::from_u32), 5),
        },
        'x' if digits(1, 2) == 2 => (code(1, 3).and_then(char::from_u32), 3),
        'n' | 'r' => (Some('\n'), 1),
        't' => (Some('\t'), 1),
        'b' | 'f' | '\n' => (None, 1),
        other => (Some(other), other.len_utf8()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, escapes: Escapes) -> Vec<String> {
        let mut found = Vec::new();
        literals(text, escapes, |literal| found.push(literal.to_string()));
        found
    }

    #[test]
    fn escapes_of_scripts_styles_and_formulas_are_resolved() {
        let script = r#"var a = "\u673a\u{5bc6}\x21", b = '\ud83c\udf1f it''s';"#;
        assert_eq!(all(script, Escapes::Script), ["机密!", "🌟 it", "s"]);
        assert_eq!(all(r#"a{content:"\673a\5bc6 \2605 10"}"#, Escapes::Style), ["机密★10"]);
        assert_eq!(all(r#"=IF(A1,"a ""b""","")&"c"#, Escapes::Doubled), [r#"a "b""#, "c"]);
    }

    #[test]
    fn what_follows_a_long_literal_is_read_as_it_is() {
        let text = format!("{{\"a\":\"{}\\u673a\",\"b\":\"\\u5bc6\"}}", "x".repeat(PIECE + 10));
        let found = all(&text, Escapes::Script);
        assert_eq!(found.len(), 5);
        assert_eq!(found[3..], ["b", "密"]);
        assert!(found[2].ends_with("xx机"), "the rest of it");
    }

    #[test]
    fn an_open_quote_ends_with_its_line_and_never_panics() {
        assert_eq!(all("it's\n\"b\"", Escapes::Script), ["s", "b"]);
        for text in ["\"\\", "\"\\u", "\"\\u{", "\"\\u{110000}", "\"\\ud800", "'\\u12机", "\"\\xg", "\"\\机"] {
            all(text, Escapes::Script);
            all(text, Escapes::Style);
        }
    }
}
