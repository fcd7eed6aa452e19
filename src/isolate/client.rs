//! This side: the process that divides itself is started when the first file comes, and once more should it die.

use std::fmt;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::process::Pid;

use super::conversation::Conversation;
use super::frame::{self, Frames};
use super::picture_cache::{Key, PictureCache, PictureReading};
use super::record::{ReadRecord, ReadRequest};
use super::{Landlock, VERB, link};
use crate::extract::{IsolatedRead, Isolator, Listener, ReadContent, ReadOutcome, ReadScope};
use crate::model::{GapReason, Limits, ReaderFault};
use crate::ocr::Engine;

/// Time after which it is asked anew whether the item's time is over.
const PATIENCE: Duration = Duration::from_millis(20);
/// Time for which what a child says is left to gather.
const GULP: Timespec = Timespec { tv_sec: 0, tv_nsec: 500_000 };
/// Time within which a child must be made: it is the work of a millisecond.
const BIRTH: Duration = Duration::from_secs(20);
/// Bytes that go into a socket at once, whoever reads at the other end.
const AT_ONCE: usize = 64 * 1024;

/// For glibc; others pass it over. Free memory that children share with the process they come from is not put in order by
/// each of them anew, and the heap grows in larger steps.
const ALLOCATOR: (&str, &str) =
    ("GLIBC_TUNABLES", "glibc.malloc.mxfast=0:glibc.malloc.top_pad=1048576:glibc.malloc.trim_threshold=8388608");

/// Has files read in processes apart. Clones share the one process that makes them.
#[derive(Debug, Clone)]
pub struct Reader {
    program: PathBuf,
    model: Option<PathBuf>,
    gentle: bool,
    takes_all: bool,
    kept: PictureCache,
    server: Arc<Mutex<Option<Server>>>,
    made: Arc<AtomicU64>,
}

/// The process that divides itself, and the link to it.
struct Server {
    link: OwnedFd,
    process: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its children end with it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server(..)")
    }
}

impl Server {
    fn make(&self, talk: BorrowedFd<'_>, file: Option<BorrowedFd<'_>>) -> io::Result<Pid> {
        link::ask_to_read(&self.link, talk, file)?;
        link::answered(&self.link)
    }
}

/// What a child says, heard in gulps: it says a document's text in a hundred pieces, and to be woken by each costs more than
/// to hear it. Its end wakes at once.
struct Gulps<'t>(&'t UnixStream);

impl Read for Gulps<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut end = [PollFd::new(self.0, PollFlags::RDHUP)];
        let _ = poll(&mut end, Some(&GULP));
        self.0.read(buf)
    }
}

/// A child that reads; ended when this is dropped.
struct Running<'r> {
    reader: &'r Reader,
    pid: Pid,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(server) = &*self.reader.server() {
            let _ = link::ask_to_end(&server.link, self.pid);
        }
    }
}

