//! Zip files: archives, whose members are items of their own, and packages of parts that make
//! one document. Which it is, the member names decide.

mod central;
mod local;
mod members;
mod method;
mod package;

use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::members::trailing;
use crate::extract::support::{names, strings};
use crate::model::{Format, GapReason, Part, PartKind};

use members::Members;

/// Bytes between members that are searched for readable text.
const BETWEEN: u64 = 16 << 20;

/// Reads zip files.
pub(super) struct Zip;

impl Extractor for Zip {
    fn formats(&self) -> &'static [Format] {
        &[Format::Docx, Format::Xlsx, Format::Pptx, Format::Opc, Format::Odf, Format::Ofd, Format::Zip]
    }

    fn reads_its_end(&self) -> bool {
        true
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut source = input.into_random(cx.budget())?;
        let mut members = Members::list(&mut source, cx)?;
        let package = package::is_package(members.names());
        let mut parts = package::Package::default();
        let mut order: Vec<usize> = (0..members.count()).collect();
        if package {
            order.sort_by_cached_key(|index| package::rank(&names::decoded(members.raw_name(*index))));
        }
        for index in order {
            if cx.budget().check().is_err() {
                break;
            }
            let name = names::decoded(members.raw_name(index));
            names::other_readings(members.raw_name(index), PartKind::EntryName, cx);
            if package {
                cx.short(Part::only(PartKind::EntryName), &name);
            }
            let shared = package && parts.is_shared(&name);
            let is_known = shared && members.glance(index).is_some_and(|glance| cx.has_glimpsed(glance));
            let fingerprint = is_known.then(|| members.fingerprint(index)).flatten();
            // What is wrong with a member is told there.
            let _ = cx.unless_quiet(fingerprint, |cx| {
                members.open(index, cx, |outcome, cx| match outcome {
                    Ok(reader) if package => parts.read(&name, reader, cx),
                    Ok(reader) => match Input::stream(reader) {
                        Ok(input) => cx.member(&name, input),
                        Err(e) => cx.unreadable_member(&name, reason_of(&e)),
                    },
                    Err(reason) => cx.unreadable_member(&name, reason),
                });
                Ok(())
            });
        }
        parts.finish(cx);
        cx.budget().check()?;
        for name in members.further_names() {
            cx.short(Part::only(PartKind::EntryName), name);
        }
        for comment in members.comments() {
            cx.short(Part::labelled(PartKind::Property, "zip comment"), comment);
        }
        members.between(|bytes| strings::scan(bytes, Part::only(PartKind::Strings), BETWEEN, cx))?;
        trailing(members.behind()?, cx)?;
        members.outcome()
    }
}
