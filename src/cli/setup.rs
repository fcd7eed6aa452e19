//! From arguments and configuration to rules and options. Every verb that scans starts here.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};

use super::args::Common;
use crate::config::Config;
use crate::model::{Lang, Limits};
use crate::pack::{self, Pack, RuleSet};
use crate::scan;

/// The configuration in force, and the file it came from.
pub(super) fn config(common: &Common) -> anyhow::Result<(Config, Option<PathBuf>)> {
    let path = match &common.config {
        Some(path) => path.clone(),
        None => match default_path().filter(|path| path.exists()) {
            Some(path) => path,
            None => return Ok((Config::default(), None)),
        },
    };
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    Ok((Config::parse(&path.display().to_string(), &text)?, Some(path)))
}

fn default_path() -> Option<PathBuf> {
    let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = from("XDG_CONFIG_HOME").or_else(|| Some(from("HOME")?.join(".config")))?;
    Some(folder.join("mizha").join("config.toml"))
}

/// The packs asked for. Those from outside must keep their word before they are used.
pub(super) fn packs(common: &Common, config: &Config) -> anyhow::Result<Vec<Pack>> {
    let mut packs = if common.no_default_packs { Vec::new() } else { pack::builtin()? };
    for path in config.scan.packs.iter().chain(&common.pack) {
        for pack in pack::load(path)? {
            if let Some(failure) = scan::prove(&pack)?.first() {
                return Err(failure.error(&path.display().to_string()).into());
            }
            packs.push(pack);
        }
    }
    if packs.is_empty() {
        bail!("no pack to scan with; name one with --pack");
    }
    Ok(packs)
}

/// The rules of the packs asked for.
pub(super) fn rules(common: &Common, config: &Config) -> anyhow::Result<Arc<RuleSet>> {
    Ok(Arc::new(RuleSet::new(&packs(common, config)?)?))
}

/// Limits of the configuration with those of the command line over them.
pub(super) fn limits(config: &Config, settings: &[String], lang: Lang) -> anyhow::Result<Limits> {
    let mut table = toml::Table::try_from(&config.limits)?;
    for setting in settings {
        let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
        let number: Option<i64> = value.trim().replace('_', "").parse().ok().filter(|number| *number > 0);
        let known = table.contains_key(name);
        match (known, number) {
            (true, Some(number)) => {
                table.insert(name.to_string(), number.into());
            }
            (false, _) => {
                let names = table.keys().cloned().collect::<Vec<_>>().join(", ");
                bail!(lang.pick(
                    format!("--limit {name}: no such limit; there are {names}"),
                    format!("--limit {name}：没有这个上限；可用的有 {names}")
                ));
            }
            (true, None) => bail!(lang.pick(
                format!("--limit {name}: `{value}` is not a whole number above zero"),
                format!("--limit {name}：“{value}”不是大于零的整数")
            )),
        }
    }
    Ok(table.try_into()?)
}
