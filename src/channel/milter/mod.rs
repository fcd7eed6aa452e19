//! A mail server asks here before it takes a message (milter, the protocol of Sendmail and Postfix): whole messages
//! are read as mail, and refused, held or taken. Connections, memory and time are bounded; what cannot be judged is
//! refused for now, never let through. It writes no content anywhere.

mod answer;
mod message;
mod packet;
mod session;

use std::io;
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::bounds::{Memory, Slots, Turns};
use crate::config::Mail;
use crate::model::Report;
use crate::scan::Scanner;
pub use answer::MilterAnswer;
use session::{Session, Stream};

/// Connections at once: Postfix opens one a client, 100 in its default configuration.
const CONNECTIONS: usize = 256;
/// How long a server may say nothing. Postfix itself waits 300 s for us (`milter_content_timeout`).
const SILENCE: Duration = Duration::from_secs(300);

/// Where a server finds us, in the notation of Postfix: `inet:HOST:PORT` or `unix:PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A TCP port.
    Inet(String),
    /// A socket in the file system.
    Unix(PathBuf),
}

impl Address {
    /// Reads the notation; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("inet", at) if at.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) => {
                Some(Address::Inet(at.to_string()))
            }
            ("unix" | "local", path) if Path::new(path).is_absolute() => Some(Address::Unix(path.into())),
            _ => None,
        }
    }
}

/// What became of a message that did not pass, or could not be judged, for whoever writes it down.
#[derive(Debug)]
pub struct JudgedMessage<'r> {
    /// What the server calls the message, if it said so.
    pub queue_id: &'r str,
    /// What was found.
    pub report: &'r Report,
    /// What the server was told.
    pub answer: MilterAnswer,
}

/// Writes down what became of a message; an error means the message may not pass now.
pub type RecordMessage = dyn Fn(&JudgedMessage<'_>) -> io::Result<()> + Send + Sync;

/// The door for mail.
pub struct Relay {
    scanner: Scanner,
    policy: Mail,
    record: Box<RecordMessage>,
    memory: Memory,
    turns: Turns,
    connections: Slots,
}

impl Relay {
    /// A door that judges with this scanner and answers by this policy.
    pub fn new(scanner: Scanner, policy: Mail, record: Box<RecordMessage>) -> Self {
        Relay {
            scanner,
            memory: Memory::new(policy.memory_bytes),
            policy,
            record,
            turns: Turns::by_processors(),
            connections: Slots::new(CONNECTIONS),
        }
    }

    /// Answers servers at this address until the process ends; `ready` is called once it listens.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub fn serve(&self, address: &Address, ready: &dyn Fn()) -> io::Result<()> {
        match address {
            Address::Inet(at) => {
                let listener = TcpListener::bind(at)?;
                ready();
                self.accept(|| listener.accept().map(|(stream, _)| Box::new(stream) as Box<dyn Stream>))
            }
            Address::Unix(path) => {
                let listener = listen(path)?;
                ready();
                self.accept(|| listener.accept().map(|(stream, _)| Box::new(stream) as Box<dyn Stream>))
            }
        }
    }

    fn accept(&self, next: impl Fn() -> io::Result<Box<dyn Stream>>) -> io::Result<()> {
        std::thread::scope(|scope| {
            loop {
                let stream = match next() {
                    Ok(stream) => stream,
                    // Nothing that a pause does not mend: no descriptors, a client that is gone.
                    Err(e) => {
                        tracing::warn!(error = %e.kind(), "milter: accept");
                        std::thread::sleep(Duration::from_millis(100));
                        continue;
                    }
                };
                // Dropped: the server finds nobody and refuses for now.
                let Some(place) = self.connections.take() else {
                    tracing::warn!(CONNECTIONS, "milter: too many connections");
                    continue;
                };
                scope.spawn(move || {
                    let _place = place;
                    if let Err(e) = stream.within(SILENCE).and_then(|()| Session::new(self, stream).run()) {
                        tracing::info!(error = %e.kind(), "milter: connection ended");
                    }
                });
            }
        })
    }
}

/// A socket that is ours alone to open: what an earlier run left there is replaced, a living one is not.
fn listen(path: &Path) -> io::Result<UnixListener> {
    match UnixListener::bind(path) {
        Err(e) if e.kind() == io::ErrorKind::AddrInUse && UnixStream::connect(path).is_err() => {
            std::fs::remove_file(path)?;
            UnixListener::bind(path)
        }
        outcome => outcome,
    }
}

impl Stream for TcpStream {
    fn within(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_nodelay(true)?;
        self.set_write_timeout(Some(time))
    }
}

impl Stream for UnixStream {
    fn within(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_postfix_writes_them() {
        assert_eq!(Address::parse("inet:127.0.0.1:8891"), Some(Address::Inet("127.0.0.1:8891".into())));
        assert_eq!(Address::parse("unix:/run/mizha/milter"), Some(Address::Unix("/run/mizha/milter".into())));
        for wrong in ["127.0.0.1:8891", "inet:localhost", "inet:localhost:99999", "unix:relative", "", "tcp:1:1"] {
            assert_eq!(Address::parse(wrong), None, "{wrong}");
        }
    }
}
