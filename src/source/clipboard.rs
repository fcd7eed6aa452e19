//! The clipboard as a source: each text as it is copied, from the desktop's own events. Nothing is
//! kept and nothing is asked for in between. Wayland tells of copies only through the data-control
//! protocol; compositors without it (older GNOME) tell nobody, and that is said.

use std::io::Read;
use std::time::Duration;

use wl_clipboard_rs::paste::{ClipboardType, Error as PasteError, MimeType, Seat, get_contents};
use wl_clipboard_rs::watch::{self, ClipboardEvent, Watcher};

use super::copied::Copied;
use crate::model::Lang;

/// What programs offer a picture as.
const PICTURE: &str = "image/png";
/// More than this is not taken when the clipboard is looked at once.
const MOST_AT_ONCE: u64 = 64 << 20;
/// Text beyond this is not looked at: a message is shorter.
const MOST: u64 = 4 << 20;

/// Why copied texts cannot be seen.
#[derive(Debug)]
pub enum ClipboardUnavailable {
    /// There is no desktop session.
    NoDesktop,
    /// It holds more than is taken at once.
    TooLarge,
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
            ClipboardUnavailable::TooLarge => lang.pick(
                "more was copied than can be looked at in one piece: save it as a file and check that".to_string(),
                "剪贴板内容过大，请存为文件后检查".to_string(),
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
    match (is_set("WAYLAND_DISPLAY"), is_set("DISPLAY")) {
        (true, with_x11) => match (wayland(&mut see), with_x11) {
            // What programs under XWayland copy is seen all the same.
            (Err(_), true) => x11(&mut see),
            (outcome, _) => outcome,
        },
        (false, true) => x11(&mut see),
        (false, false) => Err(ClipboardUnavailable::NoDesktop),
    }
}

/// What the clipboard holds now: a picture, or else a text; nothing of anything else.
///
/// # Errors
/// When there is no desktop to ask.
pub fn read_clipboard() -> Result<Option<Copied>, ClipboardUnavailable> {
    match (is_set("WAYLAND_DISPLAY"), is_set("DISPLAY")) {
        (true, with_x11) => match (now_on_wayland(), with_x11) {
            (Err(_), true) => now_on_x11(),
            (outcome, _) => outcome,
        },
        (false, true) => now_on_x11(),
        (false, false) => Err(ClipboardUnavailable::NoDesktop),
    }
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

fn now_on_wayland() -> Result<Option<Copied>, ClipboardUnavailable> {
    let get = |kind: MimeType<'_>| match get_contents(ClipboardType::Regular, Seat::Unspecified, kind) {
        Ok((pipe, _)) => {
            let mut bytes = Vec::new();
            let read = pipe.take(MOST_AT_ONCE + 1).read_to_end(&mut bytes);
            read.map_err(|e| ClipboardUnavailable::of("Wayland", &e))?;
            whole(bytes)
        }
        Err(PasteError::NoSeats | PasteError::ClipboardEmpty | PasteError::NoMimeType) => Ok(None),
        Err(e) => Err(ClipboardUnavailable::of("Wayland", &e)),
    };
    Ok(match get(MimeType::Specific(PICTURE))? {
        Some(bytes) => Some(Copied::Picture(bytes)),
        None => get(MimeType::Text)?.map(Copied::Text),
    })
}

fn now_on_x11() -> Result<Option<Copied>, ClipboardUnavailable> {
    /// How long the program that was copied from may take to hand it over.
    const PATIENCE: Duration = Duration::from_secs(2);
    let clipboard = x11_clipboard::Clipboard::new().map_err(|e| ClipboardUnavailable::of("X11", &e))?;
    let atoms = &clipboard.getter.atoms;
    let picture = clipboard.getter.get_atom(PICTURE).map_err(|e| ClipboardUnavailable::of("X11", &e))?;
    // What the owner does not have is nothing, as is an owner that does not answer.
    let get = |kind| whole(clipboard.load(atoms.clipboard, kind, atoms.property, PATIENCE).unwrap_or_default());
    Ok(match get(picture)? {
        Some(bytes) => Some(Copied::Picture(bytes)),
        None => get(atoms.utf8_string)?.map(Copied::Text),
    })
}

/// What was read, unless it is nothing; a part of something is never taken for the whole.
fn whole(bytes: Vec<u8>) -> Result<Option<Vec<u8>>, ClipboardUnavailable> {
    match bytes.len() as u64 {
        0 => Ok(None),
        1..=MOST_AT_ONCE => Ok(Some(bytes)),
        _ => Err(ClipboardUnavailable::TooLarge),
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
