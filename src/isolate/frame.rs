//! One message between the two processes: its length in four bytes, then JSON. Lengths are
//! bounded before anything is allocated.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Longest message: a window of text of which every byte is escaped.
const LONGEST: u32 = 8 << 20;

/// Writes a message.
pub(super) fn write(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let bytes = serde_json::to_vec(message)?;
    let length = u32::try_from(bytes.len()).ok().filter(|length| *length <= LONGEST);
    let length = length.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&bytes)
}

/// Reads a message, and says how long it was.
pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<(T, u64)> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::new();
    from.take(u64::from(length)).read_to_end(&mut bytes)?;
    Ok((serde_json::from_slice(&bytes)?, u64::from(length)))
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
    }
}
