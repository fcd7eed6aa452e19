//! RAR archives of every age, by the rars crate without encryption: encrypted members are gaps.
//! It decodes into writers, so members are held in memory one at a time, within the budget.

use std::cell::RefCell;
use std::io::{self, Cursor, Read, Write};
use std::rc::Rc;
use std::sync::Arc;

use rars::error::ErrorKind;
use rars::{
    Archive, ArchiveMember, ArchiveReadOptions, ArchiveReader, Error, ExtractionDecision, ExtractionErrorAction,
};

use super::rar_blocks;
use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::members::{Members, trailing};
use crate::extract::support::{names, strings};
use crate::model::{Format, GapReason, Limit, Part, PartKind};

/// Reads RAR archives.
pub(in crate::extract) struct Rar;

impl Extractor for Rar {
    fn formats(&self) -> &'static [Format] {
        &[Format::Rar]
    }

    fn reads_its_end(&self) -> bool {
        true
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let head = input.head().to_vec();
        let mut bytes = Vec::new();
        let room = cx.budget().holdable();
        let mut source = input.into_reader();
        source.by_ref().take(room + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        if bytes.len() as u64 > room {
            return Err(GapReason::Limit(Limit::HeldBytes));
        }
        let _held = cx.budget().hold(bytes.len() as u64)?;
        let most = cx.budget().holdable().min(cx.budget().limits.entry_bytes);
        let options = ArchiveReadOptions::new()
            .with_max_header_count(cx.budget().limits.entries)
            .with_max_header_bytes(16 << 20)
            .with_max_member_output_bytes(most)
            .with_rar50_dictionary_size_limit(most)
            .with_max_reader_workspace_bytes(most.saturating_mul(2));
        let bytes = SharedBytes(Arc::new(bytes));
        let archive = match ArchiveReader::read_reader_with_options(Cursor::new(bytes.clone()), options) {
            Ok(archive) => archive,
            Err(error) => {
                // The names of the first members are readable even where the structure is not.
                strings::scan(&head[..], Part::only(PartKind::Strings), head.len() as u64, cx)?;
                return Err(reason(&error));
            }
        };
        match archive.comment_with_options(options) {
            Ok(Some(comment)) => {
                cx.short(Part::labelled(PartKind::Property, "comment"), &names::decoded(&comment));
            }
            Ok(None) => {}
            Err(error) => cx.gap(Some(Part::labelled(PartKind::Property, "comment")), reason(&error)),
        }
        members(&archive, options, cx)?;
        rar_blocks::read(&archive, bytes.as_ref(), cx)?;
        if let Some(rest) = rar_blocks::end(&archive).and_then(|end| bytes.as_ref().get(end..)) {
            trailing(rest, cx)?;
        }
        if rar_blocks::is_volume(&archive) { Err(GapReason::Volume) } else { Ok(()) }
    }
}

/// The whole file, for the library and for what it leaves out.
#[derive(Clone)]
struct SharedBytes(Arc<Vec<u8>>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn members(archive: &Archive, options: ArchiveReadOptions<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let walk = RefCell::new(RarWalk { members: Members::default(), cx, open: None, seen: 0, stop: None });
    let outcome = archive.extract_with_control_and_errors(
        options,
        |member| Ok(walk.borrow_mut().decide(member)),
        |_, error| {
            walk.borrow_mut().failed(reason(error));
            Ok(ExtractionErrorAction::Continue)
        },
    );
    let mut walk = walk.into_inner();
    if let Err(error) = outcome {
        // Nothing behind it can be decoded: the members have their names, at least.
        let reason = reason(&error);
        walk.failed(reason);
        for member in archive.members().skip(walk.seen) {
            walk.members.unreadable(&name(&member), reason, walk.cx)?;
        }
    }
    walk.finish();
    walk.stop.map_or(Ok(()), Err)
}

/// A walk over the members: each is handed on when the next one begins.
struct RarWalk<'c, 'a> {
    members: Members,
    cx: &'c mut Context<'a>,
    open: Option<(Vec<u8>, Sink)>,
    seen: usize,
    stop: Option<GapReason>,
}

impl RarWalk<'_, '_> {
    fn decide(&mut self, member: &ArchiveMember) -> ExtractionDecision {
        self.finish();
        if self.stop.is_some() {
            return ExtractionDecision::Stop;
        }
        self.seen += 1;
        let name = name(member);
        let meta = &member.meta;
        let outcome = if meta.is_directory || meta.is_redirection {
            if let rars::ArchiveMemberDetail::Rar50Plus { redirection: Some(link), .. } = &member.detail {
                let target = names::decoded(&link.target_name);
                self.cx.short(Part::labelled(PartKind::Markup, "link"), &target);
            }
            self.members.name_only(&name, self.cx)
        } else if meta.is_encrypted {
            self.members.unreadable(&name, GapReason::Encrypted, self.cx)
        } else if meta.is_split_before || meta.is_split_after {
            // The rest is in another volume.
            self.members.unreadable(&name, GapReason::Volume, self.cx)
        } else {
            let sink = Sink::default();
            self.open = Some((name, sink.clone()));
            return ExtractionDecision::Extract(Box::new(sink));
        };
        self.stop = outcome.err();
        if self.stop.is_some() { ExtractionDecision::Stop } else { ExtractionDecision::Skip }
    }

    /// The member being read failed: what came of it is read, and the gap is told.
    fn failed(&mut self, reason: GapReason) {
        match self.open.take() {
            Some((name, sink)) if sink.0.borrow().is_empty() => {
                let outcome = self.members.unreadable(&name, reason, self.cx);
                self.stop = self.stop.or(outcome.err());
            }
            Some(open) => {
                let name = names::decoded(&open.0);
                self.open = Some(open);
                self.finish();
                self.cx.member_gap(&name, reason);
            }
            None => self.cx.gap(None, reason),
        }
    }

    fn finish(&mut self) {
        if let Some((name, sink)) = self.open.take() {
            let bytes = sink.0.take();
            let outcome = self.hand_on(&name, &bytes);
            self.stop = self.stop.or(outcome.err());
        }
    }

    fn hand_on(&mut self, name: &[u8], bytes: &[u8]) -> Result<(), GapReason> {
        let budget = self.cx.budget();
        budget.charge(bytes.len() as u64)?;
        let _held = budget.hold(bytes.len() as u64)?;
        self.members.stored(name, bytes, self.cx)
    }
}

#[derive(Clone, Default)]
struct Sink(Rc<RefCell<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The Unicode name where the archive has one, else the bytes as they are.
fn name(member: &ArchiveMember) -> Vec<u8> {
    member.decoded_name(None).map_or_else(|_| member.meta.name.clone(), |name| name.into_owned())
}

fn reason(error: &Error) -> GapReason {
    match error.kind() {
        ErrorKind::PasswordRequired | ErrorKind::BadPassword => GapReason::Encrypted,
        ErrorKind::ResourceLimit => GapReason::Limit(Limit::HeldBytes),
        ErrorKind::UnsupportedFormat | ErrorKind::UnsupportedFeature => match error.root_cause() {
            Error::FeatureDisabled { .. } | Error::UnsupportedEncryption { .. } => GapReason::Encrypted,
            _ => GapReason::Unsupported,
        },
        _ => GapReason::Damaged,
    }
}
