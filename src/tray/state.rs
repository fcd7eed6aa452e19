//! How things are, as the icon shows it: read from what the guard wrote down. It holds no name of anybody's file.

use std::path::PathBuf;
use std::time::SystemTime;

use super::TrayContext;
use crate::act::local_time;
use crate::act::quarantine::Quarantine;
use crate::config::Config;
use crate::disk::Disk;
use crate::model::Lang;
use crate::watch::{Life, Status};

/// How the guard is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum GuardState {
    /// It works.
    Works,
    /// It works, and something is not as it should be.
    Ails,
    /// The person paused it, until then.
    Paused(String),
    /// It does not run.
    Off,
}

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TrayState {
    /// How the guard is.
    pub(super) guard: GuardState,
    /// Files held now.
    pub(super) held: usize,
    /// The settings allow a pause.
    pub(super) may_pause: bool,
}

impl TrayState {
    /// In one line.
    pub(super) fn message(&self, lang: Lang) -> String {
        let guard = match &self.guard {
            GuardState::Works => lang.pick("The guard works", "守护程序运行正常").to_string(),
            GuardState::Ails => lang.pick("The guard needs a look", "守护程序需要处理").to_string(),
            GuardState::Paused(until) => {
                let until = local_time(until);
                lang.pick(format!("Paused until {until}"), format!("已暂停，{until} 恢复"))
            }
            GuardState::Off => lang.pick("The guard does not run", "守护程序未运行").to_string(),
        };
        match self.held {
            0 => guard,
            held => lang.pick(format!("{guard}; held files: {held}"), format!("{guard}，暂扣文件 {held} 个")),
        }
    }

    /// The name of its icon in the theme of the desktop (Icon Naming Specification).
    pub(super) fn icon(&self) -> &'static str {
        match self.guard {
            GuardState::Works => "security-high",
            GuardState::Ails | GuardState::Paused(_) => "security-medium",
            GuardState::Off => "security-low",
        }
    }

    /// Somebody should look: trays show such an icon even where they hide others.
    pub(super) fn needs_attention(&self) -> bool {
        matches!(self.guard, GuardState::Ails | GuardState::Off)
    }
}

/// Looks how things are, again and again.
pub(super) struct Watcher {
    state: PathBuf,
    run: PathBuf,
    may_pause: bool,
    /// What was held when the quarantine last changed.
    counted: Option<(SystemTime, usize)>,
}

impl Watcher {
    pub(super) fn new(context: &TrayContext) -> Self {
        let Config { hold, .. } = &context.config;
        Watcher { state: context.state.clone(), run: context.run.clone(), may_pause: hold.pause, counted: None }
    }

    /// How things are now.
    pub(super) fn look(&mut self) -> TrayState {
        let status = Status::read(&self.run).ok().filter(|_| Life::lasts(&self.state));
        let guard = match status {
            None => GuardState::Off,
            Some(Status { paused: Some(paused), .. }) => GuardState::Paused(paused.until),
            Some(status) if status.is_well() => GuardState::Works,
            Some(_) => GuardState::Ails,
        };
        TrayState { guard, held: self.held(), may_pause: self.may_pause }
    }

    /// Files held: counted anew when something came or went.
    fn held(&mut self) -> usize {
        let changed = std::fs::metadata(self.state.join("quarantine")).and_then(|meta| meta.modified()).ok();
        match (self.counted, changed) {
            (_, None) => 0,
            (Some((then, held)), Some(now)) if then == now => held,
            (_, Some(now)) => {
                let quarantine = Quarantine::open(&Disk::default(), &self.state);
                let held = quarantine.and_then(|quarantine| quarantine.list()).map_or(0, |held| held.len());
                self.counted = Some((now, held));
                held
            }
        }
    }
}
