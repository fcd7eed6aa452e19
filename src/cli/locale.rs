//! The language: `--lang`, else the locale of the environment.

use std::ffi::OsString;

use crate::model::Lang;

/// The language of this run, known before the arguments are parsed so that help can use it.
pub(super) fn language(argv: &[OsString]) -> Lang {
    let words: Vec<&str> = argv.iter().filter_map(|word| word.to_str()).collect();
    let told = words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix("--lang") {
        Some("") => words.get(at + 1).copied(),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    });
    let from = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = || from("LC_ALL").or_else(|| from("LC_MESSAGES")).or_else(|| from("LANG"));
    of(&told.map(str::to_string).or_else(locale).unwrap_or_default())
}

fn of(locale: &str) -> Lang {
    if locale.to_ascii_lowercase().starts_with("zh") { Lang::Zh } else { Lang::En }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_locales_are_chinese() {
        for (locale, lang) in [("zh_CN.UTF-8", Lang::Zh), ("zh", Lang::Zh), ("en_US.UTF-8", Lang::En), ("C", Lang::En)]
        {
            assert_eq!(of(locale), lang, "{locale}");
        }
        let argv = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        assert_eq!(language(&argv(&["mizha", "--lang", "zh", "scan"])), Lang::Zh);
        assert_eq!(language(&argv(&["mizha", "scan", "--lang=zh"])), Lang::Zh);
    }
}
