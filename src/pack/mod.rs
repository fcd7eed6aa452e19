//! Packs: rules as data. On disk a pack is a TOML file ([`PackSpec`]); read and validated it is a
//! [`Pack`]; several compiled together are a [`RuleSet`]. Matching and judging happen elsewhere.

mod anchor_words;
mod anchors;
mod builtin;
mod check;
mod compiled;
mod edges;
mod either;
mod error;
mod example;
#[cfg(feature = "author")]
pub mod import;
mod lazy_shared;
mod line_index;
mod lint;
mod list;
mod names;
mod needed;
mod outline;
mod pattern;
mod pattern_tree;
mod reached;
mod read;
mod rule;
mod rule_metadata;
mod ruleset;
mod schema;
#[cfg(feature = "author")]
mod seal;
mod sealed;
mod spec;
mod stored;
mod terms;
mod trigram_filter;
pub mod trust;

pub use anchor_words::AnchorWords;
pub use anchors::{AnchorTarget, Lead};
pub use builtin::{builtin, common};
pub use check::Check;
pub use compiled::{compile, compiled_name};
pub use edges::Edges;
pub use error::{PackError, PackErrorCode};
pub use example::{Example, PlacedExample};
pub use lint::{Danger, Grade, Remark, common_words, danger, lint};
pub use list::{ListSpec, TermSpec, TermTable, TermsSpec};
pub use pattern::Pattern;
pub use rule::{Counts, Fills, Form, FormScope, Pack, Predicate, Rule, RuleBody, When};
pub use rule_metadata::{Allowed, Confidence, Deprecated, Impact, RuleMetadata};
pub use ruleset::RuleSet;
pub use schema::schema;
#[cfg(feature = "author")]
pub use seal::seal;
pub use sealed::{NearSpec, OwnSpec, SealedSpec};
pub use spec::PackSpec;
pub use terms::{Term, Terms, Wording};

use error::both;
use std::fs;
use std::path::Path;

/// Reads one pack file, or every `*.toml` of a folder in name order.
pub fn load(path: &Path) -> Result<Vec<Pack>, PackError> {
    let common = common()?;
    let io = |e: std::io::Error| {
        PackError::new(PackErrorCode::Io, &path.display().to_string(), both(e.to_string(), format!("无法读取：{e}")))
    };
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
        return Err(PackError::new(
            PackErrorCode::Empty,
            &path.display().to_string(),
            both("no *.toml file in this folder", "目录中没有 *.toml 文件"),
        ));
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
