//! What becomes of each row: a term with its tier, its context and its example, or a refusal with
//! the reason. Columns are told by their headings; without headings the first one is the term.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as WordError, StrDeserializer};

use super::table::{Cell, Kind, Rows};
use crate::model::{Phrase, Tier};
use crate::normalize::fold_literal;
use crate::pack::{Confidence, danger};

/// Longest term, in characters.
const LONGEST: usize = 60;

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
    /// Its number in the file.
    pub row: usize,
    /// The term.
    pub term: String,
    /// Why.
    pub reason: Phrase,
    /// Somebody may insist on it.
    pub dangerous: bool,
}

/// What becomes of a list.
#[derive(Debug, Default)]
pub struct Plan {
    /// Which columns were recognised, by their headings.
    pub columns: Vec<(Column, usize)>,
    /// The first row is a heading.
    pub has_heading: bool,
    /// Rows that become terms.
    pub taken: Vec<Row>,
    /// Rows that do not.
    pub refused: Vec<Refused>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The term.
    Term,
    /// Its identifier.
    Id,
    /// Its tier.
    Tier,
    /// How sure a match is.
    Confidence,
    /// Words that must stand nearby.
    Near,
    /// A text in which it must be found.
    Example,
    /// A text in which it must not be reported.
    CounterExample,
    /// A note.
    Note,
}

/// Headings people write, folded to lower case.
const HEADINGS: &[(Column, &[&str])] = &[
    (
        Column::Term,
        &[
            "term",
            "terms",
            "word",
            "keyword",
            "name",
            "phrase",
            "词条",
            "词语",
            "关键词",
            "敏感词",
            "名称",
            "项目名称",
            "词",
            "内容",
            "项目",
            "代号",
            "术语",
        ],
    ),
    (Column::Id, &["id", "no", "no.", "number", "编号", "序号", "代码"]),
    (Column::Tier, &["tier", "level", "class", "密级", "层级", "级别", "等级", "类别"]),
    (Column::Confidence, &["confidence", "可信度", "置信度", "把握"]),
    (Column::Near, &["near", "context", "required context", "语境", "上下文", "同时出现", "须同时出现", "伴随词"]),
    (Column::Example, &["example", "examples", "示例", "例句", "正例"]),
    (Column::CounterExample, &["counter-example", "counterexample", "negative example", "反例"]),
    (Column::Note, &["note", "notes", "remark", "comment", "备注", "说明", "注释"]),
];

/// Decides on every row. `insist` takes terms that are dangerous by themselves.
pub fn plan(rows: &Rows, insist: bool) -> Plan {
    let mut plan = Plan::default();
    let mut rows = rows.rows.iter();
    let mut first = rows.clone().next().map(|(_, cells)| headings(cells)).unwrap_or_default();
    plan.has_heading = first.contains_key(&Column::Term);
    if plan.has_heading {
        rows.next();
    } else {
        first = BTreeMap::from([(Column::Term, 0)]);
    }
    plan.columns = first.iter().map(|(column, at)| (*column, *at)).collect();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (number, cells) in rows {
        match row(*number, cells, &first, insist, &mut seen) {
            Ok(row) => plan.taken.push(row),
            Err(refused) => plan.refused.push(refused),
        }
    }
    plan
}

fn headings(cells: &[Cell]) -> BTreeMap<Column, usize> {
    let mut found = BTreeMap::new();
    for (at, cell) in cells.iter().enumerate() {
        let text = cell.text.to_lowercase();
        if let Some((column, _)) = HEADINGS.iter().find(|(_, words)| words.contains(&text.as_str())) {
            found.entry(*column).or_insert(at);
        }
    }
    found
}

