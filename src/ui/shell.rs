//! What every page of ours has around it: head, navigation, stylesheet, script.

use maud::{DOCTYPE, Markup, html};

use crate::act::report::html::STYLE;
use crate::model::Lang;

/// The script.
pub(super) const SCRIPT: &str = include_str!("page.js");
/// What the pages have beyond the reports.
const OWN: &str = include_str!("page.css");

/// The pages there are, in the order of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    /// Before sending.
    Check,
    /// Held files.
    Held,
    /// After sending.
    Sent,
    /// How the guard is.
    Health,
}

impl Tab {
    const ALL: [Tab; 4] = [Tab::Check, Tab::Held, Tab::Sent, Tab::Health];

    fn path(self) -> &'static str {
        match self {
            Tab::Check => "/",
            Tab::Held => "/held",
            Tab::Sent => "/sent",
            Tab::Health => "/health",
        }
    }

    fn title(self, lang: Lang) -> &'static str {
        match self {
            Tab::Check => lang.pick("Check before sending", "发送前检查"),
            Tab::Held => lang.pick("Held files", "暂扣的文件"),
            Tab::Sent => lang.pick("Already sent?", "已经发出？"),
            Tab::Health => lang.pick("Health", "运行状况"),
        }
    }
}

/// The stylesheet: that of the reports, and what only the pages have.
pub(super) fn style() -> String {
    format!("{STYLE}{OWN}")
}

/// A whole page.
pub(super) fn page(tab: Tab, body: &Markup, lang: Lang) -> Markup {
    let title = tab.title(lang);
    let product = lang.pick("Mizha", "密闸");
    html! {
        (DOCTYPE) "\n"
        html lang=(lang.pick("en", "zh-CN")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { (title) " · " (product) }
                link rel="stylesheet" href="/page.css";
                script src="/page.js" defer {}
            }
            body .ui {
                header .top {
                    b { (product) }
                    nav aria-label=(lang.pick("Pages", "页面")) {
                        @for other in Tab::ALL {
                            a href=(other.path()) aria-current=[(other == tab).then_some("page")] { (other.title(lang)) }
                        }
                    }
                }
                main {
                    h1 { (title) }
                    (body)
                }
                footer {
                    (lang.pick(
                        "Everything is done on this computer. What you check here is not stored and not sent anywhere.",
                        "全部检查在本机完成，此处检查的内容不保存、不上传。",
                    ))
                }
                p #gone role="alert" hidden {
                    (lang.pick(
                        "This page has ended because it was not used. Open Mizha again from the menu.",
                        "页面因长时间未使用已关闭，请从菜单重新打开密闸。",
                    ))
                }
            }
        }
    }
}

/// What the browser is shown once the code was taken: it goes on to this page by itself, as a page of ours.
pub(super) fn entered(path: &str, lang: Lang) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.pick("en", "zh-CN")) {
            head {
                meta charset="utf-8";
                meta http-equiv="refresh" content={ "0;url=" (path) };
                title { (lang.pick("Mizha", "密闸")) }
            }
            body { a href=(path) { (lang.pick("Open Mizha", "打开密闸")) } }
        }
    }
}
