//! *Held*: what is held, since when and why, and what the person can do about it: have it back for correction, confirm a
//! warning, ask the officer, hand in the officer's ticket, delete it. Who may is decided by the quarantine, as everywhere.

use std::path::PathBuf;

use maud::{Markup, html};

use super::Office;
use super::form::{self, value};
use super::request::Head;
use super::response::{Response, Status};
use super::shell::{Tab, page as whole};
use crate::act::quarantine::{Act, Decision, Denied, Desk, Found, Held, Keys, Signed, Ticket};
use crate::disk::private_folder;
use crate::model::{Lang, SystemFault, safe_name};
use crate::watch::{is_exit, why};

/// The page.
///
/// # Errors
/// When what is held cannot be read.
pub(super) fn page(office: &Office) -> Result<Response, Status> {
    let notice = office.notice.lock().ok().and_then(|mut notice| notice.take());
    listed(office, notice.map(|words| html! { section .verdict .clear role="status" { p { (words) } } }))
}

fn listed(office: &Office, notice: Option<Markup>) -> Result<Response, Status> {
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

fn open(office: &Office) -> Result<Desk, Status> {
    Desk::open(&office.page.config, &office.page.state).map_err(|e| failed(&e))
}

fn failed(e: &std::io::Error) -> Status {
    tracing::warn!(error = %e.kind(), "the quarantine");
    Status::Fault
}

/// One file, and its buttons.
fn one(found: &Found, desk: &Desk, keys: Option<&Keys>, office: &Office) -> Markup {
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
    let who = office.page.config.officer.say(lang);
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

/// What to tell the officer when the finding is a mistake: rules and places, no content.
fn wrong(held: &Held, lang: Lang) -> Markup {
    let mut text = lang.pick("This looks like a mistake to me:\n", "我认为以下判定有误：\n").to_string();
    for why in &held.why {
        text += &format!("{}  {}  {}\n", why.rule, why.what.get(lang), why.place.get(lang));
    }
    text += &format!("{} {}\n{}", lang.pick("held file", "暂扣编号"), held.id, held.packs.join(lang.pick(", ", "、")));
    html! {
        details name={ "acts-" (held.id) } {
            summary { (lang.pick("This is wrong", "判定有误")) }
            div {
                p { (lang.pick("Copy this for the security officer. It has no content in it; the file stays held until it is decided on.", "请将以下说明复制给保密管理员（不含文件内容）；处理之前文件继续暂扣。")) }
                textarea readonly rows="4" aria-label=(lang.pick("For the security officer", "给保密管理员的说明")) { (text) }
            }
        }
    }
}

/// The request file for one held file.
///
/// # Errors
/// When there is no such file, or nothing is asked for.
pub(super) fn ticket(office: &Office, id: &str, head: &Head) -> Result<Response, Status> {
    let wanted = form::fields(head.query.as_bytes())?;
    let act = value(&wanted, "for").and_then(act_of).ok_or(Status::Malformed)?;
    let found = find(&open(office)?, id)?;
    let name = format!("mizha-{}-{}.ticket", found.held.id, act.as_str());
    Ok(Response::attachment(&name, Ticket::new(act, &found.held).to_string()))
}

/// Does what the person decided.
///
/// # Errors
/// When there is no such file or act.
pub(super) fn decide(office: &Office, id: &str, act: &str, fields: &[(String, String)]) -> Result<Response, Status> {
    let desk = open(office)?;
    let found = find(&desk, id)?;
    let lang = office.lang();
    let reason = value(fields, "reason").unwrap_or_default().trim();
    if reason.is_empty() {
        return refused(office, lang.pick("Say why, in words.", "请填写理由。").to_string());
    }
    let (text, signature) = (value(fields, "ticket"), value(fields, "signature"));
    let signed = text.zip(signature).map(|(text, signature)| Signed { text: text.as_bytes(), signature });
    let act = match act {
        // What a ticket allows stands in it.
        "signed" => {
            match text.and_then(|text| text.lines().find_map(|line| line.strip_prefix("act "))).and_then(act_of) {
                Some(act) => act,
                None => return refused(office, said(&Denied::WrongTicket, lang)),
            }
        }
        act => act_of(act).ok_or(Status::NotFound)?,
    };
    if act == Act::Purge && signed.is_none() && value(fields, "sure") != Some("yes") {
        return refused(office, lang.pick("Tick the box to delete it.", "请勾选确认删除。").to_string());
    }
    let keys = match desk.keys() {
        Ok(keys) => keys,
        Err(why) => return refused(office, why.to_string()),
    };
    let decision = Decision { ticket: signed, ..keys.decision(reason, &desk.hold) };
    match done(office, &desk, &found, act, &decision) {
        Ok(words) => {
            if let Ok(mut notice) = office.notice.lock() {
                *notice = Some(words);
            }
            Ok(Response::see_other("/held"))
        }
        Err(words) => refused(office, words),
    }
}

/// Does it, and says what became of the file; or why not.
fn done(office: &Office, desk: &Desk, found: &Found, act: Act, decision: &Decision<'_>) -> Result<String, String> {
    let (held, lang) = (&found.held, office.lang());
    let name = safe_name(&held.name());
    let denied = |denied: Denied| said(&denied, lang);
    let gate = || {
        desk.gate().map_err(|_| {
            lang.pick("Another file is on its way just now. Try again in a moment.", "另一个文件正在处理，请稍后再试。")
                .to_string()
        })
    };
    match act {
        Act::Release if found.damaged => Err(lang
            .pick(
                "Its record is damaged, so where it was meant to go is not known. Take it back instead.",
                "记录已损坏，原定去向未知，请改用退回。",
            )
            .to_string()),
        Act::Release => {
            let at = desk.quarantine.release(held, decision, &mut gate()?, &desk.audit).map_err(denied)?;
            let at = safe_name(&at.display().to_string());
            Ok(lang.pick(format!("{name} was let go: {at}"), format!("“{name}”已放行：{at}")))
        }
        Act::Return => {
            let folder = returned(office)?;
            let at = desk.quarantine.give_back(held, decision, &folder, &mut gate()?, &desk.audit).map_err(denied)?;
            let at = safe_name(&at.display().to_string());
            Ok(lang.pick(format!("{name} is back: {at}"), format!("“{name}”已退回：{at}")))
        }
        Act::Purge => {
            desk.quarantine.destroy(held, decision, &desk.audit).map_err(denied)?;
            Ok(lang.pick(format!("{name} was deleted."), format!("“{name}”已删除。")))
        }
    }
}

/// The folder files are given back into: one of the person's own that nothing leaves through.
fn returned(office: &Office) -> Result<PathBuf, String> {
    let lang = office.lang();
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let home = home.ok_or_else(|| lang.pick("HOME is not set.", "未设置 HOME。").to_string())?;
    let folder = home.join(lang.pick("Returned by Mizha", "密闸退回"));
    match is_exit(&office.page.config, &office.page.state, &folder) {
        Ok(false) => match private_folder(&folder) {
            Ok(_) => Ok(folder),
            Err(e) => Err(format!("{}: {}", folder.display(), SystemFault::from(&e).say(lang))),
        },
        Ok(true) => Err(lang.pick(
            format!(
                "{}: files leave through this folder. Take it back with: mizha quarantine return",
                folder.display()
            ),
            format!("{}：该目录用于外发或受监视，请用 mizha quarantine return 退回到其他目录", folder.display()),
        )),
        Err(problem) => Err(problem.say(lang)),
    }
}

/// Nothing was done: said on top of the page.
fn refused(office: &Office, words: String) -> Result<Response, Status> {
    let notice = html! { section .verdict .block role="alert" { p { (words) } } };
    Ok(listed(office, Some(notice))?.status(Status::Conflict))
}

/// The file of exactly this identifier.
fn find(desk: &Desk, id: &str) -> Result<Found, Status> {
    let found = desk.find(id).map_err(|e| failed(&e))?;
    found.into_iter().find(|found| found.held.id == id).ok_or(Status::NotFound)
}

fn act_of(word: &str) -> Option<Act> {
    [Act::Release, Act::Return, Act::Purge].into_iter().find(|act| act.as_str() == word)
}

/// Why something is not done, as a person who has no terminal has to hear it.
fn said(denied: &Denied, lang: Lang) -> String {
    let words = match denied {
        Denied::Officer => lang.pick("Only the security officer may do this: make the request file and have it signed.", "须由保密管理员决定：请下载申请单并交其签名。"),
        Denied::NoKey => lang.pick(
            "Only the security officer may do this, and no key of the officer is set on this computer. Ask the officer to set one; until then the file can be taken back.",
            "须由保密管理员决定，但本机未设置保密管理员公钥，请联系其设置；在此之前可以退回修改。",
        ),
        Denied::WrongKey => lang.pick("This is not the officer's key.", "与保密管理员公钥不符。"),
        Denied::WrongTicket => lang.pick(
            "The ticket does not allow this: it is for another file or act, or not signed with the officer's key.",
            "签名无效：与该文件或事项不符，或不是保密管理员的签名。",
        ),
        Denied::Sealed => lang.pick("The file is sealed: only the officer can open it, with their own key.", "文件已加密封存，只有保密管理员能用其密钥打开。"),
        Denied::Altered => lang.pick("The held file is not what was held any more. Ask your security officer.", "暂扣的文件已被改动，请联系保密管理员。"),
        Denied::Edited => lang.pick("Its record is not what the log says was written, so it is not let go. Ask your security officer.", "该文件的记录与审计日志不符，不予放行，请联系保密管理员。"),
        Denied::Carry(refusal) => return refusal.say(lang),
        Denied::Io(e) => return SystemFault::from(e).say(lang),
    };
    words.to_string()
}
