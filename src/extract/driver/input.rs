//! The bytes of an item or of a member on their way into an extractor: a head to identify
//! them by, then either a stream or random access. Streams are held in memory only when a
//! format needs random access, and only within the budget.

use std::cell::RefCell;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
#[cfg(unix)]
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;

use super::budget::{Budget, Reservation, reason_of};
use crate::model::{GapReason, Limit};

/// Reading with random access.
pub trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// Bytes looked at to identify a format.
pub const HEAD: usize = 64 * 1024;

/// The bytes of one item or member.
pub struct Input<'a> {
    head: Vec<u8>,
    body: Body<'a>,
    trouble: DeferredError,
    #[cfg(unix)]
    file: Option<BorrowedFd<'a>>,
}

enum Body<'a> {
    Random(Box<dyn ReadSeek + 'a>),
    Stream(Box<dyn Read + 'a>),
}

impl<'a> Input<'a> {
    /// Bytes with random access, such as a file.
    pub fn random(mut source: impl ReadSeek + 'a) -> io::Result<Self> {
        // With room for all of it, the system is asked once.
        let mut head = Vec::with_capacity(HEAD);
        source.seek(SeekFrom::Start(0))?;
        source.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        source.seek(SeekFrom::Start(0))?;
        Ok(Input {
            head,
            body: Body::Random(Box::new(source)),
            trouble: DeferredError::default(),
            #[cfg(unix)]
            file: None,
        })
    }

    /// An open file, which can be handed to another process as it is.
    ///
    /// # Errors
    /// When it cannot be read.
    #[cfg(unix)]
    pub fn file<F: AsFd>(file: &'a F) -> io::Result<Self>
    where
        &'a F: Read + Seek,
    {
        Ok(Input { file: Some(file.as_fd()), ..Input::random(file)? })
    }

    /// The open file these bytes are.
    #[cfg(unix)]
    pub(in crate::extract) fn descriptor(&self) -> Option<BorrowedFd<'a>> {
        self.file
    }

    /// Bytes that can be read once, such as a member being inflated. A stream that breaks off is read as if it
    /// ended there, and what broke it is a gap.
    ///
    /// # Errors
    /// When it breaks before its first byte.
    pub fn stream(source: impl Read + 'a) -> io::Result<Self> {
        let (mut source, trouble) = lenient(source);
        let mut head = Vec::new();
        source.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        if head.is_empty()
            && let Some(e) = trouble.0.take()
        {
            return Err(e);
        }
        Ok(Input {
            head,
            body: Body::Stream(Box::new(source)),
            trouble,
            #[cfg(unix)]
            file: None,
        })
    }

    /// Bytes in memory.
    pub fn bytes(bytes: &'a [u8]) -> Self {
        let head = bytes[..bytes.len().min(HEAD)].to_vec();
        Input {
            head,
            body: Body::Random(Box::new(Cursor::new(bytes))),
            trouble: DeferredError::default(),
            #[cfg(unix)]
            file: None,
        }
    }

    /// What broke the stream off, told once it was read.
    pub(in crate::extract) fn trouble(&self) -> DeferredError {
        self.trouble.clone()
    }

    /// The first bytes, at most [`HEAD`].
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The bytes from the place `start` on, of a source that goes on being its owner's.
    pub(in crate::extract) fn from(source: &'a mut dyn ReadSeek, start: u64) -> io::Result<Self> {
        Input::random(From { source, start })
    }

    /// Random access where there is any already; whoever uses it leaves it anywhere.
    pub(in crate::extract) fn source(&mut self) -> Option<&mut dyn ReadSeek> {
        match &mut self.body {
            Body::Random(source) => Some(&mut **source),
            Body::Stream(_) => None,
        }
    }

    /// A stream that is not too long becomes random access; one that is goes on as a stream.
    pub(in crate::extract) fn settled<'b>(self, budget: &'b Budget<'_>) -> (Self, Option<Reservation<'b>>) {
        let Body::Stream(mut rest) = self.body else { return (self, None) };
        let room = budget.holdable() / 4;
        let mut bytes = self.head.clone();
        let outcome = rest.by_ref().take(room.saturating_sub(bytes.len() as u64) + 1).read_to_end(&mut bytes);
        if outcome.is_ok() && bytes.len() as u64 <= room {
            let held = budget.hold(bytes.len() as u64).ok();
            return (Input { body: Body::Random(Box::new(Cursor::new(bytes))), ..self }, held);
        }
        let seen = self.head.len() as u64;
        let mut bytes = Cursor::new(bytes);
        bytes.set_position(seen);
        (Input { body: Body::Stream(Box::new(bytes.chain(rest))), ..self }, None)
    }

    /// The same bytes, and the last `most` of those that were read so far.
    pub(in crate::extract) fn watched(self, most: u64) -> (Self, Rc<RefCell<Vec<u8>>>)
    where
        Self: 'a,
    {
        let last = Rc::new(RefCell::new(self.head.clone()));
        let body = match self.body {
            Body::Stream(inner) => Body::Stream(Box::new(Watched { inner, last: last.clone(), most: most as usize })),
            random @ Body::Random(_) => random,
        };
        (Input { body, ..self }, last)
    }

    /// Everything from the beginning, once.
    pub fn into_reader(self) -> Box<dyn Read + 'a> {
        match self.body {
            Body::Random(mut source) => match source.seek(SeekFrom::Start(0)) {
                Ok(_) => source,
                Err(e) => Box::new(Broken(Some(e))),
            },
            Body::Stream(rest) => Box::new(Cursor::new(self.head).chain(rest)),
        }
    }

    /// Everything with random access; a stream is read into memory within the budget.
    pub fn into_random<'b>(self, budget: &'b Budget<'_>) -> Result<Random<'a, 'b>, GapReason> {
        match self.body {
            Body::Random(mut source) => {
                source.seek(SeekFrom::Start(0)).map_err(|e| reason_of(&e))?;
                Ok(Random { source, _held: None })
            }
            Body::Stream(rest) => {
                let room = budget.holdable();
                let mut bytes = Vec::new();
                let whole = Cursor::new(self.head).chain(rest);
                whole.take(room + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
                if bytes.len() as u64 > room {
                    return Err(GapReason::Limit(Limit::HeldBytes));
                }
                let held = budget.hold(bytes.len() as u64)?;
                Ok(Random { source: Box::new(Cursor::new(bytes)), _held: Some(held) })
            }
        }
    }
}

