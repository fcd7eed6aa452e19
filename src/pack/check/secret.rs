//! Whether a text is a secret somebody uses: random enough for a token, or a password rather than a
//! placeholder, a name, a path or an expression of a program.

/// Words in what documentation writes where a token would stand.
const PLACEHOLDERS: [&str; 17] = [
    "example",
    "sample",
    "xxx",
    "your",
    "test",
    "dummy",
    "placeholder",
    "redacted",
    "insert",
    "replace",
    "0000",
    "1234567890",
    "abcdefgh",
    "12345678-1234",
    "fakefake",
    "eby8vdm02xnocqflquwjpllmetlcdxj1ouzft50usrz6",
    "....",
];

/// Whole tokens that vendors print in their documentation or ship for local use.
const PUBLISHED: [&str; 4] = [
    // The token that jwt.io shows.
    "eyJzdWIiOiIxMjM0NTY3ODkwIi",
    // RFC 7519 and RFC 7515.
    "eyJpc3MiOiJqb2UiLA",
    "xoxb-17653672481-19874698323-",
    "xoxp-23984754863-2348975623103",
];

/// What a password must not be made of: words of placeholders and defaults, and runs along the keyboard. They
/// are taken out, and what is left decides.
const WORDS: [&str; 62] = [
    "password",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "pa$$w0rd",
    "pa$$word",
    "passwd",
    "passphrase",
    "pass",
    "pwd",
    "secret",
    "s3cr3t",
    "s3cret",
    "example",
    "sample",
    "your",
    "test",
    "demo",
    "dummy",
    "placeholder",
    "changeme",
    "changeit",
    "change",
    "replace",
    "redacted",
    "foobar",
    "default",
    "hidden",
    "encrypted",
    "username",
    "user",
    "admin",
    "administrator",
    "root",
    "guest",
    "login",
    "token",
    "string",
    "value",
    "null",
    "none",
    "true",
    "false",
    "undefined",
    "required",
    "optional",
    "hunter2",
    "letmein",
    "welcome",
    "qwerty",
    "qwer",
    "asdf",
    "zxcv",
    "1qaz",
    "2wsx",
    "mysql",
    "redis",
    "postgres",
    "oracle",
    "abc",
    "xxx",
    "key",
];

/// A token random enough to be real.
pub(super) fn is_token(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_placeholder = PLACEHOLDERS.iter().any(|word| lower.contains(word));
    !is_placeholder && !PUBLISHED.iter().any(|one| text.contains(one)) && entropy(text.as_bytes()) >= 3.0
}

/// A key that stands behind its name: a token of letters and digits that is neither a name nor a path.
pub(super) fn is_key(text: &str) -> bool {
    let count = |is: fn(&u8) -> bool| text.bytes().filter(is).count();
    let (digits, letters) = (count(u8::is_ascii_digit), count(u8::is_ascii_alphabetic));
    is_token(text)
        && digits >= 3
        && letters >= 3
        && entropy(text.as_bytes()) >= 3.2
        && !is_joined_words(text)
        && !decode(text).is_some_and(|bytes| is_text(&bytes))
}

/// Text that was encoded: what a configuration shows in its place.
fn is_text(bytes: &[u8]) -> bool {
    bytes.len() >= 12 && bytes.iter().all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace())
}

/// Words joined by signs, as in names and paths: few letters change their case or kind inside them.
fn is_joined_words(text: &str) -> bool {
    let words: Vec<&str> = text.split(['_', '-', '.', '/']).filter(|word| !word.is_empty()).collect();
    let plain =
        |word: &&&str| word.bytes().all(|b| b.is_ascii_lowercase()) || word.bytes().all(|b| b.is_ascii_uppercase());
    words.len() >= 3 && words.iter().filter(plain).count() * 2 > words.len()
}

/// Fewest characters of what is left of a password without words and runs of digits.
const OWN: usize = 3;

/// A password that somebody uses.
pub(super) fn is_password(text: &str) -> bool {
    let text = text.trim_end_matches([',', ';', '.']);
    let length = text.chars().count();
    (6..=64).contains(&length)
        && text.is_ascii()
        && has_classes(text)
        && !is_expression(text)
        && own_characters(text) >= OWN
        && entropy(text.as_bytes()) >= 2.3
}

/// Letters and something besides, which three kinds of characters or a certain length make unlikely to be a name.
fn has_classes(text: &str) -> bool {
    let count = |is: fn(&u8) -> bool| text.bytes().filter(is).count();
    let (lower, upper) = (count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase));
    let (digits, signs) = (count(u8::is_ascii_digit), count(u8::is_ascii_punctuation));
    let joins = text.bytes().filter(|b| matches!(b, b'_' | b'-' | b'.' | b'/' | b':')).count();
    let kinds = [lower, upper, digits, signs].iter().filter(|n| **n > 0).count();
    lower + upper > 0
        && (digits > 0 || signs > joins)
        // Words joined as in the name of a setting, with a number at most.
        && (signs > joins || signs == 0 || digits > 1)
        && (kinds >= 3 || length_makes_up(text, digits, signs))
}

