//! Packs: rules as data. On disk a pack is a TOML file ([`PackSpec`]); read and validated it is a
//! [`Pack`]; several compiled together are a [`RuleSet`]. Matching and judging happen elsewhere.

mod builtin;
mod check;
mod error;
mod pattern;
mod rule;
mod ruleset;
mod spec;

pub use builtin::{builtin, common};
pub use check::Check;
pub use error::{Code, Error};
pub use pattern::Pattern;
pub use rule::{Form, Pack, Place, Predicate, Rule, When};
pub use ruleset::{Anchor, RuleSet};
pub use spec::{Counts, Example, PackSpec};

use std::fs;
use std::path::Path;

/// Reads one pack file, or every `*.toml` of a folder in name order.
pub fn load(path: &Path) -> Result<Vec<Pack>, Error> {
    let common = common()?;
    let io = |e: std::io::Error| Error::new(Code::Io, &path.display().to_string(), e.to_string());
    if !path.is_dir() {
        let text = fs::read_to_string(path).map_err(io)?;
        return Ok(vec![Pack::parse(&path.display().to_string(), &text, Some(&common))?]);
    }
    let mut files: Vec<_> = fs::read_dir(path)
        .map_err(io)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|file| file.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(Error::new(Code::Empty, &path.display().to_string(), "no *.toml file in this folder".into()));
    }
    let mut packs = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).map_err(io)?;
        let pack = Pack::parse(&file.display().to_string(), &text, Some(&common))?;
        if pack.id.as_ref() != builtin::COMMON {
            packs.push(pack);
        }
    }
    Ok(packs)
}
