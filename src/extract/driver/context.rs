//! Where reading stands: the place, the allowance, whom it tells; and the one recursion by which
//! what lies inside is identified and read. It knows no format: their table is handed in.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use super::appended;
use super::budget::{Budget, reason_of};
use super::extractor::{Extractor, Formats, Sink};
use super::fingerprint::{Fingerprint, Glance};
use super::input::Input;
use super::isolation::{IsolatedRead, Isolation, Listener, ReadContent, ReadOutcome};
use super::text_stream::TextStream;
use crate::identify;
use crate::model::{Format, Gap, GapReason, Limit, Location, Part, PartKind, ReaderFault, Segment, Unit};

/// What an extractor works with: where it is, what it may use, whom it tells.
pub struct Context<'a> {
    pub(in crate::extract) sink: &'a mut dyn Sink,
    pub(in crate::extract) budget: &'a Budget<'a>,
    pub(in crate::extract) at: Location,
    depth: u32,
    source_code: bool,
    name: String,
    pub(in crate::extract) isolation: Isolation<'a>,
    second_reading: bool,
    formats: &'a dyn Formats,
}

impl<'a> Context<'a> {
    /// The context of a whole item.
    pub fn new(formats: &'a dyn Formats, sink: &'a mut dyn Sink, budget: &'a Budget<'a>) -> Self {
        let (at, isolation) = (Location::item(), Isolation::Nowhere);
        let name = String::new();
        Context { sink, budget, at, depth: 0, source_code: false, name, isolation, second_reading: false, formats }
    }

    /// The same context; formats that need a process apart are read there.
    pub fn with_isolation(self, isolation: Isolation<'a>) -> Self {
        Context { isolation, ..self }
    }

    /// The same context, for reading once more what could not be read to its end.
    pub fn again(self) -> Self {
        Context { second_reading: true, ..self }
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
        let mut story = TextStream::new(part, Unit::None);
        story.push(text, self);
        story.finish(self);
    }

    /// Tells of a picture inside a document whose text is not read.
    pub fn picture(&mut self, name: &str) {
        let at = self.at.step(name);
        self.sink.picture(&at);
    }

