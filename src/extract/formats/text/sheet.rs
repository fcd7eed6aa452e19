//! Tables in languages of their own: symbolic links (SYLK) and data interchange (DIF). Each cell comes out
//! by itself.

use crate::extract::driver::{Context, TextStream};
use crate::extract::support::charset::readings;
use crate::extract::support::literals::{Escapes, literals};
use crate::model::{Cell, GapReason, Part, PartKind, Unit};

/// The text is a table of symbolic links.
pub(super) fn is_symbolic_link(head: &[u8]) -> bool {
    head.starts_with(b"ID;") && head.iter().take(4096).filter(|byte| **byte == b'\n').count() > 0
}

/// The text is a table for data interchange.
pub(super) fn is_interchange(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.next() == Some(b"TABLE") && lines.next() == Some(b"0,1")
}

/// Reads a table of symbolic links: records of fields, `C;Y1;X2;K"text"`.
pub(super) fn read_symbolic_link(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    for charset in readings(bytes, None) {
        let (text, _) = charset.decode(bytes);
        let mut story = TextStream::new(Part::only(PartKind::Sheet), Unit::None);
        let mut cell = Cell { row: 1, column: 1 };
        for record in text.lines() {
            for field in fields(record) {
                let (kind, value) = field.split_at(field.chars().next().map_or(0, char::len_utf8));
                match kind {
                    "X" => cell.column = value.parse().unwrap_or(cell.column),
                    "Y" | "R" => cell.row = value.parse().unwrap_or(cell.row),
                    "K" | "A" | "N" => story.cell(cell, unquoted(value), cx),
                    // A formula, a format: words between quotes.
                    "E" | "P" => literals(value, Escapes::Doubled, |literal| story.cell(cell, literal, cx)),
                    _ => {}
                }
            }
            cx.budget().tick()?;
        }
        story.finish(cx);
    }
    Ok(())
}

/// The fields of a record; a doubled semicolon is one of the text.
fn fields(record: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut signs = record.chars().peekable();
    while let Some(sign) = signs.next() {
        match (sign, fields.last_mut()) {
            (';', Some(field)) if signs.next_if_eq(&';').is_some() => field.push(';'),
            (';', _) => fields.push(String::new()),
            // A character of the upper half, and a line break, as old programs write them.
            ('\u{1b}', Some(field)) if signs.next_if_eq(&' ').is_some() => {
                signs.next();
                field.push('\u{2028}');
            }
            (sign, Some(field)) => field.push(sign),
            _ => {}
        }
    }
    // The first is the kind of the record.
    fields.remove(0);
    fields
}

fn unquoted(value: &str) -> &str {
    value.trim().strip_prefix('"').map_or(value, |inner| inner.strip_suffix('"').unwrap_or(inner))
}

/// Reads a table for data interchange: pairs of lines, a type and a value, behind a header.
pub(super) fn read_interchange(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    for charset in readings(bytes, None) {
        let (text, _) = charset.decode(bytes);
        let mut story = TextStream::new(Part::only(PartKind::Sheet), Unit::None);
        let mut cell = Cell { row: 0, column: 1 };
        let mut lines = text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            match line {
                "-1,0" => cell = Cell { row: cell.row + 1, column: 1 },
                // A text; in the header, a title.
                "1,0" | "0,1" => {
                    let value = lines.next().unwrap_or_default();
                    story.cell(Cell { row: cell.row.max(1), ..cell }, unquoted(value), cx);
                    cell.column += 1;
                }
                line if line.starts_with("0,") => cell.column += 1,
                _ => {}
            }
            cx.budget().tick()?;
        }
        story.finish(cx);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_hold_semicolons_and_line_breaks() {
        assert_eq!(fields("C;Y2;X1;K\"a;;b\""), ["Y2", "X1", "K\"a;b\""]);
        assert_eq!(fields("C;K\"a\u{1b} :b\""), ["K\"a\u{2028}b\""]);
        assert!(fields("").is_empty());
        assert_eq!(unquoted("\"机密\""), "机密");
    }

    #[test]
    fn tables_are_told_by_their_first_lines() {
        assert!(is_symbolic_link(b"ID;PWXL;N;E\r\nC;") && !is_symbolic_link(b"ID;NAME"));
        assert!(is_interchange(b"TABLE\r\n0,1\r\n\"EXCEL\"\r\n") && !is_interchange(b"TABLE\n"));
    }
}
