//! One self-contained page: conclusion, counts, then every file that is not clear. No script,
//! nothing loaded from elsewhere, fit for printing, light and dark.

use std::collections::BTreeSet;
use std::io::{self, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Reporter, Summary, View, words};
use crate::model::{Finding, GapReason, Lang, Report, Severity, Verdict, safe_name};

pub(super) struct Html {
    view: View,
    items: Vec<Markup>,
    clear: u64,
    reasons: BTreeSet<GapReason>,
}

impl Html {
    pub(super) fn new(view: View) -> Self {
        Html { view, items: Vec::new(), clear: 0, reasons: BTreeSet::new() }
    }

    fn cards(&self, summary: &Summary) -> Markup {
        let verdicts = [Verdict::Block, Verdict::Uninspected, Verdict::Warn, Verdict::Clear];
        cards(verdicts.map(|verdict| (verdict.as_str(), summary.count(verdict), words::badge(verdict, self.view.lang))))
    }
}

impl Reporter for Html {
    fn report(&mut self, report: &Report, _: &mut dyn Write) -> io::Result<()> {
        self.reasons.extend(report.gaps.iter().filter(|gap| !gap.accepted).map(|gap| gap.reason));
        if report.verdict == Verdict::Clear && report.findings.is_empty() {
            self.clear += 1;
        } else {
            self.items.push(item(report, &self.view));
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let lang = self.view.lang;
        let steps = words::next_steps(summary.worst(), &self.reasons, lang);
        let body = html! {
            (verdict(summary.worst().as_str(), &words::conclusion(summary, lang), &words::counts(summary, lang), &steps))
            (self.cards(summary))
            @for item in &self.items { (item) "\n" }
            @if self.clear > 0 {
                p .rest {
                    (lang.pick(
                        format!("{} more files: nothing found.", self.clear),
                        format!("其余 {} 个文件未发现问题。", self.clear),
                    ))
                }
            }
        };
        let page = page(lang.pick("Mizha: outgoing check", "密闸 · 外发检查报告"), &body, lang);
        out.write_all(page.into_string().as_bytes())
    }
}

/// One file with what was found in it and what could not be inspected.
pub(crate) fn item(report: &Report, view: &View) -> Markup {
    let lang = view.lang;
    let kind = report.identified.as_ref().map(|identified| identified.format.title(lang)).unwrap_or_default();
    html! {
        article class=(report.verdict.as_str()) {
            header {
                span .badge { (words::badge(report.verdict, lang)) }
                b { (safe_name(&report.path)) }
                small { (kind) " " (words::size(report.bytes)) }
            }
            @for finding in &report.findings { (finding_row(finding, view)) }
            @for gap in &report.gaps {
                div .finding .gap {
                    code { "?" }
                    div { strong { (gap.reason.title(lang)) } p { (gap.location.describe(lang)) } }
                }
            }
        }
    }
}

fn finding_row(finding: &Finding, view: &View) -> Markup {
    let lang = view.lang;
    let level = match finding.verdict {
        Severity::Block => "block",
        Severity::Warn => "warn",
        Severity::Note => "note",
    };
    let reason = |reason: &crate::model::Reason| {
        if view.explain { reason.weighed(lang) } else { reason.text.get(lang).to_string() }
    };
    let why: Vec<String> = finding.why.iter().map(reason).collect();
    html! {
        div class={ "finding " (level) } {
            code { (view.excerpt(&finding.excerpt)) }
            div {
                strong { (finding.title.get(lang)) } " "
                em { (finding.tier.title(lang)) " · " (finding.source()) }
                p { (finding.location.describe(lang)) }
                p .why { (why.join(lang.pick(" · ", "；"))) }
            }
        }
    }
}

/// The conclusion, on top of a page, and what to do now.
pub(crate) fn verdict(class: &str, answer: &str, detail: &str, steps: &[&str]) -> Markup {
    html! {
        section class={ "verdict " (class) } {
            h2 { (answer) }
            @if !detail.is_empty() { p { (detail) } }
            @if !steps.is_empty() { ul { @for step in steps { li { (step) } } } }
        }
    }
}

/// Counts, side by side: class, number and word of each.
pub(crate) fn cards<const N: usize>(cards: [(&str, u64, &str); N]) -> Markup {
    html! {
        section .cards {
            @for (class, count, word) in cards {
                div class={ "card " (class) } { b { (count) } span { (word) } }
            }
        }
    }
}

/// A whole page. All text in it was escaped by the type of what it is put together from.
pub(crate) fn page(title: &str, body: &Markup, lang: Lang) -> Markup {
    html! {
        (DOCTYPE) "\n"
        html lang=(lang.pick("en", "zh-CN")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            "\n"
            body {
                main {
                    h1 { (title) }
                    (body)
                    footer {
                        (lang.pick(
                            "Matched text is masked. Everything was done on this computer; nothing was sent anywhere.",
                            "匹配内容已作遮盖处理。检查全程在本机完成，未向任何地方发送数据。",
                        ))
                    }
                }
            }
        }
        "\n"
    }
}

/// The stylesheet of reports and pages. Every text has a contrast of at least 4.5 to what it stands on (WCAG 2.2, 1.4.3).
pub(crate) const STYLE: &str = "
:root{color-scheme:light dark;--bg:#f5f6f8;--ink:#1c2430;--soft:#566070;--card:#fff;--line:#e3e6eb;--block:#c62828;--warn:#8a5200;--uninspected:#7b3fa0;--clear:#2e7d4f}
@media(prefers-color-scheme:dark){:root{--bg:#14171c;--ink:#e6e9ee;--soft:#98a2b3;--card:#1e2229;--line:#2e343d;--block:#ff7b72;--warn:#e3b341;--uninspected:#c9a0ff;--clear:#6cc990}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.6 system-ui,'Noto Sans CJK SC','Microsoft YaHei','PingFang SC','WenQuanYi Zen Hei',sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 3rem}h1{font-size:1.05rem;font-weight:600;color:var(--soft);margin:0 0 1rem;letter-spacing:.02em}
.verdict{background:var(--card);border:1px solid var(--line);border-left:6px solid var(--c);border-radius:10px;padding:1.1rem 1.4rem}
.verdict h2{margin:0;font-size:1.45rem;line-height:1.35;color:var(--c)}.verdict p{margin:.3rem 0 0;color:var(--soft)}.verdict ul{margin:.8rem 0 0;padding-left:1.2rem}.verdict ul:empty{display:none}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.8rem;margin:1rem 0 1.6rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.7rem 1rem;display:flex;flex-direction:column}.card b{font-size:1.7rem;line-height:1.2;color:var(--c);font-variant-numeric:tabular-nums}.card span{color:var(--soft);font-size:.85rem}
.block{--c:var(--block)}.warn{--c:var(--warn)}.uninspected,.gap{--c:var(--uninspected)}.clear{--c:var(--clear)}.note{--c:var(--soft)}
article{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:0 0 .8rem;overflow:hidden;break-inside:avoid}
article header{display:flex;align-items:baseline;gap:.7rem;padding:.65rem 1rem;border-bottom:1px solid var(--line)}article header b{overflow-wrap:anywhere;font-weight:600}article header small{margin-left:auto;color:var(--soft);white-space:nowrap}
.badge{background:var(--c);color:var(--card);border-radius:5px;padding:.05rem .5rem;font-size:.78rem;font-weight:700;white-space:nowrap}
.finding{display:flex;gap:1rem;padding:.6rem 1rem;border-left:4px solid var(--c);align-items:flex-start}.finding+.finding{border-top:1px solid var(--line)}.finding>div{flex:1;min-width:0}.finding p{margin:0;overflow-wrap:anywhere}.finding .why{color:var(--soft);font-size:.86rem}.finding em{font-style:normal;color:var(--soft);font-size:.86rem;margin-left:.3rem}
.finding code{flex:0 0 11rem;font:600 .95rem/1.6 ui-monospace,'Noto Sans Mono CJK SC',monospace;color:var(--c);overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse;font-size:.86rem;margin:.4rem 0}th,td{border:1px solid var(--line);padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:var(--card);white-space:nowrap}tr{break-inside:avoid}.facts{width:auto;margin-bottom:1rem}.log td:nth-child(1){white-space:nowrap}.log td:nth-child(2){overflow-wrap:normal}.signatures{margin-top:2rem}
h3{font-size:1.05rem;margin:1.6rem 0 .6rem}.rest,footer{color:var(--soft);font-size:.88rem}footer{margin-top:1.5rem;border-top:1px solid var(--line);padding-top:.8rem}
@media(max-width:40rem){.finding{flex-direction:column;gap:.1rem}.finding code{flex:none}article header{flex-wrap:wrap}}
@media print{@page{size:A4;margin:20mm 18mm;@bottom-center{content:counter(page) ' / ' counter(pages);font-size:9pt}}
:root{color-scheme:light;--bg:#fff;--ink:#000;--soft:#333;--card:#fff;--line:#888;--block:#a00;--warn:#630;--uninspected:#525;--clear:#063}
body{font-size:10.5pt;counter-reset:section}main{max-width:none;padding:0}h1{font-size:18pt;text-align:center;color:#000;margin:0 0 1.2rem}h3{break-after:avoid}
[lang^=zh] h3::before{counter-increment:section;content:counter(section,simp-chinese-informal)'、'}
.verdict,.card,article{border-radius:0}.verdict{break-inside:avoid;padding:.7rem 1rem}.verdict h2{font-size:14pt}.cards{grid-auto-flow:column;grid-auto-columns:1fr;grid-template-columns:none;gap:0;margin:1rem 0}.card{padding:.4rem .6rem}.card+.card{margin-left:-1px}.card b{font-size:14pt}
.facts{width:100%}.facts th{width:9em}thead{display:table-header-group}.signatures{break-inside:avoid;table-layout:fixed}.signatures td,.signatures th{text-align:center;white-space:normal}footer{break-before:avoid}}
";
