//! SARIF 2.1.0 (OASIS): one run, a result a finding, and a result a gap, so that a dashboard
//! never shows less than was missed.

use std::collections::BTreeMap;
use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Reporter, Summary};
use crate::model::{Finding, Lang, Location, Report, Severity};

#[derive(Default)]
pub(super) struct Sarif {
    rules: BTreeMap<String, usize>,
    descriptions: Vec<Value>,
    results: Vec<Value>,
}

impl Sarif {
    fn rule(&mut self, id: &str, text: &str) -> usize {
        if let Some(index) = self.rules.get(id) {
            return *index;
        }
        self.descriptions.push(json!({ "id": id, "name": id, "shortDescription": { "text": text } }));
        self.rules.insert(id.to_string(), self.descriptions.len() - 1);
        self.descriptions.len() - 1
    }

    fn result(&mut self, rule: &str, title: &str, level: &str, message: &str, path: &str, at: &Location) {
        let index = self.rule(rule, title);
        self.results.push(json!({
            "ruleId": rule,
            "ruleIndex": index,
            "level": level,
            "message": { "text": message },
            "locations": [{
                "physicalLocation": { "artifactLocation": { "uri": uri(path) } },
                "logicalLocations": [{ "fullyQualifiedName": at.describe(Lang::En) }],
            }],
        }));
    }
}

impl Reporter for Sarif {
    fn report(&mut self, report: &Report, _: &mut dyn Write) -> io::Result<()> {
        for finding in &report.findings {
            let level = match finding.verdict {
                Severity::Block => "error",
                Severity::Warn => "warning",
                Severity::Note => "note",
            };
            let why: Vec<&str> = finding.why.iter().map(|reason| reason.text.get(Lang::En)).collect();
            let title = finding.title.get(Lang::En);
            let message = format!("{title}: {} ({})", finding.excerpt, why.join("; "));
            self.result(&finding.rule, title, level, &message, &report.path, &finding.location);
            if let Some(result) = self.results.last_mut() {
                // Which pack, in which signing, and which term of a list.
                let Finding { pack, sequence, term, .. } = finding;
                result["properties"] = json!({ "pack": pack, "sequence": sequence, "term": term });
            }
        }
        for gap in &report.gaps {
            let rule = format!("mizha.gap.{}", gap.reason.as_str());
            let title = gap.reason.title(Lang::En);
            let message = format!("Not inspected: {title}");
            self.result(&rule, title, "warning", &message, &report.path, &gap.location);
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let log = json!({
            "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "Mizha",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": std::mem::take(&mut self.descriptions),
                } },
                "columnKind": "unicodeCodePoints",
                "results": std::mem::take(&mut self.results),
            }],
        });
        serde_json::to_writer_pretty(&mut *out, &log)?;
        out.write_all(b"\n")
    }
}

/// All but the unreserved characters of RFC 3986, section 2.3, and the slash between names.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A path as a relative or absolute reference of RFC 3986.
fn uri(path: &str) -> String {
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    format!("{scheme}{}", utf8_percent_encode(path, RESERVED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("a b/机.docx"), "a%20b/%E6%9C%BA.docx");
        assert_eq!(uri("/x/y"), "file:///x/y");
    }
}
