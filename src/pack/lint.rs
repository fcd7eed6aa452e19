//! What can be said against a pack without running it: terms too short or too common, doubles,
//! terms that another one covers, patterns that match nothing at all or cost too much, exceptions
//! that have ended. Errors disarm a pack or drown people; warnings are for the author to judge.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};
use regex_syntax::hir::{Hir, HirKind};

use super::anchor_words::AnchorWords;
use super::reached::unreached;
use super::rule::{Pack, Rule};
use super::terms::{Term, Wording};
use crate::model::{Day, Lang, Phrase, Role};
use crate::normalize::{fold_literal, is_cjk};

/// How serious a remark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// For the author to judge.
    Warning,
    /// The pack should not be used so.
    Error,
}

/// Something that can be said against a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// How serious it is.
    pub grade: Grade,
    /// A stable code an administrator can look up.
    pub code: &'static str,
    /// The rule, or the list.
    pub rule: String,
    /// What, and what to do.
    pub message: Phrase,
}

impl Remark {
    /// In a language, for a file.
    pub fn message(&self, file: &str, lang: Lang) -> String {
        let grade = match self.grade {
            Grade::Error => lang.pick("error", "错误"),
            Grade::Warning => lang.pick("warning", "警告"),
        };
        format!("{}: {grade}: {file}: {}: {}", self.code, self.rule, self.message.get(lang))
    }
}

/// Why a term is refused unless somebody insists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Danger {
    /// One character.
    Short,
    /// A word of ordinary texts: in so many of a thousand.
    Common(u32),
    /// Digits only, and few of them.
    Number,
}

impl Danger {
    /// In words.
    pub fn title(&self) -> Phrase {
        match self {
            Danger::Short => Phrase::new(
                "a single character matches almost everywhere; give it a longer form or a word it must stand near",
                "单个字符几乎处处命中，请改用更完整的说法，或指定须同时出现的词（near）",
            ),
            Danger::Common(often) => Phrase::new(
                &format!(
                    "an ordinary word, in about {often} of 1000 public texts; give it a longer form or a word it must stand near"
                ),
                &format!(
                    "属常用词，约每 1000 篇公开文本中有 {often} 篇出现；请改用更完整的说法，或指定须同时出现的词（near）"
                ),
            ),
            Danger::Number => {
                Phrase::new("a short number matches dates, prices and counts", "位数很少的数字会命中日期、金额和数量")
            }
        }
    }
}

/// Words of public texts with how many of a thousand texts hold them; how the list was made is
/// said at its head.
static COMMON: LazyLock<HashMap<String, u32>> = LazyLock::new(|| {
    let lines = include_str!("../../patterns/common-words.txt").lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('\t'));
    pairs.filter_map(|(word, often)| Some((fold_literal(word).into_owned(), often.parse().ok()?))).collect()
});

/// The common words themselves.
pub fn common_words() -> impl Iterator<Item = &'static str> {
    COMMON.keys().map(String::as_str)
}

/// What makes a folded term dangerous by itself.
pub fn danger(folded: &str) -> Option<Danger> {
    let letters = folded.chars().filter(|c| c.is_alphanumeric()).count();
    if letters <= 1 {
        return Some(Danger::Short);
    }
    if folded.chars().all(|c| c.is_ascii_digit()) && letters < 6 {
        return Some(Danger::Number);
    }
    COMMON.get(&folded.to_lowercase()).map(|often| Danger::Common(*often))
}

/// Everything that can be said against a pack.
pub fn lint(pack: &Pack, today: Day) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for rule in &pack.rules {
        terms(rule, &mut remarks);
        patterns(rule, &mut remarks);
        anchors(rule, &mut remarks);
        standing(rule, today, &mut remarks);
    }
    doubles(pack, &mut remarks);
    remarks
}

fn remark(grade: Grade, code: &'static str, rule: &Rule, en: String, zh: String) -> Remark {
    Remark { grade, code, rule: rule.id.to_string(), message: Phrase::new(&en, &zh) }
}

