//! Where the list stands in a sheet: which row is the heading, what each column holds, what stands
//! above and below. Nothing is taken that is not told.

use std::collections::{BTreeMap, BTreeSet};

use super::table::{Rows, TableCell};
use super::words::{Column, heading, legend, level};
use crate::model::{Phrase, Tier};

/// Rows among which the heading is looked for.
const SEARCHED: usize = 10;
/// Rows by which a column without a heading is told.
const SEEN: usize = 200;

/// What a cell of a heading names, its column, and whether letter by letter.
type HeadingMatch = (Column, usize, bool);

/// How the list lies.
#[derive(Debug, Default)]
pub(super) struct ListLayout {
    /// What the columns hold; several may hold other names.
    pub columns: Vec<(Column, usize)>,
    /// Index of the heading among the rows.
    pub heading: Option<usize>,
    /// Codes that stand for levels.
    pub codes: BTreeMap<String, Tier>,
    /// What the person should know.
    pub notes: Vec<Phrase>,
}

impl ListLayout {
    /// The columns of a kind.
    pub(super) fn all(&self, kind: Column) -> impl Iterator<Item = usize> + '_ {
        self.columns.iter().filter(move |(column, _)| *column == kind).map(|(_, at)| *at)
    }

    /// The column of a kind.
    pub(super) fn one(&self, kind: Column) -> Option<usize> {
        self.all(kind).next()
    }
}

/// Finds the list in a sheet.
///
/// # Errors
/// In both languages: no column of terms can be told.
pub(super) fn layout(rows: &Rows, named: &[(Column, String)]) -> Result<ListLayout, Phrase> {
    let mut layout = match heading_row(rows, named) {
        Some((at, columns)) => with_heading(rows, at, columns)?,
        None => without_heading(rows)?,
    };
    let table = layout.heading.map_or(0, |at| at + 1);
    let outside = rows.rows.iter().take(table).flat_map(|(_, cells)| cells);
    let below = rows.rows.iter().rev().take(SEARCHED).flat_map(|(_, cells)| cells);
    let explained = outside.chain(below).flat_map(|cell| legend(&cell.text));
    let mut doubtful = BTreeSet::new();
    for (code, tier) in explained {
        if layout.codes.insert(code.clone(), tier).is_some_and(|other| other != tier) {
            doubtful.insert(code);
        }
    }
    // Explained twice, and not alike: the person has to say.
    layout.codes.retain(|code, _| !doubtful.contains(code));
    if !layout.codes.is_empty() {
        let said = layout.codes.iter().map(|(code, tier)| format!("{code} = {}", tier.as_str()));
        let said = said.collect::<Vec<_>>().join(", ");
        layout.notes.push(Phrase::new(
            &format!("levels by the sheet's legend: {said}"),
            &format!("按表内说明对应密级：{said}"),
        ));
    }
    Ok(layout)
}

/// The row that names most columns, the first of them; it must name a term letter by letter, or something besides.
fn heading_row(rows: &Rows, named: &[(Column, String)]) -> Option<(usize, Vec<HeadingMatch>)> {
    let mut best: Option<(usize, Vec<HeadingMatch>)> = None;
    for (at, (_, cells)) in rows.rows.iter().enumerate().take(SEARCHED) {
        let told: Vec<HeadingMatch> = cells
            .iter()
            .enumerate()
            .filter_map(|(at, cell)| {
                let by_hand = named.iter().find(|(_, text)| {
                    super::words::plain(text) == super::words::plain(&cell.text) && !cell.text.is_empty()
                });
                let (column, exact) = by_hand.map(|(column, _)| (*column, true)).or_else(|| heading(&cell.text))?;
                Some((column, at, exact))
            })
            .collect();
        let filled = cells.iter().filter(|cell| !cell.text.is_empty()).count();
        let exact = told.iter().filter(|(column, _, exact)| *exact && *column != Column::Other).count();
        // A title that holds a word, and a row of data that is one, name nothing else.
        let is_heading = exact >= 2 || exact == 1 && (told.len() >= 2 || filled == 1) && !has_level(cells);
        if is_heading && best.as_ref().is_none_or(|(_, other)| told.len() > other.len()) {
            best = Some((at, told));
        }
    }
    best
}

