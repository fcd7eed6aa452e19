//! What becomes of each row: a term with its tier, its context and its example; left out, since it is no
//! part of the list; or refused, with the reason.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as WordError, StrDeserializer};

use super::layout::{ListLayout, layout};
use super::table::{CellKind, Rows, TableCell};
use super::words::{
    Column, Level, heading, is_aside, is_code, is_out_of_force, is_title, level, level_inside, levels, plain,
};
use crate::literal::sealed::can_be_sealed;
use crate::model::{Phrase, Tier};
use crate::normalize::fold_literal;
use crate::pack::{Confidence, danger};

/// Longest term, in characters.
const LONGEST: usize = 60;
/// Signs that part terms, and hardly stand in one.
const SEPARATORS: [char; 9] = ['、', '，', ',', '；', ';', '|', '\t', '。', '\n'];

/// What the person said about the list.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Take terms that are dangerous by themselves.
    pub insist: bool,
    /// What headings mean that are not known.
    pub columns: Vec<(Column, String)>,
    /// What codes for levels mean.
    pub codes: Vec<(String, Tier)>,
}

/// A row that becomes a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file.
    pub row: usize,
    /// What reports call it, if the list says so.
    pub id: Option<String>,
    /// The term.
    pub term: String,
    /// Its tier, if the list says so.
    pub tier: Option<Tier>,
    /// How sure a match is, if the list says so.
    pub confidence: Option<Confidence>,
    /// Words one of which must stand nearby.
    pub near: Vec<String>,
    /// A text in which it must be found.
    pub example: Option<String>,
    /// A text in which it must not be reported.
    pub counter_example: Option<String>,
    /// For whoever keeps the list.
    pub note: Option<String>,
    /// What the person should look at, though it is taken.
    pub remark: Option<Phrase>,
}

/// A row that does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The sheet, if the file has sheets.
    pub sheet: Option<String>,
    /// Its number in the file.
    pub row: usize,
    /// The column, by its heading or its number.
    pub column: String,
    /// What stands there.
    pub term: String,
    /// Why.
    pub reason: Phrase,
    /// Somebody may insist on it.
    pub dangerous: bool,
}

/// A row that is no part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The sheet, if the file has sheets.
    pub sheet: Option<String>,
    /// Its number in the file.
    pub row: usize,
    /// Why.
    pub reason: Phrase,
}

/// What becomes of a list.
#[derive(Debug, Default)]
pub struct ImportPlan {
    /// What the person should know before looking at rows.
    pub notes: Vec<Phrase>,
    /// Rows that become terms.
    pub taken: Vec<Row>,
    /// Rows that are no part of the list.
    pub left_out: Vec<LeftOut>,
    /// Rows that cannot be taken as they are.
    pub refused: Vec<Refused>,
}

impl ImportPlan {
    /// Refuses the terms that cannot be sealed.
    pub fn refuse_unsealable(&mut self) {
        let unsealable = self.taken.extract_if(.., |row| !can_be_sealed(&fold_literal(&row.term)));
        self.refused.extend(unsealable.map(|Row { row, term, .. }| Refused {
            sheet: None,
            row,
            column: "-".into(),
            term,
            reason: Phrase::new(
                "too short to be sealed, it could be guessed at once: give a longer form, or import it openly with --open",
                "太短，密封后一猜即中：请改用更完整的说法，或用 --open 以不密封方式导入",
            ),
            dangerous: false,
        }));
    }
}

