//! *Health*: whether the guard works, the folders it looks after, what could not be read and why, the packs, and what
//! was held in the last weeks. Counts only: no name of a file.

use std::io::ErrorKind;

use maud::{Markup, html};

use super::response::{HttpStatus as Refusal, Response};
use super::shell::{Tab, page as whole};
use super::{Office, officer};
use crate::act::audit::{EventKind, LogLine};
use crate::act::local_time;
use crate::act::quarantine::{DecisionDesk, pack};
use crate::model::{Lang, Tier};
use crate::watch::{FolderStatus, LONGEST, Life, Pause, Paused, Status};

/// Weeks in the plot.
const WEEKS: usize = 8;
/// Bytes of the audit log that are read for it, from its end: about twenty thousand records.
const LOG: u64 = 8 << 20;

/// The page.
pub(super) fn page(office: &Office) -> Response {
    let lang = office.lang();
    let page = &office.page;
    let alive = Life::lasts(&page.state);
    let status = Status::read(&page.run).ok().filter(|_| alive).map(|status| status.counted(&page.state));
    let records = DecisionDesk::open(&page.config, &page.state).and_then(|desk| desk.audit.recent(LOG));
    let body = html! {
        @match &status {
            Some(status) => {
                (running(status, lang))
                (pausing(status, page.config.hold.pause, lang))
                (folders(&status.folders, lang))
            }
            None => section .verdict .warn {
                h2 { (lang.pick("The guard does not run", "守护程序未运行")) }
                p { (lang.pick(
                    "Nothing is held and nothing is released by itself. Checking before sending works all the same. Log in anew, or ask your administrator to start it (mizha watch).",
                    "当前不会自动暂扣或放行文件，发送前检查仍可使用。请重新登录，或联系管理员启动（mizha watch）。",
                )) }
                @if page.first_run.is_some() {
                    p .buttons { a .button .main href="/setup" { (lang.pick("Set this computer up", "首次设置")) } }
                }
            }
        }
        section .panel {
            h2 { (lang.pick("The last weeks", "最近几周")) }
            @match &records {
                Ok((records, whole)) => {
                    (plot(&weeks(records), lang))
                    @if let (false, Some(first)) = (*whole, records.first()) {
                        p .remark { (lang.pick("The log is long; counted from ", "日志较长，统计始于 ")) (local_time(&first.time)) }
                    }
                }
                Err(_) => p { (lang.pick("The audit log cannot be read.", "审计日志无法读取。")) },
            }
        }
        section .panel {
            h2 { (lang.pick("Packs of rules", "规则包")) }
            ul .packs { @for used in page.scanner.rules().packs().iter() { li { (pack(used)) } } }
        }
        (officer::corner(office))
    };
    Response::html(whole(Tab::Health, &body, lang))
}

fn running(status: &Status, lang: Lang) -> Markup {
    let life = Life::of(status);
    let amiss: Vec<String> = status.degraded.iter().map(|problem| problem.message(lang)).collect();
    let well = status.is_well();
    html! {
        section class={ "verdict " (if well { "clear" } else { "warn" }) } {
            h2 { (if well { lang.pick("The guard works", "守护程序运行正常") } else { lang.pick("The guard needs a look", "守护程序需要处理") }) }
            p {
                (lang.pick("Running since ", "启动于 ")) (local_time(&status.since))
                (lang.pick("; last sign of life ", "；最近动静 ")) (local_time(&status.written))
                (lang.pick("; version ", "；版本 ")) (status.version)
            }
            @let words = life.message(lang);
            @if !words.is_empty() || !amiss.is_empty() || status.unsettled > 0 {
                ul {
                    @if !words.is_empty() { li { (words.trim().trim_start_matches(['!', '！', ' '])) } }
                    @for problem in &amiss { li { (problem) } }
                    @if status.unsettled > 0 {
                        li { (lang.pick("Files under way that cannot be put in order now: ", "中途滞留、暂时无法处理的文件：")) (status.unsettled) }
                    }
                }
            }
        }
    }
}

