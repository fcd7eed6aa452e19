//! Telling the person at the desktop: one notification for what happened together, with buttons
//! for each kind in it. No content; no file name for state and work secrets. Without a
//! notification service the caller is told, and says so in the status.

use std::path::PathBuf;

use super::opener::Opener;
#[cfg(any(test, feature = "notify"))]
use super::opener::View;
use crate::model::{Lang, Phrase, Tier, Verdict};

/// One thing to tell of.
#[derive(Debug, Clone)]
pub struct Notification {
    /// The file's name, if it may be shown at all.
    pub name: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Tiers of what was found.
    pub tiers: Vec<Tier>,
    /// What happened.
    pub kind: NotificationKind,
    /// The identifier of a held file.
    pub id: Option<String>,
    /// Where a button leads: the file that was found, the folder something is in now. Never shown.
    pub place: Option<PathBuf>,
}

/// What happened to what is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotificationKind {
    /// A file is held.
    Held,
    /// A file was found, and stays.
    Found,
    /// A program made a copy of a file, to send it.
    Sending,
    /// A file was taken out of an export folder, to be looked at.
    TakenBack,
    /// A file was released, and an older one of its name lies beside it.
    Newest,
    /// A text was copied.
    Copied,
}

/// A button, and what it opens.
#[cfg(any(test, feature = "notify"))]
#[derive(Debug, PartialEq, Eq)]
struct Button {
    key: &'static str,
    label: &'static str,
    view: View,
}

/// A button for each kind in it, the most urgent first.
#[cfg(any(test, feature = "notify"))]
fn buttons(news: &[Notification], lang: Lang) -> Vec<Button> {
    /// Files a button opens at most.
    const FILES: usize = 20;
    let of = |kind: NotificationKind| news.iter().filter(move |news| news.kind == kind);
    let place = |kind: NotificationKind| of(kind).find_map(|news| news.place.clone());
    let mut buttons = Vec::new();
    let mut add = |key, label, view| buttons.push(Button { key, label, view });
    let held: Vec<&Notification> = of(NotificationKind::Held).collect();
    if let [first, rest @ ..] = &held[..] {
        let id = first.id.clone().filter(|_| rest.is_empty());
        add("held", lang.pick("Why, and what now", "查看原因并处理"), View::Held(id));
    }
    if of(NotificationKind::Sending).next().is_some() {
        add("sending", lang.pick("If it was sent", "如已发出，怎么办"), View::Sent);
    }
    let found: Vec<PathBuf> = of(NotificationKind::Found).filter_map(|news| news.place.clone()).take(FILES).collect();
    if !found.is_empty() {
        add("found", lang.pick("Look at it", "核对文件"), View::Check(found));
    }
    if of(NotificationKind::Copied).next().is_some() {
        add("copied", lang.pick("Check a text", "检查文字"), View::Check(Vec::new()));
    }
    if let Some(pending) = place(NotificationKind::TakenBack) {
        add("pending", lang.pick("Open the pending folder", "打开待检目录"), View::Path(pending));
    }
    if let Some(export) = place(NotificationKind::Newest) {
        add("export", lang.pick("Open the export folder", "打开外发目录"), View::Path(export));
    }
    buttons
}

impl Notification {
    /// The name may be shown: the configuration allows it, and nothing of a secret was found.
    fn shown(&self) -> Option<&str> {
        let secret = self.tiers.iter().any(|tier| *tier >= Tier::WorkSecret);
        self.name.as_deref().filter(|_| !secret)
    }
}

