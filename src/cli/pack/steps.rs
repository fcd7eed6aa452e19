//! How far a long import is: a bar on a terminal, elsewhere a line for each step and each tenth of the way. Shown on stderr.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::model::Lang;

/// The way is counted in hundredths.
const WHOLE: u64 = 100;
/// Hundredths after which a line is written where there is no terminal.
const SHARE: u64 = 10;

/// The steps of an import, each with its share of the whole.
pub(super) struct Steps {
    shown: bool,
    bar: Option<ProgressBar>,
    lang: Lang,
    what: &'static str,
    /// Where the step began, and how much of the way it is.
    begun: u64,
    share: u64,
    /// What was written last.
    told: u64,
}

impl Steps {
    /// Shown where an import takes seconds.
    pub(super) fn new(shown: bool, lang: Lang) -> Self {
        let bar = (shown && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(Some(WHOLE), ProgressDrawTarget::stderr_with_hz(8));
            let style = ProgressStyle::with_template("[{bar:30}] {percent:>3}%  {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
            bar
        });
        Steps { shown, bar, lang, what: "", begun: 0, share: 0, told: 0 }
    }

    /// The next step, which is so many hundredths of the whole.
    pub(super) fn begin(&mut self, share: u64, en: &'static str, zh: &'static str) {
        (self.begun, self.share) = (self.begun + self.share, share);
        self.what = self.lang.pick(en, zh);
        if let Some(bar) = &self.bar {
            bar.set_message(self.what);
        }
        self.show(self.begun, true);
    }

    /// So much of the step is done.
    pub(super) fn stands_at(&mut self, done: usize, total: usize) {
        let part = self.share * done as u64 / total.max(1) as u64;
        self.show(self.begun + part.min(self.share), false);
    }

    fn show(&mut self, percent: u64, is_new: bool) {
        match &self.bar {
            Some(bar) => bar.set_position(percent),
            None if self.shown && (is_new || percent / SHARE > self.told / SHARE) => {
                self.told = percent;
                eprintln!("{percent:>3}%  {}", self.what);
            }
            None => {}
        }
    }

    /// Nothing more to come.
    pub(super) fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        self.shown = false;
    }
}
