//! The account as one page that can be printed and signed.

use maud::{Markup, html};

use super::{AccountEntry, Inspection, words};
use crate::act::report::html::{page as whole, verdict};
use crate::model::{Lang, safe_name};

/// Entries on the page; the rest is counted and stands in the table.
const SHOWN: usize = 300;

pub(super) fn page(inspection: &Inspection, lang: Lang) -> Markup {
    let class = if inspection.is_whole() { "clear" } else { "block" };
    let answer = if inspection.is_whole() {
        lang.pick("The record is in order", "审计记录完好")
    } else {
        lang.pick("The record is NOT in order", "审计记录校验未通过")
    };
    let standing = words::standing(inspection, lang);
    let standing: Vec<&str> = standing.iter().map(String::as_str).collect();
    let body = html! {
        table .facts {
            tr { th { (lang.pick("Unit", "单位")) } td { (unit(inspection)) } }
            tr { th { (lang.pick("Account", "账户")) } td { (inspection.account) } }
            tr { th { (lang.pick("Period", "时段")) } td { (words::period(inspection, lang)) } }
        }
        (verdict(class, answer, "", &standing))
        section .cards {
            @for (words, n) in words::counts(inspection, lang) {
                div .card .note { b { (n) } span { (words) } }
            }
        }
        @if let Some(cost) = words::cost(inspection, lang) {
            h3 { (lang.pick("Observed only", "观察模式")) }
            p { (cost) }
        }
        h3 { (lang.pick("Gaps in the record", "无记录的时段")) }
        @if inspection.gaps.is_empty() { p { (lang.pick("None.", "无。")) } }
        ul { @for gap in &inspection.gaps { li { (words::gap(gap, lang)) } } }
        (reasons(inspection, lang))
        (incidents(&inspection.incidents, lang))
        (days(inspection, lang))
        (packs(inspection, lang))
        (signatures(lang))
    };
    whole(words::title(lang), &body, lang)
}

/// The unit's name, or a line to write it on.
fn unit(inspection: &Inspection) -> String {
    inspection.unit.as_deref().map_or("________________".into(), safe_name)
}

fn reasons(inspection: &Inspection, lang: Lang) -> Markup {
    html! {
        @if !inspection.tiers.is_empty() || !inspection.rules.is_empty() {
            h3 { (lang.pick("Why files were held", "暂扣原因")) }
            table {
                thead {
                    tr {
                        th { (lang.pick("Tier or rule", "层级或规则")) }
                        th { (lang.pick("held", "暂扣")) }
                        th { (lang.pick("would have been held", "本应暂扣")) }
                        th { (lang.pick("disputed", "异议")) }
                    }
                }
                @for (tier, found) in inspection.tiers.iter().rev() {
                    tr { td { (tier.title(lang)) } td { (found.held) } td { (found.observed) } td { (found.disputed) } }
                }
                @for (rule, found) in &inspection.rules {
                    tr { td { (rule) } td { (found.held) } td { (found.observed) } td { (found.disputed) } }
                }
            }
        }
    }
}

fn incidents(entries: &[AccountEntry], lang: Lang) -> Markup {
    let more = entries.len().saturating_sub(SHOWN);
    html! {
        h3 { (lang.pick("Incidents", "事件明细")) }
        @if entries.is_empty() { p { (lang.pick("None.", "无。")) } }
        @if more > 0 {
            p { (lang.pick(
                format!("{more} earlier ones are left out here: --format csv has all."),
                format!("此处略去较早的 {more} 条，完整内容请用 --format csv 导出。"),
            )) }
        }
        @if !entries.is_empty() {
            table .log {
                thead {
                    tr {
                        th { (lang.pick("Time", "时间")) }
                        th { (lang.pick("What", "事项")) }
                        th { (lang.pick("File", "文件")) }
                        th { (lang.pick("Why", "原因")) }
                        th { (lang.pick("Who", "经办")) }
                        th { (lang.pick("In their words", "理由")) }
                    }
                }
                @for entry in &entries[more..] {
                    tr {
                        td { (words::minute(&entry.time)) }
                        td { (entry.what.title(lang)) }
                        td { (entry.id.as_deref().unwrap_or_default()) " " (entry.name.as_deref().unwrap_or_default()) }
                        td { (words::why(entry, lang)) }
                        td { (words::who(entry, lang)) }
                        td { (safe_name(entry.reason.as_deref().unwrap_or_default())) }
                    }
                }
            }
        }
    }
}

fn days(inspection: &Inspection, lang: Lang) -> Markup {
    html! {
        @if !inspection.days.is_empty() {
            h3 { (lang.pick("By day", "逐日统计")) }
            table {
                thead {
                    tr {
                        th { (lang.pick("Day", "日期")) }
                        th { (lang.pick("left", "已外发")) }
                        th { (lang.pick("held", "暂扣")) }
                        th { (lang.pick("would have been held", "本应暂扣")) }
                    }
                }
                @for (day, counts) in &inspection.days {
                    tr { td { (day) } td { (counts.left) } td { (counts.held) } td { (counts.observed) } }
                }
            }
        }
    }
}

fn packs(inspection: &Inspection, lang: Lang) -> Markup {
    html! {
        @if !inspection.packs.is_empty() {
            h3 { (lang.pick("Packs in force", "生效的规则包")) }
            p .rest {
                @for (time, packs) in words::packs(inspection) {
                    (time) (lang.pick(": ", "：")) (packs.join(lang.pick(", ", "、"))) br;
                }
            }
        }
    }
}

fn signatures(lang: Lang) -> Markup {
    let roles = [
        lang.pick("Head of the unit (signature, seal)", "单位负责人（签字、盖章）"),
        lang.pick("Security officer (signature)", "保密工作负责人（签字）"),
        lang.pick("Inspector (signature)", "检查人（签字）"),
    ];
    html! {
        table .signatures {
            tr { @for role in roles { th { (role) } } }
            tr { @for _ in roles { td { br; br; br; } } }
            tr { @for _ in roles { td { (lang.pick("Date:", "日期：　　　年　　月　　日")) } } }
        }
    }
}
