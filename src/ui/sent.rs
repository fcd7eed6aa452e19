//! *Already sent?*: what to do now, and a record without content to hand over. Nothing of it is stored here.

use maud::html;

use super::Office;
use super::form::value;
use super::response::{HttpStatus, Response};
use super::shell::{Tab, page as whole};
use crate::act::sent::{duty, steps};
use crate::model::{Lang, Tier};

/// A question of the record, and the answers there are: none of them can hold content.
struct Question {
    name: &'static str,
    title: (&'static str, &'static str),
    answers: &'static [(&'static str, &'static str)],
}

const QUESTIONS: [Question; 4] = [
    Question {
        name: "way",
        title: ("By which way", "渠道"),
        answers: &[
            ("chat program", "即时通信（微信、QQ 等）"),
            ("mail", "电子邮件"),
            ("web page or cloud folder", "网页上传、网盘"),
            ("office system", "办公系统（OA）"),
            ("drive or disc", "U 盘、光盘"),
            ("printed or shown", "打印、展示、拍照"),
            ("other", "其他"),
        ],
    },
    Question {
        name: "to",
        title: ("To whom", "接收人"),
        answers: &[
            ("one person in the organisation", "单位内一人"),
            ("several in the organisation", "单位内多人"),
            ("a group", "群组"),
            ("somebody outside", "单位外人员"),
            ("the public", "公开"),
            ("not known", "不清楚"),
        ],
    },
    Question {
        name: "files",
        title: ("How many files or pictures", "文件或图片数量"),
        answers: &[("1", "1"), ("2 to 10", "2—10"), ("more than 10", "10 以上"), ("a text only", "仅文字")],
    },
    Question {
        name: "done",
        title: ("Done so far", "已采取的措施"),
        answers: &[
            ("nothing", "无"),
            ("recalled or deleted", "已撤回或删除"),
            ("recipient asked to delete it", "已请接收人删除"),
        ],
    },
];

/// The page.
pub(super) fn page(office: &Office) -> Response {
    let lang = office.lang();
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%dT%H:%M").to_string();
    let body = html! {
        section .verdict .block {
            h2 { (lang.pick("Tell your secrecy office now", "立即报告保密工作机构")) }
            p { (lang.pick("Recalling a message undoes nothing. What counts is how soon the people who can act know.", "撤回不等于没有发生。越早让能处置的人知道，损失越小。")) }
        }
        ol .sent { @for step in steps(&office.page.config.officer, lang) { li { (step) } } }
        p .duty { (duty(lang)) }
        section .panel {
            h2 { (lang.pick("A record to hand over", "情况登记单")) }
            p { (lang.pick("It has no content in it, and nothing of it is kept here.", "不含任何文件内容，本机不留存。")) }
            form .record method="post" action="/sent/record" {
                label { (lang.pick("When it was sent", "发出时间")) input type="datetime-local" name="when" value=(now) required; }
                label { (lang.pick("Level, as far as known", "密级（如已知）"))
                    select name="tier" {
                        option value="" { (lang.pick("not known", "不清楚")) }
                        @for tier in TIERS { option value=(tier.title(Lang::En)) { (tier.title(lang)) } }
                    }
                }
                @for question in &QUESTIONS {
                    label { (lang.pick(question.title.0, question.title.1))
                        select name=(question.name) {
                            @for (en, zh) in question.answers { option value=(en) { (lang.pick(*en, *zh)) } }
                        }
                    }
                }
                button .main { (lang.pick("Save the record", "保存登记单")) }
            }
        }
    };
    Response::html(whole(Tab::Sent, &body, lang))
}

/// Tiers a person may know of.
const TIERS: [Tier; 5] = [Tier::TopSecret, Tier::Secret, Tier::Confidential, Tier::WorkSecret, Tier::Internal];

/// The record, of known answers only.
///
/// # Errors
/// When an answer is none there is.
pub(super) fn record(office: &Office, fields: &[(String, String)]) -> Result<Response, HttpStatus> {
    let lang = office.lang();
    let when = value(fields, "when").unwrap_or_default();
    let when: jiff::civil::DateTime = when.parse().map_err(|_| HttpStatus::Malformed)?;
    let unknown = lang.pick("not known", "不清楚");
    let tier = match value(fields, "tier").unwrap_or_default() {
        "" => unknown,
        word => TIERS.iter().find(|tier| tier.title(Lang::En) == word).ok_or(HttpStatus::Malformed)?.title(lang),
    };
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::system());
    let mut lines = vec![
        lang.pick("Record of something that was sent", "误发情况登记单").to_string(),
        entry(lang.pick("Written", "登记时间"), &now.strftime("%F %H:%M").to_string(), lang),
        entry(lang.pick("Sent", "发出时间"), &when.strftime("%F %H:%M").to_string(), lang),
        entry(lang.pick("Level", "密级"), tier, lang),
    ];
    for question in &QUESTIONS {
        let answer = value(fields, question.name).unwrap_or_default();
        let (en, zh) = question.answers.iter().find(|(en, _)| *en == answer).ok_or(HttpStatus::Malformed)?;
        lines.push(entry(lang.pick(question.title.0, question.title.1), lang.pick(en, zh), lang));
    }
    lines.push(entry(
        lang.pick("Reported to", "报告对象"),
        &office.page.config.officer.message(lang).unwrap_or_default(),
        lang,
    ));
    lines.push(entry(lang.pick("Reported by, signature", "报告人（签名）"), "", lang));
    lines.push(String::new());
    lines.push(duty(lang).to_string());
    Ok(Response::attachment(&format!("mizha-record-{}.txt", now.strftime("%Y%m%d-%H%M")), lines.join("\n") + "\n"))
}

fn entry(title: &str, answer: &str, lang: Lang) -> String {
    format!("{title}{}{answer}", lang.pick(": ", "："))
}
