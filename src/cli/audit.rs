//! `mizha audit`: the log for people and for machines, whether it is whole, and the account of a period.

use std::io::Write;
use std::path::Path;

use anyhow::bail;

use super::args::{AuditVerb, Common, InspectionForm, ReportArgs};
use super::exit::Exit;
use super::output::private;
use super::setup;
use super::stdout::stdout;
use crate::act::audit::{Audit, Book, LogLine};
use crate::act::inspection::{AccountForm, AccountSource, HeldNow, Period, ShownNames, account, checked};
use crate::act::local_time;
use crate::act::quarantine::{Identity, Quarantine, Recipient};
use crate::act::report::badge;
use crate::config::Config;
use crate::disk::{Disk, Key, private_folder};
use crate::gate::Older;
use crate::model::Lang;

/// Runs the verb; `verify` and `report` give 1 when something is wrong with the log.
pub(super) fn run(verb: AuditVerb, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let state = match &verb {
        AuditVerb::Show { state, .. } | AuditVerb::Verify { state } => state,
        AuditVerb::Report(report) => &report.state,
    };
    let (config, _) = setup::config(common)?;
    let (state, _) = setup::state(state.state.as_deref())?;
    let disk = Disk::default();
    let folder = private_folder(&state)?;
    let audit = Audit::new(&disk, &Key::kept(&disk, &folder)?, &folder, config.tell.anchor.clone());
    match verb {
        AuditVerb::Show { json, last, releases, .. } => {
            let records = audit.records_of(if releases { Book::Releases } else { Book::Incidents })?;
            let skip = last.map_or(0, |last| records.len().saturating_sub(last));
            show(&records[skip..], json, lang)
        }
        AuditVerb::Verify { .. } => verify(&audit, lang),
        AuditVerb::Report(args) => report(&args, &config, &audit, &state, lang),
    }
}

fn show(records: &[LogLine], json: bool, lang: Lang) -> anyhow::Result<Exit> {
    let mut out = stdout();
    for record in records {
        if json {
            writeln!(out, "{}", serde_json::to_string(record)?)?;
        } else {
            writeln!(out, "{}", line(record, lang))?;
        }
    }
    Ok(Exit::Clear)
}

fn verify(audit: &Audit, lang: Lang) -> anyhow::Result<Exit> {
    let books = checked(audit)?;
    let mut out = stdout();
    let n: u64 = books.iter().map(|book| book.records).sum();
    let mut exit = Exit::Clear;
    for book in &books {
        if let Some(fault) = &book.fault {
            let title = book.book.title(lang);
            writeln!(out, "{title}{}{}", lang.pick(": ", "："), fault.get(lang))?;
            exit = Exit::Found;
        }
    }
    if exit == Exit::Clear {
        writeln!(out, "{}", lang.pick(format!("in order: {n} records"), format!("完好：共 {n} 条记录")))?;
    }
    if books.iter().all(|book| book.anchors == 0) {
        eprintln!(
            "{}",
            lang.pick(
                "note: no anchor outside this folder was found; someone with this account could replace the whole log unnoticed (see tell.anchor)",
                "注意：没有找到本目录之外的锚点，使用本账户的人可以整体替换日志而不被发现（见 tell.anchor）",
            )
        );
    }
    Ok(exit)
}

fn report(args: &ReportArgs, config: &Config, audit: &Audit, state: &Path, lang: Lang) -> anyhow::Result<Exit> {
    let Some(period) = Period::parse(&args.since, args.until.as_deref(), jiff::Timestamp::now()) else {
        bail!(lang.pick(
            "--since wants a number of hours, days or weeks (24h, 7d, 4w) or a day (2026-11-01), --until a day that is not before it",
            "--since 应为小时、天或周数（24h、7d、4w）或日期（2026-11-01），--until 应为不早于它的日期"
        ));
    };
    let names = names(args.identity.as_deref(), config, lang)?;
    let held = Quarantine::open(&Disk::default(), state)?.list()?;
    let officer = held.iter().filter(|held| held.officer).count() as u64;
    let source = AccountSource {
        unit: config.tell.unit.clone(),
        books: checked(audit)?,
        incidents: audit.records_of(Book::Incidents)?,
        releases: audit.records_of(Book::Releases)?,
        held_now: HeldNow { all: held.len() as u64, officer },
        names: &names,
    };
    let account = account(source, period);
    let exit = if account.is_whole() { Exit::Clear } else { Exit::Found };
    let form = match args.format {
        InspectionForm::Human => AccountForm::Human,
        InspectionForm::Html => AccountForm::Html,
        InspectionForm::Json => AccountForm::Json,
        InspectionForm::Csv => AccountForm::Csv,
    };
    let mut out: Box<dyn Write> = match &args.output {
        Some(path) => Box::new(std::io::BufWriter::new(private(path, lang)?)),
        None => Box::new(std::io::BufWriter::new(stdout())),
    };
    account.write(form, lang, &mut out)?;
    out.flush()?;
    Ok(exit)
}

/// Names are opened with the officer's key, and only with it.
fn names(identity: Option<&Path>, config: &Config, lang: Lang) -> anyhow::Result<ShownNames> {
    let Some(path) = identity else { return Ok(ShownNames::Masked) };
    let key: Option<Recipient> =
        config.hold.officer_key.as_deref().map(str::parse).transpose().map_err(|e: &str| anyhow::Error::msg(e))?;
    let Some(key) = key else {
        bail!(lang.pick(
            "--identity: the configuration names no officer's key (hold.officer_key)",
            "--identity：配置中没有保密管理员公钥（hold.officer_key）"
        ));
    };
    let identity = Identity::read(path)?;
    if !identity.opens(&key) {
        bail!(lang.pick(
            "--identity: this identity does not belong to the officer's key of the configuration",
            "--identity：该密钥与配置中的保密管理员公钥不符"
        ));
    }
    Ok(ShownNames::Opened(identity))
}

fn line(record: &LogLine, lang: Lang) -> String {
    let time = local_time(&record.time);
    let event = &record.event;
    let what = event.what.map_or("", |what| what.title(lang));
    let tiers: Vec<&str> = event.tiers.iter().map(|tier| tier.title(lang)).collect();
    let verdict = event.verdict.map(|verdict| badge(verdict, lang).to_string());
    let tally = event.tally.map(|tally| tally.message(lang));
    let older = event.older.map(|older| {
        let words = match older {
            Older::Kept => lang.pick("newest of its name, under the highest number", "同名文件中最新的一份，编号最大"),
            Older::Aside => {
                lang.pick("newest of its name, the older one put aside", "同名文件中最新的一份，旧文件已另存")
            }
        };
        words.to_string()
    });
    let details = [event.id.clone(), tally, verdict, Some(tiers.join("/")), event.name.clone(), event.reason.clone()];
    let details: Vec<String> =
        details.into_iter().chain([older]).flatten().filter(|detail| !detail.is_empty()).collect();
    format!("{:>5}  {time}  {what}  {}", record.number, crate::model::safe_name(&details.join("  ")))
}
