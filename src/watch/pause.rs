//! A pause: a person stops the work on the folders for a short while, and says why. A file in the state folder says until
//! when; the daemon reads it, and no other. Nothing is looked at meanwhile, so nothing leaves a gate, and what came in
//! the meantime is looked at afterwards. An administrator can forbid it (`hold.pause`).

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::act::audit::{Event, EventKind};
use crate::act::quarantine::DecisionDesk;
use crate::config::Config;
use crate::disk::{Disk, FileRef, private_folder};

/// How long a pause lasts: long enough to sort a folder, too short to be forgotten.
pub const LONGEST: Duration = Duration::from_secs(30 * 60);
/// Its file in the state folder.
const NAME: &str = "pause";

/// A pause that is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Until when, in UTC.
    pub until: String,
}

impl Pause {
    /// Where it is written down.
    pub fn path(state: &Path) -> PathBuf {
        state.join(NAME)
    }

    /// The pause in force now, if the settings allow one. One that claims to last longer than any may is none.
    pub fn now(config: &Config, state: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(Pause::path(state)).ok().filter(|_| config.hold.pause)?;
        let pause = Pause { until: text.trim().to_string() };
        let left = pause.left();
        (!left.is_zero() && left <= LONGEST).then_some(pause)
    }

    /// How long it still lasts.
    pub fn left(&self) -> Duration {
        let until = self.until.parse::<jiff::Timestamp>().unwrap_or_default();
        Duration::try_from(until.duration_since(jiff::Timestamp::now())).unwrap_or_default()
    }

    /// Begins one, for the longest time there is; why is written into the audit log first.
    ///
    /// # Errors
    /// `PermissionDenied` when the settings forbid it; when it cannot be written down.
    pub fn begin(config: &Config, state: &Path, reason: &str) -> io::Result<()> {
        if !config.hold.pause || reason.trim().is_empty() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let until = jiff::Timestamp::now() + jiff::SignedDuration::try_from(LONGEST).map_err(io::Error::other)?;
        write_down(config, state, Event { reason: Some(reason.to_string()), ..Event::new(EventKind::Paused) })?;
        let place = FileRef::new(&private_folder(state)?, NAME);
        Disk::default().replace(&place, until.to_string().as_bytes())
    }

    /// Ends it now.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn end(config: &Config, state: &Path) -> io::Result<()> {
        Disk::default().remove_if_there(&FileRef::new(&private_folder(state)?, NAME))?;
        write_down(config, state, Event::new(EventKind::Resumed))
    }
}

fn write_down(config: &Config, state: &Path, event: Event) -> io::Result<()> {
    let user = Some(rustix::process::geteuid().as_raw());
    DecisionDesk::open(config, state)?.audit.append(&[Event { user, ..event }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_short_explained_and_the_administrators_to_forbid() {
        let state = tempfile::tempdir().expect("a folder");
        let (state, allowed) = (state.path(), Config::default());
        let forbidden = Config::parse("c", "[hold]\npause = false\n").expect("TOML");
        for (config, reason) in [(&forbidden, "why"), (&allowed, " ")] {
            let refused = Pause::begin(config, state, reason).expect_err("not allowed");
            assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
            assert_eq!(Pause::now(&allowed, state), None);
        }
        Pause::begin(&allowed, state, "整理文件").expect("it begins");
        let pause = Pause::now(&allowed, state).expect("in force");
        assert!(pause.left() > LONGEST - Duration::from_secs(60) && pause.left() <= LONGEST);
        assert_eq!(Pause::now(&forbidden, state), None, "a setting that came since ends it");
        Pause::end(&allowed, state).expect("it ends");
        assert_eq!(Pause::now(&allowed, state), None);
        let log = DecisionDesk::open(&allowed, state).and_then(|desk| desk.audit.records()).expect("a log");
        let said: Vec<_> = log.iter().map(|line| (line.event.what, line.event.reason.as_deref())).collect();
        assert_eq!(said, [(Some(EventKind::Paused), Some("整理文件")), (Some(EventKind::Resumed), None)]);
        // Written by hand, and far too long or long over.
        for until in ["2999-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "soon"] {
            std::fs::write(Pause::path(state), until).expect("written");
            assert_eq!(Pause::now(&allowed, state), None, "{until}");
        }
    }
}