fn has_level(cells: &[TableCell]) -> bool {
    cells.iter().any(|cell| level(&cell.text).is_some())
}

fn with_heading(rows: &Rows, at: usize, told: Vec<HeadingMatch>) -> Result<ListLayout, Phrase> {
    let cells = &rows.rows[at].1;
    let mut layout = ListLayout { heading: Some(at), ..ListLayout::default() };
    // Of two of a kind the one that is named letter by letter; other names may be several.
    for (column, place, exact) in &told {
        let better = told.iter().any(|(other, there, sure)| {
            other == column && there != place && (*sure, there < place) > (*exact, false) && (*sure || !*exact)
        });
        if *column == Column::Alias || !better {
            layout.columns.push((*column, *place));
        }
    }
    let text = |at: usize| cells.get(at).map_or("", |cell| cell.text.as_str());
    tiers_by_content(rows, at, &mut layout, &told)?;
    if let Some(first) = layout.one(Column::Term)
        && told.iter().any(|(column, at, _)| *column == Column::Term && *at != first && text(*at) == text(first))
    {
        let heading = text(first);
        return Err(Phrase::new(
            &format!("two columns are headed {heading}: tables side by side; put one below the other"),
            &format!("有两列表头同为“{heading}”：左右并排的表请改为上下排列"),
        ));
    }
    if layout.one(Column::Term).is_none() {
        let unknown: Vec<usize> = (0..cells.len())
            .filter(|at| !text(*at).is_empty() && !told.iter().any(|(_, place, _)| place == at))
            .collect();
        if let Some(place) = layout.one(Column::Alias) {
            layout.columns.retain(|(_, at)| *at != place);
            layout.columns.push((Column::Term, place));
        } else if let [only] = unknown[..] {
            layout.columns.push((Column::Term, only));
            let (en, zh) =
                (format!("the column {} is taken for the terms", text(only)), format!("以“{}”列为词条", text(only)));
            layout.notes.push(Phrase::new(&en, &zh));
        } else {
            let all = cells
                .iter()
                .map(|cell| cell.text.as_str())
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(", ");
            return Err(Phrase::new(
                &format!("no heading names the terms; there are: {all}; say which with --column term=HEADING"),
                &format!("没有一个表头表示词条；现有表头：{all}；请用 --column term=表头 指定"),
            ));
        }
    }
    if at > 0 {
        let rows = rows.rows[..at].iter().map(|(number, _)| number.to_string()).collect::<Vec<_>>().join(", ");
        layout.notes.push(Phrase::new(
            &format!("above the heading, not imported: row {rows}"),
            &format!("表头以上不导入：第 {rows} 行"),
        ));
    }
    let used = |at: usize| {
        layout.columns.iter().any(|(column, place)| *place == at && !matches!(column, Column::Other | Column::Serial))
    };
    let ignored: Vec<&str> =
        (0..cells.len()).filter(|at| !used(*at)).map(text).filter(|text| !text.is_empty()).collect();
    if !ignored.is_empty() {
        let ignored = ignored.join(", ");
        layout.notes.push(Phrase::new(&format!("columns not imported: {ignored}"), &format!("未导入的列：{ignored}")));
    }
    Ok(layout)
}

