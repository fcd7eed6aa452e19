//! `mizha browser-host`: started by a browser or a mail program, for its extension. Settings become the door at which it
//! asks; what does not pass, and what a person lets go, is written down.

use std::sync::{Mutex, PoisonError};

use super::args::{BrowserHostArgs, Common};
use super::exit::Exit;
use super::setup;
use super::watch::log_to_stderr;
use crate::act::audit::{Audit, Event, EventKind};
use crate::act::quarantine::{pack, tiers};
use crate::channel::browser::{Host, Judged, Outcome, Settings};
use crate::disk::{Disk, Key, private_folder};
use crate::model::Lang;
use crate::scan::Scanner;

/// Runs the verb until the browser ends it.
pub(super) fn run(args: &BrowserHostArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    log_to_stderr(common.verbose);
    let (config, _) = setup::config(common)?;
    // Somebody has to notice: a door that judged with half of the packs would look as if it were in order.
    let rules = setup::rules(common, &config, setup::OnBadPack::Refused, lang)?;
    rules.warn(lang);
    let scanner = Scanner::new(rules.rules, setup::options(&config));
    let (state, _) = setup::state(args.state.state.as_deref())?;
    let disk = Disk::default();
    let folder = private_folder(&state)?;
    let audit = Mutex::new(Audit::new(&disk, &Key::kept(&disk, &folder)?, &folder, config.tell.anchor));
    // The log is locked between processes, not between threads.
    let record =
        move |judged: &Judged<'_>| audit.lock().unwrap_or_else(PoisonError::into_inner).append(&[event(judged)]);
    let lang = config.lang.unwrap_or(lang);
    let settings = Settings { browser: config.browser, hold: config.hold, officer: config.officer, lang };
    let host = Host::new(scanner, settings, Box::new(record));
    host.serve(&mut std::io::stdin().lock(), Box::new(std::io::stdout()))?;
    Ok(Exit::Clear)
}

/// What is written down of an item that was not clear.
fn event(judged: &Judged<'_>) -> Event {
    let report = judged.report;
    let (what, reason) = match judged.outcome {
        Outcome::Held => (EventKind::UploadHeld, None),
        Outcome::Confirmed(reason) => (EventKind::UploadConfirmed, Some(reason)),
        Outcome::Passed(reason) => (EventKind::Passed, reason),
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
