//! The folders looked after: from the configuration, presets resolved on this machine.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::{Action, Config, GateAction};
use crate::model::Channel;

use super::WatchProblem;
use super::presets::{Preset, presets};

/// How long a file rests where copies lie while they are sent: just so that one that is still being written is not looked
/// at again and again.
const AT_ONCE: Duration = Duration::from_millis(10);

/// What is done in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Duty {
    /// Released into another folder once clear.
    Gate {
        /// Where cleared files appear.
        export: PathBuf,
        /// What is done with others.
        action: GateAction,
        /// The word in front of the day, in the name of the folder for older files of one name, if they go there.
        older: Option<String>,
    },
    /// What cleared files appear in: anything else there goes back to `pending`.
    Export {
        /// Where it goes back to.
        pending: PathBuf,
        /// Which folder of those looked after is the gate's.
        gate: usize,
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
    /// Copies lie here while a program sends them: nothing can be stopped, and it is told without delay.
    pub sending: bool,
    /// The administrator's: what it says binds all below it.
    administered: bool,
    skip: Vec<glob::Pattern>,
}

impl Root {
    /// Nothing is held here; what would have been is written down.
    pub fn observes(&self) -> bool {
        match &self.duty {
            Duty::Gate { action, .. } => *action == GateAction::Observe,
            Duty::Watch { action } => *action == Action::Observe,
            Duty::Export { .. } => false,
        }
    }

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
pub fn roots(config: &Config, state: &Path) -> Result<Vec<Root>, WatchProblem> {
    let mut roots: Vec<Root> = Vec::new();
    for (at, gate) in config.gate.iter().enumerate() {
        let (pending, export) = (absolute(&gate.pending), absolute(&gate.export));
        if let Some(word) = gate.older_folder.as_deref().filter(|word| !is_plain(word)) {
            return Err(WatchProblem::OlderFolder(word.to_string()));
        }
        let root = Root {
            path: pending,
            duty: Duty::Gate { export, action: gate.action, older: gate.older_folder.clone() },
            channel: Channel::Gate,
            settle: Duration::from_millis(gate.settle_millis),
            sending: false,
            administered: at < config.administered.gates,
            skip: Vec::new(),
        };
        add(&mut roots, root);
    }
    apart(&roots)?;
    let all = presets()?;
    for (at, watch) in config.watch.iter().enumerate() {
        let settle = Duration::from_millis(watch.settle_millis);
        let (mut paths, mut sending, mut skip) = (Vec::new(), Vec::new(), watch.skip.clone());
        let mut channel = Channel::Folder;
        if let Some(id) = &watch.preset {
            let known = || all.iter().map(|preset| preset.id.clone()).collect();
            let preset = all.iter().find(|preset| preset.id == *id);
            let preset = preset.ok_or_else(|| WatchProblem::NoPreset { id: id.clone(), known: known() })?;
            skip.extend(preset.skip.iter().cloned());
            channel = preset.channel;
            // A path in the configuration overrides where the preset would look.
            if watch.path.is_none() {
                (paths, sending) = (preset.find(), preset.find_sending());
            }
        }
        paths.extend(watch.path.as_deref().map(absolute));
        if watch.path.is_none() && watch.preset.is_none() {
            return Err(WatchProblem::NoFolder);
        }
        let skip = patterns(&skip)?;
        let administered = at < config.administered.watches;
        let duty = Duty::Watch { action: watch.action };
        for path in paths {
            let duty = duty.clone();
            add(&mut roots, Root { path, duty, channel, settle, sending: false, administered, skip: skip.clone() });
        }
        let settle = settle.min(AT_ONCE);
        for path in sending {
            let duty = duty.clone();
            add(&mut roots, Root { path, duty, channel, settle, sending: true, administered, skip: skip.clone() });
        }
    }
    let guarded: Vec<PathBuf> =
        config.gate.iter().filter(|gate| gate.guard_export).map(|gate| absolute(&gate.export)).collect();
    for gate in 0..roots.len() {
        let Duty::Gate { export, .. } = &roots[gate].duty else { continue };
        let path = export.clone();
        if guarded.contains(&path) && !roots.iter().any(|root| root.path == path) {
            let duty = Duty::Export { pending: roots[gate].path.clone(), gate };
            let guard = Root { path, duty, ..roots[gate].clone() };
            roots.push(guard);
        }
    }
    let state = absolute(state);
    match roots.iter().find(|root| state.starts_with(&root.path) || root.path.starts_with(&state)) {
        Some(root) => Err(WatchProblem::HoldsState(root.path.clone().into())),
        None => Ok(roots),
    }
}

/// One name of a folder, with room for the day behind it.
fn is_plain(word: &str) -> bool {
    const LONGEST: usize = 100;
    let whole = word.trim() == word && !word.is_empty() && word.len() <= LONGEST;
    whole && !word.starts_with('.') && !word.contains(|c: char| c == '/' || c.is_control())
}

/// Adds a folder, unless it is there already, or an administrator's word on a folder above it stands against it.
fn add(roots: &mut Vec<Root>, root: Root) {
    let bound = |above: &Root| above.administered && root.path.starts_with(&above.path);
    let known = roots.iter().any(|other| other.path == root.path);
    if !known && (root.administered || !roots.iter().any(bound)) {
        roots.retain(|other| other.administered || !root.administered || !other.path.starts_with(&root.path));
        roots.push(root);
    }
}

/// No gate's export folder may be, hold or lie in a folder where people save, by its path or as the same folder
/// mounted elsewhere: files would go round for ever.
fn apart(gates: &[Root]) -> Result<(), WatchProblem> {
    let same = |one: &Path, other: &Path| {
        let which = |path: &Path| crate::disk::FileStamp::at(path).ok().map(|look| (look.device, look.inode));
        which(one).is_some() && which(one) == which(other)
    };
    for gate in gates {
        let Duty::Gate { export, .. } = &gate.duty else { continue };
        for Root { path: pending, .. } in gates {
            if pending == export && *pending != gate.path {
                return Err(WatchProblem::Chained(export.clone().into()));
            }
            if pending.starts_with(export) || export.starts_with(pending) || same(pending, export) {
                return Err(WatchProblem::Nested { pending: pending.clone().into(), export: export.clone().into() });
            }
        }
    }
    Ok(())
}

/// Whether files leave through this folder, or are looked after in it: none to give a held file back to.
///
/// # Errors
/// When the settings are wrong.
pub fn is_exit(config: &Config, state: &Path, folder: &Path) -> Result<bool, WatchProblem> {
    let folder = absolute(folder);
    let exports = config.gate.iter().map(|gate| absolute(&gate.export));
    let watched = roots(config, state)?.into_iter().map(|root| root.path);
    let both = |preset: &Preset| [preset.find(), preset.find_sending()].concat();
    let leaving = presets()?.iter().flat_map(both).collect::<Vec<_>>();
    let removable = super::discovery::removable();
    let own = [absolute(state)];
    Ok(exports.chain(watched).chain(leaving).chain(removable).chain(own).any(|exit| folder.starts_with(exit)))
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

fn patterns(own: &[String]) -> Result<Vec<glob::Pattern>, WatchProblem> {
    let wrong = |text: &str, why: &str| WatchProblem::Pattern { pattern: text.to_string(), why: why.to_string() };
    own.iter().map(|text| glob::Pattern::new(text).map_err(|e| wrong(text, e.msg))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(own: &str, policy: &str) -> Vec<(String, Duty)> {
        let read = |text: &str| Config::parse("c", text).expect("TOML");
        let all = roots(&read(own).under(read(policy)), Path::new("/state")).expect("folders");
        all.into_iter().map(|root| (root.path.display().to_string(), root.duty)).collect()
    }

    #[test]
    fn an_administrators_folder_binds_everything_below_it() {
        let policy = "[[watch]]\npath = \"/z/a\"\naction = \"quarantine\"\n";
        let strict = ("/z/a".to_string(), Duty::Watch { action: Action::Quarantine });
        for own in ["/z/a/inner", "/z/a"] {
            let own = format!("[[watch]]\npath = \"{own}\"\naction = \"report\"\n");
            assert_eq!(found(&own, policy), std::slice::from_ref(&strict));
        }
        let gate = "[[gate]]\npending = \"/z/a/in\"\nexport = \"/out\"\n";
        assert_eq!(found(gate, policy), std::slice::from_ref(&strict));
        // Around it a user may add, and where no administrator speaks the inner one counts.
        let around = found("[[watch]]\npath = \"/z\"\naction = \"report\"\n", policy);
        assert!(around.len() == 2 && around.contains(&strict), "{around:?}");
        let mine = found("[[watch]]\npath = \"/b\"\n[[watch]]\npath = \"/b/c\"\n", policy);
        assert_eq!(mine.len(), 3);
        // The same gate with another way out.
        let policy = "[[gate]]\npending = \"/p\"\nexport = \"/e\"\n";
        let mine = found("[[gate]]\npending = \"/p\"\nexport = \"/mine\"\n", policy);
        assert!(mine.iter().all(|(path, _)| path != "/mine"), "{mine:?}");
    }

    #[test]
    fn the_folder_for_older_files_has_one_plain_name() {
        let gate = |word: &str| format!("[[gate]]\npending = \"/p\"\nexport = \"/e\"\nolder_folder = {word:?}\n");
        let roots = |word: &str| roots(&Config::parse("c", &gate(word)).expect("TOML"), Path::new("/state"));
        assert!(roots("旧版").is_ok() && roots("older files").is_ok());
        for word in ["", " ", "a/b", "..", ".hidden", "old ", "/tmp", &"密".repeat(40)] {
            assert_eq!(roots(word).err(), Some(WatchProblem::OlderFolder(word.to_string())), "{word}");
        }
    }

    #[test]
    fn gates_in_a_ring_and_one_folder_under_two_names_are_refused() {
        let refused = |text: &str| {
            let config = Config::parse("c", text).expect("TOML");
            matches!(roots(&config, Path::new("/state")), Err(WatchProblem::Nested { .. } | WatchProblem::Chained(_)))
        };
        let gate = |pending: &str, export: &str| format!("[[gate]]\npending = {pending:?}\nexport = {export:?}\n");
        assert!(refused(&(gate("/a", "/b") + &gate("/b", "/a"))));
        assert!(refused(&(gate("/a", "/b") + &gate("/b/c", "/d"))));
        assert!(!refused(&(gate("/a", "/b") + &gate("/c", "/b2"))));
    }
}
