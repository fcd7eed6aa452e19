//! What an xls workbook says of rows and cells beside what stands in them ([MS-XLS]): rows that are hidden, cells that are
//! struck out. Read from its records, for the reader of values does not tell. Whatever is cut or odd ends it there.

use std::collections::{BTreeMap, BTreeSet};

use super::marks::{COLUMNS, Marks};

/// Records, by their numbers in [MS-XLS] 2.3.
const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const BOUND_SHEET: u16 = 0x0085;
const FONT: u16 = 0x0031;
const XF: u16 = 0x00E0;
const ROW: u16 = 0x0208;
const MUL_RK: u16 = 0x00BD;
/// Cells of one value, which all begin with row, column and format: Formula, Number, Label, BoolErr, RString, LabelSst, RK.
const CELLS: [u16; 7] = [0x0006, 0x0203, 0x0204, 0x0205, 0x00D6, 0x00FD, 0x027E];

/// Of every sheet, by its name; `names` are those of the workbook in its own order.
pub(super) fn of_xls(stream: &[u8], names: &[String]) -> BTreeMap<String, Marks> {
    let struck = struck_formats(stream);
    let sheets = section(stream, 0).filter(|(kind, _)| *kind == BOUND_SHEET);
    let begins = sheets.filter_map(|(_, data)| Some(u32::from_le_bytes(*data.first_chunk()?) as usize));
    names.iter().zip(begins).map(|(name, begin)| (name.clone(), of_sheet(stream, begin, &struck))).collect()
}

/// The numbers of formats whose font strikes out.
fn struck_formats(stream: &[u8]) -> BTreeSet<u16> {
    let fonts: Vec<bool> = section(stream, 0)
        .filter(|(kind, _)| *kind == FONT)
        .map(|(_, data)| number(data, 2).is_some_and(|flags| flags & 0x0008 != 0))
        .collect();
    // There is no font of the number four ([MS-XLS] 2.5.129).
    let written = |font: u16| (font != 4).then(|| usize::from(font) - usize::from(font > 4));
    let is_struck = |font: u16| written(font).and_then(|at| fonts.get(at)).copied().unwrap_or_default();
    let formats = section(stream, 0).filter(|(kind, _)| *kind == XF).enumerate();
    let struck = formats.filter(|(_, (_, data))| number(data, 0).is_some_and(is_struck));
    struck.filter_map(|(format, _)| u16::try_from(format).ok()).collect()
}

fn of_sheet(stream: &[u8], begin: usize, struck: &BTreeSet<u16>) -> Marks {
    let mut marks = Marks::default();
    for (kind, data) in section(stream, begin) {
        let (Some(row), Some(column)) = (number(data, 0), number(data, 2)) else { continue };
        let mut cell = |column: u32, format: Option<u16>| {
            if column < COLUMNS && format.is_some_and(|format| struck.contains(&format)) {
                marks.struck.insert((row.into(), column));
            }
        };
        let column = u32::from(column);
        match kind {
            ROW if data.get(12).is_some_and(|flags| flags & 0x20 != 0) => {
                marks.hidden.insert(row.into());
            }
            MUL_RK => {
                let formats = data[4..].chunks_exact(6);
                (column..).zip(formats).for_each(|(column, format)| cell(column, number(format, 0)));
            }
            kind if CELLS.contains(&kind) => cell(column, number(data, 4)),
            _ => {}
        }
    }
    marks
}

/// The records of a section: from its beginning to its end, those of sections inside it left out.
fn section(stream: &[u8], begin: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let (mut rest, mut depth) = (stream.get(begin..).unwrap_or_default(), 0_usize);
    let all = std::iter::from_fn(move || {
        let (kind, length) = (number(rest, 0)?, usize::from(number(rest, 2)?));
        let data = rest.get(4..4 + length)?;
        rest = &rest[4 + length..];
        match kind {
            BOF => depth += 1,
            EOF => depth = depth.checked_sub(1)?,
            _ => {}
        }
        (depth > 0).then_some((depth, kind, data))
    });
    all.filter(|(depth, ..)| *depth == 1).map(|(_, kind, data)| (kind, data))
}

fn number(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes(), &(data.len() as u16).to_le_bytes(), data].concat()
    }

    fn numbers(all: &[u16]) -> Vec<u8> {
        all.iter().flat_map(|one| one.to_le_bytes()).collect()
    }

    /// Two sheets; in the first a chart lies inside.
    fn stream() -> Vec<u8> {
        let fonts = (0..6).map(|at| record(FONT, &numbers(&[200, if at == 4 { 0x0008 } else { 0 }, 0, 400])));
        // The fifth font that is written has the number five.
        let formats = [0, 4, 5].map(|font| record(XF, &numbers(&[font, 0, 0, 0])));
        let row = |row: u16, flags: u16| record(ROW, &numbers(&[row, 0, 9, 255, 0, 0, flags, 15]));
        let first = [
            record(BOF, &[]),
            row(0, 0x0100),
            row(1, 0x0120),
            record(0x00FD, &numbers(&[0, 0, 1, 0, 0])),
            record(0x00FD, &numbers(&[1, 2, 2, 0, 0])),
            record(BOF, &[]),
            record(0x0203, &numbers(&[5, 0, 2, 0, 0, 0, 0])),
            record(EOF, &[]),
            record(MUL_RK, &numbers(&[3, 7, 2, 0, 0, 0, 0, 0, 2, 0, 0, 9])),
            record(EOF, &[]),
        ]
        .concat();
        let second = [record(BOF, &[]), record(0x027E, &numbers(&[4, 64, 2])), record(EOF, &[])].concat();
        let globals = |first: u32, second: u32| {
            let sheet = |at: u32| record(BOUND_SHEET, &[&at.to_le_bytes()[..], &[0, 0, 1, 0, b'A']].concat());
            let fonts: Vec<u8> = fonts.clone().flatten().collect();
            [record(BOF, &[]), fonts, formats.concat(), sheet(first), sheet(second), record(EOF, &[])].concat()
        };
        let begin = globals(0, 0).len() as u32;
        [globals(begin, begin + first.len() as u32), first, second].concat()
    }

    #[test]
    fn hidden_rows_and_struck_cells_are_told_of_each_sheet() {
        let all = of_xls(&stream(), &["甲".to_string(), "乙".to_string()]);
        let struck = BTreeSet::from([(1, 2), (3, 7), (3, 9)]);
        assert_eq!(all["甲"], Marks { hidden: BTreeSet::from([1]), struck });
        assert_eq!(all["乙"], Marks::default(), "columns beyond those that are read");
    }

    #[test]
    fn what_is_cut_anywhere_or_beyond_the_last_column_ends() {
        let last = record(MUL_RK, &numbers(&[3, u16::MAX, 2, 0, 0, 2, 0, 0, 0]));
        let book = [record(BOF, &[]), record(BOUND_SHEET, &[0; 4]), last, record(EOF, &[])].concat();
        assert_eq!(of_xls(&book, &["甲".to_string()])["甲"], Marks::default());
        let stream = stream();
        for end in 0..stream.len() {
            of_xls(&stream[..end], &["甲".to_string(), "乙".to_string()]);
        }
    }
}
