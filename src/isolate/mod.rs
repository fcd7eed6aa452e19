//! The process apart in which formats are read whose parsers are trusted neither with memory
//! nor with time. [`Reader`] is this side: it starts our own program, hands it the bytes, passes
//! on what it says and ends it. [`serve`] is the other side: it binds itself before it reads.

mod child;
#[cfg(target_os = "linux")]
mod confine;
mod frame;
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
}

impl Reader {
    /// A reader that starts this program, which must be ours.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Reader { program: program.into(), model: None, gentle: false }
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
        hear(&heard, errand.aim, listener)
    }
}

fn ask(mut to: impl Write, request: &Request, bytes: &[u8]) -> std::io::Result<()> {
    frame::write(&mut to, request)?;
    to.write_all(bytes)?;
    to.flush()
}

/// Passes on what the process says until it is done, is silent for ever, or has said too much.
fn hear(heard: &Receiver<(Record, u64)>, aim: Aim, listener: &mut Listener<'_, '_>) -> Ended {
    let mut room = listener.budget().limits.total_bytes;
    loop {
        match heard.recv_timeout(PATIENCE) {
            Ok((record, length)) => {
                if room < length {
                    return Ended::Stopped(GapReason::Limit(crate::model::Limit::TotalBytes));
                }
                room -= length;
                match record.pass_on(listener) {
                    // A picture whose head blocks need not be read to its end.
                    Some(true) if aim == Aim::Pixels && listener.is_settled() => return Ended::Read,
                    Some(true) => {}
                    Some(false) => return Ended::Read,
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
