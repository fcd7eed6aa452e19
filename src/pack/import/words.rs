//! Words of office sheets by their meaning: headings, asides, levels. The words are data
//! (`words.toml`); here is how they are compared.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::Tier;
use crate::normalize::fold_literal;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// The term.
    Term,
    /// Another name of it, a term like the first.
    Alias,
    /// Its identifier.
    Id,
    /// The number of the row, which says nothing of the term.
    Serial,
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
    /// Whether the row is in force.
    Status,
    /// Nothing of a term.
    Other,
}

impl Column {
    /// What a person may name a column's kind.
    pub const NAMES: [(&'static str, Column); 9] = [
        ("term", Column::Term),
        ("alias", Column::Alias),
        ("id", Column::Id),
        ("tier", Column::Tier),
        ("confidence", Column::Confidence),
        ("near", Column::Near),
        ("example", Column::Example),
        ("counter-example", Column::CounterExample),
        ("note", Column::Note),
    ];

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Column> {
        Column::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, column)| column)
    }
}

/// What a word in a column of tiers says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// A tier.
    Is(Tier),
    /// Not to be protected.
    Public,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Words {
    heading: BTreeMap<Column, Vec<String>>,
    inside: BTreeMap<Column, Vec<String>>,
    aside: NoteWords,
    out_of_force: OutOfForce,
    level: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct NoteWords {
    begins: Vec<String>,
    sentences: Vec<String>,
}

#[derive(Deserialize)]
struct OutOfForce {
    words: Vec<String>,
}

/// The order in which words inside a heading are tried.
const INSIDE: [Column; 10] = [
    Column::Other,
    Column::Tier,
    Column::Serial,
    Column::Id,
    Column::Near,
    Column::CounterExample,
    Column::Example,
    Column::Note,
    Column::Term,
    Column::Alias,
];

/// Longest heading, in characters.
const HEADING: usize = 24;

/// Characters between the word that begins an aside and its colon.
const NAMED: usize = 5;

/// Folded once, for a list compares them with each of its rows.
static WORDS: LazyLock<Option<Words>> = LazyLock::new(|| {
    let mut words: Words = toml::from_str(include_str!("words.toml")).ok()?;
    for known in words.heading.values_mut().chain(words.inside.values_mut()).chain([&mut words.out_of_force.words]) {
        known.iter_mut().for_each(|word| *word = plain(word));
    }
    for known in words.level.values_mut() {
        known.iter_mut().for_each(|word| *word = joined(word));
    }
    Some(words)
});

fn words() -> Option<&'static Words> {
    WORDS.as_ref()
}

/// As words are compared: folded, in lower case, without blanks, stars and what stands in brackets behind.
pub(super) fn plain(text: &str) -> String {
    let folded = fold_literal(text).to_lowercase();
    let head = folded.split(['(', '[', '【']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    head.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | '★' | '☆' | ':' | ')' | ']' | '】' | '\u{200b}'))
        .collect()
}

/// What a heading names, and whether it is one letter by letter.
pub(super) fn heading(text: &str) -> Option<(Column, bool)> {
    let words = words()?;
    let text = plain(text);
    if text.is_empty() || text.chars().count() > HEADING {
        return None;
    }
    let exact = words.heading.iter().find(|(_, known)| known.contains(&text));
    if let Some((column, _)) = exact {
        return Some((*column, true));
    }
    let holds = |column: &Column| {
        words.inside.get(column).is_some_and(|known| known.iter().any(|word| text.contains(word.as_str())))
    };
    INSIDE.into_iter().find(holds).map(|column| (column, false))
}

/// A line that belongs to the sheet, not to the list: a note, who made it, a sum.
pub(super) fn is_aside(text: &str) -> bool {
    let Some(words) = words() else { return false };
    let folded = fold_literal(text).to_lowercase();
    let begin = folded.trim_start_matches(['*', '※', ' ', '(', '★', '—', '-']);
    if words.aside.sentences.iter().any(|word| begin.starts_with(word.as_str())) || is_date_or_page(begin) {
        return true;
    }
    words.aside.begins.iter().any(|word| {
        begin.strip_prefix(word.as_str()).is_some_and(|rest| {
            let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
            rest.chars().take(NAMED).any(|c| c == ':')
                || rest.starts_with(['.', '、'])
                || word.starts_with(['合', '总', '共', '以']) && rest.chars().count() < 12
        })
    })
}