/// Decides on every row of every sheet.
///
/// # Errors
/// In both languages, when it cannot be told where the terms stand.
pub fn plan(tables: &[Rows], choices: &Choices) -> Result<ImportPlan, Phrase> {
    let mut taking = Taking { plan: ImportPlan::default(), seen: BTreeMap::new(), ids: BTreeSet::new(), choices };
    let filled = tables.iter().filter(|table| !table.rows.is_empty()).count();
    for table in tables {
        taking.plan.notes.extend(table.notes.iter().cloned());
        if table.rows.is_empty() {
            continue;
        }
        if let Some(sheet) = &table.sheet {
            taking.plan.notes.push(Phrase::new(&format!("sheet {sheet}:"), &format!("工作表“{sheet}”：")));
        }
        match layout(table, &choices.columns) {
            Ok(layout) => taking.sheet(table, &layout),
            // Of several sheets one may be a cover or an instruction: told, and no row of it taken.
            Err(reason) if filled > 1 => {
                let (en, zh) = (format!("not imported: {}", reason.en), format!("未导入：{}", reason.zh));
                taking.plan.refused.push(Refused {
                    sheet: table.sheet.clone(),
                    row: table.rows[0].0,
                    column: "-".into(),
                    term: String::new(),
                    reason: Phrase::new(&en, &zh),
                    dangerous: false,
                });
            }
            Err(reason) => return Err(reason),
        }
    }
    Ok(taking.plan)
}

struct Taking<'a> {
    plan: ImportPlan,
    /// Folded terms, with their place among those taken.
    seen: BTreeMap<String, usize>,
    /// Ids that the list gave.
    ids: BTreeSet<String>,
    choices: &'a Choices,
}

/// Where a term stands.
#[derive(Clone, Copy)]
struct TermContext<'a> {
    cells: &'a [TableCell],
    column: usize,
    /// The table has a heading: what is called above it is not among its rows.
    is_headed: bool,
}

/// Why a row is not taken.
enum Skipped {
    Listed(Phrase),
    Refused { column: usize, term: String, reason: Phrase, dangerous: bool },
}

