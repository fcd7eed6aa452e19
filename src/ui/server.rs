//! The server: a listener on loopback at a port nobody can know before, a thread a connection, few of them at once,
//! one request each, and an end when nobody uses it any more.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::access::{Access, is_entry};
use super::bootstrap::Bootstrap;
use super::request::{Body, RequestHead};
use super::response::{HttpStatus, Response};
use super::{Office, PageContext, caller, form, route, shell};

/// Connections at once, at most: a browser opens six to one host.
const AT_ONCE: usize = 32;
/// How long the other side may take to read an answer.
const WRITE_TIME: Duration = Duration::from_secs(10);
/// Bytes of the form that hands over the code.
const CODE: u64 = 1024;

/// One of the connections there may be at once, given back when dropped.
struct ConnectionSlot<'s>(&'s AtomicUsize);

impl<'s> ConnectionSlot<'s> {
    fn take(open: &'s AtomicUsize) -> Self {
        open.fetch_add(1, Ordering::SeqCst);
        ConnectionSlot(open)
    }
}

impl Drop for ConnectionSlot<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The page, ready to be opened.
pub struct Server {
    listener: TcpListener,
    access: Access,
    bootstrap: Bootstrap,
    office: Office,
    idle: Duration,
    used: Mutex<Instant>,
    open: AtomicUsize,
}

impl Server {
    /// Takes a port and writes the file that opens the page.
    ///
    /// # Errors
    /// When there is no port, or the file cannot be written.
    pub fn new(page: PageContext) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let access = Access::new(listener.local_addr()?.port())?;
        let code = access.code().unwrap_or_default();
        let bootstrap = Bootstrap::write(&page.run, access.host(), &code, page.lang)?;
        let idle = page.idle;
        let (used, open) = (Mutex::new(Instant::now()), AtomicUsize::new(0));
        Ok(Server { listener, access, bootstrap, office: Office::new(page), idle, used, open })
    }

    /// The file to be opened in the browser.
    pub fn door(&self) -> PathBuf {
        self.bootstrap.path()
    }

    /// Answers until nobody has asked for so long.
    ///
    /// # Errors
    /// When the listener fails.
    pub fn serve(&self) -> io::Result<()> {
        let served = std::thread::scope(|scope| {
            while let Some(left) = self.left() {
                let Some(stream) = self.next(left)? else { continue };
                // Strangers never take a place, and nobody waits for them.
                let barred = match () {
                    () if !caller::is_own(&stream) => Some(HttpStatus::Forbidden),
                    () if self.open.load(Ordering::SeqCst) >= AT_ONCE => Some(HttpStatus::Busy),
                    () => None,
                };
                if let Some(status) = barred {
                    let _ = Response::from(status).write(&mut &stream);
                    continue;
                }
                let seat = ConnectionSlot::take(&self.open);
                scope.spawn(move || {
                    let _seat = seat;
                    self.talk(&stream);
                });
            }
            Ok(())
        });
        self.bootstrap.remove();
        served
    }

    /// How long to go on waiting; nothing is left once nobody has used it for long and nobody is here.
    fn left(&self) -> Option<Duration> {
        let used = self.used.lock().map_or_else(|e| *e.into_inner(), |used| *used);
        let left = self.idle.saturating_sub(used.elapsed());
        match self.open.load(Ordering::SeqCst) {
            0 => (!left.is_zero()).then_some(left),
            _ => Some(left.max(Duration::from_secs(1))),
        }
    }

    /// The next connection, if one comes within this time.
    fn next(&self, patience: Duration) -> io::Result<Option<TcpStream>> {
        let mut listener = [PollFd::new(&self.listener, PollFlags::IN)];
        let patience = Timespec::try_from(patience + Duration::from_millis(1)).ok();
        match poll(&mut listener, patience.as_ref()) {
            Ok(0) | Err(rustix::io::Errno::INTR) => Ok(None),
            Ok(_) => match self.listener.accept() {
                Ok((stream, _)) => Ok(Some(stream)),
                // The other side went away again, or there are too many files open: neither ends the page.
                Err(e) => {
                    tracing::warn!(error = %e.kind(), "accept");
                    std::thread::sleep(Duration::from_millis(50));
                    Ok(None)
                }
            },
            Err(e) => Err(e.into()),
        }
    }

    /// One request and its answer.
    fn talk(&self, stream: &TcpStream) {
        let response = match self.respond(stream) {
            Ok(response) => response,
            Err(status) => Response::from(status),
        };
        self.answer(stream, &response);
    }

    fn respond(&self, stream: &TcpStream) -> Result<Response, HttpStatus> {
        let (head, begun) = RequestHead::read(stream)?;
        self.access.is_for_us(&head)?;
        let body = Body::new(stream, begun, head.length);
        if is_entry(&head) {
            return self.enter(body);
        }
        if !self.access.knows(&head) {
            return Err(HttpStatus::Forbidden);
        }
        self.touch();
        let response = route::answer(&self.office, &head, body);
        self.touch();
        response
    }

    fn enter(&self, body: Body<'_>) -> Result<Response, HttpStatus> {
        let fields = form::fields(&body.whole(CODE)?)?;
        let code = form::value(&fields, "code").ok_or(HttpStatus::Malformed)?;
        let cookie = self.access.enter(code).ok_or(HttpStatus::Forbidden)?;
        self.bootstrap.remove();
        self.touch();
        Ok(Response::html(shell::entered(&self.office.page.first.path(), self.office.lang()))
            .with("Set-Cookie", cookie))
    }

    fn touch(&self) {
        if let Ok(mut used) = self.used.lock() {
            *used = Instant::now();
        }
    }

    fn answer(&self, mut stream: &TcpStream, response: &Response) {
        let sent = stream
            .set_write_timeout(Some(WRITE_TIME))
            .and_then(|()| response.write(&mut stream))
            .and_then(|()| stream.flush())
            .and_then(|()| stream.shutdown(Shutdown::Write));
        if sent.is_ok() {
            // What was sent and not read would make the system drop the answer.
            let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
            let _ = io::copy(&mut stream.take(1 << 20), &mut io::sink());
        }
    }
}
