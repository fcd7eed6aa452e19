//! Texts of a program in other languages as gettext compiles them (GNU gettext, "The Format of GNU MO
//! Files"): two tables of lengths and places, of the texts and of what they are in the other language.

use std::io::Read;

use crate::extract::driver::{Context, Extractor, Input, TextStream, reason_of};
use crate::extract::support::charset::{Charset, readings};
use crate::model::{Format, GapReason, Limit, Part, PartKind, Unit};

/// Reads message catalogues.
pub(super) struct Catalog;

/// Bytes of one catalogue held in memory.
const FILE: u64 = 32 << 20;

impl Extractor for Catalog {
    fn formats(&self) -> &'static [Format] {
        &[Format::Catalog]
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut bytes = Vec::new();
        input.into_reader().take(FILE + 1).read_to_end(&mut bytes).map_err(|e| reason_of(&e))?;
        let _held = cx.budget().hold(bytes.len() as u64)?;
        if bytes.len() as u64 > FILE {
            return Err(GapReason::Limit(Limit::HeldBytes));
        }
        let texts = texts(&bytes).ok_or(GapReason::Damaged)?;
        let whole = texts.join(&b'\n');
        for charset in readings(&whole, declared(&whole)) {
            let mut story = TextStream::new(Part::only(PartKind::Body), Unit::None);
            for text in &texts {
                // The plural forms of a text stand behind zeros, and its context before a control character.
                for form in text.split(|byte| matches!(byte, 0 | 4)) {
                    story.push(&charset.decode(form).0, cx);
                    story.push("\n", cx);
                }
                cx.budget().tick()?;
            }
            story.finish(cx);
        }
        Ok(())
    }
}

/// The texts of both tables.
fn texts(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let is_little = bytes.starts_with(b"\xDE\x12\x04\x95");
    let long = |at: usize| {
        let raw: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if is_little { u32::from_le_bytes(raw) } else { u32::from_be_bytes(raw) } as usize)
    };
    let count = long(8)?;
    let mut texts = Vec::new();
    for table in [long(12)?, long(16)?] {
        // A table lies within the file, so that no count is longer than it.
        bytes.get(table..table.checked_add(count.checked_mul(8)?)?)?;
        for number in 0..count {
            let (length, at) = (long(table + 8 * number)?, long(table + 8 * number + 4)?);
            texts.push(bytes.get(at..at.checked_add(length)?)?);
        }
    }
    Some(texts)
}

/// The character set the header names.
fn declared(texts: &[u8]) -> Option<Charset> {
    let at = memchr::memmem::find(texts, b"charset=")?;
    let label = texts[at + 8..].split(|byte| byte.is_ascii_whitespace() || *byte == b'\\').next()?;
    Charset::named(&String::from_utf8_lossy(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_are_read_in_either_byte_order() {
        for order in [u32::to_le_bytes, u32::to_be_bytes] {
            let header = [0x9504_12DEu32, 0, 1, 28, 36, 0, 0, 4, 44, 6, 48].map(order).concat();
            let bytes = [&header[..], b"tree", "机密".as_bytes()].concat();
            assert_eq!(texts(&bytes), Some(vec![&b"tree"[..], "机密".as_bytes()]));
            assert_eq!(texts(&bytes[..50]), None, "cut short");
        }
        let many = [0x9504_12DEu32, 0, u32::MAX, 28, 36, 0, 0].map(u32::to_le_bytes).concat();
        assert_eq!(texts(&many), None);
    }
}
