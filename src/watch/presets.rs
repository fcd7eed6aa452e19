//! Presets: where programs keep what leaves through them, as data, found on this machine.

use std::path::PathBuf;

use serde::Deserialize;

use super::WatchProblem;
use crate::model::{Channel, Phrase};

/// A place worth watching, by the program it belongs to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Its name in the configuration.
    pub id: String,
    /// For people.
    pub title: Phrase,
    /// Where to look: `~`, `$NAME` and `*` are understood.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Where the program lays a readable copy of what it is about to send, and soon takes it away. Looked at without delay.
    #[serde(default)]
    pub sending: Vec<String>,
    /// Names left alone: databases above all.
    #[serde(default)]
    pub skip: Vec<String>,
    /// Where this was read.
    pub source: String,
    /// The way by which files leave through it: a chat program's, by default.
    #[serde(default = "chat")]
    pub channel: Channel,
    /// Each mounted drive that can be removed.
    #[serde(default)]
    pub removable: bool,
}

fn chat() -> Channel {
    Channel::Chat
}

/// Folders a preset found.
pub type PresetFolders = Vec<PathBuf>;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    preset: Vec<Preset>,
}

/// An administrator's presets: more of them, or others under the same names.
const OWN: &str = "/etc/mizha/presets.toml";

/// Every preset.
///
/// # Errors
/// When the administrator's file is wrong.
pub fn presets() -> Result<Vec<Preset>, WatchProblem> {
    let own = std::fs::read_to_string(OWN).unwrap_or_default();
    merged(include_str!("presets.toml"), &own)
}

fn merged(built_in: &str, own: &str) -> Result<Vec<Preset>, WatchProblem> {
    let read = |text: &str, file: &str| {
        toml::from_str::<File>(text)
            .map(|file| file.preset)
            .map_err(|e| WatchProblem::Presets { file: file.to_string(), why: e.message().trim_end().to_string() })
    };
    let own = read(own, OWN)?;
    let mut presets = read(built_in, "presets")?;
    presets.retain(|preset| !own.iter().any(|other| other.id == preset.id));
    presets.extend(own);
    Ok(presets)
}

impl Preset {
    /// The folders that exist on this machine now, those of `sending` not among them.
    pub fn find(&self) -> PresetFolders {
        if self.removable { super::discovery::removable() } else { existing(&self.paths) }
    }

    /// Those in which copies lie while they are sent.
    pub fn find_sending(&self) -> PresetFolders {
        existing(&self.sending)
    }
}

fn existing(paths: &[String]) -> PresetFolders {
    let mut found: PresetFolders = paths
        .iter()
        .filter_map(|path| expand(path))
        .flat_map(|path| glob::glob(&path).into_iter().flatten().flatten())
        .filter(|path| path.is_dir())
        .filter_map(|path| path.canonicalize().ok())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The path with `~` and one leading `$NAME` filled in.
fn expand(path: &str) -> Option<String> {
    let from = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let home = glob::Pattern::escape(&from("HOME")?);
    let start = match first {
        "~" => home,
        "$XDG_DOCUMENTS_DIR" => user_folder("XDG_DOCUMENTS_DIR").unwrap_or(format!("{home}/Documents")),
        "$XDG_DOWNLOAD_DIR" => user_folder("XDG_DOWNLOAD_DIR").unwrap_or(format!("{home}/Downloads")),
        _ => return Some(path.to_string()),
    };
    Some(format!("{start}/{rest}"))
}

/// A folder of the user as `user-dirs.dirs` has it (xdg-user-dirs); often with a Chinese name.
fn user_folder(name: &str) -> Option<String> {
    let home = std::env::var("HOME").ok()?;
    let config = std::env::var("XDG_CONFIG_HOME").unwrap_or(format!("{home}/.config"));
    let text = std::fs::read_to_string(format!("{config}/user-dirs.dirs")).ok()?;
    let line = text.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='))?;
    Some(glob::Pattern::escape(&line.trim_matches('"').replace("$HOME", &home)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_read_and_leaves_databases_alone() {
        let presets = presets().expect("the built-in presets");
        assert!(presets.len() >= 8, "{}", presets.len());
        for preset in presets.iter().filter(|preset| preset.source.contains("chat")) {
            for database in ["*.db", "*.dat"] {
                assert!(preset.skip.iter().any(|skip| skip == database), "{} reads {database}", preset.id);
            }
            let mut paths = preset.paths.iter().chain(&preset.sending);
            assert!(!paths.any(|path| path.contains("db_storage")), "{}", preset.id);
        }
    }

    #[test]
    fn an_administrators_preset_takes_the_place_of_one_of_that_name() {
        let own =
            "[[preset]]\nid = \"oa\"\ntitle = { en = \"OA\", zh = \"OA\" }\npaths = [\"/srv/oa\"]\nsource = \"own\"\n";
        let presets = merged(include_str!("presets.toml"), own).expect("both");
        let oa: Vec<&Preset> = presets.iter().filter(|preset| preset.id == "oa").collect();
        assert!(oa.len() == 1 && oa[0].paths == ["/srv/oa"]);
        assert!(merged("", "[[preset]]\nid = 1\n").is_err_and(|e| e.to_string().starts_with(OWN)));
    }
}
