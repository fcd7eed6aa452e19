//! Packets of the milter protocol, version 6: four bytes of length, one of command, then data. What the numbers are
//! is in Sendmail's `mfdef.h` and Postfix's `milter8.c`. Framing only; what packets mean in their order is `session`'s.

use std::io::{self, Read, Write};

/// Longest packet taken: servers send a body in pieces of 64 KiB, and a header of at most some 100 KiB.
const LONGEST: u32 = 1 << 20;

/// The version spoken.
pub(super) const VERSION: u32 = 6;

/// What we may ask the server to do (SMFIF_ADDHDRS, SMFIF_CHGHDRS, SMFIF_QUARANTINE).
pub(super) const ACTIONS: u32 = 0x01 | 0x10 | 0x20;

/// Steps we have no use for: connection, greeting, sender, recipients, unknown commands, the word DATA.
const UNUSED: u32 = 0x01 | 0x02 | 0x04 | 0x08 | 0x100 | 0x200;
/// Steps to which we say nothing: each header, the end of headers, each piece of the body.
pub(super) const SILENT: u32 = 0x80 | 0x4_0000 | 0x8_0000;
/// The blank behind a header's colon is sent as it stands.
pub(super) const LEADING_BLANK: u32 = 0x10_0000;
/// What we would like of the steps, as far as a server offers it.
pub(super) const STEPS: u32 = UNUSED | SILENT | LEADING_BLANK;

/// What a server says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// What it knows: version, actions, steps.
    Negotiate([u32; 3]),
    /// Names and values that go with another command, one after the other, ended by zero bytes.
    Macros(Vec<u8>),
    /// A header, its name and value.
    Header { name: Vec<u8>, value: Vec<u8> },
    /// The headers have ended.
    EndOfHeaders,
    /// A piece of the body.
    Body(Vec<u8>),
    /// The message has ended, perhaps with a last piece.
    End(Vec<u8>),
    /// The message is given up.
    Abort,
    /// The connection ends.
    Quit,
    /// Another client on the same connection.
    NewConnection,
    /// A step in which we have no part.
    Other,
}

/// The next packet; none at the end of the connection.
pub(super) fn read(from: &mut dyn Read) -> io::Result<Option<Command>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    }
    let length = u32::from_be_bytes(length);
    if !(1..=LONGEST).contains(&length) {
        return Err(wrong("a packet's length"));
    }
    let mut data = vec![0; length as usize];
    from.read_exact(&mut data)?;
    let command = data.remove(0);
    Ok(Some(match command {
        b'O' => {
            let mut numbers = data.chunks_exact(4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
            let mut next = || numbers.next().ok_or_else(|| wrong("a negotiation"));
            Command::Negotiate([next()?, next()?, next()?])
        }
        // Which command they go with does not matter to us.
        b'D' => Command::Macros(data.get(1..).unwrap_or_default().to_vec()),
        b'L' => {
            let mut parts = data.splitn(3, |byte| *byte == 0);
            match (parts.next(), parts.next()) {
                (Some(name), Some(value)) => Command::Header { name: name.to_vec(), value: value.to_vec() },
                _ => return Err(wrong("a header")),
            }
        }
        b'N' => Command::EndOfHeaders,
        b'B' => Command::Body(data),
        b'E' => Command::End(data),
        b'A' => Command::Abort,
        b'Q' => Command::Quit,
        b'K' => Command::NewConnection,
        b'C' | b'H' | b'M' | b'R' | b'T' | b'U' => Command::Other,
        _ => return Err(wrong("a command")),
    }))
}