impl Taking<'_> {
    fn sheet(&mut self, table: &Rows, layout: &ListLayout) {
        self.plan.notes.extend(layout.notes.iter().cloned());
        let head = layout.heading.map(|at| &table.rows[at].1);
        // What the tier of the row above was, for rows whose cell is empty: also that it was refused or public.
        let mut above: Result<Option<Tier>, Skipped> = Ok(None);
        let tier_column = layout.one(Column::Tier);
        let mut inherited = 0;
        for (number, cells) in table.rows.iter().skip(layout.heading.map_or(0, |at| at + 1)) {
            let filled: Vec<&TableCell> = cells.iter().filter(|cell| !cell.text.is_empty()).collect();
            let left = |reason: Phrase| LeftOut { sheet: table.sheet.clone(), row: *number, reason };
            if head.is_some_and(|head| cells == head) || layout.heading.is_some() && is_heading_again(&filled) {
                if head.is_some_and(|head| kinds(cells) != kinds(head)) {
                    let (en, zh) = (
                        format!("another table begins in row {number}: put each into a sheet of its own"),
                        format!("第 {number} 行起是另一张表：请把每张表放在单独的工作表或文件中"),
                    );
                    let (sheet, term) = (table.sheet.clone(), cells[0].text.clone());
                    let reason = Phrase::new(&en, &zh);
                    let column = "-".to_string();
                    self.plan.refused.push(Refused { sheet, row: *number, column, term, reason, dangerous: false });
                    break;
                }
                let reason = Phrase::new("the heading once more", "重复的表头");
                self.plan.left_out.push(left(reason));
                continue;
            }
            if let [only, ..] = filled[..]
                && is_aside(&only.text)
                && (filled.len() == 1 || filled.len() * 2 <= head.map_or(2, Vec::len) + 1)
            {
                let reason = Phrase::new("a note of the sheet, no term", "表格说明，不是词条");
                self.plan.left_out.push(left(reason));
                continue;
            }
            let mut tier = self.tier(cells, layout);
            match (tier_column, &tier) {
                (Some(_), Ok(None)) => {
                    tier = above.as_ref().map_err(Skipped::below).copied();
                    inherited += usize::from(matches!(tier, Ok(Some(_))));
                }
                _ => above = tier.as_ref().map_err(Skipped::again).copied(),
            }
            let names = layout.all(Column::Term).chain(layout.all(Column::Alias));
            for (at, column) in names.enumerate() {
                let is_empty = cells.get(column).is_none_or(|cell| cell.text.is_empty());
                if at > 0 && is_empty {
                    continue;
                }
                let taken = match &tier {
                    Ok(tier) => self.row(*number, cells, layout, column, *tier),
                    Err(not) if at == 0 => Err(not.again()),
                    Err(_) => continue,
                };
                match taken {
                    Ok(row) => self.take(row, &table.sheet, column, head),
                    Err(Skipped::Listed(reason)) => self.plan.left_out.push(left(reason)),
                    Err(Skipped::Refused { column, term, reason, dangerous }) => {
                        let column = named(head, column);
                        let sheet = table.sheet.clone();
                        self.plan.refused.push(Refused { sheet, row: *number, column, term, reason, dangerous });
                    }
                }
            }
        }
        if inherited > 0 {
            let en = format!("{inherited} rows without a tier have that of the row above");
            self.plan.notes.push(Phrase::new(&en, &format!("{inherited} 行的密级为空，沿用上一行")));
        }
    }

    /// The tier of a row; nothing where the cell is empty or there is no such column.
    fn tier(&self, cells: &[TableCell], layout: &ListLayout) -> Result<Option<Tier>, Skipped> {
        let Some(column) = layout.one(Column::Tier) else { return Ok(None) };
        let Some(cell) = cells.get(column).filter(|cell| !cell.text.is_empty()) else { return Ok(None) };
        match level(&cell.text) {
            Some(Level::Is(tier)) => return Ok(Some(tier)),
            Some(Level::Public) => {
                return Err(Skipped::Listed(Phrase::new("public: not to be protected", "公开，无须防护")));
            }
            None => {}
        }
        let code = plain(&cell.text);
        let by_hand = self.choices.codes.iter().find(|(known, _)| plain(known) == code).map(|(_, tier)| *tier);
        let code_tier = by_hand.or_else(|| layout.codes.get(&code).copied());
        if let Some(tier) = code_tier {
            return Ok(Some(tier));
        }
        let (word, known) = (&cell.text, levels());
        let (en, zh) = match is_code(word) {
            true => (
                format!("nothing says which level `{word}` is; say it with --level {word}=TIER; levels: {known}"),
                format!("未说明“{word}”代表哪一密级，请用 --level {word}=层级 指定；可用的层级：{known}"),
            ),
            false => (
                format!("`{word}` is no tier; there are {known}"),
                format!("“{word}”不是可用的层级；可用的有：{known}"),
            ),
        };
        Err(Skipped::Refused { column, term: word.clone(), reason: Phrase::new(&en, &zh), dangerous: false })
    }

    fn row(
        &self,
        number: usize,
        cells: &[TableCell],
        layout: &ListLayout,
        column: usize,
        tier: Option<Tier>,
    ) -> Result<Row, Skipped> {
        let cell = |kind| layout.one(kind).and_then(|at| cells.get(at)).filter(|cell| !cell.text.is_empty());
        let text = |kind| cell(kind).map(|cell| cell.text.clone());
        let own = cells.get(column);
        let term = own.map(|cell| cell.text.clone()).unwrap_or_default();
        let refuse = |reason: Phrase, dangerous| Skipped::Refused { column, term: term.clone(), reason, dangerous };
        let plainly = |en: &str, zh: &str| refuse(Phrase::new(en, zh), false);
        let kind = own.map_or(CellKind::Text, |cell| cell.kind);
        match kind {
            CellKind::Struck => return Err(Skipped::Listed(Phrase::new("struck out", "已划线删除"))),
            CellKind::Date => {
                return Err(plainly(
                    "the cell is a date: format it as text and type it again",
                    "单元格为日期：请设为文本格式后重新输入",
                ));
            }
            CellKind::Other => return Err(plainly("the cell is an error or a truth value", "单元格为错误值或逻辑值")),
            CellKind::Text | CellKind::Number => {}
        }
        if let Some(status) = text(Column::Status).filter(|status| is_out_of_force(status)) {
            let (en, zh) = (format!("out of force: {status}"), format!("已不生效：{status}"));
            return Err(Skipped::Listed(Phrase::new(&en, &zh)));
        }
        if term.is_empty() {
            return Err(plainly("the term is empty", "词条为空"));
        }
        let near = parts(&text(Column::Near).unwrap_or_default());
        let beside = TermContext { cells, column, is_headed: layout.heading.is_some() };
        self.fits(&term, beside, near.is_empty()).map_err(|(reason, dangerous)| refuse(reason, dangerous))?;
        let confidence =
            text(Column::Confidence).map(|word| confidence(&word).ok_or(word)).transpose().map_err(|word| {
                let en = format!("`{word}` is none of low, medium, high");
                let column = layout.one(Column::Confidence).unwrap_or(column);
                Skipped::Refused {
                    column,
                    term: word.clone(),
                    reason: Phrase::new(&en, &format!("“{word}”不是 low、medium、high（低、中、高）之一")),
                    dangerous: false,
                }
            })?;
        let folded = fold_literal(&term);
        let remark = match kind {
            CellKind::Number => Some(Phrase::new(
                "the cell is a number: leading zeros, if there were any, are lost",
                "单元格为数值：如原有前导零则已丢失",
            )),
            _ if folded != term => Some(Phrase::new("other writings of it are found as well", "其变体写法也能命中")),
            _ => None,
        };
        let id = text(Column::Id).filter(|_| Some(column) == layout.one(Column::Term));
        let (example, counter_example, note) =
            (text(Column::Example), text(Column::CounterExample), text(Column::Note));
        Ok(Row { row: number, id, tier, confidence, near, example, counter_example, note, remark, term })
    }

    /// What speaks against a term, and whether somebody may insist on it.
    fn fits(&self, term: &str, row: TermContext<'_>, alone: bool) -> Result<(), (Phrase, bool)> {
        let insist = self.choices.insist;
        let no = |en: &str, zh: &str, dangerous| Err((Phrase::new(en, zh), dangerous));
        if term.contains(['\n', '\r', '\t']) {
            return no(
                "several lines in one cell: put each term into a row of its own",
                "一个单元格内有多行：请每行只写一个词条",
                false,
            );
        }
        if term.chars().count() > LONGEST {
            return no(
                "longer than 60 characters: a term is a name or a phrase, not a sentence",
                "超过 60 个字符：词条应为名称或短语，而非句子",
                false,
            );
        }
        if insist {
            return Ok(());
        }
        let beside =
            row.cells.iter().enumerate().filter(|(at, cell)| *at != row.column && cell.text.chars().count() > 1);
        if let Some((_, cell)) =
            beside.into_iter().find(|(_, cell)| cell.text != term && term.contains(cell.text.as_str()))
        {
            let beside = &cell.text;
            let en = format!("holds what stands in the cell beside it ({beside}): is the row split rightly?");
            return no(&en, &format!("含有旁边单元格的内容（{beside}）：请检查分列是否正确"), true);
        }
        if let Some(sign) = SEPARATORS.into_iter().find(|sign| term.contains(*sign)) {
            let en = format!("holds the separator {sign}: put each term into a row of its own");
            return no(&en, &format!("含有分隔符“{sign}”：请每行只写一个词条"), true);
        }
        if let Some(word) = level_inside(term) {
            let en = format!("holds the level {word}: a level belongs into a column of its own");
            return no(&en, &format!("含有密级“{word}”：密级请单独成列"), true);
        }
        if heading(term).is_some_and(|(_, exact)| exact) || is_aside(term) {
            return no("a word of forms, which every form would hold", "属表格用语，会命中所有表格", true);
        }
        if !row.is_headed && is_title(term) {
            return no(
                "what a list is called, no term: give the column a heading below it",
                "像是词表的标题而不是词条：请删去，或在其下写明表头",
                true,
            );
        }
        match danger(&fold_literal(term)).filter(|_| alone) {
            Some(danger) => Err((danger.title(), true)),
            None => Ok(()),
        }
    }

    /// Takes a term; of the same one twice the higher tier.
    fn take(&mut self, row: Row, sheet: &Option<String>, column: usize, head: Option<&Vec<TableCell>>) {
        let folded = fold_literal(&row.term).to_lowercase();
        let Some(first) = self.seen.get(&folded).and_then(|at| self.plan.taken.get_mut(*at)) else {
            if let Some(id) = row.id.as_ref().filter(|id| !self.ids.insert(id.to_string())) {
                let (en, zh) = (format!("the id {id} is another term's"), format!("编号 {id} 与其他词条重复"));
                let (column, term) = (named(head, column), row.term.clone());
                let reason = Phrase::new(&en, &zh);
                self.plan.refused.push(Refused {
                    sheet: sheet.clone(),
                    row: row.row,
                    column,
                    term,
                    reason,
                    dangerous: false,
                });
                return;
            }
            self.seen.insert(folded, self.plan.taken.len());
            self.plan.taken.push(row);
            return;
        };
        let number = first.row;
        let (en, zh) = match row.tier > first.tier {
            true => (
                format!("the same as row {number}; that one gets the higher tier of this"),
                format!("与第 {number} 行重复，按两者中较高的密级导入"),
            ),
            false => (format!("the same as row {number}"), format!("与第 {number} 行重复")),
        };
        first.tier = first.tier.max(row.tier);
        let reason = Phrase::new(&en, &zh);
        self.plan.left_out.push(LeftOut { sheet: sheet.clone(), row: row.row, reason });
    }
}

