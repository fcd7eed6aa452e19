//! The report for a person at a terminal: a line a file grouped by folder, or every finding
//! with place and reason; the verdict and the next step come last, where the eye is.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::{Reporter, Summary, View, words};
use crate::model::{Finding, GapReason, Report, Severity, Verdict, safe_name};

/// Lines of one folder shown before the rest is counted.
const FOLDER: usize = 4;

pub(super) struct Human {
    view: View,
    folder: Option<String>,
    rows: Vec<Row>,
    reasons: BTreeSet<GapReason>,
}

/// A file's line.
struct Row {
    verdict: Verdict,
    name: String,
    what: String,
}

impl Human {
    pub(super) fn new(view: View) -> Self {
        Human { view, folder: None, rows: Vec::new(), reasons: BTreeSet::new() }
    }

    fn painted(&self, text: &str, style: Style) -> String {
        if self.view.color { format!("{style}{text}{style:#}") } else { text.to_string() }
    }

    fn badge(&self, verdict: Verdict) -> String {
        let color = match verdict {
            Verdict::Block => AnsiColor::Red,
            Verdict::Uninspected => AnsiColor::Magenta,
            Verdict::Warn => AnsiColor::Yellow,
            Verdict::Clear => AnsiColor::Green,
        };
        let word = words::badge(verdict, self.view.lang);
        padded(&self.painted(word, color.on_default().bold()), word.width(), 7)
    }

    fn row(&self, report: &Report) -> Row {
        let (_, name) = split(&report.path);
        let leading = report.findings.iter().find(|finding| Verdict::from(finding.verdict) == report.verdict);
        let what = match leading.or(report.findings.first().filter(|f| f.verdict > Severity::Note)) {
            Some(finding) => self.in_short(finding),
            None => report.gaps.first().map(|gap| words::gap(gap, self.view.lang)).unwrap_or_default(),
        };
        Row { verdict: report.verdict, name: safe_name(name), what }
    }

    fn in_short(&self, finding: &Finding) -> String {
        let lang = self.view.lang;
        let excerpt = self.view.excerpt(&finding.excerpt);
        format!("{excerpt}  {} · {}", finding.title.get(lang), finding.location.describe(lang))
    }

    /// Writes the lines of one folder.
    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let (unclear, clear): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.verdict != Verdict::Clear);
        if let Some(folder) = self.folder.take().filter(|_| !unclear.is_empty() || !clear.is_empty()) {
            writeln!(out, "{}", self.painted(&safe_name(&folder), Style::new().bold()))?;
        }
        let shown = if unclear.len() <= FOLDER + 2 { unclear.len() } else { FOLDER };
        let width = unclear.iter().take(shown).map(|row| row.name.width()).max().unwrap_or(0).min(44);
        for row in unclear.iter().take(shown) {
            let name = padded(&row.name, row.name.width(), width);
            writeln!(out, "  {} {name}  {}", self.badge(row.verdict), row.what)?;
        }
        let mut rest: Vec<String> = Vec::new();
        for verdict in [Verdict::Block, Verdict::Uninspected, Verdict::Warn] {
            let n = unclear.iter().skip(shown).filter(|row| row.verdict == verdict).count();
            if n > 0 {
                rest.push(format!("{n} {}", words::badge(verdict, self.view.lang)));
            }
        }
        if !clear.is_empty() {
            rest.push(format!("{} {}", clear.len(), words::badge(Verdict::Clear, self.view.lang)));
        }
        if rest.is_empty() {
            return Ok(());
        }
        let more = self.view.lang.pick(if shown > 0 { "and " } else { "" }, if shown > 0 { "另有 " } else { "" });
        let hint =
            if unclear.len() > shown { self.view.lang.pick("  (-v lists all)", "（-v 列出全部）") } else { "" };
        writeln!(out, "  {}", self.painted(&format!("{more}{}{hint}", rest.join(", ")), Style::new().dimmed()))
    }

    /// Writes one file with all its findings and gaps.
    fn detail(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let lang = self.view.lang;
        let kind = report.identified.as_ref().map(|identified| identified.format.title(lang)).unwrap_or_default();
        let about = self.painted(&format!("  {kind} {}", words::size(report.bytes)), Style::new().dimmed());
        writeln!(out, "{} {}{about}", self.badge(report.verdict), safe_name(&report.path))?;
        for finding in &report.findings {
            let sign = match finding.verdict {
                Severity::Block => self.painted("■", AnsiColor::Red.on_default()),
                Severity::Warn => self.painted("▲", AnsiColor::Yellow.on_default()),
                Severity::Note => self.painted("·", Style::new().dimmed()),
            };
            let excerpt = self.painted(&self.view.excerpt(&finding.excerpt), Style::new().bold());
            writeln!(out, "  {sign} {excerpt}  {} · {}", finding.title.get(lang), finding.tier.title(lang))?;
            writeln!(out, "      {} {}", lang.pick("where", "位置 "), finding.location.describe(lang))?;
            let why: Vec<String> = finding
                .why
                .iter()
                .map(|reason| if self.view.explain { reason.weighed(lang) } else { reason.text.get(lang).to_string() })
                .collect();
            let score = if self.view.explain { format!(" = {}", finding.score) } else { String::new() };
            writeln!(out, "      {} {}{score}", lang.pick("why  ", "原因 "), why.join(lang.pick("; ", "；")))?;
            if self.view.explain {
                let source = finding.source();
                writeln!(out, "      {} {} ({source})", lang.pick("rule ", "规则 "), finding.rule)?;
            }
        }
        for gap in &report.gaps {
            let sign = self.painted("?", AnsiColor::Magenta.on_default());
            writeln!(out, "  {sign} {}", words::gap(gap, lang))?;
        }
        Ok(())
    }
}

impl Reporter for Human {
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        self.reasons.extend(report.gaps.iter().filter(|gap| !gap.accepted).map(|gap| gap.reason));
        if self.view.detail {
            return self.detail(report, out);
        }
        let (folder, _) = split(&report.path);
        if self.folder.as_deref() != Some(folder) {
            self.flush(out)?;
            self.folder = Some(folder.to_string());
        }
        self.rows.push(self.row(report));
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.flush(out)?;
        let lang = self.view.lang;
        writeln!(out, "\n{}", words::counts(summary, lang))?;
        let color = match summary.worst() {
            Verdict::Block => AnsiColor::Red,
            Verdict::Uninspected => AnsiColor::Magenta,
            Verdict::Warn => AnsiColor::Yellow,
            Verdict::Clear => AnsiColor::Green,
        };
        writeln!(out, "{}", self.painted(&words::conclusion(summary, lang), color.on_default().bold()))?;
        for step in words::next_steps(summary.worst(), &self.reasons, lang) {
            writeln!(out, "  {} {step}", lang.pick("→", "→"))?;
        }
        if summary.worst() != Verdict::Clear && !self.view.explain {
            let hint = lang.pick(
                "  → To see every place and reason: mizha scan --explain FILE",
                "  → 查看每处位置与原因：mizha scan --explain 文件",
            );
            writeln!(out, "{hint}")?;
        }
        Ok(())
    }
}

/// Folder and name of a path.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// Fills up to a width in terminal cells; a Chinese character takes two.
fn padded(text: &str, shown: usize, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(shown)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_by_display_width() {
        assert_eq!(padded("机密", "机密".width(), 6), "机密  ");
        assert_eq!(padded("SECRET", 6, 6), "SECRET");
    }
}
