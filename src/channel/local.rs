//! The way from the process that a browser or a mail program starts to the daemon of the same person, where one runs: a socket
//! in the state folder, for its owner alone. Either side looks who the other is. The daemon says that it takes a conversation
//! before anything else is said; from then on the process only passes bytes, and what breaks off ends it, which holds
//! everything. What is said there is the channel's own affair.

use std::collections::HashMap;
use std::fs::Permissions;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::bounds::Slots;

/// The socket's name in the state folder.
const NAME: &str = "channels.sock";
/// Said by a daemon that takes a conversation: the version of this hand-over.
const TAKEN: u8 = 1;
/// Conversations at once; whoever finds no place has an engine of its own.
const CONVERSATIONS: usize = 4;
/// How long a daemon may take to say so; one that hangs is as good as none.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long the other side may leave an answer unread.
const UNREAD: Duration = Duration::from_secs(60);

/// Answers one conversation to its end.
pub type Talk = dyn Fn(UnixStream) + Send + Sync;

/// The daemon's end, by what is in force now. Dropped, it takes no more conversations and ends those under way, so that
/// whoever asks begins anew.
pub struct Door {
    path: PathBuf,
    /// The socket's own number: another door may have taken its name since.
    inode: u64,
    listener: UnixListener,
    thread: Option<JoinHandle<()>>,
    shared: Arc<Shared>,
}

struct Shared {
    /// Conversations under way, so that they can be ended; none are taken once that is gone.
    under_way: Mutex<Option<HashMap<u64, UnixStream>>>,
    next: AtomicU64,
    places: Slots,
}

