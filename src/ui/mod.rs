//! The local page: what a person at a desktop uses instead of commands. A small HTTP server on loopback that shows
//! pages of ours to the one person it belongs to, and ends when they have gone. It keeps nothing of what it is given,
//! and decides nothing by itself: scanning, holding and writing down are the engine's and the guard's.

mod access;
mod bootstrap;
mod caller;
mod check;
mod decision;
mod first_run;
mod form;
mod health;
mod held;
mod listed;
mod officer;
mod receipt;
mod request;
mod response;
mod route;
mod sent;
mod server;
mod shell;

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use crate::config::{Config, FirstSettings};
use crate::model::{Channel, Lang};
use crate::scan::Scanner;
use crate::source::Copied;
pub use server::Server;

/// The page that is opened first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum FirstPage {
    /// Checking before sending.
    #[default]
    Check,
    /// Held files, at the one of this identifier.
    Held(Option<String>),
    /// After sending.
    Sent,
    /// How the guard is.
    Health,
    /// The first run.
    Setup,
}

impl FirstPage {
    /// Its address. An identifier that could be anything else leads to the page alone.
    fn path(&self) -> String {
        match self {
            FirstPage::Check => "/".to_string(),
            FirstPage::Held(Some(id)) if id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                format!("/held#{id}")
            }
            FirstPage::Held(_) => "/held".to_string(),
            FirstPage::Sent => "/sent".to_string(),
            FirstPage::Health => "/health".to_string(),
            FirstPage::Setup => "/setup".to_string(),
        }
    }
}

/// Sets the desktop up as a person answered, and says what was done; or why it was not.
pub type FirstRun = Box<dyn Fn(&FirstSettings) -> Result<Vec<String>, String> + Send + Sync>;

/// What the page stands on.
pub struct PageContext {
    /// What looks at files and messages.
    pub scanner: Scanner,
    /// The settings in force.
    pub config: Config,
    /// The state folder.
    pub state: PathBuf,
    /// The folder of what need not outlive the session.
    pub run: PathBuf,
    /// Files and folders named when it was started: looked at as soon as the page is open.
    pub given: Vec<PathBuf>,
    /// What was in the clipboard when it was started: looked at first.
    pub copied: Option<Copied>,
    /// The page that is opened first.
    pub first: FirstPage,
    /// The first run, where there is no configuration yet.
    pub first_run: Option<FirstRun>,
    /// The reader's language.
    pub lang: Lang,
    /// How long it stays when nobody uses it.
    pub idle: Duration,
}

/// What every page works with.
struct Office {
    page: PageContext,
    /// What looks at messages: another way out, with rules of its own.
    messages: Scanner,
    given: Mutex<listed::Listed>,
    copied: Mutex<Option<Copied>>,
    /// What to tell at the top of the next page, once.
    notice: Mutex<Option<String>>,
}

impl Office {
    fn new(mut page: PageContext) -> Self {
        let given = Mutex::new(listed::Listed::new(&page.given));
        let copied = Mutex::new(page.copied.take());
        Office { messages: page.scanner.on(Channel::Message), page, given, copied, notice: Mutex::default() }
    }

    fn lang(&self) -> Lang {
        self.page.lang
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_page_is_one_there_is() {
        assert_eq!(FirstPage::Held(Some("0a1b-2".into())).path(), "/held#0a1b-2");
        assert_eq!(FirstPage::Held(Some("\"><script>".into())).path(), "/held");
    }
}
