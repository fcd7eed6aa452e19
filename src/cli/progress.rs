//! Progress on a terminal for long work: how many files, how much, which one. Shown on stderr
//! after a second, never when stderr is not a terminal.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::model::{Lang, safe_name};

/// The progress of a scan.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    started: std::time::Instant,
}

impl Progress {
    /// Shown only if wanted and if there is a terminal.
    pub(super) fn new(wanted: bool, lang: Lang) -> Self {
        let bar = (wanted && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            let template = lang.pick("{spinner} {pos} files  {msg}", "{spinner} 已检查 {pos} 个文件  {msg}");
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar
        });
        Progress { bar, started: std::time::Instant::now() }
    }

    /// One more item is done.
    pub(super) fn step(&self, path: &str) {
        let Some(bar) = &self.bar else { return };
        bar.inc(1);
        if self.started.elapsed() > Duration::from_secs(1) {
            if bar.is_hidden() {
                bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
            }
            let name = safe_name(path.rsplit('/').next().unwrap_or_default());
            bar.set_message(name.chars().take(40).collect::<String>());
        }
    }

    /// Clears the line before results are written.
    pub(super) fn pause(&self, write: impl FnOnce() -> std::io::Result<()>) -> std::io::Result<()> {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Nothing more to come.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
