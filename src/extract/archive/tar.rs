//! Tar archives of all kinds, by the tar crate: members, long names, extended headers, sparse
//! files; links and folders have names only. What follows the end is looked at too.

use std::io::{self, Read};

use super::{Members, trailing};
use crate::extract::{Cx, Extractor, Input, names, reason_of};
use crate::model::{Format, GapReason, Part, PartKind};

/// Reads tar archives.
pub(in crate::extract) struct Tar;

impl Extractor for Tar {
    fn formats(&self) -> &'static [Format] {
        &[Format::Tar]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Cx<'_>) -> Result<(), GapReason> {
        let mut source = input.into_reader();
        let mut archive = ::tar::Archive::new(&mut source);
        // An archive appended to another goes on behind the zeros that end the first.
        archive.set_ignore_zeros(true);
        let mut members = Members::default();
        let mut outcome = Ok(());
        for entry in archive.entries().map_err(|e| reason_of(&e))? {
            match entry {
                Ok(entry) => member(entry, &mut members, cx)?,
                Err(e) => {
                    outcome = Err(damaged_or(&e));
                    break;
                }
            }
        }
        // Behind what could not be read as a header stands something else, or the rest of a
        // damaged archive.
        let rest = trailing(archive.into_inner(), cx);
        outcome.and(rest)
    }
}

fn member<R: Read>(mut entry: ::tar::Entry<'_, R>, members: &mut Members, cx: &mut Cx<'_>) -> Result<(), GapReason> {
    let name = entry.path_bytes().into_owned();
    let header = entry.header();
    for owner in [header.username_bytes(), header.groupname_bytes()].into_iter().flatten() {
        cx.short(Part::labelled(PartKind::Property, "owner"), &names::decoded(owner));
    }
    let kind = header.entry_type();
    if let Ok(Some(extensions)) = entry.pax_extensions() {
        let records: Vec<(String, String)> = extensions
            .filter_map(Result::ok)
            .map(|record| (names::decoded(record.key_bytes()), names::decoded(record.value_bytes())))
            .filter(|(key, _)| !matches!(key.as_str(), "path" | "linkpath" | "size" | "mtime" | "atime" | "ctime"))
            .collect();
        for (key, value) in records {
            cx.short(Part::labelled(PartKind::Property, &key), &value);
        }
    }
    if let Some(target) = entry.link_name_bytes() {
        cx.short(Part::labelled(PartKind::Markup, "link"), &names::decoded(&target));
    }
    match kind {
        ::tar::EntryType::GNUSparse => members.inflated(&name, entry, cx),
        // The records of a header for all members are text themselves.
        ::tar::EntryType::XGlobalHeader => members.stored(b"global-header", entry, cx),
        _ if entry.size() == 0 => members.name_only(&name, cx),
        _ => members.stored(&name, entry, cx),
    }
}

fn damaged_or(error: &io::Error) -> GapReason {
    match reason_of(error) {
        GapReason::Io => GapReason::Damaged,
        reason => reason,
    }
}
