//! The folders looked after: from the configuration, presets resolved on this machine.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::{Action, Config};
use crate::model::Channel;

use super::Problem;
use super::presets::presets;

/// Names programs give to files they are still working on. Left where they are.
const UNFINISHED: [&str; 9] = [
    "~$*",
    ".~lock.*#",
    "*.crdownload",
    "*.part",
    "*.partial",
    "*.download",
    "*.opdownload",
    ".goutputstream-*",
    "*.swp",
];

/// What is done in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Duty {
    /// Released into another folder once clear.
    Gate {
        /// Where cleared files appear.
        export: PathBuf,
    },
    /// Looked at where it lies.
    Watch {
        /// What is done with a blocked file.
        action: Action,
    },
}

/// A folder looked after.
#[derive(Debug, Clone)]
pub struct Root {
    /// The folder.
    pub path: PathBuf,
    /// What is done there.
    pub duty: Duty,
    /// The way by which files leave through it.
    pub channel: Channel,
    /// How long a file has to rest.
    pub settle: Duration,
    skip: Vec<glob::Pattern>,
}

impl Root {
    /// The name is one to leave alone.
    pub fn skips(&self, path: &Path) -> bool {
        let below = path.strip_prefix(&self.path).unwrap_or(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.skip.iter().any(|pattern| pattern.matches(&name) || pattern.matches_path(below))
    }
}

/// All folders of a configuration.
///
/// # Errors
/// When a setting is wrong: a folder inside another, a pattern, a preset.
pub fn roots(config: &Config, state: &Path) -> Result<Vec<Root>, Problem> {
    let mut roots = Vec::new();
    for gate in &config.gate {
        let (pending, export) = (absolute(&gate.pending), absolute(&gate.export));
        if pending.starts_with(&export) || export.starts_with(&pending) {
            return Err(Problem::Nested { pending: pending.into(), export: export.into() });
        }
        let settle = Duration::from_millis(gate.settle_millis);
        let skip = patterns(&[])?;
        roots.push(Root { path: pending, duty: Duty::Gate { export }, channel: Channel::Gate, settle, skip });
    }
    let all = presets()?;
    for watch in &config.watch {
        let settle = Duration::from_millis(watch.settle_millis);
        let (mut paths, mut skip) = (Vec::new(), watch.skip.clone());
        let mut channel = Channel::Folder;
        if let Some(id) = &watch.preset {
            let known = || all.iter().map(|preset| preset.id.clone()).collect();
            let preset = all.iter().find(|preset| preset.id == *id);
            let preset = preset.ok_or_else(|| Problem::NoPreset { id: id.clone(), known: known() })?;
            skip.extend(preset.skip.iter().cloned());
            channel = preset.channel;
            // A path in the configuration overrides where the preset would look.
            if watch.path.is_none() {
                paths = preset.find();
            }
        }
        paths.extend(watch.path.as_deref().map(absolute));
        if watch.path.is_none() && watch.preset.is_none() {
            return Err(Problem::NoFolder);
        }
        let skip = patterns(&skip)?;
        for path in paths {
            if !roots.iter().any(|root: &Root| root.path == path) {
                let duty = Duty::Watch { action: watch.action };
                roots.push(Root { path, duty, channel, settle, skip: skip.clone() });
            }
        }
    }
    let state = absolute(state);
    match roots.iter().find(|root| state.starts_with(&root.path) || root.path.starts_with(&state)) {
        Some(root) => Err(Problem::HoldsState(root.path.clone().into())),
        None => Ok(roots),
    }
}

/// The path with `~` for the home folder, made absolute, links resolved where it exists.
pub fn absolute(path: &Path) -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let path = match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()),
    };
    path.canonicalize().unwrap_or(path)
}

fn patterns(own: &[String]) -> Result<Vec<glob::Pattern>, Problem> {
    let all = UNFINISHED.iter().copied().chain(own.iter().map(String::as_str));
    let wrong = |text: &str, why: &str| Problem::Pattern { pattern: text.to_string(), why: why.to_string() };
    all.map(|text| glob::Pattern::new(text).map_err(|e| wrong(text, e.msg))).collect()
}
