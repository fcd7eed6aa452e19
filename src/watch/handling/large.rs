//! Large files are looked at on a thread of their own: what is small never waits for one.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel};

use super::inspect::{InspectionResult, Viewer};
use crate::watch::queue::Rested;
use crate::watch::{Hint, Root};

/// The thread, and what it has in hand.
pub(super) struct Large {
    files: Sender<(Rested, Root)>,
    seen: Receiver<Box<InspectionResult>>,
    /// What was looked at, until it is asked for.
    done: Vec<InspectionResult>,
}

impl std::fmt::Debug for Large {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Large").field("done", &self.done.len()).finish_non_exhaustive()
    }
}

impl Large {
    /// Begins; `wake` is told of each file that was looked at. The thread ends when this is dropped, after the file it
    /// has in hand.
    pub(super) fn start(viewer: Viewer, wake: SyncSender<Hint>) -> Self {
        let (files, waiting) = channel::<(Rested, Root)>();
        let (done, seen) = channel();
        std::thread::spawn(move || {
            while let Ok((file, root)) = waiting.recv() {
                let sight = viewer.look(&root, &file);
                if let Err(unheard) = done.send(Box::new(sight)) {
                    viewer.discard(*unheard.0);
                    return;
                }
                let _ = wake.try_send(Hint::Wake);
            }
        });
        Large { files, seen, done: Vec::new() }
    }

    /// Takes a file; gives it back when the thread is gone.
    pub(super) fn take(&self, file: Rested, root: &Root) -> Result<(), Rested> {
        self.files.send((file, root.clone())).map_err(|unsent| unsent.0.0)
    }

    /// A file was looked at since this was last asked for.
    pub(super) fn has_seen(&mut self) -> bool {
        self.done.extend(self.seen.try_iter().map(|sight| *sight));
        !self.done.is_empty()
    }

    /// Files looked at since this was last asked.
    pub(super) fn seen(&mut self) -> Vec<InspectionResult> {
        self.has_seen();
        std::mem::take(&mut self.done)
    }
}
