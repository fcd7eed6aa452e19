//! A pack in the form in which machines read it: a line of JSON that says what the TOML file says, and
//! behind it the terms of its lists (`stored`). It is what is read at start, being faster. People write and
//! review the TOML only; whoever signs a pack makes this of it, and whoever takes it checks that both say
//! the same.

use std::sync::Arc;

use serde_json::Value;

use super::error::{PackError, PackErrorCode, both};
use super::list::term_lines;
use super::read::Source;
use super::rule::Pack;
use super::stored::{Behind, StoredSpec};

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
pub fn compile(file: &str, text: &str) -> Result<String, PackError> {
    let unwritable =
        |e: serde_json::Error| PackError::new(PackErrorCode::Syntax, file, both(e.to_string(), e.to_string()));
    let pack: toml::Value = toml::from_str(text).map_err(|e| super::error::misread(file, text, &e))?;
    let mut pack = serde_json::to_value(pack).map_err(unwritable)?;
    let mut behind = String::new();
    let lists = pack.get_mut("list").and_then(Value::as_array_mut);
    for terms in lists.into_iter().flatten().filter_map(|list| list.get_mut("terms")) {
        let stored = plain(terms).and_then(|plain| StoredSpec::written(plain.into_iter(), &mut behind));
        if let Some(spec) = stored {
            *terms = serde_json::to_value(spec).map_err(unwritable)?;
        }
    }
    Ok(format!("{pack}\n{behind}"))
}

/// Terms of which nothing is said but how they are written and what they are called.
fn plain(terms: &Value) -> Option<Vec<(&str, &str)>> {
    match terms {
        Value::String(text) => Some(term_lines(text).map(|(term, name)| (term, name.unwrap_or_default())).collect()),
        terms => terms.as_array()?.iter().map(plain_term).collect(),
    }
}

fn plain_term(term: &Value) -> Option<(&str, &str)> {
    match term {
        Value::Object(table) if table.keys().all(|key| ["term", "id", "note"].contains(&key.as_str())) => {
            let name = table.get("id").map_or(Some(""), Value::as_str)?;
            Some((table.get("term")?.as_str()?, name))
        }
        term => Some((term.as_str()?, "")),
    }
}

impl Pack {
    /// Reads the compiled form of a built-in pack, which was proven when the program was built.
    pub(super) fn compiled(file: &str, text: &str, common: Option<&Pack>) -> Result<Pack, PackError> {
        Pack::of_json(Source { file, text, proven: true, behind: None }, common)
    }

    /// Reads the compiled form of a pack that was proven when it was taken.
    pub(super) fn taken(file: &str, all: &Arc<Vec<u8>>, common: Option<&Pack>) -> Result<Pack, PackError> {
        let end = memchr::memchr(b'\n', all).unwrap_or(all.len());
        let behind = Some(Behind { all, from: all.len().min(end + 1) });
        let text = simdutf8::basic::from_utf8(&all[..end]).unwrap_or_default();
        Pack::of_json(Source { file, text, proven: true, behind }, common)
    }

    fn of_json(source: Source<'_>, common: Option<&Pack>) -> Result<Pack, PackError> {
        let spec = serde_json::from_str(source.text);
        let spec =
            spec.map_err(|e| PackError::new(PackErrorCode::Syntax, source.file, both(e.to_string(), e.to_string())))?;
        Pack::build(source, spec, common)
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
        let taken = |json: &str| Pack::taken("trees.json", &Arc::new(json.as_bytes().to_vec()), Some(&common));
        // Terms of which more is said stay in the line.
        let (line, behind) = json.split_once('\n').expect("two parts");
        assert!(line.contains("银杏") && line.contains("ＯＡＫ") && !line.contains("白桦"), "{line}");
        let mut terms: Vec<&str> = behind.lines().take(3).collect();
        terms.sort_unstable();
        assert_eq!(terms, ["OAK", "白桦", "青松计划"]);
        assert_eq!(taken(&json).expect("a pack"), parsed);
        assert_ne!(taken(&json.replace("白桦", "白杨")).expect("a pack"), parsed);
        // What stands there in another form than this program folds to is folded again.
        let wide = taken(&json.replace("OAK", "Ｏ")).expect("a pack");
        assert_eq!(
            wide.rules[0].terms.iter().filter_map(|term| Some(term.wording?.folded.to_string())).collect::<Vec<_>>(),
            ["青松计划", "OAK", "白桦"]
        );
        // What is cut, or is said to stand elsewhere, is no pack; without anything behind it, nor is the line.
        for broken in [&json[..json.len() - 1], line, &json.replace(r#""at":0"#, r#""at":1"#)] {
            assert!(taken(broken).is_err(), "{broken}");
        }
        assert!(Pack::compiled("trees.json", line, Some(&common)).is_err());
    }

    #[test]
    fn a_compiled_form_without_anything_behind_its_line_is_read_as_before() {
        let common = common().expect("the common pack");
        let parsed = Pack::parse("trees.toml", PACK, Some(&common)).expect("a pack");
        let value: toml::Value = toml::from_str(PACK).expect("TOML");
        let mut all = serde_json::to_value(value).expect("JSON");
        let one_by_one = all.to_string();
        all["list"][0]["terms"] = "青松计划\nＯＡＫ\to\n白桦\n".into();
        for form in [one_by_one, all.to_string()] {
            let taken = Pack::taken("trees.json", &Arc::new(form.clone().into_bytes()), Some(&common));
            assert_eq!(taken.expect("a pack"), parsed, "{form}");
        }
    }

    #[test]
    fn terms_are_a_text_or_one_by_one() {
        let common = common().expect("the common pack");
        let terms = |written: &str| {
            let text = PACK.replace(r#"["青松计划", { term = "ＯＡＫ", id = "o", note = "a tree" }, "白桦"]"#, written);
            let pack = Pack::parse("trees.toml", &text, Some(&common))?;
            Ok::<_, PackError>(
                pack.rules[0]
                    .terms
                    .iter()
                    .filter_map(|term| Some(format!("{} {}", term.id, term.wording?.written)))
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(terms("'''\n青松计划\n\n  白桦 \t b\n'''").expect("lines"), ["1 青松计划", "b 白桦"]);
        assert_eq!(terms(r#"["白桦"]"#).expect("one by one"), ["1 白桦"]);
        assert!(terms("7").is_err() && terms("''").is_err());
    }
}