impl Door {
    /// Opens the door in the state folder of a daemon that has it for itself: a socket that another one left is replaced.
    /// `begin` runs first on the thread that answers, of which all others are made.
    ///
    /// # Errors
    /// When there can be no socket.
    pub fn open(state: &Path, begin: impl FnOnce() -> Option<Arc<Talk>> + Send + 'static) -> io::Result<Self> {
        let (path, aside) = (state.join(NAME), state.join(format!("{NAME}.new")));
        let _ = std::fs::remove_file(&aside);
        let listener = UnixListener::bind(&aside)?;
        std::fs::set_permissions(&aside, Permissions::from_mode(0o600))?;
        let inode = std::fs::symlink_metadata(&aside)?.ino();
        std::fs::rename(&aside, &path)?;
        let under_way = Mutex::new(Some(HashMap::new()));
        let shared = Arc::new(Shared { under_way, next: AtomicU64::new(0), places: Slots::new(CONVERSATIONS) });
        let (answering, accepting) = (Arc::clone(&shared), listener.try_clone()?);
        let work = move || match begin() {
            Some(talk) => answering.accept(&accepting, &talk),
            None => close(&accepting),
        };
        let thread = Some(std::thread::Builder::new().name("door".into()).spawn(work)?);
        Ok(Door { path, inode, listener, thread, shared })
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if std::fs::symlink_metadata(&self.path).is_ok_and(|socket| socket.ino() == self.inode) {
            let _ = std::fs::remove_file(&self.path);
        }
        close(&self.listener);
        for stream in locked(&self.shared.under_way).take().iter().flat_map(HashMap::values) {
            // What was asked is answered still.
            let _ = stream.shutdown(Shutdown::Read);
        }
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Whoever waits at the socket is waited for no longer, and whoever comes finds nobody.
fn close(listener: &UnixListener) {
    let _ = rustix::net::shutdown(listener, rustix::net::Shutdown::Both);
}

impl Shared {
    fn accept(self: Arc<Self>, listener: &UnixListener, talk: &Arc<Talk>) {
        loop {
            match listener.accept() {
                Ok((stream, _)) => {
                    let (shared, talk) = (Arc::clone(&self), Arc::clone(talk));
                    let answer = move || {
                        if let Err(e) = shared.answer(stream, talk.as_ref()) {
                            tracing::info!(error = %e.kind(), "a channel was not answered");
                        }
                    };
                    // Whoever is not answered has an engine of its own.
                    if let Err(e) = std::thread::Builder::new().name("channel".into()).spawn(answer) {
                        tracing::warn!(error = %e.kind(), "a channel was not answered");
                    }
                }
                Err(_) if locked(&self.under_way).is_none() => return,
                // Nothing that a pause does not mend: no descriptors, a caller that is gone.
                Err(e) => {
                    tracing::warn!(error = %e.kind(), "channels: accept");
                    std::thread::sleep(Duration::from_millis(100));
                }
            }
        }
    }

    fn answer(&self, mut stream: UnixStream, talk: &Talk) -> io::Result<()> {
        is_ours(&stream)?;
        let Some(_place) = self.places.take() else { return Ok(()) };
        stream.set_write_timeout(Some(UNREAD))?;
        let Some(_end) = self.begin(&stream)? else { return Ok(()) };
        stream.write_all(&[TAKEN])?;
        talk(stream);
        Ok(())
    }

    /// Remembers a conversation until it ends, however it ends; none where the door is closed.
    fn begin(&self, stream: &UnixStream) -> io::Result<Option<UnderWay<'_>>> {
        let (number, stream) = (self.next.fetch_add(1, Ordering::Relaxed), stream.try_clone()?);
        let begun = locked(&self.under_way).as_mut().map(|all| all.insert(number, stream));
        Ok(begun.map(|_| UnderWay { shared: self, stream_of: number }))
    }
}

struct UnderWay<'s> {
    shared: &'s Shared,
    stream_of: u64,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        // Its other descriptor may be gone with a thread that ended badly: whoever asked must not wait.
        if let Some(stream) = locked(&self.shared.under_way).as_mut().and_then(|all| all.remove(&self.stream_of)) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// A conversation with the daemon that works on this state folder; none where there is no daemon, or none that answers.
///
/// # Errors
/// When somebody else answers, or it cannot be known who does.
pub fn ask_daemon(state: &Path) -> io::Result<Option<UnixStream>> {
    let mut stream = match UnixStream::connect(state.join(NAME)) {
        Ok(stream) => stream,
        // No socket, nobody behind it, or a path that is too long for one.
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused | io::ErrorKind::InvalidInput
            ) =>
        {
            return Ok(None);
        }
        Err(e) => return Err(e),
    };
    is_ours(&stream)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut said = [0];
    if stream.read_exact(&mut said).is_err() || said != [TAKEN] {
        tracing::info!("the daemon takes no conversation now");
        return Ok(None);
    }
    stream.set_read_timeout(None)?;
    Ok(Some(stream))
}

/// Passes what is said on both sides until one of them ends.
///
/// # Errors
/// When the daemon's answers cannot be passed on.
pub fn pass(daemon: &UnixStream, from: impl AsFd, to: impl AsFd) -> io::Result<()> {
    let mut from = std::fs::File::from(from.as_fd().try_clone_to_owned()?);
    let mut to = std::fs::File::from(to.as_fd().try_clone_to_owned()?);
    let (mut asking, mut answering) = (daemon.try_clone()?, daemon.try_clone()?);
    let ask = move || {
        let _ = carry(&mut from, &mut asking);
        let _ = asking.shutdown(Shutdown::Write);
    };
    // Not waited for: it ends with the process when the daemon ends first.
    std::thread::Builder::new().name("asking".into()).spawn(ask)?;
    carry(&mut answering, &mut to)
}

