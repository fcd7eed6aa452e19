//! The process apart in which formats are read whose parsers are trusted neither with memory
//! nor with time. [`Reader`] is this side: it starts our own program, hands it the bytes, passes
//! on what it says and ends it. [`serve`] is the other side: it binds itself before it reads.

mod child;
#[cfg(target_os = "linux")]
mod confine;
mod frame;
mod kept;
mod record;

use std::io::{BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use crate::extract::{Aim, Apart, Ended, Errand, Listener};
use crate::model::GapReason;
use crate::ocr::Eye;

pub use child::serve;
use kept::{Kept, Key, Reading};
use record::{Record, Request};

/// The argument by which our program knows that it is to read and nothing else.
pub const VERB: &str = "read-isolated";

/// Time after which it is asked anew whether the item's time is over.
const PATIENCE: Duration = Duration::from_millis(20);
/// Records on their way; the process waits when nobody listens.
const WAITING: usize = 8;

/// Starts a process for each thing to be read.
#[derive(Debug, Clone)]
pub struct Reader {
    program: PathBuf,
    model: Option<PathBuf>,
    gentle: bool,
    kept: Kept,
}

impl Reader {
    /// A reader that starts this program, which must be ours.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Reader { program: program.into(), model: None, gentle: false, kept: Kept::default() }
    }

    /// A reader that starts the program this process runs, even when its file was replaced meanwhile.
    pub fn this_program() -> Option<Self> {
        let own = if cfg!(target_os = "linux") { Some("/proc/self/exe".into()) } else { std::env::current_exe().ok() };
        own.map(Reader::new)
    }

    /// The same reader, with the folder of the model that reads pictures.
    pub fn with_model(self, folder: Option<PathBuf>) -> Self {
        Reader { model: folder, ..self }
    }

    /// The same reader for work nobody waits for: what it starts leaves the processor to others.
    pub fn gentle(self) -> Self {
        Reader { gentle: true, ..self }
    }

    fn start(&self) -> std::io::Result<Running> {
        let mut command = Command::new(&self.program);
        #[cfg(target_os = "linux")]
        std::os::unix::process::CommandExt::arg0(&mut command, "mizha");
        command.arg(VERB).args(&self.model).env_clear().current_dir(std::path::MAIN_SEPARATOR_STR);
        // What it says on stderr may hold content.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().map(Running)
    }
}

/// A started process, ended when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Apart for Reader {
    fn can_see(&self) -> Result<(), GapReason> {
        Eye::open(self.model.as_deref()).is_open()
    }

    fn read(&self, errand: &Errand<'_>, listener: &mut Listener<'_, '_>) -> Ended {
        let key = (errand.aim == Aim::Pixels).then(|| Key::of(errand.bytes, listener.budget().limits));
        let before = key.and_then(|key| self.kept.find(key));
        if let Some(ended) = before.as_ref().and_then(|before| repeat(before, listener)) {
            return ended;
        }
        let mut hearing =
            Hearing { aim: errand.aim, told: before.map_or(0, |before| before.records.len()), reading: None };
        hearing.reading = key.map(|_| Reading::default());
        let Ok(mut running) = self.start() else {
            return Ended::Stopped(GapReason::NoReader);
        };
        let (Some(stdin), Some(stdout)) = (running.0.stdin.take(), running.0.stdout.take()) else {
            return Ended::Stopped(GapReason::NoReader);
        };
        let request = Request { gentle: self.gentle, ..Request::new(errand, listener.budget()) };
        let bytes = Arc::clone(errand.bytes);
        // It may die before it has read all; that shows at the other end.
        std::thread::spawn(move || ask(stdin, &request, &bytes));
        let (say, heard) = sync_channel(WAITING);
        std::thread::spawn(move || {
            let mut from = BufReader::new(stdout);
            while let Ok(record) = frame::read(&mut from) {
                if say.send(record).is_err() {
                    break;
                }
            }
        });
        let ended = hearing.hear(&heard, listener);
        if let (Some(key), Some(reading), Ended::Read) = (key, hearing.reading, ended) {
            self.kept.keep(key, reading);
        }
        ended
    }
}

fn ask(mut to: impl Write, request: &Request, bytes: &[u8]) -> std::io::Result<()> {
    frame::write(&mut to, request)?;
    to.write_all(bytes)?;
    to.flush()
}

/// Says once more what was said of a picture. None, when it is to be read on.
fn repeat(before: &Reading, listener: &mut Listener<'_, '_>) -> Option<Ended> {
    for record in &before.records {
        record.clone().pass_on(listener);
        if let Err(reason) = listener.budget().check() {
            return Some(Ended::Stopped(reason));
        }
    }
    if !before.is_whole && listener.is_settled() {
        listener.rest();
        return Some(Ended::Read);
    }
    before.is_whole.then_some(Ended::Read)
}

/// Listening to a process.
struct Hearing {
    aim: Aim,
    /// Records it says that were passed on before.
    told: usize,
    /// What it says of a picture, as long as that is always so.
    reading: Option<Reading>,
}

impl Hearing {
    /// Passes on what the process says until it is done, is silent for ever, or has said too much.
    fn hear(&mut self, heard: &Receiver<(Record, u64)>, listener: &mut Listener<'_, '_>) -> Ended {
        let mut room = listener.budget().limits.total_bytes;
        loop {
            match heard.recv_timeout(PATIENCE) {
                Ok((record, length)) => {
                    if room < length {
                        return Ended::Stopped(GapReason::Limit(crate::model::Limit::TotalBytes));
                    }
                    room -= length;
                    let is_known = self.note(&record, length);
                    match if is_known { Some(true) } else { record.pass_on(listener) } {
                        // A picture whose head blocks need not be read to its end.
                        Some(true) if self.aim == Aim::Pixels && listener.is_settled() => {
                            listener.rest();
                            return Ended::Read;
                        }
                        Some(true) => {}
                        Some(false) => {
                            self.reading.iter_mut().for_each(|reading| reading.is_whole = true);
                            return Ended::Read;
                        }
                        None => return Ended::Died(GapReason::Damaged),
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ended::Died(GapReason::Damaged),
            }
            if let Err(reason) = listener.budget().check() {
                return Ended::Stopped(reason);
            }
        }
    }

    /// Notes a record, unless it is the last. It was passed on before, if it is among the first.
    fn note(&mut self, record: &Record, length: u64) -> bool {
        if matches!(record, Record::Done) {
            return false;
        }
        // Another time there may be more time.
        self.reading.take_if(|_| !record.is_lasting());
        if let Some(reading) = &mut self.reading {
            reading.bytes += length;
            reading.records.push(record.clone());
        }
        let is_known = self.told > 0;
        self.told = self.told.saturating_sub(1);
        is_known
    }
}