/// Title and text of a notification: a sentence for each kind in it.
pub fn words(news: &[Notification], lang: Lang) -> (String, String) {
    let of = |kind: NotificationKind| news.iter().filter(|news| news.kind == kind).collect::<Vec<_>>();
    let (held, found, back, copied) = (
        of(NotificationKind::Held),
        of(NotificationKind::Found),
        of(NotificationKind::TakenBack),
        of(NotificationKind::Copied),
    );
    let (newest, sending) = (of(NotificationKind::Newest), of(NotificationKind::Sending));
    let files =
        |n: usize, one: &str, many: &str| if n == 1 { format!("1 file {one}") } else { format!("{n} files {many}") };
    let mut titles = Vec::new();
    // First: there are only seconds.
    if let n @ 1.. = sending.len() {
        titles.push(lang.pick(
            files(n, "is being sent by a chat program", "are being sent by a chat program"),
            format!("聊天程序正在发送 {n} 个需要核对的文件"),
        ));
    }
    if let n @ 1.. = held.len() {
        titles.push(lang.pick(files(n, "is held", "are held"), format!("已暂扣 {n} 个文件")));
    }
    if let n @ 1.. = found.len() {
        titles.push(lang.pick(files(n, "needs a look", "need a look"), format!("有 {n} 个文件需要核对")));
    }
    if let n @ 1.. = back.len() {
        titles.push(lang.pick(
            files(n, "was taken back from the export folder", "were taken back from the export folder"),
            format!("已从外发目录收回 {n} 个文件"),
        ));
    }
    if let n @ 1.. = newest.len() {
        titles.push(lang.pick(
            files(n, "is newer than one of the same name", "are newer than others of the same name"),
            format!("{n} 个文件与已外发的文件同名"),
        ));
    }
    if !copied.is_empty() {
        titles.push(lang.pick("The copied text carries a mark".to_string(), "复制的文字带有标志".to_string()));
    }
    let title = titles.join(lang.pick("; ", "；"));
    let of_kinds = [&sending, &held, &found, &copied];
    let mut lines: Vec<String> = of_kinds.into_iter().flat_map(|kind| advice(kind, lang)).collect();
    if !sending.is_empty() {
        lines.insert(0, sending_advice(lang).to_string());
    }
    if !back.is_empty() {
        lines.push(
            lang.pick(
                "Save into the pending folder, not into export: what was saved there is looked at now.",
                "请存入待检目录，不要直接存入外发目录；已存入的文件正在检查。",
            )
            .to_string(),
        );
    }
    if !newest.is_empty() {
        lines.push(
            lang.pick(
                "In the export folder the one with the highest number is the newest.",
                "外发目录中编号最大的是最新的一份，请勿发错。",
            )
            .to_string(),
        );
    }
    lines.dedup();
    let mut text = lines.join(lang.pick(" ", ""));
    let names: Vec<&str> = news.iter().filter_map(Notification::shown).take(3).collect();
    if !names.is_empty() {
        let n = news.len();
        text.push('\n');
        text.push_str(&names.join(lang.pick(", ", "、")));
        if n > names.len() {
            text.push_str(&lang.pick(format!(" and {} more", n - names.len()), format!(" 等 {n} 个")));
        }
    }
    (title, text)
}

/// What to do about what cannot be stopped.
fn sending_advice(lang: Lang) -> &'static str {
    lang.pick(
        "Mizha cannot stop it: cancel the sending now. If it has gone, a recall does not undo it: tell your security officer at once.",
        "密闸无法拦截聊天程序，请立即取消发送；如已发出，撤回并不能消除泄露，请立即报告保密管理人员。",
    )
}

/// What to do about one kind: a sentence for each verdict in it, the hardest first.
fn advice(news: &[&Notification], lang: Lang) -> Vec<String> {
    let sentence = |verdict: Verdict| match verdict {
        Verdict::Block => lang.pick(
            "It carries a classification mark or sensitive data and must not leave this computer.",
            "带有密级标志或敏感数据，不得传出本机。",
        ),
        Verdict::Uninspected => {
            lang.pick("It could not be inspected in full, so it was not released.", "未能完整检查，因此没有放行。")
        }
        Verdict::Warn => lang.pick("Look at it, then confirm with a reason.", "请核对；确需外发的，请填写理由后确认。"),
        Verdict::Clear => "",
    };
    let mut verdicts: Vec<Verdict> =
        news.iter().map(|news| news.verdict).filter(|one| *one != Verdict::Clear).collect();
    verdicts.sort();
    verdicts.dedup();
    let count = |verdict: Verdict| news.iter().filter(|news| news.verdict == verdict).count();
    let several = verdicts.len() > 1;
    let said = |verdict: Verdict| match several {
        true => lang.pick(
            format!("{}: {}", count(verdict), sentence(verdict)),
            format!("{} 个{}", count(verdict), sentence(verdict)),
        ),
        false => sentence(verdict).to_string(),
    };
    verdicts.into_iter().rev().map(said).collect()
}

