//! What is answered: a status, a type, the fields that keep a page of ours apart from every other, and a body.

use std::io::{self, Write};

use maud::Markup;

/// What may be loaded and done on our pages: only what this server itself gives.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HttpStatus {
    /// It is answered.
    Done,
    /// Go on with another page.
    SeeOther,
    /// No request, or not a whole one.
    Malformed,
    /// The caller is not the one the page belongs to.
    Forbidden,
    /// No such page.
    NotFound,
    /// Not with this method.
    NoSuchMethod,
    /// It did not come in time.
    TimedOut,
    /// What was asked for cannot be done as things are.
    Conflict,
    /// A body without its length.
    LengthRequired,
    /// The body is longer than is taken.
    BodyTooLarge,
    /// The head is.
    HeadTooLarge,
    /// Something of ours failed.
    Fault,
    /// Too many at once.
    Busy,
}

impl HttpStatus {
    fn line(self) -> &'static str {
        match self {
            HttpStatus::Done => "200 OK",
            HttpStatus::SeeOther => "303 See Other",
            HttpStatus::Malformed => "400 Bad Request",
            HttpStatus::Forbidden => "403 Forbidden",
            HttpStatus::NotFound => "404 Not Found",
            HttpStatus::NoSuchMethod => "405 Method Not Allowed",
            HttpStatus::TimedOut => "408 Request Timeout",
            HttpStatus::Conflict => "409 Conflict",
            HttpStatus::LengthRequired => "411 Length Required",
            HttpStatus::BodyTooLarge => "413 Content Too Large",
            HttpStatus::HeadTooLarge => "431 Request Header Fields Too Large",
            HttpStatus::Fault => "500 Internal Server Error",
            HttpStatus::Busy => "503 Service Unavailable",
        }
    }
}

/// An answer.
#[derive(Debug)]
pub(super) struct Response {
    status: HttpStatus,
    kind: &'static str,
    fields: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Response {
    /// A page, or a piece of one.
    pub(super) fn html(markup: Markup) -> Self {
        Response::of("text/html; charset=utf-8", markup.into_string().into_bytes())
    }

    /// A file of our own, such as the stylesheet.
    pub(super) fn of(kind: &'static str, body: Vec<u8>) -> Self {
        Response { status: HttpStatus::Done, kind, fields: Vec::new(), body }
    }

    /// A text to be saved as a file of this name.
    pub(super) fn attachment(name: &str, text: String) -> Self {
        Response::of("text/plain; charset=utf-8", text.into_bytes())
            .with("Content-Disposition", format!("attachment; filename=\"{name}\""))
    }

    /// Go on with this page of ours.
    pub(super) fn see_other(path: &str) -> Self {
        Response::from(HttpStatus::SeeOther).with("Location", path.to_string())
    }

    /// The same with another status.
    pub(super) fn status(self, status: HttpStatus) -> Self {
        Response { status, ..self }
    }

    /// The same with a further field.
    pub(super) fn with(mut self, name: &'static str, value: String) -> Self {
        self.fields.push((name, value));
        self
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the other side has gone.
    pub(super) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let mut head = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\nCache-Control: no-store\r\n\
             Content-Security-Policy: {POLICY}\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n\
             Referrer-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n\
             Cross-Origin-Resource-Policy: same-origin\r\n",
            self.status.line(),
            self.kind,
            self.body.len()
        );
        for (name, value) in &self.fields {
            head += &format!("{name}: {value}\r\n");
        }
        head += "\r\n";
        to.write_all(head.as_bytes())?;
        to.write_all(&self.body)
    }
}

/// A bare refusal: strangers learn nothing but the status.
impl From<HttpStatus> for Response {
    fn from(status: HttpStatus) -> Self {
        Response::of("text/plain; charset=utf-8", format!("{}\n", status.line()).into_bytes()).status(status)
    }
}