fn terms(rule: &Rule, remarks: &mut Vec<Remark>) {
    for term in rule.terms.iter() {
        if let Some(danger) = term.wording.filter(|wording| wording.near.is_empty()).and_then(|it| danger(it.folded)) {
            let title = danger.title();
            let (en, zh) = (format!("term {}: {}", term.id, title.en), format!("词条 {}：{}", term.id, title.zh));
            remarks.push(remark(Grade::Error, "L101", rule, en, zh));
        }
    }
    for anchor in rule.anchors.iter().filter(|anchor| !is_cjk(anchor.chars().next().unwrap_or(' '))) {
        if anchor.chars().count() < 2 {
            let (en, zh) =
                (format!("the anchor `{anchor}` is found almost everywhere"), format!("锚词“{anchor}”几乎处处出现"));
            remarks.push(remark(Grade::Warning, "L102", rule, en, zh));
        }
    }
}

/// Texts of the rule's own forms that none of its anchors finds: it would pass over them. The anchors of data, such
/// as the schemes of addresses, may narrow a form on purpose: that is for the author to judge.
fn anchors(rule: &Arc<Rule>, remarks: &mut Vec<Remark>) {
    for (form, text) in if rule.terms.is_empty() { unreached(rule) } else { Vec::new() } {
        let reason = &form.reason;
        let en = format!(
            "the form \"{}\" matches `{text}`, which no anchor finds; add an anchor or narrow the form",
            reason.en
        );
        let zh = format!("形式“{}”可匹配“{text}”，但没有锚词能找到它，请补充锚词或收窄该形式", reason.zh);
        let grade = if rule.role == Role::Mark { Grade::Error } else { Grade::Warning };
        remarks.push(remark(grade, "L112", rule, en, zh));
    }
}

/// Greatest product of the bounds of nested repetitions; an unbounded one counts a thousand.
const NESTED: u64 = 10_000_000;

fn patterns(rule: &Rule, remarks: &mut Vec<Remark>) {
    if !rule.terms.is_empty() {
        return;
    }
    for form in &rule.forms {
        let Ok(whole) = regex_syntax::Parser::new().parse(form.pattern.source()) else { continue };
        // The author's own part; what stands around it is ours.
        let hir = marked(&whole).unwrap_or(&whole);
        if hir.properties().minimum_len() == Some(0) {
            let (en, zh) = ("a form matches the empty text, that is, everywhere", "有一种形式可匹配空文本，即处处命中");
            remarks.push(remark(Grade::Error, "L103", rule, en.into(), zh.into()));
        }
        if repeated(hir) > NESTED {
            let (en, zh) = (
                "repetitions inside repetitions: slow on long lines; say how many at most",
                "重复嵌套重复，长行上很慢，请写明次数上限",
            );
            remarks.push(remark(Grade::Error, "L104", rule, en.into(), zh.into()));
        }
    }
}

fn marked(hir: &Hir) -> Option<&Hir> {
    match hir.kind() {
        HirKind::Capture(one) if one.name.as_deref() == Some("mark") => Some(&one.sub),
        HirKind::Capture(one) => marked(&one.sub),
        HirKind::Repetition(one) => marked(&one.sub),
        HirKind::Concat(all) | HirKind::Alternation(all) => all.iter().find_map(marked),
        _ => None,
    }
}

/// The greatest product of bounds of repetitions inside each other.
fn repeated(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Repetition(one) => {
            let times = one.max.map_or(1000, u64::from).max(1);
            let inner = repeated(&one.sub);
            // One character a time cannot be split in different ways.
            if inner == 1 { times } else { times.saturating_mul(inner) }
        }
        HirKind::Capture(one) => repeated(&one.sub),
        HirKind::Concat(all) | HirKind::Alternation(all) => all.iter().map(repeated).max().unwrap_or(1),
        _ => 1,
    }
}