    /// Reads a part of a container that is a document without being a file of its own. A
    /// failure is a gap there, and reading goes on behind it.
    pub(in crate::extract) fn within(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Context<'_>) -> Result<(), GapReason>,
    ) {
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

    /// Reads a file inside a document the way its format is read there: of a picture the text one
    /// sees in it and its metadata; anything else is opened.
    ///
    /// # Errors
    /// What kept it from being read to its end.
    pub fn contained(&mut self, name: &str, input: Input<'_>) -> Result<(), GapReason> {
        let format = identify::identify(input.head(), Some(name)).format;
        match self.formats.extractor(format) {
            Some(extractor) => extractor.extract_contained(name, input, self),
            None => {
                self.embedded(name, input);
                Ok(())
            }
        }
    }

    /// Reads more of what is being read in the way of another format: the body of a message as HTML.
    ///
    /// # Errors
    /// What kept it from being read to its end.
    pub fn read_as(&mut self, format: Format, input: Input<'_>) -> Result<(), GapReason> {
        let trouble = input.trouble();
        let extractor = self.formats.extractor(format).ok_or(GapReason::Unsupported)?;
        trouble.or(self.extract(extractor, input))
    }

    /// The extractor runs in a process apart.
    fn is_apart(&self, extractor: &dyn Extractor) -> bool {
        match self.isolation {
            Isolation::Inside(_) => false,
            Isolation::Nowhere => extractor.is_isolated(),
            Isolation::Apart(reader) => extractor.is_isolated() || reader.takes_all() && !extractor.is_plain(),
        }
    }

    /// Runs an extractor, here or in a process apart.
    fn extract(&mut self, extractor: &dyn Extractor, input: Input<'_>) -> Result<(), GapReason> {
        if self.is_apart(extractor) {
            let name = self.name.clone();
            return self.apart(&name, extractor, input);
        }
        extractor.extract(input, self)
    }

    /// Something that looks like this was seen before, so that it is worth a fingerprint.
    pub(in crate::extract) fn has_glimpsed(&mut self, glance: Glance) -> bool {
        self.sink.has_glimpsed(glance)
    }

    /// Reads something that may lie in many documents, unless it was read to its end before and there was
    /// nothing in it.
    pub(in crate::extract) fn unless_quiet(
        &mut self,
        print: Option<Fingerprint>,
        read: impl FnOnce(&mut Self) -> Result<(), GapReason>,
    ) -> Result<(), GapReason> {
        let Some(print) = print else { return read(self) };
        // What is not unpacked again costs the allowance all the same: the order of files changes nothing.
        if self.sink.is_quiet(&print) && self.budget.charge(print.bytes).is_ok() {
            return Ok(());
        }
        let (heard, charged) = (self.sink.findings_so_far(), self.budget.charged());
        read(self)?;
        let cost = self.budget.charged() - charged;
        if heard.is_some() && self.sink.findings_so_far() == heard && cost == print.bytes && self.budget.check().is_ok()
        {
            self.sink.clean(print);
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

    pub(in crate::extract) fn inside(&mut self, name: &str) -> Context<'_> {
        let at = self.at.step(name);
        Context {
            sink: &mut *self.sink,
            budget: self.budget,
            at,
            depth: self.depth + 1,
            source_code: false,
            name: name.to_string(),
            isolation: self.isolation,
            second_reading: false,
            formats: self.formats,
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
        // Source is text: a drawing or a mind map may bear any name.
        self.source_code = matches!(identified.format, Format::Text | Format::Json | Format::Csv | Format::Html)
            && identify::is_source_code(identified.extension.as_deref());
        self.sink.identified(&self.at, &identified);
        if let Err(reason) = self.budget.check() {
            self.gap(None, reason);
            return;
        }
        let format = identified.format;
        // The process apart looks at the end too; when it reads a second time, that was done.
        let is_given = self.formats.extractor(format).is_some_and(|extractor| self.is_apart(extractor));
        if is_given || self.second_reading || self.formats.extractor(format).is_some_and(Extractor::reads_its_end) {
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
    pub(in crate::extract) fn appended(&mut self, input: &mut Input<'_>, format: Format) -> bool {
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
        let Some(extractor) = self.formats.extractor(format) else {
            self.sink.gap(Gap::unread(self.at.clone(), format));
            return;
        };
        if self.is_apart(extractor) {
            if let Err(reason) = trouble.or(self.extract(extractor, input)) {
                self.gap(None, reason);
            }
            return;
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| trouble.or(self.extract(extractor, input))));
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
            return Err(GapReason::NoReader(ReaderFault::Unset));
        };
        let content = ReadContent::of(input, self.budget)?;
        let nesting = self.budget.limits.nesting.saturating_sub(self.depth);
        for second in [false, true] {
            let errand = IsolatedRead { name, content: content.again(), nesting, second, aim: extractor.aim() };
            let mut listener = Listener { sink: &mut *self.sink, at: &self.at, budget: self.budget };
            match reader.read(&errand, &mut listener) {
                ReadOutcome::Read => break,
                ReadOutcome::Died(reason) if second || !extractor.reads_twice() => return Err(reason),
                ReadOutcome::Died(reason) => self.gap(None, reason),
                ReadOutcome::Stopped(reason) => return Err(reason),
            }
        }
        Ok(())
    }
}

/// It says of a whole file that nothing reads it.
fn is_unread(reason: GapReason) -> bool {
    let unread = [GapReason::Unsupported, GapReason::Picture, GapReason::PictureFormat];
    unread.contains(&reason)
        || matches!(reason, GapReason::PictureModel(_) | GapReason::NoReader(_) | GapReason::Feature(_))
}

/// An input whose last bytes are kept, to be looked at when it was read.
fn with_end(input: Input<'_>) -> (Input<'_>, Option<Rc<RefCell<Vec<u8>>>>) {
    let (input, last) = input.watched(appended::TAIL);
    (input, Some(last))
}