/// `2026年11月28日`, `第1页 共3页`: under a table they are no terms.
fn is_date_or_page(text: &str) -> bool {
    let signs: String = text.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect();
    signs.len() < text.len() && ["年月日", "年月", "第页", "第页共页", "第页,共页", "共页"].contains(&signs.as_str())
}

/// What a list is called: `2026年度涉密项目清单`.
pub(super) fn is_title(text: &str) -> bool {
    let folded = fold_literal(text);
    let ends = ["清单", "名单", "词表", "词库", "一览表", "目录", "台账", "汇总表", "登记表", "统计表"];
    ends.into_iter().any(|end| folded.trim_end_matches(['》', ')', ' ']).ends_with(end))
}

/// A row with this status is not in force.
pub(super) fn is_out_of_force(status: &str) -> bool {
    let text = plain(status);
    words().is_some_and(|words| words.out_of_force.words.contains(&text))
}

/// A level however it is written: `机密级`, `绝密★`, `机密★10年`, `TOP SECRET`, `【秘密】`.
pub(super) fn level(text: &str) -> Option<Level> {
    let words = words()?;
    let folded = fold_literal(text).to_lowercase();
    let inner: String = folded.chars().filter(|c| !c.is_whitespace() && !"()[]【】《》\"'“”".contains(*c)).collect();
    let inner = inner.trim_start_matches("密级").trim_start_matches([':', '★', '*', '☆']);
    let inner = inner.strip_prefix("国家秘密").filter(|rest| !rest.is_empty()).unwrap_or(inner);
    let head = inner.split(['★', '☆', '*', '·']).next().unwrap_or_default();
    let head = head.strip_suffix('级').or(head.strip_suffix("級")).unwrap_or(head);
    let head = joined(head);
    let known = words.level.iter().find(|(_, forms)| forms.contains(&head));
    let (name, _) = known?;
    match name.as_str() {
        "public" => Some(Level::Public),
        name => Tier::ALL.into_iter().find(|tier| tier.as_str() == name).map(Level::Is),
    }
}

fn joined(word: &str) -> String {
    fold_literal(word).to_lowercase().chars().filter(|c| !matches!(c, ' ' | '-' | '_')).collect()
}

/// A tier by the word of packs, or by one an office uses.
pub fn tier(word: &str) -> Option<Tier> {
    match level(word)? {
        Level::Is(tier) => Some(tier),
        Level::Public => None,
    }
}

/// The levels that can be written, for messages.
pub(super) fn levels() -> String {
    let names = [
        ("绝密", "top-secret"),
        ("机密", "secret"),
        ("秘密", "confidential"),
        ("工作秘密", "work-secret"),
        ("内部", "internal"),
        ("提示", "note"),
    ];
    names.map(|(zh, name)| format!("{zh} ({name})")).join("、")
}

/// A word that marks a level stands in a term, where it hardly belongs to a name.
pub(super) fn level_inside(term: &str) -> Option<&'static str> {
    let folded = fold_literal(term);
    let apart = ["绝密", "机密", "秘密", "TOP SECRET", "SECRET", "CONFIDENTIAL"];
    let bracketed = ["(内部)", "[内部]", "【内部】", "(敏感)", "(公开)", "(内部敏感)"];
    apart.into_iter().chain(bracketed).find(|word| folded.contains(*word))
}

