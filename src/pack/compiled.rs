//! A pack in the form in which machines read it: JSON that says what the TOML file says, read at start
//! several times as fast. People write and review the TOML only; whoever signs a pack makes this of it,
//! and whoever takes it checks that both say the same.

use toml::Value;

use super::error::{Code, Error, both};
use super::rule::Pack;

/// What the name of a compiled pack ends with, where that of its file ends with `.toml`.
const ENDING: &str = ".json";

/// The name of the compiled form of a pack file.
pub fn compiled_name(file: &str) -> Option<String> {
    Some(format!("{}{ENDING}", file.strip_suffix(".toml")?))
}

/// The name of the pack file of which a compiled form was made.
pub(super) fn source_name(compiled: &str) -> Option<String> {
    Some(format!("{}.toml", compiled.strip_suffix(ENDING)?))
}

/// Compiles the text of a pack file.
///
/// # Errors
/// If it is not TOML. What it says is not looked at.
pub fn compile(file: &str, text: &str) -> Result<String, Error> {
    let mut pack: Value = toml::from_str(text).map_err(|e| super::error::misread(file, text, &e))?;
    let lists = pack.get_mut("list").and_then(Value::as_array_mut);
    for terms in lists.into_iter().flatten().filter_map(|list| list.get_mut("terms")) {
        if let Some(lines) = lines(terms) {
            *terms = Value::String(lines);
        }
    }
    let unwritable = |e: serde_json::Error| Error::new(Code::Syntax, file, both(e.to_string(), e.to_string()));
    serde_json::to_string(&pack).map_err(unwritable)
}

/// Terms of which nothing is said but how they are written and what they are called, as one text with a
/// line each.
fn lines(terms: &Value) -> Option<String> {
    let fits =
        |text: &&str| !text.is_empty() && text.trim() == *text && !text.contains('\t') && text.lines().count() == 1;
    let line = |term: &Value| match term {
        Value::Table(table) if table.keys().all(|key| ["term", "id", "note"].contains(&key.as_str())) => {
            let part = |name| table.get(name)?.as_str().filter(fits);
            Some(format!("{}\t{}\n", part("term")?, part("id")?))
        }
        _ => term.as_str().filter(fits).map(|term| format!("{term}\n")),
    };
    terms.as_array()?.iter().map(line).collect()
}

impl Pack {
    /// Reads a compiled pack that was proven: built in, or when it was installed.
    pub(super) fn compiled(file: &str, text: &str, common: Option<&Pack>) -> Result<Pack, Error> {
        let spec = serde_json::from_str(text);
        let spec = spec.map_err(|e| Error::new(Code::Syntax, file, both(e.to_string(), e.to_string())))?;
        Pack::build(super::read::Source { file, text, proven: true }, spec, common)
    }

    /// Both say the same.
    pub(super) fn says_what(&self, other: &Pack) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::common;

    const PACK: &str = r#"schema_version = 1
id = "trees"
version = "2026-11-26"
title = { en = "Trees", zh = "树木" }

[[list]]
id = "trees.plain"
title = { en = "Trees", zh = "树木" }
tier = "internal"
references = ["invented for this test"]
terms = ["青松计划", { term = "ＯＡＫ", id = "o", note = "a tree" }, "白桦"]

[[list]]
id = "trees.own"
title = { en = "Trees", zh = "树木" }
tier = "internal"
references = ["invented for this test"]
terms = ["红杉", { term = "银杏", id = "g", near = ["批次"] }, " 垂柳"]
"#;

    #[test]
    fn the_compiled_form_says_what_the_file_says() {
        let common = common().expect("the common pack");
        let parsed = Pack::parse("trees.toml", PACK, Some(&common)).expect("a pack");
        let json = compile("trees.toml", PACK).expect("compiled");
        assert!(json.contains(r#""terms":"青松计划\nＯＡＫ\to\n白桦\n""#), "{json}");
        let compiled = Pack::compiled("trees.json", &json, Some(&common)).expect("a pack");
        assert!(compiled.says_what(&parsed));
        let other = Pack::compiled("trees.json", &json.replace("白桦", "白杨"), Some(&common)).expect("a pack");
        assert!(!other.says_what(&parsed));
    }

    #[test]
    fn terms_are_a_text_or_one_by_one() {
        let common = common().expect("the common pack");
        let terms = |written: &str| {
            let text = PACK.replace(r#"["青松计划", { term = "ＯＡＫ", id = "o", note = "a tree" }, "白桦"]"#, written);
            let pack = Pack::parse("trees.toml", &text, Some(&common))?;
            Ok::<_, Error>(
                pack.rules[0].terms.iter().map(|term| format!("{} {}", term.id, term.written)).collect::<Vec<_>>(),
            )
        };
        assert_eq!(terms("'''\n青松计划\n\n  白桦 \t b\n'''").expect("lines"), ["1 青松计划", "b 白桦"]);
        assert_eq!(terms(r#"["白桦"]"#).expect("one by one"), ["1 白桦"]);
        assert!(terms("7").is_err() && terms("''").is_err());
    }
}