impl Reader {
    /// A reader that starts this program, which must be ours.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Reader {
            program: program.into(),
            model: None,
            gentle: false,
            takes_all: true,
            kept: PictureCache::default(),
            server: Arc::default(),
            made: Arc::default(),
        }
    }

    /// A reader that starts the program this process runs, even when its file was replaced meanwhile.
    pub fn this_program() -> Option<Self> {
        Some(Reader::new("/proc/self/exe"))
    }

    /// The same reader, with the folder of the model that reads pictures.
    pub fn with_model(self, folder: Option<PathBuf>) -> Self {
        Reader { model: folder, ..self }
    }

    /// The same reader for work nobody waits for: what it starts leaves the processor to others.
    pub fn gentle(self) -> Self {
        Reader { gentle: true, ..self }
    }

    /// The same reader for the formats only that are never read in this process: PDF and pictures. For files whose
    /// origin is known; faster where there are many small documents.
    pub fn for_exposed_formats(self) -> Self {
        Reader { takes_all: false, ..self }
    }

    /// Starts the process that divides itself, if it does not run: it gets ready while its first file is looked for. A failure shows
    /// when there is one.
    pub fn prepare(&self) {
        let mut server = self.server();
        if server.is_none() {
            *server = self.start().ok();
        }
    }

    /// Tries what confines a child on this machine.
    ///
    /// # Errors
    /// A child cannot be made, or cannot be confined: nothing is read apart.
    pub fn confinement(&self) -> Result<Landlock, ReaderFault> {
        let request = ReadRequest::trial(&Limits::default());
        let (talk, _running) = self.begin(&request, None, &[]).map_err(|_| ReaderFault::NotStarted)?;
        let first = talk.set_read_timeout(Some(BIRTH)).and_then(|()| Frames::new(&talk).next::<ReadRecord>());
        match first {
            Ok(Some((ReadRecord::Confined(landlock), _))) => Ok(landlock),
            Ok(Some((ReadRecord::Unconfined(fault), _))) => Err(fault),
            _ => Err(ReaderFault::Ended),
        }
    }

    /// How many children were made so far: one for each file that was not known.
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    fn server(&self) -> MutexGuard<'_, Option<Server>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self) -> io::Result<Server> {
        let (link, theirs) = link::pair()?;
        set_socket_timeout(&link, Timeout::Recv, Some(BIRTH))?;
        let mut command = Command::new(&self.program);
        std::os::unix::process::CommandExt::arg0(&mut command, "mizha");
        command.arg(VERB).args(&self.model).env_clear().current_dir(std::path::MAIN_SEPARATOR_STR);
        command.env(ALLOCATOR.0, ALLOCATOR.1);
        // What it says on stderr may hold content.
        command.stdin(Stdio::from(theirs)).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Server { link, process: command.spawn()? })
    }

    /// Has a child made that takes this request, and the bytes that follow it.
    fn begin(
        &self,
        request: &ReadRequest,
        file: Option<BorrowedFd<'_>>,
        bytes: &[u8],
    ) -> io::Result<(UnixStream, Running<'_>)> {
        let (talk, theirs) = UnixStream::pair()?;
        let pid = {
            let mut server = self.server();
            let made = match &*server {
                Some(server) => server.make(theirs.as_fd(), file).ok(),
                None => None,
            };
            match made {
                Some(pid) => pid,
                None => server.insert(self.start()?).make(theirs.as_fd(), file)?,
            }
        };
        self.made.fetch_add(1, Ordering::Relaxed);
        let running = Running { reader: self, pid };
        drop(theirs);
        // It may die before it has read all; that shows when it is listened to.
        let _ = frame::write(&mut &talk, request).and_then(|()| (&talk).write_all(&bytes[..bytes.len().min(AT_ONCE)]));
        Ok((talk, running))
    }
}

impl Isolator for Reader {
    fn takes_all(&self) -> bool {
        self.takes_all
    }

    fn can_see(&self) -> Result<(), GapReason> {
        Engine::open(self.model.as_deref()).is_open()
    }

    fn read(&self, errand: &IsolatedRead<'_>, listener: &mut Listener<'_, '_>) -> ReadOutcome {
        let limits = listener.budget().limits;
        let key = match &errand.content {
            ReadContent::Bytes(bytes) if errand.aim != ReadScope::Whole => Some(Key::of(bytes, limits)),
            _ => None,
        };
        let before = key.and_then(|key| self.kept.find(key));
        if let Some(ended) = before.as_ref().and_then(|before| repeat(before, listener)) {
            return ended;
        }
        let (file, bytes) = match &errand.content {
            ReadContent::Bytes(bytes) => (None, Some(Arc::clone(bytes))),
            ReadContent::File(file) => (Some(*file), None),
        };
        let request = ReadRequest { gentle: self.gentle, ..ReadRequest::new(errand, listener.budget()) };
        let begun = self.begin(&request, file, bytes.as_deref().map_or(&[], Vec::as_slice));
        let no_reader = ReadOutcome::Stopped(GapReason::NoReader(ReaderFault::NotStarted));
        let Ok((talk, _running)) = begun else { return no_reader };
        if let Some(bytes) = bytes.filter(|bytes| bytes.len() > AT_ONCE)
            && let Ok(mut talk) = talk.try_clone()
        {
            // Ends when the child does.
            std::thread::spawn(move || talk.write_all(&bytes[AT_ONCE..]));
        }
        if talk.set_read_timeout(Some(PATIENCE)).is_err() {
            return no_reader;
        }
        let mut hearing = Conversation::new(errand.aim, before.map_or(0, |before| before.records.len()), key.is_some());
        let ended = hearing.receive(Gulps(&talk), listener);
        if let (Some(key), Some(reading), ReadOutcome::Read) = (key, hearing.reading, ended) {
            self.kept.keep(key, reading);
        }
        ended
    }
}

/// Says once more what was said of a picture. None, when it is to be read on.
fn repeat(before: &PictureReading, listener: &mut Listener<'_, '_>) -> Option<ReadOutcome> {
    for record in &before.records {
        record.clone().pass_on(listener);
        if let Err(reason) = listener.budget().check() {
            return Some(ReadOutcome::Stopped(reason));
        }
    }
    if !before.is_whole && listener.is_settled() {
        listener.rest();
        return Some(ReadOutcome::Read);
    }
    before.is_whole.then_some(ReadOutcome::Read)
}