/// A code for a level that a legend of the sheet explains: `1=绝密`, `A：机密`, `1-秘密`.
pub(super) fn legend(text: &str) -> Vec<(String, Tier)> {
    // Split as it is written: folding would close up the blanks between the parts.
    let parts =
        text.split([',', '，', ';', '；', '、', '/', '\n', '。', '(', ')', '（', '）', ' ', '\u{3000}', '\t', '|']);
    let mut found = Vec::new();
    for part in parts.map(fold_literal).filter(|part| !part.is_empty()) {
        // What stands before a colon names the legend: `注：1-绝密`, `密级：1绝密`.
        let part = part
            .split_once(':')
            .filter(|(name, _)| !is_code(name) && level(name).is_none())
            .map_or(&*part, |(_, rest)| rest);
        for sign in ['=', '-', '—', '为', ':'] {
            let Some((left, right)) = part.split_once(sign) else { continue };
            for (code, word) in [(left, right), (right, left)] {
                if let (true, Some(Level::Is(tier))) = (is_code(code), level(word)) {
                    found.push((plain(code), tier));
                }
            }
        }
        // A digit right before the word.
        if let Some((code, word)) = part.char_indices().nth(1).map(|(at, _)| part.split_at(at))
            && let (true, Some(Level::Is(tier))) = (code.chars().all(|c| c.is_ascii_digit()), level(word))
        {
            found.push((code.to_string(), tier));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// One or two letters or digits that stand for something.
pub(super) fn is_code(text: &str) -> bool {
    let text = plain(text);
    let text = text.strip_suffix('级').unwrap_or(&text);
    (1..=3).contains(&text.chars().count())
        && (text.chars().all(|c| c.is_ascii_alphanumeric()) || text.chars().all(|c| "一二三四五甲乙丙丁".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_of_one_meaning() {
        let words = words().expect("the words");
        let mut seen = BTreeMap::new();
        for (column, known) in &words.heading {
            for word in known {
                let before = seen.insert(word.clone(), column);
                assert!(before.is_none_or(|other| other == column), "{word} is {before:?} and {column:?}");
            }
        }
        assert!(words.level.keys().all(|name| name == "public" || Tier::ALL.iter().any(|tier| tier.as_str() == name)));
    }

    #[test]
    fn headings_are_told_by_meaning() {
        for (text, column) in [
            ("敏感词条", Column::Term),
            ("关键字", Column::Term),
            ("名称*", Column::Term),
            ("密 级", Column::Tier),
            ("涉密等级", Column::Tier),
            ("Security Level", Column::Tier),
            ("序 号", Column::Serial),
            ("备注（可不填）", Column::Note),
            ("代号", Column::Alias),
            ("责任单位", Column::Other),
            ("项目名称（必填）", Column::Term),
            ("定密日期", Column::Other),
            ("敏感词（中文）", Column::Term),
        ] {
            assert_eq!(heading(text).map(|(column, _)| column), Some(column), "{text}");
        }
        assert_eq!(heading("昆仑苗圃扩建工程"), None);
        assert_eq!(heading("2026年度敏感词清单").map(|(_, exact)| exact), Some(false));
    }

    #[test]
    fn levels_in_all_their_forms() {
        for (text, tier) in [
            ("机密级", Tier::Secret),
            ("绝密★", Tier::TopSecret),
            ("机密★10年", Tier::Secret),
            ("TOP SECRET", Tier::TopSecret),
            ("Top-Secret", Tier::TopSecret),
            ("【秘密】", Tier::Confidential),
            ("工作秘密", Tier::WorkSecret),
            ("机　密", Tier::Secret),
            ("密级：秘密", Tier::Confidential),
            ("secret", Tier::Secret),
            ("内部", Tier::Internal),
            ("機密", Tier::Secret),
            ("国家秘密（机密级）", Tier::Secret),
            ("国家秘密（绝密）", Tier::TopSecret),
        ] {
            assert_eq!(level(text), Some(Level::Is(tier)), "{text}");
        }
        assert_eq!(level("公开"), Some(Level::Public));
        assert_eq!(level("外星"), None);
        assert_eq!(level("国家秘密"), None);
        assert_eq!(level("1"), None);
    }

    #[test]
    fn a_legend_explains_numbers() {
        let wanted = vec![
            ("1".to_string(), Tier::TopSecret),
            ("2".to_string(), Tier::Secret),
            ("3".to_string(), Tier::Confidential),
        ];
        for text in [
            "1=绝密，2=机密，3=秘密",
            "注：1-绝密 2-机密 3-秘密",
            "密级：1绝密、2机密、3秘密",
            "绝密=1；机密=2；秘密=3",
        ] {
            let mut found = legend(text);
            found.sort();
            assert_eq!(found, wanted, "{text}");
        }
        assert!(legend("2026年绝密事项清单").is_empty());
    }

    #[test]
    fn asides_are_told_from_terms() {
        for aside in [
            "注：本表内容不得外传",
            "制表人：张三",
            "合计 12 条",
            "备注:1. 词条须写全称",
            "Note: internal",
            "本表不得外传",
            "2026年11月28日",
            "第 1 页 共 3 页",
            "以下空白",
        ] {
            assert!(is_aside(aside), "{aside}");
        }
        for term in [
            "注浆加固工程",
            "日期变更线计划",
            "合计线项目一期工程建设方案汇编",
            "说明书编制计划",
            "2026年8月工程",
            "第3页岩层",
        ] {
            assert!(!is_aside(term), "{term}");
        }
    }
}
