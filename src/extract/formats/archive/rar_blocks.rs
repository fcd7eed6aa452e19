//! What a RAR archive holds beside its members and its own comment: comments and streams of
//! single files, blocks of no known kind, the end record and the word that volumes follow.

use rars::{Archive, rar15_40, rar50};

use crate::extract::driver::Context;
use crate::extract::support::members::Members;
use crate::extract::support::{names, strings};
use crate::model::{GapReason, Part, PartKind};

/// Services that hold numbers or copies: quick open, recovery, rights, owners.
const MACHINE: [&[u8]; 5] = [b"QO", b"RR", b"ACL", b"UOW", b"AV"];

/// The archive is one of several volumes.
pub(super) fn is_volume(archive: &Archive) -> bool {
    match archive {
        Archive::Rar13(archive) => archive.main.is_volume(),
        Archive::Rar15To40(archive) => archive.main.is_volume(),
        Archive::Rar50Plus(archive) => archive.main.is_volume(),
        _ => false,
    }
}

/// Where the archive ends by its own word, if it says so.
pub(super) fn end(archive: &Archive) -> Option<usize> {
    match archive {
        Archive::Rar13(archive) => archive.entries.last().map(|entry| entry.packed_range.end),
        Archive::Rar15To40(archive) => archive.blocks.iter().find_map(|block| match block {
            rar15_40::Block::End(end) => Some(range(archive.sfx_offset, end).1),
            _ => None,
        }),
        Archive::Rar50Plus(archive) => archive.blocks.iter().find_map(|block| match block {
            rar50::Block::End(end) => Some(end.block.data_range.end),
            _ => None,
        }),
        _ => None,
    }
}

/// Begin and end of a block with its data.
fn range(start: usize, block: &rar15_40::BlockHeader) -> (usize, usize) {
    let data = usize::try_from(block.add_size.unwrap_or(0)).unwrap_or(usize::MAX);
    let begin = start.saturating_add(block.offset);
    (begin, begin.saturating_add(usize::from(block.head_size)).saturating_add(data))
}

/// Hands on what stands beside the members. `bytes` is the whole file.
pub(super) fn read(archive: &Archive, bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut aside = ServiceBlock { members: Members::default(), cx };
    match archive {
        Archive::Rar13(archive) => {
            for entry in archive.entries.iter().filter(|entry| entry.has_file_comment()) {
                aside.comment(entry.file_comment().map_err(|_| GapReason::Damaged))?;
                aside.search(&entry.extra)?;
            }
        }
        Archive::Rar15To40(archive) => {
            // The archive's own comment is the first of either kind, and read already.
            let mut own = true;
            for block in &archive.blocks {
                match block {
                    rar15_40::Block::File(file) => {
                        aside.comment(file.file_comment().map_err(|_| GapReason::Damaged))?;
                    }
                    rar15_40::Block::Comment(_) if own => own = false,
                    rar15_40::Block::Comment(_) => aside.comment(Err(GapReason::Unsupported))?,
                    rar15_40::Block::NewSub(sub) => {
                        let data = || sub.file.packed_data(archive).map_err(|_| GapReason::Damaged);
                        let closed = sub.file.is_encrypted();
                        let name = &sub.file.name;
                        if name == b"CMT" && std::mem::take(&mut own) || MACHINE.contains(&&name[..]) {
                            continue;
                        }
                        aside.service(name, closed, sub.file.is_stored(), data)?;
                    }
                    rar15_40::Block::Unknown(block) => {
                        let (begin, end) = range(archive.sfx_offset, block);
                        aside.search(bytes.get(begin..end.min(bytes.len())).unwrap_or_default())?;
                    }
                    _ => {}
                }
            }
        }
        Archive::Rar50Plus(archive) => {
            // The archive's own comment stands before all files.
            let mut own = true;
            for block in &archive.blocks {
                match block {
                    rar50::Block::File(_) => own = false,
                    rar50::Block::Service(service) => {
                        if service.name == b"CMT" && std::mem::take(&mut own) || MACHINE.contains(&&service.name[..]) {
                            continue;
                        }
                        let data = || service.packed_data(archive).map_err(|_| GapReason::Damaged);
                        aside.search(service.service_data.as_deref().unwrap_or_default())?;
                        aside.service(&service.name, service.encrypted, service.is_stored(), data)?;
                    }
                    rar50::Block::Unknown(block) => {
                        aside.search(bytes.get(block.data_range.clone()).unwrap_or_default())?;
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
    Ok(())
}

struct ServiceBlock<'c, 'a> {
    members: Members,
    cx: &'c mut Context<'a>,
}

impl ServiceBlock<'_, '_> {
    fn search(&mut self, raw: &[u8]) -> Result<(), GapReason> {
        strings::scan(raw, Part::only(PartKind::Strings), raw.len() as u64, self.cx)
    }

    fn comment(&mut self, comment: Result<Option<Vec<u8>>, GapReason>) -> Result<(), GapReason> {
        let part = Part::labelled(PartKind::Property, "comment");
        match comment {
            Ok(Some(comment)) => {
                names::other_readings(&comment, PartKind::Property, self.cx);
                self.cx.short(part, &names::decoded(&comment));
            }
            Ok(None) => {}
            Err(reason) => self.cx.gap(Some(part), reason),
        }
        self.cx.budget().check()
    }

    /// A comment or a stream of the file before it. The library does not decompress those.
    fn service(
        &mut self,
        name: &[u8],
        encrypted: bool,
        stored: bool,
        data: impl FnOnce() -> Result<Vec<u8>, GapReason>,
    ) -> Result<(), GapReason> {
        let data = match (encrypted, stored) {
            (true, _) => Err(GapReason::Encrypted),
            (_, false) => Err(GapReason::Unsupported),
            _ => data(),
        };
        match data {
            data if name == b"CMT" => self.comment(data.map(Some)),
            Ok(data) => self.members.stored(name, &data[..], self.cx),
            Err(reason) => self.members.unreadable(name, reason, self.cx),
        }
    }
}
