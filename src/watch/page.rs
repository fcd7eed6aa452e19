//! The page a notification opens: what is held, why, and what to do now. Written into the state
//! folder, readable by its owner only; masked like every report.

use std::io;
use std::path::{Path, PathBuf};

use crate::act::quarantine::{Held, Quarantine};
use crate::act::report::escape;
use crate::disk::{Disk, Folder, Place};
use crate::model::{Lang, Verdict, safe_name};

const STYLE: &str = "body{font:16px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1d2430;background:#f6f7f9}\
article{background:#fff;border:1px solid #dde1e8;border-left:6px solid #b42318;border-radius:10px;padding:.8rem 1.2rem;margin:0 0 1rem}\
article.warn{border-color:#b54708}article.uninspected{border-color:#6941c6}h2{font-size:1.05rem;margin:0}small,li{color:#5a6475}code{background:#eef0f4;border-radius:4px;padding:.1rem .4rem}\
#now{background:#fff;border:1px solid #dde1e8;border-radius:10px;padding:.6rem 1.2rem}@media(prefers-color-scheme:dark){body{background:#14171c;color:#e6e9ef}article,#now{background:#1d2128;border-color:#333a45}code{background:#2a303a}}";

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
    for held in held.iter().rev() {
        page += &format!(
            "<article class=\"{}\"><h2>{}</h2><small>{} · {}</small><ul>",
            held.verdict.as_str(),
            escape(&safe_name(&held.name())),
            escape(&held.id),
            escape(&held.since)
        );
        for why in &held.why {
            let excerpt = escape(&why.excerpt);
            let place = escape(why.place.get(lang));
            page += &format!("<li><b>{}</b> {place} <code>{excerpt}</code></li>", escape(why.what.get(lang)));
        }
        page += &format!("</ul><p>{}</p></article>", escape(&next(held, lang)));
    }
    page += &format!("<section id=\"now\"><h2>{}</h2><p>{}</p></section>", lang.pick("What now", "如何处理"), lang.pick(
        "Nothing has left this computer, and nothing is lost. If a mark is wrong, have it corrected by whoever set it. When in doubt, ask your secrecy office.",
        "文件没有传出本机，也没有丢失。标志有误的，由定密责任人更正；拿不准的，请咨询本单位保密工作机构。",
    ));
    page
}

/// What the person can do about one held file.
pub fn next(held: &Held, lang: Lang) -> String {
    let id = &held.id;
    match (held.officer, held.verdict) {
        (true, _) => lang.pick(
            format!("Only the security officer may release it: mizha quarantine release {id} --reason … --identity FILE"),
            format!("只有保密管理员可以放行：mizha quarantine release {id} --reason 理由 --identity 密钥文件"),
        ),
        (false, Verdict::Uninspected) => lang.pick(
            format!("Remove the password or save it in a format that is read, and put it in again; or release it: mizha quarantine release {id} --reason …"),
            format!("请去除密码或另存为可检查的格式后重新放入；确需放行：mizha quarantine release {id} --reason 理由"),
        ),
        (false, _) => lang.pick(
            format!("Look at it; to release it: mizha quarantine release {id} --reason …"),
            format!("请核对；确需放行：mizha quarantine release {id} --reason 理由"),
        ),
    }
}
