//! From bytes to located text: one trait, one constant table of extractors and the one
//! recursive driver with its budget. A file a format. Nothing here matches, prints or logs.

mod appended;
mod archive;
mod binary;
mod budget;
mod compound;
mod fingerprint;
mod html;
mod image;
mod input;
mod isolation;
mod json;
mod literals;
mod mail;
mod names;
mod package;
mod pdf;
mod property;
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
pub use fingerprint::Fingerprint;
pub use input::{HEAD, Input, Random, ReadSeek};
pub use isolation::{Aim, Apart, Ended, Errand, Isolation, Listener};
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

    /// Its parsers are trusted neither with memory nor with time: they run in a process apart.
    fn is_isolated(&self) -> bool {
        false
    }

    /// It can read in a second, plainer way what killed the first reading ([`Cx::is_second_reading`]).
    fn reads_twice(&self) -> bool {
        false
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
    &compound::Compound,
    &html::Html,
    &rtf::Rtf,
    &mail::Mail,
    &mail::Mbox,
    &mail::Tnef,
    &mail::Smime,
    &xml::Xml,
    &pdf::Pdf,
    &archive::Compressed,
    &archive::Tar,
    &archive::Ar,
    &archive::Cpio,
    &archive::SevenZip,
    &archive::Rar,
    &archive::Cab,
    &archive::Iso,
    &image::Picture,
    &image::Recording,
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
    /// The rest of a picture, which is not read since the verdict is settled.
    fn rest(&mut self, at: &Location) {
        let _ = at;
    }
    /// What an item or a member was taken for.
    fn identified(&mut self, at: &Location, identified: &Identified);
    /// Nothing more that could be read at this place would change its verdict.
    fn is_settled(&self, at: &Location) -> bool {
        let _ = at;
        false
    }
    /// How often something was heard so far that a verdict may rest on; `None` if nobody counts.
    fn heard(&self) -> Option<u64> {
        None
    }
    /// The like of this was read to its end before, and there was nothing in it.
    fn is_quiet(&self, print: &Fingerprint) -> bool {
        let _ = print;
        false
    }
    /// This was read to its end, and there was nothing in it.
    fn quiet(&mut self, print: Fingerprint) {
        let _ = print;
    }
}

/// What an extractor works with: where it is, what it may use, whom it tells.
pub struct Cx<'a> {
    sink: &'a mut dyn Sink,
    budget: &'a Budget<'a>,
    at: Location,
    depth: u32,
    source_code: bool,
    name: String,
    isolation: Isolation<'a>,
    second_reading: bool,
}

impl<'a> Cx<'a> {
    /// The context of a whole item.
    pub fn new(sink: &'a mut dyn Sink, budget: &'a Budget<'a>) -> Self {
        let (at, isolation) = (Location::item(), Isolation::Nowhere);
        let name = String::new();
        Cx { sink, budget, at, depth: 0, source_code: false, name, isolation, second_reading: false }
    }

    /// The same context; formats that need a process apart are read there.
    pub fn with_isolation(self, isolation: Isolation<'a>) -> Self {
        Cx { isolation, ..self }
    }

    /// The same context, for reading once more what could not be read to its end.
    pub fn again(self) -> Self {
        Cx { second_reading: true, ..self }
    }

