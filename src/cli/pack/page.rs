//! A trial as one self-contained page that a manager understands: the answer first, then numbers,
//! then rule by rule with masked examples.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::trial::{Comparison, Tally, Trial, by_documents};
use crate::act::report::{STYLE, escape};
use crate::model::Lang;

/// A trial of one set of packs.
pub(super) fn test(trial: &Trial, lang: Lang) -> String {
    let [clear, warn, uninspected, block] = trial.verdicts;
    let held = block + warn;
    let answer = lang.pick(
        format!("{held} of {} documents would be stopped or asked about", trial.documents),
        format!("{} 份文件中，有 {held} 份会被拦截或要求核对", trial.documents),
    );
    let class = if block > 0 {
        "block"
    } else if warn > 0 {
        "warn"
    } else {
        "clear"
    };
    let mut body = verdict(class, &answer, &speed(trial, lang));
    body += "<section class=\"cards\">";
    for (class, count, word) in [
        ("block", block, lang.pick("stopped", "拦截")),
        ("warn", warn, lang.pick("asked about", "要求核对")),
        ("uninspected", uninspected, lang.pick("could not be read", "无法读取")),
        ("clear", clear, lang.pick("pass", "通过")),
    ] {
        let _ = write!(body, "<div class=\"card {class}\"><b>{count}</b><span>{word}</span></div>");
    }
    body += "</section>";
    body += &rules("note", lang.pick("Which rules fire", "命中的规则"), &trial.rules, lang);
    page(lang.pick("Trial of packs", "规则包试运行报告"), &body, lang)
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
    let class = if !no_longer.is_empty() {
        "block"
    } else if newly.is_empty() {
        "clear"
    } else {
        "warn"
    };
    let mut body = verdict(class, &answer, &speed(new, lang));
    body += "<section class=\"cards\">";
    for (class, count, word) in [
        ("block", *harder, lang.pick("documents judged harder", "份文件结论加重")),
        ("clear", *milder, lang.pick("documents judged milder", "份文件结论减轻")),
        ("note", old.millis, lang.pick("ms with the old version", "毫秒（旧版）")),
        ("note", new.millis, lang.pick("ms with the new version", "毫秒（新版）")),
    ] {
        let _ = write!(body, "<div class=\"card {class}\"><b>{count}</b><span>{word}</span></div>");
    }
    body += "</section>";
    body += &rules("warn", lang.pick("Newly fires", "新增命中"), newly, lang);
    body += &rules("block", lang.pick("No longer fires: is that wanted?", "不再命中：是否符合预期？"), no_longer, lang);
    page(lang.pick("Two versions of a pack", "规则包新旧对比报告"), &body, lang)
}

fn verdict(class: &str, answer: &str, detail: &str) -> String {
    format!("<section class=\"verdict {class}\"><h2>{}</h2><p>{}</p></section>", escape(answer), escape(detail))
}

fn speed(trial: &Trial, lang: Lang) -> String {
    let (documents, megabytes, seconds) = (trial.documents, trial.bytes as f64 / 1e6, trial.millis as f64 / 1e3);
    lang.pick(
        format!("{documents} documents, {megabytes:.1} MB, {seconds:.1} s"),
        format!("共 {documents} 份文件，{megabytes:.1} MB，用时 {seconds:.1} 秒"),
    )
}

fn rules(class: &str, title: &str, rules: &BTreeMap<String, Tally>, lang: Lang) -> String {
    if rules.is_empty() {
        return String::new();
    }
    let mut html = format!("<h3>{}</h3>", escape(title));
    for (id, tally) in by_documents(rules) {
        let documents = tally.documents.len();
        let class = match (tally.blocks, tally.warns) {
            _ if class != "note" => class,
            (1.., _) => "block",
            (0, 1..) => "warn",
            _ => "note",
        };
        let _ = write!(
            html,
            "<article class=\"{class}\"><header><span class=\"badge\">{}</span><b>{}</b><small>{}</small></header>",
            lang.pick(counted(documents), format!("{documents} 份文件")),
            escape(&tally.title),
            escape(id)
        );
        for example in &tally.examples {
            let _ = write!(
                html,
                "<div class=\"finding {class}\"><code>{}</code><div><strong>{}</strong><p>{}</p></div></div>",
                escape(&example.excerpt),
                escape(&example.document),
                escape(&example.place)
            );
        }
        let more = documents.saturating_sub(tally.examples.len());
        if more > 0 {
            let words = lang.pick(format!("and {more} more"), format!("另有 {more} 份文件"));
            let _ = write!(html, "<div class=\"finding note\"><p class=\"why\">{words}</p></div>");
        }
        html += "</article>\n";
    }
    html
}

fn counted(documents: usize) -> String {
    if documents == 1 { "1 document".into() } else { format!("{documents} documents") }
}

fn page(title: &str, body: &str, lang: Lang) -> String {
    let (tag, note) = lang.pick(
        ("en", "Matched text is masked. Everything was done on this computer; nothing was sent anywhere."),
        ("zh-CN", "匹配内容已作遮盖处理。检查全程在本机完成，未向任何地方发送数据。"),
    );
    format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}h3{{font-size:1.05rem;margin:1.6rem 0 .6rem}}</style></head>\n\
         <body><main><h1>{title}</h1>{body}<footer>{note}</footer></main></body></html>\n"
    )
}
