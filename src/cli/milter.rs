//! `mizha milter`: settings become the door at which a mail server asks. What does not pass is written down, and what does in
//! a book of its own.

use anyhow::{Context, anyhow};
use std::sync::{Mutex, PoisonError};

use super::args::{Common, MilterArgs};
use super::exit::Exit;
use super::log::log_to_stderr;
use super::setup;
use crate::act::audit::{Audit, Event, EventKind};
use crate::act::quarantine::{pack, tiers};
use crate::channel::milter::{Address, JudgedMessage, MilterAnswer, Relay};
use crate::disk::{Disk, Key, private_folder};
use crate::model::{Channel, Lang, Verdict};
use crate::scan::{Options, Scanner};

/// Runs the verb until the process is ended.
pub(super) fn run(args: &MilterArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    log_to_stderr(common.verbose);
    let (config, _) = setup::config(common)?;
    let written = args.listen.clone().unwrap_or_else(|| config.mail.listen.clone());
    let address = Address::parse(&written).ok_or_else(|| {
        anyhow!(lang.pick(
            format!("{written}: no address; write inet:HOST:PORT or unix:/PATH, as in smtpd_milters"),
            format!("{written}：地址无效；请写成 inet:主机:端口 或 unix:/路径，与 smtpd_milters 的写法相同"),
        ))
    })?;
    let options = Options { channel: Channel::Message, ..setup::options(&config) };
    // Somebody has to notice: a server that judged with half of the packs would look as if it were in order.
    let rules = setup::rules(common, &config, setup::OnBadPack::Refused, lang)?;
    rules.warn(lang);
    let (state, _) = setup::state(args.state.state.as_deref())?;
    let disk = Disk::default();
    let folder = private_folder(&state)?;
    let audit = Mutex::new(Audit::new(&disk, &Key::kept(&disk, &folder)?, &folder, config.tell.anchor));
    let releases = config.tell.record_releases;
    let is_told = move |event: &Event| releases || event.what != Some(EventKind::Cleared);
    let record = move |judged: &JudgedMessage<'_>| match Some(event(judged)).filter(is_told) {
        // The log is locked between processes, not between threads.
        Some(event) => audit.lock().unwrap_or_else(PoisonError::into_inner).append(&[event]),
        None => Ok(()),
    };
    let relay = Relay::new(Scanner::new(rules.rules, options), config.mail, Box::new(record));
    let ready = || {
        eprintln!(
            "{}",
            lang.pick(
                format!("mizha milter listens at {written}; a mail server that finds nobody here must refuse for now"),
                format!("mizha milter 正在监听 {written}；本服务停止时，邮件服务器须暂缓收信"),
            )
        );
    };
    relay.serve(&address, &ready).with_context(|| written.clone())?;
    Ok(Exit::Clear)
}

/// What is written down of a message; of one that was clear, in the book of releases.
fn event(judged: &JudgedMessage<'_>) -> Event {
    let report = judged.report;
    let what = match judged.answer {
        MilterAnswer::Refuse => EventKind::MailRefused,
        MilterAnswer::Hold => EventKind::MailHeld,
        MilterAnswer::Take if report.verdict > Verdict::Clear => EventKind::Passed,
        MilterAnswer::Take => EventKind::Cleared,
    };
    let mut rules: Vec<String> = report.findings.iter().map(|finding| finding.rule.to_string()).collect();
    rules.sort();
    rules.dedup();
    Event {
        id: (!judged.queue_id.is_empty()).then(|| judged.queue_id.to_string()),
        verdict: Some(report.verdict),
        tiers: tiers(report),
        rules,
        packs: report.packs.iter().map(pack).collect(),
        bytes: Some(report.bytes),
        ..Event::new(what)
    }
}
