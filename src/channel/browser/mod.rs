//! Browsers and mail programs ask here before something is sent: their extension starts us and speaks native messaging
//! over our standard input and output. Memory, time and counts are bounded; whoever does not keep to the protocol is told so,
//! and the conversation ends, which holds everything. It writes no content anywhere.

mod answer;
mod base64;
mod frame;
mod request;
mod talk;
mod transfer;
mod waiting;

use std::io::{self, Read, Write};

use serde::Serialize;

use super::bounds::Turns;
use crate::config::{Browser, Hold, Officer};
use crate::model::{Channel, Lang, Report};
use crate::scan::Scanner;
use talk::Talk;

/// The protocol's version.
const VERSION: u32 = 1;
/// Bytes of a text that is asked about whole; a longer one comes as a file.
const TEXT: usize = 1 << 20;
/// Bytes of a piece.
const PIECE: usize = 384 << 10;
/// Pieces of a file that may wait.
const WINDOW: usize = 4;
/// Files and texts under way at once in a conversation: with all their pieces 96 MiB.
const UNDER_WAY: usize = 64;

/// What becomes of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Step {
    /// It goes on.
    Go,
    /// It goes on when a person says why.
    Confirm,
    /// It does not go on.
    Hold,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemOutcome<'r> {
    /// Nothing was found in a file, and it went on.
    Cleared,
    /// It went no further.
    Held,
    /// A person let it go, for this reason.
    Confirmed(&'r str),
    /// The settings let it go; where the site is approved for it, by whom.
    Passed(Option<&'r str>),
}

/// An item that was judged, for whoever writes it down.
#[derive(Debug)]
pub struct JudgedItem<'r> {
    /// The host of the page.
    pub site: &'r str,
    /// What was found.
    pub report: &'r Report,
    /// What became of it.
    pub outcome: ItemOutcome<'r>,
}

/// Writes down what became of an item; an error means that it may not go now.
pub type Record = dyn Fn(&JudgedItem<'_>) -> io::Result<()> + Send + Sync;

/// What the door stands on.
pub struct HostSettings {
    /// Which sites are guarded.
    pub browser: Browser,
    /// What happens to what is not clear.
    pub hold: Hold,
    /// Whom people turn to.
    pub officer: Officer,
    /// The person's language.
    pub lang: Lang,
}

/// The door for browsers.
pub struct Host {
    files: Scanner,
    /// Another way out, with rules of its own.
    texts: Scanner,
    settings: HostSettings,
    record: Box<Record>,
    turns: Turns,
    /// Texts are short, and somebody is typing: they do not wait for files.
    text_turns: Turns,
}

impl Host {
    /// A door that judges with this scanner and answers by these settings.
    pub fn new(scanner: Scanner, settings: HostSettings, record: Box<Record>) -> Self {
        let (turns, text_turns) = (Turns::by_processors(), Turns::new(2));
        Host { texts: scanner.on(Channel::Message), files: scanner, settings, record, turns, text_turns }
    }

    /// Answers until the browser has enough.
    ///
    /// # Errors
    /// When the other side does not keep to the protocol, or cannot be heard.
    pub fn serve(&self, from: &mut dyn Read, to: Box<dyn Write + Send>) -> io::Result<()> {
        Talk::new(self, to).run(from)
    }
}

#[cfg(test)]
mod tests;
