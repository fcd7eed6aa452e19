//! Rows of a list, whatever file they came in. Text is decoded, not guessed at; a cell remembers
//! whether the spreadsheet held a number, because a number has lost its leading zeros.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};
use encoding_rs::{Encoding, GB18030, UTF_8};

use crate::model::Phrase;

/// Bytes of a list.
const FILE: usize = 64 << 20;
/// Bytes a workbook may inflate to.
const INFLATED: u64 = 512 << 20;
/// Rows of a list.
const ROWS: usize = 200_000;
/// Columns that are looked at.
const COLUMNS: u32 = 64;

/// What a cell was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A date or a time.
    Date,
    /// An error such as #N/A, or a truth value.
    Other,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// As text, without blanks around it.
    pub text: String,
    /// What it was.
    pub kind: Kind,
}

impl Cell {
    fn text(text: &str) -> Self {
        Cell { text: text.trim().trim_matches('\u{feff}').to_string(), kind: Kind::Text }
    }
}

/// The rows of a list, each with its number in the file, from 1.
#[derive(Debug, Default)]
pub struct Rows {
    /// The rows.
    pub rows: Vec<(usize, Vec<Cell>)>,
    /// What was read and how, for the person to check.
    pub notes: Vec<Phrase>,
}

/// How a list is to be read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading<'a> {
    /// The encoding of a text.
    pub encoding: Option<&'a str>,
    /// The sheet of a workbook.
    pub sheet: Option<&'a str>,
}

/// Reads a list; `name` tells the kind by its ending.
///
/// # Errors
/// In both languages: no such kind, undecodable, damaged, or too big.
pub fn read(name: &str, bytes: &[u8], reading: Reading<'_>) -> Result<Rows, Phrase> {
    if bytes.len() > FILE {
        return Err(Phrase::new("the list is larger than 64 MiB", "词表文件超过 64 MiB"));
    }
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let mut rows = match ending.as_str() {
        "txt" => lines(bytes, reading)?,
        "csv" | "tsv" => separated(bytes, reading)?,
        "xlsx" | "xlsm" => workbook(bytes, reading)?,
        _ => {
            let en = "only txt, csv and xlsx lists are read; save it as one of them";
            return Err(Phrase::new(en, "只支持 txt、csv、xlsx 词表，请另存为其中一种"));
        }
    };
    if rows.rows.len() > ROWS {
        return Err(Phrase::new("the list has more than 200,000 rows", "词表超过 20 万行"));
    }
    rows.rows.retain(|(_, cells)| cells.iter().any(|cell| !cell.text.is_empty()));
    Ok(rows)
}

/// The text, and what it was written in: as told, by its mark, or what fits without an error.
fn decoded(bytes: &[u8], reading: Reading<'_>) -> Result<(String, Phrase), Phrase> {
    let told = match reading.encoding {
        Some(name) => Some(Encoding::for_label(name.as_bytes()).ok_or_else(|| {
            Phrase::new(&format!("no encoding is called {name}"), &format!("没有名为 {name} 的编码"))
        })?),
        None => Encoding::for_bom(bytes).map(|(encoding, _)| encoding),
    };
    let candidates = told.map_or(vec![UTF_8, GB18030], |encoding| vec![encoding]);
    for encoding in candidates {
        let (text, encoding, errors) = encoding.decode(bytes);
        if !errors {
            let name = encoding.name();
            let note = Phrase::new(&format!("read as {name}"), &format!("按 {name} 编码读取"));
            return Ok((text.into_owned(), note));
        }
    }
    Err(Phrase::new(
        "neither UTF-8 nor GB18030; name the encoding with --encoding",
        "既不是 UTF-8 也不是 GB18030，请用 --encoding 指明编码",
    ))
}

fn lines(bytes: &[u8], reading: Reading<'_>) -> Result<Rows, Phrase> {
    let (text, note) = decoded(bytes, reading)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with('#'));
    Ok(Rows { rows: lines.map(|(at, line)| (at + 1, vec![Cell::text(line)])).collect(), notes: vec![note] })
}

