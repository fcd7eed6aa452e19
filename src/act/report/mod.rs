//! Reports in five formats behind one trait: for people (human, html) and for programs (json,
//! jsonl, sarif). A format a file. Excerpts stay masked unless the view says otherwise.

pub(crate) mod html;
mod human;
mod json;
mod sarif;
mod words;

use std::io::{self, Write};

use crate::model::{Excerpt, Lang, Report, Verdict};
#[cfg(feature = "cli")]
pub(crate) use words::badge;
#[cfg(feature = "ui")]
pub(crate) use words::{next_steps, size};

/// A report format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReportFormat {
    /// For a person at a terminal.
    #[default]
    Human,
    /// One JSON array.
    Json,
    /// JSON Lines, one object an input file: the contract for scripts.
    Jsonl,
    /// SARIF 2.1.0, for code and security dashboards.
    Sarif,
    /// One self-contained page.
    Html,
}

/// How a report is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct View {
    /// The reader's language.
    pub lang: Lang,
    /// Colours may be used.
    pub color: bool,
    /// Every finding with place and reasons, rather than a line a file.
    pub detail: bool,
    /// Reasons with their weights.
    pub explain: bool,
    /// Matched text in the open.
    pub show_text: bool,
}

impl View {
    fn excerpt(&self, excerpt: &Excerpt) -> String {
        if self.show_text { excerpt.reveal().to_string() } else { excerpt.masked() }
    }
}

/// What a whole run came to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Summary {
    /// Items scanned.
    pub items: u64,
    /// Items by verdict: clear, warn, uninspected, block.
    pub counts: [u64; 4],
    /// Bytes of all items.
    pub bytes: u64,
    /// Time from beginning to end.
    pub millis: u64,
}

impl Summary {
    /// Adds one report.
    pub fn add(&mut self, report: &Report) {
        self.items += 1;
        self.counts[report.verdict as usize] += 1;
        self.bytes += report.bytes;
    }

    /// Items with a verdict.
    pub fn count(&self, verdict: Verdict) -> u64 {
        self.counts[verdict as usize]
    }

    /// The hardest verdict of all.
    pub fn worst(&self) -> Verdict {
        [Verdict::Block, Verdict::Uninspected, Verdict::Warn]
            .into_iter()
            .find(|verdict| self.count(*verdict) > 0)
            .unwrap_or_default()
    }
}

/// Writes reports one after the other.
pub trait Reporter {
    /// Takes the next report.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()>;

    /// Ends the output.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn finish(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()>;
}

/// The reporter of a format.
pub fn reporter(format: ReportFormat, view: View) -> Box<dyn Reporter> {
    match format {
        ReportFormat::Human => Box::new(human::Human::new(view)),
        ReportFormat::Json => Box::new(json::Json::array()),
        ReportFormat::Jsonl => Box::new(json::Json::lines()),
        ReportFormat::Sarif => Box::new(sarif::Sarif::default()),
        ReportFormat::Html => Box::new(html::Html::new(view)),
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{
        Finding, Gap, GapReason, Location, Mask, PackRef, Part, PartKind, Phrase, Reason, Role, Severity, Tier,
    };

    use super::*;

    /// A report with one of everything.
    pub(super) fn marked() -> Report {
        let findings = vec![Finding {
            rule: "prc.state-secret.mark".into(),
            pack: "prc-state-secret".into(),
            sequence: None,
            term: None,
            tier: Tier::Secret,
            role: Role::Mark,
            score: 120,
            verdict: Severity::Block,
            location: Location::item().with_part(Part::nth(PartKind::Header, 1)),
            part: PartKind::Header,
            excerpt: Excerpt::new("机密★10年", Mask::Mark),
            why: vec![Reason { text: Phrase::new("isolated line", "单独成行"), weight: 100 }],
            title: Phrase::new("State <secret> mark", "国家秘密标志"),
        }];
        let gaps = vec![Gap::new(Location::item().step("a.zip").step("b.docx"), GapReason::Encrypted)];
        Report {
            path: "a.docx".into(),
            verdict: Report::verdict_of(&findings, &gaps),
            findings,
            gaps,
            packs: [PackRef { id: "prc-state-secret".into(), version: "1".into(), sequence: None }].into(),
            bytes: 12_345,
            millis: 3,
            identified: None,
        }
    }

    fn written(format: ReportFormat, view: View) -> String {
        let mut reporter = reporter(format, view);
        let (mut out, mut summary) = (Vec::new(), Summary::default());
        summary.add(&marked());
        reporter.report(&marked(), &mut out).expect("written to memory");
        reporter.finish(&summary, &mut out).expect("written to memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn no_format_gives_the_text_away_unless_told() {
        for format in
            [ReportFormat::Human, ReportFormat::Json, ReportFormat::Jsonl, ReportFormat::Sarif, ReportFormat::Html]
        {
            for detail in [false, true] {
                let text = written(format, View { detail, ..View::default() });
                assert!(text.contains("机密★…") && !text.contains("10年"), "{format:?}");
            }
        }
        assert!(written(ReportFormat::Human, View { show_text: true, ..View::default() }).contains("机密★10年"));
    }

    #[test]
    fn people_read_their_language_and_the_next_step() {
        let zh = written(ReportFormat::Human, View { lang: Lang::Zh, detail: true, explain: true, ..View::default() });
        for wanted in ["拦截", "国家秘密标志", "页眉 1", "单独成行 (+100)", "a.zip!b.docx", "不得外发"]
        {
            assert!(zh.contains(wanted), "{wanted} is missing in:\n{zh}");
        }
        let en = written(ReportFormat::Human, View { detail: true, ..View::default() });
        for wanted in ["BLOCK", "State <secret> mark", "header 1", "encrypted", "Do not send"] {
            assert!(en.contains(wanted), "{wanted} is missing in:\n{en}");
        }
        assert!(!en.contains('\u{1b}'), "no colour was asked for");
    }

    #[test]
    fn the_page_escapes_and_needs_nothing_else() {
        let page = written(ReportFormat::Html, View::default());
        assert!(page.contains("State &lt;secret&gt; mark") && !page.contains("<secret>"));
        assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("<script"));
    }

    #[test]
    fn sarif_has_what_the_standard_requires() {
        let sarif: serde_json::Value =
            serde_json::from_str(&written(ReportFormat::Sarif, View::default())).expect("JSON");
        assert_eq!(sarif["version"], "2.1.0");
        let run = &sarif["runs"][0];
        assert_eq!(run["tool"]["driver"]["name"], "Mizha");
        let result = &run["results"][0];
        assert_eq!(result["ruleId"], "prc.state-secret.mark");
        assert_eq!(result["level"], "error");
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "prc.state-secret.mark");
        assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "a.docx");
        assert_eq!(run["results"][1]["ruleId"], "mizha.gap.encrypted");
    }
}
