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

/// Share of the whole after which a line is written where there is no terminal.
const SHARE: u64 = 10;

/// The progress of a scan.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    /// Files in all, where they were counted.
    total: Option<u64>,
    /// The share that was written last.
    told: u64,
    lang: Lang,
    /// Dropped when there is nothing more to show.
    showing: Option<Sender<()>>,
}

impl Progress {
    /// Shown only if wanted and if there is a terminal. `pages` counts those read so far.
    pub(super) fn new(wanted: bool, pages: Arc<AtomicU64>, lang: Lang) -> Self {
        if !wanted || !std::io::stderr().is_terminal() {
            return Progress { bar: None, total: None, told: 0, lang, showing: None };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let template = lang
            .pick("{spinner} {pos} files{share}{pages}  {msg}", "{spinner} 已检查 {pos} 个文件{share}{pages}  {msg}");
        if let Ok(style) = ProgressStyle::with_template(template) {
            let say = move |_: &ProgressState, to: &mut dyn Write| {
                let read = pages.load(Ordering::Relaxed);
                if read > 0 {
                    let words =
                        lang.pick(format!(", {read} pictures and pages read"), format!("，已识别 {read} 页图片"));
                    let _ = to.write_str(&words);
                }
            };
            let share = |state: &ProgressState, to: &mut dyn Write| {
                if let Some(total) = state.len().filter(|total| *total > 0) {
                    let _ = write!(to, " ({}%)", state.pos() * 100 / total);
                }
            };
            bar.set_style(style.with_key("pages", say).with_key("share", share));
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
        Progress { bar: Some(bar), total: None, told: 0, lang, showing: Some(showing) }
    }

    /// The same for a number of files that is known: a share of it is shown, and where there is no terminal written
    /// line by line, for whoever reads the log of a service.
    pub(super) fn of_total(wanted: bool, total: u64, pages: Arc<AtomicU64>, lang: Lang) -> Self {
        let progress = Progress::new(wanted, pages, lang);
        if let Some(bar) = &progress.bar {
            bar.set_length(total);
        }
        Progress { total: Some(total), ..progress }
    }

    /// So many files are done, those included that need not be looked at.
    pub(super) fn stands_at(&mut self, done: u64) {
        let Some(total) = self.total.filter(|total| *total > 0) else { return };
        let percent = done * 100 / total;
        match &self.bar {
            Some(bar) => bar.set_position(done),
            None if percent / SHARE > self.told / SHARE => {
                self.told = percent;
                let words = self.lang.pick("checked", "已检查");
                eprintln!("mizha: {words} {percent}% ({done}/{total})");
            }
            None => {}
        }
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
