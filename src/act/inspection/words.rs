//! The words all forms of the account share.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{AccountEntry, GapCause, Inspection, RecordGap};
use crate::act::audit::{ChainFault, EventKind};
use crate::act::local_time;
use crate::model::{Lang, Phrase};

/// A text in both languages.
pub(super) fn both(text: impl Fn(Lang) -> String) -> Phrase {
    Phrase::new(&text(Lang::En), &text(Lang::Zh))
}

/// What is wrong with a book that has so many records now.
pub(super) fn fault(fault: ChainFault, n: u64, lang: Lang) -> String {
    match fault {
        ChainFault::Unreadable(at) => {
            lang.pick(format!("record {at} cannot be read"), format!("第 {at} 条记录无法读取"))
        }
        ChainFault::Changed(at) => lang.pick(
            format!("record {at} was changed, or what stood before it"),
            format!("第 {at} 条记录或其前一条被改动"),
        ),
        ChainFault::Beheaded(at) => lang.pick(
            format!("records before {at} are missing, and none says that they made room"),
            format!("第 {at} 条之前的记录缺失，且没有轮转记录"),
        ),
        ChainFault::CutShort(at) => lang.pick(
            format!("the log was cut short: it had {at} records, now {n}"),
            format!("日志被截断：原有 {at} 条，现有 {n} 条"),
        ),
        ChainFault::Rewritten(at) => lang.pick(
            format!("the log was written anew: record {at} is another one than was anchored"),
            format!("日志被重写：第 {at} 条与锚定的不一致"),
        ),
    }
}

/// The title.
pub(super) fn title(lang: Lang) -> &'static str {
    lang.pick("Report for inspection: outgoing files", "外发文件保密检查报告")
}

/// A time of the clock on the wall, to the minute.
pub(super) fn minute(time: &str) -> String {
    local_time(time).chars().take(16).collect()
}

/// The period.
pub(super) fn period(inspection: &Inspection, lang: Lang) -> String {
    let (from, to) = (inspection.period.from.to_string(), inspection.period.to.to_string());
    format!("{} {} {}", minute(&from), lang.pick("to", "至"), minute(&to))
}

/// Whether the record is whole, in one sentence each.
pub(super) fn standing(inspection: &Inspection, lang: Lang) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for checked in &inspection.books {
        let (book, n) = (checked.book.title(lang), checked.records);
        words.push(match &checked.fault {
            None => lang.pick(format!("{book}: in order, {n} records"), format!("{book}：完好，共 {n} 条")),
            Some(fault) => {
                let fault = fault.get(lang);
                lang.pick(format!("{book}: NOT in order: {fault}"), format!("{book}：校验未通过，{fault}"))
            }
        });
    }
    words.push(match inspection.anchors() {
        0 => lang
            .pick(
                "no anchor outside the log: whoever has this account could have replaced it as a whole",
                "日志之外没有锚点：使用本账户的人可能整体替换过日志",
            )
            .to_string(),
        n => lang.pick(
            format!("compared with {n} heads anchored outside the log"),
            format!("已与日志之外的 {n} 个锚点核对"),
        ),
    });
    words
}

/// A gap.
pub(super) fn gap(gap: &RecordGap, lang: Lang) -> String {
    let time = |time: Timestamp| minute(&time.to_string());
    let why = match gap.why {
        GapCause::NotBegun => lang.pick("the record had not begun", "尚未开始记录"),
        GapCause::Stopped => lang.pick("the watch was stopped", "守护已停止"),
        GapCause::Died => lang.pick(
            "the watch ended without a stop (crash, power cut or kill)",
            "守护异常中止（崩溃、断电或被强行结束）",
        ),
    };
    format!("{} – {}{}{why}", time(gap.from), time(gap.to), lang.pick(": ", "："))
}

/// On whose authority, and who did it.
pub(super) fn who(entry: &AccountEntry, lang: Lang) -> String {
    let authority = entry.authority.as_deref().map(|authority| match authority.split_once(' ') {
        _ if authority == "user" => lang.pick("own authority", "本人").to_string(),
        Some(("ticket", key)) => lang.pick(format!("ticket, key {key}"), format!("放行单（密钥号 {key}）")),
        _ if authority == "officer's key" => lang.pick("officer's key", "保密管理员密钥").to_string(),
        _ => authority.to_string(),
    });
    let parts = [entry.user.clone(), authority];
    parts.into_iter().flatten().collect::<Vec<_>>().join(lang.pick(", ", "，"))
}

/// Why: tiers, rules and places.
pub(super) fn why(entry: &AccountEntry, lang: Lang) -> String {
    let mut words: Vec<String> = entry.tiers.iter().map(|tier| tier.title(lang).to_string()).collect();
    words.extend(entry.tally.map(|tally| tally.message(lang)));
    words.extend(entry.rules.iter().cloned());
    words.extend(entry.places.iter().map(|place| place.get(lang).to_string()));
    words.join(lang.pick(", ", "，"))
}

/// The counts a reader looks for first.
pub(super) fn counts(inspection: &Inspection, lang: Lang) -> Vec<(&'static str, u64)> {
    let mut counts = vec![
        (lang.pick("left", "已外发"), inspection.left()),
        (lang.pick("held", "暂扣"), inspection.count(EventKind::Held)),
        (lang.pick("released by a person", "人工放行"), inspection.count(EventKind::Released)),
        (lang.pick("given back", "退回修改"), inspection.count(EventKind::Returned)),
        (lang.pick("refused", "拒绝放行"), inspection.count(EventKind::Refused)),
        (lang.pick("held now", "当前暂扣"), inspection.held_now.all),
    ];
    for (what, words) in [
        (EventKind::Reported, lang.pick("reported", "报告")),
        (EventKind::TakenBack, lang.pick("taken back from an exit", "从出口收回")),
        (EventKind::Purged, lang.pick("deleted", "删除")),
        (EventKind::MailRefused, EventKind::MailRefused.title(lang)),
        (EventKind::MailHeld, EventKind::MailHeld.title(lang)),
        (EventKind::UploadHeld, EventKind::UploadHeld.title(lang)),
        (EventKind::UploadConfirmed, EventKind::UploadConfirmed.title(lang)),
        (EventKind::Observed, lang.pick("would have been held", "本应暂扣")),
        (EventKind::Disputed, lang.pick("disputed", "提出异议")),
    ] {
        if inspection.count(what) > 0 {
            counts.push((words, inspection.count(what)));
        }
    }
    counts
}

/// The packs that were in force together, under their time.
pub(super) fn packs(inspection: &Inspection) -> BTreeMap<String, Vec<&str>> {
    let mut together: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for pack in &inspection.packs {
        let time = format!("{} – {}", minute(&pack.from), minute(&pack.to));
        together.entry(time).or_default().push(&pack.pack);
    }
    together
}

/// What switching a gate on would have cost, if one only observes.
pub(super) fn cost(inspection: &Inspection, lang: Lang) -> Option<String> {
    let (observed, left) = (inspection.count(EventKind::Observed), inspection.left());
    let days = inspection.days.values().filter(|day| day.left + day.held + day.observed > 0).count() as u64;
    (observed > 0).then(|| {
        lang.pick(
            format!("Switched on, the folders that only observe would have held {observed} files on {days} days; {left} files left in all."),
            format!("若启用拦截，处于观察模式的目录本应暂扣 {observed} 个文件（共 {days} 天有外发）；同期外发共 {left} 个。"),
        )
    })
}
