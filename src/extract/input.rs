//! The bytes of an item or of a member on their way into an extractor: a head to identify
//! them by, then either a stream or random access. Streams are held in memory only when a
//! format needs random access, and only within the budget.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use super::budget::{Budget, Held, reason_of};
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
}

enum Body<'a> {
    Random(Box<dyn ReadSeek + 'a>),
    Stream(Box<dyn Read + 'a>),
}

impl<'a> Input<'a> {
    /// Bytes with random access, such as a file.
    pub fn random(mut source: impl ReadSeek + 'a) -> io::Result<Self> {
        let mut head = Vec::new();
        source.seek(SeekFrom::Start(0))?;
        source.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        source.seek(SeekFrom::Start(0))?;
        Ok(Input { head, body: Body::Random(Box::new(source)) })
    }

    /// Bytes that can be read once, such as a member being inflated.
    pub fn stream(mut source: impl Read + 'a) -> io::Result<Self> {
        let mut head = Vec::new();
        match source.by_ref().take(HEAD as u64).read_to_end(&mut head) {
            Ok(_) => Ok(Input { head, body: Body::Stream(Box::new(source)) }),
            // What was inflated before the damage is read; the error comes behind it.
            Err(e) if !head.is_empty() => Ok(Input { head, body: Body::Stream(Box::new(Broken(Some(e)))) }),
            Err(e) => Err(e),
        }
    }

    /// Bytes in memory.
    pub fn bytes(bytes: &'a [u8]) -> Self {
        Input { head: bytes[..bytes.len().min(HEAD)].to_vec(), body: Body::Random(Box::new(Cursor::new(bytes))) }
    }

    /// The first bytes, at most [`HEAD`].
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Everything from the beginning, once.
    pub fn into_reader(self) -> Box<dyn Read + 'a> {
        match self.body {
            Body::Random(source) => source,
            Body::Stream(rest) => Box::new(Cursor::new(self.head).chain(rest)),
        }
    }

    /// Everything with random access; a stream is read into memory within the budget.
    pub fn into_random<'b>(self, budget: &'b Budget<'_>) -> Result<Random<'a, 'b>, GapReason> {
        match self.body {
            Body::Random(source) => Ok(Random { source, _held: None }),
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

/// The place at which a stream broke.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(self.0.take().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()))
    }
}

/// Random access to an input, with the memory it holds.
pub struct Random<'a, 'b> {
    source: Box<dyn ReadSeek + 'a>,
    _held: Option<Held<'b>>,
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
