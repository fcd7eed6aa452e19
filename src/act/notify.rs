//! Telling the person at the desktop: one notification for what happened together, with buttons
//! for "why" and "what now". No content; no file name for state and work secrets. Without a
//! notification service the caller is told, and says so in the status.

use std::path::PathBuf;
#[cfg(feature = "notify")]
use std::process::{Command, Stdio};

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
}

/// What happened to what is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotificationKind {
    /// A file is held.
    Held,
    /// A file was found, and stays.
    Found,
    /// A file was taken out of an export folder, to be looked at.
    TakenBack,
    /// A file was released, and an older one of its name lies beside it.
    Newest,
    /// A text was copied.
    Copied,
}

impl NotificationKind {
    /// There is more to see of it on the page of held files.
    fn is_on_page(self) -> bool {
        !matches!(self, NotificationKind::Newest | NotificationKind::Copied)
    }
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
    let newest = of(NotificationKind::Newest);
    let files =
        |n: usize, one: &str, many: &str| if n == 1 { format!("1 file {one}") } else { format!("{n} files {many}") };
    let mut titles = Vec::new();
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
    let mut lines: Vec<String> = [&held, &found, &copied].into_iter().filter_map(|kind| advice(kind, lang)).collect();
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

/// What to do about one kind, by the worst of it.
fn advice(news: &[&Notification], lang: Lang) -> Option<String> {
    let worst = news.iter().map(|news| news.verdict).max()?;
    let text = match worst {
        Verdict::Block => lang.pick(
            "It carries a classification mark or sensitive data and must not leave this computer.",
            "带有密级标志或敏感数据，不得传出本机。",
        ),
        Verdict::Uninspected => {
            lang.pick("It could not be inspected in full, so it was not released.", "未能完整检查，因此没有放行。")
        }
        Verdict::Warn => lang.pick("Look at it, then confirm with a reason.", "请核对；确需外发的，请填写理由后确认。"),
        Verdict::Clear => return None,
    };
    Some(text.to_string())
}

/// The same where there are no buttons: the text says what they would have done.
#[cfg(any(test, feature = "notify"))]
fn words_alone(news: &[Notification], lang: Lang) -> (String, String) {
    let (title, text) = words(news, lang);
    if !news.iter().any(|news| news.kind.is_on_page()) {
        return (title, text);
    }
    let hint = lang.pick("See: mizha quarantine list", "查看：mizha quarantine list");
    (title, format!("{text}\n{hint}"))
}

/// Shows a notification, and the page when the person asks for it.
///
/// # Errors
/// When there is no service to show it.
#[cfg(feature = "notify")]
pub fn show(news: &[Notification], page: Option<PathBuf>, lang: Lang) -> Result<(), Phrase> {
    let service = notify_rust::get_capabilities().map_err(|e| unshown(&e))?;
    let page = page.filter(|_| news.iter().any(|news| news.kind.is_on_page()));
    let buttons = page.is_some() && service.iter().any(|capability| capability == "actions");
    let (title, text) = if buttons { words(news, lang) } else { words_alone(news, lang) };
    let mut notification = notify_rust::Notification::new();
    notification.appname("Mizha").summary(&title).icon("security-high").timeout(notify_rust::Timeout::Never);
    if buttons {
        notification.action("why", lang.pick("Why", "查看原因")).action("now", lang.pick("What now", "如何处理"));
        notification.action("default", lang.pick("Open", "打开"));
    }
    let handle = notification.body(&text).show().map_err(|e| unshown(&e))?;
    if let Some(page) = page {
        // Ends when the person answers or the notification is closed.
        std::thread::spawn(move || {
            handle.wait_for_action(|action| match action {
                "why" | "default" => open(&page, ""),
                "now" => open(&page, "#now"),
                _ => {}
            });
        });
    }
    Ok(())
}

/// Without the feature `notify` nothing can be shown.
///
/// # Errors
/// Always.
#[cfg(not(feature = "notify"))]
pub fn show(_: &[Notification], _: Option<PathBuf>, _: Lang) -> Result<(), Phrase> {
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

/// Opens a page of ours in the person's browser. A browser must not inherit the restrictions of
/// our service unit, under which it could not work: the service manager starts it beside us.
#[cfg(feature = "notify")]
fn open(page: &std::path::Path, at: &str) {
    let address = format!("file://{}{at}", page.display());
    let as_service = std::env::var_os("INVOCATION_ID").is_some();
    let beside: &[&str] = if as_service { &["systemd-run", "--user", "--collect", "--quiet"] } else { &[] };
    let words: Vec<&str> = beside.iter().copied().chain(["xdg-open", &address]).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.spawn() {
        Ok(mut child) => {
            std::thread::spawn(move || child.wait());
        }
        Err(e) => tracing::warn!(error = %e.kind(), "xdg-open"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(name: &str, tier: Tier, verdict: Verdict) -> Notification {
        Notification { name: Some(name.into()), verdict, tiers: vec![tier], kind: NotificationKind::Held }
    }

    #[test]
    fn names_of_secrets_are_never_shown_and_many_are_one() {
        let several =
            [news("昆仑计划.docx", Tier::Secret, Verdict::Block), news("名单.xlsx", Tier::Personal, Verdict::Block)];
        let (title, text) = words(&several, Lang::Zh);
        assert_eq!(title, "已暂扣 2 个文件");
        assert!(text.contains("名单.xlsx 等 2 个") && !text.contains("昆仑"), "{text}");
        let (_, alone) = words_alone(&several, Lang::Zh);
        assert!(alone.ends_with("查看：mizha quarantine list"), "{alone}");
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
        let (title, text) = words(&several[..1], Lang::En);
        assert_eq!(title, "1 file is held");
        assert!(!text.contains("昆仑"), "{text}");
    }
}
