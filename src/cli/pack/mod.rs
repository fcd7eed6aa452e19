//! `mizha pack`: an administrator's way from a list of terms to every desktop, one file a verb.

#[cfg(not(all(feature = "author", feature = "update")))]
mod absent;
pub(super) mod args;
mod check;
mod comparison;
#[cfg(all(target_os = "linux", feature = "update"))]
mod fetch;
mod files;
mod html;
#[cfg(feature = "author")]
mod import;
#[cfg(feature = "author")]
mod sealing;
#[cfg(feature = "author")]
mod sign;
#[cfg(feature = "author")]
mod steps;
#[cfg(target_os = "linux")]
mod store;
mod trial;
mod verify;

use std::io::Write;

use super::args::Common;
use super::exit::Exit;
use super::setup;
use crate::cli::stdout::stdout;
use crate::model::Lang;
use crate::pack::schema;
use args::PackVerb;

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
        PackVerb::Import(_) | PackVerb::Keygen(_) | PackVerb::Sign(_) => Err(absent::absent("author", lang)),
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
            stdout().write_all(schema().as_bytes())?;
            Ok(Exit::Clear)
        }
    }
}

fn list(common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let (config, _) = setup::config(common)?;
    let in_force = setup::packs(common, &config, setup::OnBadPack::Told, lang)?;
    in_force.warn(lang);
    let mut out = stdout();
    for pack in &in_force.packs {
        let sequence = pack.sequence.map(|sequence| format!("#{sequence}")).unwrap_or_default();
        let terms: usize = pack.rules.iter().map(|rule| rule.terms.len()).sum();
        let count = if terms > 0 { format!("{}+{terms}", pack.rules.len()) } else { pack.rules.len().to_string() };
        writeln!(out, "{:18} {:12} {sequence:5} {count:>8} {}", pack.id, pack.version, pack.title.get(lang))?;
    }
    Ok(if in_force.problems.is_empty() { Exit::Clear } else { Exit::NotInspected })
}
