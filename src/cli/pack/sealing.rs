//! What `mizha pack import` does besides where the list is sealed: whether it is, where the open list stays, and the
//! proof that the sealed one finds what the open one finds.

use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

use super::args::ImportArgs;
use super::files::read;
use crate::model::{Lang, Tier};
use crate::pack::import::{ImportPlan, Naming};
use crate::pack::{Pack, common, seal};
use crate::scan::unfound_when_sealed;

/// What the pack becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListForm {
    /// Everyone who has the pack can read its terms.
    Open,
    /// Nobody can; the open list stays with the officer.
    Sealed,
}

impl ListForm {
    /// As the person says, or else by the highest tier of the list.
    pub(super) fn of(args: &ImportArgs, highest: Tier) -> Self {
        match args.sealed || !args.open && highest >= Tier::WorkSecret {
            true => ListForm::Sealed,
            false => ListForm::Open,
        }
    }

    /// How terms are named.
    pub(super) fn naming(self) -> Naming {
        match self {
            ListForm::Open => Naming::Counted,
            ListForm::Sealed => Naming::Drawn,
        }
    }
}

/// The highest tier of a list.
pub(super) fn highest(plan: &ImportPlan, usual: Tier) -> Tier {
    plan.taken.iter().map(|row| row.tier.unwrap_or(usual)).max().unwrap_or(usual)
}

/// Where the open list of a sealed pack stays: `names.open.toml` beside `names.toml`.
pub(super) fn open_list(output: &Path) -> PathBuf {
    output.with_extension("open.toml")
}

/// The list as it was imported before, which keeps its comments and its terms' ids.
pub(super) fn before(output: &Path, lang: Lang) -> anyhow::Result<Option<String>> {
    for path in [open_list(output), output.to_path_buf()] {
        if path.exists() {
            let text = String::from_utf8(read(&path, lang)?)?;
            if !is_sealed(&text) {
                return Ok(Some(text));
            }
        }
    }
    if output.exists() {
        let open = open_list(output);
        let open = open.display();
        eprintln!(
            "{}",
            lang.pick(
                format!("warning: {open} is not there, so that the terms get new ids and old reports cannot be looked up any more"),
                format!("警告：找不到 {open}，词条将重新编号，以往报告中的编号无法再对应"),
            )
        );
    }
    Ok(None)
}

/// Some list of the pack is sealed.
fn is_sealed(text: &str) -> bool {
    let table = text.parse::<toml::Table>().unwrap_or_default();
    let lists = table.get("list").and_then(toml::Value::as_array);
    lists.into_iter().flatten().any(|list| list.get("sealed").is_some())
}

/// The pack's text sealed, every term of it found; `told` hears of how many were tried.
pub(super) fn sealed(
    shown: &str,
    text: &str,
    open: &Pack,
    told: &mut dyn FnMut(usize, usize),
) -> anyhow::Result<String> {
    // The key lies in the pack and is no secret: it only has to be another one each time.
    let key = || [0_u64, 1, 2, 3].map(|n| RandomState::new().hash_one(n));
    let sealed = seal(shown, text, key)?;
    let pack = Pack::parse(shown, &sealed, Some(&common()?))?;
    match unfound_when_sealed(open, &pack, told)?.first() {
        Some(failure) => Err(failure.error(shown).into()),
        None => Ok(sealed),
    }
}
