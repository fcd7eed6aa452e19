//! Decisions on held files, as the page hands them over: what the person asks for is done by the quarantine or refused, and
//! said in words that need no terminal.

use std::path::PathBuf;

use super::Office;
use super::form::value;
use super::held::{DISPUTE, act_of, find, open, refused};
use super::response::{HttpStatus, Response};
use crate::act::quarantine::{Act, Decision, DecisionDesk, Denied, HeldRecord, Signed};
use crate::disk::private_folder;
use crate::model::{Lang, SystemFault, safe_name};
use crate::watch::{is_exit, tidy_notes};

/// Does what the person decided.
///
/// # Errors
/// When there is no such file or act.
pub(super) fn decide(
    office: &Office,
    id: &str,
    act: &str,
    fields: &[(String, String)],
) -> Result<Response, HttpStatus> {
    let desk = open(office)?;
    let found = find(&desk, id)?;
    let lang = office.lang();
    let reason = value(fields, "reason").unwrap_or_default().trim();
    if reason.is_empty() {
        return refused(office, lang.pick("Say why, in words.", "请填写理由。").to_string());
    }
    if act == DISPUTE {
        return answered(office, disputed(office, &desk, &found, reason));
    }
    // Browsers end the lines of what a form holds in their own way (WHATWG HTML, "newline normalization"); a ticket has one.
    let text = value(fields, "ticket").map(|text| text.replace("\r\n", "\n"));
    let (text, signature) = (text.as_deref(), value(fields, "signature"));
    let signed = text.zip(signature).map(|(text, signature)| Signed { text: text.as_bytes(), signature });
    let act = match act {
        // What a ticket allows stands in it.
        "signed" => {
            match text.and_then(|text| text.lines().find_map(|line| line.strip_prefix("act "))).and_then(act_of) {
                Some(act) => act,
                None => return refused(office, denial(&Denied::WrongTicket, lang)),
            }
        }
        act => act_of(act).ok_or(HttpStatus::NotFound)?,
    };
    if act == Act::Purge && signed.is_none() && value(fields, "sure") != Some("yes") {
        return refused(office, lang.pick("Tick the box to delete it.", "请勾选确认删除。").to_string());
    }
    let keys = match desk.keys() {
        Ok(keys) => keys,
        Err(why) => return refused(office, why.to_string()),
    };
    let decision = Decision { ticket: signed, ..keys.decision(reason, &desk.hold) };
    let outcome = done(office, &desk, &found, act, &decision);
    tidy_notes(&office.page.config, &office.page.state, &desk.quarantine);
    answered(office, outcome)
}

/// What was done is told on top of the page that comes next; what was not, at once.
fn answered(office: &Office, outcome: Result<String, String>) -> Result<Response, HttpStatus> {
    match outcome {
        Ok(words) => {
            if let Ok(mut notice) = office.notice.lock() {
                *notice = Some(words);
            }
            Ok(Response::see_other("/held"))
        }
        Err(words) => refused(office, words),
    }
}

/// Writes down that the person takes it for a mistake.
fn disputed(office: &Office, desk: &DecisionDesk, found: &HeldRecord, reason: &str) -> Result<String, String> {
    let lang = office.lang();
    desk.quarantine.dispute(&found.held, reason, &desk.audit).map_err(|e| SystemFault::from(&e).message(lang)).map(
        |()| {
            lang.pick(
                "It is written down for the security officer. The file stays held until they have decided.",
                "异议已记录，供保密管理员核查；核查之前文件继续暂扣。",
            )
            .to_string()
        },
    )
}

/// Does it, and says what became of the file; or why not.
fn done(
    office: &Office,
    desk: &DecisionDesk,
    found: &HeldRecord,
    act: Act,
    decision: &Decision<'_>,
) -> Result<String, String> {
    let (held, lang) = (&found.held, office.lang());
    let name = safe_name(&held.name());
    let denied = |denied: Denied| denial(&denied, lang);
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
            Err(e) => Err(format!("{}: {}", folder.display(), SystemFault::from(&e).message(lang))),
        },
        Ok(true) => Err(lang.pick(
            format!(
                "{}: files leave through this folder. Take it back with: mizha quarantine return",
                folder.display()
            ),
            format!("{}：该目录用于外发或受监视，请用 mizha quarantine return 退回到其他目录", folder.display()),
        )),
        Err(problem) => Err(problem.message(lang)),
    }
}

/// Why something is not done, as a person who has no terminal has to hear it.
fn denial(denied: &Denied, lang: Lang) -> String {
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
        Denied::Carry(refusal) => return refusal.message(lang),
        Denied::Io(e) => return SystemFault::from(e).message(lang),
    };
    words.to_string()
}
