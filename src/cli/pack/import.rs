//! `mizha pack import`: from a list of terms to a pack. Shows what it would do; writes with -o.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};

use super::args::{ConfidenceArg, ImportArgs};
use super::read;
use crate::cli::exit::Exit;
use crate::model::{Lang, Phrase, Tier};
use crate::pack::import::{Header, Plan, Reading, Refused, plan, read as read_rows, write};
use crate::pack::{Confidence, Pack, common};
use crate::scan::{prove, today};

/// Rows that are shown of each kind; the rest is counted.
const SHOWN: usize = 20;

/// Runs the verb. Refused rows do not hinder the others: they are listed, and the exit code is 2.
pub(super) fn run(args: &ImportArgs, lang: Lang) -> anyhow::Result<Exit> {
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let said = |phrase: Phrase| anyhow::anyhow!("{}: {}", args.file.display(), phrase.get(lang));
    let bytes = read(&args.file, lang)?;
    let reading = Reading { encoding: args.encoding.as_deref(), sheet: args.sheet.as_deref() };
    let rows = read_rows(&name, &bytes, reading).map_err(said)?;
    let plan = plan(&rows, args.accept_dangerous);
    tell(&plan, &rows.notes, lang);
    if plan.taken.is_empty() {
        bail!(lang.pick("no term is left to import", "没有可导入的词条"));
    }
    let header = header(args, lang)?;
    let existing = match args.output.as_deref().filter(|output| output.exists()) {
        Some(output) => Some(String::from_utf8(read(output, lang)?).with_context(|| output.display().to_string())?),
        None => None,
    };
    let text = write(&header, &plan.taken, existing.as_deref()).map_err(said)?;
    let shown = args.output.as_ref().map_or(name, |output| output.display().to_string());
    let pack = Pack::parse(&shown, &text, Some(&common()?))?;
    if let Some(failure) = prove(&pack)?.first() {
        return Err(failure.error(&shown).into());
    }
    let (taken, refused) = (plan.taken.len(), plan.refused.len());
    let mut out = std::io::stdout().lock();
    match &args.output {
        Some(output) => {
            replace(output, &text)?;
            let words = lang.pick(
                format!("{shown}: {taken} terms written, {refused} rows refused; next: mizha pack check {shown}"),
                format!("{shown}：已写入 {taken} 个词条，拒绝 {refused} 行；下一步：mizha pack check {shown}"),
            );
            writeln!(out, "{words}")?;
        }
        None => writeln!(
            out,
            "{}",
            lang.pick(
                format!("{taken} terms would be written, {refused} rows refused; write them with -o FILE"),
                format!("将写入 {taken} 个词条，拒绝 {refused} 行；确认后加 -o 文件 写入"),
            )
        )?,
    }
    Ok(if refused == 0 { Exit::Clear } else { Exit::NotInspected })
}

fn header(args: &ImportArgs, lang: Lang) -> anyhow::Result<Header> {
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let named = args.output.as_deref().map_or_else(|| stem(&args.file), stem);
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let id = args.id.clone().unwrap_or(named);
    if id.is_empty() || !id.chars().all(fits) {
        bail!(lang.pick(
            format!("`{id}` cannot be a pack's identifier: letters, digits, - and _ only; give one with --id"),
            format!("“{id}”不能用作规则包编号：只能用字母、数字、- 和 _；请用 --id 指定")
        ));
    }
    let tier = Tier::ALL.into_iter().find(|tier| tier.as_str() == args.tier);
    let Some(tier) = tier else {
        let known = Tier::ALL.map(Tier::as_str).join(", ");
        let tier = &args.tier;
        bail!(lang.pick(format!("--tier {tier}: there are {known}"), format!("--tier {tier}：可用的有 {known}")));
    };
    let day = today();
    let file = args.file.file_name().unwrap_or_default().to_string_lossy();
    Ok(Header {
        title: args.title.clone().unwrap_or_else(|| id.clone()),
        version: day.to_string().replace('-', "."),
        tier,
        confidence: match args.confidence {
            ConfidenceArg::Low => Confidence::Low,
            ConfidenceArg::Medium => Confidence::Medium,
            ConfidenceArg::High => Confidence::High,
        },
        source: args.source.clone().unwrap_or_else(|| format!("{file}, {day}")),
        id,
    })
}

/// The preview, on stderr: the officer's own list, shown to the officer.
fn tell(plan: &Plan, notes: &[Phrase], lang: Lang) {
    for note in notes {
        eprintln!("{}", note.get(lang));
    }
    let heading = match plan.has_heading {
        true => lang.pick("the first row is a heading", "首行为表头"),
        false => lang.pick("no heading: the first column is the term", "无表头：以第一列为词条"),
    };
    eprintln!("{heading}");
    let mut remarks: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &plan.taken {
        if let Some(remark) = &row.remark {
            let seen = remarks.entry(remark.get(lang)).or_default();
            *seen += 1;
            if *seen <= SHOWN {
                eprintln!("  ? {} {}  {}", row_word(row.row, lang), row.term, remark.get(lang));
            }
        }
    }
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for Refused { row, term, reason, dangerous } in &plan.refused {
        let seen = reasons.entry(reason.get(lang)).or_default();
        *seen += 1;
        if *seen <= SHOWN {
            let insist = if *dangerous {
                lang.pick(" [--accept-dangerous takes it]", "［--accept-dangerous 可强制收入］")
            } else {
                ""
            };
            eprintln!("  x {} {term}  {}{insist}", row_word(*row, lang), reason.get(lang));
        }
    }
    for (reason, seen) in remarks.into_iter().chain(reasons).filter(|(_, seen)| *seen > SHOWN) {
        let more = seen - SHOWN;
        eprintln!("{}", lang.pick(format!("  … and {more} more: {reason}"), format!("  …… 另有 {more} 行：{reason}")));
    }
}

fn row_word(row: usize, lang: Lang) -> String {
    lang.pick(format!("row {row}:"), format!("第 {row} 行："))
}

/// Aside first, then in place of the old one.
fn replace(output: &Path, text: &str) -> anyhow::Result<()> {
    let aside = output.with_extension("toml.new");
    std::fs::write(&aside, text).with_context(|| aside.display().to_string())?;
    std::fs::rename(&aside, output).with_context(|| output.display().to_string())
}
