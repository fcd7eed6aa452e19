//! Files of settings and catalogues: each value by itself, as the program that reads them shows it. Values are
//! data of a program, so they weigh as source does.

use crate::extract::driver::{Context, TextStream};
use crate::extract::support::charset::readings;
use crate::extract::support::literals::{Escapes, literals};
use crate::model::{GapReason, Part, PartKind, Unit};

/// Extensions of such files: registries, catalogues of translations, TOML, YAML, property lists of old.
const SETTINGS: [&str; 9] = ["reg", "po", "pot", "strings", "toml", "yaml", "yml", "plist", "stringsdict"];
/// Bytes of one value over several lines.
const VALUE: usize = 64 * 1024;

/// A file of this name is one of settings.
pub(super) fn is_settings(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| SETTINGS.contains(&extension.to_ascii_lowercase().as_str()))
}

/// Reads the values.
pub(super) fn read(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    for charset in readings(bytes, None) {
        let (text, _) = charset.decode(bytes);
        let mut story = TextStream::new(Part::only(PartKind::Markup), Unit::None);
        cx.as_source(|cx| {
            each(&text, |value| {
                story.push(value, cx);
                story.push("\n", cx);
            });
            story.finish(cx);
        });
        cx.budget().check()?;
    }
    Ok(())
}

/// Hands on each value. Quoted lines behind a quoted line go on with it, as in catalogues.
fn each(text: &str, mut say: impl FnMut(&str)) {
    let mut whole = String::new();
    for line in text.lines() {
        let line = line.trim();
        if !line.starts_with('"') && !whole.is_empty() {
            say(&std::mem::take(&mut whole));
        }
        let mut is_quoted = false;
        literals(&old_escapes(line), Escapes::Script, |literal| {
            is_quoted = true;
            if line.ends_with('"') && whole.len() < VALUE {
                whole.push_str(literal);
            }
            if !line.starts_with('"') || !line.ends_with('"') || line.contains("\"=") {
                whole.clear();
                say(literal);
                whole.extend(line.ends_with('"').then_some(literal));
            }
        });
        if !is_quoted && let Some((_, value)) = line.split_once(": ").or_else(|| line.split_once("- ")) {
            say(value.trim());
        }
    }
    if !whole.is_empty() {
        say(&whole);
    }
}

/// Escapes of property lists of old (`\U673a`) as the others write them.
fn old_escapes(line: &str) -> String {
    line.replace("\\U", "\\u")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        let mut values = Vec::new();
        each(text, |value| values.push(value.to_string()));
        values.dedup();
        values
    }

    #[test]
    fn a_value_is_what_the_program_shows() {
        for (text, wanted) in [
            ("\"a\"=\"机密\"", "机密"),
            ("msgstr \"\"\n\"机\"\n\"密★10年\"\n\nmsgid \"x\"", "机密★10年"),
            ("title = \"\\u673a\\u5bc6\"", "机密"),
            ("title: 机密★10年", "机密★10年"),
            ("t = \"\\U673a\\U5bc6\";", "机密"),
            ("- 'SECRET'", "SECRET"),
        ] {
            let found = values(text);
            assert!(found.iter().any(|value| value == wanted), "{text}: {found:?}");
        }
    }

    #[test]
    fn files_of_settings_are_known_by_their_names() {
        assert!(is_settings("a.YAML") && is_settings("zh.po") && !is_settings("a.py") && !is_settings("yaml"));
    }
}
