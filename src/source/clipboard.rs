//! The clipboard as a source: each text as it is copied, from the desktop's own events. Nothing is
//! kept and nothing is asked for in between. Wayland tells of copies only through the data-control
//! protocol; compositors without it (older GNOME) tell nobody, and that is said.

use std::io::Read;

use wl_clipboard_rs::paste::{ClipboardType, MimeType, Seat, get_contents};
use wl_clipboard_rs::watch::{self, ClipboardEvent, Watcher};

use crate::model::Lang;

/// Text beyond this is not looked at: a message is shorter.
const MOST: u64 = 4 << 20;

/// Why copied texts cannot be seen.
#[derive(Debug)]
pub enum ClipboardUnavailable {
    /// There is no desktop session.
    NoDesktop,
    /// The display's own words: protocol and error, once for each display that was asked.
    Display(String),
}

impl ClipboardUnavailable {
    /// In words.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            ClipboardUnavailable::NoDesktop => lang.pick(
                "no desktop session (neither WAYLAND_DISPLAY nor DISPLAY is set)".to_string(),
                "没有桌面会话（未设置 WAYLAND_DISPLAY 和 DISPLAY）".to_string(),
            ),
            ClipboardUnavailable::Display(why) => lang.pick(
                format!("the desktop does not tell of copied texts: {why}"),
                format!("桌面环境不通知复制的内容：{why}"),
            ),
        }
    }

    fn of(display: &str, e: &dyn std::fmt::Display) -> Self {
        ClipboardUnavailable::Display(format!("{display}: {e}"))
    }
}

/// Waits for copied texts and shows each, until the desktop ends or `see` says false.
///
/// # Errors
/// When there is no desktop to listen to.
pub fn watch_clipboard(mut see: impl FnMut(&[u8]) -> bool) -> Result<(), ClipboardUnavailable> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match (set("WAYLAND_DISPLAY"), set("DISPLAY")) {
        (true, with_x11) => match (wayland(&mut see), with_x11) {
            // What programs under XWayland copy is seen all the same.
            (Err(_), true) => x11(&mut see),
            (outcome, _) => outcome,
        },
        (false, true) => x11(&mut see),
        (false, false) => Err(ClipboardUnavailable::NoDesktop),
    }
}

fn wayland(see: &mut impl FnMut(&[u8]) -> bool) -> Result<(), ClipboardUnavailable> {
    let mut watcher = Watcher::new(watch::ClipboardType::Regular, Seat::Unspecified)
        .map_err(|e| ClipboardUnavailable::of("Wayland", &e))?;
    loop {
        match watcher.next_event().map_err(|e| ClipboardUnavailable::of("Wayland", &e))? {
            None => return Ok(()),
            Some(ClipboardEvent::Cleared { .. }) => continue,
            Some(ClipboardEvent::Changed { .. }) => {}
        }
        // A picture or a file list has no text: nothing to look at.
        let Ok((pipe, _)) = get_contents(ClipboardType::Regular, Seat::Unspecified, MimeType::Text) else { continue };
        let mut text = Vec::new();
        if pipe.take(MOST).read_to_end(&mut text).is_ok() && !see(&text) {
            return Ok(());
        }
    }
}

fn x11(see: &mut impl FnMut(&[u8]) -> bool) -> Result<(), ClipboardUnavailable> {
    let clipboard = x11_clipboard::Clipboard::new().map_err(|e| ClipboardUnavailable::of("X11", &e))?;
    let atoms = &clipboard.getter.atoms;
    loop {
        let text = clipboard.load_wait(atoms.clipboard, atoms.utf8_string, atoms.property);
        let text = text.map_err(|e| ClipboardUnavailable::of("X11", &e))?;
        if !text.is_empty() && !see(&text) {
            return Ok(());
        }
    }
}
