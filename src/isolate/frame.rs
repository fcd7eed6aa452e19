//! One message between the two processes: its length in four bytes, then JSON. Lengths are
//! bounded before anything is allocated.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Longest message: a window of text of which every byte is escaped, with its cells.
const LONGEST: u32 = 8 << 20;
/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;

/// Writes a message.
pub(super) fn write(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let mut bytes = Vec::new();
    push(&mut bytes, message)?;
    to.write_all(&bytes)
}

/// Puts a message behind others that are written with it.
pub(super) fn push(wire: &mut Vec<u8>, message: &impl Serialize) -> io::Result<()> {
    let start = wire.len() + 4;
    wire.extend([0; 4]);
    serde_json::to_writer(&mut *wire, message)?;
    let length = u32::try_from(wire.len() - start).ok().filter(|length| *length <= LONGEST);
    let length = length.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    wire[start - 4..start].copy_from_slice(&length.to_le_bytes());
    Ok(())
}

/// Reads one message, and not a byte beyond it. Says how long it was.
pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<(T, u64)> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = checked(length)?;
    let mut bytes = Vec::new();
    from.take(u64::from(length)).read_to_end(&mut bytes)?;
    Ok((serde_json::from_slice(&bytes)?, u64::from(length)))
}

fn checked(length: [u8; 4]) -> io::Result<u32> {
    let length = u32::from_le_bytes(length);
    if length > LONGEST { Err(io::ErrorKind::InvalidData.into()) } else { Ok(length) }
}

/// Messages that come one after another, from a source that may be silent for a while: that is an error of the kind
/// [`io::ErrorKind::WouldBlock`], after which one may ask again.
pub(super) struct Frames<R> {
    from: R,
    /// Room, of which the first `filled` bytes were read.
    bytes: Vec<u8>,
    filled: usize,
    /// Where the next message begins in the bytes.
    at: usize,
}

impl<R: Read> Frames<R> {
    pub(super) fn new(from: R) -> Self {
        Frames { from, bytes: Vec::new(), filled: 0, at: 0 }
    }

    /// The next message and its length; `None` at the end.
    pub(super) fn next<T: DeserializeOwned>(&mut self) -> io::Result<Option<(T, u64)>> {
        loop {
            let read = &self.bytes[..self.filled];
            if let Some(length) = read.get(self.at..self.at + 4) {
                let length = checked([length[0], length[1], length[2], length[3]])? as usize;
                let start = self.at + 4;
                if let Some(message) = read.get(start..start + length) {
                    let message = serde_json::from_slice(message)?;
                    self.at = start + length;
                    return Ok(Some((message, length as u64)));
                }
            }
            if self.at > 0 {
                self.bytes.copy_within(self.at..self.filled, 0);
                self.filled -= std::mem::take(&mut self.at);
            }
            if self.bytes.len() - self.filled < CHUNK / 2 {
                self.bytes.resize(self.filled + CHUNK, 0);
            }
            match self.from.read(&mut self.bytes[self.filled..]) {
                Ok(0) if self.filled == 0 => return Ok(None),
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(n) => self.filled += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_arrives_and_a_lie_about_its_length_does_not() {
        let mut wire = Vec::new();
        write(&mut wire, &"机密").expect("written to memory");
        let (text, length): (String, u64) = read(&mut &wire[..]).expect("a whole message");
        assert_eq!((text.as_str(), length), ("机密", 8));
        assert!(read::<String>(&mut &wire[..wire.len() - 1]).is_err(), "cut short");
        let mut long = wire.clone();
        long[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(read::<String>(&mut &long[..]).is_err(), "longer than allowed");
        assert!(Frames::new(&long[..]).next::<String>().is_err(), "longer than allowed");
    }

    /// Yields a byte, then nothing for once, and so on.
    struct Halting<'b>(&'b [u8], bool);

    impl Read for Halting<'_> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 { Err(io::ErrorKind::WouldBlock.into()) } else { self.0.read(&mut buf[..1]) }
        }
    }

    #[test]
    fn messages_that_come_in_pieces_are_whole() {
        let mut wire = Vec::new();
        write(&mut wire, &"机密").expect("written to memory");
        write(&mut wire, &"").expect("written to memory");
        let mut frames = Frames::new(Halting(&wire, false));
        let mut next = || loop {
            match frames.next::<String>() {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                other => break other.map(|message| message.map(|(text, _)| text)).ok(),
            }
        };
        assert_eq!((next(), next(), next()), (Some(Some("机密".into())), Some(Some(String::new())), Some(None)));
        assert!(Frames::new(&wire[..wire.len() - 1]).next::<String>().is_ok_and(|message| message.is_some()));
        assert!(Frames::new(&wire[..3]).next::<String>().is_err(), "cut short");
    }
}
