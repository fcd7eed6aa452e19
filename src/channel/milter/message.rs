//! A message as it comes in pieces: headers and body put together as a file of mail, within the memory there is.

use super::answer::HEADER;
use crate::channel::bounds::Memory;

/// What a message and its pieces take beside their bytes.
const OVERHEAD: usize = 4;

/// The message under way on one connection.
pub(super) struct Message<'m> {
    memory: &'m Memory,
    bytes: Vec<u8>,
    /// What is taken of the memory of all.
    taken: usize,
    /// Most bytes that are kept.
    most: usize,
    /// Headers of ours that a sender wrote, by their number among headers of that name.
    pub(super) forged: u32,
    /// What the server calls the message.
    pub(super) queue_id: String,
    pub(super) state: Judgeable,
}

/// How far a message can be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judgeable {
    /// Everything that came is here.
    Whole,
    /// It is longer than what is read: the beginning is here.
    TooLong,
    /// There is no memory left for it.
    NoRoom,
}

impl<'m> Message<'m> {
    pub(super) fn new(memory: &'m Memory, most: usize) -> Self {
        let (bytes, queue_id) = (Vec::new(), String::new());
        Message { memory, bytes, taken: 0, most, forged: 0, queue_id, state: Judgeable::Whole }
    }

    /// What came, as a file of mail.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Macros of a command: the server's name for the message is one of them (`i`).
    pub(super) fn macros(&mut self, pairs: &[u8]) {
        let mut texts = pairs.split(|byte| *byte == 0);
        while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
            if name == b"i" || name == b"{i}" {
                let plain = |byte: &&u8| byte.is_ascii_alphanumeric();
                self.queue_id = value.iter().filter(plain).take(64).map(|byte| char::from(*byte)).collect();
            }
        }
    }

    /// A header. A value of several lines keeps them.
    pub(super) fn header(&mut self, name: &[u8], value: &[u8], separator: &str) {
        if name.eq_ignore_ascii_case(HEADER.as_bytes()) {
            self.forged += 1;
        }
        self.add(&[name, b":", separator.as_bytes(), value, b"\r\n"]);
    }

    /// The headers have ended.
    pub(super) fn end_of_headers(&mut self) {
        self.add(&[b"\r\n"]);
    }

    /// A piece of the body.
    pub(super) fn body(&mut self, piece: &[u8]) {
        self.add(&[piece]);
    }

    /// Takes all pieces, or, where there is no room for all, what there is room for.
    fn add(&mut self, pieces: &[&[u8]]) {
        for piece in pieces {
            if self.state != Judgeable::Whole {
                return;
            }
            let wanted = piece.len() + OVERHEAD;
            let kept = piece.len().min(self.most - self.bytes.len());
            if !self.memory.take(wanted) {
                self.state = Judgeable::NoRoom;
                return;
            }
            self.taken += wanted;
            self.bytes.extend_from_slice(&piece[..kept]);
            if kept < piece.len() {
                self.state = Judgeable::TooLong;
            }
        }
    }
}

impl Drop for Message<'_> {
    fn drop(&mut self) {
        self.memory.give_back(self.taken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_put_together_as_it_was_sent() {
        let memory = Memory::new(1 << 20);
        let mut message = Message::new(&memory, 1 << 20);
        message.macros(b"i\x004F1A\0{auth}\0x\0");
        message.header(b"Subject", b" plain\n\tfolded", "");
        message.header(b"x-mizha-verdict", b"clear", " ");
        message.end_of_headers();
        message.body(b"words\r\n");
        assert_eq!(message.bytes(), b"Subject: plain\n\tfolded\r\nx-mizha-verdict: clear\r\n\r\nwords\r\n");
        assert_eq!((message.queue_id.as_str(), message.forged, message.state), ("4F1A", 1, Judgeable::Whole));
        drop(message);
        assert_eq!(memory.free(), 1 << 20, "everything is given back");
    }

    #[test]
    fn what_is_too_long_keeps_its_beginning_and_says_so() {
        let memory = Memory::new(1 << 20);
        let mut message = Message::new(&memory, 10);
        message.body(b"0123456");
        message.body(b"789abc");
        message.body(b"more");
        assert_eq!((message.bytes(), message.state), (&b"0123456789"[..], Judgeable::TooLong));
    }

    #[test]
    fn without_room_nothing_more_is_taken() {
        let memory = Memory::new(20);
        let mut message = Message::new(&memory, 1 << 20);
        message.body(&[b'a'; 10]);
        message.body(&[b'b'; 10]);
        assert_eq!(message.state, Judgeable::NoRoom);
        drop(message);
        assert_eq!(memory.free(), 20);
    }
}
