//! The other side: a process that binds itself, reads one thing, says what it found and ends.
//! It writes to its stdout alone, and nothing but records.

use std::io::{self, Read, Write};
use std::path::Path;

use super::frame;
use super::record::{Record, Request};
use crate::extract::{self, Aim, Budget, Input, Isolation, Sink};
use crate::model::{Gap, Identified, Location, Segment};
use crate::ocr::{self, Eye};

/// Most bytes taken, whatever the request says.
const MOST: u64 = 1 << 30;

/// Reads a request and the bytes from stdin and says on stdout what is in them. The files of
/// the model that reads pictures are opened before the process gives up opening files.
///
/// # Errors
/// When the process cannot bind itself, or nobody asks or listens.
pub fn serve(model: Option<&Path>) -> io::Result<()> {
    // A panic is a gap; its message may hold content.
    std::panic::set_hook(Box::new(|_| {}));
    let eye = Eye::open(model);
    ocr::alone();
    #[cfg(target_os = "linux")]
    super::confine::confine()?;
    let mut stdin = io::stdin().lock();
    let (request, _): (Request, u64) = frame::read(&mut stdin)?;
    #[cfg(target_os = "linux")]
    if request.gentle {
        let _ = rustix::process::nice(10);
    }
    let mut bytes = Vec::new();
    stdin.take(request.length.min(MOST)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != request.length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let never = || false;
    let budget = Budget::new(&request.limits, &never);
    let mut telling = Telling { to: io::stdout().lock(), budget: &budget, charged: 0, deaf: false };
    let mut cx = extract::context(&mut telling, &budget).with_isolation(Isolation::Inside(&eye));
    if request.second {
        cx = cx.again();
    }
    match request.aim {
        Aim::Whole => cx.open(&request.name, Input::bytes(&bytes)),
        Aim::Pixels => extract::see(&bytes, &mut cx),
    }
    telling.say(&Record::Done);
    if telling.deaf { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
}

/// Writes down what is found, at once, so that it is known even if this process dies.
struct Telling<'t, 'b, W> {
    to: W,
    budget: &'t Budget<'b>,
    charged: u64,
    deaf: bool,
}

impl<W: Write> Telling<'_, '_, W> {
    fn say(&mut self, record: &Record) {
        let charged = self.budget.charged();
        if charged > self.charged {
            let charge = Record::Charge(charged - self.charged);
            self.charged = charged;
            self.write(&charge);
        }
        self.write(record);
    }

    fn write(&mut self, record: &Record) {
        self.deaf = self.deaf || frame::write(&mut self.to, record).and_then(|()| self.to.flush()).is_err();
    }
}

impl<W: Write> Sink for Telling<'_, '_, W> {
    fn segment(&mut self, segment: Segment<'_>) {
        self.say(&Record::segment(&segment));
    }

    fn gap(&mut self, gap: Gap) {
        self.say(&Record::gap(&gap));
    }

    fn picture(&mut self, at: &Location) {
        self.say(&Record::picture(at));
    }

    fn identified(&mut self, at: &Location, identified: &Identified) {
        self.say(&Record::identified(at, identified));
    }
}
