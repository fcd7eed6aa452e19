//! Decoders of compressed streams, with their memory bounded whatever a stream declares, and
//! the reader that follows one stream after another in one file.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use lzma_rust2::{LzipReader, LzmaReader, XzReader};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use crate::extract::driver::reason_of;
use crate::model::GapReason;

/// A way of compressing a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Codec {
    /// RFC 1952.
    Gzip,
    /// Streams that begin with `BZh`.
    Bzip2,
    /// The xz container.
    Xz,
    /// A bare LZMA stream with its 13-byte header.
    Lzma,
    /// The lzip container.
    Lzip,
    /// RFC 8878.
    Zstd,
}

impl Codec {
    /// The codec whose signature begins `head`; a bare LZMA stream has none.
    pub(in crate::extract) fn of(head: &[u8]) -> Codec {
        match head {
            [0x1F, 0x8B, ..] => Codec::Gzip,
            [b'B', b'Z', b'h', ..] => Codec::Bzip2,
            [0xFD, b'7', ..] => Codec::Xz,
            [b'L', b'Z', b'I', b'P', ..] => Codec::Lzip,
            [0x28, 0xB5, ..] => Codec::Zstd,
            _ => Codec::Lzma,
        }
    }

    /// A byte that can begin a further stream behind the end of one.
    fn goes_on_with(self, byte: u8) -> bool {
        match self {
            Codec::Gzip => byte == 0x1F,
            Codec::Bzip2 => byte == b'B',
            Codec::Xz => byte == 0xFD,
            Codec::Zstd => byte == 0x28 || SKIPPABLE.contains(&byte),
            // An lzip reader follows its members itself; a bare stream has no successor.
            Codec::Lzip | Codec::Lzma => false,
        }
    }
}

/// First bytes of frames a zstd decoder skips (RFC 8878, 3.1.2).
const SKIPPABLE: std::ops::RangeInclusive<u8> = 0x50..=0x5F;
/// Bytes kept of what a decoder leaves out.
const ASIDE: usize = 1 << 20;

/// Texts beside the compressed data: names and comments in headers, frames that are skipped.
#[derive(Debug, Default)]
pub(in crate::extract) struct HeaderTexts {
    /// Names, in the writer's code page.
    pub(in crate::extract) names: Vec<Vec<u8>>,
    /// Comments, in the writer's code page.
    pub(in crate::extract) comments: Vec<Vec<u8>>,
    /// Bytes of extra fields and skipped frames.
    pub(in crate::extract) bytes: Vec<u8>,
}

/// Decodes one stream. `kib` bounds the dictionary, which the stream itself declares.
pub(in crate::extract) fn decoder<'r>(
    codec: Codec,
    source: impl Read + 'r,
    kib: u32,
) -> io::Result<Box<dyn Read + 'r>> {
    let source = BufReader::new(source);
    Ok(Box::new(Decoder::open(codec, source, kib)?))
}

/// One stream being decoded.
enum Decoder<R: BufRead> {
    Gzip(Box<GzDecoder<R>>),
    Bzip2(BzDecoder<R>),
    Xz(Box<XzReader<R>>),
    Lzma(Box<LzmaReader<R>>),
    Lzip(Box<LzipReader<R>>),
    Zstd(Box<StreamingDecoder<R, FrameDecoder>>),
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Decoder::Gzip(inner) => inner.read(buf),
            Decoder::Bzip2(inner) => inner.read(buf),
            Decoder::Xz(inner) => inner.read(buf),
            Decoder::Lzma(inner) => inner.read(buf),
            Decoder::Lzip(inner) => inner.read(buf),
            Decoder::Zstd(inner) => inner.read(buf).map_err(damaged),
        }
    }
}

impl<R: BufRead> Decoder<R> {
    fn open(codec: Codec, mut source: R, kib: u32) -> io::Result<Self> {
        Ok(match codec {
            Codec::Gzip => Decoder::Gzip(Box::new(GzDecoder::new(source))),
            Codec::Bzip2 => Decoder::Bzip2(BzDecoder::new(source)),
            Codec::Xz => Decoder::Xz(Box::new(XzReader::new_mem_limit(source, false, kib))),
            Codec::Lzma => Decoder::Lzma(Box::new(LzmaReader::new_mem_limit(source, kib, None)?)),
            Codec::Lzip => {
                check_lzip(&mut source, kib)?;
                Decoder::Lzip(Box::new(LzipReader::new(source)))
            }
            Codec::Zstd => {
                let window = u64::from(kib) * 1024;
                let opened = StreamingDecoder::new_with_max_window_size(source, window);
                Decoder::Zstd(Box::new(opened.map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.to_string()))?))
            }
        })
    }

    fn into_inner(self) -> R {
        match self {
            Decoder::Gzip(inner) => inner.into_inner(),
            Decoder::Bzip2(inner) => inner.into_inner(),
            Decoder::Xz(inner) => inner.into_inner(),
            Decoder::Lzma(inner) => inner.into_inner(),
            Decoder::Lzip(inner) => inner.into_inner(),
            Decoder::Zstd(inner) => inner.into_inner(),
        }
    }
}

