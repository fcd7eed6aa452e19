//! Character references of HTML: numbers, and the names that stand in marks or next to them.

/// Resolves character references.
pub(in crate::extract) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end =
            rest.bytes().take(32).position(|b| !b.is_ascii_alphanumeric() && b != b'#').unwrap_or(rest.len().min(32));
        match reference(&rest[..end]) {
            Some(c) => {
                out.push_str(&c);
                rest = &rest[end..];
                rest = rest.strip_prefix(';').unwrap_or(rest);
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(String::from);
    }
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "shy" => '\u{ad}',
        "ensp" => '\u{2002}',
        "emsp" => '\u{2003}',
        "thinsp" => '\u{2009}',
        "zwnj" => '\u{200c}',
        "zwj" => '\u{200d}',
        "lrm" => '\u{200e}',
        "rlm" => '\u{200f}',
        "star" => '☆',
        "starf" | "bigstar" => '★',
        "middot" => '·',
        "bull" => '•',
        "ndash" => '–',
        "mdash" => '—',
        "sol" => '/',
        "ast" => '*',
        "colon" => ':',
        "Uuml" => 'Ü',
        "uuml" => 'ü',
        "Egrave" => 'È',
        "Eacute" => 'É',
        "eacute" => 'é',
        _ => return None,
    };
    Some(c.to_string())
}
