//! Progress on a terminal for long work: how many files, how many pages of pictures, which file.
//! Shown on stderr after a second, never when stderr is not a terminal.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::model::{Lang, safe_name};

/// Time after which it is shown, and how often it is drawn anew.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(250);

/// The progress of a scan.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    /// Dropped when there is nothing more to show.
    showing: Option<Sender<()>>,
}

impl Progress {
    /// Shown only if wanted and if there is a terminal. `pages` counts those read so far.
    pub(super) fn new(wanted: bool, pages: Arc<AtomicU64>, lang: Lang) -> Self {
        if !wanted || !std::io::stderr().is_terminal() {
            return Progress { bar: None, showing: None };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let template = lang.pick("{spinner} {pos} files{pages}  {msg}", "{spinner} 已检查 {pos} 个文件{pages}  {msg}");
        if let Ok(style) = ProgressStyle::with_template(template) {
            let say = move |_: &ProgressState, to: &mut dyn Write| {
                let read = pages.load(Ordering::Relaxed);
                if read > 0 {
                    let words =
                        lang.pick(format!(", {read} pictures and pages read"), format!("，已识别 {read} 页图片"));
                    let _ = to.write_str(&words);
                }
            };
            bar.set_style(style.with_key("pages", say));
        }
        let (showing, ended) = channel();
        let shown = bar.clone();
        // One long file gives no sign of its own.
        std::thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
                shown.enable_steady_tick(TICK);
            }
        });
        Progress { bar: Some(bar), showing: Some(showing) }
    }

    /// One more item is done.
    pub(super) fn step(&self, path: &str) {
        let Some(bar) = &self.bar else { return };
        bar.inc(1);
        let name = safe_name(path.rsplit('/').next().unwrap_or_default());
        bar.set_message(name.chars().take(40).collect::<String>());
    }

    /// Clears the line before results are written.
    pub(super) fn pause(&self, write: impl FnOnce() -> std::io::Result<()>) -> std::io::Result<()> {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Nothing more to come.
    pub(super) fn finish(&mut self) {
        self.showing = None;
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