/// A pause: the one in force, or the way to one where the settings allow it.
fn pausing(status: &Status, allowed: bool, lang: Lang) -> Markup {
    let minutes = LONGEST.as_secs() / 60;
    html! {
        @if let Some(Paused { until, .. }) = &status.paused {
            section .verdict .warn {
                h2 { (lang.pick("Paused", "守护已暂停")) }
                p {
                    (lang.pick("It goes on by itself at ", "自动恢复时间：")) (local_time(until))
                    (lang.pick(". Until then nothing is looked at, and nothing leaves a gate.", "。此前不检查文件，闸口不放行。"))
                }
                form method="post" action="/health/resume" { button .main { (lang.pick("Go on now", "立即恢复")) } }
            }
        } @else if allowed {
            details .panel #pause {
                summary { (lang.pick("Pause", "暂停守护")) }
                form method="post" action="/health/pause" {
                    p { (lang.pick(
                        format!("For {minutes} minutes. Nothing leaves a gate meanwhile, and what comes in is looked at afterwards. Your reason is written down."),
                        format!("暂停 {minutes} 分钟：期间闸口不放行，新存入的文件在恢复后检查。理由将记入审计日志。"),
                    )) }
                    label { (lang.pick("Reason", "理由")) input name="reason" required maxlength="400"; }
                    button .main { (lang.pick("Pause", "暂停")) }
                }
            }
        }
    }
}

/// Begins a pause, or ends the one in force.
///
/// # Errors
/// When it is not allowed, or cannot be written down.
pub(super) fn pause(office: &Office, reason: Option<&str>) -> Result<Response, Refusal> {
    let (config, state) = (&office.page.config, &office.page.state);
    let outcome = match reason {
        Some(reason) => Pause::begin(config, state, reason.trim()),
        None => Pause::end(config, state),
    };
    match outcome {
        Ok(()) => Ok(Response::see_other("/health")),
        Err(e) if e.kind() == ErrorKind::PermissionDenied => Err(Refusal::Forbidden),
        Err(e) => {
            tracing::warn!(error = %e.kind(), "the pause");
            Err(Refusal::Fault)
        }
    }
}

fn folders(folders: &[FolderStatus], lang: Lang) -> Markup {
    let shown = |path: &Option<crate::disk::RawPath>| path.as_ref().map(|path| path.0.display().to_string());
    html! {
        section .panel {
            h2 { (lang.pick("Folders", "目录")) }
            table {
                thead { tr {
                    th scope="col" { (lang.pick("Folder", "目录")) }
                    @for word in [lang.pick("waiting", "等待"), lang.pick("passed", "通过"), lang.pick("held", "暂扣"), lang.pick("not read", "未检查")] {
                        th scope="col" .number { (word) }
                    }
                } }
                tbody {
                    @for folder in folders {
                        tr {
                            td {
                                (shown(&folder.path).unwrap_or_default())
                                @if let Some(export) = shown(&folder.export) { " → " (export) }
                                @for words in amiss(folder, lang) { p .remark { (words) } }
                            }
                            td .number { (folder.waiting) }
                            td .number { (folder.passed) }
                            td .number { (folder.held) }
                            td .number { (folder.unread) }
                        }
                    }
                }
            }
            @if folders.is_empty() { p { (lang.pick("No folder is looked after.", "没有受守护的目录。")) } }
        }
    }
}

/// What cannot be read in a folder, and why.
fn amiss(folder: &FolderStatus, lang: Lang) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(problem) = &folder.unreachable {
        words.push(format!("{}{}", lang.pick("Cannot be read: ", "无法读取："), problem.message(lang)));
    }
    if folder.closed > 0 {
        let n = folder.closed;
        words.push(
            lang.pick(format!("Folders in it that cannot be read: {n}"), format!("其中无法读取的文件夹：{n} 个")),
        );
    }
    if let Some(problem) = &folder.stuck {
        words.push(format!(
            "{}{}",
            lang.pick("A file cannot be dealt with: ", "有文件无法处理："),
            problem.message(lang)
        ));
    }
    words
}

/// What was held or reported in a week, by tier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Week {
    secrets: u64,
    work: u64,
    others: u64,
}

impl Week {
    fn all(self) -> u64 {
        self.secrets + self.work + self.others
    }
}

