//! `mizha browser-host`: started by a browser or a mail program, for its extension. Where a daemon works for this person, it
//! answers; otherwise settings become the door at which the extension asks. What does not pass, what a person lets go and,
//! in a book of its own, what was clear is written down.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;

use super::args::{BrowserHostArgs, Common};
use super::exit::Exit;
use super::log::log_to_stderr;
use super::setup;
use crate::act::audit::{Audit, DeferredLog, Event, EventKind};
use crate::act::quarantine::{pack, tiers};
use crate::channel::browser::{Host, HostSettings, ItemOutcome, JudgedItem};
use crate::channel::local;
use crate::config::Config;
use crate::disk::{Disk, Key, private_folder};
use crate::model::Lang;
use crate::scan::Scanner;

/// Runs the verb until the browser ends it.
pub(super) fn run(args: &BrowserHostArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    log_to_stderr(common.verbose);
    let (state, _) = setup::state(args.state.state.as_deref())?;
    // The daemon has settings of its own: what was asked for here is not left to it.
    let is_usual = common.config.is_none() && common.pack.is_empty();
    let daemon = if is_usual { local::ask_daemon(&state).with_context(|| state.display().to_string())? } else { None };
    if let Some(daemon) = daemon {
        local::pass(&daemon, std::io::stdin(), std::io::stdout())?;
        return Ok(Exit::Clear);
    }
    let (config, _) = setup::config(common)?;
    // Somebody has to notice: a door that judged with half of the packs would look as if it were in order.
    let rules = setup::rules(common, &config, setup::OnBadPack::Refused, lang)?;
    rules.warn(lang);
    let scanner = Scanner::new(rules.rules, setup::options(&config));
    let host = host(scanner, &config, &state, lang)?;
    host.serve(&mut std::io::stdin().lock(), Box::new(std::io::stdout()))?;
    Ok(Exit::Clear)
}

/// The door for browsers, as the settings say; also the daemon's.
pub(super) fn host(scanner: Scanner, config: &Config, state: &Path, lang: Lang) -> anyhow::Result<Host> {
    let disk = Disk::default();
    let folder = private_folder(state).with_context(|| state.display().to_string())?;
    let audit = Audit::new(&disk, &Key::kept(&disk, &folder)?, &folder, config.tell.anchor.clone());
    // Nobody waits for the disk because of what was clear.
    let cleared = DeferredLog::new(&audit)?;
    let releases = config.tell.record_releases;
    let record = move |judged: &JudgedItem<'_>| match judged.outcome {
        ItemOutcome::Cleared if !releases => Ok(()),
        ItemOutcome::Cleared => cleared.append(&[event(judged)]),
        _ => audit.append(&[event(judged)]),
    };
    let settings = HostSettings {
        browser: config.browser.clone(),
        hold: config.hold.clone(),
        officer: config.officer.clone(),
        lang: config.lang.unwrap_or(lang),
    };
    Ok(Host::new(scanner, settings, Box::new(record)))
}

/// How a daemon answers browsers and mail programs.
pub(super) fn talk(host: Host) -> Arc<local::Talk> {
    Arc::new(move |stream| {
        let served = stream.try_clone().and_then(|mut from| host.serve(&mut from, Box::new(stream)));
        if let Err(e) = served {
            tracing::info!(error = %e.kind(), "browser: a conversation ended");
        }
    })
}

/// What is written down of an item.
fn event(judged: &JudgedItem<'_>) -> Event {
    let report = judged.report;
    let (what, reason) = match judged.outcome {
        ItemOutcome::Cleared => (EventKind::Cleared, None),
        ItemOutcome::Held => (EventKind::UploadHeld, None),
        ItemOutcome::Confirmed(reason) => (EventKind::UploadConfirmed, Some(reason)),
        ItemOutcome::Passed(reason) => (EventKind::Passed, reason),
    };
    let mut rules: Vec<String> = report.findings.iter().map(|finding| finding.rule.to_string()).collect();
    rules.sort();
    rules.dedup();
    Event {
        id: (!judged.site.is_empty()).then(|| judged.site.to_string()),
        verdict: Some(report.verdict),
        tiers: tiers(report),
        rules,
        packs: report.packs.iter().map(pack).collect(),
        bytes: Some(report.bytes),
        reason: reason.map(str::to_string),
        user: Some(rustix::process::getuid().as_raw()),
        ..Event::new(what)
    }
}
