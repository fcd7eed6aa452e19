//! Sealing a pack: every list of it is put in a form in which desktops find its terms and cannot read them. What would
//! give a term away goes with it: comments, notes, examples. Rules, titles, sources and allowed texts stay as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use toml::Value;

use super::builtin;
use super::error::{PackError, PackErrorCode, both, misread};
use super::rule::{Pack, Rule};
use super::rule_metadata::Confidence;
use super::sealed::{FORM, NearSpec, OwnSpec, SealedSpec};
use super::terms::{Term, Wording};
use crate::literal::sealed::{Parts, Sealed, Sealing, WordRules};

/// What stands above a sealed pack.
const HEAD: &str =
    "# Sealed by `mizha pack import`: whoever has this file can find the terms and cannot read them. Do not edit.\n";
/// Keys of a list that hold its terms, or texts made of them.
const OPEN: [&str; 4] = ["terms", "examples", "negative_examples", "known_misses"];

/// The text of a pack file with its lists sealed, each under a key of its own.
///
/// # Errors
/// When the text is no pack, or a term cannot be sealed.
pub fn seal(file: &str, text: &str, mut key: impl FnMut() -> [u64; 4]) -> Result<String, PackError> {
    let pack = Pack::parse(file, text, Some(&builtin::common()?))?;
    let mut table: toml::Table = toml::from_str(text).map_err(|e| misread(file, text, &e))?;
    let lists = table.get_mut("list").and_then(Value::as_array_mut).into_iter().flatten();
    for list in lists.filter_map(Value::as_table_mut) {
        let rule = list.get("id").and_then(Value::as_str).and_then(|id| pack.rules.iter().find(|rule| *rule.id == *id));
        let Some(rule) = rule.filter(|rule| rule.terms.words().is_none()) else { continue };
        let sealed = sealed(file, rule, key())?;
        list.retain(|key, _| !OPEN.contains(&key));
        list.insert("sealed".into(), Value::try_from(sealed).map_err(|e| unwritable(file, &e))?);
    }
    let text = toml::to_string_pretty(&table).map_err(|e| unwritable(file, &e))?;
    Ok(format!("{HEAD}{text}"))
}

fn unwritable(file: &str, e: &dyn std::fmt::Display) -> PackError {
    PackError::new(PackErrorCode::Syntax, file, both(e.to_string(), e.to_string()))
}

/// The terms of a list, sealed.
fn sealed(file: &str, rule: &Rule, key: [u64; 4]) -> Result<SealedSpec, PackError> {
    let terms: Vec<(Term<'_>, Wording<'_>)> =
        rule.terms.iter().filter_map(|term| Some((term.clone(), term.wording?))).collect();
    let words: Vec<&str> = terms.iter().map(|(_, wording)| wording.folded).collect();
    let standing = WordRules { ignore_case: rule.ignore_case, words_apart: !rule.inside_words };
    let sealing = Sealing::of(&words, standing, key).map_err(|unsealable| {
        let (id, word) = terms.get(unsealable.0).map_or(("-", ""), |(term, wording)| (&*term.id, wording.written));
        let en = format!("{}: term {id} (`{word}`) is too short to be sealed: it could be guessed at once", rule.id);
        PackError::new(
            PackErrorCode::Value,
            file,
            both(en, format!("{}：词条 {id}（“{word}”）太短，无法密封：一猜即中", rule.id)),
        )
    })?;
    let parts = sealing.sealed.parts();
    let order = || sealing.order.iter().filter_map(|at| terms.get(*at));
    let usual = rule.forms.first().map(|form| form.score);
    let mut own: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (term, wording) in order() {
        let tier = Some(term.tier).filter(|tier| *tier != rule.tier);
        let levels = [Confidence::Low, Confidence::Medium, Confidence::High];
        let confidence = levels.into_iter().find(|level| level.score() == term.score && Some(term.score) != usual);
        let near: Vec<NearSpec> = wording.near.iter().map(|text| near(&sealing.sealed, text)).collect();
        if tier.is_some() || confidence.is_some() || !near.is_empty() {
            own.entry((tier, confidence, near)).or_default().push(term.id.to_string());
        }
    }
    let own = own.into_iter().map(|((tier, confidence, near), ids)| OwnSpec { ids, tier, confidence, near });
    Ok(SealedSpec {
        form: FORM,
        key: digits(&parts.key),
        windows: digits(parts.windows.words()),
        outlines: digits(parts.outlines.words()),
        shapes: parts.shapes.iter().map(|shape| shape.numbers()).collect(),
        signs: signs(&words),
        terms: lines(parts, order().map(|(term, _)| &*term.id)),
        own: own.collect(),
    })
}

/// A text that must stand nearby, sealed.
fn near(sealed: &Sealed, text: &str) -> NearSpec {
    NearSpec { characters: text.chars().count(), tag: digits(&[sealed.beside(text)]) }
}

/// A term a line.
fn lines<'t>(parts: &Parts, ids: impl Iterator<Item = &'t str>) -> String {
    let mut lines = String::from("\n");
    for ((at, tag), id) in (0..).zip(&parts.tags).zip(ids) {
        let _ = write!(lines, "{id}\t{tag:016x}");
        if let Some(longer) = parts.longer.get(&at) {
            let _ = write!(lines, "\t{}\t{}\t{:016x}", longer.before, longer.characters, longer.tag);
        }
        lines.push('\n');
    }
    lines
}

/// The signs that stand in some word, besides letters and digits.
fn signs(words: &[&str]) -> String {
    let signs = words.iter().flat_map(|word| word.chars()).filter(|c| !c.is_alphanumeric());
    signs.collect::<BTreeSet<char>>().into_iter().collect()
}

/// Numbers as hexadecimal digits, one behind the other.
fn digits(numbers: &[u64]) -> String {
    let mut digits = String::with_capacity(16 * numbers.len());
    numbers.iter().for_each(|number| {
        let _ = write!(digits, "{number:016x}");
    });
    digits
}
