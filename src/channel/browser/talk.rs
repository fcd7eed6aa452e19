//! One conversation with a browser, of which all tabs are part: what is asked is judged side by side, and answered as it is done.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::Scope;

use super::answer::{Answer, both, verdict};
use super::request::{HostRequest, Purpose};
use super::transfer::{Pieces, Transfer, transfer};
use super::waiting::{Item, Waiting};
use super::{Host, ItemOutcome, JudgedItem, PIECE, Step, TEXT, UNDER_WAY, VERSION, WINDOW, base64, frame};
use crate::channel::bounds::{Place, Slots};
use crate::config::HoldAnswer as Setting;
use crate::model::{GapReason, Lang, Limit, Phrase, Report, Severity, Tier, Verdict};
use crate::scan::today;

/// What a browser does that the protocol does not know: the conversation ends.
struct Violation(&'static str, &'static str);

/// The conversation.
pub(super) struct Talk<'h> {
    host: &'h Host,
    to: Mutex<Box<dyn Write + Send>>,
    under_way: Slots,
    waiting: Mutex<Waiting>,
}

/// Something on its way to its judgement.
struct Asked {
    id: u64,
    site: String,
    purpose: Purpose,
    /// It goes as a file, and is written down also where nothing is found.
    is_file: bool,
}

impl<'h> Talk<'h> {
    pub(super) fn new(host: &'h Host, to: Box<dyn Write + Send>) -> Self {
        Talk { host, to: Mutex::new(to), under_way: Slots::new(UNDER_WAY), waiting: Mutex::default() }
    }

    /// Answers until the other side ends, or does what it may not.
    pub(super) fn run(&self, from: &mut dyn Read) -> io::Result<()> {
        std::thread::scope(|scope| {
            let mut open = HashMap::new();
            loop {
                let Some(text) = frame::read(from)? else { return Ok(()) };
                let request =
                    HostRequest::parse(&text).ok_or(Violation("a message of no known kind", "无法识别的消息"));
                if let Err(Violation(en, zh)) = request.and_then(|request| self.receive(request, &mut open, scope)) {
                    self.send(&Answer::Error { why: Phrase::new(en, zh) });
                    return Err(io::Error::new(io::ErrorKind::InvalidData, en));
                }
            }
        })
    }

