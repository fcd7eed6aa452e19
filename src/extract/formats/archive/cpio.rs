//! Cpio archives in their text forms: `070701` and `070702` with hexadecimal fields, `070707`
//! with octal ones. A trailer ends them.

use std::io::Read;

use super::ar::{read, skip};
use crate::extract::driver::{Context, Extractor, Input};
use crate::extract::support::members::{Members, trailing};
use crate::model::{Format, GapReason};

/// Reads cpio archives.
pub(in crate::extract) struct Cpio;

/// Longest name taken.
const NAME: u64 = 64 * 1024;

impl Extractor for Cpio {
    fn formats(&self) -> &'static [Format] {
        &[Format::Cpio]
    }

    fn reads_its_end(&self) -> bool {
        true
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut source = input.into_reader();
        let mut members = Members::default();
        loop {
            let (name_length, size, padded) = header(&mut source)?;
            if name_length == 0 || name_length > NAME {
                return Err(GapReason::Damaged);
            }
            let mut name = vec![0; name_length as usize];
            read(&mut source, &mut name)?;
            let name = name.split(|b| *b == 0).next().unwrap_or_default();
            // Header and name, then the data, each filled up to four bytes.
            let fill = |length: u64| if padded { (4 - length % 4) % 4 } else { 0 };
            skip(&mut source.by_ref().take(fill(110 + name_length)))?;
            if name == b"TRAILER!!!" {
                return trailing(source, cx);
            }
            let mut data = source.by_ref().take(size);
            if size == 0 {
                members.name_only(name, cx)?;
            } else {
                members.stored(name, &mut data, cx)?;
            }
            skip(&mut data)?;
            skip(&mut source.by_ref().take(fill(size)))?;
        }
    }
}

/// Length of the name with its end, size of the data, and whether both are filled up.
fn header(source: &mut impl Read) -> Result<(u64, u64, bool), GapReason> {
    let mut magic = [0; 6];
    read(source, &mut magic)?;
    let number = |digits: &[u8], radix: u32| {
        std::str::from_utf8(digits)
            .ok()
            .and_then(|text| u64::from_str_radix(text, radix).ok())
            .ok_or(GapReason::Damaged)
    };
    match &magic {
        b"070701" | b"070702" => {
            let mut fields = [0; 104];
            read(source, &mut fields)?;
            Ok((number(&fields[88..96], 16)?, number(&fields[48..56], 16)?, true))
        }
        b"070707" => {
            let mut fields = [0; 70];
            read(source, &mut fields)?;
            Ok((number(&fields[53..59], 8)?, number(&fields[59..70], 8)?, false))
        }
        _ => Err(GapReason::Damaged),
    }
}
