//! `mizha rule`: what the rules are, what one of them looks for and why, and a try.

use std::io::{Read, Write};
use std::sync::Arc;

use anyhow::bail;

use super::args::{Common, RuleVerb};
use super::exit::Exit;
use super::setup;
use super::stdout::stdout;
use crate::act::report::{ReportFormat, Summary, View, reporter};
use crate::model::{Lang, Severity};
use crate::pack::{Rule, RuleSet};
use crate::scan::{Options, Scanner};

/// Runs the verb.
pub(super) fn run(verb: RuleVerb, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let (config, _) = setup::config(common)?;
    let rules = setup::rules(common, &config, setup::OnBadPack::Refused, lang)?.rules;
    let mut out = stdout();
    match verb {
        RuleVerb::List => {
            for rule in rules.rules() {
                writeln!(out, "{:42} {:12} {}", rule.id, rule.tier.as_str(), rule.title.get(lang))?;
            }
        }
        RuleVerb::Explain { id } => write!(out, "{}", explained(find(&rules, &id, lang)?, lang))?,
        RuleVerb::Test { id } => {
            let rule = find(&rules, &id, lang)?;
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            let options = Options { ocr_text: rule.ocr_only, ..Options::default() };
            let mut report = Scanner::new(rules.clone(), options).scan_message(&text);
            report.findings.retain(|finding| *finding.rule == id);
            let mut summary = Summary::default();
            report.verdict = crate::model::Report::verdict_of(&report.findings, &report.gaps);
            summary.add(&report);
            let view = View { lang, detail: true, explain: true, ..View::default() };
            let mut reporter = reporter(ReportFormat::Human, view);
            reporter.report(&report, &mut out)?;
            reporter.finish(&summary, &mut out)?;
            return Ok(Exit::of(&summary, Severity::Warn));
        }
    }
    Ok(Exit::Clear)
}

fn find<'r>(rules: &'r Arc<RuleSet>, id: &str, lang: Lang) -> anyhow::Result<&'r Rule> {
    match rules.rules().iter().find(|rule| *rule.id == *id) {
        Some(rule) => Ok(rule),
        None => bail!(lang.pick(
            format!("no rule {id}; `mizha rule list` lists them"),
            format!("没有规则 {id}；可用 mizha rule list 查看")
        )),
    }
}

fn explained(rule: &Rule, lang: Lang) -> String {
    let mut text = format!("{}\n{} · {} · {}\n", rule.title.get(lang), rule.id, rule.pack, rule.tier.title(lang));
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            text.push_str(&format!("\n{title}\n"));
            for line in lines {
                text.push_str(&format!("  {line}\n"));
            }
        }
    };
    section(
        lang.pick("Forms, and what each is worth", "形式及分值"),
        rule.forms.iter().map(|form| format!("{:>4}  {}", form.score, form.reason.get(lang))).collect(),
    );
    section(lang.pick("Terms", "词条"), terms(rule, lang).into_iter().collect());
    section(
        lang.pick("Surroundings that count", "上下文因素"),
        rule.predicates.iter().map(|p| format!("{:>+4}  {}", p.score, p.reason.get(lang))).collect(),
    );
    let shown = |examples: &[crate::pack::Example]| {
        examples
            .iter()
            .map(|example| {
                let placed = example.placed();
                format!("[{}] {}", placed.part.title(lang), placed.text.trim_end().replace('\n', " ⏎ "))
            })
            .collect::<Vec<_>>()
    };
    section(lang.pick("Found", "会发现"), shown(&rule.examples));
    section(lang.pick("Left alone", "不会误报"), shown(&rule.negative_examples));
    section(lang.pick("Sources", "依据"), rule.references.clone());
    if let Some(advice) = &rule.advice {
        section(lang.pick("What to do", "怎么办"), vec![advice.get(lang).to_string()]);
    }
    text
}

/// How many terms a list has, and who can read them. Which they are is not shown here.
fn terms(rule: &Rule, lang: Lang) -> Option<String> {
    let count = rule.terms.len();
    (count > 0).then(|| match rule.terms.words() {
        Some(_) => lang.pick(
            format!("{count}, sealed: they are found and cannot be read here; the officer knows which id is which"),
            format!("{count} 个，已密封：能查出但看不到内容；编号与词条的对照由保密管理员保存"),
        ),
        None => count.to_string(),
    })
}