impl Skipped {
    /// For a row whose tier is empty, below one of which this is said.
    fn below(&self) -> Skipped {
        match self {
            Skipped::Listed(reason) => Skipped::Listed(reason.clone()),
            Skipped::Refused { column, .. } => {
                let en = "the tier is empty, and that of the row above is refused";
                let reason = Phrase::new(en, "密级为空，而上一行的密级无法识别");
                Skipped::Refused { column: *column, term: String::new(), reason, dangerous: false }
            }
        }
    }

    /// The same once more, for a row that is told for its first name only.
    fn again(&self) -> Skipped {
        match self {
            Skipped::Listed(reason) => Skipped::Listed(reason.clone()),
            Skipped::Refused { column, term, reason, dangerous } => {
                Skipped::Refused { column: *column, term: term.clone(), reason: reason.clone(), dangerous: *dangerous }
            }
        }
    }
}

/// A column by its heading, or by its number.
fn named(head: Option<&Vec<TableCell>>, column: usize) -> String {
    let heading = head.and_then(|cells| cells.get(column)).map(|cell| cell.text.clone());
    heading.filter(|text| !text.is_empty()).unwrap_or_else(|| (column + 1).to_string())
}

/// Every cell of the row is a heading: a page begins anew.
fn is_heading_again(filled: &[&TableCell]) -> bool {
    filled.len() > 1 && filled.iter().all(|cell| heading(&cell.text).is_some_and(|(_, exact)| exact))
}

/// What the cells of a heading name.
fn kinds(cells: &[TableCell]) -> Vec<Option<Column>> {
    let mut kinds: Vec<_> = cells.iter().map(|cell| heading(&cell.text).map(|(column, _)| column)).collect();
    kinds.truncate(kinds.iter().rposition(Option::is_some).map_or(0, |last| last + 1));
    kinds
}

/// Words that one cell lists.
fn parts(text: &str) -> Vec<String> {
    let words = text.split(['、', ',', '，', ';', '；', '|', '/']).map(|word| word.trim().to_string());
    words.filter(|word| !word.is_empty()).collect()
}

fn confidence(word: &str) -> Option<Confidence> {
    let known = [("高", "high"), ("中", "medium"), ("低", "low")];
    let word = known.iter().find(|(zh, _)| *zh == word).map_or(word, |(_, en)| en).to_lowercase();
    let deserializer: StrDeserializer<'_, WordError> = word.as_str().into_deserializer();
    Confidence::deserialize(deserializer).ok()
}
