//! Large files are looked at on a thread of their own: what is small never waits for one.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel};

use super::inspect::{InspectionResult, Viewer};
use crate::watch::queue::Rested;
use crate::watch::{Hint, Root};

/// The thread, and what it has in hand.
#[derive(Debug)]
pub(super) struct Large {
    files: Sender<(Rested, Root)>,
    seen: Receiver<Box<InspectionResult>>,
    in_hand: usize,
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
        Large { files, seen, in_hand: 0 }
    }

    /// Takes a file; gives it back when the thread is gone.
    pub(super) fn take(&mut self, file: Rested, root: &Root) -> Result<(), Rested> {
        self.files.send((file, root.clone())).map_err(|unsent| unsent.0.0)?;
        self.in_hand += 1;
        Ok(())
    }

    /// Files looked at since this was last asked.
    pub(super) fn seen(&mut self) -> Vec<InspectionResult> {
        let seen: Vec<InspectionResult> = self.seen.try_iter().map(|sight| *sight).collect();
        self.in_hand -= seen.len().min(self.in_hand);
        seen
    }
}
