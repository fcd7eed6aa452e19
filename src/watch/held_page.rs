//! What is held, why, and what to do now, written into the state folder: what a notification opens where the local page
//! cannot be opened. Readable by its owner only; masked like every report.

use std::io;
use std::path::{Path, PathBuf};

use maud::{Markup, html};

use crate::act::local_time;
use crate::act::quarantine::{Held, Quarantine};
use crate::act::report::badge;
use crate::act::report::html::page;
use crate::disk::{Disk, FileRef, Folder};
use crate::model::{Lang, Verdict, safe_name};

/// Writes the page and says where it lies.
pub(super) fn write(disk: &Disk, state: &Path, quarantine: &Quarantine, lang: Lang) -> io::Result<PathBuf> {
    let place = FileRef::new(&Folder::open(state)?, "held.html");
    disk.replace(&place, held_files(&quarantine.list()?, lang).into_string().as_bytes())?;
    Ok(place.path())
}

fn held_files(held: &[Held], lang: Lang) -> Markup {
    let title = lang.pick("Held files", "暂扣的文件");
    let body = html! {
        section #now .verdict .note {
            h2 { (lang.pick("What now", "如何处理")) }
            p { (advice(lang)) }
        }
        @if held.is_empty() { p { (lang.pick("Nothing is held.", "没有暂扣的文件。")) } }
        @for held in held.iter().rev() { (one(held, lang)) }
    };
    page(title, &body, lang)
}

fn one(held: &Held, lang: Lang) -> Markup {
    let (words, command) = next(held, lang);
    html! {
        article class=(held.verdict.as_str()) {
            (why(held, lang))
            div .finding .note { div { p { (words) " " code { (command) } } } }
        }
    }
}

/// What a held file is and why it is held.
pub fn why(held: &Held, lang: Lang) -> Markup {
    let class = held.verdict.as_str();
    html! {
            header {
                span .badge { (badge(held.verdict, lang)) }
                b { (safe_name(&held.name())) }
                small { (held.id) " · " (local_time(&held.since)) }
            }
            @for why in &held.why {
                div class={ "finding " (class) } {
                    code { (why.excerpt) }
                    div { strong { (why.what.get(lang)) } p { (why.place.get(lang)) } }
                }
            }
    }
}

/// What to do whatever is held.
fn advice(lang: Lang) -> &'static str {
    lang.pick(
        "What is listed here is held on this computer, and nothing is lost. If a mark is wrong, have it corrected by whoever set it. When in doubt, ask your secrecy office.",
        "下列文件均保存在本机，没有丢失。标志有误的，由定密责任人更正；拿不准的，请咨询本单位保密工作机构。",
    )
}

/// What the person can do about one held file: in words, and the command for it.
pub fn next(held: &Held, lang: Lang) -> (&'static str, String) {
    let words = match (held.officer, held.verdict) {
        (true, _) => lang.pick(
            "Take it back to correct it with mizha quarantine return (with the same --reason, and --to DIR). Only the security officer may release it:",
            "如需修改，用 mizha quarantine return 退回（加 --to 目录和 --reason 理由）。只有保密管理员可以放行：",
        ),
        (false, Verdict::Uninspected) => lang.pick(
            "Remove the password or save it in a format that is read, and put it in again; or release it:",
            "请去除密码或另存为可检查的格式后重新放入；确需放行：",
        ),
        (false, _) => lang.pick("Look at it; to release it:", "请核对；确需放行："),
    };
    let reason = lang.pick("--reason …", "--reason 理由");
    let identity = match (held.sealed, held.officer) {
        (true, _) => lang.pick(" --identity FILE", " --identity 密钥文件"),
        (false, true) => lang.pick(" --ticket FILE", " --ticket 放行单"),
        (false, false) => "",
    };
    (words, format!("mizha quarantine release {} {reason}{identity}", held.id))
}
