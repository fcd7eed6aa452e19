//! One self-contained page: conclusion, counts, then every file that is not clear. No script,
//! nothing loaded from elsewhere, fit for printing, light and dark.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::{Reporter, Summary, View, words};
use crate::model::{GapReason, Report, Severity, Verdict, safe_name};

pub(super) struct Html {
    view: View,
    items: String,
    clear: u64,
    reasons: BTreeSet<GapReason>,
}

impl Html {
    pub(super) fn new(view: View) -> Self {
        Html { view, items: String::new(), clear: 0, reasons: BTreeSet::new() }
    }

    fn item(&self, report: &Report) -> String {
        let lang = self.view.lang;
        let class = report.verdict.as_str();
        let kind = report.identified.as_ref().map(|identified| identified.format.title(lang)).unwrap_or_default();
        let mut html = format!(
            "<article class=\"{class}\"><header><span class=\"badge\">{}</span><b>{}</b><small>{} {}</small></header>",
            words::badge(report.verdict, lang),
            escape(&safe_name(&report.path)),
            escape(kind),
            words::size(report.bytes)
        );
        for finding in &report.findings {
            let level = match finding.verdict {
                Severity::Block => "block",
                Severity::Warn => "warn",
                Severity::Note => "note",
            };
            let why: Vec<String> = finding
                .why
                .iter()
                .map(|reason| {
                    escape(&if self.view.explain { reason.weighed(lang) } else { reason.text.get(lang).into() })
                })
                .collect();
            let _ = write!(
                html,
                "<div class=\"finding {level}\"><code>{}</code><div><strong>{}</strong> <em>{}</em><p>{}</p><p class=\"why\">{}</p></div></div>",
                escape(&self.view.excerpt(&finding.excerpt)),
                escape(finding.title.get(lang)),
                escape(&format!("{} · {}", finding.tier.title(lang), finding.source())),
                escape(&finding.location.describe(lang)),
                why.join(lang.pick(" · ", "；"))
            );
        }
        for gap in &report.gaps {
            let _ = write!(
                html,
                "<div class=\"finding gap\"><code>?</code><div><strong>{}</strong><p>{}</p></div></div>",
                escape(gap.reason.title(lang)),
                escape(&gap.location.describe(lang))
            );
        }
        html + "</article>\n"
    }

    fn cards(&self, summary: &Summary) -> String {
        let mut html = String::new();
        for verdict in [Verdict::Block, Verdict::Uninspected, Verdict::Warn, Verdict::Clear] {
            let _ = write!(
                html,
                "<div class=\"card {}\"><b>{}</b><span>{}</span></div>",
                verdict.as_str(),
                summary.count(verdict),
                words::badge(verdict, self.view.lang)
            );
        }
        html
    }
}

impl Reporter for Html {
    fn report(&mut self, report: &Report, _: &mut dyn Write) -> io::Result<()> {
        self.reasons.extend(report.gaps.iter().filter(|gap| !gap.accepted).map(|gap| gap.reason));
        if report.verdict == Verdict::Clear && report.findings.is_empty() {
            self.clear += 1;
        } else {
            let item = self.item(report);
            self.items.push_str(&item);
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let lang = self.view.lang;
        let steps: String = words::next_steps(summary.worst(), &self.reasons, lang)
            .iter()
            .map(|step| format!("<li>{}</li>", escape(step)))
            .collect();
        let title = lang.pick("Mizha: outgoing check", "密闸 · 外发检查报告");
        let clear = match self.clear {
            0 => String::new(),
            n => format!(
                "<p class=\"rest\">{}</p>",
                lang.pick(format!("{n} more files: nothing found."), format!("其余 {n} 个文件未发现问题。"))
            ),
        };
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title}</title>\
             <style>{STYLE}</style></head>\n<body><main><h1>{title}</h1>\
             <section class=\"verdict {}\"><h2>{}</h2><p>{}</p><ul>{steps}</ul></section>\
             <section class=\"cards\">{}</section>\n{}{clear}<footer>{}</footer></main></body></html>\n",
            lang.pick("en", "zh-CN"),
            summary.worst().as_str(),
            escape(&words::conclusion(summary, lang)),
            escape(&words::counts(summary, lang)),
            self.cards(summary),
            self.items,
            lang.pick(
                "Matched text is masked. Everything was done on this computer; nothing was sent anywhere.",
                "匹配内容已作遮盖处理。检查全程在本机完成，未向任何地方发送数据。"
            )
        )
    }
}

pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

pub(crate) const STYLE: &str = "
:root{--bg:#f5f6f8;--ink:#1c2430;--soft:#667085;--card:#fff;--line:#e3e6eb;--block:#c62828;--warn:#b26a00;--uninspected:#7b3fa0;--clear:#2e7d4f}
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
.rest,footer{color:var(--soft);font-size:.88rem}footer{margin-top:1.5rem;border-top:1px solid var(--line);padding-top:.8rem}
@media(max-width:40rem){.finding{flex-direction:column;gap:.1rem}.finding code{flex:none}article header{flex-wrap:wrap}}
@media print{body{background:#fff}main{max-width:none;padding:0}}
";
