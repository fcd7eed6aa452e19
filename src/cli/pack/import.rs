//! `mizha pack import`: from a list of terms to a pack. Shows what it would do; writes with -o.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};

use super::args::{ConfidenceArg, ImportArgs};
use super::files::read;
use super::sealing::{ListForm, before, highest, open_list, sealed};
use super::steps::Steps;
use crate::cli::exit::Exit;
use crate::cli::stdout::stdout;
use crate::model::{Lang, Phrase, Tier};
use crate::pack::import::{
    Choices, Column, ImportPlan, LeftOut, PackHeader, Refused, TableOptions, plan, read as read_tables, write,
};
use crate::pack::{Confidence, Pack, common};
use crate::scan::{finds, prove_with_progress, today};

/// Rows that are shown of each kind; the rest is counted.
const SHOWN: usize = 20;

/// Terms from which on it is shown how far an import is, for it takes seconds.
const LONG: usize = 10_000;

/// Runs the verb. Where a row is refused nothing is written, unless the person says so.
pub(super) fn run(args: &ImportArgs, lang: Lang) -> anyhow::Result<Exit> {
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let said = |phrase: Phrase| anyhow::anyhow!("{}: {}", args.file.display(), phrase.get(lang));
    let bytes = read(&args.file, lang)?;
    let reading = TableOptions {
        encoding: args.encoding.as_deref(),
        sheet: args.sheet.as_deref(),
        open_stream: Some(crate::extract::stream_of),
    };
    let tables = read_tables(&name, &bytes, reading).map_err(said)?;
    let mut plan = plan(&tables, &choices(args, lang)?).map_err(said)?;
    let usual = tier(&args.tier, "tier", lang)?;
    let form = ListForm::of(args, highest(&plan, usual));
    if form == ListForm::Sealed {
        plan.refuse_unsealable();
    }
    let header = header(args, form, lang)?;
    tell(&plan, lang);
    if plan.taken.is_empty() {
        bail!(lang.pick("no term is left to import", "没有可导入的词条"));
    }
    let existing = args.output.as_deref().map(|output| before(output, lang)).transpose()?.flatten();
    let mut steps = Steps::new(plan.taken.len() >= LONG, lang);
    steps.begin(20, "writing the pack", "正在生成规则包");
    let text = write(&header, &plan.taken, existing.as_deref()).map_err(said)?;
    let shown = args.output.as_ref().map_or(name, |output| output.display().to_string());
    steps.begin(20, "reading it back", "正在回读规则包");
    let pack = Pack::parse(&shown, &text, Some(&common()?))?;
    let proof = if form == ListForm::Open { 60 } else { 25 };
    steps.begin(proof, "proving that every term is found", "正在逐条验证词条能够命中");
    if let Some(failure) = prove_with_progress(&pack, &mut |done, total| steps.stands_at(done, total))?.first() {
        return Err(failure.error(&shown).into());
    }
    let made = match form {
        ListForm::Open => Made { text, open: None },
        ListForm::Sealed => {
            steps.begin(35, "sealing, and proving it once more", "正在密封并再次验证");
            let sealed = sealed(&shown, &text, &pack, &mut |done, total| steps.stands_at(done, total))?;
            Made { text: sealed, open: Some(text) }
        }
    };
    steps.finish();
    preview(&plan, &pack, usual, lang)?;
    print_form(form, highest(&plan, usual), args.output.as_deref(), lang);
    let (taken, refused) = (plan.taken.len(), plan.refused.len());
    let mut out = stdout();
    if refused > 0 && !args.skip_refused {
        bail!(lang.pick(
            format!(
                "{refused} rows refused, nothing written: correct them, or import the other {taken} with --skip-refused"
            ),
            format!("拒绝 {refused} 行，未写入任何内容：请更正后重试，或用 --skip-refused 只导入其余 {taken} 个词条"),
        ));
    }
    match &args.output {
        Some(output) => {
            made.write(output)?;
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

fn header(args: &ImportArgs, form: ListForm, lang: Lang) -> anyhow::Result<PackHeader> {
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let named = args.output.as_deref().map_or_else(|| stem(&args.file), stem);
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let id = args.id.clone().unwrap_or_else(|| match !named.is_empty() && named.chars().all(fits) {
        true => named.clone(),
        // The same name gets the same identifier, so that a later import finds its terms.
        false => format!("list-{:08x}", fingerprint(&named)),
    });
    if id.is_empty() || !id.chars().all(fits) {
        bail!(lang.pick(
            format!("`{id}` cannot be a pack's identifier: letters, digits, - and _ only; give one with --id"),
            format!("“{id}”不能用作规则包编号：只能用字母、数字、- 和 _；请用 --id 指定")
        ));
    }
    let tier = tier(&args.tier, "tier", lang)?;
    let day = today();
    let file = args.file.file_name().unwrap_or_default().to_string_lossy();
    Ok(PackHeader {
        title: args.title.clone().unwrap_or(named),
        version: day.to_string().replace('-', "."),
        tier,
        confidence: match args.confidence {
            ConfidenceArg::Low => Confidence::Low,
            ConfidenceArg::Medium => Confidence::Medium,
            ConfidenceArg::High => Confidence::High,
        },
        naming: form.naming(),
        source: args.source.clone().unwrap_or_else(|| format!("{file}, {day}")),
        id,
    })
}

/// FNV-1a: a short number for a name, the same on every machine.
fn fingerprint(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// What the person said about headings and codes.
fn choices(args: &ImportArgs, lang: Lang) -> anyhow::Result<Choices> {
    let pair = |text: &str, option: &str| {
        let parts = text.split_once('=').map(|(left, right)| (left.trim().to_string(), right.trim().to_string()));
        parts.with_context(|| {
            lang.pick(
                format!("--{option} {text}: write it as NAME=VALUE"),
                format!("--{option} {text}：应写成 名称=值"),
            )
        })
    };
    let mut choices = Choices { insist: args.accept_dangerous, ..Choices::default() };
    for text in &args.columns {
        let (kind, heading) = pair(text, "column")?;
        let column = Column::named(&kind).with_context(|| {
            let known = Column::NAMES.map(|(name, _)| name).join(", ");
            lang.pick(format!("--column {text}: there are {known}"), format!("--column {text}：可用的有 {known}"))
        })?;
        choices.columns.push((column, heading));
    }
    for text in &args.levels {
        let (code, word) = pair(text, "level")?;
        choices.codes.push((code, tier(&word, "level", lang)?));
    }
    Ok(choices)
}

/// A tier by the word of packs or of an office.
fn tier(word: &str, option: &str, lang: Lang) -> anyhow::Result<Tier> {
    crate::pack::import::tier(word).with_context(|| {
        let known = Tier::ALL.map(Tier::as_str).join(", ");
        lang.pick(format!("--{option} {word}: there are {known}"), format!("--{option} {word}：可用的有 {known}"))
    })
}

/// The first, the middle and the last term, each with its tier and a sentence in which the built engine finds it.
fn preview(plan: &ImportPlan, pack: &Pack, usual: Tier, lang: Lang) -> anyhow::Result<()> {
    let last = plan.taken.len().saturating_sub(1);
    let shown: Vec<_> = BTreeSet::from([0, last / 2, last]).into_iter().filter_map(|at| plan.taken.get(at)).collect();
    let sentences: Vec<String> = shown
        .iter()
        .map(|row| {
            let term = &row.term;
            match row.near.first() {
                Some(near) => {
                    lang.pick(format!("About {term} ({near}), as agreed."), format!("关于{term}（{near}）的通知。"))
                }
                None => lang.pick(format!("About {term}, as agreed."), format!("关于{term}的通知。")),
            }
        })
        .collect();
    for ((row, sentence), found) in shown.into_iter().zip(&sentences).zip(finds(pack, &sentences)?) {
        let tier = row.tier.unwrap_or(usual).title(lang);
        let found = if found { lang.pick("found", "命中") } else { lang.pick("NOT found", "未命中") };
        let (at, term) = (row_word(None, row.row, lang), &row.term);
        eprintln!(
            "  {}",
            lang.pick(
                format!("{at} {term}  [{tier}]  “{sentence}”  → {found}"),
                format!("{at}{term}［{tier}］“{sentence}”→ {found}")
            )
        );
    }
    Ok(())
}

/// Says who will be able to read the terms, and where the open list stays.
fn print_form(form: ListForm, highest: Tier, output: Option<&Path>, lang: Lang) {
    let tier = highest.title(lang);
    let words = match form {
        ListForm::Sealed => {
            let open = output.map_or_else(|| "*.open.toml".into(), |output| open_list(output).display().to_string());
            lang.pick(
                format!("sealed: desktops find the terms and cannot read them; short names can still be guessed. The open list, which says what each id is, stays with you: {open}"),
                format!("已密封：电脑能查出词条，但看不到内容；过短的名称仍可能被猜出。编号与词条的对照保存在 {open}，请自行妥善保管"),
            )
        }
        ListForm::Open if highest >= Tier::WorkSecret => lang.pick(
            format!("warning: the list holds names of the tier {tier}, and whoever has the pack can read them; do not put it on desktops that must not hold them, or leave out --open"),
            format!("警告：词表含有层级为“{tier}”的名称，拿到规则包的人都能看到；请勿下发到不得存放此类信息的电脑，或去掉 --open 改为密封"),
        ),
        ListForm::Open => return,
    };
    eprintln!("{words}");
}

/// The list, on stderr: the officer's own, shown to the officer.
fn tell(plan: &ImportPlan, lang: Lang) {
    for note in &plan.notes {
        eprintln!("{}", note.get(lang));
    }
    let mut remarks: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &plan.taken {
        if let Some(remark) = &row.remark {
            let seen = remarks.entry(remark.get(lang)).or_default();
            *seen += 1;
            if *seen <= SHOWN {
                eprintln!("  ? {} {}  {}", row_word(None, row.row, lang), row.term, remark.get(lang));
            }
        }
    }
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for LeftOut { sheet, row, reason } in &plan.left_out {
        let seen = reasons.entry(reason.get(lang)).or_default();
        *seen += 1;
        if *seen <= SHOWN {
            eprintln!("  - {} {}", row_word(sheet.as_deref(), *row, lang), reason.get(lang));
        }
    }
    for Refused { sheet, row, column, term, reason, dangerous } in &plan.refused {
        let seen = reasons.entry(reason.get(lang)).or_default();
        *seen += 1;
        if *seen <= SHOWN {
            let insist = if *dangerous {
                lang.pick(" [--accept-dangerous takes it]", "［--accept-dangerous 可强制收入］")
            } else {
                ""
            };
            let at = row_word(sheet.as_deref(), *row, lang);
            let at = lang.pick(format!("{at} column {column}: {term}"), format!("{at}“{column}”列：{term}"));
            eprintln!("  x {at}  {}{insist}", reason.get(lang));
        }
    }
    for (reason, seen) in remarks.into_iter().chain(reasons).filter(|(_, seen)| *seen > SHOWN) {
        let more = seen - SHOWN;
        eprintln!("{}", lang.pick(format!("  … and {more} more: {reason}"), format!("  …… 另有 {more} 行：{reason}")));
    }
}

fn row_word(sheet: Option<&str>, row: usize, lang: Lang) -> String {
    match sheet {
        Some(sheet) => lang.pick(format!("sheet {sheet}, row {row}:"), format!("工作表“{sheet}”第 {row} 行：")),
        None => lang.pick(format!("row {row}:"), format!("第 {row} 行：")),
    }
}

/// The pack to be written, and beside it the open list if the pack is sealed.
struct Made {
    text: String,
    open: Option<String>,
}

impl Made {
    /// The open list first: whatever ends this, no sealed pack is without one.
    fn write(&self, output: &Path) -> anyhow::Result<()> {
        if let Some(open) = &self.open {
            replace(&open_list(output), open)?;
        }
        replace(output, &self.text)
    }
}

/// Aside first, then in place of the old one. Whether or not it is sealed, it is for its officer alone until it is
/// shipped.
fn replace(output: &Path, text: &str) -> anyhow::Result<()> {
    let aside = output.with_extension("toml.new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&aside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.with_context(|| aside.display().to_string())?;
    std::fs::rename(&aside, output).with_context(|| output.display().to_string())
}