/// The last weeks, the present one at the end.
fn weeks(records: &[LogLine]) -> [Week; WEEKS] {
    const SECONDS: i64 = 7 * 24 * 3600;
    let mut weeks = [Week::default(); WEEKS];
    let now = jiff::Timestamp::now().as_second();
    for record in
        records.iter().filter(|record| matches!(record.event.what, Some(EventKind::Held | EventKind::Reported)))
    {
        let Ok(time) = record.time.parse::<jiff::Timestamp>() else { continue };
        let Ok(ago) = usize::try_from((now - time.as_second()).max(0) / SECONDS) else { continue };
        let Some(week) = WEEKS.checked_sub(ago + 1).and_then(|at| weeks.get_mut(at)) else { continue };
        match record.event.tiers.iter().max() {
            Some(Tier::TopSecret | Tier::Secret | Tier::Confidential) => week.secrets += 1,
            Some(Tier::WorkSecret) => week.work += 1,
            _ => week.others += 1,
        }
    }
    weeks
}

/// Bars, one a week, and the same in words.
fn plot(weeks: &[Week; WEEKS], lang: Lang) -> Markup {
    const HEIGHT: u64 = 100;
    let most = weeks.iter().map(|week| week.all()).max().unwrap_or_default().max(1);
    let tall = |n: u64| n * HEIGHT / most;
    let total: u64 = weeks.iter().map(|week| week.all()).sum();
    let kinds = [
        ("block", lang.pick("state secrets", "国家秘密")),
        ("warn", lang.pick("work secrets", "工作秘密")),
        ("uninspected", lang.pick("other", "其他")),
    ];
    html! {
            p {
                (lang.pick(format!("Held or reported in {WEEKS} weeks: {total}. "), format!("{WEEKS} 周内暂扣或报告 {total} 次。")))
                @for (class, word) in kinds { span class={ "key " (class) } { (word) } " " }
            }
            svg viewBox="0 0 640 150" role="img" aria-label=(lang.pick(
                format!("Held or reported a week, oldest first: {}", numbers(weeks)),
                format!("每周暂扣或报告次数（由远及近）：{}", numbers(weeks)),
            )) {
                line .axis x1="0" x2="640" y1="125" y2="125" {}
                @for (at, week) in weeks.iter().enumerate() {
                    @let x = at as u64 * 80 + 16;
                    @let heights = [tall(week.secrets), tall(week.work), tall(week.others)];
                    @for (kind, height) in heights.iter().enumerate() {
                        @let below: u64 = heights[..kind].iter().sum();
                        rect class=(kinds[kind].0) x=(x) y=(125 - below - height) width="48" height=(height) {}
                    }
    @let top = 125 - heights.iter().sum::<u64>();
                    @if week.all() > 0 { text x=(x + 24) y=(top - 5) text-anchor="middle" { (week.all()) } }
                    text .week x=(x + 24) y="143" text-anchor="middle" { (begins(at)) }
                }
            }
        }
}

/// The day on which a week of the plot begins.
fn begins(at: usize) -> String {
    let ago = 7 * (WEEKS - at) as i64;
    let day = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * ago);
    day.to_zoned(jiff::tz::TimeZone::system()).strftime("%m-%d").to_string()
}

fn numbers(weeks: &[Week; WEEKS]) -> String {
    weeks.iter().map(|week| week.all().to_string()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::audit::Event;

    #[test]
    fn a_record_counts_in_its_week_and_as_its_hardest_tier() {
        let record = |days: i64, what: EventKind, tiers: Vec<Tier>| {
            let time = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days);
            LogLine {
                number: 1,
                time: time.to_string(),
                event: Event { tiers, ..Event::new(what) },
                mac: String::new(),
            }
        };
        let weeks = weeks(&[
            record(0, EventKind::Held, vec![Tier::Personal, Tier::Secret]),
            record(1, EventKind::Reported, vec![]),
            record(8, EventKind::Held, vec![Tier::WorkSecret]),
            record(8, EventKind::Released, vec![Tier::WorkSecret]),
            record(300, EventKind::Held, vec![Tier::Secret]),
        ]);
        assert_eq!(weeks[WEEKS - 1], Week { secrets: 1, work: 0, others: 1 });
        assert_eq!(weeks[WEEKS - 2], Week { secrets: 0, work: 1, others: 0 });
        assert_eq!(weeks.iter().map(|week| week.all()).sum::<u64>(), 3);
    }
}
