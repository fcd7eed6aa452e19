//! The process that reads one file: it confines itself, reads, writes down what it found and ends. It writes to its
//! stdout alone, and nothing but records.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::process::Pid;
use rustix::time::{ClockId, clock_gettime};

use super::confine::{Filters, confine};
use super::frame;
use super::record::{Record, Request};
use crate::extract::{self, Aim, Budget, Context, Input, Isolation, Sink};
use crate::model::{Gap, Identified, Location, Segment};
use crate::ocr::Eye;

/// Most bytes taken, whatever the request says.
const MOST: u64 = 1 << 30;

/// Reads a request from stdin, and the bytes that follow it unless a file was handed over; says on stdout what is in them.
///
/// # Errors
/// When this process cannot confine itself, or nobody asks or listens.
pub(super) fn read(file: Option<OwnedFd>, eye: &Eye, parent: Pid, filters: Option<&Filters>) -> io::Result<()> {
    let mut stdin = io::stdin().lock();
    let (request, _): (Request, u64) = frame::read(&mut stdin)?;
    if request.gentle {
        let _ = rustix::process::nice(10);
    }
    #[cfg(debug_assertions)]
    let with_landlock = !request.name.starts_with(super::acts::WITHOUT_LANDLOCK);
    #[cfg(not(debug_assertions))]
    let with_landlock = true;
    // Asked once, while what it takes to find the clock is still allowed.
    processor_time();
    let confined = match filters {
        Some(filters) => confine(parent, filters, with_landlock),
        None => Err(io::ErrorKind::Unsupported.into()),
    };
    let mut stdout = io::stdout().lock();
    match confined {
        Ok(landlock) => frame::write(&mut stdout, &Record::Confined(landlock))?,
        Err(e) => {
            frame::write(&mut stdout, &Record::Unconfined)?;
            stdout.flush()?;
            return Err(e);
        }
    }
    stdout.flush()?;
    // What waiting for the processor takes is not this file's doing. The one that listens has a clock.
    let allowed = Duration::from_millis(request.limits.item_millis);
    let expired = || processor_time() > allowed;
    let budget = Budget::new(&request.limits, &expired);
    let mut writer = RecordWriter { to: stdout, budget: &budget, charged: 0, is_closed: false };
    let mut cx = extract::context(&mut writer, &budget).with_isolation(Isolation::Inside(eye));
    if request.second {
        cx = cx.again();
    }
    match file {
        Some(file) => {
            let mut file = Whole(File::from(file));
            file.seek(SeekFrom::Start(0))?;
            open(&request, Input::random(file)?, &mut cx);
        }
        None => {
            let mut bytes = Vec::new();
            stdin.take(request.length.min(MOST)).read_to_end(&mut bytes)?;
            if bytes.len() as u64 != request.length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            #[cfg(debug_assertions)]
            if super::acts::perform(&bytes, &mut cx) {
                return writer.finish();
            }
            match request.aim {
                Aim::Whole | Aim::Picture => open(&request, Input::bytes(&bytes), &mut cx),
                Aim::Pixels => extract::see(&bytes, &mut cx),
            }
        }
    }
    writer.finish()
}

fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}

fn open(request: &Request, input: Input<'_>, cx: &mut Context<'_>) {
    cx.open(&request.name, input);
}

/// A file of which nothing is asked but its bytes: its length and dates are calls the filter does not know.
struct Whole(File);

impl Read for Whole {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl Seek for Whole {
    fn seek(&mut self, pos: SeekFrom) -> io::Result<u64> {
        self.0.seek(pos)
    }
}

/// Writes down what is found, at once, so that it is known even if this process dies.
struct RecordWriter<'t, 'b, W> {
    to: W,
    budget: &'t Budget<'b>,
    charged: u64,
    is_closed: bool,
}

impl<W: Write> RecordWriter<'_, '_, W> {
    fn add(&mut self, record: &Record) {
        let charged = self.budget.charged();
        if charged > self.charged {
            let charge = Record::Charge(charged - self.charged);
            self.charged = charged;
            self.write(&charge);
        }
        self.write(record);
    }

    fn write(&mut self, record: &Record) {
        let written = !self.is_closed && frame::write(&mut self.to, record).and_then(|()| self.to.flush()).is_ok();
        self.is_closed = !written;
    }

    fn finish(mut self) -> io::Result<()> {
        self.add(&Record::Done);
        if self.is_closed { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }
}

impl<W: Write> Sink for RecordWriter<'_, '_, W> {
    fn segment(&mut self, segment: Segment<'_>) {
        self.add(&Record::segment(&segment));
    }

    fn gap(&mut self, gap: Gap) {
        self.add(&Record::gap(&gap));
    }

    fn picture(&mut self, at: &Location) {
        self.add(&Record::picture(at));
    }

    fn identified(&mut self, at: &Location, identified: &Identified) {
        self.add(&Record::identified(at, identified));
    }
}
