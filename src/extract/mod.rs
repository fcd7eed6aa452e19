//! From bytes to located text: one trait, one constant table of extractors and the one
//! recursive driver with its budget. A file a format. Nothing here matches, prints or logs.

mod appended;
mod archive;
mod binary;
mod budget;
mod cfb;
mod html;
mod image;
mod input;
mod json;
mod literals;
mod mail;
mod names;
mod package;
mod rtf;
mod rtf_compressed;
mod story;
mod strings;
mod text;
mod xml;
mod zip;

use std::cell::RefCell;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use crate::identify;
use crate::model::{Format, Gap, GapReason, Identified, Limit, Location, Part, PartKind, Segment, Unit};

pub use budget::{Budget, Held, reason_of};
pub use input::{HEAD, Input, Random, ReadSeek};
pub use story::{Story, WINDOW};

/// Bytes of a picture inside a document that are searched for readable text: its metadata.
const METADATA: u64 = 256 * 1024;

/// Reads one or several formats.
pub trait Extractor: Sync {
    /// The formats it reads.
    fn formats(&self) -> &'static [Format];

    /// It reads them, rather than searching them for strings and reporting a gap.
    fn reads(&self) -> bool {
        true
    }

    /// Hands all text, members and gaps of `input` to `cx`. An error is a gap for the whole
    /// of `input`; what was handed on before stays.
    fn extract(&self, input: Input<'_>, cx: &mut Cx<'_>) -> Result<(), GapReason>;
}

/// The extractors. A format in no row is a gap: unsupported.
const EXTRACTORS: &[&dyn Extractor] = &[
    &text::Text,
    &text::Table,
    &json::Json,
    &zip::Zip,
    &cfb::Compound,
    &html::Html,
    &rtf::Rtf,
    &mail::Mail,
    &mail::Mbox,
    &mail::Tnef,
    &mail::Smime,
    &xml::Xml,
    &archive::Compressed,
    &archive::Tar,
    &archive::Ar,
    &archive::Cpio,
    &archive::SevenZip,
    &archive::Rar,
    &archive::Cab,
    &archive::Iso,
    &image::Picture,
    &binary::Binary,
];

/// The extractor for a format.
pub fn extractor_for(format: Format) -> Option<&'static dyn Extractor> {
    EXTRACTORS.iter().copied().find(|extractor| extractor.formats().contains(&format))
}

/// The format is read, rather than only searched for strings and reported as a gap.
pub fn is_read(format: Format) -> bool {
    extractor_for(format).is_some_and(Extractor::reads)
}

/// Takes what extraction finds.
pub trait Sink {
    /// A window of text.
    fn segment(&mut self, segment: Segment<'_>);
    /// A place that could not be inspected.
    fn gap(&mut self, gap: Gap);
    /// A picture inside a document, whose text is not read yet: told, though it is no gap.
    fn picture(&mut self, at: &Location) {
        let _ = at;
    }
    /// What an item or a member was taken for.
    fn identified(&mut self, at: &Location, identified: &Identified);
}

/// What an extractor works with: where it is, what it may use, whom it tells.
pub struct Cx<'a> {
    sink: &'a mut dyn Sink,
    budget: &'a Budget<'a>,
    at: Location,
    depth: u32,
    source_code: bool,
    name: String,
}

impl<'a> Cx<'a> {
    /// The context of a whole item.
    pub fn new(sink: &'a mut dyn Sink, budget: &'a Budget<'a>) -> Self {
        Cx { sink, budget, at: Location::item(), depth: 0, source_code: false, name: String::new() }
    }

    /// The allowance left.
    pub fn budget(&self) -> &'a Budget<'a> {
        self.budget
    }

    /// The container steps down to here.
    pub fn at(&self) -> &Location {
        &self.at
    }

    /// The name of what is being read, if it has one.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text here is program source.
    pub fn source_code(&self) -> bool {
        self.source_code
    }

