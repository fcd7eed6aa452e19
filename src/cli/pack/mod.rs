//! `mizha pack`: an administrator's way from a list of terms to every desktop, one file a verb.

mod args;
mod check;
#[cfg(all(target_os = "linux", feature = "update"))]
mod fetch;
#[cfg(feature = "author")]
mod import;
mod page;
#[cfg(feature = "author")]
mod sign;
#[cfg(target_os = "linux")]
mod store;
mod trial;
mod verify;

use std::io::Write;
use std::path::Path;

use anyhow::Context;

use super::args::Common;
use super::exit::Exit;
use super::setup;
use crate::model::Lang;
use crate::pack::{Error, Pack, schema};
pub(super) use args::PackVerb;

/// Runs the verb.
pub(super) fn run(verb: PackVerb, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    match verb {
        PackVerb::List => list(common, lang),
        PackVerb::Check(args) => check::run(&args, lang),
        PackVerb::Test(args) => trial::test(&args, common, lang),
        PackVerb::Diff(args) => trial::diff(&args, lang),
        #[cfg(feature = "author")]
        PackVerb::Import(args) => import::run(&args, lang),
        #[cfg(feature = "author")]
        PackVerb::Keygen(args) => sign::keygen(&args, lang),
        #[cfg(feature = "author")]
        PackVerb::Sign(args) => sign::sign(&args, lang),
        #[cfg(not(feature = "author"))]
        PackVerb::Import(_) | PackVerb::Keygen(_) | PackVerb::Sign(_) => Err(absent("author", lang)),
        PackVerb::Verify(args) => verify::run(&args, common, lang),
        #[cfg(target_os = "linux")]
        PackVerb::Install(args) => store::install(&args, common, lang),
        #[cfg(target_os = "linux")]
        PackVerb::Update(args) => store::update(&args, common, lang),
        #[cfg(target_os = "linux")]
        PackVerb::Rollback(args) => store::rollback(&args, lang),
        #[cfg(not(target_os = "linux"))]
        PackVerb::Install(_) | PackVerb::Update(_) | PackVerb::Rollback(_) => {
            anyhow::bail!(lang.pick("packs are installed on Linux only, for now", "目前只能在 Linux 上安装规则包"))
        }
        PackVerb::Schema => {
            std::io::stdout().write_all(schema().as_bytes())?;
            Ok(Exit::Clear)
        }
    }
}

/// Says that this build lacks what a verb needs, and how to get it.
#[cfg(not(all(feature = "author", feature = "update")))]
fn absent(feature: &str, lang: Lang) -> anyhow::Error {
    anyhow::Error::msg(lang.pick(
        format!("this program was built without the feature `{feature}`: build it with `--features {feature}`, or install the package"),
        format!("本程序编译时未启用 {feature} 功能：请用 --features {feature} 重新编译，或安装软件包"),
    ))
}

fn list(common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let (config, _) = setup::config(common)?;
    let in_force = setup::packs(common, &config, setup::Faults::Told, lang)?;
    in_force.warn(lang);
    let mut out = std::io::stdout().lock();
    for pack in &in_force.packs {
        let sequence = pack.sequence.map(|sequence| format!("#{sequence}")).unwrap_or_default();
        let terms: usize = pack.rules.iter().map(|rule| rule.terms.len()).sum();
        let count = if terms > 0 { format!("{}+{terms}", pack.rules.len()) } else { pack.rules.len().to_string() };
        writeln!(out, "{:18} {:12} {sequence:5} {count:>8} {}", pack.id, pack.version, pack.title.get(lang))?;
    }
    Ok(if in_force.problems.is_empty() { Exit::Clear } else { Exit::NotInspected })
}

/// Reads a file, naming it in the error.
fn read(path: &Path, lang: Lang) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| {
        let shown = path.display();
        lang.pick(format!("{shown}: cannot be read"), format!("{shown}：无法读取"))
    })
}

/// Packs of a TOML file, a folder or a signed bundle; the signature is not asked for.
fn packs_of(path: &Path, lang: Lang) -> anyhow::Result<Vec<Pack>> {
    let bundle = path.extension().is_some_and(|extension| extension == crate::pack::trust::EXTENSION);
    if !bundle {
        return Ok(crate::pack::load(path)?);
    }
    let bundle = crate::pack::trust::Bundle::read(&read(path, lang)?)?;
    let common = crate::pack::common()?;
    let parsed =
        bundle.files.iter().map(|(name, bytes)| Pack::parse(name, &String::from_utf8_lossy(bytes), Some(&common)));
    Ok(parsed.collect::<Result<Vec<_>, Error>>()?)
}