fn wrong(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// What we say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    /// What we want: version, actions, steps.
    Negotiate([u32; 3]),
    /// Go on.
    Continue,
    /// Not now: the sender tries again.
    TryAgain,
    /// No, in these words: a code of SMTP, an enhanced one, text.
    Refuse(String),
    /// The server keeps the message until somebody looks at it.
    Hold(String),
    /// A header of ours.
    AddHeader { name: &'static str, value: String },
    /// The header of this name and number goes.
    DropHeader { name: &'static str, number: u32 },
}

impl Reply {
    /// Writes the packet.
    pub(super) fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let (command, data): (u8, Vec<u8>) = match self {
            Reply::Negotiate(numbers) => (b'O', numbers.iter().flat_map(|number| number.to_be_bytes()).collect()),
            Reply::Continue => (b'c', Vec::new()),
            Reply::TryAgain => (b't', Vec::new()),
            Reply::Refuse(text) => (b'y', strings(&[text])),
            Reply::Hold(reason) => (b'q', strings(&[reason])),
            Reply::AddHeader { name, value } => (b'h', strings(&[name, value])),
            Reply::DropHeader { name, number } => {
                (b'm', number.to_be_bytes().into_iter().chain(strings(&[name, ""])).collect())
            }
        };
        let length = u32::try_from(data.len() + 1).map_err(|_| wrong("a reply's length"))?;
        let packet: Vec<u8> = length.to_be_bytes().into_iter().chain([command]).chain(data).collect();
        to.write_all(&packet)
    }
}

/// Texts, each ended by a zero byte.
fn strings(texts: &[&str]) -> Vec<u8> {
    texts.iter().flat_map(|text| text.bytes().filter(|byte| *byte != 0).chain([0])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(command: u8, data: &[u8]) -> Vec<u8> {
        let length = (data.len() as u32 + 1).to_be_bytes();
        length.into_iter().chain([command]).chain(data.iter().copied()).collect()
    }

    #[test]
    fn packets_are_read_one_after_the_other() {
        let stream = [
            packet(b'O', &[0, 0, 0, 6, 0, 0, 1, 0xFF, 0, 0x1F, 0xFF, 0xFF]),
            packet(b'D', b"Ei\x00ABC123\0"),
            packet(b'L', b"Subject\0 plain words\0"),
            packet(b'N', b""),
            packet(b'B', b"words\r\n"),
            packet(b'E', b""),
            packet(b'Q', b""),
        ]
        .concat();
        let mut from = &stream[..];
        let mut all = Vec::new();
        while let Some(command) = read(&mut from).expect("packets") {
            all.push(command);
        }
        let wanted = [
            Command::Negotiate([6, 0x1FF, 0x1F_FFFF]),
            Command::Macros(b"i\0ABC123\0".to_vec()),
            Command::Header { name: b"Subject".to_vec(), value: b" plain words".to_vec() },
            Command::EndOfHeaders,
            Command::Body(b"words\r\n".to_vec()),
            Command::End(Vec::new()),
            Command::Quit,
        ];
        assert_eq!(all, wanted);
    }

    #[test]
    fn what_is_no_packet_is_an_error_and_takes_no_memory() {
        for wrong in [
            &b"\0\0\0\0"[..],
            b"\xFF\xFF\xFF\xFFL",
            b"\0\0\0\x05L",
            b"\0\0\0\x01L",
            b"\0\0\0\x02Lx",
            b"\0\0\0\x05O\0\0\0\x06",
            b"\0\0\0\x01z",
        ] {
            assert!(read(&mut &wrong[..]).is_err(), "{wrong:?}");
        }
        assert_eq!(read(&mut &b"\0\0"[..]).expect("an early end"), None);
    }

    #[test]
    fn replies_are_what_the_protocol_wants() {
        let written = |reply: Reply| {
            let mut out = Vec::new();
            reply.write(&mut out).expect("memory");
            out
        };
        assert_eq!(written(Reply::Continue), b"\0\0\0\x01c");
        assert_eq!(written(Reply::Refuse("554 5.7.1 no".into())), b"\0\0\0\x0Ey554 5.7.1 no\0");
        assert_eq!(written(Reply::AddHeader { name: "X-A", value: "b".into() }), b"\0\0\0\x07hX-A\0b\0");
        assert_eq!(written(Reply::DropHeader { name: "X-A", number: 2 }), b"\0\0\0\x0Am\0\0\0\x02X-A\0\0");
    }
}