/// What broke a stream off, if something did.
#[derive(Clone, Default)]
pub(in crate::extract) struct DeferredError(Rc<RefCell<Option<io::Error>>>);

impl DeferredError {
    /// The outcome of reading a stream: that it broke off says more than what was wrong with what came of it.
    pub(in crate::extract) fn or(&self, outcome: Result<(), GapReason>) -> Result<(), GapReason> {
        self.0.take().map_or(outcome, |e| Err(reason_of(&e)))
    }
}

/// A stream that ends where it breaks off, so that all that stands before is read; and what will have broken it.
pub(in crate::extract) fn lenient<R: Read>(inner: R) -> (impl Read, DeferredError) {
    let trouble = DeferredError::default();
    (Lenient { inner, trouble: trouble.clone() }, trouble)
}

struct Lenient<R> {
    inner: R,
    trouble: DeferredError,
}

impl<R: Read> Read for Lenient<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.trouble.0.borrow().is_some() {
            return Ok(0);
        }
        match self.inner.read(buf) {
            Err(e) if e.kind() != io::ErrorKind::Interrupted => {
                self.trouble.0.replace(Some(e));
                Ok(0)
            }
            read => read,
        }
    }
}

/// A source of which nothing can be read.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(self.0.take().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()))
    }
}

/// A source seen from some place on.
struct From<'s> {
    source: &'s mut dyn ReadSeek,
    start: u64,
}

impl Read for From<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.source.read(buf)
    }
}

impl Seek for From<'_> {
    fn seek(&mut self, pos: SeekFrom) -> io::Result<u64> {
        let pos = match pos {
            SeekFrom::Start(at) => SeekFrom::Start(at.checked_add(self.start).ok_or(io::ErrorKind::InvalidInput)?),
            other => other,
        };
        let at = self.source.seek(pos)?;
        // Before its beginning is nowhere.
        at.checked_sub(self.start).ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }
}

/// A stream of which the last bytes are kept.
struct Watched<R> {
    inner: R,
    last: Rc<RefCell<Vec<u8>>>,
    most: usize,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        let mut last = self.last.borrow_mut();
        last.extend(&buf[..n]);
        if last.len() > self.most * 2 {
            let gone = last.len() - self.most;
            last.drain(..gone);
        }
        Ok(n)
    }
}

/// Random access to an input, with the memory it holds.
pub struct Random<'a, 'b> {
    source: Box<dyn ReadSeek + 'a>,
    _held: Option<Reservation<'b>>,
}

impl Read for Random<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.source.read(buf)
    }
}

impl Seek for Random<'_, '_> {
    fn seek(&mut self, pos: SeekFrom) -> io::Result<u64> {
        self.source.seek(pos)
    }
}