fn separated(bytes: &[u8], reading: Reading<'_>) -> Result<Rows, Phrase> {
    let (text, note) = decoded(bytes, reading)?;
    let first = text.lines().next().unwrap_or_default();
    let separator =
        *[b',', b';', b'\t'].iter().max_by_key(|c| first.bytes().filter(|b| b == *c).count()).unwrap_or(&b',');
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut rows = Rows { rows: Vec::new(), notes: vec![note] };
    for record in reader.records() {
        let record = record.map_err(|e| Phrase::new(&e.to_string(), &format!("CSV 格式有误：{e}")))?;
        let line = record.position().map_or(0, csv::Position::line) as usize;
        rows.rows.push((line, record.iter().map(Cell::text).collect()));
    }
    Ok(rows)
}

fn workbook(bytes: &[u8], reading: Reading<'_>) -> Result<Rows, Phrase> {
    let damaged = |e: &dyn std::fmt::Display| {
        Phrase::new(&format!("no workbook, or damaged: {e}"), &format!("不是工作簿或已损坏：{e}"))
    };
    bounded(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let names = book.sheet_names();
    let sheet = match reading.sheet {
        Some(name) if names.iter().any(|known| known == name) => name.to_string(),
        Some(name) => {
            let known = names.join(", ");
            return Err(Phrase::new(
                &format!("no sheet {name}; there are {known}"),
                &format!("没有工作表 {name}；现有：{known}"),
            ));
        }
        None => names.first().cloned().ok_or_else(|| damaged(&"no sheet"))?,
    };
    let mut rows = Rows::default();
    rows.notes.push(Phrase::new(&format!("sheet {sheet}"), &format!("工作表 {sheet}")));
    if names.len() > 1 && reading.sheet.is_none() {
        let others = names.iter().filter(|name| **name != sheet).cloned().collect::<Vec<_>>().join(", ");
        rows.notes.push(Phrase::new(
            &format!("not read: {others}; name another with --sheet"),
            &format!("未读取：{others}；如需读取请用 --sheet 指定"),
        ));
    }
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(|e| damaged(&e))?;
    while let Some(cell) = cells.next_cell().map_err(|e| damaged(&e))? {
        let (row, column) = cell.get_position();
        let Some(value) = value(cell.get_value()).filter(|_| column < COLUMNS) else { continue };
        let number = row as usize + 1;
        if rows.rows.last().is_none_or(|(last, _)| *last != number) {
            rows.rows.push((number, Vec::new()));
        }
        if rows.rows.len() > ROWS {
            break;
        }
        if let Some((_, cells)) = rows.rows.last_mut() {
            cells.resize(cells.len().max(column as usize), Cell::text(""));
            cells.push(value);
        }
    }
    Ok(rows)
}

/// Refuses what would inflate without end, by really inflating it.
fn bounded(bytes: &[u8]) -> Result<(), Phrase> {
    let damaged = |e: zip::result::ZipError| Phrase::new(&format!("no workbook: {e}"), &format!("不是工作簿：{e}"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut left = INFLATED;
    for at in 0..archive.len() {
        let member = archive.by_index(at).map_err(damaged)?;
        let read = std::io::copy(&mut member.take(left), &mut std::io::sink()).unwrap_or(0);
        left -= read;
        if left == 0 {
            return Err(Phrase::new("the workbook inflates to more than 512 MiB", "工作簿解压后超过 512 MiB"));
        }
    }
    Ok(())
}

fn value(value: &DataRef<'_>) -> Option<Cell> {
    let cell = |text: String, kind| Some(Cell { text, kind });
    match value {
        DataRef::Empty => None,
        DataRef::String(text) => Some(Cell::text(text)),
        DataRef::SharedString(text) => Some(Cell::text(text)),
        DataRef::Int(number) => cell(number.to_string(), Kind::Number),
        DataRef::Float(number) => cell(number.to_string(), Kind::Number),
        DataRef::DateTime(when) => cell(when.to_string(), Kind::Date),
        DataRef::DateTimeIso(when) | DataRef::DurationIso(when) => cell(when.clone(), Kind::Date),
        DataRef::Bool(truth) => cell(truth.to_string(), Kind::Other),
        DataRef::Error(error) => cell(error.to_string(), Kind::Other),
    }
}
