//! Ar archives and the Debian packages made of them: a signature, then a header of 60 bytes of
//! text before each member. BSD long names stand before the data, GNU ones in a table.

use std::io::Read;

use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::members::Members;
use crate::model::{Format, GapReason};

/// Reads ar archives.
pub(in crate::extract) struct Ar;

/// Bytes of a table of long names, and of one such name.
const NAMES: u64 = 1 << 20;
const NAME: u64 = 4096;

impl Extractor for Ar {
    fn formats(&self) -> &'static [Format] {
        &[Format::Ar]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut source = input.into_reader();
        let mut members = Members::default();
        let mut names = Vec::new();
        read(&mut source, &mut [0; 8])?;
        let mut header = [0; 60];
        while let Some(header) = next(&mut source, &mut header)? {
            let number = |range: std::ops::Range<usize>| {
                std::str::from_utf8(&header[range]).ok().and_then(|text| text.trim().parse::<u64>().ok())
            };
            let mut size = number(48..58).filter(|_| header[58..60] == *b"`\n").ok_or(GapReason::Damaged)?;
            let padding = size % 2;
            let mut name = header[..16].trim_ascii_end().to_vec();
            if let Some(length) = name.strip_prefix(b"#1/").map(|_| number(3..16)) {
                let length = length.filter(|n| *n <= size.min(NAME)).ok_or(GapReason::Damaged)?;
                name = vec![0; length as usize];
                read(&mut source, &mut name)?;
                name = name.split(|b| *b == 0).next().unwrap_or_default().to_vec();
                size -= length;
            }
            let mut data = source.by_ref().take(size);
            if name == b"//" {
                data.by_ref().take(NAMES).read_to_end(&mut names).map_err(|e| reason_of(&e))?;
            } else {
                if name.len() > 1 && name[0] == b'/' && name[1].is_ascii_digit() {
                    let start = number(1..16).unwrap_or(0) as usize;
                    let from = names.get(start..).unwrap_or_default();
                    name = from.split(|b| *b == b'\n').next().unwrap_or_default().to_vec();
                }
                members.stored(name.strip_suffix(b"/").unwrap_or(&name), &mut data, cx)?;
            }
            skip(&mut data)?;
            skip(&mut source.by_ref().take(padding))?;
        }
        Ok(())
    }
}

/// The next header, or none at the end. Less than a header is damage.
fn next<'h>(source: &mut impl Read, header: &'h mut [u8; 60]) -> Result<Option<&'h [u8; 60]>, GapReason> {
    let first = source.read(&mut header[..1]).map_err(|e| reason_of(&e))?;
    if first == 0 {
        return Ok(None);
    }
    read(source, &mut header[1..])?;
    Ok(Some(header))
}

/// Fills a buffer; less than that is damage.
pub(super) fn read(source: &mut impl Read, buf: &mut [u8]) -> Result<(), GapReason> {
    source.read_exact(buf).map_err(|e| reason_of(&e))
}

/// Reads a bounded reader to its end, which must be there.
pub(super) fn skip(data: &mut std::io::Take<impl Read>) -> Result<(), GapReason> {
    std::io::copy(data, &mut std::io::sink()).map_err(|e| reason_of(&e))?;
    if data.limit() > 0 { Err(GapReason::Damaged) } else { Ok(()) }
}