fn standing(rule: &Rule, today: Day, remarks: &mut Vec<Remark>) {
    if let Some(deprecated) = &rule.standing.deprecated {
        let instead = deprecated.replaced_by.as_deref().unwrap_or("-");
        let (since, reason) = (&deprecated.since, &deprecated.reason);
        let en = format!("deprecated since {since}: {reason}; instead: {instead}");
        remarks.push(remark(Grade::Warning, "L105", rule, en, format!("自 {since} 起弃用：{reason}；替代：{instead}")));
    }
    for allowed in rule.standing.allowlist.iter().filter(|allowed| allowed.expires.is_over(today)) {
        let until = allowed.expires;
        let en = format!("an allowed text ended on {until}; remove it or give a new day");
        remarks.push(remark(
            Grade::Warning,
            "L106",
            rule,
            en,
            format!("一条允许项已于 {until} 到期，请删除或更新日期"),
        ));
    }
}

/// A term, what it says, and its list.
type Worded<'p> = (&'p Rule, Wording<'p>, Term<'p>);

/// The same term twice, a term that a shorter one covers, two rules that look for the same.
fn doubles(pack: &Pack, remarks: &mut Vec<Remark>) {
    // What a sealed term says was looked at when it was sealed.
    let all: Vec<Worded<'_>> = pack
        .rules
        .iter()
        .flat_map(|rule| rule.terms.iter().filter_map(move |term| Some((&**rule, term.wording?, term))))
        .collect();
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, (rule, wording, term)) in all.iter().enumerate() {
        if let Some(other) = first.insert(wording.folded, at) {
            let (other_rule, _, other) = &all[other];
            let en = format!("term {} is the same as {} of {}; remove one", term.id, other.id, other_rule.id);
            remarks.push(remark(
                Grade::Error,
                "L107",
                rule,
                en,
                format!("词条 {} 与 {} 的词条 {} 相同，请删去其一", term.id, other_rule.id, other.id),
            ));
        }
    }
    shadowed(&all, remarks);
    let mut looks: BTreeMap<(&AnchorWords, Vec<&str>), &Rule> = BTreeMap::new();
    for rule in pack.rules.iter().filter(|rule| rule.terms.is_empty()) {
        let forms = rule.forms.iter().map(|form| form.pattern.source()).collect();
        if let Some(other) = looks.insert((&rule.anchors, forms), rule) {
            let en = format!("looks for the same as {}; remove one", other.id);
            remarks.push(remark(Grade::Warning, "L109", rule, en, format!("与规则 {} 所查相同，请删去其一", other.id)));
        }
    }
}

/// Terms that hold another, unconditional term of the same tier and worth: they add nothing.
fn shadowed(all: &[Worded<'_>], remarks: &mut Vec<Remark>) {
    let free: Vec<usize> = (0..all.len()).filter(|at| all[*at].1.near.is_empty()).collect();
    let words = free.iter().map(|at| all[*at].1.folded);
    let Ok(automaton) = AhoCorasick::builder().match_kind(MatchKind::Standard).build(words) else { return };
    let mut told = BTreeSet::new();
    for (at, (rule, wording, term)) in all.iter().enumerate() {
        let covering =
            automaton.find_overlapping_iter(wording.folded).map(|hit| free[hit.pattern().as_usize()]).find(|other| {
                let (other_rule, shorter_wording, shorter) = &all[*other];
                // A word of letters inside another is not found there.
                let inside = shorter_wording.folded.chars().any(is_cjk) || other_rule.inside_words;
                shorter_wording.folded.len() < wording.folded.len()
                    && inside
                    && (shorter.tier, shorter.score) >= (term.tier, term.score)
            });
        if let Some(other) = covering.filter(|_| told.insert(at)) {
            let (other_rule, _, other) = &all[other];
            let en = format!("term {} adds nothing: term {} of {} is found in it", term.id, other.id, other_rule.id);
            remarks.push(remark(
                Grade::Warning,
                "L108",
                rule,
                en,
                format!("词条 {} 多余：其中已含 {} 的词条 {}", term.id, other_rule.id, other.id),
            ));
        }
    }
}