/// As it comes. Through our own memory: not every kernel splices a socket into a pipe at once.
fn carry(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<()> {
    io::copy(from, to).map(drop)
}

/// Nobody but the person whose processes we are is at the other end.
fn is_ours(stream: &UnixStream) -> io::Result<()> {
    let peer = rustix::net::sockopt::socket_peercred(stream)?;
    if peer.uid == rustix::process::geteuid() { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says everything back.
    fn echo() -> Option<Arc<Talk>> {
        Some(Arc::new(|mut stream: UnixStream| {
            let mut again = stream.try_clone().expect("a stream");
            let _ = io::copy(&mut stream, &mut again);
        }))
    }

    fn said(stream: &mut UnixStream, word: &[u8]) -> Vec<u8> {
        stream.write_all(word).expect("a listener");
        let mut heard = vec![0; word.len()];
        stream.read_exact(&mut heard).expect("an answer");
        heard
    }

    fn ends(mut stream: UnixStream) -> bool {
        matches!(stream.read(&mut [0]), Ok(0))
    }

    fn asked(state: &Path) -> Option<UnixStream> {
        ask_daemon(state).expect("ours")
    }

    #[test]
    fn a_daemon_answers_its_owner_and_nobody_where_there_is_none() {
        let state = tempfile::tempdir().expect("a folder");
        assert!(asked(state.path()).is_none(), "no socket");
        let door = Door::open(state.path(), echo).expect("a door");
        assert_eq!(std::fs::metadata(state.path().join(NAME)).expect("a socket").permissions().mode() & 0o777, 0o600);
        let mut stream = asked(state.path()).expect("a daemon");
        assert_eq!(said(&mut stream, b"planting"), b"planting");
        drop(door);
        assert!(ends(stream), "a conversation ends with the daemon");
        assert!(asked(state.path()).is_none(), "the socket is gone");
        // One that cannot judge is as good as none, at once.
        let _door = Door::open(state.path(), || None).expect("a door");
        assert!(asked(state.path()).is_none());
    }

    #[test]
    fn what_a_dead_daemon_left_is_nobody_and_is_replaced() {
        let state = tempfile::tempdir().expect("a folder");
        drop(UnixListener::bind(state.path().join(NAME)).expect("a socket"));
        assert!(asked(state.path()).is_none());
        let _door = Door::open(state.path(), echo).expect("a door");
        assert!(asked(state.path()).is_some());
    }

    #[test]
    fn of_two_doors_the_later_answers_and_stays() {
        let state = tempfile::tempdir().expect("a folder");
        let before = Door::open(state.path(), echo).expect("a door");
        let stream = asked(state.path()).expect("a daemon");
        let _door = Door::open(state.path(), echo).expect("a door");
        drop(before);
        assert!(ends(stream));
        assert!(asked(state.path()).is_some(), "there is no moment without one");
    }

    #[test]
    fn one_that_hangs_or_speaks_otherwise_is_none() {
        let state = tempfile::tempdir().expect("a folder");
        let listener = UnixListener::bind(state.path().join(NAME)).expect("a socket");
        let other = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a caller");
            stream.write_all(&[TAKEN + 1]).expect("heard");
            let (hanging, _) = listener.accept().expect("a caller");
            (stream, hanging)
        });
        assert!(asked(state.path()).is_none(), "another version");
        assert!(asked(state.path()).is_none(), "says nothing");
        drop(other.join());
    }

    #[test]
    fn conversations_are_bounded() {
        let state = tempfile::tempdir().expect("a folder");
        let _door = Door::open(state.path(), echo).expect("a door");
        let mut all: Vec<UnixStream> = (0..CONVERSATIONS).map(|_| asked(state.path()).expect("a place")).collect();
        all.iter_mut().for_each(|one| drop(said(one, b"a")));
        assert!(asked(state.path()).is_none(), "no place is left");
    }

    #[test]
    fn a_conversation_that_ends_badly_is_ended() {
        let state = tempfile::tempdir().expect("a folder");
        let broken = || -> Option<Arc<Talk>> { Some(Arc::new(|_| panic!("an invented fault"))) };
        let _door = Door::open(state.path(), broken).expect("a door");
        assert!(ends(asked(state.path()).expect("a daemon")));
    }
}