    /// The usual way of reading has failed before.
    pub fn is_second_reading(&self) -> bool {
        self.second_reading
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

    /// Reads the text one sees in a picture, in this process; a failure is a gap.
    pub fn see(&mut self, bytes: &[u8]) {
        // A panic in a decoder is one more way for a file to be damaged.
        let outcome = catch_unwind(AssertUnwindSafe(|| image::see(bytes, None, self)));
        if let Err(reason) = outcome.unwrap_or(Err(GapReason::Damaged)) {
            self.gap(None, reason);
        }
    }

    /// Tells of a picture inside a document whose text is not read.
    pub fn picture(&mut self, name: &str) {
        let at = self.at.step(name);
        self.sink.picture(&at);
    }

    /// Reads a part of a container that is a document without being a file of its own. A
    /// failure is a gap there, and reading goes on behind it.
    fn within(&mut self, name: &str, read: impl FnOnce(&mut Cx<'_>) -> Result<(), GapReason>) {
        let mut inner = self.inside(name);
        let outcome = match inner.depth > inner.budget.limits.nesting {
            true => Err(GapReason::Limit(Limit::Nesting)),
            false => read(&mut inner),
        };
        if let Err(reason) = outcome {
            inner.gap(None, reason);
        }
    }

    /// Tells of a picture on a page whose text is not read.
    pub fn picture_on(&mut self, part: Part) {
        let at = self.at.with_part(part);
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

    /// Reads a file inside a document: the text one sees in a picture and its metadata; anything
    /// else is opened. A picture that is not read is a gap when it can show a page, and else told
    /// of: every letter has an emblem.
    pub fn contained(&mut self, name: &str, input: Input<'_>) -> Result<(), GapReason> {
        if identify::identify(input.head(), Some(name)).format != Format::Image {
            self.embedded(name, input);
            return Ok(());
        }
        let trouble = input.trouble();
        let (input, _held) = input.settled(self.budget);
        trouble.or(self.pictured(name, input))
    }

    fn pictured(&mut self, name: &str, mut input: Input<'_>) -> Result<(), GapReason> {
        let mut inner = self.inside(name);
        inner.appended(&mut input, Format::Image);
        if image::is_metafile(input.head()) {
            match image::drawn(&mut input, &mut inner) {
                Ok(true) => {}
                // Lines and areas only: a curve, an emblem.
                Ok(false) => inner.sink.picture(&inner.at),
                Err(reason) => inner.gap(None, reason),
            }
            return Ok(());
        }
        match image::pixels(&mut input, &mut inner) {
            Ok(()) => {}
            Err(reason @ (GapReason::Limit(_) | GapReason::Timeout | GapReason::Damaged)) => inner.gap(None, reason),
            Err(reason) if image::is_page(&mut input) => inner.gap(None, reason),
            Err(_) => inner.sink.picture(&inner.at),
        }
        match image::metadata(&mut input, &mut inner) {
            Ok(true) => return Ok(()),
            // What it is cannot be told, or its end is missing.
            Ok(false) | Err(GapReason::Damaged) => {}
            Err(reason) => return Err(reason),
        }
        strings::scan(input.into_reader().take(METADATA), Part::labelled(PartKind::Strings, name), METADATA, self)
    }

    /// Reads something that may lie in many documents, unless it was read to its end before and there was
    /// nothing in it.
    fn unless_quiet(
        &mut self,
        print: Option<Fingerprint>,
        read: impl FnOnce(&mut Self) -> Result<(), GapReason>,
    ) -> Result<(), GapReason> {
        let Some(print) = print else { return read(self) };
        // What is not unpacked again costs the allowance all the same: the order of files changes nothing.
        if self.sink.is_quiet(&print) && self.budget.charge(print.bytes).is_ok() {
            return Ok(());
        }
        let (heard, charged) = (self.sink.heard(), self.budget.charged());
        read(self)?;
        let cost = self.budget.charged() - charged;
        if heard.is_some() && self.sink.heard() == heard && cost == print.bytes && self.budget.check().is_ok() {
            self.sink.quiet(print);
        }
        Ok(())
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
        Cx {
            sink: &mut *self.sink,
            budget: self.budget,
            at,
            depth: self.depth + 1,
            source_code: false,
            name: name.to_string(),
            isolation: self.isolation,
            second_reading: false,
        }
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
        // What a process apart was given, the one that gave it looks at the end of.
        let given = matches!(self.isolation, Isolation::Inside(_)) && self.depth == 0;
        if given || appended::reads_its_end(format) {
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
        let trouble = input.trouble();
        let Some(extractor) = extractor_for(format) else {
            self.sink.gap(Gap::unread(self.at.clone(), format));
            return;
        };
        if extractor.is_isolated() && !matches!(self.isolation, Isolation::Inside(_)) {
            let name = self.name.clone();
            let outcome = self.apart(&name, extractor, input);
            if let Err(reason) = trouble.or(outcome) {
                self.gap(None, reason);
            }
            return;
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| trouble.or(extractor.extract(input, self))));
        match outcome {
            Ok(Ok(())) => {}
            // Only a format that is not read at all can be accepted, never a part of one that is.
            Ok(Err(reason)) if format == Format::Image || reason == GapReason::Unsupported && !extractor.reads() => {
                self.sink.gap(Gap { format: is_unread(reason).then_some(format), ..Gap::new(self.at.clone(), reason) });
            }
            Ok(Err(reason)) => self.gap(None, reason),
            Err(_) => self.gap(None, GapReason::Damaged),
        }
    }
    /// Has `input` read in a process apart; once more in the plainer way when that process died.
    fn apart(&mut self, name: &str, extractor: &dyn Extractor, input: Input<'_>) -> Result<(), GapReason> {
        let Isolation::Apart(reader) = self.isolation else {
            return Err(GapReason::NoReader);
        };
        let bytes = isolation::whole(input, self.budget)?;
        let nesting = self.budget.limits.nesting.saturating_sub(self.depth);
        for second in [false, true] {
            let errand = Errand { name, bytes: &bytes, nesting, second, aim: Aim::Whole };
            let mut listener = Listener { sink: &mut *self.sink, at: &self.at, budget: self.budget };
            match reader.read(&errand, &mut listener) {
                Ended::Read => break,
                Ended::Died(reason) if second || !extractor.reads_twice() => return Err(reason),
                Ended::Died(reason) => self.gap(None, reason),
                Ended::Stopped(reason) => return Err(reason),
            }
        }
        Ok(())
    }
}

/// It says of a whole file that nothing reads it.
fn is_unread(reason: GapReason) -> bool {
    let unread = [GapReason::Unsupported, GapReason::Picture, GapReason::PictureFormat, GapReason::NoReader];
    unread.contains(&reason) || matches!(reason, GapReason::PictureModel(_))
}

/// An input whose last bytes are kept, to be looked at when it was read.
fn with_end(input: Input<'_>) -> (Input<'_>, Option<Rc<RefCell<Vec<u8>>>>) {
    let (input, last) = input.watched(appended::TAIL);
    (input, Some(last))
}
