//! Life: whether the daemon lives and works now, told from outside: by its lock, its last sign of life and what the system
//! says of its process.

use std::path::{Path, PathBuf};

use super::{FolderStatus, Status};
use crate::act::quarantine::Quarantine;
use crate::disk::{Disk, Folder, Lock};
use crate::model::Lang;

/// Age of the last sign of life from which it counts as none: a walk takes place every minute.
const SILENT: i64 = 180;

/// How sure it is that the daemon works now.
#[derive(Debug, Clone, Copy)]
pub struct Life {
    /// Seconds since it last wrote how things are.
    pub age: i64,
    /// Its process is stopped (SIGSTOP).
    pub stopped: bool,
}

impl Life {
    /// A daemon works on this state folder: it has the lock for as long as it lives.
    pub fn lasts(state: &Path) -> bool {
        Folder::open(state).is_ok_and(|folder| Lock::is_taken(&folder, "lock"))
    }

    /// As a status and the system say it.
    pub fn of(status: &Status) -> Self {
        let written = status.written.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_second);
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", status.pid)).unwrap_or_default();
        // The state stands behind the name, which may hold anything (proc_pid_stat(5)).
        let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
        Life { age: jiff::Timestamp::now().as_second() - written, stopped: matches!(state, Some('T' | 't')) }
    }

    /// It works.
    pub fn is_well(&self) -> bool {
        !self.stopped && self.age < SILENT
    }

    /// What is wrong, in words; empty when it is well.
    pub fn message(&self, lang: Lang) -> String {
        let age = self.age;
        match (self.stopped, age < SILENT) {
            (true, _) => lang.pick(
                "! its process is stopped: nothing is looked at and nothing is released until it goes on (kill -CONT)\n".into(),
                "！进程已被暂停：恢复之前既不检查也不放行（kill -CONT）\n".into(),
            ),
            (false, false) => lang.pick(
                format!("! no sign of life for {age} seconds: stop and start mizha watch\n"),
                format!("！已有 {age} 秒没有动静，请重新启动 mizha watch\n"),
            ),
            (false, true) => String::new(),
        }
    }
}

impl Status {
    /// It lives, works and has nothing to complain of. In a pause it is well.
    pub fn is_well(&self) -> bool {
        let amiss = |folder: &FolderStatus| folder.unreachable.is_some() || folder.stuck.is_some() || folder.closed > 0;
        Life::of(self).is_well() && self.degraded.is_empty() && self.unsettled == 0 && !self.folders.iter().any(amiss)
    }

    /// With how many files are held now, of each folder: the daemon knows only those since its start.
    #[must_use]
    pub fn counted(mut self, state: &Path) -> Self {
        let held =
            Quarantine::open(&Disk::default(), state).and_then(|quarantine| quarantine.list()).unwrap_or_default();
        let paths: Vec<Option<PathBuf>> =
            self.folders.iter().map(|folder| folder.path.as_ref().map(|path| path.0.clone())).collect();
        self.folders.iter_mut().for_each(|folder| folder.held = 0);
        for held in held {
            let inside = paths.iter().enumerate().filter_map(|(at, path)| Some((at, path.as_ref()?)));
            let inside = inside.filter(|(_, path)| held.from.0.starts_with(path));
            if let Some((at, _)) = inside.max_by_key(|(_, path)| path.as_os_str().len()) {
                self.folders[at].held += 1;
            }
        }
        self
    }
}
