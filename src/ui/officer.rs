//! *Officer's corner*, where the settings open it (`tell.officer_pages`): the account of the last week, as `mizha audit
//! report` gives it, and what an import of a list of terms would come to. Nothing is written, and no list is kept.

use maud::{Markup, html};

use super::Office;
use super::response::{HttpStatus, Response};
use crate::act::audit::Book;
use crate::act::inspection::{AccountForm, AccountSource, HeldNow, Period, ShownNames, account, checked};
use crate::act::quarantine::DecisionDesk;
use crate::model::Lang;

/// Bytes of a list of terms at most.
pub(super) const LIST: u64 = 16 << 20;

/// The corner; nothing where it is not open.
pub(super) fn corner(office: &Office) -> Markup {
    let lang = office.lang();
    html! {
        @if is_open(office) {
            section .panel {
                h2 { (lang.pick("Officer's corner", "保密管理员")) }
                p .buttons {
                    a .button href="/officer/report" download { (lang.pick("Last week's report", "最近一周检查报告")) }
                }
                @if cfg!(feature = "author") {
                    label { (lang.pick("What would an import of this list come to? (xlsx, csv, docx, txt)", "词表试导入：查看会收入哪些词条（xlsx、csv、docx、txt）"))
                        input #list type="file";
                    }
                    div #list-preview role="status" {}
                }
            }
        }
    }
}

fn is_open(office: &Office) -> bool {
    office.page.config.tell.officer_pages
}

/// The account of the last seven days, to be saved.
///
/// # Errors
/// When the corner is not open, or the log cannot be read.
pub(super) fn report(office: &Office) -> Result<Response, HttpStatus> {
    if !is_open(office) {
        return Err(HttpStatus::NotFound);
    }
    let period = Period::parse("7d", None, jiff::Timestamp::now()).ok_or(HttpStatus::Fault)?;
    let page = written(office, period).map_err(|e| {
        tracing::warn!(error = %e.kind(), "the account of the last week");
        HttpStatus::Fault
    })?;
    let day = jiff::Timestamp::now().strftime("%Y%m%d").to_string();
    let name = format!("attachment; filename=\"mizha-report-{day}.html\"");
    Ok(Response::of("text/html; charset=utf-8", page).with("Content-Disposition", name))
}

fn written(office: &Office, period: Period) -> std::io::Result<Vec<u8>> {
    let (config, lang) = (&office.page.config, office.lang());
    let desk = DecisionDesk::open(config, &office.page.state)?;
    let held = desk.quarantine.list()?;
    let officer = held.iter().filter(|held| held.officer).count() as u64;
    let source = AccountSource {
        unit: config.tell.unit.clone(),
        books: checked(&desk.audit)?,
        incidents: desk.audit.records_of(Book::Incidents)?,
        releases: desk.audit.records_of(Book::Releases)?,
        held_now: HeldNow { all: held.len() as u64, officer },
        names: &ShownNames::Masked,
    };
    let mut page = Vec::new();
    account(source, period).write(AccountForm::Html, lang, &mut page)?;
    Ok(page)
}

/// What an import of this list would come to.
///
/// # Errors
/// When the corner is not open.
#[cfg(feature = "author")]
pub(super) fn preview(office: &Office, name: &str, bytes: &[u8]) -> Result<Response, HttpStatus> {
    use crate::pack::import::{Choices, TableOptions, plan, read};
    if !is_open(office) {
        return Err(HttpStatus::NotFound);
    }
    let lang = office.lang();
    let planned = read(name, bytes, TableOptions::default()).and_then(|tables| plan(&tables, &Choices::default()));
    Ok(Response::html(match planned {
        Ok(plan) => shown(&plan, lang),
        Err(problem) => html! { p { (problem.get(lang)) } },
    }))
}

/// Terms that would be taken, and rows that would be refused, with the reason.
#[cfg(feature = "author")]
fn shown(plan: &crate::pack::import::ImportPlan, lang: Lang) -> Markup {
    /// Rows of each kind that are shown; the rest is counted.
    const ROWS: usize = 20;
    let heading = |title: &str, count: usize| html! { h3 { (title) " " (count) } };
    html! {
        @for note in &plan.notes { p .remark { (note.get(lang)) } }
        (heading(lang.pick("Taken:", "收入："), plan.taken.len()))
        table {
            thead { tr {
                th scope="col" .number { (lang.pick("Row", "行")) }
                th scope="col" { (lang.pick("Term", "词条")) }
                th scope="col" { (lang.pick("Level", "层级")) }
                th scope="col" { (lang.pick("To look at", "请核对")) }
            } }
            tbody { @for row in plan.taken.iter().take(ROWS) {
                tr {
                    td .number { (row.row) }
                    td { (row.term) }
                    td { (row.tier.map_or("", |tier| tier.title(lang))) }
                    td { (row.remark.as_ref().map_or("", |remark| remark.get(lang))) }
                }
            } }
        }
        @if !plan.refused.is_empty() {
            (heading(lang.pick("Refused:", "拒绝："), plan.refused.len()))
            ul { @for row in plan.refused.iter().take(ROWS) { li { (row.row) " · " (row.term) " · " (row.reason.get(lang)) } } }
        }
        @if !plan.left_out.is_empty() { (heading(lang.pick("No part of the list:", "非词条行："), plan.left_out.len())) }
        p .remark { (lang.pick("Nothing was written. To make the pack: mizha pack import", "未写入任何内容。生成规则包：mizha pack import")) }
    }
}
