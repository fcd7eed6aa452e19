//! The process that reads one file: it confines itself, reads, writes down what it found and ends. It writes to its
//! stdout alone, and nothing but records.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::process::Pid;
use rustix::time::{ClockId, clock_gettime};

use super::confine::Rest;
use super::frame;
use super::record::{ReadRecord, ReadRequest};
use crate::extract::{self, Budget, Input, Isolation, ReadScope, Sink};
use crate::model::{Gap, Identified, Limits, Location, Segment};
use crate::ocr::Engine;

/// Most bytes taken, whatever the request says.
const MOST: u64 = 1 << 30;

/// What is read before any file is: what every document needs once is then made once, and not by each child.
const FIRST: &[u8] = include_bytes!("../../samples/docx/clean-letter.docx");

/// Reads a request from stdin, and the bytes that follow it unless a file was handed over; says on stdout what is in them.
///
/// # Errors
/// When this process cannot confine itself, or nobody asks or listens.
pub(super) fn read(file: Option<OwnedFd>, engine: &Engine, parent: Pid, rest: &Rest) -> io::Result<()> {
    let mut asked = BufReader::new(Talk);
    let (request, _): (ReadRequest, u64) = frame::read(&mut asked)?;
    if request.gentle {
        let _ = rustix::process::nice(10);
    }
    #[cfg(debug_assertions)]
    let with_landlock = !request.name.starts_with(super::acts::WITHOUT_LANDLOCK);
    #[cfg(not(debug_assertions))]
    let with_landlock = true;
    match rest.confine(parent, with_landlock) {
        Ok(landlock) => frame::write(&mut Talk, &ReadRecord::Confined(landlock))?,
        Err(fault) => return frame::write(&mut Talk, &ReadRecord::Unconfined(fault)),
    }
    let bytes = match &file {
        Some(_) => Vec::new(),
        None => {
            let length = request.length.min(MOST);
            let mut bytes = Vec::with_capacity(length as usize);
            asked.take(length).read_to_end(&mut bytes)?;
            if bytes.len() as u64 != request.length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            bytes
        }
    };
    find(&request, file.as_ref().map_or(Content::Bytes(&bytes), Content::File), engine, Talk)
}

/// What is read.
enum Content<'c> {
    Bytes(&'c [u8]),
    File(&'c OwnedFd),
}

/// Says to `to` what is in the content.
fn find(request: &ReadRequest, content: Content<'_>, engine: &Engine, to: impl Write) -> io::Result<()> {
    // What waiting for the processor takes is not this file's doing. The one that listens has a clock.
    let allowed = Duration::from_millis(request.limits.item_millis);
    let expired = || processor_time() > allowed;
    let budget = Budget::new(&request.limits, &expired);
    let mut writer = RecordWriter { to, budget: &budget, charged: 0, is_closed: false, wire: Vec::new() };
    let mut cx = extract::context(&mut writer, &budget).with_isolation(Isolation::Inside(engine));
    if request.second {
        cx = cx.again();
    }
    match content {
        Content::File(file) => {
            let mut file = Whole(file);
            file.seek(SeekFrom::Start(0))?;
            cx.open(&request.name, Input::random(file)?);
        }
        #[cfg(debug_assertions)]
        Content::Bytes(bytes) if super::acts::perform(bytes, &mut cx) => {}
        Content::Bytes(bytes) => match request.aim {
            ReadScope::Whole | ReadScope::Picture => cx.open(&request.name, Input::bytes(bytes)),
            ReadScope::Pixels => extract::see(bytes, &mut cx),
        },
    }
    writer.finish()
}

/// Reads a document of ours and says to nobody what is in it.
pub(super) fn warm() {
    let request = ReadRequest::trial(&Limits::default());
    let mut wire = Vec::new();
    let asked = frame::write(&mut wire, &request).and_then(|()| frame::read::<ReadRequest>(&mut &wire[..]));
    if let Ok((request, _)) = asked {
        let _ = find(&request, Content::Bytes(FIRST), &Engine::open(None), io::sink());
    }
}

fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}

/// The talk with the one that asked, which is this process's stdin and stdout.
struct Talk;

impl Read for Talk {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(rustix::stdio::stdin(), buf)?)
    }
}

impl Write for Talk {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(rustix::stdio::stdout(), buf)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file of which nothing is asked but its bytes: its length and dates are calls the filter does not know.
struct Whole<'f>(&'f OwnedFd);

impl Read for Whole<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(self.0, buf)?)
    }
}

impl Seek for Whole<'_> {
    fn seek(&mut self, pos: SeekFrom) -> io::Result<u64> {
        let pos = match pos {
            SeekFrom::Start(at) => rustix::fs::SeekFrom::Start(at),
            SeekFrom::End(by) => rustix::fs::SeekFrom::End(by),
            SeekFrom::Current(by) => rustix::fs::SeekFrom::Current(by),
        };
        Ok(rustix::fs::seek(self.0, pos)?)
    }
}

/// Writes down what is found, at once, so that it is known even if this process dies.
struct RecordWriter<'t, 'b, W> {
    to: W,
    budget: &'t Budget<'b>,
    charged: u64,
    is_closed: bool,
    /// What is written next: each writing wakes the one that listens.
    wire: Vec<u8>,
}

impl<W: Write> RecordWriter<'_, '_, W> {
    fn add(&mut self, record: &ReadRecord) {
        if !self.is_closed {
            self.is_closed = self.try_add(record).is_err();
        }
    }

    fn try_add(&mut self, record: &ReadRecord) -> io::Result<()> {
        self.wire.clear();
        let charged = self.budget.charged();
        if charged > self.charged {
            frame::push(&mut self.wire, &ReadRecord::Charge(charged - self.charged))?;
            self.charged = charged;
        }
        frame::push(&mut self.wire, record)?;
        self.to.write_all(&self.wire)
    }

    fn finish(mut self) -> io::Result<()> {
        self.add(&ReadRecord::Done);
        if self.is_closed { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }
}

impl<W: Write> Sink for RecordWriter<'_, '_, W> {
    fn segment(&mut self, segment: Segment<'_>) {
        self.add(&ReadRecord::segment(&segment));
    }

    fn gap(&mut self, gap: Gap) {
        self.add(&ReadRecord::gap(&gap));
    }

    fn picture(&mut self, at: &Location) {
        self.add(&ReadRecord::picture(at));
    }

    fn identified(&mut self, at: &Location, identified: &Identified) {
        self.add(&ReadRecord::identified(at, identified));
    }
}
