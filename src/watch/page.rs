//! The page a notification opens: what is held, why, and what to do now. Written into the state
//! folder, readable by its owner only; masked like every report.

use std::io;
use std::path::{Path, PathBuf};

use crate::act::local_time;
use crate::act::quarantine::{Held, Quarantine};
use crate::act::report::escape;
use crate::disk::{Disk, Folder, Place};
use crate::model::{Lang, Verdict, safe_name};

const STYLE: &str = "body{font:16px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1d2430;background:#f6f7f9}\
article{background:#fff;border:1px solid #dde1e8;border-left:6px solid #b42318;border-radius:10px;padding:.8rem 1.2rem;margin:0 0 1rem}\
article.warn{border-color:#b54708}article.uninspected{border-color:#6941c6}h2{font-size:1.05rem;margin:0}small,li{color:#5a6475}code{background:#eef0f4;border-radius:4px;padding:.1rem .4rem}\
#now{background:#fff;border:1px solid #dde1e8;border-radius:10px;padding:.6rem 1.2rem;margin:0 0 1rem}@media(prefers-color-scheme:dark){body{background:#14171c;color:#e6e9ef}article,#now{background:#1d2128;border-color:#333a45}code{background:#2a303a}}";

/// Writes the page and says where it lies.
pub(super) fn write(disk: &Disk, state: &Path, quarantine: &Quarantine, lang: Lang) -> io::Result<PathBuf> {
    let place = Place::new(&Folder::open(state)?, "held.html");
    disk.replace(&place, html(&quarantine.list()?, lang).as_bytes())?;
    Ok(place.path())
}

fn html(held: &[Held], lang: Lang) -> String {
    let title = lang.pick("Held files", "暂扣的文件");
    let mut page = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style><h1>{title}</h1>",
        lang.pick("en", "zh-CN")
    );
    if held.is_empty() {
        page += lang.pick("<p>Nothing is held.</p>", "<p>没有暂扣的文件。</p>");
    }
    page += &advice(lang);
    for held in held.iter().rev() {
        page += &format!(
            "<article class=\"{}\"><h2>{}</h2><small>{} · {}</small><ul>",
            held.verdict.as_str(),
            escape(&safe_name(&held.name())),
            escape(&held.id),
            escape(&local_time(&held.since))
        );
        for why in &held.why {
            page += &format!("<li><b>{}</b> {}", escape(why.what.get(lang)), escape(why.place.get(lang)));
            if !why.excerpt.is_empty() {
                page += &format!(" <code>{}</code>", escape(&why.excerpt));
            }
            page += "</li>";
        }
        let (words, command) = next(held, lang);
        page += &format!("</ul><p>{words} <code>{}</code></p></article>", escape(&command));
    }
    page
}

/// What to do whatever is held.
fn advice(lang: Lang) -> String {
    format!("<section id=\"now\"><h2>{}</h2><p>{}</p></section>", lang.pick("What now", "如何处理"), lang.pick(
        "What is listed here is held on this computer, and nothing is lost. If a mark is wrong, have it corrected by whoever set it. When in doubt, ask your secrecy office.",
        "下列文件均保存在本机，没有丢失。标志有误的，由定密责任人更正；拿不准的，请咨询本单位保密工作机构。",
    ))
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
