//! What the driver knows of reading in a process apart: the question it asks and who hears the
//! answers. How such a process is started and bound is not known here.

use std::io::Read;
#[cfg(unix)]
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::budget::{Budget, reason_of};
use super::{Input, Sink};
use crate::model::{Gap, GapReason, Identified, Limit, Location, Segment};
use crate::ocr::Engine;

/// Most bytes read in a process apart: it holds them with all it makes of them.
const MOST: u64 = 128 << 20;

/// Where formats are read that need a process apart.
#[derive(Clone, Copy)]
pub enum Isolation<'a> {
    /// Nowhere: they are gaps.
    Nowhere,
    /// Here, for this process is such a one.
    Inside(&'a Engine),
    /// In a process that this starts.
    Apart(&'a dyn Isolator),
}

/// Starts processes that read.
pub trait Isolator {
    /// Every file is read apart that may hold more than plain text, rather than those formats only that always are.
    fn takes_all(&self) -> bool;

    /// Pictures can be read.
    ///
    /// # Errors
    /// Why not.
    fn can_see(&self) -> Result<(), GapReason>;

    /// Has the bytes read; what is found goes to the listener as it comes.
    fn read(&self, errand: &IsolatedRead<'_>, listener: &mut Listener<'_, '_>) -> ReadOutcome;
}

/// What is to be read apart.
pub struct IsolatedRead<'a> {
    /// The name the bytes have as a file.
    pub name: &'a str,
    /// The bytes.
    pub content: ReadContent<'a>,
    /// Containers that may still be opened inside each other.
    pub nesting: u32,
    /// The usual way of reading died: read in the plainer way.
    pub second: bool,
    /// What of them is read.
    pub aim: ReadScope,
}

/// Where the bytes are.
pub enum ReadContent<'a> {
    /// In memory.
    Bytes(Arc<Vec<u8>>),
    /// In an open file, which is handed over as it is.
    #[cfg(unix)]
    File(BorrowedFd<'a>),
    /// The bytes are those of the caller.
    #[cfg(not(unix))]
    Nothing(std::marker::PhantomData<&'a ()>),
}

/// What is read of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadScope {
    /// All that their format holds.
    Whole,
    /// All that a picture holds; the text one sees in it last, of which the rest is left where the head blocks.
    Picture,
    /// The text one sees in the picture they are.
    Pixels,
}

/// How reading apart ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadOutcome {
    /// All was said, gaps included.
    Read,
    /// The process died.
    Died(GapReason),
    /// It could not be started, or was stopped.
    Stopped(GapReason),
}

/// Hears what was found apart and passes it on, each at its place.
pub struct Listener<'l, 'b> {
    pub(in crate::extract) sink: &'l mut dyn Sink,
    pub(in crate::extract) at: &'l Location,
    pub(in crate::extract) budget: &'l Budget<'b>,
}

impl<'l, 'b> Listener<'l, 'b> {
    /// A listener that passes on to `sink` what was found in the item at a place.
    pub fn new(sink: &'l mut dyn Sink, at: &'l Location, budget: &'l Budget<'b>) -> Self {
        Listener { sink, at, budget }
    }

    /// The allowance shared with the process.
    pub fn budget(&self) -> &Budget<'b> {
        self.budget
    }

    /// Passes on a window of text.
    pub fn segment(&mut self, segment: Segment<'_>) {
        let location = self.place(segment.location.clone());
        self.sink.segment(Segment { location: &location, ..segment });
    }

    /// Passes on a gap.
    pub fn gap(&mut self, gap: Gap) {
        let location = self.place(gap.location);
        self.sink.gap(Gap { location, ..gap });
    }

    /// Nothing more in what is read could change its verdict.
    pub fn is_settled(&self) -> bool {
        self.sink.is_settled(self.at)
    }

    /// Passes on that the rest is not read, since nothing in it could change the verdict.
    pub fn rest(&mut self) {
        self.sink.rest(self.at);
    }

    /// Passes on that there is a picture.
    pub fn picture(&mut self, at: Location) {
        let at = self.place(at);
        self.sink.picture(&at);
    }

    /// Passes on what a member was taken for. The outermost one was identified before.
    pub fn identified(&mut self, at: Location, identified: &Identified) {
        if !at.steps.is_empty() {
            let at = self.place(at);
            self.sink.identified(&at, identified);
        }
    }

    fn place(&self, inner: Location) -> Location {
        Location { steps: self.at.steps.iter().cloned().chain(inner.steps).collect(), ..inner }
    }
}

impl<'a> ReadContent<'a> {
    /// The file an input is; the whole of any other input in memory. A member must fit into the budget, as for random
    /// access.
    pub(in crate::extract) fn of(input: Input<'a>, budget: &Budget<'_>) -> Result<Self, GapReason> {
        #[cfg(unix)]
        if let Some(file) = input.descriptor() {
            return Ok(ReadContent::File(file));
        }
        whole(input, budget).map(ReadContent::Bytes)
    }

    /// The same content once more.
    pub(in crate::extract) fn again(&self) -> Self {
        match self {
            ReadContent::Bytes(bytes) => ReadContent::Bytes(Arc::clone(bytes)),
            #[cfg(unix)]
            ReadContent::File(file) => ReadContent::File(*file),
            #[cfg(not(unix))]
            ReadContent::Nothing(nothing) => ReadContent::Nothing(*nothing),
        }
    }
}

/// The whole of an input in memory.
fn whole(input: Input<'_>, budget: &Budget<'_>) -> Result<Arc<Vec<u8>>, GapReason> {
    let mut bytes = Vec::new();
    let source = input.into_random(budget)?;
    source.take(MOST + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
    if bytes.len() as u64 > MOST {
        return Err(GapReason::Limit(Limit::HeldBytes));
    }
    Ok(Arc::new(bytes))
}
