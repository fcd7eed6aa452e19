//! One request of HTTP/1.1 (RFC 9112): its head, bounded in size and time, and its body as a reader that is bounded
//! too. Only what a browser sends to our own pages is understood; everything else is refused by its status.

use std::io::{self, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::response::HttpStatus;

/// Bytes of a head, and fields in it, at most.
const HEAD: usize = 16 * 1024;
const FIELDS: usize = 64;
/// How long the head may take.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// How long the body may take: some seconds, and one more for so many bytes.
const BODY_TIME: Duration = Duration::from_secs(20);
const BYTES_A_SECOND: u64 = 256 * 1024;

/// What is done with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// It is shown; nothing changes.
    Get,
    /// Something is asked for or changed.
    Post,
}

/// The head of a request.
#[derive(Debug, Clone)]
pub(super) struct RequestHead {
    /// What is asked for.
    pub(super) method: Method,
    /// The path, as it came: no two spellings lead to one page.
    pub(super) path: String,
    /// What stands behind `?`.
    pub(super) query: String,
    /// Bytes of the body.
    pub(super) length: u64,
    fields: Vec<(String, String)>,
}

impl RequestHead {
    /// The one field of this name. A field that comes twice is refused before.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Reads a head; also what came of the body with it.
    ///
    /// # Errors
    /// The status with which it is refused.
    pub(super) fn read(stream: &TcpStream) -> Result<(Self, Vec<u8>), HttpStatus> {
        let mut bytes = Vec::new();
        let mut timed = Timed { stream, until: Instant::now() + HEAD_TIME };
        loop {
            let mut piece = [0; 2048];
            let n = timed.read(&mut piece).map_err(|_| HttpStatus::TimedOut)?;
            if n == 0 {
                return Err(HttpStatus::Malformed);
            }
            bytes.extend_from_slice(&piece[..n]);
            if let Some((head, end)) = RequestHead::parse(&bytes)? {
                return Ok((head, bytes.split_off(end)));
            }
            if bytes.len() > HEAD {
                return Err(HttpStatus::HeadTooLarge);
            }
        }
    }

    /// A head, and where it ends; none while it is not whole.
    fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, HttpStatus> {
        let mut fields = [httparse::EMPTY_HEADER; FIELDS];
        let mut parsed = httparse::Request::new(&mut fields);
        let end = match parsed.parse(bytes) {
            Ok(httparse::Status::Complete(end)) => end,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => return Err(HttpStatus::HeadTooLarge),
            Err(_) => return Err(HttpStatus::Malformed),
        };
        let method = match parsed.method {
            Some("GET") => Method::Get,
            Some("POST") => Method::Post,
            _ => return Err(HttpStatus::NoSuchMethod),
        };
        let target = parsed.path.filter(|path| path.starts_with('/')).ok_or(HttpStatus::Malformed)?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let text = |field: &httparse::Header<'_>| {
            let value = std::str::from_utf8(field.value).map_err(|_| HttpStatus::Malformed)?;
            Ok((field.name.to_string(), value.trim().to_string()))
        };
        let fields = parsed.headers.iter().map(text).collect::<Result<Vec<_>, _>>()?;
        // Two readers of one request must not be able to understand it differently.
        let twice = |name: &str| fields.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).count() > 1;
        if ["host", "origin", "cookie", "content-length", "sec-fetch-site"].into_iter().any(twice) {
            return Err(HttpStatus::Malformed);
        }
        let mut head = RequestHead { method, path: path.to_string(), query: query.to_string(), length: 0, fields };
        if head.field("transfer-encoding").is_some() {
            return Err(HttpStatus::LengthRequired);
        }
        head.length = match (head.field("content-length"), method) {
            (Some(length), _) if length.bytes().all(|b| b.is_ascii_digit()) => {
                length.parse().map_err(|_| HttpStatus::BodyTooLarge)?
            }
            (Some(_), _) => return Err(HttpStatus::Malformed),
            (None, Method::Get) => 0,
            (None, Method::Post) => return Err(HttpStatus::LengthRequired),
        };
        Ok(Some((head, end)))
    }
}

/// The body: exactly as many bytes as were announced, or an error.
#[derive(Debug)]
pub(super) struct Body<'s> {
    begun: io::Cursor<Vec<u8>>,
    rest: Timed<'s>,
    left: u64,
}

impl<'s> Body<'s> {
    /// The body behind a head.
    pub(super) fn new(stream: &'s TcpStream, begun: Vec<u8>, length: u64) -> Self {
        let until = Instant::now() + BODY_TIME + Duration::from_secs(length / BYTES_A_SECOND);
        Body { begun: io::Cursor::new(begun), rest: Timed { stream, until }, left: length }
    }

    /// All of it, if it is no longer than this.
    ///
    /// # Errors
    /// The status with which it is refused.
    pub(super) fn whole(mut self, most: u64) -> Result<Vec<u8>, HttpStatus> {
        if self.left > most {
            return Err(HttpStatus::BodyTooLarge);
        }
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes).map_err(|_| HttpStatus::Malformed)?;
        Ok(bytes)
    }
}

impl Read for Body<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(to.len());
        if most == 0 {
            return Ok(0);
        }
        let n = match self.begun.read(&mut to[..most])? {
            0 => self.rest.read(&mut to[..most])?,
            n => n,
        };
        if n == 0 {
            // What breaks off must not look like something short.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= n as u64;
        Ok(n)
    }
}

/// A connection that is read until a point in time, however slowly the other side sends.
#[derive(Debug)]
struct Timed<'s> {
    stream: &'s TcpStream,
    until: Instant,
}

impl Read for Timed<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        (&mut &*self.stream).read(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Option<RequestHead>, HttpStatus> {
        RequestHead::parse(text.as_bytes()).map(|head| head.map(|(head, _)| head))
    }

    #[test]
    fn a_head_is_read_as_the_standard_says() {
        let head = parsed("POST /check/file?a=b HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n");
        let head = head.expect("valid").expect("whole");
        assert_eq!((head.path.as_str(), head.query.as_str(), head.length), ("/check/file", "a=b", 12));
        assert_eq!(head.field("HOST"), Some("x"));
        assert!(parsed("GET / HTTP/1.1\r\nHost: x\r\n").expect("no fault yet").is_none());
    }

    #[test]
    fn what_two_readers_could_understand_differently_is_refused() {
        for (text, status) in [
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", HttpStatus::Malformed),
            ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", HttpStatus::Malformed),
            ("POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", HttpStatus::Malformed),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", HttpStatus::LengthRequired),
            ("POST / HTTP/1.1\r\nHost: a\r\n\r\n", HttpStatus::LengthRequired),
            ("GET http://elsewhere/ HTTP/1.1\r\n\r\n", HttpStatus::Malformed),
            ("CONNECT a:1 HTTP/1.1\r\n\r\n", HttpStatus::NoSuchMethod),
            ("GET / HTTP/1.1\r\nHost: \u{1}\r\n\r\n", HttpStatus::Malformed),
        ] {
            assert_eq!(parsed(text).expect_err(text), status, "{text}");
        }
    }
}
