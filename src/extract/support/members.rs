//! The one way in which all archives hand their members to the driver, and what follows the
//! end of an archive.

use std::io::Read;

use super::names;
use crate::extract::driver::{Context, Input, reason_of};
use crate::model::{GapReason, Limit, Part, PartKind};

/// Bytes of a comment, of extra fields, of anything beside the members that is searched.
pub(in crate::extract) const ASIDE: u64 = 1 << 20;

/// Hands the members of one archive to the driver and counts them.
#[derive(Default)]
pub(in crate::extract) struct Members {
    taken: u64,
}

impl Members {
    /// A member whose data is inflated on the way: what it really yields is charged.
    pub(in crate::extract) fn inflated(
        &mut self,
        name: &[u8],
        data: impl Read,
        cx: &mut Context<'_>,
    ) -> Result<(), GapReason> {
        let budget = cx.budget();
        self.stored(name, budget.metered(data), cx)
    }

    /// A member that lies in the archive as it is.
    pub(in crate::extract) fn stored(
        &mut self,
        name: &[u8],
        data: impl Read,
        cx: &mut Context<'_>,
    ) -> Result<(), GapReason> {
        self.count(cx)?;
        names::other_readings(name, PartKind::EntryName, cx);
        let name = names::decoded(name);
        match Input::stream(data) {
            Ok(input) => cx.member(&name, input),
            Err(e) => cx.unreadable_member(&name, reason_of(&e)),
        }
        cx.budget().check()
    }

    /// A member that cannot be read.
    pub(in crate::extract) fn unreadable(
        &mut self,
        name: &[u8],
        reason: GapReason,
        cx: &mut Context<'_>,
    ) -> Result<(), GapReason> {
        self.count(cx)?;
        names::other_readings(name, PartKind::EntryName, cx);
        cx.unreadable_member(&names::decoded(name), reason);
        cx.budget().check()
    }

    /// A folder or a link: it has a name and no data.
    pub(in crate::extract) fn name_only(&mut self, name: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
        self.count(cx)?;
        names::other_readings(name, PartKind::EntryName, cx);
        cx.short(Part::only(PartKind::EntryName), &names::decoded(name));
        cx.budget().check()
    }

    fn count(&mut self, cx: &Context<'_>) -> Result<(), GapReason> {
        self.taken += 1;
        if self.taken > cx.budget().limits.entries { Err(GapReason::Limit(Limit::Entries)) } else { Ok(()) }
    }
}

/// What follows the end of an archive: zeros are padding, anything else is a file of its own.
pub(in crate::extract) fn trailing(mut rest: impl Read, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut chunk = [0; 4096];
    loop {
        let n = rest.read(&mut chunk).map_err(|e| reason_of(&e))?;
        if n == 0 {
            return Ok(());
        }
        if let Some(start) = chunk[..n].iter().position(|b| *b != 0) {
            return Members::default().stored(b"trailing-data", chunk[start..n].chain(rest), cx);
        }
        cx.budget().check()?;
    }
}

/// Memory a decoder may take, in KiB: what the budget still holds, whatever a file declares.
pub(in crate::extract) fn decoder_kib(cx: &Context<'_>) -> u32 {
    u32::try_from(cx.budget().holdable() / 1024).unwrap_or(u32::MAX)
}