    fn receive<'s>(
        &'s self,
        request: HostRequest,
        open: &mut HashMap<u64, Transfer>,
        scope: &'s Scope<'s, '_>,
    ) -> Result<(), Violation> {
        match request {
            HostRequest::Hello { version: VERSION } => self.send(&self.policy()),
            HostRequest::Hello { .. } => {
                return Err(Violation(
                    "the extension speaks another version of the protocol; update it or Mizha",
                    "扩展与密闸的协议版本不一致，请更新其中之一",
                ));
            }
            HostRequest::Text { id, site, text, purpose } => {
                if text.len() > TEXT {
                    return Err(Violation("a text that is too long", "文字过长"));
                }
                let asked = Asked { id, site: host_name(site)?, purpose, is_file: false };
                let place = self.enter()?;
                scope.spawn(move || {
                    let scan = || self.host.texts.scan_message(&text);
                    let report = self.host.text_turns.take(scan).unwrap_or_else(|| self.no_turn());
                    self.settle(asked, report);
                    drop(place);
                });
            }
            HostRequest::Begin { id, site, name, bytes } => {
                if open.contains_key(&id) {
                    return Err(Violation("two files of one number", "文件编号重复"));
                }
                let asked = Asked { id, site: host_name(site)?, purpose: Purpose::Sending, is_file: true };
                let place = self.enter()?;
                let (transfer, pieces) = transfer(bytes, Box::new(move || self.send(&Answer::More { id })));
                open.insert(id, transfer);
                scope.spawn(move || {
                    self.file(asked, &name, bytes, pieces);
                    drop(place);
                });
            }
            HostRequest::Piece { id, data } => {
                let unknown = || Violation("a piece of no file", "数据块不属于任何文件");
                let transfer = open.get_mut(&id).ok_or_else(unknown)?;
                let piece =
                    base64::decode(&data).ok_or(Violation("a piece that is no base64", "数据块不是有效的 base64"))?;
                transfer.take(piece).ok_or(Violation("a piece that may not come", "数据块过多或过长"))?;
            }
            HostRequest::End { id } => drop(open.remove(&id)),
            HostRequest::Cancel { id } => {
                open.remove(&id).into_iter().for_each(Transfer::cancel);
                self.waiting().forget(id);
            }
            HostRequest::Confirm { id, reason } => self.confirm(id, &reason),
        }
        Ok(())
    }

    fn enter(&self) -> Result<Place<'_>, Violation> {
        self.under_way.take().ok_or(Violation("too much at once", "同时检查的内容过多"))
    }

    fn policy(&self) -> Answer<'_> {
        let settings = &self.host.settings;
        let today = today();
        let holds = settings.browser.approved.iter().filter(|one| !one.expires.is_over(today) && one.is_for_all());
        let officer =
            settings.officer.message(Lang::En).map(|_| both(|lang| settings.officer.message(lang).unwrap_or_default()));
        Answer::Policy {
            version: VERSION,
            lang: settings.lang,
            guard: settings.browser.guard,
            free: holds.map(|one| one.site.as_str()).collect(),
            text_bytes: TEXT,
            piece_bytes: PIECE,
            window: WINDOW,
            officer,
        }
    }

    /// Judges a file as it comes. One that blocks is answered before its end.
    fn file(&self, asked: Asked, name: &str, bytes: u64, mut pieces: Pieces<'_>) {
        let files = &self.host.files;
        // Only names to be looked at and shown: nothing is opened by them.
        let names: Vec<String> = name.rsplit('/').filter(|name| !name.is_empty()).map(str::to_string).collect();
        let report = if bytes > files.limits().total_bytes {
            files.gap_report(name, &names, GapReason::Limit(Limit::TotalBytes))
        } else {
            let scan = || files.scan_named(name, &names, &mut pieces);
            let mut report = self.host.turns.take(scan).unwrap_or_else(|| self.no_turn());
            if report.verdict < Verdict::Block {
                let rest = io::copy(&mut pieces, &mut io::sink());
                if rest.is_err() || pieces.read != bytes {
                    report.add_gap(GapReason::Changed);
                }
            }
            report
        };
        if !pieces.is_cancelled() {
            self.settle(asked, report);
        }
    }

    fn no_turn(&self) -> Report {
        self.host.files.gap_report("-", &[], GapReason::Timeout)
    }

    /// Says what becomes of an item, and has it written down.
    fn settle(&self, asked: Asked, mut report: Report) {
        let Asked { id, site, purpose, is_file } = asked;
        let approved = self.lift(&site, &mut report);
        let step = self.step(&report);
        if purpose == Purpose::Sending {
            let record = |outcome| (self.host.record)(&JudgedItem { site: &site, report: &report, outcome });
            match step {
                Step::Go => {
                    let is_clear = report.verdict == Verdict::Clear && approved.is_none();
                    let outcome = if is_clear { ItemOutcome::Cleared } else { ItemOutcome::Passed(approved) };
                    // Of texts in which nothing was found there are too many, and who speaks when is nobody's business.
                    if (is_file || !is_clear) && record(outcome).is_err() {
                        return self.failed(id);
                    }
                }
                // It is held whether that can be written down or not.
                Step::Hold => {
                    if let Err(e) = record(ItemOutcome::Held) {
                        tracing::warn!(error = %e.kind(), "browser: the audit log cannot be written");
                    }
                }
                Step::Confirm => self.waiting().add(id, Item { site: site.clone(), report: report.clone() }),
            }
        }
        self.send(&verdict(id, step, &report));
    }

    /// Takes away findings for which the site is approved; gives who approved it, if there were any.
    fn lift(&self, site: &str, report: &mut Report) -> Option<&str> {
        let day = today();
        let mut by = None;
        for approved in self.host.settings.browser.approvals(site, day) {
            let before = report.findings.len();
            report.findings.retain(|found| found.verdict == Severity::Note || !approved.tiers.contains(&found.tier));
            if report.findings.len() < before {
                by = Some(approved.reason.as_str());
            }
        }
        report.verdict = Report::verdict_of(&report.findings, &report.gaps);
        by
    }

    fn step(&self, report: &Report) -> Step {
        let hold = &self.host.settings.hold;
        let serious = report.findings.iter().filter(|found| found.verdict > Severity::Note);
        let tiers: Vec<Tier> = serious.map(|found| found.tier).collect();
        match hold.answer(report.verdict) {
            Setting::Release => Step::Go,
            Setting::Confirm if !hold.needs_officer(report.verdict, &tiers) => Step::Confirm,
            Setting::Confirm | Setting::Hold => Step::Hold,
        }
    }

    fn confirm(&self, id: u64, reason: &str) {
        let Some(item) = self.waiting().take(id, reason) else { return self.failed(id) };
        let outcome = ItemOutcome::Confirmed(reason.trim());
        match (self.host.record)(&JudgedItem { site: &item.site, report: &item.report, outcome }) {
            Ok(()) => self.send(&Answer::Recorded { id }),
            Err(_) => self.failed(id),
        }
    }

    fn failed(&self, id: u64) {
        let why = Phrase::new("it could not be written down, and may not go now", "未能写入审计日志，暂不能发出");
        self.send(&Answer::Failed { id, why });
    }

    /// Nobody hears it if the other side is gone; that is noticed where it is heard.
    fn send(&self, answer: &Answer<'_>) {
        let Ok(text) = serde_json::to_string(answer) else { return };
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(e) = frame::write(&mut **to, &text) {
            tracing::info!(error = %e.kind(), "browser: an answer was not heard");
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The host of a page, if it has a name that can be one.
fn host_name(site: String) -> Result<String, Violation> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    let is_name = site.len() <= 253 && site.chars().all(plain);
    is_name.then_some(site).ok_or(Violation("a site that is no host", "站点名称无效"))
}
