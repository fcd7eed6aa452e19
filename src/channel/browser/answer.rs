//! What a browser is told, in both languages, for the extension speaks that of the person. Matched text is masked.

use serde::Serialize;

use super::Step;
use crate::model::{Lang, Phrase, Report, Severity, Verdict};

/// Findings and gaps told of one item; the rest is counted.
const TOLD: usize = 20;

/// What is said.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(super) enum Answer<'a> {
    /// How browsers are to behave.
    Policy {
        /// The protocol's version.
        version: u32,
        /// The person's language.
        lang: Lang,
        /// The door is in use.
        guard: bool,
        /// Sites on which nothing is looked at.
        free: Vec<&'a str>,
        /// Bytes of a text that may be asked about whole.
        text_bytes: usize,
        /// Bytes of a piece.
        piece_bytes: usize,
        /// Pieces on their way before the first is asked for.
        window: usize,
        /// Whom people turn to.
        #[serde(skip_serializing_if = "Option::is_none")]
        officer: Option<Phrase>,
    },
    /// The next piece may come.
    More { id: u64 },
    /// The judgement.
    Verdict {
        id: u64,
        verdict: Verdict,
        #[serde(rename = "do")]
        step: Step,
        found: Vec<Told>,
        /// How many were not told.
        more: usize,
    },
    /// A person's reason is written down: it may go.
    Recorded { id: u64 },
    /// It could not be written down, or nothing is known of it: it may not go.
    Failed { id: u64, why: Phrase },
    /// The conversation ends.
    Error { why: Phrase },
}

/// A finding or a gap.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    what: Phrase,
    place: Phrase,
    #[serde(skip_serializing_if = "Option::is_none")]
    excerpt: Option<String>,
}

/// The judgement on an item.
pub(super) fn verdict(id: u64, step: Step, report: &Report) -> Answer<'static> {
    let findings = report.findings.iter().filter(|found| found.verdict > Severity::Note).map(|found| Told {
        what: found.title.clone(),
        place: both(|lang| found.location.describe(lang)),
        excerpt: Some(found.excerpt.masked()),
    });
    let gaps = report.gaps.iter().filter(|gap| !gap.accepted).map(|gap| Told {
        what: both(|lang| gap.reason.title(lang).to_string()),
        place: both(|lang| gap.location.describe(lang)),
        excerpt: None,
    });
    let mut found: Vec<Told> = findings.chain(gaps).collect();
    let more = found.len().saturating_sub(TOLD);
    found.truncate(TOLD);
    Answer::Verdict { id, verdict: report.verdict, step, found, more }
}

/// A text in both languages.
pub(super) fn both(text: impl Fn(Lang) -> String) -> Phrase {
    Phrase::new(&text(Lang::En), &text(Lang::Zh))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Scanner;

    #[test]
    fn a_judgement_has_both_languages_and_masks_what_it_shows() {
        let scanner = Scanner::builtin().expect("built-in packs are valid");
        let report = scanner.scan_message("机密★10年\n植树通知\n");
        let json = serde_json::to_string(&verdict(7, Step::Hold, &report)).expect("JSON");
        assert!(
            json.starts_with(r#"{"type":"verdict","id":7,"verdict":"block","do":"hold","found":[{"what":{"en":""#),
            "{json}"
        );
        assert!(json.contains("机密★…") && !json.contains("10年") && !json.contains("植树"), "{json}");
    }
}