/// Frames that cannot be decoded are reported by the library as errors of no kind.
fn damaged(error: io::Error) -> io::Error {
    match (reason_of(&error), error.kind()) {
        (GapReason::Io, io::ErrorKind::Other) => io::Error::new(io::ErrorKind::InvalidData, "a zstd frame"),
        _ => error,
    }
}

/// The first member of an lzip file declares its dictionary in one byte: a power of two less
/// sixteenths of it. The reader of the library has no bound of its own.
fn check_lzip(source: &mut impl BufRead, kib: u32) -> io::Result<()> {
    let power = source.fill_buf()?.get(5).map_or(0, |byte| u32::from(byte & 0x1F));
    if power > 29 || (1u64 << power) / 1024 > u64::from(kib) {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    Ok(())
}

/// All streams of one file, as one.
pub(in crate::extract) struct Streams<R: BufRead> {
    codec: Codec,
    kib: u32,
    state: StreamState<R>,
    asides: Rc<RefCell<HeaderTexts>>,
}

enum StreamState<R: BufRead> {
    Decoding(Decoder<R>),
    /// Behind the last stream.
    Over(R),
    Failed,
}

impl<R: BufRead> Streams<R> {
    pub(in crate::extract) fn open(codec: Codec, source: R, kib: u32) -> io::Result<Self> {
        let one = Decoder::open(codec, source, kib)?;
        Ok(Streams { codec, kib, state: StreamState::Decoding(one), asides: Rc::default() })
    }

    /// The texts seen so far; the streams go on adding to them.
    pub(in crate::extract) fn asides(&self) -> Rc<RefCell<HeaderTexts>> {
        self.asides.clone()
    }

    /// What follows the last stream, once everything was read.
    pub(in crate::extract) fn into_rest(self) -> Option<R> {
        match self.state {
            StreamState::Over(rest) => Some(rest),
            StreamState::Decoding(_) | StreamState::Failed => None,
        }
    }

    fn take_header(&mut self) {
        if let StreamState::Decoding(Decoder::Gzip(inner)) = &self.state
            && let Some(header) = inner.header()
        {
            let mut asides = self.asides.borrow_mut();
            let room = ASIDE.saturating_sub(asides.bytes.len());
            if asides.names.len() < 1000 {
                asides.names.extend(header.filename().map(<[u8]>::to_vec));
                asides.comments.extend(header.comment().map(<[u8]>::to_vec));
            }
            let extra = header.extra().unwrap_or_default();
            asides.bytes.extend(&extra[..extra.len().min(room)]);
        }
    }

    /// Behind the end of a stream: the next one, or what follows the last.
    fn after(&self, mut source: R) -> io::Result<StreamState<R>> {
        loop {
            let buffer = source.fill_buf()?;
            let Some(first) = buffer.first().copied() else {
                return Ok(StreamState::Over(source));
            };
            if first == 0 {
                let zeros = buffer.iter().take_while(|b| **b == 0).count();
                source.consume(zeros);
            } else if self.codec == Codec::Zstd && SKIPPABLE.contains(&first) {
                self.skip_frame(&mut source)?;
            } else if self.codec.goes_on_with(first) {
                return Ok(StreamState::Decoding(Decoder::open(self.codec, source, self.kib)?));
            } else {
                return Ok(StreamState::Over(source));
            }
        }
    }

    fn skip_frame(&self, source: &mut R) -> io::Result<()> {
        let mut header = [0; 8];
        source.read_exact(&mut header)?;
        let length = u64::from(u32::from_le_bytes([header[4], header[5], header[6], header[7]]));
        let mut asides = self.asides.borrow_mut();
        let room = ASIDE.saturating_sub(asides.bytes.len()) as u64;
        let mut frame = source.by_ref().take(length);
        frame.by_ref().take(room).read_to_end(&mut asides.bytes)?;
        io::copy(&mut frame, &mut io::sink())?;
        Ok(())
    }
}

impl<R: BufRead> Read for Streams<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let StreamState::Decoding(one) = &mut self.state else { return Ok(0) };
            let n = one.read(buf).inspect_err(|_| self.state = StreamState::Failed)?;
            if n > 0 || buf.is_empty() {
                return Ok(n);
            }
            self.take_header();
            let StreamState::Decoding(one) = std::mem::replace(&mut self.state, StreamState::Failed) else {
                return Ok(0);
            };
            self.state = self.after(one.into_inner())?;
        }
    }
}
