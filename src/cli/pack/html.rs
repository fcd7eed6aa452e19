//! A trial as one self-contained page that a manager understands: the answer first, then numbers,
//! then rule by rule with masked examples.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::comparison::{Comparison, RuleTally, Trial, by_documents};
use crate::act::report::html::{cards, page, verdict};
use crate::model::Lang;

/// A trial of one set of packs.
pub(super) fn test(trial: &Trial, lang: Lang) -> String {
    let [clear, warn, uninspected, block] = trial.verdicts;
    let held = block + warn;
    let answer = lang.pick(
        format!("{held} of {} documents would be stopped or asked about", trial.documents),
        format!("{} 份文件中，有 {held} 份会被拦截或要求核对", trial.documents),
    );
    let class = match (block, warn) {
        (1.., _) => "block",
        (0, 1..) => "warn",
        (0, 0) => "clear",
    };
    let body = html! {
        (verdict(class, &answer, &speed(trial, lang), &[]))
        (cards([
            ("block", block, lang.pick("stopped", "拦截")),
            ("warn", warn, lang.pick("asked about", "要求核对")),
            ("uninspected", uninspected, lang.pick("could not be read", "无法读取")),
            ("clear", clear, lang.pick("pass", "通过")),
        ]))
        (rules(None, lang.pick("Which rules fire", "命中的规则"), &trial.rules, lang))
    };
    page(lang.pick("Trial of packs", "规则包试运行报告"), &body, lang).into_string()
}

/// Two versions side by side.
pub(super) fn diff(comparison: &Comparison, lang: Lang) -> String {
    let Comparison { old, new, newly, no_longer, harder, milder } = comparison;
    let answer = match (newly.len(), no_longer.len()) {
        (0, 0) => lang.pick("The new version does the same as the old one", "新版与旧版效果相同").to_string(),
        (newly, gone) => lang.pick(
            format!("{newly} rules fire where they did not, {gone} no longer fire where they did"),
            format!("{newly} 条规则新增命中，{gone} 条规则不再命中"),
        ),
    };
    let class = match (no_longer.is_empty(), newly.is_empty()) {
        (false, _) => "block",
        (true, true) => "clear",
        (true, false) => "warn",
    };
    let no_longer_title = lang.pick("No longer fires: is that wanted?", "不再命中：是否符合预期？");
    let body = html! {
        (verdict(class, &answer, &speed(new, lang), &[]))
        (cards([
            ("block", *harder, lang.pick("documents judged harder", "份文件结论加重")),
            ("clear", *milder, lang.pick("documents judged milder", "份文件结论减轻")),
            ("note", old.millis, lang.pick("ms with the old version", "毫秒（旧版）")),
            ("note", new.millis, lang.pick("ms with the new version", "毫秒（新版）")),
        ]))
        (rules(Some("warn"), lang.pick("Newly fires", "新增命中"), newly, lang))
        (rules(Some("block"), no_longer_title, no_longer, lang))
    };
    page(lang.pick("Two versions of a pack", "规则包新旧对比报告"), &body, lang).into_string()
}

fn speed(trial: &Trial, lang: Lang) -> String {
    let (documents, megabytes, seconds) = (trial.documents, trial.bytes as f64 / 1e6, trial.millis as f64 / 1e3);
    lang.pick(
        format!("{documents} documents, {megabytes:.1} MB, {seconds:.1} s"),
        format!("共 {documents} 份文件，{megabytes:.1} MB，用时 {seconds:.1} 秒"),
    )
}

/// Rules with their examples; all of one class, or each of the class of what it found.
fn rules(class: Option<&str>, title: &str, rules: &BTreeMap<String, RuleTally>, lang: Lang) -> Markup {
    html! {
        @if !rules.is_empty() { h3 { (title) } }
        @for (id, tally) in by_documents(rules) { (rule(class, id, tally, lang)) }
    }
}

fn rule(class: Option<&str>, id: &str, tally: &RuleTally, lang: Lang) -> Markup {
    let documents = tally.documents.len();
    let class = class.unwrap_or(match (tally.blocks, tally.warns) {
        (1.., _) => "block",
        (0, 1..) => "warn",
        _ => "note",
    });
    let more = documents.saturating_sub(tally.examples.len());
    html! {
        article class=(class) {
            header {
                span .badge { (lang.pick(counted(documents), format!("{documents} 份文件"))) }
                b { (tally.title) }
                small { (id) }
            }
            @for example in &tally.examples {
                div class={ "finding " (class) } {
                    code { (example.excerpt) }
                    div { strong { (example.document) } p { (example.place) } }
                }
            }
            @if more > 0 {
                div .finding .note {
                    p .why { (lang.pick(format!("and {more} more"), format!("另有 {more} 份文件"))) }
                }
            }
        }
    }
}

fn counted(documents: usize) -> String {
    if documents == 1 { "1 document".into() } else { format!("{documents} documents") }
}
