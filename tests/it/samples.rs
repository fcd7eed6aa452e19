//! Every sample is judged as its hand-written expectation says (`tests/expectations`, laid out as `samples`), and
//! every sample is what its generator makes.

#![allow(clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mizha::isolate::Reader;
use mizha::model::{GapReason, Report, Severity, Verdict};
use mizha::scan::Scanner;
use serde::Deserialize;

use crate::files;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    /// The sample's file name, where the expectation's own does not tell it.
    sample: Option<String>,
    verdict: String,
    #[serde(default, rename = "finding")]
    findings: Vec<ExpectedFinding>,
    #[serde(default, rename = "gap")]
    gaps: Vec<ExpectedGap>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct ExpectedFinding {
    rule: Option<String>,
    pack: Option<String>,
    tier: Option<String>,
    role: Option<String>,
    part: Option<String>,
    location: Option<String>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct ExpectedGap {
    reason: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// Where expectations lie: beside the tests, since whoever scans the samples looks at samples only.
fn expected() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expectations")
}

fn expectations(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of expectations") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            expectations(&path, found);
        } else if path.to_string_lossy().ends_with(".expect.toml") {
            found.push(path);
        }
    }
}

/// What differs between a report and what was expected of it.
fn differences(report: &Report, wanted: &Expectation) -> Vec<String> {
    let mut wrong = Vec::new();
    if report.verdict.as_str() != wanted.verdict {
        wrong.push(format!("verdict {} instead of {}", report.verdict.as_str(), wanted.verdict));
    }
    let json = serde_json::to_value(report).expect("a report is JSON");
    let found: Vec<_> = json["findings"].as_array().cloned().unwrap_or_default();
    let fits = |finding: &serde_json::Value, wanted: &ExpectedFinding| {
        [
            ("rule", &wanted.rule),
            ("pack", &wanted.pack),
            ("tier", &wanted.tier),
            ("role", &wanted.role),
            ("part", &wanted.part),
            ("location", &wanted.location),
        ]
        .into_iter()
        .all(|(key, value)| value.as_ref().is_none_or(|value| finding[key] == value.as_str()))
    };
    for wanted in &wanted.findings {
        if !found.iter().any(|finding| fits(finding, wanted)) {
            wrong.push(format!("no finding like {wanted:?}"));
        }
    }
    for (finding, json) in report.findings.iter().zip(&found) {
        let listed = wanted.findings.iter().any(|wanted| {
            wanted.rule.as_deref().is_none_or(|rule| rule == &*finding.rule)
                && wanted.pack.as_deref().is_none_or(|pack| pack == &*finding.pack)
        });
        if finding.verdict >= Severity::Warn && !listed {
            wrong.push(format!("unexpected {} in {} ({})", json["rule"], json["location"], json["excerpt"]));
        }
    }
    for wanted in &wanted.gaps {
        if !report.gaps.iter().any(|gap| gap.reason.as_str() == wanted.reason) {
            wrong.push(format!("no gap {}", wanted.reason));
        }
    }
    for gap in &report.gaps {
        if !wanted.gaps.iter().any(|wanted| gap.reason.as_str() == wanted.reason) {
            wrong.push(format!("unexpected gap {} at {}", gap.reason.as_str(), gap.location));
        }
    }
    wrong
}

#[test]
fn every_sample_is_judged_as_expected() {
    let reader = Reader::new(env!("CARGO_BIN_EXE_mizha"));
    let scanner = Scanner::builtin().expect("built-in packs are valid").with_reader(Some(reader));
    let mut paths = Vec::new();
    expectations(&expected(), &mut paths);
    assert!(paths.len() >= 60, "only {} samples", paths.len());
    let mut wrong = Vec::new();
    let mut judged = BTreeSet::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("an expectation");
        let wanted: Expectation = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let beside = root().join(path.strip_prefix(expected()).expect("a path below the expectations"));
        let sample = match &wanted.sample {
            Some(name) => beside.with_file_name(name),
            None => PathBuf::from(beside.to_string_lossy().trim_end_matches(".expect.toml")),
        };
        judged.insert(sample.clone());
        let bytes = fs::read(&sample).unwrap_or_else(|e| panic!("{}: {e}", sample.display()));
        let name = sample.file_name().map(|name| name.to_string_lossy().into_owned());
        let report = scanner.scan_bytes(name.as_deref(), &bytes);
        let shown = sample.strip_prefix(root()).unwrap_or(&sample).display().to_string();
        // A build that lacks a feature says so, and clears nothing it did not read.
        if report.gaps.iter().any(|gap| matches!(gap.reason, GapReason::Feature(_))) {
            wrong.extend(
                (report.verdict < Verdict::Uninspected).then(|| format!("{shown}: cleared without its reader")),
            );
            continue;
        }
        wrong.extend(differences(&report, &wanted).into_iter().map(|what| format!("{shown}: {what}")));
    }
    for (name, _) in files::all() {
        if !judged.contains(&root().join(&name)) {
            wrong.push(format!("{name} has no expectation"));
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_sample_is_what_its_generator_makes() {
    for (name, bytes) in files::all() {
        let path = root().join(&name);
        if std::env::var_os("MIZHA_UPDATE").is_some() {
            fs::create_dir_all(path.parent().expect("a folder of samples")).expect("a folder");
            fs::write(&path, &bytes).expect("a sample");
        }
        let on_disk = fs::read(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(on_disk == bytes, "{name} differs: run `MIZHA_UPDATE=1 cargo test --test it samples`");
    }
}
