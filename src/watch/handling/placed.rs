//! What the gate put into export folders, by the keyed hashes of contents: anything else there did not
//! come through it. Only ever appended; losing lines costs a second look, nothing else.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use crate::disk::{Disk, FileRef, Folder, Journal, Mac};

const NAME: &str = "placed";
/// Contents kept when the journal is begun anew; the oldest go first.
const KEPT: usize = 100_000;
/// Size above which it is begun anew at a start.
const BYTES: u64 = 16 << 20;

/// Contents that were put into an export folder.
#[derive(Debug)]
pub(super) struct PlacedContents {
    journal: Journal<Mac>,
    known: HashSet<Mac>,
}

impl PlacedContents {
    pub(super) fn open(disk: &Disk, state: &Arc<Folder>) -> io::Result<Self> {
        let (mut journal, mut all, _) = Journal::open(disk, FileRef::new(state, NAME))?;
        if journal.bytes() > BYTES {
            all.drain(..all.len().saturating_sub(KEPT));
            journal.trim()?;
            journal.append(&all)?;
        }
        Ok(PlacedContents { journal, known: all.into_iter().collect() })
    }

    /// These contents are about to be put there.
    pub(super) fn note<'m>(&mut self, contents: impl Iterator<Item = &'m Mac>) {
        let new: Vec<Mac> = contents.filter(|content| self.known.insert((*content).clone())).cloned().collect();
        if !new.is_empty()
            && let Err(e) = self.journal.note(&new)
        {
            tracing::warn!(error = %e.kind(), "what is released could not be noted: it is looked at again after a restart");
        }
    }

    /// The content was put there.
    pub(super) fn knows(&self, content: &Mac) -> bool {
        self.known.contains(content)
    }
}
