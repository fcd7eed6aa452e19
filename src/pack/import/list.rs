//! A list in whatever file it came: its ending says how it is read, and no more than so many bytes and rows are.

use super::book::sheets;
use super::table::{ROWS, Rows, TableOptions, lines, separated};
use crate::model::Phrase;

/// Bytes of a list.
const FILE: usize = 64 << 20;

/// Reads a list, a table for each sheet; `name` tells the kind by its ending.
///
/// # Errors
/// In both languages: no such kind, undecodable, damaged, or too big.
pub fn read(name: &str, bytes: &[u8], reading: TableOptions<'_>) -> Result<Vec<Rows>, Phrase> {
    if bytes.len() > FILE {
        return Err(Phrase::new("the list is larger than 64 MiB", "词表文件超过 64 MiB"));
    }
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let mut tables = match ending.as_str() {
        "txt" => vec![lines(bytes, reading)?],
        "csv" | "tsv" => vec![separated(bytes, reading)?],
        "xlsx" | "xlsm" | "xls" | "xlt" | "et" | "ett" | "ods" => sheets(bytes, reading)?,
        _ => {
            let en = "only txt, csv, xlsx, xls, et and ods lists are read; save it as one of them";
            return Err(Phrase::new(en, "只支持 txt、csv、xlsx、xls、et、ods 词表，请另存为其中一种"));
        }
    };
    for table in &mut tables {
        if table.rows.len() > ROWS {
            return Err(Phrase::new("the list has more than 200,000 rows", "词表超过 20 万行"));
        }
        table.rows.retain(|(_, cells)| cells.iter().any(|cell| !cell.text.is_empty()));
    }
    Ok(tables)
}
