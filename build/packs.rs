//! Turns the built-in packs into JSON, which is read several times as fast as TOML: the whole pack, and a list of
//! what leads to its rules in a text, which is all that is read at start. What they say is not looked at here; that
//! the lists say what the packs say is held by a test.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::fold::folded;

/// The pack whose predicates apply to the rules of the others.
const COMMON: &str = "common";

/// Stands between the anchors of a rule.
const BETWEEN: &str = "\u{7F}";

/// Stands before one that the program has to fold.
const UNFOLDED: &str = "\u{80}";

/// Writes them into a folder.
pub(crate) fn write(out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=patterns");
    let mut packs = Vec::new();
    for entry in fs::read_dir(Path::new("patterns"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_stem().ok_or("a pack without a name")?.to_os_string();
            let pack: toml::Value = toml::from_str(&fs::read_to_string(&path)?)?;
            packs.push((name, serde_json::to_value(pack)?));
        }
    }
    let common = packs.iter().find(|(name, _)| name == COMMON).map_or(0, |(_, pack)| lines(pack));
    for (name, pack) in &packs {
        fs::write(out.join(name).with_extension("json"), pack.to_string())?;
        if name != COMMON {
            fs::write(out.join(name).with_extension("list.json"), list(pack, common)?.to_string())?;
        }
    }
    Ok(())
}

/// What leads to the rules of a pack.
fn list(pack: &Value, common: u64) -> Result<Value, Box<dyn Error>> {
    if pack.get("list").is_some() {
        return Err("a built-in pack has a list of terms: those are read at start, so they need a way there".into());
    }
    let rules: Vec<Value> = all(pack, "rule").map(rule).collect();
    Ok(json!({
        "id": pack["id"],
        "version": pack["version"],
        "title": pack["title"],
        "lines": lines(pack).max(common),
        "rules": rules,
    }))
}

fn rule(rule: &Value) -> Value {
    const KEPT: [&str; 6] = ["id", "digits", "ignore_case", "inside_words", "ocr_only", "channels"];
    let kept = KEPT.iter().filter_map(|key| Some(((*key).to_string(), rule.get(*key)?.clone())));
    let mut listed: serde_json::Map<String, Value> = kept.collect();
    // One behind the other in one text, as `pack::anchor_words` has them.
    let anchors = all(rule, "anchors").filter_map(Value::as_str);
    let ready: Vec<String> = anchors.map(|anchor| folded(anchor).unwrap_or(format!("{UNFOLDED}{anchor}"))).collect();
    listed.insert("anchors".into(), ready.join(BETWEEN).into());
    if all(rule, "form").any(|form| form["place"] == "block") {
        listed.insert("looks_far".into(), true.into());
    }
    listed.insert("running".into(), running(rule));
    listed.into()
}

/// Where a rule finds marks in running text: in these parts only, if none of its forms is looked for in all.
fn running(rule: &Value) -> Value {
    let mut parts = BTreeSet::new();
    for form in all(rule, "form").filter(|form| form["place"] != "line") {
        match form.get("parts").and_then(Value::as_array) {
            Some(only) if !only.is_empty() => parts.extend(only.iter().filter_map(Value::as_str)),
            _ => return "anywhere".into(),
        }
    }
    json!({ "in": parts })
}

/// Lines around a match, or from the text's first on, that some predicate looks at.
fn lines(pack: &Value) -> u64 {
    let number = |value: Option<&Value>| value.and_then(Value::as_u64).unwrap_or(0);
    let of = |predicate: &Value| {
        let near = predicate.get("near");
        let near = ["lines_before", "lines_after"].map(|key| number(near.and_then(|near| near.get(key))));
        let own = ["head_lines", "tail_lines"].map(|key| number(predicate.get(key)));
        near.into_iter().chain(own).max().unwrap_or(0)
    };
    all(pack, "predicate").map(of).max().unwrap_or(0)
}

/// The tables of an array.
fn all<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}
