//! *Held*: what is held, since when and why, and what the person can do about it: have it back for correction, confirm a
//! warning, ask the officer, hand in the officer's ticket, delete it. Who may is decided by the quarantine, as everywhere.

use maud::{Markup, html};

use super::Office;
use super::form::{self, value};
use super::request::RequestHead;
use super::response::{HttpStatus, Response};
use super::shell::{Tab, page as whole};
use crate::act::quarantine::{Act, DecisionDesk, Held, HeldRecord, Keys, Ticket};
use crate::model::Lang;
use crate::watch::why;

/// Saying that a file is held by mistake: the last part of the address.
pub(super) const DISPUTE: &str = "dispute";

/// The page.
///
/// # Errors
/// When what is held cannot be read.
pub(super) fn page(office: &Office) -> Result<Response, HttpStatus> {
    let notice = office.notice.lock().ok().and_then(|mut notice| notice.take());
    listed(office, notice.map(|words| html! { section .verdict .clear role="status" { p { (words) } } }))
}

fn listed(office: &Office, notice: Option<Markup>) -> Result<Response, HttpStatus> {
    let lang = office.lang();
    let desk = open(office)?;
    let keys = desk.keys().ok();
    let mut found = desk.all().map_err(|e| failed(&e))?;
    found.reverse();
    let body = html! {
        @if let Some(notice) = notice { (notice) }
        @if found.is_empty() {
            section .verdict .clear {
                h2 { (lang.pick("Nothing is held", "没有暂扣的文件")) }
                p { (lang.pick("What is held when you send or save it appears here.", "发送或存放时被暂扣的文件会显示在这里。")) }
            }
        } @else {
            p .lead {
                (lang.pick(
                    "These files are kept on this computer and nothing is lost. Take a file back to correct it; a wrong mark is corrected by whoever set it.",
                    "下列文件均保存在本机，没有丢失。需要修改的可以退回；标志有误的，由定密责任人更正。",
                ))
            }
        }
        @for found in &found { (one(found, &desk, keys.as_ref(), office)) }
    };
    Ok(Response::html(whole(Tab::Held, &body, lang)))
}

/// The desk of this person.
///
/// # Errors
/// When it cannot be used.
pub(super) fn open(office: &Office) -> Result<DecisionDesk, HttpStatus> {
    DecisionDesk::open(&office.page.config, &office.page.state).map_err(|e| failed(&e))
}

fn failed(e: &std::io::Error) -> HttpStatus {
    tracing::warn!(error = %e.kind(), "the quarantine");
    HttpStatus::Fault
}

/// One file, and its buttons.
fn one(found: &HeldRecord, desk: &DecisionDesk, keys: Option<&Keys>, office: &Office) -> Markup {
    let (held, lang) = (&found.held, office.lang());
    let own = |act: Act| keys.is_some_and(|keys| keys.decision("", &desk.hold).authority(act, held).is_ok());
    let ticketed: Vec<Act> = [Act::Release, Act::Return, Act::Purge].into_iter().filter(|act| !own(*act)).collect();
    html! {
        article class=(held.verdict.as_str()) id=(held.id) {
            (why(held, lang))
            @if found.damaged {
                p .remark { (lang.pick("Its record is damaged; the file is safe and can be taken back.", "该文件的记录已损坏，文件仍完好，可以退回。")) }
            }
            div .acts {
                @if own(Act::Return) { (act(held, Act::Return, lang)) }
                @if own(Act::Release) && !found.damaged { (act(held, Act::Release, lang)) }
                @if !ticketed.is_empty() { (officer(held, &ticketed, office)) }
                @if own(Act::Purge) { (act(held, Act::Purge, lang)) }
                (wrong(held, lang))
            }
        }
    }
}

/// Something the person may do on their own, with a reason.
fn act(held: &Held, act: Act, lang: Lang) -> Markup {
    let (title, reason, explained, button) = match act {
        Act::Return => (
            lang.pick("Take it back to correct it", "退回修改"),
            lang.pick("To be corrected", "退回修改"),
            lang.pick(
                "It goes into a folder of yours that nothing leaves through. Correct it there and send it anew.",
                "文件退回到不会外发的目录，修改后重新发送即可。",
            ),
            lang.pick("Take it back", "退回"),
        ),
        Act::Release => (
            lang.pick("Confirm and let it go", "确认放行"),
            "",
            lang.pick(
                "You have looked at the places named above and answer for it. Your reason is written down.",
                "您已核对上述位置并对外发负责，理由将记入审计日志。",
            ),
            lang.pick("Let it go", "放行"),
        ),
        Act::Purge => (
            lang.pick("Delete", "删除"),
            "",
            lang.pick("It is deleted for good and cannot be had back.", "彻底删除，无法恢复。"),
            lang.pick("Delete for good", "彻底删除"),
        ),
    };
    let name = act.as_str();
    html! {
        details class=(name) name={ "acts-" (held.id) } {
            summary { (title) }
            form method="post" action={ "/held/" (held.id) "/" (name) } {
                p { (explained) }
                label { (lang.pick("Reason", "理由")) input name="reason" required maxlength="400" value=(reason); }
                @if act == Act::Purge {
                    label .tick { input type="checkbox" name="sure" value="yes" required; (lang.pick("Yes, delete it", "确认删除")) }
                }
                button .main { (button) }
            }
        }
    }
}

