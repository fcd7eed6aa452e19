//! From arguments and configuration to rules and options. Every verb that scans starts here.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};

use super::args::Common;
use crate::config::Config;
use crate::model::{Lang, Limits};
use crate::pack::{self, Pack, RuleSet};
use crate::scan;

/// The administrator's configuration: what it says of holding and writing down stands above the
/// user's own.
const POLICY: &str = "/etc/mizha/config.toml";

/// The configuration in force, and the files it came from.
pub(super) fn config(common: &Common) -> anyhow::Result<(Config, Vec<PathBuf>)> {
    let mut files = Vec::new();
    let own = match &common.config {
        Some(path) => Some(path.clone()),
        None => default_path().filter(|path| path.exists()),
    };
    let mut config = match own {
        Some(path) => read(&path, &mut files)?,
        None => Config::default(),
    };
    if Path::new(POLICY).exists() {
        config = config.under(read(Path::new(POLICY), &mut files)?);
    }
    Ok((config, files))
}

fn read(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<Config> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    files.push(path.to_path_buf());
    Ok(Config::parse(&path.display().to_string(), &text)?)
}

/// Files and folders whose change changes what is in force, whether they exist yet or not.
pub(super) fn settings(common: &Common, config: &Config) -> Vec<PathBuf> {
    let own = common.config.clone().or_else(default_path);
    let packs = config.scan.packs.iter().chain(&common.pack).cloned();
    own.into_iter().chain([PathBuf::from(POLICY)]).chain(packs).collect()
}

fn default_path() -> Option<PathBuf> {
    Some(base("XDG_CONFIG_HOME", ".config")?.join("mizha").join("config.toml"))
}

/// A base folder of the user (XDG Base Directory Specification): from the environment or below home.
fn base(name: &str, below_home: &str) -> Option<PathBuf> {
    variable(name).or_else(|| Some(variable("HOME")?.join(below_home)))
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The state folder, and the folder of what need not outlive the session.
#[cfg(target_os = "linux")]
pub(super) fn state(given: Option<&Path>) -> anyhow::Result<(PathBuf, PathBuf)> {
    if let Some(state) = given {
        let state = std::path::absolute(state)?;
        return Ok((state.clone(), state.join("run")));
    }
    let state = base("XDG_STATE_HOME", ".local/state").context("HOME is not set; name a folder with --state")?;
    let state = state.join("mizha");
    let run = variable("XDG_RUNTIME_DIR").map_or_else(|| state.join("run"), |folder| folder.join("mizha"));
    Ok((state, run))
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
