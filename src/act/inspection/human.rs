//! The account for a person at a terminal.

use std::io::{self, Write};

use super::{Inspection, words};
use crate::model::{Lang, safe_name};

/// Entries shown; the rest is counted and stands in the other forms.
const SHOWN: usize = 200;

pub(super) fn write(inspection: &Inspection, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", words::title(lang))?;
    if let Some(unit) = &inspection.unit {
        writeln!(out, "{}{}", lang.pick("unit     ", "单位    "), safe_name(unit))?;
    }
    writeln!(out, "{}{}", lang.pick("account  ", "账户    "), inspection.account)?;
    writeln!(out, "{}{}\n", lang.pick("period   ", "时段    "), words::period(inspection, lang))?;
    for (words, n) in words::counts(inspection, lang) {
        writeln!(out, "{n:>8}  {words}")?;
    }
    section(out, lang.pick("the record", "记录情况"))?;
    for words in words::standing(inspection, lang) {
        writeln!(out, "  {words}")?;
    }
    for gap in &inspection.gaps {
        writeln!(out, "  {}{}", lang.pick("no record  ", "无记录  "), words::gap(gap, lang))?;
    }
    if let Some(cost) = words::cost(inspection, lang) {
        section(out, lang.pick("observed only", "观察模式"))?;
        writeln!(out, "  {cost}")?;
    }
    if !inspection.rules.is_empty() {
        section(out, lang.pick("why (held, would have been held, disputed)", "原因（暂扣、本应暂扣、异议）"))?;
        for (tier, found) in inspection.tiers.iter().rev() {
            writeln!(out, "  {:>5} {:>5} {:>5}  {}", found.held, found.observed, found.disputed, tier.title(lang))?;
        }
        for (rule, found) in &inspection.rules {
            writeln!(out, "  {:>5} {:>5} {:>5}  {rule}", found.held, found.observed, found.disputed)?;
        }
    }
    if !inspection.packs.is_empty() {
        section(out, lang.pick("packs in force", "生效的规则包"))?;
        for (time, packs) in words::packs(inspection) {
            writeln!(out, "  {time}  {}", packs.join(lang.pick(", ", "、")))?;
        }
    }
    entries(inspection, lang, out)
}

fn section(out: &mut dyn Write, title: &str) -> io::Result<()> {
    writeln!(out, "\n{title}")
}

fn entries(inspection: &Inspection, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    if inspection.incidents.is_empty() {
        return Ok(());
    }
    section(out, lang.pick("incidents", "事件"))?;
    let more = inspection.incidents.len().saturating_sub(SHOWN);
    if more > 0 {
        writeln!(
            out,
            "  {}",
            lang.pick(
                format!("{more} earlier ones are left out here: --format csv has all"),
                format!("此处略去较早的 {more} 条，完整内容请用 --format csv"),
            )
        )?;
    }
    for entry in &inspection.incidents[more..] {
        let details = [
            entry.id.clone().unwrap_or_default(),
            entry.name.clone().unwrap_or_default(),
            words::why(entry, lang),
            words::who(entry, lang),
            safe_name(entry.reason.as_deref().unwrap_or_default()),
        ];
        let details: Vec<String> = details.into_iter().filter(|detail| !detail.is_empty()).collect();
        writeln!(out, "  {}  {}  {}", words::minute(&entry.time), entry.what.title(lang), details.join("  "))?;
    }
    Ok(())
}