fn length_makes_up(text: &str, digits: usize, signs: usize) -> bool {
    text.len() >= 8 && (digits >= 2 || signs > 0)
}

/// A variable, a call, a path, an address, markup, a hash, or a part hidden: nothing anyone types.
fn is_expression(text: &str) -> bool {
    let begins = [
        "$", "{", "<", "(", "[", "%(", "%s", "/", "./", "~/", "\\", "*", "@{", "&{", "ENC(", "{{", "#{", "-", "=", "|",
    ];
    let holds =
        ["${", "$(", "{{", "}}", "://", "()", "](", "***", "<%", "=>", "->", "::", "&&", "||", "==", "\\n", "..."];
    let starts_call = text.split_once('(').is_some_and(|(name, _)| is_path(name));
    let is_hex = text.len() >= 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let ends = [".pem", ".key", ".txt", ".json", ".yml", ".yaml", ".md", ".html", ".com", ".cn", ".php", ".js"];
    begins.iter().any(|one| text.starts_with(one))
        || holds.iter().any(|one| text.contains(one))
        || ends.iter().any(|one| text.ends_with(one))
        || starts_call
        || is_hex
        || text.contains('.') && is_path(text)
        || text.contains('[') && text.contains(']')
        || text.contains('<') && text.contains('>')
        || text.contains(['{', '}'])
}

/// Names joined by dots, as programs write them.
fn is_path(text: &str) -> bool {
    !text.is_empty()
        && text.split('.').all(|name| {
            name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
}

/// Characters left when words of placeholders and digits in order are taken out.
fn own_characters(text: &str) -> usize {
    let mut rest = text.to_ascii_lowercase();
    for word in WORDS {
        rest = rest.replace(word, "");
    }
    for run in ["1234567890", "123456789", "12345678", "1234567", "123456", "12345", "1234", "123", "321", "000"] {
        rest = rest.replace(run, "");
    }
    rest.retain(|c| c.is_ascii_alphanumeric());
    // A year behind a word is no more its owner's than the word.
    let is_number = rest.len() <= 4 && rest.bytes().all(|b| b.is_ascii_digit());
    if is_number { 0 } else { rest.len() }
}

/// Base64 of a user and such a password.
pub(super) fn is_basic_auth(text: &str) -> bool {
    let Some(bytes) = decode(text) else { return false };
    let Ok(plain) = std::str::from_utf8(&bytes) else { return false };
    let Some((user, password)) = plain.split_once(':') else { return false };
    let is_printed = |text: &str| text.bytes().all(|b| b.is_ascii_graphic());
    !user.is_empty()
        && is_printed(user)
        && is_printed(password)
        && (is_password(password) || is_token(password) && password.len() >= 16)
}

/// Base64, both alphabets, with or without padding.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

/// Shannon entropy in bits a byte.
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    for byte in bytes {
        counts[*byte as usize] += 1;
    }
    let total = bytes.len().max(1) as f64;
    counts.iter().filter(|n| **n > 0).map(|n| f64::from(*n) / total).map(|p| -p * p.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_that_people_choose() {
        for password in [
            "Kx7#mPq2",
            "Zhao@1988wl",
            "tree-Planting-2026!",
            "gongbu2026",
            "Wlzx@123456",
            "h7Gk29dLq0Zx",
            "Lin@gw_0731",
        ] {
            assert!(is_password(password), "{password}");
        }
    }

    #[test]
    fn what_stands_where_a_password_would_is_none() {
        for other in [
            "password123",
            "123456",
            "Admin@123",
            "root123456",
            "changeme",
            "P@ssw0rd",
            "your-password-1",
            "abc123",
            "${DB_PASSWORD}",
            "{{ .Values.pw1 }}",
            "<password1>",
            "os.environ",
            "config.db.pass1",
            "getPass1()",
            "getPass1(env)",
            "/etc/shadow1",
            "https://a1.invalid",
            "db_password_1",
            "e10adc3949ba59abbe56e057f20f883e",
            "********",
            "hunter2",
            "letters",
            "secret.key",
            "Abc1",
            "Test@2024",
            "args[1]",
            "20260101",
            "esv1.PasswordRef1{",
        ] {
            assert!(!is_password(other), "{other}");
        }
    }

    #[test]
    fn basic_authentication_holds_a_user_and_a_password() {
        // "gongbu:Kx7#mPq2vL" and "user:password".
        assert!(is_basic_auth("Z29uZ2J1Okt4NyNtUHEydkw="));
        assert!(!is_basic_auth("dXNlcjpwYXNzd29yZA==") && !is_basic_auth("bm8gY29sb24gaGVyZQ=="));
    }

    #[test]
    fn tokens_of_documentation_are_none() {
        assert!(is_token("ghp_a8Fk29dLq0ZxWv7RtY3uB6nC1mPsEoIj4KhG"));
        for other in
            ["AKIAIOSFODNN7EXAMPLE", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
        {
            assert!(!is_token(other), "{other}");
        }
    }
}