/// The same where there are no buttons: the text says what they would have done.
#[cfg(any(test, feature = "notify"))]
fn words_alone(news: &[Notification], lang: Lang) -> (String, String) {
    let (title, text) = words(news, lang);
    if !news.iter().any(|news| matches!(news.kind, NotificationKind::Held | NotificationKind::Found)) {
        return (title, text);
    }
    let hint = lang.pick("See: Mizha in the application menu (mizha ui)", "查看：应用菜单中的“密闸”（mizha ui）");
    (title, format!("{text}\n{hint}"))
}

/// Shows a notification, and what its buttons stand for when the person asks for it. `page` is what is held, written
/// down: for where the local page cannot be opened.
///
/// # Errors
/// When there is no service to show it.
#[cfg(feature = "notify")]
pub fn show(news: &[Notification], opener: Opener, page: Option<PathBuf>, lang: Lang) -> Result<(), Phrase> {
    let service = notify_rust::get_capabilities().map_err(|e| unshown(&e))?;
    let can = service.iter().any(|capability| capability == "actions");
    let buttons = if can { buttons(news, lang) } else { Vec::new() };
    let (title, text) = if buttons.is_empty() { words_alone(news, lang) } else { words(news, lang) };
    let mut notification = notify_rust::Notification::new();
    notification.appname("Mizha").summary(&title).icon("security-high").timeout(notify_rust::Timeout::Never);
    for button in &buttons {
        notification.action(button.key, button.label);
    }
    if !buttons.is_empty() {
        notification.action("default", lang.pick("Open", "打开"));
    }
    let handle = notification.body(&text).show().map_err(|e| unshown(&e))?;
    if !buttons.is_empty() {
        // Ends when the person answers or the notification is closed.
        std::thread::spawn(move || {
            handle.wait_for_action(|action| {
                let pressed = buttons.iter().find(|button| button.key == action);
                if let Some(button) = pressed.or(buttons.first().filter(|_| action == "default")) {
                    answer(&button.view, &opener, page);
                }
            });
        });
    }
    Ok(())
}

/// Opens what a button stands for.
#[cfg(feature = "notify")]
fn answer(view: &View, opener: &Opener, page: Option<PathBuf>) {
    let outcome = match (opener.open(view), view, page) {
        (Err(_), View::Held(_), Some(page)) => opener.open(&View::Path(page)),
        (outcome, ..) => outcome,
    };
    if let Err(e) = outcome {
        tracing::warn!(error = %e.kind(), "what a button stands for cannot be opened");
    }
}

/// Without the feature `notify` nothing can be shown.
///
/// # Errors
/// Always.
#[cfg(not(feature = "notify"))]
pub fn show(_: &[Notification], _: Opener, _: Option<PathBuf>, _: Lang) -> Result<(), Phrase> {
    Err(Phrase::new("built without the feature `notify`", "本程序编译时未启用 notify 功能"))
}

