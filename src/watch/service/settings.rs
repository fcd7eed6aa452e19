//! Hears that configuration or packs changed. An inotify instance of our own: the places above
//! the settings are `/etc` and the home folder, and `notify` is also told of every file that
//! anybody opens there. It reads nothing of what changed.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};

use super::ServiceMessage;

/// Room for the events of one reading; one with the longest name takes 272 bytes (inotify(7)).
const ROOM: usize = 4096;

/// What changes a file or the set of files. Opening, reading and each single write are none.
const CHANGES: WatchFlags = WatchFlags::CLOSE_WRITE
    .union(WatchFlags::CREATE)
    .union(WatchFlags::DELETE)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::ATTRIB);

/// The places of the settings, and who listens there.
pub(super) struct SettingsWatch {
    places: Vec<PathBuf>,
    ear: Option<SettingsWatcher>,
}

struct SettingsWatcher {
    events: Arc<OwnedFd>,
    folders: Arc<Mutex<HashMap<i32, PathBuf>>>,
}

impl SettingsWatch {
    /// Listens for changes of these files and folders until the process ends. Without events
    /// settings are read again when asked for (SIGHUP).
    pub(super) fn listen(places: &[PathBuf], told: &Sender<ServiceMessage>) -> Self {
        let places: Vec<PathBuf> =
            places.iter().map(|place| std::path::absolute(place).unwrap_or(place.clone())).collect();
        let (mine, told) = (places.clone(), told.clone());
        let ear =
            SettingsWatcher::open(move |path| !concerns(&mine, path) || told.send(ServiceMessage::Settings).is_ok());
        if let Err(e) = &ear {
            tracing::warn!(error = %e.kind(), "changes of the settings are not heard: send SIGHUP after a change");
        }
        let settings = SettingsWatch { places, ear: ear.ok() };
        settings.renew();
        settings
    }

    /// Listens as well where folders came since. Settings are often replaced whole, so the folder
    /// of a file is watched; what is not there yet is announced by the nearest folder that is.
    pub(super) fn renew(&self) {
        let Some(ear) = &self.ear else { return };
        for place in &self.places {
            for entry in walkdir::WalkDir::new(place).into_iter().flatten() {
                if entry.file_type().is_dir() {
                    ear.watch(entry.path());
                }
            }
            if let Some(folder) = place.ancestors().skip(1).find(|folder| folder.is_dir()) {
                ear.watch(folder);
            }
        }
    }
}

impl SettingsWatcher {
    /// Begins to listen; nothing is watched yet. `tell` gets each path that changed, the root
    /// when events were lost, and says whether to go on.
    fn open(tell: impl Fn(&Path) -> bool + Send + 'static) -> io::Result<Self> {
        let events = Arc::new(inotify::init(CreateFlags::CLOEXEC)?);
        let ear = SettingsWatcher { events, folders: Arc::default() };
        let (events, folders) = (Arc::clone(&ear.events), Arc::clone(&ear.folders));
        let hear = move || {
            let mut room = [MaybeUninit::uninit(); ROOM];
            let mut reader = Reader::new(&*events, &mut room);
            loop {
                let path = match reader.next() {
                    Ok(event) if event.events().contains(ReadFlags::QUEUE_OVERFLOW) => Some(PathBuf::from("/")),
                    Ok(event) => {
                        let folders = folders.lock().unwrap_or_else(PoisonError::into_inner);
                        let name = event.file_name().map_or(OsStr::new(""), |name| OsStr::from_bytes(name.to_bytes()));
                        folders.get(&event.wd()).map(|folder: &PathBuf| folder.join(name))
                    }
                    Err(rustix::io::Errno::INTR) => None,
                    Err(_) => return,
                };
                if path.is_some_and(|path| !tell(&path)) {
                    return;
                }
            }
        };
        std::thread::Builder::new().name("settings".into()).spawn(hear)?;
        Ok(ear)
    }

    fn watch(&self, folder: &Path) {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        // A folder that went since is announced by the one above it.
        if let Ok(number) = inotify::add_watch(&*self.events, folder, CHANGES | WatchFlags::ONLYDIR) {
            folders.insert(number, folder.to_path_buf());
        }
    }
}

/// Whether a change here can change the settings: it is one, lies in one, or leads to one.
fn concerns(places: &[PathBuf], path: &Path) -> bool {
    places.iter().any(|place| path.starts_with(place) || place.starts_with(path))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn opening_and_reading_are_not_heard_and_changes_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mizha.toml");
        fs::write(&file, "old").expect("written");
        let (tell, ears) = channel();
        let ear = SettingsWatcher::open(move |path| tell.send(path.to_path_buf()).is_ok()).expect("inotify");
        ear.watch(folder.path());
        fs::read(&file).expect("read");
        fs::read_dir(folder.path()).expect("read").for_each(drop);
        fs::write(&file, "new").expect("written");
        let other = folder.path().join("other");
        fs::rename(&file, &other).expect("renamed");
        fs::remove_file(&other).expect("removed");
        // Truncating and writing are none: the end of writing is.
        let all: Vec<PathBuf> = ears.iter().take(4).collect();
        assert_eq!(all, [file.clone(), file, other.clone(), other]);
    }

    #[test]
    fn what_is_a_setting_lies_in_one_or_leads_to_one_concerns() {
        let places = [PathBuf::from("/etc/mizha/mizha.toml"), PathBuf::from("/home/a/packs")];
        for path in ["/etc/mizha/mizha.toml", "/etc/mizha", "/home/a/packs/own/terms.toml", "/"] {
            assert!(concerns(&places, Path::new(path)), "{path}");
        }
        for path in ["/etc/passwd", "/etc/mizha/other.toml", "/home/a/packs.old", "/home/a/.history"] {
            assert!(!concerns(&places, Path::new(path)), "{path}");
        }
    }
}
