//! The daemon: a long-lived source. Events are hints; walks over the folders find what events
//! missed; a file that rests is looked at, and released, held or reported.

mod daemon;
mod discovery;
mod handling;
mod held_page;
mod keeper;
mod landlock;
mod life;
mod note;
mod pause;
mod presets;
mod problem;
mod queue;
mod report;
mod roots;
mod service;

use std::io;
use std::path::{Path, PathBuf};

use crate::act::quarantine::{Recipient, Signer};
use crate::config::{Action, Config, GateAction};
use crate::disk::RawPath;
use crate::model::Lang;
pub use daemon::Daemon;
pub use discovery::{Hint, Hints, Mounts};
pub use held_page::{next, why};
pub use keeper::{end_with, keep};
pub use landlock::confine;
pub use life::Life;
pub use note::tidy_notes;
pub use pause::{LONGEST, Pause};
pub use presets::{Preset, PresetFolders, presets};
pub use problem::WatchProblem;
pub use queue::SeenFiles;
pub use report::{Confinement, FolderStatus, Paused, Status};
pub use roots::{Duty, Root, absolute, is_exit, roots};
pub use service::{ServicePlaces, ServicePlan, serve};

/// Why the daemon cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// Another one works on the same state.
    #[error("another mizha is already watching")]
    Running,
    /// The state folder cannot be used.
    #[error("{}: {source}", path.display())]
    State {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A setting is wrong, or the system does not give what is needed.
    #[error("{0}")]
    Setting(WatchProblem),
    /// The thread that looks after the folders ended of itself.
    #[error("internal fault: the work on the folders ended; nothing is released until the next start")]
    Fault,
}

impl WatchError {
    /// In words: what, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        let words = match self {
            WatchError::Running => lang.pick(
                "another mizha watch works on this state folder; `mizha status` says how it is",
                "已有一个 mizha watch 在使用该状态目录，可用 mizha status 查看",
            ),
            WatchError::State { path, source } => {
                let fault = crate::model::SystemFault::from(source).message(lang);
                return format!("{}{}{fault}", path.display(), lang.pick(": ", "："));
            }
            WatchError::Setting(problem) => return problem.message(lang),
            WatchError::Fault => lang.pick(
                "internal fault: the work on the folders ended; nothing is released until the next start",
                "内部错误：目录守护已中止，重新启动之前不会放行任何文件",
            ),
        };
        words.to_string()
    }
}

/// Why the daemon ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// It was told to.
    Stopped,
    /// A folder is another one than when the kernel was told which may be changed.
    Outgrown,
}

/// Says what is wrong with settings before a daemon begins with them.
///
/// # Errors
/// What is wrong.
pub fn check(config: &Config, state: &Path) -> Result<(), WatchProblem> {
    roots(config, state)?;
    recipient(config)?;
    match &config.hold.officer_sign_key {
        Some(key) => key.parse::<Signer>().map(drop).map_err(|why| WatchProblem::OfficerKey(why.to_string())),
        None => Ok(()),
    }
}

/// What of the settings works, and will still be regretted.
pub fn warnings(config: &Config) -> Vec<WatchProblem> {
    let dead_end = config.hold.dead_end();
    let any = !config.gate.is_empty() || !config.watch.is_empty();
    let dead_end = (any && !dead_end.is_empty()).then(|| WatchProblem::DeadEnd(dead_end.to_vec()));
    let gates = config.gate.iter().filter(|gate| gate.action == GateAction::Observe).map(|gate| &gate.pending);
    let watched = config.watch.iter().filter(|watch| watch.action == Action::Observe);
    let watched = watched.filter_map(|watch| watch.path.as_ref());
    let observed: Vec<RawPath> = gates.chain(watched).map(|path| path.clone().into()).collect();
    let observes = (!observed.is_empty()).then_some(WatchProblem::Observes(observed));
    dead_end.into_iter().chain(observes).collect()
}

fn recipient(config: &Config) -> Result<Option<Recipient>, WatchProblem> {
    let key = config.hold.officer_key.as_ref();
    key.map(|key| key.parse().map_err(|why: &str| WatchProblem::OfficerKey(why.to_string()))).transpose()
}
