//! `mizha audit`: the log for people and for machines, and whether it is whole.

use std::io::Write;

use super::args::{AuditVerb, Common};
use super::exit::Exit;
use super::setup;
use crate::act::audit::{Audit, Fault, Record};
use crate::act::local_time;
use crate::act::report::badge;
use crate::disk::{Disk, Key, private_folder};
use crate::model::Lang;

/// Runs the verb; `verify` gives 1 when something is wrong with the log.
pub(super) fn run(verb: AuditVerb, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let (AuditVerb::Show { state, .. } | AuditVerb::Verify { state }) = &verb;
    let (config, _) = setup::config(common)?;
    let (state, _) = setup::state(state.state.as_deref())?;
    let disk = Disk::default();
    let folder = private_folder(&state)?;
    let audit = Audit::new(&disk, &Key::kept(&disk, &folder)?, &folder, config.tell.anchor);
    let mut out = std::io::stdout().lock();
    match verb {
        AuditVerb::Show { json, last, .. } => {
            let records = audit.records()?;
            let skip = last.map_or(0, |last| records.len().saturating_sub(last));
            for record in &records[skip..] {
                if json {
                    writeln!(out, "{}", serde_json::to_string(record)?)?;
                } else {
                    writeln!(out, "{}", line(record, lang))?;
                }
            }
            Ok(Exit::Clear)
        }
        AuditVerb::Verify { .. } => {
            let verified = audit.verify()?;
            let n = verified.records;
            let fault = match verified.fault {
                None => {
                    writeln!(out, "{}", lang.pick(format!("in order: {n} records"), format!("完好：共 {n} 条记录")))?;
                    None
                }
                Some(Fault::Unreadable(at)) => {
                    Some(lang.pick(format!("record {at} cannot be read"), format!("第 {at} 条记录无法读取")))
                }
                Some(Fault::Changed(at)) => Some(lang.pick(
                    format!("record {at} was changed, or what stood before it"),
                    format!("第 {at} 条记录或其前一条被改动"),
                )),
                Some(Fault::CutShort(at)) => Some(lang.pick(
                    format!("the log was cut short: it had {at} records, now {n}"),
                    format!("日志被截断：原有 {at} 条，现有 {n} 条"),
                )),
                Some(Fault::Rewritten(at)) => Some(lang.pick(
                    format!("the log was written anew: record {at} is another one than was anchored"),
                    format!("日志被重写：第 {at} 条与锚定的不一致"),
                )),
            };
            if verified.anchors == 0 {
                eprintln!(
                    "{}",
                    lang.pick(
                        "note: no anchor outside this folder was found; someone with this account could replace the whole log unnoticed (see tell.anchor)",
                        "注意：没有找到本目录之外的锚点，使用本账户的人可以整体替换日志而不被发现（见 tell.anchor）",
                    )
                );
            }
            let Some(fault) = fault else { return Ok(Exit::Clear) };
            writeln!(out, "{fault}")?;
            Ok(Exit::Found)
        }
    }
}

fn line(record: &Record, lang: Lang) -> String {
    let time = local_time(&record.time);
    let event = &record.event;
    let what = event.what.map_or("", |what| what.title(lang));
    let tiers: Vec<&str> = event.tiers.iter().map(|tier| tier.title(lang)).collect();
    let verdict = event.verdict.map(|verdict| badge(verdict, lang).to_string());
    let details = [event.id.clone(), verdict, Some(tiers.join("/")), event.name.clone(), event.reason.clone()];
    let details: Vec<String> = details.into_iter().flatten().filter(|detail| !detail.is_empty()).collect();
    format!("{:>5}  {time}  {what}  {}", record.number, crate::model::safe_name(&details.join("  ")))
}
