//! `mizha pack test` and `diff`: packs tried on a folder of the administrator's own documents.
//! What fires, what newly fires, what stops firing; by rule, with counts, speed, masked examples.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::bail;
use serde::Serialize;

use super::args::{DiffArgs, TestArgs, TrialFormat, TrialOutput};
use super::{packs_of, page};
use crate::cli::args::Common;
use crate::cli::exit::Exit;
use crate::cli::setup;
use crate::model::{Lang, Report, Severity, Verdict, safe_name};
use crate::pack::{Pack, RuleSet};
use crate::scan::{Options, Scanner};
use crate::source::walk;

/// Examples kept of one rule.
const EXAMPLES: usize = 5;

/// What a set of packs does to a folder.
#[derive(Debug, Default, Serialize)]
pub(super) struct Trial {
    /// Documents looked at.
    pub(super) documents: u64,
    /// Their bytes.
    pub(super) bytes: u64,
    /// Time taken, one document after the other.
    pub(super) millis: u64,
    /// Documents by verdict: clear, warn, uninspected, block.
    pub(super) verdicts: [u64; 4],
    /// What each rule did, terms of lists apart.
    pub(super) rules: BTreeMap<String, Tally>,
    /// Verdict of each document.
    #[serde(skip)]
    pub(super) each: BTreeMap<String, Verdict>,
}

/// What one rule did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Tally {
    /// The rule's title in the reader's language.
    pub(super) title: String,
    /// Findings that block, warn, note.
    pub(super) blocks: u64,
    /// Findings that warn.
    pub(super) warns: u64,
    /// Findings that only note.
    pub(super) notes: u64,
    /// Documents with a finding, by path.
    pub(super) documents: BTreeSet<String>,
    /// Some of them, masked: document, place, excerpt.
    pub(super) examples: Vec<Example>,
}

/// A finding as an example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Example {
    pub(super) document: String,
    pub(super) place: String,
    pub(super) excerpt: String,
}

/// Two trials of the same folder.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    pub(super) old: Trial,
    pub(super) new: Trial,
    /// Rules that fire on documents on which they did not.
    pub(super) newly: BTreeMap<String, Tally>,
    /// Rules that no longer fire on documents on which they did.
    pub(super) no_longer: BTreeMap<String, Tally>,
    /// Documents whose verdict is harder, and milder.
    pub(super) harder: u64,
    pub(super) milder: u64,
}

/// Tries packs on a folder.
pub(super) fn test(args: &TestArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let packs = if common.pack.is_empty() {
        let (config, _) = setup::config(common)?;
        setup::packs(common, &config, setup::Faults::Refused, lang)?.packs
    } else {
        all(&common.pack, lang)?
    };
    let trial = tried(&packs, &args.folder, lang)?;
    let mut out = output(&args.output, lang)?;
    match args.output.format {
        TrialFormat::Human => human(&trial, lang, &mut out)?,
        TrialFormat::Json => serde_json::to_writer_pretty(&mut out, &trial)?,
        TrialFormat::Html => write!(out, "{}", page::test(&trial, lang))?,
    }
    Ok(exit(&trial))
}

/// Compares two versions of a pack on a folder.
pub(super) fn diff(args: &DiffArgs, lang: Lang) -> anyhow::Result<Exit> {
    let old = tried(&packs_of(&args.old, lang)?, &args.folder, lang)?;
    let new = tried(&packs_of(&args.new, lang)?, &args.folder, lang)?;
    let comparison = compare(old, new);
    let mut out = output(&args.output, lang)?;
    match args.output.format {
        TrialFormat::Human => human_diff(&comparison, lang, &mut out)?,
        TrialFormat::Json => serde_json::to_writer_pretty(&mut out, &comparison)?,
        TrialFormat::Html => write!(out, "{}", page::diff(&comparison, lang))?,
    }
    let changed = !comparison.newly.is_empty() || !comparison.no_longer.is_empty();
    Ok(if changed { Exit::Found } else { Exit::Clear })
}

fn all(paths: &[std::path::PathBuf], lang: Lang) -> anyhow::Result<Vec<Pack>> {
    let mut packs = Vec::new();
    for path in paths {
        packs.extend(packs_of(path, lang)?);
    }
    Ok(packs)
}

/// A trial ends like a scan: found wins over not inspected.
fn exit(trial: &Trial) -> Exit {
    match trial.verdicts {
        [_, warn, _, block] if warn + block > 0 => Exit::Found,
        [_, _, uninspected, _] if uninspected > 0 => Exit::NotInspected,
        _ => Exit::Clear,
    }
}

fn tried(packs: &[Pack], folder: &Path, lang: Lang) -> anyhow::Result<Trial> {
    if !folder.exists() {
        let shown = folder.display();
        bail!(lang.pick(format!("{shown}: no such folder"), format!("{shown}：没有这个目录")));
    }
    let scanner = Scanner::new(Arc::new(RuleSet::new(packs)?), Options::default());
    let mut trial = Trial::default();
    let started = Instant::now();
    for entry in walk(folder) {
        let report = scanner.scan_entry(&entry);
        let name = entry.path.strip_prefix(folder).unwrap_or(&entry.path).to_string_lossy();
        trial.add(&safe_name(&name), &report, lang);
    }
    trial.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(trial)
}

