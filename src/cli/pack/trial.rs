//! `mizha pack test` and `diff`: packs tried on a folder of the administrator's own documents.
//! What fires, what newly fires, what stops firing; by rule, with counts, speed, masked examples.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::bail;

use super::args::{DiffArgs, TestArgs, TrialFormat, TrialOutput};
use super::comparison::{Comparison, FoundExample, RuleTally, Trial, by_documents, compare};
use super::files::packs_of;
use super::html;
use crate::cli::args::Common;
use crate::cli::exit::Exit;
use crate::cli::setup;
use crate::cli::stdout::stdout;
use crate::model::{Lang, safe_name};
use crate::pack::{Pack, RuleSet};
use crate::scan::{Options, Scanner};
use crate::source::walk;

/// Tries packs on a folder.
pub(super) fn test(args: &TestArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let packs = if common.pack.is_empty() {
        let (config, _) = setup::config(common)?;
        setup::packs(common, &config, setup::OnBadPack::Refused, lang)?.packs
    } else {
        all(&common.pack, lang)?
    };
    let trial = tried(&packs, &args.folder, lang)?;
    let mut out = output(&args.output, lang)?;
    match args.output.format {
        TrialFormat::Human => human(&trial, lang, &mut out)?,
        TrialFormat::Json => serde_json::to_writer_pretty(&mut out, &trial)?,
        TrialFormat::Html => write!(out, "{}", html::test(&trial, lang))?,
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
        TrialFormat::Html => write!(out, "{}", html::diff(&comparison, lang))?,
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

fn output(output: &TrialOutput, lang: Lang) -> anyhow::Result<Box<dyn Write>> {
    Ok(match &output.output {
        Some(path) => Box::new(std::io::BufWriter::new(crate::cli::output::private(path, lang)?)),
        None => Box::new(stdout()),
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

fn line(id: &str, tally: &RuleTally, sign: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let RuleTally { title, blocks, warns, notes, documents, examples } = tally;
    writeln!(out, "{sign}{:5}  {id}  {title}  ({blocks}/{warns}/{notes})", documents.len())?;
    for FoundExample { document, place, excerpt } in examples.iter().take(2) {
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
