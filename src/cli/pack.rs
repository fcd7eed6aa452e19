//! `mizha pack`: which packs there are, and whether they keep their word.

use std::io::Write;
use std::path::PathBuf;

use super::args::PackVerb;
use super::exit::Exit;
use crate::model::Lang;
use crate::pack::{self, Pack};
use crate::scan::prove;

/// Runs the verb.
pub(super) fn run(verb: PackVerb, lang: Lang) -> anyhow::Result<Exit> {
    let mut out = std::io::stdout().lock();
    match verb {
        PackVerb::List => {
            for pack in pack::builtin()? {
                let title = pack.title.get(lang);
                writeln!(out, "{:18} {:12} {:3} {title}", pack.id, pack.version, pack.rules.len())?;
            }
            Ok(Exit::Clear)
        }
        PackVerb::Check { paths } => check(&paths, lang),
    }
}

fn check(paths: &[PathBuf], lang: Lang) -> anyhow::Result<Exit> {
    let mut packs: Vec<(String, Pack)> = Vec::new();
    for path in paths {
        packs.extend(pack::load(path)?.into_iter().map(|pack| (path.display().to_string(), pack)));
    }
    if paths.is_empty() {
        packs.extend(pack::builtin()?.into_iter().map(|pack| (pack.id.to_string(), pack)));
    }
    let mut out = std::io::stdout().lock();
    let mut sound = true;
    for (file, pack) in &packs {
        let failures = prove(pack)?;
        sound &= failures.is_empty();
        for failure in &failures {
            eprintln!("{}", failure.error(file));
        }
        let examples: usize = pack.rules.iter().map(|rule| rule.examples.len() + rule.negative_examples.len()).sum();
        let (rules, failed) = (pack.rules.len(), failures.len());
        writeln!(
            out,
            "{}",
            lang.pick(
                format!("{}: {rules} rules, {examples} examples, {failed} failed", pack.id),
                format!("{}：{rules} 条规则，{examples} 个示例，{failed} 个不符", pack.id)
            )
        )?;
    }
    Ok(if sound { Exit::Clear } else { Exit::NotInspected })
}
