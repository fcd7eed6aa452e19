//! Rows of a list, whatever file they came in. Text is decoded, not guessed at; a cell remembers
//! whether the spreadsheet held a number, because a number has lost its leading zeros.

use encoding_rs::{Encoding, GB18030, UTF_8};

use crate::model::Phrase;

/// Rows of a list.
pub(super) const ROWS: usize = 200_000;
/// Lines on which the separator is voted.
const VOTED: usize = 200;

/// What a cell was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A date or a time.
    Date,
    /// An error such as #N/A, or a truth value.
    Other,
    /// Struck out, whatever it was.
    Struck,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableCell {
    /// As text, without blanks around it.
    pub text: String,
    /// What it was.
    pub kind: CellKind,
}

impl TableCell {
    pub(super) fn text(text: &str) -> Self {
        TableCell { text: text.trim().trim_matches('\u{feff}').to_string(), kind: CellKind::Text }
    }
}

/// The rows of a list, each with its number in the file, from 1.
#[derive(Debug, Default)]
pub struct Rows {
    /// The rows.
    pub rows: Vec<(usize, Vec<TableCell>)>,
    /// What was read and how, for the person to check.
    pub notes: Vec<Phrase>,
    /// The sheet they stand in, if the file has sheets.
    pub sheet: Option<String>,
}

/// How a list is to be read.
#[derive(Debug, Clone, Copy, Default)]
pub struct TableOptions<'a> {
    /// The encoding of a text.
    pub encoding: Option<&'a str>,
    /// The sheet of a workbook.
    pub sheet: Option<&'a str>,
    /// What opens a compound file; without it, what an xls workbook hides or strikes out is not told.
    pub open_stream: Option<OpenStream>,
}

/// Opens the stream of this name in a compound file: the work of a reader of documents, whom this room does not know.
pub type OpenStream = fn(&[u8], &str) -> Option<Vec<u8>>;

/// The text, and what it was written in: as told, by its mark, or what fits without an error.
fn decoded(bytes: &[u8], reading: TableOptions<'_>) -> Result<(String, Phrase), Phrase> {
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

/// A term a line, or a table whose columns some sign parts.
pub(super) fn lines(bytes: &[u8], reading: TableOptions<'_>) -> Result<Rows, Phrase> {
    let (text, note) = decoded(bytes, reading)?;
    if let Some(sign) =
        voted(&text, &['\t', ',', '，', ';', '；', '|']).filter(|sign| *sign == '\t' || is_levelled(&text, *sign))
    {
        return table(&text, sign, note);
    }
    let mut rows = Rows { notes: vec![note], ..Rows::default() };
    let mut comments = 0;
    for (at, line) in text.lines().enumerate() {
        // A name may begin with the sign, a comment has a blank behind it.
        if line.trim() == "#" || line.trim_start().starts_with("# ") {
            comments += 1;
        } else {
            rows.rows.push((at + 1, vec![TableCell::text(line)]));
        }
    }
    if comments > 0 {
        let en = format!("{comments} lines beginning with # and a blank are comments");
        rows.notes.push(Phrase::new(&en, &format!("以“# ”开头的 {comments} 行为注释，未导入")));
    }
    Ok(rows)
}

/// The sign that parts most lines into the same number of columns.
fn voted(text: &str, signs: &[char]) -> Option<char> {
    let sample: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(VOTED).collect();
    let score = |sign: &char| {
        let mut columns = std::collections::BTreeMap::new();
        for line in &sample {
            *columns.entry(line.matches(*sign).count()).or_insert(0usize) += 1;
        }
        columns.into_iter().filter(|(times, _)| *times > 0).map(|(_, lines)| lines).max().unwrap_or(0)
    };
    let best = signs.iter().rev().max_by_key(|sign| score(sign)).copied()?;
    (score(&best) * 2 > sample.len()).then_some(best)
}

/// Most lines have a level in one of the columns that the sign makes.
fn is_levelled(text: &str, sign: char) -> bool {
    let sample: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(VOTED).collect();
    let levelled =
        sample.iter().filter(|line| line.split(sign).any(|cell| super::words::level(cell).is_some())).count();
    levelled * 2 > sample.len()
}

pub(super) fn separated(bytes: &[u8], reading: TableOptions<'_>) -> Result<Rows, Phrase> {
    let (text, note) = decoded(bytes, reading)?;
    let sign = voted(&text, &[',', ';', '\t', '|', '，', '；']).unwrap_or(',');
    table(&text, sign, note)
}

fn table(text: &str, sign: char, note: Phrase) -> Result<Rows, Phrase> {
    let mut rows = Rows { notes: vec![note], ..Rows::default() };
    let Ok(separator) = u8::try_from(sign) else {
        let said = Phrase::new(&format!("columns are parted by {sign}"), &format!("以“{sign}”分列"));
        rows.notes.push(said);
        rows.rows = text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line.split(sign).map(TableCell::text).collect()))
            .collect();
        return Ok(rows);
    };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let (mut line, mut counted) = (1, 0);
    for record in reader.records() {
        let record = record.map_err(|e| Phrase::new(&e.to_string(), &format!("CSV 格式有误：{e}")))?;
        // Where the record begins, behind what ended the one before.
        let place = record.position().map_or(counted, |position| position.byte() as usize).min(text.len());
        let begin = place + text.as_bytes()[place..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line += text.as_bytes()[counted..begin].iter().filter(|byte| **byte == b'\n').count();
        counted = begin;
        rows.rows.push((line, record.iter().map(TableCell::text).collect()));
    }
    Ok(rows)
}
