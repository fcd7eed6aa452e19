//! What to do when something has left already: ten lines for the person it happened to, the duty behind them, and the
//! record they hand over. Recalling undoes nothing, so every line leads to the one who can still act: the secrecy office.

use crate::config::Officer;
use crate::model::Lang;

/// What to do now, in this order.
pub fn steps(officer: &Officer, lang: Lang) -> Vec<String> {
    let tell = match officer.message(lang) {
        Some(who) => lang.pick(
            format!("Tell your secrecy office now, in person or by telephone: {who}."),
            format!("马上当面或打电话向保密工作机构报告：{who}。"),
        ),
        None => lang.pick(
            "Tell your secrecy office now, in person or by telephone. (Its name and number can stand here: [officer] in the settings.)".to_string(),
            "马上当面或打电话向本单位保密工作机构报告。（可在配置 [officer] 中填写联系人和电话，届时显示在这里。）".to_string(),
        ),
    };
    let line = |en: &str, zh: &str| lang.pick(en, zh).to_string();
    vec![
        line(
            "Stop. Send nothing more, and do not send a corrected copy after it.",
            "立即停手：不再发送、转发，也不要补发“更正版”。",
        ),
        tell,
        line(
            "Do not recall or delete it and keep silent. A recall undoes nothing: it was delivered, stored and perhaps seen the moment it was sent.",
            "不要撤回、删除了事。撤回不等于没有泄露：发出的那一刻，内容已经送达、留存，也可能已被看到。",
        ),
        line(
            "Say when, by which way, to whom, how many files and which level. Do not repeat what is in them.",
            "报告时间、渠道、接收人、文件数量和密级；不要复述内容。",
        ),
        line(
            "Do not report over the way by which it left, and do not attach the file to the report.",
            "不要用发出文件的同一渠道报告，也不要把文件附在报告里。",
        ),
        line(
            "Keep the evidence: chat, mail, file and this computer as they are. Clean nothing up, reinstall nothing.",
            "保留证据：聊天记录、邮件、文件和电脑保持原样，不清理、不重装。",
        ),
        line(
            "Pause what copies by itself: cloud folders, synchronised chats, backups.",
            "暂停自动同步：网盘、聊天多端同步、自动备份。",
        ),
        line(
            "Let the secrecy office decide who asks the recipients not to open, copy or pass it on.",
            "由保密工作机构决定如何通知接收人不打开、不保存、不转发，不要自行联络周旋。",
        ),
        line(
            "Write down now what you remember, minute by minute; use the record below, which has no content in it.",
            "趁记忆清楚，按时间顺序写下经过；可用下方不含内容的登记单。",
        ),
        line(
            "Then follow their instructions. Early and honest is what helps, the country, your office and you.",
            "之后听从保密工作机构安排。报得越早、越如实，损失越小，对单位和个人都越有利。",
        ),
    ]
}

/// The duty, and where it is written.
pub fn duty(lang: Lang) -> &'static str {
    lang.pick(
        "The duty: whoever finds that a state secret has leaked or may have leaked takes remedial action at once and reports in time (Law on Guarding State Secrets, revised 2024, Article 47). The organisation reports to the secrecy administration of its level and to its superior within 24 hours (Implementing Regulation, State Council Decree No. 786 of 2024, Article 61).",
        "法定义务：发现国家秘密已经泄露或者可能泄露的，应当立即采取补救措施并及时报告（《中华人民共和国保守国家秘密法》，2024年修订，第四十七条）；机关、单位应当在24小时内向同级保密行政管理部门和上级主管部门报告（《保守国家秘密法实施条例》，2024年国务院令第786号，第六十一条）。",
    )
}
