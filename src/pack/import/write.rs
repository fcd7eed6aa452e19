//! The pack as a TOML file: a new one, or an existing one with its comments, its other rules and
//! the ids of its terms kept.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

use super::Row;
use crate::model::{Phrase, Tier};
use crate::normalize::fold_literal;
use crate::pack::Confidence;
use crate::pack::list::term_lines;

/// What stands above the terms.
#[derive(Debug, Clone)]
pub struct PackHeader {
    /// The pack's identifier.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The list's title.
    pub title: String,
    /// Tier of terms that name none.
    pub tier: Tier,
    /// How sure a match is.
    pub confidence: Confidence,
    /// Where the list comes from.
    pub source: String,
    /// How terms are named whose row names none.
    pub naming: Naming,
}

/// How terms are named whose row names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// Numbers in the order of the list.
    Counted,
    /// Drawn by lot, so that a name says nothing of its neighbours.
    Drawn,
}

/// The pack's text. In an existing one, the list of the same identifier gets these terms; a term
/// it knew keeps its id, so that older reports still say the right thing.
///
/// # Errors
/// When the existing text is not TOML or its list is not one.
pub fn write(header: &PackHeader, rows: &[Row], existing: Option<&str>) -> Result<String, Phrase> {
    let mut document = match existing {
        Some(text) => {
            text.parse::<DocumentMut>().map_err(|e| Phrase::new(&e.to_string(), &format!("不是有效的 TOML：{e}")))?
        }
        None => fresh(header),
    };
    document["version"] = toml_edit::value(&header.version);
    let list_id = format!("{}.terms", header.id);
    let lists = document.entry("list").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let lists =
        lists.as_array_of_tables_mut().ok_or_else(|| Phrase::new("`list` is no list of tables", "list 不是表数组"))?;
    let at = lists.iter().position(|list| list.get("id").and_then(Item::as_str) == Some(&list_id));
    if at.is_none() {
        lists.push(list(header, &list_id));
    }
    let at = at.unwrap_or(lists.len() - 1);
    let list = lists.get_mut(at).ok_or_else(|| Phrase::new("the list is gone", "词表丢失"))?;
    let known = ids(list);
    let mut names = Names::new(header.naming, known.values().chain(rows.iter().filter_map(|row| row.id.as_ref())));
    let mut terms = Array::new();
    for row in rows {
        let known = || known.get(&*fold_literal(&row.term)).cloned();
        let id = row.id.clone().or_else(known).unwrap_or_else(|| names.next());
        let mut value = Value::InlineTable(term(row, &id));
        value.decor_mut().set_prefix("\n  ");
        terms.push_formatted(value);
    }
    terms.set_trailing("\n");
    terms.set_trailing_comma(true);
    list["terms"] = toml_edit::value(terms);
    examples(list, "examples", rows.iter().filter_map(|row| row.example.as_deref()));
    examples(list, "negative_examples", rows.iter().filter_map(|row| row.counter_example.as_deref()));
    Ok(document.to_string())
}

/// Names no term has yet.
struct Names {
    naming: Naming,
    taken: BTreeSet<String>,
    last: u64,
}

impl Names {
    fn new<'n>(naming: Naming, taken: impl Iterator<Item = &'n String>) -> Self {
        let taken: BTreeSet<String> = taken.cloned().collect();
        let last = taken.iter().filter_map(|id| id.strip_prefix('t')?.parse::<u64>().ok()).max().unwrap_or(0);
        Names { naming, taken, last }
    }

    fn next(&mut self) -> String {
        loop {
            let name = match self.naming {
                Naming::Counted => {
                    self.last += 1;
                    format!("t{:05}", self.last)
                }
                // Each state of this kind is drawn anew from the system.
                Naming::Drawn => format!("s{:08x}", RandomState::new().hash_one(self.taken.len()) as u32),
            };
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

fn fresh(header: &PackHeader) -> DocumentMut {
    let mut document = DocumentMut::new();
    document.insert("schema_version", toml_edit::value(1));
    document.insert("id", toml_edit::value(&header.id));
    document.insert("version", toml_edit::value(&header.version));
    document.insert("title", toml_edit::value(phrase(&header.title)));
    if let Some(mut key) = document.key_mut("schema_version") {
        key.leaf_decor_mut().set_prefix(
            "#:schema ./pack.schema.json\n# Made by `mizha pack import`. Comments and further rules are kept when the list is imported again.\n",
        );
    }
    document
}

fn list(header: &PackHeader, id: &str) -> Table {
    let mut list = Table::new();
    list.insert("id", toml_edit::value(id));
    list.insert("title", toml_edit::value(phrase(&header.title)));
    list.insert("tier", toml_edit::value(header.tier.as_str()));
    let confidence = match header.confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    };
    list.insert("confidence", toml_edit::value(confidence));
    list.insert("references", toml_edit::value(Array::from_iter([header.source.as_str()])));
    list
}

fn phrase(text: &str) -> InlineTable {
    let mut both = InlineTable::new();
    both.insert("en", text.into());
    both.insert("zh", text.into());
    both
}

fn term(row: &Row, id: &str) -> InlineTable {
    let mut table = InlineTable::new();
    table.insert("id", id.into());
    table.insert("term", row.term.as_str().into());
    if let Some(tier) = row.tier {
        table.insert("tier", tier.as_str().into());
    }
    if let Some(confidence) = row.confidence {
        let word = match confidence {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        };
        table.insert("confidence", word.into());
    }
    if !row.near.is_empty() {
        table.insert("near", Value::Array(Array::from_iter(row.near.iter().map(String::as_str))));
    }
    if let Some(note) = &row.note {
        table.insert("note", note.as_str().into());
    }
    table
}

/// The ids of the terms a list has, by folded term.
fn ids(list: &Table) -> BTreeMap<String, String> {
    let terms = list.get("terms");
    let tables = terms.and_then(Item::as_array).into_iter().flatten().filter_map(Value::as_inline_table);
    let text = |table: &'_ InlineTable, key: &str| table.get(key).and_then(Value::as_str).map(str::to_string);
    let each = tables.filter_map(|table| Some((text(table, "term")?, text(table, "id")?)));
    let lines = term_lines(terms.and_then(Item::as_str).unwrap_or_default());
    let lines = lines.filter_map(|(term, id)| Some((term.to_string(), id?.to_string())));
    each.chain(lines).map(|(term, id)| (fold_literal(&term).into_owned(), id)).collect()
}

/// Adds examples to those somebody wrote by hand.
fn examples<'a>(list: &mut Table, key: &str, more: impl Iterator<Item = &'a str>) {
    let mut array = list.get(key).and_then(Item::as_array).cloned().unwrap_or_default();
    let mut known: BTreeSet<String> = array.iter().filter_map(|text| text.as_str().map(str::to_string)).collect();
    for text in more {
        if known.insert(text.to_string()) {
            array.push(text);
        }
    }
    if !array.is_empty() {
        list[key] = toml_edit::value(array);
    }
}
