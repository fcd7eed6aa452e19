//! Who may: a one-time code opens a session, a cookie carries it, and every request must name this server as its host
//! and come from a page of ours. So neither another user nor another page in the same browser gets anything.

use std::io;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::request::{Method, RequestHead};
use super::response::HttpStatus;
use crate::disk::fresh_secret;

/// How long the code is good for: as long as a browser may take to start.
const CODE_TIME: Duration = Duration::from_secs(120);

/// What is needed to get in.
pub(super) struct Access {
    host: String,
    cookie: String,
    session: String,
    code: Mutex<Option<Code>>,
}

struct Code {
    text: String,
    until: Instant,
}

impl Access {
    /// Access to the server at this port.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub(super) fn new(port: u16) -> io::Result<Self> {
        let code = Code { text: fresh_secret()?, until: Instant::now() + CODE_TIME };
        Ok(Access {
            host: format!("127.0.0.1:{port}"),
            // Cookies are shared by all ports of a host.
            cookie: format!("mizha-{port}"),
            session: fresh_secret()?,
            code: Mutex::new(Some(code)),
        })
    }

    /// The one host there is.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// The code, for the file that hands it over.
    pub(super) fn code(&self) -> Option<String> {
        self.code.lock().ok()?.as_ref().map(|code| code.text.clone())
    }

    /// The request names this server (against a name that was made to lead here), and no other page made it.
    ///
    /// # Errors
    /// It is refused.
    pub(super) fn is_for_us(&self, head: &RequestHead) -> Result<(), HttpStatus> {
        let own = format!("http://{}", self.host);
        let entering = is_entry(head);
        let host = head.field("host") == Some(&self.host);
        // The file that hands over the code has an origin of its own, which browsers send as `null`.
        let origin = match head.field("origin") {
            None => head.method == Method::Get || entering,
            Some("null") => entering,
            Some(origin) => origin == own,
        };
        let site = match head.field("sec-fetch-site") {
            None | Some("same-origin" | "none") => true,
            Some(_) => entering,
        };
        if host && origin && site { Ok(()) } else { Err(HttpStatus::Forbidden) }
    }

    /// The request belongs to the session.
    pub(super) fn knows(&self, head: &RequestHead) -> bool {
        let cookies = head.field("cookie").unwrap_or_default().split(';');
        let mut pairs = cookies.filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(name, value)| name == self.cookie && same(value, &self.session))
    }

    /// Takes the code, once. The cookie of the session, if it is the one.
    pub(super) fn enter(&self, code: &str) -> Option<String> {
        let mut kept = self.code.lock().ok()?;
        let right = kept.as_ref().is_some_and(|kept| same(code, &kept.text) && Instant::now() < kept.until);
        if !right {
            return None;
        }
        *kept = None;
        Some(format!("{}={}; Path=/; HttpOnly; SameSite=Strict", self.cookie, self.session))
    }
}

/// The code is being handed over.
pub(super) fn is_entry(head: &RequestHead) -> bool {
    head.method == Method::Post && head.path == "/enter"
}

/// Two texts are the same; how long it takes does not tell how much of them is.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}
