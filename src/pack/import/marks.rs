//! What a workbook in XML says of rows and cells beside what stands in them: rows that are hidden, and in OpenDocument
//! cells that are struck out. Read from the XML itself, for the reader of values does not tell.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::table::ROWS;

/// Columns of which something is told.
pub(super) const COLUMNS: u32 = 64;

/// Rows and cells, counted from 0.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Rows that are hidden.
    pub(super) hidden: BTreeSet<u32>,
    /// Cells whose text is struck out, by row and column.
    pub(super) struck: BTreeSet<(u32, u32)>,
}

/// Of every sheet of an Office Open XML workbook, by its name.
pub(super) fn of_xlsx(bytes: &[u8]) -> BTreeMap<String, Marks> {
    let (mut targets, mut sheets) = (BTreeMap::new(), Vec::new());
    starts(&member(bytes, "xl/_rels/workbook.xml.rels"), |start| {
        targets.extend(attribute(start, "Id").zip(attribute(start, "Target")));
    });
    starts(&member(bytes, "xl/workbook.xml"), |start| {
        if start.local_name().into_inner() == "sheet" {
            sheets.extend(attribute(start, "name").zip(attribute(start, "r:id")));
        }
    });
    let mut all = BTreeMap::new();
    for (name, id) in sheets {
        let Some(target) = targets.get(&id) else { continue };
        let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_string);
        let mut marks = Marks::default();
        starts(&member(bytes, &path), |start| {
            if start.local_name().into_inner() == "row"
                && attribute(start, "hidden").is_some_and(|hidden| hidden == "1" || hidden == "true")
                && let Some(row) = attribute(start, "r").and_then(|row| row.parse::<u32>().ok())
            {
                marks.hidden.extend(row.checked_sub(1));
            }
        });
        all.insert(name, marks);
    }
    all
}

/// Of every table of an OpenDocument workbook, by its name.
pub(super) fn of_ods(bytes: &[u8]) -> BTreeMap<String, Marks> {
    let mut walk = OdsWalk::default();
    // Styles that have a name of their own stand apart from those made for one cell.
    for name in ["styles.xml", "content.xml"] {
        starts(&member(bytes, name), |start| walk.take(start));
    }
    walk.all
}

/// Where the walk over the tables is.
#[derive(Default)]
struct OdsWalk {
    all: BTreeMap<String, Marks>,
    /// Styles of cells, by their names.
    styles: BTreeMap<String, Style>,
    /// The style that is being read, of a cell.
    style: String,
    table: String,
    /// Where columns end, with the style of their cells that name none.
    columns: Vec<(u32, String)>,
    /// The row the next one begins at, and the row that is being read.
    next: u32,
    row: u32,
    column: u32,
    /// The style of the row's cells that name none.
    usual: String,
}

/// A style of cells.
#[derive(Default)]
struct Style {
    /// Text is struck out, or not, if the style says so.
    struck: Option<bool>,
    /// The style it is made from.
    parent: Option<String>,
}

/// Styles made from one another.
const STYLES: usize = 16;

impl OdsWalk {
    /// Text in this style is struck out.
    fn is_struck(&self, name: &str) -> bool {
        let parent = |style: &&Style| style.parent.as_ref().and_then(|name| self.styles.get(name));
        let mut line = std::iter::successors(self.styles.get(name), parent).take(STYLES);
        line.find_map(|style| style.struck).unwrap_or_default()
    }

    /// The style of a cell that names none.
    fn usual_in(&self, column: u32) -> &str {
        match self.usual.as_str() {
            "" => self.columns.iter().find(|(end, _)| column < *end).map_or("", |(_, style)| style.as_str()),
            row => row,
        }
    }

    fn take(&mut self, start: &BytesStart<'_>) {
        let value = |name: &str| attribute(start, name);
        let times = |name: &str| value(name).and_then(|times| times.parse::<u32>().ok()).unwrap_or(1);
        match start.name().into_inner() {
            "style:style" => {
                let is_cells = value("style:family").is_some_and(|family| family == "table-cell");
                self.style = value("style:name").filter(|_| is_cells).unwrap_or_default();
                let parent = value("style:parent-style-name");
                if !self.style.is_empty() {
                    self.styles.insert(self.style.clone(), Style { struck: None, parent });
                }
            }
            "style:text-properties" => {
                let line = ["style:text-line-through-style", "style:text-line-through-type"].map(value);
                if let Some(style) = self.styles.get_mut(&self.style) {
                    style.struck =
                        line.into_iter().flatten().map(|line| line != "none").reduce(|one, other| one || other);
                }
            }
            "table:table" => {
                self.table = value("table:name").unwrap_or_default();
                self.all.insert(self.table.clone(), Marks::default());
                (self.next, self.row) = (0, 0);
                self.columns.clear();
            }
            "table:table-column" => {
                let end = self
                    .columns
                    .last()
                    .map_or(0, |(end, _)| *end)
                    .saturating_add(times("table:number-columns-repeated"));
                self.columns.push((end, value("table:default-cell-style-name").unwrap_or_default()));
            }
            "table:table-row" => {
                let rows = times("table:number-rows-repeated").min(ROWS as u32);
                self.row = self.next;
                self.next = self.next.saturating_add(rows);
                self.column = 0;
                self.usual = value("table:default-cell-style-name").unwrap_or_default();
                if value("table:visibility").is_some_and(|shown| shown != "visible")
                    && let Some(marks) = self.all.get_mut(&self.table)
                {
                    marks.hidden.extend(self.row..self.next);
                }
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let columns = times("table:number-columns-repeated");
                let style = value("table:style-name");
                let end = self.column.saturating_add(columns);
                let of = |column: &u32| self.is_struck(style.as_deref().unwrap_or_else(|| self.usual_in(*column)));
                let columns: Vec<u32> = (self.column..end.min(COLUMNS)).filter(of).collect();
                if let Some(marks) = self.all.get_mut(&self.table) {
                    let cells =
                        columns.into_iter().flat_map(|column| (self.row..self.next).map(move |row| (row, column)));
                    marks.struck.extend(cells);
                }
                self.column = end;
            }
            _ => {}
        }
    }
}

/// Hands on every start tag; what is no XML any more ends it, for values are read by another reader.
fn starts(xml: &str, mut take: impl FnMut(&BytesStart<'_>)) {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => take(&start),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = start.attributes();
    let mut all = all.with_checks(false).flatten();
    all.find(|attribute| attribute.key.into_inner() == name).map(|attribute| attribute.value.into_owned())
}

/// A member's text; nothing where there is none. How far the workbook inflates was bounded before.
fn member(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    if let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes))
        && let Ok(mut member) = archive.by_name(name)
    {
        let _ = member.read_to_string(&mut text);
    }
    text
}
