//! Events written at once and synced soon: a thread of its own waits for the disk, so that what is
//! written next need not. Those of a moment share one sync, for a sync holds up whoever else writes.
//! What is lost in a power cut are the last events; the log is then shorter, never wrong, and its head
//! never names what is lost.

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use super::{Audit, Book, Event, Head};

/// How long an event waits for others to share its sync.
pub(super) const MOMENT: Duration = Duration::from_millis(200);

/// The log for whoever cannot wait for the disk. When it is dropped, everything is on the disk.
#[derive(Debug)]
pub struct DeferredLog {
    audit: Audit,
    written: Option<Sender<(Book, Head)>>,
    thread: Option<JoinHandle<()>>,
    failed: Arc<Mutex<Option<io::Error>>>,
}

impl DeferredLog {
    /// The log, with a thread that syncs it.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn new(audit: &Audit) -> io::Result<Self> {
        let (written, due) = channel();
        let failed = Arc::new(Mutex::new(None));
        let (syncing, told) = (audit.clone(), Arc::clone(&failed));
        let thread = Builder::new().name("audit".into()).spawn(move || sync(&syncing, &due, &told))?;
        Ok(DeferredLog { audit: audit.clone(), written: Some(written), thread: Some(thread), failed })
    }

    /// Appends events; whoever reads the log sees them when this returns.
    ///
    /// # Errors
    /// When they cannot be written, or what was written before could not be synced.
    pub fn append(&self, events: &[Event]) -> io::Result<()> {
        for head in self.audit.write(events)? {
            let sent = self.written.as_ref().map(|written| written.send(head));
            sent.transpose().map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        }
        let failed = self.failed.lock().ok().and_then(|mut failed| failed.take());
        failed.map_or(Ok(()), Err)
    }
}

impl Drop for DeferredLog {
    fn drop(&mut self) {
        self.written = None;
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn sync(audit: &Audit, due: &Receiver<(Book, Head)>, failed: &Mutex<Option<io::Error>>) {
    while let Ok(first) = due.recv() {
        let mut heads = BTreeMap::from([first]);
        let end = Instant::now() + MOMENT;
        while let Some(left) = end.checked_duration_since(Instant::now())
            && let Ok((book, head)) = due.recv_timeout(left)
        {
            heads.insert(book, head);
        }
        if let Err(e) = heads.iter().try_for_each(|(book, head)| audit.settle(*book, head)) {
            tracing::error!(error = %e.kind(), "the audit log cannot be synced");
            failed.lock().map_or_else(drop, |mut failed| *failed = Some(e));
        }
    }
}
