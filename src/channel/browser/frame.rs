//! Frames of native messaging: the length of a JSON text as four bytes in the machine's order, and the text. Nothing is
//! reserved for a length that was only claimed.

use std::io::{self, Read, Write};

/// Longest text taken: a piece of a file, or a message of [`TEXT`](super::TEXT) bytes of which each is escaped.
const LONGEST: u32 = 8 << 20;
/// Longest text given: what a browser takes.
const LONGEST_ANSWER: usize = 1 << 20;

/// The next text; none where the other side has ended between two.
pub(super) fn read(from: &mut dyn Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    let mut got = 0;
    while got < length.len() {
        match from.read(&mut length[got..]) {
            Ok(0) if got == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => got += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    let length = u32::from_ne_bytes(length);
    if length == 0 || length > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a message's length"));
    }
    let mut text = Vec::new();
    from.take(u64::from(length)).read_to_end(&mut text)?;
    if text.len() < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(text))
}

/// Writes a text, in one piece.
pub(super) fn write(to: &mut dyn Write, text: &str) -> io::Result<()> {
    let length = u32::try_from(text.len()).ok().filter(|_| text.len() <= LONGEST_ANSWER);
    let length = length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "an answer's length"))?;
    let mut frame = Vec::with_capacity(4 + text.len());
    frame.extend(length.to_ne_bytes());
    frame.extend(text.as_bytes());
    to.write_all(&frame)?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut line = Vec::new();
        write(&mut line, "{\"a\":1}").expect("memory");
        write(&mut line, "{}").expect("memory");
        assert_eq!(line[..4], 7_u32.to_ne_bytes());
        let mut from = &line[..];
        assert_eq!(read(&mut from).expect("a frame").as_deref(), Some(&b"{\"a\":1}"[..]));
        assert_eq!(read(&mut from).expect("a frame").as_deref(), Some(&b"{}"[..]));
        assert_eq!(read(&mut from).expect("the end"), None);
    }

    #[test]
    fn a_claimed_length_is_not_believed() {
        for (wrong, why) in [
            (vec![1, 0], "cut in the length"),
            (0_u32.to_ne_bytes().into(), "empty"),
            (u32::MAX.to_ne_bytes().into(), "long"),
        ] {
            assert!(read(&mut &wrong[..]).is_err(), "{why}");
        }
        let cut = [&9_u32.to_ne_bytes()[..], b"{}"].concat();
        assert!(read(&mut &cut[..]).is_err(), "cut in the text");
        assert!(write(&mut Vec::new(), &"a".repeat(LONGEST_ANSWER + 1)).is_err());
    }
}
