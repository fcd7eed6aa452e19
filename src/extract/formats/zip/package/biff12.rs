//! Parts of binary workbooks in a package ([MS-XLSB]): records like those of old, with lengths
//! of their own kind. Cells say where they stand; every other record is searched for strings.

use crate::extract::driver::{Context, TextStream};
use crate::extract::support::bytes::{Bytes, utf16};
use crate::extract::support::counted::{Forms, find};
use crate::extract::support::paragraphs::{SideText, without_codes};
use crate::model::{Cell, GapReason, Part, PartKind, Unit};

/// Reads one part.
pub(in crate::extract) fn read(bytes: &[u8], part: Part, label: &str, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let kind = part.kind;
    let mut cells = TextStream::new(part, Unit::Paragraph);
    let mut sides = SideText::labelled(Some(label.to_string()));
    let mut records = Bytes::new(bytes);
    let mut row = 0;
    let mut outcome = Ok(());
    while !records.is_empty() {
        cx.budget().check()?;
        let Some((id, data)) = record(&mut records) else {
            outcome = Err(GapReason::Damaged);
            break;
        };
        let mut data = Bytes::new(data);
        match id {
            // BrtRowHdr.
            0 => row = data.u32().unwrap_or(row),
            // Numbers, blanks, references to shared strings.
            1..=5 | 7 => {}
            // Text of a cell, of a formula's result, of a cell with formats of its own.
            6 | 8 | 62 => {
                let column = data.u32().unwrap_or(0);
                data.skip(if id == 62 { 5 } else { 4 });
                if let Some(text) = string(&mut data) {
                    let cell = Cell { row: row.saturating_add(1), column: column.saturating_add(1) };
                    cells.cell(cell, &text, cx);
                }
                emit_all(data.rest(), kind, &mut sides, cx);
            }
            // BrtSSTItem: flags, text, formats, reading aid.
            19 => {
                data.skip(1);
                if let Some(text) = string(&mut data) {
                    cells.push(&text.replace('\n', "\u{2028}"), cx);
                    cells.end_unit(cx);
                }
                emit_all(data.rest(), PartKind::Ruby, &mut sides, cx);
            }
            // BrtBeginHeaderFooter.
            479 => {
                let kind = if kind == PartKind::Footer { kind } else { PartKind::Header };
                find(data.rest(), Forms::Biff12, |_, text| sides.emit(kind, &without_codes(&text), cx));
            }
            // Values of formulas that are no text still have a formula.
            _ => {
                let kind = match id {
                    632 | 635 | 637 => PartKind::Comment,
                    24 => PartKind::Sheet,
                    _ => PartKind::Markup,
                };
                emit_all(data.rest(), kind, &mut sides, cx);
            }
        }
    }
    cells.finish(cx);
    sides.finish(cx);
    outcome
}

/// A record's number and data: seven bits a byte, at most two bytes of number and four of
/// length ([MS-XLSB] 2.1.4).
fn record<'b>(records: &mut Bytes<'b>) -> Option<(u16, &'b [u8])> {
    let first = records.u8()?;
    let id =
        if first & 0x80 == 0 { first.into() } else { u16::from(first & 0x7F) | u16::from(records.u8()? & 0x7F) << 7 };
    let mut length = 0;
    for place in 0..4 {
        let byte = records.u8()?;
        length |= usize::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some((id, records.take(length)?))
}

/// A string with a length of 32 bits.
fn string(data: &mut Bytes<'_>) -> Option<String> {
    let count = data.count().filter(|count| *count != 0xFFFF_FFFF)?;
    data.take(count.checked_mul(2)?).map(utf16)
}

fn emit_all(bytes: &[u8], kind: PartKind, sides: &mut SideText, cx: &mut Context<'_>) {
    find(bytes, Forms::Biff12, |_, text| sides.emit(kind, &text, cx));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::driver::{Budget, Sink};
    use crate::model::{Gap, Identified, Limits, Location, Segment};

    struct NoSink;

    impl Sink for NoSink {
        fn segment(&mut self, _: Segment<'_>) {}
        fn gap(&mut self, _: Gap) {}
        fn identified(&mut self, _: &Location, _: &Identified) {}
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(1), Just(0xFF)], 0..4096)) {
            let limits = Limits { total_bytes: 64 << 20, held_bytes: 16 << 20, ..Limits::default() };
            let budget = Budget::new(&limits, &|| false);
            let mut nobody = NoSink;
            let mut cx = crate::extract::context(&mut nobody, &budget);
            let _ = read(&bytes, Part::only(PartKind::Sheet), "sheet", &mut cx);
        }
    }
}