impl Trial {
    fn add(&mut self, name: &str, report: &Report, lang: Lang) {
        self.documents += 1;
        self.bytes += report.bytes;
        self.verdicts[report.verdict as usize] += 1;
        self.each.insert(name.to_string(), report.verdict);
        for finding in &report.findings {
            let id = match &finding.term {
                Some(term) => format!("{}#{term}", finding.rule),
                None => finding.rule.to_string(),
            };
            let tally = self.rules.entry(id).or_default();
            tally.title = finding.title.get(lang).to_string();
            match finding.verdict {
                Severity::Block => tally.blocks += 1,
                Severity::Warn => tally.warns += 1,
                Severity::Note => tally.notes += 1,
            }
            // One example a document: five of one file say less.
            if tally.documents.insert(name.to_string()) && tally.examples.len() < EXAMPLES {
                tally.examples.push(Example {
                    document: name.to_string(),
                    place: finding.location.describe(lang),
                    excerpt: finding.excerpt.masked(),
                });
            }
        }
    }

    /// Megabytes a second.
    pub(super) fn speed(&self) -> f64 {
        self.bytes as f64 / 1e6 / (self.millis.max(1) as f64 / 1e3)
    }

    /// Rules, those in most documents first.
    pub(super) fn by_documents(&self) -> Vec<(&String, &Tally)> {
        by_documents(&self.rules)
    }
}

/// Rules, those in most documents first.
pub(super) fn by_documents(rules: &BTreeMap<String, Tally>) -> Vec<(&String, &Tally)> {
    let mut rules: Vec<_> = rules.iter().collect();
    rules.sort_by_key(|(id, tally)| (std::cmp::Reverse(tally.documents.len()), (*id).clone()));
    rules
}

fn compare(old: Trial, new: Trial) -> Comparison {
    let newly = difference(&new, &old);
    let no_longer = difference(&old, &new);
    let moved = |harder: bool| {
        let changed = new.each.iter().filter_map(|(name, verdict)| Some((*verdict, *old.each.get(name)?)));
        changed.filter(|(new, old)| if harder { new > old } else { new < old }).count() as u64
    };
    let (harder, milder) = (moved(true), moved(false));
    Comparison { old, new, newly, no_longer, harder, milder }
}

/// What `one` finds in documents in which the same rule of `other` finds nothing.
fn difference(one: &Trial, other: &Trial) -> BTreeMap<String, Tally> {
    let mut changed = BTreeMap::new();
    for (id, tally) in &one.rules {
        let known = other.rules.get(id).map(|tally| &tally.documents);
        let documents: BTreeSet<String> = tally
            .documents
            .iter()
            .filter(|document| known.is_none_or(|known| !known.contains(*document)))
            .cloned()
            .collect();
        if !documents.is_empty() {
            let examples =
                tally.examples.iter().filter(|example| documents.contains(&example.document)).cloned().collect();
            changed.insert(id.clone(), Tally { documents, examples, ..tally.clone() });
        }
    }
    changed
}

fn output(output: &TrialOutput, lang: Lang) -> anyhow::Result<Box<dyn Write>> {
    Ok(match &output.output {
        Some(path) => Box::new(std::io::BufWriter::new(crate::cli::output::private(path, lang)?)),
        None => Box::new(std::io::stdout()),
    })
}

fn human(trial: &Trial, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
    let [clear, warn, uninspected, block] = trial.verdicts;
    for (id, tally) in trial.by_documents() {
        line(id, tally, "", out)?;
    }
    let (documents, millis, speed) = (trial.documents, trial.millis, trial.speed());
    writeln!(
        out,
        "{}",
        lang.pick(
            format!("{documents} documents: {block} block, {uninspected} unread, {warn} check, {clear} clear; {millis} ms, {speed:.1} MB/s"),
            format!("共 {documents} 份文件：拦截 {block}，未检 {uninspected}，核对 {warn}，通过 {clear}；用时 {millis} 毫秒，{speed:.1} MB/s"),
        )
    )
}

fn line(id: &str, tally: &Tally, sign: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let Tally { title, blocks, warns, notes, documents, examples } = tally;
    writeln!(out, "{sign}{:5}  {id}  {title}  ({blocks}/{warns}/{notes})", documents.len())?;
    for Example { document, place, excerpt } in examples.iter().take(2) {
        writeln!(out, "{sign}         {document}, {place}: {excerpt}")?;
    }
    Ok(())
}

fn human_diff(comparison: &Comparison, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
    for (id, tally) in by_documents(&comparison.newly) {
        line(id, tally, "+ ", out)?;
    }
    for (id, tally) in by_documents(&comparison.no_longer) {
        line(id, tally, "- ", out)?;
    }
    let Comparison { old, new, newly, no_longer, harder, milder } = comparison;
    let (old_ms, new_ms, newly, gone) = (old.millis, new.millis, newly.len(), no_longer.len());
    writeln!(
        out,
        "{}",
        lang.pick(
            format!("{} documents: {newly} rules newly fire, {gone} stop firing; {harder} verdicts harder, {milder} milder; {old_ms} ms before, {new_ms} ms after", new.documents),
            format!("共 {} 份文件：{newly} 条规则新增命中，{gone} 条不再命中；结论加重 {harder} 份，减轻 {milder} 份；用时 {old_ms} → {new_ms} 毫秒", new.documents),
        )
    )
}