    /// Does something with text that is program source, whatever the file is.
    pub fn as_source(&mut self, work: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.source_code, true);
        work(self);
        self.source_code = before;
    }

    /// Hands on a window of text.
    pub fn segment(&mut self, segment: Segment<'_>) {
        self.sink.segment(segment);
    }

    /// Hands on a short text that is a part of its own: a property, a name, an attribute.
    pub fn short(&mut self, part: Part, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let mut story = Story::new(part, Unit::None);
        story.push(text, self);
        story.finish(self);
    }

    /// Tells of a picture inside a document whose text is not read.
    pub fn picture(&mut self, name: &str) {
        let at = self.at.step(name);
        self.sink.picture(&at);
    }

    /// Reports a gap for a part of what is being read.
    pub fn gap(&mut self, part: Option<Part>, reason: GapReason) {
        let mut location = self.at.clone();
        location.part = part;
        self.sink.gap(Gap::new(location, reason));
    }

    /// Reads a member: its name is scanned, its format identified, its content extracted.
    /// A failure is a gap at the member, and reading goes on behind it.
    pub fn member(&mut self, name: &str, input: Input<'_>) {
        let mut inner = self.inside(name);
        inner.short(Part::only(PartKind::EntryName), name);
        inner.open_nested(name, input);
    }

    /// Reads a part of a package that is a file of its own; the package scanned its name.
    pub fn embedded(&mut self, name: &str, input: Input<'_>) {
        self.inside(name).open_nested(name, input);
    }

    /// Reads a file inside a document: a picture is told of and its metadata searched, anything
    /// else is opened.
    pub fn contained(&mut self, name: &str, input: Input<'_>) -> Result<(), GapReason> {
        if identify::identify(input.head(), Some(name)).format != Format::Image {
            self.embedded(name, input);
            return Ok(());
        }
        self.picture(name);
        let (mut input, _held) = input.settled(self.budget);
        let mut inner = self.inside(name);
        inner.appended(&mut input, Format::Image);
        match image::metadata(&mut input, &mut inner) {
            Ok(true) => return Ok(()),
            // What it is cannot be told, or its end is missing.
            Ok(false) | Err(GapReason::Damaged) => {}
            Err(reason) => return Err(reason),
        }
        strings::scan(input.into_reader().take(METADATA), Part::labelled(PartKind::Strings, name), METADATA, self)
    }

    /// Reports a member that cannot be read at all; its name is scanned all the same.
    pub fn unreadable_member(&mut self, name: &str, reason: GapReason) {
        let mut inner = self.inside(name);
        inner.short(Part::only(PartKind::EntryName), name);
        inner.gap(None, reason);
    }

    /// Reports that a member that was handed on is not all there.
    pub fn member_gap(&mut self, name: &str, reason: GapReason) {
        self.inside(name).gap(None, reason);
    }

    fn inside(&mut self, name: &str) -> Cx<'_> {
        let at = self.at.step(name);
        let depth = self.depth + 1;
        Cx { sink: &mut *self.sink, budget: self.budget, at, depth, source_code: false, name: name.to_string() }
    }

    fn open_nested(&mut self, name: &str, input: Input<'_>) {
        if self.depth > self.budget.limits.nesting {
            self.gap(None, GapReason::Limit(Limit::Nesting));
            return;
        }
        self.open(name, input);
    }

    /// Identifies `input`, runs its extractor, and reads the archive that may follow its content.
    pub fn open(&mut self, name: &str, input: Input<'_>) {
        let identified = identify::identify(input.head(), Some(name));
        self.name = name.to_string();
        self.source_code = identify::is_source_code(identified.extension.as_deref());
        self.sink.identified(&self.at, &identified);
        if let Err(reason) = self.budget.check() {
            self.gap(None, reason);
            return;
        }
        let format = identified.format;
        if appended::reads_its_end(format) {
            return self.run(format, input);
        }
        let (mut input, _held) = input.settled(self.budget);
        let (input, last) = if self.appended(&mut input, format) { (input, None) } else { with_end(input) };
        self.run(format, input);
        if last.is_some_and(|last| appended::ends_as_zip(&last.borrow())) {
            self.gap(None, GapReason::Limit(Limit::HeldBytes));
        }
    }

    /// Reads the archive that follows the content of a file; false for a stream, of which nobody
    /// knows yet how it ends.
    fn appended(&mut self, input: &mut Input<'_>, format: Format) -> bool {
        let Some(source) = input.source() else { return false };
        let found = match appended::find(source, format) {
            Ok(Some(found)) => Input::from(source, found.start).map(|inner| (found.format, inner)),
            Ok(None) => return true,
            Err(e) => Err(e),
        };
        match found {
            Ok((format, archive)) => self.inside("appended-archive").run(format, archive),
            Err(e) => self.gap(None, reason_of(&e)),
        }
        true
    }

    /// Runs the extractor of a format. A panic there is a gap: damaged.
    fn run(&mut self, format: Format, input: Input<'_>) {
        let Some(extractor) = extractor_for(format) else {
            self.sink.gap(Gap::unread(self.at.clone(), format));
            return;
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| extractor.extract(input, self)));
        match outcome {
            Ok(Ok(())) => {}
            // Only a format that is not read at all can be accepted, never a part of one that is.
            Ok(Err(GapReason::Unsupported)) if !extractor.reads() => {
                self.sink.gap(Gap::unread(self.at.clone(), format));
            }
            Ok(Err(reason)) => self.gap(None, reason),
            Err(_) => self.gap(None, GapReason::Damaged),
        }
    }
}

/// An input whose last bytes are kept, to be looked at when it was read.
fn with_end(input: Input<'_>) -> (Input<'_>, Option<Rc<RefCell<Vec<u8>>>>) {
    let (input, last) = input.watched(appended::TAIL);
    (input, Some(last))
}