/// What the bus says, in both languages: which of its errors it is decides, not its words.
#[cfg(feature = "notify")]
fn unshown(e: &notify_rust::error::Error) -> Phrase {
    let words = e.to_string();
    let (en, zh) = match () {
        () if words.contains("ServiceUnknown") || words.contains("NameHasNoOwner") => {
            ("no notification service on this desktop", "当前桌面没有通知服务")
        }
        () if words.contains("NoReply") || words.contains("Timeout") || words.contains("timed out") => {
            ("the notification service does not answer", "通知服务没有响应")
        }
        () if words.contains(".Spawn.") => ("the notification service does not start", "通知服务无法启动"),
        () if words.contains("AccessDenied") => ("the message bus does not allow it", "消息总线拒绝访问"),
        () => ("no message bus of a desktop session can be reached", "无法连接桌面会话的消息总线"),
    };
    Phrase::new(en, zh)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(name: &str, tier: Tier, verdict: Verdict) -> Notification {
        let kind = NotificationKind::Held;
        Notification { name: Some(name.into()), verdict, tiers: vec![tier], kind, id: Some(name.into()), place: None }
    }

    #[test]
    fn names_of_secrets_are_never_shown_and_many_are_one() {
        let several =
            [news("昆仑计划.docx", Tier::Secret, Verdict::Block), news("名单.xlsx", Tier::Personal, Verdict::Block)];
        let (title, text) = words(&several, Lang::Zh);
        assert_eq!(title, "已暂扣 2 个文件");
        assert!(text.contains("名单.xlsx 等 2 个") && !text.contains("昆仑"), "{text}");
        let (_, alone) = words_alone(&several, Lang::Zh);
        assert!(alone.ends_with("查看：应用菜单中的“密闸”（mizha ui）"), "{alone}");
        let back = Notification {
            kind: NotificationKind::TakenBack,
            verdict: Verdict::Clear,
            ..news("c.docx", Tier::Personal, Verdict::Clear)
        };
        let copied = Notification { kind: NotificationKind::Copied, name: None, ..several[0].clone() };
        let (title, text) = words(&[several[0].clone(), back, copied], Lang::Zh);
        assert_eq!(title, "已暂扣 1 个文件；已从外发目录收回 1 个文件；复制的文字带有标志");
        assert!(text.contains("不得传出本机") && text.contains("不要直接存入外发目录"), "{text}");
        let newer =
            Notification { kind: NotificationKind::Newest, ..news("d (2).docx", Tier::Personal, Verdict::Clear) };
        let (title, text) = words_alone(std::slice::from_ref(&newer), Lang::Zh);
        assert_eq!(title, "1 个文件与已外发的文件同名");
        assert_eq!(text, "外发目录中编号最大的是最新的一份，请勿发错。\nd (2).docx");
        let sending = Notification { kind: NotificationKind::Sending, ..several[1].clone() };
        let (title, text) = words(&[several[0].clone(), sending], Lang::Zh);
        assert_eq!(
            title, "聊天程序正在发送 1 个需要核对的文件；已暂扣 1 个文件",
            "the one for which there are seconds comes first"
        );
        assert!(text.starts_with("密闸无法拦截聊天程序，请立即取消发送"), "{text}");
        let (title, text) = words(&several[..1], Lang::En);
        assert_eq!(title, "1 file is held");
        assert!(!text.contains("昆仑"), "{text}");
    }

    #[test]
    fn each_verdict_in_it_has_its_sentence() {
        let mixed = [
            news("a", Tier::Secret, Verdict::Block),
            news("b", Tier::Personal, Verdict::Uninspected),
            news("c", Tier::Personal, Verdict::Uninspected),
        ];
        let (_, text) = words(&mixed, Lang::Zh);
        assert!(
            text.starts_with("1 个带有密级标志或敏感数据，不得传出本机。2 个未能完整检查，因此没有放行。"),
            "{text}"
        );
    }

    #[test]
    fn each_kind_in_it_has_its_button_and_one_held_file_is_led_to() {
        let held = news("1f", Tier::Secret, Verdict::Block);
        let of = |kind, place: &str| Notification { kind, place: Some(place.into()), id: None, ..held.clone() };
        let back = of(NotificationKind::TakenBack, "/pending");
        let newest = of(NotificationKind::Newest, "/export");
        let found = of(NotificationKind::Found, "/downloads/a.docx");
        let views: Vec<View> = buttons(&[newest.clone(), back, held.clone(), found], Lang::En)
            .into_iter()
            .map(|button| button.view)
            .collect();
        let check = View::Check(vec!["/downloads/a.docx".into()]);
        let folders = [View::Path("/pending".into()), View::Path("/export".into())];
        assert_eq!(views[..2], [View::Held(Some("1f".into())), check]);
        assert_eq!(views[2..], folders);
        assert_eq!(buttons(&[held.clone(), held], Lang::En)[0].view, View::Held(None), "several: the whole page");
        assert_eq!(buttons(&[newest], Lang::Zh).len(), 1);
        let sending = Notification { kind: NotificationKind::Sending, ..news("c", Tier::Secret, Verdict::Block) };
        assert_eq!(buttons(&[sending], Lang::Zh)[0].view, View::Sent);
    }
}
