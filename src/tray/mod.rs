//! The icon in the tray of the desktop: how the guard is, at a glance, and the way to its pages. A process of its own in
//! the person's session, which only reads what the guard wrote down and starts what the person asks for; without it
//! nothing is held less. It speaks the protocols StatusNotifierItem and com.canonical.dbusmenu.

mod bus;
mod icon;
mod item;
mod menu;
mod state;

use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use crate::act::opener::{Opener, View};
use crate::config::Config;
use crate::model::Lang;
use crate::watch::Pause;
use bus::Tray;
use state::Watcher;

/// How often it is looked how things are.
const LOOK: Duration = Duration::from_secs(3);

/// What the tray stands on.
pub struct TrayContext {
    /// The settings in force.
    pub config: Config,
    /// The state folder.
    pub state: PathBuf,
    /// The folder of what need not outlive the session.
    pub run: PathBuf,
    /// What opens pages.
    pub opener: Opener,
    /// The reader's language.
    pub lang: Lang,
}

/// What the person asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wish {
    /// To see something.
    Open(View),
    /// To pause the guard, for this reason.
    Pause(&'static str),
    /// To end the pause.
    Resume,
}

/// Why there is no icon.
#[derive(Debug)]
pub enum TrayError {
    /// The message bus of the session cannot be reached, or went away.
    Bus(zbus::Error),
    /// Another one shows it already.
    Shown,
}

impl TrayError {
    /// In words.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            TrayError::Bus(_) => lang.pick(
                "no message bus of a desktop session can be reached: there is no tray here; the application menu serves",
                "无法连接桌面会话的消息总线，无法显示托盘图标；可从应用菜单打开密闸",
            ),
            TrayError::Shown => lang.pick("the icon is shown already", "托盘图标已在显示"),
        }
        .to_string()
    }
}

impl From<zbus::Error> for TrayError {
    fn from(e: zbus::Error) -> Self {
        TrayError::Bus(e)
    }
}

/// Shows the icon until the session ends. `told` is given what is worth a word, such as that no tray shows icons here now.
///
/// # Errors
/// When there is no bus of a session, or another one shows the icon.
pub fn run(context: &TrayContext, told: &mut dyn FnMut(&str)) -> Result<(), TrayError> {
    let (asked, wishes) = channel();
    let mut watcher = Watcher::new(context);
    let mut shown = watcher.look();
    let mut tray = Tray::new(shown.clone(), asked, context.lang)?;
    let mut is_hosted = None;
    loop {
        // A tray that comes later, or again, is told of the icon.
        let hosted = tray.register()?;
        if is_hosted.replace(hosted) != Some(hosted) && !hosted {
            told(context.lang.pick(
                "no tray shows icons here now; waiting for one, and the application menu serves meanwhile",
                "当前桌面没有系统托盘，出现后将自动显示图标；可从应用菜单打开密闸",
            ));
        }
        match wishes.recv_timeout(LOOK) {
            Ok(wish) => fulfil(context, wish),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        let now = watcher.look();
        if now != shown {
            tray.show(&now)?;
            shown = now;
        }
    }
}

fn fulfil(context: &TrayContext, wish: Wish) {
    let outcome = match wish {
        Wish::Open(view) => {
            let opener = context.opener.clone();
            // The page stays open as long as it is used.
            std::thread::spawn(move || {
                if let Err(e) = opener.open(&view) {
                    tracing::warn!(error = %e.kind(), "the page cannot be opened");
                }
            });
            Ok(())
        }
        Wish::Pause(reason) => Pause::begin(&context.config, &context.state, reason),
        Wish::Resume => Pause::end(&context.config, &context.state),
    };
    if let Err(e) = outcome {
        tracing::warn!(error = %e.kind(), "the pause");
    }
}