fn row(
    number: usize,
    cells: &[Cell],
    columns: &BTreeMap<Column, usize>,
    insist: bool,
    seen: &mut BTreeMap<String, usize>,
) -> Result<Row, Refused> {
    let cell = |column| columns.get(&column).and_then(|at| cells.get(*at)).filter(|cell| !cell.text.is_empty());
    let text = |column| cell(column).map(|cell| cell.text.clone());
    let term = text(Column::Term).unwrap_or_default();
    let refuse = |reason: Phrase, dangerous| Refused { row: number, term: term.clone(), reason, dangerous };
    let plain = |en: &str, zh: &str| refuse(Phrase::new(en, zh), false);
    let near: Vec<String> = text(Column::Near)
        .unwrap_or_default()
        .split(['、', ',', '，', ';', '；', '|', '/'])
        .map(|word| word.trim().to_string())
        .filter(|word| !word.is_empty())
        .collect();
    let kind = cell(Column::Term).map_or(Kind::Text, |cell| cell.kind);
    match kind {
        Kind::Date => {
            return Err(plain(
                "the cell is a date: format it as text and type it again",
                "单元格为日期：请设为文本格式后重新输入",
            ));
        }
        Kind::Other => return Err(plain("the cell is an error or a truth value", "单元格为错误值或逻辑值")),
        Kind::Text | Kind::Number => {}
    }
    if term.is_empty() {
        return Err(plain("the term is empty", "词条为空"));
    }
    if term.contains(['\n', '\r', '\t']) {
        return Err(plain(
            "several lines in one cell: put each term into a row of its own",
            "一个单元格内有多行：请每行只写一个词条",
        ));
    }
    if term.chars().count() > LONGEST {
        return Err(plain(
            "longer than 60 characters: a term is a name or a phrase, not a sentence",
            "超过 60 个字符：词条应为名称或短语，而非句子",
        ));
    }
    let folded = fold_literal(&term).into_owned();
    if let Some(danger) = danger(&folded).filter(|_| near.is_empty() && !insist) {
        return Err(refuse(danger.title(), true));
    }
    if let Some(first) = seen.get(&folded.to_lowercase()) {
        let en = format!("the same as row {first}");
        return Err(refuse(Phrase::new(&en, &format!("与第 {first} 行重复")), false));
    }
    let tier = text(Column::Tier).map(|word| tier(&word).ok_or(word)).transpose().map_err(|word| {
        refuse(Phrase::new(&format!("`{word}` is no tier"), &format!("“{word}”不是可用的层级")), false)
    })?;
    let confidence =
        text(Column::Confidence).map(|word| confidence(&word).ok_or(word)).transpose().map_err(|word| {
            refuse(
                Phrase::new(
                    &format!("`{word}` is none of low, medium, high"),
                    &format!("“{word}”不是 low、medium、high 之一"),
                ),
                false,
            )
        })?;
    let remark = match kind {
        Kind::Number => Some(Phrase::new(
            "the cell is a number: leading zeros, if there were any, are lost",
            "单元格为数值：如原有前导零则已丢失",
        )),
        _ if folded != term => Some(Phrase::new("other writings of it are found as well", "其变体写法也能命中")),
        _ if term.contains(['、', '；', ';']) => {
            Some(Phrase::new("several terms in one cell? it is taken as one", "疑似一格多词，现按一个词条处理"))
        }
        _ => None,
    };
    seen.insert(folded.to_lowercase(), number);
    Ok(Row {
        row: number,
        id: text(Column::Id),
        term,
        tier,
        confidence,
        near,
        example: text(Column::Example),
        counter_example: text(Column::CounterExample),
        note: text(Column::Note),
        remark,
    })
}

/// A tier by the word of packs, or by the word an office uses.
pub(super) fn tier(word: &str) -> Option<Tier> {
    let known = [
        ("绝密", Tier::TopSecret),
        ("机密", Tier::Secret),
        ("秘密", Tier::Confidential),
        ("工作秘密", Tier::WorkSecret),
        ("内部", Tier::Internal),
        ("内部敏感", Tier::Internal),
        ("敏感", Tier::Internal),
        ("提示", Tier::Note),
    ];
    let named = known.iter().find(|(name, _)| *name == word.trim()).map(|(_, tier)| *tier);
    named.or_else(|| Tier::ALL.into_iter().find(|tier| tier.as_str() == word.trim().to_lowercase()))
}

fn confidence(word: &str) -> Option<Confidence> {
    let known = [("高", "high"), ("中", "medium"), ("低", "low")];
    let word = known.iter().find(|(zh, _)| *zh == word).map_or(word, |(_, en)| en).to_lowercase();
    let deserializer: StrDeserializer<'_, WordError> = word.as_str().into_deserializer();
    Confidence::deserialize(deserializer).ok()
}
