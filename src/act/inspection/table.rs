//! The account as a table of every entry, for a spreadsheet: UTF-8 with a mark at the beginning, by which
//! spreadsheet programs know it, and no cell that such a program would take for a formula.

use std::io::{self, Write};

use super::{AccountEntry, Inspection, words};
use crate::act::audit::Book;
use crate::act::local_time;
use crate::act::report::badge;
use crate::model::Lang;

pub(super) fn write(inspection: &Inspection, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let heads = match lang {
        Lang::En => [
            "log", "number", "time", "what", "id", "name", "verdict", "tiers", "rules", "places", "bytes", "who",
            "reason",
        ],
        Lang::Zh => {
            ["日志", "序号", "时间", "事项", "编号", "文件", "结论", "层级", "规则", "位置", "字节", "经办", "理由"]
        }
    };
    row(out, heads.map(String::from))?;
    let books = [(Book::Incidents, &inspection.incidents), (Book::Releases, &inspection.releases)];
    for (book, entries) in books {
        for entry in entries {
            row(out, cells(book, entry, lang))?;
        }
    }
    Ok(())
}

fn cells(book: Book, entry: &AccountEntry, lang: Lang) -> [String; 13] {
    let list = |items: Vec<&str>| items.join("; ");
    [
        book.title(lang).to_string(),
        entry.number.to_string(),
        local_time(&entry.time),
        entry.what.title(lang).to_string(),
        entry.id.clone().unwrap_or_default(),
        entry.name.clone().unwrap_or_default(),
        entry.verdict.map(|verdict| badge(verdict, lang).to_string()).unwrap_or_default(),
        list(entry.tiers.iter().map(|tier| tier.title(lang)).collect()),
        list(entry.rules.iter().map(String::as_str).collect()),
        list(entry.places.iter().map(|place| place.get(lang)).collect()),
        entry.bytes.map(|bytes| bytes.to_string()).unwrap_or_default(),
        words::who(entry, lang),
        entry.reason.clone().or(entry.tally.map(|tally| tally.message(lang))).unwrap_or_default(),
    ]
}

fn row(out: &mut dyn Write, cells: [String; 13]) -> io::Result<()> {
    let cells = cells.map(|cell| quoted(&cell));
    write!(out, "{}\r\n", cells.join(","))
}

/// A cell as RFC 4180 has it. What begins like a formula gets an apostrophe before it.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_string() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_and_never_a_formula() {
        for (cell, wanted) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("-1", "'-1"),
        ] {
            assert_eq!(quoted(cell), wanted);
        }
    }
}
