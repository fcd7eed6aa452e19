//! What a Mac writes beside files: the attributes of a file (AppleDouble, RFC 1740) and the places of
//! icons (`.DS_Store`). Names and comments are readable in them; what a file keeps in its resource fork is not.

use std::io::Read;

use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::strings;
use crate::model::{Format, GapReason, Limit, Part, PartKind};

/// Reads the files of the Finder.
pub(super) struct Finder;

/// Bytes of one file.
const FILE: u64 = 16 << 20;
/// The entry that is a file of its own, and its bytes when it holds nothing but a header.
const RESOURCES: u32 = 2;
const HEADER: usize = 512;

impl Extractor for Finder {
    fn formats(&self) -> &'static [Format] {
        &[Format::Finder]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut bytes = Vec::new();
        input.into_reader().take(FILE + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        let _held = cx.budget().hold(bytes.len() as u64)?;
        strings::scan(&bytes[..], Part::only(PartKind::Strings), FILE, cx)?;
        if bytes.len() as u64 > FILE {
            return Err(GapReason::Limit(Limit::EntryBytes));
        }
        let is_double = bytes.starts_with(b"\0\x05\x16\x07");
        if is_double && resources(&bytes).is_some_and(|length| length > HEADER) {
            return Err(GapReason::Unsupported);
        }
        Ok(())
    }
}

/// The length of the resource fork.
fn resources(bytes: &[u8]) -> Option<usize> {
    let long = |at: usize| bytes.get(at..at + 4).map(|raw| u32::from_be_bytes([raw[0], raw[1], raw[2], raw[3]]));
    let entries = u16::from_be_bytes([*bytes.get(24)?, *bytes.get(25)?]);
    (0..usize::from(entries)).find_map(|number| {
        let at = 26 + 12 * number;
        (long(at)? == RESOURCES).then(|| long(at + 8)).flatten().map(|length| length as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_fork_is_found_among_the_entries() {
        let mut bytes = [&b"\0\x05\x16\x07\0\x02\0\0"[..], &[b' '; 16], &[0, 2]].concat();
        for entry in [[9u32, 50, 32], [2, 82, 70_000]] {
            bytes.extend(entry.iter().flat_map(|number| number.to_be_bytes()));
        }
        assert_eq!(resources(&bytes), Some(70_000));
        assert_eq!(resources(&bytes[..30]), None);
    }
}
