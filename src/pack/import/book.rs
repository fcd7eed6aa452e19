//! The sheets of a workbook (xlsx, xls, ods, and the et of WPS, which is one of the first two): told by its
//! content, bounded before it is read. Merged cells hold their value in every row, struck-out ones say so.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use calamine::{Data, Ods, Reader, SheetVisible, Xls, Xlsx};

use super::marks::{COLUMNS, Marks, of_ods, of_xlsx};
use super::table::{CellKind, ROWS, Rows, TableCell, TableOptions};
use super::xls::of_xls;
use crate::model::Phrase;

/// Bytes a workbook may inflate to.
const INFLATED: u64 = 512 << 20;

/// What is not seen of a workbook that cannot be opened as a compound file, in both languages.
const UNSEEN: (&str, &str) = (
    "cells struck out and hidden rows could not be told in this file: delete such rows, or save it as xlsx",
    "无法识别此文件中带删除线的单元格和隐藏的行：请删除这些行，或另存为 xlsx",
);

/// A cell by row and column, from 0.
type CellPosition = (u32, u32);

/// What is read of a sheet: only cells that hold something, for a sheet may be wide and empty.
#[derive(Default)]
struct Sheet {
    cells: Vec<(CellPosition, TableCell)>,
    /// Ranges of one value, from and to.
    merged: Vec<(CellPosition, CellPosition)>,
    /// Rows that are hidden.
    hidden: BTreeSet<u32>,
}

impl Sheet {
    /// The same with what the workbook says of it besides.
    fn marked(mut self, marks: Option<&Marks>) -> Self {
        let Some(marks) = marks else { return self };
        for (place, cell) in &mut self.cells {
            if marks.struck.contains(place) {
                cell.kind = CellKind::Struck;
            }
        }
        self.hidden.clone_from(&marks.hidden);
        self
    }
}

/// Every sheet that holds something, or the one that is named.
pub(super) fn sheets(bytes: &[u8], reading: TableOptions<'_>) -> Result<Vec<Rows>, Phrase> {
    let cursor = Cursor::new(bytes);
    if bytes.starts_with(b"PK") {
        bounded(bytes)?;
        let head = &bytes[..bytes.len().min(200)];
        if head.windows(34).any(|part| part == b"application/vnd.oasis.opendocument") {
            let marks = of_ods(bytes);
            return each(Ods::new(cursor).map_err(|e| damaged(&e))?, reading, None, |book, name| {
                Ok(range(book, name)?.marked(marks.get(name)))
            });
        }
        let marks = of_xlsx(bytes);
        return each(Xlsx::new(cursor).map_err(|e| damaged(&e))?, reading, None, |book, name| {
            let sheet = xlsx(book, name)?;
            Ok(Sheet { hidden: marks.get(name).map(|marks| marks.hidden.clone()).unwrap_or_default(), ..sheet })
        });
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        let book = Xls::new(cursor).map_err(|e| damaged(&e))?;
        let names: Vec<String> = book.sheets_metadata().iter().map(|sheet| sheet.name.clone()).collect();
        // The later form of the format comes first: a file may hold both.
        let stream = reading.open_stream.and_then(|open| open(bytes, "Workbook").or_else(|| open(bytes, "Book")));
        let marks = stream.as_ref().map(|stream| of_xls(stream, &names)).unwrap_or_default();
        return each(book, reading, stream.is_none().then_some(UNSEEN), |book, name| {
            let merged = book.merge_cells_by_sheet_name(name).unwrap_or_default();
            let sheet = range(book, name)?.marked(marks.get(name));
            Ok(Sheet { merged: merged.iter().map(|range| (range.start, range.end)).collect(), ..sheet })
        });
    }
    let en = "no workbook: the content is neither xlsx, xls nor ods";
    Err(Phrase::new(en, "不是工作簿：内容不是 xlsx、xls 或 ods 格式"))
}

fn damaged(e: &dyn std::fmt::Display) -> Phrase {
    Phrase::new(&format!("no workbook, or damaged: {e}"), &format!("不是工作簿或已损坏：{e}"))
}