/// What only the officer allows: the request to hand over, and the ticket that came back.
fn officer(held: &Held, acts: &[Act], office: &Office) -> Markup {
    let lang = office.lang();
    let who = office.page.config.officer.message(lang);
    let of = |act: Act| match act {
        Act::Release => lang.pick("release", "放行"),
        Act::Return => lang.pick("return for correction", "退回修改"),
        Act::Purge => lang.pick("deletion", "删除"),
    };
    html! {
        details .officer name={ "acts-" (held.id) } {
            summary { (lang.pick("Ask the security officer", "请保密管理员处理")) }
            div {
                p {
                    (lang.pick("Only the security officer decides on this file.", "该文件须由保密管理员决定。"))
                    @if let Some(who) = who { " " (who) (lang.pick(".", "。")) }
                }
                p .buttons {
                    @for act in acts {
                        a .button href={ "/held/" (held.id) "/ticket?for=" (act.as_str()) } download {
                            (lang.pick("Request file: ", "申请单：")) (of(*act))
                        }
                    }
                }
                p { (lang.pick(
                    "1. Save the request file. 2. Hand it to the officer; it has no content in it. 3. The officer signs it and gives you both files back.",
                    "一、下载申请单；二、交保密管理员签名（申请单不含文件内容）；三、收到签名文件后，在下面一并提交。",
                )) }
                form .ticket method="post" action={ "/held/" (held.id) "/signed" } {
                    label { (lang.pick("The request file", "申请单文件")) input type="file" data-to="ticket" required; }
                    label { (lang.pick("Its signature (.minisig)", "签名文件（.minisig）")) input type="file" data-to="signature" required; }
                    input type="hidden" name="ticket";
                    input type="hidden" name="signature";
                    label { (lang.pick("Reason", "理由")) input name="reason" required maxlength="400"; }
                    button .main { (lang.pick("Hand in the ticket", "提交签名")) }
                }
            }
        }
    }
}

/// Saying that the finding is a mistake: rules and places are written down for the officer, no content.
fn wrong(held: &Held, lang: Lang) -> Markup {
    html! {
        details name={ "acts-" (held.id) } {
            summary { (lang.pick("This is wrong", "判定有误")) }
            form method="post" action={ "/held/" (held.id) "/" (DISPUTE) } {
                p {
                    (lang.pick(
                        "Say why; do not repeat what is in the file. It is written down for the security officer, and the file stays held until they have decided.",
                        "请说明理由，不要复述文件内容。异议将记录下来，供保密管理员核查；核查之前文件继续暂扣。",
                    ))
                }
                label { (lang.pick("Reason", "理由")) input name="reason" required maxlength="400"; }
                button .main { (lang.pick("Write it down", "提交异议")) }
            }
        }
    }
}

/// The request file for one held file.
///
/// # Errors
/// When there is no such file, or nothing is asked for.
pub(super) fn ticket(office: &Office, id: &str, head: &RequestHead) -> Result<Response, HttpStatus> {
    let wanted = form::fields(head.query.as_bytes())?;
    let act = value(&wanted, "for").and_then(act_of).ok_or(HttpStatus::Malformed)?;
    let found = find(&open(office)?, id)?;
    let name = format!("mizha-{}-{}.ticket", found.held.id, act.as_str());
    Ok(Response::attachment(&name, Ticket::new(act, &found.held).to_string()))
}

/// Nothing was done: said on top of the page.
pub(super) fn refused(office: &Office, words: String) -> Result<Response, HttpStatus> {
    let notice = html! { section .verdict .block role="alert" { p { (words) } } };
    Ok(listed(office, Some(notice))?.status(HttpStatus::Conflict))
}

/// The file of exactly this identifier.
pub(super) fn find(desk: &DecisionDesk, id: &str) -> Result<HeldRecord, HttpStatus> {
    let found = desk.find(id).map_err(|e| failed(&e))?;
    found.into_iter().find(|found| found.held.id == id).ok_or(HttpStatus::NotFound)
}

/// The act of this name.
pub(super) fn act_of(word: &str) -> Option<Act> {
    [Act::Release, Act::Return, Act::Purge].into_iter().find(|act| act.as_str() == word)
}
