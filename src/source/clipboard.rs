//! The clipboard as a source: each text as it is copied, from the desktop's own events. Nothing is
//! kept and nothing is asked for in between. Wayland tells of copies only through the data-control
//! protocol; compositors without it (older GNOME) tell nobody, and that is said.

use std::io::Read;

use wl_clipboard_rs::paste::{ClipboardType, MimeType, Seat, get_contents};
use wl_clipboard_rs::watch::{self, ClipboardEvent, Watcher};

/// Text beyond this is not looked at: a message is shorter.
const MOST: u64 = 4 << 20;

/// Waits for copied texts and shows each, until the desktop ends or `see` says false.
///
/// # Errors
/// In words, when there is no desktop to listen to.
pub fn watch_clipboard(mut see: impl FnMut(&[u8]) -> bool) -> Result<(), String> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match (set("WAYLAND_DISPLAY"), set("DISPLAY")) {
        (true, with_x11) => match (wayland(&mut see), with_x11) {
            // What programs under XWayland copy is seen all the same.
            (Err(problem), true) => x11(&mut see).map_err(|other| format!("{problem}; {other}")),
            (outcome, _) => outcome,
        },
        (false, true) => x11(&mut see),
        (false, false) => Err("no desktop session (neither WAYLAND_DISPLAY nor DISPLAY is set)".into()),
    }
}

fn wayland(see: &mut impl FnMut(&[u8]) -> bool) -> Result<(), String> {
    let mut watcher =
        Watcher::new(watch::ClipboardType::Regular, Seat::Unspecified).map_err(|e| format!("Wayland: {e}"))?;
    loop {
        match watcher.next_event().map_err(|e| format!("Wayland: {e}"))? {
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

fn x11(see: &mut impl FnMut(&[u8]) -> bool) -> Result<(), String> {
    let clipboard = x11_clipboard::Clipboard::new().map_err(|e| format!("X11: {e}"))?;
    let atoms = &clipboard.getter.atoms;
    loop {
        let text = clipboard.load_wait(atoms.clipboard, atoms.utf8_string, atoms.property);
        let text = text.map_err(|e| format!("X11: {e}"))?;
        if !text.is_empty() && !see(&text) {
            return Ok(());
        }
    }
}
