//! From the bytes of an XML part to UTF-8: by byte order mark, by the pattern of the first
//! bytes, by the declaration, else UTF-8 with replacement characters; or as one says.

use std::io::{self, BufRead, Read};

use super::conditions::Conditions;
use crate::extract::support::charset::Charset;
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes read at a time.
const CHUNK: usize = 32 * 1024;

/// A reader of UTF-8 over bytes in any encoding an XML part may declare.
pub(in crate::extract) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: String,
    at: usize,
    ended: bool,
    conditions: Conditions,
}

/// Decodes XML bytes.
pub(in crate::extract) fn decoded<R: Read>(mut inner: R) -> io::Result<Decoded<R>> {
    let mut raw = Vec::with_capacity(CHUNK);
    inner.by_ref().take(1024).read_to_end(&mut raw)?;
    let encoding = encoding_of(&raw);
    Ok(Decoded { raw, ..decoded_as(inner, encoding) })
}

/// Decodes XML bytes of which the encoding is known, whatever they declare.
pub(in crate::extract) fn decoded_as<R: Read>(inner: R, encoding: &'static Encoding) -> Decoded<R> {
    let decoder = encoding.new_decoder_with_bom_removal();
    let (raw, text) = (Vec::new(), String::new());
    Decoded { inner, decoder, raw, text, at: 0, ended: false, conditions: Conditions::default() }
}

/// The bytes begin as XML does, in one of the encodings it may have.
pub(in crate::extract) fn looks_like_xml(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let sixteen = [&b"\xFF\xFE<\0"[..], b"\xFE\xFF\0<", b"<\0?\0", b"\0<\0?"];
    let first = head.iter().find(|b| !b.is_ascii_whitespace());
    first == Some(&b'<') && !head.starts_with(b"<\0\0") || sixteen.iter().any(|start| head.starts_with(start))
}

fn encoding_of(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    match head {
        [b'<', 0, ..] => return UTF_16LE,
        [0, b'<', ..] => return UTF_16BE,
        _ => {}
    }
    match label(head).and_then(|label| Encoding::for_label(label.as_bytes())) {
        // The declaration was read as single bytes, so it cannot mean two-byte units.
        Some(encoding) if encoding != UTF_16LE && encoding != UTF_16BE => encoding,
        _ => UTF_8,
    }
}

/// What an XML part says it is written in.
pub(super) fn declared(head: &[u8]) -> Option<Charset> {
    label(head).and_then(|label| Charset::named(&label))
}

fn label(head: &[u8]) -> Option<String> {
    let declaration = head.split(|b| *b == b'>').next().unwrap_or_default();
    let declaration = String::from_utf8_lossy(declaration);
    let named =
        declaration.trim_start().starts_with("<?xml").then(|| declaration.split("encoding").nth(1)).flatten()?;
    let label = named.trim_start_matches(['=', ' ', '"', '\'']).split(['"', '\'', ' ', '?']).next()?;
    Some(label.to_string())
}

impl<R: Read> Decoded<R> {
    /// What is there of the text, as far as it was not consumed; empty at its end.
    pub(super) fn peek(&mut self) -> io::Result<&str> {
        self.refill()?;
        Ok(&self.text[self.at..])
    }

    fn refill(&mut self) -> io::Result<()> {
        while self.at >= self.text.len() && !self.ended {
            self.text.clear();
            self.text.push_str(&self.conditions.held());
            self.at = 0;
            let mut last = false;
            if self.raw.is_empty() {
                let read = self.inner.by_ref().take(CHUNK as u64).read_to_end(&mut self.raw)?;
                last = read == 0;
            }
            let mut rest = &self.raw[..];
            loop {
                let room = self.decoder.max_utf8_buffer_length(rest.len()).unwrap_or(CHUNK * 3);
                self.text.reserve(room.max(64));
                let (result, read, _) = self.decoder.decode_to_string(rest, &mut self.text, last);
                rest = &rest[read..];
                if result == CoderResult::InputEmpty {
                    break;
                }
            }
            self.conditions.rewrite(&mut self.text, last);
            self.raw.clear();
            self.ended = last;
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let n = available.len().min(buf.len());
        buf[..n].copy_from_slice(&available[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: Read> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peek().map(str::as_bytes)
    }

    fn consume(&mut self, n: usize) {
        self.at += n;
    }
}