/// Of several columns that may hold the tiers the one that does; one that holds them without being called so.
fn tiers_by_content(rows: &Rows, heading: usize, layout: &mut ListLayout, told: &[HeadingMatch]) -> Result<(), Phrase> {
    let sample = rows.rows.iter().skip(heading + 1).take(SEEN).map(|(_, cells)| cells);
    let mut counts: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for cells in sample {
        for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.text.is_empty()) {
            let (levels, filled) = counts.entry(at).or_default();
            *levels += usize::from(level(&cell.text).is_some());
            *filled += 1;
        }
    }
    let levels = |at: usize| counts.get(&at).map_or(0, |(levels, _)| *levels);
    let called: Vec<(usize, bool)> =
        told.iter().filter(|(column, ..)| *column == Column::Tier).map(|(_, at, exact)| (*at, *exact)).collect();
    let best = match called.iter().map(|(at, _)| levels(*at)).max() {
        Some(0) => return Ok(()),
        Some(most) => {
            let mut holding: Vec<(usize, bool)> = called.into_iter().filter(|(at, _)| levels(*at) * 2 > most).collect();
            if holding.iter().any(|(_, exact)| *exact) {
                holding.retain(|(_, exact)| *exact);
            }
            if let [(first, _), (second, _), ..] = holding[..] {
                let name = |at: usize| rows.rows[heading].1.get(at).map_or("", |cell| cell.text.as_str());
                let (first, second) = (name(first), name(second));
                return Err(Phrase::new(
                    &format!("{first} and {second} both hold levels: delete one of the columns"),
                    &format!("“{first}”和“{second}”两列都是密级：请只保留一列"),
                ));
            }
            holding.first().map(|(at, _)| *at)
        }
        None => {
            let unused = |at: usize| {
                !layout
                    .columns
                    .iter()
                    .any(|(column, place)| *place == at && !matches!(column, Column::Other | Column::Note))
            };
            let is_full = |(levels, filled): (usize, usize)| levels > 0 && levels * 10 >= filled * 8;
            counts.iter().find(|(at, counted)| unused(**at) && is_full(**counted)).map(|(at, _)| *at)
        }
    };
    if let Some(best) = best {
        layout.columns.retain(|(column, at)| *column != Column::Tier && *at != best);
        layout.columns.push((Column::Tier, best));
    }
    Ok(())
}

/// Columns by what stands in them: numbers in order, levels, and one of texts.
fn without_heading(rows: &Rows) -> Result<ListLayout, Phrase> {
    let sample: Vec<&Vec<TableCell>> = rows.rows.iter().take(SEEN).map(|(_, cells)| cells).collect();
    let width = sample.iter().map(|cells| cells.len()).max().unwrap_or(0);
    let mut layout = ListLayout::default();
    let mut texts = Vec::new();
    for at in 0..width {
        let filled: Vec<&str> = sample
            .iter()
            .filter_map(|cells| cells.get(at))
            .map(|cell| cell.text.as_str())
            .filter(|text| !text.is_empty())
            .collect();
        let most = |count: usize| count * 10 >= filled.len() * 6;
        if filled.is_empty() {
            continue;
        }
        let numbers: Vec<u64> =
            filled.iter().filter_map(|text| text.trim_end_matches(['.', '、']).parse().ok()).collect();
        let in_order = numbers.windows(2).all(|pair| pair[1] == pair[0] + 1);
        if width > 1 && most(filled.iter().filter(|text| level(text).is_some()).count()) {
            layout.columns.push((Column::Tier, at));
        } else if width > 1 && numbers.len() * 10 >= filled.len() * 9 && in_order {
            layout.columns.push((Column::Serial, at));
        } else {
            texts.push(at);
        }
    }
    // Single cells above or below a table are its titles and notes.
    let in_table = |at: &&usize| {
        sample.iter().filter(|cells| cells.get(**at).is_some_and(|cell| !cell.text.is_empty())).count() * 2
            >= sample.len()
    };
    let full: Vec<usize> = texts.iter().filter(in_table).copied().collect();
    match if full.is_empty() { &texts } else { &full }[..] {
        [only] => {
            layout.columns.push((Column::Term, only));
            layout.notes.push(Phrase::new(
                &format!("no heading: column {} is taken for the terms", only + 1),
                &format!("无表头：以第 {} 列为词条", only + 1),
            ));
            Ok(layout)
        }
        _ => Err(Phrase::new(
            "no heading, and several columns hold text: write a heading such as term, tier, note above them",
            "无表头，且有多列文字：请在首行写明表头，如 词条、密级、备注",
        )),
    }
}