fn xlsx(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Sheet, Phrase> {
    let merged = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    let styles = book.worksheet_style(name).map_err(|e| damaged(&e))?;
    let is_struck = |at: CellPosition| {
        styles.get(at).and_then(|style| style.font.as_ref()).is_some_and(|font| font.has_strikethrough())
    };
    let mut sheet = Sheet { merged: merged.iter().map(|range| (range.start, range.end)).collect(), ..Sheet::default() };
    let mut reader = book.worksheet_cells_reader(name).map_err(|e| damaged(&e))?;
    while let Some(cell) = reader.next_cell().map_err(|e| damaged(&e))? {
        let place = cell.get_position();
        let mut value = value(&Data::from(cell.get_value().clone()));
        if value.text.is_empty() || place.1 >= COLUMNS {
            continue;
        }
        if is_struck(place) {
            value.kind = CellKind::Struck;
        }
        sheet.cells.push((place, value));
        if place.0 as usize > ROWS {
            return Err(Phrase::new("the list has more than 200,000 rows", "词表超过 20 万行"));
        }
    }
    Ok(sheet)
}

fn range<'a, B: Reader<Cursor<&'a [u8]>>>(book: &mut B, name: &str) -> Result<Sheet, Phrase>
where
    B::Error: std::fmt::Display,
{
    let range = book.worksheet_range(name).map_err(|e| damaged(&e))?;
    let start = range.start().unwrap_or_default();
    let cells =
        range.used_cells().map(|(row, column, data)| ((start.0 + row as u32, start.1 + column as u32), value(data)));
    let cells = cells.filter(|((_, column), cell)| *column < COLUMNS && !cell.text.is_empty()).collect();
    Ok(Sheet { cells, ..Sheet::default() })
}

fn each<'a, B: Reader<Cursor<&'a [u8]>>>(
    mut book: B,
    reading: TableOptions<'_>,
    unseen: Option<(&str, &str)>,
    sheet: impl Fn(&mut B, &str) -> Result<Sheet, Phrase>,
) -> Result<Vec<Rows>, Phrase> {
    let known: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    if let Some(name) = reading.sheet.filter(|name| !known.iter().any(|(sheet, _)| sheet == name)) {
        let known = known.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        let en = format!("no sheet {name}; there are {known}");
        return Err(Phrase::new(&en, &format!("没有工作表 {name}；现有：{known}")));
    }
    let mut all = Vec::new();
    for (name, visible) in known.into_iter().filter(|(name, _)| reading.sheet.is_none_or(|wanted| wanted == name)) {
        let read = sheet(&mut book, &name)?;
        if read.cells.is_empty() {
            continue;
        }
        let notes = hidden(&read).into_iter().collect();
        let mut rows = Rows { rows: filled(read), notes, sheet: Some(name.clone()) };
        if !visible && reading.sheet.is_none() {
            rows.rows.clear();
            rows.notes.clear();
            let en = format!("hidden sheet {name} is not read; name it with --sheet to import it");
            rows.notes.push(Phrase::new(&en, &format!("隐藏的工作表“{name}”未读取；如需导入请用 --sheet 指定")));
        }
        if let (Some(reason), true) = (unseen, visible) {
            rows.notes.push(Phrase::new(reason.0, reason.1));
        }
        all.push(rows);
    }
    if all.is_empty() {
        return Err(Phrase::new("the workbook is empty", "工作簿为空"));
    }
    Ok(all)
}

/// What to know of rows that are hidden and hold something: they are part of the list.
fn hidden(sheet: &Sheet) -> Option<Phrase> {
    const SHOWN: usize = 10;
    let rows: BTreeSet<u32> = sheet.cells.iter().map(|((row, _), _)| *row).collect();
    let rows: Vec<String> = rows.intersection(&sheet.hidden).map(|row| (row + 1).to_string()).collect();
    if rows.is_empty() {
        return None;
    }
    let (n, more) = (rows.len(), if rows.len() > SHOWN { " …" } else { "" });
    let first = &rows[..n.min(SHOWN)];
    let en = format!(
        "{n} hidden rows are read as well: {}{more}; delete those that are not part of the list",
        first.join(", ")
    );
    let zh = format!(
        "有 {n} 个隐藏的行也会导入：第 {} 行{}；不属于词表的请删除",
        first.join("、"),
        if more.is_empty() { "" } else { "等" }
    );
    Some(Phrase::new(&en, &zh))
}

/// Rows of cells. A merged cell of one column says the same of each of its rows; one over columns is a title.
fn filled(sheet: Sheet) -> Vec<(usize, Vec<TableCell>)> {
    let mut cells: BTreeMap<CellPosition, TableCell> = sheet.cells.into_iter().collect();
    let last = cells.keys().next_back().map_or(0, |place| place.0);
    for (from, to) in sheet.merged.iter().filter(|(from, to)| from.1 == to.1 && from.0 < to.0) {
        let Some(value) = cells.get(from).cloned() else { continue };
        for row in from.0 + 1..=to.0.min(last) {
            cells.insert((row, from.1), value.clone());
        }
    }
    let mut rows: Vec<(usize, Vec<TableCell>)> = Vec::new();
    for ((row, column), cell) in cells {
        let number = row as usize + 1;
        if rows.last().is_none_or(|(last, _)| *last != number) {
            rows.push((number, Vec::new()));
        }
        if let Some((_, cells)) = rows.last_mut() {
            cells.resize(cells.len().max(column as usize), TableCell::text(""));
            cells.push(cell);
        }
    }
    rows
}

fn value(value: &Data) -> TableCell {
    let cell = |text: String, kind| TableCell { text, kind };
    match value {
        Data::Empty => TableCell::text(""),
        Data::String(text) => TableCell::text(text),
        Data::Int(number) => cell(number.to_string(), CellKind::Number),
        Data::Float(number) => cell(number.to_string(), CellKind::Number),
        Data::DateTime(when) => cell(when.to_string(), CellKind::Date),
        Data::DateTimeIso(when) | Data::DurationIso(when) => cell(when.clone(), CellKind::Date),
        Data::Bool(truth) => cell(truth.to_string(), CellKind::Other),
        Data::Error(error) => cell(error.to_string(), CellKind::Other),
    }
}

/// Refuses what would inflate without end, by really inflating it.
fn bounded(bytes: &[u8]) -> Result<(), Phrase> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let mut left = INFLATED;
    for at in 0..archive.len() {
        let member = archive.by_index(at).map_err(|e| damaged(&e))?;
        let read = std::io::copy(&mut member.take(left), &mut std::io::sink()).unwrap_or(0);
        left -= read;
        if left == 0 {
            return Err(Phrase::new("the workbook inflates to more than 512 MiB", "工作簿解压后超过 512 MiB"));
        }
    }
    Ok(())
}
